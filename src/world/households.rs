//! Households: what never changes ([`People`]) and what does ([`Households`]).

use serde::{Deserialize, Serialize};

use crate::engine::draws::Address;
use crate::scenario::SKILLS;

/// Whether a household is in the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Presence {
    /// A potential arrival that has not come (yet), or was refused.
    #[default]
    Absent,
    /// At the border, waiting.
    AtBorder,
    /// In the country.
    Present,
    /// Joined another newcomer household to share a dwelling; its people are counted there.
    Merged,
    /// Left the country.
    Left,
}

/// How a household lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Tenure {
    /// Owns its dwelling.
    #[default]
    Owner,
    /// Rents a dwelling.
    Renter,
    /// Lives with relatives by choice and may set up its own household.
    Family,
    /// Stays with a host for want of a dwelling.
    Hosted,
    /// Has neither dwelling nor host.
    Homeless,
}

/// Household columns fixed at week 0. Lengths: all households.
#[derive(Debug, Clone, Default, Serialize)]
pub struct People {
    /// Who draws.
    pub address: Vec<Address>,
    /// Households at full scale this agent stands for (renters and newcomers are thinned less).
    pub weight: Vec<f32>,
    /// Index of the group.
    pub group: Vec<u8>,
    /// Region at week 0; for arrivals, unused until they choose.
    pub home_region: Vec<u16>,
    /// Adults of working age, 1 to 3.
    pub adults: Vec<u8>,
    /// Skill of the main earner, 0 to [`SKILLS`] - 1.
    pub skill: Vec<u8>,
    /// Money income at week 0, currency per month (prices of week 0).
    pub base_income: Vec<f32>,
    /// Index of the wave of an arrival; `u8::MAX` for residents.
    pub wave: Vec<u8>,
    /// Day an arrival reaches the border, from the start of the scenario.
    pub arrival_day: Vec<u32>,
    /// Whether an arrival only passes through.
    pub transit: Vec<bool>,
    /// Whether an arrival lives on income from outside and seeks no local work.
    pub outside_income: Vec<bool>,
    /// Persons at week 0.
    pub persons: Vec<u8>,
}

/// Household columns that change. Lengths: all households.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Households {
    /// In the country or not.
    pub presence: Vec<Presence>,
    /// Region.
    pub region: Vec<u16>,
    /// Neighbourhood cell; [`super::NONE`] while absent. Whoever has lost a dwelling stays in its neighbourhood, and a newcomer
    /// without one is somewhere in its region.
    pub cell: Vec<u32>,
    /// Persons; grows when newcomers share.
    pub persons: Vec<u8>,
    /// How it lives.
    pub tenure: Vec<Tenure>,
    /// Rental dwelling, or [`super::NONE`].
    pub dwelling: Vec<u32>,
    /// Rent, currency per month, nominal; 0 unless renting.
    pub rent: Vec<f32>,
    /// Money income, currency per month, at prices of week 0 (wages, transfers, outside income).
    pub income: Vec<f32>,
    /// Savings, currency, at prices of week 0.
    pub savings: Vec<f32>,
    /// Week in which the lease ends; 0 = oral lease without end.
    pub lease_end: Vec<u16>,
    /// Week by which the dwelling must be left; 0 = no notice.
    pub notice_until: Vec<u16>,
    /// Weeks of search left for movers by choice; 0 = not searching by choice.
    pub search_left: Vec<u8>,
    /// Whether the household seeks a dwelling this week.
    pub seeking: Vec<bool>,
    /// Weeks without a dwelling of its own, seeking one or not.
    pub unhoused_weeks: Vec<u8>,
    /// Week of entry of an arrival.
    pub entry_week: Vec<u16>,
}

impl Households {
    /// Whether household `i` is in the country and counted under its own name.
    #[inline]
    pub fn here(&self, i: usize) -> bool {
        self.presence[i] == Presence::Present
    }
}

/// Adjacent skill levels a job seeker may apply to: its own and the ones next to it.
pub fn adjacent(skill: usize) -> std::ops::RangeInclusive<usize> {
    skill.saturating_sub(1)..=(skill + 1).min(SKILLS - 1)
}
