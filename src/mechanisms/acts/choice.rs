//! What the households of a strip choose on the ladder, and their readiness to help.

use std::ops::Range;

use rayon::prelude::*;

use crate::engine::draws::{Draws, Purpose, unit};
use crate::engine::math::logistic32;
use crate::engine::strips::{Lane, Lookup, STRIP, bits, lane, ones};
use crate::engine::sums::BLOCK;
use crate::world::kin::{FAMILY, Kin};
use crate::world::society::ACTS;
use crate::world::{Context, Setting, Society};

/// Position of the clash on the ladder.
const CLASH: usize = 3;

/// What the households of a strip do this week. Of those who are away nothing holds.
pub struct Choices {
    /// Probability of acting at each rung or above.
    pub acting: [Lane; ACTS],
    /// Rung acted on, 0 = none.
    pub rung: Lane<u8>,
    /// Probability of being ready to help.
    pub helping: Lane,
    /// Hostility and threat of the strongest grievance.
    strongest: [Lane; 2],
    /// Perceived sanction at the two mildest rungs.
    sanction: [Lane; 2],
    /// Share of others acting at them.
    seen: [Lane; 2],
}

impl Choices {
    /// Nothing yet.
    pub fn none() -> Self {
        let none = [0.0; STRIP];
        Self {
            acting: [none; ACTS],
            rung: [0; STRIP],
            helping: none,
            strongest: [none; 2],
            sanction: [none; 2],
            seen: [none; 2],
        }
    }

    /// What the probability of acting of the `k`-th was made of; `norm` is its norm before this week's change.
    #[inline(always)]
    pub fn made_of(&self, k: usize, norm: f32) -> Made {
        // Whoever cannot speak more often than discriminate is limited by speech.
        let rung = usize::from(self.acting[1][k] < self.acting[0][k]);
        Made {
            grievance: [self.strongest[0][k], self.strongest[1][k]],
            norm,
            sanction: self.sanction[rung][k],
            seen: self.seen[rung][k],
            rung,
        }
    }
}

/// Where the households of a strip are and whom they belong to.
pub struct Where {
    /// Slot of the first.
    pub first: usize,
    /// How many there are.
    pub n: usize,
    /// Whether they are in the country.
    pub here: Lane<bool>,
    /// Region.
    pub region: Lane<u32>,
    /// Place, as in [`Setting::place_of`].
    pub place: Lane<u32>,
    /// Position of the own group among the targets.
    pub own: Lane<u32>,
}

/// What makes the probability of acting: `opportunity * rested * S(utility / noise)` at the rung that
/// limits it, with `utility = grievance h T - norm_weight n - risk_aversion P + imitation q - threshold -
/// cost`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Made {
    /// Hostility and threat of the strongest grievance.
    pub grievance: [f32; 2],
    /// Norm before this week's change.
    pub norm: f32,
    /// Perceived sanction at the rung.
    pub sanction: f32,
    /// Share of others acting.
    pub seen: f32,
    /// The rung, 0 = speech.
    pub rung: usize,
}

/// Everything a choice needs that is the same for all households.
pub struct Chooser<'a> {
    setting: &'a Setting,
    draws: Draws,
    week: u32,
    before: &'a [u8],
    /// By household, 1 if it acted at all last week; then 0.
    acted: Vec<u8>,
    /// By family, how many of its members did.
    families: Vec<u8>,
    /// Perceived sanction by region and rung.
    sanction: Vec<[f32; ACTS]>,
    /// Opportunity after fatigue by region and rung.
    opportunity: Vec<[f32; ACTS]>,
    cost: [f32; ACTS],
    grievance: f32,
    norm_weight: f32,
    imitation: f32,
    /// Position of the mildest rung that is imitated.
    imitated: usize,
    precision: f32,
    kin_least: u8,
    help_empathy: f32,
    help_norm: f32,
    help_cost: f32,
}

impl<'a> Chooser<'a> {
    /// Hoists what does not depend on the household. `before` holds last week's rungs.
    pub fn new(ctx: &Context<'a>, society: &Society, before: &'a [u8]) -> Self {
        let p = &ctx.setting.scenario.parameters.acts;
        let acted: Vec<u8> = before.par_iter().map(|&rung| u8::from(rung > 0)).chain([0]).collect();
        let opportunities = p.opportunities();
        let clash_gain = ctx.setting.scenario.parameters.land.clash_gain;
        let rested = |fatigue: f64, contested: f64| {
            std::array::from_fn(|k| {
                let share = if k == 0 { 1.0 } else { 1.0 - fatigue };
                // Where groups claim the same land they meet at it.
                let met = if k >= CLASH { 1.0 + clash_gain * contested } else { 1.0 };
                (opportunities[k] * share * met) as f32
            })
        };
        Self {
            setting: ctx.setting,
            draws: ctx.draws,
            week: ctx.week,
            before,
            families: families(&ctx.setting.kin, &acted),
            acted,
            sanction: society
                .regions
                .iter()
                .map(|r| r.perceived_sanction.map(|x| x as f32))
                .collect(),
            opportunity: society.regions.iter().map(|r| rested(r.fatigue, r.contested)).collect(),
            cost: p.costs().map(|x| x as f32),
            grievance: p.grievance as f32,
            norm_weight: p.norm_weight as f32,
            imitation: p.imitation as f32,
            imitated: p.imitated(),
            precision: (1.0 / p.noise) as f32,
            kin_least: p.kin_least as u8,
            help_empathy: p.help_empathy as f32,
            help_norm: p.help_norm as f32,
            help_cost: p.help_cost as f32,
        }
    }

    /// Fills `out` for the households `at`, with norm `norm` and grievance (hostility, threat) by target, amid acting
    /// shares `around` by place, and some of them `amid_kin` who act.
    #[inline(always)]
    pub fn strip<const T: usize>(
        &self,
        at: &Where,
        norm: &Lane,
        grievance: &[[Lane; T]; 2],
        around: &[[f32; ACTS]],
        amid_kin: u64,
        out: &mut Choices,
    ) {
        let traits = &self.setting.traits;
        let range = at.first..at.first + at.n;
        strongest(&at.own, grievance, &mut out.strongest);
        let mut seen = Lookup::of(&at.place).table(around);
        for k in ones(amid_kin & bits(&at.here)) {
            let kin = self.kin_shares(at.first + k);
            for (seen, kin) in seen.iter_mut().zip(kin) {
                seen[k] = seen[k].max(kin);
            }
        }
        let by_region = Lookup::of(&at.region);
        let sanction = by_region.table(&self.sanction);
        let opportunity = by_region.table(&self.opportunity);
        let caution = lane(&traits.risk_aversion[range.clone()]);
        let threshold = lane(&traits.threshold[range.clone()]);
        let empathy = lane(&traits.empathy[range.clone()]);
        let mut base = [0.0; STRIP];
        for k in 0..STRIP {
            let grievance = self.grievance * (out.strongest[0][k] * out.strongest[1][k]);
            base[k] = grievance - self.norm_weight * norm[k] - threshold[k];
            let care = self.help_empathy * empathy[k] + self.help_norm * norm[k];
            out.helping[k] = logistic32((care - grievance - self.help_cost) * self.precision);
        }
        for a in 0..ACTS {
            for k in 0..STRIP {
                let utility = base[k] - caution[k] * sanction[a][k] + self.imitation * seen[a][k]
                    - self.cost[a];
                out.acting[a][k] = opportunity[a][k] * logistic32(utility * self.precision);
            }
        }
        let mut words = [[0; STRIP]; 4];
        let who = &self.setting.people.address[range];
        self.draws.blocks(who, self.week, Purpose::Act, 0, &mut words);
        let mut u = [0.0; STRIP];
        for k in 0..STRIP {
            u[k] = unit(words[0][k], words[1][k]) as f32;
            out.rung[k] = u8::from(u[k] < out.acting[0][k]);
        }
        for a in 1..ACTS {
            for k in 0..STRIP {
                // Whoever acts at a rung is counted at every milder one.
                out.acting[a][k] = out.acting[a][k].min(out.acting[a - 1][k]);
                out.rung[k] += u8::from(u[k] < out.acting[a][k]);
            }
        }
        for a in 0..2 {
            (out.sanction[a], out.seen[a]) = (sanction[a], seen[a]);
        }
    }

    /// Those of each strip of these households with as many acting kin last week as count, as bits. Kin lie anywhere in
    /// memory: they are looked up for many strips at once, before columns are read.
    #[inline(always)]
    pub fn amid_acting_kin(&self, slots: Range<usize>) -> Vec<u64> {
        let kin = &self.setting.kin;
        let last = self.acted.len() - 1;
        let mut strips = Vec::with_capacity(slots.len().div_ceil(STRIP));
        for first in slots.step_by(STRIP) {
            let family = kin.family.get(first..).unwrap_or_default();
            let far = kin.far.get(first..).unwrap_or_default();
            let mut acted = [0_u8; STRIP];
            let own = acted.iter_mut().zip(&self.acted[first..]);
            for (((acted, own), family), far) in own.zip(family).zip(far) {
                *acted = self.families[*family as usize] - own;
                for &j in far {
                    // Without a tie the last entry is read, of nobody.
                    *acted += self.acted[(j as usize).min(last)];
                }
            }
            let mut amid = [false; STRIP];
            for k in 0..STRIP {
                amid[k] = acted[k] >= self.kin_least;
            }
            strips.push(bits(&amid));
        }
        strips
    }

    /// Share of kin who acted at each rung or above last week; nothing below the least number that counts.
    fn kin_shares(&self, i: usize) -> [f32; ACTS] {
        let (mut ties, mut acted) = (0_u8, [0_u8; ACTS]);
        for j in self.setting.kin.of(i) {
            let rung = self.before[j];
            ties += 1;
            for (k, acted) in acted.iter_mut().enumerate() {
                *acted += u8::from(rung > k.max(self.imitated) as u8);
            }
        }
        let share = 1.0 / f32::from(ties.max(1));
        acted.map(|n| if n >= self.kin_least { f32::from(n) * share } else { 0.0 })
    }
}

/// How many members of each family acted; `acted` is by household.
fn families(kin: &Kin, acted: &[u8]) -> Vec<u8> {
    let last = acted.len() - 1;
    let of = |who: &[u32; FAMILY]| who.iter().map(|&j| acted[(j as usize).min(last)]).sum();
    kin.families.par_iter().with_min_len(BLOCK).map(of).collect()
}

/// Hostility and threat with the largest product, over targets other than the own group.
#[inline(always)]
fn strongest<const T: usize>(own: &Lane<u32>, grievance: &[[Lane; T]; 2], out: &mut [Lane; 2]) {
    let mut most = [0.0_f32; STRIP];
    *out = [[0.0; STRIP]; 2];
    for t in 0..T {
        for k in 0..STRIP {
            let (h, x) = (grievance[0][t][k], grievance[1][t][k]);
            let more = own[k] != t as u32 && h * x > most[k];
            most[k] = if more { h * x } else { most[k] };
            out[0][k] = if more { h } else { out[0][k] };
            out[1][k] = if more { x } else { out[1][k] };
        }
    }
}
