//! Simultaneous bands: the whole curve lies inside with the stated confidence, not each week by itself.
//!
//! For paired differences `d_r` (curve, week) with mean `m` and standard error `s` the band is `m +- c s`. `c` comes from
//! the largest of `|sum_r xi_r (d_r - m)| / (n s)` over all curves and weeks, with standard normal multipliers
//! `xi_r` shared by all of them (Chernozhukov, Chetverikov and Kato 2013). Because `s` is itself estimated from
//! few replicates, the normal level of that maximum is then read off Student's t, with the degrees of freedom of the week
//! with the fewest values. So that one such week does not widen all others, a week has no band where fewer than half of
//! the replicates, or fewer than four, have a difference.

use super::Moments;
use super::distributions::student_quantile;
use crate::engine::draws::{Address, Draws, Kind, Purpose};
use crate::engine::math::{normal, normal_quantile};
use crate::measure::quantile;

/// Multiplier draws behind a band.
const ROUNDS: u32 = 2000;
/// Confidence of a band.
const LEVEL: f64 = 0.95;
/// Weeks in a row in which a band must leave out zero before two curves are said to differ.
pub const WEEKS_IN_A_ROW: usize = 4;

/// A mean curve with its simultaneous band, by week; NaN where undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Mean difference.
    pub mean: Vec<f64>,
    /// Lower edge.
    pub lo: Vec<f64>,
    /// Upper edge.
    pub hi: Vec<f64>,
}

impl Curve {
    /// Spans of at least [`WEEKS_IN_A_ROW`] weeks in which the band leaves out zero, first and last week.
    pub fn apart(&self) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for week in (0..self.mean.len()).filter(|w| self.lo[*w] > 0.0 || self.hi[*w] < 0.0) {
            match spans.last_mut() {
                // A change of sign ends a span.
                Some(span)
                    if span.1 + 1 == week && (self.lo[week] > 0.0) == (self.lo[span.1] > 0.0) =>
                {
                    span.1 = week;
                }
                _ => spans.push((week, week)),
            }
        }
        spans.retain(|(first, last)| last - first + 1 >= WEEKS_IN_A_ROW);
        spans
    }
}

/// Bands of several curves that share one maximum. `curves[c][w]` holds the differences of the replicates
/// in week `w`, NaN where undefined; weeks with too few get no band. Returns the factor on the
/// standard errors and the curves.
pub fn simultaneous(curves: &[Vec<Vec<f64>>], draws: Draws) -> (f64, Vec<Curve>) {
    let mut points = Vec::new();
    let mut fewest = usize::MAX;
    let mut replicates = 0;
    for d in curves.iter().flatten() {
        let defined: Vec<f64> = d.iter().copied().filter(|x| !x.is_nan()).collect();
        replicates = replicates.max(d.len());
        if defined.len() < needed(d.len()) {
            continue;
        }
        let moments = Moments::of(&defined);
        let error = moments.standard_error();
        if error > 0.0 {
            fewest = fewest.min(defined.len());
            let scale = 1.0 / (error * defined.len() as f64);
            let parts = d.iter().map(|x| if x.is_nan() { 0.0 } else { (x - moments.mean) * scale });
            points.push(parts.collect::<Vec<f64>>());
        }
    }
    let factor = if points.is_empty() { 0.0 } else { critical(&points, replicates, fewest, draws) };
    let band = |weeks: &Vec<Vec<f64>>| {
        let mut curve = Curve { mean: Vec::new(), lo: Vec::new(), hi: Vec::new() };
        for d in weeks {
            let defined: Vec<f64> = d.iter().copied().filter(|x| !x.is_nan()).collect();
            let (mean, half) = match defined.len() {
                0 => (f64::NAN, f64::NAN),
                n if n < needed(d.len()) => (Moments::of(&defined).mean, f64::NAN),
                _ => {
                    let moments = Moments::of(&defined);
                    (moments.mean, factor * moments.standard_error())
                }
            };
            curve.mean.push(mean);
            curve.lo.push(mean - half);
            curve.hi.push(mean + half);
        }
        curve
    };
    (factor, curves.iter().map(band).collect())
}

/// Values that a week needs for a band: half of the replicates and four, or all three where there are no more.
fn needed(replicates: usize) -> usize {
    replicates.div_ceil(2).max(replicates.clamp(3, 4))
}

/// The factor from the standardised deviations of the points, each a list by replicate.
fn critical(points: &[Vec<f64>], replicates: usize, fewest: usize, draws: Draws) -> f64 {
    let who = Address::new(Kind::Place, replicates as u32, 1);
    let mut largest: Vec<f64> = (0..ROUNDS)
        .map(|b| {
            let multipliers: Vec<f64> = (0..replicates as u32)
                .map(|r| normal_quantile(draws.uniform(who, b, Purpose::Multiplier, r)))
                .collect();
            let sum = |p: &Vec<f64>| p.iter().zip(&multipliers).map(|(x, m)| x * m).sum::<f64>();
            points.iter().map(|p| sum(p).abs()).fold(0.0, f64::max)
        })
        .collect();
    largest.sort_unstable_by(f64::total_cmp);
    // The multipliers see deviations from the mean, whose variance falls short by (n - 1) / n.
    let n = fewest as f64;
    let most = quantile(&largest, LEVEL) * libm::sqrt(n / (n - 1.0));
    -student_quantile(normal(-most), n - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Curves of `weeks` normal values whose neighbours correlate by `rho`; truth is zero.
    fn wander(n: usize, weeks: usize, rho: f64, trial: u32) -> Vec<Vec<f64>> {
        let draws = Draws::new(5, trial);
        let mut state = vec![0.0; n];
        (0..weeks)
            .map(|w| {
                for (r, x) in state.iter_mut().enumerate() {
                    let who = Address::new(Kind::Place, 0, w as u64);
                    let z = normal_quantile(draws.uniform(who, 0, Purpose::Traits, r as u32));
                    *x = if w == 0 { z } else { rho * *x + libm::sqrt(1.0 - rho * rho) * z };
                }
                state.clone()
            })
            .collect()
    }

    fn coverage(n: usize, weeks: usize, rho: f64) -> f64 {
        let trials = 150;
        let inside = (0..trials)
            .filter(|trial| {
                let d = wander(n, weeks, rho, *trial);
                let (_, curves) = simultaneous(&[d], Draws::new(8, *trial));
                let curve = &curves[0];
                (0..weeks).all(|w| curve.lo[w] <= 0.0 && 0.0 <= curve.hi[w])
            })
            .count();
        inside as f64 / f64::from(trials)
    }

    #[test]
    fn the_whole_curve_lies_inside_about_95_percent_of_the_time() {
        for (n, weeks, rho) in [(8, 30, 0.9), (20, 30, 0.9), (20, 12, 0.0)] {
            let share = coverage(n, weeks, rho);
            assert!((0.9..=0.995).contains(&share), "n {n}, {weeks} weeks, rho {rho}: {share}");
        }
    }

    #[test]
    fn one_point_gets_its_t_interval() {
        let d = wander(20, 1, 0.0, 1);
        let (factor, _) = simultaneous(&[d], Draws::new(8, 0));
        assert!((factor - 2.093).abs() < 0.12, "{factor}");
    }

    #[test]
    fn a_week_with_few_values_has_no_band_and_does_not_widen_the_others() {
        let whole = wander(20, 12, 0.5, 3);
        let (factor, _) = simultaneous(std::slice::from_ref(&whole), Draws::new(8, 0));
        for few in [2, 3, 9] {
            let mut d = whole.clone();
            d.push((0..20).map(|r| if r < few { r as f64 } else { f64::NAN }).collect());
            let (widened, curves) = simultaneous(&[d], Draws::new(8, 0));
            assert_eq!(widened, factor, "{few}");
            assert!(curves[0].lo[12].is_nan() && curves[0].mean[12].is_finite());
        }
        // With three replicates a week has a band where all have a value.
        assert_eq!([1, 3, 4, 6, 8, 20].map(needed), [3, 3, 4, 4, 4, 10]);
    }

    #[test]
    fn more_curves_widen_the_band() {
        let curves: Vec<_> = (0..4).map(|k| wander(20, 20, 0.5, 40 + k)).collect();
        let (alone, _) = simultaneous(&curves[..1], Draws::new(8, 0));
        let (together, _) = simultaneous(&curves, Draws::new(8, 0));
        assert!(together > alone + 0.1, "{alone} {together}");
    }

    #[test]
    fn spans_need_four_weeks_in_a_row_of_one_sign() {
        let signs = [1.0, 1.0, 1.0, 0.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let d: Vec<Vec<f64>> = signs.iter().map(|s| vec![*s; 5]).collect();
        let (_, curves) = simultaneous(&[d], Draws::new(8, 0));
        assert_eq!(curves[0].apart(), [(4, 7), (8, 12)]);
    }

    #[test]
    fn without_spread_the_band_is_the_curve() {
        let (factor, curves) =
            simultaneous(&[vec![vec![0.0; 4], vec![f64::NAN; 4]]], Draws::new(8, 0));
        assert_eq!((factor, curves[0].lo[0], curves[0].hi[0]), (0.0, 0.0, 0.0));
        assert!(curves[0].mean[1].is_nan() && curves[0].apart().is_empty());
    }
}
