use super::*;
use crate::engine::draws::Draws;
use crate::world::populate::conduct::testing::{town, town_with};
use crate::world::{LetState, Setting};

fn run(setting: &Setting, world: &mut World, weeks: u32) {
    for week in 1..=weeks {
        step(&Context { setting, draws: Draws::new(11, 0), week }, world);
    }
}

fn left(setting: &Setting, world: &World, group: usize) -> f64 {
    let members = (0..setting.residents).filter(|&i| usize::from(setting.people.group[i]) == group);
    let gone = members.clone().filter(|&i| world.households.presence[i] == Presence::Left).count();
    gone as f64 / members.count() as f64
}

fn present(setting: &Setting, world: &World) -> f64 {
    (0..setting.households())
        .filter(|&i| world.households.here(i))
        .map(|i| setting.persons(i, world.households.persons[i]))
        .sum()
}

#[test]
fn without_fear_the_share_that_leaves_is_that_of_the_hazard() {
    let (setting, mut world) = town_with(|s| s.parameters.exit.base = 1.0);
    let p = &setting.scenario.parameters.exit;
    world.conduct.attacks.fill(0.0);
    run(&setting, &mut world, 52);
    let rate = p.base / YEAR
        * exp(-p.attachment_weight * p.attachment)
        * pow(p.standard_elsewhere, p.standard);
    let wanted = hazard(rate * 52.0);
    let n = setting.residents as f64;
    let found = f64::midpoint(left(&setting, &world, 0), left(&setting, &world, 1));
    assert!((found - wanted).abs() < 5.0 * (wanted / n).sqrt(), "{found}, wanted {wanted}");
}

#[test]
fn an_attacked_group_leaves_more_whichever_it_is() {
    for attacked in [0, 1] {
        let (setting, mut world) = town_with(|s| s.parameters.exit.base = 0.1);
        let groups = setting.groups();
        for r in 0..2 {
            let k = r * groups + attacked;
            world.conduct.attacks[k] = 0.05 * world.conduct.persons[k];
        }
        run(&setting, &mut world, 10);
        let other = 1 - attacked;
        assert!(left(&setting, &world, attacked) > 5.0 * left(&setting, &world, other));
    }
}

#[test]
fn a_fall_of_income_raises_exit() {
    let (setting, world) = town_with(|s| {
        s.parameters.exit.base = 1.0;
        s.parameters.exit.fear = 0.0;
    });
    let (mut same, mut poorer) = (world.clone(), world);
    poorer.households.income.iter_mut().for_each(|x| *x *= 0.5);
    run(&setting, &mut same, 20);
    run(&setting, &mut poorer, 20);
    let ratio = left(&setting, &poorer, 0) / left(&setting, &same, 0);
    assert!((ratio - 2.0).abs() < 0.3, "ratio {ratio}");
}

#[test]
fn people_and_dwellings_are_conserved() {
    let (setting, mut world) = town_with(|s| s.parameters.exit.base = 2.0);
    let count = |world: &World, state: LetState| {
        world.dwellings.state.iter().filter(|&&s| s == state).count()
    };
    let (people, let_out, listed) =
        (present(&setting, &world), count(&world, LetState::Let), count(&world, LetState::Listed));
    world.flows.clear();
    run(&setting, &mut world, 8);
    let exits: f64 = (0..2)
        .flat_map(|r| (0..3).map(move |g| (r, g)))
        .map(|(r, g)| world.flows.get(Flow::Exits, r, g))
        .sum();
    assert!(exits > 0.0 && (people - present(&setting, &world) - exits).abs() < 1e-3);
    let freed = count(&world, LetState::Listed) - listed;
    assert!(freed > 0 && let_out - count(&world, LetState::Let) == freed);
    assert!(world.conduct.homes_left.iter().sum::<f64>() > 0.0);
    for i in (0..setting.residents).filter(|&i| world.households.presence[i] == Presence::Left) {
        assert_eq!((world.households.dwelling[i], world.households.cell[i]), (NONE, NONE));
    }
}

#[test]
fn off_switches_keep_everyone() {
    let (setting, mut world) = town_with(|s| {
        s.parameters.exit.base = 0.0;
        s.parameters.exit.newcomer_leave = 0.0;
    });
    let before = world.households.presence.clone();
    run(&setting, &mut world, 20);
    assert_eq!(before, world.households.presence);
}

#[test]
fn one_and_three_threads_let_the_same_households_leave() {
    let (setting, world) = town();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut world = world.clone();
        world.conduct.attacks.fill(200.0);
        pool.install(|| run(&setting, &mut world, 10));
        world
    };
    let (a, b) = (with(1), with(3));
    assert_eq!(a.households.presence, b.households.presence);
    assert_eq!(a.conduct.departed, b.conduct.departed);
}
