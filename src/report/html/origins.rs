//! Where the numbers come from, and what they cannot say.

use std::collections::BTreeMap;

use super::page::{Cell, Page};
use super::{Material, counted};
use crate::cards::{Parameters, Provenance, register};
use crate::report::text::significant;
use crate::scenario::{Scenario, Status};

/// Parameters, overrides, regional table and the fingerprint of the run.
pub fn origins(page: &mut Page, m: &Material) {
    page.section("origins", "Where the numbers come from");
    parameters(page);
    overrides(page, &m.input.scenario.parameters);
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
    let words = |kind| match kind {
        Provenance::Card => "claimed or implied by a source document",
        Provenance::Evidence => "a published finding",
        Provenance::Statistic => "a dated statistic",
        Provenance::Model => "a published model",
        Provenance::Assumption => "our assumption, with a range and a reason",
    };
    let rows: Vec<Vec<Cell>> = register()
        .provenance_counts()
        .iter()
        .map(|&(kind, n)| vec![Cell::Text(words(kind).to_owned()), Cell::Number(n.to_string())])
        .collect();
    let caption = format!(
        "The {} of the model by the origin of their defaults.",
        counted(all.len(), "parameter")
    );
    page.table(&caption, &["Origin", "Parameters"], &rows);
}

fn overrides(page: &mut Page, parameters: &Parameters) {
    let values = flat(parameters);
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
fn flat(parameters: &Parameters) -> BTreeMap<String, f64> {
    let mut values = BTreeMap::new();
    if let Ok(serde_json::Value::Object(tables)) = serde_json::to_value(parameters) {
        for (mechanism, table) in &tables {
            for (name, value) in table.as_object().into_iter().flatten() {
                values.extend(value.as_f64().map(|v| (format!("{mechanism}.{name}"), v)));
            }
        }
    }
    values
}

/// Enough digits to tell a small parameter from 0.
fn number(x: f64) -> String {
    if x != 0.0 && x.abs() < 100.0 { format!("{x}") } else { significant(x, 6) }
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

/// What the numbers cannot say.
pub fn limits(page: &mut Page, m: &Material) {
    let n = m.input.replicates;
    page.section("limits", "Limits");
    let mut items = vec![
        "A conditional what-if, never a forecast about real people. Waves and outside events are given; the \
         model does not say how likely they are."
            .to_owned(),
    ];
    items.push(if n < 2 {
        "One run only: no range can be given, and any single run may be far from the middle.".to_owned()
    } else {
        let outside = 200.0 / f64::from(n + 1);
        format!(
            "The ranges come from {n} runs. Between them runs differ by chance alone. With so many runs, a \
             further run would fall outside the lowest-to-highest range about {outside:.0} times in 100; the \
             ends of the ranges are {}.",
            if n < 20 {
                "rough, and for fewer than 20 runs they lie near the lowest and highest run"
            } else if n < 100 {
                "themselves uncertain; 100 runs or more would steady them"
            } else {
                "fairly steady"
            }
        )
    });
    items.push(
        "The ranges do not contain what we do not know about the parameters: assumed values have ranges of \
         their own (above), and other values inside them can give other answers. Sweep them before relying on \
         a number."
            .to_owned(),
    );
    items.push(
        "Groups are labels in the data: the same rules apply to every group. Nothing here is a statement \
         about the nature of any group or person."
            .to_owned(),
    );
    items.push(
        "No map or table shows violence by ethnic group and region, and the model must not be used to pick \
         out people or places for it."
            .to_owned(),
    );
    items.push(
        "Not modelled: why the shock happens, what other countries do in answer, elections and party politics, \
         the deeds of particular persons or companies, and how people would react to this report."
            .to_owned(),
    );
    page.list(&items);
    if !m.gallery.missing.is_empty() {
        page.heading("Not shown in this report");
        page.paragraph("", &format!("{}.", m.gallery.missing.join("; ")));
    }
}
