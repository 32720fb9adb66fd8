//! First pass of the week: who enters the labour market, loses a job or seeks again.

use super::{Parameters, Rows, over_households};
use crate::engine::draws::{Purpose, STRIP, unit32};
use crate::engine::math::hazard;
use crate::scenario::SKILLS;
use crate::world::{ADULTS, Context, NONE, Setting, Work, World, adults_by_state};

/// What the first pass counted in one market, persons at full scale, residents and newcomers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Residents who seek.
    pub seekers: f64,
    /// Newcomers who seek.
    pub newcomer_seekers: f64,
    /// Everyone at work.
    pub employed: f64,
    /// Residents in informal jobs.
    pub informal_residents: f64,
    /// Jobs left that employers offer again to anyone.
    pub separated: f64,
    /// Jobs re-offered to newcomers.
    pub substituted: f64,
    /// Sum of reservation wages of newcomers who seek.
    pub reservation: f64,
}

const FIELDS: usize = 7;

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

/// Whether household `i` takes part in the labour market of the country.
fn takes_part(setting: &Setting, world_here: bool, i: usize) -> bool {
    world_here && !setting.people.transit[i] && !setting.people.outside_income[i]
}

/// The pass; `open` is the share of newcomers' applications that employers may take, by region.
pub fn step(ctx: &Context<'_>, world: &mut World, open: &[f64]) -> Left {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.labour;
    let reoffers = reoffer_chances(setting, world, open);
    let lose = chances(p);
    let (regions, groups) = (setting.regions(), setting.groups());
    let displaced_at = regions * SKILLS * FIELDS;
    let mut income = std::mem::take(&mut world.households.income);
    let households = &world.households;
    let sums = over_households(
        &mut world.labour,
        &mut income,
        displaced_at + regions * groups,
        |rows, table| {
            let mut words = [[0; STRIP]; 4];
            for k in 0..rows.work.len() {
                let i = rows.first + k;
                if k % STRIP == 0 {
                    let end = (k + STRIP).min(rows.work.len()) + rows.first;
                    let who = &setting.people.address[i..end];
                    ctx.draws.blocks(who, ctx.week, Purpose::Separation, 0, &mut words);
                }
                if !takes_part(setting, households.here(i), i) {
                    if rows.work[k][0] != Work::None {
                        rows.work[k] = [Work::None; ADULTS];
                        rows.employer[k] = NONE;
                    }
                    continue;
                }
                let r = households.region[i] as usize;
                if rows.work[k][0] == Work::None {
                    enter(ctx, p, rows, k);
                } else if rows.region[k] as usize != r {
                    move_region(rows, k);
                }
                rows.region[k] = r as u16;
                let market = r * SKILLS + setting.people.skill[i] as usize;
                let displaced = change(
                    setting,
                    rows,
                    k,
                    std::array::from_fn(|a| f64::from(unit32(words[a][k % STRIP]))),
                    lose,
                    reoffers[market],
                    &mut table[market * FIELDS..(market + 1) * FIELDS],
                );
                if displaced > 0.0 {
                    table[displaced_at + r * groups + setting.people.group[i] as usize] +=
                        displaced;
                }
            }
        },
    );
    world.households.income = income;
    let value = |k: usize| sums[k].get();
    let markets = (0..regions * SKILLS)
        .map(|m| {
            let v = |f: usize| value(m * FIELDS + f);
            Counts {
                seekers: v(0),
                newcomer_seekers: v(1),
                employed: v(2),
                informal_residents: v(3),
                separated: v(4),
                substituted: v(5),
                reservation: v(6),
            }
        })
        .collect();
    Left { markets, displaced: (displaced_at..sums.len()).map(value).collect() }
}

/// A household appears: its adults seek work, some of the further ones do not. At their first entry
/// newcomers keep only part of the income they expected until they work.
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
    if i >= ctx.setting.residents && rows.region[k] == u16::MAX {
        let kept = people.base_income[i] * p.newcomer_support as f32;
        rows.income[k] = (rows.income[k] + kept - people.base_income[i]).max(0.0);
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

/// Separations and returns of one household, counted in its market; gives the displaced persons. `u` holds a
/// draw for each adult.
#[inline]
fn change(
    setting: &Setting,
    rows: &mut Rows<'_>,
    k: usize,
    u: [f64; ADULTS],
    lose: [f64; 2],
    reoffer: f64,
    table: &mut [f64],
) -> f64 {
    let i = rows.first + k;
    let newcomer = i >= setting.residents;
    let weight = f64::from(setting.people.weight[i]);
    let market = rows.region[k] as usize * SKILLS + setting.people.skill[i] as usize;
    let back = setting.employment.reference[market].return_chance;
    let reoffer = if newcomer { 0.0 } else { reoffer };
    let mut states = adults_by_state(rows.work[k]);
    let (mut separated, mut replaced) = (0, 0);
    let extra = if reoffer > 0.0 && states[Work::Informal as usize] > 0 {
        reoffer * propensity(setting, rows.employer[k], 0).max(1.0)
    } else {
        0.0
    };
    // In most weeks nobody is near a change.
    let near = lose[0].max(lose[1] + extra).max(back);
    if u.iter().any(|&point| point < near) {
        (separated, replaced) = moves(setting, rows, k, u, lose, reoffer, back);
        states = adults_by_state(rows.work[k]);
    }
    let [formal, informal, seeking, _] = states;
    let mut add = |field: usize, persons: u8| table[field] += weight * f64::from(persons);
    add(2, formal + informal);
    add(4, separated);
    add(5, replaced);
    if newcomer {
        add(1, seeking);
        let p = &setting.scenario.parameters.labour;
        let adults = f64::from(setting.people.adults[i].max(1));
        let wage = p.reservation * f64::from(setting.people.base_income[i]) / adults;
        table[6] += weight * f64::from(seeking) * wage;
    } else {
        add(0, seeking);
        add(3, informal);
    }
    weight * f64::from(replaced)
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
