//! From a file, what it extends and `--set` arguments to one tree.

use std::path::{Component, Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::diagnostics::{Diagnostic, Severity, listed, nearest};
use super::merge::{entry_name, merge};
use super::shipped;
use super::tree::{
    Entry, Node, Origin, Place, Table, TextFile, Value, Words, diagnostic, table, value_node,
};
use crate::cards::register;

/// Where a scenario comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// A scenario in the binary, by name.
    Shipped(String),
    /// A text under a name; it reaches shipped files only.
    Text(String, String),
}

/// Longest chain of `extends`.
const DEEPEST: usize = 16;

/// The merged tree, the texts it came from, and faults so far.
#[derive(Debug)]
pub(super) struct Layers {
    /// All texts, in the order they were read; the user's own scenario is the first.
    pub files: Vec<TextFile>,
    /// The merged root table.
    pub root: Node,
    /// Faults found on the way.
    pub faults: Vec<Diagnostic>,
    /// Whether a text could not be read whole, so that keys may be missing for that reason.
    pub partial: bool,
}

/// Read `source`, everything it extends, and `sets` on top.
///
/// # Errors
/// If the scenario itself cannot be read.
pub(super) fn load(source: &Source, sets: &[String]) -> Result<Layers, Vec<Diagnostic>> {
    let start = Origin::Text(0, 0, 0);
    let mut layers = Layers {
        files: Vec::new(),
        root: Node { origin: start, value: Value::Table(Table::new()) },
        faults: Vec::new(),
        partial: false,
    };
    layers.files.push(open(source).map_err(|d| vec![*d])?);
    let mut chain = vec![identity(source)];
    let mut stack = vec![layers.parse(0)];
    while let Some(entry) = stack.last_mut().and_then(|table| table.remove("extends")) {
        let Some(next) = layers.follow(&entry, &mut chain) else {
            layers.partial = true;
            break;
        };
        stack.push(next);
    }
    let mut root = Table::new();
    for layer in stack.into_iter().rev() {
        merge(&mut root, layer);
    }
    for set in sets {
        layers.set(&mut root, set);
    }
    layers.root.value = Value::Table(root);
    Ok(layers)
}

/// Where a source's own file is, to notice a circle of `extends`.
fn identity(source: &Source) -> String {
    match source {
        Source::Path(path) => {
            path.canonicalize().unwrap_or_else(|_| path.clone()).display().to_string()
        }
        Source::Shipped(name) => format!("shipped:{name}"),
        Source::Text(name, _) => format!("text:{name}"),
    }
}

/// The name of a file in messages: as given, without `./`, with forward slashes.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/").replacen("//", "/", 1)
}

/// A UTF-8 text, or why it cannot be read.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|_| "bytes that are not UTF-8".to_owned())
}

fn open(source: &Source) -> Result<TextFile, Box<Diagnostic>> {
    let fault = |name: &str, found: String, allowed: String, suggestion| {
        let words = Words {
            message: format!("cannot read the scenario `{name}`"),
            found,
            allowed,
            suggestion,
            ..Words::default()
        };
        let file = TextFile { shown: name.to_owned(), text: String::new(), place: Place::Shipped };
        Box::new(diagnostic(&[file], Severity::Error, &Origin::Text(0, 0, 0), words))
    };
    match source {
        Source::Path(path) => {
            let text = read_text(path)
                .map_err(|found| fault(&shown(path), found, "a UTF-8 text file".into(), None))?;
            let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
            Ok(TextFile { shown: shown(path), text, place: Place::Disk(folder) })
        }
        Source::Shipped(name) => {
            let text = shipped::scenario(name).ok_or_else(|| {
                fault(
                    name,
                    "no file and no shipped scenario of this name".into(),
                    format!("a path, or one of {}", listed(shipped::names())),
                    nearest(name, shipped::names()).map(str::to_owned),
                )
            })?;
            Ok(TextFile {
                shown: format!("scenarios/{name}.toml"),
                text: text.to_owned(),
                place: Place::Shipped,
            })
        }
        Source::Text(name, text) => {
            Ok(TextFile { shown: name.clone(), text: text.clone(), place: Place::Shipped })
        }
    }
}

impl Layers {
    fn fault(&mut self, origin: &Origin, words: Words) {
        self.faults.push(diagnostic(&self.files, Severity::Error, origin, words));
    }

    /// Parse a file that was read; what can be read of a broken one still counts.
    pub(super) fn parse(&mut self, file: usize) -> Table {
        let text = self.files[file].text.clone();
        let (parsed, errors) = DeTable::parse_recoverable(&text);
        self.partial |= !errors.is_empty();
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let (message, allowed) = match error.message().split_once(", expected ") {
                Some((message, expected)) => (message.to_owned(), expected.to_owned()),
                None => (error.message().to_owned(), "TOML (https://toml.io)".to_owned()),
            };
            let found = text.get(span.clone()).unwrap_or("").lines().next().unwrap_or("").trim();
            let found = if found.is_empty() { "nothing".to_owned() } else { format!("`{found}`") };
            let words = Words {
                message: format!("not TOML: {message}"),
                found,
                allowed,
                ..Words::default()
            };
            self.fault(&Origin::Text(file, span.start, span.end), words);
        }
        table(parsed.get_ref(), file, 0)
    }

    /// The table of the scenario an `extends` points to.
    fn follow(&mut self, entry: &Entry, chain: &mut Vec<String>) -> Option<Table> {
        let origin = &entry.node.origin;
        let words = |message: &str, allowed: String, suggestion| Words {
            message: message.to_owned(),
            key: "extends".to_owned(),
            found: entry.node.value.shown(),
            allowed,
            suggestion,
            note: None,
        };
        let what = || {
            "a path relative to this file, or the name of a shipped scenario (`qonaq list`)"
                .to_owned()
        };
        let Some(name) = entry.node.as_text() else {
            self.fault(origin, words("`extends` is not a name", what(), None));
            return None;
        };
        let Origin::Text(from, ..) = *origin else { return None };
        let bare = name.strip_suffix(".toml").unwrap_or(name);
        let source = match &self.files[from].place {
            Place::Disk(folder) if folder.join(name).is_file() => Source::Path(folder.join(name)),
            _ => Source::Shipped(bare.to_owned()),
        };
        let who = identity(&source);
        if chain.contains(&who) || chain.len() >= DEEPEST {
            let allowed = "a scenario that does not lead back to this one".to_owned();
            self.fault(origin, words("`extends` runs in a circle", allowed, None));
            return None;
        }
        chain.push(who);
        let file = match (open(&source), &source) {
            (Ok(file), _) => file,
            (Err(fault), Source::Path(_)) => {
                self.fault(origin, words("cannot read what this extends", fault.allowed, None));
                return None;
            }
            (Err(_), _) => {
                let near = nearest(bare, shipped::names()).map(|n| format!("{n:?}"));
                self.fault(origin, words("unknown scenario in `extends`", what(), near));
                return None;
            }
        };
        self.files.push(file);
        Some(self.parse(self.files.len() - 1))
    }

    /// Lay one `--set path=value` over the root.
    fn set(&mut self, root: &mut Table, argument: &str) {
        let file = self.files.len();
        self.files.push(TextFile {
            shown: "--set".to_owned(),
            text: argument.to_owned(),
            place: Place::CommandLine,
        });
        let path = argument.split('=').next().unwrap_or("");
        let key = Origin::Text(file, 0, path.len());
        let Some(text) = argument.get(path.len() + 1..).filter(|_| !path.trim().is_empty()) else {
            let words = Words {
                message: "`--set` needs a path and a value".to_owned(),
                found: format!("`{argument}`"),
                allowed: "path=value, e.g. `weeks=20` or `waves.autumn.household_size=2`".into(),
                ..Words::default()
            };
            self.fault(&key, words);
            return;
        };
        let value = set_value(text, file, path.len() + 1);
        let mut steps: Vec<Step<'_>> = Vec::new();
        let mut at = 0;
        for piece in path.split('.') {
            let lead = piece.len() - piece.trim_start().len();
            let name = piece.trim();
            let start = at + lead;
            steps.push(Step { name, origin: Origin::Text(file, start, start + name.len()) });
            at += piece.len() + 1;
        }
        let parameters = || register().parameters.iter().map(|p| p.id.as_str());
        let mechanism = |name: &str| parameters().any(|id| id.split('.').next() == Some(name));
        let first = steps[0].name;
        if steps.len() == 2 && mechanism(first) {
            steps.insert(0, Step { name: "overrides", origin: key.clone() });
        }
        let slip = if steps.len() != 2 || root.contains_key(first) {
            None
        } else {
            nearest(path.trim(), parameters())
        };
        if first == "extends" || slip.is_some() {
            let message = match slip {
                Some(_) => format!("unknown parameter `{}`", path.trim()),
                None => "`extends` cannot be set from the command line".to_owned(),
            };
            let words = Words {
                message,
                key: path.trim().to_owned(),
                found: format!("`{}`", path.trim()),
                allowed: "a key of the scenario, or a parameter of `qonaq list --parameters`"
                    .into(),
                suggestion: slip.map(str::to_owned),
                note: None,
            };
            self.fault(&key, words);
            return;
        }
        match nest(root, &steps, value) {
            Ok(layer) => merge(root, layer),
            Err(words) => self.fault(&key, *words),
        }
    }
}

/// One step of the path of a `--set`, with its place in the argument.
#[derive(Debug, Clone)]
struct Step<'a> {
    name: &'a str,
    origin: Origin,
}

/// A `--set` value: TOML if it reads as TOML, else the bare words.
fn set_value(text: &str, file: usize, shift: usize) -> Node {
    let inner = text.trim();
    let lead = text.len() - text.trim_start().len();
    let shift = shift + lead;
    match DeValue::parse(inner) {
        Ok(parsed) if !inner.is_empty() => value_node(parsed.get_ref(), parsed.span(), file, shift),
        _ => Node {
            origin: Origin::Text(file, shift, shift + inner.len()),
            value: Value::Text(inner.to_owned()),
        },
    }
}

/// A layer holding one value at the path `steps`; in a list, a step is the id of an entry.
fn nest(root: &Table, steps: &[Step<'_>], value: Node) -> Result<Table, Box<Words>> {
    let [Step { name: first, origin: key }, rest @ ..] = steps else { return Ok(Table::new()) };
    let dotted =
        |steps: &[Step<'_>]| steps.iter().map(|step| step.name).collect::<Vec<_>>().join(".");
    let single =
        |node: Node| Table::from([((*first).to_owned(), Entry { key: key.clone(), node })]);
    if rest.is_empty() {
        return Ok(single(value));
    }
    let inner = root.get(*first).map(|entry| &entry.node.value);
    let Some(Value::Array(items)) = inner else {
        let empty = Table::new();
        let below = match inner {
            Some(Value::Table(table)) => table,
            _ => &empty,
        };
        let value = Value::Table(nest(below, rest, value)?);
        return Ok(single(Node { origin: key.clone(), value }));
    };
    let named = names_of_entries(items);
    let taken = if *first == "relations" { 2 } else { 1 };
    let wanted = rest.get(..taken).map(dotted).unwrap_or_default();
    let found = items.iter().find(|item| {
        entry_name(item).is_some_and(|name| {
            let swapped = name.split_once('.').map(|(a, b)| format!("{b}.{a}"));
            name == wanted || swapped.as_deref() == Some(wanted.as_str())
        })
    });
    let (Some(table), true) = (found.and_then(Node::as_table), rest.len() > taken) else {
        return Err(Box::new(Words {
            message: format!("no entry `{wanted}` in `{first}` to set a key of"),
            key: (*first).to_owned(),
            found: format!("`{}`", dotted(rest)),
            allowed: format!(
                "`{first}.<id>.<key>` with an id of {}",
                listed(named.iter().map(String::as_str))
            ),
            suggestion: nearest(&wanted, named.iter().map(String::as_str))
                .filter(|_| rest.len() > taken)
                .map(|near| format!("{first}.{near}.{}", dotted(&rest[taken..]))),
            note: None,
        }));
    };
    let mut inner = nest(table, &rest[taken..], value)?;
    for identity in ["id", "between", "path"] {
        if let Some(entry) = table.get(identity)
            && !inner.contains_key(identity)
        {
            inner.insert(identity.to_owned(), entry.clone());
            break;
        }
    }
    let item = Node { origin: key.clone(), value: Value::Table(inner) };
    Ok(single(Node { origin: key.clone(), value: Value::Array(vec![item]) }))
}

fn names_of_entries(items: &[Node]) -> Vec<String> {
    items.iter().filter_map(entry_name).collect()
}
