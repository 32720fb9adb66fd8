//! Interval of a ratio of two means, such as cost over effect.

use super::Moments;

/// A ratio of means with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Mean of the top over mean of the bottom.
    pub value: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// Ratio of the mean of `top` to the mean of `bottom`, paired, with the interval of Fieller (1954) at the
/// quantile `t` of Student's t. Nothing where the interval of the bottom reaches zero: then every ratio is possible.
pub fn ratio(top: &[f64], bottom: &[f64], t: f64) -> Option<Ratio> {
    let n = top.len() as f64;
    if top.len() != bottom.len() || top.len() < 2 {
        return None;
    }
    let (x, y) = (Moments::of(top), Moments::of(bottom));
    let both: f64 = top.iter().zip(bottom).map(|(a, b)| (a - x.mean) * (b - y.mean)).sum();
    let (xx, yy, xy) = (x.variance() / n, y.variance() / n, both / (n - 1.0) / n);
    // Ratios r with (x - r y)^2 <= t^2 Var(x - r y): a r^2 - 2 b r + c <= 0.
    let a = y.mean * y.mean - t * t * yy;
    let b = x.mean * y.mean - t * t * xy;
    let c = x.mean * x.mean - t * t * xx;
    if a.is_nan() || a <= 0.0 {
        return None;
    }
    let root = libm::sqrt((b * b - a * c).max(0.0));
    Some(Ratio { value: x.mean / y.mean, lo: (b - root) / a, hi: (b + root) / a })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: [f64; 6] = [10.0, 12.0, 9.0, 11.0, 13.0, 10.5];
    const BOTTOM: [f64; 6] = [2.0, 2.2, 1.7, 2.4, 2.3, 1.9];
    const T: f64 = 2.571;

    /// An end of the interval is a ratio for which the t test of `top - ratio * bottom` is just significant.
    #[test]
    fn the_ends_are_where_the_t_test_turns() {
        let r = ratio(&TOP, &BOTTOM, T).unwrap();
        for end in [r.lo, r.hi] {
            let d: Vec<f64> = TOP.iter().zip(BOTTOM).map(|(a, b)| a - end * b).collect();
            let moments = Moments::of(&d);
            assert!((moments.mean.abs() / moments.standard_error() - T).abs() < 1e-9);
        }
        assert!(r.lo < r.value && r.value < r.hi);
    }

    #[test]
    fn a_bottom_without_spread_divides_the_t_interval() {
        let r = ratio(&TOP, &[2.0; 6], T).unwrap();
        let x = Moments::of(&TOP);
        assert!((r.lo - (x.mean - T * x.standard_error()) / 2.0).abs() < 1e-12);
        assert!((r.hi - 0.5 * (x.mean + T * x.standard_error())).abs() < 1e-12);
    }

    #[test]
    fn a_bottom_that_may_be_zero_has_no_ratio() {
        assert_eq!(ratio(&TOP, &[-1.0, 1.0, -2.0, 2.0, -1.0, 1.5], T), None);
        assert_eq!(ratio(&TOP, &[0.0; 6], T), None);
    }
}
