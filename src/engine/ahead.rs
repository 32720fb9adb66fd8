//! Asking memory early: a pass over many columns reads a little of each, too little for the processor to see by itself
//! what comes next.

/// Asks memory for as much of a column as follows this part of it, which a pass will read next.
#[inline(always)]
pub fn ahead<N>(part: &[N]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let end = part.as_ptr_range().end.cast::<i8>();
        for offset in (0..size_of_val(part)).step_by(LINE) {
            // SAFETY: a hint reads nothing and may name any address, also one past the end of the column.
            #[allow(unsafe_code, reason = "the one way to ask for memory ahead")]
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(end.wrapping_add(offset));
            }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = part;
}

/// Bytes that come from memory at once.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;
