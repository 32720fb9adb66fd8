//! The whole model answers a change of its inputs in the direction everyone expects, and does not care for
//! names or the order of a file.

mod common;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use common::{Table, folder, run};
use qonaq::engine::replicate;
use qonaq::ensemble::run_replicates;
use qonaq::measure::{Bands, Detail, Plan, bands};
use qonaq::scenario::{Lever, LeverKind, Scenario, Source, load, shipped_data, shipped_text};

const REPLICATES: u32 = 4;

/// The shipped town, thirty weeks, at half its size.
fn town() -> Scenario {
    let sets = ["weeks=30", "scale=0.5"].map(str::to_owned);
    load(&Source::Shipped("small-town".into()), &sets).unwrap().scenario
}

fn simulate(scenario: Scenario) -> Bands {
    let (setting, week0) = replicate::week0(scenario);
    let plan = Plan::new(&setting, Detail::National);
    let go = AtomicBool::new(false);
    let done =
        run_replicates(&setting, Cow::Owned(week0), &plan, REPLICATES, 2, &go, &|_| {}, None)
            .unwrap();
    let series: Vec<_> = done.into_iter().map(|finished| finished.series).collect();
    bands(&plan, setting.scenario.weeks, &series)
}

/// Weekly means over replicates, country, everyone; undefined weeks are left out.
fn weekly(bands: &Bands, id: &str) -> Vec<f64> {
    let all = bands.series(None, None, None, id).unwrap();
    all.iter().map(|band| band.mean).filter(|x| !x.is_nan()).collect()
}

fn peak(bands: &Bands, id: &str) -> f64 {
    weekly(bands, id).into_iter().fold(f64::NEG_INFINITY, f64::max)
}

fn total(bands: &Bands, id: &str) -> f64 {
    weekly(bands, id).into_iter().sum()
}

/// A lever of this kind over the whole run, everywhere.
fn lever(kind: LeverKind, strength: f64) -> Lever {
    Lever {
        id: "lever".into(),
        kind,
        start_day: 0,
        end_day: 1000,
        strength,
        compliance: 1.0,
        cost_per_unit: 1.0,
        regions: Vec::new(),
    }
}

/// The town with this multiple of its wave.
fn with_wave(factor: f64) -> Scenario {
    let mut scenario = town();
    scenario.waves[0].daily.iter_mut().for_each(|persons| *persons *= factor);
    scenario
}

#[test]
fn twice_the_arrivals_raise_rents_and_lengthen_queues() {
    // Small enough that nobody is turned back at the border, large enough to stand out of what chance does to
    // the rents of a few hundred tenants.
    let (base, twice) = (simulate(with_wave(0.4)), simulate(with_wave(0.8)));
    let ratio = total(&twice, "arrivals") / total(&base, "arrivals");
    assert!((1.5..2.2).contains(&ratio), "arrivals times {ratio}");
    for id in ["queue_border", "queue_services"] {
        let (before, after) = (peak(&base, id), peak(&twice, id));
        assert!(after > before, "{id}: {before} and {after}");
    }
    // The dearest week of one small town is a matter of chance; the mean of its weeks is less so.
    let (before, after) = (total(&base, "asking_rent"), total(&twice, "asking_rent"));
    assert!(after > before, "asking_rent: {before} and {after}");
}

#[test]
fn tenant_protection_lowers_evictions_at_a_cost() {
    let base = simulate(town());
    let mut scenario = town();
    scenario.levers.push(lever(LeverKind::TenantProtection, 0.9));
    let protected = simulate(scenario);
    let (before, after) = (total(&base, "evictions"), total(&protected, "evictions"));
    assert!(after < 0.9 * before, "evictions {before} and {after}");
    assert!(total(&protected, "lever_cost") > 0.0, "it costs nothing");
}

#[test]
fn twice_the_service_desks_shorten_the_wait() {
    let base = simulate(town());
    let mut scenario = town();
    scenario.levers.push(lever(LeverKind::ServiceCapacity, 1.0));
    let more = simulate(scenario);
    let (before, after) = (total(&base, "queue_services"), total(&more, "queue_services"));
    assert!(after < 0.7 * before, "wait {before} and {after}");
}

#[test]
fn wider_gates_shorten_the_wait_at_the_border() {
    let base = simulate(town());
    let mut scenario = town();
    scenario.levers.push(lever(LeverKind::BorderCapacity, 1.0));
    let wider = simulate(scenario);
    let (before, after) = (total(&base, "queue_border"), total(&wider, "queue_border"));
    assert!(after < before, "wait {before} and {after}");
}

/// Runs a changed text of a shipped scenario, with the data it names beside it; all rows of the tables.
fn rows_of(text: &str, flags: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let at = folder();
    let path = at.path().join("changed.toml");
    fs::create_dir(at.path().join("data")).unwrap();
    let named = text.split('"').filter(|word| word.starts_with("data/"));
    for name in named.filter(|name| Path::new(name).extension().is_some_and(|e| e == "csv")) {
        fs::write(at.path().join(name), shipped_data(name).unwrap()).unwrap();
    }
    fs::write(&path, text).unwrap();
    let out = at.path().join("run");
    run(path.to_str().unwrap(), &out, &format!("--no-plots --detail full {flags}"));
    let rows = |name: &str| Table::read(&Path::new(&out).join(name)).rows;
    ["series.csv", "bands.csv", "events.csv"].map(|name| (name.to_owned(), rows(name))).into()
}

const TOWN: &str = "--weeks 16 --replicates 2 --scale 0.5";

#[test]
fn renamed_groups_give_the_same_tables_after_renaming_back() {
    let text = shipped_text("small-town").unwrap();
    let names = [("majority", "alpha"), ("minority", "beta"), ("newcomers", "gamma")];
    let mut renamed = text.to_owned();
    for (from, to) in names {
        renamed = renamed.replace(&format!("\"{from}\""), &format!("\"{to}\""));
    }
    // The wave keeps its name: it is no group.
    renamed = renamed.replace("[[waves]]\nid = \"gamma\"", "[[waves]]\nid = \"newcomers\"");
    let mut found = rows_of(&renamed, TOWN);
    for cell in found.values_mut().flatten().flatten() {
        if let Some((from, _)) = names.iter().find(|(_, to)| to == cell) {
            (*from).clone_into(cell);
        }
    }
    assert!(found == rows_of(text, TOWN), "names reach the results");
}

/// The shipped text with its `[[groups]]` in another order.
fn reordered(text: &str, order: &[usize]) -> String {
    let first = text.find("[[groups]]").unwrap();
    let end = text.find("[[relations]]").unwrap();
    let pieces = text[first..end].split_inclusive("\n\n");
    let (groups, rest): (Vec<&str>, Vec<&str>) =
        pieces.partition(|piece| piece.starts_with("[[groups]]"));
    assert_eq!(groups.len(), order.len());
    let moved: String = order.iter().map(|&g| groups[g]).collect();
    format!("{}{moved}{}{}", &text[..first], rest.concat(), &text[end..])
}

/// Rows in another order of groups are the same rows in another order, to the last digit.
fn same_rows(name: &str, orders: &[&[usize]], flags: &str) {
    let text = shipped_text(name).unwrap();
    let shipped = rows_of(text, flags);
    let sorted = |mut tables: BTreeMap<String, Vec<Vec<String>>>| {
        for rows in tables.values_mut() {
            rows.sort();
        }
        tables
    };
    let expected = sorted(shipped.clone());
    for order in orders {
        let moved = rows_of(&reordered(text, order), flags);
        // The tables follow the file: the test would pass by itself if they did not.
        assert!(moved["bands.csv"] != shipped["bands.csv"], "{order:?} left the rows in place");
        assert!(sorted(moved) == expected, "{name}, {order:?}");
    }
}

#[test]
fn groups_in_another_order_give_the_same_rows_in_another_order() {
    same_rows("small-town", &[&[2, 0, 1], &[1, 0, 2]], TOWN);
}

#[test]
fn the_same_holds_for_a_country() {
    let flags =
        "--weeks 8 --replicates 1 --scale 0.0005 --set overrides.population.renter_agents=3000";
    same_rows("kazakhstan-2022", &[&[3, 1, 0, 2]], flags);
}
