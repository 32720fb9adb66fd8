//! The answer in numbers, then theme by theme.

use super::Material;
use super::page::{Cell, Page};
use crate::report::changes::Row;
use crate::report::text::{NOTHING, Quantity, unit};
use crate::report::vocabulary::name;

/// Rows of the table of changes.
const MOST: usize = 16;

/// Not ranked: these are the shock itself.
const UNRANKED: &[&str] = &["arrivals", "population"];

/// Whether a row is one kind of what another row counts in all.
fn is_kind(row: &Row) -> bool {
    row.indicator.id.contains('.')
}

/// The few sentences and the one table that answer the question.
pub fn answer(page: &mut Page, m: &Material) {
    page.section("answer", "The answer in numbers");
    let told = [
        "asking_rent",
        "sitting_rent",
        "queue_services",
        "queue_border",
        "displaced",
        "tension",
        "favourable_share",
        "incidents",
        "exits",
        "segregation",
    ];
    let mut lines: Vec<String> = Vec::new();
    for id in told {
        lines.extend(m.rows.iter().filter(|r| r.indicator.id == id).map(|r| sentence(m, r)));
    }
    if lines.is_empty() {
        page.paragraph("", "This run measured nothing for the country as a whole.");
        return;
    }
    page.list(&lines);
    // Incidents are never shown without exits and segregation.
    let together = |r: &Row| matches!(r.indicator.id, "exits" | "segregation");
    let ranked: Vec<&Row> =
        m.rows.iter().filter(|r| !UNRANKED.contains(&r.indicator.id) && !is_kind(r)).collect();
    let (most, rest) = ranked.split_at(ranked.len().min(MOST));
    let needed = most.iter().any(|r| r.indicator.id.starts_with("incidents"));
    let (added, rest): (Vec<&Row>, Vec<&Row>) = rest.iter().partition(|r| needed && together(r));
    let shown = most.iter().chain(&added);
    let mut table = Vec::new();
    for row in shown {
        let quantity = Quantity::of(row.indicator);
        let worst = match row.worst {
            Some((group, band)) => {
                format!("{}: {}", m.input.scenario.groups[group].label, quantity.spread(&band))
            }
            None => NOTHING.to_owned(),
        };
        table.push(vec![
            Cell::Text(label(m, row)),
            Cell::Text(unit(row.indicator, &m.input.scenario.currency)),
            Cell::spread(&quantity.spread(&row.all.before.band)),
            Cell::spread(&quantity.spread(&row.all.furthest.band)),
            Cell::When(m.calendar.week(row.all.furthest.week)),
            Cell::spread(&quantity.spread(&row.all.end.band)),
            Cell::Text(if row.all.clear() { "yes" } else { "no" }.to_owned()),
            Cell::Text(worst),
        ]);
    }
    let caption = format!(
        "What changed most, clearest change first (size of the change over its spread). Before: {}, or the \
         first week with a value. Clear: the ranges before and at the furthest point do not overlap. Worst-off \
         group: in the week of the furthest point; counts are compared per head of the group.",
        m.calendar.week(m.before)
    );
    let heads = [
        "What",
        "Unit",
        "Before",
        "Furthest from that",
        "When",
        "At the end",
        "Clear",
        "Worst-off group",
    ];
    page.table(&caption, &heads, &table);
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|r| label(m, r).to_lowercase()).collect();
        page.paragraph(
            "soft",
            &format!("Less clear changes, not in the table: {}.", names.join("; ")),
        );
    }
}

fn label(m: &Material, row: &Row) -> String {
    match row.target {
        Some(t) => {
            format!("{}, about {}", name(row.indicator.id), m.input.scenario.groups[t].label)
        }
        None => name(row.indicator.id),
    }
}

fn sentence(m: &Material, row: &Row) -> String {
    let quantity = Quantity::of(row.indicator);
    let unit = match quantity {
        Quantity::Percent | Quantity::Scale => String::new(),
        _ => format!(", {}", unit(row.indicator, &m.input.scenario.currency)),
    };
    let change = &row.all;
    let what = label(m, row);
    if change.size() == 0.0 {
        return format!("{what}{unit}: {} throughout.", quantity.spread(&change.end.band));
    }
    let way = if change.size() > 0.0 { "up" } else { "down" };
    let doubt = if change.clear() { "" } else { ", within the spread of runs," };
    format!(
        "{what}{unit}: {way}{doubt} from {} to {} in {}; {} at the end.",
        quantity.spread(&change.before.band),
        quantity.spread(&change.furthest.band),
        m.calendar.week(change.furthest.week),
        quantity.spread(&change.end.band),
    )
}

/// Theme by theme.
pub fn themes(page: &mut Page, m: &Material) {
    page.section("tension", "Tension and what it is made of");
    page.paragraph(
        "",
        "Tension is an index from 0 to 100: a fixed weighting of hostility, fear, readiness to act against \
         others, incidents, distrust and hardship. Look at its parts before the index, at the share of \
         favourable households beside it, and at the group that fares worst, which a mean can hide.",
    );
    m.figures(
        page,
        &["tension", "tension-groups", "tension-cohort", "tension-parts", "tension-components"],
    );

    page.section("rents", "Rents: asked and paid");
    page.paragraph(
        "",
        "Asking rent is what new listings demand; sitting rent is what tenants under a lease pay. Asking rents \
         move first. Sitting tenants feel it when their lease ends or a landlord breaks it.",
    );
    m.figures(page, &["rents", "homes"]);

    page.section("jobs", "Jobs: real losses and believed losses");
    page.paragraph(
        "",
        "Real: workers who lost a job in a week because a newcomer took it. Believed: how many workers residents \
         think have been displaced so far. The two have different units (per week; in all so far), so compare \
         their course, not their height.",
    );
    m.figures(page, &["jobs", "work"]);

    page.section("queues", "Queues: border and services");
    m.figures(page, &["queues"]);

    page.section("prices", "Prices");
    m.figures(page, &["prices"]);

    page.section("attitudes", "Fear, hostility and favour");
    page.paragraph(
        "",
        "Attitudes are followed separately for each group they are about. Fear and hostility run from 0 (none) to \
         1 (extreme); the favourable share counts households with low hostility.",
    );
    m.figures(page, &["attitudes"]);

    page.section("trust", "Trust");
    m.figures(page, &["trust"]);

    page.section("peace", "Incidents beside exits and segregation");
    peace(page, m);
    m.figures(page, &["peace-by-exit", "incidents-kinds"]);
}

/// Says whether calm at the end comes with people having left or moved apart.
fn peace(page: &mut Page, m: &Material) {
    page.paragraph(
        "",
        "Few incidents can mean peace. They can also mean that people have left or moved apart. So the three are \
         always shown together.",
    );
    let Some(incidents) = m.row("incidents") else { return };
    let calmer =
        incidents.all.end.band.q50 < incidents.all.furthest.band.q50 && incidents.all.size() > 0.0;
    let mut price = Vec::new();
    for (id, what) in [("exits", "more people leave"), ("segregation", "groups live further apart")]
    {
        if m.row(id).is_some_and(|r| r.all.clear() && r.all.size() > 0.0) {
            price.push(what);
        }
    }
    if calmer && !price.is_empty() {
        page.paragraph(
            "note",
            &format!(
                "Incidents fall back from their peak here, but in the course of the run {}. Part of the calm may be peace by exit.",
                price.join(" and ")
            ),
        );
    }
}
