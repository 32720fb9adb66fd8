//! What the program says about one of its own names: a card, a parameter, a lever, an indicator, a
//! mechanism, a finding or a shipped scenario.
//!
//! Everything comes from the register, the schedule, the tables of indicators and levers, and the shipped
//! scenarios; nothing is said here that does not stand there.

mod entries;
mod links;
mod rules;
mod text;
mod usage;

use serde::Serialize;
use serde_json::{Value, json};

pub use text::page;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A claim of a source document.
    Card,
    /// A number of the model.
    Parameter,
    /// A kind of policy.
    Lever,
    /// Something that is measured.
    Indicator,
    /// A step of the week.
    Mechanism,
    /// A group of parameters that belong to no step of the week.
    Part,
    /// A published finding.
    Finding,
    /// A shipped scenario.
    Scenario,
}

/// Something else that is touched, with one sentence on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is; empty for a column of the state.
    pub meaning: String,
}

/// A finding and which way it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// Its id, e.g. `E30`.
    pub id: String,
    /// `for`, `against`, or `named` where neither is said.
    pub side: &'static str,
    /// Setting and source.
    pub citation: String,
    /// What was found.
    pub finding: String,
    /// How sure it is.
    pub status: String,
}

/// All that is known about one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The name.
    pub id: String,
    /// What it stands for.
    pub kind: Kind,
    /// What it is, in plain words.
    pub meaning: String,
    /// Its own figures and words, in reading order.
    pub facts: Vec<(&'static str, Value)>,
    /// Findings it rests on or that speak against it.
    pub evidence: Vec<Cited>,
    /// What it touches, by heading; empty ones are left out.
    pub touches: Vec<(&'static str, Vec<Named>)>,
    /// Its rules as the description of the model gives them, Markdown; empty for all but mechanisms.
    pub rules: String,
}

impl Explanation {
    /// All of it as JSON; `touches` and `facts` are objects by heading.
    pub fn json(&self) -> Value {
        let object = |pairs: Vec<(&str, Value)>| {
            pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<serde_json::Map<_, _>>()
        };
        let touches = self.touches.iter().map(|(k, v)| (*k, json!(v))).collect();
        json!({
            "id": self.id,
            "kind": self.kind,
            "meaning": self.meaning,
            "facts": object(self.facts.clone()),
            "evidence": self.evidence,
            "touches": object(touches),
            "rules": self.rules,
        })
    }
}

/// A name that nothing has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", unknown(.name, .near))]
pub struct Unknown {
    /// The name asked for.
    pub name: String,
    /// Names like it, most like first; at most five.
    pub near: Vec<String>,
}

fn unknown(name: &str, near: &[String]) -> String {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    let help = match near {
        [] => String::new(),
        _ => format!("\n  help: did you mean {}?", near.join(", ")),
    };
    format!(
        "error: nothing is called `{shown}`\n  allowed: the id of a card, parameter, lever, indicator, \
         mechanism, finding or scenario (see `qonaq list --cards` and the other lists){help}"
    )
}

/// Everything a name stands for, at least one entry: a mechanism and an indicator may share a name.
/// Upper and lower case are the same.
///
/// # Errors
/// If nothing has this name; the nearest names come with it.
pub fn explain(name: &str) -> Result<Vec<Explanation>, Unknown> {
    let wanted = name.trim();
    let found: Vec<Explanation> = entries::ids()
        .into_iter()
        .filter(|(_, id)| id.eq_ignore_ascii_case(wanted))
        .filter_map(|(kind, id)| entries::entry(kind, &id))
        .collect();
    if found.is_empty() { Err(nearest(wanted)) } else { Ok(found) }
}

/// Every name with what it stands for.
pub fn ids() -> Vec<(Kind, String)> {
    entries::ids()
}

/// The names most like `wanted`: slips of the pen, and the last part of a parameter's path alone.
fn nearest(wanted: &str) -> Unknown {
    let lower = wanted.to_lowercase();
    let mut near: Vec<(usize, String)> = Vec::new();
    for (_, id) in entries::ids() {
        let last = id.rsplit('.').next().unwrap_or(&id);
        let distance = if lower.len() > 2 && last == lower {
            0
        } else {
            strsim::damerau_levenshtein(&lower, &id.to_lowercase())
        };
        let longest = lower.chars().count().max(id.chars().count());
        if distance * 5 <= longest * 2 && !near.iter().any(|(_, other)| *other == id) {
            near.push((distance, id));
        }
    }
    near.sort();
    Unknown {
        name: wanted.to_owned(),
        near: near.into_iter().take(5).map(|(_, id)| format!("`{id}`")).collect(),
    }
}

#[cfg(test)]
mod tests;
