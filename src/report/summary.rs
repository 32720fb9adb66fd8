//! The table printed at the end of a run.

use super::ReportInput;
use super::calendar::Calendar;
use super::changes::Change;
use super::text::{NOTHING, Quantity};
use super::vocabulary::find;

/// Indicators of the table with their labels, in order; `{}` stands for the currency.
const LINES: &[(&str, &str)] = &[
    ("tension", "Tension, 0 to 100"),
    ("asking_rent", "Asking rent, {} a month"),
    ("sitting_rent", "Rent of tenants, {} a month"),
    ("queue_border", "Wait at the border, days"),
    ("queue_services", "Wait at service centres, days"),
    ("displaced", "Displaced workers, real, a week"),
    ("displaced_believed", "Displaced workers, believed"),
    ("hostility", "Hostility"),
    ("trust_courts", "Trust in courts"),
    ("trust_police", "Trust in police"),
    ("trust_authorities", "Trust in the authorities"),
    ("incidents", "Incidents a week"),
    ("exits", "People leaving, a week"),
    ("segregation", "Segregation, 0 to 1"),
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
    for (indicator, label) in LINES.iter().filter_map(|(id, l)| find(id).map(|i| (i, l))) {
        let about: Vec<Option<usize>> = if indicator.by_target {
            scenario.listed_targets().into_iter().map(Some).collect()
        } else {
            vec![None]
        };
        for target in about {
            let series = input.bands.series(None, None, target, indicator.id);
            let Some(change) = series.and_then(|s| Change::of(s, 0)) else { continue };
            let quantity = Quantity::of(indicator);
            let label = match target {
                Some(t) => format!("{label} to {}", scenario.groups[t].label),
                None => label.replace("{}", &scenario.currency),
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
                if change.size() == 0.0 {
                    "no change".to_owned()
                } else {
                    format!("{week} ({})", calendar.week_date(week))
                },
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
