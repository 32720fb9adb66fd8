//! Housing: the rental market of every region, new contracts and sitting tenants apart.
//!
//! What happens in a week: leases end, are reviewed or broken; some tenants are given notice; people
//! start to search; landlords ask, cut or withdraw; seekers apply in two rounds; contracts move the
//! indices; whoever is left without a dwelling shares, is hosted, or is homeless.
//!
//! Cards: S1-H15, S1-H17, S1-H25, S0-H25. Reads (now): households, dwellings, markets, arrivals of the
//! week, price and rent levels. Writes: tenure, dwelling, rent, lease, notice, seeking, dwellings,
//! markets, flows.
//!
//! All rents inside are deflated by the regional rent level (season and trend), so an index never learns
//! from the season it is multiplied by; the rent a tenant pays is nominal and fixed until review. Logs
//! are of rent over the dwelling's own reference rent.
//!
//! Two indices: a *slow* one that asks follow and a *fast* one, the going rent in reviews and supply; a
//! single index overshoots for months. Files: [`tenancy`] (leases), [`listings`] (asks and supply),
//! [`matching`] (applications and contracts), [`indices`], [`lodging`] (sharing, hosting),
//! `thinning` (chance among few agents), [`burnin`].
//! Source: search and matching with listing, mark-down and bid-up as in agent-based housing models (Bank
//! of England / INET); two speeds and the surprise term are ours, `docs/decisions/0004-rent-indices.md`.

pub mod burnin;
pub mod indices;
pub mod listings;
pub mod lodging;
pub mod matching;
pub mod relocation;
pub mod tenancy;
mod thinning;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::math::ln;
use crate::engine::strips::{Lane, STRIP, lane};
use crate::scenario::LeverKind;
use crate::world::{BANDS, Context, Flow, Households, LetState, NONE, Setting, Tenure, World};

/// Parameters of housing. Rates are per week unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Response of the log ask to log tightness against the no-shock level.
    pub level_response: f64,
    /// Response of the log ask to log tightness against what landlords have got used to.
    pub surprise_response: f64,
    /// Weekly rate at which landlords get used to a tightness.
    pub habituation: f64,
    /// Weight of a week's contracts in the slow index.
    pub slow_weight: f64,
    /// Weight of a week's contracts in the fast index.
    pub fast_weight: f64,
    /// Standard deviation of log asks.
    pub ask_sigma: f64,
    /// Chance that a live listing is asked anew in a week.
    pub reask: f64,
    /// Cut of an unlet ask that is not asked anew.
    pub markdown: f64,
    /// Lowest ask over the reference rent.
    pub ask_floor: f64,
    /// Forbearance of landlords: share of rises of asks, and of breaks, given up.
    pub restraint: f64,
    /// Factor of one bid-up step.
    pub bid_up: f64,
    /// Chance that a bid-up stops at each step.
    pub bid_up_stop: f64,
    /// Hazard of a contract break per unit of gap above the tolerated one.
    pub break_hazard: f64,
    /// Gap between going and paid rent that landlords tolerate.
    pub break_tolerance: f64,
    /// Share of income that rent may take.
    pub income_share: f64,
    /// Months that savings must last when they help to pay rent.
    pub savings_months: f64,
    /// Largest share of income that rent may take with savings.
    pub income_limit: f64,
    /// Moves by choice per renter and year.
    pub moves_per_year: f64,
    /// Households entering and leaving renting per renter and year.
    pub entry_per_year: f64,
    /// Hazard that a resident without a dwelling for more than two weeks goes to live with relatives.
    pub return_to_family: f64,
    /// Elasticity of entry to the going rent.
    pub entry_elasticity: f64,
    /// Weeks of notice.
    pub notice_weeks: f64,
    /// Weeks after which a search by choice is given up.
    pub search_weeks: f64,
    /// Hazard of review of an oral lease.
    pub oral_review: f64,
    /// Listings a seeker looks at in a round.
    pub listings_seen: f64,
    /// Applications a seeker sends in a round.
    pub applications: f64,
    /// Weight of quality against cheapness in choosing where to apply.
    pub quality_weight: f64,
    /// Sharpness of that choice.
    pub choice_sharpness: f64,
    /// Weight of a landlord's hostility toward a group in ranking applicants.
    pub landlord_preference: f64,
    /// Hazard that a dormant dwelling is offered at the reference rent.
    pub supply_hazard: f64,
    /// Elasticity of that hazard to the going rent.
    pub supply_elasticity: f64,
    /// Chance that a vacated dwelling goes off the market at the reference rent.
    pub withdrawal: f64,
    /// Chance per week that an unlet listing is withdrawn, over the chance of a vacated one.
    pub unlet_withdrawal: f64,
    /// Chance per week that a better paying short let is taken up.
    pub short_let_switch: f64,
    /// Largest friction of short letting, share of the rent.
    pub short_let_friction: f64,
    /// Share of unhoused newcomers who use short lets.
    pub short_let_guests: f64,
    /// Usual occupancy of short lets.
    pub short_let_occupancy: f64,
    /// Chance per week that two unhoused newcomer households join to share.
    pub sharing: f64,
    /// Most persons in a shared household.
    pub sharing_persons: f64,
    /// Guests that a housed newcomer household can take, households.
    pub host_newcomers: f64,
    /// Share of resident households ready to host in the ordinary case.
    pub host_residents: f64,
    /// Yearly rate at which owners move to another neighbourhood.
    pub owner_moves_per_year: f64,
    /// Additional yearly rate at full hostility toward all neighbours (native avoidance).
    pub avoidance_per_year: f64,
    /// Cost of building over the reference rent, as capitalised rent.
    pub building_cost: f64,
    /// Yearly building starts over the active stock per unit of rent above cost.
    pub building_response: f64,
    /// Weeks from start to finish of a building.
    pub building_weeks: f64,
}

/// Share of residents who help in an ordinary week; hosting places grow in proportion beyond it.
pub(super) const USUAL_HELP: f64 = 0.02;

/// What a week is of a month.
pub const MONTHS_PER_WEEK: f64 = 12.0 / 52.178_571_428_571_43;

/// One week of the rental market.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    levers(ctx, world);
    week(ctx, world, ctx.week, false);
    relocation::step(ctx, world);
}

/// What burn-in learns from a week.
struct Week {
    /// Sum and number of log new contract rents over the reference, by market.
    contracts: Vec<(f64, u32)>,
    /// By region: who went to live with relatives, and who left them for a dwelling of their own.
    family: Vec<(f64, f64)>,
}

/// The market's week. `clock` is the week leases are dated in (burn-in has its own); with `hold` the
/// indices stay where they are.
fn week(ctx: &Context<'_>, world: &mut World, clock: u32, hold: bool) -> Week {
    let setting = ctx.setting;
    let newcomers = newcomers_by_region(setting, world);
    let mut family: Vec<(f64, f64)> =
        tenancy::step(ctx, world, &newcomers, clock).into_iter().map(|went| (went, 0.0)).collect();
    listings::ask(ctx, world);
    let mut contracts = Vec::new();
    for round in 0..2 {
        let plans: Vec<matching::Round> = (0..setting.regions())
            .into_par_iter()
            .with_max_len(1)
            .map(|r| matching::round(ctx, world, &newcomers[r], r, round))
            .collect();
        for (r, plan) in plans.into_iter().enumerate() {
            if round == 0 {
                indices::observe_tightness(world, setting, r, &plan.pressure);
            }
            for contract in plan.contracts {
                let from_relatives =
                    world.households.tenure[contract.household as usize] == Tenure::Family;
                family[r].1 += f64::from(u8::from(from_relatives));
                matching::sign(ctx, world, &contract, clock);
                contracts.push(contract);
            }
        }
    }
    let by_market = indices::update(ctx, world, &contracts, hold);
    listings::supply(ctx, world, &newcomers);
    lodging::step(ctx, world);
    Week { contracts: by_market, family }
}

/// Newcomer households present in each region.
fn newcomers_by_region(setting: &Setting, world: &World) -> Vec<Vec<u32>> {
    let mut lists = vec![Vec::new(); setting.regions()];
    for i in setting.residents..setting.households() {
        if world.households.here(i) {
            lists[world.households.region[i] as usize].push(i as u32);
        }
    }
    lists
}

/// What household `i` can pay, currency per month, deflated by the regional rent level:
/// `min(share * income + savings / months, limit * income)`. A rent aid pays a part `a` of the rent above
/// `share * income`, so that a rent `R` costs the household `R - a (R - share * income)`.
#[inline]
fn cap(setting: &Setting, world: &World, i: usize) -> f64 {
    let p = &setting.scenario.parameters.housing;
    let (income, savings) =
        (f64::from(world.households.income[i]), f64::from(world.households.savings[i]));
    let at_base =
        (p.income_share * income + savings / p.savings_months).min(p.income_limit * income);
    let r = world.households.region[i] as usize;
    let aid = world.rent_aid[r];
    let gross = if aid > 0.0 {
        at_base.max((at_base - aid * p.income_share * income) / (1.0 - aid))
    } else {
        at_base
    };
    gross * world.price_level / world.rent_level[r]
}

/// The rent aid in force.
#[derive(Clone, Copy)]
pub struct RentAid<'a> {
    households: &'a Households,
    /// Share of the rent above what is affordable, by region.
    share: &'a [f64],
    /// Share of income that is affordable.
    affordable: f64,
    price_level: f64,
    /// Whether there is any.
    any: bool,
}

impl<'a> RentAid<'a> {
    /// The aid of a world with these households, shares by region and price level.
    pub fn new(
        setting: &Setting,
        households: &'a Households,
        share: &'a [f64],
        price_level: f64,
    ) -> Self {
        let affordable = setting.scenario.parameters.housing.income_share;
        let any = share.iter().any(|share| *share > 0.0);
        Self { households, share, affordable, price_level, any }
    }

    /// The aid of this world.
    pub fn of(setting: &Setting, world: &'a World) -> Self {
        Self::new(setting, &world.households, &world.rent_aid, world.price_level)
    }

    /// What it pays household `i`, currency per month.
    pub fn paid(&self, i: usize) -> f64 {
        let h = self.households;
        let income = f64::from(h.income[i]) * self.price_level;
        let above = (f64::from(h.rent[i]) - self.affordable * income).max(0.0);
        self.share[h.region[i] as usize] * above
    }

    /// The rent that household `i` bears itself, currency per month.
    pub fn borne(&self, i: usize) -> f32 {
        let rent = self.households.rent[i];
        // Those away may have no region.
        if self.any && rent > 0.0 { rent - self.paid(i) as f32 } else { rent }
    }

    /// The same for the strip that begins with household `from`.
    #[inline(always)]
    pub fn borne_by_strip(&self, from: usize) -> Lane {
        let rents = &self.households.rent[from..];
        let mut borne = lane(rents);
        if self.any {
            for k in 0..rents.len().min(STRIP) {
                borne[k] = self.borne(from + k);
            }
        }
        borne
    }
}

/// Sets the rent aid of the week and books its cost and that of tenant protection.
fn levers(ctx: &Context<'_>, world: &mut World) {
    let scenario = &ctx.setting.scenario;
    let day = i64::from(Setting::first_day(ctx.week));
    for r in 0..ctx.setting.regions() {
        let (strength, compliance) = scenario.lever(LeverKind::RentAid, r, day);
        // Paying all of it would let rents rise without bound.
        world.rent_aid[r] = (strength * compliance).min(0.95);
    }
    let protection: Vec<f64> = (0..ctx.setting.regions())
        .map(|r| {
            let (strength, compliance) = scenario.lever(LeverKind::TenantProtection, r, day);
            strength * compliance * scenario.unit_cost(LeverKind::TenantProtection, r, day)
        })
        .collect();
    if world.rent_aid.iter().chain(&protection).all(|x| *x == 0.0) {
        return;
    }
    for i in 0..ctx.setting.households() {
        if world.households.dwelling[i] != NONE {
            let r = world.households.region[i] as usize;
            let unit = scenario.unit_cost(LeverKind::RentAid, r, day);
            let aid = unit * RentAid::of(ctx.setting, world).paid(i) * MONTHS_PER_WEEK;
            let cost = f64::from(ctx.setting.people.weight[i]) * (aid + protection[r]);
            world.flows.add(Flow::LeverCost, r, 0, cost);
        }
    }
}

/// Index of the market of dwelling `d`.
#[inline]
fn market_of(setting: &Setting, world: &World, d: usize) -> usize {
    let at = world.dwellings.region[d] as usize * BANDS + world.dwellings.band[d] as usize;
    setting.market_of[at] as usize
}

/// Ends the tenancy of household `i`, if it has one: the dwelling is offered from now on, or withdrawn.
pub fn vacate(ctx: &Context<'_>, world: &mut World, i: usize) {
    let d = std::mem::replace(&mut world.households.dwelling[i], NONE);
    world.households.rent[i] = 0.0;
    world.households.lease_end[i] = 0;
    world.households.notice_until[i] = 0;
    world.households.search_left[i] = 0;
    world.households.seeking[i] = false;
    if world.households.tenure[i] == Tenure::Renter {
        world.households.tenure[i] = Tenure::Homeless;
    }
    if d != NONE {
        listings::release(ctx, world, d as usize);
    }
}

/// Mean log ask of region `r`, currency per month, deflated; the fixed basket over its markets.
pub fn regional_log_ask(setting: &Setting, world: &World, r: usize) -> f64 {
    let stock = setting.scenario.parameters.population.stock();
    (0..BANDS)
        .map(|b| {
            let m = &world.markets[setting.market_of[r * BANDS + b] as usize];
            stock[b] * (setting.log_reference[r * BANDS + b] + m.log_ask)
        })
        .sum()
}

/// The going rent of region `r` over its reference, log; the fixed basket over its markets.
pub fn regional_going_rent(setting: &Setting, world: &World, r: usize) -> f64 {
    let stock = setting.scenario.parameters.population.stock();
    (0..BANDS)
        .map(|b| stock[b] * world.markets[setting.market_of[r * BANDS + b] as usize].fast)
        .sum()
}

/// Checks that every dwelling has at most one tenant, every tenant one dwelling, and states agree.
///
/// # Errors
/// What does not agree.
pub fn conserved(setting: &Setting, world: &World) -> Result<(), String> {
    let mut tenants = vec![0_u8; world.dwellings.address.len()];
    for i in 0..setting.households() {
        let d = world.households.dwelling[i];
        let renting = world.households.here(i) && world.households.tenure[i] == Tenure::Renter;
        if renting != (d != NONE) {
            return Err(format!("household {i}: tenure and dwelling disagree"));
        }
        if d != NONE {
            tenants[d as usize] += 1;
            if world.households.rent[i].is_nan() || world.households.rent[i] <= 0.0 {
                return Err(format!("household {i}: rent {}", world.households.rent[i]));
            }
        }
    }
    for (d, &n) in tenants.iter().enumerate() {
        let wanted = u8::from(world.dwellings.state[d] == LetState::Let);
        if n != wanted {
            return Err(format!("dwelling {d}: {n} tenants, state {:?}", world.dwellings.state[d]));
        }
    }
    Ok(())
}

/// `ln` of a quotient of positive numbers, guarded.
#[inline]
fn log_ratio(a: f64, b: f64) -> f64 {
    ln(a.max(1e-12) / b.max(1e-12))
}

#[cfg(test)]
mod tests;
