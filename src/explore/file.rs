//! Sweep files: what a user writes becomes a checked [`Sweep`].

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::design::{
    Design, MOST_POINTS, Point, Scale, Span, grid, latin_hypercube, one_at_a_time, written,
};
use super::outcome::{Outcome, Reducer};
use super::shipped::SWEEPS;
use crate::cards::register;
use crate::measure::INDICATORS;
use crate::scenario::{Diagnostic, Document, Loaded, Scenario, Source, load, nearest};

/// Levels of a range in a grid where the file does not say.
const LEVELS: u32 = 5;

/// A value as `--set` reads it.
#[derive(Debug, Clone)]
struct Setting(String);

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            other => other.to_string(),
        }))
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Setting".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string", "boolean"], "format": "value" })
    }
}

/// A sweep.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SweepFile {
    /// Name; also the name of the folder. Letters, digits, `-`, `_`.
    name: String,
    /// The question it asks, one sentence.
    question: String,
    /// The scenario it varies: a path beside this file, or the name of a shipped one.
    scenario: String,
    /// How points are chosen.
    design: Design,
    /// Number of points of a `latin_hypercube`.
    #[schemars(range(min = 2, max = 1_000_000))]
    points: Option<u32>,
    /// Table of a `matrix`: a column for each input under its path, a row for each point.
    matrix: Option<String>,
    /// Replicates at each point; the scenario's if left out.
    #[schemars(range(min = 1, max = 100_000))]
    replicates: Option<u32>,
    /// Seed of all random numbers; the scenario's if left out.
    seed: Option<u64>,
    /// Whether points have random numbers of their own. If not, replicate k of every point has the same.
    #[serde(default)]
    independent: bool,
    /// Changes of the scenario that all points share, each `path=value` as for `--set`.
    #[serde(default)]
    overrides: Vec<String>,
    /// What is varied.
    #[serde(default)]
    inputs: Vec<InputFile>,
    /// What is kept of each run.
    #[schemars(length(min = 1))]
    outcomes: Vec<OutcomeFile>,
}

/// One input. Give `values`, or a range; the register knows the range of a parameter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InputFile {
    /// Anything that `--set` takes.
    path: String,
    /// Lowest value.
    low: Option<f64>,
    /// Highest value.
    high: Option<f64>,
    /// How the range is divided.
    #[serde(default)]
    scale: Scale,
    /// Levels of the range in a grid or one at a time.
    #[schemars(range(min = 2, max = 1000))]
    levels: Option<u32>,
    /// The values to take, in place of a range.
    #[schemars(length(min = 1))]
    values: Option<Vec<Setting>>,
}

/// One outcome.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OutcomeFile {
    /// Name of its column; made from the other keys if left out.
    id: Option<String>,
    /// Indicator (`qonaq list --indicators`).
    indicator: String,
    /// Code of a region, or `all`.
    #[serde(default = "all")]
    region: String,
    /// Id of a group, or `all`.
    #[serde(default = "all")]
    group: String,
    /// Id of a target group, or `all` for the mean over them; for indicators that have targets.
    target: Option<String>,
    /// How its weeks become one number.
    reducer: Reducer,
    /// Threshold of `share_above`.
    above: Option<f64>,
}

fn all() -> String {
    "all".to_owned()
}

/// An input as results and charts name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Path, as `--set` takes it.
    pub path: String,
    /// Scale of its axis.
    pub scale: Scale,
}

/// A checked sweep.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// Name.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// The scenario with what all points share.
    pub base: Loaded,
    /// How points were chosen.
    pub design: Design,
    /// Whether points have random numbers of their own.
    pub independent: bool,
    /// What is varied.
    pub inputs: Vec<Input>,
    /// Values of the inputs, point by point.
    pub points: Vec<Point>,
    /// What is kept of each run.
    pub outcomes: Vec<Outcome>,
    /// Things worth knowing that are no errors.
    pub notes: Vec<Diagnostic>,
}

/// Reads and checks a sweep: a file, or the name of a shipped one. `sets` are `path=value` and change the scenario
/// at all points, `replicates` and `seed` included.
///
/// # Errors
/// Everything that is wrong with it, in the order of lines.
pub fn read(given: &str, sets: &[String]) -> Result<Sweep, Vec<Diagnostic>> {
    let (mut doc, file) = Document::read::<SweepFile>(given, "sweep", "scenarios/sweeps", SWEEPS)?;
    doc.id("name", &file.name);
    let Some(base) = Base::load(&mut doc, &file, sets)? else {
        return Err(doc.finish().err().unwrap_or_default());
    };
    let outcomes = outcomes(&mut doc, &file.outcomes, &base.loaded.scenario);
    shape(&mut doc, &file);
    let (inputs, points) = if file.design == Design::Matrix {
        matrix(&mut doc, &base)
    } else {
        designed(&mut doc, &file, &base)
    };
    let notes = doc.finish()?;
    Ok(Sweep {
        name: file.name,
        question: file.question,
        base: base.loaded,
        design: file.design,
        independent: file.independent,
        inputs,
        points,
        outcomes,
        notes,
    })
}

/// The scenario that is varied.
struct Base {
    source: Source,
    sets: Vec<String>,
    loaded: Loaded,
}

impl Base {
    /// Loads it with everything that all points share; nothing if the file has to change first.
    fn load(
        doc: &mut Document,
        file: &SweepFile,
        more: &[String],
    ) -> Result<Option<Self>, Vec<Diagnostic>> {
        let Some(source) = doc.scenario(&file.scenario) else {
            let names: Vec<&str> = crate::scenario::shipped_names().collect();
            let near = nearest(&file.scenario, names).map(|n| format!("{n:?}"));
            let allowed = "a path relative to this file, or the name of a shipped scenario \
                           (`qonaq list`)";
            doc.error("scenario", "unknown scenario", allowed, near);
            return Ok(None);
        };
        load(&source, &[])?;
        let mut sets: Vec<String> = Vec::new();
        for (i, set) in file.overrides.iter().enumerate() {
            let path = format!("overrides[{i}]");
            let key = set.split('=').next().unwrap_or("").trim();
            if own(doc, &path, key) {
                continue;
            }
            match load(&source, &[sets.as_slice(), std::slice::from_ref(set)].concat()) {
                Ok(_) => sets.push(set.clone()),
                Err(faults) => {
                    let refusal = Refusal::of(set, &faults);
                    let near = refusal.corrected.map(|text| format!("{text:?}"));
                    doc.error_found(&path, refusal.message, refusal.found, refusal.allowed, near);
                }
            }
        }
        sets.extend(file.replicates.map(|n| format!("replicates={n}")));
        sets.extend(file.seed.map(|n| format!("seed={n}")));
        sets.extend_from_slice(more);
        let loaded = load(&source, &sets)?;
        Ok(Some(Self { source, sets, loaded }))
    }

    /// Why the scenario does not take `set`.
    fn refuses(&self, set: &str) -> Option<Refusal> {
        let sets = [self.sets.as_slice(), &[set.to_owned()]].concat();
        load(&self.source, &sets).err().map(|faults| Refusal::of(set, &faults))
    }
}

/// Says so where `key` belongs to the sweep and not to a point.
fn own(doc: &mut Document, path: &str, key: &str) -> bool {
    let own = ["seed", "replicates"].contains(&key);
    if own {
        let allowed = format!("`{key} = …` at the top of the sweep");
        doc.error(path, format!("`{key}` belongs to the sweep itself"), allowed, None);
    }
    own
}

/// What a scenario has against a `path=value`.
struct Refusal {
    /// Whether the path is wrong rather than the value.
    path: bool,
    message: String,
    found: String,
    allowed: String,
    /// The argument with what was probably meant.
    corrected: Option<String>,
}

impl Refusal {
    fn of(set: &str, faults: &[Diagnostic]) -> Self {
        let about = |d: &&Diagnostic| d.file == "--set" && d.source_line == set;
        let own = faults.iter().find(about);
        let Some(fault) = own.or(faults.first()) else {
            let message = format!("`{set}` cannot be set");
            return Self {
                path: true,
                message,
                found: String::new(),
                allowed: String::new(),
                corrected: None,
            };
        };
        let key = set.split('=').next().unwrap_or("").chars().count();
        let corrected = own.and_then(|d| {
            let chars: Vec<char> = set.chars().collect();
            let (start, end) = (d.column - 1, d.column - 1 + d.length);
            let near = d.suggestion.as_ref()?;
            let (before, after) = (chars.get(..start)?, chars.get(end..)?);
            Some(before.iter().collect::<String>() + near + &after.iter().collect::<String>())
        });
        Self {
            path: own.is_some_and(|d| d.column <= key),
            message: fault.message.clone(),
            found: fault.found.clone(),
            allowed: fault.allowed.clone(),
            corrected,
        }
    }
}

/// Keys that a design needs or does not know.
fn shape(doc: &mut Document, file: &SweepFile) {
    let lhs = file.design == Design::LatinHypercube;
    let matrix = file.design == Design::Matrix;
    let found = || "nothing".to_owned();
    if lhs && file.points.is_none() {
        let message = "a Latin hypercube needs `points`";
        doc.error_found("design", message, found(), "`points = 100`, say", None);
    }
    if !lhs && file.points.is_some() {
        let allowed = "`design = \"latin_hypercube\"`, or no `points`";
        doc.error("points", "`points` is for a Latin hypercube", allowed, None);
    }
    if matrix && file.matrix.is_none() {
        let message = "a matrix needs its table";
        doc.error_found("design", message, found(), "`matrix = \"points.csv\"`, say", None);
    }
    if !matrix && file.matrix.is_some() {
        let allowed = "`design = \"matrix\"`, or no `matrix`";
        doc.error("matrix", "`matrix` is for the design of that name", allowed, None);
    }
    if matrix && !file.inputs.is_empty() {
        let allowed = "no `inputs`: the columns of the table are";
        doc.error("inputs", "a matrix has its inputs in the table", allowed, None);
    }
    if !matrix && file.inputs.is_empty() {
        let allowed = "at least one `[[inputs]]`";
        doc.error_found("design", "nothing is varied", "no inputs", allowed, None);
    }
    for (i, input) in file.inputs.iter().enumerate() {
        let here = |key: &str| format!("inputs[{i}].{key}");
        if lhs && input.levels.is_some() {
            let allowed = "a grid or `one_at_a_time`, or no `levels`";
            doc.error(&here("levels"), "a Latin hypercube has no levels", allowed, None);
        }
        if file.inputs[..i].iter().any(|other| other.path == input.path) {
            let allowed = "a path no other input has";
            doc.error(&here("path"), "this input is given twice", allowed, None);
        }
    }
}

/// Inputs and points of every design but a matrix.
fn designed(doc: &mut Document, file: &SweepFile, base: &Base) -> (Vec<Input>, Vec<Point>) {
    let mut spans = Vec::new();
    for (i, input) in file.inputs.iter().enumerate() {
        let path = format!("inputs[{i}]");
        if doc.is_broken(&path) || own(doc, &format!("{path}.path"), &input.path) {
            continue;
        }
        if let Some(span) = span(doc, input, &path) {
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
fn span(doc: &mut Document, input: &InputFile, path: &str) -> Option<Span> {
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
        return Some(Span::Values(values.iter().map(|v| v.0.clone()).collect()));
    }
    let id = input.path.strip_prefix("overrides.").unwrap_or(&input.path);
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
    Some(Span::Range { low, high, scale: input.scale, levels })
}

/// Holds the ends of an input against the scenario. A value of a list that it refuses is only a note, unless it
/// refuses all: its points are recorded as failed.
fn try_out(doc: &mut Document, base: &Base, input: &InputFile, span: &Span, path: &str) {
    let here = |key: &str| format!("{path}.{key}");
    let values: Vec<(String, String)> = match span {
        Span::Range { low, high, .. } => {
            let at = |key: &str, given: bool| here(if given { key } else { "path" });
            vec![
                (at("low", input.low.is_some()), written(*low)),
                (at("high", input.high.is_some()), written(*high)),
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
            let near = refusal.corrected.as_ref().and_then(|set| set.split('=').next());
            let near = near.map(|path| format!("{path:?}"));
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
fn matrix(doc: &mut Document, base: &Base) -> (Vec<Input>, Vec<Point>) {
    if !doc.is_sound() {
        return (Vec::new(), Vec::new());
    }
    let Some(table) = doc.table("matrix") else { return (Vec::new(), Vec::new()) };
    if table.rows.is_empty() || table.rows.len() > MOST_POINTS {
        let found = format!("{} rows", table.rows.len());
        let allowed = format!("1 to {MOST_POINTS} rows");
        doc.error_found("matrix", "no points, or too many", found, allowed, None);
    }
    for (column, path) in table.header.iter().enumerate() {
        if own(doc, "matrix", path) {
            continue;
        }
        // Whether a path is right shows in its first value; later values that are refused are failed points.
        let first = table.rows.iter().map(|row| row[column].as_str()).find(|v| !v.is_empty());
        let Some(value) = first else {
            let message = format!("column `{path}` has no value");
            doc.error_found("matrix", message, "empty cells", "at least one value", None);
            continue;
        };
        if let Some(refusal) = base.refuses(&format!("{path}={value}")).filter(|r| r.path) {
            let near = refusal.corrected.as_ref().and_then(|set| set.split('=').next());
            let message = format!("column `{path}`: {}", refusal.message);
            let allowed = match near {
                Some(near) => format!("{}; `{near}`, say", refusal.allowed),
                None => refusal.allowed,
            };
            doc.error_found("matrix", message, refusal.found, allowed, None);
        }
    }
    let inputs =
        table.header.into_iter().map(|path| Input { path, scale: Scale::Linear }).collect();
    let cell = |text: String| if text.is_empty() { None } else { Some(text) };
    let points = table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    (inputs, points)
}

/// Checks what is to be kept of each run.
fn outcomes(doc: &mut Document, files: &[OutcomeFile], scenario: &Scenario) -> Vec<Outcome> {
    let ids: Vec<&str> = INDICATORS.iter().map(|i| i.id).collect();
    let mut regions = vec!["all"];
    regions.extend(scenario.regions.iter().map(|r| r.code.as_str()));
    let mut groups = vec!["all"];
    groups.extend(scenario.groups.iter().map(|g| g.id.as_str()));
    let mut targets = vec!["all"];
    targets.extend(scenario.groups.iter().filter(|g| g.target).map(|g| g.id.as_str()));
    let mut out: Vec<Outcome> = Vec::new();
    for (i, file) in files.iter().enumerate() {
        let here = |key: &str| format!("outcomes[{i}].{key}");
        let Some(at) = doc.one_of(&here("indicator"), "indicator", &file.indicator, &ids) else {
            continue;
        };
        let indicator = &INDICATORS[at];
        doc.one_of(&here("region"), "region", &file.region, &regions);
        doc.one_of(&here("group"), "group", &file.group, &groups);
        if file.group != "all" && !indicator.by_group {
            let message = format!("`{}` is not given by group", indicator.id);
            doc.error(&here("group"), message, "`all`, or another indicator", None);
        }
        if let Some(target) = &file.target {
            if indicator.by_target {
                doc.one_of(&here("target"), "target", target, &targets);
            } else {
                let message = format!("`{}` has no targets", indicator.id);
                doc.error(&here("target"), message, "no `target`, or another indicator", None);
            }
        }
        match (file.reducer, file.above) {
            (Reducer::ShareAbove, None) => {
                let message = "`share_above` needs `above`";
                doc.error_found(&here("reducer"), message, "nothing", "`above = 0.5`, say", None);
            }
            (Reducer::ShareAbove, Some(_)) | (_, None) => {}
            (_, Some(_)) => {
                let message = "`above` is for `share_above`";
                doc.error(&here("above"), message, "no `above`, or that reducer", None);
            }
        }
        let target = indicator.by_target.then(|| file.target.clone().unwrap_or_else(all));
        let mut outcome = Outcome {
            id: String::new(),
            indicator: file.indicator.clone(),
            region: file.region.clone(),
            group: file.group.clone(),
            target,
            reducer: file.reducer,
            above: file.above,
        };
        outcome.id = file.id.clone().unwrap_or_else(|| default_id(&outcome));
        if file.id.is_some() {
            doc.id(&here("id"), &outcome.id);
        }
        if out.iter().any(|other| other.id == outcome.id) {
            let key = if file.id.is_some() { "id" } else { "indicator" };
            let message = format!("two outcomes are called `{}`", outcome.id);
            doc.error(&here(key), message, "an `id` no other outcome has", None);
        }
        out.push(outcome);
    }
    out
}

/// E.g. `hostility_newcomers_mean`: the indicator, what it is about and how it is reduced.
fn default_id(outcome: &Outcome) -> String {
    let about = [Some(&outcome.region), Some(&outcome.group), outcome.target.as_ref()];
    let mut parts = vec![outcome.indicator.replace('.', "_")];
    parts.extend(about.into_iter().flatten().filter(|name| *name != "all").cloned());
    parts.push(outcome.reducer.name().to_owned());
    parts.join("_")
}
