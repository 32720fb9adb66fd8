//! Labour: separations, openings, matching, substitution and wages.
//!
//! *What happens.* Adults lose jobs, return to the search or are re-offered away (`leave.rs`); employers
//! open jobs and wages follow tightness (`market.rs`); seekers are hired or give up, and wages reach
//! household incomes (`hire.rs`). Newcomers who are present, do not pass through and do not live on
//! income from outside seek work.
//!
//! *Cards.* S0-H05, S0-H25, S0-H26 (what is really lost, not what is believed lost).
//!
//! *Equations* (market = region x skill; s seekers, v vacancies, k skill, l level of the job, w wage):
//!
//! ```text
//! matches   m = v (1 - exp(-s/v)); search of skill k goes to level l with share A_kl
//! openings  = jobs left + λ (E* exp(-ε_L ln w) + D·share/output - E)
//! hire      chance of a seeker m/s; a newcomer's times the employer's odds exp(κ ((1+π) productivity - 1))
//! re-offer  hazard of a resident's informal job σ [w/w_reservation - 1 - ζ]+ min(1, newcomer seekers / jobs)
//! wages     ln w' = ln w + ω [ε_w ln(tightness/tightness₀) - ln w], ω larger for informal work
//! ```
//!
//! The unemployed become inactive with hazard `discouragement` after `discouraged_after` weeks. Who loses
//! a job only because of the re-offer hazard (same draw, with and without it) is displaced.
//!
//! *Reads* presence, region, income of arrivals, people, employment; *writes* `labour.*`,
//! `households.income` (its wage part only), `society.regions[].displaced`, `Flow::Displaced`.
//!
//! *Off* with `substitution = 0` (no displacement), `wage_elasticity = 0` (fixed wages),
//! `local_spending = 0` (no demand from newcomers), `discouragement = 0` (no exit from the labour force).
//!
//! *Sources.* Urn matching: Petrongolo and Pissarides (2001). Wage curve: Blanchflower and Oswald (1994).

mod hire;
mod leave;
mod market;
#[cfg(test)]
mod tests;
mod turnover;

pub use market::{carried, matches};
pub use turnover::turnover;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::math::{exp, weekly};
use crate::engine::strips::{Lane, STRIP};
use crate::engine::sums::{BLOCK, Fixed, SHARE, merge, tabulate};
use crate::scenario::{LeverKind, SKILLS};
use crate::world::society::RegionSociety;
use crate::world::{ADULTS, Context, Households, Setting, Work, World};

/// Parameters of labour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Share of adults of working age who neither work nor seek, week 0.
    pub inactive: f64,
    /// Share of informal among the employed in towns, week 0.
    pub informal_urban: f64,
    /// The same in the countryside.
    pub informal_rural: f64,
    /// How much commoner informal work is one skill level down.
    pub informal_skill_step: f64,
    /// Informal wage over the formal one.
    pub informal_wage: f64,
    /// Largest share of a household's week-0 income that is wages when all its adults work formally.
    pub wage_income_cap: f64,
    /// Share of agriculture in rural jobs beyond the urban share.
    pub agriculture_rural: f64,
    /// Share of agriculture in urban jobs.
    pub agriculture_urban: f64,
    /// Share of industry in jobs outside agriculture.
    pub industry: f64,
    /// Share of construction in jobs outside agriculture.
    pub construction: f64,
    /// Share of the public sector in jobs outside agriculture.
    pub public: f64,
    /// Tail exponent of employer sizes.
    pub size_exponent: f64,
    /// Largest employer, jobs.
    pub size_max: f64,
    /// Hazard of losing a formal job, per week.
    pub separation_formal: f64,
    /// Hazard of losing an informal job, per week.
    pub separation_informal: f64,
    /// Share of search that goes to adjacent skill levels.
    pub adjacency: f64,
    /// Weeks of search before discouragement.
    pub discouraged_after: f64,
    /// Hazard of giving up the search after that, per week.
    pub discouragement: f64,
    /// Speed at which employers close the gap to wanted employment, per week.
    pub adjustment: f64,
    /// Elasticity of wanted employment to wages (positive number).
    pub demand_elasticity: f64,
    /// Elasticity of wages to tightness.
    pub wage_elasticity: f64,
    /// Speed of formal wages, per week.
    pub wage_speed_formal: f64,
    /// Speed of informal wages, per week.
    pub wage_speed_informal: f64,
    /// Weeks over which tightness is averaged.
    pub tightness_memory: f64,
    /// Mean preference of employers toward newcomers.
    pub preference: f64,
    /// Half-width of the spread of preferences over employers.
    pub preference_spread: f64,
    /// Productivity of newcomers over residents of the same skill.
    pub newcomer_productivity: f64,
    /// How sharply employers rank applicants.
    pub ranking: f64,
    /// Share of newcomers' ordinary hires that are formal.
    pub newcomer_formal: f64,
    /// Income of newcomers who seek work, without a job, over the income they arrived with.
    pub newcomer_support: f64,
    /// Reservation wage of newcomers over their income per adult.
    pub reservation: f64,
    /// Hazard scale of re-offering an informal job, per quarter.
    pub substitution: f64,
    /// Wage advantage below which no job is re-offered.
    pub substitution_friction: f64,
    /// Time constant of the stock of the displaced, weeks.
    pub displaced_memory: f64,
    /// Share of income that is spent.
    pub spending_share: f64,
    /// Share of newcomers' spending that becomes demand for local work.
    pub local_spending: f64,
    /// Output per worker over the mean wage.
    pub output_per_wage: f64,
}

impl Parameters {
    /// Chance of a newcomer to be hired over that of a resident, at an employer with `preference`.
    pub fn newcomer_odds(&self, preference: f64) -> f64 {
        exp(self.ranking * (self.newcomer_productivity * (1.0 + preference) - 1.0))
    }
}

/// Factors that turn a formal week-0 wage into this week's, by market: formal, informal.
pub fn wage_factors(p: &Parameters, world: &World) -> Vec<[f32; 2]> {
    let factor = |m: &crate::world::LabourMarket| {
        [exp(m.log_wage[0]) as f32, (p.informal_wage * exp(m.log_wage[1])) as f32]
    };
    world.labour.markets.iter().map(factor).collect()
}

/// The mutable columns of a run of households.
struct Rows<'a> {
    first: usize,
    work: &'a mut [[Work; ADULTS]],
    weeks: &'a mut [[u8; ADULTS]],
    region: &'a mut [u16],
    employer: &'a mut [u32],
    wage_income: &'a mut [f32],
    income: &'a mut [f32],
}

/// Adults in one state, of each household of a strip.
#[inline(always)]
fn adults_in(work: &[Lane<Work>; ADULTS], state: Work) -> Lane {
    let mut counts = [0_u8; STRIP];
    for work in work {
        for k in 0..STRIP {
            counts[k] += u8::from(work[k] == state);
        }
    }
    let mut adults = [0.0; STRIP];
    for k in 0..STRIP {
        adults[k] = f32::from(counts[k]);
    }
    adults
}

/// Market of each household of a strip.
#[inline(always)]
fn market_of(region: &Lane<u16>, skill: &Lane<u8>) -> Lane<u32> {
    let mut market = [0; STRIP];
    for k in 0..STRIP {
        market[k] = u32::from(region[k]) * SKILLS as u32 + u32::from(skill[k]);
    }
    market
}

/// Works on all households in fixed pieces and adds up their tables of `len` sums: plain floats within a piece,
/// in slot order, joined in fixed point.
fn over_households(
    labour: &mut crate::world::Labour,
    income: &mut [f32],
    len: usize,
    work_on: impl Fn(&mut Rows<'_>, &mut [f64]) + Sync,
) -> Vec<Fixed> {
    let size = BLOCK * 4;
    labour
        .work
        .par_chunks_mut(size)
        .zip(labour.weeks.par_chunks_mut(size))
        .zip(labour.region.par_chunks_mut(size))
        .zip(labour.employer.par_chunks_mut(size))
        .zip(labour.wage_income.par_chunks_mut(size))
        .zip(income.par_chunks_mut(size))
        .enumerate()
        .with_max_len(SHARE * BLOCK / size)
        .map(|(piece, (((((work, weeks), region), employer), wage_income), income))| {
            let mut table = vec![0.0; len];
            let first = piece * size;
            let mut rows = Rows { first, work, weeks, region, employer, wage_income, income };
            work_on(&mut rows, &mut table);
            table.into_iter().map(Fixed::of).collect::<Vec<Fixed>>()
        })
        .reduce(|| vec![Fixed::default(); len], |a, b| merge(a, &b))
}

/// Spending of newcomers present, by region, currency per month at full scale.
fn newcomer_spending(setting: &Setting, households: &Households, share: f64) -> Vec<f64> {
    let first = setting.residents;
    let sums = tabulate(setting.households() - first, setting.regions(), |k, table| {
        let i = first + k;
        if households.here(i) {
            let weight = f64::from(setting.people.weight[i]);
            table[households.region[i] as usize] += weight * f64::from(households.income[i]);
        }
    });
    sums.into_iter().map(|s| share * s.get()).collect()
}

/// Share of newcomers' applications that employers may take, by region: 1 unless residents come first.
fn open(ctx: &Context<'_>) -> Vec<f64> {
    let day = i64::from(Setting::first_day(ctx.week));
    (0..ctx.setting.regions())
        .map(|r| {
            let (strength, compliance) = ctx.setting.scenario.lever(LeverKind::NativeFirst, r, day);
            (1.0 - strength * compliance).clamp(0.0, 1.0)
        })
        .collect()
}

/// One week of the labour market.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.labour;
    let regions = setting.regions();
    if world.society.regions.len() < regions {
        world.society.regions.resize_with(regions, RegionSociety::default);
    }
    world.labour.newcomer_spending =
        newcomer_spending(setting, &world.households, p.spending_share);

    let open = open(ctx);
    let left = leave::step(ctx, world, &open);
    let memory = weekly(p.displaced_memory);
    for r in 0..regions {
        let mut displaced = 0.0;
        for g in 0..setting.groups() {
            let n = left.displaced[r * setting.groups() + g];
            world.flows.add(crate::world::Flow::Displaced, r, g, n);
            displaced += n;
        }
        let stock = &mut world.society.regions[r].displaced;
        *stock += displaced - memory * *stock;
    }
    let opened = super::projects::jobs_opened(setting, ctx.week);
    let chances = market::step(setting, &mut world.labour, &left.markets, &opened, &open);
    debug_assert_eq!(chances.len(), regions * SKILLS);
    hire::step(ctx, world, &chances, &open);
    for (r, counts) in left.markets.chunks(SKILLS).enumerate() {
        let seeking: f64 = counts.iter().map(|c| c.newcomer_seekers).sum();
        let day = i64::from(Setting::first_day(ctx.week));
        let cost = setting.scenario.unit_cost(LeverKind::NativeFirst, r, day);
        if cost > 0.0 {
            let refused = (1.0 - open[r]) * seeking;
            world.flows.add(crate::world::Flow::LeverCost, r, 0, cost * refused);
        }
    }
}
