//! What stands behind each lever: `seeds/levers.toml`.

use serde::{Deserialize, Serialize};

/// The claims behind a kind of lever, where it acts and what it may harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeverOrigin {
    /// Kind, as in scenario files.
    pub kind: String,
    /// Mechanisms that read it.
    pub acts_in: Vec<String>,
    /// Claims that ask for it or speak against it.
    pub cards: Vec<String>,
    /// Findings on it.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// What it may cost besides money.
    pub side_effects: String,
    /// Source file below `src/mechanisms` with its two tests.
    pub tests_in: String,
    /// Test of a condition under which it does what is asked of it.
    pub helps_test: String,
    /// Test of a condition under which it does nothing or harms.
    pub idle_test: String,
}
