//! What `qonaq trace` shows: contributions in plain words, and their charts.

use std::fmt::Write as _;

use super::calendar::Calendar;
use super::charts::{Balance, Chart, RenderError};
use super::text::{Quantity, fixed};
use super::{PlotFile, vocabulary};
use crate::measure::contributions::{Row, Trace};
use crate::scenario::Scenario;

/// Rows of a state that are told one by one; the rest is told together.
const MOST: usize = 7;
/// Cards named beside a row.
const MOST_CARDS: usize = 3;
/// Width of the names of rows on screen, characters.
const NAME: usize = 46;

/// What the shares are, told wherever they are shown.
const NOTE: &str = "Accounting shares: which mechanism moved the number, in the order of the week, with all \
    else as it was. They add up. What the number would be without a mechanism (its causal share) is another \
    question, for `qonaq ablate`: a mechanism can do little itself and much through others.";

/// A state of the first entity over the weeks in which it is known without a gap up to the end.
struct Story {
    state: usize,
    from: u32,
    /// Level by week from `from`.
    levels: Vec<f64>,
}

/// What a label has added since the start.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Total {
    label: usize,
    /// By the last week.
    end: f64,
    /// At its furthest from 0, and when.
    furthest: f64,
    week: u32,
}

impl Story {
    fn of(trace: &Trace, state: usize) -> Option<Self> {
        let mut levels: Vec<(u32, f64)> = trace
            .levels
            .iter()
            .filter(|l| l.entity == 0 && l.state == state)
            .map(|l| (l.week, l.value))
            .collect();
        let gap = levels.windows(2).rposition(|pair| pair[1].0 != pair[0].0 + 1);
        levels.drain(..gap.map_or(0, |at| at + 1));
        let from = levels.first()?.0;
        Some(Self { state, from, levels: levels.into_iter().map(|l| l.1).collect() })
    }

    fn change(&self) -> f64 {
        self.levels.last().copied().unwrap_or(0.0) - self.levels[0]
    }

    /// What each label has added since the first of the weeks, those that ever added most first.
    fn totals(&self, trace: &Trace) -> Vec<Total> {
        let none = Total { label: 0, end: 0.0, furthest: 0.0, week: self.from };
        let mut totals = vec![none; trace.labels.len()];
        // Rows come week by week.
        for row in self.rows(trace) {
            let total = &mut totals[row.label];
            total.label = row.label;
            total.end += row.value;
            if total.end.abs() > total.furthest.abs() {
                (total.furthest, total.week) = (total.end, row.week);
            }
        }
        totals.retain(|x| x.furthest != 0.0);
        totals.sort_by(|a, b| {
            b.furthest.abs().total_cmp(&a.furthest.abs()).then(a.label.cmp(&b.label))
        });
        totals
    }

    fn rows<'a>(&'a self, trace: &'a Trace) -> impl Iterator<Item = &'a Row> {
        let mine =
            move |row: &&Row| row.entity == 0 && row.state == self.state && row.week > self.from;
        trace.rows.iter().filter(mine)
    }
}

/// The stories worth telling of the first entity: tension if it is there; hostility and fear toward the
/// group about which they moved most; the rest in the order of the table.
fn stories(trace: &Trace) -> Vec<Story> {
    let named = |prefix: &str| -> Vec<Story> {
        (0..trace.states.len())
            .filter(|&s| trace.states[s].starts_with(prefix))
            .filter_map(|s| Story::of(trace, s))
            .collect()
    };
    let most = |prefix: &str| {
        let mut found = named(prefix);
        found.sort_by(|a, b| b.change().abs().total_cmp(&a.change().abs()));
        found.into_iter().next()
    };
    let tension = named("tension").into_iter().find(|s| trace.states[s.state] == "tension");
    let first = [tension, most("hostility."), most("fear."), most("trust_")];
    let rest = ["act_willingness", "life_satisfaction", "income", "rent"]
        .map(|name| named(name).into_iter().find(|story| trace.states[story.state] == name));
    first.into_iter().chain(rest).flatten().collect()
}

/// A state in plain words, with how its values are written.
fn name(scenario: &Scenario, state: &str) -> (String, Quantity) {
    let (id, target) = state.split_once('.').unwrap_or((state, ""));
    let group = scenario.groups.iter().find(|g| g.id == target).map(|g| g.label.as_str());
    match (state, group) {
        ("income", _) => (format!("Income, {} a month", scenario.currency), Quantity::Money),
        ("rent", _) => (format!("Rent, {} a month", scenario.currency), Quantity::Money),
        ("norm", _) => ("Peaceful norm".to_owned(), Quantity::Scale),
        ("tension", _) => ("Tension, 0 to 100".to_owned(), Quantity::Index),
        (_, Some(label)) => (format!("{} toward {label}", vocabulary::name(id)), Quantity::Scale),
        _ => (vocabulary::name(state), Quantity::Scale),
    }
}

/// A level or change with as many decimals as tell small parts apart.
fn number(quantity: Quantity, x: f64) -> String {
    match quantity {
        Quantity::Money => fixed(x, 0),
        Quantity::Index => fixed(x, 2),
        _ => fixed(x, 4),
    }
}

fn signed(quantity: Quantity, x: f64) -> String {
    let text = number(quantity, x);
    if text.starts_with('−') { text } else { format!("+{text}") }
}

/// The table on screen: what moved the main states of the first entity, largest first. Ends with a line
/// break.
pub fn trace_summary(scenario: &Scenario, trace: &Trace) -> String {
    let mut out = String::new();
    let entity = trace.entities.first().map_or("", String::as_str);
    for story in stories(trace) {
        let (name, quantity) = name(scenario, &trace.states[story.state]);
        let to = story.from as usize + story.levels.len() - 1;
        let last = story.levels[story.levels.len() - 1];
        let _ = writeln!(
            out,
            "{entity}: {name}, week {} to {to}: {} to {} ({})",
            story.from,
            number(quantity, story.levels[0]),
            number(quantity, last),
            signed(quantity, story.change())
        );
        let totals = story.totals(trace);
        let _ = writeln!(out, "  {:<NAME$}{:>10}{:>12}{:>6}", "", "in all", "furthest", "week");
        for total in totals.iter().take(MOST) {
            let label = &trace.labels[total.label];
            let cards: Vec<&str> = label.cards.split_whitespace().take(MOST_CARDS).collect();
            let (end, furthest) = (signed(quantity, total.end), signed(quantity, total.furthest));
            let line = format!(
                "  {:<NAME$}{end:>10}{furthest:>12}{:>6}  {}",
                label.words,
                total.week,
                cards.join(" ")
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if totals.len() > MOST {
            let rest: f64 = totals[MOST..].iter().map(|x| x.end).sum();
            let all = format!("{} others", totals.len() - MOST);
            let _ = writeln!(out, "  {all:<NAME$}{:>10}", signed(quantity, rest));
        }
        out.push('\n');
    }
    for line in wrapped(NOTE, 100) {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// Text broken at blanks into lines of at most `width` characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let room = lines.last().is_some_and(|l| l.chars().count() + word.chars().count() < width);
        match lines.last_mut() {
            Some(line) if room || line.is_empty() => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Charts of contributions since the start: of tension, or of hostility and fear of a household; with
/// their file names without extension.
///
/// # Errors
/// If a chart cannot be drawn; with the bundled font in place this does not happen.
pub fn trace_plots(
    scenario: &Scenario,
    trace: &Trace,
) -> Result<Vec<(String, PlotFile)>, RenderError> {
    let calendar = Calendar::new(scenario, scenario.weeks);
    let charted =
        |state: &str| ["tension", "hostility.", "fear."].iter().any(|p| state.starts_with(p));
    stories(trace)
        .iter()
        .filter(|story| charted(&trace.states[story.state]))
        .map(|story| {
            let state = &trace.states[story.state];
            let (name, quantity) = name(scenario, state);
            let chart = balance(trace, story, &calendar, &name, quantity);
            let alt = format!(
                "{name}: change of {} since week {}, stacked by what changed it.",
                signed(quantity, story.change()),
                story.from
            );
            let file = format!("trace-{}", state.replace('.', "-"));
            let (svg, png) = Chart::Balance(chart).render(&file, &alt)?;
            Ok((file, PlotFile { svg, png }))
        })
        .collect()
}

fn balance<'a>(
    trace: &Trace,
    story: &Story,
    calendar: &'a Calendar,
    name: &str,
    quantity: Quantity,
) -> Balance<'a> {
    let weeks = calendar.weeks as usize + 1;
    let totals = story.totals(trace);
    let told: Vec<usize> = totals.iter().take(MOST).map(|x| x.label).collect();
    let mut layers: Vec<(String, Vec<f64>)> =
        told.iter().map(|&l| (trace.labels[l].words.clone(), vec![0.0; weeks])).collect();
    layers.push((format!("{} others", totals.len().saturating_sub(MOST)), vec![0.0; weeks]));
    for row in story.rows(trace) {
        let at = told.iter().position(|&l| l == row.label).unwrap_or(told.len());
        if let Some(x) = layers[at].1.get_mut(row.week as usize) {
            *x += row.value;
        }
    }
    for (_, values) in &mut layers {
        let mut sum = 0.0;
        for x in values {
            sum += *x;
            *x = sum;
        }
    }
    if totals.len() <= MOST {
        layers.truncate(told.len());
    }
    let mut sum = vec![f64::NAN; weeks];
    for (x, level) in sum[story.from as usize..].iter_mut().zip(&story.levels) {
        *x = level - story.levels[0];
    }
    let entity = trace.entities.first().map_or("", String::as_str);
    Balance {
        title: format!("{entity}: {name}, change since week {}", story.from),
        quantity: if quantity == Quantity::Money { Quantity::Count } else { quantity },
        layers,
        sum,
        calendar,
        note: format!(
            "Line: the change; areas: what added to it and, below zero, took from it. {NOTE}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::contributions::{Label, Level};
    use crate::report::fixture;

    /// Hostility of a household that is known from week 1: fear adds and takes away, neighbours add.
    fn made_up() -> Trace {
        let label = |id: &str, words: &str, cards: &str| Label {
            id: id.into(),
            words: words.into(),
            cards: cards.into(),
        };
        let row = |week, label, value| Row { week, entity: 0, state: 0, label, value };
        let level = |week, value| Level { week, entity: 0, state: 0, value };
        Trace {
            entities: vec!["R-north-7".into()],
            states: vec!["hostility.newcomers".into()],
            labels: vec![
                label("affect.fear", "fear", "S0-H06"),
                label("affect.cell", "neighbours", ""),
            ],
            rows: vec![row(1, 0, 0.5), row(2, 0, 0.2), row(2, 1, 0.01), row(3, 0, -0.19)],
            levels: vec![level(1, 0.3), level(2, 0.51), level(3, 0.32)],
            moved: Vec::new(),
            missed: Vec::new(),
            state_hash: String::new(),
        }
    }

    #[test]
    fn the_table_tells_what_moved_a_state_and_that_shares_are_not_causes() {
        insta::assert_snapshot!(trace_summary(&fixture::scenario(4, 1), &made_up()));
    }

    #[test]
    fn a_chart_of_contributions_is_drawn() {
        let plots = trace_plots(&fixture::scenario(4, 1), &made_up()).unwrap();
        assert_eq!(plots.len(), 1);
        let (name, plot) = &plots[0];
        assert_eq!(name, "trace-hostility-newcomers");
        assert!(plot.svg.contains("neighbours") && plot.svg.contains("Accounting shares"));
        assert!(plot.png.starts_with(b"\x89PNG"));
    }

    #[test]
    fn what_is_negative_hangs_below_zero() {
        let scenario = fixture::scenario(4, 1);
        let calendar = Calendar::new(&scenario, 4);
        let trace = made_up();
        let story = Story::of(&trace, 0).unwrap();
        let chart = balance(&trace, &story, &calendar, "Hostility", Quantity::Scale);
        // The row of week 1 made a level that was not known before: it is no part of the change.
        assert_eq!(story.from, 1);
        assert!((story.change() - 0.02).abs() < 1e-12);
        assert!((chart.layers[0].1[2] - 0.2).abs() < 1e-12);
        assert!((chart.layers[0].1[4] - 0.01).abs() < 1e-12);
    }
}
