//! Response charts: how an outcome goes with an input, with its spread.

use super::axis::{Frame, Range};
use super::drawing::{Anchor, Colour, Drawing, Point, SMALL, WIDTH};
use super::panels::{RIGHT, draw_legend};
use super::style::{INK, SOFT, look, marker};
use super::{MARGIN, draw_note, draw_title, font};
use crate::engine::math::ln;
use crate::measure::Band;
use crate::report::text::Quantity;

/// Values of an input that get a tick each; more of them get round ticks.
const FEW: usize = 7;
/// Room between two panels, pixels.
const GAP: f64 = 24.0;
/// Room below a panel, for its axis.
const ROOM: f64 = 56.0;
/// Height of a row of counts below an axis.
const LINE: f64 = SMALL + 2.0;

/// How the values of an input lie on their axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// By their size.
    Linear,
    /// By the logarithm of their size.
    Log,
    /// Side by side; the value is a position in these names.
    Names(Vec<String>),
}

/// Spread of the outcome at one value of an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The value.
    pub x: f64,
    /// The spread; undefined where fewer than half of the runs have a value, since those that have none by the end
    /// would be among the highest.
    pub band: Band,
    /// Runs, whether they have a value or not.
    pub runs: u32,
}

impl Mark {
    /// From the outcome of every run, NaN where it has none.
    pub fn of(x: f64, values: impl Iterator<Item = f64>) -> Self {
        let all: Vec<f64> = values.collect();
        let (mut band, runs) = (Band::of(all.iter().copied()), all.len() as u32);
        if 2 * band.n < runs {
            band = Band { n: band.n, ..Band::of(std::iter::empty()) };
        }
        Self { x, band, runs }
    }

    /// Whether some runs have no value.
    pub fn is_partial(&self) -> bool {
        self.band.n < self.runs
    }

    /// E.g. `1 of 6`.
    pub fn counted(&self) -> String {
        format!("{} of {}", self.band.n, self.runs)
    }
}

/// One line of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Name in the legend; empty for none.
    pub label: String,
    /// By rising value of the input.
    pub at: Vec<Mark>,
}

/// One plotting area.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponsePanel {
    /// The input, below the axis.
    pub input: String,
    /// Its axis.
    pub axis: Axis,
    /// Lines.
    pub responses: Vec<Response>,
}

/// A chart of one outcome, a panel for each input; all share the axis of the outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseChart {
    /// What is shown.
    pub title: String,
    /// How values of the outcome are written.
    pub quantity: Quantity,
    /// Panels, row by row.
    pub panels: Vec<ResponsePanel>,
    /// What the reader has to know beyond lines and bands.
    pub note: String,
}

/// How much of the spread is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Spread {
    Both,
    Outer,
    Inner,
}

impl ResponseChart {
    fn spread(&self) -> Spread {
        match self.panels.iter().map(|p| p.responses.len()).max() {
            Some(0..=1) | None => Spread::Both,
            Some(2) => Spread::Outer,
            Some(_) => Spread::Inner,
        }
    }

    fn legend(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for response in self.panels.iter().flat_map(|p| &p.responses) {
            if !response.label.is_empty() && !names.contains(&response.label.as_str()) {
                names.push(&response.label);
            }
        }
        names
    }

    fn range(&self) -> Range {
        let spread = self.spread();
        let bands = self.panels.iter().flat_map(|p| &p.responses).flat_map(|r| &r.at);
        let ends = bands.flat_map(|Mark { band, .. }| match spread {
            Spread::Inner => [band.q25, band.q75],
            Spread::Both | Spread::Outer => [band.q05, band.q95],
        });
        Range::of(ends, self.quantity, 4.0)
    }

    /// Lays the chart out.
    pub(super) fn layout(&self) -> Drawing {
        let mut drawing = Drawing::new(0.0);
        let mut y = draw_title(&mut drawing, &self.title);
        let names = self.legend();
        if names.len() > 1 {
            y = draw_legend(&mut drawing, y, &names);
        }
        let range = self.range();
        let labels = range.ticks().map(|v| self.quantity.tick(v, range.step));
        let left = MARGIN + 8.0 + labels.map(|t| font::width(&t, SMALL)).fold(0.0, f64::max);
        let columns = self.panels.len().clamp(1, 2);
        let height = if columns == 1 { 310.0 } else { 165.0 };
        let counts = self.panels.iter().map(|p| p.partial().count()).max().unwrap_or(0);
        let (below, room) = (LINE * counts as f64, ROOM + LINE * counts as f64);
        let gaps = GAP * (columns - 1) as f64;
        let width = (WIDTH - left - RIGHT - gaps) / columns as f64;
        for (i, panel) in self.panels.iter().enumerate() {
            let (row, column) = (i / columns, i % columns);
            let at =
                (left + column as f64 * (width + GAP), y + 10.0 + row as f64 * (height + room));
            let frame = Frame { at, width, height, weeks: 1, range: range.clone() };
            let under = (at.0 + width / 2.0, at.1 + height + 33.0 + below);
            let input = font::fit(&panel.input, SMALL, width);
            drawing.text(under, &input, Anchor::Middle, SOFT);
            frame.draw_values(&mut drawing, self.quantity, column == 0);
            panel.draw(&mut drawing, &frame, &names, self.spread());
        }
        y += 10.0 + self.panels.len().div_ceil(columns) as f64 * (height + room);
        let bands = match self.spread() {
            Spread::Both => "Dark band: middle half of runs; light band: 5% to 95% of runs.",
            Spread::Outer => "Bands: 5% to 95% of runs.",
            Spread::Inner => "Bands: middle half of runs.",
        };
        let zero = if range.low > 0.0 { " The value axis does not start at 0." } else { "" };
        let counts = if counts == 0 {
            ""
        } else {
            " Below the axis: how many of how many runs have a value where not all have; the rest had none by the end, \
             failed or were not run. No median where fewer than half have one."
        };
        let note = format!("Lines: median of runs. {bands} {}{zero}{counts}", self.note);
        y = draw_note(&mut drawing, y, &note);
        drawing.height = y + 8.0;
        drawing
    }
}

impl ResponsePanel {
    /// Where a value lies on the axis, before it is stretched to the frame.
    fn place(&self, x: f64) -> f64 {
        if self.axis == Axis::Log { ln(x) } else { x }
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.responses.iter().flat_map(|r| &r.at)
    }

    /// Lines with markers at which not all runs have a value.
    fn partial(&self) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter(|r| r.at.iter().any(Mark::is_partial))
    }

    /// Position of each value from 0 to 1.
    fn ends(&self) -> (f64, f64) {
        let places = || self.marks().map(|mark| self.place(mark.x));
        let (low, high) =
            (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
        if low < high { (low, high) } else { (low - 0.5, low + 0.5) }
    }

    /// Ticks: their value and label.
    fn ticks(&self, low: f64, high: f64) -> Vec<(f64, String)> {
        let mut values: Vec<f64> = self.marks().map(|mark| mark.x).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        match &self.axis {
            Axis::Names(names) => {
                let name = |x: &f64| names.get(*x as usize).cloned().unwrap_or_default();
                values.iter().map(|x| (*x, name(x))).collect()
            }
            _ if values.len() <= FEW => values.iter().map(|x| (*x, short(*x))).collect(),
            Axis::Linear => {
                let range = Range::of([low, high].into_iter(), Quantity::Index, 5.0);
                let inside = range.ticks().filter(|x| (low..=high).contains(x));
                inside.map(|x| (x, Quantity::Scale.tick(x, range.step))).collect()
            }
            Axis::Log => {
                let middle = values[values.len() / 2];
                [values[0], middle, values[values.len() - 1]].map(|x| (x, short(x))).into()
            }
        }
    }

    fn draw(&self, drawing: &mut Drawing, frame: &Frame, names: &[&str], spread: Spread) {
        let bottom = frame.at.1 + frame.height;
        drawing.line(&[(frame.at.0, bottom), (frame.at.0 + frame.width, bottom)], INK, 1.0, &[]);
        if !self.marks().any(|mark| mark.band.q50.is_finite()) {
            let middle = (frame.at.0 + frame.width / 2.0, frame.at.1 + frame.height / 2.0);
            let text = if self.partial().count() == 0 { "no data" } else { "no median" };
            drawing.text(middle, text, Anchor::Middle, SOFT);
        }
        if self.marks().count() == 0 {
            return;
        }
        let (low, high) = self.ends();
        // A margin, so that the first and last markers are not on the frame.
        let x = |value: f64| frame.x(0.03 + 0.94 * (self.place(value) - low) / (high - low));
        let mut labels = Vec::new();
        for (value, label) in self.ticks(low, high) {
            drawing.line(&[(x(value), bottom), (x(value), bottom + 5.0)], INK, 1.0, &[]);
            labels.push((x(value), label));
        }
        write_row(drawing, frame, bottom + 15.0, &labels, INK);
        let number = |r: &Response| names.iter().position(|n| *n == r.label).unwrap_or(0);
        for (row, response) in self.partial().enumerate() {
            let partial = response.at.iter().filter(|mark| mark.is_partial());
            let counts: Vec<(f64, String)> = partial.map(|m| (x(m.x), m.counted())).collect();
            let ink = if names.len() > 1 { look(number(response)).colour } else { SOFT };
            write_row(drawing, frame, bottom + 15.0 + LINE * (row + 1) as f64, &counts, ink);
        }
        for response in &self.responses {
            let colour = look(number(response)).colour;
            let known: Vec<&Mark> = response.at.iter().filter(|m| m.band.q50.is_finite()).collect();
            let edge = |low: fn(&Band) -> f64, high: fn(&Band) -> f64| -> Vec<Point> {
                let there = known.iter().map(|m| (x(m.x), frame.y(high(&m.band))));
                let back = known.iter().rev().map(|m| (x(m.x), frame.y(low(&m.band))));
                there.chain(back).collect()
            };
            if spread != Spread::Inner {
                drawing.area(edge(|b| b.q05, |b| b.q95), colour, 0.18);
            }
            if spread != Spread::Outer {
                drawing.area(edge(|b| b.q25, |b| b.q75), colour, 0.25);
            }
        }
        for response in &self.responses {
            let look = look(number(response));
            let known = response.at.iter().filter(|m| m.band.q50.is_finite());
            let points: Vec<Point> = known.map(|m| (x(m.x), frame.y(m.band.q50))).collect();
            drawing.line(&points, look.colour, 2.2, look.dash);
            for point in points {
                marker(drawing, point, look);
            }
        }
    }
}

/// Texts in a row below a frame, each at its place or a little inside; what would touch the one before is left out.
fn write_row(drawing: &mut Drawing, frame: &Frame, y: f64, labels: &[(f64, String)], ink: Colour) {
    // Half of the gap to the next panel may be used.
    let (left, right) = (frame.at.0 - GAP / 2.0, frame.at.0 + frame.width + GAP / 2.0);
    let right = right.min(WIDTH - 4.0);
    let mut free = left;
    for (x, label) in labels {
        let label = font::fit(label, SMALL, right - left);
        let half = font::width(&label, SMALL) / 2.0;
        let middle = x.min(right - half).max(left + half);
        if middle - half >= free {
            drawing.text((middle, y), &label, Anchor::Middle, ink);
            free = middle + half + 6.0;
        }
    }
}

/// A value of an input: as it is, or to three digits where that is long.
pub fn short(x: f64) -> String {
    let text = x.to_string();
    if text.len() <= 7 {
        return text;
    }
    let rough = format!("{x:.2e}");
    let size: i32 = rough.rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0);
    if !(-4..6).contains(&size) {
        return rough;
    }
    let text = format!("{x:.0$}", (2 - size).max(0) as usize);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(axis: Axis, values: &[f64]) -> ResponsePanel {
        let at = values.iter().map(|x| Mark::of(*x, [*x, x + 1.0].into_iter())).collect();
        let responses = vec![Response { label: String::new(), at }];
        ResponsePanel { input: "input".into(), axis, responses }
    }

    #[test]
    fn few_values_have_a_tick_each_and_names_their_name() {
        let few = panel(Axis::Linear, &[0.0, 15.0, 60.0]);
        let labels = |p: &ResponsePanel| -> Vec<String> {
            p.ticks(0.0, 60.0).into_iter().map(|t| t.1).collect()
        };
        assert_eq!(labels(&few), ["0", "15", "60"]);
        let names = panel(Axis::Names(vec!["low".into(), "high".into()]), &[0.0, 1.0]);
        assert_eq!(labels(&names), ["low", "high"]);
    }

    #[test]
    fn many_values_have_round_ticks_inside_their_range() {
        let many: Vec<f64> = (0..20).map(|i| f64::from(i) * 0.37).collect();
        let ticks = panel(Axis::Linear, &many).ticks(0.0, 7.03);
        assert!(ticks.len() >= 3 && ticks.iter().all(|t| (0.0..=7.03).contains(&t.0)));
    }

    #[test]
    fn a_chart_without_any_value_says_so() {
        assert!(drawn(panel(Axis::Linear, &[])).contains("no data"));
    }

    fn drawn(panel: ResponsePanel) -> String {
        let chart = ResponseChart {
            title: "t".into(),
            quantity: Quantity::Count,
            panels: vec![panel],
            note: String::new(),
        };
        format!("{:?}", chart.layout().marks)
    }

    #[test]
    fn a_chart_says_how_many_runs_have_a_value_where_not_all_have() {
        let mut half = panel(Axis::Linear, &[1.0, 2.0]);
        assert!(!drawn(half.clone()).contains("by the end"));
        let mostly = [f64::NAN, f64::NAN, 4.0].into_iter();
        half.responses[0].at.push(Mark::of(3.0, mostly));
        let marks = drawn(half);
        assert!(marks.contains("1 of 3") && marks.contains("by the end"), "{marks}");
    }

    #[test]
    fn values_read_like_numbers_and_labels_that_touch_are_left_out() {
        let texts =
            [0.128_965_517, 1.638_000_1, 12_345.678_9, 1.5e-7 / 3.0, 2.5e8 / 3.0, 7.0 * 1.1];
        assert_eq!(texts.map(short), ["0.129", "1.64", "12346", "5.00e-8", "8.33e7", "7.7"]);
        let close = drawn(panel(Axis::Linear, &[0.0, 4.001, 4.002, 9.0]));
        assert!(close.contains("4.001") && !close.contains("4.002"), "{close}");
    }
}
