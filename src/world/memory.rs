//! Memory of injury. Both columns are empty where the scenario keeps none.

use serde::{Deserialize, Serialize};

/// What is not forgotten.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Of a group about a target, region x holder group x target, `[0, 1]`.
    pub group: Vec<f64>,
    /// Of a household about a target, household x target, `[0, 1]`.
    pub household: Vec<f32>,
}
