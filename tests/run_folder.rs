//! The run folder: what is in it, how its tables are laid out, and when it may be replaced.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::{Table, assert_same_tables, code, files, folder, manifest, qonaq, run};
use qonaq::scenario::{Scenario, Source, load, shipped_names};

const SHORT: &str = "--weeks 6 --replicates 5 --scale 0.3 --no-plots";

fn small_town() -> Scenario {
    load(&Source::Shipped("small-town".into()), &[]).unwrap().scenario
}

fn out(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn every_file_is_there_and_the_manifest_has_the_hash_of_each() {
    let at = folder();
    run("small-town", at.path(), "--weeks 6 --replicates 2 --scale 0.3");
    let mut files = files(at.path());
    assert!(at.path().join("timings.json").is_file());
    for name in [
        "manifest.json",
        "scenario.resolved.toml",
        "series.csv",
        "bands.csv",
        "events.csv",
        "indicators.csv",
        "report.html",
        "plots/tension.svg",
        "plots/tension.png",
    ] {
        assert!(files.contains_key(name), "{name}");
    }
    files.remove("manifest.json");
    let hashes: BTreeMap<String, String> = files
        .into_iter()
        .map(|(name, bytes)| (name, blake3::hash(&bytes).to_hex().to_string()))
        .collect();
    let manifest = manifest(at.path());
    assert_eq!(manifest["files"], serde_json::to_value(hashes).unwrap());
    assert_eq!(manifest["complete"], true);
    assert_eq!(manifest["replicates_finished"], 2);
    assert_eq!(manifest["final_state"].as_array().unwrap().len(), 2);
}

#[test]
fn headers_are_those_of_the_contract() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    for (file, header) in [
        ("series.csv", "replicate,week,region,group,target,indicator,value"),
        ("bands.csv", "week,region,group,target,indicator,mean,q05,q25,q50,q75,q95,n"),
        ("events.csv", "replicate,day,region,kind,severity,actor_group,target,parent,reported"),
        ("indicators.csv", "id,unit,stock_or_flow,aggregation,by_target,groups"),
    ] {
        assert_eq!(Table::read(&at.path().join(file)).header, header);
    }
}

#[test]
fn tables_have_plain_line_ends_and_no_text_for_undefined_numbers() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    for file in ["series.csv", "bands.csv", "events.csv", "indicators.csv"] {
        let text = fs::read_to_string(at.path().join(file)).unwrap();
        assert!(!text.contains('\r') && text.ends_with('\n'), "{file}");
        assert!(
            !text.contains("NaN") && !text.contains("inf,") && !text.contains("inf\n"),
            "{file}"
        );
    }
}

/// Rank of each row by week, region, group, target and indicator; `all` first, the rest as in the scenario.
fn ranks(table: &Table, town: &Scenario, indicators: &[String]) -> Vec<[usize; 6]> {
    let place = |list: Vec<&str>, x: &str| match x {
        "all" | "" => 0,
        x => 1 + list.iter().position(|y| *y == x).unwrap(),
    };
    let regions = || town.regions.iter().map(|r| r.code.as_str()).collect();
    let groups = || town.groups.iter().map(|g| g.id.as_str()).collect();
    let at = |name| table.column(name);
    let (week, region, group) = (at("week"), at("region"), at("group"));
    let (target, indicator) = (at("target"), at("indicator"));
    let replicate = table.header.starts_with("replicate").then_some(0);
    let rank = |row: &Vec<String>| {
        [
            replicate.map_or(0, |c| row[c].parse().unwrap()),
            row[week].parse().unwrap(),
            place(regions(), &row[region]),
            place(groups(), &row[group]),
            place(groups(), &row[target]),
            indicators.iter().position(|id| *id == row[indicator]).unwrap(),
        ]
    };
    table.rows.iter().map(rank).collect()
}

#[test]
fn rows_are_ordered_by_column_with_all_first() {
    let at = folder();
    run("small-town", at.path(), &format!("{SHORT} --detail full"));
    let ids = Table::read(&at.path().join("indicators.csv")).rows;
    let ids: Vec<String> = ids.into_iter().map(|row| row[0].clone()).collect();
    for file in ["series.csv", "bands.csv"] {
        let ranks = ranks(&Table::read(&at.path().join(file)), &small_town(), &ids);
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{file}");
    }
}

#[test]
fn numbers_are_the_shortest_that_read_back() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    for (file, columns) in [
        ("series.csv", vec!["value"]),
        ("bands.csv", vec!["mean", "q05", "q25", "q50", "q75", "q95"]),
    ] {
        let table = Table::read(&at.path().join(file));
        for column in columns {
            let column = table.column(column);
            for text in table.rows.iter().map(|row| &row[column]).filter(|text| !text.is_empty()) {
                let number: f64 = text.parse().unwrap();
                assert_eq!(number.to_string(), *text, "{file}");
            }
        }
    }
}

#[test]
fn a_band_is_empty_just_where_no_replicate_has_a_value() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    let bands = Table::read(&at.path().join("bands.csv"));
    let (mean, q95, n) = (bands.column("mean"), bands.column("q95"), bands.column("n"));
    for row in &bands.rows {
        assert_eq!((row[n] == "0", row[n] == "0"), (row[mean].is_empty(), row[q95].is_empty()));
    }
}

#[test]
fn flows_are_empty_in_week_0() {
    let at = folder();
    run("small-town", at.path(), &format!("{SHORT} --detail full"));
    let indicators = Table::read(&at.path().join("indicators.csv"));
    let flows: BTreeSet<&str> =
        indicators.rows.iter().filter(|r| r[2] == "flow").map(|r| r[0].as_str()).collect();
    let series = Table::read(&at.path().join("series.csv"));
    let (week, id, value) =
        (series.column("week"), series.column("indicator"), series.column("value"));
    for row in series.rows.iter().filter(|row| row[week] == "0") {
        assert!(!flows.contains(row[id].as_str()) || row[value].is_empty(), "{row:?}");
    }
}

/// Quantile of type 7: linear between order statistics.
fn type_7(sorted: &[f64], p: f64) -> f64 {
    let h = p * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[h.floor() as usize], sorted[h.ceil() as usize]);
    low + (h - h.floor()) * (high - low)
}

#[test]
fn bands_are_the_type_7_quantiles_of_the_series() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    let series = Table::read(&at.path().join("series.csv"));
    let mut values: BTreeMap<Vec<String>, Vec<f64>> = BTreeMap::new();
    for row in series.rows {
        // week, region, group, target, indicator
        let list = values.entry(row[1..6].to_vec()).or_default();
        list.extend(row[6].parse::<f64>());
    }
    for list in values.values_mut() {
        list.sort_by(f64::total_cmp);
    }
    let bands = Table::read(&at.path().join("bands.csv"));
    let national = bands.rows.iter().filter(|row| row[1] == "all" && row[2] == "all");
    let mut compared = 0;
    for row in national {
        let list = &values[&row[..5].to_vec()];
        assert_eq!(row[11], list.len().to_string(), "{row:?}");
        if list.is_empty() {
            continue;
        }
        let mean = list.iter().sum::<f64>() / list.len() as f64;
        let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| type_7(list, p));
        for (text, expected) in row[5..11].iter().zip(std::iter::once(mean).chain(quantiles)) {
            let found: f64 = text.parse().unwrap();
            assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{row:?} {expected}");
        }
        compared += 1;
    }
    assert!(compared > 100, "{compared} rows compared");
}

/// Which combinations of region and group a table has; `*` stands for each single one.
fn combinations(table: &Table) -> BTreeSet<(String, String)> {
    let (region, group) = (table.column("region"), table.column("group"));
    let kind = |x: &str| if x == "all" { "all".to_owned() } else { "*".to_owned() };
    table.rows.iter().map(|row| (kind(&row[region]), kind(&row[group]))).collect()
}

#[test]
fn each_detail_has_the_rows_of_the_contract() {
    let pairs = |text: &str| -> BTreeSet<(String, String)> {
        let pair = |s: &str| s.split_once('x').map(|(a, b)| (a.to_owned(), b.to_owned()));
        text.split(' ').filter_map(pair).collect()
    };
    for (detail, series, bands) in [
        ("national", "allxall", "allxall"),
        ("regions", "allxall allx*", "allxall allx* *xall"),
        ("full", "allxall allx* *xall *x*", "allxall allx* *xall *x*"),
    ] {
        let at = folder();
        run("small-town", at.path(), &format!("{SHORT} --detail {detail}"));
        let of = |file: &str| combinations(&Table::read(&at.path().join(file)));
        assert_eq!(of("series.csv"), pairs(series), "{detail}");
        assert_eq!(of("bands.csv"), pairs(bands), "{detail}");
    }
}

#[test]
fn the_same_run_again_is_already_done() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    let modified = || fs::metadata(at.path().join("manifest.json")).unwrap().modified().unwrap();
    let (before, time) = (files(at.path()), modified());
    let mut arguments = vec!["run", "small-town", "--out", out(at.path())];
    arguments.extend(SHORT.split(' '));
    let again = qonaq(&arguments);
    assert_eq!(code(&again), 0);
    assert!(String::from_utf8(again.stdout).unwrap().starts_with("already done"));
    assert!(files(at.path()) == before && modified() == time, "the folder was touched");
}

#[test]
fn what_is_in_the_way_is_left_alone() {
    let foreign = folder();
    fs::write(foreign.path().join("notes.txt"), "mine").unwrap();
    let other = folder();
    run("small-town", other.path(), &format!("{SHORT} --seed 9"));
    for at in [foreign.path(), other.path()] {
        let before = files(at);
        let output = qonaq(&["run", "small-town", "--weeks", "2", "--out", out(at)]);
        assert_eq!(code(&output), 2);
        assert!(String::from_utf8(output.stderr).unwrap().contains("--force"));
        assert!(files(at) == before, "{} was touched", at.display());
    }
}

#[test]
fn force_replaces_another_run_and_leaves_nothing_of_it() {
    let (at, fresh) = (folder(), folder());
    run("small-town", at.path(), "--weeks 2 --replicates 1 --scale 0.3 --seed 9");
    run("small-town", at.path(), &format!("{SHORT} --force"));
    run("small-town", fresh.path(), SHORT);
    common::assert_same_folder(at.path(), fresh.path(), "forced");
}

#[test]
fn force_keeps_files_that_are_not_of_a_run() {
    let at = folder();
    fs::write(at.path().join("notes.txt"), "mine").unwrap();
    run("small-town", at.path(), &format!("{SHORT} --force"));
    assert_eq!(fs::read_to_string(at.path().join("notes.txt")).unwrap(), "mine");
}

#[test]
fn another_detail_is_made_again_into_the_same_folder() {
    let (at, fresh) = (folder(), folder());
    run("small-town", at.path(), SHORT);
    run("small-town", at.path(), &format!("{SHORT} --detail full"));
    run("small-town", fresh.path(), &format!("{SHORT} --detail full"));
    common::assert_same_folder(at.path(), fresh.path(), "full detail");
}

#[test]
fn missing_plots_are_made_into_the_same_folder() {
    let at = folder();
    let flags = "--weeks 2 --replicates 1 --scale 0.3";
    run("small-town", at.path(), &format!("{flags} --no-plots"));
    assert!(!at.path().join("report.html").exists());
    run("small-town", at.path(), flags);
    assert!(at.path().join("report.html").exists());
}

#[test]
fn the_resolved_scenario_runs_again_to_the_same_bytes() {
    let at = folder();
    let (first, again) = (at.path().join("first"), at.path().join("again"));
    let changes = "--set housing.level_response=0.2 --set waves.newcomers.norm_per_day=5";
    run("small-town", &first, &format!("{SHORT} {changes}"));
    run(out(&first.join("scenario.resolved.toml")), &again, "--no-plots");
    assert_eq!(manifest(&first)["resolved_hash"], manifest(&again)["resolved_hash"]);
    assert_eq!(manifest(&first)["final_state"], manifest(&again)["final_state"]);
    assert_same_tables(&first, &again, "resolved");
}

#[test]
fn an_unknown_scenario_is_2_with_the_nearest_name() {
    let output = qonaq(&["run", "smal-town"]);
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8(output.stderr).unwrap().contains("small-town"));
}

#[test]
fn every_shipped_scenario_runs_at_a_five_hundredth() {
    for name in shipped_names() {
        let at = folder();
        // Variants of a country differ from it in a few lines: fewer agents will do for them.
        let few = if name.starts_with("kazakhstan-2022-") {
            " --set population.renter_agents=10000"
        } else {
            ""
        };
        run(name, at.path(), &format!("--scale 0.002 --weeks 3 --replicates 1 --no-plots{few}"));
        assert!(common::weekly(at.path(), "population").iter().all(|&x| x > 0.0), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_keeps_a_complete_prefix_and_says_so() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let flags = "--replicates 10000 --weeks 8 --scale 0.3 --no-plots --threads 2";
    for signal in ["INT", "TERM"] {
        // Too early and nothing is finished: then wait longer.
        let kept = [2, 8, 30].into_iter().find_map(|seconds| {
            let at = folder();
            let mut child = Command::new(assert_cmd::cargo::cargo_bin("qonaq"))
                .args(["run", "small-town", "--out", out(at.path())])
                .args(flags.split(' '))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_secs(seconds));
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
            assert_eq!(child.wait().unwrap().code(), Some(130), "SIG{signal}");
            at.path().join("manifest.json").exists().then_some(at)
        });
        let at = kept.expect("no replicate in half a minute");
        let manifest = manifest(at.path());
        let finished = manifest["replicates_finished"].as_u64().unwrap();
        assert_eq!(manifest["complete"], false);
        assert!((1..10_000).contains(&finished), "{finished}");
        assert_eq!(manifest["final_state"].as_array().unwrap().len() as u64, finished);
        let series = Table::read(&at.path().join("series.csv"));
        let replicates: BTreeSet<u64> = series.rows.iter().map(|r| r[0].parse().unwrap()).collect();
        assert_eq!(replicates, (0..finished).collect());
    }
}

#[test]
fn an_interrupted_run_is_not_already_done() {
    let at = folder();
    run("small-town", at.path(), SHORT);
    let path = at.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"complete\": true", "\"complete\": false")).unwrap();
    run("small-town", at.path(), SHORT);
    assert_eq!(manifest(at.path())["complete"], true);
}
