//! A scenario between text and types: every key and value remembers the place that set it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use toml::de::{DeTable, DeValue};

use super::diagnostics::{Diagnostic, Severity};
use super::units;

/// Where relative names in a text are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Beside a file in this folder.
    Disk(PathBuf),
    /// Among the shipped files.
    Shipped,
    /// A `--set` argument.
    CommandLine,
}

/// A text that was read, under the name a message uses for it.
#[derive(Debug, Clone)]
pub(super) struct TextFile {
    /// Name in messages.
    pub shown: String,
    /// Whole text.
    pub text: String,
    /// Where names in it point.
    pub place: Place,
}

/// Where a key or value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Bytes of a text: index into the list of files, start, end.
    Text(usize, usize, usize),
    /// Nobody wrote it; the words say why it is what it is.
    Default(String),
}

/// A value with its origin.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Where the value stands.
    pub origin: Origin,
    /// The value.
    pub value: Value,
}

/// A key's origin and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where the key stands.
    pub key: Origin,
    /// The value.
    pub node: Node,
}

/// Keys in order of their names.
pub(super) type Table = BTreeMap<String, Entry>;

/// A TOML value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i128),
    /// Number; may be NaN or infinite until the structure is checked.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A calendar day.
    Date(time::Date),
    /// A time, a date with one, or a number past reading, as written; never allowed.
    Other(String),
    /// A list.
    Array(Vec<Node>),
    /// A table.
    Table(Table),
}

impl Value {
    /// The value as a message quotes it.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => {
                let cut: String = text.chars().take(60).collect();
                if cut.len() < text.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
            }
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => format!("{number:?}").to_lowercase(),
            Self::Bool(truth) => truth.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Other(text) => text.clone(),
            Self::Array(items) => format!("a list of {}", items.len()),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

impl Node {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    /// The entry at a path such as `waves[0].curve.start`.
    pub fn at(&self, path: &str) -> Option<&Entry> {
        let (steps, last) = path.rsplit_once('.').unwrap_or(("", path));
        let mut node = self;
        for step in steps.split('.').filter(|s| !s.is_empty()) {
            node = node.step(step)?;
        }
        node.as_table()?.get(last)
    }

    /// The node at a path such as `waves[0].skill_shares[1]` or `waves[0]`; itself for an empty path.
    pub fn node(&self, path: &str) -> Option<&Self> {
        path.split('.').filter(|s| !s.is_empty()).try_fold(self, |node, step| node.step(step))
    }

    fn step(&self, step: &str) -> Option<&Self> {
        let (key, index) = split_index(step);
        let node = &self.as_table()?.get(key)?.node;
        match (index, &node.value) {
            (None, _) => Some(node),
            (Some(i), Value::Array(items)) => items.get(i),
            _ => None,
        }
    }

    /// As JSON, for serde. Numbers must be finite by now.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) | Value::Other(text) => text.as_str().into(),
            Value::Integer(number) => u64::try_from(*number)
                .map(serde_json::Value::from)
                .or_else(|_| i64::try_from(*number).map(serde_json::Value::from))
                .unwrap_or(serde_json::Value::Null),
            Value::Float(number) => (*number).into(),
            Value::Bool(truth) => (*truth).into(),
            Value::Date(date) => date.to_string().into(),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Table(table) => {
                table.iter().map(|(key, entry)| (key.clone(), entry.node.to_json())).collect()
            }
        }
    }
}

/// `waves[3]` as `("waves", Some(3))`.
pub(super) fn split_index(step: &str) -> (&str, Option<usize>) {
    match step.strip_suffix(']').and_then(|s| s.split_once('[')) {
        Some((key, index)) => (key, index.parse().ok()),
        None => (step, None),
    }
}

/// A parsed table as nodes; `shift` moves spans to where the text stands in its file.
pub(super) fn table(parsed: &DeTable<'_>, file: usize, shift: usize) -> Table {
    let origin = |span: Range<usize>| Origin::Text(file, span.start + shift, span.end + shift);
    parsed
        .iter()
        .map(|(key, value)| {
            let node = value_node(value.get_ref(), value.span(), file, shift);
            (key.get_ref().to_string(), Entry { key: origin(key.span()), node })
        })
        .collect()
}

/// A parsed value as a node.
pub(super) fn value_node(
    parsed: &DeValue<'_>,
    span: Range<usize>,
    file: usize,
    shift: usize,
) -> Node {
    let value = match parsed {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Other(number.to_string()), Value::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| Value::Other(number.as_str().to_owned()), Value::Float),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(moment) => match (moment.date, moment.time, moment.offset) {
            (Some(d), None, None) => units::date(i32::from(d.year), d.month, d.day)
                .map_or_else(|_| Value::Other(moment.to_string()), Value::Date),
            _ => Value::Other(moment.to_string()),
        },
        DeValue::Array(items) => Value::Array(
            items.iter().map(|v| value_node(v.get_ref(), v.span(), file, shift)).collect(),
        ),
        DeValue::Table(inner) => Value::Table(table(inner, file, shift)),
    };
    Node { origin: Origin::Text(file, span.start + shift, span.end + shift), value }
}

/// A stretch of text in terms of lines: line and column from 1, length in characters, whole line.
pub(super) fn position(text: &str, start: usize, end: usize) -> (usize, usize, usize, String) {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(start), floor(end.max(start)));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| at + start);
    let line = text[..start].bytes().filter(|&b| b == b'\n').count() + 1;
    let column = text[line_start..start].chars().count() + 1;
    let length = text[start..end.min(line_end).max(start)].trim_end().chars().count().max(1);
    (line, column, length, text[line_start..line_end].trim_end_matches('\r').to_owned())
}

/// What a message says, before it has a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// What is wrong.
    pub message: String,
    /// The key it is about.
    pub key: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
    /// What to write instead of the marked characters.
    pub suggestion: Option<String>,
    /// Anything else.
    pub note: Option<String>,
}

/// Put words at a place. A default has no place of its own, so the first line of file 0 is shown.
pub(super) fn diagnostic(
    files: &[TextFile],
    severity: Severity,
    origin: &Origin,
    words: Words,
) -> Diagnostic {
    let (file, start, end) = match origin {
        Origin::Text(file, start, end) => (*file, *start, *end),
        Origin::Default(_) => (0, 0, 0),
    };
    let (shown, text) =
        files.get(file).map_or(("scenario", ""), |f| (f.shown.as_str(), f.text.as_str()));
    let (line, column, length, source_line) = position(text, start, end);
    Diagnostic {
        severity,
        file: shown.to_owned(),
        line,
        column,
        length,
        source_line,
        key: words.key,
        message: words.message,
        found: words.found,
        allowed: words.allowed,
        suggestion: words.suggestion,
        note: words.note,
    }
}
