//! The folder of checkpoints beside a run folder: what a run keeps while it works, and where its replicates
//! begin.
//!
//! ```text
//! DIR.checkpoints/week-0012/replicate-0003.checkpoint     state at the end of a week, and what was measured
//! DIR.checkpoints/finished/replicate-0003.checkpoint      what a finished replicate leaves
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::Finished;
use crate::engine::checkpoint::{self, CheckpointError, Header};
use crate::measure::{Plan, Series};
use crate::world::rows::Later;
use crate::world::{Setting, World};

/// Folder of the rows of finished replicates.
const FINISHED: &str = "finished";

/// The state of a replicate at the end of a week.
#[derive(Debug, Deserialize)]
pub struct State {
    /// The world.
    pub world: World,
    /// What was measured so far, week 0 included.
    pub series: Series,
}

/// The same, to be written: nothing is copied.
#[derive(Serialize)]
struct Borrowed<'a> {
    world: &'a World,
    series: &'a Series,
}

/// Where a replicate begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// At the end of a week of this run.
    State(PathBuf),
    /// At the end of a week of the run it branches from.
    Trunk(PathBuf),
    /// It is finished.
    Finished(PathBuf),
}

/// The folder.
#[derive(Debug, Clone)]
pub struct CheckpointFolder {
    path: PathBuf,
}

impl CheckpointFolder {
    /// Of the run folder `run`.
    pub fn beside(run: &Path) -> Self {
        let mut name = run.file_name().map(ToOwned::to_owned).unwrap_or_default();
        name.push(".checkpoints");
        Self { path: run.with_file_name(name) }
    }

    /// At a path of its own.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// File of a replicate's state at the end of a week.
    pub fn state(&self, week: u32, replicate: u32) -> PathBuf {
        self.path.join(format!("week-{week:04}")).join(file_name(replicate))
    }

    /// File of a finished replicate.
    pub fn finished(&self, replicate: u32) -> PathBuf {
        self.path.join(FINISHED).join(file_name(replicate))
    }

    /// Weeks that have a folder, in order.
    pub fn weeks(&self) -> Vec<u32> {
        let number = |name: &str| name.strip_prefix("week-").and_then(|n| n.parse().ok());
        let mut weeks: Vec<u32> = names(&self.path).iter().filter_map(|n| number(n)).collect();
        weeks.sort_unstable();
        weeks
    }

    /// Every checkpoint in it.
    pub fn files(&self) -> Vec<PathBuf> {
        let weeks = self.weeks().into_iter().map(|w| format!("week-{w:04}"));
        let folders = weeks.chain([FINISHED.to_owned()]).map(|name| self.path.join(name));
        folders.flat_map(|folder| in_folder(&folder).into_values()).collect()
    }

    /// Where each of `replicates` goes on: finished, or at its newest state. Those without a file are left out.
    pub fn newest(&self, replicates: u32) -> BTreeMap<u32, Begin> {
        let mut newest = BTreeMap::new();
        for week in self.weeks() {
            let states = in_folder(&self.path.join(format!("week-{week:04}")));
            newest.extend(states.into_iter().map(|(r, path)| (r, Begin::State(path))));
        }
        let finished = in_folder(&self.path.join(FINISHED));
        newest.extend(finished.into_iter().map(|(r, path)| (r, Begin::Finished(path))));
        newest.retain(|&r, _| r < replicates);
        newest
    }

    /// A checkpoint in it that is not of this scenario in this detail.
    ///
    /// # Errors
    /// If one is damaged or of another version.
    pub fn stranger(
        &self,
        resolved_hash: &str,
        detail: &str,
    ) -> Result<Option<(PathBuf, Header)>, CheckpointError> {
        for path in self.files() {
            let header = checkpoint::header(&path)?;
            if header.resolved_hash != resolved_hash || header.detail != detail {
                return Ok(Some((path, header)));
            }
        }
        Ok(None)
    }

    /// Removes every checkpoint in it.
    ///
    /// # Errors
    /// If one cannot be removed.
    pub fn clear(&self) -> Result<(), CheckpointError> {
        for week in self.weeks() {
            self.remove(&format!("week-{week:04}"))?;
        }
        self.tidy()
    }

    /// Removes the rows of finished replicates, which the run folder holds now, and the folder with its last
    /// file.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn tidy(&self) -> Result<(), CheckpointError> {
        self.remove(FINISHED)?;
        // Refused where something is left, which then is the user's or a checkpoint of a week.
        let _ = fs::remove_dir(&self.path);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), CheckpointError> {
        let folder = self.path.join(name);
        for path in names(&folder).iter().filter(|n| number(n).is_some()).map(|n| folder.join(n)) {
            fs::remove_file(&path)
                .map_err(|error| CheckpointError::Io { path: path.display().to_string(), error })?;
        }
        let _ = fs::remove_dir(&folder);
        Ok(())
    }
}

/// Checkpoints of the folder of one week, by replicate.
pub fn in_folder(folder: &Path) -> BTreeMap<u32, PathBuf> {
    let whole = |name: &&String| name.ends_with(".checkpoint");
    names(folder)
        .iter()
        .filter(whole)
        .filter_map(|n| number(n).map(|r| (r, folder.join(n))))
        .collect()
}

fn file_name(replicate: u32) -> String {
    format!("replicate-{replicate:04}.checkpoint")
}

/// Replicate in the name of a checkpoint, or of the half of one that a killed run left.
fn number(name: &str) -> Option<u32> {
    let (stem, ending) = name.strip_prefix("replicate-")?.split_once('.')?;
    ["checkpoint", "partial"].contains(&ending).then(|| stem.parse().ok()).flatten()
}

/// Names of what is in a folder; none where there is no such folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().into_string().ok()).collect()
}

/// What a replicate begins with.
pub(super) enum Start {
    /// Nothing.
    Week0,
    /// The state at the end of a week.
    State(Box<State>),
    /// All there is to do is done.
    Finished(Finished),
}

/// What a run keeps on its way and where its replicates begin.
pub struct Checkpoints {
    /// Where it keeps them.
    pub folder: CheckpointFolder,
    /// Weeks from one to the next; without it nothing is kept.
    pub every: Option<u32>,
    /// Hash of the resolved scenario.
    pub resolved_hash: String,
    /// Text of the resolved scenario.
    pub resolved: String,
    /// Detail of the tables.
    pub detail: String,
    /// Hashes of week 0 by week ([`crate::world::rows::pasts`]).
    pub pasts: Vec<String>,
    /// Where replicates begin; at week 0 if not here.
    pub begin: BTreeMap<u32, Begin>,
    /// What fits the states of another scenario to this one.
    pub later: Option<Later>,
    /// The first thing that went wrong.
    pub fault: Mutex<Option<CheckpointError>>,
}

impl Checkpoints {
    /// Keeps the state of a replicate, if it is the week for that.
    pub(super) fn keep(&self, replicate: u32, world: &World, series: &Series, stop: &AtomicBool) {
        if self.every.is_some_and(|n| world.week > 0 && world.week.is_multiple_of(n)) {
            let path = self.folder.state(world.week, replicate);
            let header = self.header(replicate, world.week, false);
            let body = Borrowed { world, series };
            self.noted(checkpoint::write(&path, &header, &self.resolved, &body), stop);
        }
    }

    /// Keeps what a finished replicate leaves, if anything is kept at all.
    pub(super) fn keep_rows(&self, done: &Finished, weeks: u32, stop: &AtomicBool) {
        if self.every.is_some() {
            self.noted(self.write_rows(done, weeks), stop);
        }
    }

    /// Writes what a finished replicate leaves.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_rows(&self, done: &Finished, weeks: u32) -> Result<(), CheckpointError> {
        let path = self.folder.finished(done.replicate);
        let header = self.header(done.replicate, weeks, true);
        checkpoint::write(&path, &header, &self.resolved, done)
    }

    /// A checkpoint in the folder that is not of this run; see [`CheckpointFolder::stranger`].
    ///
    /// # Errors
    /// If one is damaged or of another version.
    pub fn stranger(&self) -> Result<Option<(PathBuf, Header)>, CheckpointError> {
        self.folder.stranger(&self.resolved_hash, &self.detail)
    }

    /// Remembers the first thing that went wrong; the run need not go on then.
    fn noted<T>(&self, result: Result<T, CheckpointError>, stop: &AtomicBool) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        stop.store(true, Ordering::Relaxed);
        if let Ok(mut fault) = self.fault.lock() {
            fault.get_or_insert(error);
        }
        None
    }

    fn header(&self, replicate: u32, week: u32, finished: bool) -> Header {
        Header {
            qonaq_version: crate::VERSION.into(),
            resolved_hash: self.resolved_hash.clone(),
            detail: self.detail.clone(),
            replicate,
            week,
            finished,
            past: self.pasts.get(week as usize).cloned().unwrap_or_default(),
        }
    }

    /// What a replicate begins with; nothing if that cannot be read.
    pub(super) fn start(
        &self,
        setting: &Setting,
        plan: &Plan,
        replicate: u32,
        stop: &AtomicBool,
    ) -> Option<Start> {
        self.noted(self.read(setting, plan, replicate), stop)
    }

    fn read(
        &self,
        setting: &Setting,
        plan: &Plan,
        replicate: u32,
    ) -> Result<Start, CheckpointError> {
        match self.begin.get(&replicate) {
            None => Ok(Start::Week0),
            Some(Begin::Finished(path)) => {
                let done: Finished = checkpoint::read(path)?;
                fits(&done.series, plan, setting.scenario.weeks, path)?;
                Ok(Start::Finished(done))
            }
            Some(Begin::State(path)) => state(path, plan).map(Start::State),
            Some(Begin::Trunk(path)) => {
                let mut state = state(path, plan)?;
                if let Some(later) = &self.later {
                    later.replace(setting, &mut state.world);
                }
                Ok(Start::State(state))
            }
        }
    }
}

fn state(path: &Path, plan: &Plan) -> Result<Box<State>, CheckpointError> {
    let state: Box<State> = checkpoint::read(path)?;
    fits(&state.series, plan, state.world.week, path)?;
    Ok(state)
}

/// A series has a value for every key in weeks 0 to `week`.
fn fits(series: &Series, plan: &Plan, week: u32, path: &Path) -> Result<(), CheckpointError> {
    let keys = plan.keys.len();
    if series.keys == keys && series.values.len() == (week as usize + 1) * keys {
        return Ok(());
    }
    Err(CheckpointError::Shape { path: path.display().to_string() })
}
