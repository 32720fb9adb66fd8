//! Fan charts and small multiples.

use super::axis::{Frame, LANE, Lanes, Range};
use super::drawing::{Anchor, Drawing, Point, SMALL, WIDTH};
use super::style::{INK, SOFT, look, marker};
use super::{MARGIN, draw_note, draw_title, font};
use crate::measure::Band;
use crate::report::calendar::Calendar;
use crate::report::text::Quantity;

/// Room right of the last panel, pixels.
pub(super) const RIGHT: f64 = 26.0;
const GAP: f64 = 16.0;

/// One series of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<'a> {
    /// Name in the legend; the same name looks the same in every panel.
    pub label: String,
    /// Weekly bands from week 0.
    pub bands: &'a [Band],
}

/// One plotting area.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel<'a> {
    /// Heading; empty for none.
    pub heading: String,
    /// How values are written.
    pub quantity: Quantity,
    /// Series, drawn in order.
    pub series: Vec<Series<'a>>,
}

/// A chart of one or more panels over the same weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelChart<'a> {
    /// What is shown, with unit.
    pub title: String,
    /// Panels, row by row.
    pub panels: Vec<Panel<'a>>,
    /// Panels in a row.
    pub columns: usize,
    /// Whether all panels share one value axis.
    pub shared: bool,
    /// Dates and events.
    pub calendar: &'a Calendar,
    /// Replicates behind the bands.
    pub replicates: u32,
}

impl PanelChart<'_> {
    /// Names of all series, each once.
    fn legend(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for series in self.panels.iter().flat_map(|p| &p.series) {
            if !names.contains(&series.label.as_str()) {
                names.push(&series.label);
            }
        }
        names
    }

    /// The largest number of series in a panel decides how much of the spread is drawn.
    fn spread(&self) -> Spread {
        match self.panels.iter().map(|p| p.series.len()).max() {
            _ if self.replicates < 2 => Spread::None,
            Some(0..=1) => Spread::Both,
            Some(2) => Spread::Outer,
            _ => Spread::Inner,
        }
    }

    /// What lines, bands and dots mean; `left_out` labels of events found no room.
    pub(super) fn note(&self, left_out: usize) -> String {
        let n = self.replicates;
        let runs = format!("Lines: median of {n} runs.");
        let spread = match self.spread() {
            Spread::None => return "One run: no spread can be shown.".to_owned(),
            Spread::Both => "Dark band: middle half of runs; light band: 5% to 95% of runs.",
            Spread::Outer => "Bands: 5% to 95% of runs.",
            Spread::Inner => "Bands: middle half of runs.",
        };
        let zero = match (0..self.panels.len()).filter(|i| self.range(*i).low > 0.0).count() {
            0 => "",
            _ if self.panels.len() == 1 || self.shared => " The value axis does not start at 0.",
            _ => " Not every value axis starts at 0.",
        };
        let events = self.calendar.dotted(left_out);
        format!("{runs} {spread}{events}{zero}")
    }

    fn range(&self, panel: usize) -> Range {
        let spread = self.spread();
        let shown = |p: &Panel| -> Vec<f64> {
            p.series.iter().flat_map(|s| s.bands).flat_map(|b| spread.extent(b)).collect()
        };
        let quantity = self.panels[panel].quantity;
        let ticks = if self.panels.len() == 1 { 5.0 } else { 3.0 };
        if self.shared {
            Range::of(self.panels.iter().flat_map(shown), quantity, ticks)
        } else {
            Range::of(shown(&self.panels[panel]).into_iter(), quantity, ticks)
        }
    }

    /// Lays the chart out.
    pub(super) fn layout(&self) -> Drawing {
        let mut drawing = Drawing::new(0.0);
        let mut y = draw_title(&mut drawing, &self.title);
        let names = self.legend();
        if names.len() > 1 {
            y = draw_legend(&mut drawing, y, &names);
        }
        let left = self.left();
        // Small panels have no room for labels.
        let lanes =
            (self.columns() == 1).then(|| Lanes::new(self.calendar, left, WIDTH - left - RIGHT));
        y = self.draw_body(&mut drawing, y, left, lanes.as_ref());
        y = draw_note(&mut drawing, y, &self.note(lanes.map_or(0, |l| l.left_out)));
        drawing.height = y + 8.0;
        drawing
    }

    /// Where the first panel begins: right of the widest value label.
    pub(super) fn left(&self) -> f64 {
        let labels = (0..self.panels.len()).flat_map(|i| {
            let (range, quantity) = (self.range(i), self.panels[i].quantity);
            let width = |v| font::width(&quantity.tick(v, range.step), SMALL);
            range.ticks().map(width).collect::<Vec<f64>>()
        });
        MARGIN + 8.0 + labels.fold(0.0, f64::max)
    }

    fn columns(&self) -> usize {
        self.columns.clamp(1, self.panels.len().max(1))
    }

    /// Draws all panels below `y`, event labels in `lanes` above them; returns where they end.
    pub(super) fn draw_body(
        &self,
        drawing: &mut Drawing,
        y: f64,
        left: f64,
        lanes: Option<&Lanes>,
    ) -> f64 {
        let names = self.legend();
        let mut y = y;
        let columns = self.columns();
        let height = match (self.panels.len(), columns) {
            (1, _) => 310.0,
            (_, 1) => 165.0,
            _ => 110.0,
        };
        let ranges: Vec<Range> = (0..self.panels.len()).map(|i| self.range(i)).collect();
        let between = if self.shared { GAP } else { left };
        let inner = WIDTH - left - RIGHT - between * (columns - 1) as f64;
        let width = inner / columns as f64;
        if let Some(lanes) = lanes {
            y += LANE * lanes.count as f64;
        }
        let heading = if self.panels.iter().any(|p| !p.heading.is_empty()) { 24.0 } else { 6.0 };
        for (i, (panel, range)) in self.panels.iter().zip(ranges).enumerate() {
            let (row, column) = (i / columns, i % columns);
            let at = (
                left + column as f64 * (width + between),
                y + heading + row as f64 * (height + heading + 14.0),
            );
            let frame = Frame { at, width, height, weeks: self.calendar.weeks, range };
            let last = i + columns >= self.panels.len();
            panel_head(drawing, &frame, &panel.heading);
            frame.draw_values(drawing, panel.quantity, column == 0 || !self.shared);
            frame.draw_events(drawing, self.calendar);
            if let Some(lanes) = lanes.filter(|_| row == 0) {
                let top = Frame { at: (at.0, y), ..frame.clone() };
                lanes.draw(drawing, &top);
            }
            self.draw_series(drawing, &frame, panel, &names);
            frame.draw_weeks(drawing, self.calendar, last);
        }
        let rows = self.panels.len().div_ceil(columns) as f64;
        y + rows * (height + heading + 14.0) + 32.0
    }

    fn draw_series(&self, drawing: &mut Drawing, frame: &Frame, panel: &Panel, names: &[&str]) {
        let spread = self.spread();
        let position = |s: &Series| names.iter().position(|n| *n == s.label).unwrap_or(0);
        if panel.series.iter().all(|s| Frame::defined(s.bands).is_empty()) {
            let middle = (frame.at.0 + frame.width / 2.0, frame.at.1 + frame.height / 2.0);
            drawing.text(middle, "no data", Anchor::Middle, SOFT);
        }
        for series in &panel.series {
            let colour = look(position(series)).colour;
            for part in Frame::defined(series.bands) {
                let edge = |low: fn(&Band) -> f64, high: fn(&Band) -> f64| -> Vec<Point> {
                    let point = |w: usize, of: fn(&Band) -> f64| {
                        (frame.x(w as f64), frame.y(of(&series.bands[w])))
                    };
                    let there = part.iter().map(|w| point(*w, high));
                    let back = part.iter().rev().map(|w| point(*w, low));
                    there.chain(back).collect()
                };
                if matches!(spread, Spread::Both | Spread::Outer) {
                    drawing.area(edge(|b| b.q05, |b| b.q95), colour, 0.18);
                }
                if matches!(spread, Spread::Both | Spread::Inner) {
                    drawing.area(edge(|b| b.q25, |b| b.q75), colour, 0.25);
                }
            }
        }
        for series in &panel.series {
            let number = position(series);
            let look = look(number);
            for part in Frame::defined(series.bands) {
                let points: Vec<Point> = part
                    .iter()
                    .map(|&w| (frame.x(w as f64), frame.y(series.bands[w].q50)))
                    .collect();
                drawing.line(&points, look.colour, 2.2, look.dash);
                if names.len() > 1 || points.len() == 1 {
                    // Markers about 110 px apart, shifted by series so that they rarely coincide.
                    let gap = frame.width / f64::from(frame.weeks.max(1));
                    let every = ((110.0 / gap).round() as usize).max(1);
                    let first = (number * every / 3) % every;
                    let alone = points.len() <= first;
                    for point in points.iter().skip(if alone { 0 } else { first }).step_by(every) {
                        marker(drawing, *point, look);
                    }
                }
            }
        }
    }
}

/// How much of the spread is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spread {
    None,
    Both,
    Outer,
    Inner,
}

impl Spread {
    fn extent(self, band: &Band) -> [f64; 2] {
        match self {
            Self::None => [band.q50, band.q50],
            Self::Both | Self::Outer => [band.q05, band.q95],
            Self::Inner => [band.q25, band.q75],
        }
    }
}

fn panel_head(drawing: &mut Drawing, frame: &Frame, heading: &str) {
    let text = font::fit(heading, SMALL, frame.width);
    drawing.text((frame.at.0, frame.at.1 - 13.0), &text, Anchor::Start, INK);
}

/// Draws the legend below `y`, as many rows as it needs; returns where it ends.
pub(super) fn draw_legend(drawing: &mut Drawing, y: f64, names: &[&str]) -> f64 {
    const SAMPLE: f64 = 42.0;
    let (mut x, mut y) = (MARGIN, y);
    for (i, name) in names.iter().enumerate() {
        let text = font::fit(name, SMALL, WIDTH - 2.0 * MARGIN - SAMPLE);
        let room = SAMPLE + 6.0 + font::width(&text, SMALL) + 22.0;
        if x > MARGIN && x + room > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + SMALL + 5.0);
        }
        let (look, middle) = (look(i), y + SMALL / 2.0);
        drawing.line(&[(x, middle), (x + SAMPLE, middle)], look.colour, 2.2, look.dash);
        marker(drawing, (x + SAMPLE / 2.0, middle), look);
        drawing.text((x + SAMPLE + 6.0, middle), &text, Anchor::Start, INK);
        x += room;
    }
    y + SMALL + 8.0
}
