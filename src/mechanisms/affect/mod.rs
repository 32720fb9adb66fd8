//! Affect: fear and hostility, each anchored in the household and passed on between households.
//!
//! **Fear** of target g moves by the exact exponential of constant rates over the week, toward a floor
//! `m` that itself follows fear only beyond an alarm gap, so that large shocks last longer than small:
//!
//! ```text
//! K+ = rate (background + incidents ln(1 + per 100 k) + 2.5 media m_i M~ + contagion (f_others - m)+
//!            + inflow ln(1 + 100 newly arrived share)),   K- = rate * recovery
//! f* = (K+ + K- m) / (K+ + K-),   f' = f* + (f - f*) e^-(K+ + K-)
//! m' = m + r(floor_up) (f' - m - gap)+ - r(floor_down) (m - m0)
//! ```
//!
//! **Hostility** is contagious and anchored; everything else reaches it through `u`:
//!
//! ```text
//! h' = h + (1 - e^-rate) [contagion (w_k kin + w_c cell + w_o online) + (1 - contagion) S(a_i + u) - h]
//! u  = beta_fear f + beta_threat T + beta_exposure (X + s X_other) - beta_contact C + beta_media M
//! ```
//!
//! The online part is half the mean of those the household follows, half everyone by visibility. Missing
//! parts give their weight to the others; `M~` and `X_other` add similar groups with weight s. All that
//! concerns others is read from `opinion`, so the step is synchronous.
//!
//! Reads: `opinion`, `mood`, `online_hostility`, `salience`, `threat`, `contact`, `exposure` (this week),
//! incidents (last week), arrivals (this week), kin, follows, traits. Writes: `fear`, `fear_floor`,
//! `hostility`. Off: `affect.hostility_rate = 0`, `affect.fear_rate = 0`, or a beta of 0.
//! Cost with three targets: about 45 ns per household and week on a busy core, and 60 bytes per household
//! (fear, floor and hostility 4 bytes each a target, and 16 of what others see).
//! Cards: S0-H05, S0-H06, S0-H08, S0-H09. Sources: Hanes and Machin 2014; Bove et al. 2023;
//! Riek, Mania and Gaertner 2006; Hangartner et al. 2019; Steinmayr 2021.

mod reach;
pub mod split;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::minority;
use crate::engine::math::{exp32, hazard, ln_1p, logistic32, weekly};
use crate::engine::strips::{Lane, STRIP, apart, each, lane, together};
use crate::engine::sums::BLOCK;
use crate::engine::wide::wide;
use crate::world::{Context, Flow, Setting, Society, World};
use reach::{Gather, Reaches, blend, families, followed};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Rate of fear, per week.
    pub fear_rate: f64,
    /// Recovery from fear, over the rate.
    pub fear_recovery: f64,
    /// Push of ordinary life.
    pub fear_background: f64,
    /// Push per log of incidents per 100,000 people and week.
    pub fear_incidents: f64,
    /// Push of salience at a media weight of 0.4.
    pub fear_media: f64,
    /// Push of the fear of kin and neighbours above the own floor.
    pub fear_contagion: f64,
    /// Push per log of newly arrived people, per cent of population.
    pub fear_inflow: f64,
    /// Fear above the floor at which the floor begins to follow.
    pub alarm_gap: f64,
    /// Time constant of the floor rising, weeks.
    pub floor_up: f64,
    /// Time constant of the floor returning to its anchor, weeks.
    pub floor_down: f64,
    /// Incidents per 100,000 people and week in ordinary times.
    pub ordinary_incidents: f64,
    /// Rate of hostility, per week.
    pub hostility_rate: f64,
    /// Weight of others against own reasons, below 1.
    pub contagion: f64,
    /// Weight of kin among others; the three sum to 1.
    pub kin: f64,
    /// Weight of the neighbourhood.
    pub cell: f64,
    /// Weight of what is seen online.
    pub online: f64,
    /// Weight of those followed in what is seen online.
    pub followed: f64,
    /// Effect of fear on hostility, log-odds.
    pub beta_fear: f64,
    /// Effect of threat.
    pub beta_threat: f64,
    /// Effect of mere exposure.
    pub beta_exposure: f64,
    /// Effect of meaningful contact, taken away.
    pub beta_contact: f64,
    /// Effect of salience.
    pub beta_media: f64,
    /// How much exposure to and salience of other groups counts.
    pub similarity: f64,
    /// Hostility above which a household counts as hostile.
    pub hostile_above: f64,
    /// Hostility below which a household counts as favourable.
    pub favourable_below: f64,
}

/// Most groups that attitudes may be about.
pub const MOST_TARGETS: usize = 6;

/// One week of fear and hostility.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let rate = hazard(ctx.setting.scenario.parameters.affect.hostility_rate) as f32;
    advance(ctx.setting, world, Pace::Weekly { rate });
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// One week; hostility moves by this share of the way.
    Weekly {
        /// Weight of the new value.
        rate: f32,
    },
    /// All the way at the present inputs, for everyone, those not in the country included; the floor
    /// rests on its anchor.
    Settle,
}

/// Moves fear and hostility.
pub fn advance(setting: &Setting, world: &mut World, pace: Pace) {
    // The number of targets is known to the compiler inside the loop.
    match setting.targets.len() {
        0 => {}
        1 => advance_for::<1, 1>(setting, world, pace),
        2 => advance_for::<2, 1>(setting, world, pace),
        3 => advance_for::<3, 1>(setting, world, pace),
        4 => advance_for::<4, 2>(setting, world, pace),
        5 => advance_for::<5, 2>(setting, world, pace),
        _ => advance_for::<MOST_TARGETS, 2>(setting, world, pace),
    }
}

/// Toward `T` targets, of which `R` rows are seen of others.
fn advance_for<const T: usize, const R: usize>(setting: &Setting, world: &mut World, pace: Pace) {
    let climates = climates::<T>(setting, world);
    let World { households, society, memory: kept, .. } = world;
    let c = Constants::new(setting);
    let Society {
        fear,
        fear_floor,
        hostility,
        opinion,
        mood,
        threat,
        contact,
        exposure,
        arrival_ties,
        ..
    } = society;
    let opinion = opinion.as_chunks().0;
    let gather = Gather::<T, R> {
        setting,
        households,
        groups: setting.groups() as u32,
        climates: &climates,
        opinion,
        families: &families(setting, opinion),
        followed: &followed(setting, opinion),
        mood: mood.as_chunks().0,
        exposure: exposure.as_chunks().0,
        arrival_ties,
        kept,
        constants: &c,
        everyone: pace == Pace::Settle,
    };
    let strip = STRIP * T;
    // Handed out in order: threads that work in one region share what they look up in it.
    fear.chunks_mut(BLOCK * T)
        .zip(fear_floor.chunks_mut(BLOCK * T))
        .zip(hostility.chunks_mut(BLOCK * T))
        .enumerate()
        .par_bridge()
        .for_each(|(block, ((fears, floors), hostilities))| {
            wide(
                #[inline(always)]
                || {
                    let ties = gather.ties(block * BLOCK, fears.len() / T);
                    let mut reach = Box::new(Reaches::<T>::none());
                    let strips = fears
                        .chunks_mut(strip)
                        .zip(floors.chunks_mut(strip))
                        .zip(hostilities.chunks_mut(strip));
                    for (n, ((fears, floors), hostilities)) in strips.enumerate() {
                        let first = block * BLOCK + n * STRIP;
                        let mut state = State {
                            fear: apart(fears),
                            floor: apart(floors),
                            hostility: apart(hostilities),
                        };
                        let mine = [&state.hostility, &state.fear];
                        if !gather.strip(first, fears.len() / T, &ties[n], mine, &mut reach) {
                            continue;
                        }
                        let at = first * T..first * T + fears.len();
                        let fixed = Fixed {
                            threat: apart(&threat[at.clone()]),
                            contact: apart(&contact[at.clone()]),
                            anchor: apart(&setting.traits.hostility_anchor[at]),
                            rest: lane(&setting.traits.fear_anchor[first..first + fears.len() / T]),
                        };
                        for t in 0..T {
                            match pace {
                                Pace::Weekly { rate } => {
                                    c.week(rate, &reach, &fixed, t, &mut state);
                                }
                                Pace::Settle => c.settle(&reach, &fixed, t, &mut state),
                            }
                        }
                        together(&state.fear, fears);
                        together(&state.floor, floors);
                        together(&state.hostility, hostilities);
                    }
                },
            );
        });
}

/// What moves, of a strip.
struct State<const T: usize> {
    fear: [Lane; T],
    floor: [Lane; T],
    hostility: [Lane; T],
}

/// What a strip reads of itself.
struct Fixed<const T: usize> {
    threat: [Lane; T],
    contact: [Lane; T],
    /// Log-odds anchor of hostility.
    anchor: [Lane; T],
    /// Resting level of fear.
    rest: Lane,
}

/// What weighs on everyone of a group in a region, by target.
#[derive(Clone, Copy)]
struct Climate<const T: usize> {
    push: [f32; T],
    media: [f32; T],
    media_shift: [f32; T],
    online: [f32; T],
}

/// Pushes of fear before the rate: ordinary life, incidents of last week, people newly arrived of target
/// `t`, alarm from media of a kin state and from pressure, for group `g` in region `r`.
fn events(setting: &Setting, world: &World, r: usize, g: usize, t: usize) -> [f64; 4] {
    let p = &setting.scenario.parameters.affect;
    let population = setting.scenario.regions[r].population.max(1.0);
    let incidents: f64 = world.society.regions[r].incidents.iter().sum();
    let arrived = world.flows.get(Flow::Arrivals, r, setting.targets[t]) / population;
    [
        p.fear_background,
        p.fear_incidents * ln_1p(1e5 * incidents / population),
        p.fear_inflow * ln_1p(100.0 * arrived),
        minority::alarm(setting, world, r, g),
    ]
}

/// By region and group.
fn climates<const T: usize>(setting: &Setting, world: &World) -> Vec<Climate<T>> {
    let p = &setting.scenario.parameters.affect;
    let groups = setting.groups();
    let own = setting.own_target();
    let mut out = Vec::with_capacity(setting.regions() * groups);
    for (r, region) in world.society.regions.iter().enumerate() {
        for (g, &self_target) in own.iter().enumerate() {
            let salience: [f64; T] = std::array::from_fn(|t| region.salience_for(g, t, T));
            let similar = |t: usize| {
                let others = (0..T).filter(|&x| x != t && x != self_target);
                let (sum, n) = others.fold((0.0, 0.0), |(s, n), x| (s + salience[x], n + 1.0));
                if n > 0.0 { p.similarity * sum / n } else { 0.0 }
            };
            let push = |t: usize| events(setting, world, r, g, t).iter().sum::<f64>();
            out.push(Climate {
                push: std::array::from_fn(|t| (p.fear_rate * push(t)) as f32),
                // Media weights have mean 0.4, so 2.5 makes the push the one of a mean household.
                media: std::array::from_fn(|t| {
                    (p.fear_rate * 2.5 * p.fear_media * (salience[t] + similar(t))) as f32
                }),
                media_shift: salience.map(|x| (p.beta_media * x) as f32),
                online: std::array::from_fn(|t| region.online_hostility[t] as f32),
            });
        }
    }
    out
}

/// Parameters in the precision of the loop.
struct Constants {
    recovery: f32,
    fear_contagion: f32,
    alarm_gap: f32,
    floor_up: f32,
    floor_down: f32,
    contagion: f32,
    kin: f32,
    cell: f32,
    online: f32,
    followed: f32,
    beta_fear: f32,
    beta_threat: f32,
    beta_exposure: f32,
    beta_contact: f32,
    similarity: f32,
    beta_memory: f32,
}

impl Constants {
    fn new(setting: &Setting) -> Self {
        let p = &setting.scenario.parameters.affect;
        Self {
            recovery: (p.fear_rate * p.fear_recovery) as f32,
            fear_contagion: (p.fear_rate * p.fear_contagion) as f32,
            alarm_gap: p.alarm_gap as f32,
            floor_up: weekly(p.floor_up) as f32,
            floor_down: weekly(p.floor_down) as f32,
            contagion: p.contagion as f32,
            kin: p.kin as f32,
            cell: p.cell as f32,
            online: p.online as f32,
            followed: p.followed as f32,
            beta_fear: p.beta_fear as f32,
            beta_threat: p.beta_threat as f32,
            beta_exposure: p.beta_exposure as f32,
            beta_contact: p.beta_contact as f32,
            similarity: p.similarity as f32,
            beta_memory: setting.scenario.parameters.memory.beta as f32,
        }
    }
}

// Step by step over a strip, without a branch: a loop of many steps is worked household by household where registers
// hold eight numbers.
impl Constants {
    /// Push of fear with what is caught from others, and the level at which it would rest.
    #[inline(always)]
    fn fear<const T: usize>(&self, reach: &Reaches<T>, t: usize, floor: &Lane) -> [Lane; 2] {
        let near = blend([(self.kin, &reach.kin_fear[t]), (self.cell, &reach.cell_fear[t])]);
        let (mut up, mut rest) = ([0.0; STRIP], [0.0; STRIP]);
        for k in 0..STRIP {
            let above = if near[k].is_nan() { 0.0 } else { (near[k] - floor[k]).max(0.0) };
            up[k] = reach.push[0][t][k] + reach.push[1][t][k] + self.fear_contagion * above;
        }
        for k in 0..STRIP {
            rest[k] = (up[k] + self.recovery * floor[k]) / (up[k] + self.recovery).max(1e-9);
        }
        [up, rest]
    }

    /// Where hostility tends to.
    #[inline(always)]
    fn goal<const T: usize>(
        &self,
        reach: &Reaches<T>,
        fixed: &Fixed<T>,
        t: usize,
        fear: &Lane,
    ) -> Lane {
        let net = blend([
            (self.kin, &reach.kin[t]),
            (self.cell, &reach.cell[t]),
            (self.online, &reach.online[t]),
        ]);
        let (mut reasons, mut goal) = ([0.0; STRIP], [0.0; STRIP]);
        for k in 0..STRIP {
            let u = self.beta_fear * fear[k] + self.beta_threat * fixed.threat[t][k]
                - self.beta_contact * fixed.contact[t][k];
            let shift = reach.shift[0][t][k] + reach.shift[1][t][k] + reach.shift[2][t][k];
            reasons[k] = logistic32(fixed.anchor[t][k] + u + shift);
        }
        for k in 0..STRIP {
            let net = if net[k].is_nan() { reasons[k] } else { net[k] };
            goal[k] = self.contagion * net + (1.0 - self.contagion) * reasons[k];
        }
        goal
    }

    #[inline(always)]
    fn week<const T: usize>(
        &self,
        rate: f32,
        reach: &Reaches<T>,
        fixed: &Fixed<T>,
        t: usize,
        state: &mut State<T>,
    ) {
        let moves = &reach.moves[t];
        let goal = self.goal(reach, fixed, t, &state.fear[t]);
        let [up, rest] = self.fear(reach, t, &state.floor[t]);
        let left = each(&up, |up| exp32(-(up + self.recovery)));
        let mut next = [0.0; STRIP];
        for k in 0..STRIP {
            next[k] = rest[k] + (state.fear[t][k] - rest[k]) * left[k];
        }
        for k in 0..STRIP {
            let m = state.floor[t][k];
            let alarm = (next[k] - m - self.alarm_gap).max(0.0);
            let risen = m + self.floor_up * alarm - self.floor_down * (m - fixed.rest[k]);
            state.floor[t][k] = if moves[k] { risen } else { m };
        }
        let (fear, hostility) = (&mut state.fear[t], &mut state.hostility[t]);
        for k in 0..STRIP {
            let (f, h) = (fear[k], hostility[k]);
            let moved = h + rate * (goal[k] - h);
            fear[k] = if moves[k] { next[k] } else { f };
            hostility[k] = if moves[k] { moved } else { h };
        }
    }

    #[inline(always)]
    fn settle<const T: usize>(
        &self,
        reach: &Reaches<T>,
        fixed: &Fixed<T>,
        t: usize,
        state: &mut State<T>,
    ) {
        let goal = self.goal(reach, fixed, t, &state.fear[t]);
        let [_, rest] = self.fear(reach, t, &state.floor[t]);
        for k in (0..STRIP).filter(|&k| reach.moves[t][k]) {
            state.fear[t][k] = rest[k];
            state.floor[t][k] = fixed.rest[k];
            state.hostility[t][k] = goal[k];
        }
    }
}

#[cfg(test)]
mod tests;
