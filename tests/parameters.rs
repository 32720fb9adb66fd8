//! Every registered parameter is read by the model, and the model stands its whole range.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use qonaq::cards::{ParameterSpec, register};
use qonaq::engine::replicate;
use qonaq::measure::{Detail, Plan, Series, indicator};
use qonaq::scenario::{Source, load};

/// Six weeks of a thinned town whose wave comes in the first; the country's weekly values.
fn six_weeks(sets: &[String]) -> (Plan, Series) {
    let mut all = ["weeks=6", "scale=0.05", "start=2024-02-19"].map(str::to_owned).to_vec();
    all.extend_from_slice(sets);
    let scenario = load(&Source::Shipped("small-town".into()), &all).unwrap().scenario;
    let (setting, week0) = replicate::week0(scenario);
    let plan = Plan::new(&setting, Detail::National);
    let mut series = Series::new(plan.keys.len());
    let go = AtomicBool::new(false);
    replicate::run(&setting, &week0, 0, &go, |ctx, world| series.push(ctx, world, &plan)).unwrap();
    (plan, series)
}

/// What is wrong with six weeks under one value of a parameter, if anything.
fn fault(spec: &ParameterSpec, value: f64) -> Option<String> {
    let what = format!("{}={value:?}", spec.id);
    let Ok((plan, series)) = std::panic::catch_unwind(|| six_weeks(std::slice::from_ref(&what)))
    else {
        return Some(format!("{what}: panic"));
    };
    let national = |id: &str| {
        let i = indicator(id)? as u16;
        plan.keys.iter().position(|k| k.indicator == i && k.target.is_none())
    };
    ["population", "asking_rent", "tension"].into_iter().find_map(|id| {
        let k = national(id)?;
        let values = series.values.iter().skip(k).step_by(series.keys);
        let wrong = values.clone().any(|x| !x.is_finite() || *x < 0.0);
        wrong.then(|| format!("{what}: {id} {:?}", values.collect::<Vec<_>>()))
    })
}

#[test]
fn the_model_stands_both_ends_of_every_range() {
    let ends = |spec| [fault(spec, spec.low), fault(spec, spec.high)];
    let faults: Vec<String> = register().parameters.iter().flat_map(ends).flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn households_that_can_pay_nothing_do_not_stop_the_market() {
    // All income is wages, so that a household without work has none.
    let sets = ["labour.wage_income_cap=1.0", "scale=0.1"].map(str::to_owned);
    let (_, series) = six_weeks(&sets);
    assert!(series.values.iter().all(|x| !x.is_infinite()));
}

/// Text of every source file below a folder.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|x| x == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_parameter_is_read_somewhere() {
    let mut text = String::new();
    sources(Path::new("src"), &mut text);
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let mut read: Vec<&str> = words.flat_map(|w| w.split('.').skip(1)).collect();
    read.sort_unstable();
    let unread: Vec<&str> = register()
        .parameters
        .iter()
        .filter(|spec| {
            let name = spec.id.rsplit('.').next().unwrap_or(&spec.id);
            read.binary_search(&name).is_err()
        })
        .map(|spec| spec.id.as_str())
        .collect();
    assert!(unread.is_empty(), "{unread:?}");
}
