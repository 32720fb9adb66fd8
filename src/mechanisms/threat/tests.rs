use super::*;
use crate::engine::strips::STRIP;
use crate::scenario::testing;
use crate::world::Tenure;
use crate::world::populate::populate;

fn mean(setting: &Setting, world: &World, t: usize) -> f64 {
    let targets = setting.targets.len();
    let residents = setting.residents;
    (0..residents).map(|i| f64::from(world.society.threat[i * targets + t])).sum::<f64>()
        / residents as f64
}

#[test]
fn the_weights_of_the_channels_sum_to_one() {
    let p = testing::two_towns().parameters.threat;
    let sum = p.own + p.regional + p.symbolic + p.security + p.media;
    assert!((sum - 1.0).abs() < 1e-12);
    assert!((p.jobs + p.rents + p.services - 1.0).abs() < 1e-12);
    assert!(2.0 * p.own <= p.regional + 1e-12);
}

#[test]
fn with_the_media_channel_alone_and_felt_by_all_threat_is_salience() {
    let mut scenario = testing::two_towns();
    let p = &mut scenario.parameters.threat;
    (p.own, p.regional, p.symbolic, p.security) = (0.0, 0.0, 0.0, 0.0);
    (p.media, p.media_floor) = (1.0, 1.0);
    let (setting, mut world) = populate(scenario);
    for salience in [0.0, 0.3, 0.8] {
        world.society.regions.iter_mut().for_each(|r| r.salience[2] = salience);
        assess(&setting, Draws::new(1, 0), &mut world, false);
        assert!((mean(&setting, &world, 2) - salience).abs() < 1e-6, "{salience}");
    }
}

#[test]
fn more_salience_state_threat_or_people_means_more_threat() {
    let (setting, mut world) = populate(testing::two_towns());
    let draws = Draws::new(1, 0);
    let run = |world: &mut World| {
        assess(&setting, draws, world, false);
        mean(&setting, world, 2)
    };
    let mut last = run(&mut world);
    world.society.regions[0].salience[2] = 0.5;
    let mut next = run(&mut world);
    assert!(next > last + 0.01);
    last = next;
    world.society.state_threat[2] = 0.9;
    next = run(&mut world);
    assert!(next > last + 0.01);
    last = next;
    world.society.settled.iter_mut().skip(2).step_by(3).for_each(|s| *s = 0.05);
    assert!(run(&mut world) > last + 0.01);
    assert!(world.society.threat.iter().all(|t| (0.0..=1.0).contains(t)));
}

#[test]
fn dearer_rents_and_believed_displacement_are_losses_someone_is_blamed_for() {
    let (setting, mut world) = populate(testing::two_towns());
    let draws = Draws::new(1, 0);
    assess(&setting, draws, &mut world, false);
    let calm = world.society.loss[0];
    world.markets.iter_mut().for_each(|m| m.fast += 0.4);
    assess(&setting, draws, &mut world, false);
    let dear = world.society.loss[0];
    world.society.regions[0].displaced_believed = 200.0;
    assess(&setting, draws, &mut world, false);
    assert!(dear > calm && world.society.loss[0] > dear);
}

#[test]
fn a_larger_nation_behind_the_same_presence_is_felt_more_only_where_that_is_switched_on() {
    let felt = |origin: f64, population: f64| {
        let mut scenario = testing::two_towns();
        scenario.parameters.threat.origin = origin;
        scenario.groups[2].origin_population = Some(population);
        let (setting, mut world) = populate(scenario);
        world.society.settled.iter_mut().skip(2).step_by(3).for_each(|s| *s = 0.05);
        assess(&setting, Draws::new(1, 0), &mut world, false);
        mean(&setting, &world, 2)
    };
    assert!(felt(1.0, 1.4e8) > felt(1.0, 3e6) + 0.01);
    assert!((felt(0.0, 1.4e8) - felt(0.0, 3e6)).abs() < 1e-9);
}

#[test]
fn the_four_distances_have_their_weights() {
    let mut p = testing::two_towns().parameters.threat;
    let distances = [0.8, 0.4, 0.2, 0.6];
    assert!((p.distance(distances) - 0.5).abs() < 1e-12, "their mean by default");
    (p.distance_culture, p.distance_past, p.distance_bloc) = (0.0, 0.0, 0.0);
    assert!((p.distance(distances) - 0.8).abs() < 1e-12);
}

#[test]
fn a_shared_identity_takes_off_and_hardship_adds() {
    let felt = |identity: f64, hardship: f64| {
        let mut scenario = testing::two_towns();
        scenario.parameters.threat.shared_identity = identity;
        scenario.parameters.threat.hardship = hardship;
        let (setting, mut world) = populate(scenario);
        let half = setting.people.base_income.iter().map(|x| 0.5 * x).collect();
        world.households.income = half;
        assess(&setting, Draws::new(1, 0), &mut world, false);
        mean(&setting, &world, 1)
    };
    let plain = felt(0.0, 0.0);
    assert!(felt(0.6, 0.0) < plain - 0.005 && felt(0.0, 1.0) > plain + 0.005);
}

#[test]
fn a_household_gets_used_to_its_rent() {
    let (setting, _) = populate(testing::two_towns());
    let c = Constants::new(&setting, 1.0);
    let mut usual = [-1.0; STRIP];
    let income = [1000.0; STRIP];
    let mut felt =
        |rent| c.felt(&[Tenure::Renter; STRIP], &[rent; STRIP], &income, &income, &mut usual)[0];
    assert_eq!(felt(300.0), 0.0);
    let first = felt(500.0);
    let mut later = first;
    for _ in 0..104 {
        later = felt(500.0);
    }
    assert!(first > 0.6 && later < 0.25 && later > 0.0, "{first} {later}");
}

/// Own loss of the first household with mutual help, where it loses half its income or nothing.
fn loss_with_help(strength: f64, loses: bool) -> f64 {
    let mut scenario = testing::two_towns();
    scenario.scale = 0.05;
    scenario.levers.push(crate::scenario::Lever {
        id: "l".into(),
        kind: LeverKind::MutualHelp,
        start_day: 0,
        end_day: 700,
        strength,
        compliance: 1.0,
        cost_per_unit: 0.0,
        regions: Vec::new(),
    });
    let (setting, mut world) = populate(scenario);
    if loses {
        world.queues.service_wait_days.fill(60.0);
        world.households.income.iter_mut().for_each(|x| *x *= 0.5);
    }
    let p = &setting.scenario.parameters.threat;
    let services = if loses { p.regional * p.services * 0.8 } else { 0.0 };
    step(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
    f64::from(world.society.loss[0]) - services
}

#[test]
fn mutual_help_softens_own_losses() {
    let (plain, helped) = (loss_with_help(0.0, true), loss_with_help(1.0, true));
    assert!((helped / plain - 0.85).abs() < 1e-3, "{helped} of {plain}");
}

#[test]
fn mutual_help_does_nothing_where_nobody_loses() {
    assert_eq!(loss_with_help(1.0, false), loss_with_help(0.0, false));
}

/// Believed loss of the first household's region where newcomers spend this share of what residents spend.
fn loss_with_goodwill(goodwill: f64, spent: f64) -> f64 {
    let mut scenario = testing::two_towns();
    scenario.scale = 0.05;
    scenario.parameters.threat.goodwill = goodwill;
    let (setting, mut world) = populate(scenario);
    world.labour.newcomer_spending[0] = spent * setting.employment.spending[0];
    world.society.regions[0].displaced_believed = 200.0;
    assess(&setting, Draws::new(1, 0), &mut world, false);
    let i = (0..setting.residents).find(|&i| world.households.region[i] == 0).unwrap();
    f64::from(world.society.loss[i])
}

#[test]
fn goodwill_follows_what_newcomers_bring() {
    let plain = loss_with_goodwill(0.0, 0.0);
    let with = |goodwill: f64, spent: f64| loss_with_goodwill(goodwill, spent) / plain;
    assert!(with(0.5, 0.02) > with(0.5, 0.1) && with(0.5, 0.1) > with(0.8, 0.1));
    // Endless gains take away the whole share.
    assert!((with(0.5, 1e9) - 0.5).abs() < 1e-3);
}

#[test]
fn without_gains_or_switched_off_goodwill_changes_nothing() {
    let plain = loss_with_goodwill(0.0, 0.0);
    assert_eq!((loss_with_goodwill(0.8, 0.0), loss_with_goodwill(0.0, 0.1)), (plain, plain));
}
