//! Tables of policies.

use super::page::{Cell, Page};
use crate::report::calendar::{Calendar, title};
use crate::report::text::{Quantity, fixed};
use crate::report::vocabulary::policy;
use crate::scenario::{LEVERS, Scenario};

/// Every policy of a scenario with what it does, when, where and at what cost.
pub fn policies(page: &mut Page, calendar: &Calendar, scenario: &Scenario, caption: &str) {
    let mut rows = Vec::new();
    for lever in &scenario.levers {
        let names: Vec<&str> =
            lever.regions.iter().map(|r| scenario.regions[*r].name.as_str()).collect();
        let regions = if names.is_empty() { "all".to_owned() } else { names.join(", ") };
        let unit = LEVERS.iter().find(|info| info.kind == lever.kind).map_or("", |info| info.unit);
        let cost = if lever.cost_per_unit == 0.0 {
            "none".to_owned()
        } else {
            let unit = unit.replace("currency", &scenario.currency);
            format!("{} for each {unit}", Quantity::Money.write(lever.cost_per_unit))
        };
        let complies = if lever.kind.needs_compliance() {
            format!("{}%", fixed(100.0 * lever.compliance, 0))
        } else {
            "–".to_owned()
        };
        rows.push(vec![
            Cell::Text(title(&lever.id)),
            Cell::Text(policy(lever.kind).to_owned()),
            Cell::When(calendar.date(lever.start_day)),
            Cell::When(calendar.date(lever.end_day - 1)),
            Cell::Number(fixed(lever.strength, 2)),
            Cell::Number(complies),
            Cell::Text(regions),
            Cell::Text(cost),
        ]);
    }
    let heads = [
        "Policy",
        "What it does",
        "From",
        "To",
        "Strength",
        "Who complies",
        "Regions",
        &format!("Cost, {}", scenario.currency),
    ];
    page.table(caption, &heads, &rows);
}
