//! `qonaq sweep`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::run::progress_bar;
use super::{Failure, SharedFlags, check};
use crate::ensemble::OutputError;
use crate::explore::plan::{FolderError, LOGS, PLAN, POINTS, Plan, Planned, SCENARIO};
use crate::explore::results::{FAILED, RESULTS, Results, State};
use crate::explore::run::{Left, Shard, run as work};
use crate::explore::{Sweep, baseline, read, shipped_text};
use crate::measure::Detail;
use crate::report::{SweepInput, sweep_plots, sweep_summary};
use crate::scenario::{Scenario, Source, load};

/// Ask one question of a scenario at many points: plan, run, look, merge.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    /// Lay out the points of a sweep in a folder.
    #[command(mut_args(fit))]
    Plan {
        /// A sweep file, or the name of a shipped sweep.
        sweep: String,
        #[command(flatten)]
        flags: SharedFlags,
    },
    /// Work what is left of a sweep; what was done is kept.
    #[command(mut_args(fit))]
    Run {
        /// The folder of a sweep, or a sweep to plan first: a file, or the name of a shipped one.
        #[arg(value_name = "DIR|NAME")]
        sweep: String,
        /// Only every n-th point, from the i-th: several machines share one sweep.
        #[arg(long, value_name = "i/n", value_parser = shard)]
        shard: Option<Shard>,
        #[command(flatten)]
        flags: SharedFlags,
    },
    /// Say how far a sweep is, what failed, and how to run one unit by itself.
    Status {
        /// The folder of a sweep.
        dir: PathBuf,
        /// The unit of which to print the command: its id, or how it begins.
        #[arg(long, value_name = "ID")]
        unit: Option<String>,
    },
    /// Make one table and charts of all that was worked, in whatever shards.
    Merge {
        /// The folder of a sweep.
        dir: PathBuf,
        /// Draw no charts.
        #[arg(long)]
        no_plots: bool,
        /// Print nothing but errors.
        #[arg(long, short)]
        quiet: bool,
    },
}

/// A shared flag as it is for sweeps: the default of `--out` is another, and some are of no use.
fn fit(argument: clap::Arg) -> clap::Arg {
    match argument.get_id().as_str() {
        "out" => argument.help(
            "The folder of the sweep [default: output/sweep-NAME-HASH, the sweep and the first 8 of its hash]",
        ),
        "detail" | "profile" => argument.hide(true),
        _ => argument,
    }
}

/// Refuses what other commands know and sweeps do not.
fn unused(flags: &SharedFlags) -> Result<(), Failure> {
    let detail = flags.detail != Detail::default();
    if !detail && !flags.profile {
        return Ok(());
    }
    let found = if detail { "--detail" } else { "--profile" };
    Err(Failure::Input(format!(
        "error: a sweep does not know `{found}`\n  found: `{found}`\n  allowed: a sweep without it; `qonaq sweep \
         status DIR --unit ID` prints the `qonaq run` of one unit, which knows it"
    )))
}

/// Failures told on screen; the file has all.
const MOST_FAILURES: usize = 3;

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((index, of)) if 1 <= index && index <= of => Ok(Shard { index, of }),
        _ => Err("allowed: i/n with whole numbers, 1 ≤ i ≤ n".to_owned()),
    }
}

pub(super) fn sweep(args: &Args) -> Result<String, Failure> {
    match &args.command {
        Step::Plan { sweep, flags } => {
            unused(flags)?;
            let planned = plan(sweep, flags, false)?;
            let shown = planned.folder.path().display();
            let Plan { points, replicates, .. } = planned.plan;
            Ok(said(
                flags.quiet,
                format!(
                    "{points} points, {replicates} replicates each: {} units\nnext: qonaq sweep run {shown}\n",
                    planned.plan.units()
                ),
            ))
        }
        Step::Run { sweep, shard, flags } => run(sweep, *shard, flags),
        Step::Status { dir, unit } => status(dir, unit.as_deref()),
        Step::Merge { dir, no_plots, quiet } => {
            let planned = Planned::open(dir).map_err(input)?;
            merge(&planned, *no_plots, *quiet)
        }
    }
}

fn input(error: FolderError) -> Failure {
    match error {
        FolderError::Output(error) => Failure::Run(error.to_string()),
        other => Failure::Input(other.to_string()),
    }
}

fn fault(error: &OutputError) -> Failure {
    Failure::Run(error.to_string())
}

fn said(quiet: bool, text: String) -> String {
    if quiet { String::new() } else { text }
}

/// Plans a sweep, or finds the same one planned already. If `shared`, other shards of it may have been worked, and
/// `--force` replaces only another sweep.
fn plan(given: &str, flags: &SharedFlags, shared: bool) -> Result<Planned, Failure> {
    let sweep = read(given, &flags.sets()).map_err(|faults| check::failure(&faults))?;
    if !flags.quiet {
        for note in &sweep.notes {
            super::say(note);
        }
    }
    let hash = Plan::new(&sweep).0.hash;
    let path = flags.out.clone().unwrap_or_else(|| {
        ["output", &format!("sweep-{}-{}", sweep.name, &hash[..8])].iter().collect()
    });
    place(sweep, &hash, path, flags.force, shared)
}

fn place(
    sweep: Sweep,
    hash: &str,
    path: PathBuf,
    force: bool,
    shared: bool,
) -> Result<Planned, Failure> {
    if path.join(PLAN).is_file() && (!force || shared) {
        match Planned::open(&path) {
            Ok(there) if there.plan.hash == hash => return Ok(there),
            Err(error) if !force => return Err(input(error)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    // What a planning that was killed left is ours.
    let begun = |name: &String| name == SCENARIO || name == POINTS || name.ends_with(".partial");
    let planned = Planned::is_in(&path);
    if force && planned {
        clear(&path, &names)?;
    } else if path.exists() && !names.iter().all(begun) {
        let (path, way) = (path.display(), if planned { "--force to replace it, or " } else { "" });
        return Err(Failure::Input(format!(
            "error: {path} exists and is not this sweep\n  found: {}\n  allowed: an empty or new folder, or the same \
             sweep; give {way}another --out",
            if planned { "another sweep" } else { "files without the plan of a sweep" }
        )));
    }
    Planned::write(sweep, path).map_err(input)
}

/// Removes what a sweep left in a folder and nothing else; the plan last, so that what is half removed still is the
/// folder of a sweep.
fn clear(path: &Path, names: &[String]) -> Result<(), Failure> {
    let remove = |path: PathBuf| match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(fault(&OutputError::Io { path: path.display().to_string(), error }))
        }
        _ => Ok(()),
    };
    for (folder, endings) in [(LOGS, &["log"][..]), ("plots", &["svg", "png"][..])] {
        if !names.iter().any(|name| name == folder) {
            continue;
        }
        for entry in fs::read_dir(path.join(folder)).into_iter().flatten().flatten() {
            let file = entry.path();
            if file.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
                remove(file)?;
            }
        }
    }
    for name in [RESULTS, FAILED, SCENARIO, POINTS, PLAN] {
        remove(path.join(name))?;
    }
    Ok(())
}

/// The folder meant by `given`, or the sweep of that name, planned.
fn find(given: &str, flags: &SharedFlags, shared: bool) -> Result<Planned, Failure> {
    let path = Path::new(given);
    let folder = path.join(PLAN).is_file() || (path.is_dir() && shipped_text(given).is_none());
    if !folder {
        return plan(given, flags, shared);
    }
    let changes = !flags.sets().is_empty() || flags.out.is_some() || flags.force;
    if changes {
        return Err(Failure::Input(format!(
            "error: `{given}` is planned and stays as it is\n  found: a flag that changes the plan\n  allowed: \
             --shard, --threads, --no-plots, --quiet; plan again with `qonaq sweep plan` for another"
        )));
    }
    Planned::open(path).map_err(input)
}

fn run(given: &str, shard: Option<Shard>, flags: &SharedFlags) -> Result<String, Failure> {
    unused(flags)?;
    let planned = find(given, flags, shard.is_some())?;
    let part = shard.unwrap_or(Shard { index: 1, of: 1 });
    let known = Results::read(&planned, false).map_err(|e| fault(&e))?;
    let left = Left::of(&planned, &known, part);
    drop(known);
    let shown = planned.folder.path().display().to_string();
    let mut failed = 0;
    if left.units() > 0 {
        let base = base(&planned)?;
        let stop = Arc::new(AtomicBool::new(false));
        let signal = Arc::clone(&stop);
        // A second handler in one process is refused; the first one does.
        let _ = ctrlc::set_handler(move || signal.store(true, Ordering::Relaxed));
        let weeks = left.units() as u64 * u64::from(base.weeks + 1);
        let bar = progress_bar(flags.quiet, weeks);
        // A unit that panics is a failed unit: its words go to the log and not on screen.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let tell = |n: u64| bar.set_position(n);
        let done = work(&planned, &left, part, &base, threads(flags), &stop, &tell);
        std::panic::set_hook(hook);
        bar.finish_and_clear();
        let (ended, bad) = done.map_err(|e| Failure::Run(e.to_string()))?;
        failed = bad;
        if ended < left.units() {
            return Err(Failure::Interrupted(format!(
                "interrupted: {ended} of {} units more are kept in {shown}\nnext: qonaq sweep run {shown}",
                left.units()
            )));
        }
    }
    if shard.is_none() {
        // Merged even where nothing was left: shards may have ended since the last time.
        let told = merge(&planned, flags.no_plots, flags.quiet)?;
        let done = left.units() == 0 && !flags.quiet;
        return Ok(if done { format!("already done: {shown}\n") } else { told });
    }
    if failed > 0 {
        let known = Results::read(&planned, false).map_err(|e| fault(&e))?;
        return Err(Failure::Run(failures(&planned, &known)));
    }
    Ok(said(
        flags.quiet,
        format!(
            "shard {}/{} is done: {} units more in {shown}\nwhen all are: qonaq sweep merge {shown}\n",
            part.index,
            part.of,
            left.units()
        ),
    ))
}

fn threads(flags: &SharedFlags) -> usize {
    flags.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        |n| n as usize,
    )
}

/// The scenario with what all points share.
fn base(planned: &Planned) -> Result<Scenario, Failure> {
    let source = Source::Path(planned.folder.path().join(SCENARIO));
    let loaded = load(&source, &[]).map_err(|faults| check::failure(&faults))?;
    Ok(loaded.scenario)
}

/// What failed, in a few lines.
fn failures(planned: &Planned, known: &Results) -> String {
    let shown = planned.folder.path().display();
    let units = planned.plan.units();
    let mut text = format!("{} of {units} units failed; the rest was worked", known.errors.len());
    let mut told: Vec<&String> = Vec::new();
    let replicates = planned.plan.replicates as usize;
    for (at, error) in &known.errors {
        if !told.contains(&error) && told.len() < MOST_FAILURES {
            told.push(error);
            let _ = write!(
                text,
                "\n  point {}, replicate {}: {error}",
                at / replicates,
                at % replicates
            );
        }
    }
    let _ = write!(
        text,
        "\nall of them: {shown}/{FAILED} after a merge; try again: qonaq sweep run {shown}"
    );
    text
}

/// How many lines of the logs are of no use here; empty if none.
fn strangers(planned: &Planned, known: &Results) -> String {
    match known.strangers {
        0 => String::new(),
        n => {
            let logs = planned.folder.path().join(LOGS);
            let lines = if n == 1 { "line" } else { "lines" };
            format!("{n} {lines} in {} of no unit of this plan", logs.display())
        }
    }
}

fn merge(planned: &Planned, no_plots: bool, quiet: bool) -> Result<String, Failure> {
    let known = Results::read(planned, true).map_err(|e| fault(&e))?;
    let shown = planned.folder.path().display().to_string();
    if let Some(at) = known.conflict {
        let replicates = planned.plan.replicates as usize;
        return Err(Failure::Run(format!(
            "error: two different results of point {}, replicate {}\n  found: logs in {shown}/{LOGS} that disagree\n  \
             allowed: logs of one build of qonaq on one kind of machine",
            at / replicates,
            at % replicates
        )));
    }
    let lost = known.lost(planned).map_err(|e| fault(&e))?;
    let strangers = strangers(planned, &known);
    if lost > 0 {
        let none = if strangers.is_empty() { String::new() } else { format!("; {strangers}") };
        return Err(Failure::Input(format!(
            "error: {shown}/{RESULTS} holds more than the logs know; it stays as it is\n  found: {lost} finished units \
             without a line in {shown}/{LOGS}{none}\n  allowed: logs that know every finished unit of the table; \
             bring them back, or move the table away and work these units again"
        )));
    }
    if !strangers.is_empty() && !quiet {
        super::say(format_args!("note: {strangers}"));
    }
    known.write(planned).map_err(input)?;
    let base = base(planned)?;
    let own = baseline(planned);
    let charts = SweepInput {
        plan: &planned.plan,
        points: &planned.points,
        values: &known.values,
        own: &own,
        currency: &base.currency,
    };
    let mut first = None;
    if !no_plots && known.count(State::Done) > 0 {
        let plots = sweep_plots(&charts).map_err(|e| Failure::Run(e.to_string()))?;
        for (name, plot) in &plots {
            let put = |ending: &str, bytes: &[u8]| {
                planned.folder.write(&format!("plots/{name}.{ending}"), bytes)
            };
            put("svg", plot.svg.as_bytes()).map_err(|e| fault(&e))?;
            put("png", &plot.png).map_err(|e| fault(&e))?;
        }
        first = plots.first().map(|(name, _)| format!("look first: {shown}/plots/{name}.svg\n"));
    }
    let missing = known.count(State::Missing);
    if missing > 0 {
        return Err(Failure::Run(format!(
            "{missing} of {} units are missing; {shown}/{RESULTS} holds the others\nnext: qonaq sweep run {shown}",
            planned.plan.units()
        )));
    }
    if !known.errors.is_empty() {
        return Err(Failure::Run(failures(planned, &known)));
    }
    let look = first.unwrap_or_default();
    Ok(said(quiet, format!("{}\n\n{look}{shown}/{RESULTS}\n", sweep_summary(&charts))))
}

fn status(dir: &Path, unit: Option<&str>) -> Result<String, Failure> {
    let planned = Planned::open(dir).map_err(input)?;
    let plan = &planned.plan;
    if let Some(wanted) = unit {
        let replicates = plan.replicates;
        let all = (0..plan.points).flat_map(|p| (0..replicates).map(move |r| (p, r)));
        let mut found = all
            .map(|(p, r)| (planned.unit(p, r), p, r))
            .filter(|(id, ..)| !wanted.is_empty() && id.starts_with(wanted));
        let first = found.next();
        // Points with the same values have the same units: any of them is the run that is meant.
        return match &first {
            Some((id, point, replicate)) if found.all(|(other, ..)| other == *id) => {
                Ok(format!("{}\n", planned.replay(*point, *replicate)))
            }
            _ => Err(Failure::Input(format!(
                "error: no single unit is called `{wanted}`\n  found: {}\n  allowed: an id of the column `unit` of \
                 {RESULTS}, or how one of them begins",
                if first.is_none() { "none" } else { "several" }
            ))),
        };
    }
    let known = Results::read(&planned, false).map_err(|e| fault(&e))?;
    let (done, failed) = (known.count(State::Done), known.count(State::Failed));
    let mut text = format!(
        "{}: {}\n  {} points, {} replicates each: {} units of {}\n  done {done}, failed {failed}, to do {}\n",
        plan.name,
        plan.question,
        plan.points,
        plan.replicates,
        plan.units(),
        plan.scenario,
        known.count(State::Missing)
    );
    if known.strangers > 0 {
        let _ = writeln!(text, "  {}", strangers(&planned, &known));
    }
    if failed > 0 {
        let _ = writeln!(text, "\n{}", failures(&planned, &known));
    }
    let shown = dir.display();
    if done == plan.units() {
        let _ = writeln!(text, "next: qonaq sweep merge {shown}");
    } else {
        let _ = writeln!(text, "next: qonaq sweep run {shown}");
    }
    let last = (plan.points - 1, plan.replicates - 1);
    let _ = writeln!(
        text,
        "one unit by itself, here {} (any other: --unit ID):\n  {}",
        planned.unit(last.0, last.1),
        planned.replay(last.0, last.1)
    );
    Ok(text)
}
