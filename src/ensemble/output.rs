//! The run folder: tables, manifest, timings. Every file is written beside its place and renamed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Finished;
use crate::measure::{Aggregation, Bands, INDICATORS, Key, Plan};
use crate::scenario::{Scenario, Shock, ShockKind};
use crate::world::Setting;
use crate::world::conduct::Incident;
use crate::world::society::ACT_NAMES;

/// What went wrong with a run folder.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// File or folder.
        path: String,
        /// Reason.
        error: std::io::Error,
    },
    /// A run would end with nothing to show.
    #[error("{path} cannot be written: {error}; give another --out")]
    Unwritable {
        /// The folder.
        path: String,
        /// Reason.
        error: std::io::Error,
    },
    /// Something else is in the way.
    #[error(
        "{path} exists and is not this run (allowed: an empty or new folder, or the same run); \
             give --force to replace it, or another --out"
    )]
    Occupied {
        /// The folder.
        path: String,
    },
}

/// `manifest.json`: what replays a run and proves it whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of qonaq.
    pub qonaq_version: String,
    /// Scenario name.
    pub scenario: String,
    /// Hash of the resolved scenario.
    pub resolved_hash: String,
    /// Seed.
    pub seed: u64,
    /// Detail of the tables.
    pub detail: String,
    /// Replicates wanted.
    pub replicates: u32,
    /// Replicates finished: 0 to this, less one.
    pub replicates_finished: u32,
    /// Whether every replicate is there.
    pub complete: bool,
    /// blake3 of each other file, by name.
    pub files: BTreeMap<String, String>,
    /// Hash of the final state of each replicate; of a comparison, scenario by scenario.
    pub final_state: Vec<String>,
    /// Scenarios of a comparison, the baseline first; a run has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantHash>,
}

/// One scenario of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantHash {
    /// Name in the tables.
    pub label: String,
    /// Hash of the resolved scenario.
    pub resolved_hash: String,
}

/// What is in the folder a run wants to write to.
#[derive(Debug)]
pub enum RunState {
    /// Nothing.
    Free,
    /// The same scenario and version, complete.
    Done(Manifest),
    /// The same scenario and version, or `--force`: may be replaced.
    Replace,
}

/// The folder of a run.
#[derive(Debug, Clone)]
pub struct RunFolder {
    path: PathBuf,
    /// Ending of files not yet whole.
    partial: String,
}

impl RunFolder {
    /// A folder at `path`; nothing is created yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, partial: "partial".to_owned() }
    }

    /// A folder that several processes may write to at once, each the same files.
    pub fn shared(path: PathBuf) -> Self {
        Self { path, partial: format!("{}.partial", std::process::id()) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at what is there.
    ///
    /// # Errors
    /// [`OutputError::Occupied`] if something else is there and `force` is not given, [`OutputError::Unwritable`] if no
    /// file could be written.
    pub fn state(&self, hash: &str, version: &str, force: bool) -> Result<RunState, OutputError> {
        let found = self.found(hash, version, force)?;
        if !matches!(found, RunState::Done(_)) {
            let path = self.path.display().to_string();
            self.may_be_written().map_err(|error| OutputError::Unwritable { path, error })?;
        }
        Ok(found)
    }

    fn found(&self, hash: &str, version: &str, force: bool) -> Result<RunState, OutputError> {
        let empty =
            fs::read_dir(&self.path).map_or(!self.path.exists(), |mut d| d.next().is_none());
        if empty {
            return Ok(RunState::Free);
        }
        match self.manifest() {
            Some(m) if m.resolved_hash == hash && m.qonaq_version == version => {
                Ok(if m.complete && !force { RunState::Done(m) } else { RunState::Replace })
            }
            _ if force => Ok(RunState::Replace),
            _ => Err(OutputError::Occupied { path: self.path.display().to_string() }),
        }
    }

    /// Writes a file where the folder is or will be, and removes it.
    fn may_be_written(&self) -> std::io::Result<()> {
        let here = Path::new(".");
        let parts = self.path.ancestors().map(|p| if p == Path::new("") { here } else { p });
        let nearest = parts.into_iter().find(|p| p.exists()).unwrap_or(here);
        let probe = nearest.join(format!(".qonaq-{}", std::process::id()));
        fs::write(&probe, [])?;
        fs::remove_file(&probe)
    }

    fn manifest(&self) -> Option<Manifest> {
        let text = fs::read_to_string(self.path.join("manifest.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Names of the files an earlier run lists as its own; none without its manifest.
    pub fn listed(&self) -> Vec<String> {
        // A manifest is a file anyone can write: names that lead out of the folder are nobody's.
        let inside = |name: &String| {
            Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
        };
        let files = self.manifest().map(|m| m.files).unwrap_or_default();
        files.into_keys().filter(inside).collect()
    }

    /// Writes one file whole and returns its hash.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<String, OutputError> {
        self.write_with(name, |out| out.write_all(bytes))
    }

    /// Writes one file whole from a callback and returns its hash.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_with(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<String, OutputError> {
        let path = self.path.join(name);
        let fault = |error| OutputError::Io { path: path.display().to_string(), error };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(fault)?;
        }
        let partial = path.with_extension(&self.partial);
        let file = fs::File::create(&partial).map_err(fault)?;
        let mut out = Hashing { inner: BufWriter::new(file), hasher: blake3::Hasher::new() };
        fill(&mut out).and_then(|()| out.flush()).map_err(fault)?;
        fs::rename(&partial, &path).map_err(fault)?;
        Ok(out.hasher.finalize().to_hex().to_string())
    }

    /// Removes a file of an earlier run, if it is there.
    ///
    /// # Errors
    /// If it is there and cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), OutputError> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(OutputError::Io { path: path.display().to_string(), error })
            }
            _ => Ok(()),
        }
    }
}

struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// Writes `series.csv`, `bands.csv`, `events.csv` and `indicators.csv`; returns name and hash of each. Rows are made on
/// the threads of the present pool.
///
/// # Errors
/// If a file cannot be written.
pub fn write_tables(
    folder: &RunFolder,
    setting: &Setting,
    plan: &Plan,
    finished: &[Finished],
    bands: &Bands,
) -> Result<Vec<(String, String)>, OutputError> {
    let labels: Vec<String> = plan.keys.iter().map(|k| label(&setting.scenario, *k)).collect();
    let length = setting.scenario.weeks as usize + 1;
    let series = folder.write_with("series.csv", |out| {
        out.write_all(b"replicate,week,region,group,target,indicator,value\n")?;
        in_order(out, finished.len() * length, |text, piece| {
            let (f, w) = (&finished[piece / length], piece % length);
            for &k in &plan.series {
                let _ = write!(text, "{},{w},{},", f.replicate, labels[k]);
                number(text, f.series.values[w * f.series.keys + k]);
                text.push('\n');
            }
        })
    })?;
    let table = folder.write_with("bands.csv", |out| {
        out.write_all(b"week,region,group,target,indicator,mean,q05,q25,q50,q75,q95,n\n")?;
        in_order(out, length, |text, w| {
            for (k, label) in labels.iter().enumerate() {
                let b = bands.values[k * length + w];
                let _ = write!(text, "{w},{label},");
                for value in [b.mean, b.q05, b.q25, b.q50, b.q75, b.q95] {
                    number(text, value);
                    text.push(',');
                }
                let _ = writeln!(text, "{}", b.n);
            }
        })
    })?;
    let events = folder.write_with("events.csv", |out| events(setting, finished, out))?;
    let indicators = folder.write("indicators.csv", indicators_csv().as_bytes())?;
    Ok(vec![
        ("series.csv".into(), series),
        ("bands.csv".into(), table),
        ("events.csv".into(), events),
        ("indicators.csv".into(), indicators),
    ])
}

/// Writes pieces of text, made on all threads, in their order. Only a few are in memory at a time.
fn in_order(
    out: &mut dyn Write,
    pieces: usize,
    make: impl Fn(&mut String, usize) + Sync,
) -> std::io::Result<()> {
    let at_once = 16 * rayon::current_num_threads();
    for first in (0..pieces).step_by(at_once) {
        let made = |piece| {
            let mut text = String::new();
            make(&mut text, piece);
            text
        };
        let texts: Vec<String> =
            (first..pieces.min(first + at_once)).into_par_iter().map(made).collect();
        texts.iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

/// Incidents and dated shocks of every replicate, by day. `parent` is the number of the incident that set this
/// one off, counting the incidents of the replicate from 0; a shock has the kind `shock.<id>`.
fn events(setting: &Setting, finished: &[Finished], out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(b"replicate,day,region,kind,severity,actor_group,target,parent,reported\n")?;
    let scenario = &setting.scenario;
    let group = |g: usize| scenario.groups[g].id.as_str();
    let last = i64::from(scenario.weeks * crate::scenario::DAYS_PER_WEEK);
    let mut shocks: Vec<&Shock> = scenario.shocks.iter().filter(|s| s.day < last).collect();
    shocks.sort_by_key(|s| s.day);
    for f in finished {
        let mut incidents = f.incidents.iter().peekable();
        let mut line = String::new();
        let mut write = |line: &mut String| {
            line.push('\n');
            let done = out.write_all(line.as_bytes());
            line.clear();
            done
        };
        let incident = |line: &mut String, e: &Incident| {
            let region = &scenario.regions[usize::from(e.region)].code;
            let kind = ACT_NAMES[usize::from(e.kind)];
            let actor = e.actor_group.map_or("", |g| group(usize::from(g)));
            let target = group(usize::from(e.target));
            let parent = e.parent.map_or(String::new(), |p| p.to_string());
            let _ = write!(line, "{},{},{region},{kind},", f.replicate, e.day);
            number(line, f64::from(e.severity));
            let _ = write!(line, ",{actor},{target},{parent},{}", e.reported);
        };
        for shock in &shocks {
            while let Some(e) = incidents.next_if(|e| i64::from(e.day) < shock.day) {
                incident(&mut line, e);
                write(&mut line)?;
            }
            let region = shock.region.map_or("all", |r| scenario.regions[r].code.as_str());
            let target = match shock.kind {
                ShockKind::Media { target, .. }
                | ShockKind::Incident { target, .. }
                | ShockKind::StateThreat { target, .. }
                | ShockKind::KinMedia { target, .. }
                | ShockKind::KinStandard { target, .. } => group(target),
                ShockKind::Rents { .. } | ShockKind::Prices { .. } | ShockKind::Drought { .. } => {
                    ""
                }
            };
            let id = &shock.id;
            let _ = write!(line, "{},{},{region},shock.{id},,,{target},,", f.replicate, shock.day);
            write(&mut line)?;
        }
        for e in incidents {
            incident(&mut line, e);
            write(&mut line)?;
        }
    }
    Ok(())
}

/// Shortest decimal that reads back as the same number; empty where undefined. Minus zero is zero.
pub(crate) fn number(line: &mut String, value: f64) {
    if !value.is_nan() {
        let _ = write!(line, "{}", value + 0.0);
    }
}

/// `region,group,target,indicator` of a key.
pub(super) fn label(scenario: &Scenario, key: Key) -> String {
    let all = || "all".to_owned();
    let region = key.region.map_or_else(all, |r| scenario.regions[usize::from(r)].code.clone());
    let group = |g: Option<u16>| g.map_or_else(all, |g| scenario.groups[usize::from(g)].id.clone());
    let indicator = &INDICATORS[usize::from(key.indicator)];
    let target = if indicator.by_target { group(key.target) } else { String::new() };
    format!("{region},{},{target},{}", group(key.group), indicator.id)
}

/// The table of indicators.
pub fn indicators_csv() -> String {
    let mut text = String::from("id,unit,stock_or_flow,aggregation,by_target,groups\n");
    for i in INDICATORS {
        let aggregation = match i.aggregation {
            Aggregation::Sum => "sum",
            Aggregation::Mean => "mean",
            Aggregation::Index => "index",
        };
        let unit = if i.unit.contains(',') { format!("\"{}\"", i.unit) } else { i.unit.to_owned() };
        let _ = writeln!(
            text,
            "{},{unit},{},{aggregation},{},{}",
            i.id,
            if i.flow { "flow" } else { "stock" },
            i.by_target,
            i.by_group
        );
    }
    text
}
