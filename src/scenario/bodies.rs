//! Bodies that mediate: what a user writes, and what it means.

// Statuses and sources are read off these structs only in part; every key is named here all the same.
#![allow(dead_code, reason = "keys that are read off the tree are named here all the same")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::context::Context;

use super::schema::{ScenarioFile, StatusName};
use super::units::{Duration, Share};

/// What sort of body mediates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediatorKind {
    /// An official assembly of groups.
    Assembly,
    /// An official board of public consent.
    ConsentBoard,
    /// A council of elders.
    Elders,
    /// A non-governmental organisation.
    Ngo,
}

impl MediatorKind {
    /// Whether it is part of the state.
    pub fn official(self) -> bool {
        matches!(self, Self::Assembly | Self::ConsentBoard)
    }

    /// As it stands in a scenario file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assembly => "assembly",
            Self::ConsentBoard => "consent_board",
            Self::Elders => "elders",
            Self::Ngo => "ngo",
        }
    }
}

/// A body that mediates between groups. Shares in `[0, 1]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mediator {
    /// Id used in tables and messages.
    pub id: String,
    /// What sort of body it is.
    pub kind: MediatorKind,
    /// Regions it works in; empty = all.
    pub regions: Vec<usize>,
    /// Share of set-off incidents it would prevent if everything else were 1.
    pub strength: f64,
    /// Share of places it reaches.
    pub coverage: f64,
    /// How far people listen to it.
    pub standing: f64,
    /// Whether it is appointed: people then listen only as far as they trust the authorities.
    pub appointed: bool,
    /// One minus the turnover of those it rests on.
    pub stability: f64,
    /// Share of the money and staff it would need.
    pub resources: f64,
    /// Skill at week 0.
    pub skill: f64,
    /// Time constant in which missing skill is learned, weeks; `None` if nothing is learned.
    pub skill_weeks: Option<f64>,
    /// Incidents per week and region it can take up; `None` without a limit.
    pub capacity: Option<f64>,
    /// Days from an incident to its first step.
    pub delay_days: f64,
    /// Groups with a legitimate representative it can talk to; empty = all groups.
    pub counterparts: Vec<usize>,
}

impl Mediator {
    /// Whether it works in `region`.
    pub fn works_in(&self, region: usize) -> bool {
        self.regions.is_empty() || self.regions.contains(&region)
    }
}

/// A body that mediates between groups. If any is given, they take the place of `response.mediation_*`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MediatorFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// What sort of body it is.
    pub kind: MediatorKind,
    /// Codes of the regions it works in; everywhere if left out.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Share of set-off incidents it would prevent if everything else were 1.
    pub strength: Share,
    /// Share of places it reaches.
    pub coverage: Share,
    /// How far people listen to it.
    pub standing: Share,
    /// Whether the authorities appoint it: people then listen only as far as they trust the authorities.
    #[serde(default)]
    pub appointed: bool,
    /// Share of those it rests on who move away or change; its stability is the rest.
    #[serde(default = "nothing")]
    pub turnover: Share,
    /// Share of the money and staff it would need.
    #[serde(default = "whole")]
    pub resources: Share,
    /// Skill at week 0.
    #[serde(default = "whole")]
    pub skill: Share,
    /// Time in which 63 % of the missing skill is learned; nothing is learned if left out.
    pub skill_ramp: Option<Duration>,
    /// Incidents per week and region it can take up; no limit if left out.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub capacity: Option<f64>,
    /// Time from an incident to its first step; none if left out.
    pub delay: Option<Duration>,
    /// Ids of the groups with a legitimate representative it can talk to; all if left out. Acts between
    /// two groups are mediated only if both are in the list.
    #[serde(default)]
    pub counterparts: Vec<String>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

pub(super) fn nothing() -> Share {
    Share(0.0)
}

pub(super) fn whole() -> Share {
    Share(1.0)
}

/// Indices of the regions named in the list at `path`, each once.
pub(super) fn regions(context: &mut Context, path: &str, codes: &[String]) -> Vec<usize> {
    let mut out = Vec::new();
    for (k, code) in codes.iter().enumerate() {
        let place = format!("{path}[{k}]");
        let Some(region) = context.region(&place, code) else { continue };
        if codes[..k].contains(code) {
            let message = format!("region `{code}` is given twice");
            context.error(&place, message, "each region once".to_owned(), None);
        }
        out.push(region);
    }
    out
}

/// Indices of the groups named in the list at `path`, each once.
pub(super) fn groups(context: &mut Context, path: &str, names: &[String]) -> Vec<usize> {
    let mut out = Vec::new();
    for (k, name) in names.iter().enumerate() {
        let place = format!("{path}[{k}]");
        let Some(group) = context.group(&place, name) else { continue };
        if names[..k].contains(name) {
            let message = format!("group `{name}` is given twice");
            context.error(&place, message, "each group once".to_owned(), None);
        }
        out.push(group);
    }
    out
}

/// All mediators.
pub(super) fn mediators(context: &mut Context, raw: &ScenarioFile) -> Vec<Mediator> {
    let ids: Vec<String> = raw.mediators.iter().map(|m| m.id.clone()).collect();
    let mut out = Vec::new();
    for (i, body) in raw.mediators.iter().enumerate() {
        let path = format!("mediators[{i}]");
        context.id("mediators", i, &ids);
        if body.skill_ramp.is_some() && body.skill.0 >= 1.0 {
            let message = "nothing is left to learn at full skill".to_owned();
            let allowed = "a `skill` below 1 beside it".to_owned();
            context.note(&format!("{path}.skill_ramp"), message, allowed);
        }
        out.push(Mediator {
            id: body.id.clone(),
            kind: body.kind,
            regions: regions(context, &format!("{path}.regions"), &body.regions),
            strength: body.strength.0,
            coverage: body.coverage.0,
            standing: body.standing.0,
            appointed: body.appointed,
            stability: 1.0 - body.turnover.0,
            resources: body.resources.0,
            skill: body.skill.0,
            skill_weeks: body.skill_ramp.map(|ramp| ramp.0 / 7.0),
            capacity: body.capacity,
            delay_days: body.delay.map_or(0.0, |delay| delay.0),
            counterparts: groups(context, &format!("{path}.counterparts"), &body.counterparts),
        });
    }
    out
}
