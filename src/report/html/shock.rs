//! The question and the shock.

use super::Material;
use super::events::events;
use super::page::{Cell, Page};
use super::policies::policies;
use crate::report::calendar::{Calendar, title};
use crate::report::text::{fixed, significant};
use crate::scenario::Scenario;

/// What is asked, and how to read the answer.
pub fn question(page: &mut Page, m: &Material) {
    page.section("question", "The question");
    page.paragraph("question", &m.input.scenario.question);
    let n = m.input.replicates;
    page.paragraph(
        "note",
        &format!(
            "This is a what-if: it says what would follow in a simplified country if the events below \
             happened as written. It is not a forecast. Each number is the median of {n} runs; the range in \
             square brackets goes from the 5% to the 95% mark of these runs{}",
            if n < 20 {
                ", which with so few runs is about the lowest and the highest."
            } else {
                ": about nine runs in ten lie inside."
            }
        ),
    );
    if n < 2 {
        page.paragraph(
            "note",
            "Only one run was made. Nothing here says how much is chance: run more before drawing conclusions.",
        );
    }
}

/// Waves, outside events and policies.
pub fn shock(page: &mut Page, m: &Material) {
    let scenario = m.input.scenario;
    page.section("shock", "The shock");
    waves(page, m.calendar, scenario);
    m.figures(page, &["arrivals"]);
    events(page, m.calendar, scenario);
    if scenario.levers.is_empty() {
        page.paragraph("", "No policy is in force beyond what stood at the start.");
    } else {
        policies(page, m.calendar, scenario, "Policies in this scenario.");
    }
}

fn waves(page: &mut Page, calendar: &Calendar, scenario: &Scenario) {
    if scenario.waves.is_empty() {
        page.paragraph("", "Nobody arrives beyond normal traffic in this scenario.");
        return;
    }
    let mut rows = Vec::new();
    for wave in &scenario.waves {
        let group = &scenario.groups[wave.group].label;
        let total: f64 = wave.daily.iter().sum();
        let Some((first, last)) = bulk(&wave.daily) else {
            let none = "–".to_owned();
            let mut row = vec![Cell::Text(title(&wave.id)), Cell::Text(group.clone())];
            row.extend([none.clone(), none.clone()].map(Cell::Text));
            row.extend([fixed(0.0, 0), fixed(0.0, 0), none].map(Cell::Number));
            rows.push(row);
            continue;
        };
        let peak = (0..wave.daily.len())
            .fold(0, |best, d| if wave.daily[d] > wave.daily[best] { d } else { best });
        rows.push(vec![
            Cell::Text(title(&wave.id)),
            Cell::Text(group.clone()),
            Cell::When(calendar.date(first)),
            Cell::When(calendar.date(last)),
            Cell::Number(significant(total, 3)),
            Cell::Number(significant(wave.daily[peak], 3)),
            Cell::Number(format!("{}%", fixed(100.0 * wave.transit_share, 0))),
        ]);
    }
    page.table(
        "Waves: people who would arrive beyond normal traffic; a policy may let fewer in. From and to: the days between \
         which 98% of a wave arrive, 1% before and 1% after.",
        &["Wave", "Group", "From", "To", "People in all", "Most in a day", "Only passing through"],
        &rows,
    );
    for wave in &scenario.waves {
        let text = format!(
            "{}: who they are and how many pass through is {}: {}.",
            title(&wave.id),
            match wave.status {
                "source" => "taken from a source",
                "derived" => "derived from sources",
                _ => "assumed",
            },
            wave.source.trim_end_matches('.')
        );
        page.paragraph("soft", &text);
    }
}

/// The days between which all but the first and the last hundredth of a wave arrive: a curve may begin and end with a long
/// tail of almost nobody.
fn bulk(daily: &[f64]) -> Option<(i64, i64)> {
    let total: f64 = daily.iter().sum();
    let reached = |share: f64| {
        let mut sum = 0.0;
        let day = daily.iter().position(|x| {
            sum += x;
            *x > 0.0 && sum >= share * total
        });
        day.map(|d| d as i64)
    };
    reached(0.01).zip(reached(0.99))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_a_wave_leave_out_the_last_hundredth_at_each_end() {
        let mut daily = vec![0.001; 300];
        daily[0] = 0.0;
        daily[100..110].fill(50.0);
        assert_eq!(bulk(&daily), Some((100, 109)));
        assert_eq!(bulk(&[0.0, 0.0, 5.0, 0.0]), Some((2, 2)));
        assert_eq!(bulk(&[0.0; 4]), None);
    }
}
