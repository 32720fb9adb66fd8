//! `qonaq trace` as a user sees it.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{Table, assert_same_folder, code, folder, manifest, qonaq, run};

const SHORT: &str = "--weeks 12 --scale 0.3 --no-plots";

fn trace(out: &Path, whom: &[&str], flags: &str) -> (i32, String, String) {
    let mut arguments = vec!["trace", "small-town", "--out", out.to_str().unwrap()];
    arguments.extend(whom);
    arguments.extend(flags.split_whitespace());
    let output = qonaq(&arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (code(&output), text(&output.stdout), text(&output.stderr))
}

/// Sums of the rows by week, entity and state.
fn sums(out: &Path) -> BTreeMap<[String; 3], f64> {
    let table = Table::read(&out.join("trace.csv"));
    assert_eq!(table.header, "week,entity,state,mechanism,card,contribution");
    let mut sums = BTreeMap::new();
    for row in table.rows {
        let key = [row[0].clone(), row[1].clone(), row[2].clone()];
        *sums.entry(key).or_insert(0.0) += row[5].parse::<f64>().unwrap();
    }
    sums
}

#[test]
fn rows_of_every_region_add_up_to_the_tables_of_the_run() {
    let (ran, traced) = (folder(), folder());
    run("small-town", ran.path(), &format!("{SHORT} --replicates 1 --detail full"));
    let bands = Table::read(&ran.path().join("bands.csv"));
    let mut levels: BTreeMap<[String; 3], f64> = BTreeMap::new();
    for row in &bands.rows {
        let [week, region, group, target, indicator, mean] = &row[..6] else { unreachable!() };
        let entity = if group == "all" { region.clone() } else { format!("{region}/{group}") };
        let state = match target.as_str() {
            "" => indicator.clone(),
            target => format!("{indicator}.{target}"),
        };
        if let Ok(mean) = mean.parse() {
            levels.insert([week.clone(), entity, state], mean);
        }
    }
    let mut compared = 0;
    for region in ["all", "TOWN", "UP", "DOWN"] {
        let flags = format!("{SHORT} --replicates 1 --force");
        let (done, _, err) = trace(traced.path(), &["--region", region], &flags);
        assert_eq!(done, 0, "{err}");
        for ([week, entity, state], sum) in sums(traced.path()) {
            let before = (week.parse::<u32>().unwrap() - 1).to_string();
            let level = |week: &str| levels.get(&[week.to_owned(), entity.clone(), state.clone()]);
            // Norm, income and rents are not in the tables of a run.
            if let (Some(old), Some(new)) = (level(&before), level(&week)) {
                assert!(
                    (new - old - sum).abs() < 2e-5,
                    "{week} {entity} {state}: {old} {new} {sum}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "{compared}");
}

#[test]
fn a_traced_replicate_is_the_one_of_the_run() {
    let (ran, traced) = (folder(), folder());
    run("small-town", ran.path(), &format!("{SHORT} --replicates 2"));
    let flags = format!("{SHORT} --replicates 2 --replicate 1");
    assert_eq!(trace(traced.path(), &["--household", "R-UP-3"], &flags).0, 0);
    let hash = |out: &Path, k: usize| manifest(out)["final_state"][k].clone();
    assert_eq!(hash(traced.path(), 0), hash(ran.path(), 1));
}

#[test]
fn a_trace_is_the_same_bytes_at_any_thread_count() {
    let (one, three) = (folder(), folder());
    for (out, threads) in [(&one, 1), (&three, 3)] {
        let flags = format!("--weeks 12 --scale 0.3 --threads {threads}");
        assert_eq!(trace(out.path(), &["--region", "TOWN"], &flags).0, 0);
    }
    assert_same_folder(one.path(), three.path(), "threads");
}

#[test]
fn a_folder_holds_one_trace_and_is_not_overwritten() {
    let out = folder();
    let region = ["--region", "TOWN"];
    assert_eq!(trace(out.path(), &region, SHORT).0, 0);
    let (again, said, _) = trace(out.path(), &region, SHORT);
    assert!(again == 0 && said.starts_with("already done: "));
    let (other, _, err) = trace(out.path(), &["--region", "UP"], SHORT);
    assert!(other == 2 && err.contains("--force"), "{err}");
    assert_eq!(trace(out.path(), &["--region", "UP"], &format!("{SHORT} --force")).0, 0);
}

#[test]
fn whom_to_trace_is_asked_for_and_checked() {
    let out = folder();
    assert_eq!(trace(out.path(), &[], SHORT).0, 2);
    assert_eq!(trace(out.path(), &["--region", "UP", "--household", "R-UP-1"], SHORT).0, 2);
    let (done, _, err) = trace(out.path(), &["--region", "DWON"], SHORT);
    assert_eq!(done, 2);
    insta::assert_snapshot!(err);
    let (done, _, err) = trace(out.path(), &["--household", "R-UP-999999"], SHORT);
    assert_eq!(done, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn a_region_lists_households_to_look_at() {
    let out = folder();
    let (_, said, _) = trace(out.path(), &["--region", "UP"], SHORT);
    let next = said.lines().find_map(|l| l.strip_prefix("Next: qonaq ")).unwrap().to_owned();
    let name = next.split_whitespace().last().unwrap();
    assert!(said.contains("Accounting shares"));
    let (done, said, _) = trace(&out.path().join("next"), &["--household", name], SHORT);
    assert!(done == 0 && said.contains("Hostility toward"), "{said}");
}
