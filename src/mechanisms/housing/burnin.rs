//! Burn-in: three years of the rental market with its indices held, so that week 0 has no drift.
//!
//! With both indices held at the reference, the level of asks is moved until the mean new contract equals the
//! reference rent: first in each band nationally, then in each market. Tightness in the last year is the
//! no-shock tightness of a market, shrunk toward the national mean of its band where the market is thin.
//! Meanwhile jobs turn over with the labour market at its reference. A year with nothing held follows, in which
//! the slow index comes to rest. All this is shared by all replicates; then each lives half a year of its own with everything released, so
//! that the state of thin markets at week 0 is part of the spread and not an accident common to all.

use crate::engine::draws::Draws;
use crate::mechanisms::labour;
use crate::world::{BANDS, Context, Market, Setting, World};

/// Weeks of burn-in.
pub const WEEKS: u32 = 208;
/// Week numbers of burn-in draws start here, out of reach of any scenario.
const FIRST_WEEK: u32 = 0x8000;
/// Weeks in which the level moves band by band; after them market by market.
const BAND_WEEKS: u32 = 52;
/// Step of the level per week toward the reference, by band and by market.
const BAND_STEP: f64 = 0.15;
const MARKET_STEP: f64 = 0.05;
/// Weeks at the end over which the no-shock tightness is measured.
const MEASURED_WEEKS: u32 = 104;
/// Weeks after them in which nothing is held any more, still shared by all replicates.
const FREE_WEEKS: u32 = 52;
/// Weeks that each replicate lives on its own before week 0.
const OWN_WEEKS: u32 = 26;
/// Renters (agents of the least sample) with which a market's own tightness counts as much as that of its like elsewhere.
const SHRINKAGE: f64 = 150.0;
/// Moves (of such agents) with which a region's own rate of setting up a household counts as much as the national one.
const SHRINKAGE_MOVES: f64 = 30.0;

/// Runs burn-in and sets `setting.ask_level` and the markets' no-shock tightness.
pub fn run(setting: &mut Setting, world: &mut World) {
    let mut level = vec![0.0; world.markets.len()];
    let mut tightness = vec![0.0; world.markets.len()];
    let mut family = vec![(0.0, 0.0); setting.regions()];
    let draws = Draws::week0(setting.scenario.seed);
    for k in 1..=WEEKS {
        let ctx = Context { setting, draws, week: FIRST_WEEK + k };
        for market in &mut world.markets {
            // No tightness counts as unusual yet: only the level of asks moves.
            market.base_tightness = market.tightness;
            market.usual_tightness = market.tightness;
        }
        if k > BAND_WEEKS {
            // Incomes turn over as they will later, so that what tenants can pay is at rest too.
            labour::turnover(&ctx, world);
        }
        let super::Week { contracts, family: flows } = super::week(&ctx, world, k, &level, true);
        let mean = |(sum, n): (f64, u32)| if n > 0 { sum / f64::from(n) } else { 0.0 };
        if k <= BAND_WEEKS {
            let mut bands = [(0.0, 0); BANDS];
            for (c, m) in contracts.iter().zip(&world.markets) {
                let band = &mut bands[m.bands.0 as usize];
                *band = (band.0 + c.0, band.1 + c.1);
            }
            for (u, m) in level.iter_mut().zip(&world.markets) {
                *u -= BAND_STEP * mean(bands[m.bands.0 as usize]);
            }
        } else {
            for (u, c) in level.iter_mut().zip(contracts) {
                *u -= MARKET_STEP * mean(c);
            }
        }
        if k > WEEKS - MEASURED_WEEKS {
            for (sum, flow) in family.iter_mut().zip(flows) {
                *sum = (sum.0 + flow.0, sum.1 + flow.1);
            }
            for (t, market) in tightness.iter_mut().zip(&world.markets) {
                *t += market.tightness / f64::from(MEASURED_WEEKS);
            }
        }
    }
    // Markets of the same bands are alike: references are shares of the region's own incomes.
    let like = |m: &Market| m.bands.0 as usize * BANDS + m.bands.1 as usize;
    let mut national = [(0.0, 0.0); BANDS * BANDS];
    for (t, m) in tightness.iter().zip(&world.markets) {
        let sum = &mut national[like(m)];
        *sum = (sum.0 + t, sum.1 + 1.0);
    }
    for (t, market) in tightness.iter().zip(&mut world.markets) {
        let (sum, n) = national[like(market)];
        let mean = if n > 0.0 { sum / n } else { *t };
        let own = market.renters / (market.renters + SHRINKAGE * setting.rental_density);
        market.base_tightness = own * t + (1.0 - own) * mean;
        market.usual_tightness = *t;
        market.pipeline.clear();
        market.finished = 0.0;
    }
    setting.ask_level = level;
    set_up_rates(setting, &family);
    // Released, the slow index finds the level at which it rests.
    for k in 1..=FREE_WEEKS {
        let ctx = Context { setting, draws, week: FIRST_WEEK + WEEKS + k };
        labour::turnover(&ctx, world);
        let _ = super::week(&ctx, world, WEEKS + k, &setting.ask_level, false);
    }
    redate(world, WEEKS + FREE_WEEKS);
}

/// Sets the rate at which those living with relatives set up on their own so that as many leave relatives as
/// went to them in the measured year: the number living with relatives rests. Thin regions lean on the whole
/// country.
fn set_up_rates(setting: &mut Setting, family: &[(f64, f64)]) {
    let all = family.iter().fold((0.0, 0.0), |a, f| (a.0 + f.0, a.1 + f.1));
    if all.1 <= 0.0 {
        return;
    }
    let national = all.0 / all.1;
    for (rate, (went, there)) in setting.set_up_rate.iter_mut().zip(family) {
        // A pseudo-count of as many household-weeks as bring that many moves at the national rate.
        let moves = SHRINKAGE_MOVES * setting.rental_density;
        *rate = (went + moves) / (there + moves / national.max(1e-9));
    }
}

/// The last half year before week 0, with the draws of a replicate and nothing held.
pub fn own_prelude(setting: &Setting, world: &mut World, draws: Draws) {
    for k in 1..=OWN_WEEKS {
        let ctx = Context { setting, draws, week: FIRST_WEEK + WEEKS + FREE_WEEKS + k };
        labour::step(&ctx, world);
        let _ = super::week(&ctx, world, k, &setting.ask_level, false);
    }
    redate(world, OWN_WEEKS);
    // Buildings were dated in the weeks of the draws.
    for (finish, _) in world.markets.iter_mut().flat_map(|m| &mut m.pipeline) {
        *finish = finish.saturating_sub(FIRST_WEEK + WEEKS + FREE_WEEKS + OWN_WEEKS);
    }
}

/// Leases were dated in burn-in's own weeks; from now on week 0 is where it ends.
fn redate(world: &mut World, weeks: u32) {
    for week in world.households.lease_end.iter_mut().chain(&mut world.households.notice_until) {
        if *week != 0 {
            *week = week.saturating_sub(weeks as u16).max(1);
        }
    }
    world.flows.clear();
}
