//! Transcendental functions for model code: `libm`, so that every platform gives the same bits.

/// e to the `x`.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the `x` in single precision, at a fraction of the cost.
#[inline]
pub fn exp32(x: f32) -> f32 {
    libm::expf(x)
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
#[inline]
pub fn logistic32(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
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
