//! Colours that colour-blind readers and grey printers can tell apart, with dashes and markers.

use super::drawing::{Colour, Drawing, Point};

/// Text and axes.
pub const INK: Colour = Colour(0x22, 0x22, 0x22);
/// Secondary text.
pub const SOFT: Colour = Colour(0x55, 0x55, 0x55);
/// Grid lines.
pub const GRID: Colour = Colour(0xdd, 0xdd, 0xdd);
/// The page.
pub const PAPER: Colour = Colour(0xff, 0xff, 0xff);

/// Okabe and Ito's palette, without its yellow, which is too light for lines.
const LINES: [Colour; 7] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xcc, 0x79, 0xa7),
    Colour(0xe6, 0x9f, 0x00),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0x00, 0x00, 0x00),
];

const DASHES: [&[f64]; 4] = [&[], &[9.0, 5.0], &[3.0, 3.0], &[12.0, 4.0, 3.0, 4.0]];

/// Cividis (Nuñez, Anderton and Renslow 2018), every ninth of its range: brightness rises evenly.
const CIVIDIS: [Colour; 10] = [
    Colour(0x00, 0x22, 0x4e),
    Colour(0x12, 0x35, 0x70),
    Colour(0x3b, 0x49, 0x6c),
    Colour(0x57, 0x5d, 0x6d),
    Colour(0x70, 0x71, 0x73),
    Colour(0x8a, 0x86, 0x78),
    Colour(0xa5, 0x9c, 0x74),
    Colour(0xc3, 0xb3, 0x69),
    Colour(0xe1, 0xcc, 0x55),
    Colour(0xfe, 0xe8, 0x38),
];

/// How the series with this number looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Line colour.
    pub colour: Colour,
    /// Dash pattern.
    pub dash: &'static [f64],
    shape: usize,
}

/// The look of series number `index`; looks repeat after 28.
pub fn look(index: usize) -> Look {
    Look {
        colour: LINES[index % LINES.len()],
        dash: DASHES[index % DASHES.len()],
        shape: index % 4,
    }
}

/// Draws the marker of a look: circle, square, triangle or diamond.
pub fn marker(drawing: &mut Drawing, at: Point, look: Look) {
    let unit: &[Point] = match look.shape {
        0 => &[
            (1.0, 0.0),
            (0.7, 0.7),
            (0.0, 1.0),
            (-0.7, 0.7),
            (-1.0, 0.0),
            (-0.7, -0.7),
            (0.0, -1.0),
            (0.7, -0.7),
        ],
        1 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        2 => &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
        _ => &[(0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)],
    };
    let points = unit.iter().map(|(x, y)| (at.0 + 4.0 * x, at.1 + 4.0 * y)).collect();
    drawing.area(points, look.colour, 1.0);
}

/// Colour of an amount, `share` in `[0, 1]`, dark to light.
pub fn amount(share: f64) -> Colour {
    let at = share.clamp(0.0, 1.0) * (CIVIDIS.len() - 1) as f64;
    let low = (at.floor() as usize).min(CIVIDIS.len() - 2);
    let (a, b, t) = (CIVIDIS[low], CIVIDIS[low + 1], at - low as f64);
    let mix = |a: u8, b: u8| (f64::from(a) + t * (f64::from(b) - f64::from(a))).round() as u8;
    Colour(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// Black or white, whichever can be read on `colour`.
pub fn readable_on(colour: Colour) -> Colour {
    if brightness(colour) > 115.0 { Colour(0, 0, 0) } else { PAPER }
}

fn brightness(c: Colour) -> f64 {
    0.299 * f64::from(c.0) + 0.587 * f64::from(c.1) + 0.114 * f64::from(c.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_get_brighter_so_that_grey_print_keeps_their_order() {
        let bright: Vec<f64> = (0..=20).map(|i| brightness(amount(f64::from(i) / 20.0))).collect();
        assert!(bright.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn neighbouring_looks_differ_without_colour() {
        for i in 0..6 {
            assert_ne!((look(i).dash, look(i).shape), (look(i + 1).dash, look(i + 1).shape));
        }
    }
}
