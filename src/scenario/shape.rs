//! What one place in the JSON schema says: types, bounds, allowed words, defaults.

use serde_json::Value as Json;

use super::diagnostics::listed;
use super::tree::{Entry, Node, Origin, Value};
use super::units;

/// The schema of a value that is given: without the `null` of an optional key.
pub(super) fn given(schema: &Json) -> &Json {
    let variants = schema.get("anyOf").and_then(Json::as_array);
    let some = variants.and_then(|v| v.iter().find(|s| s.get("type") != Some(&"null".into())));
    some.map_or(schema, given)
}

/// Whether the schema takes values of this JSON type.
pub(super) fn is_type(schema: &Json, name: &str) -> bool {
    match schema.get("type") {
        Some(Json::String(one)) => one == name,
        Some(Json::Array(several)) => several.iter().any(|t| t == name),
        _ => false,
    }
}

/// The words a schema takes, if it takes certain words only.
pub(super) fn choices(schema: &Json) -> Vec<&str> {
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

/// A bound of a number, e.g. `minimum`.
pub(super) fn bound(schema: &Json, key: &str) -> Option<f64> {
    schema.get(key).and_then(Json::as_f64)
}

/// What a schema allows, in words.
pub(super) fn allowed(schema: &Json) -> String {
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
pub(super) fn stand_in(schema: &Json) -> Value {
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
pub(super) fn default_value(default: &Json, schema: &Json, origin: &Origin) -> Option<Value> {
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
