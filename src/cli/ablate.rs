//! `qonaq ablate`.

use super::variants::{Job, read};
use super::{Failure, SharedFlags};
use crate::cards::{Off, switches};
use crate::ensemble::Variant;
use crate::ensemble::ablation::{Effect, ablate as take_out, ablation_csv};
use crate::ensemble::outcomes::{Pairing, Reducer};
use crate::ensemble::paired::Paired;
use crate::measure::{Detail, INDICATORS};
use crate::report::Quantity;
use crate::report::comparison::{columns, difference, effects, interval, like};

/// Take out each mechanism and claim by itself and see what that does.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, or the name of a shipped scenario.
    scenario: String,
    /// Take out only these, e.g. `--only blame rumours`; an unknown id lists all.
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    #[command(flatten)]
    flags: SharedFlags,
}

const WIDTHS: [usize; 5] = [30, 12, 26, 14, 14];

pub(super) fn ablate(args: &Args) -> Result<String, Failure> {
    let flags = &args.flags;
    let sets = flags.sets();
    let wanted = wanted(&args.only)?;
    let loaded = read(&args.scenario, &sets)?;
    let (scenario, hash) = (loaded.scenario.clone(), loaded.hash.clone());
    let mut variants = vec![Variant { label: scenario.name.clone(), loaded }];
    let mut idle = Vec::new();
    for off in wanted {
        let more = off.sets(&scenario);
        let all: Vec<String> = sets.iter().cloned().chain(more).collect();
        let loaded = read(&args.scenario, &all)?;
        if loaded.hash == hash {
            idle.push(off.id.as_str());
        } else {
            variants.push(Variant { label: off.id.clone(), loaded });
        }
    }
    if variants.len() == 1 {
        return Err(Failure::Input(format!(
            "error: nothing to take out\n  found: {} in `{}` as it is\n  allowed: a part that this scenario has",
            idle.join(", "),
            scenario.name
        )));
    }
    let job = Job::new("ablate", flags, variants, Detail::National)?;
    if let Some(text) = job.done()? {
        return Ok(text);
    }
    let (runs, pool, clock) = job.run()?;
    let pairing = Pairing::new(&runs);
    let found = pool.install(|| take_out(&pairing));
    let id = |e: &Effect| INDICATORS[usize::from(runs.plan.keys[e.k].indicator)].id;
    let of = |variant: usize, outcome: &str| -> Option<Paired> {
        let whole =
            |e: &&Effect| runs.plan.keys[e.k].target.is_none() && e.reducer == Reducer::Mean;
        found
            .iter()
            .filter(whole)
            .find(|e| e.variant == variant && id(e) == outcome)
            .map(|e| e.paired)
    };
    let (mut tension, unmoved): (Vec<_>, Vec<_>) = (1..runs.labels.len())
        .filter_map(|v| of(v, "tension").map(|p| (v, p)))
        .partition(|(_, p)| (p.lo, p.mean, p.hi) != (0.0, 0.0, 0.0));
    tension.sort_by(|a, b| b.1.mean.abs().total_cmp(&a.1.mean.abs()));
    let mut files = job.open()?;
    files.put("ablation.csv", ablation_csv(&pairing, &found).as_bytes())?;
    if !flags.no_plots {
        let bars: Vec<(String, Paired)> =
            tension.iter().map(|(v, p)| (runs.labels[*v].replace('-', " "), *p)).collect();
        let note = "Causal share: mean tension without the part minus mean tension as it is, with 95% intervals; pale \
                    bars are not resolved. Parts work together, so the bars do not add up.";
        let title =
            format!("What matters in {}: change of tension without each part", runs.labels[0]);
        let plot = effects("what-matters", &title, Quantity::Index, &bars, note)
            .map_err(|e| Failure::Run(e.to_string()))?;
        files.plots(&[plot])?;
    }
    files.finish(&runs, &clock)?;
    if flags.quiet {
        return Ok(String::new());
    }
    let mut lines = vec![
        format!(
            "Causal share: {} without each part, against the scenario as it is.",
            runs.labels[0]
        ),
        format!(
            "Means over {} weeks and {} runs with the same random numbers; largest effect on tension first.",
            scenario.weeks,
            runs.replicates()
        ),
        String::new(),
        columns(
            &["Without", "tension", "95% interval", "incidents", "asking rent"].map(String::from),
            &WIDTHS,
        ),
        "-".repeat(100),
    ];
    for (v, p) in &tension {
        let range =
            if p.resolved() { interval(Quantity::Index, p) } else { "not resolved".to_owned() };
        let other = |outcome: &str, quantity: Quantity| match of(*v, outcome) {
            Some(p) if p.resolved() => difference(quantity, p.mean, like(&p)),
            _ => "not resolved".to_owned(),
        };
        lines.push(columns(
            &[
                runs.labels[*v].clone(),
                difference(Quantity::Index, p.mean, like(p)),
                range,
                other("incidents", Quantity::Count),
                other("asking_rent", Quantity::Money),
            ],
            &WIDTHS,
        ));
    }
    let unmoved: Vec<&str> = unmoved.iter().map(|(v, _)| runs.labels[*v].as_str()).collect();
    for (what, ids) in [("Tension is the same without", unmoved), ("Not in this scenario", idle)] {
        if !ids.is_empty() {
            lines.push(String::new());
            lines.push(format!("{what}: {}.", ids.join(", ")));
        }
    }
    Ok(format!("{}\n\n{}\n", lines.join("\n"), job.folder.path().display()))
}

fn wanted(only: &[String]) -> Result<Vec<&'static Off>, Failure> {
    let all = &switches().off;
    for id in only {
        if !all.iter().any(|o| o.id == *id) {
            let ids: Vec<&str> = all.iter().map(|o| o.id.as_str()).collect();
            return Err(super::unknown("part", id, &ids));
        }
    }
    Ok(all.iter().filter(|o| only.is_empty() || only.contains(&o.id)).collect())
}
