//! What levers over tenancies do and where they do nothing.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::engine::draws::Draws;
use crate::engine::math::exp;
use crate::engine::replicate;
use crate::scenario::{Lever, Scenario, testing};
use crate::world::populate::populate;

fn lever(kind: LeverKind, strength: f64) -> Lever {
    Lever {
        id: "lever".into(),
        kind,
        start_day: 0,
        end_day: 1000,
        strength,
        compliance: 1.0,
        cost_per_unit: 1.0,
        regions: Vec::new(),
    }
}

/// Rent of a tenant, what a rent aid of this strength pays of it and what that costs in a week, where every
/// tenant pays this share of the income.
fn aided(strength: f64, burden: f64) -> (f64, f64, f64) {
    let mut scenario = testing::two_towns();
    scenario.levers.push(lever(LeverKind::RentAid, strength));
    let (setting, mut world) = populate(scenario);
    let tenant = |w: &World, i: usize| w.households.dwelling[i] != NONE;
    for i in (0..setting.residents).filter(|&i| tenant(&world, i)).collect::<Vec<_>>() {
        world.households.rent[i] = burden as f32 * world.households.income[i];
    }
    levers(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
    let first = (0..setting.residents).find(|&i| tenant(&world, i)).unwrap();
    let cost = world.flows.get(Flow::LeverCost, 0, 0);
    (f64::from(world.households.rent[first]), RentAid::of(&setting, &world).paid(first), cost)
}

#[test]
fn rent_aid_pays_a_share_of_the_rent_above_what_is_affordable() {
    let share = testing::two_towns().parameters.housing.income_share;
    let (rent, paid, cost) = aided(0.5, 2.0 * share);
    assert!((paid / rent - 0.25).abs() < 1e-4, "{paid} of {rent}");
    assert!(cost > 0.0);
}

#[test]
fn rent_aid_pays_nothing_where_rents_are_affordable() {
    let share = testing::two_towns().parameters.housing.income_share;
    let (_, paid, cost) = aided(0.5, 0.9 * share);
    assert_eq!((paid, cost), (0.0, 0.0));
}

/// Notices given in fourteen weeks with a wave in them.
fn notices(strength: f64, change: impl FnOnce(&mut Scenario)) -> f64 {
    let mut scenario = testing::two_towns();
    scenario.weeks = 14;
    change(&mut scenario);
    scenario.levers.push(lever(LeverKind::TenantProtection, strength));
    let (setting, week0) = replicate::week0(scenario);
    let (mut sum, go) = (0.0, AtomicBool::new(false));
    let _ = replicate::run(&setting, &week0, 0, &go, |_, world| {
        let place = |k: usize| (k / setting.groups(), k % setting.groups());
        let all = (0..setting.regions() * setting.groups()).map(place);
        sum += all.map(|(r, g)| world.flows.get(Flow::Evictions, r, g)).sum::<f64>();
    });
    sum
}

#[test]
fn protection_spares_tenants_a_notice_where_leases_are_broken() {
    let eager = |s: &mut Scenario| s.parameters.housing.break_hazard = 0.3;
    assert!(notices(1.0, eager) < 0.8 * notices(0.0, eager));
}

#[test]
fn protection_does_nothing_where_no_lease_is_broken() {
    let patient = |s: &mut Scenario| s.parameters.housing.break_hazard = 0.0;
    let (plain, protected) = (notices(0.0, patient), notices(1.0, patient));
    assert!(plain > 0.0 && plain == protected, "{plain} {protected}");
}

#[test]
fn a_market_that_a_low_index_has_emptied_offers_dwellings_again() {
    let (setting, mut world) = replicate::week0(testing::two_towns());
    let listed = |world: &World| {
        world.dwellings.state.iter().filter(|state| **state == LetState::Listed).count()
    };
    let before = listed(&world);
    for state in world.dwellings.state.iter_mut().filter(|state| **state == LetState::Listed) {
        *state = LetState::Dormant;
    }
    world.markets.iter_mut().for_each(|market| market.fast = -0.9);
    for week in 1..=52 {
        step(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
    }
    let fast: Vec<f64> = world.markets.iter().map(|market| market.fast).collect();
    assert!(fast.iter().all(|x| *x > -0.7), "{fast:?}");
    assert!(listed(&world) > before / 4, "{} of {before}, {fast:?}", listed(&world));
}

/// A flat left in the first round stood in the second without an ask, and went at all its tenant could pay.
#[test]
fn what_a_mover_leaves_is_offered_next_week_and_nobody_pays_less_than_the_ask() {
    let (setting, mut world) = populate(testing::two_towns());
    let mut signed = 0;
    for week in 1..=20 {
        let before = world.households.dwelling.clone();
        step(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
        for (i, (&now, &then)) in world.households.dwelling.iter().zip(&before).enumerate() {
            if now == NONE || now == then {
                continue;
            }
            let level = world.rent_level[world.households.region[i] as usize];
            let (rent, ask) = (world.households.rent[i], world.dwellings.ask[now as usize]);
            assert!(
                f64::from(rent) >= 0.9999 * level * f64::from(ask),
                "{rent} for an ask of {ask}"
            );
            signed += 1;
        }
    }
    assert!(signed > 50, "{signed} contracts");
}

/// Landlords had got used to half of a tightness before they had answered it once.
#[test]
fn asks_answer_the_whole_surprise_before_landlords_get_used_to_it() {
    let (setting, mut world) = populate(testing::two_towns());
    let pressure: Vec<(usize, f64, f64)> = (0..world.markets.len())
        .filter(|&m| world.markets[m].region == 0)
        .map(|m| (m, 50.0, 10.0))
        .collect();
    let m = pressure[0].0;
    let (before, used_to) = (world.markets[m].tightness, world.markets[m].usual_tightness);
    indices::observe_tightness(&mut world, &setting, 0, &pressure);
    let habituation = setting.scenario.parameters.housing.habituation;
    let market = &world.markets[m];
    assert!((market.tightness - before).abs() > 0.1, "{before} to {}", market.tightness);
    let wanted = used_to + habituation * (before - used_to);
    assert!((market.usual_tightness - wanted).abs() < 1e-12);
}

#[test]
fn restraint_takes_its_share_of_a_rise_of_asks_and_nothing_of_a_calm_one() {
    let mean_ask = |restraint: f64, tightness: f64| {
        let (mut setting, mut world) = populate(testing::two_towns());
        setting.scenario.parameters.housing.restraint = restraint;
        for market in &mut world.markets {
            market.tightness = market.base_tightness + tightness;
            market.usual_tightness = market.base_tightness;
        }
        world.dwellings.ask.fill(f32::NAN);
        listings::ask(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
        world.markets[0].log_ask
    };
    let calm = mean_ask(0.0, 0.0);
    assert!((mean_ask(0.3, 0.0) - calm).abs() < 1e-9);
    let (free, restrained) = (mean_ask(0.0, 1.0) - calm, mean_ask(0.3, 1.0) - calm);
    assert!(free > 0.1 && (restrained / free - 0.7).abs() < 1e-3, "{free} {restrained}");
}

#[test]
fn what_was_left_this_week_is_not_vacant_yet() {
    let (setting, mut world) = populate(testing::two_towns());
    let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
    step(&ctx, &mut world);
    let vacancy = |world: &World| {
        let id = crate::measure::indicator("vacancy").unwrap();
        crate::measure::read(&ctx, world).get(id, None, Some(0), None)
    };
    let tenant =
        |i: &usize| world.households.region[*i] == 0 && world.households.dwelling[*i] != NONE;
    let tenants: Vec<usize> = (0..setting.residents).filter(tenant).collect();
    for i in tenants {
        vacate(&ctx, &mut world, i);
    }
    let slots = world.dwellings.by_region[0].iter().map(|&d| d as usize);
    let offered = slots.clone().filter(|&d| world.dwellings.offered(d)).count() as f64;
    let listed = slots.filter(|&d| world.dwellings.state[d] == LetState::Listed).count() as f64;
    // Everyone has left: the stock is what is listed.
    assert!(listed > 1.5 * offered, "{listed} {offered}");
    assert!((vacancy(&world) - offered / listed).abs() < 0.01, "{}", vacancy(&world));
}

/// A dwelling without an ask compared as if nobody wanted it.
#[test]
fn what_has_no_ask_yet_is_not_taken_off_the_market() {
    let mut scenario = testing::two_towns();
    scenario.parameters.housing.unlet_withdrawal = 10.0;
    let (setting, mut world) = populate(scenario);
    let listed = |world: &World| {
        world.dwellings.state.iter().filter(|state| **state == LetState::Listed).count()
    };
    let nobody = vec![Vec::new(); setting.regions()];
    let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
    listings::ask(&ctx, &mut world);
    let mut unasked = world.clone();
    unasked.dwellings.ask.fill(f32::NAN);
    let before = listed(&world);
    listings::supply(&ctx, &mut world, &nobody);
    listings::supply(&ctx, &mut unasked, &nobody);
    assert!(listed(&world) < before && listed(&unasked) >= before, "{before}");
}

/// Half the tenants pay more and half less by the same factor: like that of asks, the level is a mean of logs.
#[test]
fn rents_spread_about_their_level_leave_the_sitting_rent_where_it_was() {
    let (setting, mut world) = populate(testing::two_towns());
    let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
    let sitting = |world: &World| {
        let id = crate::measure::indicator("sitting_rent").unwrap();
        crate::measure::read(&ctx, world).get(id, None, Some(0), None)
    };
    let mut tenants: [Vec<usize>; BANDS] = Default::default();
    for i in (0..setting.residents).filter(|&i| world.households.dwelling[i] != NONE) {
        let d = world.households.dwelling[i] as usize;
        world.households.rent[i] = world.dwellings.reference[d];
        if world.dwellings.region[d] == 0 {
            tenants[usize::from(world.dwellings.band[d])].push(i);
        }
    }
    let level = sitting(&world);
    for pair in tenants.iter().flat_map(|of_band| of_band.chunks_exact(2)) {
        world.households.rent[pair[0]] *= exp(0.5) as f32;
        world.households.rent[pair[1]] *= exp(-0.5) as f32;
    }
    // The log of the mean would be an eighth higher.
    assert!((sitting(&world) / level - 1.0).abs() < 1e-4, "{level} {}", sitting(&world));
}

/// Rents were zero: the logarithm of 1 was divided by.
#[test]
fn bids_that_never_stop_end_at_the_number_of_rivals() {
    let mut scenario = testing::two_towns();
    scenario.parameters.housing.bid_up_stop = 0.0;
    let (_, world) = replicate::week0(scenario);
    let tenants =
        (0..world.households.rent.len()).filter(|&i| world.households.dwelling[i] != NONE);
    assert!(tenants.map(|i| world.households.rent[i]).all(|rent| rent > 0.0));
    assert!(world.markets.iter().all(|market| market.log_ask.is_finite()));
}
