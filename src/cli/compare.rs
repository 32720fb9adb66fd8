//! `qonaq compare`.

use super::variants::{Job, VERSION, labels, read};
use super::{Failure, SharedFlags};
use crate::ensemble::comparison::compare as pair;
use crate::ensemble::outcomes::Pairing;
use crate::ensemble::{Variant, write_comparison};
use crate::report::comparison::{ComparisonInput, plots, summary};
use crate::report::comparison_html;

/// Compare scenarios with a baseline, run by run with the same random numbers.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The baseline, then what is compared with it: files, or names of shipped scenarios.
    #[arg(required = true, num_args = 2.., value_names = ["BASELINE", "OTHER"])]
    scenarios: Vec<String>,
    #[command(flatten)]
    flags: SharedFlags,
}

pub(super) fn compare(args: &Args) -> Result<String, Failure> {
    let flags = &args.flags;
    let sets = flags.sets();
    let loaded =
        args.scenarios.iter().map(|name| read(name, &sets)).collect::<Result<Vec<_>, _>>()?;
    let variants: Vec<Variant> = labels(&args.scenarios, &loaded)
        .into_iter()
        .zip(loaded)
        .map(|(label, loaded)| Variant { label, loaded })
        .collect();
    let job = Job::new("compare", flags, variants, flags.detail)?;
    if let Some(text) = job.done()? {
        return Ok(text);
    }
    let (runs, pool, clock) = job.run()?;
    let found = pool.install(|| pair(&Pairing::new(&runs)));
    let input = ComparisonInput { runs: &runs, found: &found, hash: &job.hash, version: VERSION };
    let mut files = job.open()?;
    files.add(write_comparison(&job.folder, &runs, &found))?;
    files.put("indicators.csv", crate::ensemble::indicators_csv().as_bytes())?;
    if !flags.no_plots {
        let plots = pool.install(|| plots(&input)).map_err(|e| Failure::Run(e.to_string()))?;
        files.plots(&plots)?;
        files.put("report.html", comparison_html(&input, &plots).as_bytes())?;
    }
    files.finish(&runs, &clock)?;
    if flags.quiet {
        return Ok(String::new());
    }
    let page = if flags.no_plots { "" } else { "read first: report.html in the folder\n" };
    Ok(format!("{}\n{page}{}\n", summary(&input), job.folder.path().display()))
}
