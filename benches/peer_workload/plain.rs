//! The same work as one would first write it: columns, neighbour lists, rayon over chunks, a small fast
//! generator seeded per chunk and tick.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use super::work::{REGIONS, World};

const CHUNK: usize = 4096;

/// One tick; `next` is a second buffer for fear.
pub fn tick(world: &mut World, next: &mut Vec<f32>, tick: u32) {
    let mut employed = std::mem::take(&mut world.employed);
    let w = &*world;
    let sums = next
        .par_chunks_mut(CHUNK)
        .zip(employed.par_chunks_mut(CHUNK))
        .enumerate()
        .map(|(c, (fears, employed))| {
            let mut rng = SmallRng::seed_from_u64(u64::from(tick) << 32 | c as u64);
            let mut sums = [[0.0_f64; 4]; REGIONS];
            for k in 0..fears.len() {
                let i = c * CHUNK + k;
                let r = w.region(i);
                let ties = &w.ties[w.starts[i] as usize..w.starts[i + 1] as usize];
                let mut near = w.fear[i];
                if !ties.is_empty() {
                    near =
                        ties.iter().map(|&j| w.fear[j as usize]).sum::<f32>() / ties.len() as f32;
                }
                let burden = (w.rent[r] / w.income[i]).min(1.0);
                let jobless = f32::from(1 - employed[k]);
                let pressure = (0.5 * burden + 0.3 * jobless + 0.2 * w.hostile[r]).min(1.0);
                let noise = rng.random_range(-0.02..0.02_f32);
                let f = (0.85 * w.fear[i] + 0.10 * near + 0.05 * pressure + noise).clamp(0.0, 1.0);
                fears[k] = f;
                let u: f32 = rng.random();
                if employed[k] == 1 {
                    if u < 0.01 {
                        employed[k] = 0;
                    }
                } else if u < 0.1 {
                    employed[k] = 1;
                }
                sums[r][0] += 1.0;
                sums[r][1] += f64::from(f);
                sums[r][2] += f64::from(u8::from(f > w.threshold[i]));
                sums[r][3] += f64::from(1 - employed[k]);
            }
            sums
        })
        .reduce(
            || [[0.0; 4]; REGIONS],
            |mut a, b| {
                for (x, y) in a.as_flattened_mut().iter_mut().zip(b.as_flattened()) {
                    *x += y;
                }
                a
            },
        );
    world.employed = employed;
    std::mem::swap(&mut world.fear, next);
    world.close(&sums);
}
