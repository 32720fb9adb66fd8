//! Memory of injury: what a group, and a household, does not forget about another group.
//!
//! `H` is kept by region, holder group and target, in a scenario that gives any relation a `memory`; `J` is
//! kept by household and target. Grave incidents by people of the target against the holder add to both:
//!
//! ```text
//! H' = H - H / tau_H + (1 - H)(1 - e^(-gain X))    X: severity of grave incidents per 1,000 members
//! J' = J - J / tau_J + (1 - J) injury               in households that were hit (drawn)
//! P(hit) = 1 - e^(-households_per_severity Y / households of the group)      Y: severity of all incidents
//! ```
//!
//! Both make households react more to the presence of the target (symbolic threat times `1 + H + J`) and add
//! `beta (H + J)` to the log-odds of hostility. Levels at week 0 are part of the hostility the scenario gives.
//!
//! Reads: this week's incidents, households and persons. Writes: `memory.group`, `memory.household`. Off: no
//! `memory` in the scenario. Cards: S0-H41. Sources: Besley and Reynal-Querol 2014 (old conflicts and
//! present distrust) for the form; E52 (attacks and fear).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::incidents;
use crate::engine::draws::Purpose;
use crate::engine::math::{hazard, weekly};
use crate::engine::sums::{BLOCK, SHARE};
use crate::world::{Context, Memory, Setting, World};

/// Weeks in a year.
const YEAR: f64 = 52.18;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Years in which the memory of a group fades by e.
    pub group_years: f64,
    /// Years in which that of a household fades by e.
    pub household_years: f64,
    /// Severity from which an incident is remembered by a whole group.
    pub grave_severity: f64,
    /// Memory per unit of that severity per 1,000 members.
    pub gain: f64,
    /// Memory of a household that was hit.
    pub injury: f64,
    /// Households hit per unit of severity.
    pub households_per_severity: f64,
    /// Effect of memory on hostility, log-odds.
    pub beta: f64,
}

/// Sizes the columns at the levels of the scenario; nothing where no relation has a memory.
pub fn build(setting: &Setting, world: &mut World) {
    if setting.scenario.relations.iter().all(|x| x.memory.is_none()) {
        return;
    }
    let (groups, targets) = (setting.groups(), setting.targets.len());
    let level = |k: usize| {
        let (holder, t) = (k / targets % groups, k % targets);
        setting.scenario.relation(holder, setting.targets[t]).memory.unwrap_or(0.0)
    };
    world.memory = Memory {
        group: (0..setting.regions() * groups * targets).map(level).collect(),
        household: vec![0.0; setting.households() * targets],
    };
}

/// One week of memory.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    if world.memory.group.is_empty() {
        return;
    }
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.memory;
    let (groups, targets) = (setting.groups(), setting.targets.len());
    let own = setting.own_target();
    let mut grave = vec![0.0; world.memory.group.len()];
    let mut all = vec![0.0; world.memory.group.len()];
    for (_, event) in incidents::of_week(world, ctx.week) {
        let Some(actor) = event.actor_group else { continue };
        let t = own[usize::from(actor)];
        if t == usize::MAX || actor == event.target {
            continue;
        }
        let holder = usize::from(event.region) * groups + usize::from(event.target);
        let severity = f64::from(event.severity);
        all[holder * targets + t] += severity;
        if severity >= p.grave_severity {
            grave[holder * targets + t] += severity;
        }
    }
    let fading = weekly(p.group_years * YEAR);
    let conduct = &world.conduct;
    for (k, memory) in world.memory.group.iter_mut().enumerate() {
        let persons = conduct.persons[k / targets];
        let dose = if persons > 0.0 { 1000.0 * grave[k] / persons } else { 0.0 };
        *memory += (1.0 - *memory) * hazard(p.gain * dose) - *memory * fading;
    }
    let hit: Vec<f64> = (0..all.len())
        .map(|k| {
            let households = conduct.households[k / targets];
            let rate = p.households_per_severity * all[k];
            if households > 0.0 { hazard(rate / households) } else { 0.0 }
        })
        .collect();
    let kept = (1.0 - weekly(p.household_years * YEAR)) as f32;
    let injury = p.injury as f32;
    let households = &world.households;
    world
        .memory
        .household
        .par_chunks_mut(BLOCK * targets)
        .enumerate()
        .with_max_len(SHARE)
        .for_each(|(b, rows)| {
            for (k, row) in rows.chunks_mut(targets).enumerate() {
                let i = b * BLOCK + k;
                let place =
                    households.region[i] as usize * groups + setting.people.group[i] as usize;
                for (t, memory) in row.iter_mut().enumerate() {
                    *memory *= kept;
                    let chance = hit[place * targets + t];
                    if chance > 0.0 && households.here(i) {
                        let who = setting.people.address[i]
                            .with(setting.group_address[setting.targets[t]]);
                        if ctx.draws.chance(chance, who, ctx.week, Purpose::Injury, 0) {
                            *memory += (1.0 - *memory) * injury;
                        }
                    }
                }
            }
        });
}

/// Memory of household `i` of `group` in `region` about target `t`, its own and its group's; 0 where none is
/// kept.
#[inline]
pub fn of(setting: &Setting, memory: &Memory, i: usize, region: usize, t: usize) -> f32 {
    if memory.group.is_empty() {
        return 0.0;
    }
    let targets = setting.targets.len();
    let holder = region * setting.groups() + setting.people.group[i] as usize;
    memory.group[holder * targets + t] as f32 + memory.household[i * targets + t]
}

#[cfg(test)]
mod tests;
