//! `qonaq check`.

use std::fmt::Write as _;

use super::Failure;
use crate::scenario::{Diagnostic, Loaded, Source, load};

/// Check a scenario and say what it holds.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, or the name of a shipped scenario.
    scenario: String,
    /// Change one value first, e.g. `weeks=20`.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
}

pub(super) fn check(args: &Args) -> Result<String, Failure> {
    let loaded =
        load(&Source::named(&args.scenario), &args.set).map_err(|faults| failure(&faults))?;
    let mut out = String::new();
    for note in &loaded.notes {
        let _ = writeln!(out, "{note}");
    }
    out.push_str(&summary(&loaded));
    Ok(out)
}

/// All messages and how many there are, as a failure of the command.
pub(super) fn failure(faults: &[Diagnostic]) -> Failure {
    let mut text = String::new();
    for fault in faults {
        let _ = writeln!(text, "{fault}");
    }
    let plural = if faults.len() == 1 { "" } else { "s" };
    let _ = write!(text, "{} error{plural}", faults.len());
    Failure::Input(text)
}

fn summary(loaded: &Loaded) -> String {
    let s = &loaded.scenario;
    let people: f64 = s.regions.iter().map(|region| region.population).sum();
    let households: f64 = s.regions.iter().map(|r| r.population / r.household_size).sum();
    // An empty sum of floats is minus zero.
    let arriving: f64 = s.waves.iter().flat_map(|wave| &wave.daily).sum::<f64>() + 0.0;
    let mut out = format!("ok: {}\n  {}\n", s.name, s.question);
    let _ = writeln!(
        out,
        "  {} weeks from {}, {} replicates, scale {}, seed {}",
        s.weeks, s.start, s.replicates, s.scale, s.seed
    );
    let _ = writeln!(
        out,
        "  {} regions, {people:.0} people in {households:.0} households ({:.0} agents), {} groups",
        s.regions.len(),
        households * s.scale,
        s.groups.len()
    );
    let _ = writeln!(
        out,
        "  waves: {} ({arriving:.0} potential arrivals), shocks: {}, levers: {}",
        s.waves.len(),
        s.shocks.len(),
        s.levers.len()
    );
    let _ = writeln!(out, "  resolved hash {}", loaded.hash);
    out
}
