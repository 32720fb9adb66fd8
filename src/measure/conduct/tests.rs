use super::*;
use crate::engine::draws::Draws;
use crate::measure::indicator;
use crate::mechanisms::{acts, incidents};
use crate::world::Setting;
use crate::world::populate::conduct::testing::{town, town_with};

fn readings(setting: &Setting, world: &World) -> Readings {
    let tally = Tally::of(setting, world);
    let mut out = Readings::new(setting, &tally);
    read(&Context { setting, draws: Draws::new(1, 0), week: world.week }, world, &tally, &mut out);
    out
}

fn value(out: &Readings, id: &str, region: Option<usize>, group: Option<usize>) -> f64 {
    out.get(indicator(id).unwrap(), None, region, group)
}

#[test]
fn dissimilarity_is_1_apart_and_0_when_even() {
    let apart: [&[f64]; 2] = [&[10.0, 0.0], &[0.0, 30.0]];
    let even: [&[f64]; 2] = [&[10.0, 30.0], &[20.0, 60.0]];
    assert_eq!(dissimilarity(&apart, 2), (1.0, vec![1.0, 1.0]));
    assert_eq!(dissimilarity(&even, 2), (0.0, vec![0.0, 0.0]));
    // Two groups: half the sum of differences of shares, (|.5-.1| + |.5-.9|) / 2.
    let (all, each) = dissimilarity(&[&[10.0, 10.0], &[10.0, 90.0]], 2);
    assert!((all - 0.4).abs() < 1e-12 && (each[0] - 0.4).abs() < 1e-12);
}

#[test]
fn flows_are_empty_at_week_0_and_stocks_are_not() {
    let (setting, world) = town();
    let out = readings(&setting, &world);
    assert!(value(&out, "segregation", None, None) > 0.0);
    assert!(value(&out, "act_willingness", Some(0), Some(0)) > 0.0);
    assert!(value(&out, "incidents", None, None).is_nan());
    assert!(value(&out, "exits", None, None).is_nan());
}

#[test]
fn kinds_add_up_to_all_incidents() {
    let (setting, mut world) = town_with(|s| s.parameters.incidents.base_rate = 300.0);
    let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
    acts::step(&ctx, &mut world);
    incidents::step(&ctx, &mut world);
    world.week = 1;
    let out = readings(&setting, &world);
    let all = value(&out, "incidents", None, None);
    let kinds: f64 =
        ACT_NAMES.iter().map(|k| value(&out, &format!("incidents.{k}"), None, None)).sum();
    assert_eq!(all, world.incidents.len() as f64);
    assert_eq!(all, kinds);
    let reported = value(&out, "incidents_reported", None, None);
    assert!(reported > 0.2 * all && reported < 0.8 * all, "{reported} of {all}");
    let gap = |g| value(&out, "treatment_gap", Some(0), Some(g));
    assert!(gap(0).min(gap(1)) == 0.0 && gap(0).max(gap(1)) > 0.0);
}
