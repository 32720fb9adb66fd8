//! The one pass over households: everything indicators add up, by region and group.
//!
//! Residents and newcomers are counted apart, because the cohort of week 0 is the residents; readers see
//! their sum. Persons and households are at full scale.

mod pass;

use crate::world::{Setting, World};

/// Money is added up in thousands, so that sums of large currencies stay in range.
pub const UNIT: f64 = 1000.0;

/// What is added up for each household, in the order of a row; [`PER_TARGET`] more follow for each target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Sum {
    /// Agents.
    Agents,
    /// Households.
    Households,
    /// Adults of working age.
    Adults,
    /// Adults with a contract; the other states of `Work` follow in their order.
    Formal,
    /// Adults who work without one.
    Informal,
    /// Adults who seek work.
    Unemployed,
    /// Adults who neither work nor seek.
    Inactive,
    /// Wages, currency per month over [`UNIT`].
    Wages,
    /// Trust in courts, by households; police and authorities follow.
    TrustCourts,
    /// Trust in police.
    TrustPolice,
    /// Trust in the authorities.
    TrustAuthorities,
    /// Blame laid on groups, by households.
    Blame,
    /// Probability of acting, by households.
    Acting,
    /// Weight of media, by households.
    Media,
    /// Persons.
    Persons,
    /// Life satisfaction, by persons.
    Satisfaction,
    /// Probability of acting, by persons: a component of tension, as the next four.
    IndexActing,
    /// Distrust, by persons.
    IndexDistrust,
    /// Rent burden and joblessness, by persons; the wait is the same for all of a region.
    IndexHardship,
    /// Mean hostility over others, by persons.
    IndexHostility,
    /// Mean fear of others, by persons.
    IndexFear,
    /// Persons with a host.
    Hosted,
    /// Persons without dwelling or host.
    Homeless,
    /// Households without a home of their own.
    Need,
    /// Households that rent.
    Renters,
    /// Their rent over income, at most 1.
    Burden,
    /// Their rent over the reference rent of the dwelling.
    Markup,
}

/// Sums before those by target.
const FIXED: usize = Sum::Markup as usize + 1;
/// Sums for each target, by households: fear, hostility, hostile, favourable.
const PER_TARGET: usize = 4;

/// The sums of a week.
#[derive(Debug, Clone)]
pub struct Tally {
    width: usize,
    targets: usize,
    /// Residents by region and group, then newcomers.
    rows: Vec<f64>,
    /// Share of hostile households that each believes in, summed over households, region x group x target.
    believed: Vec<f64>,
    /// Persons by cell and group.
    pub by_cell: Vec<f64>,
}

impl Tally {
    /// Counts the households in the country.
    pub fn of(setting: &Setting, world: &World) -> Self {
        // The number of targets is known to the compiler inside the loop.
        match setting.targets.len() {
            0 | 1 => pass::count::<1>(setting, world),
            2 => pass::count::<2>(setting, world),
            3 => pass::count::<3>(setting, world),
            4 => pass::count::<4>(setting, world),
            5 => pass::count::<5>(setting, world),
            _ => pass::count::<{ crate::mechanisms::affect::MOST_TARGETS }>(setting, world),
        }
    }

    fn half(&self) -> usize {
        self.rows.len() / 2
    }

    /// A sum over everyone, region x group.
    pub fn column(&self, sum: Sum) -> Vec<f64> {
        self.at(sum as usize)
    }

    /// Sum `k` of those about target `t`, region x group; the last is the hostile share believed in.
    pub fn about(&self, t: usize, k: usize) -> Vec<f64> {
        if k < PER_TARGET {
            self.at(FIXED + k * self.targets + t)
        } else {
            self.believed.iter().skip(t).step_by(self.targets).copied().collect()
        }
    }

    /// A sum over residents alone, region x group.
    pub fn residents(&self, sum: Sum) -> Vec<f64> {
        let rows = self.rows[..self.half()].chunks_exact(self.width);
        rows.map(|row| row[sum as usize]).collect()
    }

    fn at(&self, k: usize) -> Vec<f64> {
        let (residents, newcomers) = self.rows.split_at(self.half());
        let rows = residents.chunks_exact(self.width).zip(newcomers.chunks_exact(self.width));
        rows.map(|(a, b)| a[k] + b[k]).collect()
    }
}
