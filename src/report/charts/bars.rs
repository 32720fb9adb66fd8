//! Bars with intervals: effects side by side, longest first or in the order given.

use super::axis::Range;
use super::drawing::{Anchor, Drawing, SMALL, WIDTH};
use super::panels::RIGHT;
use super::style::{GRID, INK, SOFT, look};
use super::{MARGIN, draw_note, draw_title, font};
use crate::report::text::Quantity;

const ROW: f64 = 26.0;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Name.
    pub label: String,
    /// Length.
    pub mean: f64,
    /// Lower end of its interval.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// A chart of bars from a common zero.
#[derive(Debug, Clone, PartialEq)]
pub struct BarChart {
    /// What is shown, with unit.
    pub title: String,
    /// How values are written.
    pub quantity: Quantity,
    /// Bars from the top.
    pub bars: Vec<Bar>,
    /// Note below.
    pub note: String,
}

impl BarChart {
    /// Lays the chart out.
    pub(super) fn layout(&self) -> Drawing {
        let mut drawing = Drawing::new(0.0);
        let y = draw_title(&mut drawing, &self.title) + 6.0;
        let room = WIDTH * 0.42;
        let names: Vec<String> =
            self.bars.iter().map(|b| font::fit(&b.label, SMALL, room)).collect();
        let widest = names.iter().map(|n| font::width(n, SMALL)).fold(0.0, f64::max);
        let left = MARGIN + widest + 12.0;
        let width = WIDTH - left - RIGHT;
        let ends = self.bars.iter().flat_map(|b| [b.mean, b.lo, b.hi]).chain([0.0]);
        let range = Range::of(ends, self.quantity, 4.0);
        let x = |v: f64| left + width * (v - range.low) / (range.high - range.low);
        let bottom = y + ROW * self.bars.len() as f64;
        for value in range.ticks() {
            drawing.line(&[(x(value), y), (x(value), bottom)], GRID, 0.8, &[]);
            let label = self.quantity.tick(value, range.step);
            drawing.text((x(value), bottom + 14.0), &label, Anchor::Middle, INK);
        }
        drawing.line(&[(x(0.0), y), (x(0.0), bottom)], INK, 1.4, &[]);
        for (i, (bar, name)) in self.bars.iter().zip(&names).enumerate() {
            let middle = y + ROW * (i as f64 + 0.5);
            let resolved = bar.lo > 0.0 || bar.hi < 0.0;
            drawing.text(
                (left - 8.0, middle),
                name,
                Anchor::End,
                if resolved { INK } else { SOFT },
            );
            if !bar.mean.is_finite() {
                continue;
            }
            let (from, to) = (x(bar.mean.min(0.0)), x(bar.mean.max(0.0)));
            let half = 0.32 * ROW;
            let corners = vec![
                (from, middle - half),
                (to, middle - half),
                (to, middle + half),
                (from, middle + half),
            ];
            drawing.area(corners, look(0).colour, if resolved { 0.8 } else { 0.25 });
            if bar.lo.is_finite() && bar.hi.is_finite() {
                drawing.line(&[(x(bar.lo), middle), (x(bar.hi), middle)], INK, 1.6, &[]);
                for end in [bar.lo, bar.hi] {
                    let tick = [(x(end), middle - 5.0), (x(end), middle + 5.0)];
                    drawing.line(&tick, INK, 1.6, &[]);
                }
            }
        }
        let end = draw_note(&mut drawing, bottom + 32.0, &self.note);
        drawing.height = end + 8.0;
        drawing
    }
}
