//! `qonaq compare`, `ablate` and `tournament` as a user sees them.

mod common;

use std::path::Path;

use common::{Table, assert_same_folder, code, files, folder, qonaq, variant};

const SHORT: &str = "--weeks 14 --scale 0.3 --replicates 3";

const DESKS: &str = "name = \"more-desks\"\n[[levers]]\nid = \"desks\"\nkind = \"service_capacity\"\nstart = 2024-01-01\n\
                     end = 2024-12-30\nstrength = 2.0\ncompliance = 1.0\ncost_per_unit = 10\n";

fn call(command: &str, scenarios: &[&str], out: &Path, flags: &str) -> (i32, String, String) {
    let mut arguments = vec![command];
    arguments.extend(scenarios);
    arguments.extend(["--out", out.to_str().unwrap()]);
    arguments.extend(flags.split_whitespace());
    let output = qonaq(&arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (code(&output), text(&output.stdout), text(&output.stderr))
}

/// Runs at one, two and three threads leave the same folder, which is returned.
fn same_at_any_thread_count(command: &str, scenarios: &[&str], flags: &str) -> tempfile::TempDir {
    let first = folder();
    let (done, _, err) = call(command, scenarios, first.path(), &format!("{flags} --threads 1"));
    assert_eq!(done, 0, "{err}");
    for threads in ["2", "3"] {
        let other = folder();
        let flags = format!("{flags} --threads {threads}");
        let (done, _, err) = call(command, scenarios, other.path(), &flags);
        assert_eq!(done, 0, "{err}");
        assert_same_folder(first.path(), other.path(), &format!("{threads} threads"));
    }
    first
}

#[test]
fn a_comparison_is_the_same_at_any_thread_count() {
    let at = folder();
    let desks = variant(at.path(), "more-desks.toml", DESKS);
    let out = same_at_any_thread_count("compare", &["small-town", &desks], SHORT);
    let table = Table::read(&out.path().join("compare.csv"));
    let header = "a,b,week,region,group,target,indicator,mean,lo,hi,q05,q95,p_less,corr,n";
    assert_eq!(table.header, header);
    let kept = files(out.path());
    assert!(kept.contains_key("report.html") && kept.contains_key("manifest.json"));
}

#[test]
fn a_scenario_does_not_differ_from_itself() {
    let out = folder();
    let flags = format!("{SHORT} --no-plots");
    let (done, screen, err) = call("compare", &["small-town", "small-town"], out.path(), &flags);
    assert_eq!(done, 0, "{err}");
    let table = Table::read(&out.path().join("compare.csv"));
    let columns = ["mean", "lo", "hi", "q05", "q95"].map(|c| table.column(c));
    for row in &table.rows {
        assert!(columns.iter().all(|c| matches!(row[*c].as_str(), "0" | "")), "{row:?}");
    }
    assert!(screen.contains("No difference in any run"), "{screen}");
}

#[test]
fn longer_hours_at_the_desks_shorten_the_queue_and_only_they_cost() {
    let at = folder();
    let desks = variant(at.path(), "more-desks.toml", DESKS);
    let out = at.path().join("out");
    let flags = "--replicates 3 --weeks 26 --no-plots";
    let (done, _, err) = call("compare", &["small-town", &desks], &out, flags);
    assert_eq!(done, 0, "{err}");
    let table = Table::read(&out.join("compare.csv"));
    let of = |indicator: &str| -> Vec<f64> {
        let [region, group, id, mean] =
            ["region", "group", "indicator", "mean"].map(|c| table.column(c));
        let national = table.rows.iter().filter(|r| {
            r[region] == "all" && r[group] == "all" && r[id] == indicator && !r[mean].is_empty()
        });
        national.map(|r| r[mean].parse().unwrap()).collect()
    };
    assert!(of("queue_services").iter().all(|x| *x <= 0.0));
    assert!(of("queue_services").iter().any(|x| *x < -0.5));
    assert!(of("lever_cost").iter().sum::<f64>() > 0.0);
    assert!(of("arrivals").iter().all(|x| *x == 0.0));
}

#[test]
fn scenarios_that_cannot_be_compared_are_told_apart() {
    let out = folder();
    let (done, _, err) = call("compare", &["small-town", "southern-village"], out.path(), "");
    assert_eq!(done, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn an_ablation_is_the_same_at_any_thread_count_and_names_what_is_not_there() {
    let flags = format!("{SHORT} --only blame rumours");
    let out = same_at_any_thread_count("ablate", &["small-town"], &flags);
    let table = Table::read(&out.path().join("ablation.csv"));
    let without: std::collections::BTreeSet<&String> = table.rows.iter().map(|r| &r[1]).collect();
    assert_eq!(without.into_iter().collect::<Vec<_>>(), ["blame", "rumours"]);
    let (done, _, err) = call("ablate", &["small-town"], out.path(), "--force --only aid");
    assert_eq!(done, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn a_tournament_is_the_same_at_any_thread_count_and_latent_hostility_shows() {
    let flags = format!("{SHORT} --only level");
    let out = same_at_any_thread_count("tournament", &["small-town"], &flags);
    let table = Table::read(&out.path().join("tournament.csv"));
    let [indicator, verdict] = ["indicator", "verdict"].map(|c| table.column(c));
    let hostility = table.rows.iter().find(|r| r[indicator] == "hostility").unwrap();
    assert_eq!(hostility[verdict], "differ");
}
