//! Which charts a comparison gets.

use std::fmt::Write as _;

use crate::ensemble::comparison::Against;
use crate::ensemble::paired::Curve;
use crate::measure::{INDICATORS, Key, indicator};
use crate::report::calendar::Calendar;
use crate::report::charts::{Chart, DifferenceChart, DifferencePanel};
use crate::report::text::{Quantity, unit};
use crate::report::vocabulary::name;

use super::ComparisonInput;

/// One chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure<'a> {
    /// File name without extension.
    pub name: &'static str,
    /// What it shows, in a sentence for those who cannot see it.
    pub alt: String,
    /// What to draw.
    pub chart: Chart<'a>,
}

/// File name, title and indicators of each chart; by group and by target where marked.
const FIGURES: &[(&str, &str, &[&str])] = &[
    ("difference-tension", "Tension", &["tension", "tension_cohort"]),
    ("difference-tension-groups", "Tension by group", &["tension"]),
    ("difference-attitudes", "Attitudes", &["hostility", "fear", "favourable_share"]),
    (
        "difference-peace-by-exit",
        "Incidents beside exits and segregation",
        &["incidents", "exits", "segregation"],
    ),
    ("difference-rents", "Rents", &["asking_rent", "sitting_rent"]),
    ("difference-homes", "Homes", &["homeless", "evictions"]),
    ("difference-work", "Work", &["unemployment", "displaced_believed"]),
    ("difference-queues", "Waiting times", &["queue_border", "queue_services"]),
    ("difference-trust", "Trust", &["trust_courts", "trust_police", "trust_authorities"]),
    ("difference-cost", "Cost of policies", &["lever_cost"]),
];

/// Dates of all scenarios on one axis.
pub fn calendar(input: &ComparisonInput<'_>) -> Calendar {
    let runs = input.runs;
    Calendar::shared(&runs.scenarios, &runs.labels, runs.baseline().weeks)
}

/// Charts in reading order; those in which nothing differs anywhere are left out.
pub fn figures<'a>(input: &ComparisonInput<'a>, calendar: &'a Calendar) -> Vec<Figure<'a>> {
    FIGURES
        .iter()
        .filter_map(|&(file, title, ids)| {
            let panels = panels(input, ids, file == "difference-tension-groups");
            if panels.is_empty() {
                return None;
            }
            let (alt, title) = (
                story(title, &panels),
                format!("{title}: difference from {}", input.runs.labels[0]),
            );
            let replicates = input.runs.replicates();
            let chart = DifferenceChart { title, panels, calendar, replicates };
            Some(Figure { name: file, alt, chart: Chart::Differences(chart) })
        })
        .collect()
}

fn panels<'a>(
    input: &ComparisonInput<'a>,
    ids: &[&str],
    by_group: bool,
) -> Vec<DifferencePanel<'a>> {
    let scenario = input.runs.baseline();
    let mut panels = Vec::new();
    for id in ids {
        let Some(i) = indicator(id) else { continue };
        let targets: Vec<Option<usize>> = if INDICATORS[i].by_target {
            scenario.listed_targets().into_iter().map(Some).collect()
        } else {
            vec![None]
        };
        let groups: Vec<Option<usize>> =
            if by_group { scenario.listed.iter().copied().map(Some).collect() } else { vec![None] };
        for target in targets {
            for &group in &groups {
                let narrow = |x: Option<usize>| x.map(|x| x as u16);
                let key = Key {
                    region: None,
                    group: narrow(group),
                    target: narrow(target),
                    indicator: i as u16,
                };
                let curves = curves(input, key);
                if curves.iter().all(|(_, c)| c.mean.iter().all(|x| x.is_nan() || *x == 0.0)) {
                    continue;
                }
                let quantity = Quantity::of(&INDICATORS[i]);
                let unit = match quantity {
                    Quantity::Percent => "percentage points".to_owned(),
                    _ => unit(&INDICATORS[i], &scenario.currency),
                };
                let who = |g: usize| scenario.groups[g].label.clone();
                let about = target.map_or(String::new(), |t| format!(", about {}", who(t)));
                let of = group.map_or(String::new(), |g| format!(", {}", who(g)));
                let heading = format!("{}{about}{of}, {unit}", name(id));
                panels.push(DifferencePanel { heading, quantity, curves });
            }
        }
    }
    panels
}

fn curves<'a>(input: &ComparisonInput<'a>, key: Key) -> Vec<(String, &'a Curve)> {
    let found = |against: &'a Against| {
        let mut curves = against.curves.iter();
        let curve = curves.find(|c| input.runs.plan.keys[c.k] == key)?;
        Some((input.runs.labels[against.variant].clone(), &curve.curve))
    };
    input.found.iter().filter_map(found).collect()
}

fn story(title: &str, panels: &[DifferencePanel<'_>]) -> String {
    let mut text = format!("{title}, difference from the baseline.");
    for panel in panels {
        for (name, curve) in &panel.curves {
            let weeks: Vec<String> =
                curve.apart().iter().map(|(a, b)| format!("{a} to {b}")).collect();
            let what = if curve.lo.iter().all(|x| x.is_nan()) {
                "too few values for a band".to_owned()
            } else if weeks.is_empty() {
                "the band holds zero in all but isolated weeks".to_owned()
            } else {
                format!("the band leaves out zero in weeks {}", weeks.join(", "))
            };
            let _ = write!(text, " {}, {name}: {what}.", panel.heading);
        }
    }
    text
}
