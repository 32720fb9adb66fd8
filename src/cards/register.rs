//! Reading `seeds/`: cards (claims of the source documents) and parameters (our defaults).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Parameters;
use super::evidence::Finding;
use super::levers::LeverOrigin;

/// The card files, one a source document, embedded in the binary.
const CARD_FILES: &[(&str, &str)] = &[
    ("seeds/cards-s0.toml", include_str!("../../seeds/cards-s0.toml")),
    ("seeds/cards-s1.toml", include_str!("../../seeds/cards-s1.toml")),
    ("seeds/cards-s2.toml", include_str!("../../seeds/cards-s2.toml")),
    ("seeds/cards-s3.toml", include_str!("../../seeds/cards-s3.toml")),
    ("seeds/cards-s4.toml", include_str!("../../seeds/cards-s4.toml")),
];

/// The parameter files, one a mechanism, embedded in the binary.
const PARAMETER_FILES: &[(&str, &str)] = &[
    ("seeds/parameters/population.toml", include_str!("../../seeds/parameters/population.toml")),
    ("seeds/parameters/arrivals.toml", include_str!("../../seeds/parameters/arrivals.toml")),
    ("seeds/parameters/services.toml", include_str!("../../seeds/parameters/services.toml")),
    ("seeds/parameters/housing.toml", include_str!("../../seeds/parameters/housing.toml")),
    ("seeds/parameters/acts.toml", include_str!("../../seeds/parameters/acts.toml")),
    ("seeds/parameters/incidents.toml", include_str!("../../seeds/parameters/incidents.toml")),
    ("seeds/parameters/response.toml", include_str!("../../seeds/parameters/response.toml")),
    ("seeds/parameters/exit.toml", include_str!("../../seeds/parameters/exit.toml")),
    ("seeds/parameters/tension.toml", include_str!("../../seeds/parameters/tension.toml")),
    ("seeds/parameters/labour.toml", include_str!("../../seeds/parameters/labour.toml")),
    ("seeds/parameters/prices.toml", include_str!("../../seeds/parameters/prices.toml")),
    ("seeds/parameters/wellbeing.toml", include_str!("../../seeds/parameters/wellbeing.toml")),
    ("seeds/parameters/money.toml", include_str!("../../seeds/parameters/money.toml")),
    ("seeds/parameters/attitudes.toml", include_str!("../../seeds/parameters/attitudes.toml")),
    ("seeds/parameters/contact.toml", include_str!("../../seeds/parameters/contact.toml")),
    ("seeds/parameters/information.toml", include_str!("../../seeds/parameters/information.toml")),
    ("seeds/parameters/threat.toml", include_str!("../../seeds/parameters/threat.toml")),
    ("seeds/parameters/blame.toml", include_str!("../../seeds/parameters/blame.toml")),
    ("seeds/parameters/affect.toml", include_str!("../../seeds/parameters/affect.toml")),
    ("seeds/parameters/land.toml", include_str!("../../seeds/parameters/land.toml")),
    ("seeds/parameters/projects.toml", include_str!("../../seeds/parameters/projects.toml")),
    ("seeds/parameters/trust.toml", include_str!("../../seeds/parameters/trust.toml")),
    ("seeds/parameters/minority.toml", include_str!("../../seeds/parameters/minority.toml")),
    ("seeds/parameters/memory.toml", include_str!("../../seeds/parameters/memory.toml")),
    ("seeds/parameters/screening.toml", include_str!("../../seeds/parameters/screening.toml")),
];

/// The published findings.
const EVIDENCE: &str = include_str!("../../seeds/evidence.toml");
/// What stands behind each kind of lever.
const LEVERS: &str = include_str!("../../seeds/levers.toml");

/// What becomes of a claim in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardStatus {
    /// A mechanism does what the claim says, with its strength a parameter.
    Modelled,
    /// It sets a starting level.
    InitialCondition,
    /// It is an event or number of a scenario.
    ScenarioFact,
    /// It is one reading of a contradiction that a switch selects.
    Switch,
    /// It says what another card already says.
    Restates,
    /// Nothing in the model corresponds to it; the reason says why.
    OutOfScope,
}

impl CardStatus {
    /// Every status with its name in files and one sentence on it, in the order in which they are counted.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Modelled, "modelled", "a mechanism does what the claim says"),
        (Self::Switch, "switch", "one of several readings, chosen by parameters"),
        (Self::InitialCondition, "initial_condition", "it sets a starting level"),
        (Self::ScenarioFact, "scenario_fact", "an event or number of a scenario"),
        (Self::Restates, "restates", "it says what another card says"),
        (Self::OutOfScope, "out_of_scope", "nothing in the model corresponds to it"),
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|s| s.0 == self).map_or("", |s| s.1)
    }
}

/// One claim of a source document, in neutral words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Id, e.g. `S1-H15`.
    pub id: String,
    /// Who or what document claims it.
    pub document: String,
    /// The claim, in our own neutral words; never stated as a fact.
    pub claim: String,
    /// Direction claimed: `+`, `-`, `0`, `conditional`, `level` or `structure`.
    pub sign: String,
    /// Whom it is about.
    pub who: Vec<String>,
    /// Mechanism that carries it, if any.
    #[serde(default)]
    pub mechanism: Option<String>,
    /// Number stated by the document itself, in words, if any.
    #[serde(default)]
    pub stated: Option<String>,
    /// Ranges we would give the strength of the claim before seeing any data.
    #[serde(default)]
    pub prior: Vec<Prior>,
    /// Published evidence for it.
    #[serde(default)]
    pub evidence_for: Vec<String>,
    /// Published evidence against it.
    #[serde(default)]
    pub evidence_against: Vec<String>,
    /// What becomes of it in the model.
    pub status: CardStatus,
    /// Why that status.
    pub reason: String,
    /// The card this one restates.
    #[serde(default)]
    pub restates: Option<String>,
    /// Indicators in which it would show first.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// Shipped scenarios that hold it or turn on it.
    #[serde(default)]
    pub scenarios: Vec<String>,
}

/// A range of ours for one strength of a claim; what the document states stands apart from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// What the range is of.
    pub of: String,
    /// Lowest plausible value.
    pub low: f64,
    /// Highest plausible value.
    pub high: f64,
    /// Unit.
    pub unit: String,
}

/// The one reason a default is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// A source document states or implies it.
    Card,
    /// A published finding.
    Evidence,
    /// A dated table.
    Statistic,
    /// A published model.
    Model,
    /// Ours, with a prior range and a reason.
    Assumption,
}

impl Provenance {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 5] =
        [Self::Card, Self::Evidence, Self::Statistic, Self::Model, Self::Assumption];
}

impl Provenance {
    /// What the name stands for, in plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Card => "claimed or implied by a source document",
            Self::Evidence => "a published finding",
            Self::Statistic => "a dated statistic",
            Self::Model => "a published model",
            Self::Assumption => "our assumption, with a range and a reason",
        }
    }
}

/// A parameter: its default, range and provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterSpec {
    /// Path, `<mechanism>.<name>`.
    pub id: String,
    /// Default value.
    pub default: f64,
    /// Lowest plausible value.
    pub low: f64,
    /// Highest plausible value.
    pub high: f64,
    /// Unit.
    pub unit: String,
    /// What it does, one sentence.
    pub meaning: String,
    /// The one provenance of the default.
    pub provenance: Provenance,
    /// Source, or the reason of an assumption.
    pub source: String,
    /// Cards whose strength it carries.
    #[serde(default)]
    pub cards: Vec<String>,
}

/// A fault in the shipped register; only a broken build shows it.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct RegisterError {
    file: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    card: Vec<Card>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParameterFile {
    parameter: Vec<ParameterSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingFile {
    finding: Vec<Finding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeverFile {
    lever: Vec<LeverOrigin>,
}

/// All cards and parameters, the findings they cite and what stands behind the levers.
#[derive(Debug, Clone)]
pub struct Register {
    /// Cards in document order.
    pub cards: Vec<Card>,
    /// Parameters in file order.
    pub parameters: Vec<ParameterSpec>,
    /// Findings in the order of their ids.
    pub findings: Vec<Finding>,
    /// What stands behind each kind of lever.
    pub levers: Vec<LeverOrigin>,
}

/// The shipped register, read once.
pub fn register() -> &'static Register {
    static REGISTER: OnceLock<Register> = OnceLock::new();
    REGISTER.get_or_init(|| Register::load().expect("the embedded register is tested to load"))
}

impl Register {
    fn load() -> Result<Self, RegisterError> {
        let fault = |file: &str, e: &dyn std::fmt::Display| RegisterError {
            file: file.to_owned(),
            message: e.to_string(),
        };
        let mut cards = Vec::new();
        for (file, text) in CARD_FILES {
            cards.extend(toml::from_str::<CardFile>(text).map_err(|e| fault(file, &e))?.card);
        }
        let mut parameters = Vec::new();
        for (file, text) in PARAMETER_FILES {
            parameters.extend(
                toml::from_str::<ParameterFile>(text).map_err(|e| fault(file, &e))?.parameter,
            );
        }
        let findings = toml::from_str::<FindingFile>(EVIDENCE)
            .map_err(|e| fault("seeds/evidence.toml", &e))?
            .finding;
        let levers =
            toml::from_str::<LeverFile>(LEVERS).map_err(|e| fault("seeds/levers.toml", &e))?.lever;
        Ok(Self { cards, parameters, findings, levers })
    }

    /// The parameter with this path.
    pub fn parameter(&self, id: &str) -> Option<&ParameterSpec> {
        self.parameters.iter().find(|p| p.id == id)
    }

    /// The card with this id.
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|c| c.id == id)
    }

    /// The finding with this id.
    pub fn finding(&self, id: &str) -> Option<&Finding> {
        self.findings.iter().find(|f| f.id == id)
    }

    /// What stands behind a kind of lever.
    pub fn lever(&self, kind: &str) -> Option<&LeverOrigin> {
        self.levers.iter().find(|l| l.kind == kind)
    }

    /// How many cards have each status, in the order of [`CardStatus::ALL`].
    pub fn status_counts(&self) -> [(CardStatus, usize); 6] {
        CardStatus::ALL.map(|s| (s.0, self.cards.iter().filter(|c| c.status == s.0).count()))
    }

    /// The parameters that carry the strength of a card, in file order; empty for an unknown card.
    pub fn parameters_of(&self, card: &str) -> Vec<&ParameterSpec> {
        self.parameters.iter().filter(|p| p.cards.iter().any(|id| id == card)).collect()
    }

    /// How many defaults have each provenance, in the order of [`Provenance::ALL`].
    pub fn provenance_counts(&self) -> [(Provenance, usize); 5] {
        Provenance::ALL
            .map(|kind| (kind, self.parameters.iter().filter(|p| p.provenance == kind).count()))
    }

    /// Typed parameters: the defaults, with `overrides` (path to value) on top.
    ///
    /// # Errors
    /// If a path is unknown to the typed parameters, or a typed parameter has no default.
    pub fn resolve(&self, overrides: &BTreeMap<String, f64>) -> Result<Parameters, RegisterError> {
        let mut root = serde_json::Map::new();
        for (file, _) in PARAMETER_FILES {
            // A mechanism without parameters is an empty table, not a missing one.
            let name = file.rsplit('/').next().and_then(|f| f.strip_suffix(".toml"));
            root.insert(name.unwrap_or(file).to_owned(), serde_json::Map::new().into());
        }
        let defaults = self.parameters.iter().map(|p| (p.id.as_str(), p.default));
        for (id, value) in defaults.chain(overrides.iter().map(|(k, v)| (k.as_str(), *v))) {
            let fault = |message: String| RegisterError { file: id.to_owned(), message };
            let (mechanism, name) =
                id.split_once('.').ok_or_else(|| fault("expected <mechanism>.<name>".into()))?;
            let table = root
                .entry(mechanism)
                .or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
            if let serde_json::Value::Object(table) = table {
                table.insert(name.to_owned(), serde_json::Value::from(value));
            }
        }
        serde_json::from_value(serde_json::Value::Object(root))
            .map_err(|e| RegisterError { file: "parameters".into(), message: e.to_string() })
    }
}

#[cfg(test)]
mod tests;
