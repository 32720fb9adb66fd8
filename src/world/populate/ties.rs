//! Kin: closed families of six within a region and group, and two ties across the region.

use std::ops::Range;

use rayon::prelude::*;

use crate::engine::draws::{Draws, Purpose};
use crate::world::setting::KIN;
use crate::world::{NONE, Setting};

const FAMILY: usize = 6;
/// Members of one group that families are formed among: wide enough to span several cells, near enough
/// to stay close in memory.
const REACH: usize = 600;

/// Fills `setting.kin`. Arrivals have no tie before they enter.
pub fn kin(setting: &mut Setting, draws: &Draws) {
    let in_regions = setting.region_residents.par_iter().with_max_len(1);
    let parts: Vec<_> = in_regions.map(|range| in_region(setting, draws, range)).collect();
    // Regions follow one another, residents come before arrivals.
    let mut kin = parts.concat();
    kin.resize(setting.households(), [NONE; KIN]);
    setting.kin = kin;
}

/// Kin of the residents of one region.
fn in_region(setting: &Setting, draws: &Draws, range: &Range<usize>) -> Vec<[u32; KIN]> {
    let mut kin = vec![[NONE; KIN]; range.len()];
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
                for (tie, &j) in kin[i as usize - range.start].iter_mut().zip(relatives) {
                    *tie = j;
                }
            }
        }
    }
    for (kin, i) in kin.iter_mut().zip(range.clone()) {
        let two = draws.two(setting.people.address[i], 0, Purpose::Kin, 0);
        for (tie, u) in kin[FAMILY - 1..].iter_mut().zip(two) {
            let j = range.start + (u * range.len() as f64) as usize;
            if j != i {
                *tie = j as u32;
            }
        }
    }
    kin
}
