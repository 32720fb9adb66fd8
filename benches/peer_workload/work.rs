//! The work on the engine's pieces.

use qonaq::engine::draws::{Address, Draws, Purpose, unit32};
use qonaq::engine::strips::STRIP;
use qonaq::engine::sums::BLOCK;
use rayon::prelude::*;

pub const REGIONS: usize = 20;
const ONE: f32 = 65_535.0;

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
            let other = ((u64::from(block[1]) * (n as u64 - 1)) >> 32) as usize;
            if unit32(block[0]) < 0.1 { (i + 1 + other) % n } else { (i + j) % n }
        };
        let mut starts = vec![0_u32; n + 2];
        let edges: Vec<[u32; 5]> =
            (0..n).into_par_iter().map(|i| std::array::from_fn(|j| far(i, j + 1) as u32)).collect();
        for (i, ends) in edges.iter().enumerate() {
            starts[i + 2] += 5;
            for &j in ends {
                starts[j as usize + 2] += 1;
            }
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
        i * REGIONS / self.threshold.len()
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

    /// Fear as others see it, in 16 bits: small, and sums of whole numbers have no order to keep.
    pub fn shown(&self) -> Vec<u16> {
        self.fear.iter().map(|f| (f * ONE) as u16).collect()
    }

    /// One tick; `shown` is everybody's fear at its start and `next` a second buffer.
    pub fn tick(&mut self, shown: &mut Vec<u16>, next: &mut Vec<u16>, draws: &Draws, tick: u32) {
        let n = self.fear.len();
        let (mut fear, mut employed) =
            (std::mem::take(&mut self.fear), std::mem::take(&mut self.employed));
        let (world, seen) = (&*self, &shown[..]);
        let blocks = fear.par_chunks_mut(BLOCK).zip(next.par_chunks_mut(BLOCK));
        let sums = blocks.zip(employed.par_chunks_mut(BLOCK)).enumerate().map(|(b, columns)| {
            let ((fears, nexts), employed) = columns;
            let mut sums = [[0_u64; 4]; REGIONS];
            let (mut words, mut sum_to, mut near) = ([[0; STRIP]; 4], Vec::new(), [0.0_f32; STRIP]);
            let strips = fears.chunks_mut(STRIP).zip(nexts.chunks_mut(STRIP));
            for (s, ((fears, nexts), employed)) in
                strips.zip(employed.chunks_mut(STRIP)).enumerate()
            {
                let first = b * BLOCK + s * STRIP;
                let end = first + fears.len();
                // Running sums over all ties of the strip: many slow reads are under way at once.
                let starts = &world.starts[first..=end];
                let base = starts[0] as usize;
                let mut sum = 0_u32;
                sum_to.clear();
                sum_to.push(0);
                sum_to.extend(world.ties[base..starts[fears.len()] as usize].iter().map(|&j| {
                    sum += u32::from(seen[j as usize]);
                    sum
                }));
                for (k, ends) in starts.windows(2).enumerate() {
                    let (from, to) = (ends[0] as usize - base, ends[1] as usize - base);
                    let sum = (sum_to[to] - sum_to[from]) as f32;
                    near[k] = if to > from { sum / (ONE * (to - from) as f32) } else { fears[k] };
                }
                // One block of four words serves two households: the halves of the strip.
                let who: [Address; STRIP / 2] =
                    std::array::from_fn(|k| Address((first + k) as u64));
                draws.blocks(&who, tick, Purpose::Act, 0, &mut words);
                let (front, back) = words.split_at_mut(2);
                for (x, y) in front.iter_mut().zip(back) {
                    x[STRIP / 2..].copy_from_slice(&y[..STRIP / 2]);
                }
                let mut from = first;
                while from < end {
                    // Most strips lie in one region.
                    let r = world.region(from);
                    let to = end.min(((r + 1) * n).div_ceil(REGIONS));
                    let (rent, hostile) = (world.rent[r], world.hostile[r]);
                    let [mut fear, mut enemies, mut jobless] = [0_u32; 3];
                    // Slices of one length: the loop is worked several households at a time.
                    let (run, len) = (from - first..to - first, to - from);
                    let (income, threshold) = (&world.income[from..to], &world.threshold[from..to]);
                    let (fears, nexts) = (&mut fears[run.clone()], &mut nexts[run.clone()]);
                    let (employed, near) = (&mut employed[run.clone()], &near[run.clone()]);
                    let [noise, change] = [0, 1].map(|w| &words[w][run.clone()]);
                    for k in 0..len {
                        let e = f32::from(employed[k]);
                        let burden = (rent / income[k]).min(1.0);
                        let pressure = (0.5 * burden + 0.3 * (1.0 - e) + 0.2 * hostile).min(1.0);
                        let noise = 0.04 * unit32(noise[k]) - 0.02;
                        let f = 0.85 * fears[k] + 0.10 * near[k] + 0.05 * pressure + noise;
                        let f = f.clamp(0.0, 1.0);
                        (fears[k], nexts[k]) = (f, (f * ONE) as i32 as u16);
                        employed[k] ^= u8::from(unit32(change[k]) < 0.1 - 0.09 * e);
                        fear += u32::from(nexts[k]);
                        enemies += u32::from(f > threshold[k]);
                        jobless += u32::from(1 - employed[k]);
                    }
                    for (sum, x) in sums[r].iter_mut().zip([len as u32, fear, enemies, jobless]) {
                        *sum += u64::from(x);
                    }
                    from = to;
                }
            }
            sums
        });
        let none = || [[0; 4]; REGIONS];
        let sums = sums.reduce(none, |a, b| {
            std::array::from_fn(|r| std::array::from_fn(|k| a[r][k] + b[r][k]))
        });
        (self.fear, self.employed) = (fear, employed);
        std::mem::swap(shown, next);
        self.close(&sums.map(|[n, fear, hostile, jobless]| {
            [n as f64, fear as f64 / f64::from(ONE), hostile as f64, jobless as f64]
        }));
    }
}
