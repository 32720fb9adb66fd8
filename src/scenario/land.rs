//! Land and water of a scenario: the keys a user writes, what they become, and their checks.

use schemars::JsonSchema;
use serde::Deserialize;

use super::context::Context;
use super::schema::{ScenarioFile, StatusName};
use super::units::{self, Share};

/// What a piece of land or water is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LandKind {
    /// Fields.
    Cropland,
    /// Grazing.
    Pasture,
    /// Meadows mown for winter feed.
    Hay,
    /// Water for fields.
    Irrigation,
    /// Water for people and animals.
    DrinkingWater,
}

/// Land or water that several groups may claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Land {
    /// Id used in messages and by projects.
    pub id: String,
    /// Index of its region.
    pub region: usize,
    /// What it is used for.
    pub kind: LandKind,
    /// Claims it can meet in an ordinary year, full scale.
    pub supply: f64,
    /// Share of the supply lost to unfair allocation, `[0, 1]`.
    pub unfair: f64,
    /// Amplitude of the season, share of the supply, `[0, 1]`.
    pub season: f64,
    /// Day of the highest supply, from the start of the scenario.
    pub peak_day: f64,
    /// Claims of a rural household at the start, by group.
    pub claims: Vec<f64>,
    /// Growth of these claims, log per year, by group.
    pub growth: Vec<f64>,
}

/// Land or water that several groups may claim.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LandFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// Code of the region it lies in.
    pub region: String,
    /// What it is used for.
    pub kind: LandKind,
    /// Claims it can meet in an ordinary year, full scale.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1_000_000_000))]
    pub supply: f64,
    /// Share of the supply lost to unfair allocation.
    #[serde(default = "none")]
    pub unfair: Share,
    /// Amplitude of the season, share of the supply.
    #[serde(default = "none")]
    pub season: Share,
    /// Month of the highest supply, 1 to 12.
    #[serde(default = "june")]
    #[schemars(range(min = 1, max = 12))]
    pub peak_month: u8,
    /// Who claims how much of it.
    #[schemars(length(min = 1))]
    pub claims: Vec<ClaimFile>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// What the rural households of one group claim.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimFile {
    /// The group.
    pub group: String,
    /// Claims of one rural household (rural: the share of the region outside towns).
    #[schemars(range(min = 0, max = 1000))]
    pub per_household: f64,
    /// Growth of the claims per year, as a share.
    #[serde(default)]
    #[schemars(range(min = -0.5, max = 1))]
    pub growth_per_year: f64,
}

fn none() -> Share {
    Share(0.0)
}

fn june() -> u8 {
    6
}

/// All land and water.
pub(super) fn land(context: &mut Context, raw: &ScenarioFile) -> Vec<Land> {
    let ids: Vec<String> = raw.land.iter().map(|land| land.id.clone()).collect();
    let groups = raw.groups.len();
    let mut out = Vec::new();
    for (i, land) in raw.land.iter().enumerate() {
        let path = format!("land[{i}]");
        context.id("land", i, &ids);
        let (mut claims, mut growth) = (vec![0.0; groups], vec![0.0; groups]);
        let mut seen = vec![false; groups];
        for (k, claim) in land.claims.iter().enumerate() {
            let place = format!("{path}.claims[{k}].group");
            let Some(g) = context.group(&place, &claim.group) else { continue };
            if seen[g] {
                let message = format!("group `{}` claims `{}` twice", claim.group, land.id);
                context.error(&place, message, "each group once".to_owned(), None);
            }
            seen[g] = true;
            claims[g] = claim.per_household;
            growth[g] = crate::engine::math::ln(1.0 + claim.growth_per_year);
        }
        out.push(Land {
            id: land.id.clone(),
            region: context.region(&format!("{path}.region"), &land.region).unwrap_or(0),
            kind: land.kind,
            supply: land.supply,
            unfair: land.unfair.0,
            season: land.season.0,
            peak_day: middle_of(raw, land.peak_month),
            claims,
            growth,
        });
    }
    out
}

/// Days from the start of the scenario to the middle of a month of its first year.
fn middle_of(raw: &ScenarioFile, month: u8) -> f64 {
    let start = raw.start.0;
    let middle = units::date(start.year(), month, 15).unwrap_or(start);
    f64::from(middle.to_julian_day() - start.to_julian_day())
}
