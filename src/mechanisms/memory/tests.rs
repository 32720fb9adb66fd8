use super::*;
use crate::engine::draws::Draws;
use crate::mechanisms::threat;
use crate::scenario::testing;
use crate::world::Incident;
use crate::world::populate::conduct::testing::town_with;
use crate::world::populate::populate;

/// A town where the first two groups remember each other, and their relation starts at `level`.
fn town(level: Option<f64>) -> (Setting, World) {
    town_with(|s| {
        s.relations[1].memory = level;
        s.relations[3].memory = level;
    })
}

fn incident(severity: f32) -> Incident {
    Incident {
        day: 1,
        region: 0,
        kind: 4,
        severity,
        actor_group: Some(1),
        target: 0,
        parent: None,
        reported: true,
    }
}

fn run(setting: &Setting, world: &mut World, weeks: u32) {
    for week in 1..=weeks {
        step(&Context { setting, draws: Draws::new(1, 0), week }, world);
    }
}

#[test]
fn without_memory_in_the_scenario_none_is_kept() {
    let (setting, mut world) = town(None);
    world.incidents.push(incident(500.0));
    run(&setting, &mut world, 3);
    assert!(world.memory.group.is_empty() && world.memory.household.is_empty());
    assert_eq!(of(&setting, &world.memory, 0, 0, 1), 0.0);
}

#[test]
fn without_incidents_and_from_zero_nothing_changes() {
    let (setting, mut world) = town(Some(0.0));
    run(&setting, &mut world, 52);
    assert!(world.memory.group.iter().all(|x| *x == 0.0));
    assert!(world.memory.household.iter().all(|x| *x == 0.0));
}

#[test]
fn memory_fades_by_e_in_its_years() {
    let (setting, mut world) = town(Some(0.8));
    let years = setting.scenario.parameters.memory.group_years;
    let weeks = (years * YEAR) as u32;
    run(&setting, &mut world, weeks);
    let left = world.memory.group[1] / 0.8;
    assert!((left - 0.3679).abs() < 0.002, "{left}");
}

#[test]
fn a_grave_incident_is_remembered_by_the_group_and_a_small_one_only_by_those_it_hit() {
    let after = |severity: f32| {
        let (setting, mut world) = town(Some(0.0));
        world.incidents.push(incident(severity));
        run(&setting, &mut world, 1);
        let hit = world.memory.household.iter().filter(|x| **x > 0.0).count();
        let others = world.memory.group.iter().enumerate().filter(|(k, _)| *k != 1);
        assert!(others.clone().all(|(_, x)| *x == 0.0), "only the holder, about the actor");
        (world.memory.group[1], hit)
    };
    let (small, grave, graver) = (after(20.0), after(200.0), after(800.0));
    assert!(small.0 == 0.0 && small.1 > 0);
    assert!(grave.0 > 0.0 && graver.0 > grave.0);
    assert!(grave.1 > small.1 && graver.1 > grave.1);
}

#[test]
fn who_remembers_more_feels_more_threatened_by_the_same_presence() {
    let felt = |level: f64| {
        let mut scenario = testing::two_towns();
        (scenario.relations[1].memory, scenario.relations[3].memory) = (Some(level), Some(level));
        let (setting, mut world) = populate(scenario);
        let mut at = |share: f32| {
            world.society.settled.fill(share);
            world.society.regions.iter_mut().for_each(|r| r.settled.fill(f64::from(share)));
            threat::assess(&setting, Draws::new(1, 0), &mut world, false);
            world.society.threat.iter().sum::<f32>()
        };
        let before = at(0.02);
        at(0.1) - before
    };
    assert!(felt(0.6) > 1.05 * felt(0.0));
}
