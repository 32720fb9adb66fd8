//! The checked scenario: what the rest of the program works from.
//!
//! Everything here has passed `check`; indices point at existing entries, dates are day offsets from
//! [`Scenario::start`] and shares lie in `[0, 1]`. Nothing downstream reads TOML or CSV.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bodies::Mediator;
use super::kin::KinState;
use super::land::Land;
use super::media::{Accounts, Channel};
use super::projects::Project;
use crate::cards::Parameters;

/// Days in a week; the model's tick.
pub const DAYS_PER_WEEK: u32 = 7;
/// Skill levels: low, middle, high.
pub const SKILLS: usize = 3;

/// How far a number can be trusted, and why it is what it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// Seen in a named, dated source.
    Source,
    /// Arithmetic on sourced numbers.
    Derived,
    /// Ours; `low` and `high` bound it.
    Assumed {
        /// Lowest plausible value, in the unit of the number.
        low: f64,
        /// Highest plausible value.
        high: f64,
    },
}

/// Where one cell of the regional table comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct CellProvenance {
    /// Region code.
    pub region: String,
    /// Column of the regional table.
    pub column: String,
    /// Status of the value.
    pub status: Status,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// How far an entry of the scenario file can be trusted, and why it is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Table of the file, in words: `border`, `gate`, `group`, `relation`, `shock`, `mediator`, `channel` or
    /// `accounts`.
    pub part: &'static str,
    /// Id of the entry; the two groups of a relation; empty for the border.
    pub id: String,
    /// `source`, `derived` or `assumed`.
    pub status: &'static str,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// One region.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Short code used in tables.
    pub code: String,
    /// Display name.
    pub name: String,
    /// Degrees north of the main town.
    pub latitude: f64,
    /// Degrees east of the main town.
    pub longitude: f64,
    /// Row in the tile map, from 0.
    pub tile_row: u32,
    /// Column in the tile map, from 0.
    pub tile_column: u32,
    /// Residents at week 0, persons at full scale.
    pub population: f64,
    /// Mean persons per household.
    pub household_size: f64,
    /// Share of the population living in towns, `[0, 1]`.
    pub urban_share: f64,
    /// Unemployed over labour force at week 0, `[0, 1]`.
    pub unemployment_rate: f64,
    /// Mean wage, currency per month.
    pub mean_wage: f64,
    /// Money income per person, currency per month.
    pub income_per_person: f64,
    /// Share of resident households that rent, `[0, 1]`.
    pub renter_share: f64,
    /// Share of each group in the population, in the order of [`Scenario::groups`]; sums to 1.
    pub group_shares: Vec<f64>,
}

/// A border crossing where newcomers enter.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// Id used in draws and messages.
    pub id: String,
    /// Region whose `queue_border` it feeds.
    pub region: usize,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Share of all crossings that use it; sums to 1 over gates.
    pub share: f64,
}

/// A group of people: a label in data. Mechanisms never ask which one it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Id used in tables.
    pub id: String,
    /// Display name.
    pub label: String,
    /// Whether attitudes *about* this group are followed.
    pub target: bool,
    /// Income of a household of this group over the regional mean.
    pub income_factor: f64,
    /// Shares of low, middle and high skill among adults; sums to 1.
    pub skill_shares: [f64; SKILLS],
    /// Threat from the state this group is associated with, at week 0, `[0, 1]`.
    pub state_threat: f64,
    /// The state people of this group have kin in, if the scenario gives one.
    pub kin_state: Option<KinState>,
    /// People of the nation the group comes from, where the scenario says.
    pub origin_population: Option<f64>,
}

/// What lies between two groups (symmetric).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relation {
    /// Perceived distance in language, culture and past, `[0, 1]`.
    pub distance: f64,
    /// Mean hostility without a shock, `[0, 1]`.
    pub hostility: f64,
    /// Memory of past injury at week 0, `[0, 1]`; where no relation has one, none is kept.
    pub memory: Option<f64>,
}

/// A dated inflow of people.
#[derive(Debug, Clone, PartialEq)]
pub struct Wave {
    /// Id used in draws and messages.
    pub id: String,
    /// Index into [`Scenario::groups`].
    pub group: usize,
    /// Crossings per day beyond normal traffic, persons at full scale, by day from the start of the
    /// scenario. These are the *potential* arrivals. Length `7 * weeks`.
    pub daily: Vec<f64>,
    /// Mean persons in an arriving household.
    pub household_size: f64,
    /// Median money income of an arriving household, currency per month.
    pub income_median: f64,
    /// Standard deviation of log income.
    pub income_sigma: f64,
    /// Savings on arrival, months of income.
    pub savings_months: f64,
    /// Shares of low, middle and high skill; sums to 1.
    pub skill_shares: [f64; SKILLS],
    /// Share that only passes through, `[0, 1]`.
    pub transit_share: f64,
    /// Share of adults who keep a remote job or live on savings and seek no local work, `[0, 1]`.
    pub outside_income_share: f64,
    /// Share whose views side with the state the wave's group is associated with, `[0, 1]`.
    pub pro_state_share: f64,
    /// How far its numbers can be trusted: `source`, `derived` or `assumed`.
    pub status: &'static str,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// An outside event with a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Shock {
    /// Id used in `events.csv`.
    pub id: String,
    /// First day, from the start of the scenario; may be negative (before week 1).
    pub day: i64,
    /// Days over which it works; at least 1.
    pub days: u32,
    /// Region, or everywhere.
    pub region: Option<usize>,
    /// What it does.
    pub kind: ShockKind,
    /// Source or reason.
    pub source: String,
}

/// What an outside event does.
#[derive(Debug, Clone, PartialEq)]
pub enum ShockKind {
    /// Season and trend of rents: asks drift by `log_change` over the days of the shock.
    Rents {
        /// Change of log rent in all.
        log_change: f64,
    },
    /// Outside drift of consumer prices.
    Prices {
        /// Change of the log price level in all.
        log_change: f64,
    },
    /// Outside media coverage of a group.
    Media {
        /// Index into [`Scenario::groups`].
        target: usize,
        /// Coverage while it lasts, `y >= 0` (see the information mechanism).
        coverage: f64,
    },
    /// A violent event that comes from outside the model; it seeds the incident process.
    Incident {
        /// Index into [`Scenario::groups`]: whom it is directed at.
        target: usize,
        /// Severity in `[1, 2000]`.
        severity: f64,
    },
    /// The threat from the state a group is associated with moves to a new level.
    StateThreat {
        /// Index into [`Scenario::groups`].
        target: usize,
        /// New level, `[0, 1]`.
        level: f64,
    },
    /// Change of what land and water yield; a drought is negative, its end another shock.
    Drought {
        /// Change of log supply in all.
        log_change: f64,
    },
    /// Media of a kin state reach people of a group beyond the usual.
    KinMedia {
        /// Index into [`Scenario::groups`]: whom they reach.
        target: usize,
        /// Dose while it lasts, 0 = the usual, `[0, 1]`.
        level: f64,
    },
    /// The standard of living in a kin state moves.
    KinStandard {
        /// Index into [`Scenario::groups`]: whose kin live there.
        target: usize,
        /// Change of its logarithm in all.
        log_change: f64,
    },
}

/// A policy with dates, strength and cost, over one of six primitives.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// Id used in tables and messages.
    pub id: String,
    /// What it moves.
    pub kind: LeverKind,
    /// First day it works.
    pub start_day: i64,
    /// First day it no longer works.
    pub end_day: i64,
    /// Strength, `[0, 1]` unless the kind says otherwise; 0 changes nothing.
    pub strength: f64,
    /// Share of those addressed who comply, `[0, 1]`.
    pub compliance: f64,
    /// Cost per unit (see the kind), currency.
    pub cost_per_unit: f64,
    /// Regions it covers; empty = all.
    pub regions: Vec<usize>,
}

impl Lever {
    /// Strength in `region` on `day`; 0 where the lever is not in force.
    pub fn strength_at(&self, region: usize, day: i64) -> f64 {
        let covered = self.regions.is_empty() || self.regions.contains(&region);
        if covered && day >= self.start_day && day < self.end_day { self.strength } else { 0.0 }
    }
}

/// The levers of this version. Each is data over one primitive: capacity, transfer, eligibility,
/// information, sanction or allocation; none writes an attitude, a tension or an incident.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LeverKind {
    /// Capacity: service desks, `capacity * (1 + strength)`; unit = person served.
    ServiceCapacity,
    /// Capacity: border posts, `capacity * (1 + strength)`; unit = person served.
    BorderCapacity,
    /// Eligibility: checks at the border multiply service time by `1 + 4 * strength` and refuse a
    /// share `strength * compliance` of potential arrivals; unit = person checked.
    BorderScreening,
    /// Eligibility: contract breaks are barred for a share `strength * compliance`; unit = tenancy.
    TenantProtection,
    /// Transfer: pays a share `strength * compliance` of the rent above the affordable share of income;
    /// unit = currency paid.
    RentAid,
    /// Allocation: adds `strength * compliance` in utility units to regions in `regions` when
    /// newcomers choose a place; unit = person placed.
    Dispersal,
    /// Sanction probability: effectiveness of enforcement against acts rises by `strength` of the
    /// distance to 1; unit = act sanctioned.
    Enforcement,
    /// Information: an official word is heard with reach `strength`; unit = week.
    OfficialInformation,
    /// Information: incidents are acknowledged instead of denied with probability `strength`;
    /// unit = incident.
    Acknowledgement,
    /// Allocation: land and water are given out by rules; the share lost to unfair allocation falls by
    /// `strength * compliance`; unit = rural household.
    LandAllocation,
    /// Information: firms and authorities publish what a project does; a share `strength * compliance`
    /// is out in the open after a ramp; unit = project and week.
    Disclosure,
    /// Transfer: a share `strength * compliance` of the needs a project leaves unmet is covered with it,
    /// after a ramp; unit = household and week.
    BenefitSharing,
    /// Eligibility: hearings are announced in time and cost less to attend, by `strength * compliance`
    /// of the distance to all; unit = project and week.
    Hearings,
    /// Sanction probability: signs of attachment to a kin state are sanctioned with probability
    /// `strength * compliance`; unit = sign sanctioned.
    PressureOnSigns,
    /// Eligibility: groups with a kin state are treated as equals, `strength * compliance` of the way;
    /// unit = member and week.
    Inclusion,
    /// Information: media of kin states lose a share `strength * compliance` of their dose; unit =
    /// member and week.
    KinMediaDiet,
    /// Eligibility: employers may not take a share `strength * compliance` of newcomers' applications,
    /// nor re-offer that share of jobs to them; unit = application refused.
    NativeFirst,
    /// Transfer: newcomer households without a home of their own get `strength * compliance` of their
    /// region's income per person for each person; unit = currency paid.
    Aid,
    /// Eligibility: newcomers whom residents report as siding with another state are removed, at
    /// `strength * compliance` of the usual rate of reports; unit = person removed.
    ReportsScreening,
    /// Information: an education campaign changes meaningful contact by `contact.education` times
    /// `strength * compliance`; unit = person reached and week.
    Education,
    /// Information: conversations without judgement take a share `threat.dialogue` times `strength *
    /// compliance` off the threat from media and states; unit = person reached and week.
    NarrativeDialogue,
    /// Capacity: assemblies and consent boards have `strength` of the resources they lack; unit = week.
    AssemblyResources,
    /// Capacity: councils of elders reach a share `strength * compliance` of the places they do not;
    /// unit = week.
    EldersCouncils,
    /// Transfer: NGOs have `strength` of the resources they lack, and learn faster; unit = week.
    NgoFunding,
    /// Capacity: courts come nearer to full fairness by a share `strength * compliance`; unit = week.
    CourtFairness,
    /// Sanction probability: police sanction more of the acts they answer, by `strength` of the distance
    /// to 1; unit = week.
    PoliceEffectiveness,
    /// Capacity: networks of mutual help soften own losses of a share `strength * compliance`; unit = week.
    MutualHelp,
    /// Capacity: official bodies are reformed after a grave incident, as far as `response.reform_effect`
    /// lets them; unit = week.
    ReactiveReform,
    /// Information: facts are checked in public with reach `strength * compliance`; unit = week.
    FactCorrection,
    /// Eligibility: platforms remove a share `strength * compliance` of coordinated accounts; unit = week.
    PlatformAction,
    /// Information: what the authorities' monitoring shows is open to a share `strength` of mediators;
    /// unit = week.
    OpenRiskMap,
}

impl LeverKind {
    /// Whether anyone beside the authorities has to comply, so that `compliance` is read.
    pub fn needs_compliance(self) -> bool {
        !matches!(
            self,
            Self::ServiceCapacity
                | Self::BorderCapacity
                | Self::Enforcement
                | Self::OfficialInformation
                | Self::Acknowledgement
                | Self::AssemblyResources
                | Self::NgoFunding
                | Self::PoliceEffectiveness
                | Self::ReactiveReform
                | Self::OpenRiskMap
        )
    }

    /// Its name in scenario files.
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}

/// A lever kind as `list --levers` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LeverInfo {
    /// Its id in scenario files.
    pub kind: LeverKind,
    /// The primitive it works through.
    pub primitive: &'static str,
    /// What its cost is counted by.
    pub unit: &'static str,
    /// What its strength does, one sentence.
    pub meaning: &'static str,
}

/// Every lever kind, in the order of the list.
pub const LEVERS: &[LeverInfo] = &[
    LeverInfo {
        kind: LeverKind::ServiceCapacity,
        primitive: "capacity",
        unit: "person served",
        meaning: "Service desks work at capacity times (1 + strength).",
    },
    LeverInfo {
        kind: LeverKind::BorderCapacity,
        primitive: "capacity",
        unit: "person served",
        meaning: "Border posts work at capacity times (1 + strength).",
    },
    LeverInfo {
        kind: LeverKind::BorderScreening,
        primitive: "eligibility",
        unit: "person checked",
        meaning: "Checks multiply service time by 1 + 4 strength and refuse a share strength times \
                  compliance of potential arrivals.",
    },
    LeverInfo {
        kind: LeverKind::TenantProtection,
        primitive: "eligibility",
        unit: "tenancy",
        meaning: "Contract breaks are barred for a share strength times compliance.",
    },
    LeverInfo {
        kind: LeverKind::RentAid,
        primitive: "transfer",
        unit: "currency paid",
        meaning: "Pays a share strength of the rent above the burden threshold of eligible households \
                  that take it up.",
    },
    LeverInfo {
        kind: LeverKind::Dispersal,
        primitive: "allocation",
        unit: "person placed",
        meaning: "The regions it covers gain strength times compliance when newcomers choose a place.",
    },
    LeverInfo {
        kind: LeverKind::Enforcement,
        primitive: "sanction",
        unit: "act sanctioned",
        meaning: "Enforcement against acts comes nearer to full effectiveness by a share strength.",
    },
    LeverInfo {
        kind: LeverKind::OfficialInformation,
        primitive: "information",
        unit: "week",
        meaning: "An official word is heard with reach strength.",
    },
    LeverInfo {
        kind: LeverKind::Acknowledgement,
        primitive: "information",
        unit: "incident",
        meaning: "Incidents are acknowledged instead of denied with probability strength.",
    },
    LeverInfo {
        kind: LeverKind::LandAllocation,
        primitive: "allocation",
        unit: "rural household",
        meaning: "The share of land and water lost to unfair allocation falls by strength times compliance.",
    },
    LeverInfo {
        kind: LeverKind::Disclosure,
        primitive: "information",
        unit: "project and week",
        meaning: "After a ramp a share strength times compliance of what a project does is public.",
    },
    LeverInfo {
        kind: LeverKind::BenefitSharing,
        primitive: "transfer",
        unit: "household and week",
        meaning: "After a ramp a share strength times compliance of needs a project leaves unmet is covered.",
    },
    LeverInfo {
        kind: LeverKind::Hearings,
        primitive: "eligibility",
        unit: "project and week",
        meaning: "Hearings are announced in time and made easy to attend by strength times compliance.",
    },
    LeverInfo {
        kind: LeverKind::PressureOnSigns,
        primitive: "sanction",
        unit: "sign sanctioned",
        meaning: "Signs of attachment to a kin state are sanctioned with probability strength times \
                  compliance.",
    },
    LeverInfo {
        kind: LeverKind::Inclusion,
        primitive: "eligibility",
        unit: "member and week",
        meaning: "Courts, police and authorities deal more evenly with groups that have a kin state.",
    },
    LeverInfo {
        kind: LeverKind::KinMediaDiet,
        primitive: "information",
        unit: "member and week",
        meaning: "Media of kin states lose a share strength times compliance of their dose.",
    },
    LeverInfo {
        kind: LeverKind::NativeFirst,
        primitive: "eligibility",
        unit: "application refused",
        meaning: "Employers may not take a share strength times compliance of newcomers' applications.",
    },
    LeverInfo {
        kind: LeverKind::Aid,
        primitive: "transfer",
        unit: "currency paid",
        meaning: "Newcomer households without a home of their own get strength times compliance of the \
                  region's income per person for each person.",
    },
    LeverInfo {
        kind: LeverKind::ReportsScreening,
        primitive: "eligibility",
        unit: "person removed",
        meaning: "Newcomers reported as siding with another state are removed, some of them wrongly.",
    },
    LeverInfo {
        kind: LeverKind::Education,
        primitive: "information",
        unit: "person reached and week",
        meaning: "A campaign changes how common meaningful contact is, by contact.education.",
    },
    LeverInfo {
        kind: LeverKind::NarrativeDialogue,
        primitive: "information",
        unit: "person reached and week",
        meaning: "Conversations take a share of the threat from media and states away, by threat.dialogue.",
    },
    LeverInfo {
        kind: LeverKind::AssemblyResources,
        primitive: "capacity",
        unit: "week",
        meaning: "Assemblies and consent boards have a share strength of the resources they lack.",
    },
    LeverInfo {
        kind: LeverKind::EldersCouncils,
        primitive: "capacity",
        unit: "week",
        meaning: "Councils of elders reach a share strength times compliance of the places they do not.",
    },
    LeverInfo {
        kind: LeverKind::NgoFunding,
        primitive: "transfer",
        unit: "week",
        meaning: "NGOs have a share strength of the resources they lack, and learn faster.",
    },
    LeverInfo {
        kind: LeverKind::CourtFairness,
        primitive: "capacity",
        unit: "week",
        meaning: "Courts come nearer to full fairness by a share strength times compliance.",
    },
    LeverInfo {
        kind: LeverKind::PoliceEffectiveness,
        primitive: "sanction",
        unit: "week",
        meaning: "Police sanction more of the acts they answer, by a share strength of the distance to all.",
    },
    LeverInfo {
        kind: LeverKind::MutualHelp,
        primitive: "capacity",
        unit: "week",
        meaning: "Mutual help softens the own losses of a share strength times compliance of households.",
    },
    LeverInfo {
        kind: LeverKind::ReactiveReform,
        primitive: "capacity",
        unit: "week",
        meaning: "Some months after a grave incident official bodies gain strength times the reform effect.",
    },
    LeverInfo {
        kind: LeverKind::FactCorrection,
        primitive: "information",
        unit: "week",
        meaning: "Facts are checked in public with reach strength times compliance.",
    },
    LeverInfo {
        kind: LeverKind::PlatformAction,
        primitive: "eligibility",
        unit: "week",
        meaning: "Platforms remove a share strength times compliance of coordinated accounts.",
    },
    LeverInfo {
        kind: LeverKind::OpenRiskMap,
        primitive: "information",
        unit: "week",
        meaning: "What the authorities' monitoring shows is open to a share strength of mediators.",
    },
];

/// A whole checked scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Name; also the name of the run folder.
    pub name: String,
    /// The question it asks, one sentence.
    pub question: String,
    /// First day of week 1.
    pub start: time::Date,
    /// Number of weeks to run.
    pub weeks: u32,
    /// Share of households represented by an agent each, `(0, 1]`.
    pub scale: f64,
    /// Seed of all draws.
    pub seed: u64,
    /// Number of replicates.
    pub replicates: u32,
    /// Currency code for labels.
    pub currency: String,
    /// Regions in scenario order.
    pub regions: Vec<Region>,
    /// Where each cell of the regional table comes from.
    pub provenance: Vec<CellProvenance>,
    /// Status and source of every entry of the file but the waves, which carry their own.
    pub statements: Vec<Statement>,
    /// Border crossings; may be empty when there are no waves.
    pub gates: Vec<Gate>,
    /// Normal border traffic, persons a day over all gates.
    pub border_norm_per_day: f64,
    /// Groups in the order in which they are worked, which does not depend on the file.
    pub groups: Vec<Group>,
    /// Indices of the groups in the order of the file, for tables and pages.
    pub listed: Vec<usize>,
    /// Pairwise relations, `groups.len()` squared, row-major; the diagonal is all zero.
    pub relations: Vec<Relation>,
    /// Waves.
    pub waves: Vec<Wave>,
    /// Dated outside events.
    pub shocks: Vec<Shock>,
    /// Policies.
    pub levers: Vec<Lever>,
    /// Land and water that several groups may claim.
    pub land: Vec<Land>,
    /// Projects of foreign firms.
    pub projects: Vec<Project>,
    /// Bodies that mediate; empty = `response.mediation_*` stand for them.
    pub mediators: Vec<Mediator>,
    /// Media channels; empty = every group of a region sees the same.
    pub channels: Vec<Channel>,
    /// Networks of coordinated accounts.
    pub accounts: Vec<Accounts>,
    /// All model parameters: register defaults with this scenario's overrides.
    pub parameters: Parameters,
}

impl Scenario {
    /// Resident households that are simulated, about.
    pub fn households(&self) -> f64 {
        self.scale * self.regions.iter().map(|r| r.population / r.household_size).sum::<f64>()
    }

    /// What lies between groups `a` and `b`.
    pub fn relation(&self, a: usize, b: usize) -> Relation {
        self.relations[a * self.groups.len() + b]
    }

    /// A hash of what a group *is*, without its name or place in the file.
    pub fn group_hash(&self, g: usize) -> blake3::Hash {
        let group = &self.groups[g];
        let mut hasher = blake3::Hasher::new();
        let mut put = |x: f64| {
            hasher.update(&x.to_le_bytes());
        };
        put(f64::from(u8::from(group.target)));
        put(group.income_factor);
        put(group.state_threat);
        group.skill_shares.iter().copied().for_each(&mut put);
        group.kin_state.iter().flat_map(KinState::numbers).for_each(&mut put);
        group.origin_population.into_iter().for_each(&mut put);
        let mut shares: Vec<(&str, f64)> =
            self.regions.iter().map(|r| (r.code.as_str(), r.group_shares[g])).collect();
        shares.sort_by_key(|s| s.0);
        for (_, share) in shares {
            put(share);
        }
        hasher.finalize()
    }

    /// Indices of the groups attitudes are about, in the order in which they are worked.
    pub fn targets(&self) -> Vec<usize> {
        (0..self.groups.len()).filter(|&g| self.groups[g].target).collect()
    }

    /// The same, in the order of the file.
    pub fn listed_targets(&self) -> Vec<usize> {
        self.listed.iter().copied().filter(|&g| self.groups[g].target).collect()
    }

    /// Strength of the strongest lever of `kind` in `region` on `day`, with its compliance.
    pub fn lever(&self, kind: LeverKind, region: usize, day: i64) -> (f64, f64) {
        self.strongest(kind, region, day).map_or((0.0, 0.0), |(s, l)| (s, l.compliance))
    }

    /// Cost per unit of that lever; 0 where none is in force.
    pub fn unit_cost(&self, kind: LeverKind, region: usize, day: i64) -> f64 {
        self.strongest(kind, region, day).map_or(0.0, |(_, l)| l.cost_per_unit)
    }

    /// The strongest lever in force; the first of equals.
    fn strongest(&self, kind: LeverKind, region: usize, day: i64) -> Option<(f64, &Lever)> {
        let at = |l: &'_ Lever| l.strength_at(region, day);
        let in_force = self.levers.iter().filter(|l| l.kind == kind && at(l) > 0.0);
        in_force.fold(None, |best, l| match best {
            Some((strength, _)) if strength >= at(l) => best,
            _ => Some((at(l), l)),
        })
    }
}
