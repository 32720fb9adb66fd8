//! The pass itself, strip by strip.

use std::ops::Range;

use super::{FIXED, PER_TARGET, Sum, Tally, UNIT};
use crate::engine::strips::{Keys, Lane, STRIP, apart, bits, lane, ones};
use crate::engine::sums::{Fixed, Run, SharedSums, tabulate_strips};
use crate::engine::wide::wide;
use crate::mechanisms::housing::RentAid;
use crate::world::society::INSTITUTIONS;
use crate::world::{Mood, NONE, Presence, Setting, Tenure, World, strip_by_state};

/// Sums by place and group: persons, and households by the weight of what they see around them, which is 1 less
/// that of media.
const PER_PLACE: usize = 2;

/// Counts the households in the country; `T` targets.
pub fn count<const T: usize>(setting: &Setting, world: &World) -> Tally {
    let groups = setting.groups();
    let eye = Eye::<T>::new(setting, world);
    let places = SharedSums::new(setting.places() * groups * PER_PLACE);
    let rows = tabulate_strips(
        setting.households(),
        2 * eye.cells * Eye::<T>::WIDTH,
        || Run::new(&places, groups * PER_PLACE),
        |strip, table, run| {
            wide(
                #[inline(always)]
                || eye.strip(strip, table, run),
            );
        },
        |mut run| run.flush(),
    );
    let mut rows: Vec<f64> = rows.into_iter().map(Fixed::get).collect();
    for (k, row) in rows.chunks_exact_mut(Eye::<T>::WIDTH).enumerate() {
        eye.finish(k % groups, row);
    }
    let places = places.into_values();
    let mut tally = Tally {
        width: Eye::<T>::WIDTH,
        targets: T,
        rows,
        believed: vec![0.0; eye.cells * T],
        by_cell: places.iter().step_by(PER_PLACE).take(setting.cells * groups).copied().collect(),
    };
    eye.believe(&places, &mut tally);
    tally
}

/// Reads households; what is the same for many is worked out once.
struct Eye<'a, const T: usize> {
    setting: &'a Setting,
    world: &'a World,
    /// Regions times groups.
    cells: usize,
    /// Position among the targets of each group.
    own: Vec<usize>,
    hostile: f32,
    favourable: f32,
    per_burden: f32,
    aid: RentAid<'a>,
}

impl<'a, const T: usize> Eye<'a, T> {
    /// Sums of a row.
    const WIDTH: usize = FIXED + PER_TARGET * T;

    fn new(setting: &'a Setting, world: &'a World) -> Self {
        let p = &setting.scenario.parameters;
        Self {
            setting,
            world,
            cells: setting.regions() * setting.groups(),
            own: setting.own_target(),
            hostile: p.affect.hostile_above as f32,
            favourable: p.affect.favourable_below as f32,
            per_burden: (1.0 / (p.tension.burden_full * world.price_level)) as f32,
            aid: RentAid::of(setting, world),
        }
    }

    /// Adds the households of a strip to their rows and places.
    #[inline(always)]
    fn strip(&self, strip: Range<usize>, table: &mut [f64], places: &mut Run<'_>) {
        let (setting, h, from) = (self.setting, &self.world.households, strip.start);
        let presence = lane(&h.presence[from..]);
        let mut here = [false; STRIP];
        for k in 0..STRIP {
            here[k] = presence[k] == Presence::Present;
        }
        if !here.contains(&true) {
            return;
        }
        let (region, group) = (lane(&h.region[from..]), lane(&setting.people.group[from..]));
        let (weight, number) = (lane(&setting.people.weight[from..]), lane(&h.persons[from..]));
        let mut persons = [0.0; STRIP];
        for k in 0..STRIP {
            persons[k] = weight[k] * f32::from(number[k]);
        }
        let row = self.rows(from, &region, &group);
        let keys = Keys::new(&row, &here);
        let of = Of { here: &here, row: &row, weight: &weight, persons: &persons };
        self.conduct(from, &keys, &of, table);
        self.attitudes(from, &keys, &of, &group, table);
        self.housing(from, &of, table);
        self.places(from, &of, &group, places);
    }

    /// The row of each household: residents by region and group, then newcomers.
    #[inline(always)]
    fn rows(&self, from: usize, region: &Lane<u16>, group: &Lane<u8>) -> Lane<u32> {
        let residents = self.setting.residents.saturating_sub(from).min(STRIP) as u32;
        let (groups, cells) = (self.setting.groups() as u32, self.cells as u32);
        let mut row = [0; STRIP];
        for k in 0..STRIP {
            let newcomers = if (k as u32) < residents { 0 } else { cells };
            row[k] = newcomers + u32::from(region[k]) * groups + u32::from(group[k]);
        }
        row
    }

    /// Adds who there is, work, trust, what is done, and hardship.
    #[inline(always)]
    fn conduct(&self, from: usize, keys: &Keys, of: &Of<'_>, table: &mut [f64]) {
        let (setting, society, labour) = (self.setting, &self.world.society, &self.world.labour);
        let (number, mut wages) =
            (lane(&setting.people.adults[from..]), lane(&labour.wage_income[from..]));
        let mut adults = [0.0; STRIP];
        for k in 0..STRIP {
            adults[k] = f32::from(number[k]);
            wages[k] *= (1.0 / UNIT) as f32;
        }
        let counts = strip_by_state(&labour.work[from..]);
        let mut states = [[0.0; STRIP]; 4];
        for (state, count) in states.iter_mut().zip(&counts) {
            for k in 0..STRIP {
                state[k] = f32::from(count[k]);
            }
        }
        let trust = apart::<INSTITUTIONS, f32>(society.trust[from..].as_flattened());
        let mut distrust = [0.0; STRIP];
        for k in 0..STRIP {
            distrust[k] = 1.0 - (trust[0][k] + trust[1][k] + trust[2][k]) / INSTITUTIONS as f32;
        }
        let acting = lane(&society.act_probability[from..]);
        let [formal, informal, seeking, inactive] = &states;
        let [courts, police, authorities] = &trust;
        keys.add(&[&ONES], table, Self::WIDTH, Sum::Agents as usize);
        let by_households = [
            &ONES,
            &adults,
            formal,
            informal,
            seeking,
            inactive,
            &wages,
            courts,
            police,
            authorities,
            &lane(&society.blame_outgroups[from..]),
            &acting,
            &lane(&setting.traits.media_weight[from..]),
        ];
        let width = Self::WIDTH;
        keys.add_weighed(&by_households, of.weight, table, width, Sum::Households as usize);
        let by_persons = [
            &ONES,
            &lane(&society.life_satisfaction[from..]),
            &acting,
            &distrust,
            &self.hardship(from, &states),
        ];
        keys.add_weighed(&by_persons, of.persons, table, width, Sum::Persons as usize);
    }

    /// Rent burden as a share of one that is full hardship, and joblessness.
    #[inline(always)]
    fn hardship(&self, from: usize, [formal, informal, seeking, _]: &[Lane; 4]) -> Lane {
        let h = &self.world.households;
        let (rent, income) = (self.aid.borne_by_strip(from), lane(&h.income[from..]));
        let mut hardship = [0.0; STRIP];
        for k in 0..STRIP {
            let burden = (rent[k] / income[k].max(1.0) * self.per_burden).min(1.0);
            let burden = if rent[k] > 0.0 { burden } else { 0.0 };
            let jobless = seeking[k] / (formal[k] + informal[k] + seeking[k]).max(1.0);
            hardship[k] = burden + jobless;
        }
        hardship
    }

    /// Adds what households feel about the targets. What they feel about the own group is taken out in the end.
    #[inline(always)]
    fn attitudes(
        &self,
        from: usize,
        keys: &Keys,
        of: &Of<'_>,
        group: &Lane<u8>,
        table: &mut [f64],
    ) {
        let society = &self.world.society;
        let fear: [Lane; T] = apart(society.fear.get(from * T..).unwrap_or_default());
        let hostility: [Lane; T] = apart(society.hostility.get(from * T..).unwrap_or_default());
        let mut own = [u8::MAX; STRIP];
        for (g, &t) in self.own.iter().enumerate() {
            for k in 0..STRIP {
                own[k] = if group[k] == g as u8 { t as u8 } else { own[k] };
            }
        }
        let mut over_others = [[0.0; STRIP]; 2];
        let (mut hostile, mut favourable) = ([[0.0; STRIP]; T], [[0.0; STRIP]; T]);
        for t in 0..T {
            for k in 0..STRIP {
                let (x, f) = (hostility[t][k], fear[t][k]);
                let other = if own[k] == t as u8 { 0.0 } else { 1.0 };
                over_others[0][k] += other * x;
                over_others[1][k] += other * f;
                hostile[t][k] = if x > self.hostile { 1.0 } else { 0.0 };
                favourable[t][k] = if x < self.favourable { 1.0 } else { 0.0 };
            }
        }
        let (width, first) = (Self::WIDTH, Sum::IndexHostility as usize);
        keys.add_weighed(&over_others, of.persons, table, width, first);
        let each = [&fear, &hostility, &hostile, &favourable].map(<[Lane; T]>::each_ref);
        keys.add_weighed(each.as_flattened(), of.weight, table, width, FIXED);
    }

    /// Adds those who do not live in a home of their own or their family's.
    #[inline(always)]
    fn housing(&self, from: usize, of: &Of<'_>, table: &mut [f64]) {
        let (setting, world, h) = (self.setting, self.world, &self.world.households);
        let tenure = lane(&h.tenure[from..]);
        let mut few = [false; STRIP];
        for k in 0..STRIP {
            few[k] = of.here[k] && tenure[k] != Tenure::Owner && tenure[k] != Tenure::Family;
        }
        for k in ones(bits(&few)) {
            let i = from + k;
            let row = &mut table[of.row[k] as usize * Self::WIDTH..][..Self::WIDTH];
            let mut add = |sum: Sum, x: f64| row[sum as usize] += x;
            let weight = f64::from(setting.people.weight[i]);
            if tenure[k] != Tenure::Renter {
                let hosted = tenure[k] == Tenure::Hosted;
                let sum = if hosted { Sum::Hosted } else { Sum::Homeless };
                add(sum, setting.persons(i, h.persons[i]));
                add(Sum::Need, weight);
                continue;
            }
            let income = f64::from(h.income[i]) * world.price_level;
            let paid = f64::from(h.rent[i]);
            // A burden above the whole income is told as the whole income.
            let burden = ((paid - self.aid.paid(i)) / income.max(1.0)).min(1.0);
            add(Sum::Renters, weight);
            add(Sum::Burden, weight * burden);
            if h.dwelling[i] != NONE {
                let reference = world.dwellings.reference[h.dwelling[i] as usize];
                add(Sum::Markup, weight * paid / f64::from(reference).max(1.0));
            }
        }
    }

    /// Adds households to their places.
    #[inline(always)]
    fn places(&self, from: usize, of: &Of<'_>, group: &Lane<u8>, run: &mut Run<'_>) {
        let setting = self.setting;
        let place = setting.places_of(&self.world.households, from);
        let media = lane(&setting.traits.media_weight[from..]);
        let mut around = [0.0; STRIP];
        for k in 0..STRIP {
            around[k] = (1.0 - media[k]) * of.weight[k];
        }
        for k in ones(bits(of.here)) {
            let (p, at) = (place[k] as usize, usize::from(group[k]) * PER_PLACE);
            let (persons, around) = (f64::from(of.persons[k]), f64::from(around[k]));
            // One without a neighbour of the same place is not worth a run.
            if !run.at(p) && place.get(k + 1) != Some(&place[k]) {
                run.aside(p, at, persons);
                run.aside(p, at + 1, around);
                continue;
            }
            let sums = &mut run.of(p)[at..at + PER_PLACE];
            sums[0] += persons;
            sums[1] += around;
        }
    }

    /// Turns sums over others into means, and clears what a group feels about itself.
    fn finish(&self, group: usize, row: &mut [f64]) {
        let own = self.own[group];
        let others = self.setting.targets.len() - usize::from(own < T);
        for sum in [Sum::IndexHostility, Sum::IndexFear] {
            row[sum as usize] /= others.max(1) as f64;
        }
        if own < T {
            for k in 0..PER_TARGET {
                row[FIXED + k * T + own] = 0.0;
            }
        }
    }

    /// Shares of hostile households that are believed in: those around, and those among posts seen.
    fn believe(&self, places: &[f64], tally: &mut Tally) {
        let (setting, society) = (self.setting, &self.world.society);
        let groups = setting.groups();
        let share = |m: &Mood| if m.weight > 0.0 { m.hostile / m.weight } else { 0.0 };
        let media = tally.column(Sum::Media);
        for (k, believed) in tally.believed.chunks_exact_mut(T).enumerate() {
            let shown = &society.regions[k / groups].visible_hostility;
            for (x, shown) in believed.iter_mut().zip(shown) {
                *x = media[k] * shown;
            }
        }
        let moods = society.mood.chunks_exact(T).enumerate();
        for ((p, moods), sums) in moods.zip(places.chunks_exact(groups * PER_PLACE)) {
            let r = setting.cell_region.get(p).map_or(p - setting.cells.min(p), |&r| r.into());
            let around: [f32; T] = std::array::from_fn(|t| share(&moods[t]));
            let rows = tally.believed[r * groups * T..].chunks_exact_mut(T);
            for (believed, sums) in rows.zip(sums.chunks_exact(PER_PLACE)) {
                for (x, share) in believed.iter_mut().zip(around) {
                    *x += sums[1] * f64::from(share);
                }
            }
        }
        for (k, believed) in tally.believed.chunks_exact_mut(T).enumerate() {
            if let Some(x) = believed.get_mut(self.own[k % groups]) {
                *x = 0.0;
            }
        }
    }
}

/// Every household as much as any other.
const ONES: Lane = [1.0; STRIP];

/// Which households of a strip are here, their rows, and what each stands for.
struct Of<'a> {
    here: &'a Lane<bool>,
    row: &'a Lane<u32>,
    /// Households at full scale.
    weight: &'a Lane,
    /// Persons at full scale.
    persons: &'a Lane,
}
