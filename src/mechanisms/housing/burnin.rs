//! Burn-in: two years of the rental market with its indices held, so that week 0 has no drift.
//!
//! With both indices held at the reference, the level of asks in each band is moved until the mean new
//! contract equals the reference rent; tightness in the second year is the no-shock tightness of each market,
//! shrunk toward the national mean of its band where the market is thin.

use crate::engine::draws::Draws;
use crate::world::{BANDS, Context, Setting, World};

/// Weeks of burn-in.
pub const WEEKS: u32 = 104;
/// Week numbers of burn-in draws start here, out of reach of any scenario.
const FIRST_WEEK: u32 = 0x8000;
/// Weeks after which the level of asks moves slowly.
const COARSE_WEEKS: u32 = 50;
/// Weeks at the end over which the no-shock tightness is measured.
const MEASURED_WEEKS: u32 = 52;
/// Renters with which a market's own tightness counts as much as the national one.
const SHRINKAGE: f64 = 200.0;

/// Runs burn-in and sets `setting.ask_level` and the markets' no-shock tightness.
pub fn run(setting: &mut Setting, world: &mut World) {
    let mut level = [0.0; BANDS];
    let mut tightness = vec![0.0; world.markets.len()];
    let draws = Draws::week0(setting.scenario.seed);
    for k in 1..=WEEKS {
        let ctx = Context { setting, draws, week: FIRST_WEEK + k };
        for market in &mut world.markets {
            // Held indices and no memory: only the level of asks moves.
            market.base_tightness = market.tightness;
            market.usual_tightness = market.tightness;
        }
        let contracts = super::week(&ctx, world, k, &level, true);
        let step = if k < COARSE_WEEKS { 0.15 } else { 0.03 };
        for (u, (sum, n)) in level.iter_mut().zip(contracts) {
            if n > 0 {
                *u -= step * sum / f64::from(n);
            }
        }
        if k > WEEKS - MEASURED_WEEKS {
            for (t, market) in tightness.iter_mut().zip(&world.markets) {
                *t += market.tightness / f64::from(MEASURED_WEEKS);
            }
        }
    }
    // National means by the lowest band a market covers.
    let mut national = [(0.0, 0.0); BANDS];
    for (t, m) in tightness.iter().zip(&world.markets) {
        let band = &mut national[m.bands.0 as usize];
        *band = (band.0 + t * m.renters, band.1 + m.renters);
    }
    for (t, market) in tightness.iter().zip(&mut world.markets) {
        let (sum, renters) = national[market.bands.0 as usize];
        let mean = if renters > 0.0 { sum / renters } else { *t };
        let own = market.renters / (market.renters + SHRINKAGE);
        market.base_tightness = own * t + (1.0 - own) * mean;
        market.usual_tightness = *t;
        market.pipeline.clear();
        market.finished = 0.0;
    }
    setting.ask_level = level;
    // Leases were dated in burn-in's own weeks.
    for week in world.households.lease_end.iter_mut().chain(&mut world.households.notice_until) {
        if *week != 0 {
            *week = week.saturating_sub(WEEKS as u16).max(1);
        }
    }
    world.flows.clear();
}
