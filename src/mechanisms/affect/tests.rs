//! Limits, calm, metamorphic and order tests of fear and hostility.

use super::*;
use crate::engine::draws::Draws;
use crate::mechanisms::{blame, contact, information, threat, trust};
use crate::scenario::{Scenario, Shock, ShockKind, testing};
use crate::world::kin::KIN;
use crate::world::opinion::{both, sums, without};
use crate::world::populate::populate;
use crate::world::{NONE, Opinion, Presence};

/// The mechanisms of attitudes in the order of the week.
fn week(setting: &Setting, world: &mut World, week: u32) {
    let ctx = Context { setting, draws: Draws::new(1, 0), week };
    contact::step(&ctx, world);
    information::step(&ctx, world);
    threat::step(&ctx, world);
    blame::step(&ctx, world);
    step(&ctx, world);
    trust::step(&ctx, world);
}

/// Mean and standard deviation over households of group `g`.
fn moments(setting: &Setting, world: &World, g: u8, value: impl Fn(usize) -> f32) -> (f64, f64) {
    let (mut n, mut sum, mut square) = (0.0, 0.0, 0.0);
    for i in 0..setting.households() {
        if setting.people.group[i] == g && world.households.here(i) {
            let (w, x) = (f64::from(setting.people.weight[i]), f64::from(value(i)));
            n += w;
            sum += w * x;
            square += w * x * x;
        }
    }
    let mean = sum / n;
    (mean, (square / n - mean * mean).max(0.0).sqrt())
}

fn hostility(setting: &Setting, world: &World, g: u8, t: usize) -> (f64, f64) {
    let targets = setting.targets.len();
    moments(setting, world, g, |i| world.society.hostility[i * targets + t])
}

fn fear(setting: &Setting, world: &World, g: u8, t: usize) -> (f64, f64) {
    let targets = setting.targets.len();
    moments(setting, world, g, |i| world.society.fear[i * targets + t])
}

/// Incidents at the ordinary level, every week.
fn ordinary(setting: &Setting, world: &mut World) {
    let rate = setting.scenario.parameters.affect.ordinary_incidents;
    for (region, place) in world.society.regions.iter_mut().zip(&setting.scenario.regions) {
        region.incidents[0] = rate * place.population / 1e5;
    }
}

/// Lets `households` potential arrivals in: those who stay, spread over all cells, or those in transit,
/// without a cell.
fn let_in(setting: &Setting, world: &mut World, households: usize, housed: bool) {
    let slots = setting.residents..setting.households();
    let chosen = slots.filter(|&i| setting.people.transit[i] != housed).take(households);
    for (k, i) in chosen.enumerate() {
        let cell = k * 7919 % setting.cells;
        world.households.presence[i] = Presence::Present;
        world.households.region[i] = setting.cell_region[cell];
        world.households.cell[i] = if housed { cell as u32 } else { NONE };
    }
}

fn hosts_after(scenario: Scenario, arrivals: usize, housed: bool, weeks: u32) -> [f64; 2] {
    let (setting, mut world) = populate(scenario);
    let_in(&setting, &mut world, arrivals, housed);
    for w in 1..=weeks {
        week(&setting, &mut world, w);
    }
    [hostility(&setting, &world, 0, 2).0, hostility(&setting, &world, 0, 1).0]
}

#[test]
fn week_0_has_the_hostility_of_the_scenario() {
    let (setting, world) = populate(testing::two_towns());
    for g in 0..2_u8 {
        for t in 0..3 {
            if usize::from(g) == t {
                assert_eq!(hostility(&setting, &world, g, t), (0.0, 0.0), "own group");
            } else {
                let wanted = setting.scenario.relation(usize::from(g), t).hostility;
                let (mean, sd) = hostility(&setting, &world, g, t);
                assert!((mean - wanted).abs() < 0.003, "{g} {t}: {mean}");
                assert!((0.06..0.16).contains(&sd), "{g} {t}: spread {sd}");
            }
        }
    }
}

#[test]
fn those_who_may_come_hold_the_attitudes_of_their_group() {
    let (setting, mut world) = populate(testing::two_towns());
    world.households.presence.fill(Presence::Present);
    for t in 0..2 {
        let wanted = setting.scenario.relation(2, t).hostility;
        let (mean, sd) = hostility(&setting, &world, 2, t);
        assert!((mean - wanted).abs() < 0.005 && sd > 0.05, "{t}: {mean} {sd}");
    }
}

#[test]
fn two_calm_years_move_nothing() {
    let (setting, mut world) = populate(testing::two_towns());
    let (h0, hs0) = hostility(&setting, &world, 0, 2);
    let (f0, fs0) = fear(&setting, &world, 0, 2);
    for w in 1..=104 {
        ordinary(&setting, &mut world);
        week(&setting, &mut world, w);
    }
    let (h, hs) = hostility(&setting, &world, 0, 2);
    let (f, fs) = fear(&setting, &world, 0, 2);
    assert!((h - h0).abs() < 0.01, "hostility {h0} -> {h}");
    assert!((f - f0).abs() < 0.012, "fear {f0} -> {f}");
    assert!((hs / hs0 - 1.0).abs() < 0.1, "spread of hostility {hs0} -> {hs}");
    assert!((fs / fs0 - 1.0).abs() < 0.1, "spread of fear {fs0} -> {fs}");
}

#[test]
fn full_contagion_ends_in_consensus_at_the_mean() {
    let mut scenario = testing::two_towns();
    let p = &mut scenario.parameters.affect;
    (p.contagion, p.kin, p.online, p.cell) = (1.0, 0.0, 1.0, 0.0);
    p.followed = 0.0;
    // Everyone by the same visibility: the online mean is the plain mean.
    scenario.parameters.information.visibility = 0.0;
    scenario.regions.truncate(1);
    scenario.parameters.population.renter_agents = 0.0;
    let (mut setting, mut world) = populate(scenario);
    setting.traits.reach.fill(1.0);
    for (k, h) in world.society.hostility.iter_mut().enumerate() {
        *h = 0.2 + 0.5 * (k % 11) as f32 / 10.0;
    }
    let before = hostility(&setting, &world, 0, 2).0 * share(&setting, 0)
        + hostility(&setting, &world, 1, 2).0 * share(&setting, 1);
    for w in 1..=60 {
        week(&setting, &mut world, w);
    }
    let (mean, sd) = hostility(&setting, &world, 0, 2);
    assert!(sd < 1e-3 && (mean - before).abs() < 2e-3, "{before} -> {mean}, spread {sd}");
}

/// Weight of group `g` among residents.
fn share(setting: &Setting, g: u8) -> f64 {
    let residents = 0..setting.residents;
    let weight = |i: usize| f64::from(setting.people.weight[i]);
    let all: f64 = residents.clone().map(weight).sum();
    residents.filter(|&i| setting.people.group[i] == g).map(weight).sum::<f64>() / all
}

#[test]
fn without_others_hostility_is_what_own_reasons_give() {
    let mut scenario = testing::two_towns();
    scenario.parameters.affect.contagion = 0.0;
    let p = &mut scenario.parameters.affect;
    (p.beta_fear, p.beta_threat, p.beta_exposure) = (0.0, 0.0, 0.0);
    (p.beta_contact, p.beta_media) = (0.0, 0.7);
    let (setting, mut world) = populate(scenario);
    world.society.regions.iter_mut().for_each(|r| r.salience[2] = 0.3);
    contact::census(&setting, &mut world);
    information::survey(&setting, &mut world);
    advance(&setting, &mut world, Pace::Weekly { rate: 1.0 });
    for i in 0..setting.residents {
        let expected = logistic32(setting.traits.hostility_anchor[3 * i + 2] + 0.7 * 0.3);
        assert!((world.society.hostility[3 * i + 2] - expected).abs() < 1e-6);
    }
}

#[test]
fn in_the_mean_field_hostility_relaxes_at_the_rate_of_own_reasons() {
    let mut scenario = testing::two_towns();
    scenario.regions.truncate(1);
    let p = &mut scenario.parameters.affect;
    (p.kin, p.cell, p.online, p.followed) = (0.0, 0.0, 1.0, 0.0);
    (p.beta_fear, p.beta_threat, p.beta_exposure) = (0.0, 0.0, 0.0);
    (p.beta_contact, p.beta_media) = (0.0, 0.0);
    let lambda = p.contagion;
    let rate = hazard(p.hostility_rate);
    scenario.parameters.information.visibility = 0.0;
    scenario.parameters.population.renter_agents = 0.0;
    let (mut setting, mut world) = populate(scenario);
    setting.traits.reach.fill(1.0);
    setting.traits.hostility_anchor.fill(0.0);
    world.society.hostility.fill(0.2);
    let mut expected = 0.2;
    for w in 1..=12 {
        week(&setting, &mut world, w);
        expected += rate * (1.0 - lambda) * (0.5 - expected);
    }
    let (mean, sd) = hostility(&setting, &world, 0, 2);
    assert!((mean - expected).abs() < 1e-3 && sd < 1e-4, "{mean} {expected}");
}

#[test]
fn fear_without_recovery_and_passed_on_by_all_follows_the_logistic_equation() {
    let mut scenario = testing::two_towns();
    scenario.regions.truncate(1);
    let p = &mut scenario.parameters.affect;
    (p.fear_recovery, p.fear_background, p.fear_incidents) = (0.0, 0.0, 0.0);
    (p.fear_media, p.fear_inflow) = (0.0, 0.0);
    (p.floor_up, p.floor_down) = (1e9, 1e9);
    (p.kin, p.cell) = (0.0, 1.0);
    scenario.parameters.population.cell_size = 1e6;
    let k = p.fear_contagion;
    let (mut setting, mut world) = populate(scenario);
    setting.traits.fear_anchor.fill(0.0);
    world.society.fear_floor.fill(0.0);
    world.society.fear.fill(0.05);
    let weeks = 80;
    for w in 1..=weeks {
        week(&setting, &mut world, w);
    }
    let mean = fear(&setting, &world, 0, 2).0;
    let odds = (0.05 / 0.95) * crate::engine::math::exp(k * f64::from(weeks));
    let expected = odds / (1.0 + odds);
    assert!(mean > 0.5 && (mean - expected).abs() < 0.02, "{mean} {expected}");
}

#[test]
fn a_large_shock_is_felt_longer_than_a_small_one() {
    let half_life = |coverage: f64, weeks: u32| {
        let mut scenario = testing::two_towns();
        let kind = ShockKind::Media { target: 2, coverage };
        let days = 7 * weeks;
        let source = "test".to_owned();
        scenario.shocks.push(Shock { id: "s".into(), day: 0, days, region: None, kind, source });
        let (setting, mut world) = populate(scenario);
        let base = fear(&setting, &world, 0, 2).0;
        let (mut peak, mut at) = (0.0, 0);
        for w in 1..=60 {
            week(&setting, &mut world, w);
            let rise = fear(&setting, &world, 0, 2).0 - base;
            if rise > peak {
                (peak, at) = (rise, w);
            } else if rise < peak / 2.0 {
                return (7 * (w - at), peak);
            }
        }
        (u32::MAX, peak)
    };
    let (small, low) = half_life(0.15, 1);
    let (large, high) = half_life(2.0, 6);
    assert!(high > 3.0 * low, "peaks {low} {high}");
    assert!((10..=35).contains(&small), "small {small} days");
    assert!((42..=180).contains(&large), "large {large} days");
}

#[test]
fn meaningful_contact_turns_the_sign_of_presence() {
    let with = |rate: f64| {
        let mut scenario = testing::two_towns();
        scenario.parameters.contact.rate = rate;
        let calm = hosts_after(scenario.clone(), 0, true, 20)[0];
        hosts_after(scenario, 150, true, 20)[0] - calm
    };
    let (none, some, much) = (with(0.0), with(0.35), with(1.0));
    assert!(none > some && some > much, "{none} {some} {much}");
    assert!(none > 0.02 && much < 0.0, "{none} {much}");
}

#[test]
fn people_in_transit_raise_hostility_toward_them_and_toward_a_resident_minority() {
    let calm = hosts_after(testing::two_towns(), 0, false, 12);
    let passed = hosts_after(testing::two_towns(), 200, false, 12);
    assert!((0.01..0.04).contains(&(passed[0] - calm[0])), "{calm:?} {passed:?}");
    assert!(passed[1] - calm[1] > 0.001, "{calm:?} {passed:?}");
}

#[test]
fn more_weight_of_threat_means_more_hostility_after_a_shock() {
    let rise = |beta: f64| {
        let mut scenario = testing::two_towns();
        scenario.parameters.affect.beta_threat = beta;
        let kind = ShockKind::Media { target: 2, coverage: 1.0 };
        let source = "test".to_owned();
        scenario.shocks.push(Shock {
            id: "s".into(),
            day: 0,
            days: 28,
            region: None,
            kind,
            source,
        });
        hosts_after(scenario, 0, true, 6)[0]
    };
    let (low, high) = (rise(2.0), rise(8.0));
    assert!(low > 0.36 && high > low + 0.02, "{low} {high}");
}

/// Correlation of contact with and hostility toward target 1 among group 0, within neighbourhoods: how
/// many of a group live in a place raises both contact and threat and is not a choice.
fn contact_correlation(scenario: Scenario) -> f64 {
    let (setting, world) = populate(scenario);
    let s = &world.society;
    let (mut cc, mut hh, mut ch) = (0.0, 0.0, 0.0);
    for place in 0..setting.cells {
        let neighbours = contact::neighbours(&setting, &world.households, &s.members, place as u32);
        let hosts: Vec<(f64, f64)> = neighbours
            .into_iter()
            .map(|i| i as usize)
            .filter(|&i| setting.people.group[i] == 0)
            .map(|i| (f64::from(s.contact[3 * i + 1]), f64::from(s.hostility[3 * i + 1])))
            .collect();
        let n = hosts.len() as f64;
        let c0 = hosts.iter().map(|x| x.0).sum::<f64>() / n;
        let h0 = hosts.iter().map(|x| x.1).sum::<f64>() / n;
        for (c, h) in hosts {
            cc += (c - c0) * (c - c0);
            hh += (h - h0) * (h - h0);
            ch += (c - c0) * (h - h0);
        }
    }
    ch / (cc * hh).sqrt()
}

#[test]
fn at_least_half_of_the_link_between_contact_and_hostility_is_selection() {
    let all = contact_correlation(testing::two_towns());
    let mut scenario = testing::two_towns();
    scenario.parameters.affect.beta_contact = 0.0;
    let selected = contact_correlation(scenario);
    assert!((-0.30..=-0.10).contains(&all), "{all}");
    assert!(selected <= 0.5 * all, "{selected} of {all}");
}

#[test]
fn correlations_and_shares_at_week_0_are_in_the_range_of_the_evidence() {
    let (setting, world) = populate(testing::two_towns());
    let s = &world.society;
    let (mt, st) = moments(&setting, &world, 0, |i| s.threat[3 * i + 1]);
    let (mh, sh) = moments(&setting, &world, 0, |i| s.hostility[3 * i + 1]);
    let product = moments(&setting, &world, 0, |i| s.threat[3 * i + 1] * s.hostility[3 * i + 1]).0;
    let correlation = (product - mt * mh) / (st * sh);
    assert!((0.2..=0.55).contains(&correlation), "threat and hostility {correlation}");
    let hostile =
        moments(&setting, &world, 0, |i| f32::from(u8::from(s.hostility[3 * i + 2] > 0.6)));
    assert!((0.005..0.06).contains(&hostile.0), "hostile share {}", hostile.0);
}

#[test]
fn the_order_of_targets_does_not_matter() {
    let plain = testing::two_towns();
    let mut permuted = plain.clone();
    // Groups 0, 1, 2 become 2, 0, 1.
    let old = [1, 2, 0];
    permuted.groups = old.iter().map(|&g| plain.groups[g].clone()).collect();
    permuted.relations = old.iter().flat_map(|&a| old.map(|b| plain.relation(a, b))).collect();
    for region in &mut permuted.regions {
        let shares = region.group_shares.clone();
        region.group_shares = old.iter().map(|&g| shares[g]).collect();
    }
    permuted.waves[0].group = 1;
    let run = |scenario: Scenario| {
        let (setting, mut world) = populate(scenario);
        let_in(&setting, &mut world, 100, true);
        for w in 1..=5 {
            week(&setting, &mut world, w);
        }
        world
    };
    let (a, b) = (run(plain), run(permuted));
    let mut gap = 0.0_f32;
    for i in 0..a.households.region.len() {
        for (t, &before) in old.iter().enumerate() {
            gap = gap
                .max((a.society.hostility[3 * i + before] - b.society.hostility[3 * i + t]).abs());
        }
    }
    // Sums over targets may round differently; nothing else may.
    assert!(gap < 1e-5, "{gap}");
}

#[test]
fn one_thread_and_three_give_the_same_bits() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (setting, mut world) = populate(testing::two_towns());
            let_in(&setting, &mut world, 120, true);
            world.society.regions[0].salience[2] = 0.6;
            for w in 1..=6 {
                week(&setting, &mut world, w);
            }
            world.society
        })
    };
    let (a, b) = (run(1), run(3));
    assert_eq!(a.hostility, b.hostility);
    assert_eq!(a.fear, b.fear);
    assert_eq!(a.trust, b.trust);
    assert_eq!(a.arrival_ties, b.arrival_ties);
    assert_eq!(a.mood, b.mood);
}

#[test]
fn newcomers_gain_ties_to_their_own_at_once_and_to_residents_in_time() {
    let (setting, mut world) = populate(testing::two_towns());
    let_in(&setting, &mut world, 100, true);
    week(&setting, &mut world, 1);
    let with = |world: &World, k: usize| {
        world.society.arrival_ties.iter().filter(|t| t[k] != NONE).count()
    };
    assert!(with(&world, 0) >= 97);
    let first = with(&world, 2);
    for w in 2..=26 {
        week(&setting, &mut world, w);
    }
    assert!(with(&world, 2) > first + 5);
}

#[test]
fn latent_hostility_raises_the_mean_and_the_hostile_share() {
    let start = |share: f64| {
        let mut scenario = testing::two_towns();
        scenario.parameters.attitudes.latent_share = share;
        let (setting, world) = populate(scenario);
        let above = setting.scenario.parameters.affect.hostile_above as f32;
        let members = (0..setting.residents).filter(|&i| setting.people.group[i] == 0);
        let hostile = members.filter(|&i| world.society.hostility[i * 3 + 2] > above).count();
        (hostility(&setting, &world, 0, 2).0, hostile)
    };
    let (low, high) = (start(0.0), start(0.4));
    assert!((high.0 - (0.6 * 0.36 + 0.4 * 0.55)).abs() < 0.01, "{}", high.0);
    assert!(high.1 > 3 * low.1, "{} {}", low.1, high.1);
}

#[test]
fn an_income_slope_makes_the_poor_more_hostile_and_leaves_the_mean() {
    let gap = |slope: f64| {
        let mut scenario = testing::two_towns();
        scenario.parameters.attitudes.income_slope = slope;
        let (setting, world) = populate(scenario);
        let mut members: Vec<usize> =
            (0..setting.residents).filter(|&i| setting.people.group[i] == 0).collect();
        members.sort_by(|&a, &b| {
            setting.people.base_income[a].total_cmp(&setting.people.base_income[b])
        });
        let mean = |ids: &[usize]| {
            let sum: f64 = ids.iter().map(|&i| f64::from(world.society.hostility[i * 3 + 2])).sum();
            sum / ids.len() as f64
        };
        let third = members.len() / 3;
        let mean_of_all = hostility(&setting, &world, 0, 2).0;
        (mean(&members[..third]) - mean(&members[2 * third..]), mean_of_all)
    };
    let (flat, steep) = (gap(0.0), gap(0.3));
    assert!(flat.0.abs() < 0.02 && steep.0 > flat.0 + 0.03, "{} {}", flat.0, steep.0);
    assert!((steep.1 - flat.1).abs() < 0.005);
}

#[test]
fn kin_taken_from_families_are_those_seen_one_by_one() {
    let (setting, mut world) = populate(testing::two_towns());
    for i in (0..setting.residents).step_by(9) {
        world.households.presence[i] = Presence::Left;
    }
    information::step(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
    let opinion: &[[Opinion; 1]] = world.society.opinion.as_chunks().0;
    let (kin, families) = (&setting.kin, families(&setting, opinion));
    for i in 0..setting.residents {
        let mut ties = [NONE; KIN];
        for (tie, j) in ties.iter_mut().zip(kin.of(i)) {
            *tie = j as u32;
        }
        let near = without(&families[kin.family[i] as usize], &opinion[i]);
        assert_eq!(both(near, &sums(opinion, &kin.far[i])), sums(opinion, &ties));
    }
}
