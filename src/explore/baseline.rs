//! What the scenario of a sweep has itself where the sweep sets something.

use std::fs;

use toml::Value;

use super::plan::{Planned, SCENARIO};

/// The scenario's own value of each input, as `--set` takes it; nothing where that is unknown or no single value.
pub fn baseline(planned: &Planned) -> Vec<Option<String>> {
    let text = fs::read_to_string(planned.folder.path().join(SCENARIO)).unwrap_or_default();
    let root = Value::Table(text.parse().unwrap_or_default());
    planned.plan.inputs.iter().map(|input| value(&root, &input.path)).collect()
}

fn value(root: &Value, path: &str) -> Option<String> {
    let steps: Vec<&str> = path.split('.').map(str::trim).collect();
    match at(root, &steps).or_else(|| at(root.get("overrides")?, &steps))? {
        Value::Table(_) | Value::Array(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The value at a path; in a list, a step is the id of an entry, or two are the groups it lies between.
fn at<'a>(value: &'a Value, steps: &[&str]) -> Option<&'a Value> {
    let [first, rest @ ..] = steps else { return Some(value) };
    let Value::Array(items) = value else { return at(value.get(first)?, rest) };
    items.iter().find_map(|item| {
        if item.get("id").and_then(Value::as_str) == Some(first) {
            return at(item, rest);
        }
        let (second, rest) = rest.split_first()?;
        let pair = item.get("between")?.as_array()?;
        let both = [first, second].iter().all(|g| pair.iter().any(|v| v.as_str() == Some(**g)));
        if both { at(item, rest) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_values_are_found_by_every_kind_of_path() {
        let text = "weeks = 26\n[overrides.housing]\nlevel_response = 0.25\n[[waves]]\nid = \"autumn\"\n\
                    transit_share = 0.3\n[[relations]]\nbetween = [\"locals\", \"guests\"]\ndistance = 0.5\n";
        let root = Value::Table(text.parse().unwrap());
        let of = |path: &str| value(&root, path);
        assert_eq!(of("weeks").as_deref(), Some("26"));
        assert_eq!(of("housing.level_response").as_deref(), Some("0.25"));
        assert_eq!(of("overrides.housing.level_response").as_deref(), Some("0.25"));
        assert_eq!(of("waves.autumn.transit_share").as_deref(), Some("0.3"));
        assert_eq!(of("relations.guests.locals.distance").as_deref(), Some("0.5"));
        assert_eq!((of("waves"), of("waves.spring.transit_share")), (None, None));
    }
}
