//! What levers over tenancies do and where they do nothing.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::engine::draws::Draws;
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
    (f64::from(world.households.rent[first]), aid_paid(&setting, &world, first), cost)
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
