//! Other files of a user, such as sweeps, read and checked with the same messages as scenarios.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;

use super::context::{Context, is_id};
use super::diagnostics::{Diagnostic, Severity, listed, nearest};
use super::layers::{Layers, Source, read_text, shown};
use super::tree::{Node, Origin, Place, Table, TextFile, Value, Words, diagnostic};
use super::{shipped, sorted, structure};

/// A file that was read into `T`, and what is wrong with it so far.
pub(crate) struct Document {
    context: Context,
}

/// A table beside a file: names of its columns, and cells by row.
pub(crate) struct Columns {
    /// Names.
    pub header: Vec<Cell>,
    /// Cells, as many in a row as there are names.
    pub rows: Vec<Vec<Cell>>,
    /// Nothing, where the file begins.
    pub start: Cell,
}

/// A cell of a table, with its place.
pub(crate) struct Cell {
    /// What it says.
    pub text: String,
    origin: Origin,
}

impl Cell {
    /// Whether it is an empty text in quotes rather than nothing at all.
    pub fn is_empty_text(&self) -> bool {
        self.text.is_empty() && matches!(self.origin, Origin::Text(_, start, end) if start < end)
    }
}

/// Finds the text of `given`: a file, or one of the `shipped` names and texts, which lie in `folder`.
fn find(
    given: &str,
    what: &str,
    folder: &str,
    shipped: &[(&str, &str)],
) -> Result<TextFile, Box<Diagnostic>> {
    let path = Path::new(given);
    let fault = |found: String, allowed: String, suggestion: Option<&str>| {
        let words = Words {
            message: format!("cannot read the {what} `{given}`"),
            found,
            allowed,
            suggestion: suggestion.map(str::to_owned),
            ..Words::default()
        };
        let file = TextFile { shown: given.to_owned(), text: String::new(), place: Place::Shipped };
        Box::new(diagnostic(&[file], Severity::Error, &Origin::Text(0, 0, 0), words))
    };
    if path.is_file() {
        let text = read_text(path).map_err(|e| fault(e, "a UTF-8 text file".into(), None))?;
        let place = Place::Disk(path.parent().map(Path::to_path_buf).unwrap_or_default());
        return Ok(TextFile { shown: shown(path), text, place });
    }
    let names = || shipped.iter().map(|(name, _)| *name);
    let (_, text) = shipped.iter().find(|(name, _)| *name == given).ok_or_else(|| {
        fault(
            format!("no file and no shipped {what} of this name"),
            format!("a path, or one of {}", listed(names())),
            nearest(given, names()),
        )
    })?;
    let shown = format!("{folder}/{given}.toml");
    Ok(TextFile { shown, text: (*text).to_owned(), place: Place::Shipped })
}

impl Document {
    /// Reads `given`, a path or a shipped name, as a `T`; `what` says in one word what that is. What is wrong with
    /// its meaning is for the caller to find.
    ///
    /// # Errors
    /// Everything that is wrong with its shape.
    pub fn read<T: JsonSchema + DeserializeOwned>(
        given: &str,
        what: &'static str,
        folder: &str,
        shipped: &[(&str, &str)],
    ) -> Result<(Self, T), Vec<Diagnostic>> {
        let file = find(given, what, folder, shipped).map_err(|d| vec![*d])?;
        let start = Origin::Text(0, 0, 0);
        let mut layers = Layers {
            files: vec![file],
            root: Node { origin: start, value: Value::Table(Table::new()) },
            faults: Vec::new(),
            partial: false,
        };
        layers.root.value = Value::Table(layers.parse(0));
        if layers.partial {
            return Err(sorted(layers.faults));
        }
        let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
        let checked = structure::check(&mut layers.root, &schema, &layers.files, what);
        let mut context = Context {
            files: layers.files,
            root: layers.root,
            broken: checked.broken,
            faults: checked.faults,
            notes: Vec::new(),
            data: BTreeMap::new(),
            groups: Vec::new(),
            regions: Vec::new(),
        };
        match T::deserialize(context.root.to_json()) {
            Ok(read) => Ok((Self { context }, read)),
            Err(error) => {
                context.error("", error.to_string(), format!("what a {what} may hold"), None);
                Err(sorted(context.faults))
            }
        }
    }

    /// Says that the value at `path`, e.g. `inputs[0].low`, is wrong.
    pub fn error(
        &mut self,
        path: &str,
        message: impl Into<String>,
        allowed: impl Into<String>,
        suggestion: Option<String>,
    ) {
        self.context.error(path, message.into(), allowed.into(), suggestion);
    }

    /// The same, with other words for what was found.
    pub fn error_found(
        &mut self,
        path: &str,
        message: impl Into<String>,
        found: impl Into<String>,
        allowed: impl Into<String>,
        suggestion: Option<String>,
    ) {
        let (message, found, allowed) = (message.into(), found.into(), allowed.into());
        self.context.error_found(path, message, found, allowed, suggestion);
    }

    /// Says something worth knowing about the value at `path`.
    pub fn note(&mut self, path: &str, message: impl Into<String>, allowed: impl Into<String>) {
        self.context.note(path, message.into(), allowed.into());
    }

    /// Says that `name` at `path` is none of `known`, if it is not; its position otherwise.
    pub fn one_of(&mut self, path: &str, what: &str, name: &str, known: &[&str]) -> Option<usize> {
        let found = known.iter().position(|other| *other == name);
        if found.is_none() {
            let near = nearest(name, known.iter().copied()).map(|n| format!("{n:?}"));
            let message = format!("unknown {what} `{name}`");
            self.context.error(path, message, listed(known.iter().copied()), near);
        }
        found
    }

    /// Says that `id` at `path` cannot name anything, if it cannot.
    pub fn id(&mut self, path: &str, id: &str) {
        if !is_id(id) {
            let allowed = "1 to 40 letters, digits, `-` or `_`, and not `all`";
            self.error(path, format!("`{id}` cannot be an id"), allowed, None);
        }
    }

    /// Whether what is said about `path` may be wrong because of an earlier fault.
    pub fn is_broken(&self, path: &str) -> bool {
        self.context.is_broken(path)
    }

    /// Whether nothing is wrong so far.
    pub fn is_sound(&self) -> bool {
        self.context.faults.is_empty()
    }

    /// The scenario named by `name`: a file beside this one, or a shipped scenario; nothing if there is neither.
    pub fn scenario(&self, name: &str) -> Option<Source> {
        if let Some(TextFile { place: Place::Disk(folder), .. }) = self.context.files.first() {
            let beside = folder.join(name);
            if beside.is_file() {
                return Some(Source::Path(beside));
            }
        }
        let bare = name.strip_suffix(".toml").unwrap_or(name);
        shipped::scenario(bare).map(|_| Source::Shipped(bare.to_owned()))
    }

    /// Reads the table named at `path`; nothing, and a message, if it cannot be read.
    pub fn table(&mut self, path: &str) -> Option<Columns> {
        if !self.is_utf8(path) {
            return None;
        }
        let csv = self.context.read_csv(path, &[], false)?;
        let cell = |(text, origin): (String, Origin)| Cell { text, origin };
        let cells = |cells: Vec<(String, Origin)>| cells.into_iter().map(cell).collect();
        let rows = csv.rows.into_iter().map(|row| cells(row.cells)).collect();
        let start = Origin::Text(self.context.files.len() - 1, 0, 0);
        Some(Columns { header: cells(csv.header), rows, start: cell((String::new(), start)) })
    }

    /// Says where the table named at `path` is not UTF-8, if it is there and is not.
    fn is_utf8(&mut self, path: &str) -> bool {
        let name = self.context.root.node(path).and_then(|node| node.as_text());
        let home = self.context.files.first().map(|file| &file.place);
        let (Some(name), Some(Place::Disk(folder))) = (name, home) else { return true };
        let (file, message) = (folder.join(name), format!("cannot read the data file `{name}`"));
        let Ok(bytes) = std::fs::read(&file) else { return true };
        let Err(error) = std::str::from_utf8(&bytes) else { return true };
        // What can be read stands for the rest, so that the place can be shown.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let start = error.valid_up_to();
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        let origin = Origin::Text(self.context.files.len(), start, end);
        self.context.files.push(TextFile { shown: shown(&file), text, place: Place::Shipped });
        let (found, allowed) = ("bytes that are not UTF-8".to_owned(), "a UTF-8 CSV file");
        self.context.cell_error(&origin, path, message, found, allowed.to_owned(), None);
        false
    }

    /// Says that a cell of a table is wrong, or something about the column or table it begins.
    pub fn error_at(
        &mut self,
        cell: &Cell,
        key: &str,
        message: impl Into<String>,
        found: impl Into<String>,
        allowed: impl Into<String>,
        suggestion: Option<String>,
    ) {
        let (message, found, allowed) = (message.into(), found.into(), allowed.into());
        self.context.cell_error(&cell.origin, key, message, found, allowed, suggestion);
    }

    /// Says something worth knowing about a cell of a table.
    pub fn note_at(
        &mut self,
        cell: &Cell,
        key: &str,
        message: impl Into<String>,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) {
        let words = Words {
            message: message.into(),
            key: key.to_owned(),
            found: found.into(),
            allowed: allowed.into(),
            ..Words::default()
        };
        let note = diagnostic(&self.context.files, Severity::Note, &cell.origin, words);
        self.context.notes.push(note);
    }

    /// Notes, or everything that is wrong.
    ///
    /// # Errors
    /// If anything is.
    pub fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        if self.is_sound() {
            Ok(sorted(self.context.notes))
        } else {
            Err(sorted(self.context.faults))
        }
    }
}
