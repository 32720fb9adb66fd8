//! How one layer of a scenario lies over another.
//!
//! Layers are laid over each other, the base first: tables merge by key; lists of tables merge by
//! `id` (`relations` by the unordered pair `between`, `files` by `path`), an entry with a new id being
//! appended; every other list and every value replaces what lies under it. Two keys that are
//! alternatives (`arrivals` and `curve` of a wave, `date` and `start` of a shock) replace each other.

use super::tree::{Entry, Node, Table, Value};

/// Keys of one table of which the one set last counts.
const ALTERNATIVES: [(&str, &str); 2] = [("arrivals", "curve"), ("date", "start")];

/// What an entry of a list goes by: its `id` or `path`, or `a.b` for a relation.
pub(super) fn entry_name(item: &Node) -> Option<String> {
    let table = item.as_table()?;
    if let Some(text) = table.get("id").or_else(|| table.get("path")).and_then(|e| e.node.as_text())
    {
        return Some(text.to_owned());
    }
    match &table.get("between")?.node.value {
        Value::Array(pair) => match pair.as_slice() {
            [a, b] => Some(format!("{}.{}", a.as_text()?, b.as_text()?)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether two entries of a list are the same thing.
fn same_entry(a: &Node, b: &Node) -> bool {
    match (entry_name(a), entry_name(b)) {
        (Some(a), Some(b)) => {
            a == b
                || match (a.split_once('.'), b.split_once('.')) {
                    (Some((a0, a1)), Some((b0, b1))) => a0 == b1 && a1 == b0,
                    _ => false,
                }
        }
        _ => false,
    }
}

/// Lay `over` on `under`.
pub(super) fn merge(under: &mut Table, over: Table) {
    for (a, b) in ALTERNATIVES {
        if over.contains_key(a) != over.contains_key(b) {
            under.remove(if over.contains_key(a) { b } else { a });
        }
    }
    for (key, entry) in over {
        match under.get_mut(&key) {
            Some(below) => {
                merge_entry(below, entry);
            }
            None => {
                under.insert(key, entry);
            }
        }
    }
}

fn merge_entry(below: &mut Entry, entry: Entry) {
    match (&mut below.node.value, entry.node.value) {
        (Value::Table(under), Value::Table(over)) => merge(under, over),
        (Value::Array(under), Value::Array(over))
            if !over.is_empty() && over.iter().all(|item| entry_name(item).is_some()) =>
        {
            // An entry is matched once: two of one id in a single file stay two, and are reported.
            let mut open: Vec<usize> = (0..under.len()).collect();
            for item in over {
                let place = open.iter().position(|&at| same_entry(&under[at], &item));
                match (place.map(|at| &mut under[open.remove(at)].value), item.value) {
                    (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
                    (_, value) => under.push(Node { origin: item.origin, value }),
                }
            }
        }
        (_, value) => *below = Entry { key: entry.key, node: Node { value, ..entry.node } },
    }
}
