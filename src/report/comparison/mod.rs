//! What people look at after `compare`, `ablate` and `tournament`: charts, the page, tables on screen.

mod figures;
mod screen;
mod words;

pub use screen::{columns, summary};
pub use words::{Told, difference, interval, label, like, set_apart, told};

pub(super) use figures::{calendar, figures};
pub(super) use screen::{cost_words, harm_name};

use rayon::prelude::*;

use super::charts::RenderError;
use super::charts::{Bar, BarChart, Chart};
use super::text::Quantity;
use super::{PlotFile, charts};
use crate::ensemble::Runs;
use crate::ensemble::comparison::Against;
use crate::ensemble::paired::{Curve, Paired};

/// What the report of a comparison is made from.
#[derive(Debug, Clone, Copy)]
pub struct ComparisonInput<'a> {
    /// Finished runs; the first scenario is the baseline.
    pub runs: &'a Runs,
    /// The others against it.
    pub found: &'a [Against],
    /// Hash over all resolved scenarios.
    pub hash: &'a str,
    /// Version of the program.
    pub version: &'a str,
}

/// Charts of a comparison, each with its file name without extension, in reading order.
///
/// # Errors
/// If a chart cannot be drawn; with the bundled font in place this does not happen.
pub fn plots(input: &ComparisonInput<'_>) -> Result<Vec<(String, PlotFile)>, RenderError> {
    let calendar = calendar(input);
    figures(input, &calendar)
        .par_iter()
        .map(|figure| render(figure.name, &figure.alt, &figure.chart))
        .collect()
}

fn render(
    name: &str,
    alt: &str,
    chart: &charts::Chart<'_>,
) -> Result<(String, PlotFile), RenderError> {
    let (svg, png) = chart.render(name, alt)?;
    Ok((name.to_owned(), PlotFile { svg, png }))
}

/// A bar chart of effects with their 95 % intervals. `quantity` says how values are written.
///
/// # Errors
/// If the chart cannot be drawn.
pub fn effects(
    name: &str,
    title: &str,
    quantity: Quantity,
    effects: &[(String, Paired)],
    note: &str,
) -> Result<(String, PlotFile), RenderError> {
    let bar = |(label, p): &(String, Paired)| Bar {
        label: label.clone(),
        mean: p.mean,
        lo: p.lo,
        hi: p.hi,
    };
    let bars: Vec<Bar> = effects.iter().map(bar).collect();
    let told: Vec<String> = effects
        .iter()
        .map(|(label, p)| format!("{label} {}", difference(quantity, p.mean, like(p))))
        .collect();
    let chart = BarChart { title: title.to_owned(), quantity, bars, note: note.to_owned() };
    render(name, &format!("{title}: {}.", told.join("; ")), &Chart::Bars(chart))
}

/// Curves of one indicator for several pairs, one panel a pair, on the dates of the baseline of `runs`.
///
/// # Errors
/// If the chart cannot be drawn.
pub fn pairs(
    name: &str,
    title: &str,
    runs: &Runs,
    quantity: Quantity,
    pairs: &[(String, &Curve)],
) -> Result<(String, PlotFile), RenderError> {
    let calendar = super::calendar::Calendar::new(runs.baseline(), runs.baseline().weeks);
    let panel = |(heading, curve): &(String, &'_ Curve)| (heading.clone(), (*curve).clone());
    let owned: Vec<(String, Curve)> = pairs.iter().map(panel).collect();
    let panels = owned
        .iter()
        .map(|(heading, curve)| charts::DifferencePanel {
            heading: heading.clone(),
            quantity,
            curves: vec![(String::new(), curve)],
        })
        .collect();
    let replicates = runs.replicates();
    let chart = charts::DifferenceChart {
        title: title.to_owned(),
        panels,
        calendar: &calendar,
        replicates,
    };
    render(name, title, &Chart::Differences(chart))
}
