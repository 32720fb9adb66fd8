//! Parts of a whole over weeks.

use super::axis::{Frame, LANE, Lanes, Range};
use super::drawing::{Anchor, Colour, Drawing, Point, SMALL, WIDTH};
use super::panels::RIGHT;
use super::style::{INK, PAPER, amount};
use super::{MARGIN, PanelChart, Series, draw_note, draw_title, font};
use crate::report::text::Quantity;

/// Height of the stack, pixels.
const HEIGHT: f64 = 260.0;

/// A stacked chart of means, which add up where medians do not.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack<'a> {
    /// What is shown, with unit.
    pub title: String,
    /// How values are written.
    pub quantity: Quantity,
    /// Parts from the bottom up.
    pub layers: Vec<Series<'a>>,
    /// Panels drawn below on the same weeks, with the number of replicates.
    pub beside: PanelChart<'a>,
}

impl Stack<'_> {
    /// Upper edges of the layers by week; undefined parts count as 0.
    fn edges(&self) -> Vec<Vec<f64>> {
        let mut top = vec![0.0; self.beside.calendar.weeks as usize + 1];
        let mut edges = Vec::new();
        for layer in &self.layers {
            for (sum, band) in top.iter_mut().zip(layer.bands) {
                *sum += if band.mean.is_finite() { band.mean.max(0.0) } else { 0.0 };
            }
            edges.push(top.clone());
        }
        edges
    }

    fn defined(&self, week: usize) -> bool {
        self.layers.iter().any(|l| l.bands.get(week).is_some_and(|b| b.mean.is_finite()))
    }

    fn fill(&self, layer: usize) -> Colour {
        amount((layer as f64 + 0.5) / self.layers.len() as f64)
    }

    /// Lays the chart out.
    pub(super) fn layout(&self) -> Drawing {
        let mut drawing = Drawing::new(0.0);
        let mut y = draw_title(&mut drawing, &self.title);
        let mut x = MARGIN;
        for (i, layer) in self.layers.iter().enumerate() {
            let text = font::fit(&layer.label, SMALL, WIDTH / 2.0);
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
        let highest = edges.last().map(Vec::as_slice).unwrap_or_default();
        let values = std::iter::once(0.0).chain(highest.iter().copied());
        let range = Range::of(values, self.quantity, 5.0);
        let labels = range.ticks().map(|v| font::width(&self.quantity.tick(v, range.step), SMALL));
        let left = (MARGIN + 8.0 + labels.fold(0.0, f64::max)).max(self.beside.left());
        let width = WIDTH - left - RIGHT;
        let lanes = Lanes::new(self.beside.calendar, left, width);
        y += LANE * lanes.count as f64 + 4.0;
        let weeks = self.beside.calendar.weeks;
        let frame = Frame { at: (left, y), width, height: HEIGHT, weeks, range };
        frame.draw_values(&mut drawing, self.quantity, true);
        let first = (0..=weeks as usize).find(|w| self.defined(*w)).unwrap_or(0);
        let point = |w: usize, v: f64| -> Point { (frame.x(w as f64), frame.y(v)) };
        let mut below = vec![0.0; weeks as usize + 1];
        for (i, edge) in edges.iter().enumerate() {
            let there = edge.iter().enumerate().skip(first).map(|(w, v)| point(w, *v));
            let back = below.iter().enumerate().skip(first).rev().map(|(w, v)| point(w, *v));
            drawing.area(there.chain(back).collect(), self.fill(i), 1.0);
            let line: Vec<Point> =
                edge.iter().enumerate().skip(first).map(|(w, v)| point(w, *v)).collect();
            drawing.line(&line, PAPER, 1.0, &[]);
            below.clone_from(edge);
        }
        frame.draw_events(&mut drawing, self.beside.calendar);
        lanes.draw(&mut drawing, &frame);
        frame.draw_weeks(&mut drawing, self.beside.calendar, true);
        let note = format!(
            "Means of {} runs, stacked in the order of the legend from the bottom; means add up, \
             medians would not.",
            self.beside.replicates
        );
        y = draw_note(&mut drawing, y + HEIGHT + 46.0, &note) + 8.0;
        if !self.beside.panels.is_empty() {
            y = self.beside.draw_body(&mut drawing, y, left, None);
            y = draw_note(&mut drawing, y, &self.beside.note(lanes.left_out)) + 8.0;
        }
        drawing.height = y;
        drawing
    }
}
