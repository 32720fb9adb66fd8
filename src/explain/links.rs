//! What touches what.

use super::usage::{Usage, shipped};
use super::{Cited, Named};
use crate::cards::{Card, Provenance, register};
use crate::measure::{INDICATORS, sources};
use crate::mechanisms::schedule::{Step, WEEK};
use crate::scenario::LEVERS;

/// Parameters that belong to no step of the week: their group and what it is.
pub const PARTS: &[(&str, &str)] = &[
    ("population", "Builds week 0: who lives where, in what home, with what income."),
    ("attitudes", "Draws the lasting differences between households at week 0."),
    ("screening", "Removes newcomers whom residents report, under a policy that asks for reports."),
    ("tension", "Weighs and scales the components of the tension index."),
];

/// The step of the week with this name.
pub fn step(name: &str) -> Option<&'static Step> {
    WEEK.iter().find(|s| s.name == name)
}

fn named(id: &str, meaning: &str) -> Named {
    Named { id: id.to_owned(), meaning: meaning.to_owned() }
}

/// Names without a sentence: columns of the state.
pub fn columns(names: &[&str]) -> Vec<Named> {
    names.iter().map(|name| named(name, "")).collect()
}

/// Cards in the order of the register for which `keep` holds.
pub fn cards(keep: impl Fn(&Card) -> bool) -> Vec<Named> {
    let all = register().cards.iter().filter(|c| keep(c));
    all.map(|c| named(&c.id, &format!("{} ({})", c.claim, c.status.name()))).collect()
}

/// Parameters in the order of the register for which `keep` holds, given the path.
pub fn parameters(keep: impl Fn(&str) -> bool) -> Vec<Named> {
    let all = register().parameters.iter().filter(|p| keep(&p.id));
    all.map(|p| named(&p.id, &p.meaning)).collect()
}

/// Mechanisms in the order of the week for which `keep` holds, then parts that are no step.
pub fn mechanisms(keep: impl Fn(&str) -> bool) -> Vec<Named> {
    let steps = WEEK.iter().map(|s| (s.name, s.meaning));
    let all = steps.chain(PARTS.iter().copied()).filter(|(name, _)| keep(name));
    all.map(|(name, meaning)| named(name, meaning)).collect()
}

/// Indicators in the order of the tables for which `keep` holds.
pub fn indicators(keep: impl Fn(&str) -> bool) -> Vec<Named> {
    INDICATORS.iter().filter(|i| keep(i.id)).map(|i| named(i.id, i.meaning)).collect()
}

/// Kinds of lever for which `keep` holds.
pub fn levers(keep: impl Fn(&str) -> bool) -> Vec<Named> {
    let all = LEVERS.iter().map(|l| (l.kind.name(), l.meaning)).filter(|(kind, _)| keep(kind));
    all.map(|(kind, meaning)| named(&kind, meaning)).collect()
}

/// Shipped scenarios for which `keep` holds.
pub fn scenarios(keep: impl Fn(&Usage) -> bool) -> Vec<Named> {
    shipped().iter().filter(|s| keep(s)).map(|s| named(&s.name, &s.question)).collect()
}

/// Findings by id with the side they take; unknown ids are left out.
pub fn cited<'a>(ids: impl IntoIterator<Item = (&'a str, &'static str)>) -> Vec<Cited> {
    let cite = |(id, side): (&str, &'static str)| {
        let f = register().finding(id)?;
        Some(Cited {
            id: f.id.clone(),
            side,
            citation: f.citation.clone(),
            finding: f.finding.clone(),
            status: f.standing(),
        })
    };
    ids.into_iter().filter_map(cite).collect()
}

/// The words of a text that could be ids: letters, digits and hyphens.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
}

/// The mechanisms behind a card: the one it names and those whose parameters carry it.
pub fn mechanisms_of(card: &Card) -> Vec<Named> {
    let carried = register().parameters_of(&card.id);
    let carries = |name: &str| carried.iter().any(|p| p.id.split('.').next() == Some(name));
    mechanisms(|name| card.mechanism.as_deref() == Some(name) || carries(name))
}

/// Cards that a mechanism carries: by name or by its parameters.
pub fn cards_of(mechanism: &str) -> Vec<Named> {
    cards(|c| mechanisms_of(c).iter().any(|m| m.id == mechanism))
}

/// Indicators read from a column that the mechanism writes.
pub fn indicators_of(step: &Step) -> Vec<Named> {
    indicators(|id| sources(id).iter().any(|column| step.writes.contains(column)))
}

/// Mechanisms that write a column the indicator is read from.
pub fn writers_of(indicator: &str) -> Vec<Named> {
    let columns = sources(indicator);
    mechanisms(|name| step(name).is_some_and(|s| columns.iter().any(|c| s.writes.contains(c))))
}

/// Levers that act in a mechanism.
pub fn levers_in(mechanism: &str) -> Vec<Named> {
    levers(|kind| register().lever(kind).is_some_and(|l| l.acts_in.iter().any(|m| m == mechanism)))
}

/// How many parameters of a group have each provenance; those that none has are left out.
pub fn provenance_of(group: &str) -> Vec<(Provenance, usize)> {
    let own = register().parameters.iter().filter(|p| p.id.split('.').next() == Some(group));
    let kinds: Vec<Provenance> = own.map(|p| p.provenance).collect();
    let count = |kind| kinds.iter().filter(|k| **k == kind).count();
    Provenance::ALL.map(|kind| (kind, count(kind))).into_iter().filter(|c| c.1 > 0).collect()
}
