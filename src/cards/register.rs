//! Reading `seeds/`: cards (claims of the source documents) and parameters (our defaults).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Parameters;

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
    ("seeds/parameters/trust.toml", include_str!("../../seeds/parameters/trust.toml")),
    ("seeds/parameters/minority.toml", include_str!("../../seeds/parameters/minority.toml")),
    ("seeds/parameters/memory.toml", include_str!("../../seeds/parameters/memory.toml")),
    ("seeds/parameters/screening.toml", include_str!("../../seeds/parameters/screening.toml")),
];

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

/// All cards and parameters.
#[derive(Debug, Clone)]
pub struct Register {
    /// Cards in document order.
    pub cards: Vec<Card>,
    /// Parameters in file order.
    pub parameters: Vec<ParameterSpec>,
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
        Ok(Self { cards, parameters })
    }

    /// The parameter with this path.
    pub fn parameter(&self, id: &str) -> Option<&ParameterSpec> {
        self.parameters.iter().find(|p| p.id == id)
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
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::mechanisms::schedule::WEEK;

    const EVIDENCE: &str = include_str!("../../docs/evidence.md");

    fn card_ids() -> BTreeSet<&'static str> {
        register().cards.iter().map(|c| c.id.as_str()).collect()
    }

    fn card(id: &str) -> &'static Card {
        register().cards.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no card {id}"))
    }

    /// Whether `id` is like `S1-H15`.
    fn well_formed(id: &str) -> bool {
        let digit = |k: usize| id.as_bytes()[k].is_ascii_digit();
        id.len() == 6
            && id.is_ascii()
            && id.starts_with('S')
            && &id[2..4] == "-H"
            && digit(1)
            && digit(4)
            && digit(5)
    }

    /// What looks like the id of a card in a text.
    fn named(text: &str) -> impl Iterator<Item = &str> {
        text.match_indices("-H")
            .filter_map(|(at, _)| text.get(at.checked_sub(2)?..at + 4))
            .filter(|id| well_formed(id))
    }

    /// Every file below a folder.
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder of the project") {
            let path = entry.expect("readable").path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }

    /// Whether the list of findings holds an entry with this id, e.g. `E05`.
    fn finding(id: &str) -> bool {
        EVIDENCE.contains(&format!("| {id} |"))
    }

    #[test]
    fn card_ids_are_well_formed_and_unique() {
        assert!(register().cards.iter().all(|c| well_formed(&c.id)));
        assert_eq!(card_ids().len(), register().cards.len());
    }

    #[test]
    fn parameter_ids_are_unique() {
        let ids: BTreeSet<_> = register().parameters.iter().map(|p| &p.id).collect();
        assert_eq!(ids.len(), register().parameters.len());
    }

    #[test]
    fn every_card_named_anywhere_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut all = vec![root.join("README.md")];
        for folder in ["src", "seeds", "scenarios", "docs"] {
            files(&root.join(folder), &mut all);
        }
        let known = card_ids();
        let mut missing = Vec::new();
        for path in all {
            let text =
                String::from_utf8_lossy(&std::fs::read(&path).expect("readable")).into_owned();
            let unknown = named(&text).filter(|id| !known.contains(id));
            missing.extend(unknown.map(|id| format!("{id} in {}", path.display())));
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn every_card_has_a_destination() {
        for c in &register().cards {
            assert!(c.reason.len() > 20, "{}: no reason", c.id);
            if let Some(name) = &c.mechanism {
                assert!(WEEK.iter().any(|step| step.name == name), "{}: no mechanism {name}", c.id);
            }
            match c.status {
                CardStatus::Modelled => assert!(c.mechanism.is_some(), "{}: no mechanism", c.id),
                CardStatus::OutOfScope => assert!(c.mechanism.is_none(), "{}: mechanism", c.id),
                _ => {}
            }
        }
    }

    #[test]
    fn a_restated_card_exists_and_restates_none() {
        for c in &register().cards {
            assert_eq!(c.restates.is_some(), c.status == CardStatus::Restates, "{}", c.id);
            if let Some(first) = &c.restates {
                assert!(card(first).restates.is_none(), "{}: a chain", c.id);
            }
        }
    }

    #[test]
    fn parameters_carry_only_cards_that_the_model_uses() {
        for p in &register().parameters {
            for id in &p.cards {
                assert_ne!(card(id).status, CardStatus::OutOfScope, "{} names {id}", p.id);
            }
            let says = p.provenance == Provenance::Card;
            assert!(!says || !p.cards.is_empty(), "{}: which card?", p.id);
        }
    }

    #[test]
    fn findings_that_are_cited_are_listed() {
        for c in &register().cards {
            for id in c.evidence_for.iter().chain(&c.evidence_against) {
                assert!(finding(id), "{}: no finding {id}", c.id);
            }
        }
        for p in &register().parameters {
            if matches!(p.provenance, Provenance::Evidence | Provenance::Statistic) {
                let mut words = p.source.split(|c: char| !c.is_ascii_alphanumeric());
                let table =
                    ["docs/evidence.md", "docs/data.md"].iter().any(|f| p.source.contains(f));
                assert!(table || words.any(finding), "{}: {}", p.id, p.source);
            }
        }
    }

    #[test]
    fn parameters_of_a_card_are_those_that_list_it() {
        let taxes: Vec<_> = register().parameters_of("S1-H26").iter().map(|p| &p.id).collect();
        assert_eq!(taxes, ["money.tax_wages", "money.tax_sales"]);
        assert!(register().parameters_of("nobody").is_empty());
    }

    #[test]
    fn the_counts_by_provenance_cover_every_parameter() {
        let counts = register().provenance_counts();
        assert_eq!(counts.iter().map(|c| c.1).sum::<usize>(), register().parameters.len());
        let model = include_str!("../../docs/model.md");
        let said = format!(
            "Of {} parameters, {} defaults are assumptions",
            register().parameters.len(),
            counts[4].1
        );
        assert!(model.contains(&said), "docs/model.md should say: {said}");
    }

    #[test]
    fn defaults_and_typed_parameters_match_one_to_one() {
        let parameters = register().resolve(&BTreeMap::new()).expect("register resolves");
        let typed = serde_json::to_value(&parameters).expect("plain numbers");
        let count: usize =
            typed.as_object().unwrap().values().map(|m| m.as_object().unwrap().len()).sum();
        assert_eq!(count, register().parameters.len());
    }

    #[test]
    fn every_default_lies_in_its_range_and_says_where_it_comes_from() {
        for p in &register().parameters {
            assert!(p.low <= p.default && p.default <= p.high, "{}: default outside range", p.id);
            assert!(!p.source.trim().is_empty(), "{}: no source", p.id);
            assert!(!p.unit.trim().is_empty(), "{}: no unit", p.id);
            assert!(p.meaning.len() > 10, "{}: no meaning", p.id);
        }
    }
}
