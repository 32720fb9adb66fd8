//! The minority's side: attachment to a kin state and to home, signs, pressure and what it does.
//!
//! A group may have a kin state (`[groups.kin_state]` of a scenario). Each of its households has an
//! attachment `A` to that state and an attachment `B` to home; both move toward targets in log-odds:
//!
//! ```text
//! A' = A + r(kin_weeks)  (S(a0 + dose_gain dose 2.5 m_i (1 + catalyst_gain catalyst)
//!                           + fear_gain (f - f0) + reactance P (1 - risk_i)) - A)
//! B' = B + r(home_weeks) (S(b0 + standard_gain ln(own / kin abroad) + trust_gain (T - T0)
//!                           - pressure_gain P + belonging inclusion) - B)
//! wants a sign: A - B > sign_threshold;   shows it: A - B > sign_threshold + caution risk_i P
//! P = 1 - (1 - p)(1 - e^(-pressure_per_act (acts suffered per member - usual)+)),   p: chance of sanction
//! ```
//!
//! Fear `f`, trust in courts `T` and the standards count against week 0, so without dose, acts and policies
//! nothing moves. Who wants a sign and hides it is counted: self-censorship. Signs beyond the usual are news
//! about the group (`sign_salience`, read by information); dose and pressure frighten the group (`fear_dose`,
//! `fear_pressure`, read by affect); `B` and the standard abroad enter exit. The same code serves every group.
//!
//! Reads: acts and households (last week), fear, trust, income, prices, traits. Writes: `attachment.*`, lever
//! cost. Off: no kin state in the scenario. Cards: S3-H12, S3-H13, S3-H15. Sources: E60, E61 (fair treatment
//! and attachment); ours for the rest.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::information::{active, channels};
use crate::engine::math::{hazard, ln, logistic32, weekly};
use crate::engine::sums::{BLOCK, SHARE, tabulate};
use crate::scenario::{LeverKind, ShockKind};
use crate::world::attachment::Sign;
use crate::world::{Context, Flow, Setting, World};

/// Log of income over that of week 0 is not taken beyond this.
const MOST_LOG_STANDARD: f32 = 2.0;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Weeks in which attachment to the kin state moves.
    pub kin_weeks: f64,
    /// Weeks in which attachment to home moves.
    pub home_weeks: f64,
    /// Effect of a full dose of kin-state media on attachment to it, log-odds.
    pub dose_gain: f64,
    /// How many times more a dose does at a full catalyst, less 1.
    pub catalyst_gain: f64,
    /// Effect of fear beyond the usual on attachment to the kin state, log-odds.
    pub fear_gain: f64,
    /// Effect of pressure on attachment to the kin state, log-odds, in those who do not shrink from risk.
    pub reactance: f64,
    /// Effect of the log standard of living against kin abroad on attachment to home, log-odds.
    pub standard_gain: f64,
    /// Effect of trust in courts beyond the usual on attachment to home, log-odds.
    pub trust_gain: f64,
    /// Effect of pressure on attachment to home, log-odds, taken away.
    pub pressure_gain: f64,
    /// Effect of full inclusion on attachment to home, log-odds.
    pub belonging: f64,
    /// How much fairer institutions deal with the group under full inclusion.
    pub inclusion_fairness: f64,
    /// How far one attachment must exceed the other for a sign.
    pub sign_threshold: f64,
    /// How far full pressure raises that for the most cautious.
    pub caution: f64,
    /// Pressure per act suffered by a member in a week beyond the usual.
    pub pressure_per_act: f64,
    /// Coverage that many signs bring about the group.
    pub sign_salience: f64,
    /// Signs per household of the region, beyond the usual, at which half of that is reached.
    pub sign_half: f64,
    /// Push of fear of others under a full dose.
    pub fear_dose: f64,
    /// Push of fear of others under full pressure.
    pub fear_pressure: f64,
    /// Pressure felt under a full diet of kin-state media.
    pub diet_pressure: f64,
}

/// One week of attachments and signs.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    if world.attachment.kin.is_empty() {
        return;
    }
    let setting = ctx.setting;
    let scenes = scenes(ctx, world);
    world.attachment.dose = scenes.iter().map(|s| f64::from(s.dose)).collect();
    world.attachment.pressure = scenes.iter().map(|s| f64::from(s.pressure)).collect();
    attach(setting, world, &scenes);
    signs(setting, world);
    pay(ctx, world);
}

/// What a group with a kin state meets in a region.
#[derive(Debug, Clone, Copy, Default)]
struct Scene {
    dose: f32,
    catalyst: f32,
    pressure: f32,
    /// Log of the standard abroad over week 0, and of regional prices.
    abroad: f32,
    inclusion: f32,
}

/// Strength times compliance of a lever in a region.
fn in_force(ctx: &Context<'_>, kind: LeverKind, region: usize) -> f64 {
    let day = i64::from(Setting::first_day(ctx.week));
    let (strength, compliance) = ctx.setting.scenario.lever(kind, region, day);
    (strength * compliance).clamp(0.0, 1.0)
}

/// By region and group; all zero for groups without a kin state.
fn scenes(ctx: &Context<'_>, world: &World) -> Vec<Scene> {
    let setting = ctx.setting;
    let (scenario, groups) = (&setting.scenario, setting.groups());
    let p = &scenario.parameters.minority;
    let suffered = suffered(setting, world);
    let usual = &setting.attachment.usual_acts;
    let mut out = vec![Scene::default(); setting.regions() * groups];
    for (k, scene) in out.iter_mut().enumerate() {
        let (r, g) = (k / groups, k % groups);
        let Some(state) = scenario.groups[g].kin_state else { continue };
        let diet = in_force(ctx, LeverKind::KinMediaDiet, r);
        let dose: f64 = scenario
            .shocks
            .iter()
            .filter(|s| s.region.is_none_or(|x| x == r))
            .map(|s| match s.kind {
                ShockKind::KinMedia { target, level } if target == g => level * active(s, ctx.week),
                _ => 0.0,
            })
            .fold(0.0, f64::max);
        let acts = hazard(p.pressure_per_act * (suffered[k] - usual[k]).max(0.0));
        let sanction = in_force(ctx, LeverKind::PressureOnSigns, r);
        let quiet = (1.0 - acts) * (1.0 - sanction) * (1.0 - p.diet_pressure * diet);
        *scene = Scene {
            dose: (dose * channels::kin_reach(setting, r, g) * (1.0 - diet)) as f32,
            catalyst: state.catalyst as f32,
            pressure: (1.0 - quiet) as f32,
            abroad: (abroad(ctx, g) + world.prices[r]) as f32,
            inclusion: in_force(ctx, LeverKind::Inclusion, r) as f32,
        };
    }
    out
}

/// Log of the standard of living in the kin state of group `g` over that of week 0, at the end of the week.
pub fn abroad(ctx: &Context<'_>, g: usize) -> f64 {
    let end = i64::from(Setting::first_day(ctx.week + 1));
    let mut sum = 0.0;
    for shock in &ctx.setting.scenario.shocks {
        if let ShockKind::KinStandard { target, log_change } = shock.kind
            && target == g
        {
            let span =
                |day: i64| ((day - shock.day) as f64 / f64::from(shock.days)).clamp(0.0, 1.0);
            sum += log_change * (span(end) - span(0));
        }
    }
    sum
}

/// Acts of discrimination or worse suffered per member and week, region x group; 0 where nobody lives.
pub fn suffered(setting: &Setting, world: &World) -> Vec<f64> {
    let (groups, targets) = (setting.groups(), setting.targets.len());
    let own = setting.own_target();
    (0..setting.regions() * groups)
        .map(|k| {
            let (r, t) = (k / groups, own[k % groups]);
            let members = world.conduct.persons[k];
            if t == usize::MAX || members <= 0.0 {
                return 0.0;
            }
            let by = |a: &usize| world.conduct.hostile_acts[(r * groups + a) * targets + t];
            setting.group_order.iter().map(by).sum::<f64>() / members
        })
        .collect()
}

/// Mean over the targets other than the own group; 0 if there is none.
pub fn mean_of_others(row: &[f32], own: usize) -> f32 {
    let others = row.iter().enumerate().filter(|(t, _)| *t != own);
    let (sum, n) = others.fold((0.0, 0.0), |(sum, n), (_, x)| (sum + x, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

/// Moves both attachments.
fn attach(setting: &Setting, world: &mut World, scenes: &[Scene]) {
    let p = &setting.scenario.parameters.minority;
    let (groups, targets) = (setting.groups(), setting.targets.len());
    let own = setting.own_target();
    let has: Vec<bool> = setting.scenario.groups.iter().map(|g| g.kin_state.is_some()).collect();
    let rates = [weekly(p.kin_weeks) as f32, weekly(p.home_weeks) as f32];
    let [dose, catalyst, fear, reactance, standard, trust, pressure, belonging] = [
        // Media weights have mean 0.4, so 2.5 makes the dose the one of a mean household.
        2.5 * p.dose_gain,
        p.catalyst_gain,
        p.fear_gain,
        p.reactance,
        p.standard_gain,
        p.trust_gain,
        p.pressure_gain,
        p.belonging,
    ]
    .map(|x| x as f32);
    let World { households, society, attachment, .. } = world;
    let (people, traits, anchors) = (&setting.people, &setting.traits, &setting.attachment);
    let columns = attachment.kin.par_chunks_mut(BLOCK).zip(attachment.home.par_chunks_mut(BLOCK));
    columns.enumerate().with_max_len(SHARE).for_each(|(block, (kin, home))| {
        for k in 0..kin.len() {
            let i = block * BLOCK + k;
            let group = people.group[i] as usize;
            if !has[group] || !households.here(i) {
                continue;
            }
            let r = households.region[i] as usize;
            let scene = &scenes[r * groups + group];
            let afraid = mean_of_others(&society.fear[i * targets..(i + 1) * targets], own[group]);
            let better =
                log_standard(households.income[i], setting.reference_income(households, i))
                    - scene.abroad;
            let [a, b] = anchors.log_odds[i];
            let a = a
                + dose * scene.dose * traits.media_weight[i] * (1.0 + catalyst * scene.catalyst)
                + fear * (afraid - anchors.usual_fear[i])
                + reactance * scene.pressure * (1.0 - traits.risk_aversion[i]);
            let b = b + standard * better + trust * (society.trust[i][0] - anchors.usual_trust[i])
                - pressure * scene.pressure
                + belonging * scene.inclusion;
            kin[k] += rates[0] * (logistic32(a) - kin[k]);
            home[k] += rates[1] * (logistic32(b) - home[k]);
        }
    });
}

/// Log of income over that of week 0, within bounds.
fn log_standard(income: f32, base: f32) -> f32 {
    if income <= 0.0 {
        return -MOST_LOG_STANDARD;
    }
    let ratio = f64::from(income) / f64::from(base).max(1.0);
    (ln(ratio) as f32).clamp(-MOST_LOG_STANDARD, MOST_LOG_STANDARD)
}

/// Who shows a sign under the pressure of the week, and how many there are.
pub fn signs(setting: &Setting, world: &mut World) {
    let p = &setting.scenario.parameters.minority;
    let groups = setting.groups();
    let (threshold, caution) = (p.sign_threshold as f32, p.caution as f32);
    let World { households, attachment, .. } = world;
    let has: Vec<bool> = setting.scenario.groups.iter().map(|g| g.kin_state.is_some()).collect();
    let mut sign = std::mem::take(&mut attachment.sign);
    let (kin, home, pressure) = (&attachment.kin, &attachment.home, &attachment.pressure);
    sign.par_iter_mut().enumerate().with_max_len(SHARE * BLOCK).for_each(|(i, sign)| {
        let group = setting.people.group[i] as usize;
        if !has[group] || !households.here(i) {
            *sign = Sign::None;
            return;
        }
        let seen = pressure[households.region[i] as usize * groups + group] as f32;
        let margin = kin[i] - home[i] - threshold;
        *sign = if margin <= 0.0 {
            Sign::None
        } else if margin > caution * setting.traits.risk_aversion[i] * seen {
            Sign::Shown
        } else {
            Sign::Hidden
        };
    });
    let width = setting.regions() * groups;
    let sums = tabulate(setting.households(), 2 * width, |i, table| {
        if households.here(i) {
            let k = households.region[i] as usize * groups + setting.people.group[i] as usize;
            let weight = f64::from(setting.people.weight[i]);
            table[k] += weight;
            table[width + k] += if sign[i] == Sign::Shown { weight } else { 0.0 };
        }
    });
    attachment.sign = sign;
    attachment.shown = (0..width)
        .map(|k| {
            let first = k / groups * groups;
            let all: f64 = setting.group_order.iter().map(|g| sums[first + g].get()).sum();
            if all > 0.0 { sums[width + k].get() / all } else { 0.0 }
        })
        .collect();
}

/// Coverage of group `g` in region `r` that its signs bring; 0 without a kin state.
pub fn coverage(setting: &Setting, world: &World, r: usize, g: usize) -> f64 {
    let k = r * setting.groups() + g;
    let (Some(shown), Some(usual)) =
        (world.attachment.shown.get(k), setting.attachment.usual_signs.get(k))
    else {
        return 0.0;
    };
    let p = &setting.scenario.parameters.minority;
    let beyond = (shown - usual).max(0.0);
    p.sign_salience * beyond / (beyond + p.sign_half)
}

/// Push of fear of others in group `g` of region `r` from kin-state media and pressure; 0 without a kin state.
pub fn alarm(setting: &Setting, world: &World, r: usize, g: usize) -> f64 {
    let k = r * setting.groups() + g;
    let at = |column: &[f64]| column.get(k).copied().unwrap_or(0.0);
    let p = &setting.scenario.parameters.minority;
    p.fear_dose * at(&world.attachment.dose) + p.fear_pressure * at(&world.attachment.pressure)
}

/// How much fairer institutions deal with each group in each region because of inclusion, region x group;
/// empty where no group has a kin state.
pub fn equal_treatment(ctx: &Context<'_>) -> Vec<f32> {
    let setting = ctx.setting;
    if setting.attachment.log_odds.is_empty() {
        return Vec::new();
    }
    let groups = setting.groups();
    let fairer = setting.scenario.parameters.minority.inclusion_fairness;
    (0..setting.regions() * groups)
        .map(|k| match setting.scenario.groups[k % groups].kin_state {
            Some(_) => (fairer * in_force(ctx, LeverKind::Inclusion, k / groups)) as f32,
            None => 0.0,
        })
        .collect()
}

/// Writes down what the levers of this mechanism cost.
fn pay(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let groups = setting.groups();
    let day = i64::from(Setting::first_day(ctx.week));
    for r in 0..setting.regions() {
        let row = r * groups..(r + 1) * groups;
        let households: f64 =
            setting.group_order.iter().map(|g| world.conduct.households[row.start + g]).sum();
        for &g in &setting.group_order {
            if setting.scenario.groups[g].kin_state.is_none() {
                continue;
            }
            let k = row.start + g;
            for (kind, units) in [
                (LeverKind::PressureOnSigns, world.attachment.shown[k] * households),
                (LeverKind::Inclusion, world.conduct.persons[k]),
                (LeverKind::KinMediaDiet, world.conduct.persons[k]),
            ] {
                let reached = units * in_force(ctx, kind, r);
                let cost = setting.scenario.unit_cost(kind, r, day) * reached;
                if cost > 0.0 {
                    world.flows.add(Flow::LeverCost, r, g, cost);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
