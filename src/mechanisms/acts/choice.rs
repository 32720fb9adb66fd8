//! One household's choice on the ladder and its readiness to help.

use crate::engine::draws::{Draws, Purpose, STRIP};
use crate::world::society::ACTS;
use crate::world::{Context, NONE, Setting, Society};

/// Position of the clash on the ladder.
const CLASH: usize = 3;

/// Rungs, help and two idle lanes: what is worked side by side for one household.
pub const LANES: usize = 8;

/// What a household has weighed before it chooses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weighed {
    /// Hostility and threat of the strongest grievance.
    strongest: [f32; 2],
    norm: f32,
    /// Share of others acting at the two mildest rungs.
    seen: [f32; 2],
}

/// What a household does this week.
pub struct Choice {
    /// Probability of acting at each rung or above.
    pub acting: [f32; ACTS],
    /// Rung acted on, 0 = none.
    pub rung: u8,
    /// Probability of being ready to help.
    pub helping: f32,
    /// What the probability of acting at discrimination or above was made of.
    pub made_of: Made,
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
    hostility: &'a [f32],
    threat: &'a [f32],
    before: &'a [u8],
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
    pub fn new(ctx: &Context<'a>, society: &'a Society, before: &'a [u8]) -> Self {
        let p = &ctx.setting.scenario.parameters.acts;
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
            hostility: &society.hostility,
            threat: &society.threat,
            before,
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

    /// Draws of the households `first..first + n`, for [`Chooser::choose`].
    pub fn draw(&self, first: usize, n: usize, out: &mut [[u32; STRIP]; 4]) {
        let who = &self.setting.people.address[first..first + n];
        self.draws.blocks(who, self.week, Purpose::Act, 0, out);
    }

    /// What household `i` in region `r` with norm `norm` weighs, amid acting shares `around`: writes the
    /// utility over the noise of each rung and of helping.
    #[inline]
    pub fn weigh(
        &self,
        i: usize,
        r: usize,
        norm: f32,
        around: &[f32; ACTS],
        utilities: &mut [f32; LANES],
    ) -> Weighed {
        let traits = &self.setting.traits;
        let strongest = self.strongest(i);
        let grievance = self.grievance * (strongest[0] * strongest[1]);
        let base = grievance - self.norm_weight * norm - traits.threshold[i];
        let kin = self.kin(i);
        let caution = traits.risk_aversion[i];
        let sanction = &self.sanction[r];
        for k in 0..ACTS {
            let seen = around[k].max(kin[k]);
            let utility = base - caution * sanction[k] + self.imitation * seen - self.cost[k];
            utilities[k] = utility * self.precision;
        }
        let care = self.help_empathy * traits.empathy[i] + self.help_norm * norm;
        utilities[ACTS] = (care - grievance - self.help_cost) * self.precision;
        Weighed { strongest, norm, seen: [around[0].max(kin[0]), around[1].max(kin[1])] }
    }

    /// The choice of a household in region `r` that has weighed, given the logistic of its utilities; `u` is
    /// its draw, uniform in (0, 1).
    #[inline]
    pub fn choose(&self, r: usize, weighed: &Weighed, chances: &[f32; LANES], u: f32) -> Choice {
        let opportunity = &self.opportunity[r];
        let mut acting: [f32; ACTS] = std::array::from_fn(|k| opportunity[k] * chances[k]);
        let mut rung = u8::from(u < acting[0]);
        for k in 1..ACTS {
            // Whoever acts at a rung is counted at every milder one.
            acting[k] = acting[k].min(acting[k - 1]);
            rung += u8::from(u < acting[k]);
        }
        // Whoever cannot speak more often than discriminate is limited by speech.
        let limit = usize::from(acting[1] < acting[0]);
        let made_of = Made {
            grievance: weighed.strongest,
            norm: weighed.norm,
            sanction: self.sanction[r][limit],
            seen: weighed.seen[limit],
            rung: limit,
        };
        Choice { acting, rung, helping: chances[ACTS], made_of }
    }

    /// Hostility and threat with the largest product, over targets other than the own group.
    #[inline]
    fn strongest(&self, i: usize) -> [f32; 2] {
        let targets = &self.setting.targets;
        let own = usize::from(self.setting.people.group[i]);
        let at = i * targets.len();
        let (mut strongest, mut most) = ([0.0_f32; 2], 0.0_f32);
        for (t, &target) in targets.iter().enumerate() {
            if target != own {
                let (h, x) = (self.hostility[at + t], self.threat[at + t]);
                if h * x > most {
                    (strongest, most) = ([h, x], h * x);
                }
            }
        }
        strongest
    }

    /// Share of kin who acted at each rung or above last week; 0 below the least number that counts.
    #[inline]
    fn kin(&self, i: usize) -> [f32; ACTS] {
        let kin = &self.setting.kin[i];
        let rungs = kin.map(|j| self.before.get(j as usize).copied().unwrap_or(0));
        let acted: u8 = rungs.iter().map(|&rung| u8::from(rung > 0)).sum();
        if acted < self.kin_least {
            return [0.0; ACTS];
        }
        let ties: u8 = kin.iter().map(|&j| u8::from(j != NONE)).sum();
        let share = 1.0 / f32::from(ties.max(1));
        std::array::from_fn(|k| {
            let least = k.max(self.imitated) as u8;
            let count: u8 = rungs.iter().map(|&rung| u8::from(rung > least)).sum();
            if count >= self.kin_least { f32::from(count) * share } else { 0.0 }
        })
    }
}
