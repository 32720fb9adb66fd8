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
//! From discrimination upward acts are directed at targets in proportion to hostility times threat times how large the group
//! seems in the region (the log size of `threat`): nobody acts against those who are not there.
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

use super::affect::MOST_TARGETS;
use super::threat::seeming_size;
use crate::engine::ahead::ahead;
use crate::engine::math::{exp, weekly};
use crate::engine::strips::{Lane, Lookup, STRIP, apart, each, lane, put};
use crate::engine::sums::{BLOCK, Fixed, Run, SHARE, SharedSums, merge};
use crate::engine::wide::wide;
use crate::world::society::ACTS;
use crate::world::{Context, Households, Presence, Setting, Society, World};
pub use choice::Made;
use choice::{Choices, Chooser, Where};
use sums::{Layout, Seen, by_cell, cell_means};

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
    // The number of targets is known to the compiler inside the loop.
    match ctx.setting.targets.len() {
        0 => step_for::<0>(ctx, world, note),
        1 => step_for::<1>(ctx, world, note),
        2 => step_for::<2>(ctx, world, note),
        3 => step_for::<3>(ctx, world, note),
        4 => step_for::<4>(ctx, world, note),
        5 => step_for::<5>(ctx, world, note),
        _ => step_for::<MOST_TARGETS>(ctx, world, note),
    }
}

fn step_for<const T: usize>(
    ctx: &Context<'_>,
    world: &mut World,
    note: &(impl Fn(usize, &Made, [f32; 2]) + Sync),
) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.acts;
    let around = surroundings(ctx, world);
    let erosion: Vec<[f32; 1]> = around
        .iter()
        .map(|q| {
            let over = f64::from(q[1]) - p.norm_tipping;
            [if over > 0.0 { (1.0 - exp(-p.norm_erosion * over)) as f32 } else { 0.0 }]
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
    let met: Vec<[f32; T]> = (0..setting.regions()).map(|r| met(setting, society, r)).collect();
    let seen = Seen { setting, households, trust: &society.trust };
    let own: Vec<u32> = setting.own_target().into_iter().map(|t| t as u32).collect();
    let chunks = norm
        .par_chunks_mut(PIECE)
        .zip(probability.par_chunks_mut(PIECE))
        .zip(rung.par_chunks_mut(PIECE))
        .enumerate()
        .with_max_len(SHARE * BLOCK / PIECE);
    let work = |(b, ((norms, probability), rung)): Piece<'_>| {
        wide(
            #[inline(always)]
            || {
                let amid_kin = chooser.amid_acting_kin(b * PIECE..b * PIECE + norms.len());
                let mut sums = layout.none();
                let mut run = Run::new(&cells, ACTS + 1);
                let mut choices = Choices::none();
                let strips = norms
                    .chunks_mut(STRIP)
                    .zip(probability.chunks_mut(STRIP))
                    .zip(rung.chunks_mut(STRIP))
                    .enumerate();
                for (s, ((norms, probability), rung)) in strips {
                    let at = locate(setting, households, &own, b * PIECE + s * STRIP, norms.len());
                    if !at.here.contains(&true) {
                        probability.fill(0.0);
                        rung.fill(0);
                        continue;
                    }
                    ahead(probability);
                    ahead(rung);
                    let norm = lane(norms);
                    let entries = at.first * T..(at.first + at.n) * T;
                    let grievance = [
                        apart::<T, f32>(&society.hostility[entries.clone()]),
                        apart(&society.threat[entries]),
                    ];
                    chooser.strip(&at, &norm, &grievance, &around, amid_kin[s], &mut choices);
                    let (mut acting, mut rungs) = ([0.0; STRIP], [0; STRIP]);
                    for k in 0..STRIP {
                        acting[k] = if at.here[k] { choices.acting[1][k] } else { 0.0 };
                        rungs[k] = if at.here[k] { choices.rung[k] } else { 0 };
                    }
                    put(&acting, probability);
                    put(&rungs, rung);
                    let felt = felt(&at, &grievance, &Lookup::of(&at.region).table(&met));
                    layout.add(&mut sums, &seen, &at, &norm, &felt, &choices);
                    by_cell(setting, &at, &sums.columns, &mut run);
                    let anchor = lane(&setting.traits.norm_anchor[at.first..at.first + at.n]);
                    let [erosion] = Lookup::of(&at.place).table(&erosion);
                    let (mut fall, mut back, mut next) = ([0.0; STRIP], [0.0; STRIP], norm);
                    for k in 0..STRIP {
                        fall[k] = erosion[k] * (norm[k] - floor).max(0.0);
                        back[k] = return_rate * (anchor[k] - norm[k]);
                        let moved = norm[k] + (back[k] - fall[k]);
                        next[k] = if at.here[k] { moved } else { norm[k] };
                    }
                    put(&next, norms);
                    for k in 0..STRIP {
                        if at.here[k] {
                            note(at.first + k, &choices.made_of(k, norm[k]), [-fall[k], back[k]]);
                        }
                    }
                }
                run.flush();
                sums.table.into_iter().map(Fixed::of).collect::<Vec<Fixed>>()
            },
        )
    };
    let table =
        chunks.map(work).reduce(|| vec![Fixed::default(); layout.len()], |a, b| merge(a, &b));
    world.society.norm = norm;
    world.society.act_probability = probability;
    world.society.rung = rung;
    world.conduct.cell_acting = cell_means(&cells.into_values());
    layout.read(world, &table);
    tire(p, world);
    help::settle(ctx, world, &layout.need(&table));
}

/// Where the `n` households from `first` on are.
#[inline(always)]
fn locate(
    setting: &Setting,
    households: &Households,
    own: &[u32],
    first: usize,
    n: usize,
) -> Where {
    let range = first..first + n;
    let presence = lane(&households.presence[range.clone()]);
    let region = lane(&households.region[range.clone()]);
    let group = lane(&setting.people.group[range]);
    let mut at = Where {
        first,
        n,
        here: each(&presence, |p| p == Presence::Present),
        region: [0; STRIP],
        place: setting.places_of(households, first),
        own: each(&group, |g| own[usize::from(g)]),
    };
    for k in 0..STRIP {
        // Those away may not have chosen a region yet.
        at.region[k] = if at.here[k] { u32::from(region[k]) } else { 0 };
    }
    at
}

/// How far the members of each target's group are there to be acted against in region `r`: as large as the group seems. A
/// target that nobody belongs to, such as firms from abroad, needs nobody there.
fn met<const T: usize>(setting: &Setting, society: &Society, r: usize) -> [f32; T] {
    let scenario = &setting.scenario;
    std::array::from_fn(|t| {
        let g = setting.targets[t];
        let has_members = scenario.regions.iter().any(|region| region.group_shares[g] > 0.0)
            || scenario.waves.iter().any(|wave| wave.group == g);
        let share = society.regions[r].presence.get(t).copied().unwrap_or(0.0);
        if has_members { seeming_size(&scenario.parameters.threat, share) as f32 } else { 1.0 }
    })
}

/// Hostility times threat toward each target, as far as it is there; nothing toward the own group.
#[inline(always)]
fn felt<const T: usize>(at: &Where, grievance: &[[Lane; T]; 2], met: &[Lane; T]) -> [Lane; T] {
    let mut felt = [[0.0; STRIP]; T];
    for t in 0..T {
        for k in 0..STRIP {
            let both = grievance[0][t][k] * grievance[1][t][k] * met[t][k];
            felt[t][k] = if at.own[k] == t as u32 { 0.0 } else { both };
        }
    }
    felt
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
