//! One explanation for each kind of name.

use serde_json::{Value, json};

use super::links::{self, PARTS};
use super::rules::rules;
use super::usage::shipped;
use super::{Explanation, Kind, Named};
use crate::cards::{Card, Finding, ParameterSpec, register};
use crate::measure::{Aggregation, INDICATORS, Indicator, sources};
use crate::mechanisms::schedule::WEEK;
use crate::report::vocabulary::{Worse, name, worse};
use crate::scenario::{LEVERS, LeverInfo};

/// Every name, in the order of the lists.
pub fn ids() -> Vec<(Kind, String)> {
    let mut all: Vec<(Kind, String)> = Vec::new();
    all.extend(register().cards.iter().map(|c| (Kind::Card, c.id.clone())));
    all.extend(register().parameters.iter().map(|p| (Kind::Parameter, p.id.clone())));
    all.extend(LEVERS.iter().map(|l| (Kind::Lever, l.kind.name())));
    all.extend(WEEK.iter().map(|s| (Kind::Mechanism, s.name.to_owned())));
    all.extend(PARTS.iter().map(|p| (Kind::Part, p.0.to_owned())));
    all.extend(INDICATORS.iter().map(|i| (Kind::Indicator, i.id.to_owned())));
    all.extend(register().findings.iter().map(|f| (Kind::Finding, f.id.clone())));
    all.extend(shipped().iter().map(|s| (Kind::Scenario, s.name.clone())));
    all
}

/// What there is to say about one name of [`ids`].
pub fn entry(kind: Kind, id: &str) -> Option<Explanation> {
    match kind {
        Kind::Card => register().card(id).map(card),
        Kind::Parameter => register().parameter(id).map(parameter),
        Kind::Lever => LEVERS.iter().find(|l| l.kind.name() == id).map(lever),
        Kind::Indicator => INDICATORS.iter().find(|i| i.id == id).map(indicator),
        Kind::Mechanism => mechanism(id),
        Kind::Part => PARTS.iter().find(|p| p.0 == id).map(|p| part(p.0, p.1)),
        Kind::Finding => register().finding(id).map(finding),
        Kind::Scenario => scenario(id),
    }
}

/// An explanation without empty headings.
fn explanation(
    id: &str,
    kind: Kind,
    meaning: &str,
    facts: Vec<(&'static str, Value)>,
    touches: Vec<(&'static str, Vec<Named>)>,
) -> Explanation {
    Explanation {
        id: id.to_owned(),
        kind,
        meaning: meaning.to_owned(),
        facts: facts.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        evidence: Vec::new(),
        touches: touches.into_iter().filter(|(_, names)| !names.is_empty()).collect(),
        rules: String::new(),
    }
}

fn card(c: &Card) -> Explanation {
    let prior: Vec<String> =
        c.prior.iter().map(|p| format!("{}: {} to {} {}", p.of, p.low, p.high, p.unit)).collect();
    let carried = register().parameters_of(&c.id);
    let facts = vec![
        ("document", json!(c.document)),
        ("stated", json!(c.stated)),
        ("sign", json!(c.sign)),
        ("about", json!(c.who)),
        ("prior", if prior.is_empty() { Value::Null } else { json!(prior) }),
        ("status", json!(c.status)),
        ("reason", json!(c.reason)),
        ("restates", json!(c.restates)),
    ];
    let touches = vec![
        ("parameters", links::parameters(|id| carried.iter().any(|p| p.id == id))),
        ("mechanisms", links::mechanisms_of(c)),
        ("indicators", links::indicators(|id| c.indicators.iter().any(|i| i == id))),
        ("levers", links::levers(|k| register().lever(k).is_some_and(|l| l.cards.contains(&c.id)))),
        ("scenarios", links::scenarios(|s| s.cards.contains(&c.id))),
        ("restated by", links::cards(|other| other.restates.as_ref() == Some(&c.id))),
    ];
    let meaning = format!("A claim of a source document, not a fact: {}", c.claim);
    let mut out = explanation(&c.id, Kind::Card, &meaning, facts, touches);
    let sides = c.evidence_for.iter().map(|id| (id.as_str(), "for"));
    out.evidence =
        links::cited(sides.chain(c.evidence_against.iter().map(|id| (id.as_str(), "against"))));
    let also = links::cited(links::words(&c.reason).map(|id| (id, "named")));
    for cited in also {
        if !out.evidence.iter().any(|e| e.id == cited.id) {
            out.evidence.push(cited);
        }
    }
    out
}

fn parameter(p: &ParameterSpec) -> Explanation {
    let group = p.id.split('.').next().unwrap_or_default();
    let cards: Vec<&str> =
        p.cards.iter().map(String::as_str).chain(links::words(&p.source)).collect();
    let claims = || p.cards.iter().filter_map(|id| register().card(id));
    let own = |id: &str| claims().any(|c| c.indicators.iter().any(|i| i == id));
    let step = links::step(group);
    let facts = vec![
        ("default", json!(p.default)),
        ("low", json!(p.low)),
        ("high", json!(p.high)),
        ("unit", json!(p.unit)),
        ("provenance", json!(p.provenance)),
        ("which means", json!(p.provenance.words())),
        ("source", json!(p.source)),
        ("try", json!(format!("--set {}={}", p.id, p.high))),
    ];
    let touches = vec![
        ("cards", links::cards(|c| cards.contains(&c.id.as_str()))),
        ("mechanisms", links::mechanisms(|name| name == group)),
        ("indicators of its cards", links::indicators(own)),
        ("indicators its mechanism moves", step.map_or_else(Vec::new, links::indicators_of)),
        ("levers", links::levers_in(group)),
        ("scenarios that set it", links::scenarios(|s| s.parameters.contains(&p.id))),
    ];
    let mut out = explanation(&p.id, Kind::Parameter, &p.meaning, facts, touches);
    out.evidence = links::cited(links::words(&p.source).map(|id| (id, "named")));
    out
}

fn lever(l: &LeverInfo) -> Explanation {
    let kind = l.kind.name();
    let origin = register().lever(&kind);
    let acts = |name: &str| origin.is_some_and(|o| o.acts_in.iter().any(|m| m == name));
    let own = |id: &str| origin.is_some_and(|o| o.cards.iter().any(|c| c == id));
    let shows = |id: &str| {
        let mut claims = register().cards.iter().filter(|c| own(&c.id));
        claims.any(|c| c.indicators.iter().any(|i| i == id))
    };
    let carries = |id: &str| {
        let spec = register().parameter(id);
        acts(id.split('.').next().unwrap_or_default())
            && spec.is_some_and(|p| p.cards.iter().any(|c| own(c)))
    };
    let facts = vec![
        ("primitive", json!(l.primitive)),
        ("cost counted by", json!(l.unit)),
        (
            "strength",
            json!(
                "0 changes nothing; set it in [[levers]] of a scenario, with dates and compliance"
            ),
        ),
        ("side effects", json!(origin.map(|o| &o.side_effects))),
    ];
    let touches = vec![
        ("cards", links::cards(|c| own(&c.id))),
        ("mechanisms", links::mechanisms(acts)),
        ("parameters", links::parameters(carries)),
        ("indicators of its cards", links::indicators(shows)),
        ("scenarios", links::scenarios(|s| s.levers.contains(&kind))),
    ];
    let mut out = explanation(&kind, Kind::Lever, l.meaning, facts, touches);
    out.evidence =
        links::cited(origin.iter().flat_map(|o| &o.evidence).map(|id| (id.as_str(), "named")));
    out
}

fn indicator(i: &Indicator) -> Explanation {
    let aggregation = match i.aggregation {
        Aggregation::Sum => "sum",
        Aggregation::Mean => "mean",
        Aggregation::Index => "worked out anew from its components",
    };
    let worse = match worse(i.id) {
        Worse::Up => "higher is worse for those it counts",
        Worse::Down => "lower is worse for those it counts",
        Worse::Neither => "neither way is worse by itself",
    };
    let writers = links::writers_of(i.id);
    let acts = |kind: &str| {
        let origin = register().lever(kind);
        origin.is_some_and(|o| writers.iter().any(|w| o.acts_in.contains(&w.id)))
    };
    let facts = vec![
        ("in plain words", json!(name(i.id))),
        ("unit", json!(i.unit)),
        (
            "counted",
            json!(if i.flow { "as a flow, per week" } else { "as a stock, at the end of a week" }),
        ),
        ("regions and groups together", json!(aggregation)),
        ("by target", json!(i.by_target)),
        ("by group", json!(i.by_group)),
        ("direction", json!(worse)),
    ];
    let touches = vec![
        ("mechanisms that move it", writers.clone()),
        ("columns it is read from", links::columns(sources(i.id))),
        ("levers that act in those mechanisms", links::levers(acts)),
        ("cards", links::cards(|c| c.indicators.iter().any(|id| id == i.id))),
        ("parameters", links::parameters(|id| part_of_index(i, id))),
    ];
    explanation(i.id, Kind::Indicator, i.meaning, facts, touches)
}

/// Whether a parameter belongs to the index itself: `tension` has weights and ends, others none.
fn part_of_index(i: &Indicator, parameter: &str) -> bool {
    i.id.starts_with("tension") && parameter.starts_with("tension.")
}

/// Parameters, cards, levers and scenarios of a group of parameters.
fn shared(group: &str) -> Vec<(&'static str, Vec<Named>)> {
    let own = |id: &str| id.split('.').next() == Some(group);
    let cards = links::cards_of(group);
    let levers = links::levers_in(group);
    let uses = |s: &super::usage::Usage| {
        s.parameters.iter().any(|p| own(p))
            || s.levers.iter().any(|l| levers.iter().any(|n| n.id == *l))
            || s.cards.iter().any(|c| cards.iter().any(|n| n.id == *c))
    };
    vec![
        ("parameters", links::parameters(own)),
        ("scenarios that set or name it", links::scenarios(uses)),
        ("levers", levers.clone()),
        ("cards", cards.clone()),
    ]
}

/// Parameters of a group by provenance.
fn provenance(group: &str) -> [(&'static str, Value); 2] {
    let counts = links::provenance_of(group);
    let all: usize = counts.iter().map(|c| c.1).sum();
    let by: serde_json::Map<String, Value> = counts
        .into_iter()
        .filter_map(|(kind, n)| Some((json!(kind).as_str()?.to_owned(), json!(n))))
        .collect();
    [("number of parameters", json!(all)), ("by provenance", Value::Object(by))]
}

fn mechanism(id: &str) -> Option<Explanation> {
    let step = links::step(id)?;
    let place = WEEK.iter().position(|s| s.name == id)? + 1;
    let mut facts = vec![("step of the week", json!(format!("{place} of {}", WEEK.len())))];
    facts.extend(provenance(id));
    let mut touches = shared(id);
    touches.push(("indicators it moves", links::indicators_of(step)));
    touches.push(("columns it reads", links::columns(step.reads)));
    touches.push(("columns it writes", links::columns(step.writes)));
    let mut out = explanation(id, Kind::Mechanism, step.meaning, facts, touches);
    out.rules = rules(id);
    let claims = links::cards_of(id);
    let mut sides: Vec<(&str, &'static str)> = Vec::new();
    for c in claims.iter().filter_map(|n| register().card(&n.id)) {
        for (ids, side) in [(&c.evidence_for, "for"), (&c.evidence_against, "against")] {
            for finding in ids {
                // One finding may speak for one claim and against another.
                if !sides.contains(&(finding, side)) {
                    sides.push((finding, side));
                }
            }
        }
    }
    sides.sort_unstable();
    out.evidence = links::cited(sides);
    Some(out)
}

fn part(id: &str, meaning: &str) -> Explanation {
    explanation(id, Kind::Part, meaning, provenance(id).to_vec(), shared(id))
}

fn finding(f: &Finding) -> Explanation {
    let cites = |p: &str| {
        register().parameter(p).is_some_and(|p| links::words(&p.source).any(|w| w == f.id))
    };
    let facts = vec![
        ("source", json!(f.citation)),
        ("status", json!(f.standing())),
        ("band to test", json!(f.band)),
    ];
    let on = |kind: &str| register().lever(kind).is_some_and(|l| l.evidence.contains(&f.id));
    let touches = vec![
        ("cards it speaks for", links::cards(|c| c.evidence_for.contains(&f.id))),
        ("cards it speaks against", links::cards(|c| c.evidence_against.contains(&f.id))),
        ("parameters that rest on it", links::parameters(cites)),
        ("levers", links::levers(on)),
    ];
    explanation(&f.id, Kind::Finding, &f.finding, facts, touches)
}

fn scenario(id: &str) -> Option<Explanation> {
    let s = shipped().iter().find(|s| s.name == id)?;
    let facts = vec![
        ("weeks", json!(s.weeks)),
        ("regions", json!(s.regions)),
        ("run it", json!(format!("qonaq run {id}"))),
    ];
    let touches = vec![
        ("levers", links::levers(|kind| s.levers.iter().any(|l| l == kind))),
        ("parameters it sets", links::parameters(|p| s.parameters.iter().any(|q| q == p))),
        ("cards", links::cards(|c| s.cards.contains(&c.id))),
    ];
    Some(explanation(id, Kind::Scenario, &s.question, facts, touches))
}
