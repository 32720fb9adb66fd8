//! The regional table and where each of its cells comes from.

use std::collections::BTreeMap;

use super::context::{Context, SUM_TOLERANCE, is_id, round};
use super::diagnostics::{listed, nearest};
use super::model::{CellProvenance, Region, Status};
use super::schema::ScenarioFile;
use super::tables::{Csv, Row};
use super::tree::Origin;

/// Most money a region may earn in a month: sums over its households are in fixed point and hold twice as much.
const MOST_MONEY: f64 = 4e12;

/// A column of numbers that every regional table has: name, lowest and highest value, whole numbers only.
const NUMBERS: [(&str, f64, f64, bool); 11] = [
    ("latitude", -90.0, 90.0, false),
    ("longitude", -180.0, 180.0, false),
    ("tile_row", 0.0, 99.0, true),
    ("tile_column", 0.0, 99.0, true),
    ("population", 1.0, 2e9, false),
    ("household_size", 1.0, 20.0, false),
    ("urban_share", 0.0, 1.0, false),
    ("unemployment_rate", 0.0, 1.0, false),
    ("mean_wage", 1e-6, 1e12, false),
    ("income_per_person", 1e-6, 1e12, false),
    ("renter_share", 0.0, 1.0, false),
];
/// Labels and layout: no facts, so no source is asked for.
const NO_SOURCE: [&str; 4] = ["code", "name", "tile_row", "tile_column"];
/// Columns of the companion.
const COMPANION: [&str; 6] = ["region", "column", "status", "source", "low_factor", "high_factor"];

/// A row of the companion: status with factors, and the source.
#[derive(Debug, Clone)]
struct Said {
    status: Factors,
    source: String,
}

#[derive(Debug, Clone, Copy)]
enum Factors {
    Source,
    Derived,
    Assumed(f64, f64),
}

/// Read both files. `None` if there was an error, which has been reported.
pub(super) fn regions(
    context: &mut Context,
    raw: &ScenarioFile,
) -> Option<(Vec<Region>, Vec<CellProvenance>)> {
    let needed: Vec<&str> =
        ["code", "name"].into_iter().chain(NUMBERS.iter().map(|n| n.0)).collect();
    let table = context.read_csv("regions.table", &needed, false);
    let companion = context.read_csv("regions.sources", &COMPANION, true);
    let (table, companion) = (table?, companion?);
    let before = context.faults.len();
    if table.rows.is_empty() {
        let found = "only a header".to_owned();
        let message = "the regional table has no region".to_owned();
        context.error_found("regions.table", message, found, "one region or more".into(), None);
        return None;
    }
    let shares = share_columns(context, raw, &table);
    let codes = codes(context, &table);
    let regions: Vec<Region> =
        table.rows.iter().map(|row| region(context, &table, row, &shares)).collect();
    let said = companion_rows(context, &companion, &table, &codes);
    let provenance = provenance(context, &table, &codes, &said, &shares);
    (context.faults.len() == before).then_some((regions, provenance))
}

fn cell<'a>(table: &Csv, row: &'a Row, column: &str) -> (&'a str, Origin) {
    let cell = table.column(column).and_then(|at| row.cells.get(at));
    cell.map_or(("", Origin::Text(0, 0, 0)), |(text, origin)| (text.as_str(), origin.clone()))
}

/// For each group the column with its share, or none.
fn share_columns(context: &mut Context, raw: &ScenarioFile, table: &Csv) -> Vec<Option<String>> {
    let headers: Vec<&str> = table.header.iter().map(|(name, _)| name.as_str()).collect();
    let shares: Vec<&str> = headers.iter().copied().filter(|h| h.starts_with("share_")).collect();
    for (i, group) in raw.groups.iter().enumerate() {
        let Some(column) = &group.share_column else { continue };
        let path = format!("groups[{i}].share_column");
        let earlier = raw.groups[..i].iter().any(|g| g.share_column.as_ref() == Some(column));
        if !shares.contains(&column.as_str()) {
            let near = nearest(column, shares.iter().copied()).map(|n| format!("{n:?}"));
            let message = format!("the regional table has no column `{column}`");
            context.error(&path, message, listed(shares.iter().copied()), near);
        } else if earlier {
            let message = format!("column `{column}` is the share of two groups");
            context.error(&path, message, "a column of its own for each group".into(), None);
        }
    }
    if raw.groups.iter().all(|g| g.share_column.is_none()) {
        let message = "no group is resident at week 0".to_owned();
        let allowed = "a `share_column` for at least one group".to_owned();
        context.error_found("groups", message, "no `share_column`".into(), allowed, None);
    }
    raw.groups.iter().map(|g| g.share_column.clone()).collect()
}

fn codes(context: &mut Context, table: &Csv) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut tiles = Vec::new();
    for row in &table.rows {
        let (code, origin) = cell(table, row, "code");
        let fault = if !is_id(code) {
            Some((format!("`{code}` cannot be a region code"), "1 to 40 letters, digits, `-`, `_`"))
        } else if codes.iter().any(|other| other == code) {
            Some((format!("region `{code}` is given twice"), "each code once"))
        } else {
            None
        };
        if let Some((message, allowed)) = fault {
            let found = format!("`{code}`");
            context.cell_error(&origin, "code", message, found, allowed.into(), None);
        }
        codes.push(code.to_owned());
        let (row_text, origin) = cell(table, row, "tile_row");
        let tile = (row_text.to_owned(), cell(table, row, "tile_column").0.to_owned());
        if tiles.contains(&tile) {
            let found = format!("row {}, column {}", tile.0, tile.1);
            let message = format!("the tile of region `{code}` is taken");
            let allowed = "a tile of its own for each region".to_owned();
            context.cell_error(&origin, "tile_row", message, found, allowed, None);
        }
        tiles.push(tile);
    }
    codes
}

/// The number in a cell, within its bounds; 0 after an error.
fn number(
    context: &mut Context,
    (text, origin): (&str, Origin),
    (column, low, high, whole): (&str, f64, f64, bool),
) -> f64 {
    let value = text.parse::<f64>().ok().filter(|x| (low..=high).contains(x));
    let value = value.filter(|x| !whole || x.fract() == 0.0);
    value.unwrap_or_else(|| {
        let kind = if whole { "a whole number" } else { "a number" };
        let found = if text.is_empty() { "an empty cell".into() } else { format!("`{text}`") };
        let message = format!("wrong value in column `{column}`");
        let allowed = format!("{kind} from {low} to {high}");
        let near = text
            .strip_suffix('%')
            .and_then(|t| t.trim().parse::<f64>().ok())
            .map(|percent| percent / 100.0)
            .filter(|x| (low..=high).contains(x))
            .map(|x| format!("{}", round(x)));
        context.cell_error(&origin, column, message, found, allowed, near);
        0.0
    })
}

fn region(
    context: &mut Context,
    table: &Csv,
    row: &Row,
    share_columns: &[Option<String>],
) -> Region {
    let values = NUMBERS.map(|spec| number(context, cell(table, row, spec.0), spec));
    let [latitude, longitude, tile_row, tile_column, population, household_size, ..] = values;
    let [.., urban_share, unemployment_rate, mean_wage, income_per_person, renter_share] = values;
    let before = context.faults.len();
    let mut group_shares = Vec::new();
    for column in share_columns {
        let share = match column {
            Some(column) if table.column(column).is_some() => {
                number(context, cell(table, row, column), (column, 0.0, 1.0, false))
            }
            _ => 0.0,
        };
        group_shares.push(share);
    }
    let sum: f64 = group_shares.iter().sum();
    let known = share_columns.iter().flatten().all(|column| table.column(column).is_some());
    if population * income_per_person > MOST_MONEY {
        let (_, origin) = cell(table, row, "income_per_person");
        let message = "incomes of a region that are too large to be added up".to_owned();
        let found = format!("{} a month in all", round(population * income_per_person));
        let allowed = format!("at most {MOST_MONEY:e} a month; give all money in thousands");
        context.cell_error(&origin, "income_per_person", message, found, allowed, None);
    }
    let (code, origin) = cell(table, row, "code");
    if (sum - 1.0).abs() > SUM_TOLERANCE && known && before == context.faults.len() {
        let message = format!("the group shares of region `{code}` do not sum to 1");
        let found = format!("a sum of {}", round(sum));
        let columns = listed(share_columns.iter().flatten().map(String::as_str));
        let allowed = format!("{columns} that sum to 1 within {SUM_TOLERANCE}");
        context.cell_error(&origin, "share", message, found, allowed, None);
    } else if sum > 0.0 {
        for share in &mut group_shares {
            *share /= sum;
        }
    }
    Region {
        code: code.to_owned(),
        name: cell(table, row, "name").0.to_owned(),
        latitude,
        longitude,
        tile_row: tile_row as u32,
        tile_column: tile_column as u32,
        population,
        household_size,
        urban_share,
        unemployment_rate,
        mean_wage,
        income_per_person,
        renter_share,
        group_shares,
    }
}

/// What the companion says, by region (or `*`) and column.
fn companion_rows(
    context: &mut Context,
    companion: &Csv,
    table: &Csv,
    codes: &[String],
) -> BTreeMap<(String, String), Said> {
    let mut said = BTreeMap::new();
    let headers: Vec<&str> = table.header.iter().map(|(name, _)| name.as_str()).collect();
    let known: Vec<&str> = codes.iter().map(String::as_str).chain(["*"]).collect();
    for row in &companion.rows {
        let mut check = |column: &str, names: &[&str]| {
            let (text, origin) = cell(companion, row, column);
            if !names.contains(&text) {
                let near = nearest(text, names.iter().copied()).map(str::to_owned);
                let message = format!("unknown {column} `{text}`");
                let allowed = listed(names.iter().copied());
                context.cell_error(&origin, column, message, format!("`{text}`"), allowed, near);
            }
            text.to_owned()
        };
        let key = (check("region", &known), check("column", &headers));
        let status = check("status", &["source", "derived", "assumed"]);
        let (source, origin) = cell(companion, row, "source");
        if source.is_empty() {
            let message = "a row without a source".to_owned();
            let allowed = "a source, or the reason of an assumption".to_owned();
            context.cell_error(&origin, "source", message, "an empty cell".into(), allowed, None);
        }
        let status = match status.as_str() {
            "derived" => Factors::Derived,
            "assumed" => factors(context, companion, row, &key.1),
            _ => Factors::Source,
        };
        let (_, origin) = cell(companion, row, "region");
        let message = format!("`{}` of `{}` is given twice", key.1, key.0);
        if said.insert(key, Said { status, source: source.to_owned() }).is_some() {
            let allowed = "each region and column once".to_owned();
            context.cell_error(&origin, "region", message, "a second row".into(), allowed, None);
        }
    }
    said
}

/// The range of an assumption, as factors of the value.
fn factors(context: &mut Context, companion: &Csv, row: &Row, column: &str) -> Factors {
    let mut factor = |name: &str, low: f64, high: f64| {
        let (text, origin) = cell(companion, row, name);
        if text.is_empty() && NO_SOURCE.contains(&column) {
            return 1.0;
        }
        number(context, (text, origin), (name, low, high, false))
    };
    let (low, high) = (factor("low_factor", 0.0, 1.0), factor("high_factor", 1.0, 1000.0));
    Factors::Assumed(low, high)
}

/// Status and source of every cell that is not empty; a column nobody vouches for is an error.
fn provenance(
    context: &mut Context,
    table: &Csv,
    codes: &[String],
    said: &BTreeMap<(String, String), Said>,
    shares: &[Option<String>],
) -> Vec<CellProvenance> {
    let mut out = Vec::new();
    for (at, (column, header)) in table.header.iter().enumerate() {
        let about = |region: &str| said.get(&(region.to_owned(), column.clone()));
        let free = NO_SOURCE.contains(&column.as_str());
        let mut silent = None;
        let mut heard = false;
        for (row, code) in table.rows.iter().zip(codes) {
            let Some((text, origin)) = row.cells.get(at).filter(|(text, _)| !text.is_empty())
            else {
                continue;
            };
            let Some(said) = about(code).or_else(|| about("*")) else {
                silent = silent.or(Some((code, origin)));
                continue;
            };
            heard = true;
            let status = match said.status {
                Factors::Source => Status::Source,
                Factors::Derived => Status::Derived,
                Factors::Assumed(low, high) => {
                    let value: f64 = text.parse().unwrap_or(0.0);
                    let (a, b) = (value * low, value * high);
                    Status::Assumed { low: a.min(b), high: a.max(b) }
                }
            };
            let source = said.source.clone();
            out.push(CellProvenance {
                region: code.clone(),
                column: column.clone(),
                status,
                source,
            });
        }
        let Some((code, origin)) = silent.filter(|_| !free) else { continue };
        let allowed = format!("a row `{code},{column},…` or `*,{column},…` in the sources file");
        let known = NUMBERS.iter().any(|n| n.0 == column)
            || shares.iter().flatten().any(|share| share == column);
        let (origin, message) = if heard || known {
            (origin, format!("nobody says where `{column}` of region `{code}` comes from"))
        } else {
            (header, format!("unknown column `{column}`: no model input, and without a source"))
        };
        context.cell_error(origin, column, message, "no source".into(), allowed, None);
    }
    out
}
