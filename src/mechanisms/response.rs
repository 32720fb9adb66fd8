//! Response: police, sanction, mediation, fairness, and what the authorities say about incidents.
//!
//! Police answer a share `min(1, capacity / A_k)` of the acts at rung `k` (speech like discrimination); capacity rises after a surge of
//! acts and falls back. What people see sanctioned, `effectiveness * reported share * answered share`,
//! moves the perceived probability of sanction: `P' = P + chi (seen - P)` where acts occurred, else toward
//! the prior. Mediation prevents a share `strength * coverage * stability * trust in authorities` of
//! set-off incidents. A notable incident is denied with the habit probability, lowered by the
//! acknowledgement lever, or acknowledged: then fault is on record for a while. Either way it shows the
//! authorities less fair than they were taken to be. A denial comes out with a hazard a week; those who
//! learn of it are few when it leaks and many when it is admitted. Enforcement makes sanction more
//! effective and costs legitimacy: police and courts act less fairly.
//!
//! Reads: acting shares, trust sums, this week's incidents. Writes of each region: perceived sanction,
//! police capacity, fairness, `denial_detected`, `admitted`, `acknowledged_fault`; mediation, denials,
//! lever cost. Off: `response.effectiveness` 0, `response.mediation_strength` 0, `response.denial_habit` 0.
//! Cards: S0-H18, S0-H21, S0-H22, S0-H46, S2-H01, S2-H04, S2-H18, S2-H22, S2-H29. Sources: deterrence by perceived
//! certainty (Nagin 2013); trust as the road from fairness to conduct (Walters and Bolger 2019).

use serde::{Deserialize, Serialize};

use super::incidents;
use crate::engine::draws::{Address, Kind, Purpose};
use crate::engine::math::{exp, hazard, weekly};
use crate::scenario::{LeverKind, Scenario};
use crate::world::conduct::Denial;
use crate::world::society::ACTS;
use crate::world::{Context, Flow, Incident, Setting, World};

/// Weeks after which a denial no longer comes out.
const FORGOTTEN: u32 = 52;
/// Positions of the institutions.
const POLICE: usize = 1;
const AUTHORITIES: usize = 2;

/// Parameters of the response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Chance that an act which is reported and answered is sanctioned.
    pub effectiveness: f64,
    /// Perceived probability of sanction where no acts occur.
    pub prior_sanction: f64,
    /// Share of the gap to the observed probability closed in a week.
    pub sanction_learning: f64,
    /// Acts per household and week that police can answer in calm.
    pub police_capacity: f64,
    /// Share of acts beyond capacity that capacity grows by in a week.
    pub police_surge: f64,
    /// Weeks in which added capacity is withdrawn.
    pub police_weeks: f64,
    /// Share of set-off incidents that full mediation prevents.
    pub mediation_strength: f64,
    /// Share of places with mediators.
    pub mediation_coverage: f64,
    /// Stability of those who mediate.
    pub mediation_stability: f64,
    /// Severity from which authorities must speak about an incident.
    pub notable_severity: f64,
    /// Chance that they deny its nature.
    pub denial_habit: f64,
    /// Hazard per week that a denial comes out.
    pub detection: f64,
    /// Chance that a denial which comes out is admitted.
    pub admission: f64,
    /// Severity at which half of the people hear of an incident.
    pub visible_severity: f64,
    /// Share of those who heard that learn of a denial that leaks.
    pub leak_share: f64,
    /// Share of those who heard that learn of an admission.
    pub admission_share: f64,
    /// Fault on record after an acknowledgement heard by all.
    pub acknowledged: f64,
    /// Weeks in which acknowledged fault fades.
    pub acknowledged_weeks: f64,
    /// Fall of the authorities' fairness after an incident heard of by all.
    pub fault: f64,
    /// Weeks in which fairness returns to its usual level.
    pub fairness_weeks: f64,
    /// Fall of the fairness of police and courts under full enforcement.
    pub enforcement_cost: f64,
    /// Fall of the fairness of police and courts when no act can be answered.
    pub overload_cost: f64,
}

/// Works the response to this week's acts and incidents.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let day = i64::from(Setting::first_day(ctx.week));
    let (fault, spoken) = statements(ctx, world, day);
    let revealed = reveal(ctx, world);
    let p = &ctx.setting.scenario.parameters.response;
    let scenario = &ctx.setting.scenario;
    for r in 0..ctx.setting.regions() {
        let enforcement = in_force(scenario, LeverKind::Enforcement, r, day);
        let sanction = Sanction::of(ctx, world, r, enforcement);
        let households = households(ctx, world, r);
        let extra = sanction.extra_per_household * households;
        let cost = scenario.unit_cost(LeverKind::Enforcement, r, day) * extra
            + scenario.unit_cost(LeverKind::Acknowledgement, r, day) * f64::from(spoken[r]);
        if cost > 0.0 {
            world.flows.add(Flow::LeverCost, r, 0, cost);
        }
        let usual = world.conduct.usual_fairness[r];
        let region = &mut world.society.regions[r];
        sanction.learn(p, region.acting, households, &mut region.perceived_sanction);
        region.police_capacity = capacity(p, region.police_capacity, region.acting[1]);
        let strained =
            p.enforcement_cost * enforcement + p.overload_cost * (1.0 - sanction.answered[1]);
        for (k, (fair, usual)) in region.fairness.iter_mut().zip(usual).enumerate() {
            let strain = if k == AUTHORITIES { 0.0 } else { strained };
            // Open dealings about foreign projects are fairer dealings.
            let open = if k == AUTHORITIES { region.openness } else { 0.0 };
            let aim = ((usual - strain).max(0.0) + open).min(1.0);
            *fair += weekly(p.fairness_weeks) * (aim - *fair);
        }
        // Ordinary incidents are part of the usual fairness: only what goes beyond them moves it.
        let beyond =
            p.fault * fault[r].shown - world.conduct.ordinary_loss.get(r).map_or(0.0, |x| x.1);
        region.fairness[AUTHORITIES] =
            (region.fairness[AUTHORITIES] * (1.0 - beyond.min(1.0))).min(1.0);
        region.acknowledged_fault *= exp(-1.0 / p.acknowledged_weeks);
        region.acknowledged_fault +=
            (1.0 - region.acknowledged_fault) * (p.acknowledged * fault[r].owned).min(1.0);
        region.denial_detected = revealed[r].0;
        region.admitted = revealed[r].1;
    }
    mediate(ctx, world);
}

/// Sets the share of set-off incidents that mediation prevents, by region.
pub fn mediate(ctx: &Context<'_>, world: &mut World) {
    let p = &ctx.setting.scenario.parameters.response;
    for r in 0..ctx.setting.regions() {
        let households = households(ctx, world, r);
        let credibility = trust(ctx, world, r, AUTHORITIES, households);
        world.conduct.mediation[r] =
            (p.mediation_strength * p.mediation_coverage * p.mediation_stability * credibility)
                .clamp(0.0, 1.0);
    }
}

/// Police capacity next week.
fn capacity(p: &Parameters, now: f64, acts: f64) -> f64 {
    now + p.police_surge * (acts - now).max(0.0)
        - weekly(p.police_weeks) * (now - p.police_capacity)
}

/// What becomes of acts in one region.
pub struct Sanction {
    /// Probability of sanction seen, by rung.
    pub seen: [f64; ACTS],
    /// Share of acts that police can answer, by rung.
    pub answered: [f64; ACTS],
    /// Acts sanctioned per household because of enforcement.
    extra_per_household: f64,
}

impl Sanction {
    /// Under enforcement of this strength, from this week's acting shares.
    pub fn of(ctx: &Context<'_>, world: &World, r: usize, enforcement: f64) -> Self {
        let scenario = &ctx.setting.scenario;
        let p = &scenario.parameters.response;
        let region = &world.society.regions[r];
        let trust = trust(ctx, world, r, POLICE, households(ctx, world, r));
        let reported = scenario.parameters.incidents.report_share(trust);
        let effectiveness = p.effectiveness + enforcement * (1.0 - p.effectiveness);
        // Speech is no matter of capacity: it is answered as far as graver acts leave room.
        let answered = std::array::from_fn(|k| {
            let acts = region.acting[k.max(1)];
            if acts > region.police_capacity { region.police_capacity / acts } else { 1.0 }
        });
        Self {
            seen: answered.map(|share| effectiveness * reported * share),
            answered,
            extra_per_household: (effectiveness - p.effectiveness)
                * reported
                * answered[1]
                * region.acting[1],
        }
    }

    /// Moves the perceived probabilities toward what is seen, or to the prior where nothing happens.
    fn learn(
        &self,
        p: &Parameters,
        acting: [f64; ACTS],
        households: f64,
        perceived: &mut [f64; ACTS],
    ) {
        for k in 0..ACTS {
            let occurred = hazard(acting[k] * households);
            let aim = occurred * self.seen[k] + (1.0 - occurred) * p.prior_sanction;
            perceived[k] += p.sanction_learning * (aim - perceived[k]);
        }
    }
}

/// Sum over this week's notable incidents of a region, by how widely they are heard of.
#[derive(Debug, Clone, Copy, Default)]
struct Fault {
    /// All of them: what is seen of the authorities.
    shown: f64,
    /// Those they acknowledge.
    owned: f64,
}

/// What the authorities say about this week's notable incidents; with the number acknowledged because
/// of the lever, by region.
fn statements(ctx: &Context<'_>, world: &mut World, day: i64) -> (Vec<Fault>, Vec<u32>) {
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
        let who = Address::new(Kind::Incident, u32::from(event.region), index as u64);
        let u = ctx.draws.uniform(who, ctx.week, Purpose::Denial, 0);
        if u < p.denial_habit * (1.0 - lever) {
            denials.push(Denial { incident: index as u32, week: ctx.week });
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
fn reveal(ctx: &Context<'_>, world: &mut World) -> Vec<(f64, f64)> {
    let p = &ctx.setting.scenario.parameters.response;
    let mut learn = vec![(0.0_f64, 0.0_f64); ctx.setting.regions()];
    let incidents = &world.incidents;
    world.conduct.denials.retain(|denial| {
        let event = &incidents[denial.incident as usize];
        let who = Address::new(Kind::Incident, u32::from(event.region), u64::from(denial.incident));
        let [u_out, u_admit] = ctx.draws.two(who, ctx.week, Purpose::Denial, 1);
        let out = ctx.week > denial.week && u_out < hazard(p.detection);
        if out {
            let admitted = u_admit < p.admission;
            let share = heard(p, event) * if admitted { p.admission_share } else { p.leak_share };
            let (all, of_them) = &mut learn[usize::from(event.region)];
            // Those who learn of two are counted once.
            *all = 1.0 - (1.0 - *all) * (1.0 - share);
            if admitted {
                *of_them = 1.0 - (1.0 - *of_them) * (1.0 - share);
            }
        }
        !out && ctx.week - denial.week < FORGOTTEN
    });
    for (all, admitted) in &mut learn {
        *admitted = if *all > 0.0 { (*admitted / *all).min(1.0) } else { 0.0 };
    }
    learn
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
    // Midpoints of a thousand quantiles of severity.
    let points =
        (0..1000).map(|k| scenario.parameters.incidents.severity((f64::from(k) + 0.5) / 1e3));
    let heard =
        points.filter(|&s| s >= p.notable_severity).map(|s| heard_of(p, s)).sum::<f64>() / 1e3;
    let learn = p.admission * p.admission_share * (1.0 - trust.admission)
        + (1.0 - p.admission) * p.leak_share;
    let shown = events * heard;
    (trust.betrayal * shown * p.denial_habit * learn, p.fault * shown)
}

/// Strength of the strongest lever of a kind.
fn in_force(scenario: &Scenario, kind: LeverKind, region: usize, day: i64) -> f64 {
    scenario.lever(kind, region, day).0.clamp(0.0, 1.0)
}

fn households(ctx: &Context<'_>, world: &World, r: usize) -> f64 {
    let groups = ctx.setting.groups();
    world.conduct.households[r * groups..(r + 1) * groups].iter().sum()
}

/// Mean trust in an institution in a region; one half where nobody lives.
fn trust(ctx: &Context<'_>, world: &World, r: usize, institution: usize, households: f64) -> f64 {
    let groups = ctx.setting.groups();
    let sum: f64 =
        world.conduct.trust[r * groups..(r + 1) * groups].iter().map(|t| t[institution]).sum();
    if households > 0.0 { sum / households } else { 0.5 }
}

#[cfg(test)]
mod tests;
