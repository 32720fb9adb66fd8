//! What the authorities say about incidents, and how that comes out.
//!
//! A notable incident is denied or acknowledged. A denial comes out in one of two ways. With
//! `response.admission_lag` 0 it comes out with a hazard, admitted or as a leak, as chance has it. With a
//! lag the authorities admit it that many weeks later, if they do at all, and it may leak before. After a
//! leak a share `response.leak_weekly` of those who heard of the incident and do not know yet learn of it
//! each later week, until it is admitted or forgotten.

use super::{Parameters, in_force};
use crate::engine::draws::{Address, Kind, Purpose};
use crate::engine::math::{exp, hazard, pow};
use crate::mechanisms::incidents;
use crate::scenario::{LeverKind, Scenario};
use crate::world::conduct::Denial;
use crate::world::{Context, Incident, Setting, World};

/// Weeks after which a denial no longer comes out.
const FORGOTTEN: u32 = 52;

/// Sum over this week's notable incidents of a region, by how widely they are heard of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fault {
    /// All of them: what is seen of the authorities.
    pub shown: f64,
    /// Those they acknowledge.
    pub owned: f64,
}

/// What the authorities say about this week's notable incidents; with the number acknowledged because
/// of the lever, by region.
pub(super) fn statements(ctx: &Context<'_>, world: &mut World, day: i64) -> (Vec<Fault>, Vec<u32>) {
    let p = &ctx.setting.scenario.parameters.response;
    let mut fault = vec![Fault::default(); ctx.setting.regions()];
    let mut spoken = vec![0; ctx.setting.regions()];
    let mut denials = Vec::new();
    for (index, event) in incidents::of_week(world, ctx.week) {
        if f64::from(event.severity) < p.notable_severity {
            continue;
        }
        let r = usize::from(event.region);
        let heard = heard(p, event);
        fault[r].shown += heard;
        let lever = in_force(&ctx.setting.scenario, LeverKind::Acknowledgement, r, day);
        let who = address(ctx.setting, event);
        let u = ctx.draws.uniform(who, ctx.week, Purpose::Denial, 0);
        if u < p.denial_habit * (1.0 - lever) {
            denials.push(Denial { incident: index as u32, week: ctx.week, known: 0.0 });
        } else {
            fault[r].owned += heard;
            spoken[r] += u32::from(u < p.denial_habit);
        }
    }
    world.conduct.denials.extend(denials);
    (fault, spoken)
}

/// Lets past denials come out: by region the share of people who learn of one, and the part of them to
/// whom it is admitted.
pub(super) fn reveal(ctx: &Context<'_>, world: &mut World) -> Vec<(f64, f64)> {
    let p = &ctx.setting.scenario.parameters.response;
    let mut learn = vec![(0.0_f64, 0.0_f64); ctx.setting.regions()];
    let incidents = &world.incidents;
    world.conduct.denials.retain_mut(|denial| {
        let event = &incidents[denial.incident as usize];
        let news = News::of(ctx, p, denial, address(ctx.setting, event));
        let told = match news {
            News::None => return ctx.week - denial.week < FORGOTTEN,
            News::Leak => p.leak_share,
            News::Rumoured => p.leak_weekly,
            News::Admission => p.admission_share,
        };
        let share = heard(p, event) * told * (1.0 - denial.known);
        let (all, of_them) = &mut learn[usize::from(event.region)];
        // Those who learn of two are counted once.
        *all = 1.0 - (1.0 - *all) * (1.0 - share);
        if news == News::Admission {
            *of_them = 1.0 - (1.0 - *of_them) * (1.0 - share);
        } else {
            denial.known += told * (1.0 - denial.known);
        }
        let spreads = p.leak_weekly > 0.0 || p.admission_lag > 0.0;
        let over = news == News::Admission || (denial.known > 0.0 && !spreads);
        !over && ctx.week - denial.week < FORGOTTEN
    });
    for (all, admitted) in &mut learn {
        *admitted = if *all > 0.0 { (*admitted / *all).min(1.0) } else { 0.0 };
    }
    learn
}

/// What becomes known of a denial this week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// Nothing.
    None,
    /// It leaks for the first time.
    Leak,
    /// It has leaked and spreads further.
    Rumoured,
    /// It is admitted.
    Admission,
}

impl News {
    fn of(ctx: &Context<'_>, p: &Parameters, denial: &Denial, who: Address) -> Self {
        if ctx.week <= denial.week {
            return Self::None;
        }
        let [u_out, u_admit] = ctx.draws.two(who, ctx.week, Purpose::Denial, 1);
        let out = u_out < hazard(p.detection);
        if p.admission_lag > 0.0 {
            // Whether they ever admit it is settled with the denial.
            let ever = ctx.draws.uniform(who, denial.week, Purpose::Denial, 2) < p.admission;
            if ever && f64::from(ctx.week - denial.week) >= p.admission_lag {
                return Self::Admission;
            }
        } else if out && u_admit < p.admission && denial.known == 0.0 {
            return Self::Admission;
        }
        match (denial.known > 0.0, out) {
            (true, _) => Self::Rumoured,
            (false, true) => Self::Leak,
            (false, false) => Self::None,
        }
    }
}

/// Who draws what is said of an incident: the event itself, so that in a scenario in which another one happens as well
/// the same is said of it.
fn address(setting: &Setting, event: &Incident) -> Address {
    let what = Address::new(Kind::Incident, u32::from(event.kind), u64::from(event.day as u32));
    setting.place[usize::from(event.region)]
        .with(what)
        .with(Address(event.severity.to_bits().into()))
}

/// Share of people who hear of an incident.
fn heard(p: &Parameters, event: &Incident) -> f64 {
    heard_of(p, f64::from(event.severity))
}

fn heard_of(p: &Parameters, severity: f64) -> f64 {
    severity / (severity + p.visible_severity)
}

/// What `events` ordinary incidents a week are expected to cost: the share of trust lost to denials that come
/// out, and the share of the authorities' fairness lost.
pub fn ordinary_loss(scenario: &Scenario, events: f64) -> (f64, f64) {
    let (p, trust) = (&scenario.parameters.response, &scenario.parameters.trust);
    // Most of it is in the tail: midpoints of a thousand steps in the log of the share above, each with its weight.
    let step = 20.0 / 1e3;
    let heard: f64 = (0..1000)
        .map(|k| exp(-step * (f64::from(k) + 0.5)))
        .map(|above| (above, scenario.parameters.incidents.severity(1.0 - above)))
        .filter(|&(_, severity)| severity >= p.notable_severity)
        .map(|(above, severity)| step * above * heard_of(p, severity))
        .sum();
    // Those who learn later of a leak that spreads.
    let later = 1.0 - pow(1.0 - p.leak_weekly, f64::from(FORGOTTEN - 1));
    let learn = p.admission * p.admission_share * (1.0 - trust.admission)
        + (1.0 - p.admission) * (p.leak_share + (1.0 - p.leak_share) * later);
    let shown = events * heard;
    (trust.betrayal * shown * p.denial_habit * learn, p.fault * shown)
}
