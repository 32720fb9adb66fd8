//! Rental dwellings and their markets. Owner-occupied homes are not listed one by one: an owner *is* its
//! home, in its cell.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::engine::draws::Address;

/// What a rental dwelling is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum LetState {
    /// Under lease.
    Let,
    /// Listed; offered once it has an ask.
    Listed,
    /// Kept off the market.
    Dormant,
    /// Let by the night.
    ShortLet,
}

/// Rental dwellings as columns. A dwelling keeps its slot; new ones are appended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Dwellings {
    /// Who draws.
    pub address: Vec<Address>,
    /// Region.
    pub region: Vec<u16>,
    /// Quality band, 0 = lowest.
    pub band: Vec<u8>,
    /// Neighbourhood cell.
    pub cell: Vec<u32>,
    /// Log of the reference rent: band level times quality within the band (prices of week 0).
    pub log_reference: Vec<f32>,
    /// Reference rent, currency per month at prices of week 0: `exp(log_reference)`.
    pub reference: Vec<f32>,
    /// What it is doing.
    pub state: Vec<LetState>,
    /// Ask in a listing, deflated by the regional rent level; NaN before its first ask.
    pub ask: Vec<f32>,
    /// Landlord household, or [`super::NONE`] for a firm.
    pub landlord: Vec<u32>,
    /// Standing dislike of letting by the night, `[0, 1]`.
    pub short_let_friction: Vec<f32>,
    /// Slots of each region's dwellings.
    pub by_region: Vec<Vec<u32>>,
}

impl Dwellings {
    /// Appends a dwelling without an ask and returns its slot.
    #[allow(clippy::too_many_arguments, reason = "one argument a column")]
    pub fn push(
        &mut self,
        address: Address,
        region: u16,
        band: u8,
        cell: u32,
        log_reference: f32,
        state: LetState,
        landlord: u32,
        short_let_friction: f32,
    ) -> u32 {
        let slot = self.address.len() as u32;
        self.address.push(address);
        self.region.push(region);
        self.band.push(band);
        self.cell.push(cell);
        self.log_reference.push(log_reference);
        self.reference.push(crate::engine::math::exp(f64::from(log_reference)) as f32);
        self.state.push(state);
        self.ask.push(f32::NAN);
        self.landlord.push(landlord);
        self.short_let_friction.push(short_let_friction);
        self.by_region[region as usize].push(slot);
        slot
    }

    /// Whether dwelling `d` can be applied for: it is listed and has an ask. One that was left this week gets its
    /// ask, and is seen, next week.
    #[inline]
    pub fn offered(&self, d: usize) -> bool {
        self.state[d] == LetState::Listed && !self.ask[d].is_nan()
    }

    /// Puts dwelling `d` on offer after its tenant has gone; it gets its first ask as a new listing.
    pub fn vacate(&mut self, d: u32) {
        self.state[d as usize] = LetState::Listed;
        self.ask[d as usize] = f32::NAN;
    }
}

/// One rental market: a region's band, or several thin bands together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Market {
    /// Region.
    pub region: u16,
    /// Lowest and highest band it covers.
    pub bands: (u8, u8),
    /// Mean log of new contract rents over the reference without a shock, from burn-in.
    pub rest: f64,
    /// Slow index of quality-adjusted new contract rents, log over reference and rest: drives asks.
    pub slow: f64,
    /// Fast index: the going rent in reviews and breaks.
    pub fast: f64,
    /// Contracts waiting to enter the indices: sum of log rent over reference, count, weeks pooled.
    pub pooled: (f64, u32, u32),
    /// Dwellings under lease.
    pub renters: f64,
    /// Average applications and live listings (half new, half old).
    pub applications: f64,
    /// See `applications`.
    pub listings: f64,
    /// Tightness landlords have got used to.
    pub usual_tightness: f64,
    /// Tightness without a shock, from burn-in.
    pub base_tightness: f64,
    /// Latest tightness.
    pub tightness: f64,
    /// Last known mean log ask over reference; kept when no listing is live.
    pub log_ask: f64,
    /// Short-let income over ordinary reference rent, averaged.
    pub short_let_income: f64,
    /// Dwellings under construction: finishing week and (fractional) number.
    pub pipeline: VecDeque<(u32, f64)>,
    /// Part of a dwelling finished but not yet a whole agent.
    pub finished: f64,
}
