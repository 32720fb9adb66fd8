//! Outcomes: one number of one replicate.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensemble::outcomes::Reducer as Simple;
use crate::measure::{INDICATORS, Key};

/// How the weeks of a series become one number. Week 0, the state before the first week, counts only where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reducer {
    /// Highest week.
    Peak,
    /// Mean over weeks.
    Mean,
    /// Sum over weeks: value times weeks.
    Area,
    /// Number of the first week at the highest value.
    TimeToPeak,
    /// Weeks from the peak until half of its rise over week 0 is gone; empty if it did not rise, or not fall so far.
    HalfLife,
    /// Share of weeks above `above`.
    ShareAbove,
}

impl Reducer {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Peak => "peak",
            Self::Mean => "mean",
            Self::Area => "area",
            Self::TimeToPeak => "time_to_peak",
            Self::HalfLife => "half_life",
            Self::ShareAbove => "share_above",
        }
    }

    /// The number that `weeks`, from week 0, become; NaN where undefined. `above` is for [`Self::ShareAbove`].
    pub fn of(self, weeks: &[f64], above: f64) -> f64 {
        match self {
            Self::Peak => Simple::Peak.of(weeks.iter().copied()),
            Self::Mean => Simple::Mean.of(weeks.iter().copied()),
            Self::Area => Simple::Total.of(weeks.iter().copied()),
            Self::TimeToPeak => peak(weeks).map_or(f64::NAN, |(week, _)| week as f64),
            Self::HalfLife => half_life(weeks).map_or(f64::NAN, |weeks| weeks as f64),
            Self::ShareAbove => {
                let defined: Vec<f64> =
                    weeks.iter().skip(1).copied().filter(|x| !x.is_nan()).collect();
                let over = defined.iter().filter(|x| **x > above).count();
                // None of none is undefined.
                over as f64 / defined.len() as f64
            }
        }
    }
}

/// The first week, from 1, at the highest value, and that value.
fn peak(weeks: &[f64]) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (week, &x) in weeks.iter().enumerate().skip(1) {
        if !x.is_nan() && best.is_none_or(|(_, most)| x > most) {
            best = Some((week, x));
        }
    }
    best
}

fn half_life(weeks: &[f64]) -> Option<usize> {
    let (at, most) = peak(weeks)?;
    // A flow is undefined in week 0, before anything happened: it starts from nothing.
    let start = weeks.first().copied().filter(|x| !x.is_nan()).unwrap_or(0.0);
    if most <= start {
        return None;
    }
    let half = f64::midpoint(start, most);
    weeks[at..].iter().position(|x| *x <= half)
}

/// What is kept of each unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Name of its column.
    pub id: String,
    /// Indicator.
    pub indicator: String,
    /// Code of a region, or `all`.
    pub region: String,
    /// Id of a group, or `all`.
    pub group: String,
    /// Id of a target group, `all` for the mean over them; nothing for an indicator without targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// How its weeks become one number.
    pub reducer: Reducer,
    /// Threshold of `share_above`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
}

impl Outcome {
    /// Its series among those of a scenario with these `regions` and `groups`; nothing if it is not there.
    pub fn key(&self, regions: &[&str], groups: &[&str]) -> Option<Key> {
        let place = |name: &str, known: &[&str]| -> Option<Option<u16>> {
            if name == "all" {
                return Some(None);
            }
            known.iter().position(|other| *other == name).map(|at| Some(at as u16))
        };
        Some(Key {
            region: place(&self.region, regions)?,
            group: place(&self.group, groups)?,
            target: place(self.target.as_deref().unwrap_or("all"), groups)?,
            indicator: INDICATORS.iter().position(|i| i.id == self.indicator)? as u16,
        })
    }

    /// Its number, from weekly values beginning with week 0.
    pub fn of(&self, weeks: &[f64]) -> f64 {
        self.reducer.of(weeks, self.above.unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn each_reducer_does_what_it_says() {
        let weeks = [1.0, 2.0, 5.0, NAN, 4.0, 5.0, 3.0, 2.0];
        let of = |r: Reducer| r.of(&weeks, 3.5);
        assert_eq!((of(Reducer::Peak), of(Reducer::Mean), of(Reducer::Area)), (5.0, 3.5, 21.0));
        assert_eq!((of(Reducer::TimeToPeak), of(Reducer::HalfLife)), (2.0, 4.0));
        assert_eq!(of(Reducer::ShareAbove), 0.5);
    }

    #[test]
    fn there_is_no_half_life_without_a_rise_or_without_its_fall() {
        let of = |weeks: &[f64]| Reducer::HalfLife.of(weeks, NAN);
        assert!(of(&[3.0, 2.0, 1.0]).is_nan());
        assert!(of(&[1.0, 3.0, 2.5]).is_nan());
        // A flow starts from nothing.
        assert_eq!(of(&[NAN, 4.0, 3.0, 2.0]), 2.0);
    }

    #[test]
    fn nothing_defined_is_undefined() {
        let all = [
            Reducer::Peak,
            Reducer::Mean,
            Reducer::Area,
            Reducer::TimeToPeak,
            Reducer::HalfLife,
            Reducer::ShareAbove,
        ];
        assert!(all.into_iter().all(|r| r.of(&[1.0, NAN, NAN], 0.0).is_nan()));
    }
}
