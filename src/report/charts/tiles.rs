//! Regions as tiles, before and at the peak of the country.

use super::axis::Range;
use super::drawing::{Anchor, Drawing, Point, SMALL, WIDTH};
use super::style::{INK, SOFT, amount, readable_on};
use super::{MARGIN, draw_note, draw_title, font};
use crate::report::text::Quantity;

/// One region.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Row from the top.
    pub row: u32,
    /// Column from the left.
    pub column: u32,
    /// Name; broken into two lines or cut to fit.
    pub name: String,
    /// Value on each map; a tile whose value is not a number is left empty, within a dashed border.
    pub values: [f64; 2],
}

/// Two maps of the same regions on one colour scale.
#[derive(Debug, Clone, PartialEq)]
pub struct TileMap {
    /// What is shown, with unit.
    pub title: String,
    /// Heading of each map.
    pub headings: [String; 2],
    /// How values are written.
    pub quantity: Quantity,
    /// Regions.
    pub tiles: Vec<Tile>,
    /// Note below.
    pub note: String,
}

impl TileMap {
    /// Lays the chart out: side by side where the map is narrow, else one above the other.
    pub(super) fn layout(&self) -> Drawing {
        let rows = self.tiles.iter().map(|t| t.row + 1).max().unwrap_or(1);
        let columns = self.tiles.iter().map(|t| t.column + 1).max().unwrap_or(1);
        let beside = columns <= 4;
        let room = if beside { (WIDTH - 3.0 * MARGIN) / 2.0 } else { WIDTH - 2.0 * MARGIN };
        let width = (room / f64::from(columns)).min(150.0);
        let height = (0.62 * width).clamp(56.0, 78.0);
        let values = self.tiles.iter().flat_map(|t| t.values);
        let range = Range::of(values, self.quantity, 5.0);
        let mut drawing = Drawing::new(0.0);
        let mut y = draw_title(&mut drawing, &self.title);
        y = self.draw_scale(&mut drawing, y, &range);
        let map_height = f64::from(rows) * height + 38.0;
        for (i, heading) in self.headings.iter().enumerate() {
            let shift = if beside { (room + MARGIN, 0.0) } else { (0.0, map_height) };
            let at = (MARGIN + shift.0 * i as f64, y + shift.1 * i as f64);
            let text = font::fit(heading, SMALL, room);
            drawing.text((at.0, at.1 + 12.0), &text, Anchor::Start, INK);
            for tile in &self.tiles {
                let corner = (
                    at.0 + f64::from(tile.column) * width,
                    at.1 + 26.0 + f64::from(tile.row) * height,
                );
                self.draw_tile(&mut drawing, corner, (width, height), tile, i, &range);
            }
        }
        y += if beside { map_height } else { 2.0 * map_height };
        drawing.height = draw_note(&mut drawing, y, &self.note) + 8.0;
        drawing
    }

    fn draw_tile(
        &self,
        drawing: &mut Drawing,
        corner: Point,
        (width, height): (f64, f64),
        tile: &Tile,
        map: usize,
        range: &Range,
    ) {
        let value = tile.values[map];
        let ink = if value.is_finite() {
            let fill = amount(share(value, range));
            drawing.rectangle(corner, width - 3.0, height - 3.0, fill);
            readable_on(fill)
        } else {
            empty(drawing, corner, width - 3.0, height - 3.0);
            SOFT
        };
        let room = width - 9.0;
        let mut lines = font::wrap(&tile.name, SMALL, room);
        if lines.len() > 2 {
            let rest = lines.split_off(1).join(" ");
            lines.push(rest);
        }
        let step = SMALL + 1.5;
        let total = step * (lines.len() + 1) as f64;
        let x = corner.0 + (width - 3.0) / 2.0;
        let mut y = corner.1 + (height - 3.0 - total) / 2.0 + step / 2.0;
        for line in lines {
            drawing.text((x, y), &font::fit(&line, SMALL, room), Anchor::Middle, ink);
            y += step;
        }
        drawing.text((x, y), &self.quantity.write(value), Anchor::Middle, ink);
    }

    fn draw_scale(&self, drawing: &mut Drawing, y: f64, range: &Range) -> f64 {
        const LENGTH: f64 = 420.0;
        const STEPS: u32 = 84;
        let left = MARGIN + 30.0;
        for i in 0..STEPS {
            let x = left + LENGTH * f64::from(i) / f64::from(STEPS);
            let colour = amount((f64::from(i) + 0.5) / f64::from(STEPS));
            drawing.rectangle((x, y), LENGTH / f64::from(STEPS) + 0.25, 14.0, colour);
        }
        for value in range.ticks() {
            let x = left + LENGTH * share(value, range);
            drawing.line(&[(x, y + 14.0), (x, y + 18.0)], INK, 1.0, &[]);
            let label = self.quantity.tick(value, range.step);
            drawing.text((x, y + 27.0), &label, Anchor::Middle, INK);
        }
        if self.tiles.iter().flat_map(|t| t.values).any(|x| !x.is_finite()) {
            let x = left + LENGTH + 50.0;
            empty(drawing, (x, y), 24.0, 14.0);
            drawing.text((x + 32.0, y + 8.0), "no data", Anchor::Start, SOFT);
        }
        y + 46.0
    }
}

/// The border of a tile without a value.
fn empty(drawing: &mut Drawing, (left, top): Point, width: f64, height: f64) {
    let (right, bottom) = (left + width - 1.0, top + height - 1.0);
    let around = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    drawing.line(&around, SOFT, 1.0, &[3.0, 3.0]);
}

fn share(value: f64, range: &Range) -> f64 {
    (value - range.low) / (range.high - range.low)
}
