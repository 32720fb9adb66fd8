//! Second pass of the week: who is hired, who gives up, and what it does to incomes.

use super::market::Chances;
use super::{Parameters, Rows, over_households, wage_factors};
use crate::engine::draws::{Address, Purpose};
use crate::engine::math::hazard;
use crate::scenario::SKILLS;
use crate::world::labour::sought_level;
use crate::world::{ADULTS, Context, NONE, SECTORS, Work, World, adults_by_state};

/// Seekers draw a level, an employer and a chance; the rest wait.
pub fn step(ctx: &Context<'_>, world: &mut World, chances: &[Chances], open: &[f64]) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.labour;
    let give_up = hazard(p.discouragement);
    let factors = wage_factors(p, world);
    let (regions, groups) = (setting.regions(), setting.groups());
    let cells = regions * groups;
    let informal_at = 2 * cells;
    let mut income = std::mem::take(&mut world.households.income);
    let sums = over_households(
        &mut world.labour,
        &mut income,
        informal_at + 2 * regions,
        |rows, table| {
            for k in 0..rows.work.len() {
                let i = rows.first + k;
                if rows.work[k][0] == Work::None {
                    continue;
                }
                let r = rows.region[k] as usize;
                let seeking = adults_by_state(rows.work[k])[Work::Unemployed as usize];
                let (applied, hired) = if seeking > 0 {
                    search(ctx, p, rows, k, chances, open[r], give_up)
                } else {
                    (0, 0)
                };
                let weight = f64::from(setting.people.weight[i]);
                if applied > 0 {
                    let cell = r * groups + setting.people.group[i] as usize;
                    table[cell] += weight * f64::from(applied);
                    table[cells + cell] += weight * f64::from(hired);
                }
                let skill = setting.people.skill[i] as usize;
                let market = r * SKILLS + skill;
                let newcomer = i >= setting.residents;
                let wage = if newcomer {
                    (setting.employment.reference[market].wage * p.newcomer_productivity) as f32
                } else {
                    setting.employment.wage[i]
                };
                let [formal, informal] = pay(rows, k, factors[market], wage);
                table[informal_at + regions + r] += weight * f64::from(formal + informal);
                if newcomer && informal > 0 {
                    table[informal_at + r] += weight * f64::from(informal);
                }
            }
        },
    );
    world.households.income = income;
    let get = |from: usize, n: usize| (from..from + n).map(|k| sums[k].get()).collect::<Vec<_>>();
    world.labour.applications = get(0, cells);
    world.labour.hires = get(cells, cells);
    world.labour.newcomers_informal = get(informal_at, regions);
    world.labour.employed = get(informal_at + regions, regions);
}

#[allow(clippy::too_many_arguments, reason = "everything a search depends on")]
/// Search of the unemployed adults of a household; gives how many sought and how many were hired.
pub(super) fn search(
    ctx: &Context<'_>,
    p: &Parameters,
    rows: &mut Rows<'_>,
    k: usize,
    chances: &[Chances],
    open: f64,
    give_up: f64,
) -> (u8, u8) {
    let setting = ctx.setting;
    let i = rows.first + k;
    let who = setting.people.address[i];
    let (mut applied, mut hired) = (0, 0);
    for a in 0..ADULTS {
        if rows.work[k][a] != Work::Unemployed {
            continue;
        }
        applied += 1;
        let found = offer(ctx, p, who, i, rows.region[k], a as u32, chances, open);
        if let Some((work, employer)) = found {
            hired += 1;
            rows.work[k][a] = work;
            if a == 0 {
                rows.employer[k] = employer;
            }
        } else {
            let weeks = rows.weeks[k][a];
            rows.weeks[k][a] = weeks.saturating_add(1);
            if f64::from(weeks) >= p.discouraged_after
                && ctx.draws.chance(give_up, who, ctx.week, Purpose::Inactivity, a as u32 + 1)
            {
                rows.work[k][a] = Work::Inactive;
            }
        }
    }
    (applied, hired)
}

#[allow(clippy::too_many_arguments, reason = "everything a search depends on")]
/// The job adult `a` of household `i` finds this week, if any.
fn offer(
    ctx: &Context<'_>,
    p: &Parameters,
    who: Address,
    i: usize,
    region: u16,
    a: u32,
    chances: &[Chances],
    open: f64,
) -> Option<(Work, u32)> {
    let setting = ctx.setting;
    let newcomer = i >= setting.residents;
    let first = region as usize * SKILLS;
    let skill = setting.people.skill[i] as usize;
    let [u_level, u_employer, u_hired, u_formal] =
        ctx.draws.four(who, ctx.week, Purpose::JobMatch, a).map(f64::from);
    let sector = setting.employment.sector[i] as usize;
    let jobs = &setting.employment.jobs[region as usize * SECTORS + sector];
    let employer = jobs.get((u_employer * jobs.len() as f64) as usize).copied().unwrap_or(NONE);
    let own = &chances[first + skill];
    if newcomer
        && own.reoffer > 0.0
        && ctx.draws.chance(own.reoffer, who, ctx.week, Purpose::Substitution, a)
    {
        return Some((Work::Informal, employer));
    }
    let level = sought_level(p.adjacency, skill, u_level);
    let odds = match (newcomer, employer) {
        (false, _) => 1.0,
        (true, NONE) => open * setting.employment.newcomer_odds[region as usize],
        (true, e) => open * f64::from(setting.employment.employers.newcomer_odds[e as usize]),
    };
    if u_hired >= chances[first + level].hire * odds {
        return None;
    }
    let formal = if newcomer { p.newcomer_formal } else { own.formal };
    Some((if u_formal < formal { Work::Formal } else { Work::Informal }, employer))
}

/// Puts this week's wages into the household's income; gives the number of formal and informal jobs.
#[inline]
pub(super) fn pay(rows: &mut Rows<'_>, k: usize, factors: [f32; 2], wage: f32) -> [u8; 2] {
    let [formal, informal, ..] = adults_by_state(rows.work[k]);
    let now = wage * (f32::from(formal) * factors[0] + f32::from(informal) * factors[1]);
    let change = now - rows.wage_income[k];
    if change != 0.0 {
        rows.income[k] = (rows.income[k] + change).max(0.0);
        rows.wage_income[k] = now;
    }
    [formal, informal]
}
