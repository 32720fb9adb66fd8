use super::testing::{town, town_with};
use super::*;
use crate::scenario::{Mediator, MediatorKind};

#[test]
fn calm_incidents_match_their_parameter() {
    let rate = 500.0;
    let (setting, mut world) = town_with(|s| s.parameters.incidents.base_rate = rate);
    let draws = Draws::new(3, 0);
    let weeks = 150;
    for week in 1..=weeks {
        incidents::step(&Context { setting: &setting, draws, week }, &mut world);
    }
    let persons: f64 = world.conduct.persons.iter().sum();
    let per_week = world.incidents.len() as f64 / f64::from(weeks);
    let wanted = rate * persons / 1e5;
    assert!((per_week / wanted - 1.0).abs() < 0.06, "{per_week} a week, wanted {wanted}");
}

#[test]
fn calm_is_at_rest() {
    let (setting, mut world) = town();
    let start = world.society.regions[0].clone();
    let draws = Draws::new(3, 0);
    for week in 1..=30 {
        let ctx = Context { setting: &setting, draws, week };
        acts::step(&ctx, &mut world);
        response::step(&ctx, &mut world);
    }
    let end = &world.society.regions[0];
    assert!((end.acting[0] / start.acting[0] - 1.0).abs() < 0.05);
    assert!((end.perceived_sanction[1] - start.perceived_sanction[1]).abs() < 0.01);
    assert!((end.fairness[1] - start.fairness[1]).abs() < 0.01);
}

#[test]
fn traits_have_the_wanted_means() {
    let (setting, _) = town();
    let mean = |x: &[f32]| x.iter().map(|&v| f64::from(v)).sum::<f64>() / x.len() as f64;
    let traits = &setting.traits;
    assert!((mean(&traits.norm_anchor) - 0.65).abs() < 0.01);
    assert!((mean(&traits.threshold) - 0.25 * 4.0 / 6.0).abs() < 0.005);
    assert!((mean(&traits.empathy) - 0.4).abs() < 0.01);
    assert!((mean(&traits.risk_aversion) - 0.5).abs() < 0.02);
}

#[test]
fn a_lower_norm_everywhere_means_more_acts() {
    let (_, usual) = town();
    let (_, lower) = town_with(|s| s.parameters.acts.norm_shift = -0.1);
    for r in 0..2 {
        let (a, b) = (&usual.society.regions[r], &lower.society.regions[r]);
        assert!((0..ACTS).all(|k| b.acting[k] > a.acting[k]));
    }
}

/// Offsets were made with the parameter, fairness with the realised mean: courts lost a point of trust in two calm years.
#[test]
fn offsets_sustain_the_trust_of_week_0_under_the_fairness_of_week_0() {
    let (setting, world) = town();
    for (i, offset) in setting.traits.fairness_offset.iter().enumerate() {
        let r = usize::from(world.households.region[i]);
        for (k, offset) in offset.iter().enumerate() {
            let fair = world.society.regions[r].fairness[k] as f32;
            assert!((world.society.trust[i][k] - fair - offset).abs() < 1e-6);
        }
    }
}

/// Bodies with a capacity were taken to have no incidents at all to take up.
#[test]
fn the_calm_rate_is_solved_with_what_bodies_can_take_up() {
    let prevented = |capacity: Option<f64>| {
        let (_, world) = town_with(|scenario| {
            scenario.mediators = vec![Mediator {
                id: "m".into(),
                kind: MediatorKind::Assembly,
                regions: Vec::new(),
                strength: 0.8,
                coverage: 1.0,
                standing: 1.0,
                appointed: false,
                stability: 1.0,
                resources: 1.0,
                skill: 1.0,
                skill_weeks: None,
                capacity,
                delay_days: 0.0,
                counterparts: Vec::new(),
            }];
        });
        world.conduct.mediation[0]
    };
    let (setting, world) = town();
    let rate = setting.scenario.parameters.incidents.base_rate;
    let persons: f64 = world.conduct.persons[..setting.groups()].iter().sum();
    let half = 0.5 * rate * persons / 1e5;
    let (whole, some) = (prevented(None), prevented(Some(half)));
    assert!(whole > 0.0 && (some / whole - 0.5).abs() < 1e-9, "{some} of {whole}");
}
