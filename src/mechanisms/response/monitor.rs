//! Monitoring: what the authorities believe is happening.
//!
//! ```text
//! estimate(t) = Y(t - lag) (1 + bias) (1 - hidden * private share) (1 + noise U(-1, 1))
//! ```
//!
//! `Y` are incidents and, beside them, the share acting at discrimination or above. What passes in private
//! messages is partly hidden. With weight `response.monitor_weight` the surge of the police and the effort
//! of official mediators follow the estimate and not the truth; 0 is today's truth.
//!
//! Reads: incidents, acting shares (this week). Writes: `conduct.monitor_counts`,
//! `conduct.monitor_estimate`. Off: `response.monitor_weight = 0`. Cards: S2-H01. Source: ours.

use crate::engine::draws::Purpose;
use crate::mechanisms::information::channels::private_share;
use crate::world::{Context, World};

/// Puts this week on record and estimates from what was on record `lag` weeks ago.
pub fn observe(ctx: &Context<'_>, world: &mut World) {
    let scenario = &ctx.setting.scenario;
    let p = &scenario.parameters.response;
    record(world);
    let regions = ctx.setting.regions();
    let rows = world.conduct.monitor_counts.len() / regions.max(1);
    let row = rows.saturating_sub(1 + p.monitor_lag as usize);
    world.conduct.monitor_estimate = (0..regions)
        .map(|r| {
            let luck = ctx.draws.uniform(ctx.setting.place[r], ctx.week, Purpose::Monitor, 0);
            let seen = 1.0
                - scenario.parameters.information.private_hidden * private_share(ctx.setting, r);
            let factor =
                (1.0 + p.monitor_bias) * seen * (1.0 + p.monitor_noise * (2.0 * luck - 1.0));
            world.conduct.monitor_counts[row * regions + r].map(|x| (x * factor).max(0.0))
        })
        .collect();
}

/// Starts the record with week 0, an ordinary week.
pub fn start(world: &mut World) {
    world.conduct.monitor_counts.clear();
    record(world);
}

fn record(world: &mut World) {
    let counts = world.society.regions.iter().map(|r| [r.incidents.iter().sum(), r.acting[1]]);
    world.conduct.monitor_counts.extend(counts);
}

/// What the authorities take the acting share of a region to be.
pub fn believed_acting(ctx: &Context<'_>, world: &World, r: usize) -> f64 {
    let weight = ctx.setting.scenario.parameters.response.monitor_weight;
    let acts = world.society.regions[r].acting[1];
    let estimate = world.conduct.monitor_estimate.get(r).map_or(acts, |x| x[1]);
    (1.0 - weight) * acts + weight * estimate
}
