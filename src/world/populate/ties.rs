//! Kin: closed families of six within a region and group, and two ties across the region.

use crate::engine::draws::{Draws, Purpose};
use crate::world::setting::KIN;
use crate::world::{NONE, Setting};

const FAMILY: usize = 6;
/// Members of one group that families are formed among: wide enough to span several cells, near enough
/// to stay close in memory.
const REACH: usize = 600;

/// Fills `setting.kin`. Arrivals have no tie before they enter.
pub fn kin(setting: &mut Setting, draws: &Draws) {
    let mut kin = vec![[NONE; KIN]; setting.households()];
    for range in &setting.region_residents {
        for g in 0..setting.groups() {
            let members: Vec<u32> = range
                .clone()
                .filter(|&i| usize::from(setting.people.group[i]) == g)
                .map(|i| i as u32)
                .collect();
            for part in members.chunks(REACH) {
                let families = part.len().div_ceil(FAMILY);
                for (k, &i) in part.iter().enumerate() {
                    let relatives =
                        part.iter().skip(k % families).step_by(families).filter(|&&j| j != i);
                    for (tie, &j) in kin[i as usize].iter_mut().zip(relatives) {
                        *tie = j;
                    }
                }
            }
        }
        for i in range.clone() {
            let two = draws.two(setting.people.address[i], 0, Purpose::Kin, 0);
            for (tie, u) in kin[i][FAMILY - 1..].iter_mut().zip(two) {
                let j = range.start + (u * range.len() as f64) as usize;
                if j != i {
                    *tie = j as u32;
                }
            }
        }
    }
    setting.kin = kin;
}
