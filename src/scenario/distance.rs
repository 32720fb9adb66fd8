//! Distance between two groups: one number, or four dimensions with weights.

use schemars::JsonSchema;
use serde::Deserialize;

use super::context::Context;
use super::model::Relation;
use super::schema::{RelationFile, ScenarioFile};
use super::units::Share;
use crate::mechanisms::threat;

/// Dimensions in which groups may be apart: language, culture, past, bloc.
pub const DIMENSIONS: usize = 4;

/// Distance in four dimensions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DistancesFile {
    /// In language.
    pub language: Share,
    /// In culture.
    pub culture: Share,
    /// In how the past is told.
    pub past: Share,
    /// In which bloc of states one belongs to.
    pub bloc: Share,
}

impl DistancesFile {
    /// In the order of the weights `threat.distance_*`.
    fn numbers(&self) -> [f64; DIMENSIONS] {
        [self.language.0, self.culture.0, self.past.0, self.bloc.0]
    }
}

/// The one distance of a relation; 0 where four are given, until [`weigh`] has seen the weights.
pub(super) fn check(context: &mut Context, relation: &RelationFile, i: usize) -> f64 {
    let path = format!("relations[{i}]");
    let allowed = "`distance`, or a table `distances` of four".to_owned();
    match (&relation.distance, &relation.distances) {
        (None, None) => {
            let message = "a relation needs a distance".to_owned();
            context.error_found(&path, message, "neither".to_owned(), allowed, None);
        }
        (Some(_), Some(_)) => {
            let message = "`distance` is not used beside `distances`".to_owned();
            context.note(&format!("{path}.distance"), message, allowed);
        }
        _ => {}
    }
    relation.distance.map_or(0.0, |x| x.0)
}

/// Turns distances in four dimensions into one, by the weights of the threat mechanism.
pub(super) fn weigh(
    raw: &ScenarioFile,
    groups: &[String],
    parameters: &threat::Parameters,
    relations: &mut [Relation],
) {
    let place = |name: &str| groups.iter().position(|g| g == name);
    for relation in &raw.relations {
        let Some(distances) = &relation.distances else { continue };
        let [Some(a), Some(b)] = relation.between.each_ref().map(|name| place(name)) else {
            continue;
        };
        let distance = parameters.distance(distances.numbers());
        for at in [a * groups.len() + b, b * groups.len() + a] {
            relations[at].distance = distance;
        }
    }
}
