//! Kin ties of residents: closed families within a region and group, and ties across the region.
//!
//! What is summed over the kin of everyone is summed over each family once, and taken from there.

use serde::{Deserialize, Serialize};

use super::NONE;

/// Most members of a family.
pub const FAMILY: usize = 6;
/// Ties across the region.
pub const FAR: usize = 2;
/// Most ties of a household.
pub const KIN: usize = FAMILY - 1 + FAR;

/// Who is kin to whom. Arrivals have no kin here: their ties come with entry (`society.arrival_ties`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kin {
    /// Members of each family, [`NONE`] where there are fewer.
    pub families: Vec<[u32; FAMILY]>,
    /// Family of each resident.
    pub family: Vec<u32>,
    /// Ties of each resident across the region, [`NONE`] where there are fewer.
    pub far: Vec<[u32; FAR]>,
}

impl Kin {
    /// Kin of household `i`: the others of its family, then those across the region; none of an arrival.
    pub fn of(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        let family = self.family.get(i).map(|&f| &self.families[f as usize]);
        let relatives = family.into_iter().flatten().filter(move |&&j| j as usize != i);
        let far = self.far.get(i).into_iter().flatten();
        relatives.chain(far).filter(|&&j| j != NONE).map(|&j| j as usize)
    }
}
