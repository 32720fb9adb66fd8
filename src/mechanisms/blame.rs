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
use crate::engine::draws::STRIP;
use crate::engine::math::{exp, exp32};
use crate::engine::sums::BLOCK;
use crate::world::{Context, Setting, Society, World};

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
    let World { households, society, conduct, .. } = world;
    let targets = setting.targets.len();
    if targets == 0 {
        return;
    }
    let p = &setting.scenario.parameters.blame;
    let slope = p.slope as f32;
    let own = setting.own_target();
    let nobody = exp(p.slope * p.nobody) as f32;
    // What is shown is the same for a group in a region: one exponential a region, group and target.
    let groups = setting.groups();
    let shown: Vec<f32> = society
        .regions
        .iter()
        .enumerate()
        .flat_map(|(at, r)| {
            let diverted = p.diversion * unrest(p, r.acting[2], conduct.usual_protest.get(at));
            (0..groups * targets).map(move |k| {
                let t = k % targets;
                r.salience_for(k / targets, t, targets) + r.visible_hostility[t] + diverted
            })
        })
        .map(|z| exp(p.slope * z) as f32)
        .collect();
    let fault: Vec<f32> =
        society.regions.iter().map(|r| (r.acknowledged_fault + r.voice) as f32).collect();
    // By region: targets with foreign projects that people hold something against, and how much threat.
    let weight = setting.scenario.parameters.projects.weight;
    let held: Vec<Vec<(usize, f32)>> = society
        .regions
        .iter()
        .map(|r| {
            let some = r.grievance.iter().enumerate().filter(|(_, x)| **x > 0.0);
            some.map(|(t, x)| (t, (weight * x) as f32)).collect()
        })
        .collect();
    let Society { threat, blame_outgroups, hostility, trust, loss, .. } = society;
    threat
        .par_chunks_mut(BLOCK * targets)
        .zip(blame_outgroups.par_chunks_mut(BLOCK))
        .enumerate()
        .for_each(|(block, (threats, blamed))| {
            let mut shares = [0.0_f32; MOST_TARGETS];
            // Exponentials of a strip are worked side by side.
            let mut hostile = [0.0_f32; STRIP * MOST_TARGETS];
            let mut distrust = [0.0_f32; STRIP];
            for (k, (row, out)) in threats.chunks_mut(targets).zip(blamed).enumerate() {
                let i = block * BLOCK + k;
                if k % STRIP == 0 {
                    let end = (i + STRIP).min(trust.len());
                    let those = &hostility[i * targets..end * targets];
                    for (x, h) in hostile.iter_mut().zip(those) {
                        *x = exp32(slope * h);
                    }
                    for ((x, trust), &r) in
                        distrust.iter_mut().zip(&trust[i..end]).zip(&households.region[i..end])
                    {
                        *x = 1.0 - trust[2] + fault[r as usize];
                    }
                    for x in &mut distrust {
                        *x = exp32(slope * *x);
                    }
                }
                if !(everyone || households.here(i)) {
                    continue;
                }
                let r = households.region[i] as usize;
                let group = setting.people.group[i] as usize;
                let self_target = own[group];
                let shown = &shown[(r * groups + group) * targets..][..targets];
                let hostile = &hostile[k % STRIP * targets..][..targets];
                let shares = &mut shares[..targets];
                for (t, share) in shares.iter_mut().enumerate() {
                    *share = if t == self_target { 0.0 } else { shown[t] * hostile[t] };
                }
                let (theirs, none) = normalise(shares, distrust[k % STRIP], nobody);
                *out = shares.iter().sum();
                for (threat, share) in row.iter_mut().zip(shares.iter()) {
                    *threat += share * loss[i];
                }
                for &(t, grievance) in &held[r] {
                    let share = shares[t] / (shares[t] + theirs + none);
                    row[t] = (row[t] + share * grievance).min(1.0);
                }
            }
        });
}

/// Unrest beyond the usual, `[0, 1]`.
fn unrest(p: &Parameters, protesting: f64, usual: Option<&f64>) -> f64 {
    let beyond = (protesting - usual.copied().unwrap_or(0.0)).max(0.0);
    if beyond > 0.0 { beyond / (beyond + p.diversion_half) } else { 0.0 }
}

/// Turns pointers into shares, in place; returns the shares of the authorities and of nobody.
fn normalise(targets: &mut [f32], authorities: f32, nobody: f32) -> (f32, f32) {
    let scale = 1.0 / (targets.iter().sum::<f32>() + authorities + nobody);
    for x in targets.iter_mut() {
        *x *= scale;
    }
    (authorities * scale, nobody * scale)
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
            mut targets in prop::collection::vec(1.0..200.0_f32, 0..6),
            authorities in 1.0..50.0_f32,
        ) {
            let (a, n) = normalise(&mut targets, authorities, 4.95);
            prop_assert!((targets.iter().sum::<f32>() + a + n - 1.0).abs() < 1e-5);
        }
    }
}
