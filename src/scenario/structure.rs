//! The shape of a merged tree against the schema: unknown and missing keys, types, ranges, units.
//!
//! Values are rewritten to one form on the way (`"12 %"` to 0.12, `3` to 3.0 where a number is wanted),
//! defaults are filled in, and a value that is wrong gets a harmless stand-in after it has been reported,
//! so that the rest can be read and checked as well.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::diagnostics::{Diagnostic, Severity, listed, nearest};
use super::layers::entry_name;
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

/// Check `root` against `schema` and bring its values to one form.
pub(super) fn check(root: &mut Node, schema: &Json, files: &[TextFile]) -> Structure {
    let mut walk = Walk { files, out: Structure::default() };
    walk.node(root, schema, "");
    walk.out
}

struct Walk<'a> {
    files: &'a [TextFile],
    out: Structure,
}

/// The schema of a value that is given: without the `null` of an optional key.
fn given(schema: &Json) -> &Json {
    let variants = schema.get("anyOf").and_then(Json::as_array);
    let some = variants.and_then(|v| v.iter().find(|s| s.get("type") != Some(&"null".into())));
    some.map_or(schema, given)
}

fn is_type(schema: &Json, name: &str) -> bool {
    match schema.get("type") {
        Some(Json::String(one)) => one == name,
        Some(Json::Array(several)) => several.iter().any(|t| t == name),
        _ => false,
    }
}

fn choices(schema: &Json) -> Vec<&str> {
    if let Some(names) = schema.get("enum").and_then(Json::as_array) {
        return names.iter().filter_map(Json::as_str).collect();
    }
    let variants = schema.get("oneOf").and_then(Json::as_array).map(Vec::as_slice);
    variants
        .unwrap_or_default()
        .iter()
        .flat_map(|v| match v.get("const").and_then(Json::as_str) {
            Some(name) => vec![name],
            None => choices(v),
        })
        .collect()
}

fn bound(schema: &Json, key: &str) -> Option<f64> {
    schema.get(key).and_then(Json::as_f64)
}

/// What a schema allows, in words.
fn allowed(schema: &Json) -> String {
    let schema = given(schema);
    if let Some(words) = schema.get("format").and_then(Json::as_str).and_then(units::allowed) {
        return words.to_owned();
    }
    let names = choices(schema);
    if !names.is_empty() {
        return listed(names);
    }
    let kind = if is_type(schema, "integer") {
        "a whole number"
    } else if is_type(schema, "number") {
        "a number"
    } else if is_type(schema, "boolean") {
        return "`true` or `false`".to_owned();
    } else if is_type(schema, "array") {
        let items = schema.get("items").map(allowed).unwrap_or_default();
        return match schema.get("minItems").and_then(Json::as_u64) {
            Some(n) if schema.get("maxItems").and_then(Json::as_u64) == Some(n) => {
                format!("a list of {n}: {items}")
            }
            _ => format!("a list: {items}"),
        };
    } else if is_type(schema, "object") {
        return "a table".to_owned();
    } else {
        return "text in quotes".to_owned();
    };
    match (bound(schema, "exclusiveMinimum"), bound(schema, "minimum"), bound(schema, "maximum")) {
        (Some(low), _, Some(high)) => format!("{kind} above {low}, up to {high}"),
        (Some(low), _, None) => format!("{kind} above {low}"),
        (None, Some(low), Some(high)) => format!("{kind} from {low} to {high}"),
        (None, Some(low), None) => format!("{kind} from {low} up"),
        _ => kind.to_owned(),
    }
}

/// A harmless value of the right shape, to stand where a wrong or missing one was reported.
fn stand_in(schema: &Json) -> Value {
    let schema = given(schema);
    match schema.get("format").and_then(Json::as_str) {
        Some("duration") => return Value::Text("7 days".to_owned()),
        Some("date") => {
            return units::date(2000, 1, 1).map_or(Value::Integer(0), Value::Date);
        }
        _ => {}
    }
    if let Some(first) = choices(schema).first() {
        return Value::Text((*first).to_owned());
    }
    let least = bound(schema, "minimum").or(bound(schema, "maximum")).unwrap_or(0.0);
    let origin = Origin::Default("stand-in".to_owned());
    if is_type(schema, "integer") {
        Value::Integer(least as i128)
    } else if is_type(schema, "number") {
        Value::Float(least)
    } else if is_type(schema, "boolean") {
        Value::Bool(false)
    } else if is_type(schema, "array") {
        let count = schema.get("minItems").and_then(Json::as_u64).unwrap_or(0) as usize;
        let item = schema.get("items").map_or(Value::Integer(0), stand_in);
        Value::Array(vec![Node { origin, value: item }; count])
    } else if is_type(schema, "object") {
        let required = schema.get("required").and_then(Json::as_array);
        let keys = required.map(Vec::as_slice).unwrap_or_default().iter();
        let table = keys.filter_map(Json::as_str).map(|key| {
            let node = Node { origin: origin.clone(), value: stand_in(&schema["properties"][key]) };
            (key.to_owned(), Entry { key: origin.clone(), node })
        });
        Value::Table(table.collect())
    } else {
        Value::Text("stand-in".to_owned())
    }
}

/// A default of the schema as a value; lists and tables that are empty stay unwritten.
fn default_value(default: &Json, schema: &Json, origin: &Origin) -> Option<Value> {
    match default {
        Json::Number(n) if is_type(given(schema), "integer") => {
            n.as_i64().map(|i| Value::Integer(i.into()))
        }
        Json::Number(n) => n.as_f64().map(Value::Float),
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Bool(truth) => Some(Value::Bool(*truth)),
        Json::Array(items) if !items.is_empty() => {
            let item_schema = given(schema).get("items").unwrap_or(&Json::Null);
            let node = |item| {
                let value = default_value(item, item_schema, origin)?;
                Some(Node { origin: origin.clone(), value })
            };
            items.iter().map(node).collect::<Option<_>>().map(Value::Array)
        }
        _ => None,
    }
}

impl Walk<'_> {
    fn report(&mut self, path: &str, origin: &Origin, words: Words) {
        let top = path.split(['.', '[']).next().unwrap_or(path);
        self.out.broken.insert(top.to_owned());
        self.out.faults.push(diagnostic(self.files, Severity::Error, origin, words));
    }

    /// Report a wrong value and put a stand-in there.
    fn wrong(&mut self, node: &mut Node, schema: &Json, path: &str, suggestion: Option<String>) {
        let key = pretty(path);
        let words = Words {
            message: format!("wrong value for `{key}`"),
            found: node.value.shown(),
            allowed: allowed(schema),
            suggestion,
            note: None,
            key,
        };
        let origin = node.origin.clone();
        self.report(path, &origin, words);
        node.value = stand_in(schema);
    }

    fn node(&mut self, node: &mut Node, schema: &Json, path: &str) {
        let schema = given(schema);
        if let Some(format) = schema.get("format").and_then(Json::as_str)
            && units::allowed(format).is_some()
        {
            self.quantity(node, schema, format, path);
        } else if is_type(schema, "object") {
            self.table(node, schema, path);
        } else if is_type(schema, "array") {
            self.array(node, schema, path);
        } else if is_type(schema, "number") || is_type(schema, "integer") {
            self.number(node, schema, path);
        } else if is_type(schema, "boolean") {
            if !matches!(node.value, Value::Bool(_)) {
                let near = match node.as_text() {
                    Some("true" | "yes" | "True") => Some("true".to_owned()),
                    Some("false" | "no" | "False") => Some("false".to_owned()),
                    _ => None,
                };
                self.wrong(node, schema, path, near);
            }
        } else {
            let names = choices(schema);
            match &node.value {
                Value::Text(text) if names.is_empty() || names.contains(&text.as_str()) => {}
                Value::Text(text) => {
                    let near = nearest(text, names).map(|n| format!("{n:?}"));
                    self.wrong(node, schema, path, near);
                }
                Value::Integer(n) if names.is_empty() => {
                    let near = format!("\"{n}\"");
                    self.wrong(node, schema, path, Some(near));
                }
                _ => self.wrong(node, schema, path, None),
            }
        }
    }

    /// A share, change, duration or date: bring it to its one form.
    fn quantity(&mut self, node: &mut Node, schema: &Json, format: &str, path: &str) {
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
            ("date", Value::Moment(text)) => {
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
            Err(suggestion) => self.wrong(node, schema, path, suggestion),
        }
    }

    fn number(&mut self, node: &mut Node, schema: &Json, path: &str) {
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
                self.wrong(node, schema, path, Some(format!("{x:.0}")));
            }
            Value::Text(ref text) => {
                let text = text.trim();
                let fits =
                    text.parse::<f64>().is_ok_and(|x| inside(x) && (!whole || x.fract() == 0.0));
                let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
                let toml = toml::de::DeValue::parse(text).is_ok() && !(whole && text.contains('.'));
                let near = (fits && plain && toml).then(|| text.to_owned());
                self.wrong(node, schema, path, near);
            }
            _ => self.wrong(node, schema, path, None),
        }
    }

    fn array(&mut self, node: &mut Node, schema: &Json, path: &str) {
        let (least, most) = (
            schema.get("minItems").and_then(Json::as_u64).unwrap_or(0) as usize,
            schema.get("maxItems").and_then(Json::as_u64).unwrap_or(u64::MAX) as usize,
        );
        match &mut node.value {
            Value::Array(items) if (least..=most).contains(&items.len()) => {
                let item_schema = schema.get("items").unwrap_or(&Json::Null);
                for (i, item) in items.iter_mut().enumerate() {
                    self.node(item, item_schema, &format!("{path}[{i}]"));
                }
            }
            _ => self.wrong(node, schema, path, None),
        }
    }

    fn table(&mut self, node: &mut Node, schema: &Json, path: &str) {
        let origin = node.origin.clone();
        let name = entry_name(node).filter(|_| path.ends_with(']'));
        let Value::Table(table) = &mut node.value else {
            self.wrong(node, schema, path, None);
            return;
        };
        // From here on the entry goes by its id, which is what a reader looks for.
        let label = match (&name, path.rsplit_once('[')) {
            (Some(name), Some((list, _))) => format!("{list}.{name}"),
            _ => pretty(path),
        };
        let join = |key: &str| {
            if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
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
            let place =
                if label.is_empty() { "the scenario".to_owned() } else { format!("`{label}`") };
            let names = properties.into_iter().flat_map(|p| p.keys()).map(String::as_str);
            let words = Words {
                message: format!("unknown key `{key}` in {place}"),
                key: if label.is_empty() { key.clone() } else { format!("{label}.{key}") },
                found: format!("`{key}`"),
                allowed: listed(names),
                suggestion: near,
                note: None,
            };
            self.report(&join(&key), &entry.key, words);
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
                    self.missing(&join(key), &label, key, property, &origin);
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
                self.node(&mut entry.node, property, &join(key));
            }
        }
    }

    fn missing(&mut self, path: &str, label: &str, key: &str, property: &Json, origin: &Origin) {
        let place = if label.is_empty() { "the scenario".to_owned() } else { format!("`{label}`") };
        let meaning = property.get("description").and_then(Json::as_str);
        let words = Words {
            message: format!("missing key `{key}` in {place}"),
            key: if label.is_empty() { key.to_owned() } else { format!("{label}.{key}") },
            found: "nothing".to_owned(),
            allowed: allowed(property),
            suggestion: None,
            note: meaning.map(|m| m.lines().next().unwrap_or(m).to_owned()),
        };
        self.report(path, origin, words);
    }
}

fn same_text(a: &Origin, b: &Origin) -> bool {
    matches!((a, b), (Origin::Text(a, ..), Origin::Text(b, ..)) if a == b)
}

fn fill(table: &mut Table, key: &str, node: Node) {
    table.insert(key.to_owned(), Entry { key: node.origin.clone(), node });
}

/// A path for a reader: list positions from 1.
fn pretty(path: &str) -> String {
    let mut out = String::new();
    for (i, part) in path.split('[').enumerate() {
        match part.split_once(']') {
            Some((index, rest)) if i > 0 => {
                let index = index.parse::<usize>().map_or(0, |at| at + 1);
                out.push_str(&format!("[{index}]{rest}"));
            }
            _ => out.push_str(part),
        }
    }
    out
}
