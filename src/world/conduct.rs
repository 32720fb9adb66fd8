//! Acts and incidents of the current week: sums, the state of the incident process, what is pending.

use serde::{Deserialize, Serialize};

use super::society::{ACTS, INSTITUTIONS};

/// One incident, counted at its real number whatever the scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Day from the start of the scenario; negative for outside events before it.
    pub day: i32,
    /// Region.
    pub region: u16,
    /// Kind, index into [`super::society::ACT_NAMES`].
    pub kind: u8,
    /// Severity, `[1, severity_max]`; outside events carry their own.
    pub severity: f32,
    /// Group of those who acted; `None` for an outside event.
    pub actor_group: Option<u8>,
    /// Group it was directed at.
    pub target: u8,
    /// Index of the incident that set it off, if one did.
    pub parent: Option<u32>,
    /// Whether it reached the police.
    pub reported: bool,
}

/// An incident whose nature the authorities denied, until that comes out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Denial {
    /// Index of the incident.
    pub incident: u32,
    /// Week of the denial.
    pub week: u32,
    /// Share of those who heard of the incident that know of the denial; above 0 once it has leaked.
    pub known: f64,
}

/// Components of the tension index.
pub const COMPONENTS: usize = 6;

/// What acts and incidents keep from week to week. `regions` and so on are those of the setting.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Conduct {
    /// Mean probability of acting at each rung or above, last week, by cell.
    pub cell_acting: Vec<[f32; ACTS]>,
    /// The same, weighted by reach, by region.
    pub online_acting: Vec<[f32; ACTS]>,
    /// Households present, full scale, region x group.
    pub households: Vec<f64>,
    /// Persons present, full scale, region x group.
    pub persons: Vec<f64>,
    /// Sum of trust over households, full scale, region x group.
    pub trust: Vec<[f64; INSTITUTIONS]>,
    /// Households ready to help, full scale, region x group.
    pub helpers: Vec<f64>,
    /// Expected acts at discrimination or above this week, full scale, region x actor's group x target
    /// (position among the targets).
    pub hostile_acts: Vec<f64>,
    /// Mean peaceful norm by region.
    pub norm: Vec<f64>,
    /// Marks of past incidents, decayed by day, by region and kind of what they set off.
    pub excitation: Vec<f64>,
    /// Severity suffered by a group, decayed by week, region x group.
    pub attacks: Vec<f64>,
    /// Share of set-off incidents that mediation prevents, by region.
    pub mediation: Vec<f64>,
    /// Fairness of each institution that people are used to, by region.
    pub usual_fairness: Vec<[f64; INSTITUTIONS]>,
    /// What ordinary incidents cost, by region: expected share of trust lost to denials that come out, and
    /// expected share of the authorities' fairness lost, per week. Both are part of what people are used to.
    pub ordinary_loss: Vec<(f64, f64)>,
    /// Share of households protesting or more in calm, by region.
    pub usual_protest: Vec<f64>,
    /// Denials that have not come out.
    pub denials: Vec<Denial>,
    /// Skill of each mediator, region x mediator; empty where the scenario has none.
    pub mediator_skill: Vec<f64>,
    /// What monitoring could count, oldest week first, week x region: incidents, and the share acting at
    /// discrimination or above.
    pub monitor_counts: Vec<[f64; 2]>,
    /// What the authorities believe these to be this week, by region.
    pub monitor_estimate: Vec<[f64; 2]>,
    /// Branching number of incidents this week: spectral radius over regions.
    pub branching: f64,
    /// Its highest value so far.
    pub branching_peak: f64,
    /// Homes left empty by owners who emigrated, full scale, by region.
    pub homes_left: Vec<f64>,
    /// Last values of residents who left, by home region and group: persons at full scale, the sum of
    /// each tension component over them, and households as agents.
    pub departed: Vec<[f64; COMPONENTS + 2]>,
}
