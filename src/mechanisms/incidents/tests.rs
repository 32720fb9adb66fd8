use super::*;
use crate::engine::draws::Draws;
use crate::scenario::Shock;
use crate::world::populate::conduct::testing::{town, town_with};

fn run(setting: &Setting, world: &mut World, weeks: u32) {
    for week in 1..=weeks {
        step(&Context { setting, draws: Draws::new(7, 0), week }, world);
    }
}

/// Expected incidents a week that no other sets off.
fn background(setting: &Setting, world: &World) -> Vec<f64> {
    let groups = setting.groups();
    (0..setting.regions())
        .map(|r| {
            let persons: f64 = world.conduct.persons[r * groups..(r + 1) * groups].iter().sum();
            let exact = exactly(&world.society.regions[r].acting);
            (0..ACTS).map(|k| setting.incident_rate[k] * exact[k] * persons).sum()
        })
        .collect()
}

#[test]
fn the_mean_is_the_background_over_one_minus_the_branching_number() {
    let (setting, mut world) = town_with(|s| {
        s.parameters.incidents.base_rate = 400.0;
        s.parameters.incidents.branching = 0.6;
    });
    world.conduct.mediation.fill(0.0);
    world.conduct.norm.fill(setting.scenario.parameters.incidents.norm_reference);
    let weeks = 200;
    run(&setting, &mut world, weeks);
    let without: f64 = background(&setting, &world).iter().sum();
    let wanted = without / (1.0 - 0.6);
    let found = world.incidents.len() as f64 / f64::from(weeks);
    assert!((world.conduct.branching - 0.6).abs() < 1e-9);
    assert!((found / wanted - 1.0).abs() < 0.08, "{found} a week, wanted {wanted}");
    let set_off = world.incidents.iter().filter(|e| e.parent.is_some()).count() as f64;
    let share = set_off / world.incidents.len() as f64;
    assert!((share - 0.6).abs() < 0.04, "share set off {share}");
}

#[test]
fn without_branching_the_rate_is_constant() {
    let (setting, mut world) = town_with(|s| {
        s.parameters.incidents.base_rate = 400.0;
        s.parameters.incidents.branching = 0.0;
    });
    let weeks = 200;
    run(&setting, &mut world, weeks);
    let weekly: Vec<f64> = (1..=weeks).map(|w| of_week(&world, w).count() as f64).collect();
    let mean = weekly.iter().sum::<f64>() / weekly.len() as f64;
    let wanted: f64 = background(&setting, &world).iter().sum();
    assert!((mean - wanted).abs() < 4.0 * (wanted / f64::from(weeks)).sqrt());
    let variance = weekly.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / mean;
    let dispersion = variance / f64::from(weeks);
    assert!((dispersion - 1.0).abs() < 0.4, "variance over mean {dispersion}");
    assert!(world.incidents.iter().all(|e| e.parent.is_none()));
}

#[test]
fn counts_are_not_thinned() {
    let at = |scale: f64| {
        let (setting, mut world) = town_with(|s| {
            s.scale = scale;
            s.parameters.incidents.base_rate = 400.0;
        });
        // The same shares act.
        for region in &mut world.society.regions {
            region.acting = [0.014, 0.003, 0.0005, 0.0001, 0.00002];
        }
        let mut setting = setting;
        setting.incident_rate = [0.05, 0.05, 0.1, 0.1, 0.1];
        world.conduct.mediation.fill(0.15);
        world.conduct.norm.fill(0.65);
        world.conduct.excitation.fill(0.0);
        let expected: f64 = background(&setting, &world).iter().sum();
        run(&setting, &mut world, 150);
        (expected, world.incidents.len() as f64 / 150.0)
    };
    let ((rate, count), (thin_rate, thin_count)) = (at(1.0), at(0.1));
    assert!((thin_rate / rate - 1.0).abs() < 0.03, "{rate} and {thin_rate}");
    assert!((thin_count / count - 1.0).abs() < 0.12, "{count} and {thin_count}");
}

#[test]
fn supercritical_parameters_are_refused() {
    let mut p = town().0.scenario.parameters.incidents.clone();
    assert!(check(&p).is_ok());
    p.branching = 1.0;
    assert!(check(&p).unwrap_err().contains("incidents.branching"));
    p.branching = 0.4;
    p.branching_cap = 1.2;
    assert!(check(&p).unwrap_err().contains("branching_cap"));
}

#[test]
fn excitation_is_shared_and_not_created_by_the_kernel() {
    for mix in [0.0, 0.5, 1.0] {
        let (setting, _) = town_with(|s| s.parameters.incidents.similarity_mix = mix);
        let n = setting.regions();
        for row in setting.incident_kernel.chunks_exact(n) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn the_radius_is_that_of_a_known_matrix() {
    // Offspring matrix [[.5 .8, .2 .4], [.5 .3, .7 .4]] by (to, from).
    let found = radius(&[0.5, 0.4], &[0.8, 0.2, 0.3, 0.7]);
    let (a, b, c, d) = (0.4, 0.15, 0.08, 0.28);
    let wanted = f64::midpoint(a + d, ((a - d) * (a - d) + 4.0 * b * c).sqrt());
    assert!((found - wanted).abs() < 1e-9, "{found}, wanted {wanted}");
}

#[test]
fn a_weaker_norm_and_less_mediation_raise_branching_up_to_the_cap() {
    let p = town().0.scenario.parameters.incidents.clone();
    let kappa = by_region(&p, &[0.65, 0.45, 0.65, 0.0], &[0.0, 0.0, 0.3, 0.0]);
    assert_eq!(kappa[0], p.branching);
    assert!(kappa[1] > kappa[0] && kappa[2] < kappa[0]);
    assert_eq!(kappa[3], p.branching_cap);
}

#[test]
fn an_outside_event_sets_off_others_and_is_heard() {
    let with = |severity: f64| {
        let (setting, mut world) = town_with(|s| {
            s.parameters.incidents.base_rate = 20.0;
            s.shocks.push(Shock {
                id: "outside".into(),
                day: 2,
                days: 1,
                region: Some(1),
                kind: ShockKind::Incident { target: 1, severity },
                source: "test".into(),
            });
        });
        run(&setting, &mut world, 1);
        let worst = world.society.regions[1].worst_severity[1];
        run(&setting, &mut world, 4);
        (worst, world.incidents.iter().filter(|e| e.parent.is_some()).count())
    };
    let (small, few) = with(1.0);
    let (large, many) = with(1500.0);
    assert!(large >= 1500.0 && small < large);
    assert!(many > few + 3, "{few} and {many}");
}

#[test]
fn parents_come_before_their_offspring() {
    let (setting, mut world) = town_with(|s| s.parameters.incidents.base_rate = 300.0);
    run(&setting, &mut world, 20);
    for event in &world.incidents {
        if let Some(parent) = event.parent {
            assert!(world.incidents[parent as usize].day < event.day);
        }
        assert!(event.severity >= 1.0 && event.severity <= 2000.0);
    }
}

#[test]
fn severity_has_the_mean_of_its_distribution() {
    let p = town().0.scenario.parameters.incidents.clone();
    let n = 200_000;
    let mean = (0..n).map(|k| p.severity((f64::from(k) + 0.5) / f64::from(n)).sqrt()).sum::<f64>();
    assert!((mean / f64::from(n) / p.mean_power(0.5) - 1.0).abs() < 1e-3);
}
