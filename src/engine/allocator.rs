//! The allocator: tables of a megabyte and more come from mimalloc, which asks the system for pages of 2 MB where it has
//! them and is told to keep what is given back; everything smaller comes from the system's own allocator.
//!
//! A week streams through all columns and clears and fills tables of some megabytes. A core reads columns of large worlds half
//! as fast again where pages have 2 MB, and a table that is handed back to the system is fetched and cleared again page by
//! page a week later. Small worlds have no such tables, and their memory stays as small as it was.

#![allow(unsafe_code, reason = "the way to be the allocator of a program")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

use libmimalloc_sys::{mi_option_set, mi_option_t};
use mimalloc::MiMalloc;

/// Bytes of the smallest table that is large.
const LARGE: usize = 1 << 20;

/// `mi_option_purge_delay` of `mimalloc.h`, in milliseconds: the bindings have no name for it.
const PURGE_DELAY: mi_option_t = 15;

#[global_allocator]
static ALLOCATOR: BySize = BySize;

/// Hands each request on by its size, which is known again when memory is given back.
struct BySize;

// SAFETY: every block is given back to the allocator it came from, as both are chosen by the size of its layout.
unsafe impl GlobalAlloc for BySize {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are handed on.
        unsafe { if layout.size() < LARGE { System.alloc(layout) } else { MiMalloc.alloc(layout) } }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `alloc`.
        unsafe {
            if layout.size() < LARGE {
                System.alloc_zeroed(layout)
            } else {
                MiMalloc.alloc_zeroed(layout)
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        unsafe {
            if layout.size() < LARGE {
                System.dealloc(block, layout);
            } else {
                MiMalloc.dealloc(block, layout);
            }
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `alloc`; the caller promises that `size` and the alignment make a layout, and a block that
        // changes sides is copied as far as both reach.
        unsafe {
            match (layout.size() < LARGE, size < LARGE) {
                (true, true) => System.realloc(block, layout, size),
                (false, false) => MiMalloc.realloc(block, layout, size),
                _ => {
                    let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                    if !moved.is_null() {
                        ptr::copy_nonoverlapping(block, moved, size.min(layout.size()));
                        self.dealloc(block, layout);
                    }
                    moved
                }
            }
        }
    }
}

/// Keeps large tables that are given back for the next who asks, until the program ends.
pub fn keep() {
    // SAFETY: the option exists and may be set at any time.
    unsafe { mi_option_set(PURGE_DELAY, -1) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use libmimalloc_sys::mi_option_get;

    #[test]
    fn the_option_is_the_delay_of_a_second_and_is_turned_off() {
        // SAFETY: the option exists.
        let delay = || unsafe { mi_option_get(PURGE_DELAY) };
        assert_eq!(delay(), 1000);
        keep();
        assert_eq!(delay(), -1);
    }

    #[test]
    fn a_list_that_grows_and_shrinks_across_the_bound_keeps_its_entries() {
        let mut list = Vec::new();
        for n in 0..LARGE as u64 {
            list.push(n);
        }
        assert!(list.iter().enumerate().all(|(k, n)| *n == k as u64));
        list.truncate(1000);
        list.shrink_to_fit();
        assert!(list.iter().enumerate().all(|(k, n)| *n == k as u64));
        assert!(vec![0_u8; 3 * LARGE].iter().all(|x| *x == 0));
    }
}
