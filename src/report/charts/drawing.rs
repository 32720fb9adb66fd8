//! A chart as a list of simple marks, in pixels of a page 900 wide; drawn twice by [`super::render`].

/// Width of every chart, pixels.
pub const WIDTH: f64 = 900.0;
/// Text size of everything but titles: about 12 px of letter height to line height in SVG.
pub const SMALL: f64 = 15.5;
/// Text size of chart titles.
pub const LARGE: f64 = 20.0;

/// A position: right, down.
pub type Point = (f64, f64);

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Which part of a text sits at its position; vertically it is always the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Text starts there.
    Start,
    /// Text is centred there.
    Middle,
    /// Text ends there.
    End,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A filled polygon.
    Area {
        /// Corners in order.
        points: Vec<Point>,
        /// Fill.
        colour: Colour,
        /// `[0, 1]`.
        opacity: f64,
    },
    /// An open line.
    Line {
        /// Points in order.
        points: Vec<Point>,
        /// Stroke.
        colour: Colour,
        /// Pixels.
        width: f64,
    },
    /// A text on one line.
    Text {
        /// Where.
        at: Point,
        /// What; control characters are left out when drawn.
        text: String,
        /// Line height in pixels.
        size: f64,
        /// Horizontal anchor.
        anchor: Anchor,
        /// Fill.
        colour: Colour,
    },
}

/// A whole chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Height in pixels; the width is [`WIDTH`].
    pub height: f64,
    /// Marks, back to front.
    pub marks: Vec<Mark>,
}

impl Drawing {
    /// An empty chart.
    pub fn new(height: f64) -> Self {
        Self { height, marks: Vec::new() }
    }

    /// Adds a filled polygon.
    pub fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        self.marks.push(Mark::Area { points, colour, opacity });
    }

    /// Adds a filled rectangle with corner `at` and the given size.
    pub fn rectangle(&mut self, at: Point, width: f64, height: f64, colour: Colour) {
        let (x, y) = at;
        let points = vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        self.area(points, colour, 1.0);
    }

    /// Adds a line, dashed by `dash` (lengths of strokes and gaps in turn; empty = solid).
    pub fn line(&mut self, points: &[Point], colour: Colour, width: f64, dash: &[f64]) {
        for points in dashes(points, dash) {
            self.marks.push(Mark::Line { points, colour, width });
        }
    }

    /// Adds small text.
    pub fn text(&mut self, at: Point, text: &str, anchor: Anchor, colour: Colour) {
        self.sized_text(at, text, SMALL, anchor, colour);
    }

    /// Adds text of a given size.
    pub fn sized_text(&mut self, at: Point, text: &str, size: f64, anchor: Anchor, colour: Colour) {
        if !text.is_empty() {
            self.marks.push(Mark::Text { at, text: text.to_owned(), size, anchor, colour });
        }
    }
}

/// The strokes of a dashed line; the whole line where `dash` is empty.
fn dashes(points: &[Point], dash: &[f64]) -> Vec<Vec<Point>> {
    if points.len() < 2 {
        return Vec::new();
    }
    if dash.is_empty() {
        return vec![points.to_vec()];
    }
    let mut strokes = Vec::new();
    let (mut part, mut left) = (0, dash[0]);
    let mut stroke = vec![points[0]];
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = ((to.0 - from.0).powi(2) + (to.1 - from.1).powi(2)).sqrt();
        while length > left {
            let share = left / length;
            from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            length -= left;
            if part % 2 == 0 {
                stroke.push(from);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![from];
            }
            part = (part + 1) % dash.len();
            left = dash[part];
        }
        left -= length;
        if part % 2 == 0 {
            stroke.push(to);
        }
    }
    if part % 2 == 0 && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_the_stated_share_of_a_line() {
        let points = [(0.0, 0.0), (30.0, 0.0), (100.0, 0.0)];
        let strokes = dashes(&points, &[6.0, 4.0]);
        let drawn: f64 = strokes.iter().map(|s| s[s.len() - 1].0 - s[0].0).sum();
        assert!((drawn - 60.0).abs() < 1e-9);
        assert_eq!(strokes.len(), 10);
    }
}
