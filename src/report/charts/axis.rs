//! Axes: ranges, ticks, month labels and the marks of dated events.

use super::drawing::{Anchor, Drawing, Point, SMALL, WIDTH};
use super::style::{GRID, INK, PAPER, SOFT};
use super::{font, style};
use crate::measure::Band;
use crate::report::calendar::Calendar;
use crate::report::text::Quantity;
use crate::scenario::DAYS_PER_WEEK;

/// Height of one lane of event labels, pixels.
pub const LANE: f64 = 18.0;
const MAX_LANES: usize = 4;
const MAX_LABEL: f64 = 260.0;

/// A range of values with round ticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Lowest value shown.
    pub low: f64,
    /// Highest value shown.
    pub high: f64,
    /// Distance between ticks.
    pub step: f64,
}

impl Range {
    /// A range that holds all finite `values` and 0 where that wastes little room. A range is never
    /// so narrow that noise fills the chart: at least 0.05 for shares and scales, else 5 % of the value.
    pub fn of(values: impl Iterator<Item = f64>, quantity: Quantity, ticks: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in values.filter(|x| x.is_finite()) {
            low = low.min(x);
            high = high.max(x);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let least = match quantity {
            Quantity::Percent | Quantity::Scale => 0.05,
            _ => (0.05 * low.abs().max(high.abs())).max(1e-3),
        };
        if high - low < least {
            let middle = f64::midpoint(low, high);
            let floor = if low >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
            low = (middle - least / 2.0).max(floor);
            high = low + least;
        }
        if low > 0.0 && low < 0.45 * high {
            low = 0.0;
        }
        let step = round_step((high - low) / ticks);
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// Values of the ticks.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        let count = ((self.high - self.low) / self.step).round() as u32;
        (0..=count).map(|i| self.low + f64::from(i) * self.step)
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `x`.
fn round_step(x: f64) -> f64 {
    let mut power = 1.0;
    while power > x && power > 1e-12 {
        power /= 10.0;
    }
    while power * 10.0 <= x && power < 1e18 {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0].into_iter().map(|k| k * power).find(|s| *s >= x).unwrap_or(10.0 * power)
}

/// A plotting rectangle.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Upper left corner.
    pub at: Point,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// Last week.
    pub weeks: u32,
    /// Values.
    pub range: Range,
}

impl Frame {
    /// Position of a week.
    pub fn x(&self, week: f64) -> f64 {
        self.at.0 + self.width * week / f64::from(self.weeks.max(1))
    }

    /// Position of a value.
    pub fn y(&self, value: f64) -> f64 {
        let share = (value - self.range.low) / (self.range.high - self.range.low);
        self.at.1 + self.height * (1.0 - share)
    }

    /// Draws grid and value labels (the labels if `labelled`).
    pub fn draw_values(&self, drawing: &mut Drawing, quantity: Quantity, labelled: bool) {
        let right = self.at.0 + self.width;
        for value in self.range.ticks() {
            let y = self.y(value);
            drawing.line(&[(self.at.0, y), (right, y)], GRID, 0.8, &[]);
            if labelled {
                let label = quantity.tick(value, self.range.step);
                drawing.text((self.at.0 - 7.0, y), &label, Anchor::End, INK);
            }
        }
    }

    /// Draws the time axis (labels if `labelled`).
    pub fn draw_weeks(&self, drawing: &mut Drawing, calendar: &Calendar, labelled: bool) {
        let bottom = self.at.1 + self.height;
        drawing.line(&[(self.at.0, bottom), (self.at.0 + self.width, bottom)], INK, 1.0, &[]);
        for tick in calendar.ticks(self.width) {
            let x = self.x(tick.week);
            drawing.line(&[(x, bottom), (x, bottom + 5.0)], INK, 1.0, &[]);
            if labelled {
                for (text, down, ink) in [(&tick.label, 15.0, INK), (&tick.below, 32.0, SOFT)] {
                    let most = WIDTH - 4.0 - font::width(text, SMALL) / 2.0;
                    drawing.text((x.min(most), bottom + down), text, Anchor::Middle, ink);
                }
            }
        }
    }

    /// Draws a dotted line at each dated event, from `top` of the frame.
    pub fn draw_events(&self, drawing: &mut Drawing, calendar: &Calendar) {
        for event in &calendar.events {
            let x = self.x(event.day as f64 / f64::from(DAYS_PER_WEEK));
            let line = [(x, self.at.1), (x, self.at.1 + self.height)];
            drawing.line(&line, SOFT, 1.0, &[2.0, 3.0]);
        }
    }

    /// The parts of a series where it is defined, each a list of weeks.
    pub fn defined(bands: &[Band]) -> Vec<Vec<usize>> {
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut open = false;
        for (week, band) in bands.iter().enumerate() {
            let here = band.q50.is_finite();
            match parts.last_mut() {
                Some(part) if here && open => part.push(week),
                _ if here => parts.push(vec![week]),
                _ => {}
            }
            open = here;
        }
        parts
    }
}

/// Event labels in lanes above a frame, so that none covers another.
#[derive(Debug, Clone, PartialEq)]
pub struct Lanes {
    /// Week, text, lane, and whether the text lies left of its line.
    labels: Vec<(f64, String, usize, bool)>,
    /// Number of lanes in use.
    pub count: usize,
    /// Labels that are not shown in full.
    pub left_out: usize,
}

/// As many labels of one day as fit, and how many do not; a label that is too long by itself is cut.
fn fitting(label: &str) -> (String, usize) {
    let names: Vec<&str> = label.split("; ").collect();
    for kept in (1..=names.len()).rev() {
        let rest = names.len() - kept;
        let more = if rest > 0 { format!("; {rest} more") } else { String::new() };
        let text = format!("{}{more}", names[..kept].join("; "));
        if font::width(&text, SMALL) <= MAX_LABEL {
            return (text, rest);
        }
    }
    (font::fit(label, SMALL, MAX_LABEL), names.len())
}

impl Lanes {
    /// Places the labels of `calendar` over an axis from `left`, `width` pixels wide. Labels that find
    /// no room in four lanes are left out and counted (their lines stay).
    pub fn new(calendar: &Calendar, left: f64, width: f64) -> Self {
        let mut ends = [f64::NEG_INFINITY; MAX_LANES];
        let mut labels = Vec::new();
        let mut left_out = 0;
        for event in &calendar.events {
            let week = event.day as f64 / f64::from(DAYS_PER_WEEK);
            let x = left + width * week / f64::from(calendar.weeks.max(1));
            let (text, cut) = fitting(&event.label);
            let room = font::width(&text, SMALL);
            let flip = x + 4.0 + room > left + width;
            let (start, end) = if flip { (x - 4.0 - room, x) } else { (x, x + 4.0 + room) };
            if let Some(lane) = ends.iter().position(|e| *e + 6.0 <= start) {
                ends[lane] = end;
                labels.push((week, text, lane, flip));
                left_out += cut;
            } else {
                left_out += event.label.split("; ").count();
            }
        }
        let count = labels.iter().map(|l| l.2 + 1).max().unwrap_or(0);
        Self { labels, count, left_out }
    }

    /// Draws the labels in the lanes directly above `frame`.
    pub fn draw(&self, drawing: &mut Drawing, frame: &Frame) {
        let lane_y = |lane: usize| frame.at.1 - LANE * (self.count - lane) as f64 + LANE / 2.0;
        for (week, _, lane, _) in &self.labels {
            let x = frame.x(*week);
            let line = [(x, lane_y(*lane) - LANE / 2.0 + 2.0), (x, frame.at.1)];
            drawing.line(&line, SOFT, 1.0, &[2.0, 3.0]);
        }
        for (week, text, lane, flip) in &self.labels {
            let (x, y, room) = (frame.x(*week), lane_y(*lane), font::width(text, SMALL));
            let start = if *flip { x - 3.0 - room } else { x + 3.0 };
            drawing.rectangle((start, y - LANE / 2.0), room, LANE - 1.0, PAPER);
            drawing.text((start, y), text, Anchor::Start, style::INK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::calendar::Event;
    use crate::report::fixture;

    #[test]
    fn ranges_hold_their_values_with_round_ticks() {
        let range = Range::of([0.31, 0.47].into_iter(), Quantity::Scale, 4.0);
        assert!(range.low <= 0.31 && range.high >= 0.47);
        assert!((range.step - 0.05).abs() < 1e-12);
    }

    #[test]
    fn noise_does_not_fill_a_chart() {
        let range = Range::of([0.300, 0.301].into_iter(), Quantity::Percent, 4.0);
        assert!(range.high - range.low >= 0.049);
    }

    #[test]
    fn constant_huge_and_empty_values_have_a_range() {
        for values in [vec![0.0], vec![1e15, 1e15], vec![f64::NAN], vec![-5.0]] {
            let range = Range::of(values.into_iter(), Quantity::Count, 4.0);
            assert!(range.low < range.high && range.step > 0.0);
            assert!(range.ticks().count() < 20);
        }
    }

    #[test]
    fn labels_are_cut_between_names_and_counted() {
        let names: Vec<String> = (0..9).map(|i| format!("policy: number {i}")).collect();
        let (text, cut) = fitting(&names.join("; "));
        let kept = 9 - cut;
        assert!(kept >= 1 && text == format!("{}; {cut} more", names[..kept].join("; ")), "{text}");
        assert_eq!(fitting("wave"), ("wave".to_owned(), 0));
        assert_eq!(fitting(&"long ".repeat(40)).1, 1);
        let mut calendar = Calendar::new(&fixture::scenario(30, 3), 30);
        let event = |i: i64| Event { day: 100 + i, label: format!("a longer event label {i}") };
        calendar.events = (0..9).map(event).collect();
        let lanes = Lanes::new(&calendar, 70.0, 800.0);
        assert_eq!((lanes.labels.len(), lanes.left_out), (4, 5));
    }

    #[test]
    fn labels_in_one_lane_do_not_touch() {
        let mut calendar = Calendar::new(&fixture::scenario(30, 3), 30);
        calendar.events = (0..14)
            .map(|i| Event { day: 10 * i, label: format!("a longer event label {i}") })
            .collect();
        let lanes = Lanes::new(&calendar, 70.0, 800.0);
        for (a, b) in lanes.labels.iter().zip(lanes.labels.iter().skip(1)) {
            assert!(a.2 != b.2 || a.0 < b.0);
        }
        let mut ends = vec![f64::NEG_INFINITY; lanes.count];
        for (week, text, lane, flip) in &lanes.labels {
            let x = 70.0 + 800.0 * week / 30.0;
            let room = font::width(text, SMALL);
            let (start, end) = if *flip { (x - room, x) } else { (x, x + room) };
            assert!(start >= ends[*lane] && end <= 870.0 + 1e-9);
            ends[*lane] = end;
        }
    }
}
