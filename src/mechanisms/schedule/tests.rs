//! Each mechanism keeps to what it declares: it writes nothing else, and nothing else reaches what it writes.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

use super::*;
use crate::engine::draws::Draws;
use crate::engine::replicate;
use crate::scenario::{
    Accounts, Channel, ChannelKind, ChannelOrigin, KinState, LEVERS, Land, LandKind, Lever,
    LeverInfo, Mediator, MediatorKind, Project, ProjectKind, Scenario, Shock, testing,
};
use crate::world::columns::{COLUMNS, digest};

/// A shock over three weeks in the middle of the wave.
fn shock(kind: ShockKind) -> Shock {
    Shock { id: "shock".into(), day: 80, days: 21, region: None, kind, source: String::new() }
}

/// Small towns in the middle of the wave, with everything in them that happens seldom: the setting and the
/// world after twelve weeks.
pub(crate) fn mid_run() -> (Setting, World) {
    let mut scenario = testing::two_towns();
    (scenario.scale, scenario.weeks) = (0.1, 12);
    scenario.shocks = [
        ShockKind::Rents { log_change: 0.1 },
        ShockKind::Prices { log_change: 0.1 },
        ShockKind::Media { target: 2, coverage: 1.0 },
        ShockKind::Incident { target: 2, severity: 50.0 },
        ShockKind::StateThreat { target: 2, level: 0.5 },
        ShockKind::Drought { log_change: -0.5 },
    ]
    .map(shock)
    .to_vec();
    let lever = |info: &LeverInfo| Lever {
        id: "lever".into(),
        kind: info.kind,
        start_day: 0,
        end_day: 1000,
        strength: 0.4,
        compliance: 0.8,
        cost_per_unit: 10.0,
        regions: vec![0],
    };
    scenario.levers = LEVERS.iter().map(lever).collect();
    scenario.land = vec![Land {
        id: "fields".into(),
        region: 0,
        kind: LandKind::Pasture,
        supply: 1000.0,
        unfair: 0.2,
        season: 0.2,
        peak_day: 150.0,
        claims: vec![1.0; 3],
        growth: vec![0.0; 3],
    }];
    scenario.projects = vec![Project {
        id: "mine".into(),
        region: 0,
        kind: ProjectKind::Mine,
        target: 2,
        start_day: 30,
        jobs: 20.0,
        benefits: 0.3,
        need: 0.5,
        harm: 0.1,
        other_harm: 0.1,
        agencies: 3,
        expectation: 0.5,
        awareness: None,
        notice_weeks: 1.0,
        channels: Vec::new(),
        takes: vec![(0, 100.0)],
    }];
    scenario.parameters.blame.diversion = 0.5;
    scenario.groups[1].kin_state =
        Some(KinState { standard: 1.2, catalyst: 0.5, attachment: 0.4, spread: 0.8, home: 0.5 });
    scenario.shocks.push(shock(ShockKind::KinMedia { target: 1, level: 0.8 }));
    scenario.shocks.push(shock(ShockKind::KinStandard { target: 1, log_change: 0.2 }));
    bodies_and_channels(&mut scenario);
    scenario.parameters.exit.base = 2.0;
    scenario.parameters.information.rumour_birth = 5.0;
    scenario.parameters.response.detection = 0.5;
    let (setting, week0) = replicate::week0(scenario);
    let go = AtomicBool::new(false);
    let world = replicate::run(&setting, &week0, 0, &go, |_, _| {}).unwrap();
    (setting, world)
}

/// Bodies that mediate, channels and coordinated accounts.
fn bodies_and_channels(scenario: &mut Scenario) {
    let body = |kind, appointed| Mediator {
        id: "body".into(),
        kind,
        regions: Vec::new(),
        strength: 0.5,
        coverage: 0.5,
        standing: 0.5,
        appointed,
        stability: 0.8,
        resources: 0.5,
        skill: 0.5,
        skill_weeks: Some(26.0),
        capacity: Some(1.0),
        delay_days: 3.0,
        counterparts: vec![0, 2],
    };
    scenario.mediators = vec![body(MediatorKind::Assembly, true), body(MediatorKind::Ngo, false)];
    scenario.channels = vec![Channel {
        id: "channel".into(),
        kind: ChannelKind::Messaging,
        origin: ChannelOrigin::KinState,
        regions: Vec::new(),
        reach: vec![0.5, 0.2, 0.1],
        credibility: 0.5,
        slant: vec![0.0, 0.0, 0.5],
    }];
    scenario.accounts = vec![Accounts {
        id: "accounts".into(),
        count: 100.0,
        footprint: 20.0,
        target: 2,
        groups: Vec::new(),
        start_day: 0,
        end_day: 1000,
    }];
    let p = &mut scenario.parameters;
    p.information.funded_narrative = 0.1;
    (p.response.monitor_weight, p.response.leak_weekly, p.response.reform_effect) = (0.5, 0.1, 0.2);
}

fn digests(world: &mut World) -> BTreeMap<&'static str, blake3::Hash> {
    COLUMNS.iter().map(|(name, parts)| (*name, digest(world, *parts))).collect()
}

/// The weeks after `mid_run`, step by step: what `look` says about a step and the world before it.
fn at_each_step(mut look: impl FnMut(&Context<'_>, &Step, &World)) {
    let (setting, mut world) = mid_run();
    for week in 13..15 {
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week };
        world.flows.clear();
        for step in WEEK {
            look(&ctx, step, &world);
            (step.run)(&ctx, &mut world);
        }
        world.week = week;
    }
}

#[test]
fn every_declared_column_exists() {
    for name in WEEK.iter().flat_map(|s| s.reads.iter().chain(s.writes)) {
        assert!(COLUMNS.iter().any(|(column, _)| column == name), "{name}");
    }
}

#[test]
fn a_step_writes_only_what_it_declares() {
    let mut faults = Vec::new();
    at_each_step(|ctx, step, before| {
        let mut world = before.clone();
        let old = digests(&mut world);
        (step.run)(ctx, &mut world);
        for (name, hash) in digests(&mut world) {
            if old[name] != hash && !step.writes.contains(&name) {
                faults.push(format!("{} writes {name}", step.name));
            }
        }
    });
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_step_reads_only_what_it_declares() {
    let mut faults = Vec::new();
    at_each_step(|ctx, step, before| {
        if ctx.week > 13 {
            return;
        }
        let mut after = before.clone();
        (step.run)(ctx, &mut after);
        let expected = digests(&mut after);
        for (name, parts) in COLUMNS {
            if step.reads.contains(name) || step.writes.contains(name) {
                continue;
            }
            let mut world = before.clone();
            for part in parts(&mut world) {
                part.scramble();
            }
            let done = catch_unwind(AssertUnwindSafe(|| (step.run)(ctx, &mut world))).is_ok();
            let mut same = |written: &&&str| {
                let (_, parts) = COLUMNS.iter().find(|c| c.0 == **written).unwrap();
                digest(&mut world, *parts) == expected[**written]
            };
            let reached = step.writes.iter().filter(|w| !same(w)).count();
            if !done || reached > 0 {
                faults.push(format!("{} reads {name} ({reached}, {done})", step.name));
            }
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_column_with_several_writers_has_a_rule() {
    for (name, _) in COLUMNS {
        let writers: Vec<&str> =
            WEEK.iter().filter(|s| s.writes.contains(name)).map(|s| s.name).collect();
        let shared = SHARED.iter().any(|(column, _)| column == name);
        assert_eq!(writers.len() > 1, shared, "{name} is written by {writers:?}");
    }
}

/// Level of rents after so many weeks of a change that begins on day 14 and takes four weeks.
fn rents_after(weeks: u32, log_change: f64) -> f64 {
    let mut scenario = testing::two_towns();
    (scenario.scale, scenario.weeks) = (0.1, 12);
    let kind = ShockKind::Rents { log_change };
    scenario.shocks = vec![Shock { day: 14, days: 28, ..shock(kind) }];
    let (setting, mut world) = crate::world::populate::populate(scenario);
    season(&Context { setting: &setting, draws: Draws::new(1, 0), week: weeks }, &mut world);
    world.rent_level[0]
}

#[test]
fn season_reaches_the_whole_change_when_its_shock_ends() {
    let wanted = [(2, 0.0), (4, 0.05), (6, 0.1), (9, 0.1)];
    for (week, log) in wanted {
        assert!((rents_after(week, 0.1) - exp(log)).abs() < 1e-12, "week {week}");
    }
}

#[test]
fn a_larger_change_means_higher_rents_and_none_leaves_them() {
    assert_eq!(rents_after(8, 0.0), 1.0);
    assert!(rents_after(8, 0.2) > rents_after(8, 0.1) && rents_after(8, -0.1) < 1.0);
}
