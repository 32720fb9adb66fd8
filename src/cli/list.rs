//! `qonaq list`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Failure;
use crate::cards::{CardStatus, register};
use crate::measure::{Aggregation, INDICATORS};
use crate::mechanisms::schedule::{Step, WEEK};
use crate::scenario::{LEVERS, Source, load, shipped_names};

/// List what the program knows. Without a choice: the shipped scenarios.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    what: What,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct What {
    /// Shipped scenarios.
    #[arg(long)]
    scenarios: bool,
    /// Claims of the source documents.
    #[arg(long)]
    cards: bool,
    /// Parameters with default, range and provenance.
    #[arg(long)]
    parameters: bool,
    /// What is measured.
    #[arg(long)]
    indicators: bool,
    /// Policies.
    #[arg(long)]
    levers: bool,
    /// The steps of a week, in order.
    #[arg(long)]
    mechanisms: bool,
}

pub(super) fn list(args: &Args) -> Result<String, Failure> {
    let (columns, rows) = if args.what.cards {
        if !args.json {
            return Ok(table(&["id", "status", "claim"], &cards()) + &card_counts());
        }
        (["id", "status", "claim"].as_slice(), cards())
    } else if args.what.parameters {
        (["id", "default", "unit", "provenance", "meaning"].as_slice(), parameters())
    } else if args.what.indicators {
        (["id", "unit", "stock_or_flow", "meaning"].as_slice(), indicators())
    } else if args.what.levers {
        (["id", "primitive", "unit", "meaning"].as_slice(), levers())
    } else if args.what.mechanisms {
        (["step", "name", "meaning"].as_slice(), mechanisms())
    } else {
        (["name", "question"].as_slice(), scenarios()?)
    };
    if args.json {
        return Ok(format!("{:#}\n", Value::Array(rows)));
    }
    Ok(table(columns, &rows))
}

fn scenarios() -> Result<Vec<Value>, Failure> {
    shipped_names()
        .map(|name| {
            let loaded = load(&Source::Shipped(name.to_owned()), &[])
                .map_err(|faults| super::check::failure(&faults))?;
            Ok(json!({
                "name": name,
                "question": loaded.scenario.question,
                "weeks": loaded.scenario.weeks,
                "regions": loaded.scenario.regions.len(),
            }))
        })
        .collect()
}

fn cards() -> Vec<Value> {
    let row = |card: &crate::cards::Card| {
        let mut row = json!(card);
        let carried_by: Vec<&str> =
            register().parameters_of(&card.id).iter().map(|p| p.id.as_str()).collect();
        if let Value::Object(fields) = &mut row {
            fields.insert("parameters".to_owned(), json!(carried_by));
        }
        row
    };
    register().cards.iter().map(row).collect()
}

/// How many cards have each status.
fn card_counts() -> String {
    let counts = register().status_counts();
    let all: usize = counts.iter().map(|c| c.1).sum();
    let mut out = format!("\n{all} cards\n");
    for ((_, n), (_, name, meaning)) in counts.iter().zip(CardStatus::ALL) {
        let _ = writeln!(out, "{n:>5}  {name:<17}  {meaning}");
    }
    out + "\n`qonaq explain ID` says more of each.\n"
}

fn parameters() -> Vec<Value> {
    register().parameters.iter().map(|parameter| json!(parameter)).collect()
}

fn indicators() -> Vec<Value> {
    let row = |i: &crate::measure::Indicator| {
        let aggregation = match i.aggregation {
            Aggregation::Sum => "sum",
            Aggregation::Mean => "mean",
            Aggregation::Index => "index",
        };
        json!({
            "id": i.id,
            "unit": i.unit,
            "stock_or_flow": if i.flow { "flow" } else { "stock" },
            "aggregation": aggregation,
            "by_target": i.by_target,
            "groups": i.by_group,
            "meaning": i.meaning,
        })
    };
    INDICATORS.iter().map(row).collect()
}

fn levers() -> Vec<Value> {
    LEVERS
        .iter()
        .map(|lever| {
            json!({
                "id": lever.kind,
                "primitive": lever.primitive,
                "unit": lever.unit,
                "meaning": lever.meaning,
            })
        })
        .collect()
}

fn mechanisms() -> Vec<Value> {
    let row = |(i, step): (usize, &Step)| json!({ "step": i + 1, "name": step.name, "meaning": step.meaning });
    WEEK.iter().enumerate().map(row).collect()
}

/// Aligned columns; the last one is left ragged.
fn table(columns: &[&str], rows: &[Value]) -> String {
    let text = |row: &Value, column: &str| match &row[column] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut out = String::new();
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let cells = rows.iter().map(|row| text(row, column).chars().count());
            cells.chain([column.len()]).max().unwrap_or(0)
        })
        .collect();
    let mut line = |cells: Vec<String>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(out, "{}", padded.join("  ").trim_end());
    };
    line(columns.iter().map(|column| (*column).to_owned()).collect());
    for row in rows {
        line(columns.iter().map(|column| text(row, column)).collect());
    }
    out
}
