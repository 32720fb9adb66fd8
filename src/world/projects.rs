//! Foreign projects: what residents know, expect and hold against each.

use serde::{Deserialize, Serialize};

/// The state of one project among the residents of its region. All zero before it starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ProjectState {
    /// Share of residents aware of what it gives, `[0, 1]`.
    pub awareness: f64,
    /// What residents expect of it, `[0, 1]`.
    pub expectation: f64,
    /// Share of residents who believe that it makes jobs, `[0, 1]`.
    pub jobs_belief: f64,
    /// What is expected and not credited, `[0, 1]`.
    pub gap: f64,
    /// Harm residents believe it does, `[0, 1]`.
    pub believed_harm: f64,
    /// Say of residents in what is decided about it, `[0, 1]`.
    pub voice: f64,
    /// Share of what it does that is public because of a policy, `[0, 1]`.
    pub disclosure: f64,
    /// Share of the needs left unmet that a policy covers, `[0, 1]`.
    pub sharing: f64,
    /// Complaints not yet solved, `[0, 1]`.
    pub grievance: f64,
}
