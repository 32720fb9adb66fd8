//! Land and water: who gets how much of what several groups claim.
//!
//! *What happens.* Rural households, newcomers who settle and projects claim cropland, pasture, hay and
//! water. Supply moves with season and drought, and a part is lost to unfair allocation. Where claims
//! outgrow it, everyone gets less than they are used to. That loss is one of the losses which threat and
//! blame work with. Where different groups claim the same land, clashes find more opportunity.
//!
//! *Equation.* For land l with supply L, unfair share φ and claims C of households and projects:
//!
//! ```text
//! ρ_l = L season drought (1 - φ) / Σ C          q_l = min(1, ρ_l)
//! loss_l = [min(1, season u_l) - q_l]+          u_l' = u_l + r(τ) (ρ_l / season - u_l)
//! loss_g = Σ_l c_gl loss_l / Σ_l c_gl           overlap = Σ_l (C_l / C) H_l / H
//! ```
//!
//! `c_gl` are the claims of one household, H the chance that two claims come from different groups: within
//! one land (`H_l`) or all together. Overlap is 0 when niches are apart and 1 when all claim the same.
//!
//! *Reads* `households.{presence, region}`; *writes* `land`, `society.regions.contested`, lever cost. *Off* without
//! `[[land]]`; `land.dependence = land.believed = 0` (no loss is felt), `land.clash_gain = 0`.
//!
//! *Cards.* S2-H11 (hardship), S4-H12 (less water). *Source.* Sharing by claims is ours; the index of overlap is that of relative
//! diversity (Reardon and Firebaugh 2002), turned round.

use serde::{Deserialize, Serialize};

use super::projects::BEFORE;
use crate::engine::draws::{Draws, Purpose};
use crate::engine::math::{cos, exp, weekly};
use crate::engine::sums::{Fixed, tabulate};
use crate::scenario::{DAYS_PER_WEEK, LeverKind, Scenario, ShockKind};
use crate::world::{Context, Flow, LandState, Setting, World};

/// Days in a year of seasons.
const YEAR: f64 = 365.25;
/// Supply over claims above which more makes no difference to what people are used to.
const PLENTY: f64 = 2.0;

/// Parameters of land and water.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Loss felt by a rural household whose claims are no longer met at all.
    pub dependence: f64,
    /// Weight of the region's lost access in what people believe that the region loses.
    pub believed: f64,
    /// Weeks in which people get used to another access.
    pub usual_weeks: f64,
    /// Rise of the opportunity for clashes and violence in a rural region whose groups claim the same land.
    pub clash_gain: f64,
}

/// Draws who lives outside towns and brings access to what people are used to.
pub fn initialise(setting: &mut Setting, world: &mut World, draws: Draws) {
    if setting.scenario.land.is_empty() {
        return;
    }
    let who = &setting.people.address;
    setting.traits.rural =
        who.iter().map(|&a| draws.uniform(a, 0, Purpose::Rural, 0) as f32).collect();
    assess(setting, world, BEFORE, 0);
}

/// One week of land and water.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    if setting.scenario.land.is_empty() {
        return;
    }
    let day = i64::from(Setting::first_day(ctx.week));
    let rural = assess(setting, world, day, day + i64::from(DAYS_PER_WEEK));
    let groups = setting.groups();
    for r in 0..setting.regions() {
        let (strength, _) = setting.scenario.lever(LeverKind::LandAllocation, r, day);
        if strength > 0.0 {
            let households: f64 = setting.group_order.iter().map(|&g| rural[r * groups + g]).sum();
            let cost = setting.scenario.unit_cost(LeverKind::LandAllocation, r, day) * households;
            world.flows.add(Flow::LeverCost, r, 0, cost);
        }
    }
}

/// Whether household `i` lives outside the towns of `region`.
#[inline]
pub fn is_rural(setting: &Setting, i: usize, region: usize) -> bool {
    setting
        .traits
        .rural
        .get(i)
        .is_some_and(|&u| f64::from(u) >= setting.scenario.regions[region].urban_share)
}

/// Loss felt by a rural household, region x group, `[0, 1]`; empty without land.
pub fn felt(setting: &Setting, state: &LandState) -> Vec<f32> {
    let dependence = setting.scenario.parameters.land.dependence;
    state.loss.iter().map(|x| (dependence * x) as f32).collect()
}

/// Supply on `day` over its mean, without drought.
fn season(amplitude: f64, peak_day: f64, day: f64) -> f64 {
    (1.0 + amplitude * cos(std::f64::consts::TAU * (day - peak_day) / YEAR)).max(1e-3)
}

/// What droughts leave of the supply of `region` on `day`; what happened before the start is part of it.
fn drought(scenario: &Scenario, region: usize, day: i64) -> f64 {
    let log: f64 = scenario
        .shocks
        .iter()
        .filter(|s| s.region.is_none_or(|r| r == region))
        .map(|s| match s.kind {
            ShockKind::Drought { log_change } => {
                let done = |d: i64| ((d - s.day) as f64 / f64::from(s.days)).clamp(0.0, 1.0);
                log_change * (done(day) - done(0))
            }
            _ => 0.0,
        })
        .sum();
    exp(log)
}

/// Works out access, losses and overlap in a week from `day` to `end`; returns rural households, region x
/// group, full scale.
fn assess(setting: &Setting, world: &mut World, day: i64, end: i64) -> Vec<f64> {
    let scenario = &setting.scenario;
    let p = &scenario.parameters.land;
    let (regions, groups) = (setting.regions(), setting.groups());
    let (rural, all) = census(setting, world);
    // At first people are used to what they have.
    let first = world.land.usual.len() != scenario.land.len();
    let state = &mut world.land;
    state.access = vec![1.0; scenario.land.len()];
    if first {
        state.usual = vec![1.0; scenario.land.len()];
    }
    let width = regions * groups;
    let mut claims = vec![0.0; width];
    let (mut met, mut missed) = (vec![0.0; width], vec![0.0; width]);
    let mut shared = vec![Overlap::new(groups); regions];
    for (l, land) in scenario.land.iter().enumerate() {
        let r = land.region;
        let (strength, compliance) = scenario.lever(LeverKind::LandAllocation, r, day);
        let fair = 1.0 - land.unfair * (1.0 - (strength * compliance).clamp(0.0, 1.0));
        let years = day.max(0) as f64 / YEAR;
        let each: Vec<f64> = (0..groups)
            .map(|g| land.claims[g] * exp(land.growth[g] * years) * rural[r * groups + g])
            .collect();
        let of_groups: f64 = setting.group_order.iter().map(|&g| each[g]).sum();
        let of_projects: f64 = scenario
            .projects
            .iter()
            .filter(|x| x.start_day <= day)
            .flat_map(|x| x.takes.iter().filter(|t| t.0 == l).map(|t| t.1))
            .sum();
        let demand = of_groups + of_projects;
        let in_season = season(land.season, land.peak_day, day as f64);
        let supply = land.supply * in_season * drought(scenario, r, end) * fair;
        let ratio = if demand > 0.0 { (supply / demand).min(1e6) } else { 1e6 };
        // More than plenty is felt as plenty.
        let plain = (ratio / in_season).min(PLENTY);
        if first {
            state.usual[l] = plain;
        }
        let access = ratio.min(1.0);
        let loss = ((in_season * state.usual[l]).min(1.0) - access).max(0.0);
        state.usual[l] += weekly(p.usual_weeks) * (plain - state.usual[l]);
        state.access[l] = access;
        for (g, &x) in each.iter().enumerate() {
            let k = r * groups + g;
            claims[k] += x;
            met[k] += x * access;
            missed[k] += x * loss;
        }
        shared[r].add(&each, &setting.group_order);
    }
    let ratio = |part: f64, whole: f64, none: f64| if whole > 0.0 { part / whole } else { none };
    state.group_access = (0..width).map(|k| ratio(met[k], claims[k], 1.0)).collect();
    state.loss = (0..width).map(|k| ratio(missed[k], claims[k], 0.0)).collect();
    state.claims = claims;
    let mean = |r: usize| {
        let lost: f64 = setting
            .group_order
            .iter()
            .map(|&g| rural[r * groups + g] * state.loss[r * groups + g])
            .sum();
        ratio(lost, all[r], 0.0)
    };
    let regional: Vec<f64> = (0..regions).map(mean).collect();
    state.regional_loss = regional;
    for (r, region) in world.society.regions.iter_mut().enumerate() {
        let rural_share = 1.0 - scenario.regions[r].urban_share;
        region.contested = rural_share * shared[r].index(&setting.group_order);
    }
    rural
}

/// Rural households who stay, region x group, and all households, by region; full scale.
fn census(setting: &Setting, world: &World) -> (Vec<f64>, Vec<f64>) {
    let (regions, groups) = (setting.regions(), setting.groups());
    let households = &world.households;
    let table = tabulate(setting.households(), regions * (groups + 1), |i, table| {
        if !households.here(i) {
            return;
        }
        let r = households.region[i] as usize;
        let weight = f64::from(setting.people.weight[i]);
        table[regions * groups + r] += weight;
        if !setting.people.transit[i] && is_rural(setting, i, r) {
            table[r * groups + usize::from(setting.people.group[i])] += weight;
        }
    });
    let table: Vec<f64> = table.into_iter().map(Fixed::get).collect();
    let (rural, all) = table.split_at(regions * groups);
    (rural.to_vec(), all.to_vec())
}

/// How far the groups of a region claim the same land.
#[derive(Debug, Clone)]
struct Overlap {
    /// Claims by group over all land.
    total: Vec<f64>,
    /// Sum over lands of claims times the chance that two of them come from different groups.
    within: f64,
}

impl Overlap {
    fn new(groups: usize) -> Self {
        Self { total: vec![0.0; groups], within: 0.0 }
    }

    /// Adds a land with these claims by group.
    fn add(&mut self, claims: &[f64], order: &[usize]) {
        let (sum, mixed) = mixing(claims, order);
        self.within += sum * mixed;
        for (total, x) in self.total.iter_mut().zip(claims) {
            *total += x;
        }
    }

    /// 0 when each land is claimed by one group, 1 when all lands are claimed alike; 0 for one group.
    fn index(&self, order: &[usize]) -> f64 {
        let (sum, mixed) = mixing(&self.total, order);
        if sum * mixed > 1e-9 { (self.within / (sum * mixed)).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// Sum of claims, and the chance that two of them come from different groups.
fn mixing(claims: &[f64], order: &[usize]) -> (f64, f64) {
    let sum: f64 = order.iter().map(|&g| claims[g]).sum();
    if sum <= 0.0 {
        return (0.0, 0.0);
    }
    let same: f64 = order.iter().map(|&g| (claims[g] / sum) * (claims[g] / sum)).sum();
    (sum, 1.0 - same)
}

#[cfg(test)]
mod tests;
