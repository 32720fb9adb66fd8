//! What people look at: charts, maps, the report page and the table at the end of a run.
//!
//! Everything is a pure function of the scenario and the bands: no draws, no clock, no host.

mod calendar;
mod changes;
mod charts;
pub mod comparison;
mod figures;
#[cfg(test)]
mod fixture;
mod html;
mod summary;
mod sweep;
mod sweep_text;
mod text;
mod trace;
pub(crate) mod vocabulary;

pub use charts::RenderError;
pub use html::{comparison as comparison_html, html};
pub use summary::summary;
pub use sweep::{SweepInput, sweep_plots};
pub use sweep_text::sweep_summary;
pub use text::Quantity;
pub use trace::{trace_plots, trace_summary};

use rayon::prelude::*;

use crate::measure::Bands;
use crate::scenario::Scenario;
use calendar::Calendar;

/// What a report is made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReportInput<'a> {
    /// The scenario as it was run.
    pub scenario: &'a Scenario,
    /// Bands over the finished replicates.
    pub bands: &'a Bands,
    /// Hash of the resolved scenario, hexadecimal.
    pub hash: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// Finished replicates.
    pub replicates: u32,
}

/// One chart in both formats.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotFile {
    /// SVG text.
    pub svg: String,
    /// PNG bytes, 1,800 pixels wide.
    pub png: Vec<u8>,
}

/// All charts that the bands allow, each with its file name without extension, in reading order.
///
/// # Errors
/// If a chart cannot be drawn; with the bundled font in place this does not happen.
pub fn plots(input: &ReportInput) -> Result<Vec<(String, PlotFile)>, RenderError> {
    let calendar = Calendar::new(input.scenario, input.bands.weeks);
    let gallery = figures::Gallery::new(input, &calendar);
    gallery
        .figures
        .par_iter()
        .map(|figure| {
            let (svg, png) = figure.chart.render(figure.name, &figure.alt)?;
            Ok((figure.name.to_owned(), PlotFile { svg, png }))
        })
        .collect()
}

#[cfg(test)]
mod tests;
