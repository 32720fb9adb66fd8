//! Numbers and text as people read them.

use crate::measure::{Band, Indicator};

/// Narrow no-break space between groups of three digits.
const THIN: char = '\u{202f}';
/// What stands for an undefined number.
pub const NOTHING: &str = "–";

/// Indicators whose unit is `share` but which are positions on a scale, not parts of a whole.
const SCALES: &[&str] = &[
    "life_satisfaction",
    "fear",
    "hostility",
    "trust_courts",
    "trust_police",
    "trust_authorities",
];

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A share, written as percent.
    Percent,
    /// A position from 0 to 1, or an index of that range.
    Scale,
    /// Money.
    Money,
    /// Persons, households or events.
    Count,
    /// Days.
    Days,
    /// An index.
    Index,
    /// A rate or ratio that is no part of a whole.
    Rate,
}

impl Quantity {
    /// How values of `indicator` are written.
    pub fn of(indicator: &Indicator) -> Self {
        match indicator.unit {
            "share" if SCALES.contains(&indicator.id) => Self::Scale,
            "share" => Self::Percent,
            "days" => Self::Days,
            unit if unit.starts_with("currency") => Self::Money,
            "index" => Self::Scale,
            unit if unit.starts_with("index") => Self::Index,
            "acts per member and week" | "ratio" | "level" => Self::Rate,
            _ => Self::Count,
        }
    }

    /// A value without its unit (percent keeps its sign); a dash where undefined.
    pub fn write(self, x: f64) -> String {
        if !x.is_finite() {
            return NOTHING.to_owned();
        }
        let (factor, word) = self.large(x);
        format!("{}{word}", self.write_like(x, x, factor))
    }

    /// A finite value beside others of which `like` is the largest, in units of `factor`.
    fn write_like(self, x: f64, like: f64, factor: f64) -> String {
        match self {
            Self::Percent if like != 0.0 && like.abs() < 0.01 => {
                format!("{}%", fixed(100.0 * x, 2))
            }
            Self::Percent => format!("{}%", fixed(100.0 * x, 1)),
            Self::Rate if like != 0.0 && like.abs() < 0.1 => fixed(x, 4),
            Self::Scale | Self::Rate => fixed(x, 2),
            Self::Money if factor > 1.0 => {
                let x = x / factor;
                fixed(x, if x.abs() < 9.995 { 2 } else { usize::from(x.abs() < 99.95) })
            }
            Self::Money => significant(x, 4),
            Self::Count => count(x, like),
            Self::Days | Self::Index => fixed(x, 1),
        }
    }

    /// Sums of money too long to read are written in millions or billions.
    fn large(self, like: f64) -> (f64, &'static str) {
        match self {
            Self::Money if like.abs() >= 1e9 => (1e9, " billion"),
            Self::Money if like.abs() >= 1e7 => (1e6, " million"),
            _ => (1.0, ""),
        }
    }

    /// The label of an axis tick when ticks are `step` apart.
    pub fn tick(self, x: f64, step: f64) -> String {
        let factor = if self == Self::Percent { 100.0 } else { 1.0 };
        let mut decimals = 0;
        let mut scaled = step * factor;
        while (scaled - scaled.round()).abs() > 1e-6 * scaled && decimals < 6 {
            scaled *= 10.0;
            decimals += 1;
        }
        let sign = if self == Self::Percent { "%" } else { "" };
        format!("{}{sign}", fixed(x * factor, decimals))
    }

    /// Median and the 5 % to 95 % range, e.g. `12.0 [10.5–13.1]`.
    pub fn spread(self, band: &Band) -> String {
        if band.q50.is_nan() {
            return NOTHING.to_owned();
        }
        let like = band.q50.abs().max(band.q95.abs());
        let (factor, word) = self.large(like);
        let write = |x: f64| {
            if x.is_finite() { self.write_like(x, like, factor) } else { NOTHING.to_owned() }
        };
        format!("{} [{}–{}]{word}", write(band.q50), write(band.q05), write(band.q95))
    }
}

/// The unit of an indicator in words.
pub fn unit(indicator: &Indicator, currency: &str) -> String {
    match Quantity::of(indicator) {
        Quantity::Scale if indicator.unit == "index" => "index from 0 to 1".to_owned(),
        Quantity::Scale => "scale from 0 to 1".to_owned(),
        Quantity::Percent => "percent".to_owned(),
        Quantity::Index => indicator
            .unit
            .replace(", 0 to", " from 0 to")
            .replace(", week 0 = 100", " (week 0 = 100)"),
        _ => indicator.unit.replace("currency", currency),
    }
}

/// The unit of a sum of an indicator over weeks, in words.
pub fn unit_in_all(indicator: &Indicator, currency: &str) -> String {
    indicator.unit_in_all().replace("currency", currency)
}

/// A number with `decimals` digits after the point.
pub fn fixed(x: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", x.abs());
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::new();
    if x < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(THIN);
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A count to three digits; with one decimal while `like`, the largest of its fellows, is below 10.
fn count(x: f64, like: f64) -> String {
    if like != 0.0 && like.abs() < 9.95 { fixed(x, 1) } else { significant(x.round(), 3) }
}

/// A number rounded to `digits` significant digits, without decimals.
pub fn significant(x: f64, digits: i32) -> String {
    let mut unit = 1.0;
    let mut size = 0;
    while x.abs() >= unit * 10.0 && size < 300 {
        unit *= 10.0;
        size += 1;
    }
    let step = 10_f64.powi((size + 1 - digits).max(0));
    fixed((x / step).round() * step, 0)
}

/// Text that is safe inside HTML and SVG, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_by_a_thin_space() {
        assert_eq!(Quantity::Money.write(286_437.0), "286\u{202f}400");
        assert_eq!(Quantity::Count.write(-1_234_567.0), "−1\u{202f}230\u{202f}000");
        assert_eq!(fixed(-0.001, 1), "0.0");
    }

    #[test]
    fn shares_are_percent_and_attitudes_are_not() {
        let of = |id: &str| {
            let i = crate::measure::indicator(id).unwrap();
            Quantity::of(&crate::measure::INDICATORS[i])
        };
        assert_eq!(of("vacancy").write(0.0514), "5.1%");
        assert_eq!(of("fear").write(0.314), "0.31");
    }

    #[test]
    fn what_may_exceed_the_whole_or_is_no_part_of_it_is_not_written_as_percent() {
        let of = |id: &str| {
            let i = &crate::measure::INDICATORS[crate::measure::indicator(id).unwrap()];
            (Quantity::of(i).write(0.578), Quantity::of(i).write(0.0123), unit(i, "KZT"))
        };
        let (acts, few, unit) = of("treatment_gap");
        assert_eq!((acts.as_str(), few.as_str()), ("0.58", "0.0123"));
        assert_eq!(unit, "acts per member and week");
        assert_eq!(of("treatment_gap.rents").2, "ratio");
        assert_eq!(of("treatment_gap.jobs").0, "57.8%");
    }

    #[test]
    fn a_sum_over_weeks_is_not_per_week_or_month() {
        let of = |id: &str| {
            let i = crate::measure::indicator(id).unwrap();
            unit_in_all(&crate::measure::INDICATORS[i], "KZT")
        };
        assert_eq!(["exits", "tax_gain", "evictions"].map(of), ["persons", "KZT", "households"]);
        for i in crate::measure::INDICATORS {
            if crate::ensemble::comparison::natural(i.id)
                == crate::ensemble::outcomes::Reducer::Total
            {
                assert!(!unit_in_all(i, "KZT").contains(" per "), "{}", i.id);
            }
        }
    }

    #[test]
    fn large_sums_are_written_in_millions_or_billions() {
        assert_eq!(Quantity::Money.write(26_450_000_000.0), "26.4 billion");
        let band = Band::of([1.786e9, 1.79e9, 1.82e9].into_iter());
        assert_eq!(Quantity::Money.spread(&band), "1.79 [1.79–1.82] billion");
        assert_eq!(Quantity::Money.write(44_540_000.0), "44.5 million");
    }

    #[test]
    fn small_shares_keep_a_second_decimal() {
        assert_eq!(Quantity::Percent.write(0.0031), "0.31%");
        assert_eq!(Quantity::Percent.write(0.0), "0.0%");
    }

    #[test]
    fn ticks_show_as_many_decimals_as_their_step_needs() {
        assert_eq!(Quantity::Scale.tick(0.35, 0.05), "0.35");
        assert_eq!(Quantity::Percent.tick(0.025, 0.005), "2.5%");
        assert_eq!(Quantity::Money.tick(200_000.0, 50_000.0), "200\u{202f}000");
    }

    #[test]
    fn undefined_numbers_are_a_dash() {
        assert_eq!(Quantity::Days.spread(&Band::of(std::iter::empty())), NOTHING);
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<b a=\"1\">&'\n"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39; ");
    }
}
