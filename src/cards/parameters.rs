//! The typed parameters: one struct a mechanism, in the mechanism's own file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measure::tension;
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
    /// Acts, norm and help.
    pub acts: mechanisms::acts::Parameters,
    /// Incidents.
    pub incidents: mechanisms::incidents::Parameters,
    /// Police, mediation, denial.
    pub response: mechanisms::response::Parameters,
    /// Leaving the country.
    pub exit: mechanisms::exit::Parameters,
    /// The tension index.
    pub tension: tension::Parameters,
    /// Jobs, wages and informality.
    pub labour: mechanisms::labour::Parameters,
    /// Consumer prices.
    pub prices: mechanisms::prices::Parameters,
    /// Life satisfaction.
    pub wellbeing: mechanisms::wellbeing::Parameters,
    /// Taxes.
    pub money: mechanisms::money::Parameters,
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
    /// Land and water.
    pub land: mechanisms::land::Parameters,
    /// Foreign projects.
    pub projects: mechanisms::projects::Parameters,
    /// Trust in courts, police and authorities.
    pub trust: mechanisms::trust::Parameters,
    /// Attachments to home and to a kin state, signs, pressure.
    pub minority: mechanisms::minority::Parameters,
    /// Memory of injury.
    pub memory: mechanisms::memory::Parameters,
    /// Screening by reports.
    pub screening: mechanisms::screening::Parameters,
}

impl Parameters {
    /// Every value by its path.
    pub fn flat(&self) -> BTreeMap<String, f64> {
        let mut values = BTreeMap::new();
        if let Ok(serde_json::Value::Object(tables)) = serde_json::to_value(self) {
            for (mechanism, table) in &tables {
                for (name, value) in table.as_object().into_iter().flatten() {
                    values.extend(value.as_f64().map(|v| (format!("{mechanism}.{name}"), v)));
                }
            }
        }
        values
    }
}
