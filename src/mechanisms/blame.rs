//! Blame: on whom losses are laid.
//!
//! A loss is laid on groups, on the authorities or on nobody, in shares that always sum to 1:
//!
//! ```text
//! b_ig = exp(slope * z_ig) / (sum over targets, authorities and nobody)
//! z_ig = salience_g + visible hostility_g + h_ig + diversion unrest
//! authorities: 1 - trust + voice + acknowledged fault          unrest = H([protesting - usual]+; half)
//! T_ig += b_ig * loss_i
//! ```
//!
//! A household never blames its own group. Without "nobody" every loss would be someone's fault. A grievance about
//! foreign projects is laid, by the same pointers, on their firms, the authorities or nobody alone. With `diversion` above 0
//! unrest turns blame on groups; at 0 the authorities gain nothing from it. Both are readings of a claim.
//!
//! Reads: salience, visible hostility, voice, grievance (this week), hostility and trust in authorities (last week),
//! acting shares (last week), acknowledged fault, `loss`. Writes: adds to `threat`; `blame_outgroups`. Off: `blame.slope = 0`
//! (equal shares whatever is said). Cards: S4-H17. Source: ours; a logit over whom to blame.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::affect::MOST_TARGETS;
use crate::engine::math::{exp, exp32};
use crate::engine::strips::{Lane, Lookup, STRIP, apart, each, lane, put, together};
use crate::engine::sums::{BLOCK, SHARE};
use crate::engine::wide::wide;
use crate::world::society::{INSTITUTIONS, RegionSociety};
use crate::world::{Context, Presence, Setting, Society, World};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Slope of blame in what points at somebody.
    pub slope: f64,
    /// What points at nobody.
    pub nobody: f64,
    /// How far unrest points at groups.
    pub diversion: f64,
    /// Share of households protesting, beyond the usual, at which unrest is half of what it can be.
    pub diversion_half: f64,
}

/// One week of blame.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    lay(ctx.setting, world, false);
}

/// Lays this week's losses on targets; `everyone` includes those not in the country.
pub fn lay(setting: &Setting, world: &mut World, everyone: bool) {
    // The number of targets is known to the compiler inside the loop.
    match setting.targets.len() {
        0 => {}
        1 => lay_on::<1>(setting, world, everyone),
        2 => lay_on::<2>(setting, world, everyone),
        3 => lay_on::<3>(setting, world, everyone),
        4 => lay_on::<4>(setting, world, everyone),
        5 => lay_on::<5>(setting, world, everyone),
        _ => lay_on::<MOST_TARGETS>(setting, world, everyone),
    }
}

fn lay_on<const T: usize>(setting: &Setting, world: &mut World, everyone: bool) {
    let World { households, society, conduct, .. } = world;
    let p = &setting.scenario.parameters.blame;
    let slope = p.slope as f32;
    let nobody = exp(p.slope * p.nobody) as f32;
    let shown = shown::<T>(setting, society, &conduct.usual_protest);
    let fault: Vec<[f32; 1]> =
        society.regions.iter().map(|r| [(r.acknowledged_fault + r.voice) as f32]).collect();
    let held = held::<T>(setting, society);
    let groups = setting.groups() as u32;
    let Society { threat, blame_outgroups, hostility, trust, loss, .. } = society;
    threat
        .par_chunks_mut(BLOCK * T)
        .zip(blame_outgroups.par_chunks_mut(BLOCK))
        .enumerate()
        .with_max_len(SHARE)
        .for_each(|(block, (threats, blamed))| {
            wide(
                #[inline(always)]
                || {
                    let strips = threats.chunks_mut(STRIP * T).zip(blamed.chunks_mut(STRIP));
                    for (n, (threats, blamed)) in strips.enumerate() {
                        let first = block * BLOCK + n * STRIP;
                        let strip = first..first + blamed.len();
                        let presence = lane(&households.presence[strip.clone()]);
                        let here = each(&presence, |p| everyone || p == Presence::Present);
                        if !here.contains(&true) {
                            continue;
                        }
                        let region = each(&lane(&households.region[strip.clone()]), u32::from);
                        let group = lane(&setting.people.group[strip.clone()]);
                        let by_region = Lookup::of(&region);
                        let [fault] = by_region.table(&fault);
                        let trust = apart::<INSTITUTIONS, f32>(trust[strip.clone()].as_flattened());
                        let mut authorities = [0.0; STRIP];
                        let mut place = [0; STRIP];
                        for k in 0..STRIP {
                            authorities[k] = exp32(slope * (1.0 - trust[2][k] + fault[k]));
                            place[k] = region[k] * groups + u32::from(group[k]);
                        }
                        let mut shares = Lookup::of(&place).table(&shown);
                        let hostility = apart::<T, f32>(&hostility[first * T..strip.end * T]);
                        for (share, hostility) in shares.iter_mut().zip(&hostility) {
                            for k in 0..STRIP {
                                share[k] *= exp32(slope * hostility[k]);
                            }
                        }
                        let others = normalise(&mut shares, &authorities, nobody);
                        let loss = lane(&loss[strip]);
                        let mut sum = [0.0; STRIP];
                        let mut after = apart::<T, f32>(threats);
                        for (threat, share) in after.iter_mut().zip(&shares) {
                            for k in 0..STRIP {
                                sum[k] += share[k];
                                let more = (threat[k] + share[k] * loss[k]).min(1.0);
                                threat[k] = if here[k] { more } else { threat[k] };
                            }
                        }
                        if !held.is_empty() {
                            let held = by_region.table(&held);
                            for ((threat, share), held) in after.iter_mut().zip(&shares).zip(&held)
                            {
                                for k in 0..STRIP {
                                    let part = share[k] / (share[k] + others[0][k] + others[1][k]);
                                    let more = (threat[k] + part * held[k]).min(1.0);
                                    let moves = here[k] && held[k] >= 0.0;
                                    threat[k] = if moves { more } else { threat[k] };
                                }
                            }
                        }
                        let mut laid = lane(blamed);
                        for k in 0..STRIP {
                            laid[k] = if here[k] { sum[k] } else { laid[k] };
                        }
                        together(&after, threats);
                        put(&laid, blamed);
                    }
                },
            );
        });
}

/// What points at each target beside a household's own hostility, region x group; 0 at the own group. The
/// same for a group in a region: one exponential a region, group and target.
fn shown<const T: usize>(
    setting: &Setting,
    society: &Society,
    usual_protest: &[f64],
) -> Vec<[f32; T]> {
    let p = &setting.scenario.parameters.blame;
    let own = setting.own_target();
    let mut table = Vec::with_capacity(society.regions.len() * own.len());
    for (at, r) in society.regions.iter().enumerate() {
        let diverted = p.diversion * unrest(p, r.acting[2], usual_protest.get(at));
        for (group, &own) in own.iter().enumerate() {
            table.push(std::array::from_fn(|t| {
                let z = r.salience_for(group, t, T) + r.visible_hostility[t] + diverted;
                if t == own { 0.0 } else { exp(p.slope * z) as f32 }
            }));
        }
    }
    table
}

/// Threat that people hold against foreign projects of each target, by region; -1 where they hold nothing.
/// Empty where nobody holds anything.
fn held<const T: usize>(setting: &Setting, society: &Society) -> Vec<[f32; T]> {
    let weight = setting.scenario.parameters.projects.weight;
    let grievance = |r: &RegionSociety, t: usize| r.grievance.get(t).copied().unwrap_or(0.0);
    if society.regions.iter().all(|r| (0..T).all(|t| grievance(r, t) <= 0.0)) {
        return Vec::new();
    }
    let of = |r: &RegionSociety, t: usize| match grievance(r, t) {
        x if x > 0.0 => (weight * x) as f32,
        _ => -1.0,
    };
    society.regions.iter().map(|r| std::array::from_fn(|t| of(r, t))).collect()
}

/// Unrest beyond the usual, `[0, 1]`.
fn unrest(p: &Parameters, protesting: f64, usual: Option<&f64>) -> f64 {
    let beyond = (protesting - usual.copied().unwrap_or(0.0)).max(0.0);
    if beyond > 0.0 { beyond / (beyond + p.diversion_half) } else { 0.0 }
}

/// Turns pointers into shares, in place; returns the shares of the authorities and of nobody.
#[inline(always)]
fn normalise<const T: usize>(
    targets: &mut [Lane; T],
    authorities: &Lane,
    nobody: f32,
) -> [Lane; 2] {
    let mut scale = [0.0; STRIP];
    for target in &*targets {
        for k in 0..STRIP {
            scale[k] += target[k];
        }
    }
    for k in 0..STRIP {
        scale[k] = 1.0 / (scale[k] + authorities[k] + nobody);
    }
    for target in targets {
        for k in 0..STRIP {
            target[k] *= scale[k];
        }
    }
    let mut others = [[0.0; STRIP]; 2];
    for k in 0..STRIP {
        others[0][k] = authorities[k] * scale[k];
        others[1][k] = nobody * scale[k];
    }
    others
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate::populate;
    use proptest::prelude::*;

    /// Share laid on groups with a tenth of households protesting where nobody used to.
    fn laid_on_groups(diversion: f64, protesting: f64) -> f64 {
        let mut scenario = testing::two_towns();
        scenario.parameters.blame.diversion = diversion;
        let (setting, mut world) = populate(scenario);
        world.society.regions.iter_mut().for_each(|r| r.acting[2] = protesting);
        lay(&setting, &mut world, false);
        world.society.blame_outgroups.iter().map(|x| f64::from(*x)).sum()
    }

    #[test]
    fn diversion_turns_unrest_on_groups_and_without_it_unrest_moves_no_blame() {
        assert!(laid_on_groups(1.0, 0.1) > 1.05 * laid_on_groups(1.0, 0.0));
        assert_eq!(laid_on_groups(0.0, 0.1), laid_on_groups(0.0, 0.0));
        assert_eq!(laid_on_groups(1.0, 0.0), laid_on_groups(0.0, 0.0));
    }

    proptest! {
        #[test]
        fn shares_sum_to_one(
            targets in prop::collection::vec(1.0..200.0_f32, 3 * STRIP),
            authorities in prop::collection::vec(1.0..50.0_f32, STRIP),
        ) {
            let mut shares = apart::<3, f32>(&targets);
            let others = normalise(&mut shares, &lane(&authorities), 4.95);
            for k in 0..STRIP {
                let sum: f32 = shares.iter().chain(&others).map(|share| share[k]).sum();
                prop_assert!((sum - 1.0).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn threat_ends_at_one_however_much_is_lost() {
        let (setting, mut world) = populate(testing::two_towns());
        world.society.threat.fill(1.0);
        world.society.loss.fill(1.0);
        lay(&setting, &mut world, true);
        assert!(world.society.threat.iter().all(|x| *x <= 1.0));
    }
}
