//! The folder of a sweep: what was planned, whole and fixed, so that it may be moved and worked anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::design::{Design, Point, seed_of};
use super::file::{Input, Sweep};
use super::outcome::Outcome;
use crate::ensemble::{OutputError, RunFolder};
use crate::scenario::{Source, load};

/// The plan; written last, so that a folder with it is whole.
pub const PLAN: &str = "plan.json";
/// Values of the inputs, point by point.
pub const POINTS: &str = "points.csv";
/// The scenario with what all points share, and its data files.
pub const SCENARIO: &str = "scenario.resolved.toml";
/// Where logs lie.
pub const LOGS: &str = "log";

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What went wrong with the folder of a sweep.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The operating system refused.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// There is no plan.
    #[error(
        "error: {0} is not the folder of a sweep\n  found: no {PLAN}\n  allowed: a folder made by \
         `qonaq sweep plan`"
    )]
    NoPlan(String),
    /// The plan cannot be read, or its files are not those it lists.
    #[error(
        "error: {path} was changed\n  found: {found}\n  allowed: the files as `qonaq sweep plan` wrote them; plan \
         again into another folder"
    )]
    Changed {
        /// File.
        path: String,
        /// What is wrong.
        found: String,
    },
    /// Another version made the plan.
    #[error(
        "error: {path} was planned by another version\n  found: qonaq {found}\n  allowed: qonaq {VERSION}; plan again \
         into another folder"
    )]
    Version {
        /// File.
        path: String,
        /// Its version.
        found: String,
    },
}

/// `plan.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of qonaq.
    pub qonaq_version: String,
    /// Name of the sweep.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Hash of the resolved scenario.
    pub scenario_hash: String,
    /// How points were chosen.
    pub design: Design,
    /// Number of points.
    pub points: usize,
    /// Replicates at each point.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
    /// Whether points have random numbers of their own.
    pub independent: bool,
    /// What is varied.
    pub inputs: Vec<Input>,
    /// What is kept of each run.
    pub outcomes: Vec<Outcome>,
    /// blake3 of the other files of the plan, by name.
    pub files: BTreeMap<String, String>,
    /// Hash of everything that decides the results.
    pub hash: String,
}

/// A plan with its points.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Values of the inputs, point by point.
    pub points: Vec<Point>,
    /// The folder.
    pub folder: RunFolder,
}

impl Plan {
    /// The plan of a sweep, and the text of its points.
    pub fn new(sweep: &Sweep) -> (Self, String) {
        let scenario = &sweep.base.scenario;
        let points = points_csv(&sweep.inputs, &sweep.points);
        let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
        let mut plan = Self {
            qonaq_version: VERSION.to_owned(),
            name: sweep.name.clone(),
            question: sweep.question.clone(),
            scenario: scenario.name.clone(),
            scenario_hash: sweep.base.hash.clone(),
            design: sweep.design,
            points: sweep.points.len(),
            replicates: scenario.replicates,
            seed: scenario.seed,
            independent: sweep.independent,
            inputs: sweep.inputs.clone(),
            outcomes: sweep.outcomes.clone(),
            files: [(POINTS, hash(&points)), (SCENARIO, hash(&sweep.base.resolved))]
                .map(|(name, hash)| (name.to_owned(), hash))
                .into(),
            hash: String::new(),
        };
        plan.hash = plan.digest(&points);
        (plan, points)
    }

    /// Hash of everything that decides the results; seed and replicates are in that of the scenario.
    fn digest(&self, points: &str) -> String {
        let outcomes = serde_json::to_string(&self.outcomes).unwrap_or_default();
        let mut hasher = blake3::Hasher::new();
        for part in [&self.scenario_hash, points, &outcomes, &self.independent.to_string()] {
            hasher.update(part.as_bytes());
            hasher.update(b"\n");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Holds what the plan says against its points and its scenario.
    fn check(&self, points: &[Point], scenario: &Path) -> Result<(), String> {
        if self.digest(&points_csv(&self.inputs, points)) != self.hash {
            return Err("a `hash` of something else".to_owned());
        }
        let loaded = load(&Source::Path(scenario.to_path_buf()), &[]).map_err(|faults| {
            faults.first().map_or_else(String::new, |fault| fault.message.clone())
        })?;
        let (seed, replicates) = (loaded.scenario.seed, loaded.scenario.replicates);
        if (self.seed, self.replicates) != (seed, replicates) {
            return Err(format!(
                "seed {} and {} replicates; {SCENARIO} has seed {seed} and {replicates}",
                self.seed, self.replicates
            ));
        }
        Ok(())
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.points * self.replicates as usize
    }

    /// Seed of a point.
    pub fn seed_of(&self, point: usize) -> u64 {
        if self.independent { seed_of(self.seed, point) } else { self.seed }
    }
}

impl Planned {
    /// Writes the plan of a sweep into `path`. Whether something else is there was looked at before.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(sweep: Sweep, path: PathBuf) -> Result<Self, FolderError> {
        let folder = RunFolder::shared(path);
        let (plan, points) = Plan::new(&sweep);
        folder.write(SCENARIO, sweep.base.resolved.as_bytes())?;
        folder.write(POINTS, points.as_bytes())?;
        let text = serde_json::to_string_pretty(&plan).unwrap_or_default();
        folder.write(PLAN, format!("{text}\n").as_bytes())?;
        Ok(Self { plan, points: sweep.points, folder })
    }

    /// Reads the plan in `path` and holds its files against their hashes.
    ///
    /// # Errors
    /// If there is none, or it is not what `sweep plan` of this version wrote.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let shown = |name: &str| path.join(name).display().to_string();
        let text = fs::read_to_string(path.join(PLAN))
            .map_err(|_| FolderError::NoPlan(path.display().to_string()))?;
        let changed = |name: &str, found: String| FolderError::Changed { path: shown(name), found };
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| changed(PLAN, e.to_string()))?;
        match value.get("qonaq_version").and_then(serde_json::Value::as_str) {
            Some(VERSION) => {}
            other => {
                let found = other.unwrap_or("of no known version").to_owned();
                return Err(FolderError::Version { path: shown(PLAN), found });
            }
        }
        let plan: Plan = serde_json::from_value(value).map_err(|e| changed(PLAN, e.to_string()))?;
        for (name, hash) in &plan.files {
            let found = fs::read(path.join(name)).map_err(|e| changed(name, e.to_string()))?;
            if blake3::hash(&found).to_hex().as_str() != hash {
                return Err(changed(name, "another content".to_owned()));
            }
        }
        let points = read_points(&path.join(POINTS), plan.inputs.len());
        let points = points.map_err(|found| changed(POINTS, found))?;
        if points.len() != plan.points {
            return Err(changed(POINTS, format!("{} points", points.len())));
        }
        plan.check(&points, &path.join(SCENARIO)).map_err(|found| changed(PLAN, found))?;
        Ok(Self { plan, points, folder: RunFolder::shared(path.to_path_buf()) })
    }

    /// Whether the plan of a sweep, of whatever version, is in `path`.
    pub fn is_in(path: &Path) -> bool {
        fs::read_to_string(path.join(PLAN)).is_ok_and(|text| text.contains("\"qonaq_version\""))
    }

    /// Position of the unit with this id at its point and replicate; nothing if this plan has none such.
    pub fn place(&self, point: usize, replicate: u32, unit: &str) -> Option<usize> {
        let Plan { points, replicates, .. } = self.plan;
        let own = point < points && replicate < replicates && unit == self.unit(point, replicate);
        own.then(|| point * replicates as usize + replicate as usize)
    }

    /// What a point changes in the scenario, as `--set` arguments.
    pub fn sets(&self, point: usize) -> Vec<String> {
        let values = self.plan.inputs.iter().zip(&self.points[point]);
        values
            .filter_map(|(input, value)| value.as_ref().map(|v| format!("{}={v}", input.path)))
            .collect()
    }

    /// Id of a unit: it says which scenario, values, random numbers and outcomes, and which version ran them.
    pub fn unit(&self, point: usize, replicate: u32) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut part = |text: &str| {
            hasher.update(text.as_bytes());
            hasher.update(b"\n");
        };
        part(VERSION);
        part(&self.plan.scenario_hash);
        part(&self.plan.seed_of(point).to_string());
        part(&replicate.to_string());
        self.sets(point).iter().for_each(|set| part(set));
        part(&serde_json::to_string(&self.plan.outcomes).unwrap_or_default());
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Command that runs one unit again; its weeks are those of `replicate` in `series.csv`.
    pub fn replay(&self, point: usize, replicate: u32) -> String {
        let path = self.folder.path().join(SCENARIO).display().to_string();
        let mut words = vec!["qonaq".to_owned(), "run".to_owned(), quoted(&path)];
        let seed = self.plan.seed_of(point);
        words.push(format!("--seed {seed} --replicates {}", replicate + 1));
        words.extend(self.sets(point).iter().map(|set| format!("--set {}", quoted(set))));
        if self.plan.outcomes.iter().any(|o| o.region != "all") {
            words.push("--detail full".to_owned());
        }
        words.join(" ")
    }
}

/// A word as a shell reads it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+".contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// `points.csv`: an empty cell is a value of the scenario's own.
fn points_csv(inputs: &[Input], points: &[Point]) -> String {
    let mut text = String::from("point");
    for input in inputs {
        text.push(',');
        text.push_str(&cell(&input.path));
    }
    text.push('\n');
    for (p, point) in points.iter().enumerate() {
        text.push_str(&p.to_string());
        for value in point {
            text.push(',');
            text.push_str(&cell(value.as_deref().unwrap_or_default()));
        }
        text.push('\n');
    }
    text
}

fn read_points(path: &Path, inputs: usize) -> Result<Vec<Point>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|e| e.to_string())?;
    let mut points = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| e.to_string())?;
        if row.len() != inputs + 1 {
            return Err(format!("{} cells", row.len()));
        }
        let value = |v: &str| if v.is_empty() { None } else { Some(v.to_owned()) };
        points.push(row.iter().skip(1).map(value).collect());
    }
    Ok(points)
}

/// A cell of a table, in quotes where it has to be.
pub(super) fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("a.b=0.5"), "a.b=0.5");
        assert_eq!(quoted("a.b=30 %"), "'a.b=30 %'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }

    #[test]
    fn cells_are_quoted_for_a_reader_of_tables() {
        assert_eq!(cell("[1, 2]"), "\"[1, 2]\"");
        assert_eq!(cell("say \"x\""), "\"say \"\"x\"\"\"");
    }
}
