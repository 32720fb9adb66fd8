//! Landlords: first asks, new asks, mark-downs; dwellings that come to the market or leave it.
//!
//! `ln ask = slow + ln reference + u_b + psi c(x - x*) + chi c(x - x~) + sigma z - sigma^2/2`, with `c`
//! cut at +-2, `x` the tightness of the market, `x*` its no-shock level and `x~` what landlords had got
//! used to before; of a rise through `psi` and `chi` the share `restraint` is given up. A live listing is
//! asked anew with a fixed chance, otherwise marked down to a floor.

use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::thinning::Shared;
use super::{log_ratio, market_of};
use crate::engine::draws::{Address, Draws, Kind, Purpose, origin_of};
use crate::engine::math::{exp, ln};
use crate::world::populate::dwelling_traits;
use crate::world::{BANDS, Context, LetState, NONE, Setting, Tenure, World};

/// Limit of a tightness term in the ask, log units.
const CUT: f64 = 2.0;

/// Sets the asks of all listings for this week.
pub(super) fn ask(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let pressure: Vec<f64> = world
        .markets
        .iter()
        .map(|m| {
            let cut = |x: f64| x.clamp(-CUT, CUT);
            let push = p.level_response * cut(m.tightness - m.base_tightness)
                + p.surprise_response * cut(m.tightness - m.usual_tightness);
            // A constant share of the ask would be taken up by the level that burn-in solves.
            let given_up = p.restraint * push.max(0.0);
            setting.ask_level[m.bands.0 as usize] + m.slow + push - given_up
        })
        .collect();
    let asks: Vec<(u32, f32)> = world
        .dwellings
        .by_region
        .par_iter()
        .with_max_len(1)
        .flat_map_iter(|slots| {
            let (world, pressure) = (&*world, &pressure);
            slots.iter().filter_map(move |&d| {
                let i = d as usize;
                if world.dwellings.state[i] != LetState::Listed {
                    return None;
                }
                let who = world.dwellings.address[i];
                let reference = f64::from(world.dwellings.log_reference[i]);
                let old = f64::from(world.dwellings.ask[i]);
                let anew =
                    old.is_nan() || ctx.draws.chance(p.reask, who, ctx.week, Purpose::Reask, 0);
                let ask = if anew {
                    let z: f64 = StandardNormal.sample(&mut ctx.draws.stream(
                        who,
                        ctx.week,
                        Purpose::AskNoise,
                    ));
                    let level = pressure[market_of(setting, world, i)];
                    exp(reference + level + p.ask_sigma * (z - 0.5 * p.ask_sigma))
                } else {
                    (old * (1.0 - p.markdown))
                        .max(p.ask_floor * f64::from(world.dwellings.reference[i]))
                };
                Some((d, ask as f32))
            })
        })
        .collect();
    let mut sums = vec![(0.0, 0_u32); world.markets.len()];
    for (d, ask) in asks {
        let i = d as usize;
        world.dwellings.ask[i] = ask;
        let sum = &mut sums[market_of(setting, world, i)];
        sum.0 += ln(f64::from(ask)) - f64::from(world.dwellings.log_reference[i]);
        sum.1 += 1;
    }
    for (market, (sum, n)) in world.markets.iter_mut().zip(sums) {
        if n > 0 {
            market.log_ask = sum / f64::from(n);
        }
    }
}

/// A dwelling loses its tenant: it is offered, or kept off the market.
pub(super) fn release(ctx: &Context<'_>, world: &mut World, d: usize) {
    let p = &ctx.setting.scenario.parameters.housing;
    let going = world.markets[market_of(ctx.setting, world, d)].fast;
    let withdraw = p.withdrawal * exp(-p.supply_elasticity * going);
    let u = ctx.draws.uniform(world.dwellings.address[d], ctx.week, Purpose::Dormant, 1);
    world.dwellings.state[d] = if u < withdraw { LetState::Dormant } else { LetState::Listed };
    world.dwellings.ask[d] = f32::NAN;
}

/// Dwellings change use after the week's contracts; buildings start and finish.
pub(super) fn supply(ctx: &Context<'_>, world: &mut World, newcomers: &[Vec<u32>]) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    for r in 0..setting.regions() {
        short_let_income(setting, world, &newcomers[r], r);
    }
    let factors: Vec<(f64, f64)> = world
        .markets
        .iter()
        .map(|m| {
            let offer = p.supply_hazard * exp(p.supply_elasticity * m.fast);
            (-crate::engine::math::expm1(-offer), p.withdrawal * exp(-p.supply_elasticity * m.fast))
        })
        .collect();
    let changes: Vec<(u32, LetState)> = world
        .dwellings
        .by_region
        .par_iter()
        .enumerate()
        .with_max_len(1)
        .flat_map_iter(|(r, slots)| {
            let (world, factors) = (&*world, &factors);
            let mut shared = Shared::of(setting, ctx.draws, r, ctx.week, Purpose::Dormant);
            slots.iter().filter_map(move |&d| {
                change_of_use(ctx, world, d as usize, factors, &mut shared).map(|state| (d, state))
            })
        })
        .collect();
    for (d, state) in changes {
        world.dwellings.state[d as usize] = state;
        world.dwellings.ask[d as usize] = f32::NAN;
    }
    for m in 0..world.markets.len() {
        build(ctx, world, m);
    }
}

fn change_of_use(
    ctx: &Context<'_>,
    world: &World,
    d: usize,
    factors: &[(f64, f64)],
    shared: &mut Shared,
) -> Option<LetState> {
    let p = &ctx.setting.scenario.parameters.housing;
    let state = world.dwellings.state[d];
    if state == LetState::Let {
        return None;
    }
    let m = market_of(ctx.setting, world, d);
    let (offer, withdraw) = factors[m];
    let market = &world.markets[m];
    let own = ctx.draws.four(world.dwellings.address[d], ctx.week, Purpose::Dormant, 0);
    let [u_use, u_switch, _, _] = shared.out(state as usize, own.map(f64::from));
    let friction =
        1.0 + 2.0 * p.short_let_friction * f64::from(world.dwellings.short_let_friction[d]);
    match state {
        LetState::Dormant => (u_use < offer).then_some(LetState::Listed),
        // Left this week and not offered yet: it waits for its first ask.
        LetState::Listed if !world.dwellings.offered(d) => None,
        LetState::Listed => {
            let ask = f64::from(world.dwellings.ask[d]) / f64::from(world.dwellings.reference[d]);
            if market.short_let_income > ask * friction && u_switch < p.short_let_switch {
                Some(LetState::ShortLet)
            } else {
                (u_use < p.unlet_withdrawal * withdraw).then_some(LetState::Dormant)
            }
        }
        LetState::ShortLet => {
            let back = market.short_let_income * friction < exp(market.fast);
            (back && u_switch < p.short_let_switch).then_some(LetState::Listed)
        }
        LetState::Let => None,
    }
}

/// What a short let earns over the reference rent: occupancy against the usual one, and above full
/// occupancy in proportion to guests; half old, half new.
fn short_let_income(setting: &Setting, world: &mut World, newcomers: &[u32], r: usize) {
    let p = &setting.scenario.parameters.housing;
    let state = |d: &u32| world.dwellings.state[*d as usize];
    let slots = &world.dwellings.by_region[r];
    let units = slots.iter().filter(|d| state(d) == LetState::ShortLet).count() as f64;
    let usual = slots.len() as f64 * setting.scenario.parameters.population.short_let
        / (1.0
            + setting.scenario.parameters.population.dormant
            + setting.scenario.parameters.population.short_let);
    let unhoused = newcomers
        .iter()
        .filter(|&&i| world.households.tenure[i as usize] != Tenure::Renter)
        .count() as f64;
    let guests = p.short_let_occupancy * usual + p.short_let_guests * unhoused;
    let load = guests / units.max(1.0);
    let income = load.min(1.0) / p.short_let_occupancy * load.max(1.0);
    for band in 0..BANDS {
        let m = setting.market_of[r * BANDS + band] as usize;
        if world.markets[m].bands.0 as usize == band {
            let old = world.markets[m].short_let_income;
            world.markets[m].short_let_income = f64::midpoint(old, income);
        }
    }
}

/// Building starts where rents exceed the cost of building; what was started long ago is finished.
fn build(ctx: &Context<'_>, world: &mut World, m: usize) {
    let p = &ctx.setting.scenario.parameters.housing;
    let market = &mut world.markets[m];
    let above = (exp(market.fast) / p.building_cost - 1.0).max(0.0);
    let stock = market.listings.max(1.0) + market.renters;
    let starts = p.building_response / 52.0 * stock * above;
    if starts > 0.0 {
        market.pipeline.push_back((ctx.week + p.building_weeks as u32, starts));
    }
    while market.pipeline.front().is_some_and(|&(week, _)| week <= ctx.week) {
        market.finished += market.pipeline.pop_front().map_or(0.0, |(_, n)| n);
    }
    let (r, band) = (market.region as usize, market.bands.0 as usize);
    while world.markets[m].finished >= 1.0 {
        world.markets[m].finished -= 1.0;
        add_dwelling(ctx, world, r, band);
    }
}

fn add_dwelling(ctx: &Context<'_>, world: &mut World, r: usize, band: usize) {
    let setting = ctx.setting;
    let ordinal = world.dwellings.by_region[r].len() as u64;
    let address =
        Address::new(Kind::Dwelling, origin_of(&setting.scenario.regions[r].code), ordinal);
    let cells = &setting.cells_of[r * BANDS + band];
    let week0 = Draws::week0(setting.scenario.seed);
    let (log_reference, friction, _, cell) =
        dwelling_traits(setting, &week0, address, r, band, &[], cells);
    world.dwellings.push(
        address,
        r as u16,
        band as u8,
        cell,
        log_reference,
        LetState::Listed,
        NONE,
        friction,
    );
}

/// Tightness of a market: log of applications per listing, held finite by a pseudo-count tied to the
/// region's own ratio.
pub(super) fn tightness(applications: f64, listings: f64, regional: f64, pseudo: f64) -> f64 {
    log_ratio(applications + 2.0 * pseudo * regional, listings + 2.0 * pseudo)
}
