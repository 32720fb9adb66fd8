//! Attachments of households whose group has a kin state. Every column is empty where no group has one.

use serde::{Deserialize, Serialize};

/// Whether a household shows a sign of attachment to its kin state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Sign {
    /// It does not want to.
    #[default]
    None,
    /// It would, but for the pressure.
    Hidden,
    /// It does.
    Shown,
}

/// What never changes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AttachmentAnchors {
    /// Log-odds of attachment to the kin state and to home at rest, household.
    pub log_odds: Vec<[f32; 2]>,
    /// Mean fear of others at week 0, household, `[0, 1]`.
    pub usual_fear: Vec<f32>,
    /// Trust in courts at week 0, household, `[0, 1]`.
    pub usual_trust: Vec<f32>,
    /// Acts of discrimination or worse suffered per member and week at week 0, region x group.
    pub usual_acts: Vec<f64>,
    /// Households that show a sign at week 0 over all households of the region, region x group.
    pub usual_signs: Vec<f64>,
}

/// What changes from week to week.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Attachment to the kin state, household, `[0, 1]`.
    pub kin: Vec<f32>,
    /// Attachment to home, household, `[0, 1]`.
    pub home: Vec<f32>,
    /// Sign, household.
    pub sign: Vec<Sign>,
    /// Households that show a sign over all households of the region, region x group.
    pub shown: Vec<f64>,
    /// Pressure on signs as it is seen, region x group, `[0, 1]`.
    pub pressure: Vec<f64>,
    /// Dose of kin-state media, region x group, `[0, 1]`.
    pub dose: Vec<f64>,
}
