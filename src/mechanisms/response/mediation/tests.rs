use super::*;
use crate::engine::draws::Draws;
use crate::mechanisms::response::step;
use crate::scenario::{Lever, Scenario};
use crate::world::Incident;
use crate::world::conduct::Denial;
use crate::world::populate::conduct::testing::town_with;

fn body(kind: MediatorKind) -> Mediator {
    Mediator {
        id: "b".into(),
        kind,
        regions: Vec::new(),
        strength: 0.5,
        coverage: 0.8,
        standing: 0.5,
        appointed: false,
        stability: 1.0,
        resources: 1.0,
        skill: 1.0,
        skill_weeks: None,
        capacity: None,
        delay_days: 0.0,
        counterparts: Vec::new(),
    }
}

fn lever(kind: LeverKind, strength: f64) -> Lever {
    Lever {
        id: "l".into(),
        kind,
        start_day: 0,
        end_day: 1000,
        strength,
        compliance: 1.0,
        cost_per_unit: 0.0,
        regions: Vec::new(),
    }
}

fn event(severity: f32) -> Incident {
    Incident {
        day: 0,
        region: 0,
        kind: 4,
        severity,
        actor_group: None,
        target: 1,
        parent: None,
        reported: true,
    }
}

/// What mediation prevents in the first region in week `week` of a scenario changed like this.
fn prevented(week: u32, change: impl FnOnce(&mut Scenario)) -> f64 {
    let (setting, mut world) = town_with(change);
    mediate(&Context { setting: &setting, draws: Draws::new(7, 0), week }, &mut world);
    world.conduct.mediation[0]
}

#[test]
fn bodies_prevent_together_what_none_of_them_fails_to() {
    let one = prevented(1, |s| s.mediators = vec![body(MediatorKind::Elders)]);
    let two =
        prevented(1, |s| s.mediators = vec![body(MediatorKind::Elders), body(MediatorKind::Ngo)]);
    assert!((one - 0.5 * 0.8 * 0.5).abs() < 1e-12);
    assert!((two - (1.0 - (1.0 - one) * (1.0 - one))).abs() < 1e-12);
}

#[test]
fn elders_work_as_far_as_they_stay() {
    let with = |stability: f64| {
        prevented(1, |s| s.mediators = vec![Mediator { stability, ..body(MediatorKind::Elders) }])
    };
    assert_eq!(with(0.0), 0.0);
    assert!((with(0.8) / with(0.1) - 8.0).abs() < 1e-9);
}

#[test]
fn an_appointed_body_is_heard_only_as_far_as_the_authorities_are_trusted() {
    let own = prevented(1, |s| s.mediators = vec![body(MediatorKind::Assembly)]);
    let (setting, mut world) = town_with(|s| {
        s.mediators = vec![Mediator { appointed: true, ..body(MediatorKind::Assembly) }];
    });
    let ctx = Context { setting: &setting, draws: Draws::new(7, 0), week: 1 };
    mediate(&ctx, &mut world);
    assert!((world.conduct.mediation[0] / own - 0.6).abs() < 1e-6);
    world.conduct.trust.iter_mut().for_each(|t| t[2] = 0.0);
    mediate(&ctx, &mut world);
    assert_eq!(world.conduct.mediation[0], 0.0);
}

#[test]
fn without_a_counterpart_nothing_is_mediated() {
    let with = |counterparts: Vec<usize>| {
        prevented(1, |s| s.mediators = vec![Mediator { counterparts, ..body(MediatorKind::Ngo) }])
    };
    assert_eq!(with(vec![0]), 0.0);
    assert!(with(vec![0, 1]) > 0.0 && with(vec![0, 1]) <= with(Vec::new()));
    assert!((with(vec![0, 1, 2]) - with(Vec::new())).abs() < 1e-12);
}

/// Excitation of the kernel later than the delay is the share e^(-delay / tau).
#[test]
fn a_late_body_prevents_what_comes_after_its_delay() {
    let with = |delay_days: f64| {
        prevented(1, |s| s.mediators = vec![Mediator { delay_days, ..body(MediatorKind::Ngo) }])
    };
    assert!((with(6.0) / with(0.0) - exp(-1.0)).abs() < 1e-9);
}

#[test]
fn a_body_with_few_people_takes_up_what_it_can() {
    let (setting, mut world) = town_with(|s| {
        s.mediators = vec![Mediator { capacity: Some(2.0), ..body(MediatorKind::Ngo) }];
    });
    let ctx = Context { setting: &setting, draws: Draws::new(7, 0), week: 1 };
    world.society.regions[0].incidents = [8.0, 0.0, 0.0, 0.0, 0.0];
    mediate(&ctx, &mut world);
    assert!((world.conduct.mediation[0] - 0.25 * 0.2).abs() < 1e-12);
}

/// What a body prevents under a lever of this strength.
fn helped(kind: LeverKind, of: MediatorKind, resources: f64, stability: f64, strength: f64) -> f64 {
    prevented(1, |s| {
        s.mediators = vec![Mediator { stability, resources, ..body(of) }];
        s.levers.push(lever(kind, strength));
    })
}

#[test]
fn levers_help_bodies_that_lack_something() {
    let cases = [
        (LeverKind::AssemblyResources, MediatorKind::Assembly, 0.3),
        (LeverKind::AssemblyResources, MediatorKind::ConsentBoard, 0.3),
        (LeverKind::NgoFunding, MediatorKind::Ngo, 0.3),
        (LeverKind::EldersCouncils, MediatorKind::Elders, 1.0),
    ];
    for (kind, of, resources) in cases {
        let with = |strength: f64| helped(kind, of, resources, 0.9, strength);
        let plain = prevented(1, |s| {
            s.mediators = vec![Mediator { stability: 0.9, resources, ..body(of) }];
        });
        assert_eq!(with(0.0), plain, "{kind:?}");
        assert!(with(0.7) > plain, "{kind:?}");
    }
}

#[test]
fn levers_do_nothing_for_bodies_that_lack_nothing_nor_for_elders_where_nobody_stays() {
    let cases = [
        (LeverKind::AssemblyResources, MediatorKind::Assembly, 1.0),
        (LeverKind::AssemblyResources, MediatorKind::ConsentBoard, 1.0),
        (LeverKind::NgoFunding, MediatorKind::Ngo, 1.0),
        (LeverKind::EldersCouncils, MediatorKind::Elders, 0.0),
    ];
    for (kind, of, stability) in cases {
        let with = |strength: f64| helped(kind, of, 1.0, stability, strength);
        assert_eq!(with(0.7), with(0.0), "{kind:?}");
    }
}

#[test]
fn week_0_is_solved_without_levers() {
    let with = |strength: f64| {
        prevented(0, |s| {
            s.mediators = vec![Mediator { resources: 0.2, ..body(MediatorKind::Ngo) }];
            s.levers.push(lever(LeverKind::NgoFunding, strength));
        })
    };
    assert_eq!(with(0.0), with(1.0));
}

#[test]
fn skill_grows_with_its_ramp_and_not_while_a_denial_stands() {
    let learned = |denied: bool, money: f64| {
        let (setting, mut world) = town_with(|s| {
            s.mediators = vec![Mediator {
                skill: 0.2,
                skill_weeks: Some(26.0),
                resources: money,
                ..body(MediatorKind::Ngo)
            }];
        });
        world.incidents.push(event(500.0));
        if denied {
            world.conduct.denials.push(Denial { incident: 0, week: 1, known: 0.0 });
        }
        for week in 1..=26 {
            learn(&Context { setting: &setting, draws: Draws::new(7, 0), week }, &mut world);
        }
        world.conduct.mediator_skill[0]
    };
    assert!((learned(false, 1.0) - (1.0 - 0.8 * exp(-1.0))).abs() < 1e-9);
    assert_eq!(learned(true, 1.0), 0.2);
    assert_eq!(learned(false, 0.0), 0.2);
}

/// How many times more an organisation prevents with an open map of this age.
fn gain_of_map(lag: f64, delay_days: f64) -> f64 {
    let with = |strength: f64| {
        prevented(1, |s| {
            s.parameters.response.monitor_lag = lag;
            s.mediators = vec![Mediator { delay_days, ..body(MediatorKind::Ngo) }];
            s.levers.push(lever(LeverKind::OpenRiskMap, strength));
        })
    };
    with(1.0) / with(0.0)
}

#[test]
fn an_open_fresh_map_helps_a_slow_ngo() {
    assert!(gain_of_map(1.0, 10.0) > 1.5);
}

#[test]
fn a_stale_map_helps_little_and_a_quick_ngo_not_at_all() {
    assert!(gain_of_map(26.0, 10.0) < 1.2);
    assert_eq!(gain_of_map(1.0, 0.0), 1.0);
}

/// Mediation under reactive reform so many weeks after a grave incident.
fn reformed(effect: f64, weeks: u32) -> f64 {
    let (setting, mut world) = town_with(|s| {
        s.parameters.response.reform_effect = effect;
        s.mediators = vec![Mediator { resources: 0.2, ..body(MediatorKind::Assembly) }];
        s.levers.push(lever(LeverKind::ReactiveReform, 1.0));
    });
    world.incidents.push(event(500.0));
    mediate(&Context { setting: &setting, draws: Draws::new(7, 0), week: weeks }, &mut world);
    world.conduct.mediation[0]
}

#[test]
fn a_reform_after_a_grave_incident_helps_late() {
    assert!(reformed(0.2, 30) > 1.5 * reformed(0.2, 1));
    assert_eq!(reformed(0.2, 10), reformed(0.2, 1));
}

#[test]
fn a_reform_by_default_changes_nothing() {
    assert_eq!(reformed(0.0, 30), reformed(0.0, 1));
}

#[test]
fn official_bodies_follow_what_the_authorities_believe() {
    let effort = |weight: f64, kind: MediatorKind| {
        let (setting, mut world) = town_with(|s| {
            s.parameters.response.monitor_weight = weight;
            s.parameters.response.monitor_bias = -0.5;
            s.parameters.response.monitor_noise = 0.0;
            s.mediators = vec![body(kind)];
        });
        let calm = world.conduct.mediation[0];
        step(&Context { setting: &setting, draws: Draws::new(7, 0), week: 1 }, &mut world);
        world.conduct.mediation[0] / calm
    };
    assert!((effort(1.0, MediatorKind::Assembly) - 0.5).abs() < 0.01);
    assert_eq!(effort(0.0, MediatorKind::Assembly), 1.0);
    assert_eq!(effort(1.0, MediatorKind::Ngo), 1.0);
}
