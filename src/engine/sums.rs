//! Sums that do not depend on how the work was split.
//!
//! Floating-point addition is not associative; integer addition is. Everything that is added up over
//! households goes through [`Fixed`], so the same terms give the same bits in any order and at any
//! thread count.

use std::ops::{AddAssign, Range};
use std::sync::atomic::{AtomicI64, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::strips::STRIP;

/// Households handled as one piece of parallel work. Fixed by the data, never by the pool.
pub const BLOCK: usize = 2048;

/// Most blocks a thread takes on at once. Left to itself rayon cuts a pass of two threads into four or eight parts, and one of
/// them idles at the end of every pass for up to such a part.
pub const SHARE: usize = 8;

/// The same of places, where they are the pieces.
pub const PLACES: usize = 256;

const SCALE: f64 = (1_u64 << 20) as f64;

/// A sum in fixed point: 2^-20 of a unit, up to 8.8e12 units.
///
/// Each term is rounded to the grid once, so the error of a sum of `n` terms is below `n * 2^-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fixed(i64);

impl Fixed {
    /// A sum of one term.
    #[inline]
    pub fn of(x: f64) -> Self {
        let mut sum = Self::default();
        sum += x;
        sum
    }

    /// The sum so far.
    #[inline]
    pub fn get(self) -> f64 {
        self.0 as f64 / SCALE
    }
}

impl AddAssign<f64> for Fixed {
    /// Adds one term.
    #[inline]
    fn add_assign(&mut self, x: f64) {
        debug_assert!(x.is_finite(), "a term of a sum is not a number");
        // Half away from zero: a conversion, no library call.
        self.0 += (x * SCALE + 0.5_f64.copysign(x)) as i64;
    }
}

impl AddAssign for Fixed {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

/// A long table of [`Fixed`] sums that many threads add to at once. Integer addition commutes, so the
/// order of the additions leaves no trace. Made and filled inside one thread pool.
#[derive(Debug)]
pub struct SharedSums {
    sums: Vec<AtomicI64>,
    /// Whether the pool has a single thread: nobody can come in between then, and a plain addition costs a
    /// fraction of an atomic one.
    alone: bool,
}

impl SharedSums {
    /// `len` sums, all zero.
    pub fn new(len: usize) -> Self {
        Self {
            sums: (0..len).map(|_| AtomicI64::new(0)).collect(),
            alone: rayon::current_num_threads() == 1,
        }
    }

    /// Adds one term to sum `k`.
    #[inline]
    pub fn add(&self, k: usize, x: f64) {
        let (sum, term) = (&self.sums[k], Fixed::of(x).0);
        if self.alone {
            sum.store(sum.load(Ordering::Relaxed) + term, Ordering::Relaxed);
        } else {
            sum.fetch_add(term, Ordering::Relaxed);
        }
    }

    /// The sums.
    pub fn into_values(self) -> Vec<f64> {
        self.sums.into_iter().map(|x| Fixed(x.into_inner()).get()).collect()
    }
}

/// Adds `b` to `a`, entry by entry.
pub fn merge(mut a: Vec<Fixed>, b: &[Fixed]) -> Vec<Fixed> {
    for (x, y) in a.iter_mut().zip(b) {
        *x += *y;
    }
    a
}

/// Sums by place over a run of households: neighbours in the table often share a place, so most households
/// cost no access to the shared table.
#[derive(Debug)]
pub struct Run<'a> {
    shared: &'a SharedSums,
    place: usize,
    row: Vec<f64>,
}

impl<'a> Run<'a> {
    /// An empty run into a table with `width` sums a place.
    pub fn new(shared: &'a SharedSums, width: usize) -> Self {
        Self { shared, place: 0, row: vec![0.0; width] }
    }

    /// The sums of `place`, to add to.
    #[inline]
    pub fn of(&mut self, place: usize) -> &mut [f64] {
        if place != self.place {
            self.flush();
            self.place = place;
        }
        &mut self.row
    }

    /// Adds one term to sum `at` of `place`, which the run only passes by.
    #[inline]
    pub fn aside(&self, place: usize, at: usize, x: f64) {
        self.shared.add(place * self.row.len() + at, x);
    }

    /// Whether the run is at `place`.
    #[inline]
    pub fn at(&self, place: usize) -> bool {
        self.place == place
    }

    /// Hands the run over to the shared table.
    #[inline(never)]
    pub fn flush(&mut self) {
        let first = self.place * self.row.len();
        for (k, x) in self.row.iter_mut().enumerate() {
            if *x != 0.0 {
                self.shared.add(first + k, *x);
                *x = 0.0;
            }
        }
    }
}

/// Fills a table of `len` sums from households `0..n`: `add(i, table)` adds household `i`'s terms.
///
/// Within a block of households terms are added as plain floats in slot order; blocks, whose bounds follow from
/// `n` and `len` alone, are joined in fixed point. So a term costs one addition and the result is the same
/// at any thread count. Meant for tables much smaller than `n`.
pub fn tabulate(n: usize, len: usize, add: impl Fn(usize, &mut [f64]) + Sync) -> Vec<Fixed> {
    let each = |strip: Range<usize>, table: &mut [f64], (): &mut ()| {
        for i in strip {
            add(i, table);
        }
    };
    tabulate_strips(n, len, || (), each, |()| ())
}

/// The same strip by strip, with something kept over each piece of work: `add(strip, table, kept)` adds the
/// terms of the households of a strip; what is kept is made by `start` and done with at `end`.
pub fn tabulate_strips<S>(
    n: usize,
    len: usize,
    start: impl Fn() -> S + Sync,
    add: impl Fn(Range<usize>, &mut [f64], &mut S) + Sync,
    end: impl Fn(S) + Sync,
) -> Vec<Fixed> {
    // A block pays for clearing and joining its table: it is no smaller than the table.
    let block = BLOCK.max(len).next_multiple_of(STRIP);
    // A few large pieces of whole blocks: each carries a table of its own.
    let blocks = n.div_ceil(block);
    let per_piece = 16;
    (0..blocks.div_ceil(per_piece))
        .into_par_iter()
        .with_max_len(1)
        .map(|p| {
            let mut joined = vec![Fixed::default(); len];
            let mut table = vec![0.0; len];
            let mut kept = start();
            for b in p * per_piece..((p + 1) * per_piece).min(blocks) {
                let end = ((b + 1) * block).min(n);
                for first in (b * block..end).step_by(STRIP) {
                    add(first..(first + STRIP).min(end), &mut table, &mut kept);
                }
                join(&mut joined, &mut table);
            }
            end(kept);
            joined
        })
        .reduce(|| vec![Fixed::default(); len], |a, b| merge(a, &b))
}

/// Adds the table of a block to the sums and clears it. Neighbours fill a few parts of a long table.
fn join(sums: &mut [Fixed], table: &mut [f64]) {
    for (sums, part) in sums.chunks_mut(STRIP).zip(table.chunks_mut(STRIP)) {
        if part.iter().any(|x| *x != 0.0) {
            for (sum, x) in sums.iter_mut().zip(&*part) {
                *sum += *x;
            }
            part.fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(xs: &[f64]) -> Fixed {
        let mut s = Fixed::default();
        for &x in xs {
            s += x;
        }
        s
    }

    proptest! {
        #[test]
        fn order_and_splitting_do_not_matter(
            mut xs in prop::collection::vec(-1e6..1e6_f64, 1..200),
            cut in 0_usize..200,
        ) {
            let whole = sum(&xs);
            let (left, right) = xs.split_at(cut.min(xs.len()));
            let mut parts = sum(right);
            parts += sum(left);
            prop_assert_eq!(whole, parts);
            xs.reverse();
            prop_assert_eq!(whole, sum(&xs));
        }
    }
}
