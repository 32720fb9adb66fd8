//! The scenario that a sweep varies, and what it has against a value.

use super::file::SweepFile;
use crate::scenario::{Diagnostic, Document, Loaded, Source, load, nearest};

/// The scenario that is varied.
pub(super) struct Base {
    source: Source,
    sets: Vec<String>,
    /// With everything that all points share.
    pub loaded: Loaded,
}

impl Base {
    /// Loads it with everything that all points share; nothing if the file has to change first.
    pub fn load(
        doc: &mut Document,
        file: &SweepFile,
        more: &[String],
    ) -> Result<Option<Self>, Vec<Diagnostic>> {
        let Some(source) = doc.scenario(&file.scenario) else {
            let names: Vec<&str> = crate::scenario::shipped_names().collect();
            let near = nearest(&file.scenario, names).map(|n| format!("{n:?}"));
            let allowed = "a path relative to this file, or the name of a shipped scenario \
                           (`qonaq list`)";
            doc.error("scenario", "unknown scenario", allowed, near);
            return Ok(None);
        };
        load(&source, &[])?;
        let mut sets: Vec<String> = Vec::new();
        for (i, set) in file.overrides.iter().enumerate() {
            let path = format!("overrides[{i}]");
            let key = set.split('=').next().unwrap_or("").trim();
            if let Some((message, allowed)) = own(key) {
                doc.error(&path, message, allowed, None);
                continue;
            }
            match load(&source, &[sets.as_slice(), std::slice::from_ref(set)].concat()) {
                Ok(_) => sets.push(set.clone()),
                Err(faults) => {
                    let refusal = Refusal::of(set, &faults);
                    let near = refusal.corrected.map(|text| format!("{text:?}"));
                    doc.error_found(&path, refusal.message, refusal.found, refusal.allowed, near);
                }
            }
        }
        sets.extend(file.replicates.map(|n| format!("replicates={n}")));
        sets.extend(file.seed.map(|n| format!("seed={n}")));
        sets.extend_from_slice(more);
        let loaded = load(&source, &sets)?;
        Ok(Some(Self { source, sets, loaded }))
    }

    /// Why the scenario does not take `set`.
    pub fn refuses(&self, set: &str) -> Option<Refusal> {
        let sets = [self.sets.as_slice(), &[set.to_owned()]].concat();
        load(&self.source, &sets).err().map(|faults| Refusal::of(set, &faults))
    }
}

/// What is wrong with varying `key`, and what is allowed, where it belongs to the sweep and not to a point.
pub(super) fn own(key: &str) -> Option<(String, String)> {
    let key = key.trim();
    ["seed", "replicates"].contains(&key).then(|| {
        let message = format!("`{key}` belongs to the sweep itself");
        (message, format!("`{key} = …` at the top of the sweep"))
    })
}

/// One name for a key that `--set` takes under several.
pub(super) fn canonical(path: &str) -> String {
    let mut steps: Vec<&str> = path.split('.').map(str::trim).collect();
    if steps[0] == "overrides" {
        steps.remove(0);
    }
    if steps.len() > 3 && steps[0] == "relations" && steps[1] > steps[2] {
        steps.swap(1, 2);
    }
    steps.join(".")
}

/// What a scenario has against a `path=value`.
pub(super) struct Refusal {
    /// Whether the path is wrong rather than the value.
    pub path: bool,
    /// What is wrong.
    pub message: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
    /// The argument with what was probably meant.
    corrected: Option<String>,
}

impl Refusal {
    pub fn of(set: &str, faults: &[Diagnostic]) -> Self {
        let about = |d: &&Diagnostic| d.file == "--set" && d.source_line == set;
        let own = faults.iter().find(about);
        let Some(fault) = own.or(faults.first()) else {
            let message = format!("`{set}` cannot be set");
            return Self {
                path: true,
                message,
                found: String::new(),
                allowed: String::new(),
                corrected: None,
            };
        };
        let key = set.split('=').next().unwrap_or("").chars().count();
        let corrected = own.and_then(|d| {
            let chars: Vec<char> = set.chars().collect();
            let (start, end) = (d.column - 1, d.column - 1 + d.length);
            let near = d.suggestion.as_ref()?;
            let (before, after) = (chars.get(..start)?, chars.get(end..)?);
            Some(before.iter().collect::<String>() + near + &after.iter().collect::<String>())
        });
        Self {
            path: own.is_some_and(|d| d.column <= key),
            message: fault.message.clone(),
            found: fault.found.clone(),
            allowed: fault.allowed.clone(),
            corrected,
        }
    }

    /// The path that was probably meant.
    pub fn near(&self) -> Option<&str> {
        self.corrected.as_ref().and_then(|set| set.split('=').next())
    }
}
