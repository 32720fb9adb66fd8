use super::*;
use crate::engine::draws::Draws;
use crate::measure::indicator;
use crate::mechanisms::exit;
use crate::world::populate::conduct::testing::{town, town_with};
use crate::world::{Presence, Setting};

fn readings(setting: &Setting, world: &World, week: u32) -> Readings {
    let tally = Tally::of(setting, world);
    let mut out = Readings::new(setting, &tally);
    read(&Context { setting, draws: Draws::new(1, 0), week }, world, &tally, &mut out);
    out
}

fn value(out: &Readings, id: &str, region: Option<usize>, group: Option<usize>) -> f64 {
    out.get(indicator(id).unwrap(), None, region, group)
}

#[test]
fn points_follow_the_documented_formula() {
    let (setting, _) = town();
    let p = &setting.scenario.parameters.tension;
    let calm = p.points(&[0.2, 0.1, 0.0, 0.0, 0.2, 0.05]);
    let worst = p.points(&[0.9, 0.9, 0.5, 9.0, 1.0, 1.0]);
    let middle = p.points(&[0.5, 0.1, 0.0, 0.0, 0.2, 0.05]);
    assert!(calm.iter().sum::<f64>().abs() < 1e-9);
    assert!((worst.iter().sum::<f64>() - 100.0).abs() < 1e-9);
    assert!((middle.iter().sum::<f64>() - 12.5).abs() < 1e-6);
}

#[test]
fn components_add_up_to_the_tension_everywhere() {
    let (setting, world) = town();
    let out = readings(&setting, &world, 0);
    for (region, group) in [(None, None), (Some(0), None), (Some(1), Some(0)), (None, Some(1))] {
        let sum: f64 = IDS.iter().map(|id| value(&out, id, region, group)).sum();
        let tension = value(&out, "tension", region, group);
        assert!(tension > 0.0 && (sum - tension).abs() < 1e-9);
    }
}

#[test]
fn more_hostility_and_less_trust_mean_more_tension() {
    let (setting, world) = town();
    let base = value(&readings(&setting, &world, 0), "tension", None, None);
    let mut hostile = world.clone();
    hostile.society.hostility.iter_mut().for_each(|h| *h = (*h * 1.3).min(1.0));
    let mut distrustful = world;
    distrustful.society.trust.iter_mut().for_each(|t| t[0] -= 0.2);
    for changed in [hostile, distrustful] {
        assert!(value(&readings(&setting, &changed, 0), "tension", None, None) > base + 0.5);
    }
}

#[test]
fn at_week_0_the_cohort_is_those_present() {
    let (setting, world) = town();
    let out = readings(&setting, &world, 0);
    for group in [None, Some(0), Some(1)] {
        let (a, b) =
            (value(&out, "tension", None, group), value(&out, "tension_cohort", None, group));
        assert!((a - b).abs() < 1e-9);
    }
}

#[test]
fn leavers_keep_their_last_values_in_the_cohort() {
    let (setting, mut world) = town_with(|s| s.parameters.exit.base = 20.0);
    world.week = 1;
    let before = value(&readings(&setting, &world, 1), "tension_cohort", None, Some(1));
    for week in 1..=30 {
        exit::step(&Context { setting: &setting, draws: Draws::new(2, 0), week }, &mut world);
    }
    let gone = world.households.presence.iter().filter(|&&p| p == Presence::Left).count();
    assert!(gone > setting.residents / 3);
    // Whatever happens to the rows of leavers, the cohort remembers.
    for i in 0..setting.residents {
        if world.households.presence[i] == Presence::Left {
            world.society.trust[i] = [0.0; 3];
        }
    }
    let after = readings(&setting, &world, 30);
    let cohort = value(&after, "tension_cohort", None, Some(1));
    // The willingness of leavers is kept, too; only nothing else has changed.
    assert!((cohort - before).abs() < 0.05, "{before}, then {cohort}");
}

#[test]
fn one_and_three_threads_read_the_same() {
    let (setting, world) = town();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let out = pool.install(|| readings(&setting, &world, 0));
        value(&out, "tension", None, None).to_bits()
    };
    assert_eq!(with(1), with(3));
}

/// At week 0 a small town stood at the log of its mean, far above what it showed from the first week on.
#[test]
fn ordinary_incidents_of_a_small_place_count_as_they_do_in_its_weeks() {
    let f = |n: f64| ln_1p(10.0 * n);
    for mean in [0.1, 2.0, 40.0] {
        let found = mean_of_poisson(mean, f);
        assert!(found < f(mean), "{mean}");
        // Draws of a Poisson number by its definition.
        let draws = Draws::new(1, 0);
        let sample = |k: u32| {
            let who = crate::engine::draws::Address(u64::from(k));
            let (mut left, mut n) = (exp(-mean), 0.0);
            let mut chance = left;
            let u = draws.uniform(who, 1, crate::engine::draws::Purpose::Act, 0);
            while left < u && n < 1000.0 {
                n += 1.0;
                chance *= mean / n;
                left += chance;
            }
            f(n)
        };
        let drawn = (0..20_000).map(sample).sum::<f64>() / 20_000.0;
        assert!((found - drawn).abs() < 0.02, "{mean}: {found} {drawn}");
    }
    assert_eq!(mean_of_poisson(1e4, f), f(1e4));
}
