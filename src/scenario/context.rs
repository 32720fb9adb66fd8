//! What the checks of meaning share: the tree, the texts, and everything said so far.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostics::{Diagnostic, Severity, listed, nearest};
use super::merge::entry_name;
use super::tables::{self, Csv, DataFile};
use super::tree::{Node, Origin, TextFile, Value, Words, diagnostic, split_index};

/// Shared state of the checks of meaning.
#[derive(Debug)]
pub(super) struct Context {
    /// All texts.
    pub files: Vec<TextFile>,
    /// The merged, well-formed tree.
    pub root: Node,
    /// Top-level keys with stand-ins in them; nothing more is said about those.
    pub broken: BTreeSet<String>,
    /// Errors so far.
    pub faults: Vec<Diagnostic>,
    /// Notes so far.
    pub notes: Vec<Diagnostic>,
    /// Data files used, and under which name, by the path of the key that names them.
    pub data: BTreeMap<String, DataFile>,
    /// Group ids in scenario order.
    pub groups: Vec<String>,
    /// Region codes in scenario order; empty if the regional table has faults.
    pub regions: Vec<String>,
}

impl Context {
    /// Whether what is said about `path` may be wrong because of an earlier fault.
    pub fn is_broken(&self, path: &str) -> bool {
        self.broken.contains(path.split(['.', '[']).next().unwrap_or(path))
    }

    /// The place of the value at `path`, or of the nearest thing around it that was written.
    pub fn origin(&self, path: &str) -> Origin {
        let mut path = path;
        loop {
            match self.root.node(path).map(|node| &node.origin) {
                Some(origin @ Origin::Text(..)) => return origin.clone(),
                _ if path.is_empty() => return Origin::Text(0, 0, 0),
                _ => path = path.rfind(['.', '[']).map_or("", |at| &path[..at]),
            }
        }
    }

    /// A path as a reader knows it: entries by their ids.
    pub fn pretty(&self, path: &str) -> String {
        let mut walked = String::new();
        let mut out: Vec<String> = Vec::new();
        for step in path.split('.') {
            if !walked.is_empty() {
                walked.push('.');
            }
            walked.push_str(step);
            match split_index(step) {
                (key, Some(i)) => {
                    let name = self.root.node(&walked).and_then(entry_name);
                    out.push(match name {
                        Some(name) => format!("{key}.{name}"),
                        None => format!("{key}[{}]", i + 1),
                    });
                }
                (key, None) => out.push(key.to_owned()),
            }
        }
        out.join(".")
    }

    /// The value at `path` as a message quotes it: as it was written, if that is short.
    pub fn found(&self, path: &str) -> String {
        let Some(node) = self.root.node(path) else { return "nothing".to_owned() };
        let written = match node.origin {
            Origin::Text(file, start, end) => {
                self.files.get(file).and_then(|file| file.text.get(start..end))
            }
            Origin::Default(_) => None,
        };
        match written.filter(|text| !text.contains('\n') && text.len() <= 60) {
            Some(text) => text.to_owned(),
            None => node.value.shown(),
        }
    }

    /// Say that something about the value at `path` is wrong.
    pub fn error(&mut self, path: &str, message: String, allowed: String, near: Option<String>) {
        let found = self.found(path);
        self.error_found(path, message, found, allowed, near);
    }

    /// The same, with other words for what was found.
    pub fn error_found(
        &mut self,
        path: &str,
        message: String,
        found: String,
        allowed: String,
        suggestion: Option<String>,
    ) {
        if self.is_broken(path) {
            return;
        }
        let key = self.pretty(path);
        let words = Words { message, key, found, allowed, suggestion, note: None };
        let origin = self.origin(path);
        self.faults.push(diagnostic(&self.files, Severity::Error, &origin, words));
    }

    /// Say that something about a cell of a data file is wrong.
    pub fn cell_error(
        &mut self,
        origin: &Origin,
        key: &str,
        message: String,
        found: String,
        allowed: String,
        suggestion: Option<String>,
    ) {
        let words = Words { message, key: key.to_owned(), found, allowed, suggestion, note: None };
        self.faults.push(diagnostic(&self.files, Severity::Error, origin, words));
    }

    /// Something worth knowing about the value at `path`.
    pub fn note(&mut self, path: &str, message: String, allowed: String) {
        if self.is_broken(path) {
            return;
        }
        let (key, found) = (self.pretty(path), self.found(path));
        let words = Words { message, key, found, allowed, suggestion: None, note: None };
        let origin = self.origin(path);
        self.notes.push(diagnostic(&self.files, Severity::Note, &origin, words));
    }

    /// Index of the group named at `path`.
    pub fn group(&mut self, path: &str, name: &str) -> Option<usize> {
        let names = self.groups.clone();
        self.index(path, name, &names, "group", "groups")
    }

    /// Index of the region named at `path`.
    pub fn region(&mut self, path: &str, code: &str) -> Option<usize> {
        let codes = self.regions.clone();
        if codes.is_empty() {
            return Some(0);
        }
        self.index(path, code, &codes, "region", "regions")
    }

    fn index(
        &mut self,
        path: &str,
        name: &str,
        names: &[String],
        what: &str,
        section: &str,
    ) -> Option<usize> {
        let found = names.iter().position(|other| other == name);
        if found.is_none() && !self.is_broken(section) {
            let near = nearest(name, names.iter().map(String::as_str)).map(|n| format!("{n:?}"));
            let allowed = listed(names.iter().map(String::as_str));
            self.error(path, format!("unknown {what} `{name}`"), allowed, near);
        }
        found
    }

    /// Check an id and that no earlier entry of its list has it.
    pub fn id(&mut self, list: &str, index: usize, ids: &[String]) {
        let path = format!("{list}[{index}].id");
        let id = &ids[index];
        if !is_id(id) {
            let allowed = "1 to 40 letters, digits, `-` or `_`, and not `all`".to_owned();
            self.error(&path, format!("`{id}` cannot be an id"), allowed, None);
        } else if ids[..index].contains(id) {
            let allowed = "an id no other entry of the list has".to_owned();
            self.error(&path, format!("id `{id}` is given twice in `{list}`"), allowed, None);
        }
    }

    /// Shares that make a whole: scaled to sum to exactly 1 if they are within 0.005 of it.
    pub fn whole<const N: usize>(&mut self, path: &str, shares: [f64; N]) -> [f64; N] {
        let sum: f64 = shares.iter().sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            let found = format!("a sum of {}", round(sum));
            let message = format!("`{}` does not sum to 1", self.pretty(path));
            self.error_found(path, message, found, "shares that sum to 1".to_owned(), None);
            return shares;
        }
        shares.map(|share| share / sum)
    }

    /// Read the data file named at `path`, and remember it for the resolved scenario.
    pub fn read_csv(&mut self, path: &str, needed: &[&str], closed: bool) -> Option<Csv> {
        if self.is_broken(path) {
            return None;
        }
        let node = self.root.node(path)?.clone();
        let key = self.pretty(path);
        let file = match tables::open(&mut self.files, &self.root, &node, &key) {
            Ok(file) => file,
            Err(fault) => {
                self.faults.push(*fault);
                return None;
            }
        };
        self.remember(path, node.as_text().unwrap_or_default(), file);
        match tables::csv(&self.files, file, needed, closed) {
            Ok(csv) => Some(csv),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    /// Two layers may use one name for two files; in the resolved scenario they need two names.
    fn remember(&mut self, path: &str, name: &str, file: usize) {
        let text = self.files[file].text.clone();
        let plain = relative(name);
        let mut name = plain.clone();
        let mut copy = 1;
        while self.data.values().any(|other| other.path == name && other.text != text) {
            copy += 1;
            name = format!("{copy}-{plain}");
        }
        self.data.insert(path.to_owned(), DataFile { path: name, text });
    }

    /// Texts at `path`, for messages that quote an entry of a list.
    pub fn texts(&self, path: &str) -> Vec<String> {
        match self.root.node(path).map(|node| &node.value) {
            Some(Value::Array(items)) => {
                items.iter().filter_map(|item| item.as_text().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// How far shares may be from summing to 1 before it is an error.
pub(super) const SUM_TOLERANCE: f64 = 0.005;

/// A sum as a message shows it: six decimals at most.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Whether a text may name an entry in tables and folders.
pub(super) fn is_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=40).contains(&text.len()) && text.chars().all(plain) && text != "all"
}

/// A path as a run folder may show it: an absolute one is cut to its file name.
pub(super) fn relative(name: &str) -> String {
    let absolute = name.starts_with(['/', '\\']) || name.get(1..2) == Some(":");
    let name = name.replace('\\', "/");
    if absolute { name.rsplit('/').next().unwrap_or_default().to_owned() } else { name }
}
