//! Charts of differences between scenarios over weeks, each with its simultaneous band and a zero line.

use super::axis::{Frame, LANE, Lanes, Range};
use super::drawing::{Anchor, Drawing, Point, SMALL, WIDTH};
use super::panels::{RIGHT, draw_legend};
use super::style::{INK, SOFT, look};
use super::{MARGIN, draw_note, draw_title, font};
use crate::ensemble::paired::Curve;
use crate::report::calendar::Calendar;
use crate::report::text::Quantity;

/// Why weeks have no band.
const GAPS: &str = " No band where fewer than half of the pairs, or fewer than four, have a value in both scenarios.";

/// One plotting area.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferencePanel<'a> {
    /// What differs, with its unit.
    pub heading: String,
    /// How values are written.
    pub quantity: Quantity,
    /// Name and curve of each comparison.
    pub curves: Vec<(String, &'a Curve)>,
}

/// A chart of one or more panels, one below the other.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceChart<'a> {
    /// What is shown.
    pub title: String,
    /// Panels from the top.
    pub panels: Vec<DifferencePanel<'a>>,
    /// Dates and events.
    pub calendar: &'a Calendar,
    /// Replicates behind the bands.
    pub replicates: usize,
}

impl DifferenceChart<'_> {
    fn legend(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.panels.iter().flat_map(|p| &p.curves) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a curve has weeks without a band.
    fn gaps(&self) -> bool {
        let mut curves = self.panels.iter().flat_map(|p| &p.curves);
        curves.any(|(_, c)| c.mean.iter().zip(&c.lo).any(|(m, lo)| m.is_finite() && lo.is_nan()))
    }

    /// A range that always shows zero.
    fn range(panel: &DifferencePanel<'_>) -> Range {
        let edges = panel.curves.iter().flat_map(|(_, c)| {
            let defined = |x: &&f64| x.is_finite();
            c.lo.iter().chain(&c.hi).chain(&c.mean).filter(defined).copied()
        });
        let values: Vec<f64> = edges.chain([0.0]).collect();
        let size = values.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        if size == 0.0 {
            return Range::of(values.into_iter(), panel.quantity, 3.0);
        }
        // Differences of shares may be far smaller than the least range of a share, so they are scaled first.
        let scaled = Range::of(values.iter().map(|x| x / size), Quantity::Index, 3.0);
        let step = size * scaled.step;
        let power = round_down(step);
        let step = (step / power).round().max(1.0) * power;
        let (low, high) = (scaled.low * size, scaled.high * size);
        Range { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// Lays the chart out.
    pub(super) fn layout(&self) -> Drawing {
        let mut drawing = Drawing::new(0.0);
        let mut y = draw_title(&mut drawing, &self.title);
        let names = self.legend();
        if names.len() > 1 {
            y = draw_legend(&mut drawing, y, &names);
        }
        let height = if self.panels.len() == 1 { 310.0 } else { 165.0 };
        let ranges: Vec<Range> = self.panels.iter().map(Self::range).collect();
        let labels = self.panels.iter().zip(&ranges).flat_map(|(p, range)| {
            range
                .ticks()
                .map(|v| font::width(&p.quantity.tick(v, range.step), SMALL))
                .collect::<Vec<_>>()
        });
        let left = MARGIN + 8.0 + labels.fold(0.0, f64::max);
        let width = WIDTH - left - RIGHT;
        let lanes = Lanes::new(self.calendar, left, width);
        y += LANE * lanes.count as f64;
        for (i, (panel, range)) in self.panels.iter().zip(ranges).enumerate() {
            let at = (left, y + 24.0 + i as f64 * (height + 38.0));
            let frame = Frame { at, width, height, weeks: self.calendar.weeks, range };
            let heading = font::fit(&panel.heading, SMALL, width);
            drawing.text((at.0, at.1 - 13.0), &heading, Anchor::Start, INK);
            frame.draw_values(&mut drawing, panel.quantity, true);
            frame.draw_events(&mut drawing, self.calendar);
            if i == 0 {
                lanes.draw(&mut drawing, &Frame { at: (at.0, y), ..frame.clone() });
            }
            let zero = frame.y(0.0);
            drawing.line(&[(left, zero), (left + width, zero)], INK, 1.4, &[]);
            draw_curves(&mut drawing, &frame, panel, &names);
            frame.draw_weeks(&mut drawing, self.calendar, i + 1 == self.panels.len());
        }
        y += self.panels.len() as f64 * (height + 38.0) + 32.0;
        let note = format!(
            "Lines: mean difference over {} pairs of runs with the same random numbers. Bands: the whole curve lies \
             inside with 95% confidence.{} Bars at the foot: weeks in which the band leaves out zero, four or more \
             in a row.{}",
            self.replicates,
            if self.gaps() { GAPS } else { "" },
            self.calendar.dotted(lanes.left_out)
        );
        y = draw_note(&mut drawing, y, &note);
        drawing.height = y + 8.0;
        drawing
    }
}

/// The largest power of ten that is not above `x`.
fn round_down(x: f64) -> f64 {
    let mut power = 1.0;
    while power > x && power > 1e-12 {
        power /= 10.0;
    }
    while power * 10.0 <= x && power < 1e18 {
        power *= 10.0;
    }
    power
}

fn draw_curves(drawing: &mut Drawing, frame: &Frame, panel: &DifferencePanel<'_>, names: &[&str]) {
    let position = |name: &str| names.iter().position(|n| *n == name).unwrap_or(0);
    let point = |values: &[f64], w: usize| (frame.x(w as f64), frame.y(values[w]));
    for (name, curve) in &panel.curves {
        for part in parts(&curve.lo) {
            let there = part.iter().map(|w| point(&curve.hi, *w));
            let back = part.iter().rev().map(|w| point(&curve.lo, *w));
            drawing.area(there.chain(back).collect(), look(position(name)).colour, 0.18);
        }
    }
    for (name, curve) in &panel.curves {
        let look = look(position(name));
        for part in parts(&curve.mean) {
            let points: Vec<Point> = part.iter().map(|w| point(&curve.mean, *w)).collect();
            drawing.line(&points, look.colour, 2.2, look.dash);
        }
        let foot = frame.at.1 + frame.height - 4.0 - 5.0 * position(name) as f64;
        for (first, last) in curve.apart() {
            let line = [(frame.x(first as f64), foot), (frame.x(last as f64), foot)];
            drawing.line(&line, look.colour, 4.0, &[]);
        }
    }
    if panel.curves.iter().all(|(_, c)| c.mean.iter().all(|x| x.is_nan())) {
        let middle = (frame.at.0 + frame.width / 2.0, frame.at.1 + frame.height / 2.0);
        drawing.text(middle, "no data", Anchor::Middle, SOFT);
    }
}

/// Runs of defined weeks.
fn parts(values: &[f64]) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for w in (0..values.len()).filter(|w| values[*w].is_finite()) {
        match parts.last_mut() {
            Some(part) if part.last() == Some(&(w.wrapping_sub(1))) => part.push(w),
            _ => parts.push(vec![w]),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_fill_the_chart_and_zero_is_on_it() {
        let curve = Curve {
            mean: vec![0.0, 0.002, 0.003],
            lo: vec![0.0, 0.001, 0.0012],
            hi: vec![0.0, 0.003, 0.0046],
        };
        let panel = DifferencePanel {
            heading: String::new(),
            quantity: Quantity::Percent,
            curves: vec![(String::new(), &curve)],
        };
        let range = DifferenceChart::range(&panel);
        assert!(range.low <= 0.0 && range.high >= 0.0046 && range.high < 0.01, "{range:?}");
        assert!((2..12).contains(&range.ticks().count()));
    }

    #[test]
    fn gaps_split_a_curve() {
        let nan = f64::NAN;
        assert_eq!(parts(&[nan, 1.0, 2.0, nan, 3.0]), [vec![1, 2], vec![4]]);
    }
}
