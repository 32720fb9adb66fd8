//! What others see of a household: hostility and fear toward each target, in few enough bytes that those of many
//! ties can be looked up and added.

use serde::{Deserialize, Serialize};

use super::setting::KIN;
use crate::engine::strips::{Lane, STRIP};

/// Words of 16 bits in a row, four to a number.
const WIDTH: usize = 8;

/// Eight words of what is seen of a household, or of the sum over several. In order: hostility toward each target, fear
/// of each, both in units of 1 / [`Opinion::ONE`]; then, in 4 bits a target, how many of those summed have a view of
/// it: none have of their own group, nor have those who are away. The default is a household of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opinion(pub [u64; WIDTH / 4]);

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

/// Adds what is seen of another.
#[inline]
pub fn add<const R: usize>(sum: &mut [Opinion; R], other: &[Opinion; R]) {
    for r in 0..R {
        for n in 0..WIDTH / 4 {
            sum[r].0[n] = sum[r].0[n].wrapping_add(other[r].0[n]);
        }
    }
}

/// A run of bits: row, number in it, shift.
type Bits = (usize, usize, u32);

/// Bits of word `w`.
const fn word(w: usize) -> Bits {
    (w / WIDTH, w % WIDTH / 4, 16 * (w % 4) as u32)
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

/// What is seen of a strip of households: `known` says whether they have a view of each target.
#[inline]
pub fn shown<const T: usize, const R: usize>(
    known: &[Lane<bool>; T],
    hostility: &[Lane; T],
    fear: &[Lane; T],
) -> [[Opinion; R]; STRIP] {
    // Signed numbers are what processors turn floats into.
    let stored = |x: f32| (x * Opinion::ONE + 0.5) as i32 as u32;
    let mut lanes = [[[0_u64; STRIP]; WIDTH / 4]; R];
    for t in 0..T {
        for ((row, n, shift), felt) in words(T, t).into_iter().zip([&hostility[t], &fear[t]]) {
            for k in 0..STRIP {
                let bits = if known[t][k] { stored(felt[k]) } else { 0 };
                lanes[row][n][k] |= u64::from(bits) << shift;
            }
        }
        let (row, n, shift) = count(T, t);
        for k in 0..STRIP {
            lanes[row][n][k] |= u64::from(known[t][k]) << shift;
        }
    }
    let mut out = [[Opinion::default(); R]; STRIP];
    for k in 0..STRIP {
        for r in 0..R {
            out[k][r] = Opinion([lanes[r][0][k], lanes[r][1][k]]);
        }
    }
    out
}

/// Mean hostility and fear toward target `t` of the sums of a strip; not a number where nobody has a view.
#[inline]
pub fn means<const T: usize, const R: usize>(sums: &[[Opinion; R]; STRIP], t: usize) -> [Lane; 2] {
    let read = |(row, n, shift): Bits, mask: u32| {
        let mut lane = [0.0; STRIP];
        for k in 0..STRIP {
            lane[k] = ((sums[k][row].0[n] >> shift) as u32 & mask) as i32 as f32;
        }
        lane
    };
    let [h, f] = words(T, t);
    let (mut out, n) = ([read(h, 0xFFFF), read(f, 0xFFFF)], read(count(T, t), 15));
    for k in 0..STRIP {
        // Of none, 0 / 0.
        let scale = 1.0 / (Opinion::ONE * n[k]);
        (out[0][k], out[1][k]) = (out[0][k] * scale, out[1][k] * scale);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<const T: usize, const R: usize>() {
        let lane = |f: &dyn Fn(usize) -> f32| -> Lane { std::array::from_fn(f) };
        let hostility: [Lane; T] =
            std::array::from_fn(|t| lane(&|k| ((k * 7 + t) % 64) as f32 / 63.0));
        let fear: [Lane; T] =
            std::array::from_fn(|t| lane(&|k| ((k * 11 + 5 * t) % 64) as f32 / 63.0));
        let known: [Lane<bool>; T] =
            std::array::from_fn(|t| std::array::from_fn(|k| (k + t) % 3 > 0));
        let rows = shown::<T, R>(&known, &hostility, &fear);
        // Every household as the sum of itself and the next six.
        let mut sums = rows;
        for k in 0..STRIP {
            for j in 1..KIN {
                add(&mut sums[k], &rows[(k + j) % STRIP]);
            }
        }
        for t in 0..T {
            let [h, f] = means::<T, R>(&sums, t);
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
        assert!(means::<2, 1>(&rows, 1).as_flattened().iter().all(|x| x.is_nan()));
    }
}
