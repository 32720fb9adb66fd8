//! The table printed at the end of a run.

use super::ReportInput;
use super::calendar::Calendar;
use super::changes::Change;
use super::text::{NOTHING, Quantity, unit};
use super::vocabulary::{find, name};

/// Indicators of the table, in order.
const LINES: &[&str] = &[
    "tension",
    "asking_rent",
    "sitting_rent",
    "queue_border",
    "queue_services",
    "displaced",
    "displaced_believed",
    "hostility",
    "trust_courts",
    "trust_police",
    "trust_authorities",
    "incidents",
    "exits",
];

/// Widths of the columns, characters; 100 in all with a space between.
const WIDTHS: [usize; 5] = [36, 9, 26, 17, 8];

/// Plain text, at most 100 columns wide: what the main indicators were in week 0, where they went
/// furthest and when, and how they ended. Ends with a line break.
pub fn summary(input: &ReportInput) -> String {
    let scenario = input.scenario;
    let calendar = Calendar::new(scenario, input.bands.weeks);
    let mut lines = vec![
        line(
            &["Whole country", "week 0", "furthest from week 0", "in week", "end"]
                .map(String::from),
        ),
        "-".repeat(100),
    ];
    for indicator in LINES.iter().filter_map(|id| find(id)) {
        let about: Vec<Option<usize>> = if indicator.by_target {
            scenario.targets().into_iter().map(Some).collect()
        } else {
            vec![None]
        };
        for target in about {
            let series = input.bands.series(None, None, target, indicator.id);
            let Some(change) = series.and_then(|s| Change::of(s, 0)) else { continue };
            let quantity = Quantity::of(indicator);
            let label = match target {
                Some(t) => format!("{} to {}", name(indicator.id), scenario.groups[t].label),
                None if quantity == Quantity::Percent || quantity == Quantity::Scale => {
                    name(indicator.id)
                }
                None => format!(
                    "{}, {}",
                    name(indicator.id),
                    short(&unit(indicator, &scenario.currency))
                ),
            };
            let first = if change.before.week == 0 {
                quantity.write(change.before.band.q50)
            } else {
                NOTHING.to_owned()
            };
            let week = change.furthest.week;
            lines.push(line(&[
                label,
                first,
                quantity.spread(&change.furthest.band),
                format!("{week} ({})", calendar.week_date(week)),
                quantity.write(change.end.band.q50),
            ]));
        }
    }
    if lines.len() == 2 {
        lines.push("Nothing of this was measured in this run.".to_owned());
    }
    lines.push(String::new());
    lines.push(format!(
        "Median of {} runs [5% to 95% of runs]. What would follow if the scenario held; not a forecast.",
        input.replicates
    ));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn short(unit: &str) -> String {
    unit.replace("per month", "a month")
        .replace("persons per week", "a week")
        .replace("events per week", "a week")
        .replace("index, 0 to 100", "0 to 100")
}

/// Labels to the left, numbers to the right; long cells are cut.
fn line(cells: &[String; 5]) -> String {
    let cell = |i: usize| {
        let text: String =
            cells[i].chars().map(|c| if c == '\u{202f}' { ' ' } else { c }).collect();
        let length = text.chars().count();
        if length <= WIDTHS[i] {
            return text;
        }
        let kept: String = text.chars().take(WIDTHS[i] - 1).collect();
        format!("{kept}…")
    };
    let row = format!(
        "{:<a$} {:>b$} {:>c$} {:>d$} {:>e$}",
        cell(0),
        cell(1),
        cell(2),
        cell(3),
        cell(4),
        a = WIDTHS[0],
        b = WIDTHS[1],
        c = WIDTHS[2],
        d = WIDTHS[3],
        e = WIDTHS[4],
    );
    row.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn no_line_is_wider_than_100_columns() {
        let scenario = fixture::scenario(30, 3);
        let bands = fixture::bands(30, 3);
        let text = summary(&fixture::input(&scenario, &bands));
        assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");
        assert!(text.contains("Hostility to Newcomers"));
    }

    #[test]
    fn rows_are_aligned_and_complete() {
        let scenario = fixture::scenario(30, 3);
        let bands = fixture::bands(30, 3);
        let text = summary(&fixture::input(&scenario, &bands));
        let rows: Vec<&str> = text.lines().skip(2).take_while(|l| !l.is_empty()).collect();
        assert_eq!(rows.len(), LINES.len() + 1);
        assert!(rows.iter().all(|r| r.chars().count() == 100), "{text}");
    }

    #[test]
    fn a_run_without_these_indicators_says_so() {
        let scenario = fixture::scenario(30, 3);
        let bands = crate::measure::Bands { weeks: 30, keys: Vec::new(), values: Vec::new() };
        let text = summary(&fixture::input(&scenario, &bands));
        assert!(text.contains("Nothing of this was measured"));
    }
}
