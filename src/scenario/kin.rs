//! The kin state of a group: another state that people of the group have kin in.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Group;
use super::schema::GroupFile;
use super::units::Share;

/// A group's kin state as the model uses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KinState {
    /// Standard of living there over that of the group here, at week 0; above 0.
    pub standard: f64,
    /// How strongly present events make its media count, `[0, 1]`.
    pub catalyst: f64,
    /// Mean attachment to it at week 0, `[0, 1]`.
    pub attachment: f64,
    /// Standard deviation of both attachments between households, log-odds.
    pub spread: f64,
    /// Mean attachment to home at week 0, `[0, 1]`.
    pub home: f64,
}

/// The kin state of a group: where people of the group have kin and whose media they may follow.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KinStateFile {
    /// Standard of living there over that of the group here, at week 0.
    #[schemars(range(min = 0.05, max = 20))]
    pub standard: f64,
    /// How strongly present events make its media count; 0 if left out.
    #[serde(default = "none")]
    pub catalyst: Share,
    /// Mean attachment to it at week 0.
    pub attachment: Share,
    /// Standard deviation of attachments between households, log-odds.
    #[schemars(range(min = 0, max = 4))]
    pub spread: f64,
    /// Mean attachment to home at week 0.
    pub home: Share,
}

fn none() -> Share {
    Share(0.0)
}

impl KinStateFile {
    /// What it means.
    fn read(&self) -> KinState {
        KinState {
            standard: self.standard,
            catalyst: self.catalyst.0,
            attachment: self.attachment.0,
            spread: self.spread,
            home: self.home.0,
        }
    }
}

/// Puts what the file says about kin states and origins into the groups.
pub(super) fn read(files: &[GroupFile], groups: &mut [Group]) {
    for (file, group) in files.iter().zip(groups) {
        group.kin_state = file.kin_state.as_ref().map(KinStateFile::read);
        group.origin_population = file.origin_population;
    }
}

impl KinState {
    /// Its numbers in a fixed order.
    pub fn numbers(&self) -> [f64; 5] {
        [self.standard, self.catalyst, self.attachment, self.spread, self.home]
    }
}
