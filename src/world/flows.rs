//! Counts of one week by region and group, at full scale.

use serde::{Deserialize, Serialize};

use crate::engine::sums::Fixed;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Flow {
    /// Persons who entered.
    Arrivals,
    /// Persons who left the country, onward or for good.
    Exits,
    /// Persons who went back.
    Returns,
    /// Households given notice.
    Evictions,
    /// Workers who lost a job because a newcomer took it.
    Displaced,
    /// Rents received by landlords above those of week 0, currency per month.
    OwnerGain,
    /// Spending on levers, currency per week.
    LeverCost,
    /// Taxes because of newcomers, currency per month.
    TaxGain,
    /// Persons refused at the border.
    Refused,
    /// Of those in [`Flow::Exits`], persons of households whose main earner is highly skilled.
    SkilledExits,
    /// Of those in [`Flow::Exits`], persons removed because they were reported.
    Removals,
    /// Of those, persons who do not side with another state.
    WrongfulRemovals,
}

/// Number of [`Flow`]s.
pub const FLOWS: usize = 12;

/// The counts of a week.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flows {
    groups: usize,
    cells: Vec<Fixed>,
    width: usize,
}

impl Flows {
    /// All zero.
    pub fn new(regions: usize, groups: usize) -> Self {
        let width = regions * groups;
        Self { groups, cells: vec![Fixed::default(); width * FLOWS], width }
    }

    /// Sets every count to zero, at the start of a week.
    pub fn clear(&mut self) {
        self.cells.fill(Fixed::default());
    }

    /// Adds to a count.
    #[inline]
    pub fn add(&mut self, flow: Flow, region: usize, group: usize, amount: f64) {
        self.cells[flow as usize * self.width + region * self.groups + group] += amount;
    }

    /// Reads a count.
    #[inline]
    pub fn get(&self, flow: Flow, region: usize, group: usize) -> f64 {
        self.cells[flow as usize * self.width + region * self.groups + group].get()
    }

    /// Every count, in a fixed order.
    pub fn sums(&self) -> impl Iterator<Item = f64> + '_ {
        self.cells.iter().map(|x| x.get())
    }
}
