//! The state of the world.
//!
//! Two halves. A [`Setting`] is built once and never changes: who the households are, their traits and
//! ties, the distances, the constants solved in burn-in. A [`World`] is what a replicate changes week by
//! week. Both are columns: entry `i` of every household column is household `i`, and a household keeps
//! its slot for the whole run. Residents come first, sorted by region and cell; potential arrivals of
//! all waves follow, sorted by day.

pub mod accounts;
pub mod attachment;
mod bytes;
#[cfg(test)]
pub mod columns;
pub mod conduct;
mod digest;
pub mod dwellings;
pub mod flows;
pub mod households;
pub mod kin;
pub mod labour;
pub mod land;
pub mod memory;
mod names;
pub mod opinion;
pub mod populate;
pub mod projects;
pub mod rows;
pub mod setting;
pub mod society;

use serde::{Deserialize, Serialize};

pub use accounts::{Account, Accounts};
pub use attachment::{Attachment, AttachmentAnchors, Sign};
pub use conduct::{Conduct, Incident};
pub use dwellings::{Dwellings, LetState, Market};
pub use flows::{Flow, Flows};
pub use households::{Households, People, Presence, Tenure};
pub use kin::Kin;
pub use labour::{
    ADULTS, Employers, Employment, Labour, LabourMarket, MarketReference, SECTORS, Work,
    adults_by_state, strip_by_state,
};
pub use land::LandState;
pub use memory::Memory;
pub use names::{AddressError, find_household, household_name};
pub use opinion::Opinion;
pub use projects::ProjectState;
pub use setting::{BANDS, Context, NONE, Setting};
pub use society::{Members, Mood, Rumour, Society, Traits};

/// Everything a replicate changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct World {
    /// Week last completed; 0 before the first tick.
    pub week: u32,
    /// Household columns that change.
    pub households: Households,
    /// Rental dwellings.
    pub dwellings: Dwellings,
    /// Rental markets, one per region and quality band; merged bands share one.
    pub markets: Vec<Market>,
    /// Arrivals waiting at the border: day of entry, household, gate.
    pub waiting: Vec<(u32, u32, u8)>,
    /// Queues at the border and at service centres.
    pub queues: Queues,
    /// Counts of the current week.
    pub flows: Flows,
    /// Attitudes, acts, incidents, trust.
    pub society: Society,
    /// Rents received at week 0 by region and group of the landlord, currency per month.
    pub base_landlord_rents: Vec<f64>,
    /// Every incident so far, in order of day.
    pub incidents: Vec<Incident>,
    /// Weekly sums of acts, the state of the incident process, pending denials, those who left.
    pub conduct: Conduct,
    /// Outside level of rents by region, `week 0 = 1` (season and trend).
    pub rent_level: Vec<f64>,
    /// Share of the rent above the affordable one that a lever pays, by region.
    pub rent_aid: Vec<f64>,
    /// Outside level of consumer prices, `week 0 = 1`.
    pub price_level: f64,
    /// Log level of each region's prices over the outside level; 0 at week 0.
    pub prices: Vec<f64>,
    /// Work.
    pub labour: Labour,
    /// Memory of injury, where the scenario keeps one.
    pub memory: Memory,
    /// Attachments where a group has a kin state.
    pub attachment: Attachment,
    /// Accounts of the economy's sectors.
    pub accounts: Accounts,
    /// Access to land and water.
    pub land: LandState,
    /// What people know, expect and hold against each foreign project.
    pub projects: Vec<ProjectState>,
}

/// Backlogs and waits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Queues {
    /// Persons waiting at each gate, full scale.
    pub gate_backlog: Vec<f64>,
    /// Wait at each gate at the end of the day, days.
    pub gate_wait_days: Vec<f64>,
    /// Its mean over the days of the week: a queue may come and go within one.
    pub gate_week_days: Vec<f64>,
    /// Persons waiting at the service centres of each region, full scale.
    pub service_backlog: Vec<f64>,
    /// Wait at the service centres of each region, days.
    pub service_wait_days: Vec<f64>,
    /// Persons who gave up in the last week, by region, full scale.
    pub service_unmet: Vec<f64>,
}
