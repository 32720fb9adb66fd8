//! Scenario files: what a user writes becomes a checked [`Scenario`].
//!
//! The way of a file: `layers` parses it, what it extends and `--set`, and `merge` makes them one tree
//! in which every value knows its place; `structure` holds the tree against the schema; serde reads it;
//! `check` looks at what needs more than one value and reads the tables; `resolved` writes it all down.

mod bodies;
mod check;
mod context;
mod diagnostics;
mod distance;
mod document;
mod events;
mod idle;
mod kin;
mod land;
mod layers;
mod media;
mod merge;
mod model;
mod order;
mod past;
mod projects;
mod regions;
mod resolved;
mod schema;
mod shape;
mod shipped;
mod structure;
mod tables;
#[cfg(test)]
pub(crate) mod testing;
mod tree;
pub mod units;

use std::path::Path;

use serde::Deserialize;

pub use bodies::{Mediator, MediatorKind};
pub(crate) use diagnostics::nearest;
pub use diagnostics::{Diagnostic, Severity};
pub use distance::DIMENSIONS;
pub(crate) use document::{Cell, Document};
pub use kin::KinState;
pub use land::{Land, LandKind};
pub use layers::Source;
pub use media::{Accounts, Channel, ChannelKind, ChannelOrigin};
pub use model::{
    CellProvenance, DAYS_PER_WEEK, Gate, Group, LEVERS, Lever, LeverInfo, LeverKind, Region,
    Relation, SKILLS, Scenario, Shock, ShockKind, Statement, Status, Wave,
};
pub use past::{Parting, parting};
pub use projects::{Project, ProjectChannel, ProjectKind, Route};
pub use schema::{DEFAULT_SKILL_SHARES, json_schema};
pub use shipped::{data as shipped_data, names as shipped_names, scenario as shipped_text};

/// A scenario that passed `check`.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The checked scenario.
    pub scenario: Scenario,
    /// Text of `scenario.resolved.toml`.
    pub resolved: String,
    /// blake3 of the resolved scenario without its comments, hex.
    pub hash: String,
    /// Things worth knowing that are no errors.
    pub notes: Vec<Diagnostic>,
}

impl Source {
    /// What a user means by `name`: a file if there is one, else a shipped scenario.
    pub fn named(name: &str) -> Self {
        let path = Path::new(name);
        if path.is_file() { Self::Path(path.to_path_buf()) } else { Self::Shipped(name.to_owned()) }
    }
}

/// Read and check a scenario; `sets` are `path=value` and lie on top.
///
/// # Errors
/// Everything that is wrong with it, in the order of files and lines.
pub fn load(source: &Source, sets: &[String]) -> Result<Loaded, Vec<Diagnostic>> {
    let layers = layers::load(source, sets)?;
    let mut root = layers.root;
    let structure = structure::check(&mut root, schema::schema(), &layers.files, "scenario");
    let mut faults = layers.faults;
    if layers.partial {
        // Half a scenario lacks keys that are only lost; what it does have is still worth a word,
        // if the line could be read.
        let lines: Vec<(String, usize)> = faults.iter().map(|d| (d.file.clone(), d.line)).collect();
        let whole = |d: &Diagnostic| !lines.iter().any(|(f, l)| *f == d.file && *l == d.line);
        let left = structure.faults.into_iter().filter(|d| d.found != "nothing" && whole(d));
        faults.extend(left);
        return Err(sorted(faults));
    }
    faults.extend(structure.faults);
    let mut context = context::Context {
        files: layers.files,
        root,
        broken: structure.broken,
        faults,
        notes: Vec::new(),
        data: std::collections::BTreeMap::new(),
        groups: Vec::new(),
        regions: Vec::new(),
    };
    let mut raw = match schema::ScenarioFile::deserialize(context.root.to_json()) {
        Ok(raw) => raw,
        Err(error) => {
            // The structure check lets nothing through that serde refuses; should the two ever
            // differ, this is better than a panic.
            let allowed = "what `qonaq schema` describes".to_owned();
            context.error("", error.to_string(), allowed, None);
            return Err(sorted(context.faults));
        }
    };
    match order::scenario(&mut context, &mut raw) {
        Some(scenario) if context.faults.is_empty() => {
            let resolved = resolved::resolve(&context.root, &context.files, &context.data);
            let hash = resolved::resolved_hash(&resolved);
            let notes = sorted(context.notes);
            Ok(Loaded { scenario, resolved: resolved.text(), hash, notes })
        }
        _ => Err(sorted(context.faults)),
    }
}

/// By file, line and column; files in order of their first message.
fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut files: Vec<String> = Vec::new();
    for diagnostic in &diagnostics {
        if !files.contains(&diagnostic.file) {
            files.push(diagnostic.file.clone());
        }
    }
    let rank = |file: &str| files.iter().position(|f| f == file);
    diagnostics.sort_by_key(|d| (rank(&d.file), d.line, d.column));
    diagnostics
}
