//! The one pass over households: everything indicators add up, by region and group.
//!
//! Residents and newcomers are counted apart, because the cohort of week 0 is the residents; readers see
//! their sum. Persons and households are at full scale.

use super::tension;
use crate::engine::sums::{Fixed, Run, SharedSums, tabulate_with};
use crate::mechanisms::housing::aid_paid;
use crate::world::society::INSTITUTIONS;
use crate::world::{NONE, Setting, Tenure, World, adults_by_state};

/// Money is added up in thousands, so that sums of large currencies stay in range.
pub const UNIT: f64 = 1000.0;

/// What is added up for each household, in order; [`PER_TARGET`] more follow for each target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Sum {
    /// Agents.
    Agents,
    /// Households.
    Households,
    /// Persons.
    Persons,
    /// Persons with a host.
    Hosted,
    /// Persons without dwelling or host.
    Homeless,
    /// Households without a home of their own.
    Need,
    /// Households that rent.
    Renters,
    /// Their rent over income, at most 1.
    Burden,
    /// Their rent over the reference rent of the dwelling.
    Markup,
    /// Adults of working age.
    Adults,
    /// Adults with a contract; the other states of `Work` follow in their order.
    Formal,
    /// Adults who work without one.
    Informal,
    /// Adults who seek work.
    Unemployed,
    /// Adults who neither work nor seek.
    Inactive,
    /// Wages, currency per month over [`UNIT`].
    Wages,
    /// Life satisfaction, by persons.
    Satisfaction,
    /// Trust in courts, by households; police and authorities follow.
    TrustCourts,
    /// Trust in police.
    TrustPolice,
    /// Trust in the authorities.
    TrustAuthorities,
    /// Blame laid on groups, by households.
    Blame,
    /// Probability of acting, by households.
    Acting,
    /// Mean hostility over others, by persons: the components of tension start here.
    IndexHostility,
    /// Mean fear of others, by persons.
    IndexFear,
    /// Probability of acting, by persons.
    IndexActing,
    /// Distrust, by persons.
    IndexDistrust,
    /// Rent burden and joblessness, by persons; the wait is the same for all of a region.
    IndexHardship,
}

/// Sums before those by target.
const FIXED: usize = Sum::IndexHardship as usize + 1;
/// Sums for each target, by households: fear, hostility, hostile, favourable, believed hostile.
pub const PER_TARGET: usize = 5;

/// The sums of a week.
#[derive(Debug, Clone)]
pub struct Tally {
    width: usize,
    /// Residents by region and group, then newcomers.
    rows: Vec<f64>,
    /// Persons by cell and group.
    pub by_cell: Vec<f64>,
}

impl Tally {
    /// Counts the households in the country.
    pub fn of(setting: &Setting, world: &World) -> Self {
        let groups = setting.groups();
        let eye = Eye::new(setting, world);
        let cells = SharedSums::new(setting.cells * groups);
        let places = setting.regions() * groups;
        let table = tabulate_with(
            setting.households(),
            2 * places * eye.width,
            || Run::new(&cells, groups),
            |i, table, run| {
                if !world.households.here(i) {
                    return;
                }
                let (r, g) =
                    (world.households.region[i] as usize, usize::from(setting.people.group[i]));
                let newcomer = usize::from(i >= setting.residents);
                let at = (newcomer * places + r * groups + g) * eye.width;
                eye.see(i, r, g, &mut table[at..at + eye.width]);
                let cell = world.households.cell[i];
                if cell != NONE {
                    run.of(cell as usize)[g] += setting.persons(i, world.households.persons[i]);
                }
            },
            |mut run| run.flush(),
        );
        let rows = table.into_iter().map(Fixed::get).collect();
        Self { width: eye.width, rows, by_cell: cells.into_values() }
    }

    fn half(&self) -> usize {
        self.rows.len() / 2
    }

    /// A sum over everyone, region x group.
    pub fn column(&self, sum: Sum) -> Vec<f64> {
        self.at(sum as usize)
    }

    /// Sum `k` of those about target `t`, region x group.
    pub fn about(&self, t: usize, k: usize) -> Vec<f64> {
        self.at(FIXED + t * PER_TARGET + k)
    }

    /// A sum over residents alone, region x group.
    pub fn residents(&self, sum: Sum) -> Vec<f64> {
        let rows = self.rows[..self.half()].chunks_exact(self.width);
        rows.map(|row| row[sum as usize]).collect()
    }

    fn at(&self, k: usize) -> Vec<f64> {
        let (residents, newcomers) = self.rows.split_at(self.half());
        let rows = residents.chunks_exact(self.width).zip(newcomers.chunks_exact(self.width));
        rows.map(|(a, b)| a[k] + b[k]).collect()
    }
}

/// Reads households; what is the same for many is worked out once.
struct Eye<'a> {
    setting: &'a Setting,
    world: &'a World,
    width: usize,
    own: Vec<usize>,
    hostile: f32,
    favourable: f32,
    per_burden: f64,
    /// Share of hostile households, place x target.
    around: Vec<f32>,
    /// Visible share of hostile posts, region x target.
    shown: Vec<f32>,
    /// One over the number of targets other than the own group, by group.
    per_other: Vec<f32>,
}

impl<'a> Eye<'a> {
    fn new(setting: &'a Setting, world: &'a World) -> Self {
        let p = &setting.scenario.parameters;
        let targets = setting.targets.len();
        let own = setting.own_target();
        let others = |&t: &usize| targets - usize::from(t < targets);
        let share =
            |m: &crate::world::Mood| if m.weight > 0.0 { m.hostile / m.weight } else { 0.0 };
        let regions = &world.society.regions;
        let width = FIXED + PER_TARGET * targets;
        Self {
            setting,
            world,
            width,
            hostile: p.affect.hostile_above as f32,
            favourable: p.affect.favourable_below as f32,
            per_burden: 1.0 / (p.tension.burden_full * world.price_level),
            around: world.society.mood.iter().map(share).collect(),
            shown: regions.iter().flat_map(|r| &r.visible_hostility).map(|x| *x as f32).collect(),
            per_other: own.iter().map(|t| 1.0 / others(t).max(1) as f32).collect(),
            own,
        }
    }

    /// Adds household `i` of group `g` in region `r` to its row.
    #[inline]
    fn see(&self, i: usize, r: usize, g: usize, row: &mut [f64]) {
        let (setting, world) = (self.setting, self.world);
        let (h, society, people) = (&world.households, &world.society, &setting.people);
        let Some((row, about)) = row.split_first_chunk_mut::<FIXED>() else { return };
        let mut add = |sum: Sum, x: f64| row[sum as usize] += x;
        let weight = f64::from(people.weight[i]);
        let persons = weight * f64::from(h.persons[i]);
        add(Sum::Agents, 1.0);
        add(Sum::Households, weight);
        add(Sum::Persons, persons);
        add(Sum::Adults, weight * f64::from(people.adults[i]));
        match h.tenure[i] {
            Tenure::Owner | Tenure::Family => {}
            Tenure::Hosted => {
                add(Sum::Hosted, persons);
                add(Sum::Need, weight);
            }
            Tenure::Homeless => {
                add(Sum::Homeless, persons);
                add(Sum::Need, weight);
            }
            Tenure::Renter => {
                let income = f64::from(h.income[i]) * world.price_level;
                let paid = f64::from(h.rent[i]);
                // A burden above the whole income is told as the whole income.
                let burden = ((paid - aid_paid(setting, world, i)) / income.max(1.0)).min(1.0);
                add(Sum::Renters, weight);
                add(Sum::Burden, weight * burden);
                if h.dwelling[i] != NONE {
                    let reference = world.dwellings.reference[h.dwelling[i] as usize];
                    add(Sum::Markup, weight * paid / f64::from(reference).max(1.0));
                }
            }
        }
        let [formal, informal, unemployed, inactive] = adults_by_state(world.labour.work[i]);
        add(Sum::Formal, weight * f64::from(formal));
        add(Sum::Informal, weight * f64::from(informal));
        add(Sum::Unemployed, weight * f64::from(unemployed));
        add(Sum::Inactive, weight * f64::from(inactive));
        add(Sum::Wages, weight * f64::from(world.labour.wage_income[i]) / UNIT);
        add(Sum::Satisfaction, persons * f64::from(society.life_satisfaction[i]));
        let trust = society.trust[i];
        add(Sum::TrustCourts, weight * f64::from(trust[0]));
        add(Sum::TrustPolice, weight * f64::from(trust[1]));
        add(Sum::TrustAuthorities, weight * f64::from(trust[2]));
        add(Sum::Blame, weight * f64::from(society.blame_outgroups[i]));
        let acting = f64::from(society.act_probability[i]);
        add(Sum::Acting, weight * acting);
        add(Sum::IndexActing, persons * acting);
        let distrust = 1.0 - f64::from(trust.iter().sum::<f32>() / INSTITUTIONS as f32);
        add(Sum::IndexDistrust, persons * distrust);
        let burden = tension::burden(h.rent[i], h.income[i], self.per_burden);
        add(Sum::IndexHardship, persons * (burden + world.labour.joblessness(i)));

        let targets = setting.targets.len();
        let at = i * targets;
        let media = setting.traits.media_weight[i];
        let place = setting.place_of(h.cell[i], h.region[i]) * targets;
        let (mut hostility, mut fear) = (0.0_f32, 0.0_f32);
        for (t, row) in about.chunks_exact_mut(PER_TARGET).enumerate() {
            if t == self.own[g] {
                continue;
            }
            let (x, f) = (society.hostility[at + t], society.fear[at + t]);
            hostility += x;
            fear += f;
            let seen = (1.0 - media) * self.around[place + t] + media * self.shown[r * targets + t];
            row[0] += weight * f64::from(f);
            row[1] += weight * f64::from(x);
            row[2] += weight * f64::from(u8::from(x > self.hostile));
            row[3] += weight * f64::from(u8::from(x < self.favourable));
            row[4] += weight * f64::from(seen);
        }
        add(Sum::IndexHostility, persons * f64::from(hostility * self.per_other[g]));
        add(Sum::IndexFear, persons * f64::from(fear * self.per_other[g]));
    }
}
