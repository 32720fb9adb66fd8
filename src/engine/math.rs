//! Transcendental functions for model code: `libm`, so that every platform gives the same bits.

/// e to the `x`.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the `x` in single precision, within 2 parts in ten million; `x` is cut to -87 to 87. Additions and
/// multiplications only, without branches: as portable as libm's and several can be worked side by side.
/// Range reduction and polynomial of Moshier's Cephes library.
#[inline(always)]
#[allow(clippy::excessive_precision, reason = "coefficients as published")]
pub fn exp32(x: f32) -> f32 {
    // Adding and taking off 1.5 * 2^23 rounds to the nearest whole number.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * 0.693_359_375 + n * 2.121_944_4e-4;
    let p = 1.987_569_15e-4;
    let p = p * r + 1.398_199_950_7e-3;
    let p = p * r + 8.333_451_907_3e-3;
    let p = p * r + 4.166_579_589_4e-2;
    let p = p * r + 1.666_666_545_9e-1;
    let p = p * r + 5.000_000_120_1e-1;
    // The low bits of the shifted number are n itself.
    let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    let scale = f32::from_bits(exponent << 23);
    (p * r * r + r + 1.0) * scale
}

/// e to the `x`, minus 1, exact for small `x`.
#[inline]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Natural logarithm.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Natural logarithm of `1 + x`.
#[inline]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Natural logarithm of `1 + x` in single precision, for `x >= 0`, within 3e-7 of its value or of 1.
/// Only basic arithmetic, so every platform gives the same bits.
#[inline(always)]
pub fn ln_1p32(x: f32) -> f32 {
    let y = 1.0 + x.max(0.0);
    // y = m * 2^e with m between sqrt(1/2) and sqrt(2).
    let bits = y.to_bits().wrapping_sub(0x3F35_04F3);
    let e = (bits as i32) >> 23;
    let m = f32::from_bits((bits & 0x007F_FFFF) + 0x3F35_04F3);
    let s = (m - 1.0) / (m + 1.0);
    let q = s * s;
    let series = q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0))));
    e as f32 * std::f32::consts::LN_2 + 2.0 * s * (1.0 + series)
}

/// `x` to the power `y`.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// The logistic function, `1 / (1 + e^-x)`.
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The logistic function in single precision.
#[inline(always)]
pub fn logistic32(x: f32) -> f32 {
    1.0 / (1.0 + exp32(-x))
}

/// Inverse of [`logistic`]; `p` in (0, 1).
#[inline]
pub fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

/// Probability that something with hazard `rate` per week happens within a week.
#[inline]
pub fn hazard(rate: f64) -> f64 {
    -libm::expm1(-rate)
}

/// Weight of the new value in one week for an exponential approach with time constant `tau` weeks.
#[inline]
pub fn weekly(tau: f64) -> f64 {
    -libm::expm1(-1.0 / tau)
}

/// Distribution function of the standard normal.
pub fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Quantile of the standard normal; `p` in (0, 1), infinite at its ends.
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return if p <= 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let tail = p.min(1.0 - p);
    // A first value good to 4.5e-4 (Abramowitz and Stegun 1964, 26.2.23), then Halley's method.
    let t = libm::sqrt(-2.0 * libm::log(tail));
    let top = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let bottom = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut x = top / bottom - t;
    for _ in 0..3 {
        let density = libm::exp(-0.5 * x * x) / libm::sqrt(2.0 * std::f64::consts::PI);
        let step = (normal(x) - tail) / density;
        x -= step / (1.0 + 0.5 * x * step);
    }
    if p < 0.5 { x } else { -x }
}

/// The cosine of an angle in radians.
#[inline]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Great-circle distance in km between two points in degrees, on a sphere of 6,371 km.
pub fn great_circle_km(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let (p1, p2) = (lat1.to_radians(), lat2.to_radians());
    let (dp, dl) = ((p2 - p1) / 2.0, (lon2 - lon1).to_radians() / 2.0);
    let (sp, sl) = (libm::sin(dp), libm::sin(dl));
    let a = sp * sp + libm::cos(p1) * libm::cos(p2) * sl * sl;
    2.0 * 6371.0 * libm::asin(libm::sqrt(a.min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_exponential_agrees_with_the_exact_one() {
        for k in -8600..=8600 {
            let x = k as f32 / 100.0;
            let exact = exp(f64::from(x));
            assert!((f64::from(exp32(x)) / exact - 1.0).abs() < 2e-7, "at {x}");
        }
        assert!(exp32(-1000.0) < 1e-37 && exp32(1000.0).is_finite());
    }

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        for (p, x) in [(0.975, 1.959_963_984_540_054), (0.5, 0.0), (1e-6, -4.753_424_308_822_899)] {
            assert!((normal_quantile(p) - x).abs() < 1e-12, "{p}: {}", normal_quantile(p));
        }
        for k in 1..1000 {
            let p = f64::from(k) / 1000.0;
            assert!((normal(normal_quantile(p)) - p).abs() < 1e-14);
        }
    }

    #[test]
    fn single_precision_versions_agree_with_libm() {
        for k in -800..=800 {
            let x = k as f32 * 0.1;
            let (a, b) = (f64::from(exp32(x)), exp(f64::from(x)));
            assert!((a / b - 1.0).abs() < 4e-7, "exp {x}: {a} {b}");
            let y = exp32(x.abs().min(40.0) - 12.0);
            let (a, b) = (f64::from(ln_1p32(y)), ln_1p(f64::from(y)));
            assert!((a - b).abs() < 3e-7 * b.max(1.0), "ln {y}: {a} {b}");
        }
    }
}
