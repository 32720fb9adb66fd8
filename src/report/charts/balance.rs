//! What was added and taken away since the start, stacked above and below zero, with the sum as a line.

use super::axis::{Frame, LANE, Lanes, Range};
use super::drawing::{Anchor, Colour, Drawing, Point, SMALL, WIDTH};
use super::panels::RIGHT;
use super::style::{INK, PAPER, amount};
use super::{MARGIN, draw_note, draw_title, font};
use crate::report::calendar::Calendar;
use crate::report::text::Quantity;

/// Height of the plotting area, pixels.
const HEIGHT: f64 = 330.0;

/// A chart of parts that may be negative and add up to a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance<'a> {
    /// What is shown, with unit.
    pub title: String,
    /// How values are written.
    pub quantity: Quantity,
    /// Name and value of each part by week from week 0.
    pub layers: Vec<(String, Vec<f64>)>,
    /// Sum by week; undefined where there is none.
    pub sum: Vec<f64>,
    /// Dates and events.
    pub calendar: &'a Calendar,
    /// What the reader has to know.
    pub note: String,
}

impl Balance<'_> {
    /// Lower and upper edge of each layer by week: what is negative hangs below zero.
    fn edges(&self) -> Vec<Vec<(f64, f64)>> {
        let weeks = self.calendar.weeks as usize + 1;
        let mut ends = vec![(0.0_f64, 0.0_f64); weeks];
        let layer = |(_, values): &(String, Vec<f64>)| {
            ends.iter_mut()
                .zip(values)
                .map(|(end, &x)| {
                    if x < 0.0 {
                        end.0 += x;
                        (end.0, end.0 - x)
                    } else {
                        end.1 += x;
                        (end.1 - x, end.1)
                    }
                })
                .collect()
        };
        self.layers.iter().map(layer).collect()
    }

    fn fill(&self, layer: usize) -> Colour {
        amount((layer as f64 + 0.5) / self.layers.len() as f64)
    }

    /// Lays the chart out.
    pub(super) fn layout(&self) -> Drawing {
        let mut drawing = Drawing::new(0.0);
        let mut y = draw_title(&mut drawing, &self.title);
        let mut x = MARGIN;
        for (i, (name, _)) in self.layers.iter().enumerate() {
            let text = font::fit(name, SMALL, WIDTH / 2.0);
            let room = 22.0 + font::width(&text, SMALL) + 22.0;
            if x > MARGIN && x + room > WIDTH - MARGIN {
                (x, y) = (MARGIN, y + SMALL + 5.0);
            }
            drawing.rectangle((x, y + 1.0), 15.0, SMALL - 2.0, self.fill(i));
            drawing.text((x + 22.0, y + SMALL / 2.0), &text, Anchor::Start, INK);
            x += room;
        }
        y += SMALL + 8.0;
        let edges = self.edges();
        let ends = edges.iter().flatten().flat_map(|(low, high)| [*low, *high]);
        let range = Range::of(ends.chain([0.0]), self.quantity, 5.0);
        let labels = range.ticks().map(|v| font::width(&self.quantity.tick(v, range.step), SMALL));
        let left = MARGIN + 8.0 + labels.fold(0.0, f64::max);
        let width = WIDTH - left - RIGHT;
        let lanes = Lanes::new(self.calendar, left, width);
        y += LANE * lanes.count as f64 + 4.0;
        let weeks = self.calendar.weeks;
        let frame = Frame { at: (left, y), width, height: HEIGHT, weeks, range };
        frame.draw_values(&mut drawing, self.quantity, true);
        let point = |w: usize, v: f64| -> Point { (frame.x(w as f64), frame.y(v)) };
        for (i, edge) in edges.iter().enumerate() {
            let there = edge.iter().enumerate().map(|(w, e)| point(w, e.1));
            let back = edge.iter().enumerate().rev().map(|(w, e)| point(w, e.0));
            drawing.area(there.chain(back).collect(), self.fill(i), 1.0);
        }
        drawing.line(&[point(0, 0.0), point(weeks as usize, 0.0)], INK, 0.8, &[]);
        let known = self.sum.iter().enumerate().filter(|(_, x)| x.is_finite());
        let line: Vec<Point> = known.map(|(w, x)| point(w, *x)).collect();
        drawing.line(&line, PAPER, 5.0, &[]);
        drawing.line(&line, INK, 2.4, &[]);
        frame.draw_events(&mut drawing, self.calendar);
        lanes.draw(&mut drawing, &frame);
        frame.draw_weeks(&mut drawing, self.calendar, true);
        let note = format!("{}{}", self.note, self.calendar.dotted(lanes.left_out));
        drawing.height = draw_note(&mut drawing, y + HEIGHT + 46.0, &note) + 8.0;
        drawing
    }
}
