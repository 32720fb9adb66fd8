//! Response charts: how an outcome goes with an input, with its spread.

use super::axis::{Frame, Range};
use super::drawing::{Anchor, Drawing, Point, SMALL, WIDTH};
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

/// One line of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Name in the legend; empty for none.
    pub label: String,
    /// Value of the input and spread of the outcome there, by rising value.
    pub at: Vec<(f64, Band)>,
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
        let ends = bands.flat_map(|(_, b)| match spread {
            Spread::Inner => [b.q25, b.q75],
            Spread::Both | Spread::Outer => [b.q05, b.q95],
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
        let gaps = GAP * (columns - 1) as f64;
        let width = (WIDTH - left - RIGHT - gaps) / columns as f64;
        for (i, panel) in self.panels.iter().enumerate() {
            let (row, column) = (i / columns, i % columns);
            let at =
                (left + column as f64 * (width + GAP), y + 10.0 + row as f64 * (height + ROOM));
            let frame = Frame { at, width, height, weeks: 1, range: range.clone() };
            let below = (at.0 + width / 2.0, at.1 + height + 33.0);
            let input = font::fit(&panel.input, SMALL, width);
            drawing.text(below, &input, Anchor::Middle, SOFT);
            frame.draw_values(&mut drawing, self.quantity, column == 0);
            panel.draw(&mut drawing, &frame, &names, self.spread());
        }
        y += 10.0 + self.panels.len().div_ceil(columns) as f64 * (height + ROOM);
        let bands = match self.spread() {
            Spread::Both => "Dark band: middle half of runs; light band: 5% to 95% of runs.",
            Spread::Outer => "Bands: 5% to 95% of runs.",
            Spread::Inner => "Bands: middle half of runs.",
        };
        let zero = if range.low > 0.0 { " The value axis does not start at 0." } else { "" };
        let note = format!("Lines: median of runs. {bands} {}{zero}", self.note);
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

    /// Position of each value from 0 to 1.
    fn ends(&self) -> (f64, f64) {
        let places = || self.responses.iter().flat_map(|r| &r.at).map(|(x, _)| self.place(*x));
        let (low, high) =
            (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
        if low < high { (low, high) } else { (low - 0.5, low + 0.5) }
    }

    /// Ticks: their value and label.
    fn ticks(&self, low: f64, high: f64) -> Vec<(f64, String)> {
        let mut values: Vec<f64> = self.responses.iter().flat_map(|r| &r.at).map(|a| a.0).collect();
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
        let defined = |r: &&Response| r.at.iter().any(|(_, b)| b.q50.is_finite());
        let bottom = frame.at.1 + frame.height;
        drawing.line(&[(frame.at.0, bottom), (frame.at.0 + frame.width, bottom)], INK, 1.0, &[]);
        if !self.responses.iter().any(|r| defined(&r)) {
            let middle = (frame.at.0 + frame.width / 2.0, frame.at.1 + frame.height / 2.0);
            drawing.text(middle, "no data", Anchor::Middle, SOFT);
            return;
        }
        let (low, high) = self.ends();
        // A margin, so that the first and last markers are not on the frame.
        let x = |value: f64| frame.x(0.03 + 0.94 * (self.place(value) - low) / (high - low));
        let mut free = f64::NEG_INFINITY;
        for (value, label) in self.ticks(low, high) {
            let half = font::width(&label, SMALL) / 2.0;
            drawing.line(&[(x(value), bottom), (x(value), bottom + 5.0)], INK, 1.0, &[]);
            if x(value) - half > free {
                let middle = x(value).min(WIDTH - 4.0 - half);
                drawing.text((middle, bottom + 15.0), &label, Anchor::Middle, INK);
                free = x(value) + half + 6.0;
            }
        }
        let number = |r: &Response| names.iter().position(|n| *n == r.label).unwrap_or(0);
        for response in &self.responses {
            let colour = look(number(response)).colour;
            let known: Vec<&(f64, Band)> =
                response.at.iter().filter(|(_, b)| b.q50.is_finite()).collect();
            let edge = |low: fn(&Band) -> f64, high: fn(&Band) -> f64| -> Vec<Point> {
                let there = known.iter().map(|(v, b)| (x(*v), frame.y(high(b))));
                there.chain(known.iter().rev().map(|(v, b)| (x(*v), frame.y(low(b))))).collect()
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
            let known = response.at.iter().filter(|(_, b)| b.q50.is_finite());
            let points: Vec<Point> = known.map(|(v, b)| (x(*v), frame.y(b.q50))).collect();
            drawing.line(&points, look.colour, 2.2, look.dash);
            for point in points {
                marker(drawing, point, look);
            }
        }
    }
}

/// A value of an input: as it is, or to three digits where that is long.
pub fn short(x: f64) -> String {
    let text = x.to_string();
    if text.len() <= 7 { text } else { format!("{x:.2e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(axis: Axis, values: &[f64]) -> ResponsePanel {
        let at = values.iter().map(|x| (*x, Band::of([*x, x + 1.0].into_iter()))).collect();
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
        let empty = panel(Axis::Linear, &[f64::NAN]);
        let chart = ResponseChart {
            title: "t".into(),
            quantity: Quantity::Count,
            panels: vec![empty],
            note: String::new(),
        };
        let marks = format!("{:?}", chart.layout().marks);
        assert!(marks.contains("no data"));
    }
}
