//! `report.html`: one file that opens from disk, prints, and needs no script and no network.

mod answer;
mod comparison;
mod events;
mod limits;
mod origins;
mod page;
mod policies;
mod regions;
mod shock;

use super::calendar::{Calendar, title};
use super::changes::{self, Row};
use super::figures::Gallery;
use super::text::escape;
use super::{PlotFile, ReportInput};
use crate::scenario::Scenario;
use crate::world::populate::rental_scale;
pub use comparison::comparison;
use page::Page;

/// What the sections are written from.
struct Material<'a> {
    input: &'a ReportInput<'a>,
    calendar: &'a Calendar,
    gallery: &'a Gallery<'a>,
    plots: &'a [(String, PlotFile)],
    /// Last week before the first wave.
    before: usize,
    /// National changes, clearest first.
    rows: Vec<Row>,
}

impl Material<'_> {
    /// Adds the named charts; says so where none of them could be drawn.
    fn figures(&self, page: &mut Page, names: &[&str]) {
        let mut none = true;
        for figure in self.gallery.figures.iter().filter(|f| names.contains(&f.name)) {
            none = false;
            let svg = self.plots.iter().find(|p| p.0 == figure.name).map(|p| p.1.svg.as_str());
            let caption = if svg.is_none() { &figure.alt } else { &figure.caption };
            page.figure(svg.unwrap_or_default(), caption);
        }
        if none {
            page.paragraph("soft", "This run measured nothing that belongs here.");
        }
    }

    /// The national change of an indicator without target.
    fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|r| r.indicator.id == id)
    }
}

/// The report. `plots` are the charts of [`super::plots`]; without them the captions stand alone.
pub fn html(input: &ReportInput, plots: &[(String, PlotFile)]) -> String {
    let scenario = input.scenario;
    let calendar = Calendar::new(scenario, input.bands.weeks);
    let gallery = Gallery::new(input, &calendar);
    let before = Calendar::week_before_waves(scenario, input.bands.weeks);
    let rows = changes::rows(input.bands, &scenario.listed, &scenario.listed_targets(), before);
    let material = Material { input, calendar: &calendar, gallery: &gallery, plots, before, rows };
    let mut page = Page::new();
    shock::question(&mut page, &material);
    shock::shock(&mut page, &material);
    answer::answer(&mut page, &material);
    answer::themes(&mut page, &material);
    regions::regions(&mut page, &material);
    origins::origins(&mut page, &material);
    limits::limits(&mut page, &material);
    page.finish(&format!("{}: what would happen", title(&scenario.name)), &heading(&material))
}

fn heading(m: &Material) -> String {
    let s = m.input.scenario;
    let agents = match weights(s) {
        (rental, other) if rental < other => format!(
            "one simulated household stands for {other:.0}, or for {rental:.0} where it rents or arrives"
        ),
        (_, other) if other > 1.0 => format!("one simulated household stands for {other:.0}"),
        _ => "every household is simulated".to_owned(),
    };
    format!(
        "<h1>{}</h1>\n<p class=\"soft\">{} from {}, {}, {} runs that \
         differ only in chance; {agents}. Amounts of money in {}.</p>\n",
        escape(&title(&s.name)),
        counted(m.input.bands.weeks as usize, "week"),
        m.calendar.date(0),
        counted(s.regions.len(), "region"),
        m.input.replicates,
        escape(&s.currency),
    )
}

/// Real households that one simulated household stands for: one that rents or arrives, and any other.
fn weights(scenario: &Scenario) -> (f64, f64) {
    (1.0 / rental_scale(scenario), 1.0 / scenario.scale)
}

/// A number with its noun, in the plural where needed.
fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
