//! Charts: every call to the drawing library is in this folder.
//!
//! A chart is first laid out as a list of marks ([`drawing`]), then drawn as SVG and as PNG
//! ([`render`]), so both show the same.

mod axis;
mod balance;
mod bars;
mod differences;
mod drawing;
mod font;
mod panels;
mod render;
mod response;
mod stack;
mod style;
mod tiles;

pub use balance::Balance;
pub use bars::{Bar, BarChart};
pub use differences::{DifferenceChart, DifferencePanel};
pub use panels::{Panel, PanelChart, Series};
pub use render::RenderError;
pub use response::{Axis, Mark, Response, ResponseChart, ResponsePanel, short};
pub use stack::Stack;
pub use tiles::{Tile, TileMap};

use drawing::{Anchor, Drawing, LARGE, SMALL, WIDTH};
use style::{INK, SOFT};

/// Left edge of titles and notes, pixels.
const MARGIN: f64 = 16.0;

/// A chart ready to be laid out.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart<'a> {
    /// Lines with spreads over weeks, in one panel or many.
    Panels(PanelChart<'a>),
    /// Parts of a whole over weeks.
    Stack(Stack<'a>),
    /// Parts added and taken away over weeks.
    Balance(Balance<'a>),
    /// A map of regions as tiles.
    Tiles(TileMap),
    /// Differences between scenarios over weeks.
    Differences(DifferenceChart<'a>),
    /// Effects as bars with intervals.
    Bars(BarChart),
    /// Outcomes over the values of inputs.
    Responses(ResponseChart),
}

impl Chart<'_> {
    /// SVG text and PNG bytes; `label` describes the chart to those who cannot see it.
    ///
    /// # Errors
    /// If the bundled font cannot be read or the picture cannot be encoded.
    pub fn render(&self, name: &str, label: &str) -> Result<(String, Vec<u8>), RenderError> {
        let drawing = match self {
            Self::Panels(chart) => chart.layout(),
            Self::Stack(chart) => chart.layout(),
            Self::Balance(chart) => chart.layout(),
            Self::Tiles(chart) => chart.layout(),
            Self::Differences(chart) => chart.layout(),
            Self::Bars(chart) => chart.layout(),
            Self::Responses(chart) => chart.layout(),
        };
        Ok((render::svg(&drawing, name, label)?, render::png(&drawing, name)?))
    }
}

/// Draws the title from the top; returns where it ends.
fn draw_title(drawing: &mut Drawing, title: &str) -> f64 {
    let mut y = 8.0;
    for line in font::wrap(title, LARGE, WIDTH - 2.0 * MARGIN) {
        drawing.sized_text((MARGIN, y + LARGE / 2.0), &line, LARGE, Anchor::Start, INK);
        y += LARGE + 5.0;
    }
    y + 4.0
}

/// Draws a note below `y`; returns where it ends.
fn draw_note(drawing: &mut Drawing, y: f64, note: &str) -> f64 {
    let mut y = y;
    for line in font::wrap(note, SMALL, WIDTH - 2.0 * MARGIN) {
        drawing.text((MARGIN, y + SMALL / 2.0), &line, Anchor::Start, SOFT);
        y += SMALL + 4.0;
    }
    y
}
