//! The answer in numbers, then theme by theme.

use super::Material;
use super::page::{Cell, Page};
use crate::measure::{Band, INDICATORS};
use crate::report::changes::Row;
use crate::report::text::{NOTHING, Quantity, fixed, unit};
use crate::report::vocabulary::name;

/// Rows of the table of changes.
const MOST: usize = 16;

/// Not ranked: these are the shock itself.
const UNRANKED: &[&str] = &["arrivals", "population"];

/// Whether a row is one kind of what another row counts in all.
fn is_kind(row: &Row) -> bool {
    row.indicator.id.contains('.')
}

/// Whether the change is large enough to tell: half a percentage point of a share or scale.
fn matters(row: &Row) -> bool {
    match Quantity::of(row.indicator) {
        Quantity::Percent | Quantity::Scale | Quantity::Rate => row.all.size().abs() >= 0.005,
        _ => true,
    }
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
    let (clear, mut rest): (Vec<&Row>, Vec<&Row>) =
        ranked.into_iter().partition(|r| r.all.clear() && matters(r));
    let (most, more) = clear.split_at(clear.len().min(MOST));
    let needed = most.iter().any(|r| r.indicator.id.starts_with("incidents"));
    rest.splice(0..0, more.iter().copied());
    let (added, rest): (Vec<&Row>, Vec<&Row>) =
        rest.into_iter().partition(|r| r.indicator.id == "tension" || needed && together(r));
    let mut table = Vec::new();
    for row in most.iter().chain(&added) {
        let quantity = Quantity::of(row.indicator);
        let worst = match row.worst {
            Some((group, band)) => {
                Cell::Noted(m.input.scenario.groups[group].label.clone(), quantity.spread(&band))
            }
            None => Cell::Text(NOTHING.to_owned()),
        };
        let mut note = unit(row.indicator, &m.input.scenario.currency);
        if !row.all.clear() {
            note.push_str("; within the spread of runs");
        }
        table.push(vec![
            Cell::Noted(label(m, row), note),
            Cell::spread(&quantity.spread(&row.all.before.band)),
            Cell::spread(&quantity.spread(&row.all.furthest.band)),
            Cell::When(m.calendar.week(row.all.furthest.week)),
            Cell::spread(&quantity.spread(&row.all.end.band)),
            worst,
        ]);
    }
    let caption = format!(
        "What changed beyond the spread of runs, clearest change first. Before: {}, or the first week with a \
         value. Group with the worst value: in the week \
         of the furthest point; counts are compared per head of the group.",
        m.calendar.week(m.before)
    );
    let heads = [
        "What",
        "Before",
        "Furthest from that",
        "When",
        "At the end",
        "Group with the worst value",
    ];
    page.table(&caption, &heads, &table);
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|r| label(m, r).to_lowercase()).collect();
        page.paragraph(
            "soft",
            &format!("Smaller or less clear changes, not in the table: {}.", names.join("; ")),
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
    if let Some(text) = standing(m) {
        page.paragraph("", &text);
    }
    page.paragraph(
        "soft",
        "The model has no hostels, shelters or cheap hotels: people who would stay there are counted as without \
         a home or host. Flats to let can become more in the same weeks: what is asked for them is beyond what \
         these people can pay.",
    );
    m.figures(page, &["rents", "homes"]);

    page.section("jobs", "Jobs: real losses and believed losses");
    page.paragraph(
        "",
        "Real: workers who lost a job in a week because a newcomer took it. Believed: how many workers residents \
         hold to be displaced at the time; losses are forgotten and what the media show passes, so it can fall. \
         The two have different units (per week; persons at the time), so compare their course, not their \
         height. Wages are the regional table's mean wage, moved as wages in the model move.",
    );
    let weights = super::weights(m.input.scenario);
    if weights.1 > 1.0 {
        page.paragraph(
            "soft",
            &format!(
                "Real losses are rare: one simulated worker stands for up to {:.0} people, so a single loss shows \
                 as a spike of that height. Read the level over months, not the week.",
                weights.1
            ),
        );
    }
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

    let scenario = m.input.scenario;
    if !(scenario.land.is_empty() && scenario.projects.is_empty()) {
        page.section("land", "Land, water and foreign projects");
        page.paragraph(
            "note",
            "Access is the share of the claims of rural households that is met. Of foreign projects: who knows \
             what they give, and complaints that are not solved, where there is one.",
        );
        m.figures(page, &["land", "projects"]);
    }

    page.section("trust", "Trust");
    m.figures(page, &["trust"]);

    page.section("peace", "Incidents beside exits and segregation");
    peace(page, m);
    m.figures(page, &["peace-by-exit", "incidents-kinds"]);
    kinds(page, m);
}

/// How asking and sitting rents stand to each other at week 0 in this run.
fn standing(m: &Material) -> Option<String> {
    let rent = |id: &str| {
        let first = m.input.bands.series(None, None, None, id)?.first()?.q50;
        (first > 0.0).then_some(first)
    };
    let (asked, paid) = (rent("asking_rent")?, rent("sitting_rent")?);
    let away = Quantity::Percent.write((asked / paid - 1.0).abs());
    let way = if asked < paid { "below" } else { "above" };
    Some(format!(
        "At week 0 of this run asking rents stand {away} {way} sitting rents. The two need not agree: asks are those \
         of dwellings still unlet, the dear ones stay unlet longest, and rents under a lease lag behind a rising \
         market. Compare each with its own week 0, not one with the other."
    ))
}

/// Incidents by kind before, around and after their peak, with exits beside them.
fn kinds(page: &mut Page, m: &Material) {
    const QUARTER: usize = 13;
    let Some(peak) = m.row("incidents").map(|r| r.all.furthest.week) else { return };
    let weeks = m.input.bands.weeks as usize + 1;
    let around = peak.saturating_sub(QUARTER / 2)..(peak + QUARTER / 2 + 1).min(weeks);
    let spans = [0..(m.before + 1).min(weeks), around, weeks.saturating_sub(QUARTER)..weeks];
    let mut rows = Vec::new();
    for indicator in INDICATORS {
        let kind = indicator.id.starts_with("incidents.");
        if !kind && !matches!(indicator.id, "incidents" | "exits") {
            continue;
        }
        let Some(series) = m.input.bands.series(None, None, None, indicator.id) else { continue };
        // Means add up over weeks and kinds; medians do not.
        let mean = |bands: &[Band]| {
            let values: Vec<f64> = bands.iter().map(|b| b.mean).filter(|x| x.is_finite()).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            Cell::Number(if mean.is_finite() { fixed(mean, 1) } else { NOTHING.to_owned() })
        };
        let mut row = vec![Cell::Text(name(indicator.id))];
        row.extend(spans.iter().map(|span| mean(&series[span.clone()])));
        rows.push(row);
    }
    let caption = format!(
        "Incidents by kind and people leaving, a week, mean over weeks and runs. Before: up to {}. Peak: {QUARTER} \
         weeks around {}. End: the last {QUARTER} weeks. Segregation is in the figure above.",
        m.calendar.week(m.before),
        m.calendar.week(peak)
    );
    page.table(&caption, &["What", "Before", "Peak", "End"], &rows);
}

/// Says whether calm at the end comes with people having left or moved apart.
fn peace(page: &mut Page, m: &Material) {
    page.paragraph(
        "",
        "Few incidents can mean peace. They can also mean that people have left or moved apart. So the three are \
         always shown together. Some incidents happen in any week, without a shock: look at what comes on top. \
         Most are hostile speech; they are counted at full scale, never thinned.",
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
