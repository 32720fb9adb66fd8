//! Exit: who leaves the country because life elsewhere is better or life here is frightening.
//!
//! The fear of a group is `f = 1 - e^(-k X)`, `X` being the severity of incidents against it in the region
//! per 1,000 members, fading over weeks. A resident household leaves with hazard
//! `e_0 exp(e_1 f + e_2 ln(standard elsewhere / own) - e_3 B)`, own standard being income over that of week
//! 0; a newcomer household leaves, beyond what the arrivals mechanism does, with hazard `l f`. Where a group has
//! a kin state, `B` is the household's own attachment to home and elsewhere is that state. The rule is
//! the same for every group. A dwelling that a tenant leaves is listed; a home that an owner leaves is
//! counted. Leavers keep their last attitudes for the cohort index.
//!
//! Reads: attacks, persons, income, attachment to home. Writes: presence and the columns of those who leave, `exits`,
//! dwellings, `homes_left`, `departed`. Off: `exit.base` 0 and `exit.newcomer_leave` 0. Cards: S3-H13, S3-H15,
//! S0-H43. Source: exit against voice (Hirschman 1970); violence as a push (Kordai 2020: most of those
//! attacked fled).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{minority, screening};
use crate::engine::draws::{Purpose, unit};
use crate::engine::math::{exp, hazard, pow};
use crate::engine::strips::{STRIP, bits, lane, ones};
use crate::engine::sums::{BLOCK, SHARE};
use crate::measure::tension;
use crate::scenario::SKILLS;
use crate::world::{Context, Flow, NONE, Presence, Tenure, World};

/// Weeks in a year.
const YEAR: f64 = 52.18;
/// Own standard is not taken to fall below or rise above these multiples of week 0.
const STANDARD: (f64, f64) = (0.125, 8.0);

/// Parameters of exit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Hazard per year of a resident household without fear or attachment, at an equal standard.
    pub base: f64,
    /// Log hazard per unit of fear.
    pub fear: f64,
    /// Log hazard per log unit of standard elsewhere over own.
    pub standard: f64,
    /// Standard elsewhere over that of week 0.
    pub standard_elsewhere: f64,
    /// Log hazard taken off per unit of attachment.
    pub attachment_weight: f64,
    /// Attachment to home.
    pub attachment: f64,
    /// Hazard per week of a newcomer household at full fear.
    pub newcomer_leave: f64,
    /// Fear per unit of severity suffered per 1,000 members.
    pub fear_per_attack: f64,
    /// Weeks in which severity suffered fades by e.
    pub attack_weeks: f64,
}

/// Lets households leave.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.exit;
    let fear = fear(p, &world.conduct.attacks, &world.conduct.persons);
    let here = p.base / YEAR * exp(-p.attachment_weight * p.attachment);
    let resident: Vec<f64> = fear
        .iter()
        .map(|f| here * exp(p.fear * f) * pow(p.standard_elsewhere, p.standard))
        .collect();
    let kin = kin(ctx, &fear);
    let newcomer: Vec<f64> = fear.iter().map(|f| hazard(p.newcomer_leave * f)).collect();
    // The most that a fall of the own standard can add; most households need no more than this bound.
    let most = pow(STANDARD.0, -p.standard).max(pow(STANDARD.1, -p.standard)).max(1.0);
    let households = &world.households;
    let groups = setting.groups();
    let own = |i: usize| {
        let own =
            f64::from(households.income[i]) / f64::from(setting.people.base_income[i]).max(1.0);
        pow(own.clamp(STANDARD.0, STANDARD.1), -p.standard)
    };
    let leaves = |i: usize, u: f64| -> bool {
        let k = households.region[i] as usize * groups + usize::from(setting.people.group[i]);
        if i >= setting.residents {
            return u < newcomer[k];
        }
        if let Some(hazard_abroad) = kin[k] {
            let home = f64::from(world.attachment.home[i]);
            return u < hazard(hazard_abroad * exp(-p.attachment_weight * home) * own(i));
        }
        if u >= resident[k] * most {
            return false;
        }
        u < hazard(resident[k] * own(i))
    };
    // Households that draw above this leave nowhere.
    let home = exp(-p.attachment_weight).max(1.0);
    let abroad = kin.iter().flatten().map(|hazard_abroad| hazard_abroad * home * most);
    let here = resident.iter().map(|hazard_here| hazard_here * most);
    let bound = here.chain(abroad).chain(newcomer.iter().copied()).fold(0.0, f64::max);
    let word = (bound * (1_u64 << 32) as f64) as u32;
    let n = setting.households();
    let leavers: Vec<usize> = (0..n.div_ceil(BLOCK))
        .into_par_iter()
        .with_max_len(SHARE)
        .flat_map_iter(|b| {
            let mut some = Vec::new();
            let mut words = [[0; STRIP]; 4];
            for first in (b * BLOCK..((b + 1) * BLOCK).min(n)).step_by(STRIP) {
                let presence = lane(&households.presence[first..]);
                let mut low = [false; STRIP];
                for k in 0..STRIP {
                    low[k] = presence[k] == Presence::Present;
                }
                if !low.contains(&true) {
                    continue;
                }
                let who = &setting.people.address[first..(first + STRIP).min(n)];
                ctx.draws.blocks(who, ctx.week, Purpose::Emigration, 0, &mut words);
                for k in 0..STRIP {
                    low[k] &= words[1][k] <= word;
                }
                for k in ones(bits(&low)) {
                    if leaves(first + k, unit(words[0][k], words[1][k])) {
                        some.push(first + k);
                    }
                }
            }
            some
        })
        .collect();
    for i in leavers {
        leave(ctx, world, i);
    }
    for (i, wrong) in screening::removed(ctx, world) {
        screening::count(ctx, world, i, wrong);
        leave(ctx, world, i);
    }
}

/// Hazard per week of a resident household of each region and group that has a kin state, at the usual income
/// and without attachment to home.
fn kin(ctx: &Context<'_>, fear: &[f64]) -> Vec<Option<f64>> {
    let p = &ctx.setting.scenario.parameters.exit;
    let groups = &ctx.setting.scenario.groups;
    let abroad: Vec<Option<f64>> = groups
        .iter()
        .enumerate()
        .map(|(g, group)| group.kin_state.map(|s| s.standard * exp(minority::abroad(ctx, g))))
        .collect();
    fear.iter()
        .zip(abroad.iter().cycle())
        .map(|(f, abroad)| abroad.map(|x| p.base / YEAR * exp(p.fear * f) * pow(x, p.standard)))
        .collect()
}

/// Fear of each region and group from what it suffered of late; 0 where nobody lives.
fn fear(p: &Parameters, attacks: &[f64], persons: &[f64]) -> Vec<f64> {
    attacks
        .iter()
        .zip(persons)
        .map(|(&severity, &persons)| {
            if persons > 0.0 {
                hazard(p.fear_per_attack * 1000.0 * severity / persons)
            } else {
                0.0
            }
        })
        .collect()
}

/// Takes household `i` out of the country.
fn leave(ctx: &Context<'_>, world: &mut World, i: usize) {
    let setting = ctx.setting;
    let group = usize::from(setting.people.group[i]);
    let region = world.households.region[i] as usize;
    if i < setting.residents {
        tension::depart(ctx, world, i);
    }
    let households = &mut world.households;
    let persons = setting.persons(i, households.persons[i]);
    world.flows.add(Flow::Exits, region, group, persons);
    if setting.people.skill[i] as usize == SKILLS - 1 {
        world.flows.add(Flow::SkilledExits, region, group, persons);
    }
    match households.tenure[i] {
        Tenure::Renter if households.dwelling[i] != NONE => {
            world.dwellings.vacate(households.dwelling[i]);
        }
        Tenure::Owner => world.conduct.homes_left[region] += f64::from(setting.people.weight[i]),
        _ => {}
    }
    households.presence[i] = Presence::Left;
    households.cell[i] = NONE;
    households.dwelling[i] = NONE;
    households.rent[i] = 0.0;
    households.lease_end[i] = 0;
    households.notice_until[i] = 0;
    households.search_left[i] = 0;
    households.seeking[i] = false;
    world.society.rung[i] = 0;
    world.society.act_probability[i] = 0.0;
}

#[cfg(test)]
mod tests;
