//! Seekers look at listings, apply, and are chosen; one round for one region.
//!
//! A seeker sees ten different listings drawn from its region, drops those above its cap and applies to the four
//! with the largest `K [alpha ln reference + (1 - alpha) ln(1 - ask/income)] + Gumbel`. A listing picks the
//! applicant with the largest `ln cap - preference * hostility of the landlord + U(0,1)`, ties by address. A
//! seeker with several offers takes the one it likes best. All choices of a round are simultaneous. The
//! rent is bid up: `min(cap, ask * beta^k)` with `k` geometric, at most the number of rivals. What a mover leaves
//! in the first round is not on offer in the second.

use super::{cap, market_of, tenancy, vacate};
use crate::engine::draws::{Purpose, gumbel};
use crate::engine::math::{ln, pow};
use crate::world::{Context, LetState, NONE, Tenure, World};

/// A signed contract; `rent` is deflated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contract {
    pub household: u32,
    pub dwelling: u32,
    pub rent: f64,
}

/// What a round brings.
pub(super) struct Round {
    pub contracts: Vec<Contract>,
    /// Applications and live listings by market, `(market, applications, listings)`.
    pub pressure: Vec<(usize, f64, f64)>,
}

struct Application {
    listing: u32,
    seeker: u32,
    utility: f64,
}

/// One round of region `r`.
pub(super) fn round(
    ctx: &Context<'_>,
    world: &World,
    newcomers: &[u32],
    r: usize,
    round: u32,
) -> Round {
    let setting = ctx.setting;
    let listings: Vec<u32> = world.dwellings.by_region[r]
        .iter()
        .copied()
        .filter(|&d| world.dwellings.offered(d as usize))
        .collect();
    let seekers: Vec<u32> = setting.region_rental[r]
        .iter()
        .chain(newcomers)
        .copied()
        .filter(|&i| world.households.here(i as usize) && world.households.seeking[i as usize])
        .collect();
    let mut pressure: Vec<(usize, f64, f64)> = Vec::new();
    for band in 0..crate::world::BANDS {
        let m = setting.market_of[r * crate::world::BANDS + band] as usize;
        if pressure.last().is_none_or(|p| p.0 != m) {
            pressure.push((m, 0.0, 0.0));
        }
    }
    let place = |m: usize| pressure.iter().position(|p| p.0 == m).unwrap_or(0);
    let market: Vec<usize> =
        listings.iter().map(|&d| place(market_of(setting, world, d as usize))).collect();
    for &m in &market {
        pressure[m].2 += 1.0;
    }
    let mut applications = Vec::new();
    if !listings.is_empty() {
        for (s, &i) in seekers.iter().enumerate() {
            let first = applications.len();
            apply(ctx, world, &listings, s as u32, i as usize, round, &mut applications);
            let sent = applications.len() - first;
            for a in &applications[first..] {
                pressure[market[a.listing as usize]].1 += 1.0 / sent as f64;
            }
        }
    }
    Round { contracts: settle(ctx, world, &listings, &seekers, &applications, round), pressure }
}

/// The applications of one seeker.
fn apply(
    ctx: &Context<'_>,
    world: &World,
    listings: &[u32],
    s: u32,
    i: usize,
    round: u32,
    out: &mut Vec<Application>,
) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let who = setting.people.address[i];
    let limit = cap(setting, world, i);
    let income = f64::from(world.households.income[i]) * world.price_level
        / world.rent_level[world.households.region[i] as usize];
    let own = world.households.dwelling[i];
    let seen = (p.listings_seen as usize).min(listings.len());
    let first = out.len();
    let mut looked_at: Vec<usize> = Vec::with_capacity(seen);
    let mut u = [0.0_f32; 4];
    for k in 0..seen {
        // Two uniforms a look: which listing, and how it strikes this seeker.
        if k % 2 == 0 {
            u = ctx.draws.four(who, ctx.week, Purpose::ListingSample, round * 64 + k as u32);
        }
        let [u_which, u_taste] = [u[k % 2 * 2], u[k % 2 * 2 + 1]].map(f64::from);
        // One of those not yet looked at: their numbers skip what was.
        let mut l = (u_which * (listings.len() - k) as f64) as usize;
        let mut place = 0;
        while place < k && l >= looked_at[place] {
            l += 1;
            place += 1;
        }
        looked_at.insert(place, l);
        let d = listings[l] as usize;
        let ask = f64::from(world.dwellings.ask[d]);
        if ask > limit || ask >= income || listings[l] == own {
            continue;
        }
        let quality = f64::from(world.dwellings.log_reference[d]);
        let liking = p.quality_weight * quality + (1.0 - p.quality_weight) * ln(1.0 - ask / income);
        let utility = p.choice_sharpness * liking + gumbel(u_taste);
        out.push(Application { listing: l as u32, seeker: s, utility });
    }
    // Keeps the best few: `sort` is stable, equal utilities stay in the order they were seen.
    out[first..].sort_by(|a, b| b.utility.total_cmp(&a.utility));
    out.truncate(first + (p.applications as usize).min(out.len() - first));
}

/// Listings choose, then seekers choose among offers.
fn settle(
    ctx: &Context<'_>,
    world: &World,
    listings: &[u32],
    seekers: &[u32],
    applications: &[Application],
    round: u32,
) -> Vec<Contract> {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    // Best applicant of each listing: score, application; and the number of applicants.
    let mut winner: Vec<(f64, u32)> = vec![(f64::NEG_INFINITY, NONE); listings.len()];
    let mut rivals = vec![0_u32; listings.len()];
    for (a, application) in applications.iter().enumerate() {
        let (l, i) = (application.listing as usize, seekers[application.seeker as usize] as usize);
        let d = listings[l] as usize;
        let pair = setting.people.address[i].with(world.dwellings.address[d]);
        let luck = ctx.draws.uniform(pair, ctx.week, Purpose::Priority, round);
        let score = ln(cap(setting, world, i)) - dislike(ctx, world, d, i) + luck;
        rivals[l] += 1;
        let best = winner[l];
        let earlier = || {
            // Whoever can pay nothing scores minus infinity, like the empty place.
            if best.1 == NONE {
                return false;
            }
            let other = seekers[applications[best.1 as usize].seeker as usize] as usize;
            setting.people.address[i] < setting.people.address[other]
        };
        if score > best.0 || (score == best.0 && earlier()) {
            winner[l] = (score, a as u32);
        }
    }
    let mut chosen: Vec<u32> = vec![NONE; seekers.len()];
    for &(_, a) in winner.iter().filter(|w| w.1 != NONE) {
        let application = &applications[a as usize];
        let mine = &mut chosen[application.seeker as usize];
        if *mine == NONE || application.utility > applications[*mine as usize].utility {
            *mine = a;
        }
    }
    chosen
        .iter()
        .filter(|&&a| a != NONE)
        .map(|&a| {
            let application = &applications[a as usize];
            let (l, i) = (application.listing as usize, seekers[application.seeker as usize]);
            let d = listings[l];
            let who = world.dwellings.address[d as usize];
            let u = ctx.draws.uniform(who, ctx.week, Purpose::BidUp, round);
            // Without a chance to stop it goes on while there are rivals.
            let most = f64::from(rivals[l] - 1);
            let steps = if p.bid_up_stop > 0.0 {
                (ln(u) / ln(1.0 - p.bid_up_stop)).floor().min(most)
            } else {
                most
            };
            let ask = f64::from(world.dwellings.ask[d as usize]);
            let rent = (ask * pow(p.bid_up, steps)).min(cap(setting, world, i as usize));
            Contract { household: i, dwelling: d, rent }
        })
        .collect()
}

/// How much a landlord's hostility toward the applicant's group lowers its place.
fn dislike(ctx: &Context<'_>, world: &World, d: usize, i: usize) -> f64 {
    let landlord = world.dwellings.landlord[d];
    let targets = &ctx.setting.targets;
    let group = ctx.setting.people.group[i] as usize;
    let (Some(t), false) = (targets.iter().position(|&g| g == group), landlord == NONE) else {
        return 0.0;
    };
    let at = landlord as usize * targets.len() + t;
    let hostility = world.society.hostility.get(at).copied().unwrap_or(0.0);
    ctx.setting.scenario.parameters.housing.landlord_preference * f64::from(hostility)
}

/// The household moves in; what it leaves is offered next week.
pub(super) fn sign(ctx: &Context<'_>, world: &mut World, contract: &Contract, clock: u32) {
    let (i, d) = (contract.household as usize, contract.dwelling as usize);
    vacate(ctx, world, i);
    let level = world.rent_level[world.dwellings.region[d] as usize];
    let h = &mut world.households;
    h.tenure[i] = Tenure::Renter;
    h.dwelling[i] = contract.dwelling;
    h.cell[i] = world.dwellings.cell[d];
    h.rent[i] = (contract.rent * level) as f32;
    h.lease_end[i] = tenancy::lease_end(ctx, i, clock);
    h.unhoused_weeks[i] = 0;
    world.dwellings.state[d] = LetState::Let;
}
