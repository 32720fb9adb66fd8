//! An explanation as a page of plain text.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Explanation, Kind};

/// Widest line, characters.
const WIDTH: usize = 98;

impl Kind {
    /// What it is called on the page.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Card => "a card (claim of a source document)",
            Self::Parameter => "a parameter",
            Self::Lever => "a kind of lever",
            Self::Indicator => "an indicator",
            Self::Mechanism => "a mechanism, one step of the week",
            Self::Part => "a group of parameters that is no step of the week",
            Self::Finding => "a published finding",
            Self::Scenario => "a shipped scenario",
        }
    }
}

/// The page for a name: one part for each thing it stands for, no line wider than 98 characters but for
/// equations.
pub fn page(explanations: &[Explanation]) -> String {
    let parts: Vec<String> = explanations.iter().map(one).collect();
    parts.join("\n")
}

fn one(e: &Explanation) -> String {
    let mut out = format!("{}: {}\n\n", e.id, e.kind.words());
    out += &wrapped(&e.meaning, "  ", "  ");
    if !e.facts.is_empty() {
        out.push('\n');
    }
    for (name, value) in &e.facts {
        out += &wrapped(&format!("{name}: {}", words(value)), "  ", "    ");
    }
    if !e.evidence.is_empty() {
        out += "\nevidence\n";
        for c in &e.evidence {
            let text = format!("{} {}: {}: {}; {}", c.id, c.side, c.citation, c.finding, c.status);
            out += &wrapped(&text, "  ", "      ");
        }
    }
    for (heading, names) in &e.touches {
        let _ = writeln!(out, "\n{heading}");
        if names.iter().all(|n| n.meaning.is_empty()) {
            let ids: Vec<&str> = names.iter().map(|n| n.id.as_str()).collect();
            out += &wrapped(&ids.join(", "), "  ", "  ");
            continue;
        }
        for n in names {
            out += &wrapped(&format!("{}: {}", n.id, n.meaning), "  ", "      ");
        }
    }
    if !e.rules.is_empty() {
        out += "\nrules\n";
        out += &prose(&e.rules);
    }
    out
}

/// Markdown with its paragraphs broken anew; equations, which are indented, and empty lines stay.
fn prose(text: &str) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        let keep = line.starts_with("    ") || line.is_empty();
        if keep && !paragraph.is_empty() {
            out += &wrapped(&paragraph, "  ", "  ");
            paragraph.clear();
        }
        if keep {
            out.push_str(line);
            out.push('\n');
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    out.trim_end_matches('\n').to_owned() + "\n"
}

/// A value in words: lists by commas, counts as `40 assumption, 1 evidence`.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let all: Vec<String> = map.iter().map(|(k, v)| format!("{} {k}", words(v))).collect();
            if all.is_empty() { "none".to_owned() } else { all.join(", ") }
        }
        other => other.to_string(),
    }
}

/// A paragraph broken between words, the first line after `first`, the others after `next`.
fn wrapped(text: &str, first: &str, next: &str) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out += line.trim_end();
            out.push('\n');
            next.clone_into(&mut line);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    out + line.trim_end() + "\n"
}
