//! Leases: review at the end, breaks before it, notice, moves by choice, entry to and exit from renting.
//!
//! At a review a rent above the going one is cut with chance one half; otherwise the tenant pays the going
//! rent if it can, or gets notice. A break happens with hazard
//! `h0 [going/rent - 1 - tolerance]+ (1 - restraint)(1 - protection)`.

use rayon::prelude::*;

use super::thinning::Shared;
use super::{cap, market_of, vacate};
use crate::engine::draws::{Address, Purpose, unit32};
use crate::engine::math::{exp, hazard};
use crate::engine::strips::STRIP;
use crate::scenario::LeverKind;
use crate::world::{Context, Flow, Setting, Tenure, World};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    /// A renter, or a resident without a dwelling, goes to live with relatives.
    Leave,
    /// The notice has run out.
    Evicted,
    /// New rent (deflated) and a new lease with its end.
    Renew(f32, u16),
    /// The same rent under a new lease with its end.
    Extend(u16),
    /// Notice from the landlord.
    Notice,
    /// Starts to look for another dwelling.
    Search,
    /// One week less to look for another dwelling, or a first one of its own.
    KeepLooking,
    /// Lives with relatives and looks for a dwelling of its own.
    SetUp,
    /// Has no dwelling and looks for one.
    Seek,
    /// Has no dwelling and does not look for one.
    Wait,
}

/// One week of tenancies. Returns by region how many went to live with relatives.
pub(super) fn step(
    ctx: &Context<'_>,
    world: &mut World,
    newcomers: &[Vec<u32>],
    clock: u32,
) -> Vec<f64> {
    let setting = ctx.setting;
    let factors: Vec<f64> = world.markets.iter().map(|m| exp(m.rest + m.fast)).collect();
    let rates: Vec<Rates> = (0..setting.regions()).map(|r| Rates::of(ctx, world, r)).collect();
    let state: &World = world;
    let changes: Vec<Vec<(u32, Change)>> = setting
        .region_rental
        .par_iter()
        .zip(newcomers)
        .enumerate()
        .with_max_len(1)
        .map(|(r, (residents, arrivals))| {
            let h = &state.households;
            let slots: Vec<u32> = residents.iter().chain(arrivals).copied().collect();
            let mut changes = Vec::new();
            let mut words = [[0; STRIP]; 4];
            let mut shared = Shared::of(setting, ctx.draws, r, ctx.week, Purpose::Lease);
            for strip in slots.chunks(STRIP) {
                let who: Vec<Address> =
                    strip.iter().map(|&i| setting.people.address[i as usize]).collect();
                ctx.draws.blocks(&who, ctx.week, Purpose::Lease, 1, &mut words);
                for (k, &i) in strip.iter().enumerate() {
                    let own = std::array::from_fn(|w| f64::from(unit32(words[w][k])));
                    // Those to whom the same may happen stand in one row.
                    let u = match h.tenure[i as usize] {
                        Tenure::Renter => shared.out(0, own),
                        Tenure::Family if !h.seeking[i as usize] => shared.out(1, own),
                        _ => own,
                    };
                    let change = change(ctx, state, &rates[r], &factors, i as usize, clock, u);
                    changes.extend(change.map(|change| (i, change)));
                }
            }
            changes
        })
        .collect();
    let mut went = vec![0.0; setting.regions()];
    for (i, change) in changes.into_iter().flatten() {
        if matches!(change, Change::Leave) {
            went[world.households.region[i as usize] as usize] += 1.0;
        }
        apply(ctx, world, i as usize, change, clock);
    }
    went
}

/// What is the same for all tenants of a region this week.
struct Rates {
    leave: f64,
    set_up: f64,
    choice: f64,
    oral: f64,
    protection: f64,
}

impl Rates {
    fn of(ctx: &Context<'_>, world: &World, r: usize) -> Self {
        let scenario = &ctx.setting.scenario;
        let p = &scenario.parameters.housing;
        let going = super::regional_going_rent(ctx.setting, world, r);
        let turnover = p.entry_per_year / 52.0;
        let day = i64::from(Setting::first_day(ctx.week));
        let (strength, compliance) = scenario.lever(LeverKind::TenantProtection, r, day);
        Self {
            leave: hazard(turnover),
            set_up: hazard(ctx.setting.set_up_rate[r] * exp(-p.entry_elasticity * going)),
            choice: hazard(p.moves_per_year / 52.0),
            oral: hazard(p.oral_review),
            protection: strength * compliance,
        }
    }
}

fn change(
    ctx: &Context<'_>,
    world: &World,
    rates: &Rates,
    going_factors: &[f64],
    i: usize,
    clock: u32,
    [u_turn, u_review, u_choice, u_cut]: [f64; 4],
) -> Option<Change> {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let h = &world.households;
    if !h.here(i) {
        return None;
    }
    match h.tenure[i] {
        Tenure::Owner => return None,
        Tenure::Family if h.seeking[i] => return Some(Change::KeepLooking),
        Tenure::Family => return (u_turn < rates.set_up).then_some(Change::SetUp),
        Tenure::Hosted | Tenure::Homeless => {
            if i < setting.residents
                && h.unhoused_weeks[i] > 2
                && u_turn < hazard(p.return_to_family)
            {
                return Some(Change::Leave);
            }
            let seeks = !setting.people.transit[i]
                || ctx.draws.chance(
                    setting.scenario.parameters.arrivals.transit_seekers,
                    setting.people.address[i],
                    0,
                    Purpose::Transit,
                    0,
                );
            return Some(if seeks { Change::Seek } else { Change::Wait });
        }
        Tenure::Renter => {}
    }
    let resident = i < setting.residents;
    if resident && u_turn < rates.leave {
        return Some(Change::Leave);
    }
    let notice = u32::from(h.notice_until[i]);
    if notice != 0 {
        return (notice <= clock).then_some(Change::Evicted);
    }
    let d = h.dwelling[i] as usize;
    let level = world.rent_level[h.region[i] as usize];
    let rent = f64::from(h.rent[i]) / level;
    let going =
        f64::from(world.dwellings.reference[d]) * going_factors[market_of(setting, world, d)];
    let pay_or_go = || {
        if going <= cap(setting, world, i) {
            Change::Renew(going as f32, lease_end(ctx, i, clock))
        } else {
            Change::Notice
        }
    };
    let end = u32::from(h.lease_end[i]);
    let review = if end == 0 { u_review < rates.oral } else { end <= clock };
    if review {
        return Some(if going < rent {
            let end = lease_end(ctx, i, clock);
            if u_cut < 0.5 { Change::Renew(going as f32, end) } else { Change::Extend(end) }
        } else {
            pay_or_go()
        });
    }
    let gap = (going / rent - 1.0 - p.break_tolerance).max(0.0);
    if gap > 0.0 {
        let rate = p.break_hazard * gap * (1.0 - p.restraint) * (1.0 - rates.protection);
        // An oral lease was not reviewed: the same draw, from its other end.
        if 1.0 - u_review < hazard(rate) {
            return Some(pay_or_go());
        }
    }
    if h.search_left[i] > 0 {
        return Some(Change::KeepLooking);
    }
    (u_choice < rates.choice).then_some(Change::Search)
}

fn apply(ctx: &Context<'_>, world: &mut World, i: usize, change: Change, clock: u32) {
    let p = &ctx.setting.scenario.parameters.housing;
    let h = &mut world.households;
    match change {
        Change::Leave => {
            vacate(ctx, world, i);
            world.households.tenure[i] = Tenure::Family;
        }
        Change::Evicted => {
            vacate(ctx, world, i);
            world.households.seeking[i] = true;
        }
        Change::Renew(rent, end) => {
            h.rent[i] = rent * world.rent_level[h.region[i] as usize] as f32;
            h.lease_end[i] = end;
        }
        Change::Extend(end) => h.lease_end[i] = end,
        Change::Notice => {
            h.notice_until[i] = (clock + p.notice_weeks as u32) as u16;
            h.seeking[i] = true;
            let (r, g) = (h.region[i] as usize, ctx.setting.people.group[i] as usize);
            world.flows.add(Flow::Evictions, r, g, f64::from(ctx.setting.people.weight[i]));
        }
        Change::Search | Change::SetUp => {
            h.search_left[i] = p.search_weeks as u8;
            h.seeking[i] = true;
        }
        Change::KeepLooking => {
            h.search_left[i] = h.search_left[i].saturating_sub(1);
            h.seeking[i] = h.search_left[i] > 0;
        }
        Change::Seek => h.seeking[i] = true,
        Change::Wait => h.seeking[i] = false,
    }
}

/// Week in which a lease signed now by household `i` ends; 0 for an oral one.
pub(super) fn lease_end(ctx: &Context<'_>, i: usize, clock: u32) -> u16 {
    let who = ctx.setting.people.address[i];
    let [u_oral, u_length] = ctx.draws.two(who, ctx.week, Purpose::Lease, 2);
    if u_oral < ctx.setting.scenario.parameters.population.oral_lease {
        0
    } else {
        (clock + 26 + (u_length * 27.0) as u32) as u16
    }
}
