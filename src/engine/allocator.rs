//! The allocator: mimalloc, which asks the system for pages of 2 MB where it has them, told to keep what is given back.
//!
//! A week streams through all columns and clears and fills tables of some megabytes. With pages of 4 KB every other
//! look-up among a million households walks the tables of pages first, and a table that is handed back to the system is fetched
//! and cleared again page by page a week later.

use libmimalloc_sys::{mi_option_set, mi_option_t};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of `mimalloc.h`, in milliseconds: the bindings have no name for it.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps memory that is given back for the next who asks, until the program ends.
pub fn keep() {
    // SAFETY: the option exists and may be set at any time.
    #[allow(unsafe_code, reason = "the one way to tell the allocator")]
    unsafe {
        mi_option_set(PURGE_DELAY, -1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libmimalloc_sys::mi_option_get;

    #[test]
    fn the_option_is_the_delay_of_a_second_and_is_turned_off() {
        // SAFETY: the option exists.
        #[allow(unsafe_code, reason = "the one way to ask the allocator")]
        let delay = || unsafe { mi_option_get(PURGE_DELAY) };
        assert_eq!(delay(), 1000);
        keep();
        assert_eq!(delay(), -1);
    }
}
