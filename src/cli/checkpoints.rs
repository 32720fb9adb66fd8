//! `--checkpoint-every`, `--resume` and `--from`: where the replicates of a run begin and what it keeps.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{Failure, check};
use crate::engine::checkpoint::{self, CheckpointError, Header};
use crate::ensemble::{Begin, CheckpointFolder, Checkpoints, in_folder};
use crate::scenario::{Loaded, Source, load, parting};
use crate::world::rows::{Later, pasts};
use crate::world::{Setting, World};

/// Flags about checkpoints.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct CheckpointFlags {
    /// Keep the state of every replicate each N weeks in DIR.checkpoints, beside the run folder.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub checkpoint_every: Option<u32>,
    /// Go on with a run that was interrupted, from what it kept; give the same command again.
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Branch: go on from a week of another run, DIR.checkpoints/week-NNNN, without running the weeks before
    /// again. Only what comes later may differ.
    #[arg(long, value_name = "CHECKPOINT")]
    pub from: Option<PathBuf>,
}

/// Where the replicates of a run begin, before week 0 is there to be held against it.
pub(super) struct Plan {
    folder: CheckpointFolder,
    every: Option<u32>,
    resolved_hash: String,
    resolved: String,
    detail: String,
    begin: BTreeMap<u32, Begin>,
    headers: Vec<(PathBuf, Header)>,
    trunk: Option<Trunk>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Where a branch comes from.
struct Trunk {
    week: u32,
    states: BTreeMap<u32, (PathBuf, Header)>,
    /// The branch is another scenario.
    other: bool,
    /// Keys of the future in which potential arrivals differ.
    arrivals: Vec<String>,
}

impl Plan {
    /// Looks at the checkpoints there are. Everything a replicate will begin from is held against its hash.
    pub fn new(
        flags: &CheckpointFlags,
        loaded: &Loaded,
        detail: &str,
        run: &Path,
        force: bool,
    ) -> Result<Self, Failure> {
        let folder = CheckpointFolder::beside(run);
        let replicates = loaded.scenario.replicates;
        let mut notes = Vec::new();
        let trunk =
            flags.from.as_deref().map(|from| Trunk::open(from, loaded, detail)).transpose()?;
        if flags.resume || flags.checkpoint_every.is_some() {
            own(&folder, loaded, detail, force, flags.from.as_deref())?;
        }
        let mut begin = BTreeMap::new();
        let mut headers = Vec::new();
        if flags.resume {
            begin = folder.newest(replicates);
            for (&replicate, begin) in &begin {
                let (path, finished) = match begin {
                    Begin::State(path) | Begin::Trunk(path) => (path, false),
                    Begin::Finished(path) => (path, true),
                };
                let (header, _) = checkpoint::verify(path).map_err(|e| input(&e))?;
                if (header.replicate, header.finished) != (replicate, finished) {
                    return Err(misplaced(path));
                }
                headers.push((path.clone(), header));
            }
            if begin.is_empty() {
                let path = folder.path().display();
                let then = if trunk.is_some() { "--from" } else { "the start" };
                notes
                    .push(format!("note: nothing to resume in {path}: the run begins from {then}"));
            }
        } else if flags.checkpoint_every.is_some() && !folder.files().is_empty() {
            let path = folder.path().display();
            notes.push(format!("note: {path} holds work on this run; `--resume` goes on from it"));
        }
        if let Some(trunk) = &trunk {
            let missing: Vec<String> = (0..replicates)
                .filter(|r| !begin.contains_key(r) && !trunk.states.contains_key(r))
                .map(|r| r.to_string())
                .collect();
            if !missing.is_empty() {
                notes.push(format!(
                    "note: no checkpoint of week {} for replicates {}: they run from the start",
                    trunk.week,
                    missing.join(", ")
                ));
            }
            for (&replicate, (path, _)) in &trunk.states {
                begin.entry(replicate).or_insert_with(|| Begin::Trunk(path.clone()));
            }
        }
        Ok(Self {
            folder,
            every: flags.checkpoint_every,
            resolved_hash: loaded.hash.clone(),
            resolved: loaded.resolved.clone(),
            detail: detail.to_owned(),
            begin,
            headers,
            trunk,
            notes,
        })
    }

    /// Holds week 0 against what the checkpoints come from.
    pub fn ready(self, setting: &mut Setting, week0: &mut World) -> Result<Checkpoints, Failure> {
        let mut checkpoints = Checkpoints {
            folder: self.folder,
            every: self.every,
            resolved_hash: self.resolved_hash,
            resolved: self.resolved,
            detail: self.detail,
            pasts: Vec::new(),
            begin: self.begin,
            later: None,
            fault: Mutex::new(None),
        };
        if checkpoints.every.is_some() || !checkpoints.begin.is_empty() {
            checkpoints.pasts = hashes(setting, week0)?;
        }
        let same =
            |header: &Header| checkpoints.pasts.get(header.week as usize) == Some(&header.past);
        if let Some((path, _)) = self.headers.iter().find(|(_, header)| !same(header)) {
            return Err(input(&CheckpointError::Shape { path: path.display().to_string() }));
        }
        if let Some(trunk) = self.trunk {
            if let Some((path, _)) = trunk.states.values().find(|(_, header)| !same(header)) {
                return Err(trunk.reaches_back(path));
            }
            checkpoints.later = trunk.other.then(|| Later::than(trunk.week, setting, week0));
        }
        Ok(checkpoints)
    }
}

/// Hashes of week 0 by week.
pub(super) fn hashes(setting: &mut Setting, week0: &mut World) -> Result<Vec<String>, Failure> {
    pasts(setting, week0).map_err(|e| Failure::Run(e.to_string()))
}

/// Every checkpoint of the folder belongs to this run; with `force` another run's are removed.
fn own(
    folder: &CheckpointFolder,
    loaded: &Loaded,
    detail: &str,
    force: bool,
    from: Option<&Path>,
) -> Result<(), Failure> {
    if force && !folder.files().is_empty() {
        if from.is_some_and(|from| from.starts_with(folder.path())) {
            let path = folder.path().display();
            return Err(Failure::Input(format!(
                "--force would remove {path}, where --from begins; give another --out"
            )));
        }
        return folder.clear().map_err(|e| input(&e));
    }
    let Some((path, header)) = folder.stranger(&loaded.hash, detail).map_err(|e| input(&e))? else {
        return Ok(());
    };
    Err(Failure::Input(format!(
        "{} is a checkpoint of another run\n  found: scenario {}, detail {}\n  \
         allowed: scenario {}, detail {detail}\n  help: give --force to replace it, or another --out",
        path.display(),
        short(&header.resolved_hash),
        header.detail,
        short(&loaded.hash),
    )))
}

impl Trunk {
    fn open(from: &Path, loaded: &Loaded, detail: &str) -> Result<Self, Failure> {
        let folder = if from.is_file() { from.parent().unwrap_or(from) } else { from };
        let all = in_folder(folder);
        if all.is_empty() {
            return Err(Failure::Input(no_week(from)));
        }
        let mut states: BTreeMap<u32, (PathBuf, Header)> = BTreeMap::new();
        let mut trunk: Option<(Header, String)> = None;
        for (replicate, path) in all.into_iter().filter(|(r, _)| *r < loaded.scenario.replicates) {
            let (header, scenario) = checkpoint::verify(&path).map_err(|e| input(&e))?;
            let (first, _) = trunk.get_or_insert_with(|| (header.clone(), scenario));
            let like_first = Header { replicate, past: header.past.clone(), ..first.clone() };
            if header.finished || header != like_first {
                return Err(misplaced(&path));
            }
            states.insert(replicate, (path, header));
        }
        let Some((header, scenario)) = trunk else {
            return Err(Failure::Input(format!(
                "{} has no checkpoint of a replicate of this run\n  allowed: one of replicates 0 to {}",
                folder.display(),
                loaded.scenario.replicates.saturating_sub(1)
            )));
        };
        if header.detail != detail {
            return Err(Failure::Input(format!(
                "{} was measured in another detail\n  found: --detail {detail}\n  allowed: --detail {}",
                folder.display(),
                header.detail
            )));
        }
        let name = format!("scenario of {}", folder.display());
        let before = load(&Source::Text(name, scenario), &[]).map_err(|f| check::failure(&f))?;
        let week = header.week;
        if let Some(found) = parting(&before.scenario, &loaded.scenario, week) {
            return Err(Failure::Input(format!(
                "error: `{}` differs before the end of week {week}, where {} was taken\n  key: {}\n  \
                 allowed: {}",
                found.key,
                folder.display(),
                found.key,
                found.allowed
            )));
        }
        let mut arrivals: Vec<String> = Vec::new();
        let (old, new) = (&before.scenario.waves, &loaded.scenario.waves);
        for wave in
            old.iter().filter(|w| !new.contains(w)).chain(new.iter().filter(|w| !old.contains(w)))
        {
            let key = format!("waves.{}", wave.id);
            if !arrivals.contains(&key) {
                arrivals.push(key);
            }
        }
        Ok(Self { week, states, other: header.resolved_hash != loaded.hash, arrivals })
    }

    /// What is said when week 0 differs although only the future does.
    fn reaches_back(&self, path: &Path) -> Failure {
        if self.arrivals.is_empty() {
            return input(&CheckpointError::Shape { path: path.display().to_string() });
        }
        let keys = self.arrivals.join(", ");
        Failure::Input(format!(
            "error: `{keys}` differs after week {} only, but changes week 0\n  key: {keys}\n  \
             allowed: the arrivals of the scenario the checkpoint comes from\n  \
             note: attitudes of a group without residents are set over all who may ever arrive, and \
             waves keep their order; run the branch without --from",
            self.week
        ))
    }
}

fn no_week(from: &Path) -> String {
    let weeks = CheckpointFolder::at(from).weeks();
    let list: Vec<String> = weeks.iter().map(|w| format!("week-{w:04}")).collect();
    match list.first() {
        Some(_) => format!(
            "{} holds the checkpoints of several weeks\n  allowed: {}",
            from.display(),
            list.iter().map(|w| from.join(w).display().to_string()).collect::<Vec<_>>().join(", ")
        ),
        None => format!(
            "{}: no checkpoint there\n  allowed: a folder DIR.checkpoints/week-NNNN of a run with \
             --checkpoint-every, or a file in it",
            from.display()
        ),
    }
}

fn misplaced(path: &Path) -> Failure {
    Failure::Input(format!(
        "{} does not belong where it lies: it is another checkpoint",
        path.display()
    ))
}

fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

fn input(error: &CheckpointError) -> Failure {
    Failure::Input(error.to_string())
}
