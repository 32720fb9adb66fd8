//! Blame: on whom losses are laid.
//!
//! A loss is laid on groups, on the authorities or on nobody, in shares that always sum to 1:
//!
//! ```text
//! b_ig = exp(slope * z_ig) / (sum over targets, authorities and nobody)
//! z_ig = salience_g + visible hostility_g + h_ig       authorities: 1 - trust + acknowledged fault
//! T_ig += b_ig * loss_i
//! ```
//!
//! A household never blames its own group. Without "nobody" every loss would be someone's fault.
//!
//! Reads: salience, visible hostility (this week), hostility and trust in authorities (last week),
//! acknowledged fault, `loss`. Writes: adds to `threat`; `blame_outgroups`. Off: `blame.slope = 0`
//! (equal shares whatever is said). Cards: S4-H17. Source: ours; a logit over whom to blame.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

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
}

/// One week of blame.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    lay(ctx.setting, world, false);
}

/// Lays this week's losses on targets; `everyone` includes those not in the country.
pub fn lay(setting: &Setting, world: &mut World, everyone: bool) {
    let World { households, society, .. } = world;
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
        .flat_map(|r| {
            (0..groups * targets).map(move |k| {
                let t = k % targets;
                r.salience_for(k / targets, t, targets) + r.visible_hostility[t]
            })
        })
        .map(|z| exp(p.slope * z) as f32)
        .collect();
    let fault: Vec<f32> = society.regions.iter().map(|r| r.acknowledged_fault as f32).collect();
    let Society { threat, blame_outgroups, hostility, trust, loss, .. } = society;
    threat
        .par_chunks_mut(BLOCK * targets)
        .zip(blame_outgroups.par_chunks_mut(BLOCK))
        .enumerate()
        .for_each_init(
            || vec![0.0_f32; targets],
            |shares, (block, (threats, blamed))| {
                for (k, (row, out)) in threats.chunks_mut(targets).zip(blamed).enumerate() {
                    let i = block * BLOCK + k;
                    if !(everyone || households.here(i)) {
                        continue;
                    }
                    let r = households.region[i] as usize;
                    let group = setting.people.group[i] as usize;
                    let self_target = own[group];
                    let hostile = &hostility[i * targets..(i + 1) * targets];
                    for t in 0..targets {
                        let points =
                            shown[(r * groups + group) * targets + t] * exp32(slope * hostile[t]);
                        shares[t] = if t == self_target { 0.0 } else { points };
                    }
                    let authorities = exp32(slope * (1.0 - trust[i][2] + fault[r]));
                    normalise(shares, authorities, nobody);
                    *out = shares.iter().sum();
                    for (threat, share) in row.iter_mut().zip(shares.iter()) {
                        *threat += share * loss[i];
                    }
                }
            },
        );
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
    use proptest::prelude::*;

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
