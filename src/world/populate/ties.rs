//! Kin: closed families of six within a region and group, and two ties across the region.

use std::ops::Range;

use rayon::prelude::*;

use crate::engine::draws::{Draws, Purpose};
use crate::world::kin::{FAMILY, FAR, Kin};
use crate::world::{NONE, Setting};

/// Members of one group that families are formed among: wide enough to span several cells, near enough
/// to stay close in memory.
const REACH: usize = 600;

/// Fills `setting.kin`.
pub fn kin(setting: &mut Setting, draws: &Draws) {
    let in_regions = setting.region_residents.par_iter().with_max_len(1);
    let parts: Vec<Kin> = in_regions.map(|range| in_region(setting, draws, range)).collect();
    let mut kin = Kin::default();
    // Regions follow one another.
    for part in parts {
        let before = kin.families.len() as u32;
        kin.family.extend(part.family.iter().map(|f| before + f));
        kin.families.extend(part.families);
        kin.far.extend(part.far);
    }
    setting.kin = kin;
}

/// Kin of the residents of one region.
fn in_region(setting: &Setting, draws: &Draws, range: &Range<usize>) -> Kin {
    let mut families = Vec::with_capacity(range.len() / FAMILY + 1);
    let mut family = vec![NONE; range.len()];
    for g in 0..setting.groups() {
        let members: Vec<u32> = range
            .clone()
            .filter(|&i| usize::from(setting.people.group[i]) == g)
            .map(|i| i as u32)
            .collect();
        for part in members.chunks(REACH) {
            let (first, n) = (families.len(), part.len().div_ceil(FAMILY));
            families.resize(first + n, [NONE; FAMILY]);
            for (k, &i) in part.iter().enumerate() {
                let f = first + k % n;
                families[f][k / n] = i;
                family[i as usize - range.start] = f as u32;
            }
        }
    }
    let across = |i: usize| {
        draws.two(setting.people.address[i], 0, Purpose::Kin, 0).map(|u| {
            let j = range.start + (u * range.len() as f64) as usize;
            if j == i { NONE } else { j as u32 }
        })
    };
    let far: Vec<[u32; FAR]> = range.clone().map(across).collect();
    Kin { families, family, far }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn families_are_closed_and_ties_across_stay_in_the_region() {
        let (setting, _) = populate(testing::two_towns());
        let kin = &setting.kin;
        let members: usize = kin.families.iter().flatten().filter(|&&j| j != NONE).count();
        assert_eq!((members, kin.far.len()), (setting.residents, setting.residents));
        for range in &setting.region_residents {
            for i in range.clone() {
                let family = &kin.families[kin.family[i] as usize];
                assert_eq!(family.iter().filter(|&&j| j as usize == i).count(), 1);
                assert!(kin.of(i).all(|j| j != i && range.contains(&j)));
                for &j in family.iter().filter(|&&j| j != NONE) {
                    assert_eq!(kin.family[j as usize], kin.family[i]);
                    assert_eq!(setting.people.group[j as usize], setting.people.group[i]);
                }
            }
        }
        let ties: usize = (0..setting.residents).map(|i| kin.of(i).count()).sum();
        assert!(ties as f64 > 6.5 * setting.residents as f64);
        assert_eq!(kin.of(setting.residents).count(), 0);
    }
}
