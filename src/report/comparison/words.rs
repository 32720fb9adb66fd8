//! Differences as people read them.

use crate::ensemble::Runs;
use crate::ensemble::comparison::Against;
use crate::ensemble::outcomes::Reducer;
use crate::ensemble::paired::Paired;
use crate::measure::{INDICATORS, Key};
use crate::report::calendar::Calendar;
use crate::report::text::{NOTHING, Quantity, fixed};
use crate::report::vocabulary::{name, policy};
use crate::scenario::{Lever, Scenario};

/// Always told, resolved or not: incidents are never shown without exits and segregation.
const ALWAYS: &[&str] = &["tension", "tension_cohort", "incidents", "exits", "segregation"];

/// A difference with its sign; two digits of `like`, the largest of its fellows. Shares are in percentage points.
pub fn difference(quantity: Quantity, x: f64, like: f64) -> String {
    if !x.is_finite() {
        return NOTHING.to_owned();
    }
    let (factor, word) = match quantity {
        Quantity::Percent => (100.0, " pp"),
        Quantity::Money if like.abs() >= 1e9 => (1e-9, " billion"),
        Quantity::Money if like.abs() >= 1e7 => (1e-6, " million"),
        _ => (1.0, ""),
    };
    let mut decimals = 1;
    let mut size = (like * factor).abs();
    while size < 1.0 && size > 0.0 && decimals < 6 {
        (decimals, size) = (decimals + 1, 10.0 * size);
    }
    if size >= 100.0 {
        decimals = 0;
    }
    let text = fixed(x * factor, decimals);
    let sign = if x > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "+" } else { "" };
    format!("{sign}{text}{word}")
}

/// The 95 % interval of a difference, or a dash.
pub fn interval(quantity: Quantity, p: &Paired) -> String {
    if !p.lo.is_finite() {
        return NOTHING.to_owned();
    }
    let like = like(p);
    let [lo, hi] = [p.lo, p.hi].map(|x| difference(quantity, x, like));
    // The unit is told once.
    match hi.split_once(' ') {
        Some((_, unit)) => format!("{} to {hi}", lo.trim_end_matches(&format!(" {unit}"))),
        None => format!("{lo} to {hi}"),
    }
}

/// The largest of a mean and its interval.
pub fn like(p: &Paired) -> f64 {
    [p.mean, p.lo, p.hi].into_iter().filter(|x| x.is_finite()).fold(0.0, |m, x| m.max(x.abs()))
}

/// What a reduced key is called.
pub fn label(scenario: &Scenario, key: Key, reducer: Reducer) -> String {
    let id = INDICATORS[usize::from(key.indicator)].id;
    let target = key
        .target
        .map_or(String::new(), |t| format!(", about {}", scenario.groups[usize::from(t)].label));
    let how = match reducer {
        Reducer::Mean => "",
        Reducer::Total => ", in all",
        Reducer::Peak => ", highest week",
        Reducer::Low => ", lowest week",
        Reducer::End => ", last week",
    };
    format!("{}{target}{how}", name(id))
}

/// National changes sorted into what to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Told<'a> {
    /// Rows of the table: what is resolved, clearest first, then what is always told.
    pub rows: Vec<&'a (usize, Reducer, Paired)>,
    /// Not in the table: the interval covers zero.
    pub unresolved: Vec<String>,
    /// Not in the table: resolved, but less clear than those that are.
    pub more: Vec<String>,
    /// Not in the table: no replicate differs.
    pub same: Vec<String>,
}

/// Sorts the national changes of a comparison; at most `most` rows beside those always told.
pub fn told<'a>(runs: &Runs, against: &'a Against, most: usize) -> Told<'a> {
    let key = |row: &(usize, Reducer, Paired)| runs.plan.keys[row.0];
    let id = |row: &(usize, Reducer, Paired)| INDICATORS[usize::from(key(row).indicator)].id;
    // The mean over targets hides that one group is meant and another not.
    let by_target = |row: &&(usize, Reducer, Paired)| {
        let indicator = &INDICATORS[usize::from(key(row).indicator)];
        !indicator.by_target || key(row).target.is_some()
    };
    let whole = |row: &&(usize, Reducer, Paired)| !id(row).contains('.');
    let clarity = |row: &&(usize, Reducer, Paired)| {
        let p = &row.2;
        let half = (p.hi - p.lo) / 2.0;
        if half > 0.0 { p.mean.abs() / half } else { f64::INFINITY }
    };
    let mut told =
        Told { rows: Vec::new(), unresolved: Vec::new(), more: Vec::new(), same: Vec::new() };
    let (mut resolved, rest): (Vec<_>, Vec<_>) =
        against.changes.iter().filter(by_target).filter(whole).partition(|row| row.2.resolved());
    resolved.sort_by(|a, b| clarity(b).total_cmp(&clarity(a)));
    let words =
        |row: &(usize, Reducer, Paired)| label(runs.baseline(), key(row), row.1).to_lowercase();
    for (i, row) in resolved.into_iter().enumerate() {
        if i < most || ALWAYS.contains(&id(row)) {
            told.rows.push(row);
        } else {
            told.more.push(words(row));
        }
    }
    for row in rest {
        let differs = row.2.q05 != 0.0 || row.2.q95 != 0.0 || row.2.mean != 0.0;
        match (ALWAYS.contains(&id(row)), differs) {
            (true, _) => told.rows.push(row),
            (false, true) => told.unresolved.push(words(row)),
            (false, false) => told.same.push(words(row)),
        }
    }
    told
}

/// First and last day of a policy.
fn dates(scenario: &Scenario, lever: &Lever) -> String {
    let calendar = Calendar::new(scenario, scenario.weeks);
    format!("{} to {}", calendar.date(lever.start_day), calendar.date(lever.end_day - 1))
}

/// In what a policy differs between two scenarios.
fn moved((a, old): (&Scenario, &Lever), (b, new): (&Scenario, &Lever)) -> Vec<String> {
    let regions = |s: &Scenario, lever: &Lever| {
        let names: Vec<&str> = lever.regions.iter().map(|r| s.regions[*r].name.as_str()).collect();
        if names.is_empty() { "all regions".to_owned() } else { names.join(" and ") }
    };
    let pairs = [
        ("", policy(old.kind).to_owned(), policy(new.kind).to_owned()),
        ("strength ", old.strength.to_string(), new.strength.to_string()),
        ("", dates(a, old), dates(b, new)),
        ("compliance ", old.compliance.to_string(), new.compliance.to_string()),
        ("cost of a unit ", old.cost_per_unit.to_string(), new.cost_per_unit.to_string()),
        ("in ", regions(a, old), regions(b, new)),
    ];
    pairs
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| format!("{what}{new} instead of {old}"))
        .collect()
}

/// What sets two scenarios apart, in plain words; empty where nothing in levers, waves, shocks or parameters does.
pub fn set_apart(a: &Scenario, b: &Scenario) -> Vec<String> {
    let mut lines = Vec::new();
    for lever in &b.levers {
        match a.levers.iter().find(|l| l.id == lever.id) {
            None => lines.push(format!(
                "policy `{}` ({}), strength {}, {}",
                lever.id,
                policy(lever.kind),
                lever.strength,
                dates(b, lever)
            )),
            Some(other) if other != lever => lines.push(format!(
                "policy `{}` ({}): {}",
                lever.id,
                policy(lever.kind),
                moved((a, other), (b, lever)).join(", ")
            )),
            Some(_) => {}
        }
    }
    for lever in a.levers.iter().filter(|l| b.levers.iter().all(|other| other.id != l.id)) {
        lines.push(format!("without the policy `{}` ({})", lever.id, policy(lever.kind)));
    }
    if a.waves != b.waves {
        let people = |s: &Scenario| s.waves.iter().flat_map(|w| &w.daily).sum::<f64>();
        lines.push(format!(
            "who arrives: {} people at most instead of {}",
            fixed(people(b), 0),
            fixed(people(a), 0)
        ));
    }
    if a.shocks != b.shocks {
        lines.push("dated outside events".to_owned());
    }
    if a.relations != b.relations || a.groups != b.groups {
        lines.push("groups or what lies between them".to_owned());
    }
    if a.gates != b.gates || a.border_norm_per_day != b.border_norm_per_day {
        lines.push("border crossings".to_owned());
    }
    let (first, second) = (a.parameters.flat(), b.parameters.flat());
    for (id, value) in &second {
        if let Some(before) = first.get(id).filter(|before| *before != value) {
            lines.push(format!("{id} = {value} instead of {before}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_a_sign_and_two_digits() {
        assert_eq!(difference(Quantity::Scale, 0.003_14, 0.003_14), "+0.0031");
        assert_eq!(difference(Quantity::Percent, -0.012, 0.012), "−1.2 pp");
        assert_eq!(difference(Quantity::Money, 12_345.0, 12_345.0), "+12\u{202f}345");
        assert_eq!(difference(Quantity::Count, 0.0, 3.0), "0.0");
        assert_eq!(difference(Quantity::Money, 2.5e9, 2.5e9), "+2.5 billion");
    }

    #[test]
    fn a_policy_is_named_with_what_it_does_and_what_changed() {
        let none = crate::scenario::testing::two_towns();
        let (mut a, mut b) = (none.clone(), none.clone());
        let lever = Lever {
            id: "away".into(),
            kind: crate::scenario::LeverKind::Dispersal,
            start_day: 7,
            end_day: 14,
            strength: 1.0,
            compliance: 0.9,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        };
        b.levers.push(Lever { strength: 0.2, regions: vec![1], ..lever.clone() });
        a.levers.push(lever);
        let days = dates(&a, &a.levers[0]);
        let what = "policy `away` (draws newcomers to chosen regions)";
        assert_eq!(set_apart(&none, &a), [format!("{what}, strength 1, {days}")]);
        assert_eq!(set_apart(&a, &none), [format!("without the {what}")]);
        let second = &a.regions[1].name;
        assert_eq!(
            set_apart(&a, &b),
            [format!("{what}: strength 0.2 instead of 1, in {second} instead of all regions")]
        );
    }

    #[test]
    fn an_unchanged_scenario_is_not_set_apart() {
        let a = crate::scenario::testing::two_towns();
        let mut b = a.clone();
        assert!(set_apart(&a, &b).is_empty());
        b.parameters.blame.slope = 0.0;
        assert_eq!(set_apart(&a, &b), ["blame.slope = 0 instead of 2"]);
    }
}
