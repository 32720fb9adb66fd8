//! Acts: who takes part in hostile acts, who is ready to help, and what that does to the peaceful norm.
//!
//! Every household present may act on one rung of a ladder: speech, discrimination, protest, clash,
//! violence. The utility of rung `k` is `U_k = alpha * max_g(h_g T_g) - nu * norm - risk_aversion * P_k +
//! psi * max(q_kin, q_cell, q_online) - threshold - cost_k`, the maximum taken over targets other than the
//! own group; it acts at `k` or above with probability
//! `p_k = opportunity_k * (1 - fatigue) * S(U_k / sigma)` (fatigue from discrimination upward). One draw
//! picks the rung; everything regional uses the means of `p_k`, so that thinning does not quantise rare
//! rungs. `q` is the share acting at `k` or above last week, but at least at the rung from which acts are
//! imitated (talk spreads as hostility, not here); kin count only from two acting ties, a cell mean includes
//! the household itself. Where many act the norm falls fast and comes back slowly:
//! `n' = n - (1 - e^(-kappa (max(q_cell, q_online) - x)+))(n - n_min)+ + r(tau)(n_0 - n)`.
//!
//! From the clash upward opportunity grows by `land.clash_gain` where groups contest land.
//!
//! Reads: hostility, threat, perceived sanction, contested land, fatigue, norm (own, now), rung and acting shares (last
//! week). Writes: rung, `act_probability`, norm, fatigue, acting shares, help, weekly sums in `conduct`.
//! Off: every `acts.opportunity_*` 0 (no acts), `acts.imitation` 0 (no contagion), `acts.norm_erosion` 0
//! (fixed norm), `acts.helpers_per_need` 0 (no help). Cards: S0-H11, S0-H14, S0-H19, S0-H28, S1-H19,
//! S1-H20, S1-H23, S2-H30. Source: threshold model of collective behaviour (Granovetter 1978) with logistic noise.

mod choice;
pub mod help;
pub mod split;
mod sums;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::draws::{STRIP, unit};
use crate::engine::math::{exp, logistic32, weekly};
use crate::engine::sums::{BLOCK, Fixed, Run, SharedSums, merge};
use crate::world::society::ACTS;
use crate::world::{Context, NONE, World};
pub use choice::Made;
use choice::{Chooser, LANES, Weighed};
use sums::Layout;

/// Households handled as one piece: fixed, so that sums within a piece always have the same order.
const PIECE: usize = 2 * BLOCK;
/// Number of a piece with its part of norm, probability of acting and rung.
type Piece<'a> = (usize, ((&'a mut [f32], &'a mut [f32]), &'a mut [u8]));

/// Parameters of acts, the norm and help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Weight of the strongest grievance (hostility times threat) in the utility of acting.
    pub grievance: f64,
    /// Weight of the peaceful norm against acting.
    pub norm_weight: f64,
    /// Weight of the share of others who act.
    pub imitation: f64,
    /// Mildest rung that others imitate, 1 = speech.
    pub imitated_from: f64,
    /// Scale of the logistic noise.
    pub noise: f64,
    /// Cost of speech.
    pub cost_speech: f64,
    /// Cost of discrimination.
    pub cost_discrimination: f64,
    /// Cost of protest.
    pub cost_protest: f64,
    /// Cost of a clash.
    pub cost_clash: f64,
    /// Cost of violence.
    pub cost_violence: f64,
    /// Chance in a week to speak publicly.
    pub opportunity_speech: f64,
    /// Chance in a week to discriminate.
    pub opportunity_discrimination: f64,
    /// Chance in a week to protest.
    pub opportunity_protest: f64,
    /// Chance in a week to join a clash.
    pub opportunity_clash: f64,
    /// Chance in a week to take part in violence.
    pub opportunity_violence: f64,
    /// Highest threshold for acting.
    pub threshold_scale: f64,
    /// First shape of the Beta distribution of thresholds.
    pub threshold_a: f64,
    /// Second shape.
    pub threshold_b: f64,
    /// Acting kin from which they count.
    pub kin_least: f64,
    /// First shape of the Beta distribution of norm anchors.
    pub norm_a: f64,
    /// Second shape.
    pub norm_b: f64,
    /// Added to every norm anchor.
    pub norm_shift: f64,
    /// Fall of the norm per unit of acting share above the tipping share, per week.
    pub norm_erosion: f64,
    /// Acting share above which the norm falls.
    pub norm_tipping: f64,
    /// Level the norm does not fall below.
    pub norm_floor: f64,
    /// Weeks in which the norm comes back.
    pub norm_weeks: f64,
    /// Growth of fatigue with protest.
    pub fatigue_gain: f64,
    /// Share protesting at which growth of fatigue turns linear.
    pub fatigue_half: f64,
    /// Weeks in which fatigue fades.
    pub fatigue_weeks: f64,
    /// First shape of the Beta distribution of empathy.
    pub empathy_a: f64,
    /// Second shape.
    pub empathy_b: f64,
    /// Weight of empathy in helping.
    pub help_empathy: f64,
    /// Weight of the peaceful norm in helping.
    pub help_norm: f64,
    /// Cost of helping.
    pub help_cost: f64,
    /// Helpers that one household without a home of its own can take up.
    pub helpers_per_need: f64,
}

impl Parameters {
    /// Costs by rung.
    pub fn costs(&self) -> [f64; ACTS] {
        [
            self.cost_speech,
            self.cost_discrimination,
            self.cost_protest,
            self.cost_clash,
            self.cost_violence,
        ]
    }

    /// Position of the mildest rung that is imitated.
    fn imitated(&self) -> usize {
        (self.imitated_from as usize).clamp(1, ACTS) - 1
    }

    /// Opportunities by rung.
    pub fn opportunities(&self) -> [f64; ACTS] {
        [
            self.opportunity_speech,
            self.opportunity_discrimination,
            self.opportunity_protest,
            self.opportunity_clash,
            self.opportunity_violence,
        ]
    }
}

/// Lets every household present act or not, and sums up.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    step_noting(ctx, world, &|_, _, _| ());
}

/// The same, telling `note` of every household present what its probability of acting was made of, and how
/// its norm moved: eroded (negative), and drawn to its anchor.
pub fn step_noting(
    ctx: &Context<'_>,
    world: &mut World,
    note: &(impl Fn(usize, &Made, [f32; 2]) + Sync),
) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.acts;
    let around = surroundings(ctx, world);
    let erosion: Vec<f32> = around
        .iter()
        .map(|q| {
            let over = f64::from(q[1]) - p.norm_tipping;
            if over > 0.0 { (1.0 - exp(-p.norm_erosion * over)) as f32 } else { 0.0 }
        })
        .collect();
    let layout = Layout::of(setting);
    let cells = SharedSums::new(setting.cells * (ACTS + 1));
    // Kin are read as they acted last week.
    let before = world.society.rung.clone();
    let mut norm = std::mem::take(&mut world.society.norm);
    let mut probability = std::mem::take(&mut world.society.act_probability);
    let mut rung = std::mem::take(&mut world.society.rung);
    let return_rate = weekly(p.norm_weeks) as f32;
    let floor = p.norm_floor as f32;
    let (households, society) = (&world.households, &world.society);
    let chooser = Chooser::new(ctx, society, &before);
    let chunks = norm
        .par_chunks_mut(PIECE)
        .zip(probability.par_chunks_mut(PIECE))
        .zip(rung.par_chunks_mut(PIECE))
        .enumerate();
    let work = |(b, ((norm, probability), rung)): Piece<'_>| {
        let mut table = vec![0.0; layout.len()];
        let mut run = Run::new(&cells, ACTS + 1);
        let mut draws = [[0; STRIP]; 4];
        let mut lanes = [[0.0_f32; LANES]; STRIP];
        let mut weighed = [Weighed::default(); STRIP];
        for from in (0..norm.len()).step_by(STRIP) {
            let n = STRIP.min(norm.len() - from);
            let first = b * PIECE + from;
            let norm = &mut norm[from..from + n];
            chooser.draw(first, n, &mut draws);
            // First everybody weighs; the logistic of a strip is then worked side by side.
            for k in 0..n {
                let i = first + k;
                if households.here(i) {
                    let r = households.region[i];
                    let place = setting.place_of(households.cell[i], r);
                    weighed[k] =
                        chooser.weigh(i, r as usize, norm[k], &around[place], &mut lanes[k]);
                }
            }
            for x in lanes.as_flattened_mut() {
                *x = logistic32(*x);
            }
            for k in 0..n {
                let i = first + k;
                if !households.here(i) {
                    (probability[from + k], rung[from + k]) = (0.0, 0);
                    continue;
                }
                let (r, cell) = (households.region[i] as usize, households.cell[i]);
                let place = setting.place_of(cell, households.region[i]);
                let u = unit(draws[0][k], draws[1][k]) as f32;
                let choice = chooser.choose(r, &weighed[k], &lanes[k], u);
                (probability[from + k], rung[from + k]) = (choice.acting[1], choice.rung);
                layout.add(&mut table, ctx, households, society, i, norm[k], &choice);
                if cell != NONE {
                    let w = f64::from(setting.people.weight[i]);
                    let row = run.of(cell as usize);
                    row[0] += w;
                    for (sum, &p) in row[1..].iter_mut().zip(&choice.acting) {
                        *sum += w * f64::from(p);
                    }
                }
                let anchor = setting.traits.norm_anchor[i];
                let fall = erosion[place] * (norm[k] - floor).max(0.0);
                let back = return_rate * (anchor - norm[k]);
                norm[k] += back - fall;
                note(i, &choice.made_of, [-fall, back]);
            }
        }
        run.flush();
        table.into_iter().map(Fixed::of).collect::<Vec<Fixed>>()
    };
    let table =
        chunks.map(work).reduce(|| vec![Fixed::default(); layout.len()], |a, b| merge(a, &b));
    world.society.norm = norm;
    world.society.act_probability = probability;
    world.society.rung = rung;
    world.conduct.cell_acting = sums::cell_means(&cells.into_values());
    layout.read(world, &table);
    tire(p, world);
    help::settle(ctx, world, &layout.need(&table));
}

/// Share acting at each rung or above (but at least at the mildest rung that is imitated) last week in
/// the cell or online, whichever is larger: one entry a cell, then one a region for households without a cell.
fn surroundings(ctx: &Context<'_>, world: &World) -> Vec<[f32; ACTS]> {
    let online = &world.conduct.online_acting;
    let imitated = ctx.setting.scenario.parameters.acts.imitated();
    let in_cell = world.conduct.cell_acting.iter().zip(&ctx.setting.cell_region).map(|(q, &r)| {
        let seen = &online[r as usize];
        std::array::from_fn(|k| {
            let k = k.max(imitated);
            q[k].max(seen[k])
        })
    });
    let alone = online.iter().map(|q| std::array::from_fn(|k| q[k.max(imitated)]));
    in_cell.chain(alone).collect()
}

/// Large protests tire people out; the effect fades.
fn tire(p: &Parameters, world: &mut World) {
    for region in &mut world.society.regions {
        let protest = region.acting[2];
        let growth = tiring(p, protest);
        let fading = weekly(p.fatigue_weeks);
        region.fatigue += (1.0 - region.fatigue) * growth - region.fatigue * fading;
        region.fatigue = region.fatigue.clamp(0.0, 1.0);
    }
}

/// Share of the rested who tire in a week with this share protesting.
fn tiring(p: &Parameters, protest: f64) -> f64 {
    if protest <= 0.0 {
        return 0.0;
    }
    1.0 - exp(-p.fatigue_gain * protest * protest / (protest + p.fatigue_half))
}

/// The level at which fatigue rests under a lasting share protesting.
pub fn resting_fatigue(p: &Parameters, protest: f64) -> f64 {
    let growth = tiring(p, protest);
    let fading = weekly(p.fatigue_weeks);
    growth / (growth + fading)
}

#[cfg(test)]
mod tests;
