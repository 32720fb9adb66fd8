//! Market indices: tightness, and the slow and fast index of new contract rents.
//!
//! Contracts are pooled until there are three, or four weeks have passed; then
//! `index' = index + (1 - (1 - w)^k)(mean - rest - index)` with `k` the weeks pooled and the rest from burn-in. Where four
//! weeks brought none the fast index moves toward the slow one instead: nobody knows what rents are going, and if it stayed
//! where it was, a market that a low index has emptied would offer nothing ever again.

use super::{listings, market_of, matching::Contract};
use crate::engine::math::{ln, pow};
use crate::world::{Context, LetState, Setting, World};

/// Pseudo-count of the tightness and contracts that are enough, counted agents of the least sample.
const PSEUDO: f64 = 0.5;
const ENOUGH_CONTRACTS: f64 = 3.0;
const LONGEST_POOL: u32 = 4;

/// Takes in the first round's applications and listings of region `r`.
pub(super) fn observe_tightness(
    world: &mut World,
    setting: &Setting,
    r: usize,
    pressure: &[(usize, f64, f64)],
) {
    let p = &setting.scenario.parameters.housing;
    for &(m, applications, live) in pressure {
        let market = &mut world.markets[m];
        market.applications = f64::midpoint(market.applications, applications);
        market.listings = f64::midpoint(market.listings, live);
    }
    let sum = |f: fn(&crate::world::Market) -> f64| -> f64 {
        pressure.iter().map(|x| f(&world.markets[x.0])).sum()
    };
    let pseudo = PSEUDO * setting.rental_density;
    let regional = (sum(|m| m.applications) + pseudo / 2.0) / (sum(|m| m.listings) + pseudo / 2.0);
    for &(m, _, _) in pressure {
        let market = &mut world.markets[m];
        // What is new this week surprises next week's asks; landlords get used to what they have answered to.
        market.usual_tightness += p.habituation * (market.tightness - market.usual_tightness);
        market.tightness =
            listings::tightness(market.applications, market.listings, regional, pseudo);
    }
    for &(m, _, _) in pressure {
        world.markets[m].renters = 0.0;
    }
    for &d in &world.dwellings.by_region[r] {
        if world.dwellings.state[d as usize] == LetState::Let {
            let m = market_of(setting, world, d as usize);
            world.markets[m].renters += 1.0;
        }
    }
}

/// Moves the indices with the week's contracts. Returns, per market, the sum of log contract rent over
/// reference and the number of contracts.
pub(super) fn update(
    ctx: &Context<'_>,
    world: &mut World,
    contracts: &[Contract],
    hold: bool,
) -> Vec<(f64, u32)> {
    let p = &ctx.setting.scenario.parameters.housing;
    let enough = ENOUGH_CONTRACTS * ctx.setting.rental_density;
    let mut by_market = vec![(0.0, 0); world.markets.len()];
    for contract in contracts {
        let d = contract.dwelling as usize;
        let log = ln(contract.rent) - f64::from(world.dwellings.log_reference[d]);
        let m = market_of(ctx.setting, world, d);
        by_market[m] = (by_market[m].0 + log, by_market[m].1 + 1);
        let pooled = &mut world.markets[m].pooled;
        *pooled = (pooled.0 + log, pooled.1 + 1, pooled.2);
    }
    for market in &mut world.markets {
        let (sum, n, weeks) = market.pooled;
        let weeks = weeks + 1;
        if f64::from(n) < enough && weeks < LONGEST_POOL {
            market.pooled.2 = weeks;
            continue;
        }
        market.pooled = (0.0, 0, 0);
        if hold {
            continue;
        }
        let weight = |w: f64| 1.0 - pow(1.0 - w, f64::from(weeks));
        let going = if n > 0 { sum / f64::from(n) - market.rest } else { market.slow };
        market.slow += weight(p.slow_weight) * (going - market.slow);
        market.fast += weight(p.fast_weight) * (going - market.fast);
    }
    by_market
}
