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
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// What it does to the world.
    pub run: fn(&Context<'_>, &mut World),
}

/// The week, in order.
pub const WEEK: &[Step] = &[
    Step {
        name: "season",
        meaning: "Moves the outside level of rents in each region by season and trend.",
        run: season,
    },
    Step {
        name: "arrivals",
        meaning: "Lets people through the border to a region; some move on, go back or change region later.",
        run: arrivals::step,
    },
    Step {
        name: "services",
        meaning: "Works off the queues at service centres, where newcomers register.",
        run: services::step,
    },
    Step {
        name: "housing",
        meaning: "Lists, matches and renews tenancies; landlords set asking rents; some tenants are given notice.",
        run: housing::step,
    },
    Step {
        name: "labour",
        meaning: "Separates, hires and re-offers jobs; wages follow how tight each market is.",
        run: labour::step,
    },
    Step {
        name: "prices",
        meaning: "Moves consumer prices with outside drift, newcomers' spending and cheap informal work.",
        run: prices::step,
    },
    Step {
        name: "wellbeing",
        meaning: "Moves life satisfaction with income, rent, home and work against what people are used to.",
        run: wellbeing::step,
    },
    Step {
        name: "contact",
        meaning: "Counts who is seen and who is met where people live; both fade slowly.",
        run: contact::step,
    },
    Step {
        name: "information",
        meaning: "Carries media coverage, rumours and official word; updates beliefs about others.",
        run: information::step,
    },
    Step {
        name: "threat",
        meaning: "Adds up what people see as threats to jobs, homes, services, safety and way of life.",
        run: threat::step,
    },
    Step {
        name: "blame",
        meaning: "Lays losses on groups, on the authorities or on nobody.",
        run: blame::step,
    },
    Step {
        name: "affect",
        meaning: "Moves fear and hostility toward each target: own threat, others nearby and online, decay to an anchor.",
        run: affect::step,
    },
    Step {
        name: "acts",
        meaning: "Lets households help, or act against others once their threshold is passed.",
        run: acts::step,
    },
    Step {
        name: "incidents",
        meaning: "Turns acts and earlier incidents into incidents, which may set off more.",
        run: incidents::step,
    },
    Step {
        name: "response",
        meaning: "Answers incidents: reports, police, courts, mediation, denial or acknowledgement.",
        run: response::step,
    },
    Step {
        name: "trust",
        meaning: "Moves trust in courts, police and authorities with what they are seen to do.",
        run: trust::step,
    },
    Step {
        name: "exit",
        meaning: "Lets households leave the country out of fear or for a better life elsewhere.",
        run: exit::step,
    },
    Step {
        name: "money",
        meaning: "Writes into the accounts who paid whom: wages, rents, spending, taxes, policies.",
        run: money::step,
    },
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
