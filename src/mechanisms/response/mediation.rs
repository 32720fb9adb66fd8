//! Mediation: what share of set-off incidents is prevented, and by whom.
//!
//! Without bodies in the scenario the share is `strength * coverage * stability * trust in authorities`.
//! With bodies it is `1 - prod_k (1 - m_k)` over those that work in the region, with
//!
//! ```text
//! m_k = strength * coverage * standing (* trust in authorities if appointed) * stability
//!       * resources * skill * e^(-delay / tau) * counterparts * min(1, capacity / incidents)
//! ```
//!
//! `e^(-delay / tau)` is the share of set-off incidents that come later than the body's first step, exact
//! for the kernel of `incidents`. `counterparts` is the share of hostile acts between two groups that both
//! have somebody to talk with: without counterparts nothing is mediated. Skill is learned,
//! `s' = s + resources (1 - s)/ramp`, but only at the rate `response.denial_learning` of that while a
//! denial stands in the region. A body that may see the authorities' monitoring begins earlier, the fresher
//! it is. Official bodies answer the incidents the authorities believe in, with weight
//! `response.monitor_weight`. Week 0 is solved without levers, so a lever never moves the calm rate.
//!
//! Reads: trust sums, hostile acts, incidents, estimates, denials. Writes: `conduct.mediation`,
//! `conduct.mediator_skill`. Off: `strength = 0`. Cards: S0-H22, S2-H18, S2-H20, S2-H21, S2-H22, S2-H23.
//! Source: ours; no effect size of mediation on incidents was found.

use super::{AUTHORITIES, Parameters, households, in_force, trust};
use crate::engine::math::{exp, weekly};
use crate::scenario::{LeverKind, Mediator, MediatorKind};
use crate::world::{Context, Setting, World};

/// Sets the share of set-off incidents that mediation prevents, by region.
pub fn mediate(ctx: &Context<'_>, world: &mut World) {
    let p = &ctx.setting.scenario.parameters.response;
    let bodies = &ctx.setting.scenario.mediators;
    start(ctx.setting, world);
    for r in 0..ctx.setting.regions() {
        let households = households(ctx, world, r);
        let trusted = trust(ctx, world, r, AUTHORITIES, households);
        let deployed = deployed(p, world, r);
        world.conduct.mediation[r] = if bodies.is_empty() {
            p.mediation_strength * p.mediation_coverage * p.mediation_stability * trusted * deployed
        } else {
            let scene = Scene { ctx, world, region: r, trusted, deployed };
            let missed = bodies
                .iter()
                .enumerate()
                .filter(|(_, body)| body.works_in(r))
                .map(|(k, body)| 1.0 - scene.prevents(k, body))
                .product::<f64>();
            1.0 - missed
        }
        .clamp(0.0, 1.0);
    }
}

/// Lets bodies learn from this week.
pub fn learn(ctx: &Context<'_>, world: &mut World) {
    let p = &ctx.setting.scenario.parameters.response;
    let bodies = &ctx.setting.scenario.mediators;
    start(ctx.setting, world);
    for r in 0..ctx.setting.regions() {
        let denied = world.conduct.denials.iter().any(|denial| {
            denial.known == 0.0
                && usize::from(world.incidents[denial.incident as usize].region) == r
        });
        let open = if denied { p.denial_learning } else { 1.0 };
        for (k, body) in bodies.iter().enumerate() {
            let Some(weeks) = body.skill_weeks else { continue };
            let rate = weekly(weeks) * open * resources(ctx, world, r, body);
            let skill = &mut world.conduct.mediator_skill[r * bodies.len() + k];
            *skill += rate * (1.0 - *skill);
        }
    }
}

/// Gives every body the skill of week 0 if none has any yet.
fn start(setting: &Setting, world: &mut World) {
    let bodies = &setting.scenario.mediators;
    if world.conduct.mediator_skill.len() != setting.regions() * bodies.len() {
        let skills: Vec<f64> = bodies.iter().map(|body| body.skill).collect();
        world.conduct.mediator_skill = skills.repeat(setting.regions());
    }
}

/// Share of its effort that an official body puts where it is needed, given what the authorities believe.
fn deployed(p: &Parameters, world: &World, r: usize) -> f64 {
    let incidents: f64 = world.society.regions[r].incidents.iter().sum();
    let believed = world.conduct.monitor_estimate.get(r).map_or(incidents, |x| x[0]);
    let share = if incidents > 0.0 { (believed / incidents).min(1.0) } else { 1.0 };
    (1.0 - p.monitor_weight) + p.monitor_weight * share
}

/// Strength times compliance of a lever; 0 in week 0.
fn lever(ctx: &Context<'_>, kind: LeverKind, r: usize) -> f64 {
    if ctx.week == 0 {
        return 0.0;
    }
    let day = i64::from(Setting::first_day(ctx.week));
    let compliance = ctx.setting.scenario.lever(kind, r, day).1;
    in_force(&ctx.setting.scenario, kind, r, day) * compliance
}

/// Strength of a lever; 0 in week 0.
fn strength(ctx: &Context<'_>, kind: LeverKind, r: usize) -> f64 {
    let day = i64::from(Setting::first_day(ctx.week));
    if ctx.week == 0 { 0.0 } else { in_force(&ctx.setting.scenario, kind, r, day) }
}

/// Share of the money and staff a body needs that it has.
fn resources(ctx: &Context<'_>, world: &World, r: usize, body: &Mediator) -> f64 {
    let p = &ctx.setting.scenario.parameters.response;
    let added = if body.kind.official() {
        let given = strength(ctx, LeverKind::AssemblyResources, r);
        let reform = strength(ctx, LeverKind::ReactiveReform, r);
        let reformed =
            if reform > 0.0 && shaken(ctx, world) { reform * p.reform_effect } else { 0.0 };
        1.0 - (1.0 - given) * (1.0 - reformed)
    } else if body.kind == MediatorKind::Ngo {
        strength(ctx, LeverKind::NgoFunding, r)
    } else {
        0.0
    };
    body.resources + added * (1.0 - body.resources)
}

/// Whether a grave incident lies far enough back for a reform to have begun.
fn shaken(ctx: &Context<'_>, world: &World) -> bool {
    let p = &ctx.setting.scenario.parameters.response;
    let today = f64::from(Setting::first_day(ctx.week));
    let grave = |severity: f32| f64::from(severity) >= p.reform_severity;
    world
        .incidents
        .iter()
        .any(|e| grave(e.severity) && f64::from(e.day) + 7.0 * p.reform_weeks <= today)
}

/// One region as those who mediate there find it.
struct Scene<'a> {
    ctx: &'a Context<'a>,
    world: &'a World,
    region: usize,
    trusted: f64,
    deployed: f64,
}

impl Scene<'_> {
    /// Share of set-off incidents that body `k` prevents.
    fn prevents(&self, k: usize, body: &Mediator) -> f64 {
        let (ctx, r) = (self.ctx, self.region);
        let bodies = ctx.setting.scenario.mediators.len();
        let mut coverage = body.coverage;
        if body.kind == MediatorKind::Elders {
            coverage += lever(ctx, LeverKind::EldersCouncils, r) * (1.0 - coverage);
        }
        let credibility = body.standing * if body.appointed { self.trusted } else { 1.0 };
        let effort = if body.kind.official() { self.deployed } else { 1.0 };
        body.strength
            * coverage
            * credibility
            * body.stability
            * resources(ctx, self.world, r, body)
            * self.world.conduct.mediator_skill[r * bodies + k]
            * self.in_time(body)
            * self.counterparts(body)
            * self.taken_up(body)
            * effort
    }

    /// Share of set-off incidents that come after the body's first step.
    fn in_time(&self, body: &Mediator) -> f64 {
        if body.delay_days <= 0.0 {
            return 1.0;
        }
        let parameters = &self.ctx.setting.scenario.parameters;
        let p = &parameters.response;
        let opened = strength(self.ctx, LeverKind::OpenRiskMap, self.region);
        let open = p.monitor_open + opened * (1.0 - p.monitor_open);
        let sees = if body.kind.official() { 1.0 } else { open };
        // An old or a blind map shows trouble that has moved on, or none.
        let fresh = (1.0 + p.monitor_bias).max(0.0) * exp(-p.monitor_lag / p.map_weeks);
        let delay = body.delay_days * (1.0 - p.map_gain * sees * fresh);
        exp(-delay / parameters.incidents.decay_days)
    }

    /// Share of hostile acts of the region between two groups the body can both talk to.
    fn counterparts(&self, body: &Mediator) -> f64 {
        if body.counterparts.is_empty() {
            return 1.0;
        }
        let setting = self.ctx.setting;
        let (groups, targets) = (setting.groups(), &setting.targets);
        let (mut part, mut whole) = (0.0, 0.0);
        for &actor in &setting.group_order {
            for &group in &setting.group_order {
                let Some(t) = targets.iter().position(|&x| x == group) else { continue };
                let at = (self.region * groups + actor) * targets.len() + t;
                let acts = self.world.conduct.hostile_acts[at];
                whole += acts;
                if body.counterparts.contains(&actor) && body.counterparts.contains(&group) {
                    part += acts;
                }
            }
        }
        // Where nobody acts it is enough that two groups could be brought together.
        if whole > 0.0 { part / whole } else { f64::from(u8::from(body.counterparts.len() > 1)) }
    }

    /// Share of the region's incidents that the body has the people to take up.
    fn taken_up(&self, body: &Mediator) -> f64 {
        let incidents: f64 = self.world.society.regions[self.region].incidents.iter().sum();
        match body.capacity {
            Some(capacity) if incidents > capacity => capacity / incidents,
            _ => 1.0,
        }
    }
}

#[cfg(test)]
mod tests;
