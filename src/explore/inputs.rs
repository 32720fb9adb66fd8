//! What a sweep varies: inputs, the values they may take, and the points these make.

use std::collections::BTreeSet;

use super::base::{Base, Refusal, canonical, own};
use super::design::{
    Design, MOST_POINTS, Point, Scale, Span, grid, latin_hypercube, one_at_a_time, written,
};
use super::file::{Input, InputFile, SweepFile};
use crate::cards::{ParameterSpec, register};
use crate::scenario::units::parse_percent;
use crate::scenario::{Cell, Document, nearest};

/// Levels of a range in a grid where the file does not say.
const LEVELS: u32 = 5;
/// Different values of a column of a table that are tried on the scenario when it is planned.
const MOST_TRIED: usize = 100;

/// Inputs and points of every design but a matrix.
pub(super) fn designed(
    doc: &mut Document,
    file: &SweepFile,
    base: &Base,
) -> (Vec<Input>, Vec<Point>) {
    let mut spans = Vec::new();
    for (i, input) in file.inputs.iter().enumerate() {
        let path = format!("inputs[{i}]");
        if doc.is_broken(&path) {
            continue;
        }
        if let Some((message, allowed)) = own(&input.path) {
            doc.error(&format!("{path}.path"), message, allowed, None);
            continue;
        }
        if let Some(span) = span(doc, base, input, &path) {
            plausible(doc, input, &span, &path);
            try_out(doc, base, input, &span, &path);
            spans.push(span);
        }
    }
    if !doc.is_sound() || spans.len() < file.inputs.len() {
        return (Vec::new(), Vec::new());
    }
    let count = match file.design {
        Design::Grid => spans.iter().try_fold(1_usize, |n, span| n.checked_mul(span.count())),
        Design::OneAtATime => Some(1 + spans.iter().map(Span::count).sum::<usize>()),
        Design::LatinHypercube | Design::Matrix => file.points.map(|n| n as usize),
    };
    let Some(count) = count.filter(|n| *n <= MOST_POINTS) else {
        let found = count.map_or_else(|| "more than can be counted".to_owned(), |n| n.to_string());
        let allowed = format!("up to {MOST_POINTS} points: fewer `levels`, or a Latin hypercube");
        doc.error_found("design", "too many points", found, allowed, None);
        return (Vec::new(), Vec::new());
    };
    let paths: Vec<&str> = file.inputs.iter().map(|i| i.path.as_str()).collect();
    let points = match file.design {
        Design::Grid => grid(&spans),
        Design::OneAtATime => one_at_a_time(&spans),
        Design::LatinHypercube | Design::Matrix => {
            latin_hypercube(&paths, &spans, count, base.loaded.scenario.seed)
        }
    };
    let input = |i: &InputFile| Input { path: i.path.clone(), scale: i.scale };
    (file.inputs.iter().map(input).collect(), points)
}

/// The values an input may take.
fn span(doc: &mut Document, base: &Base, input: &InputFile, path: &str) -> Option<Span> {
    let here = |key: &str| format!("{path}.{key}");
    if let Some(values) = &input.values {
        for (key, given) in [
            ("low", input.low.is_some()),
            ("high", input.high.is_some()),
            ("levels", input.levels.is_some()),
        ] {
            if given {
                let message = format!("`{key}` is not used beside `values`");
                doc.error(&here(key), message, "either `values` or a range", None);
            }
        }
        for (k, _) in values.iter().enumerate().filter(|(_, v)| v.0.trim().is_empty()) {
            let message = "an empty text is no value: it stands for the scenario's own";
            let allowed = "what `--set` takes; `'\"\"'` for an empty text";
            doc.error(&here(&format!("values[{k}]")), message, allowed, None);
        }
        return Some(Span::Values(values.iter().map(|v| v.0.clone()).collect()));
    }
    let id = &canonical(&input.path);
    let known = register().parameter(id);
    let (low, high) = (input.low.or(known.map(|p| p.low)), input.high.or(known.map(|p| p.high)));
    let (Some(low), Some(high)) = (low, high) else {
        let ids = register().parameters.iter().map(|p| p.id.as_str());
        let near = nearest(id, ids).map(|n| format!("{n:?}"));
        let message = format!("`{}` has no range in the register", input.path);
        let allowed = "a parameter (`qonaq list --parameters`), or `low` and `high`, or `values`";
        doc.error(&here("path"), message, allowed, near);
        return None;
    };
    if low >= high {
        let key = if input.low.is_some() { "low" } else { "high" };
        doc.error(
            &here(key),
            "the range is empty",
            format!("`low` below `high`, which is {high}"),
            None,
        );
        return None;
    }
    if input.scale == Scale::Log && low <= 0.0 {
        let key = if input.low.is_some() { "low" } else { "scale" };
        let found = format!("a range from {low}");
        let message = "a logarithmic range lies above 0";
        doc.error_found(&here(key), message, found, "`low` above 0, or `linear`", None);
        return None;
    }
    let levels = input.levels.unwrap_or(LEVELS) as usize;
    let whole = [low, high].iter().any(|end| is_whole(base, &input.path, end.round()));
    Some(Span::Range { low, high, scale: input.scale, levels, whole })
}

/// Whether a key takes `x`, a whole number, only if it is written like one.
fn is_whole(base: &Base, path: &str, x: f64) -> bool {
    let refused = |value: String| base.refuses(&format!("{path}={value}")).is_some();
    refused(written(x)) && !refused(format!("{x:.0}"))
}

/// Notes an input that reaches beyond what the register holds for plausible.
fn plausible(doc: &mut Document, input: &InputFile, span: &Span, path: &str) {
    let Some(spec) = register().parameter(&canonical(&input.path)) else { return };
    let (key, (low, high)) = match span {
        Span::Range { low, high, .. } if *low < spec.low => ("low", (*low, *high)),
        Span::Range { low, high, .. } => ("high", (*low, *high)),
        Span::Values(values) => ("values", ends(values.iter().map(String::as_str))),
    };
    if low < spec.low || high > spec.high {
        let (message, allowed) = beyond(spec);
        doc.note(&format!("{path}.{key}"), message, allowed);
    }
}

/// What is told of values beyond the plausible range, and the range.
fn beyond(spec: &ParameterSpec) -> (String, String) {
    let message = format!("`{}` reaches beyond its plausible range", spec.id);
    (message, format!("{} to {} ({})", spec.low, spec.high, spec.unit))
}

/// Lowest and highest of the values that are numbers.
fn ends<'a>(values: impl Iterator<Item = &'a str>) -> (f64, f64) {
    let numbers = values.filter_map(|v| parse_percent(v).ok());
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

/// Holds the ends of an input against the scenario. A value of a list that it refuses is only a note, unless it
/// refuses all: its points are recorded as failed.
fn try_out(doc: &mut Document, base: &Base, input: &InputFile, span: &Span, path: &str) {
    let here = |key: &str| format!("{path}.{key}");
    let values: Vec<(String, String)> = match span {
        Span::Range { .. } => {
            let at = |key: &str, given: bool| here(if given { key } else { "path" });
            vec![
                (at("low", input.low.is_some()), span.at(0.0)),
                (at("high", input.high.is_some()), span.at(1.0)),
            ]
        }
        Span::Values(values) => values
            .iter()
            .enumerate()
            .map(|(k, v)| (format!("{path}.values[{k}]"), v.clone()))
            .collect(),
    };
    let refused: Vec<(&String, Refusal)> = values
        .iter()
        .filter_map(|(at, value)| Some((at, base.refuses(&format!("{}={value}", input.path))?)))
        .collect();
    let listed = matches!(span, Span::Values(_)) && refused.len() < values.len();
    for (at, refusal) in refused {
        if refusal.path {
            let near = refusal.near().map(|path| format!("{path:?}"));
            let (message, allowed) = (refusal.message, refusal.allowed);
            doc.error_found(&here("path"), message, refusal.found, allowed, near);
            return;
        }
        if listed {
            let message = format!("points with this value will fail: {}", refusal.message);
            doc.note(at, message, refusal.allowed);
        } else {
            doc.error_found(at, refusal.message, refusal.found, refusal.allowed, None);
        }
    }
}

/// Inputs and points of a table.
pub(super) fn matrix(doc: &mut Document, base: &Base) -> (Vec<Input>, Vec<Point>) {
    if !doc.is_sound() {
        return (Vec::new(), Vec::new());
    }
    let Some(table) = doc.table("matrix") else { return (Vec::new(), Vec::new()) };
    if table.rows.is_empty() || table.rows.len() > MOST_POINTS {
        let found = format!("{} rows", table.rows.len());
        let allowed = format!("1 to {MOST_POINTS} rows below the header");
        doc.error_at(&table.start, "matrix", "no points, or too many", found, allowed, None);
        return (Vec::new(), Vec::new());
    }
    for (c, head) in table.header.iter().enumerate() {
        let same = |other: &&Cell| canonical(&other.text) == canonical(&head.text);
        if let Some(other) = table.header[..c].iter().find(same) {
            let (path, found) = (&head.text, format!("`{}` as well", other.text));
            let message = format!("column `{path}`: this input is given twice");
            doc.error_at(head, path, message, found, "a path no other column has", None);
        }
        let cells: Vec<&Cell> = table.rows.iter().map(|row| &row[c]).collect();
        column(doc, base, head, &cells);
    }
    let input = |head: Cell| Input { path: head.text, scale: Scale::Linear };
    let inputs = table.header.into_iter().map(input).collect();
    let value = |cell: Cell| if cell.text.is_empty() { None } else { Some(cell.text) };
    let points = table.rows.into_iter().map(|row| row.into_iter().map(value).collect()).collect();
    (inputs, points)
}

/// Holds a column of a table against the scenario, as [`try_out`] does a list of values.
fn column(doc: &mut Document, base: &Base, head: &Cell, cells: &[&Cell]) {
    let path = &head.text;
    if let Some((message, allowed)) = own(path) {
        doc.error_at(head, path, message, format!("`{path}`"), allowed, None);
        return;
    }
    if cells.iter().all(|cell| cell.text.is_empty()) {
        let message = format!("column `{path}` has no value");
        doc.error_at(head, path, message, "empty cells", "at least one value", None);
        return;
    }
    let refuses = |text: &str| base.refuses(&format!("{path}={text}"));
    let tried = tried(cells);
    let refused: Vec<(&Cell, Refusal)> =
        tried.iter().filter_map(|cell| Some((*cell, refuses(&cell.text)?))).collect();
    if let Some((_, refusal)) = refused.iter().find(|(_, refusal)| refusal.path) {
        let message = format!("column `{path}`: {}", refusal.message);
        let near = refusal.near().map(str::to_owned);
        doc.error_at(head, path, message, &refusal.found, &refusal.allowed, near);
        return;
    }
    // Where an empty text would be a value, it cannot be told from the scenario's own.
    if let Some(cell) = cells.iter().find(|cell| cell.is_empty_text())
        && refuses("").is_none()
    {
        let message = "an empty text is no value: it stands for the scenario's own";
        let allowed = "a value, or nothing at all between the commas";
        doc.error_at(cell, path, message, "`\"\"`", allowed, None);
    }
    let all = cells.iter().all(|cell| refused.iter().any(|(other, _)| other.text == cell.text));
    for (cell, refusal) in refused {
        if all {
            doc.error_at(cell, path, refusal.message, refusal.found, refusal.allowed, None);
        } else {
            let message = format!("points with this value will fail: {}", refusal.message);
            doc.note_at(cell, path, message, refusal.found, refusal.allowed);
        }
    }
    let (low, high) = ends(cells.iter().map(|cell| cell.text.as_str()));
    if let Some(spec) = register().parameter(&canonical(path))
        && (low < spec.low || high > spec.high)
    {
        let (message, allowed) = beyond(spec);
        doc.note_at(head, path, message, format!("{low} to {high}"), allowed);
    }
}

/// The different values of a column that are worth a try: all; if they are too many, both ends and what is no number.
fn tried<'a>(cells: &[&'a Cell]) -> Vec<&'a Cell> {
    let mut seen = BTreeSet::new();
    let given = cells.iter().copied().filter(|cell| !cell.text.is_empty());
    let mut values: Vec<&Cell> = given.filter(|cell| seen.insert(cell.text.as_str())).collect();
    if values.len() > MOST_TRIED {
        let (low, high) = ends(seen.into_iter());
        let inside = |cell: &Cell| parse_percent(&cell.text).is_ok_and(|x| low < x && x < high);
        values.retain(|cell| !inside(cell));
        values.truncate(MOST_TRIED);
    }
    values
}
