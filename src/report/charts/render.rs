//! Draws a [`Drawing`] as SVG text and as PNG bytes.

use plotters::coord::Shift;
use plotters::prelude::{
    BitMapBackend, Color, DrawingArea, DrawingBackend, IntoDrawingArea, PathElement, Polygon,
    RGBColor, SVGBackend, Text, WHITE,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, ShapeStyle};

use super::drawing::{Anchor, Colour, Drawing, Mark, WIDTH};
use super::font;

/// Both backends take whole pixels, so everything is drawn larger by this and scaled back.
const ZOOM: u32 = 4;
/// The PNG is averaged over squares of this side: smooth edges at twice the nominal size.
const SMOOTH: u32 = 2;

/// The bitmap backend sets text higher than the SVG one, by this share of the text size.
const BITMAP_RISE: f64 = 0.17;

/// A chart could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("chart `{name}`: {message}")]
pub struct RenderError {
    name: String,
    message: String,
}

/// SVG text of a chart; `label` is what a screen reader says.
///
/// # Errors
/// If the bundled font cannot be read.
pub fn svg(drawing: &Drawing, name: &str, label: &str) -> Result<String, RenderError> {
    let (width, height) = size(drawing);
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        paint(&area, drawing, name, 0.0)?;
    }
    let nominal = format!("width=\"{}\" height=\"{}\"", width / ZOOM, height / ZOOM);
    let zoomed = format!("width=\"{width}\" height=\"{height}\"");
    let label = crate::report::text::escape(label);
    Ok(text.replacen(&zoomed, &format!("{nominal} role=\"img\" aria-label=\"{label}\""), 1))
}

/// PNG bytes of a chart, twice the nominal width.
///
/// # Errors
/// If the bundled font cannot be read or the picture cannot be encoded.
pub fn png(drawing: &Drawing, name: &str) -> Result<Vec<u8>, RenderError> {
    let (width, height) = size(drawing);
    let mut pixels = vec![255_u8; 3 * width as usize * height as usize];
    {
        let backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
        paint(&backend.into_drawing_area(), drawing, name, BITMAP_RISE)?;
    }
    let (pixels, width, height) = smooth(&pixels, width as usize, height as usize);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Large flat areas: unfiltered rows compress to a third of filtered ones, but not in the encoder's
    // fast mode.
    encoder.set_compression(png::Compression::Default);
    encoder.set_adaptive_filter(png::AdaptiveFilterType::NonAdaptive);
    encoder.set_filter(png::FilterType::NoFilter);
    let fault =
        |e: png::EncodingError| RenderError { name: name.to_owned(), message: e.to_string() };
    let mut writer = encoder.write_header().map_err(fault)?;
    writer.write_image_data(&pixels).map_err(fault)?;
    writer.finish().map_err(fault)?;
    Ok(bytes)
}

fn size(drawing: &Drawing) -> (u32, u32) {
    (WIDTH as u32 * ZOOM, drawing.height.ceil() as u32 * ZOOM)
}

/// Mean of each square of `SMOOTH` by `SMOOTH` pixels.
fn smooth(pixels: &[u8], width: usize, height: usize) -> (Vec<u8>, usize, usize) {
    let side = SMOOTH as usize;
    let (w, h) = (width / side, height / side);
    let mut out = Vec::with_capacity(3 * w * h);
    let mut sums = vec![[0_u16; 3]; w];
    for rows in pixels.chunks_exact(3 * width * side) {
        sums.fill([0; 3]);
        for row in rows.chunks_exact(3 * width) {
            for (sum, square) in sums.iter_mut().zip(row.chunks_exact(3 * side)) {
                for pixel in square.chunks_exact(3) {
                    sum[0] += u16::from(pixel[0]);
                    sum[1] += u16::from(pixel[1]);
                    sum[2] += u16::from(pixel[2]);
                }
            }
        }
        let count = (SMOOTH * SMOOTH) as u16;
        out.extend(sums.iter().flatten().map(|sum| ((sum + count / 2) / count) as u8));
    }
    (out, w, h)
}

fn paint<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    drawing: &Drawing,
    name: &str,
    rise: f64,
) -> Result<(), RenderError> {
    let fault = |message: String| RenderError { name: name.to_owned(), message };
    if !font::ready() {
        return Err(fault("the bundled font cannot be read".to_owned()));
    }
    area.fill(&WHITE).map_err(|e| fault(e.to_string()))?;
    for mark in &drawing.marks {
        match mark {
            Mark::Area { points, colour, opacity } => {
                let style = colour_of(*colour).mix(*opacity).filled();
                area.draw(&Polygon::new(pixels(points), style))
            }
            Mark::Line { points, colour, width } => {
                let stroke_width = (width * f64::from(ZOOM)).round() as u32;
                let color = colour_of(*colour).to_rgba();
                let style = ShapeStyle { color, filled: false, stroke_width };
                area.draw(&PathElement::new(pixels(points), style))
            }
            Mark::Text { at, text, size, anchor, colour } => {
                let h_pos = match anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let style = (font::FAMILY, size * f64::from(ZOOM))
                    .into_font()
                    .color(&colour_of(*colour))
                    .pos(Pos::new(h_pos, VPos::Center));
                let text: String = text.chars().filter(|c| !c.is_control()).collect();
                area.draw(&Text::new(text, pixel((at.0, at.1 + rise * size)), style))
            }
        }
        .map_err(|e| fault(e.to_string()))?;
    }
    area.present().map_err(|e| fault(e.to_string()))
}

fn colour_of(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn pixels(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().map(|&p| pixel(p)).collect()
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    let zoom = f64::from(ZOOM);
    ((x * zoom).round() as i32, (y * zoom).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_averages_squares_of_pixels() {
        let dark = [0, 0, 0];
        let light = [200, 100, 4];
        let row = [light, light, dark, dark].concat();
        let below = [dark, dark, dark, dark].concat();
        let (pixels, width, height) = smooth(&[row, below].concat(), 4, 2);
        assert_eq!((width, height), (2, 1));
        assert_eq!(pixels, [100, 50, 2, 0, 0, 0]);
    }
}
