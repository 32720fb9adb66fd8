//! What others see of a household: hostility and fear toward each target, in few enough bytes that those of many
//! ties can be looked up and added.

use serde::{Deserialize, Serialize};

use super::kin::KIN;
use crate::engine::strips::{Lane, STRIP};

/// Words of 16 bits in a row, two to a number.
const WIDTH: usize = 8;

/// Eight words of what is seen of a household, or of the sum over several. In order: hostility toward each target, fear
/// of each, both in units of 1 / [`Opinion::ONE`]; then, in 4 bits a target, how many of those summed have a view of
/// it: none have of their own group, nor have those who are away. The default is a household of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opinion(pub [u32; WIDTH / 2]);

// A sum over kin stays within its word.
const _: () = assert!(KIN * (Opinion::ONE as usize) <= u16::MAX as usize && KIN < 16);

impl Opinion {
    /// One, as stored.
    pub const ONE: f32 = 8191.0;

    /// Rows a household has, for so many targets.
    pub const fn rows(targets: usize) -> usize {
        if targets <= 3 { 1 } else { 2 }
    }
}

/// Sum of what is seen of these households. Ties without a household ([`super::NONE`]) add nothing; they are as
/// common as not, so there is no branch to guess.
#[inline(always)]
pub fn sums<const R: usize, const N: usize>(
    seen: &[[Opinion; R]],
    ties: &[u32; N],
) -> [Opinion; R] {
    let mut sums = [Opinion([0; WIDTH / 2]); R];
    for &j in ties {
        let some = (j as usize) < seen.len();
        let (at, mask) = if some { (j as usize, u32::MAX) } else { (0, 0) };
        let Some(other) = seen.get(at) else { continue };
        for r in 0..R {
            for n in 0..WIDTH / 2 {
                sums[r].0[n] = sums[r].0[n].wrapping_add(other[r].0[n] & mask);
            }
        }
    }
    sums
}

/// What is seen of a family without this member of it, of whom `own` is seen.
#[inline(always)]
pub fn without<const R: usize>(family: &[Opinion; R], own: &[Opinion; R]) -> [Opinion; R] {
    let mut rest = *family;
    for r in 0..R {
        for n in 0..WIDTH / 2 {
            rest[r].0[n] = rest[r].0[n].wrapping_sub(own[r].0[n]);
        }
    }
    rest
}

/// What is seen of both.
#[inline(always)]
pub fn both<const R: usize>(mut a: [Opinion; R], b: &[Opinion; R]) -> [Opinion; R] {
    for r in 0..R {
        for n in 0..WIDTH / 2 {
            a[r].0[n] = a[r].0[n].wrapping_add(b[r].0[n]);
        }
    }
    a
}

/// A run of bits: row, number in it, shift.
type Bits = (usize, usize, u32);

/// Bits of word `w`.
const fn word(w: usize) -> Bits {
    (w / WIDTH, w % WIDTH / 2, 16 * (w % 2) as u32)
}

/// Bits of hostility and fear toward target `t` of `targets`.
const fn words(targets: usize, t: usize) -> [Bits; 2] {
    [word(t), word(targets + t)]
}

/// Bits of the number of views of target `t`.
const fn count(targets: usize, t: usize) -> Bits {
    let (row, n, shift) = word(2 * targets + t / 4);
    (row, n, shift + 4 * (t % 4) as u32)
}

/// Numbers of the rows of a strip, each in a lane.
type Taken<const R: usize> = [[Lane<u32>; WIDTH / 2]; R];

/// Writes what is seen of the first households of a strip: `known` says whether they have a view of each target.
#[inline(always)]
pub fn show<const T: usize, const R: usize>(
    known: &[Lane<bool>; T],
    hostility: &[Lane; T],
    fear: &[Lane; T],
    out: &mut [[Opinion; R]],
) {
    // Beside 2^23 a float holds whole numbers: they are its lowest bits.
    let stored = |x: f32| (x * Opinion::ONE + 8_388_608.0).to_bits() & 0xFFFF;
    let mut lanes: Taken<R> = [[[0; STRIP]; WIDTH / 2]; R];
    for t in 0..T {
        for ((row, n, shift), felt) in words(T, t).into_iter().zip([&hostility[t], &fear[t]]) {
            for k in 0..STRIP {
                let bits = if known[t][k] { stored(felt[k]) } else { 0 };
                lanes[row][n][k] |= bits << shift;
            }
        }
        let (row, n, shift) = count(T, t);
        for k in 0..STRIP {
            lanes[row][n][k] |= u32::from(known[t][k]) << shift;
        }
    }
    for (k, out) in out.iter_mut().enumerate().take(STRIP) {
        for r in 0..R {
            for n in 0..WIDTH / 2 {
                out[r].0[n] = lanes[r][n][k];
            }
        }
    }
}

/// Mean hostility and fear toward each target of the sums of a strip; not a number where nobody has a view.
#[inline(always)]
pub fn means<const T: usize, const R: usize>(sums: &[[Opinion; R]; STRIP]) -> [[Lane; T]; 2] {
    let mut lanes: Taken<R> = [[[0; STRIP]; WIDTH / 2]; R];
    for k in 0..STRIP {
        for r in 0..R {
            for n in 0..WIDTH / 2 {
                lanes[r][n][k] = sums[k][r].0[n];
            }
        }
    }
    let mut out = [[[0.0; STRIP]; T]; 2];
    for t in 0..T {
        let (row, n, shift) = count(T, t);
        let mut scale = [0.0; STRIP];
        for k in 0..STRIP {
            // Of none, 1 / 0.
            scale[k] = 1.0 / (Opinion::ONE * (lanes[row][n][k] >> shift & 15) as i32 as f32);
        }
        for ((row, n, shift), out) in words(T, t).into_iter().zip(&mut out) {
            for k in 0..STRIP {
                out[t][k] = (lanes[row][n][k] >> shift & 0xFFFF) as i32 as f32 * scale[k];
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::NONE;

    fn round_trip<const T: usize, const R: usize>() {
        let lane = |f: &dyn Fn(usize) -> f32| -> Lane { std::array::from_fn(f) };
        let hostility: [Lane; T] =
            std::array::from_fn(|t| lane(&|k| ((k * 7 + t) % 64) as f32 / 63.0));
        let fear: [Lane; T] =
            std::array::from_fn(|t| lane(&|k| ((k * 11 + 5 * t) % 64) as f32 / 63.0));
        let known: [Lane<bool>; T] =
            std::array::from_fn(|t| std::array::from_fn(|k| (k + t) % 3 > 0));
        let mut rows = [[Opinion::default(); R]; STRIP];
        show(&known, &hostility, &fear, &mut rows);
        // Every household as the sum of itself and the next six.
        let mut summed = rows;
        for k in 0..STRIP {
            let mut ties: [u32; KIN + 1] = std::array::from_fn(|j| ((k + j) % STRIP) as u32);
            ties[KIN] = NONE;
            summed[k] = sums(&rows, &ties);
        }
        let means = means::<T, R>(&summed);
        for t in 0..T {
            let [h, f] = [&means[0][t], &means[1][t]];
            for k in 0..STRIP {
                let who: Vec<usize> =
                    (0..KIN).map(|j| (k + j) % STRIP).filter(|&j| known[t][j]).collect();
                let mean =
                    |x: &[Lane; T]| who.iter().map(|&j| x[t][j]).sum::<f32>() / who.len() as f32;
                assert!((h[k] - mean(&hostility)).abs() < 1e-4, "{T} {t} {k}");
                assert!((f[k] - mean(&fear)).abs() < 1e-4, "{T} {t} {k}");
            }
        }
    }

    #[test]
    fn means_of_what_is_shown_are_means_of_what_is_felt() {
        round_trip::<1, 1>();
        round_trip::<3, 1>();
        round_trip::<4, 2>();
        round_trip::<6, 2>();
    }

    #[test]
    fn of_nobody_nothing_is_known() {
        let rows = [[Opinion::default(); 1]; STRIP];
        assert!(means::<2, 1>(&rows).as_flattened().as_flattened().iter().all(|x| x.is_nan()));
    }
}
