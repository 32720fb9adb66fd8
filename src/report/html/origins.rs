//! Where the numbers come from.

use super::page::{Cell, Page};
use super::{Material, counted};
use crate::cards::{Parameters, register};
use crate::report::text::{fixed, significant};
use crate::scenario::{Scenario, Status};

/// Parameters, overrides, regional table and the fingerprint of the run.
pub fn origins(page: &mut Page, m: &Material) {
    page.section("origins", "Where the numbers come from");
    parameters(page);
    overrides(page, &m.input.scenario.parameters);
    statements(page, m.input.scenario);
    table(page, m.input.scenario);
    page.heading("This run");
    page.paragraph(
        "soft",
        &format!(
            "qonaq {}, scenario {}, seed {}, {} runs, hash of the resolved scenario {}. The same program with \
             the same scenario gives the same bytes; scenario.resolved.toml beside this page holds every value \
             with its source.",
            m.input.version, m.input.scenario.name, m.input.scenario.seed, m.input.replicates, m.input.hash
        ),
    );
}

fn parameters(page: &mut Page) {
    page.heading("Model parameters");
    let all = &register().parameters;
    if all.is_empty() {
        page.paragraph("", "The register lists no parameters.");
        return;
    }
    let rows: Vec<Vec<Cell>> = register()
        .provenance_counts()
        .iter()
        .map(|&(kind, n)| vec![Cell::Text(kind.words().to_owned()), Cell::Number(n.to_string())])
        .collect();
    let caption = format!(
        "The {} of the model by the origin of their defaults.",
        counted(all.len(), "parameter")
    );
    page.table(&caption, &["Origin", "Parameters"], &rows);
}

fn overrides(page: &mut Page, parameters: &Parameters) {
    let values = parameters.flat();
    let mut rows = Vec::new();
    for spec in &register().parameters {
        if let Some(value) = values.get(&spec.id).filter(|v| **v != spec.default) {
            rows.push(vec![
                Cell::Text(spec.id.clone()),
                Cell::Text(spec.meaning.clone()),
                Cell::Number(number(spec.default)),
                Cell::Number(number(*value)),
                Cell::Text(spec.unit.clone()),
            ]);
        }
    }
    if rows.is_empty() {
        page.paragraph("", "This scenario uses the default of every parameter.");
        return;
    }
    let caption = "Parameters this scenario sets differently from the default.";
    page.table(caption, &["Parameter", "Meaning", "Default", "Here", "Unit"], &rows);
}

/// Values by path; empty if they are not plain numbers.
/// Three or four digits, as many decimals as a small number needs.
fn number(x: f64) -> String {
    if x == 0.0 || x.abs() >= 100.0 {
        return significant(x, 4);
    }
    // Three digits, counted from the first that is not 0.
    let (mut decimals, mut size) = (2_usize, x.abs());
    while size < 1.0 && decimals < 12 {
        (decimals, size) = (decimals + 1, 10.0 * size);
    }
    let text = fixed(x, decimals);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Waves, events, crossings, groups and relations by status, and the reasons of what is assumed and told
/// nowhere else on the page.
fn statements(page: &mut Page, scenario: &Scenario) {
    page.heading("What the scenario states");
    let parts = [
        ("wave", "Waves: who arrives"),
        ("border", "Normal traffic at the border"),
        ("gate", "Border crossings and their shares"),
        ("group", "Groups"),
        ("relation", "Distance and hostility between groups at the start"),
        ("mediator", "Bodies that mediate"),
        ("channel", "Media channels"),
        ("accounts", "Coordinated accounts"),
        ("shock", "Outside events"),
        ("land", "Land and water"),
        ("project", "Foreign projects"),
    ];
    let mut rows = Vec::new();
    for (part, label) in parts {
        let count = |status: &str| stated(scenario, part, status).count();
        let counts = ["source", "derived", "assumed"].map(count);
        if counts.iter().sum::<usize>() > 0 {
            let mut row = vec![Cell::Text(label.to_owned())];
            row.extend(counts.map(|n| Cell::Number(n.to_string())));
            rows.push(row);
        }
    }
    if rows.is_empty() {
        page.paragraph("", "The scenario says nothing about the origin of its entries.");
        return;
    }
    let caption =
        "Entries of the scenario file by status: seen in a source, arithmetic on sources, or ours.";
    page.table(caption, &["Entries", "Source", "Derived", "Assumed"], &rows);
    let assumed = scenario.statements.iter().filter(|s| s.status == "assumed" && s.part != "shock");
    let reasons: Vec<Vec<Cell>> = assumed
        .map(|s| {
            let what = if s.id.is_empty() { "border".to_owned() } else { s.id.clone() };
            [s.part.to_owned(), what, s.source.clone()].map(Cell::Text).to_vec()
        })
        .collect();
    if !reasons.is_empty() {
        let caption =
            "Assumed entries with their reasons; waves and outside events are told with the shock.";
        page.table(caption, &["Part", "Which", "Why this value"], &reasons);
    }
}

/// Ids of the entries of `part` that are `status`.
pub fn stated<'a>(
    scenario: &'a Scenario,
    part: &'a str,
    status: &'a str,
) -> impl Iterator<Item = &'a str> {
    let waves = scenario.waves.iter().map(|w| ("wave", w.id.as_str(), w.status));
    let others = scenario.statements.iter().map(|s| (s.part, s.id.as_str(), s.status));
    waves.chain(others).filter(move |s| s.0 == part && s.2 == status).map(|s| s.1)
}

fn table(page: &mut Page, scenario: &Scenario) {
    let cells = &scenario.provenance;
    page.heading("The regional table");
    if cells.is_empty() {
        page.paragraph("", "The scenario gives no provenance for its regional table.");
        return;
    }
    let count = |wanted: fn(&Status) -> bool| cells.iter().filter(|c| wanted(&c.status)).count();
    page.paragraph(
        "",
        &format!(
            "Of {}: {} from a named, dated source; {} by arithmetic on such numbers; {} assumed.",
            counted(cells.len(), "cell"),
            count(|s| matches!(s, Status::Source)),
            count(|s| matches!(s, Status::Derived)),
            count(|s| matches!(s, Status::Assumed { .. })),
        ),
    );
    // One row for each column and reason: twenty regions with one reason are one row.
    let mut groups: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for cell in cells {
        if let Status::Assumed { low, high } = cell.status {
            let region = scenario.regions.iter().find(|r| r.code == cell.region);
            let name = region.map_or(cell.region.as_str(), |r| r.name.as_str());
            let text = format!("{name} {}–{}", number(low), number(high));
            match groups.iter_mut().find(|g| (g.0, g.1) == (&*cell.column, &*cell.source)) {
                Some(group) => group.2.push(text),
                None => groups.push((&cell.column, &cell.source, vec![text])),
            }
        }
    }
    if !groups.is_empty() {
        let rows: Vec<Vec<Cell>> = groups
            .into_iter()
            .map(|(column, reason, regions)| {
                vec![
                    Cell::Text(column.to_owned()),
                    Cell::Text(regions.join("; ")),
                    Cell::Text(reason.to_owned()),
                ]
            })
            .collect();
        let caption = "Assumed cells with their plausible range.";
        page.table(caption, &["Column", "Region and range", "Why this value"], &rows);
    }
}
