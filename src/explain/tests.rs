//! Every name the program lists has an answer.

use super::*;
use crate::cards::{CardStatus, Provenance, register};

/// Headings under which a name touches another.
fn touched<'a>(e: &'a Explanation, heading: &str) -> Vec<&'a str> {
    let names = e.touches.iter().filter(|t| t.0 == heading).flat_map(|t| &t.1);
    names.map(|n| n.id.as_str()).collect()
}

fn only(name: &str, kind: Kind) -> Explanation {
    explain(name).unwrap().into_iter().find(|e| e.kind == kind).unwrap()
}

#[test]
fn every_name_is_explained_in_text_and_json() {
    for (kind, id) in ids() {
        let found = explain(&id).unwrap();
        assert!(found.iter().any(|e| e.kind == kind && e.id == id), "{id}");
        let text = page(&found);
        assert!(text.starts_with(&format!("{id}: ")), "{id}");
        for e in &found {
            assert!(e.meaning.len() > 5, "{id}: no meaning");
            assert!(text.contains(&format!("{id}: {}", e.kind.words())), "{id}");
            assert_eq!(e.json()["id"], id);
            assert_eq!(e.json()["facts"].as_object().unwrap().len(), e.facts.len());
        }
    }
}

#[test]
fn lines_of_text_fit_a_terminal_but_for_equations() {
    for (_, id) in ids() {
        let text = page(&explain(&id).unwrap());
        let wide = text.lines().find(|l| l.chars().count() > 100 && !l.starts_with("    "));
        assert_eq!(wide, None, "{id}");
    }
}

#[test]
fn what_is_touched_has_a_page_of_its_own() {
    for (_, id) in ids() {
        for e in explain(&id).unwrap() {
            for (heading, names) in e.touches.iter().filter(|t| !t.0.starts_with("columns")) {
                for n in names {
                    assert!(explain(&n.id).is_ok(), "{id}, {heading}: {}", n.id);
                }
            }
        }
    }
}

#[test]
fn every_mechanism_shows_its_rules_and_its_parameters_by_provenance() {
    for (_, id) in ids().into_iter().filter(|(kind, _)| *kind == Kind::Mechanism) {
        let e = only(&id, Kind::Mechanism);
        assert!(e.rules.len() > 100, "no section of the model's description is headed `{id}`");
        let json = e.json();
        let own = register().parameters.iter().filter(|p| p.id.starts_with(&format!("{id}.")));
        assert_eq!(json["facts"]["number of parameters"], own.count(), "{id}");
        let by = json["facts"]["by provenance"].as_object().unwrap();
        let sum: u64 = by.values().filter_map(Value::as_u64).sum();
        assert_eq!(json["facts"]["number of parameters"], sum, "{id}");
    }
}

#[test]
fn every_group_of_parameters_is_a_step_of_the_week_or_a_part() {
    for p in &register().parameters {
        let group = p.id.split('.').next().unwrap();
        let known = links::step(group).is_some() || links::PARTS.iter().any(|part| part.0 == group);
        assert!(known, "`{group}` should be in PARTS of src/explain/links.rs");
    }
}

#[test]
fn links_run_both_ways() {
    let rent = only("S1-H15", Kind::Card);
    let parameter = touched(&rent, "parameters");
    assert!(parameter.contains(&"housing.level_response"));
    assert!(touched(&only("housing.level_response", Kind::Parameter), "cards").contains(&"S1-H15"));
    assert!(touched(&only("housing", Kind::Mechanism), "cards").contains(&"S1-H15"));
    assert!(
        touched(&only("housing", Kind::Mechanism), "indicators it moves").contains(&"asking_rent")
    );
    assert!(
        touched(&only("asking_rent", Kind::Indicator), "mechanisms that move it")
            .contains(&"housing")
    );
    assert!(touched(&only("asking_rent", Kind::Indicator), "cards").contains(&"S1-H15"));
    assert!(touched(&only("E11", Kind::Finding), "cards it speaks for").contains(&"S1-H15"));
    assert!(touched(&only("dispersal", Kind::Lever), "cards").contains(&"S1-H30"));
    assert!(touched(&only("S1-H30", Kind::Card), "levers").contains(&"dispersal"));
}

#[test]
fn evidence_comes_with_its_side_and_its_status() {
    let e = only("S1-H30", Kind::Card);
    let denmark = e.evidence.iter().find(|c| c.id == "E30").unwrap();
    assert_eq!(denmark.side, "against");
    assert!(denmark.status.starts_with("verified"));
    assert!(page(&[e]).contains("E30 against: Denmark"));
}

#[test]
fn a_parameter_says_its_range_and_whose_it_is() {
    let e = only("housing.level_response", Kind::Parameter).json();
    let spec = register().parameter("housing.level_response").unwrap();
    assert_eq!(e["facts"]["default"], spec.default);
    assert_eq!(e["facts"]["provenance"], serde_json::to_value(spec.provenance).unwrap());
    assert_eq!(spec.provenance, Provenance::Assumption);
}

#[test]
fn a_name_shared_by_two_things_gives_both() {
    let kinds: Vec<Kind> = explain("arrivals").unwrap().iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [Kind::Mechanism, Kind::Indicator]);
}

#[test]
fn case_does_not_matter_and_an_unknown_name_gets_the_nearest() {
    assert_eq!(explain("s1-h15").unwrap()[0].id, "S1-H15");
    let near = |name: &str| explain(name).unwrap_err().near;
    assert_eq!(near("asking_rnet")[0], "`asking_rent`");
    assert_eq!(near("level_response")[0], "`housing.level_response`");
    assert!(near("zzzzzzzzzzzzzzz").is_empty());
    assert!(explain("asking_rnet").unwrap_err().to_string().contains("did you mean `asking_rent`"));
}

#[test]
fn a_card_that_restates_names_the_first_and_is_named_by_it() {
    for c in register().cards.iter().filter(|c| c.status == CardStatus::Restates) {
        let first = only(c.restates.as_ref().unwrap(), Kind::Card);
        assert!(touched(&first, "restated by").contains(&c.id.as_str()), "{}", c.id);
    }
}
