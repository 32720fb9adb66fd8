//! `scenario.resolved.toml`: one file with every value, and behind each the place it came from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::context::relative;
use super::tables::DataFile;
use super::tree::{Entry, Node, Origin, Place, Table, TextFile, Value};
use crate::cards::{Provenance, register};

/// A resolved scenario as lines: what it says, and where that comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    lines: Vec<(String, Option<String>)>,
}

/// Keys that open their table; the others follow by name.
const FIRST: [&str; 6] = ["id", "name", "question", "kind", "between", "path"];

impl Resolved {
    /// The whole text.
    pub fn text(&self) -> String {
        let mut out = String::from(
            "# Every value of this run, and behind it where it was set. Run it again: \
             qonaq run scenario.resolved.toml\n",
        );
        for (line, comment) in &self.lines {
            out.push_str(line);
            if let Some(comment) = comment {
                let _ = write!(out, "  # {comment}");
            }
            out.push('\n');
        }
        out
    }

    fn push(&mut self, line: String, comment: Option<String>) {
        self.lines.push((line, comment));
    }
}

/// The hash of a resolved scenario: blake3 (hex) of everything but comments.
pub(super) fn resolved_hash(resolved: &Resolved) -> String {
    let mut hasher = blake3::Hasher::new();
    for (line, _) in &resolved.lines {
        hasher.update(line.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().to_string()
}

/// Write a checked tree. `data` holds the files used, by the path of the key that names them.
pub(super) fn resolve(
    root: &Node,
    files: &[TextFile],
    data: &BTreeMap<String, DataFile>,
) -> Resolved {
    let mut root = root.clone();
    for (path, file) in data {
        if let Some(node) = node_mut(&mut root, path) {
            node.value = Value::Text(file.path.clone());
        }
    }
    let Value::Table(mut table) = root.value else { return Resolved::default() };
    table.remove("files");
    let overrides = table.remove("overrides");
    let mut writer = Writer { files, out: Resolved::default() };
    writer.table(&table, "");
    writer.parameters(overrides.as_ref());
    writer.data(data);
    writer.out
}

fn node_mut<'a>(root: &'a mut Node, path: &str) -> Option<&'a mut Node> {
    let mut node = root;
    for step in path.split('.') {
        let (key, index) = super::tree::split_index(step);
        let Value::Table(table) = &mut node.value else { return None };
        node = &mut table.get_mut(key)?.node;
        if let Some(index) = index {
            let Value::Array(items) = &mut node.value else { return None };
            node = items.get_mut(index)?;
        }
    }
    Some(node)
}

struct Writer<'a> {
    files: &'a [TextFile],
    out: Resolved,
}

impl Writer<'_> {
    /// Where a value was set, for a comment.
    fn source(&self, origin: &Origin) -> String {
        match origin {
            Origin::Default(why) => format!("default: {why}"),
            Origin::Text(file, start, _) => match self.files.get(*file) {
                Some(file) if file.place == Place::CommandLine => "--set".to_owned(),
                Some(file) => {
                    let before = file.text.get(..*start).unwrap_or_default();
                    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
                    format!("{}:{line}", relative(&file.shown))
                }
                None => "unknown".to_owned(),
            },
        }
    }

    fn table(&mut self, table: &Table, path: &str) {
        let rank = |key: &str| FIRST.iter().position(|k| *k == key).unwrap_or(FIRST.len());
        let mut keys: Vec<&String> = table.keys().collect();
        keys.sort_by_key(|key| (rank(key), key.as_str()));
        let below = |node: &Node| match &node.value {
            Value::Table(_) => true,
            Value::Array(items) => items.iter().any(|item| matches!(item.value, Value::Table(_))),
            _ => false,
        };
        for key in &keys {
            let node = &table[*key].node;
            if !below(node) {
                let comment = self.source(&node.origin);
                self.out.push(format!("{key} = {}", inline(&node.value)), Some(comment));
            }
        }
        for key in keys {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match &table[key].node.value {
                Value::Table(inner) => {
                    self.out.push(format!("[{path}]"), None);
                    self.table(inner, &path);
                }
                Value::Array(items) => {
                    for inner in items.iter().filter_map(Node::as_table) {
                        self.out.push(format!("[[{path}]]"), None);
                        self.table(inner, &path);
                    }
                }
                _ => {}
            }
        }
    }

    /// Every parameter of the register, overridden or not.
    fn parameters(&mut self, overrides: Option<&Entry>) {
        let mut lines: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for spec in &register().parameters {
            let Some((mechanism, name)) = spec.id.split_once('.') else { continue };
            let set = overrides.and_then(|entry| entry.node.node(&spec.id));
            let (value, comment) = match set {
                Some(node) => (inline(&node.value), self.source(&node.origin)),
                None => (number(spec.default), format!("default: {}", why(spec))),
            };
            lines.entry(mechanism).or_default().push((format!("{name} = {value}"), comment));
        }
        for (mechanism, mut values) in lines {
            values.sort();
            self.out.push(format!("[overrides.{mechanism}]"), None);
            for (line, comment) in values {
                self.out.push(line, Some(comment));
            }
        }
    }

    /// The data files, whole, so that the resolved scenario needs nothing beside it.
    fn data(&mut self, data: &BTreeMap<String, DataFile>) {
        let by_path: BTreeMap<&str, &DataFile> =
            data.values().map(|file| (file.path.as_str(), file)).collect();
        for (path, file) in by_path {
            self.out.push("[[files]]".to_owned(), None);
            self.out.push(format!("path = {}", quoted(path)), None);
            let hash = blake3::hash(file.text.as_bytes()).to_hex();
            self.out.push(format!("blake3 = \"{hash}\""), None);
            self.out.push(format!("text = {}", block(&file.text)), None);
        }
    }
}

/// The provenance of a default, for a comment on one line.
fn why(spec: &crate::cards::ParameterSpec) -> String {
    let kind = match spec.provenance {
        Provenance::Card => "card",
        Provenance::Evidence => "evidence",
        Provenance::Statistic => "statistic",
        Provenance::Model => "model",
        Provenance::Assumption => return "assumption".to_owned(),
    };
    if let (Provenance::Card, Some(card)) = (spec.provenance, spec.cards.first()) {
        return format!("{kind} {card}");
    }
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let source: String = spec.source.chars().map(plain).collect();
    format!("{kind}: {source}")
}

fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Other(text) => quoted(text),
        Value::Integer(n) => n.to_string(),
        Value::Float(x) => number(*x),
        Value::Bool(truth) => truth.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(_) => "{}".to_owned(),
    }
}

/// A number in its shortest form that reads back the same.
fn number(x: f64) -> String {
    format!("{x:?}")
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A TOML string over several lines where the text allows it.
fn block(text: &str) -> String {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    if text.chars().all(plain) && !text.contains("'''") && !text.ends_with('\'') {
        format!("'''\n{text}'''")
    } else {
        quoted(text)
    }
}
