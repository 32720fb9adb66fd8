//! Paired statistics: two scenarios with the same seed, compared replicate by replicate.
//!
//! `d_r` is the outcome of the other scenario minus that of the baseline in replicate `r`. Both share their
//! random numbers, so `d_r` varies less than either; by how much is measured, never assumed.

mod band;
mod bca;
mod distributions;
mod ratio;

pub use band::{Curve, WEEKS_IN_A_ROW, simultaneous};
pub use bca::{Moments, Resamples};
pub use ratio::{Ratio, ratio};

use crate::engine::draws::Draws;
use crate::measure::quantile;

/// What paired replicates say about one value. Every field is NaN where the value is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Mean of the baseline.
    pub base: f64,
    /// Mean difference.
    pub mean: f64,
    /// Lower end of the 95 % interval of the mean difference.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// 5 % quantile of the differences: the spread of worlds, not the error of the mean.
    pub q05: f64,
    /// 95 % quantile.
    pub q95: f64,
    /// Share of replicates with a difference below zero.
    pub p_less: f64,
    /// Correlation of the two scenarios over replicates; NaN where one of them does not vary.
    pub corr: f64,
    /// Variance of the differences over the sum of both variances; 1 means that pairing gains nothing.
    pub variance_ratio: f64,
    /// Replicates in which both values are defined.
    pub n: u32,
}

impl Paired {
    /// Compares `b` with the baseline `a`, replicate by replicate. `resamples` are for `a.len()` replicates; where
    /// values are missing, others are drawn with `draws`.
    pub fn of(a: &[f64], b: &[f64], resamples: &Resamples, draws: Draws) -> Self {
        let defined = |(a, b): &(&f64, &f64)| !a.is_nan() && !b.is_nan();
        let (a, b): (Vec<f64>, Vec<f64>) = a.iter().zip(b).filter(defined).unzip();
        let n = a.len();
        if n == 0 {
            let nan = f64::NAN;
            return Self {
                base: nan,
                mean: nan,
                lo: nan,
                hi: nan,
                q05: nan,
                q95: nan,
                p_less: nan,
                corr: nan,
                variance_ratio: nan,
                n: 0,
            };
        }
        let mut d: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
        let (lo, hi) = if n == resamples.count() {
            resamples.interval(&d)
        } else {
            Resamples::new(n, draws).interval(&d)
        };
        let (first, second, both) = (Moments::of(&a), Moments::of(&b), Moments::of(&d));
        let product: f64 =
            a.iter().zip(&b).map(|(a, b)| (a - first.mean) * (b - second.mean)).sum();
        let spread = libm::sqrt(first.square * second.square);
        let variances = first.square + second.square;
        d.sort_unstable_by(f64::total_cmp);
        Self {
            base: first.mean,
            mean: both.mean,
            lo,
            hi,
            q05: quantile(&d, 0.05),
            q95: quantile(&d, 0.95),
            p_less: d.iter().filter(|d| **d < 0.0).count() as f64 / n as f64,
            corr: if spread > 0.0 { (product / spread).clamp(-1.0, 1.0) } else { f64::NAN },
            variance_ratio: if variances > 0.0 { both.square / variances } else { f64::NAN },
            n: n as u32,
        }
    }

    /// Whether the interval leaves out zero. Two scenarios that never differ are not resolved.
    pub fn resolved(&self) -> bool {
        self.lo > 0.0 || self.hi < 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &[f64], b: &[f64]) -> Paired {
        let draws = Draws::new(1, 0);
        Paired::of(a, b, &Resamples::new(a.len(), draws), draws)
    }

    /// Student (1908), the sleep data: hours gained by ten patients with two drugs; the paired difference is
    /// 1.58 with a 95 % t interval of 0.70 to 2.46 (`t.test` of R).
    #[test]
    fn the_sleep_data_give_the_published_difference() {
        let a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let p = compare(&a, &b);
        assert!((p.mean - 1.58).abs() < 1e-12);
        assert!((p.corr - 0.795_17).abs() < 1e-5);
        let half = Resamples::new(10, Draws::new(1, 0)).t * 1.229_995 / 10.0_f64.sqrt();
        assert!((half - 0.879_89).abs() < 1e-4);
        // The bootstrap follows the skew of the data: it reaches further up than down.
        assert!(p.lo > 0.70 && p.lo < 1.1 && p.hi > 2.3 && p.hi < 3.2, "{p:?}");
        assert_eq!((p.p_less, p.n), (0.0, 10));
    }

    #[test]
    fn the_variance_ratio_is_one_less_the_correlation_of_equal_spreads() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0];
        let b = [2.0, 1.0, 4.0, 3.0, 5.0];
        let p = compare(&a, &b);
        assert!((p.corr - 0.8).abs() < 1e-12);
        assert!((p.variance_ratio - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_scenario_does_not_differ_from_itself() {
        let a = [1.5, 2.25, 3.0, 7.0];
        let p = compare(&a, &a);
        assert_eq!((p.mean, p.lo, p.hi, p.q05, p.q95, p.p_less), (0.0, 0.0, 0.0, 0.0, 0.0, 0.0));
        assert!(!p.resolved() && p.variance_ratio == 0.0);
    }

    #[test]
    fn pairs_with_a_missing_value_are_left_out() {
        let p = compare(&[1.0, f64::NAN, 3.0, 4.0], &[2.0, 5.0, f64::NAN, 6.0]);
        assert_eq!((p.n, p.mean, p.base), (2, 1.5, 2.5));
        assert!(compare(&[f64::NAN], &[1.0]).mean.is_nan());
    }
}
