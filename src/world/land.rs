//! Access to land and water: what changes from week to week. Empty where a scenario has none.

use serde::{Deserialize, Serialize};

/// Access to land and water. `entry` is an entry of the scenario's land.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LandState {
    /// Share of claims that are met, by entry, `[0, 1]`.
    pub access: Vec<f64>,
    /// Supply over claims that people are used to, season apart, by entry.
    pub usual: Vec<f64>,
    /// Claims of each group's rural households, full scale, region x group.
    pub claims: Vec<f64>,
    /// Share of these claims that is met, region x group; 1 where a group claims nothing.
    pub group_access: Vec<f64>,
    /// Share of its claims that a rural household misses against what it is used to, region x group, `[0, 1]`.
    pub loss: Vec<f64>,
    /// The same as a mean over all households, towns included, by region.
    pub regional_loss: Vec<f64>,
}
