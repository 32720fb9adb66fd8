//! Loops compiled twice: for the registers every processor of the build has, and for those of sixteen numbers.

/// Runs `f` as compiled for the widest registers of this processor. What is to be compiled so must be inlined into
/// `f`; it gives the same bytes either way, as no operation on floats is reordered or fused.
#[inline]
pub fn wide<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if sixteen_at_a_time() {
        // SAFETY: the processor has just said that it has all that `with_avx512` asks for.
        #[allow(unsafe_code, reason = "the one way to call what is compiled for other registers")]
        return unsafe { with_avx512(f) };
    }
    f()
}

#[cfg(target_arch = "x86_64")]
fn sixteen_at_a_time() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512cd")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]
fn with_avx512<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::math::{exp32, ln_1p32, logistic32};
    use crate::engine::strips::{Lane, sum};

    #[inline(always)]
    fn work(xs: &Lane) -> (Lane, f32) {
        let mut out = *xs;
        for x in &mut out {
            *x = exp32(*x) * logistic32(0.3 - *x) + ln_1p32(*x * *x) / (1.0 + x.abs());
        }
        (out, sum(&out))
    }

    #[test]
    fn both_ways_give_the_same_bits() {
        let xs: Lane = std::array::from_fn(|k| (k as f32 - 20.0) * 0.37);
        let (narrow, narrow_sum) = work(&xs);
        let (wide, wide_sum) = wide(
            #[inline(always)]
            || work(&xs),
        );
        assert_eq!(narrow.map(f32::to_bits), wide.map(f32::to_bits));
        assert_eq!(narrow_sum.to_bits(), wide_sum.to_bits());
    }
}
