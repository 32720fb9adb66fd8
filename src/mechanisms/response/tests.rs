use super::*;
use crate::engine::draws::Draws;
use crate::scenario::Lever;
use crate::world::Incident;
use crate::world::populate::conduct::testing::{town, town_with};

fn lever(kind: LeverKind, strength: f64) -> Lever {
    Lever {
        id: "lever".into(),
        kind,
        start_day: 0,
        end_day: 1000,
        strength,
        compliance: 1.0,
        cost_per_unit: 10.0,
        regions: Vec::new(),
    }
}

fn run(setting: &Setting, world: &mut World, weeks: std::ops::RangeInclusive<u32>) {
    for week in weeks {
        step(&Context { setting, draws: Draws::new(7, 0), week }, world);
    }
}

fn event(week: u32, severity: f32) -> Incident {
    Incident {
        day: Setting::first_day(week) as i32 + 1,
        region: 0,
        kind: 4,
        severity,
        actor_group: Some(0),
        target: 1,
        parent: None,
        reported: true,
    }
}

#[test]
fn perceived_sanction_approaches_what_is_seen() {
    let (setting, mut world) = town();
    world.society.regions[0].perceived_sanction[0] = 0.9;
    let ctx = Context { setting: &setting, draws: Draws::new(7, 0), week: 1 };
    let seen = Sanction::of(&ctx, &world, 0, 0.0, 0.0).seen[0];
    run(&setting, &mut world, 1..=10);
    let p = &setting.scenario.parameters.response;
    let wanted = seen + (0.9 - seen) * (1.0 - p.sanction_learning).powi(10);
    assert!((world.society.regions[0].perceived_sanction[0] - wanted).abs() < 0.002);
}

#[test]
fn enforcement_raises_sanction_and_costs_fairness() {
    let (setting, mut plain) = town();
    let (strict, mut harder) = town_with(|s| s.levers.push(lever(LeverKind::Enforcement, 0.8)));
    run(&setting, &mut plain, 1..=20);
    run(&strict, &mut harder, 1..=20);
    let (a, b) = (&plain.society.regions[0], &harder.society.regions[0]);
    assert!(b.perceived_sanction[1] > a.perceived_sanction[1] + 0.05);
    assert!(b.fairness[1] < a.fairness[1] - 0.02);
    assert_eq!(b.fairness[2], a.fairness[2]);
    assert!(harder.flows.get(Flow::LeverCost, 0, 0) > 0.0);
}

#[test]
fn a_lever_of_no_strength_changes_nothing() {
    let (setting, mut plain) = town();
    let (with, mut same) = town_with(|s| {
        s.levers.push(lever(LeverKind::Enforcement, 0.0));
        s.levers.push(lever(LeverKind::Acknowledgement, 0.0));
    });
    for world in [&mut plain, &mut same] {
        world.incidents.push(event(1, 900.0));
    }
    run(&setting, &mut plain, 1..=10);
    run(&with, &mut same, 1..=10);
    let of = |w: &World| {
        let r = &w.society.regions[0];
        (r.perceived_sanction, r.fairness, r.acknowledged_fault, r.denial_detected)
    };
    assert_eq!(of(&plain), of(&same));
}

#[test]
fn police_capacity_follows_a_surge_and_falls_back() {
    let (setting, mut world) = town();
    let calm = world.society.regions[0].acting;
    world.society.regions[0].acting = [0.4, 0.3, 0.1, 0.05, 0.02];
    run(&setting, &mut world, 1..=8);
    let high = world.society.regions[0].police_capacity;
    assert!(high > 0.15 && high <= 0.3, "capacity {high}");
    world.society.regions[0].acting = calm;
    run(&setting, &mut world, 9..=100);
    let p = &setting.scenario.parameters.response;
    assert!((world.society.regions[0].police_capacity - p.police_capacity).abs() < 0.001);
}

#[test]
fn a_denied_incident_comes_out_later_and_an_acknowledged_one_never_does() {
    for (habit, ack) in [(1.0, 0.0), (1.0, 1.0)] {
        let (setting, mut world) = town_with(|s| {
            s.parameters.response.denial_habit = habit;
            s.levers.push(lever(LeverKind::Acknowledgement, ack));
        });
        world.incidents.push(event(1, 900.0));
        let fair = world.society.regions[0].fairness[2];
        run(&setting, &mut world, 1..=1);
        let region = &world.society.regions[0];
        assert_eq!(region.denial_detected, 0.0);
        assert_eq!(region.acknowledged_fault > 0.0, ack > 0.0);
        assert!(region.fairness[2] < fair);
        let mut learned = 0.0_f64;
        for week in 2..=40 {
            run(&setting, &mut world, week..=week);
            learned = learned.max(world.society.regions[0].denial_detected);
        }
        assert_eq!(learned > 0.2, ack == 0.0, "learned {learned}");
        assert!(world.conduct.denials.is_empty());
    }
}

#[test]
fn an_admission_reaches_more_people_than_a_leak() {
    let learned = |admission: f64| {
        let (setting, mut world) = town_with(|s| {
            s.parameters.response.denial_habit = 1.0;
            s.parameters.response.admission = admission;
        });
        world.incidents.push(event(1, 900.0));
        let mut most = (0.0_f64, 0.0_f64);
        for week in 1..=40 {
            run(&setting, &mut world, week..=week);
            let r = &world.society.regions[0];
            most = (most.0.max(r.denial_detected), most.1.max(r.admitted));
        }
        most
    };
    let (leak, none) = learned(0.0);
    let (admission, all) = learned(1.0);
    assert!(admission > leak && leak > 0.0);
    assert_eq!((none, all), (0.0, 1.0));
}

#[test]
fn mediation_grows_with_trust_in_the_authorities() {
    let (setting, mut world) = town();
    let ctx = Context { setting: &setting, draws: Draws::new(7, 0), week: 1 };
    mediate(&ctx, &mut world);
    let before = world.conduct.mediation[0];
    for trust in &mut world.conduct.trust {
        trust[2] *= 0.5;
    }
    mediate(&ctx, &mut world);
    assert!(before > 0.05 && (world.conduct.mediation[0] / before - 0.5).abs() < 1e-9);
}

/// Lowest and last mean of trust in the authorities over two years after one grave incident.
fn trust_after(change: impl FnOnce(&mut crate::scenario::Scenario)) -> (f64, f64) {
    let (setting, mut world) = town_with(|s| {
        let p = &mut s.parameters.response;
        (p.denial_habit, p.detection, p.leak_weekly) = (1.0, 2.0, 0.1);
        change(s);
    });
    world.conduct.ordinary_loss.fill((0.0, 0.0));
    world.incidents.push(event(1, 900.0));
    let (mut low, mut last) = (1.0_f64, 0.0);
    for week in 1..=104 {
        let ctx = Context { setting: &setting, draws: Draws::new(7, 0), week };
        step(&ctx, &mut world);
        crate::mechanisms::trust::step(&ctx, &mut world);
        let in_region = setting.region_residents[0].clone();
        let n = in_region.len() as f64;
        last = world.society.trust[in_region].iter().map(|t| f64::from(t[2])).sum::<f64>() / n;
        low = low.min(last);
    }
    (low, last)
}

#[test]
fn acknowledged_at_once_costs_least_then_admitted_late_then_never_admitted() {
    let at_once = trust_after(|s| s.levers.push(lever(LeverKind::Acknowledgement, 1.0)));
    let late = trust_after(|s| {
        let p = &mut s.parameters.response;
        (p.detection, p.admission, p.admission_lag) = (0.0, 1.0, 1.0);
    });
    let never = trust_after(|s| s.parameters.response.admission = 0.0);
    assert!(at_once.0 > late.0 + 0.02 && late.0 > never.0 + 0.01, "{at_once:?} {late:?} {never:?}");
    assert!(at_once.1 > late.1 && late.1 > never.1, "{at_once:?} {late:?} {never:?}");
}

#[test]
fn an_admission_with_a_lag_comes_then_and_not_before() {
    let (setting, mut world) = town_with(|s| {
        let p = &mut s.parameters.response;
        (p.denial_habit, p.detection, p.admission, p.admission_lag) = (1.0, 0.0, 1.0, 3.0);
    });
    world.incidents.push(event(1, 900.0));
    let admitted = |world: &World| world.society.regions[0].admitted > 0.0;
    let weeks: Vec<bool> = (1..=6)
        .map(|week| {
            run(&setting, &mut world, week..=week);
            admitted(&world)
        })
        .collect();
    assert_eq!(weeks, [false, false, false, true, false, false]);
}

#[test]
fn monitoring_is_late_low_and_leaves_the_truth_alone() {
    let (setting, mut world) = town_with(|s| {
        let p = &mut s.parameters.response;
        (p.monitor_bias, p.monitor_lag, p.monitor_noise) = (-0.4, 3.0, 0.0);
    });
    let ordinary: f64 = world.society.regions[0].incidents.iter().sum();
    for week in 1..=6 {
        world.society.regions[0].incidents = [10.0 * f64::from(week), 0.0, 0.0, 0.0, 0.0];
        run(&setting, &mut world, week..=week);
        let wanted = if week > 3 { 10.0 * f64::from(week - 3) } else { ordinary };
        assert!((world.conduct.monitor_estimate[0][0] - 0.6 * wanted).abs() < 1e-9, "week {week}");
        assert_eq!(world.society.regions[0].incidents[0], 10.0 * f64::from(week));
    }
}

#[test]
fn police_that_follow_a_late_estimate_come_late() {
    let capacity = |weight: f64| {
        let (setting, mut world) = town_with(|s| s.parameters.response.monitor_weight = weight);
        world.society.regions[0].acting = [0.4, 0.3, 0.1, 0.05, 0.02];
        run(&setting, &mut world, 1..=3);
        world.society.regions[0].police_capacity
    };
    assert!(capacity(0.0) > 0.2 && capacity(1.0) < 0.03);
}

/// Sanction seen and fairness of police after twenty weeks of better police.
fn better_police(strength: f64, reported: f64) -> (f64, f64) {
    let (setting, mut world) = town_with(|s| {
        s.parameters.incidents.report_floor *= reported;
        s.parameters.incidents.report_trust *= reported;
        s.levers.push(lever(LeverKind::PoliceEffectiveness, strength));
    });
    run(&setting, &mut world, 1..=20);
    (world.society.regions[0].perceived_sanction[1], world.society.regions[0].fairness[1])
}

#[test]
fn better_police_raise_sanction_without_a_cost_in_fairness() {
    let (plain, better) = (better_police(0.0, 1.0), better_police(0.8, 1.0));
    assert!(better.0 > plain.0 + 0.05 && better.1 == plain.1);
}

#[test]
fn better_police_change_nothing_where_nothing_is_reported() {
    assert_eq!(better_police(0.8, 0.0), better_police(0.0, 0.0));
}

/// Fairness of the institutions after sixty weeks of fairer courts.
fn fairer_courts(strength: f64, compliance: f64) -> [f64; 3] {
    let (setting, mut world) = town_with(|s| {
        s.levers.push(Lever { compliance, ..lever(LeverKind::CourtFairness, strength) });
    });
    run(&setting, &mut world, 1..=60);
    world.society.regions[0].fairness
}

#[test]
fn fairer_courts_are_fairer_and_nobody_else() {
    let (plain, fair) = (fairer_courts(0.0, 1.0), fairer_courts(0.6, 1.0));
    assert!(fair[0] > plain[0] + 0.1 && fair[1..] == plain[1..]);
}

#[test]
fn courts_stay_as_they_are_where_nobody_complies() {
    assert_eq!(fairer_courts(0.6, 0.0), fairer_courts(0.0, 1.0));
}

#[test]
fn acknowledgement_changes_nothing_where_nothing_is_denied() {
    let after = |strength: f64| {
        let (setting, mut world) = town_with(|s| {
            s.parameters.response.denial_habit = 0.0;
            s.levers.push(lever(LeverKind::Acknowledgement, strength));
        });
        world.incidents.push(event(1, 900.0));
        run(&setting, &mut world, 1..=10);
        let r = &world.society.regions[0];
        (r.fairness, r.acknowledged_fault, r.denial_detected)
    };
    assert_eq!(after(1.0), after(0.0));
}

/// Enforcement: both readings of a harder line are within reach of its parameters.
#[test]
fn a_harder_line_deters_or_costs_trust_as_its_parameters_say() {
    let after = |cost: f64, learning: f64| {
        let (setting, mut world) = town_with(|s| {
            s.parameters.response.enforcement_cost = cost;
            s.parameters.response.sanction_learning = learning;
            s.levers.push(lever(LeverKind::Enforcement, 1.0));
        });
        let fair = world.society.regions[0].fairness[1];
        run(&setting, &mut world, 1..=20);
        let r = &world.society.regions[0];
        (r.perceived_sanction[1], fair - r.fairness[1])
    };
    let (deters, backfires) = (after(0.0, 0.3), after(0.2, 0.0));
    assert!(deters.0 > backfires.0 + 0.1 && deters.1 < 1e-9 && backfires.1 > 0.05);
}

/// Denials were drawn by the running number of an incident: one more incident and all later ones were drawn anew.
#[test]
fn what_is_said_of_an_incident_does_not_hang_on_others() {
    let (setting, world) = town();
    let denied = |others: usize| {
        let mut world = world.clone();
        let notable: Vec<Incident> =
            (0..40).map(|k| Incident { severity: 500.0 + k as f32, ..event(1, 0.0) }).collect();
        for k in 0..others {
            world.incidents.push(Incident {
                region: 1,
                severity: 400.0 + k as f32,
                ..event(1, 0.0)
            });
        }
        world.incidents.extend(notable);
        run(&setting, &mut world, 1..=1);
        let of = |d: &crate::world::conduct::Denial| world.incidents[d.incident as usize];
        let here = world.conduct.denials.iter().map(of).filter(|event| event.region == 0);
        here.map(|event| event.severity.to_bits()).collect::<Vec<u32>>()
    };
    let alone = denied(0);
    assert!(alone.len() > 2 && alone.len() < 40, "{}", alone.len());
    assert_eq!(alone, denied(7));
}

#[test]
fn the_ordinary_loss_holds_the_tail_of_severity() {
    let (setting, _) = town();
    let scenario = &setting.scenario;
    let p = &scenario.parameters.response;
    let n = 2_000_000;
    let heard: f64 = (0..n)
        .map(|k| scenario.parameters.incidents.severity((f64::from(k) + 0.5) / f64::from(n)))
        .filter(|&s| s >= p.notable_severity)
        .map(|s| s / (s + p.visible_severity))
        .sum();
    let wanted = p.fault * heard / f64::from(n);
    let found = ordinary_loss(scenario, 1.0).1;
    assert!((found / wanted - 1.0).abs() < 0.01, "{found} {wanted}");
}
