//! The bundled font: charts look the same on a machine without any font.

use std::sync::OnceLock;

use plotters::style::{FontStyle, IntoFont, register_font};

/// Family name as written into SVG, with metric-compatible fallbacks for browsers.
pub const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Cut to Latin, Greek, Cyrillic, arrows and mathematical signs; licence beside it in `assets/`.
static FONT: &[u8] = include_bytes!("../../../assets/DejaVuSans-subset.ttf");

/// Makes the font known to the drawing library, once; `false` if it cannot be read.
pub fn ready() -> bool {
    static READY: OnceLock<bool> = OnceLock::new();
    *READY.get_or_init(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok())
}

/// Width of `text` in pixels at `size` (see [`super::drawing::Mark::Text`]).
pub fn width(text: &str, size: f64) -> f64 {
    // The library rounds to whole pixels, so measure large.
    const ZOOM: f64 = 8.0;
    let measured =
        if ready() { (FAMILY, size * ZOOM).into_font().box_size(text).ok() } else { None };
    measured.map_or(0.6 * size * text.chars().count() as f64, |(w, _)| f64::from(w) / ZOOM)
}

/// `text`, cut with an ellipsis so that it is at most `room` pixels wide.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let cut = format!("{}…", kept.iter().collect::<String>().trim_end());
        if width(&cut, size) <= room {
            return cut;
        }
    }
    String::new()
}

/// `text` broken at spaces into lines of at most `room` pixels.
pub fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_kazakh_greek_and_accented_letters() {
        assert!(ready());
        let missing = width("\u{10FFFF}", 100.0);
        for text in ["қ", "ə", "β", "é", "→", "≤", "\u{202f}"] {
            assert!((width(text, 100.0) - missing).abs() > 0.01, "{text} is not in the font");
        }
    }

    #[test]
    fn fitted_text_is_never_wider_than_its_room() {
        for room in [0.0, 5.0, 40.0, 90.0] {
            assert!(width(&fit("A rather long region name", 15.0, room), 15.0) <= room);
        }
    }

    #[test]
    fn wrapping_keeps_every_word() {
        let lines = wrap("one two three four five", 15.0, 60.0);
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), "one two three four five");
    }
}
