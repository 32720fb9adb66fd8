//! Strips: a few neighbouring households, column by column, worked side by side.
//!
//! A loop over a [`Lane`] has a length the compiler knows and no bounds to check, so eight or more households
//! cost what one costs alone (`map`, `from_fn` and `into_iter` of long arrays are compiled one by one: write the loop, or use
//! [`each`]). Lanes beyond the end of a column hold zeros: whoever writes back leaves them out.
//! Every lane is worked by the same operations in the same order as a household alone, so the bytes are the same.

use std::borrow::Borrow;
use std::ops::Add;

use super::ahead::ahead;

/// Households of a strip.
pub const STRIP: usize = 64;

/// One number of each household of a strip.
pub type Lane<N = f32> = [N; STRIP];

/// The first entries of a column, at most a strip of them. Those of the next strip are asked for.
#[inline(always)]
pub fn lane<N: Copy + Default>(column: &[N]) -> Lane<N> {
    if let Some(whole) = column.first_chunk() {
        ahead(whole);
        return *whole;
    }
    let mut lane = [N::default(); STRIP];
    lane[..column.len()].copy_from_slice(column);
    lane
}

/// The inverse of [`lane`]: writes as many numbers as the column has, at most a strip of them.
#[inline(always)]
pub fn put<N: Copy>(lane: &Lane<N>, column: &mut [N]) {
    if let Some(whole) = column.first_chunk_mut() {
        *whole = *lane;
        return;
    }
    let n = column.len();
    column.copy_from_slice(&lane[..n]);
}

/// What `f` makes of each number.
#[inline(always)]
pub fn each<A: Copy, B: Copy + Default>(lane: &Lane<A>, f: impl Fn(A) -> B) -> Lane<B> {
    let mut out = [B::default(); STRIP];
    for k in 0..STRIP {
        out[k] = f(lane[k]);
    }
    out
}

/// Rows of `T` entries a household, taken apart into one lane an entry. Those of the next strip are asked for.
#[inline(always)]
pub fn apart<const T: usize, N: Copy + Default>(rows: &[N]) -> [Lane<N>; T] {
    let mut lanes = [[N::default(); STRIP]; T];
    let (rows, _) = rows.as_chunks::<T>();
    if let Some(rows) = rows.first_chunk::<STRIP>() {
        ahead(rows);
        for k in 0..STRIP {
            for t in 0..T {
                lanes[t][k] = rows[k][t];
            }
        }
    } else {
        for (k, row) in rows.iter().enumerate() {
            for t in 0..T {
                lanes[t][k] = row[t];
            }
        }
    }
    lanes
}

/// The inverse of [`apart`]: writes as many rows as there are.
#[inline(always)]
pub fn together<const T: usize, N: Copy>(lanes: &[Lane<N>; T], rows: &mut [N]) {
    let (rows, _) = rows.as_chunks_mut::<T>();
    if let Some(rows) = rows.first_chunk_mut::<STRIP>() {
        for k in 0..STRIP {
            for t in 0..T {
                rows[k][t] = lanes[t][k];
            }
        }
    } else {
        for (k, row) in rows.iter_mut().enumerate() {
            for t in 0..T {
                row[t] = lanes[t][k];
            }
        }
    }
}

/// Most different keys of a strip that are read or summed side by side.
const FEW: usize = 6;

/// Rows of tables that the households of a strip read: few, as neighbours live in one region and mostly in one place.
pub struct Lookup {
    at: Lane<u32>,
    /// Rows read side by side, the first by everyone to begin with.
    keys: [u32; FEW],
    n: usize,
    /// Bits of the households whose rows are none of these.
    strays: u64,
}

impl Lookup {
    /// The row of each household.
    #[inline(always)]
    pub fn of(at: &Lane<u32>) -> Self {
        let mut rows = Self { at: *at, keys: [at[0]; FEW], n: 1, strays: unlike(at, at[0]) };
        // Reading a row side by side costs as much as reading a few one by one.
        while rows.strays.count_ones() > 5 && rows.n < FEW {
            let key = at[rows.strays.trailing_zeros() as usize % STRIP];
            rows.keys[rows.n] = key;
            rows.n += 1;
            rows.strays &= unlike(at, key);
        }
        rows
    }

    /// Takes apart into one lane an entry what `row` says of each household's row.
    #[inline(always)]
    pub fn read<const T: usize, N: Copy>(
        &self,
        row: impl Fn(usize) -> [N; T],
        out: &mut [Lane<N>; T],
    ) {
        let first = row(self.keys[0] as usize);
        for t in 0..T {
            out[t].fill(first[t]);
        }
        for &key in &self.keys[1..self.n] {
            let row = row(key as usize);
            for t in 0..T {
                for k in 0..STRIP {
                    out[t][k] = if self.at[k] == key { row[t] } else { out[t][k] };
                }
            }
        }
        for k in ones(self.strays) {
            let row = row(self.at[k] as usize);
            for t in 0..T {
                out[t][k] = row[t];
            }
        }
    }

    /// The rows of a table, taken apart into one lane an entry.
    #[inline(always)]
    pub fn table<const T: usize, N: Copy + Default>(&self, table: &[[N; T]]) -> [Lane<N>; T] {
        let mut lanes = [[N::default(); STRIP]; T];
        self.read(|row| table[row], &mut lanes);
        lanes
    }
}

/// The households of a strip with another number than this, as bits.
#[inline(always)]
pub fn unlike(lane: &Lane<u32>, number: u32) -> u64 {
    let mut differ = [false; STRIP];
    for k in 0..STRIP {
        differ[k] = lane[k] != number;
    }
    bits(&differ)
}

/// The flags as bits, the first household lowest.
#[inline(always)]
pub fn bits(flags: &Lane<bool>) -> u64 {
    let mut bits = 0;
    for j in 0..STRIP / 16 {
        let mut sixteen = [0; 16];
        for i in 0..16 {
            sixteen[i] = u8::from(flags[16 * j + i]);
        }
        bits |= u64::from(lowest_bits(sixteen)) << (16 * j);
    }
    bits
}

/// The lowest bits of sixteen bytes that are 0 or 1.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn lowest_bits(bytes: [u8; 16]) -> u16 {
    use std::arch::x86_64::{_mm_movemask_epi8, _mm_set_epi64x, _mm_slli_epi16};
    let both = u128::from_le_bytes(bytes);
    // SAFETY: every processor of this kind has these instructions.
    #[allow(unsafe_code, reason = "the way to an instruction that takes the highest bits of bytes")]
    unsafe {
        let bytes = _mm_set_epi64x((both >> 64) as i64, both as i64);
        _mm_movemask_epi8(_mm_slli_epi16::<7>(bytes)) as u16
    }
}

/// The lowest bits of sixteen bytes that are 0 or 1.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn lowest_bits(bytes: [u8; 16]) -> u16 {
    // Byte number `i` of eight goes to bit `i` of the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let both = u128::from_le_bytes(bytes);
    let eight = |half: u64| half.wrapping_mul(GATHER) >> 56;
    (eight(both as u64) | eight((both >> 64) as u64) << 8) as u16
}

/// Positions of the bits that are set, lowest first.
#[inline(always)]
pub fn ones(bits: u64) -> Ones {
    Ones(bits)
}

/// Positions of bits, see [`ones`].
pub struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let first = self.0.trailing_zeros() as usize;
        // Takes off the lowest.
        self.0 &= self.0.wrapping_sub(1);
        if first < STRIP { Some(first) } else { None }
    }
}

/// The rows of a table that the households of a strip add to: few, as neighbours live in one region.
pub struct Keys {
    of: Lane<u32>,
    /// How much each household counts; 0 for those left out.
    used: Lane<f32>,
    /// Bits of the households in use.
    members: u64,
    distinct: [u32; FEW],
    /// Number of distinct keys; more than [`FEW`] where there are too many.
    n: usize,
}

impl Keys {
    /// The row of each household; those that are not `used` are left out of every sum.
    #[inline(always)]
    pub fn new(of: &Lane<u32>, used: &Lane<bool>) -> Self {
        let members = bits(used);
        let mut keys = Self { of: *of, used: [0.0; STRIP], members, distinct: [0; FEW], n: 0 };
        for k in 0..STRIP {
            keys.used[k] = f32::from(u8::from(used[k]));
        }
        let mut left = members;
        while left != 0 {
            if keys.n == FEW {
                keys.n = FEW + 1;
                break;
            }
            let key = of[left.trailing_zeros() as usize % STRIP];
            keys.distinct[keys.n] = key;
            keys.n += 1;
            left &= unlike(of, key);
        }
        keys
    }

    /// Adds to each row of `table`, `width` wide, the sums of the columns over its households, from column
    /// `at` of the row on. The shape of the sums depends on the keys alone.
    #[inline(always)]
    pub fn add(&self, columns: &[impl Borrow<Lane>], table: &mut [f64], width: usize, at: usize) {
        self.add_weighed(columns, &[1.0; STRIP], table, width, at);
    }

    /// The same; each household counts as much as its weight.
    #[inline(always)]
    pub fn add_weighed(
        &self,
        columns: &[impl Borrow<Lane>],
        weight: &Lane,
        table: &mut [f64],
        width: usize,
        at: usize,
    ) {
        if self.n > FEW {
            for k in ones(self.members) {
                let row = &mut table[self.of[k] as usize * width + at..][..columns.len()];
                for (sum, column) in row.iter_mut().zip(columns) {
                    *sum += f64::from(column.borrow()[k] * (self.used[k] * weight[k]));
                }
            }
            return;
        }
        for &key in &self.distinct[..self.n] {
            let mut mask = [0.0_f32; STRIP];
            for k in 0..STRIP {
                mask[k] = if self.of[k] == key { self.used[k] * weight[k] } else { 0.0 };
            }
            let row = &mut table[key as usize * width + at..][..columns.len()];
            for c in 0..columns.len() {
                row[c] += f64::from(total(columns[c].borrow(), &mask));
            }
        }
    }
}

/// Sum of the lanes, each times its mask.
#[inline(always)]
pub fn total(column: &Lane, mask: &Lane) -> f32 {
    let mut products = [0.0; STRIP];
    for k in 0..STRIP {
        products[k] = column[k] * mask[k];
    }
    sum(&products)
}

/// Sum of the lanes: the upper half is added to the lower until few are left.
#[inline(always)]
pub fn sum<N: Copy + Default + Add<Output = N>>(lanes: &Lane<N>) -> N {
    // Arrays of their own keep all of it in registers.
    let (mut half, mut quarter, mut eight) =
        ([N::default(); 32], [N::default(); 16], [N::default(); 8]);
    for k in 0..32 {
        half[k] = lanes[k] + lanes[k + 32];
    }
    for k in 0..16 {
        quarter[k] = half[k] + half[k + 16];
    }
    for k in 0..8 {
        eight[k] = quarter[k] + quarter[k + 8];
    }
    let [a, b, c, d, e, f, g, h] = eight;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_taken_apart_comes_together_again() {
        for n in [0, 1, 17, STRIP] {
            let rows: Vec<f32> = (0..3 * n).map(|k| k as f32).collect();
            let lanes = apart::<3, f32>(&rows);
            assert!(lanes.iter().all(|l| l[n..].iter().all(|x| *x == 0.0)));
            let mut back = vec![-1.0; rows.len()];
            together(&lanes, &mut back);
            assert_eq!(back, rows);
            assert_eq!(lane(&rows[..n])[..n], rows[..n]);
            let mut column = vec![-1.0; n];
            put(&lane(&rows[..n]), &mut column);
            assert_eq!(column, rows[..n]);
        }
    }

    #[test]
    fn rows_of_a_table_are_those_of_each_household_shared_or_not() {
        let table: Vec<[f32; 2]> = (0..70).map(|k| [k as f32, -(k as f32)]).collect();
        let one_moved: Lane<u32> = std::array::from_fn(|k| if k == 9 { 3 } else { 2 });
        let several: Lane<u32> = std::array::from_fn(|k| k as u32 % 5);
        for at in [[2; STRIP], one_moved, several, std::array::from_fn(|k| 69 - k as u32)] {
            let lanes = Lookup::of(&at).table(&table);
            assert!((0..STRIP).all(|k| lanes.map(|lane| lane[k]) == table[at[k] as usize]));
        }
    }

    #[test]
    fn every_lane_is_in_the_sum_once() {
        assert_eq!(sum::<u64>(&std::array::from_fn(|k| 1 << k)), u64::MAX);
    }

    #[test]
    fn bits_are_those_of_the_flags_and_are_found_again() {
        for flags in [[false; STRIP], [true; STRIP], std::array::from_fn(|k| k % 5 == 1 || k == 63)]
        {
            let bits = bits(&flags);
            assert!((0..STRIP).all(|k| (bits >> k & 1 == 1) == flags[k]));
            let set: Vec<usize> = (0..STRIP).filter(|&k| flags[k]).collect();
            assert_eq!(ones(bits).collect::<Vec<_>>(), set);
        }
    }

    proptest! {
        #[test]
        fn sums_by_key_are_those_of_the_plain_loop(
            keys in prop::collection::vec(0_u32..9, STRIP),
            used in prop::collection::vec(any::<bool>(), STRIP),
            several in 1_u32..10,
            xs in prop::collection::vec(0.0..10.0_f32, 2 * STRIP),
        ) {
            let keys: Lane<u32> = std::array::from_fn(|k| keys[k] % several);
            let used: Lane<bool> = std::array::from_fn(|k| used[k]);
            let columns = [lane(&xs[..STRIP]), lane(&xs[STRIP..])];
            let (mut table, mut plain) = (vec![1.0; 9 * 3], vec![1.0; 9 * 3]);
            Keys::new(&keys, &used).add_weighed(&columns, &[2.0; STRIP], &mut table, 3, 1);
            for k in (0..STRIP).filter(|&k| used[k]) {
                for (c, column) in columns.iter().enumerate() {
                    plain[keys[k] as usize * 3 + 1 + c] += 2.0 * f64::from(column[k]);
                }
            }
            for (a, b) in table.iter().zip(&plain) {
                prop_assert!((a - b).abs() <= 1e-5 * b.abs());
            }
        }
    }
}
