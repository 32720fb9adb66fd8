use super::*;
use crate::engine::draws::Draws;
use crate::engine::math::logistic;
use crate::scenario::{KinState, Lever, Scenario, Shock};
use crate::world::populate::attachment;
use crate::world::populate::conduct::testing::town_with;

/// A town whose second group has a kin state.
fn town(change: impl FnOnce(&mut Scenario)) -> (Setting, World) {
    let (mut setting, mut world) = town_with(|s| {
        s.groups[1].kin_state = Some(KinState {
            standard: 1.0,
            catalyst: 0.5,
            attachment: 0.35,
            spread: 0.8,
            home: 0.5,
        });
        change(s);
    });
    attachment::build(&mut setting, &mut world);
    (setting, world)
}

fn media(level: f64) -> Shock {
    let kind = ShockKind::KinMedia { target: 1, level };
    Shock { id: "tv".into(), day: 0, days: 4000, region: None, kind, source: String::new() }
}

fn lever(kind: LeverKind, strength: f64) -> Lever {
    Lever {
        id: "lever".into(),
        kind,
        start_day: 0,
        end_day: 4000,
        strength,
        compliance: 1.0,
        cost_per_unit: 1.0,
        regions: Vec::new(),
    }
}

/// Steps of this mechanism alone.
fn run(setting: &Setting, world: &mut World, weeks: u32) {
    for week in 1..=weeks {
        step(&Context { setting, draws: Draws::new(1, 0), week }, world);
    }
}

fn members(setting: &Setting) -> impl Iterator<Item = usize> {
    (0..setting.residents).filter(|&i| setting.people.group[i] == 1)
}

fn mean(setting: &Setting, column: &[f32]) -> f64 {
    let xs: Vec<f64> = members(setting).map(|i| f64::from(column[i])).collect();
    xs.iter().sum::<f64>() / xs.len() as f64
}

fn share(setting: &Setting, world: &World, sign: Sign) -> f64 {
    let n = members(setting).count() as f64;
    members(setting).filter(|&i| world.attachment.sign[i] == sign).count() as f64 / n
}

#[test]
fn without_a_kin_state_nothing_is_kept() {
    let (mut setting, mut world) = town_with(|_| {});
    attachment::build(&mut setting, &mut world);
    run(&setting, &mut world, 2);
    assert!(world.attachment.kin.is_empty() && setting.attachment.log_odds.is_empty());
}

#[test]
fn at_rest_nothing_moves() {
    let (setting, mut world) = town(|_| {});
    let before = world.attachment.clone();
    run(&setting, &mut world, 104);
    let still = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(still(&before.kin, &world.attachment.kin));
    assert!(still(&before.home, &world.attachment.home));
    assert!(share(&setting, &world, Sign::Shown) > 0.0);
    assert_eq!(share(&setting, &world, Sign::Hidden), 0.0);
    assert_eq!(coverage(&setting, &world, 0, 1), 0.0);
}

#[test]
fn a_lasting_dose_ends_at_its_fixed_point() {
    let (setting, mut world) = town(|s| s.shocks.push(media(0.5)));
    run(&setting, &mut world, 400);
    let p = &setting.scenario.parameters.minority;
    for i in members(&setting).step_by(50) {
        let m = f64::from(setting.traits.media_weight[i]);
        let dose = p.dose_gain * 2.5 * m * 0.5 * (1.0 + p.catalyst_gain * 0.5);
        let wanted = logistic(f64::from(setting.attachment.log_odds[i][0]) + dose);
        assert!((f64::from(world.attachment.kin[i]) - wanted).abs() < 1e-3);
    }
}

#[test]
fn a_larger_dose_means_more_attachment_abroad_and_more_signs() {
    let after = |level: f64| {
        let (setting, mut world) = town(|s| s.shocks.push(media(level)));
        run(&setting, &mut world, 30);
        (
            mean(&setting, &world.attachment.kin),
            share(&setting, &world, Sign::Shown),
            coverage(&setting, &world, 0, 1),
            alarm(&setting, &world, 0, 1),
        )
    };
    let (none, some, full) = (after(0.0), after(0.5), after(1.0));
    assert!(none.0 < some.0 && some.0 < full.0);
    assert!(none.1 < some.1 && some.1 < full.1);
    assert!(none.2 < some.2 && some.2 < full.2);
    assert!(none.3 < some.3 && some.3 < full.3);
}

#[test]
fn acts_beyond_the_usual_are_pressure_and_lower_attachment_to_home() {
    let (setting, mut world) = town(|_| {});
    let before = mean(&setting, &world.attachment.home);
    world.conduct.hostile_acts.iter_mut().for_each(|x| *x *= 3.0);
    run(&setting, &mut world, 30);
    assert!(world.attachment.pressure[1] > 0.0);
    assert!(mean(&setting, &world.attachment.home) < before - 0.005);
}

/// Under a full dose and pressure on signs: signs shown, signs hidden, attachment of the bold to the kin
/// state, attachment to home.
fn under_pressure(strength: f64) -> (f64, f64, f64, f64) {
    let (setting, mut world) = town(|s| {
        s.shocks.push(media(1.0));
        s.levers.push(lever(LeverKind::PressureOnSigns, strength));
    });
    run(&setting, &mut world, 40);
    let bold: Vec<f64> = members(&setting)
        .filter(|&i| setting.traits.risk_aversion[i] < 0.2)
        .map(|i| f64::from(world.attachment.kin[i]))
        .collect();
    (
        share(&setting, &world, Sign::Shown),
        share(&setting, &world, Sign::Hidden),
        bold.iter().sum::<f64>() / bold.len() as f64,
        mean(&setting, &world.attachment.home),
    )
}

#[test]
fn pressure_on_signs_hides_them_where_the_dose_is_high() {
    let (none, full) = (under_pressure(0.0), under_pressure(1.0));
    assert!(full.0 < none.0, "signs go");
    assert!(none.1 == 0.0 && full.1 > 0.05, "hidden, not gone");
}

#[test]
fn pressure_on_signs_backfires_in_the_bold_and_costs_attachment_to_home() {
    let (none, full) = (under_pressure(0.0), under_pressure(1.0));
    assert!(full.2 > none.2 + 0.02, "the bold turn away");
    assert!(full.3 < none.3 - 0.05, "home loses");
}

#[test]
fn inclusion_raises_attachment_to_home_slowly() {
    let (setting, mut world) = town(|s| s.levers.push(lever(LeverKind::Inclusion, 1.0)));
    let before = mean(&setting, &world.attachment.home);
    run(&setting, &mut world, 4);
    let month = mean(&setting, &world.attachment.home) - before;
    run(&setting, &mut world, 100);
    let years = mean(&setting, &world.attachment.home) - before;
    assert!(month > 0.0 && month < 0.03 && years > 3.0 * month, "{month} {years}");
}

#[test]
fn inclusion_does_nothing_for_groups_without_a_kin_state() {
    let (setting, _) = town(|s| s.levers.push(lever(LeverKind::Inclusion, 1.0)));
    let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
    let equal = equal_treatment(&ctx);
    assert!(equal[1] > 0.0 && equal[0] == 0.0);
}

/// Attachment to the kin state and to home under a dose and a diet.
fn under_diet(level: f64, strength: f64) -> (f64, f64) {
    let (setting, mut world) = town(|s| {
        s.shocks.push(media(level));
        s.levers.push(lever(LeverKind::KinMediaDiet, strength));
    });
    run(&setting, &mut world, 40);
    (mean(&setting, &world.attachment.kin), mean(&setting, &world.attachment.home))
}

#[test]
fn a_diet_lowers_what_a_dose_does() {
    assert!(under_diet(1.0, 1.0).0 < under_diet(1.0, 0.0).0 - 0.05);
}

#[test]
fn a_diet_without_a_dose_only_costs_attachment_to_home() {
    let (with, without) = (under_diet(0.0, 1.0), under_diet(0.0, 0.0));
    assert!(with.0 >= without.0 && with.1 < without.1);
}

#[test]
fn a_lever_of_zero_strength_changes_nothing() {
    let after = |levers: Vec<Lever>| {
        let (setting, mut world) = town(|s| {
            s.shocks.push(media(0.7));
            s.levers = levers;
        });
        run(&setting, &mut world, 10);
        (world.attachment.kin, world.attachment.home, world.attachment.sign)
    };
    let kinds = [LeverKind::PressureOnSigns, LeverKind::Inclusion, LeverKind::KinMediaDiet];
    assert_eq!(after(kinds.map(|k| lever(k, 0.0)).to_vec()), after(Vec::new()));
}

#[test]
fn a_better_life_of_kin_abroad_loosens_ties_to_home() {
    let (setting, mut world) = town(|s| {
        let kind = ShockKind::KinStandard { target: 1, log_change: 0.5 };
        let source = String::new();
        s.shocks.push(Shock { id: "x".into(), day: 0, days: 7, region: None, kind, source });
    });
    let before = mean(&setting, &world.attachment.home);
    run(&setting, &mut world, 30);
    assert!(mean(&setting, &world.attachment.home) < before - 0.02);
}
