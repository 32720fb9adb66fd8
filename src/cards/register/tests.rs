//! The register is whole: every name in it exists, and every entry has its place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::measure::INDICATORS;
use crate::mechanisms::schedule::WEEK;
use crate::scenario::{self, LEVERS};

fn mechanism(name: &str) -> bool {
    WEEK.iter().any(|step| step.name == name)
}

fn indicator(name: &str) -> bool {
    INDICATORS.iter().any(|i| i.id == name)
}

fn lever(name: &str) -> bool {
    LEVERS.iter().any(|l| l.kind.name() == name)
}

fn shipped(name: &str) -> bool {
    scenario::shipped_names().any(|n| n == name)
}

fn card_ids() -> BTreeSet<&'static str> {
    register().cards.iter().map(|c| c.id.as_str()).collect()
}

fn card(id: &str) -> &'static Card {
    register().card(id).unwrap_or_else(|| panic!("no card {id}"))
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

/// Names in backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("readable").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Path and text of every file below these folders of the project.
fn texts(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in folders {
        files(&root.join(folder), &mut all);
    }
    let text = |path: &PathBuf| std::fs::read(path).expect("readable");
    all.into_iter()
        .map(|path| (path.clone(), String::from_utf8_lossy(&text(&path)).into_owned()))
        .collect()
}

#[test]
fn the_register_holds_every_claim_of_the_five_documents() {
    let of = |k: usize| {
        let document = format!("S{k}-");
        register().cards.iter().filter(|c| c.id.starts_with(&document)).count()
    };
    assert_eq!([0, 1, 2, 3, 4].map(of), [46, 36, 30, 18, 35]);
    assert_eq!(register().cards.len(), 165);
    // Numbers run from 01 without a gap.
    for c in &register().cards {
        let number: usize = c.id[4..].parse().unwrap();
        let document: usize = c.id[1..2].parse().unwrap();
        assert!((1..=of(document)).contains(&number), "{}", c.id);
    }
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
    let mut all = texts(&["src", "seeds", "scenarios", "docs"]);
    let readme = root.join("README.md");
    all.push((readme.clone(), std::fs::read_to_string(readme).expect("readable")));
    let known = card_ids();
    let mut missing = Vec::new();
    for (path, text) in &all {
        let unknown = named(text).filter(|id| !known.contains(id));
        missing.extend(unknown.map(|id| format!("{id} in {}", path.display())));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_card_has_a_destination() {
    for c in &register().cards {
        assert!(c.reason.len() > 20, "{}: no reason", c.id);
        if let Some(name) = &c.mechanism {
            assert!(mechanism(name), "{}: no mechanism {name}", c.id);
        }
        match c.status {
            CardStatus::Modelled | CardStatus::Switch => {
                assert!(c.mechanism.is_some(), "{}: no mechanism", c.id);
            }
            CardStatus::ScenarioFact => {
                assert!(!c.scenarios.is_empty(), "{}: in no scenario", c.id);
            }
            CardStatus::OutOfScope => assert!(c.mechanism.is_none(), "{}: mechanism", c.id),
            CardStatus::InitialCondition | CardStatus::Restates => {}
        }
    }
}

#[test]
fn every_modelled_card_lives_somewhere() {
    let sources = texts(&["src/mechanisms", "src/world", "src/measure", "scenarios"]);
    for c in register().cards.iter().filter(|c| c.status == CardStatus::Modelled) {
        let carried = !register().parameters_of(&c.id).is_empty();
        let lever = register().levers.iter().any(|l| l.cards.contains(&c.id));
        let told = quoted(&c.reason).next().is_some() || !c.scenarios.is_empty();
        let source = || sources.iter().any(|(_, text)| named(text).any(|id| id == c.id));
        assert!(carried || lever || told || source(), "{} lives nowhere", c.id);
    }
}

#[test]
fn names_that_cards_use_exist() {
    for c in &register().cards {
        for id in &c.indicators {
            assert!(indicator(id), "{}: no indicator {id}", c.id);
        }
        for name in &c.scenarios {
            assert!(shipped(name), "{}: no scenario {name}", c.id);
        }
        for id in named(&c.reason) {
            assert!(register().card(id).is_some(), "{}: no card {id}", c.id);
        }
        for name in quoted(&c.reason) {
            let known = register().parameter(name).is_some()
                || indicator(name)
                || lever(name)
                || mechanism(name)
                || shipped(name);
            assert!(known, "{}: nothing is called {name}", c.id);
        }
    }
}

#[test]
fn a_prior_is_a_range_with_a_unit() {
    for c in &register().cards {
        for prior in &c.prior {
            assert!(prior.low < prior.high, "{}: {}", c.id, prior.of);
            assert!(!prior.of.is_empty() && !prior.unit.is_empty(), "{}", c.id);
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
fn every_kind_of_lever_has_an_origin() {
    for l in LEVERS {
        assert!(register().lever(&l.kind.name()).is_some(), "{}", l.kind.name());
    }
    let kinds: BTreeSet<_> = register().levers.iter().map(|l| &l.kind).collect();
    assert_eq!(kinds.len(), register().levers.len());
    for l in &register().levers {
        assert!(lever(&l.kind), "no lever {}", l.kind);
        assert!(!l.acts_in.is_empty() && !l.cards.is_empty(), "{}", l.kind);
        for name in &l.acts_in {
            assert!(mechanism(name), "{}: no mechanism {name}", l.kind);
        }
        for id in &l.cards {
            assert_ne!(card(id).status, CardStatus::OutOfScope, "{} names {id}", l.kind);
        }
    }
}

/// Names of the test functions in a source file.
fn tests_of(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|_| panic!("no {}", path.display()));
    let after = |part: &str| {
        let name = part.trim_start().strip_prefix("fn ")?.split('(').next()?;
        Some(name.to_owned())
    };
    text.split("#[test]\n").skip(1).filter_map(after).collect()
}

#[test]
fn every_lever_has_two_tests_beside_its_mechanism() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mechanisms");
    for l in &register().levers {
        let tests = tests_of(&folder.join(&l.tests_in));
        assert_ne!(l.helps_test, l.idle_test, "{}", l.kind);
        for name in [&l.helps_test, &l.idle_test] {
            assert!(tests.contains(name), "{}: no test {name} in {}", l.kind, l.tests_in);
        }
        let text = std::fs::read_to_string(folder.join(&l.tests_in)).unwrap();
        let kind = LEVERS.iter().find(|x| x.kind.name() == l.kind).unwrap().kind;
        assert!(text.contains(&format!("LeverKind::{kind:?}")), "{} is not in its tests", l.kind);
    }
}

#[test]
fn findings_that_are_cited_are_listed() {
    let finding = |id: &str| register().finding(id).is_some();
    let ids: BTreeSet<_> = register().findings.iter().map(|f| &f.id).collect();
    assert_eq!(ids.len(), register().findings.len());
    for c in &register().cards {
        for id in c.evidence_for.iter().chain(&c.evidence_against) {
            assert!(finding(id), "{}: no finding {id}", c.id);
        }
        let both = c.evidence_for.iter().any(|id| c.evidence_against.contains(id));
        assert!(!both, "{}: a finding on both sides", c.id);
    }
    for l in &register().levers {
        assert!(l.evidence.iter().all(|id| finding(id)), "{}", l.kind);
    }
    for p in &register().parameters {
        if matches!(p.provenance, Provenance::Evidence | Provenance::Statistic) {
            let mut words = p.source.split(|c: char| !c.is_ascii_alphanumeric());
            let table = ["docs/evidence.md", "docs/data.md"].iter().any(|f| p.source.contains(f));
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
