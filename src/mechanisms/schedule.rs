//! The whole week on one screen.

mod access;

use super::{
    acts, affect, arrivals, blame, contact, exit, housing, incidents, information, labour, land,
    money, prices, projects, response, services, threat, trust, wellbeing,
};
use super::{aid, memory, minority};
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
    /// Columns of the world it reads, as they are when its turn comes.
    pub reads: &'static [&'static str],
    /// Columns of the world it writes; it may read them too.
    pub writes: &'static [&'static str],
}

impl Step {
    const fn new(
        name: &'static str,
        meaning: &'static str,
        run: fn(&Context<'_>, &mut World),
        access: access::Access,
    ) -> Self {
        Self { name, meaning, run, reads: access.reads, writes: access.writes }
    }
}

/// The week, in order.
pub const WEEK: &[Step] = &[
    Step::new(
        "season",
        "Moves the outside level of rents in each region by season and trend.",
        season,
        access::SEASON,
    ),
    Step::new(
        "arrivals",
        "Lets people through the border to a region; some move on, go back or change region later.",
        arrivals::step,
        access::ARRIVALS,
    ),
    Step::new(
        "services",
        "Works off the queues at service centres, where newcomers register.",
        services::step,
        access::SERVICES,
    ),
    Step::new(
        "aid",
        "Supports newcomers without a home of their own, where a policy does.",
        aid::step,
        access::AID,
    ),
    Step::new(
        "housing",
        "Lists, matches and renews tenancies; landlords set asking rents; some tenants are given notice.",
        housing::step,
        access::HOUSING,
    ),
    Step::new(
        "labour",
        "Separates, hires and re-offers jobs; wages follow how tight each market is.",
        labour::step,
        access::LABOUR,
    ),
    Step::new(
        "prices",
        "Moves consumer prices with outside drift, newcomers' spending and cheap informal work.",
        prices::step,
        access::PRICES,
    ),
    Step::new(
        "land",
        "Shares land and water out among those who claim them; droughts, growth and projects leave less.",
        land::step,
        access::LAND,
    ),
    Step::new(
        "wellbeing",
        "Moves life satisfaction with income, rent, home and work against what people are used to.",
        wellbeing::step,
        access::WELLBEING,
    ),
    Step::new(
        "contact",
        "Counts who is seen and who is met where people live; both fade slowly.",
        contact::step,
        access::CONTACT,
    ),
    Step::new(
        "projects",
        "Moves what residents know of foreign projects, expect of them and hold against them.",
        projects::step,
        access::PROJECTS,
    ),
    Step::new(
        "information",
        "Carries media coverage, rumours and official word; updates beliefs about others.",
        information::step,
        access::INFORMATION,
    ),
    Step::new(
        "threat",
        "Adds up what people see as threats to jobs, homes, services, safety and way of life.",
        threat::step,
        access::THREAT,
    ),
    Step::new(
        "blame",
        "Lays losses on groups, on the authorities or on nobody.",
        blame::step,
        access::BLAME,
    ),
    Step::new(
        "affect",
        "Moves fear and hostility toward each target: own threat, others nearby and online, decay to an anchor.",
        affect::step,
        access::AFFECT,
    ),
    Step::new(
        "minority",
        "Moves attachments to home and to a kin state, signs of them and the pressure on those.",
        minority::step,
        access::MINORITY,
    ),
    Step::new(
        "acts",
        "Lets households help, or act against others once their threshold is passed.",
        acts::step,
        access::ACTS,
    ),
    Step::new(
        "incidents",
        "Turns acts and earlier incidents into incidents, which may set off more.",
        incidents::step,
        access::INCIDENTS,
    ),
    Step::new(
        "memory",
        "Keeps what groups and households do not forget of incidents against them; fades over years.",
        memory::step,
        access::MEMORY,
    ),
    Step::new(
        "response",
        "Answers incidents: reports, police, courts, mediation, denial or acknowledgement.",
        response::step,
        access::RESPONSE,
    ),
    Step::new(
        "trust",
        "Moves trust in courts, police and authorities with what they are seen to do.",
        trust::step,
        access::TRUST,
    ),
    Step::new(
        "exit",
        "Lets households leave the country out of fear or for a better life elsewhere.",
        exit::step,
        access::EXIT,
    ),
    Step::new(
        "money",
        "Writes into the accounts who paid whom: wages, rents, spending, taxes, policies.",
        money::step,
        access::MONEY,
    ),
];

/// Columns with several writers, and the rule that keeps them apart.
pub const SHARED: &[(&str, &str)] = &[
    ("households.presence", LIVES),
    ("households.cell", LIVES),
    ("households.tenure", LIVES),
    ("households.dwelling", LIVES),
    ("households.rent", LIVES),
    ("households.lease_end", LIVES),
    ("households.notice_until", LIVES),
    ("households.search_left", LIVES),
    ("households.seeking", LIVES),
    ("households.unhoused_weeks", LIVES),
    (
        "households.income",
        "arrivals sets what newcomers live on until they work here; housing pools the incomes of those who share; labour changes the wage part only",
    ),
    (
        "households.savings",
        "aid adds to it; housing pools the savings of those who share, and counts on them",
    ),
    ("dwellings.state", LETS),
    ("dwellings.ask", LETS),
    (
        "flows",
        "each kind of flow is added to, never set; several may add to exits and to lever cost",
    ),
    ("society.threat", "threat sets it; blame then takes off what is laid on others"),
    ("society.act_probability", LEAVES),
    ("society.rung", LEAVES),
];

/// Rule of the columns that say where and how a household lives.
const LIVES: &str = "arrivals places, moves and removes newcomers; housing does the rest; exit clears those who leave";
/// Rule of the columns of dwellings.
const LETS: &str = "housing lets and offers; arrivals and exit offer what is left behind";
/// Rule of the columns of acts.
const LEAVES: &str = "acts sets it; exit clears it for those who leave";

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

#[cfg(test)]
mod levers;
#[cfg(test)]
pub(crate) mod tests;
