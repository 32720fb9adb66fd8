//! Region by region.

use super::Material;
use super::page::{Cell, Page};
use crate::report::changes::Change;
use crate::report::text::{NOTHING, Quantity, unit};
use crate::report::vocabulary::{find, name};

/// Indicators of the table by region.
const COLUMNS: &[&str] = &["asking_rent", "sitting_rent", "queue_services", "tension"];

/// Maps, small multiples and a table.
pub fn regions(page: &mut Page, m: &Material) {
    let scenario = m.input.scenario;
    page.section("regions", "By region");
    if scenario.regions.len() < 2 {
        page.paragraph("", "This scenario has one region; the figures above are its figures.");
        return;
    }
    m.figures(page, &["map-tension", "tension-regions", "map-rents", "rents-regions"]);
    for indicator in COLUMNS.iter().filter_map(|id| find(id)) {
        let quantity = Quantity::of(indicator);
        let mut rows = Vec::new();
        for (r, region) in scenario.regions.iter().enumerate() {
            let series = m.input.bands.series(Some(r), None, None, indicator.id);
            let Some(change) = series.and_then(|s| Change::of(s, m.before)) else { continue };
            let before = change.before.band.q50;
            let relative = match quantity {
                Quantity::Money if before != 0.0 => {
                    let percent = change.size() / before;
                    format!(
                        "{}{}",
                        if percent > 0.0 { "+" } else { "" },
                        Quantity::Percent.write(percent)
                    )
                }
                _ => NOTHING.to_owned(),
            };
            let mut row = vec![
                Cell::Text(region.name.clone()),
                Cell::spread(&quantity.spread(&change.before.band)),
                Cell::spread(&quantity.spread(&change.furthest.band)),
                Cell::When(m.calendar.week(change.furthest.week)),
                Cell::spread(&quantity.spread(&change.end.band)),
            ];
            if quantity == Quantity::Money {
                row.insert(3, Cell::Number(relative));
            }
            rows.push(row);
        }
        if rows.is_empty() {
            continue;
        }
        let caption = format!("{}, {}.", name(indicator.id), unit(indicator, &scenario.currency));
        let mut heads = vec!["Region", "Before", "Furthest from that", "When", "At the end"];
        if quantity == Quantity::Money {
            heads.insert(3, "Change");
        }
        page.table(&caption, &heads, &rows);
    }
}
