//! Transcendental functions for model code: `libm`, so that every platform gives the same bits.

/// e to the `x`.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the `x`, minus 1, exact for small `x`.
#[inline]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// e to the `x` in single precision, within 3e-7 of its value, for the loops over households. Only
/// additions and multiplications, so every platform gives the same bits.
#[inline]
pub fn exp32(x: f32) -> f32 {
    // Adding and taking away 1.5 * 2^23 rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let n = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let tail = r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0)));
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + tail))));
    p * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// The logistic function in single precision.
#[inline]
pub fn logistic32(x: f32) -> f32 {
    1.0 / (1.0 + exp32(-x))
}

/// Natural logarithm of `1 + x` in single precision, for `x >= 0`, within 3e-7 of its value or of 1.
/// Only basic arithmetic, so every platform gives the same bits.
#[inline]
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
