//! Asking memory early: a pass over many columns reads a little of each, too little for the processor to foresee what
//! comes next.

/// Bytes that come from memory at once.
const LINE: usize = 64;

/// Asks memory for as much of a column as follows this part of it, which a pass will read next.
#[inline(always)]
pub fn ahead<N>(part: &[N]) {
    let end = part.as_ptr_range().end.cast::<i8>();
    for offset in (0..size_of_val(part)).step_by(LINE) {
        ask(end.wrapping_add(offset));
    }
}

/// Asks memory for entry `at` of a column.
#[inline(always)]
pub fn ask_for<N>(column: &[N], at: usize) {
    ask(column.as_ptr().wrapping_add(at).cast());
}

#[inline(always)]
fn ask(place: *const i8) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint reads nothing and may name any address, also one past the end of a column.
        #[allow(unsafe_code, reason = "the one way to ask memory ahead")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(place);
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_may_name_any_place() {
        ahead::<u64>(&[]);
        ahead(&[0_u8; 3]);
        ahead(&[0_u64; 100]);
        ask_for(&[0_u64; 3], usize::MAX);
    }
}
