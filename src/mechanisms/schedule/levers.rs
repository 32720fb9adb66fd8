//! What a policy writes by itself: never an attitude, a tension or an incident. It changes what mechanisms
//! work with; attitudes, tension and incidents follow from that or do not.

use std::collections::BTreeSet;
use std::path::Path;

use super::tests::mid_run;
use super::*;
use crate::cards::register;
use crate::engine::draws::Draws;
use crate::scenario::{LEVERS, Lever, LeverKind};
use crate::world::columns::{COLUMNS, digest};

/// Attitudes between groups, and incidents, as the state holds them. Tension is worked out when it is read.
const OUTCOMES: [&str; 7] = [
    "society.fear",
    "society.fear_floor",
    "society.hostility",
    "incidents",
    "society.regions.incidents",
    "society.regions.incidents_reported",
    "conduct.attacks",
];

/// Steps and columns that a policy of this kind changes within the step itself: every step of a week is run
/// twice on the same world, with the policy and without.
fn written(
    (setting, world): &(Setting, World),
    kind: LeverKind,
) -> BTreeSet<(&'static str, &'static str)> {
    let (mut without, mut world) = (setting.clone(), world.clone());
    without.scenario.levers.retain(|l| l.kind != kind);
    let mut with = without.clone();
    with.scenario.levers.push(Lever {
        id: "lever".into(),
        kind,
        start_day: 0,
        end_day: 1000,
        strength: 1.0,
        compliance: 1.0,
        cost_per_unit: 10.0,
        regions: Vec::new(),
    });
    let mut found = BTreeSet::new();
    for week in 13..15 {
        world.flows.clear();
        for step in WEEK {
            let mut other = world.clone();
            (step.run)(&Context { setting: &without, draws: Draws::new(1, 0), week }, &mut world);
            (step.run)(&Context { setting: &with, draws: Draws::new(1, 0), week }, &mut other);
            for column in step.writes {
                let (_, parts) = COLUMNS.iter().find(|c| c.0 == *column).unwrap();
                if digest(&mut world, *parts) != digest(&mut other, *parts) {
                    found.insert((step.name, *column));
                }
            }
        }
        world.week = week;
    }
    found
}

#[test]
fn no_lever_writes_an_attitude_a_tension_or_an_incident() {
    for name in OUTCOMES {
        assert!(COLUMNS.iter().any(|c| c.0 == name), "no column {name}");
    }
    assert!(COLUMNS.iter().all(|c| !c.0.contains("tension")), "tension became a state");
    let start = mid_run();
    let mut faults = Vec::new();
    for lever in LEVERS {
        let acts_in = &register().lever(&lever.kind.name()).unwrap().acts_in;
        for (step, column) in written(&start, lever.kind) {
            if OUTCOMES.contains(&column) {
                faults.push(format!("{} writes {column} in {step}", lever.kind.name()));
            }
            // What a policy costs is booked in one step for several.
            if column != "flows" && !acts_in.iter().any(|name| name == step) {
                faults.push(format!("{} acts in {step} ({column})", lever.kind.name()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_measured_asks_for_no_lever() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/measure");
    for file in ["tension.rs", "attitudes.rs", "conduct.rs", "readings.rs"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(!text.contains("LeverKind"), "{file}");
    }
}
