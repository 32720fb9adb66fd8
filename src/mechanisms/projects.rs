//! Foreign projects: what residents know of them, expect of them and hold against them.
//!
//! *What happens.* A refinery, a mine or a wind farm gives jobs and help, takes land and does some harm.
//! Residents credit only the help they know of and whose source they trust. Word goes out through the firm
//! or through a local government that has little reason to pass it on. Expectations rise with unmet
//! need. Harm from elsewhere and rumours are laid at its door. Complaints are slow to solve where many
//! agencies must agree, and weigh more where residents have no say.
//!
//! *Equation.* α awareness, e expectation, b help, T trust in the source, x real harm, o other harm, ρ rumour, v voice:
//!
//! ```text
//! α' = α + (1 - α) (1 - Π(1 - reach relay)) - r(forget) α        credited = 1 - (1 - α b T) (1 - β jobs)
//! e' = e + r(τ_e) (e0 + (1 - e0) gain need (1 - b) - e)          gap = [e - credited]+
//! harm = 1 - (1 - x)(1 - k m o)(1 - k w ρ)                       k = 1 - correction D T_D
//! v = notice (1 - cost) turnout                                  notice = lead / (lead + half)
//! Q' = Q + r(fast or slow) (1 - (1 - harm)(1 - w_gap gap) - Q)   slow = weeks per agency * agencies
//! grievance = min(1, Q (1 + (unfairness - 1) (1 - v)))
//! ```
//!
//! D is the share a policy has made public, β the share who believe that the project makes jobs. Trust in official
//! word is trust in the authorities times 1 - suspicion. Blame lays the grievance on the firms, the authorities or nobody;
//! voice points at the authorities. What becomes public is news for a while, and makes the authorities' dealings fairer for good.
//!
//! *Reads* mood and rumours (last week), trust sums, lost access to land; *writes* `projects` and, by region,
//! `voice`, `openness`, `grievance`, `disclosed`; lever cost. *Off* without `[[projects]]`; `projects.weight = 0`.
//! Readings of disclosure: it calms (`arousal` 0), stirs up (`arousal` 20; `correction`, `openness`, `disclosure_reach` 0), is neutral (all four 0).
//!
//! *Cards.* S4-H02, S4-H03, S4-H17, S4-H25, S4-H26. *Source.* The equations are ours; that shared help must be known to
//! count is E66, that procedure weighs as justice E60.

use serde::{Deserialize, Serialize};

use crate::engine::math::weekly;
use crate::scenario::{LeverKind, Project, Route};
use crate::world::{Context, Flow, ProjectState, Setting, World};

/// Last day before the scenario: what is there by then is part of week 0.
pub const BEFORE: i64 = -1;
/// Position of the authorities among the institutions.
const AUTHORITIES: usize = 2;

/// Parameters of foreign projects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Threat from a full grievance laid wholly on the firms.
    pub weight: f64,
    /// Share of what a project does that local government passes on.
    pub relay: f64,
    /// Weeks in which help is forgotten.
    pub forget_weeks: f64,
    /// Trust in a firm's own word among people without hostility toward it.
    pub firm_trust: f64,
    /// Discount on official word: how far agencies are taken to hide harm.
    pub suspicion: f64,
    /// Share of residents who believe at the start that a project makes jobs.
    pub jobs_belief: f64,
    /// Weeks in which that belief follows what is known and credible.
    pub jobs_weeks: f64,
    /// Jobs per resident at which jobs count half of what they can.
    pub jobs_half: f64,
    /// Rise of expectations per unmet need.
    pub need_gain: f64,
    /// Weeks in which expectations follow need.
    pub expectation_weeks: f64,
    /// Weight of disappointment in complaints.
    pub gap_weight: f64,
    /// Share of other local harm laid on a project.
    pub misattribution: f64,
    /// Weight of a rumour that all believe in believed harm.
    pub rumour_harm: f64,
    /// Weeks in which complaints follow a worsening.
    pub complaint_weeks: f64,
    /// Weeks in which complaints are solved, per agency that must agree.
    pub resolve_weeks: f64,
    /// Factor on grievances where residents have no say.
    pub unfairness: f64,
    /// Lead time of hearings at which half of the residents hear in time, weeks.
    pub notice_half: f64,
    /// Share of those informed who are kept away by the cost of a hearing.
    pub hearing_cost: f64,
    /// Share of the others who come.
    pub turnout: f64,
    /// Weeks in which disclosure and benefit-sharing take hold.
    pub ramp_weeks: f64,
    /// Share of residents reached in a week by what is fully disclosed.
    pub disclosure_reach: f64,
    /// Media coverage, in all, that goes with full disclosure.
    pub arousal: f64,
    /// Share of wrongly attributed harm and rumours that full, fully credible disclosure takes away.
    pub correction: f64,
    /// Rise of the authorities' fairness under full disclosure and open hearings.
    pub openness: f64,
}

/// What a project meets in its region this week.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Mean trust in the authorities.
    trust: f64,
    /// Mean hostility toward the firms.
    hostility: f64,
    /// Share of residents who believe a rumour about the firms.
    rumour: f64,
    /// Lost access to land.
    land_loss: f64,
    /// Residents, full scale.
    population: f64,
    /// Strength times compliance of the policies in force.
    disclosure: f64,
    sharing: f64,
    hearings: f64,
}

/// Puts every project that is there at week 0 into a state people are used to.
pub fn initialise(setting: &Setting, world: &mut World) {
    let projects = &setting.scenario.projects;
    let p = &setting.scenario.parameters.projects;
    let begin = |project: &Project| {
        let place = place(setting, world, project, BEFORE);
        let started = project.start_day <= BEFORE;
        if started { first(p, project, &place) } else { ProjectState::default() }
    };
    world.projects = projects.iter().map(begin).collect();
    publish(setting, world, BEFORE, None);
}

/// One week of foreign projects.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let scenario = &setting.scenario;
    if scenario.projects.is_empty() {
        return;
    }
    let p = &scenario.parameters.projects;
    let day = i64::from(Setting::first_day(ctx.week));
    let before = world.projects.clone();
    for (k, project) in scenario.projects.iter().enumerate() {
        if project.start_day > day {
            continue;
        }
        let place = place(setting, world, project, day);
        let opening = project.start_day > BEFORE && project.start_day + 7 > day;
        let state = if opening { first(p, project, &place) } else { before[k] };
        let state = ProjectState { grievance: before[k].grievance, ..state };
        let next = advance(p, project, state, &place);
        let r = project.region;
        let households: f64 = setting
            .group_order
            .iter()
            .map(|&g| world.conduct.households[r * setting.groups() + g])
            .sum();
        let cost = |kind, units| scenario.unit_cost(kind, r, day) * units;
        let cost = cost(LeverKind::Disclosure, 1.0)
            + cost(LeverKind::Hearings, 1.0)
            + cost(LeverKind::BenefitSharing, households * next.sharing);
        if cost > 0.0 {
            world.flows.add(Flow::LeverCost, r, 0, cost);
        }
        world.projects[k] = next;
    }
    publish(setting, world, day, Some(&before));
}

/// Jobs of projects that have started since week 0, by region, full scale: none in burn-in, whose weeks have numbers
/// beyond those of the scenario.
pub fn jobs_opened(setting: &Setting, week: u32) -> Vec<f64> {
    if week > setting.scenario.weeks {
        return vec![0.0; setting.regions()];
    }
    let day = i64::from(Setting::first_day(week));
    let mut jobs = vec![0.0; setting.regions()];
    for project in &setting.scenario.projects {
        if project.start_day > BEFORE && project.start_day <= day {
            jobs[project.region] += project.jobs;
        }
    }
    jobs
}

fn place(setting: &Setting, world: &World, project: &Project, day: i64) -> Place {
    let scenario = &setting.scenario;
    let (r, groups) = (project.region, setting.groups());
    let t = setting.targets.iter().position(|&g| g == project.target).unwrap_or(0);
    let mut households = 0.0;
    let mut trust = 0.0;
    for &g in &setting.group_order {
        households += world.conduct.households.get(r * groups + g).copied().unwrap_or(0.0);
        trust += world.conduct.trust.get(r * groups + g).map_or(0.0, |x| x[AUTHORITIES]);
    }
    let force = |kind| {
        let (strength, compliance) = scenario.lever(kind, r, day);
        (strength * compliance).clamp(0.0, 1.0)
    };
    Place {
        trust: if households > 0.0 {
            trust / households
        } else {
            scenario.parameters.population.trust_authorities
        },
        hostility: hostility(setting, world, project, t),
        rumour: world.society.regions[r].rumour.get(t).copied().unwrap_or(0.0),
        land_loss: world.land.regional_loss.get(r).copied().unwrap_or(0.0),
        population: scenario.regions[r].population,
        disclosure: force(LeverKind::Disclosure),
        sharing: force(LeverKind::BenefitSharing),
        hearings: force(LeverKind::Hearings),
    }
}

/// Mean hostility toward the firms in the region, as last surveyed; before that the scenario's.
fn hostility(setting: &Setting, world: &World, project: &Project, t: usize) -> f64 {
    let (r, targets) = (project.region, setting.targets.len());
    let places = (0..setting.places()).filter(|&place| {
        let of = setting
            .cell_region
            .get(place)
            .map_or(place.saturating_sub(setting.cells), |&x| usize::from(x));
        of == r
    });
    let (mut weight, mut sum) = (0.0, 0.0);
    for place in places {
        if let Some(mood) = world.society.mood.get(place * targets + t) {
            weight += f64::from(mood.weight);
            sum += f64::from(mood.hostility);
        }
    }
    if weight > 0.0 {
        return sum / weight;
    }
    let shares = &setting.scenario.regions[r].group_shares;
    let at = |g: usize| shares[g] * setting.scenario.relation(g, project.target).hostility;
    setting.group_order.iter().map(|&g| at(g)).sum()
}

/// Share of residents informed in a week, and how far they trust who informs them.
fn word(p: &Parameters, project: &Project, place: &Place, disclosure: f64) -> (f64, f64) {
    let official = place.trust * (1.0 - p.suspicion);
    let own = p.firm_trust * (1.0 - place.hostility);
    let channels = project.channels.iter().map(|channel| match channel.route {
        Route::Own => (channel.reach * channel.relay.unwrap_or(1.0), own),
        Route::LocalGovernment => (channel.reach * channel.relay.unwrap_or(p.relay), official),
    });
    // What is published comes from both.
    let published = (p.disclosure_reach * disclosure, 0.5 * (official + own));
    let (mut untold, mut weight, mut trust) = (1.0, 0.0, 0.0);
    for (share, source) in channels.chain([published]) {
        untold *= 1.0 - share;
        weight += share;
        trust += share * source;
    }
    (1.0 - untold, if weight > 0.0 { trust / weight } else { 0.0 })
}

/// The state in which a project begins, its complaints being those people are used to.
fn first(p: &Parameters, project: &Project, place: &Place) -> ProjectState {
    let (told, _) = word(p, project, place, 0.0);
    let forget = weekly(p.forget_weeks);
    let sustained = if told + forget > 0.0 { told / (told + forget) } else { 0.0 };
    let there = project.start_day <= BEFORE;
    let state = ProjectState {
        awareness: project.awareness.unwrap_or(if there { sustained } else { 0.0 }),
        expectation: project.expectation,
        jobs_belief: p.jobs_belief,
        ..ProjectState::default()
    };
    let state = judge(p, project, state, place);
    ProjectState { grievance: complaints(p, &state), ..state }
}

/// A week of one project.
fn advance(p: &Parameters, project: &Project, s: ProjectState, place: &Place) -> ProjectState {
    let mut s = s;
    let ramp = weekly(p.ramp_weeks);
    s.disclosure += ramp * (place.disclosure - s.disclosure);
    s.sharing += ramp * (place.sharing - s.sharing);
    let (told, trust) = word(p, project, place, s.disclosure);
    s.awareness += (1.0 - s.awareness) * told - weekly(p.forget_weeks) * s.awareness;
    let truth = if project.jobs > 0.0 { 1.0 } else { 0.0 };
    s.jobs_belief += weekly(p.jobs_weeks) * s.awareness * trust * (truth - s.jobs_belief);
    let unmet = project.need * (1.0 - help(project, &s));
    let wanted = project.expectation + (1.0 - project.expectation) * p.need_gain * unmet;
    s.expectation += weekly(p.expectation_weeks) * (wanted - s.expectation);
    let s = judge(p, project, s, place);
    let raw = complaints(p, &s);
    let solving = p.resolve_weeks * f64::from(project.agencies);
    let pace = weekly(if raw > s.grievance { p.complaint_weeks } else { solving });
    ProjectState { grievance: s.grievance + pace * (raw - s.grievance), ..s }
}

/// Share of local needs that a project covers, with what a policy adds.
fn help(project: &Project, s: &ProjectState) -> f64 {
    project.benefits + (1.0 - project.benefits) * s.sharing
}

/// What residents make of a project: disappointment, believed harm, their say in it.
fn judge(p: &Parameters, project: &Project, s: ProjectState, place: &Place) -> ProjectState {
    let (_, trust) = word(p, project, place, s.disclosure);
    let per_resident = project.jobs / place.population.max(1.0);
    let jobs = per_resident / (per_resident + p.jobs_half);
    let credited =
        1.0 - (1.0 - s.awareness * help(project, &s) * trust) * (1.0 - s.jobs_belief * jobs);
    let left = 1.0 - p.correction * s.disclosure * trust;
    let other = 1.0 - (1.0 - project.other_harm) * (1.0 - place.land_loss);
    let believed_harm = 1.0
        - (1.0 - project.harm)
            * (1.0 - left * p.misattribution * other)
            * (1.0 - left * p.rumour_harm * place.rumour);
    let usual = project.notice_weeks / (project.notice_weeks + p.notice_half);
    let notice = usual + (1.0 - usual) * place.hearings;
    let cost = p.hearing_cost * (1.0 - place.hearings);
    ProjectState {
        gap: (s.expectation - credited).max(0.0),
        believed_harm,
        voice: notice * (1.0 - cost) * p.turnout,
        ..s
    }
}

/// Complaints that would stand if none were solved.
fn complaints(p: &Parameters, s: &ProjectState) -> f64 {
    1.0 - (1.0 - s.believed_harm) * (1.0 - p.gap_weight * s.gap)
}

/// Puts what others read into the regions; `before` is last week's state.
fn publish(setting: &Setting, world: &mut World, day: i64, before: Option<&[ProjectState]>) {
    let scenario = &setting.scenario;
    if scenario.projects.is_empty() {
        return;
    }
    let p = &scenario.parameters.projects;
    for region in &mut world.society.regions {
        (region.voice, region.openness) = (0.0, 0.0);
        region.grievance = vec![0.0; setting.targets.len()];
        region.disclosed = vec![0.0; setting.targets.len()];
    }
    for (k, project) in scenario.projects.iter().enumerate() {
        if project.start_day > day {
            continue;
        }
        let s = &world.projects[k];
        let region = &mut world.society.regions[project.region];
        let Some(t) = setting.targets.iter().position(|&g| g == project.target) else { continue };
        let felt = (s.grievance * (1.0 + (p.unfairness - 1.0) * (1.0 - s.voice))).min(1.0);
        region.grievance[t] = 1.0 - (1.0 - region.grievance[t]) * (1.0 - felt);
        region.voice = region.voice.max(s.voice);
        let (strength, compliance) = scenario.lever(LeverKind::Hearings, project.region, day);
        let open = 0.5 * (s.disclosure + (strength * compliance).clamp(0.0, 1.0));
        region.openness = region.openness.max(p.openness * open);
        if let Some(before) = before {
            let new = (s.disclosure - before[k].disclosure).max(0.0);
            region.disclosed[t] += p.arousal * new;
        }
    }
}

#[cfg(test)]
mod tests;
