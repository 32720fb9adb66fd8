//! The shape of a merged tree against the schema: unknown and missing keys, types, ranges, units.
//!
//! Values are rewritten to one form on the way (`"12 %"` to 0.12, `3` to 3.0 where a number is wanted),
//! defaults are filled in, and a value that is wrong gets a harmless stand-in after it has been reported,
//! so that the rest can be read and checked as well.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::diagnostics::{Diagnostic, Severity, listed, nearest};
use super::merge::entry_name;
use super::shape::{allowed, bound, choices, default_value, given, is_type, stand_in};
use super::tree::{Entry, Node, Origin, Table, TextFile, Value, Words, diagnostic};
use super::units;

/// What the check found.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// All faults.
    pub faults: Vec<Diagnostic>,
    /// Top-level keys with stand-ins in them: what else is said about them may be wrong.
    pub broken: BTreeSet<String>,
}

/// Check `root`, a whole `what`, against `schema` and bring its values to one form.
pub(super) fn check(
    root: &mut Node,
    schema: &Json,
    files: &[TextFile],
    what: &'static str,
) -> Structure {
    let mut walk = Walk { files, what, out: Structure::default() };
    walk.node(root, schema, &Here::default());
    walk.out
}

/// Where the walk is: by position (`waves[0].group`), and as a reader knows it (`waves.autumn.group`).
#[derive(Debug, Clone, Default)]
struct Here {
    path: String,
    label: String,
}

impl Here {
    fn key(&self, key: &str) -> Self {
        let join = |to: &str| if to.is_empty() { key.to_owned() } else { format!("{to}.{key}") };
        Self { path: join(&self.path), label: join(&self.label) }
    }

    fn item(&self, index: usize, item: &Node) -> Self {
        let label = match entry_name(item) {
            Some(name) => format!("{}.{name}", self.label),
            None => format!("{}[{}]", self.label, index + 1),
        };
        Self { path: format!("{}[{index}]", self.path), label }
    }
}

struct Walk<'a> {
    files: &'a [TextFile],
    /// What the whole is, in one word.
    what: &'static str,
    out: Structure,
}

impl Walk<'_> {
    fn place(&self, at: &Here) -> String {
        if at.label.is_empty() { format!("the {}", self.what) } else { format!("`{}`", at.label) }
    }

    fn report(&mut self, at: &Here, origin: &Origin, words: Words) {
        let top = at.path.split(['.', '[']).next().unwrap_or_default();
        self.out.broken.insert(top.to_owned());
        self.out.faults.push(diagnostic(self.files, Severity::Error, origin, words));
    }

    /// Report a wrong value and put a stand-in there.
    fn wrong(&mut self, node: &mut Node, schema: &Json, at: &Here, suggestion: Option<String>) {
        let key = at.label.clone();
        let words = Words {
            message: format!("wrong value for `{key}`"),
            found: node.value.shown(),
            allowed: allowed(schema),
            suggestion,
            note: None,
            key,
        };
        let origin = node.origin.clone();
        self.report(at, &origin, words);
        node.value = stand_in(schema);
    }

    fn node(&mut self, node: &mut Node, schema: &Json, at: &Here) {
        let schema = given(schema);
        if let Some(format) = schema.get("format").and_then(Json::as_str)
            && units::allowed(format).is_some()
        {
            self.quantity(node, schema, format, at);
        } else if is_type(schema, "object") {
            self.table(node, schema, at);
        } else if is_type(schema, "array") {
            self.array(node, schema, at);
        } else if is_type(schema, "number") || is_type(schema, "integer") {
            self.number(node, schema, at);
        } else if is_type(schema, "boolean") {
            if !matches!(node.value, Value::Bool(_)) {
                let near = match node.as_text() {
                    Some("true" | "yes" | "True") => Some("true".to_owned()),
                    Some("false" | "no" | "False") => Some("false".to_owned()),
                    _ => None,
                };
                self.wrong(node, schema, at, near);
            }
        } else {
            let names = choices(schema);
            match &node.value {
                Value::Text(text) if names.is_empty() || names.contains(&text.as_str()) => {}
                Value::Text(text) => {
                    let near = nearest(text, names).map(|n| format!("{n:?}"));
                    self.wrong(node, schema, at, near);
                }
                Value::Integer(n) if names.is_empty() => {
                    let near = format!("\"{n}\"");
                    self.wrong(node, schema, at, Some(near));
                }
                _ => self.wrong(node, schema, at, None),
            }
        }
    }

    /// A share, change, duration or date: bring it to its one form.
    fn quantity(&mut self, node: &mut Node, schema: &Json, format: &str, at: &Here) {
        let quote = |text: String| format!("\"{text}\"");
        let result = match (format, &node.value) {
            ("duration", Value::Text(text)) => units::parse_duration(text)
                .map(|days| Value::Text(format!("{days} days")))
                .map_err(|e| e.suggestion.map(quote)),
            ("duration", Value::Integer(days)) if *days > 0 && *days <= 36_525 => {
                Err(Some(format!("\"{days} days\"")))
            }
            ("date", Value::Text(text)) => {
                units::parse_date(text).map(Value::Date).map_err(|_| None)
            }
            ("date", Value::Date(_)) => return,
            ("value", Value::Float(x)) if x.is_finite() => return,
            ("value", Value::Text(_) | Value::Integer(_) | Value::Bool(_) | Value::Date(_)) => {
                return;
            }
            ("date", Value::Other(text)) => {
                let day = text.get(..10).filter(|day| units::parse_date(day).is_ok());
                Err(day.map(str::to_owned))
            }
            ("share" | "change", value) => {
                let number = match value {
                    Value::Text(text) => units::parse_percent(text).map_err(|_| None),
                    Value::Integer(n) => Ok(*n as f64),
                    Value::Float(x) => Ok(*x),
                    _ => Err(None),
                };
                let range = if format == "share" { units::share } else { units::change };
                number.and_then(|x| range(x).map_err(|e| e.suggestion.map(quote))).map(Value::Float)
            }
            _ => Err(None),
        };
        match result {
            Ok(value) => node.value = value,
            Err(suggestion) => self.wrong(node, schema, at, suggestion),
        }
    }

    fn number(&mut self, node: &mut Node, schema: &Json, at: &Here) {
        let whole = is_type(schema, "integer");
        let inside = |x: f64| {
            x.is_finite()
                && bound(schema, "minimum").is_none_or(|low| x >= low)
                && bound(schema, "maximum").is_none_or(|high| x <= high)
                && bound(schema, "exclusiveMinimum").is_none_or(|low| x > low)
        };
        match node.value {
            Value::Integer(n) if whole && inside(n as f64) && u64::try_from(n).is_ok() => {}
            Value::Integer(n) if !whole && inside(n as f64) => node.value = Value::Float(n as f64),
            Value::Float(x) if !whole && inside(x) => {}
            Value::Float(x) if whole && inside(x) && x == x.round() && x < 1e15 => {
                self.wrong(node, schema, at, Some(format!("{x:.0}")));
            }
            Value::Text(ref text) => {
                let text = text.trim();
                let fits =
                    text.parse::<f64>().is_ok_and(|x| inside(x) && (!whole || x.fract() == 0.0));
                let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
                let toml = toml::de::DeValue::parse(text).is_ok() && !(whole && text.contains('.'));
                let near = (fits && plain && toml).then(|| text.to_owned());
                self.wrong(node, schema, at, near);
            }
            _ => self.wrong(node, schema, at, None),
        }
    }

    fn array(&mut self, node: &mut Node, schema: &Json, at: &Here) {
        let (least, most) = (
            schema.get("minItems").and_then(Json::as_u64).unwrap_or(0) as usize,
            schema.get("maxItems").and_then(Json::as_u64).unwrap_or(u64::MAX) as usize,
        );
        match &mut node.value {
            Value::Array(items) if (least..=most).contains(&items.len()) => {
                let item_schema = schema.get("items").unwrap_or(&Json::Null);
                for (i, item) in items.iter_mut().enumerate() {
                    let below = at.item(i, item);
                    self.node(item, item_schema, &below);
                }
            }
            _ => self.wrong(node, schema, at, None),
        }
    }

    fn table(&mut self, node: &mut Node, schema: &Json, at: &Here) {
        let origin = node.origin.clone();
        let Value::Table(table) = &mut node.value else {
            self.wrong(node, schema, at, None);
            return;
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        let known = |key: &str| properties.and_then(|p| p.get(key));
        let absent: Vec<String> = properties
            .into_iter()
            .flat_map(|p| p.keys())
            .filter(|key| !table.contains_key(*key))
            .cloned()
            .collect();
        let unknown: Vec<String> =
            table.keys().filter(|key| known(key).is_none()).cloned().collect();
        let mut meant = BTreeSet::new();
        for key in unknown {
            let Some(entry) = table.remove(&key) else { continue };
            // A key the same text has already is not what was meant here.
            let free = properties.into_iter().flat_map(|p| p.keys()).filter(|name| {
                table.get(*name).is_none_or(|other| !same_text(&other.key, &entry.key))
            });
            let near = nearest(&key, free.map(String::as_str)).map(str::to_owned);
            meant.extend(near.clone());
            let names = properties.into_iter().flat_map(|p| p.keys()).map(String::as_str);
            let words = Words {
                message: format!("unknown key `{key}` in {}", self.place(at)),
                key: at.key(&key).label,
                found: format!("`{key}`"),
                allowed: listed(names),
                suggestion: near,
                note: None,
            };
            self.report(&at.key(&key), &entry.key, words);
        }
        let required = schema.get("required").and_then(Json::as_array);
        let required: Vec<&str> = required
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(Json::as_str)
            .collect();
        for key in &absent {
            let Some(property) = known(key) else { continue };
            if required.contains(&key.as_str()) {
                if !meant.contains(key) {
                    self.missing(at, key, property, &origin);
                }
                let value = stand_in(property);
                let origin = Origin::Default("stand-in".to_owned());
                fill(table, key, Node { origin, value });
            } else if let Some(default) = property.get("default") {
                let origin = Origin::Default("assumption".to_owned());
                if let Some(value) = default_value(default, property, &origin) {
                    fill(table, key, Node { origin, value });
                }
            }
        }
        for (key, entry) in table.iter_mut() {
            if let (Some(property), false) =
                (known(key), matches!(entry.node.origin, Origin::Default(_)))
            {
                self.node(&mut entry.node, property, &at.key(key));
            }
        }
    }

    fn missing(&mut self, at: &Here, key: &str, property: &Json, origin: &Origin) {
        let below = at.key(key);
        let meaning = property.get("description").and_then(Json::as_str);
        let words = Words {
            message: format!("missing key `{key}` in {}", self.place(at)),
            key: below.label.clone(),
            found: "nothing".to_owned(),
            allowed: allowed(property),
            suggestion: None,
            note: meaning.map(|m| m.lines().next().unwrap_or(m).to_owned()),
        };
        self.report(&below, origin, words);
    }
}

fn same_text(a: &Origin, b: &Origin) -> bool {
    matches!((a, b), (Origin::Text(a, ..), Origin::Text(b, ..)) if a == b)
}

fn fill(table: &mut Table, key: &str, node: Node) {
    table.insert(key.to_owned(), Entry { key: node.origin.clone(), node });
}
