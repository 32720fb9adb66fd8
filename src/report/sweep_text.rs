//! A sweep in words: what an outcome is, and the summary on screen.

use super::charts::{Axis, Mark, short};
use super::sweep::{Levels, SweepInput};
use super::text::{Quantity, unit};
use super::vocabulary::{find, name};
use crate::explore::outcome::{Outcome, Reducer};

/// Width of the summary, columns.
const COLUMNS: usize = 100;
/// Room for the name of an input before its two ends.
const NAMES: usize = 38;

/// E.g. `Hostility (target newcomers), mean over weeks, scale from 0 to 1`.
pub(super) fn title(outcome: &Outcome, currency: &str) -> String {
    let about = [
        ("region", Some(&outcome.region)),
        ("group", Some(&outcome.group)),
        ("target", outcome.target.as_ref()),
    ];
    let about: Vec<String> = about
        .into_iter()
        .filter_map(|(what, who)| who.filter(|w| *w != "all").map(|w| format!("{what} {w}")))
        .collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    let units = find(&outcome.indicator).map_or_else(String::new, |i| unit(i, currency));
    let own = find(&outcome.indicator).map(Quantity::of);
    let name = name(&outcome.indicator);
    match outcome.reducer {
        Reducer::Peak => format!("{name}{about}, highest week, {units}"),
        Reducer::Mean => format!("{name}{about}, mean over weeks, {units}"),
        Reducer::Area => format!("{name}{about}, sum over weeks, {}", summed(&units)),
        Reducer::TimeToPeak => format!("{name}{about}: week of the peak"),
        Reducer::HalfLife => format!("{name}{about}: weeks from the peak to half of its rise"),
        Reducer::ShareAbove => {
            let above = outcome.above.unwrap_or(f64::NAN);
            let above = match own {
                Some(Quantity::Percent) => format!("{}%", short(100.0 * above)),
                _ => format!("{above} ({units})"),
            };
            format!("{name}{about}: share of weeks above {above}")
        }
    }
}

/// The unit of a sum over weeks.
fn summed(unit: &str) -> String {
    if unit == "percent" {
        return "share × weeks".to_owned();
    }
    if let Some(counted) = unit.strip_suffix(" per week") {
        return counted.to_owned();
    }
    let bare =
        [" from ", " (", " of "].iter().fold(unit, |u, end| u.split(end).next().unwrap_or(u));
    format!("{bare} × weeks")
}

/// How values of an outcome are written.
pub(super) fn quantity(outcome: &Outcome) -> Quantity {
    let own = find(&outcome.indicator).map_or(Quantity::Index, Quantity::of);
    match (outcome.reducer, own) {
        (Reducer::Peak | Reducer::Mean, _) | (Reducer::Area, Quantity::Count | Quantity::Money) => {
            own
        }
        (Reducer::Area | Reducer::TimeToPeak | Reducer::HalfLife, _) => Quantity::Index,
        (Reducer::ShareAbove, _) => Quantity::Percent,
    }
}

/// The end of a sweep on screen: each outcome at the ends of each input.
pub fn sweep_summary(input: &SweepInput<'_>) -> String {
    let plan = input.plan;
    let mut lines = wrap("", &plan.question);
    let heading = format!(
        "{} points, {} replicates each. Median [5%–95% of runs] at both ends of each input:",
        plan.points, plan.replicates
    );
    lines.extend(wrap("", &heading));
    let mut partial = false;
    for (o, outcome) in plan.outcomes.iter().enumerate() {
        lines.push(String::new());
        lines.extend(wrap("", &title(outcome, input.currency)));
        for (i, varied) in plan.inputs.iter().enumerate() {
            let levels = input.levels(i);
            let mut prefix = format!("  {:<NAMES$} ", plain(&varied.path));
            let last = levels.at.len().saturating_sub(1);
            for (k, (x, points)) in levels.at.iter().enumerate() {
                if k == 0 || k == last {
                    let mark = input.mark(o, *x, points);
                    partial |= mark.is_partial();
                    lines.extend(wrap(&prefix, &told(&levels, &mark, quantity(outcome))));
                    prefix = " ".repeat(NAMES + 3);
                }
            }
        }
    }
    if partial {
        lines.push(String::new());
        lines.extend(wrap(
            "",
            "Where it says how many of how many runs: only these have a value, the others had none by the end, failed \
             or were not run. No median where fewer than half have one.",
        ));
    }
    lines.join("\n")
}

/// The outcome at one end of an input.
fn told(levels: &Levels, mark: &Mark, quantity: Quantity) -> String {
    let value = match &levels.axis {
        Axis::Names(names) => names[mark.x as usize].clone(),
        _ => format!("{}{}", short(mark.x), levels.unit),
    };
    let runs =
        if mark.is_partial() { format!(" ({} runs)", mark.counted()) } else { String::new() };
    format!("{value}: {}{runs}", quantity.spread(&mark.band))
}

/// A text as it may be shown on one line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `text` after `prefix` in lines of [`COLUMNS`], broken at spaces only: a number stays whole.
fn wrap(prefix: &str, text: &str) -> Vec<String> {
    let text = plain(text);
    let indent = " ".repeat(prefix.chars().count().min(NAMES + 3));
    let mut lines = Vec::new();
    let mut line = prefix.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}
