//! The work on the engine's pieces.

use qonaq::engine::draws::{Address, Draws, Purpose, STRIP, unit32};
use qonaq::engine::sums::{BLOCK, Fixed, merge};
use rayon::prelude::*;

pub const REGIONS: usize = 20;

/// What both versions start from, and the region state they carry.
#[derive(Clone)]
pub struct World {
    pub starts: Vec<u32>,
    pub ties: Vec<u32>,
    pub fear: Vec<f32>,
    pub threshold: Vec<f32>,
    pub income: Vec<f32>,
    pub employed: Vec<u8>,
    pub rent: [f32; REGIONS],
    pub hostile: [f32; REGIONS],
    /// Mean fear, hostile share, unemployment of the whole after the last tick.
    pub totals: [f64; 3],
}

impl World {
    /// Network and households.
    pub fn new(n: usize) -> Self {
        let draws = Draws::new(1, 0);
        let four = |i: usize, purpose| draws.four(Address(i as u64), 0, purpose, 0);
        let far = |i: usize, j: usize| {
            let block = draws.block(Address(i as u64), 0, Purpose::Tie, j as u32);
            let other = (u64::from(block[1]) * (n as u64 - 1) >> 32) as usize;
            if unit32(block[0]) < 0.1 { (i + 1 + other) % n } else { (i + j) % n }
        };
        let mut starts = vec![0_u32; n + 2];
        let edges: Vec<[u32; 5]> =
            (0..n).into_par_iter().map(|i| std::array::from_fn(|j| far(i, j + 1) as u32)).collect();
        for (i, ends) in edges.iter().enumerate() {
            starts[i + 2] += 5;
            ends.iter().for_each(|&j| starts[j as usize + 2] += 1);
        }
        (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
        let mut ties = vec![0; 10 * n];
        for (i, ends) in edges.iter().enumerate() {
            for &j in ends {
                for (from, to) in [(i, j as usize), (j as usize, i)] {
                    ties[starts[from + 1] as usize] = to as u32;
                    starts[from + 1] += 1;
                }
            }
        }
        starts.pop();
        let u: Vec<[f32; 4]> = (0..n).map(|i| four(i, Purpose::Household)).collect();
        Self {
            starts,
            ties,
            fear: u.iter().map(|u| 0.3 * u[0]).collect(),
            threshold: u.iter().map(|u| 0.1 + 0.5 * u[1]).collect(),
            income: u.iter().map(|u| 0.6 + 0.2 * (10.0 * u[2]).floor()).collect(),
            employed: u.iter().map(|u| u8::from(u[3] < 0.9)).collect(),
            rent: [0.4; REGIONS],
            hostile: [0.0; REGIONS],
            totals: [0.0; 3],
        }
    }

    /// Region of household `i`.
    pub fn region(&self, i: usize) -> usize {
        i * REGIONS / self.fear.len()
    }

    /// Ends a tick: sums of persons, fear, hostile and unemployed by region.
    pub fn close(&mut self, sums: &[[f64; 4]]) {
        for (k, [n, _, hostile, jobless]) in sums.iter().enumerate() {
            self.hostile[k] = (hostile / n) as f32;
            let occupancy = 0.90 + 0.005 * k as f64 + 0.10 * (0.10 - jobless / n);
            self.rent[k] *= (1.0 + 0.02 * (occupancy - 0.95)) as f32;
        }
        let all = |k: usize| sums.iter().map(|s| s[k]).sum::<f64>();
        self.totals = [all(1) / all(0), all(2) / all(0), all(3) / all(0)];
    }

    /// One tick; `next` is a second buffer for fear.
    pub fn tick(&mut self, next: &mut Vec<f32>, draws: &Draws, tick: u32) {
        let n = self.fear.len();
        let mut employed = std::mem::take(&mut self.employed);
        let world = &*self;
        let blocks = next.par_chunks_mut(BLOCK).zip(employed.par_chunks_mut(BLOCK)).enumerate();
        let sums = blocks.map(|(b, (fears, employed))| {
            let mut sums = vec![[0.0_f32; 4]; REGIONS];
            let mut words = [[0; STRIP]; 4];
            let strips = fears.chunks_mut(STRIP).zip(employed.chunks_mut(STRIP)).enumerate();
            for (s, (fears, employed)) in strips {
                let first = b * BLOCK + s * STRIP;
                let mut near = [0.0_f32; STRIP];
                for (k, (near, f)) in near.iter_mut().zip(&world.fear[first..]).enumerate() {
                    let Some(&[from, to]) = world.starts[first + k..].first_chunk() else { break };
                    let ties = &world.ties[from as usize..to as usize];
                    let sum: f32 = ties.iter().map(|&j| world.fear[j as usize]).sum();
                    *near = if ties.is_empty() { *f } else { sum / ties.len() as f32 };
                }
                // One block of four words serves two households: the halves of the strip.
                let who: [Address; STRIP / 2] =
                    std::array::from_fn(|k| Address((first + k) as u64));
                draws.blocks(&who, tick, Purpose::Act, 0, &mut words);
                let [a, b, c, d] = &words;
                let half = STRIP / 2;
                let u: [[u32; STRIP]; 2] = [(a, c), (b, d)].map(|(x, y)| {
                    std::array::from_fn(|k| if k < half { x[k] } else { y[k - half] })
                });
                let end = first + fears.len();
                let mut from = first;
                while from < end {
                    // Most strips lie in one region.
                    let r = world.region(from);
                    let to = end.min(((r + 1) * n).div_ceil(REGIONS));
                    let (rent, hostile, sum) = (world.rent[r], world.hostile[r], &mut sums[r]);
                    let run = from - first..to - first;
                    let mut is_hostile = [0.0_f32; STRIP];
                    for k in run.clone() {
                        let i = first + k;
                        let e = f32::from(employed[k]);
                        let burden = (rent / world.income[i]).min(1.0);
                        let pressure = (0.5 * burden + 0.3 * (1.0 - e) + 0.2 * hostile).min(1.0);
                        let noise = 0.04 * unit32(u[0][k]) - 0.02;
                        let f = 0.85 * world.fear[i] + 0.10 * near[k] + 0.05 * pressure + noise;
                        fears[k] = f.clamp(0.0, 1.0);
                        is_hostile[k] = f32::from(u8::from(fears[k] > world.threshold[i]));
                        let change = unit32(u[1][k]) < if e > 0.0 { 0.01 } else { 0.1 };
                        employed[k] ^= u8::from(change);
                    }
                    for k in run {
                        sum[0] += 1.0;
                        sum[1] += fears[k];
                        sum[2] += is_hostile[k];
                        sum[3] += f32::from(1 - employed[k]);
                    }
                    from = to;
                }
            }
            sums.iter().flatten().map(|&x| Fixed::of(f64::from(x))).collect::<Vec<_>>()
        });
        let sums = sums.reduce(|| vec![Fixed::default(); 4 * REGIONS], |a, b| merge(a, &b));
        self.employed = employed;
        std::mem::swap(&mut self.fear, next);
        let sums: Vec<f64> = sums.into_iter().map(Fixed::get).collect();
        self.close(sums.as_chunks::<4>().0);
    }
}
