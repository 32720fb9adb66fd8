//! `qonaq tournament`.

use super::variants::{Job, read};
use super::{Failure, SharedFlags};
use crate::cards::{Contradiction, switches};
use crate::ensemble::Variant;
use crate::ensemble::outcomes::Pairing;
use crate::ensemble::paired::Curve;
use crate::ensemble::tournament::{Duel, tournament as meet, tournament_csv, tournament_curves};
use crate::measure::Detail;
use crate::report::Quantity;
use crate::report::comparison::{columns, difference, pairs};

/// Set the readings of each contradiction against each other.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, or the name of a shipped scenario.
    scenario: String,
    /// Only these contradictions; without it those that are about this scenario, or all where none is.
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    #[command(flatten)]
    flags: SharedFlags,
}

const WIDTHS: [usize; 4] = [36, 18, 28, 14];

pub(super) fn tournament(args: &Args) -> Result<String, Failure> {
    let flags = &args.flags;
    let sets = flags.sets();
    let scenario = read(&args.scenario, &sets)?.scenario;
    let wanted = wanted(&args.only, &scenario.name)?;
    let mut variants: Vec<Variant> = Vec::new();
    let mut readings = Vec::new();
    let mut names = Vec::new();
    for contradiction in &wanted {
        let mut members = Vec::new();
        for reading in &contradiction.readings {
            let all: Vec<String> = sets.iter().cloned().chain(reading.sets(&scenario)).collect();
            let loaded = read(&args.scenario, &all)?;
            members.push(variants.len());
            names.push(reading.id.clone());
            variants
                .push(Variant { label: format!("{}-{}", contradiction.id, reading.id), loaded });
        }
        readings.push(members);
    }
    let ids: Vec<String> = wanted.iter().map(|c| c.id.clone()).collect();
    let mut job = Job::new("tournament", flags, variants, Detail::National)?;
    job.named(&scenario.name);
    if let Some(text) = job.done()? {
        return Ok(text);
    }
    let (runs, pool, clock) = job.run()?;
    let pairing = Pairing::new(&runs);
    let duels = pool.install(|| meet(&pairing, &readings));
    let mut files = job.open()?;
    files.put(
        "tournament.csv",
        tournament_csv(&duels, &ids, &names, runs.replicates()).as_bytes(),
    )?;
    files.put("curves.csv", tournament_curves(&duels, &ids, &names).as_bytes())?;
    if !flags.no_plots {
        for (c, contradiction) in wanted.iter().enumerate() {
            let curves: Vec<(String, &Curve)> = duels
                .iter()
                .filter(|d| d.contradiction == c && d.outcome == "tension")
                .map(|d| (format!("{} minus {}", names[d.b], names[d.a]), &d.curve))
                .collect();
            let title = format!("{} Difference in tension", contradiction.question);
            let plot = pairs(
                &format!("tension-{}", contradiction.id),
                &title,
                &runs,
                Quantity::Index,
                &curves,
            )
            .map_err(|e| Failure::Run(e.to_string()))?;
            files.plots(&[plot])?;
        }
    }
    files.finish(&runs, &clock)?;
    if flags.quiet {
        return Ok(String::new());
    }
    let mut lines = vec![format!(
        "Readings of {} contradictions on {}: {} weeks, {} runs of each with the same random numbers.",
        wanted.len(),
        scenario.name,
        scenario.weeks,
        runs.replicates()
    )];
    for (c, contradiction) in wanted.iter().enumerate() {
        lines.push(String::new());
        lines.push(contradiction.question.clone());
        for reading in &contradiction.readings {
            lines.push(format!("  {}: {}", reading.id, reading.claim));
        }
        let heads = ["Second minus first", "outcome", "verdict", "furthest"].map(String::from);
        lines.push(columns(&heads, &WIDTHS));
        lines.push("-".repeat(100));
        lines.extend(duels.iter().filter(|d| d.contradiction == c).map(|d| row(d, &names)));
    }
    lines.push(String::new());
    lines.push(
        "Differ: the band of the whole curve leaves out zero for at least four weeks in a row."
            .into(),
    );
    Ok(format!("{}\n\n{}\n", lines.join("\n"), job.folder.path().display()))
}

fn row(duel: &Duel, names: &[String]) -> String {
    let spans: Vec<String> = duel.curve.apart().iter().map(|(a, b)| format!("{a}-{b}")).collect();
    let verdict = if spans.is_empty() {
        "do not differ".to_owned()
    } else {
        format!("differ in weeks {}", spans.join(", "))
    };
    let furthest = duel.largest().map_or(String::new(), |(_, x)| difference(Quantity::Index, x, x));
    columns(
        &[
            format!("{}, {}", names[duel.a], names[duel.b]),
            duel.outcome.replace('_', " "),
            verdict,
            furthest,
        ],
        &WIDTHS,
    )
}

/// The contradictions asked for; without `--only` those that name this scenario, or all where none does.
fn wanted(only: &[String], scenario: &str) -> Result<Vec<&'static Contradiction>, Failure> {
    let all = &switches().contradiction;
    for id in only {
        if !all.iter().any(|c| c.id == *id) {
            let ids: Vec<&str> = all.iter().map(|c| c.id.as_str()).collect();
            return Err(super::unknown("contradiction", id, &ids));
        }
    }
    let named = all.iter().any(|c| c.scenario == scenario);
    let fits = |c: &&Contradiction| match only {
        [] => !named || c.scenario == scenario,
        ids => ids.contains(&c.id),
    };
    Ok(all.iter().filter(fits).collect())
}
