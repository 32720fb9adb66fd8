//! Interval of a mean from few values: the bias-corrected and accelerated bootstrap.
//!
//! Efron (1987), "Better bootstrap confidence intervals"; Efron and Tibshirani (1993), chapter 14. The
//! nominal levels are widened for small samples as in Hesterberg (2015), "What teachers should know about
//! the bootstrap", so that normal values get the width of a t interval. The resamples are drawn once for a number of
//! replicates and used for every value, so neighbouring weeks share their noise.

use super::distributions::student_quantile;
use crate::engine::draws::{Address, Draws, Kind, Purpose};
use crate::engine::math::{normal, normal_quantile};
use crate::measure::quantile;

/// Resamples behind an interval.
pub const RESAMPLES: usize = 2000;
/// Fewest different values for a bootstrap; fewer get a t interval.
pub const LEAST: usize = 8;
/// Fewest values for which a t interval is used, unless they are skewed.
pub const MANY: usize = 30;
/// Skewness over the root of the number of values above which a t interval is not trusted.
const SKEWED: f64 = 0.1;

/// How often each of `n` values is taken in each resample: `counts[i * RESAMPLES + b]`.
#[derive(Debug, Clone)]
pub struct Resamples {
    n: usize,
    counts: Vec<u16>,
    /// Quantile of Student's t for a 95 % interval of `n` values.
    pub t: f64,
}

impl Resamples {
    /// Resamples of `n` values; the same for the same `draws` and `n`.
    pub fn new(n: usize, draws: Draws) -> Self {
        let t = if n > 1 { student_quantile(0.975, n as f64 - 1.0) } else { f64::NAN };
        let mut counts = Vec::new();
        if n >= LEAST {
            counts = vec![0; n * RESAMPLES];
            let who = Address::new(Kind::Place, n as u32, 0);
            for b in 0..RESAMPLES {
                for four in 0..n.div_ceil(4) {
                    let words = draws.block(who, b as u32, Purpose::Resample, four as u32);
                    for word in words.into_iter().take(n - 4 * four) {
                        let i = (u64::from(word) * n as u64) >> 32;
                        counts[i as usize * RESAMPLES + b] += 1;
                    }
                }
            }
        }
        Self { n, counts, t }
    }

    /// Number of values they are for.
    pub fn count(&self) -> usize {
        self.n
    }

    /// 95 % interval of the mean of `d`, by the rule that suits their number and skewness; NaN for
    /// fewer than two.
    pub fn interval(&self, d: &[f64]) -> (f64, f64) {
        let n = d.len();
        debug_assert_eq!(n, self.n, "resamples are for another number of values");
        if n < 2 {
            return (f64::NAN, f64::NAN);
        }
        let moments = Moments::of(d);
        let half = self.t * moments.standard_error();
        let skewed = moments.skewness().abs() > SKEWED * libm::sqrt(n as f64);
        if distinct(d) < LEAST || (n >= MANY && !skewed) {
            return (moments.mean - half, moments.mean + half);
        }
        let mut means = vec![0.0; RESAMPLES];
        for (row, x) in self.counts.chunks_exact(RESAMPLES).zip(d) {
            for (mean, count) in means.iter_mut().zip(row) {
                *mean += f64::from(*count) * (x - moments.mean);
            }
        }
        let below = means.iter().filter(|m| **m < 0.0).count() as f64;
        let same = means.iter().filter(|m| **m == 0.0).count() as f64;
        let bias = normal_quantile((below + 0.5 * same) / RESAMPLES as f64);
        let acceleration = moments.skewness() / (6.0 * libm::sqrt(n as f64));
        let wide = self.t * libm::sqrt(n as f64 / (n as f64 - 1.0));
        means.sort_unstable_by(f64::total_cmp);
        let end = |z: f64| moments.mean + quantile(&means, level(bias, acceleration, z)) / n as f64;
        (end(-wide), end(wide))
    }
}

/// Number of different values. With few of them, as in counts of rare events where most replicates agree, a resample
/// hardly ever reaches beyond those seen, and its interval would promise too much.
fn distinct(d: &[f64]) -> usize {
    let mut sorted = d.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    sorted.len()
}

/// The level of the bootstrap distribution that stands for the standard normal quantile `z`.
fn level(bias: f64, acceleration: f64, z: f64) -> f64 {
    let moved = bias + z;
    // Far out the denominator changes sign; there the end of the distribution is meant.
    let stretch = (1.0 - acceleration * moved).max(1e-3);
    normal(bias + moved / stretch).clamp(0.0, 1.0)
}

/// Mean and central sums of a sample.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    n: f64,
    /// Mean.
    pub mean: f64,
    /// Sum of squared deviations.
    pub square: f64,
    cube: f64,
}

impl Moments {
    /// Of a sample that is not empty.
    pub fn of(xs: &[f64]) -> Self {
        let n = xs.len() as f64;
        // Equal values have exactly no spread, whatever their sum rounds to.
        let same = xs.iter().all(|x| *x == xs[0]);
        let mean = if same { xs[0] } else { xs.iter().sum::<f64>() / n };
        let square = xs.iter().map(|x| (x - mean) * (x - mean)).sum();
        let cube = xs.iter().map(|x| (x - mean) * (x - mean) * (x - mean)).sum();
        Self { n, mean, square, cube }
    }

    /// Unbiased variance.
    pub fn variance(&self) -> f64 {
        self.square / (self.n - 1.0)
    }

    /// Standard error of the mean.
    pub fn standard_error(&self) -> f64 {
        libm::sqrt(self.variance() / self.n)
    }

    /// Skewness with `n` in its denominators; 0 where there is no spread.
    pub fn skewness(&self) -> f64 {
        let spread = self.square * libm::sqrt(self.square);
        if spread > 0.0 { libm::sqrt(self.n) * self.cube / spread } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Efron and Tibshirani (1993), 14.3: for the spatial test data bias 0.146 and acceleration 0.061 turn
    /// the levels 5 and 95 % into 11.0 and 98.5 %.
    #[test]
    fn levels_are_those_of_the_published_example() {
        assert!((level(0.146, 0.061, -1.644_854) - 0.110).abs() < 1e-3);
        assert!((level(0.146, 0.061, 1.644_854) - 0.985).abs() < 1e-3);
        assert!((level(0.0, 0.0, 1.644_854) - 0.95).abs() < 1e-6);
    }

    /// The acceleration of the same example, from the 26 values of its first test and the jackknife of their
    /// variance; that of a mean is a sixth of its skewness over the root of n.
    #[test]
    fn the_acceleration_is_that_of_the_published_example() {
        let a = [
            48.0, 36.0, 20.0, 29.0, 42.0, 42.0, 20.0, 42.0, 22.0, 41.0, 45.0, 14.0, 6.0, 0.0, 33.0,
            28.0, 34.0, 4.0, 32.0, 24.0, 47.0, 41.0, 24.0, 26.0, 30.0, 41.0,
        ];
        let variance = |xs: &[f64]| Moments::of(xs).square / xs.len() as f64;
        assert!((variance(&a) - 171.5).abs() < 0.05);
        let without: Vec<f64> = (0..a.len())
            .map(|i| {
                let left: Vec<f64> =
                    a.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, x)| *x).collect();
                -variance(&left)
            })
            .collect();
        let acceleration = Moments::of(&without).skewness() / (6.0 * (a.len() as f64).sqrt());
        assert!((acceleration - 0.061).abs() < 1e-3, "{acceleration}");
    }

    fn normal_values(n: usize, trial: u32) -> Vec<f64> {
        let draws = Draws::new(11, trial);
        let who = Address::new(Kind::Place, 0, 0);
        (0..n).map(|i| normal_quantile(draws.uniform(who, 0, Purpose::Traits, i as u32))).collect()
    }

    /// Share of trials in which the interval holds the true mean `truth` of `make(normal value)`.
    fn coverage(n: usize, truth: f64, make: fn(f64) -> f64) -> f64 {
        let resamples = Resamples::new(n, Draws::new(3, 0));
        let trials = 600;
        let inside = (0..trials)
            .filter(|trial| {
                let xs: Vec<f64> = normal_values(n, *trial).into_iter().map(make).collect();
                let (low, high) = resamples.interval(&xs);
                low <= truth && truth <= high
            })
            .count();
        inside as f64 / f64::from(trials)
    }

    #[test]
    fn intervals_cover_about_95_percent_of_the_time_with_8_and_20_values() {
        for n in [8, 20] {
            let share = coverage(n, 0.0, |z| z);
            assert!((0.92..=0.985).contains(&share), "{n}: {share}");
        }
        // A strongly skewed quantity: the mean of exponential values.
        let share = coverage(20, 1.0, |z| -libm::log(normal(z)));
        assert!((0.9..=0.98).contains(&share), "{share}");
    }

    #[test]
    fn many_symmetric_values_get_the_t_interval_and_skewed_ones_do_not() {
        let resamples = Resamples::new(40, Draws::new(3, 0));
        let even: Vec<f64> = (0..40).map(|i| f64::from(i) - 19.5).collect();
        let (low, high) = resamples.interval(&even);
        let half = resamples.t * Moments::of(&even).standard_error();
        assert!((low + half).abs() < 1e-12 && (high - half).abs() < 1e-12);
        let skewed: Vec<f64> = (0..40).map(|i| f64::from(i) / 100.0).collect();
        let skewed = [&skewed[..39], &[100.0]].concat();
        let (low, high) = resamples.interval(&skewed);
        let mean = Moments::of(&skewed).mean;
        assert!(high - mean > 1.5 * (mean - low), "{low} {high}");
    }

    #[test]
    fn a_few_rare_events_resolve_nothing() {
        let resamples = Resamples::new(8, Draws::new(3, 0));
        let (low, high) = resamples.interval(&[0.0, -4.0, 0.0, 0.0, -2.0, 0.0, -1.0, 0.0]);
        assert!(low < 0.0 && high > 0.0, "{low} {high}");
    }

    #[test]
    fn equal_values_have_no_width_and_one_value_no_interval() {
        assert_eq!(Resamples::new(9, Draws::new(1, 0)).interval(&[0.1; 9]), (0.1, 0.1));
        assert!(Resamples::new(1, Draws::new(1, 0)).interval(&[2.0]).0.is_nan());
    }
}
