//! The typed parameters: one struct a mechanism, in the mechanism's own file.

use serde::{Deserialize, Serialize};

use crate::mechanisms;
use crate::world::populate;

/// Every parameter of the model; the path of a parameter is `<field>.<field of that struct>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Week 0.
    pub population: populate::Parameters,
    /// Destination choice, onward and return moves.
    pub arrivals: mechanisms::arrivals::Parameters,
    /// Border and service queues.
    pub services: mechanisms::services::Parameters,
    /// The rental market.
    pub housing: mechanisms::housing::Parameters,
    /// Lasting differences between households in attitudes.
    pub attitudes: populate::attitudes::Parameters,
    /// Contact and mere exposure.
    pub contact: mechanisms::contact::Parameters,
    /// Salience, visibility, rumours and the official word.
    pub information: mechanisms::information::Parameters,
    /// Threat.
    pub threat: mechanisms::threat::Parameters,
    /// Blame.
    pub blame: mechanisms::blame::Parameters,
    /// Fear and hostility.
    pub affect: mechanisms::affect::Parameters,
    /// Trust in courts, police and authorities.
    pub trust: mechanisms::trust::Parameters,
}
