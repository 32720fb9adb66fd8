//! Student's t distribution. `libm` only, so that every platform gives the same bits.

/// Distribution function of Student's t with `df` > 0 degrees of freedom.
pub fn student(t: f64, df: f64) -> f64 {
    let tail = 0.5 * incomplete_beta(df / (df + t * t), 0.5 * df, 0.5);
    if t < 0.0 { tail } else { 1.0 - tail }
}

/// Quantile of Student's t; `p` in (0, 1), infinite at its ends.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return if p <= 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if p > 0.5 {
        return -student_quantile(1.0 - p, df);
    }
    let mut low = -1.0;
    while student(low, df) > p && low > -1e300 {
        low *= 2.0;
    }
    let mut high = 0.0;
    // Halving ends when no number lies between the two.
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if student(middle, df) < p { low = middle } else { high = middle }
    }
}

/// The regularised incomplete beta function, by the continued fraction of Lentz's method.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges fast on one side; the other is its mirror.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log1p(-x);
    let away = |x: f64| if x.abs() < 1e-300 { 1e-300 } else { x };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut sum = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for part in [even, odd] {
            d = 1.0 / away(1.0 + part * d);
            c = away(1.0 + part / c);
            change = c * d;
            sum *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    libm::exp(front) * sum / a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::math::normal;

    /// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
    #[test]
    fn quantiles_are_those_of_published_tables() {
        let table = [(1.0, 12.706), (2.0, 4.303), (7.0, 2.365), (19.0, 2.093), (99.0, 1.984)];
        for (df, t) in table {
            assert!((student_quantile(0.975, df) - t).abs() < 6e-4, "{df}");
        }
        assert!((student_quantile(0.995, 10.0) - 3.169).abs() < 6e-4);
        assert!((student_quantile(0.999, 3.0) - 10.215).abs() < 6e-4);
    }

    /// Student's t is the Cauchy distribution at 1 degree of freedom and has a closed form at 2.
    #[test]
    fn the_distribution_has_its_closed_forms() {
        for k in -40..=40 {
            let t = f64::from(k) / 4.0;
            let cauchy = 0.5 + libm::atan(t) / std::f64::consts::PI;
            let two = 0.5 + t / (2.0 * libm::sqrt(2.0 + t * t));
            assert!((student(t, 1.0) - cauchy).abs() < 1e-13, "{t}");
            assert!((student(t, 2.0) - two).abs() < 1e-13, "{t}");
            assert!((student(t, 1e7) - normal(t)).abs() < 1e-6, "{t}");
        }
    }

    #[test]
    fn a_quantile_undoes_its_distribution() {
        for p in [1e-9, 1e-4, 0.01, 0.3, 0.5, 0.77, 0.999] {
            assert!((student(student_quantile(p, 4.5), 4.5) - p).abs() < 1e-12, "{p}");
        }
        assert_eq!(student_quantile(0.0, 3.0), f64::NEG_INFINITY);
    }
}
