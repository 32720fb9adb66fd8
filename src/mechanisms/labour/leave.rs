//! First pass of the week: who enters the labour market, loses a job or seeks again.

use super::{Parameters, Rows, adults_in, market_of, over_households};
use crate::engine::draws::{Purpose, unit32};
use crate::engine::math::hazard;
use crate::engine::strips::{Keys, Lane, STRIP, apart, bits, lane, ones};
use crate::engine::wide::wide;
use crate::scenario::SKILLS;
use crate::world::{ADULTS, Context, Households, NONE, Presence, Setting, Work, World};

/// What the first pass counted in one market, persons at full scale, residents and newcomers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Residents who seek.
    pub seekers: f64,
    /// Everyone at work.
    pub employed: f64,
    /// Residents in informal jobs.
    pub informal_residents: f64,
    /// Newcomers who seek.
    pub newcomer_seekers: f64,
    /// Sum of reservation wages of newcomers who seek.
    pub reservation: f64,
    /// Jobs left that employers offer again to anyone.
    pub separated: f64,
    /// Jobs re-offered to newcomers.
    pub substituted: f64,
}

const FIELDS: usize = 7;
/// Fields of [`Counts`] that residents fill every week; those of newcomers follow.
const OF_RESIDENTS: usize = 3;
const OF_ALL: usize = 5;
const SEPARATED: usize = 5;
const SUBSTITUTED: usize = 6;

/// Result of the pass.
pub struct Left {
    /// By market.
    pub markets: Vec<Counts>,
    /// Displaced residents by region and group, persons at full scale.
    pub displaced: Vec<f64>,
}

/// Weekly chance, by market, that a resident's informal job is re-offered at an employer of mean
/// propensity; from last week's seekers and wages.
fn reoffer_chances(setting: &Setting, world: &World, open: &[f64]) -> Vec<f64> {
    let p = &setting.scenario.parameters.labour;
    let weekly_scale = p.substitution / 13.0;
    let markets = world.labour.markets.iter().zip(&setting.employment.reference);
    markets
        .enumerate()
        .map(|(k, (m, reference))| {
            if m.reservation_wage <= 0.0 || m.informal_residents <= 0.0 {
                return 0.0;
            }
            let wage = reference.wage * p.informal_wage * crate::engine::math::exp(m.log_wage[1]);
            let advantage = (wage / m.reservation_wage - 1.0 - p.substitution_friction).max(0.0);
            let rivals = (m.newcomer_seekers / m.informal_residents).min(1.0);
            open[k / SKILLS] * hazard((weekly_scale * advantage * rivals).min(0.25))
        })
        .collect()
}

/// Weekly chances to lose a job: formal, informal.
pub(super) fn chances(p: &Parameters) -> [f64; 2] {
    [hazard(p.separation_formal), hazard(p.separation_informal)]
}

/// The pass; `open` is the share of newcomers' applications that employers may take, by region.
pub fn step(ctx: &Context<'_>, world: &mut World, open: &[f64]) -> Left {
    let setting = ctx.setting;
    let (regions, groups) = (setting.regions(), setting.groups());
    let displaced_at = regions * SKILLS * FIELDS;
    let reoffers = reoffer_chances(setting, world, open);
    let lose = chances(&setting.scenario.parameters.labour);
    let mut income = std::mem::take(&mut world.households.income);
    let pass = Pass {
        ctx,
        households: &world.households,
        lose,
        near: near(setting, lose, &reoffers),
        reoffers,
        displaced_at,
    };
    let len = displaced_at + regions * groups;
    let sums = over_households(&mut world.labour, &mut income, len, |rows, table| {
        wide(
            #[inline(always)]
            || {
                for from in (0..rows.work.len()).step_by(STRIP) {
                    pass.strip(rows, from, table);
                }
            },
        );
    });
    world.households.income = income;
    let value = |k: usize| sums[k].get();
    let markets = (0..regions * SKILLS)
        .map(|m| {
            let v = |f: usize| value(m * FIELDS + f);
            Counts {
                seekers: v(0),
                employed: v(1),
                informal_residents: v(2),
                newcomer_seekers: v(3),
                reservation: v(4),
                separated: v(SEPARATED),
                substituted: v(SUBSTITUTED),
            }
        })
        .collect();
    Left { markets, displaced: (displaced_at..sums.len()).map(value).collect() }
}

/// Draws from which on nobody changes, at most: in formal work, in informal work, inactive.
type Near = [f32; 3];

/// Limits by region, those of the whole country last. Rounding keeps order, so whoever is below the exact chance
/// is not above its limit.
fn near(setting: &Setting, lose: [f64; 2], reoffers: &[f64]) -> Vec<Near> {
    let employers = &setting.employment.employers.substitution;
    let propensity = if reoffers.iter().any(|&x| x > 0.0) {
        employers.iter().fold(1.0_f32, |most, &x| most.max(x))
    } else {
        0.0
    };
    let limits = reoffers.iter().zip(&setting.employment.reference).map(|(reoffer, reference)| {
        let informal = lose[1] + reoffer * f64::from(propensity);
        [lose[0] as f32, informal as f32, reference.return_chance as f32]
    });
    let limits: Vec<Near> = limits.collect();
    let most = |some: &[Near]| {
        some.iter().fold([0.0_f32; 3], |most, x| std::array::from_fn(|s| most[s].max(x[s])))
    };
    limits.chunks(SKILLS).map(most).chain([most(&limits)]).collect()
}

/// What the pass knows.
struct Pass<'a> {
    ctx: &'a Context<'a>,
    households: &'a Households,
    /// Weekly chances to lose a job: formal, informal.
    lose: [f64; 2],
    near: Vec<Near>,
    /// Chances of a re-offer by market.
    reoffers: Vec<f64>,
    /// Where in the table the displaced begin.
    displaced_at: usize,
}

impl Pass<'_> {
    /// Works on a strip of the rows, those from `from` on.
    #[inline(always)]
    fn strip(&self, rows: &mut Rows<'_>, from: usize, table: &mut [f64]) {
        let setting = self.ctx.setting;
        let people = &setting.people;
        let n = STRIP.min(rows.work.len() - from);
        let who = rows.first + from..rows.first + from + n;
        let presence = lane(&self.households.presence[who.clone()]);
        let (transit, outside) =
            (lane(&people.transit[who.clone()]), lane(&people.outside_income[who.clone()]));
        let region = lane(&self.households.region[who.clone()]);
        let works_in = lane(&rows.region[from..from + n]);
        let mut work = apart::<ADULTS, Work>(rows.work[from..from + n].as_flattened());
        // Whoever takes part has work here or seeks it, and nobody else has.
        let (mut takes_part, mut other) = ([false; STRIP], [false; STRIP]);
        for k in 0..STRIP {
            let none = work[0][k] == Work::None;
            let here = presence[k] == Presence::Present;
            let seeks = !(transit[k] | outside[k]);
            let moved = works_in[k] != region[k];
            takes_part[k] = here & seeks;
            other[k] = if takes_part[k] { none | moved } else { !none };
        }
        if other.contains(&true) {
            for k in (0..n).filter(|&k| other[k]) {
                self.enter_or_leave(rows, from + k, takes_part[k]);
            }
            work = apart(rows.work[from..from + n].as_flattened());
        }
        if !takes_part.contains(&true) {
            return;
        }
        let mut words = [[0; STRIP]; 4];
        let addresses = &people.address[who.clone()];
        self.ctx.draws.blocks(addresses, self.ctx.week, Purpose::Separation, 0, &mut words);
        let near = self.near(&region, &takes_part);
        let mut may_change = [false; STRIP];
        for (work, words) in work.iter().zip(&words) {
            for k in 0..STRIP {
                let limit = if work[k] == Work::Formal { near[0] } else { -1.0 };
                let limit = if work[k] == Work::Informal { near[1] } else { limit };
                let limit = if work[k] == Work::Inactive { near[2] } else { limit };
                may_change[k] |= unit32(words[k]) <= limit;
            }
        }
        // Those who take no part have no work: nobody beside them is near a change.
        for k in ones(bits(&may_change)) {
            let u = std::array::from_fn(|a| f64::from(unit32(words[a][k])));
            self.change(rows, from + k, u, table);
            for (work, now) in work.iter_mut().zip(rows.work[from + k]) {
                work[k] = now;
            }
        }
        self.count(who.start, n, &region, &takes_part, &work, table);
    }

    /// The limits that hold for all of a strip.
    #[inline(always)]
    fn near(&self, region: &Lane<u16>, takes_part: &Lane<bool>) -> Near {
        let mut elsewhere = false;
        for k in 0..STRIP {
            let differs = region[k] != region[0];
            elsewhere |= takes_part[k] & differs;
        }
        let country = self.near.len() - 1;
        self.near[if elsewhere { country } else { usize::from(region[0]).min(country) }]
    }

    /// Rare changes of a household: it comes into the labour market, leaves it or has moved.
    fn enter_or_leave(&self, rows: &mut Rows<'_>, k: usize, takes_part: bool) {
        if !takes_part {
            rows.work[k] = [Work::None; ADULTS];
            rows.employer[k] = NONE;
            return;
        }
        let r = self.households.region[rows.first + k];
        if rows.work[k][0] == Work::None {
            enter(self.ctx, &self.ctx.setting.scenario.parameters.labour, rows, k);
        } else if rows.region[k] != r {
            move_region(rows, k);
        }
        rows.region[k] = r;
    }

    /// Separations and returns of one household; `u` holds a draw for each adult.
    fn change(&self, rows: &mut Rows<'_>, k: usize, u: [f64; ADULTS], table: &mut [f64]) {
        let setting = self.ctx.setting;
        let i = rows.first + k;
        let r = rows.region[k] as usize;
        let market = r * SKILLS + setting.people.skill[i] as usize;
        let back = setting.employment.reference[market].return_chance;
        let reoffer = if i >= setting.residents { 0.0 } else { self.reoffers[market] };
        let (separated, replaced) = moves(setting, rows, k, u, self.lose, reoffer, back);
        let weight = f64::from(setting.people.weight[i]);
        table[market * FIELDS + SEPARATED] += weight * f64::from(separated);
        table[market * FIELDS + SUBSTITUTED] += weight * f64::from(replaced);
        if replaced > 0 {
            let cell = r * setting.groups() + setting.people.group[i] as usize;
            table[self.displaced_at + cell] += weight * f64::from(replaced);
        }
    }

    /// Counts the `n` households from slot `first` on in their markets.
    #[inline(always)]
    fn count(
        &self,
        first: usize,
        n: usize,
        region: &Lane<u16>,
        takes_part: &Lane<bool>,
        work: &[Lane<Work>; ADULTS],
        table: &mut [f64],
    ) {
        let setting = self.ctx.setting;
        let people = &setting.people;
        let who = first..first + n;
        let weight = lane(&people.weight[who.clone()]);
        let markets = Keys::new(&market_of(region, &lane(&people.skill[who.clone()])), takes_part);
        let (formal, mut informal) =
            (adults_in(work, Work::Formal), adults_in(work, Work::Informal));
        let mut seeking = adults_in(work, Work::Unemployed);
        let mut employed = [0.0; STRIP];
        for k in 0..STRIP {
            employed[k] = weight[k] * (formal[k] + informal[k]);
            informal[k] *= weight[k];
            seeking[k] *= weight[k];
        }
        if who.end <= setting.residents {
            let columns: [Lane; OF_RESIDENTS] = [seeking, employed, informal];
            markets.add(&columns, table, FIELDS, 0);
            return;
        }
        let p = &setting.scenario.parameters.labour;
        let (income, adults) = (lane(&people.base_income[who.clone()]), lane(&people.adults[who]));
        let (mut new_seeking, mut reservation) = ([0.0; STRIP], [0.0; STRIP]);
        for k in setting.residents.saturating_sub(first).min(n)..n {
            let wage = p.reservation * f64::from(income[k]) / f64::from(adults[k].max(1));
            reservation[k] = seeking[k] * wage as f32;
            new_seeking[k] = seeking[k];
            (seeking[k], informal[k]) = (0.0, 0.0);
        }
        let columns: [Lane; OF_ALL] = [seeking, employed, informal, new_seeking, reservation];
        markets.add(&columns, table, FIELDS, 0);
    }
}

/// A household appears: its adults seek work, some of the further ones do not.
fn enter(ctx: &Context<'_>, p: &Parameters, rows: &mut Rows<'_>, k: usize) {
    let i = rows.first + k;
    let people = &ctx.setting.people;
    let u = ctx.draws.four(people.address[i], 0, Purpose::Inactivity, 0);
    let adults = usize::from(people.adults[i]).min(ADULTS);
    for (a, &point) in u.iter().enumerate().take(adults) {
        let rests = a > 0 && f64::from(point) < p.inactive;
        rows.work[k][a] = if rests { Work::Inactive } else { Work::Unemployed };
        rows.weeks[k][a] = 0;
    }
}

/// A household has moved to another region: its jobs stay behind.
fn move_region(rows: &mut Rows<'_>, k: usize) {
    for a in 0..ADULTS {
        if rows.work[k][a].employed() {
            rows.work[k][a] = Work::Unemployed;
            rows.weeks[k][a] = 0;
        }
    }
    rows.employer[k] = NONE;
}

/// Moves each adult of a household; gives how many lost a job, and how many only to a newcomer.
pub(super) fn moves(
    setting: &Setting,
    rows: &mut Rows<'_>,
    k: usize,
    u: [f64; ADULTS],
    lose: [f64; 2],
    reoffer: f64,
    back: f64,
) -> (u8, u8) {
    let (mut separated, mut replaced) = (0, 0);
    for (a, point) in u.into_iter().enumerate() {
        let (leaves, is_replaced) = match rows.work[k][a] {
            Work::Formal => (point < lose[0], false),
            Work::Informal => {
                // The same draw with and without newcomers: who goes only because of them is displaced.
                let extra = if reoffer == 0.0 {
                    0.0
                } else {
                    reoffer * propensity(setting, rows.employer[k], a)
                };
                (point < lose[1] + extra, point >= lose[1])
            }
            Work::Inactive => {
                if point < back {
                    rows.work[k][a] = Work::Unemployed;
                    rows.weeks[k][a] = 0;
                }
                (false, false)
            }
            Work::Unemployed | Work::None => (false, false),
        };
        if leaves {
            rows.work[k][a] = Work::Unemployed;
            rows.weeks[k][a] = 0;
            separated += u8::from(!is_replaced);
            replaced += u8::from(is_replaced);
            if a == 0 {
                rows.employer[k] = NONE;
            }
        }
    }
    (separated, replaced)
}

/// Propensity of the employer of adult `a` to re-offer; the employer of further adults is not known.
fn propensity(setting: &Setting, employer: u32, a: usize) -> f64 {
    if a > 0 || employer == NONE {
        return 1.0;
    }
    f64::from(setting.employment.employers.substitution[employer as usize])
}
