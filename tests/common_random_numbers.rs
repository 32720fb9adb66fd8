//! Two scenarios with one seed share their chance: what is not touched does not change by a bit.

mod common;

use std::path::Path;

use common::{Table, assert_same_tables, every_lever, folder, run, variant, weekly};

/// Rows of `series.csv` before (or from) a week, without the replicate's later weeks.
fn rows(out: &Path, keep: impl Fn(u32) -> bool) -> Vec<Vec<String>> {
    let table = Table::read(&out.join("series.csv"));
    let week = table.column("week");
    table.rows.into_iter().filter(|row| keep(row[week].parse().unwrap())).collect()
}

#[test]
fn levers_of_zero_strength_change_no_byte() {
    let at = folder();
    let flags = "--weeks 24 --replicates 1 --no-plots --detail full";
    let (base, zero) = (at.path().join("base"), at.path().join("zero"));
    run("small-town", &base, flags);
    let levers = every_lever(0.0, "2024-01-08", "[]");
    run(&variant(at.path(), "zero.toml", &levers), &zero, flags);
    assert_same_tables(&base, &zero, "levers of zero strength");
}

#[test]
fn levers_change_nothing_before_their_first_day() {
    let at = folder();
    let flags = "--weeks 26 --replicates 1 --no-plots --detail full";
    let (base, late) = (at.path().join("base"), at.path().join("late"));
    run("small-town", &base, flags);
    // 13 May is the first day of week 20.
    let levers = every_lever(0.5, "2024-05-13", "[\"UP\"]");
    run(&variant(at.path(), "late.toml", &levers), &late, flags);
    assert!(rows(&base, |week| week < 20) == rows(&late, |week| week < 20), "before");
    assert!(rows(&base, |week| week >= 20) != rows(&late, |week| week >= 20), "after");
}

#[test]
fn a_larger_wave_changes_nothing_before_it_comes() {
    let at = folder();
    let flags = "--weeks 12 --replicates 1 --no-plots --detail full";
    let (base, more) = (at.path().join("base"), at.path().join("more"));
    run("small-town", &base, flags);
    // The wave begins in week 8.
    run("small-town", &more, &format!("{flags} --set waves.newcomers.norm_per_day=0"));
    assert!(rows(&base, |week| week < 8) == rows(&more, |week| week < 8), "before");
    assert!(rows(&base, |week| week >= 8) != rows(&more, |week| week >= 8), "after");
}

#[test]
fn without_arrivals_nobody_comes_and_the_jump_stays_out() {
    let at = folder();
    let flags = "--scale 0.002 --weeks 42 --replicates 2 --no-plots";
    let (base, none) = (at.path().join("base"), at.path().join("none"));
    run("kazakhstan-2022", &base, flags);
    run("kazakhstan-2022-no-arrivals", &none, flags);
    for indicator in ["arrivals", "queue_border", "queue_services"] {
        let largest = |out| weekly(out, indicator).into_iter().fold(0.0, f64::max);
        assert_eq!(largest(&none), 0.0, "{indicator}");
        assert!(largest(&base) > 0.0, "{indicator} with arrivals");
    }
    // The second wave begins in week 38.
    let jump = |out| {
        let tension = weekly(out, "tension");
        tension[38..].iter().copied().fold(0.0, f64::max) - tension[37]
    };
    assert!(jump(&base) > 2.0, "with arrivals {}", jump(&base));
    assert!(jump(&none) < 1.0, "without {}", jump(&none));
    // The first wave begins in week 8: until then the two are one.
    assert!(rows(&base, |week| week < 8) == rows(&none, |week| week < 8), "before");
}
