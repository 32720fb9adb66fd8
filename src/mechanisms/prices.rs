//! Prices: the level of consumer prices, outside and by region.
//!
//! *What happens.* Dated outside drifts move all prices. Newcomers' spending pushes a region's prices up;
//! cheap informal labour of newcomers pushes them down. Which wins depends on who comes.
//!
//! *Cards.* S1-H16.
//!
//! *Equation.* p is the log regional level over the outside one, D/S newcomers' over residents' spending,
//! c newcomers in informal jobs over all employed:
//!
//! ```text
//! p' = p + (1 - exp(-1/τ)) (η_D D/S - η_S c - p)
//! ```
//!
//! *Reads* `labour.{newcomer_spending, newcomers_informal, employed}`, shocks; *writes* `price_level`,
//! `prices`. *Off* with `demand_push = 0` and `cheap_labour = 0`.
//!
//! *Sources.* Balkan and Tumen (2016) for the fall, CABAR (2022) for the rise.

use serde::{Deserialize, Serialize};

use crate::engine::math::{exp, weekly};
use crate::scenario::{DAYS_PER_WEEK, Scenario, ShockKind};
use crate::world::{Context, World};

/// Parameters of prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Log price per share of newcomers in spending.
    pub demand_push: f64,
    /// Log price per share of newcomers' informal labour, taken off.
    pub cheap_labour: f64,
    /// Time constant of prices, weeks.
    pub adjustment_weeks: f64,
}

/// Change of the log price level by `day` from outside: everywhere (`None`) or in one region beyond that.
fn outside(scenario: &Scenario, region: Option<usize>, day: i64) -> f64 {
    let mut sum = 0.0;
    for shock in scenario.shocks.iter().filter(|s| s.region == region) {
        if let ShockKind::Prices { log_change } = shock.kind {
            // What happened before the start is part of prices at week 0.
            let done =
                |d: i64| ((d - shock.day) as f64 / f64::from(shock.days.max(1))).clamp(0.0, 1.0);
            sum += log_change * (done(day) - done(0));
        }
    }
    sum
}

/// One week of prices.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let scenario = &ctx.setting.scenario;
    let p = &scenario.parameters.prices;
    let end = i64::from(ctx.week * DAYS_PER_WEEK);
    let start = end - i64::from(DAYS_PER_WEEK);
    world.price_level = exp(outside(scenario, None, end));
    let memory = weekly(p.adjustment_weeks);
    for r in 0..ctx.setting.regions() {
        let usual = ctx.setting.employment.spending[r];
        let demand = ratio(world.labour.newcomer_spending[r], usual);
        let cheap = ratio(world.labour.newcomers_informal[r], world.labour.employed[r]);
        let target = p.demand_push * demand - p.cheap_labour * cheap;
        let before = world.prices[r] - outside(scenario, Some(r), start);
        world.prices[r] = outside(scenario, Some(r), end) + before + memory * (target - before);
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Shock, testing};
    use crate::world::populate::populate;

    fn run(world: &mut World, setting: &crate::world::Setting, weeks: u32) {
        for week in 1..=weeks {
            step(&Context { setting, draws: Draws::new(1, 0), week }, world);
        }
    }

    #[test]
    fn solvent_newcomers_raise_prices_and_cheap_labour_lowers_them() {
        let (setting, mut world) = populate(testing::two_towns());
        let p = setting.scenario.parameters.prices.clone();
        world.labour.newcomer_spending[0] = 0.1 * setting.employment.spending[0];
        world.labour.newcomers_informal[1] = 0.1 * world.labour.employed[1];
        run(&mut world, &setting, 400);
        assert!((world.prices[0] - 0.1 * p.demand_push).abs() < 1e-9, "limit of the demand side");
        assert!((world.prices[1] + 0.1 * p.cheap_labour).abs() < 1e-9, "limit of the supply side");
    }

    #[test]
    fn without_newcomers_or_shocks_nothing_moves() {
        let (setting, mut world) = populate(testing::two_towns());
        run(&mut world, &setting, 50);
        assert!(world.prices.iter().all(|&x| x == 0.0));
        assert_eq!(world.price_level, 1.0);
    }

    #[test]
    fn an_outside_drift_arrives_in_full() {
        let mut scenario = testing::two_towns();
        let shock = |region| Shock {
            id: "drift".into(),
            day: 7,
            days: 28,
            region,
            kind: ShockKind::Prices { log_change: 0.1 },
            source: "made up".into(),
        };
        scenario.shocks = vec![shock(None), shock(Some(1))];
        let (setting, mut world) = populate(scenario);
        run(&mut world, &setting, 1);
        assert_eq!(world.price_level, 1.0);
        run(&mut world, &setting, 10);
        assert!((world.price_level - exp(0.1)).abs() < 1e-12);
        assert_eq!(world.prices[0], 0.0);
        assert!((world.prices[1] - 0.1).abs() < 1e-9);
    }
}
