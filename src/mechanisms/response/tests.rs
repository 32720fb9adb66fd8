use super::*;
use crate::engine::draws::Draws;
use crate::scenario::Lever;
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
    let seen = Sanction::of(&ctx, &world, 0, 0.0).seen[0];
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
