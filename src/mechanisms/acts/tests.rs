use super::*;
use crate::engine::draws::Draws;
use crate::engine::math::logistic;
use crate::world::populate::conduct::testing::{town, town_with};
use crate::world::{Presence, Setting, Tenure};

fn run(setting: &Setting, world: &mut World, weeks: u32) {
    for week in 1..=weeks {
        step(&Context { setting, draws: Draws::new(5, 0), week }, world);
    }
}

/// Makes every household the same.
fn uniform(setting: &mut Setting, world: &mut World, hostility: f32, threat: f32) {
    let n = setting.households();
    setting.traits.threshold = vec![0.1; n];
    setting.traits.risk_aversion = vec![0.5; n];
    setting.traits.norm_anchor = vec![0.4; n];
    world.society.norm = vec![0.4; n];
    let targets = setting.targets.len();
    for i in 0..n {
        for t in 0..targets {
            world.society.hostility[i * targets + t] = hostility;
            world.society.threat[i * targets + t] = threat;
        }
    }
}

#[test]
fn without_imitation_acting_is_the_logistic_of_its_utility() {
    let (mut setting, mut world) = town_with(|s| s.parameters.acts.imitation = 0.0);
    uniform(&mut setting, &mut world, 0.5, 0.4);
    for region in &mut world.society.regions {
        region.perceived_sanction = [0.3; ACTS];
        region.fatigue = 0.2;
    }
    run(&setting, &mut world, 1);
    let p = &setting.scenario.parameters.acts;
    for k in 0..ACTS {
        let utility = p.grievance * 0.2 - p.norm_weight * 0.4 - 0.1 - 0.5 * 0.3 - p.costs()[k];
        let rested = if k == 0 { 1.0 } else { 0.8 };
        let wanted = p.opportunities()[k] * rested * logistic(utility / p.noise);
        let found = world.society.regions[0].acting[k];
        assert!((found / wanted - 1.0).abs() < 1e-4, "rung {k}: {found}, wanted {wanted}");
    }
}

#[test]
fn rungs_drawn_agree_with_their_probabilities() {
    let (mut setting, mut world) = town();
    uniform(&mut setting, &mut world, 0.8, 0.5);
    run(&setting, &mut world, 1);
    let (mut expected, mut found, mut n) = (0.0, 0.0, 0.0);
    for i in (0..setting.households()).filter(|&i| world.households.here(i)) {
        expected += f64::from(world.society.act_probability[i]);
        found += f64::from(u8::from(world.society.rung[i] >= 2));
        n += 1.0;
    }
    let p: f64 = expected / n;
    assert!((found / n - p).abs() < 4.0 * (p * (1.0 - p) / n).sqrt());
}

#[test]
fn more_hostility_means_more_acts_on_every_rung() {
    let (setting, world) = town();
    let (mut less, mut more) = (world.clone(), world);
    more.society.hostility.iter_mut().for_each(|h| *h *= 1.5);
    run(&setting, &mut less, 3);
    run(&setting, &mut more, 3);
    for (a, b) in less.society.regions.iter().zip(&more.society.regions) {
        assert!((0..ACTS).all(|k| b.acting[k] > a.acting[k]));
    }
}

#[test]
fn hostility_toward_the_own_group_moves_nobody() {
    let (setting, mut world) = town();
    let mut other = world.clone();
    let targets = setting.targets.len();
    for i in 0..setting.households() {
        for (t, &target) in setting.targets.iter().enumerate() {
            if target == usize::from(setting.people.group[i]) {
                other.society.hostility[i * targets + t] = 1.0;
                other.society.threat[i * targets + t] = 1.0;
            }
        }
    }
    run(&setting, &mut world, 1);
    run(&setting, &mut other, 1);
    assert_eq!(world.society.act_probability, other.society.act_probability);
    assert_eq!(world.conduct.hostile_acts, other.conduct.hostile_acts);
}

#[test]
fn kin_count_from_two_acting_ties() {
    let (setting, mut world) = town();
    world.society.rung.fill(0);
    let acting_with = |rungs: usize| {
        let mut world = world.clone();
        for j in setting.kin.of(0).take(rungs) {
            world.society.rung[j] = 2;
        }
        // Only kin: nobody acts around.
        world.conduct.cell_acting.fill([0.0; ACTS]);
        world.conduct.online_acting.fill([0.0; ACTS]);
        run(&setting, &mut world, 1);
        world.society.act_probability[0]
    };
    assert_eq!(acting_with(0), acting_with(1));
    assert!(acting_with(2) > 1.5 * acting_with(1));
}

#[test]
fn the_norm_falls_fast_and_returns_slowly() {
    let (setting, mut world) = town();
    let p = &setting.scenario.parameters.acts;
    let cell = world.households.cell[0];
    world.conduct.cell_acting[cell as usize] = [0.2, 0.13, 0.0, 0.0, 0.0];
    let anchor = setting.traits.norm_anchor[0];
    world.society.norm[0] = anchor;
    let mut after = world.clone();
    run(&setting, &mut after, 1);
    let fall = (1.0 - exp(-p.norm_erosion * 0.1)) * (f64::from(anchor) - p.norm_floor);
    let fallen = f64::from(after.society.norm[0]);
    assert!((f64::from(anchor) - fallen - fall).abs() < 1e-5);
    // Calm again: half of the way back takes ln 2 time constants.
    let weeks = (p.norm_weeks * crate::engine::math::ln(2.0)).round() as u32;
    run(&setting, &mut after, weeks + 1);
    let back = (f64::from(after.society.norm[0]) - fallen) / fall;
    assert!((back - 0.5).abs() < 0.05, "back {back}");
}

#[test]
fn without_opportunity_nobody_acts() {
    let (setting, mut world) = town_with(|s| {
        let p = &mut s.parameters.acts;
        p.opportunity_speech = 0.0;
    });
    run(&setting, &mut world, 2);
    assert!(world.society.rung.iter().all(|&r| r == 0));
    assert_eq!(world.society.regions[0].acting, [0.0; ACTS]);
}

#[test]
fn help_follows_need_up_to_those_ready() {
    let (setting, mut world) = town();
    run(&setting, &mut world, 1);
    assert_eq!(world.society.regions[0].help, 0.0);
    let ready = world.society.regions[0].help_willing;
    assert!(ready > 0.02 && ready < 0.6, "ready {ready}");
    let mut last = 0.0;
    for homeless in [50, 500, 4000] {
        let mut needy = world.clone();
        needy.households.tenure[..homeless].fill(Tenure::Homeless);
        run(&setting, &mut needy, 1);
        let help = needy.society.regions[0].help;
        assert!(help > last && help <= needy.society.regions[0].help_willing);
        last = help;
    }
}

#[test]
fn those_not_here_neither_act_nor_count() {
    let (setting, mut world) = town();
    let mut fewer = world.clone();
    fewer.households.presence[0] = Presence::Left;
    run(&setting, &mut world, 1);
    run(&setting, &mut fewer, 1);
    assert_eq!(fewer.society.act_probability[0], 0.0);
    let persons = |w: &World| w.conduct.persons.iter().sum::<f64>();
    let gone = setting.persons(0, world.households.persons[0]);
    assert!((persons(&world) - persons(&fewer) - gone).abs() < 1e-3);
}

#[test]
fn one_and_three_threads_give_the_same_bytes() {
    let (setting, world) = town();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut world = world.clone();
        pool.install(|| run(&setting, &mut world, 4));
        world
    };
    let (a, b) = (with(1), with(3));
    assert_eq!(a.society.rung, b.society.rung);
    assert_eq!(a.society.norm, b.society.norm);
    assert_eq!(a.conduct.cell_acting, b.conduct.cell_acting);
    assert_eq!(a.conduct.hostile_acts, b.conduct.hostile_acts);
    assert_eq!(a.conduct.online_acting, b.conduct.online_acting);
}

#[test]
fn newcomers_act_by_the_same_rule_as_everyone() {
    let (mut setting, mut world) = town();
    uniform(&mut setting, &mut world, 0.6, 0.5);
    let (i, j) = (0, setting.residents);
    world.households.presence[j] = Presence::Present;
    (world.households.region[j], world.households.cell[j]) = (0, crate::world::NONE);
    world.households.cell[i] = crate::world::NONE;
    run(&setting, &mut world, 1);
    let p = &world.society.act_probability;
    assert!(p[j] > 0.0 && (p[i] - p[j]).abs() < 1e-3, "{} {}", p[i], p[j]);
    let groups = setting.groups();
    let newcomers = &world.conduct.hostile_acts[(groups - 1) * 3..groups * 3];
    assert!(newcomers[0] + newcomers[1] > 0.0 && newcomers[2] == 0.0, "{newcomers:?}");
}

/// Every fifth incident of a country without newcomers was directed at newcomers.
#[test]
fn nobody_acts_against_those_who_are_not_there() {
    let (setting, mut world) = town();
    let against = |world: &World, t: usize| -> f64 {
        let targets = setting.targets.len();
        world.conduct.hostile_acts[..setting.groups() * targets]
            .iter()
            .skip(t)
            .step_by(targets)
            .sum()
    };
    run(&setting, &mut world, 1);
    assert_eq!(against(&world, 2), 0.0);
    assert!(against(&world, 0) + against(&world, 1) > 0.0);
    let few = {
        world.society.regions[0].presence[2] = 0.005;
        run(&setting, &mut world, 1);
        against(&world, 2)
    };
    world.society.regions[0].presence[2] = 0.1;
    run(&setting, &mut world, 1);
    let many = against(&world, 2);
    // The first are noticed most.
    assert!(few > 0.0 && many > few && many < 20.0 * few, "{few} {many}");
}
