//! Sweep files: what a user writes becomes a checked [`Sweep`].

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::base::{Base, canonical};
use super::design::{Design, Point, Scale};
use super::inputs::{designed, matrix};
use super::outcome::{Outcome, Reducer};
use super::results::FIXED;
use super::shipped::SWEEPS;
use crate::measure::INDICATORS;
use crate::scenario::{Diagnostic, Document, Loaded, Scenario};

/// A value as `--set` reads it.
#[derive(Debug, Clone)]
pub(super) struct Setting(pub String);

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
pub(super) struct SweepFile {
    /// Name; also the name of the folder. Letters, digits, `-`, `_`.
    pub name: String,
    /// The question it asks, one sentence.
    pub question: String,
    /// The scenario it varies: a path beside this file, or the name of a shipped one.
    pub scenario: String,
    /// How points are chosen.
    pub design: Design,
    /// Number of points of a `latin_hypercube`.
    #[schemars(range(min = 2, max = 1_000_000))]
    pub points: Option<u32>,
    /// Table of a `matrix`: a column for each input under its path, a row for each point.
    pub matrix: Option<String>,
    /// Replicates at each point; the scenario's if left out.
    #[schemars(range(min = 1, max = 100_000))]
    pub replicates: Option<u32>,
    /// Seed of all random numbers; the scenario's if left out.
    pub seed: Option<u64>,
    /// Whether points have random numbers of their own. If not, replicate k of every point has the same.
    #[serde(default)]
    pub independent: bool,
    /// Changes of the scenario that all points share, each `path=value` as for `--set`.
    #[serde(default)]
    pub overrides: Vec<String>,
    /// What is varied.
    #[serde(default)]
    pub inputs: Vec<InputFile>,
    /// What is kept of each run.
    #[schemars(length(min = 1))]
    outcomes: Vec<OutcomeFile>,
}

/// One input. Give `values`, or a range; the register knows the range of a parameter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InputFile {
    /// Anything that `--set` takes.
    pub path: String,
    /// Lowest value.
    pub low: Option<f64>,
    /// Highest value.
    pub high: Option<f64>,
    /// How the range is divided.
    #[serde(default)]
    pub scale: Scale,
    /// Levels of the range in a grid or one at a time.
    #[schemars(range(min = 2, max = 1000))]
    pub levels: Option<u32>,
    /// The values to take, in place of a range.
    #[schemars(length(min = 1))]
    pub values: Option<Vec<Setting>>,
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
    for (i, outcome) in file.outcomes.iter().enumerate() {
        let Some(id) = &outcome.id else { continue };
        let varied = file.inputs.iter().map(|i| &i.path).chain(inputs.iter().map(|i| &i.path));
        let fixed = FIXED.contains(&id.as_str());
        if fixed || varied.into_iter().any(|path| path.trim() == id) {
            let message = format!("there is another column `{id}`");
            let allowed = format!("an `id` that is no input and none of {}", FIXED.join(", "));
            doc.error(&format!("outcomes[{i}].id"), message, allowed, None);
        }
    }
    let mut notes = base.loaded.notes.clone();
    notes.extend(doc.finish()?);
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
        let same = |other: &InputFile| canonical(&other.path) == canonical(&input.path);
        if file.inputs[..i].iter().any(same) {
            let allowed = "a path no other input has";
            doc.error(&here("path"), "this input is given twice", allowed, None);
        }
    }
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
