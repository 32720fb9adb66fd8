//! What a user writes. The doc comments here are the descriptions of `qonaq schema`, and the generated
//! JSON schema is also what [`super::structure`] checks a file against: keys are named once, here.

// Every key is named here; statuses, sources and file names are then read off the tree, which knows their
// places, and not off these structs.
#![allow(dead_code, reason = "keys that are read off the tree are named here all the same")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::bodies::MediatorFile;
use super::distance::DistancesFile;
use super::kin::KinStateFile;
use super::land::LandFile;
use super::media::{AccountsFile, ChannelFile};
use super::model::{LeverKind, SKILLS};
use super::projects::ProjectFile;
use super::units::{Change, Day, Duration, Share};
use crate::cards::register;

/// Shares of low, middle and high skill among adults where a group does not say.
pub const DEFAULT_SKILL_SHARES: [f64; SKILLS] = [0.2, 0.5, 0.3];

/// A scenario: a place, its groups, who arrives, what else happens and which policies work.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioFile {
    /// Another scenario this one changes: a path beside this file, or the name of a shipped one.
    pub extends: Option<String>,
    /// Name; also the name of the run folder. Letters, digits, `-`, `_`.
    pub name: String,
    /// The question it asks, one sentence.
    pub question: String,
    /// First day of week 1.
    pub start: Day,
    /// Number of weeks to run.
    #[schemars(range(min = 1, max = 1040))]
    pub weeks: u32,
    /// Agents per real household.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    pub scale: f64,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Number of replicates.
    #[schemars(range(min = 1, max = 100_000))]
    pub replicates: u32,
    /// Currency code for labels, e.g. `KZT`.
    pub currency: String,
    /// The regional table.
    pub regions: RegionFiles,
    /// Border crossings where newcomers enter; needed when there are waves.
    #[serde(default)]
    pub gates: Vec<GateFile>,
    /// Normal traffic at the border; needed when there are gates.
    pub border: Option<BorderFile>,
    /// Groups of people. Their order is the order of rows in tables.
    #[schemars(length(min = 1))]
    pub groups: Vec<GroupFile>,
    /// What lies between two groups: one entry for every pair of a group and a target group.
    #[serde(default)]
    pub relations: Vec<RelationFile>,
    /// Dated inflows of people.
    #[serde(default)]
    pub waves: Vec<WaveFile>,
    /// Dated outside events.
    #[serde(default)]
    pub shocks: Vec<ShockFile>,
    /// Policies.
    #[serde(default)]
    pub levers: Vec<LeverFile>,
    /// Land and water that several groups may claim.
    #[serde(default)]
    pub land: Vec<LandFile>,
    /// Projects of foreign firms.
    #[serde(default)]
    pub projects: Vec<ProjectFile>,
    /// Bodies that mediate between groups; without any, `response.mediation_*` stand for them.
    #[serde(default)]
    pub mediators: Vec<MediatorFile>,
    /// Media channels; without any, every group of a region sees the same.
    #[serde(default)]
    pub channels: Vec<ChannelFile>,
    /// Networks of coordinated accounts.
    #[serde(default)]
    pub accounts: Vec<AccountsFile>,
    /// Model parameters that differ from the register, as `[overrides.<mechanism>]`.
    #[serde(default)]
    pub overrides: Overrides,
    /// Data files carried inside the scenario, as `scenario.resolved.toml` does.
    #[serde(default)]
    pub files: Vec<EmbeddedFile>,
}

/// How far a number can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StatusName {
    /// Seen in a named, dated source.
    Source,
    /// Arithmetic on sourced numbers.
    Derived,
    /// Ours.
    Assumed,
}

impl StatusName {
    /// As it stands in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Derived => "derived",
            Self::Assumed => "assumed",
        }
    }
}

/// The two files of the regional table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionFiles {
    /// CSV with one row per region: `code`, `name`, `latitude`, `longitude`, `tile_row`, `tile_column`,
    /// `population`, `household_size`, `urban_share`, `unemployment_rate`, `mean_wage`,
    /// `income_per_person` (money per month), `renter_share`, one `share_<group>` for each resident
    /// group (shares 0 to 1); any other column is a fact for reports and needs a source too.
    pub table: String,
    /// CSV with `region,column,status,source,low_factor,high_factor`: where each cell comes
    /// from. `region = *` speaks for a whole column, a row of its own overrides it; an `assumed` value
    /// has its range as factors of the value, below and above 1.
    pub sources: String,
}

/// A border crossing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GateFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// Code of the region it leads into.
    pub region: String,
    /// Degrees north.
    #[schemars(range(min = -90, max = 90))]
    pub latitude: f64,
    /// Degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub longitude: f64,
    /// Share of all crossings that use it; sums to 1 over gates.
    pub share: Share,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// Normal traffic at the border.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BorderFile {
    /// Persons a day over all gates in a normal time.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub norm_per_day: f64,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// A group of people.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// Display name.
    pub label: String,
    /// Column of the regional table with its share; leave out for a group not resident at week 0.
    pub share_column: Option<String>,
    /// Whether attitudes about this group are followed.
    pub target: bool,
    /// Income of a household of this group over the regional mean.
    #[serde(default = "one")]
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 100))]
    pub income_factor: f64,
    /// Shares of low, middle and high skill among adults; sums to 1.
    #[serde(default = "default_skills")]
    pub skill_shares: [Share; SKILLS],
    /// Threat from the state this group is associated with, at week 0.
    #[serde(default = "no_share")]
    pub state_threat: Share,
    /// The state people of this group have kin in.
    pub kin_state: Option<KinStateFile>,
    /// People of the nation the group comes from.
    #[schemars(range(min = 1, max = 10_000_000_000_u64))]
    pub origin_population: Option<f64>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

fn one() -> f64 {
    1.0
}

fn no_share() -> Share {
    Share(0.0)
}

fn default_skills() -> [Share; SKILLS] {
    DEFAULT_SKILL_SHARES.map(Share)
}

/// What lies between two groups; symmetric.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RelationFile {
    /// The two groups.
    pub between: [String; 2],
    /// Perceived distance in language, culture and past; or give `distances`.
    pub distance: Option<Share>,
    /// The same in four dimensions, weighted by `threat.distance_*`.
    pub distances: Option<DistancesFile>,
    /// Mean hostility without a shock.
    pub hostility: Share,
    /// Memory of past injury at week 0; in a scenario without any, none is kept.
    pub memory: Option<Share>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// An inflow given by its shape: a straight rise to a peak, then exponential decay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CurveFile {
    /// First day.
    pub start: Day,
    /// Persons a day beyond normal traffic at the peak.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub peak_per_day: f64,
    /// Time from the first day to the peak.
    pub rise: Duration,
    /// Time in which the inflow falls to 37 % after the peak.
    pub decay: Duration,
}

/// A dated inflow of people. Give either `arrivals` or `[waves.curve]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaveFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// Group the people belong to.
    pub group: String,
    /// CSV `date,gross_per_day,status,source`: a value holds until the next row's date, the last row
    /// for its own day; before the first and after the last row traffic is normal.
    pub arrivals: Option<String>,
    /// The inflow as a curve of excess over normal traffic.
    pub curve: Option<CurveFile>,
    /// Normal traffic to take off `arrivals`, persons a day; `border.norm_per_day` if left out.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub norm_per_day: Option<f64>,
    /// Mean persons in an arriving household.
    #[schemars(range(min = 1, max = 20))]
    pub household_size: f64,
    /// Median money income of an arriving household, currency per month.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1_000_000_000_000_u64))]
    pub income_median_per_month: f64,
    /// Standard deviation of log income.
    #[schemars(range(min = 0, max = 3))]
    pub income_sigma: f64,
    /// Savings on arrival, months of income.
    #[schemars(range(min = 0, max = 600))]
    pub savings_months: f64,
    /// Shares of low, middle and high skill; sums to 1.
    pub skill_shares: [Share; SKILLS],
    /// Share that only passes through.
    pub transit_share: Share,
    /// Share of adults who live on outside income and seek no local work.
    pub outside_income_share: Share,
    /// Share whose views side with the state the group is associated with.
    pub pro_state_share: Share,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// What an outside event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ShockName {
    /// Season and trend of rents: needs `change` and `over`.
    Rents,
    /// Outside drift of consumer prices: needs `change` and `over`.
    Prices,
    /// Outside media coverage of a group: needs `target`, `coverage` and `over`.
    Media,
    /// A violent event from outside the model: needs `target` and `severity`.
    Incident,
    /// The threat from the state a group is associated with: needs `target` and `level`.
    StateThreat,
    /// Change of what land and water yield (a drought is negative): needs `change` and `over`.
    Drought,
    /// Media of a kin state reach a group beyond the usual: needs `target`, `level` and `over`.
    KinMedia,
    /// The standard of living in a kin state moves: needs `target`, `change` and `over`.
    KinStandard,
}

/// A dated outside event.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShockFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// What it does; says which of the other keys are needed.
    pub kind: ShockName,
    /// First day.
    pub date: Option<Day>,
    /// First day; another name of `date`.
    pub start: Option<Day>,
    /// How long it works.
    pub over: Option<Duration>,
    /// Code of the region it is confined to; everywhere if left out.
    pub region: Option<String>,
    /// Group it is about.
    pub target: Option<String>,
    /// Relative change in all, e.g. `"12 %"`.
    pub change: Option<Change>,
    /// Coverage while it lasts; 0 is none.
    #[schemars(range(min = 0, max = 1000))]
    pub coverage: Option<f64>,
    /// Severity on the scale of incidents.
    #[schemars(range(min = 1, max = 2000))]
    pub severity: Option<f64>,
    /// New level.
    pub level: Option<Share>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// A policy with dates, strength and cost.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LeverFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// What it moves (`qonaq list --levers`).
    pub kind: LeverKind,
    /// First day it works.
    pub start: Day,
    /// First day it no longer works.
    pub end: Day,
    /// Strength; 0 changes nothing. From 0 to 1, for capacities up to 10.
    #[schemars(range(min = 0, max = 10))]
    pub strength: f64,
    /// Share of those addressed who comply.
    pub compliance: Share,
    /// Cost per unit of the kind, currency.
    #[schemars(range(min = 0, max = 1_000_000_000_000_u64))]
    pub cost_per_unit: f64,
    /// Codes of the regions it covers; everywhere if left out.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Where the idea or the numbers come from.
    pub source: Option<String>,
}

/// A data file carried inside a scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmbeddedFile {
    /// The name it is used by, e.g. `data/regions.csv`.
    pub path: String,
    /// blake3 of the text; leave out after editing the text.
    pub blake3: Option<String>,
    /// The whole text.
    pub text: String,
}

/// Parameter values by mechanism and name; the register says which exist.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Overrides(pub BTreeMap<String, BTreeMap<String, f64>>);

impl JsonSchema for Overrides {
    fn schema_name() -> Cow<'static, str> {
        "Overrides".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut mechanisms = Map::new();
        for parameter in &register().parameters {
            let Some((mechanism, name)) = parameter.id.split_once('.') else { continue };
            let entry = mechanisms.entry(mechanism).or_insert_with(|| {
                serde_json::json!({
                    "type": "object", "additionalProperties": false, "properties": {},
                })
            });
            entry["properties"][name] = serde_json::json!({
                "type": "number",
                "description": format!(
                    "{} Unit: {}. Default {}, plausible from {} to {}.",
                    parameter.meaning, parameter.unit, parameter.default, parameter.low,
                    parameter.high,
                ),
            });
        }
        json_schema!({
            "type": "object", "additionalProperties": false, "properties": mechanisms,
        })
    }
}

/// The JSON schema, made once: a sweep loads a scenario at every point.
pub(super) fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(json_schema)
}

/// The JSON schema of a scenario file (draft 2020-12), with the parameters of the register in it.
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<ScenarioFile>().to_value()
}
