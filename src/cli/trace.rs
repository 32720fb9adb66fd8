//! `qonaq trace`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::{Failure, SharedFlags, check};
use crate::engine::replicate;
use crate::ensemble::{Manifest, OutputError, RunFolder, RunState, write_trace};
use crate::measure::contributions::{Subject, trace};
use crate::report;
use crate::scenario::{Loaded, Scenario, Source, load, nearest};
use crate::world::{Setting, find_household, household_name};

/// Trace what changed a household or a region, week by week: shares of fear, hostility, trust, income and
/// tension that add up.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, or the name of a shipped scenario.
    scenario: String,
    #[command(flatten)]
    whom: Whom,
    /// Number of the replicate, from 0.
    #[arg(long, value_name = "N", default_value_t = 0)]
    replicate: u32,
    #[command(flatten)]
    flags: SharedFlags,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Whom {
    /// A household: R-REGION-NUMBER for residents, A-WAVE-DAY-NUMBER for arrivals.
    #[arg(long, value_name = "ADDRESS")]
    household: Option<String>,
    /// A region by its code, or `all` for the country; also lists households that changed most.
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn run(args: &Args) -> Result<String, Failure> {
    let clock = Instant::now();
    let flags = &args.flags;
    let loaded = load(&Source::named(&args.scenario), &flags.sets())
        .map_err(|faults| check::failure(&faults))?;
    let region = match &args.whom.region {
        Some(code) => Some(find_region(&loaded.scenario, code)?),
        None => None,
    };
    let whom = args.whom.household.as_ref().or(args.whom.region.as_ref());
    let detail = format!("trace {}, replicate {}", whom.map_or("", |w| w.as_str()), args.replicate);
    let folder = RunFolder::new(flags.out.clone().unwrap_or_else(|| folder_of(&loaded, &detail)));
    let state = folder
        .state(&loaded.hash, VERSION, flags.force)
        .map_err(|e| Failure::Input(e.to_string()))?;
    if let RunState::Done(manifest) = state {
        if manifest.detail != detail {
            let path = folder.path().display().to_string();
            return Err(Failure::Input(OutputError::Occupied { path }.to_string()));
        }
        if flags.no_plots || manifest.files.keys().any(|name| name.starts_with("plots/")) {
            return Ok(said(flags, format!("already done: {}\n", folder.path().display())));
        }
    }
    let stop = Arc::new(AtomicBool::new(false));
    let signal = Arc::clone(&stop);
    // A second handler in one process is refused; the first one does.
    let _ = ctrlc::set_handler(move || signal.store(true, Ordering::Relaxed));
    let threads = flags.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        |n| n as usize,
    );
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Failure::Run(format!("no threads: {e}")))?;
    let (resolved, hash) = (loaded.resolved, loaded.hash);
    let (setting, week0) = pool.install(|| replicate::week0(loaded.scenario));
    let subject = match (&args.whom.household, region) {
        (Some(address), _) => Subject::Household(
            find_household(&setting, address).map_err(|e| Failure::Input(e.to_string()))?,
        ),
        (None, region) => Subject::Region(region.flatten()),
    };
    let traced = pool
        .install(|| trace(&setting, &week0, args.replicate, subject, &stop))
        .ok_or_else(|| Failure::Interrupted("interrupted before the replicate ended".into()))?;

    let fault = |e: OutputError| Failure::Run(e.to_string());
    let stale = folder.listed();
    folder.remove("manifest.json").map_err(fault)?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    files.extend(write_trace(&folder, &traced).map_err(fault)?);
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), Failure> {
        files.insert(name.to_owned(), folder.write(name, bytes).map_err(fault)?);
        Ok(())
    };
    put("scenario.resolved.toml", resolved.as_bytes())?;
    if !flags.no_plots {
        let plots = report::trace_plots(&setting.scenario, &traced)
            .map_err(|e| Failure::Run(e.to_string()))?;
        for (name, plot) in &plots {
            put(&format!("plots/{name}.svg"), plot.svg.as_bytes())?;
            put(&format!("plots/{name}.png"), &plot.png)?;
        }
    }
    for name in stale {
        if !files.contains_key(&name) {
            folder.remove(&name).map_err(fault)?;
        }
    }
    let manifest = Manifest {
        qonaq_version: VERSION.into(),
        scenario: setting.scenario.name.clone(),
        resolved_hash: hash,
        seed: setting.scenario.seed,
        detail,
        replicates: 1,
        replicates_finished: 1,
        complete: true,
        files,
        final_state: vec![traced.state_hash.clone()],
        variants: Vec::new(),
    };
    let timings = serde_json::json!({
        "threads": threads,
        "households": setting.households(),
        "total_s": clock.elapsed().as_secs_f64(),
    });
    super::run::write_json(&folder, "timings.json", &timings)?;
    super::run::write_json(&folder, "manifest.json", &manifest)?;
    let mut text = report::trace_summary(&setting.scenario, &traced);
    text.push_str(&most_moved(&setting, &args.scenario, &traced.moved));
    let _ = writeln!(text, "{}", folder.path().display());
    Ok(said(flags, text))
}

fn said(flags: &SharedFlags, text: String) -> String {
    if flags.quiet { String::new() } else { text }
}

/// Households to look at next.
fn most_moved(setting: &Setting, scenario: &str, moved: &[(usize, f64)]) -> String {
    let Some((first, _)) = moved.first() else { return String::new() };
    let mut text = String::from("\nHouseholds here whose hostility changed most:");
    for (i, change) in moved {
        let sign = if *change < 0.0 { '−' } else { '+' };
        let _ = write!(text, "\n  {:<32}{sign}{:.3}", household_name(setting, *i), change.abs());
    }
    let name = household_name(setting, *first);
    let _ = writeln!(text, "\nNext: qonaq trace {scenario} --household {name}\n");
    text
}

/// Position of the region with this code; nothing for `all`.
fn find_region(scenario: &Scenario, code: &str) -> Result<Option<usize>, Failure> {
    if code == "all" {
        return Ok(None);
    }
    let codes: Vec<&str> = scenario.regions.iter().map(|r| r.code.as_str()).collect();
    if let Some(at) = codes.iter().position(|c| *c == code) {
        return Ok(Some(at));
    }
    let near = nearest(code, codes.iter().copied())
        .map_or(String::new(), |near| format!("\n  help: did you mean `{near}`?"));
    Err(Failure::Input(format!(
        "there is no region `{code}`\n  allowed: all, {}{near}",
        codes.join(", ")
    )))
}

fn folder_of(loaded: &Loaded, detail: &str) -> PathBuf {
    let plain: String =
        detail.chars().filter(|c| *c != ',').map(|c| if c == ' ' { '-' } else { c }).collect();
    let name = format!("{}-{}-{plain}", loaded.scenario.name, &loaded.hash[..8]);
    ["output", &name].iter().collect()
}
