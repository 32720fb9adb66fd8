//! What `compare`, `ablate` and `tournament` share: reading several scenarios, running them with the same random
//! numbers, and a folder that is whole or not there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::run::{progress_bar, write_json};
use super::{Failure, SharedFlags, check};
use crate::ensemble::{
    Manifest, OutputError, RunFolder, RunState, Runs, Variant, VariantHash, mismatch, run_variants,
};
use crate::measure::Detail;
use crate::report::PlotFile;
use crate::scenario::{Loaded, Source, load};

/// Version in manifests and reports.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A scenario of the command line with `--set` and the other flags on top.
pub(super) fn read(name: &str, sets: &[String]) -> Result<Loaded, Failure> {
    load(&Source::named(name), sets).map_err(|faults| check::failure(&faults))
}

/// Names for scenarios given on the command line: their own, or that of the file where two share one.
pub(super) fn labels(given: &[String], loaded: &[Loaded]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for (argument, one) in given.iter().zip(loaded) {
        let name = &one.scenario.name;
        let shared = loaded.iter().filter(|other| other.scenario.name == *name).count() > 1;
        let stem = Path::new(argument).file_stem().map(|s| s.to_string_lossy().into_owned());
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let wanted: String = match stem {
            Some(stem) if shared => stem.chars().map(plain).collect(),
            _ => name.clone(),
        };
        let mut label = wanted.clone();
        let mut number = 2;
        while labels.contains(&label) {
            label = format!("{wanted}-{number}");
            number += 1;
        }
        labels.push(label);
    }
    labels
}

/// A comparison that is about to be made.
pub(super) struct Job<'a> {
    /// The command, first word of the name in the manifest.
    pub command: &'static str,
    /// Flags.
    pub flags: &'a SharedFlags,
    /// Scenarios, the baseline first.
    pub variants: Vec<Variant>,
    /// How much is kept of each.
    pub detail: Detail,
    /// Hash over all that decides the result.
    pub hash: String,
    /// Where it goes.
    pub folder: RunFolder,
}

impl<'a> Job<'a> {
    /// A comparison of `variants`, or what stands in its way.
    pub fn new(
        command: &'static str,
        flags: &'a SharedFlags,
        variants: Vec<Variant>,
        detail: Detail,
    ) -> Result<Self, Failure> {
        if let Some(message) = mismatch(&variants) {
            return Err(Failure::Input(message));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(command.as_bytes());
        for variant in &variants {
            hasher.update(format!("\n{} {}", variant.label, variant.loaded.hash).as_bytes());
        }
        let hash = hasher.finalize().to_hex().to_string();
        let path = flags.out.clone().unwrap_or_else(|| {
            let names: Vec<&str> = variants.iter().take(3).map(|v| v.label.as_str()).collect();
            let names = if command == "compare" { names.join("-") } else { names[0].to_owned() };
            let name = format!("{command}-{names}-{}", &hash[..8]);
            ["output", &name].iter().collect::<PathBuf>()
        });
        Ok(Self { command, flags, variants, detail, hash, folder: RunFolder::new(path) })
    }

    /// Names the default folder after the scenario that all variants are made from.
    pub fn named(&mut self, scenario: &str) {
        if self.flags.out.is_none() {
            let name = format!("{}-{scenario}-{}", self.command, &self.hash[..8]);
            self.folder = RunFolder::new(["output", &name].iter().collect());
        }
    }

    /// What to print if the same comparison is already there, complete.
    pub fn done(&self) -> Result<Option<String>, Failure> {
        let state = self.folder.state(&self.hash, VERSION, self.flags.force);
        let told = match state.map_err(|e| Failure::Input(e.to_string()))? {
            RunState::Done(manifest)
                if manifest.detail == self.detail.name()
                    && (self.flags.no_plots
                        || manifest.files.keys().any(|f| f.starts_with("plots/"))) =>
            {
                Some(if self.flags.quiet {
                    String::new()
                } else {
                    format!("already done: {}\n", self.folder.path().display())
                })
            }
            _ => None,
        };
        Ok(told)
    }

    /// Runs everything; nothing is written. The pool is for the work that follows.
    pub fn run(&self) -> Result<(Runs, rayon::ThreadPool, Clock), Failure> {
        let start = Instant::now();
        let threads = self.flags.threads.map_or_else(
            || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            |n| n as usize,
        );
        let stop = Arc::new(AtomicBool::new(false));
        let signal = Arc::clone(&stop);
        // A second handler in one process is refused; the first one does.
        let _ = ctrlc::set_handler(move || signal.store(true, Ordering::Relaxed));
        let first = &self.variants[0].loaded.scenario;
        let weeks = u64::from(first.weeks + 1) * u64::from(first.replicates);
        let bar = progress_bar(self.flags.quiet, weeks * self.variants.len() as u64);
        let runs =
            run_variants(&self.variants, self.detail, threads, &stop, &|n| bar.set_position(n))
                .map_err(|e| Failure::Run(e.to_string()))?;
        bar.finish_and_clear();
        let Some(runs) = runs else {
            return Err(Failure::Interrupted("interrupted: nothing was written".into()));
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|e| Failure::Run(format!("no threads: {e}")))?;
        Ok((runs, pool, Clock { start, threads, runs_s: start.elapsed().as_secs_f64() }))
    }

    /// Begins to write: without a manifest the folder says itself that it is not whole.
    pub fn open(&self) -> Result<Files<'_>, Failure> {
        let stale = self.folder.listed();
        self.folder.remove("manifest.json").map_err(|e| fault(&e))?;
        Ok(Files { job: self, hashes: BTreeMap::new(), stale })
    }
}

/// When the work began, and how it was shared.
pub(super) struct Clock {
    start: Instant,
    threads: usize,
    runs_s: f64,
}

fn fault(error: &OutputError) -> Failure {
    Failure::Run(error.to_string())
}

/// The files of a comparison being written.
pub(super) struct Files<'a> {
    job: &'a Job<'a>,
    hashes: BTreeMap<String, String>,
    stale: Vec<String>,
}

impl Files<'_> {
    /// Writes one file.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let hash = self.job.folder.write(name, bytes).map_err(|e| fault(&e))?;
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Notes files that are already written.
    pub fn add(
        &mut self,
        written: Result<Vec<(String, String)>, OutputError>,
    ) -> Result<(), Failure> {
        self.hashes.extend(written.map_err(|e| fault(&e))?);
        Ok(())
    }

    /// Writes charts.
    pub fn plots(&mut self, plots: &[(String, PlotFile)]) -> Result<(), Failure> {
        for (name, plot) in plots {
            self.put(&format!("plots/{name}.svg"), plot.svg.as_bytes())?;
            self.put(&format!("plots/{name}.png"), &plot.png)?;
        }
        Ok(())
    }

    /// Writes the resolved scenarios and, last of all, the manifest; removes what an earlier comparison left.
    pub fn finish(mut self, runs: &Runs, clock: &Clock) -> Result<(), Failure> {
        for variant in &self.job.variants {
            let name = format!("scenarios/{}.resolved.toml", variant.label);
            self.put(&name, variant.loaded.resolved.as_bytes())?;
        }
        let folder = &self.job.folder;
        for name in self.stale.iter().filter(|name| !self.hashes.contains_key(*name)) {
            folder.remove(name).map_err(|e| fault(&e))?;
        }
        let timings = serde_json::json!({
            "threads": clock.threads,
            "runs_s": clock.runs_s,
            "total_s": clock.start.elapsed().as_secs_f64(),
        });
        let replicates = runs.replicates() as u32;
        let manifest = Manifest {
            qonaq_version: VERSION.into(),
            scenario: format!("{} {}", self.job.command, runs.labels.join(" ")),
            resolved_hash: self.job.hash.clone(),
            seed: runs.baseline().seed,
            detail: self.job.detail.name().into(),
            replicates,
            replicates_finished: replicates,
            complete: true,
            files: self.hashes,
            final_state: runs.finished.iter().flatten().map(|f| f.state_hash.clone()).collect(),
            variants: self
                .job
                .variants
                .iter()
                .map(|v| VariantHash {
                    label: v.label.clone(),
                    resolved_hash: v.loaded.hash.clone(),
                })
                .collect(),
        };
        write_json(folder, "timings.json", &timings)?;
        write_json(folder, "manifest.json", &manifest)
    }
}
