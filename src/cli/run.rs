//! `qonaq run`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::checkpoints::{CheckpointFlags, Plan as CheckpointPlan, hashes};
use super::{Failure, SharedFlags, check, say};
use crate::VERSION;
use crate::engine::checkpoint::CheckpointError;
use crate::engine::profile::Profile;
use crate::engine::replicate;
use crate::ensemble::{
    CheckpointFolder, Checkpoints, Manifest, OutputError, RunFolder, RunState, run_replicates,
    write_tables,
};
use crate::measure::{Plan, bands};
use crate::report::{self, ReportInput};
use crate::scenario::{Loaded, Scenario, Source, load};

/// Run a scenario: tables, charts and a report in a run folder.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, or the name of a shipped scenario.
    scenario: String,
    #[command(flatten)]
    flags: SharedFlags,
    #[command(flatten)]
    checkpoints: CheckpointFlags,
}

/// What to do after an interruption.
const RESUME: &str = "; the same command with --resume goes on";
/// Notes shown before a run; `check` shows all.
const MOST_NOTES: usize = 3;

pub(super) fn run(args: &Args) -> Result<String, Failure> {
    let flags = &args.flags;
    let loaded = load(&Source::named(&args.scenario), &flags.sets())
        .map_err(|faults| check::failure(&faults))?;
    if !flags.quiet {
        for note in loaded.notes.iter().take(MOST_NOTES) {
            say(note);
        }
        if loaded.notes.len() > MOST_NOTES {
            let more = loaded.notes.len() - MOST_NOTES;
            let sets = flags.sets().into_iter().map(|set| format!(" --set '{set}'"));
            let command = format!("qonaq check {}{}", args.scenario, sets.collect::<String>());
            say(format_args!("and {more} more notes: `{command}` shows all\n"));
        }
    }
    let path = flags.out.clone().unwrap_or_else(|| default_folder(&loaded));
    let folder = RunFolder::new(path);
    let state = folder.state(&loaded.hash, VERSION, flags.force);
    if let RunState::Done(manifest) = state.map_err(|e| Failure::Input(e.to_string()))?
        && manifest.detail == flags.detail.name()
        && (flags.no_plots || manifest.files.contains_key("report.html"))
        && has_checkpoints(args, &loaded, &folder)
    {
        if args.checkpoints.resume {
            // A run that was killed after its last word.
            let beside = CheckpointFolder::beside(folder.path());
            beside.tidy().map_err(|e| Failure::Run(e.to_string()))?;
        }
        return Ok(if flags.quiet {
            String::new()
        } else {
            format!("already done: {}\n", folder.path().display())
        });
    }
    let detail = flags.detail.name();
    let plan = CheckpointPlan::new(&args.checkpoints, &loaded, detail, folder.path(), flags.force)?;
    if !flags.quiet {
        plan.notes.iter().for_each(say);
    }
    work(flags, loaded, &folder, plan)
}

/// Whether every checkpoint that is asked for is there.
fn has_checkpoints(args: &Args, loaded: &Loaded, folder: &RunFolder) -> bool {
    let Some(every) = args.checkpoints.checkpoint_every else { return true };
    let at = CheckpointFolder::beside(folder.path());
    let Scenario { weeks, replicates, .. } = loaded.scenario;
    (every..=weeks)
        .step_by(every as usize)
        .all(|week| (0..replicates).all(|replicate| at.state(week, replicate).is_file()))
}

fn default_folder(loaded: &Loaded) -> PathBuf {
    let name = format!("{}-{}", loaded.scenario.name, &loaded.hash[..8]);
    ["output", &name].iter().collect()
}

/// Runs the replicates and writes the folder; the manifest comes last.
fn work(
    flags: &SharedFlags,
    loaded: Loaded,
    folder: &RunFolder,
    plan_of_checkpoints: CheckpointPlan,
) -> Result<String, Failure> {
    let clock = Instant::now();
    let threads = flags.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        |n| n as usize,
    );
    let stop = Arc::new(AtomicBool::new(false));
    let signal = Arc::clone(&stop);
    // A second handler in one process is refused; the first one does.
    let _ = ctrlc::set_handler(move || signal.store(true, Ordering::Relaxed));

    let (resolved, hash) = (loaded.resolved, loaded.hash);
    let wanted = loaded.scenario.replicates;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Failure::Run(format!("no threads: {e}")))?;
    let (mut setting, mut week0) = pool.install(|| replicate::week0(loaded.scenario));
    let mut checkpoints = plan_of_checkpoints.ready(&mut setting, &mut week0)?;
    let init = clock.elapsed();
    let plan = Plan::new(&setting, flags.detail);

    let weeks = u64::from(setting.scenario.weeks) + 1;
    let bar = progress_bar(flags.quiet, weeks * u64::from(wanted));
    let told = |n| bar.set_position(n);
    let beside = Some(&checkpoints);
    // A single replicate needs no copy of week 0, unless that is wanted once more.
    let mut later = None;
    let given = if wanted == 1 && !flags.profile {
        Cow::Owned(week0)
    } else {
        Cow::Borrowed(&*later.insert(week0))
    };
    let done = run_replicates(&setting, given, &plan, wanted, threads, &stop, &told, beside);
    bar.finish_and_clear();
    let finished = done.map_err(|e| Failure::Run(e.to_string()))?;
    let trouble = |e: CheckpointError| Failure::Run(e.to_string());
    if let Some(error) = checkpoints.fault.lock().ok().and_then(|mut fault| fault.take()) {
        return Err(trouble(error));
    }
    let weeks_time = clock.elapsed().saturating_sub(init);
    if finished.is_empty() {
        let help = if checkpoints.every.is_some() { RESUME } else { "" };
        let what = "interrupted before the first replicate ended";
        return Err(Failure::Interrupted(format!("{what}{help}")));
    }
    let complete = finished.len() as u32 == wanted;
    let beside_is_ours = matches!(checkpoints.stranger(), Ok(None));
    if let Some(week0) = &mut later
        && !complete
        && checkpoints.every.is_none()
        && beside_is_ours
    {
        // The tables do not hold all that was measured; this does.
        checkpoints.pasts = hashes(&mut setting, week0)?;
        for done in &finished {
            checkpoints.write_rows(done, setting.scenario.weeks).map_err(trouble)?;
        }
    }

    let series: Vec<_> = finished.iter().map(|f| f.series.clone()).collect();
    let bands = pool.install(|| bands(&plan, setting.scenario.weeks, &series));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let fault = |e: OutputError| Failure::Run(e.to_string());
    // What an earlier run left and this one does not make would be taken for this one's.
    let stale = folder.listed();
    let mut manifest = Manifest {
        qonaq_version: VERSION.into(),
        scenario: setting.scenario.name.clone(),
        resolved_hash: hash.clone(),
        seed: setting.scenario.seed,
        detail: flags.detail.name().into(),
        replicates: wanted,
        replicates_finished: 0,
        complete: false,
        files: stale.iter().map(|name| (name.clone(), String::new())).collect(),
        final_state: Vec::new(),
        variants: Vec::new(),
    };
    // Should the process be killed now, the folder says whose it is and that it is not whole.
    write_json(folder, "manifest.json", &manifest)?;
    let tables = pool.install(|| write_tables(folder, &setting, &plan, &finished, &bands));
    files.extend(tables.map_err(fault)?);
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), Failure> {
        files.insert(name.to_owned(), folder.write(name, bytes).map_err(fault)?);
        Ok(())
    };
    put("scenario.resolved.toml", resolved.as_bytes())?;
    let input = ReportInput {
        scenario: &setting.scenario,
        bands: &bands,
        hash: &hash,
        version: VERSION,
        replicates: finished.len() as u32,
    };
    if !flags.no_plots {
        let plots = report::plots(&input).map_err(|e| Failure::Run(e.to_string()))?;
        for (name, plot) in &plots {
            put(&format!("plots/{name}.svg"), plot.svg.as_bytes())?;
            put(&format!("plots/{name}.png"), &plot.png)?;
        }
        put("report.html", report::html(&input, &plots).as_bytes())?;
    }
    let profile = match later {
        Some(week0) if flags.profile => pool.install(|| Profile::of(&setting, week0)).table(),
        _ => String::new(),
    };
    let summary = if flags.quiet { String::new() } else { report::summary(&input) };
    for name in stale {
        if !files.contains_key(&name) {
            folder.remove(&name).map_err(fault)?;
        }
    }
    manifest.replicates_finished = finished.len() as u32;
    manifest.complete = complete;
    manifest.files = files;
    manifest.final_state = finished.iter().map(|f| f.state_hash.clone()).collect();
    let seconds = |d: std::time::Duration| d.as_secs_f64();
    let timings = serde_json::json!({
        "threads": threads,
        "households": setting.households(),
        "init_s": seconds(init),
        "weeks_s": seconds(weeks_time),
        "total_s": seconds(clock.elapsed()),
    });
    write_json(folder, "timings.json", &timings)?;
    write_json(folder, "manifest.json", &manifest)?;
    if !complete {
        return Err(Failure::Interrupted(format!(
            "interrupted: {} of {wanted} replicates kept in {}{RESUME}",
            finished.len(),
            folder.path().display()
        )));
    }
    if beside_is_ours {
        checkpoints.folder.tidy().map_err(trouble)?;
    }
    Ok(if flags.quiet {
        String::new()
    } else {
        let page = if flags.no_plots { "" } else { "read first: report.html in the run folder\n" };
        let kept = kept(&checkpoints);
        format!("{summary}\n{profile}{page}{}\n{kept}", folder.path().display())
    })
}

/// The checkpoints a run leaves, and how much disk they take; nothing without any.
fn kept(checkpoints: &Checkpoints) -> String {
    let Some(every) = checkpoints.every else { return String::new() };
    let files = checkpoints.folder.files();
    let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |m| m.len());
    let bytes: u64 = files.iter().map(size).sum();
    format!(
        "{} checkpoints, one each {every} weeks and replicate, {:.1} MB: {}\n",
        files.len(),
        bytes as f64 / 1e6,
        checkpoints.folder.path().display()
    )
}

pub(super) fn write_json(
    folder: &RunFolder,
    name: &str,
    value: &impl serde::Serialize,
) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|e| Failure::Run(format!("{name}: {e}")))?;
    folder.write(name, format!("{text}\n").as_bytes()).map_err(|e| Failure::Run(e.to_string()))?;
    Ok(())
}

/// Progress with time left on a terminal; silence elsewhere.
pub(super) fn progress_bar(quiet: bool, weeks: u64) -> indicatif::ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(weeks);
    let style = indicatif::ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
