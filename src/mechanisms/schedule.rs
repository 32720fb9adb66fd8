//! The whole week on one screen.

use super::{
    acts, affect, arrivals, blame, contact, exit, housing, incidents, information, labour, money,
    prices, response, services, threat, trust, wellbeing,
};
use crate::engine::math::exp;
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
    Step { name: "season", run: season },
    Step { name: "arrivals", run: arrivals::step },
    Step { name: "services", run: services::step },
    Step { name: "housing", run: housing::step },
    Step { name: "labour", run: labour::step },
    Step { name: "prices", run: prices::step },
    Step { name: "wellbeing", run: wellbeing::step },
    Step { name: "contact", run: contact::step },
    Step { name: "information", run: information::step },
    Step { name: "threat", run: threat::step },
    Step { name: "blame", run: blame::step },
    Step { name: "affect", run: affect::step },
    Step { name: "acts", run: acts::step },
    Step { name: "incidents", run: incidents::step },
    Step { name: "response", run: response::step },
    Step { name: "trust", run: trust::step },
    Step { name: "exit", run: exit::step },
    Step { name: "money", run: money::step },
];

/// Season and trend of rents: the outside level of each region at the end of the week.
pub fn season(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let end = i64::from(Setting::first_day(ctx.week + 1));
    let mut rents = vec![0.0; setting.regions()];
    for shock in &setting.scenario.shocks {
        let ShockKind::Rents { log_change } = shock.kind else { continue };
        let span = |day: i64| ((day - shock.day) as f64 / f64::from(shock.days)).clamp(0.0, 1.0);
        // What happened before the scenario starts is in its week 0.
        let done = log_change * (span(end) - span(0));
        match shock.region {
            Some(r) => rents[r] += done,
            None => rents.iter_mut().for_each(|x| *x += done),
        }
    }
    for (level, log) in world.rent_level.iter_mut().zip(rents) {
        *level = exp(log);
    }
}
