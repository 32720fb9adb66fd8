//! From the weeks of a replicate to one number, and its paired comparison.

use super::paired::{Paired, Resamples};
use super::variants::Runs;
use crate::engine::draws::Draws;
use crate::measure::INDICATORS;

/// How the weeks of a series become one number. Week 0, the state before the first week, is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reducer {
    /// Mean over weeks.
    Mean,
    /// Sum over weeks; of a rate per month each week adds its part of the month.
    Total,
    /// Highest week.
    Peak,
    /// Lowest week.
    Low,
    /// Last week.
    End,
}

impl Reducer {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Total => "total",
            Self::Peak => "peak",
            Self::Low => "low",
            Self::End => "end",
        }
    }

    /// The number that `weeks`, from week 0, become; NaN where no week is defined.
    pub fn of(self, weeks: impl Iterator<Item = f64>) -> f64 {
        let defined: Vec<f64> = weeks.skip(1).filter(|x| !x.is_nan()).collect();
        let sum: f64 = defined.iter().sum();
        match (self, defined.last()) {
            (_, None) => f64::NAN,
            (Self::Mean, _) => sum / defined.len() as f64,
            (Self::Total, _) => sum,
            (Self::Peak, _) => defined.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            (Self::Low, _) => defined.iter().copied().fold(f64::INFINITY, f64::min),
            (Self::End, Some(last)) => *last,
        }
    }
}

/// Draws of comparisons: their own, so that they share none with a replicate or week 0.
pub fn draws(seed: u64) -> Draws {
    Draws::new(seed, u32::MAX - 1)
}

/// Compares scenarios of one set of runs.
#[derive(Debug, Clone)]
pub struct Pairing<'a> {
    /// The runs.
    pub runs: &'a Runs,
    resamples: Resamples,
    draws: Draws,
}

impl<'a> Pairing<'a> {
    /// For all comparisons of `runs`.
    pub fn new(runs: &'a Runs) -> Self {
        let draws = draws(runs.baseline().seed);
        Self { runs, resamples: Resamples::new(runs.replicates(), draws), draws }
    }

    /// The draws of these comparisons.
    pub fn draws(&self) -> Draws {
        self.draws
    }

    /// Quantile of Student's t for a 95 % interval over all replicates.
    pub fn t(&self) -> f64 {
        self.resamples.t
    }

    /// One number of each replicate of a scenario.
    pub fn outcome(&self, variant: usize, k: usize, reducer: Reducer) -> Vec<f64> {
        let share = match reducer {
            Reducer::Total => {
                INDICATORS[usize::from(self.runs.plan.keys[k].indicator)].week_share()
            }
            _ => 1.0,
        };
        (0..self.runs.replicates())
            .map(|r| share * reducer.of(self.runs.weekly(variant, k, r)))
            .collect()
    }

    /// Two lists of numbers by replicate, compared.
    pub fn compare(&self, base: &[f64], other: &[f64]) -> Paired {
        Paired::of(base, other, &self.resamples, self.draws)
    }

    /// Scenario `b` against scenario `a` in one number.
    pub fn reduced(&self, a: usize, b: usize, k: usize, reducer: Reducer) -> Paired {
        self.compare(&self.outcome(a, k, reducer), &self.outcome(b, k, reducer))
    }

    /// Scenario `b` against scenario `a` in one week.
    pub fn week(&self, a: usize, b: usize, k: usize, week: usize) -> Paired {
        self.compare(&self.runs.at(a, k, week), &self.runs.at(b, k, week))
    }

    /// Differences of scenario `b` from `a`, by week and replicate.
    pub fn differences(&self, a: usize, b: usize, k: usize) -> Vec<Vec<f64>> {
        let minus = |(a, b): (f64, f64)| b - a;
        (0..self.runs.length())
            .map(|w| {
                self.runs.at(a, k, w).into_iter().zip(self.runs.at(b, k, w)).map(minus).collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn week_0_and_undefined_weeks_are_left_out() {
        let weeks = [9.0, 2.0, f64::NAN, 4.0, 3.0];
        let of = |r: Reducer| r.of(weeks.into_iter());
        assert_eq!(of(Reducer::Mean), 3.0);
        assert_eq!(of(Reducer::Total), 9.0);
        assert_eq!((of(Reducer::Peak), of(Reducer::Low), of(Reducer::End)), (4.0, 2.0, 3.0));
        assert!(Reducer::Mean.of([1.0, f64::NAN].into_iter()).is_nan());
    }

    #[test]
    fn a_constant_shift_is_found_exactly_in_every_week_and_sum() {
        let runs = super::super::variants::testing::runs(2, |v, r, w, _| {
            f64::from(r * r) + w as f64 + 2.0 * v as f64
        });
        let pairing = Pairing::new(&runs);
        let p = pairing.week(0, 1, 0, 5);
        assert_eq!((p.mean, p.lo, p.hi, p.variance_ratio), (2.0, 2.0, 2.0, 0.0));
        let total = pairing.reduced(0, 1, 0, Reducer::Total);
        assert_eq!((total.mean, total.lo), (24.0, 24.0));
    }
}
