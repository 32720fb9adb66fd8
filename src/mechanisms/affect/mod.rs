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
//! Cost with three targets: about 190 ns per household and week on a busy core, and 48 bytes per household
//! (fear, floor, hostility and opinion, 4 bytes each a target).
//! Cards: S0-H04, S0-H06, S0-H08, S0-H09, S1-H06. Sources: Hanes and Machin 2014; Bove et al. 2023;
//! Riek, Mania and Gaertner 2006; Hangartner et al. 2019; Steinmayr 2021.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::math::{exp32, hazard, ln_1p, logistic32, weekly};
use crate::engine::sums::BLOCK;
use crate::world::setting::KIN;
use crate::world::society::{Mood, OPINION_ONE, UNKNOWN};
use crate::world::{Context, Flow, NONE, Setting, Society, World};

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
    let targets = setting.targets.len();
    if targets == 0 {
        return;
    }
    let climates = climates(setting, world);
    let World { households, society, .. } = world;
    let own = setting.own_target();
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
    let view = View { opinion, mood, targets, constants: &c };
    let (people, traits) = (&setting.people, &setting.traits);
    fear.par_chunks_mut(BLOCK * targets)
        .zip(fear_floor.par_chunks_mut(BLOCK * targets))
        .zip(hostility.par_chunks_mut(BLOCK * targets))
        .enumerate()
        .for_each(|(block, ((fears, floors), hostilities))| {
            for k in 0..fears.len() / targets {
                let i = block * BLOCK + k;
                if !(pace == Pace::Settle || households.here(i)) {
                    continue;
                }
                let group = people.group[i] as usize;
                let self_target = own[group];
                let r = households.region[i] as usize;
                let place = setting.place_of(households.cell[i], households.region[i]) * targets;
                let seen = &exposure[place..place + targets];
                let mut all_seen = 0.0;
                let mut others = -1.0_f32;
                for (t, x) in seen.iter().enumerate() {
                    if t != self_target {
                        all_seen += x;
                        others += 1.0;
                    }
                }
                let per_other = if others > 0.0 { c.similarity / others } else { 0.0 };
                let ties: &[u32] = match i.checked_sub(setting.residents) {
                    None => &setting.kin[i],
                    Some(k) => &arrival_ties[k],
                };
                let (anchor, m) = (traits.fear_anchor[i], traits.media_weight[i]);
                for t in 0..targets {
                    if t == self_target {
                        continue;
                    }
                    let at = i * targets + t;
                    let row = k * targets + t;
                    let climate = &climates[(r * own.len() + group) * targets + t];
                    let kin = view.kin(ties, t);
                    let cell = view.cell(place + t, at, people.weight[i]);

                    let f = fears[row];
                    let floor = &mut floors[row];
                    let around = blend(&[(c.kin, kin[1]), (c.cell, cell[1])], *floor);
                    let up = climate.push
                        + climate.media * m
                        + c.fear_contagion * (around - *floor).max(0.0);
                    let rest = (up + c.recovery * *floor) / (up + c.recovery).max(1e-9);
                    if pace == Pace::Settle {
                        *floor = anchor;
                        fears[row] = rest;
                    } else {
                        let next = rest + (f - rest) * exp32(-(up + c.recovery));
                        let alarm = (next - *floor - c.alarm_gap).max(0.0);
                        *floor += c.floor_up * alarm - c.floor_down * (*floor - anchor);
                        fears[row] = next;
                    }

                    let u = c.beta_fear * f
                        + c.beta_threat * threat[at]
                        + c.beta_exposure * (seen[t] + per_other * (all_seen - seen[t]))
                        - c.beta_contact * contact[at]
                        + climate.media_shift;
                    let reasons = logistic32(traits.hostility_anchor[at] + u);
                    let followed = view.followed(&traits.follows[i], t);
                    let online = match followed {
                        None => climate.online,
                        Some(x) => c.followed * x + (1.0 - c.followed) * climate.online,
                    };
                    let net = blend(
                        &[(c.kin, kin[0]), (c.cell, cell[0]), (c.online, Some(online))],
                        reasons,
                    );
                    let goal = c.contagion * net + (1.0 - c.contagion) * reasons;
                    let h = &mut hostilities[row];
                    *h = match pace {
                        Pace::Settle => goal,
                        Pace::Weekly { rate } => *h + rate * (goal - *h),
                    };
                }
            }
        });
}

/// What weighs on everyone of a group in a region, about one target.
struct Climate {
    push: f32,
    media: f32,
    media_shift: f32,
    online: f32,
}

/// By region, group and target.
fn climates(setting: &Setting, world: &World) -> Vec<Climate> {
    let p = &setting.scenario.parameters.affect;
    let (groups, targets) = (setting.groups(), setting.targets.len());
    let own = setting.own_target();
    let mut out = Vec::with_capacity(setting.regions() * groups * targets);
    for (r, region) in world.society.regions.iter().enumerate() {
        let population = setting.scenario.regions[r].population.max(1.0);
        let incidents: f64 = region.incidents.iter().sum();
        let common = p.fear_background + p.fear_incidents * ln_1p(1e5 * incidents / population);
        for &self_target in &own {
            for t in 0..targets {
                let others = (0..targets).filter(|&x| x != t && x != self_target);
                let (sum, n) =
                    others.fold((0.0, 0.0), |(s, n), x| (s + region.salience[x], n + 1.0));
                let similar = if n > 0.0 { p.similarity * sum / n } else { 0.0 };
                let arrived = world.flows.get(Flow::Arrivals, r, setting.targets[t]) / population;
                let inflow = p.fear_inflow * ln_1p(100.0 * arrived);
                out.push(Climate {
                    push: (p.fear_rate * (common + inflow)) as f32,
                    // Media weights have mean 0.4, so 2.5 makes the push the one of a mean household.
                    media: (p.fear_rate * 2.5 * p.fear_media * (region.salience[t] + similar))
                        as f32,
                    media_shift: (p.beta_media * region.salience[t]) as f32,
                    online: region.online_hostility[t] as f32,
                });
            }
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
        }
    }
}

/// `1 / n` in the units of `opinion`, for up to [`KIN`] ties.
const PER_TIES: [f32; KIN + 1] = {
    let mut table = [0.0; KIN + 1];
    let mut n = 1;
    while n <= KIN {
        table[n] = 1.0 / (OPINION_ONE * n as f32);
        n += 1;
    }
    table
};

/// Others, as they were at the start of the week.
struct View<'a> {
    opinion: &'a [[u16; 2]],
    mood: &'a [Mood],
    targets: usize,
    constants: &'a Constants,
}

impl View<'_> {
    /// Mean hostility and fear of kin.
    #[inline]
    fn kin(&self, ties: &[u32], t: usize) -> [Option<f32>; 2] {
        let (mut h, mut f, mut n) = (0_u32, 0_u32, 0_u32);
        for &j in ties {
            if j == NONE {
                continue;
            }
            let seen = self.opinion[j as usize * self.targets + t];
            if seen[0] != UNKNOWN {
                h += u32::from(seen[0]);
                f += u32::from(seen[1]);
                n += 1;
            }
        }
        if n == 0 || self.constants.kin == 0.0 {
            return [None; 2];
        }
        let scale = PER_TIES[n as usize];
        [Some(h as f32 * scale), Some(f as f32 * scale)]
    }

    /// Mean hostility and fear in the cell without the household itself.
    #[inline]
    fn cell(&self, place: usize, self_at: usize, weight: f32) -> [Option<f32>; 2] {
        let mood = &self.mood[place];
        let me = self.opinion[self_at];
        // A household that is away is not part of any mood.
        let mine = if me[0] == UNKNOWN { 0.0 } else { weight };
        let rest = mood.weight - mine;
        if rest < 0.5 * weight || self.constants.cell == 0.0 {
            return [None; 2];
        }
        let mean =
            |sum: f32, x: u16| ((sum - mine * (f32::from(x) / OPINION_ONE)) / rest).clamp(0.0, 1.0);
        [Some(mean(mood.hostility, me[0])), Some(mean(mood.fear, me[1]))]
    }

    /// Mean hostility of those followed.
    #[inline]
    fn followed(&self, follows: &[u32; 3], t: usize) -> Option<f32> {
        let (mut h, mut n) = (0_u32, 0_u32);
        for &j in follows {
            if j == NONE {
                continue;
            }
            let seen = self.opinion[j as usize * self.targets + t][0];
            if seen != UNKNOWN {
                h += u32::from(seen);
                n += 1;
            }
        }
        (n > 0).then(|| h as f32 * PER_TIES[n as usize])
    }
}

/// Weighted mean of the parts that exist; `fallback` if none does or none has weight.
#[inline]
fn blend(parts: &[(f32, Option<f32>)], fallback: f32) -> f32 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (w, x) in parts {
        if let Some(x) = x {
            sum += w * x;
            weight += w;
        }
    }
    if weight > 0.0 { sum / weight } else { fallback }
}

#[cfg(test)]
mod tests;
