//! Foreign projects of a scenario: the keys a user writes, what they become, and their checks.

use schemars::JsonSchema;
use serde::Deserialize;

use super::context::Context;
use super::diagnostics::{listed, nearest};
use super::events::{day_of, days_in, late};
use super::schema::{ScenarioFile, StatusName};
use super::units::{Day, Share};

/// What a project builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectKind {
    /// An oil refinery.
    Refinery,
    /// A mine with its mill.
    Mine,
    /// A wind farm.
    WindFarm,
}

/// Who carries word of a project to residents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The firm itself.
    Own,
    /// The local government.
    LocalGovernment,
}

/// A way in which a project informs residents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProjectChannel {
    /// Who carries it.
    pub route: Route,
    /// Share of residents it would reach in a week, `[0, 1]`.
    pub reach: f64,
    /// Share of what there is to say that is passed on, `[0, 1]`; the parameter if not given.
    pub relay: Option<f64>,
}

/// A project of foreign firms.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Id used in messages.
    pub id: String,
    /// Index of its region.
    pub region: usize,
    /// What it builds.
    pub kind: ProjectKind,
    /// Index into the scenario's groups: the firms, a group without members.
    pub target: usize,
    /// First day, from the start of the scenario; may be negative.
    pub start_day: i64,
    /// Jobs it gives residents, full scale.
    pub jobs: f64,
    /// Share of local needs that its help covers, `[0, 1]`.
    pub benefits: f64,
    /// Share of local needs unmet without it, `[0, 1]`.
    pub need: f64,
    /// Real harm it does, `[0, 1]`.
    pub harm: f64,
    /// Other harm to the place that it does not cause, `[0, 1]`.
    pub other_harm: f64,
    /// Agencies that must agree before a problem is solved.
    pub agencies: u32,
    /// What residents expect of it when it starts, `[0, 1]`.
    pub expectation: f64,
    /// Share of residents aware of its help when the scenario or the project starts, `[0, 1]`; if not given,
    /// what its channels sustain for one that is there already, else 0.
    pub awareness: Option<f64>,
    /// Lead time of public hearings, weeks.
    pub notice_weeks: f64,
    /// How it informs residents.
    pub channels: Vec<ProjectChannel>,
    /// Land it takes: index into the scenario's land and claims, full scale.
    pub takes: Vec<(usize, f64)>,
}

/// A project of foreign firms.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// Code of the region it works in.
    pub region: String,
    /// What it builds.
    pub kind: ProjectKind,
    /// Group that stands for the firms: a target without members (no `share_column`, no wave).
    pub target: String,
    /// First day; before the scenario starts, it is part of what people are used to.
    pub start: Day,
    /// Jobs it gives residents, full scale.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10_000_000))]
    pub jobs: f64,
    /// Share of local needs that its help covers.
    pub benefits: Share,
    /// Share of local needs unmet without it.
    pub need: Share,
    /// Real harm it does, from none to 1.
    pub harm: Share,
    /// Other harm to the place that it does not cause.
    #[serde(default = "none")]
    pub other_harm: Share,
    /// Agencies that must agree before a problem is solved.
    #[schemars(range(min = 1, max = 50))]
    pub agencies: u32,
    /// What residents expect of it when it starts.
    pub expectation: Share,
    /// Share of residents aware of its help at the start; if left out, what its channels sustain for a
    /// project that is there already, else 0.
    pub awareness: Option<Share>,
    /// Weeks between the notice of a public hearing and the hearing.
    #[serde(default)]
    #[schemars(range(min = 0, max = 52))]
    pub notice_weeks: f64,
    /// How it informs residents; leave out where nobody does.
    #[serde(default)]
    pub channels: Vec<ChannelFile>,
    /// Land and water it takes.
    #[serde(default)]
    pub takes: Vec<TakeFile>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// A way in which a project informs residents.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelFile {
    /// Who carries it.
    pub route: Route,
    /// Share of residents it would reach in a week.
    pub reach: Share,
    /// Share of what there is to say that is passed on; 1 for the firm itself, else the parameter
    /// `projects.relay`.
    pub relay: Option<Share>,
}

/// Land or water a project takes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeFile {
    /// Id of an entry `[[land]]` in the same region.
    pub land: String,
    /// Claims, full scale.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub claims: f64,
}

fn none() -> Share {
    Share(0.0)
}

/// All projects.
pub(super) fn projects(context: &mut Context, raw: &ScenarioFile) -> Vec<Project> {
    let ids: Vec<String> = raw.projects.iter().map(|project| project.id.clone()).collect();
    let mut out = Vec::new();
    for (i, project) in raw.projects.iter().enumerate() {
        let path = format!("projects[{i}]");
        context.id("projects", i, &ids);
        let start_day = day_of(raw, project.start.0);
        if start_day >= days_in(raw) {
            late(context, &format!("{path}.start"));
        }
        out.push(Project {
            id: project.id.clone(),
            region: context.region(&format!("{path}.region"), &project.region).unwrap_or(0),
            kind: project.kind,
            target: target(context, raw, &project.target, &path).unwrap_or(0),
            start_day,
            jobs: project.jobs,
            benefits: project.benefits.0,
            need: project.need.0,
            harm: project.harm.0,
            other_harm: project.other_harm.0,
            agencies: project.agencies,
            expectation: project.expectation.0,
            awareness: project.awareness.map(|share| share.0),
            notice_weeks: project.notice_weeks,
            channels: project.channels.iter().map(channel).collect(),
            takes: takes(context, raw, project, &path),
        });
    }
    out
}

fn channel(raw: &ChannelFile) -> ProjectChannel {
    ProjectChannel { route: raw.route, reach: raw.reach.0, relay: raw.relay.map(|share| share.0) }
}

/// The group of the firms: a target that nobody belongs to.
fn target(context: &mut Context, raw: &ScenarioFile, name: &str, path: &str) -> Option<usize> {
    let place = format!("{path}.target");
    let g = context.group(&place, name)?;
    let group = &raw.groups[g];
    let members =
        group.share_column.is_some() || raw.waves.iter().any(|wave| wave.group == group.id);
    if (!group.target || members) && !context.is_broken("groups") && !context.is_broken("waves") {
        let message = if members {
            format!("the firms behind a project cannot be `{name}`: people belong to it")
        } else {
            format!("attitudes about `{name}` are not followed")
        };
        let allowed = "a group with `target = true` and without `share_column` or wave".to_owned();
        context.error(&place, message, allowed, None);
    }
    Some(g)
}

fn takes(
    context: &mut Context,
    raw: &ScenarioFile,
    project: &ProjectFile,
    path: &str,
) -> Vec<(usize, f64)> {
    let mut out = Vec::new();
    for (k, take) in project.takes.iter().enumerate() {
        let place = format!("{path}.takes[{k}].land");
        let here = || raw.land.iter().filter(|land| land.region == project.region);
        let found = raw.land.iter().position(|land| land.id == take.land);
        let allowed = || {
            let names: Vec<&str> = here().map(|land| land.id.as_str()).collect();
            if names.is_empty() {
                format!("an entry `[[land]]` with region {:?}", project.region)
            } else {
                listed(names)
            }
        };
        match found {
            Some(l) if raw.land[l].region == project.region => out.push((l, take.claims)),
            Some(l) => {
                let message = format!("`{}` lies in region {:?}", take.land, raw.land[l].region);
                context.error(&place, message, allowed(), None);
            }
            None if context.is_broken("land") => {}
            None => {
                let near = nearest(&take.land, here().map(|land| land.id.as_str()));
                let message = format!("unknown land `{}`", take.land);
                context.error(&place, message, allowed(), near.map(|n| format!("{n:?}")));
            }
        }
    }
    out
}
