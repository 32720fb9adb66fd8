//! The whole week on one screen.

use super::{arrivals, housing, services};
use crate::scenario::ShockKind;
use crate::world::{Context, Setting, World};

/// One mechanism of the week.
pub struct Step {
    /// Name, as in `--profile` and `list --mechanisms`.
    pub name: &'static str,
    /// What it does to the world.
    pub run: fn(&Context<'_>, &mut World),
}

/// The week, in order.
pub const WEEK: &[Step] = &[
    Step { name: "outside", run: outside },
    Step { name: "arrivals", run: arrivals::step },
    Step { name: "services", run: services::step },
    Step { name: "housing", run: housing::step },
];

/// Season and trend: the outside levels of rents and prices at the end of the week.
pub fn outside(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let end = i64::from(Setting::first_day(ctx.week + 1));
    let mut prices = 0.0;
    let mut rents = vec![0.0; setting.regions()];
    for shock in &setting.scenario.shocks {
        let span = |day: i64| ((day - shock.day) as f64 / f64::from(shock.days)).clamp(0.0, 1.0);
        // What happened before the scenario starts is in its week 0.
        let done = span(end) - span(0);
        match shock.kind {
            ShockKind::Prices { log_change } => prices += done * log_change,
            ShockKind::Rents { log_change } => match shock.region {
                Some(r) => rents[r] += done * log_change,
                None => rents.iter_mut().for_each(|x| *x += done * log_change),
            },
            _ => {}
        }
    }
    world.price_level = crate::engine::math::exp(prices);
    for (level, log) in world.rent_level.iter_mut().zip(rents) {
        *level = crate::engine::math::exp(log);
    }
}
