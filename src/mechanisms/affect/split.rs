//! Where fear and hostility tend to, part by part, for those who trace them.
//!
//! Both move by a share `g` of the way to a goal that is a sum of parts, `x' = x + g (sum_k goal_k - x)`. With
//! `K = K+ + K-` the goal of fear is `sum_j push_j / K + K- m / K` and `g = 1 - e^-K`. The goal of
//! hostility is `contagion` times the parts of the net, plus `1 - contagion` times `S(a)` and the shares of
//! the inputs in `S(a + sum u) - S(a)`, each in proportion to its `u` ([`crate::engine::shares`]).

use super::reach::{Gather, Reaches, SHIFT, families, followed};
use super::{Constants, MOST_TARGETS, climates, events};
use crate::engine::math::{exp, hazard, logistic};
use crate::engine::shares::per_unit;
use crate::engine::strips::{STRIP, apart};
use crate::mechanisms::part::Part;
use crate::mechanisms::threat::CHANNELS;
use crate::world::{Setting, World};

/// Parts of fear, in order.
pub const FEAR: [Part; 8] = [
    Part::new("fear.background", "ordinary fear", &["affect.fear_background"]),
    Part::new("fear.incidents", "fear of incidents", &["affect.fear_incidents"]),
    Part::new("fear.inflow", "fear of new arrivals", &["affect.fear_inflow"]),
    Part::new(
        "minority.alarm",
        "media of a kin state, pressure",
        &["minority.fear_dose", "minority.fear_pressure"],
    ),
    Part::new("fear.media", "fear shown in the media", &["affect.fear_media"]),
    Part::new("fear.kin", "fear of kin", &["affect.fear_contagion", "affect.kin"]),
    Part::new("fear.cell", "fear of neighbours", &["affect.fear_contagion", "affect.cell"]),
    Part::new("fear.floor", "lasting alarm", &["affect.alarm_gap", "affect.floor_up"]),
];

/// Parts of hostility, in order; [`SHIFTS`] and then [`CHANNELS`] follow them.
pub const HOSTILITY: [Part; 6] = [
    Part::new("affect.kin", "kin", &["affect.contagion", "affect.kin"]),
    Part::new("affect.cell", "neighbours", &["affect.contagion", "affect.cell"]),
    Part::new("affect.online", "what is seen online", &["affect.contagion", "affect.online"]),
    Part::new("affect.anchor", "own leaning", &[]),
    Part::new("affect.fear", "fear", &["affect.beta_fear"]),
    Part::new("affect.contact", "meaningful contact", &["affect.beta_contact", "contact.rate"]),
];

/// The inputs of hostility that are shifts of its log-odds: append a part here and a term to the shift in
/// `Reaches` beside it to add one.
pub const SHIFTS: [Part; 3] = [
    Part::new("affect.exposure", "mere exposure", &["affect.beta_exposure"]),
    Part::new("affect.media", "media coverage", &["affect.beta_media"]),
    Part::new("memory.hostility", "remembered injury", &["memory.beta", "memory.gain"]),
];

/// Number of parts of hostility.
pub const HOSTILITY_PARTS: usize = HOSTILITY.len() + SHIFTS.len() + CHANNELS.len();
/// Inputs of the logistic: fear, contact, shifts and channels of threat.
const INPUTS: usize = 2 + SHIFTS.len() + CHANNELS.len();

/// Every part of hostility, in order.
pub fn hostility_parts() -> impl Iterator<Item = Part> {
    HOSTILITY.into_iter().chain(SHIFTS).chain(CHANNELS)
}

/// A goal in parts and the share of the way to it that is covered in a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull<const N: usize> {
    /// Share of the way.
    pub weight: f64,
    /// Parts of the goal; they add up to it.
    pub goals: [f64; N],
}

/// Fear and hostility of one household toward one target, in parts.
pub type Pulls = (Pull<{ FEAR.len() }>, Pull<HOSTILITY_PARTS>);

/// Shows household, target and pulls of all of `who` who are in the country, about every target but the own
/// group. `world` is as the mechanism finds it; `threats` gives the parts of threat by [`CHANNELS`], those of
/// blamed losses as laid on the target, for an entry of `society.threat`.
pub fn pulls(
    setting: &Setting,
    world: &World,
    who: &[usize],
    threats: impl Fn(usize) -> [f64; CHANNELS.len()],
    show: impl FnMut(usize, usize, &Pulls),
) {
    match setting.targets.len() {
        0 => {}
        1 => pulls_for::<1, 1>(setting, world, who, threats, show),
        2 => pulls_for::<2, 1>(setting, world, who, threats, show),
        3 => pulls_for::<3, 1>(setting, world, who, threats, show),
        4 => pulls_for::<4, 2>(setting, world, who, threats, show),
        5 => pulls_for::<5, 2>(setting, world, who, threats, show),
        _ => pulls_for::<MOST_TARGETS, 2>(setting, world, who, threats, show),
    }
}

fn pulls_for<const T: usize, const R: usize>(
    setting: &Setting,
    world: &World,
    who: &[usize],
    threats: impl Fn(usize) -> [f64; CHANNELS.len()],
    mut show: impl FnMut(usize, usize, &Pulls),
) {
    let climates = climates::<T>(setting, world);
    let constants = Constants::new(setting);
    let own = setting.own_target();
    let society = &world.society;
    let opinion = society.opinion.as_chunks().0;
    let gather = Gather::<T, R> {
        setting,
        households: &world.households,
        groups: setting.groups() as u32,
        climates: &climates,
        opinion,
        families: &families(setting, opinion),
        followed: &followed(setting, opinion),
        mood: society.mood.as_chunks().0,
        exposure: society.exposure.as_chunks().0,
        arrival_ties: &society.arrival_ties,
        kept: &world.memory,
        constants: &constants,
        everyone: false,
    };
    let eye = Eye { setting, world, c: &constants };
    let mut strip = usize::MAX;
    let mut reaches = Box::new(Reaches::<T>::none());
    for &i in who {
        if !world.households.here(i) {
            continue;
        }
        if i / STRIP != strip {
            strip = i / STRIP;
            let first = strip * STRIP;
            let end = setting.households().min(first + STRIP);
            let mine = [&society.hostility, &society.fear].map(|x| apart(&x[first * T..end * T]));
            let ties = gather.ties(first, end - first);
            gather.strip(first, end - first, &ties[0], [&mine[0], &mine[1]], &mut reaches);
        }
        let self_target = own[setting.people.group[i] as usize];
        for t in (0..T).filter(|&t| t != self_target) {
            let (at, reach) = (i * T + t, Reach::of(&reaches, t, i % STRIP));
            show(i, t, &(eye.fear(i, t, at, &reach), eye.hostility(at, &reach, &threats(at))));
        }
    }
}

/// What reaches a household about one target, part by part; as in [`Reaches`].
struct Reach {
    /// Hostility and fear of kin.
    kin: [Option<f32>; 2],
    /// The same of the neighbourhood.
    cell: [Option<f32>; 2],
    online: f32,
    push: [f32; 2],
    shift: [f32; SHIFT],
}

impl Reach {
    fn of<const T: usize>(all: &Reaches<T>, t: usize, k: usize) -> Self {
        let number = |x: f32| Some(x).filter(|x| !x.is_nan());
        Self {
            kin: [number(all.kin[t][k]), number(all.kin_fear[t][k])],
            cell: [number(all.cell[t][k]), number(all.cell_fear[t][k])],
            online: all.online[t][k],
            push: all.push.each_ref().map(|x| x[t][k]),
            shift: all.shift.each_ref().map(|x| x[t][k]),
        }
    }
}

/// Works out the parts.
struct Eye<'a> {
    setting: &'a Setting,
    world: &'a World,
    c: &'a Constants,
}

impl Eye<'_> {
    fn fear(&self, i: usize, t: usize, at: usize, reach: &Reach) -> Pull<{ FEAR.len() }> {
        let p = &self.setting.scenario.parameters.affect;
        let floor = f64::from(self.world.society.fear_floor[at]);
        let recovery = f64::from(self.c.recovery);
        let r = self.world.households.region[i] as usize;
        let g = self.setting.people.group[i] as usize;
        let events = events(self.setting, self.world, r, g, t).map(|x| p.fear_rate * x);
        // What is caught from each is its part of the mean above the floor.
        let near = shares([(self.c.kin, reach.kin[1]), (self.c.cell, reach.cell[1])]);
        let above = near.map(|(share, x)| share * (x - floor));
        let caught = above.iter().sum::<f64>() > 0.0;
        let per = if caught { f64::from(self.c.fear_contagion) } else { 0.0 };
        let mut goals = [
            events[0],
            events[1],
            events[2],
            events[3],
            f64::from(reach.push[1]),
            per * above[0],
            per * above[1],
            recovery * floor,
        ];
        let rate: f64 = goals[..FEAR.len() - 1].iter().sum::<f64>() + recovery;
        for x in &mut goals {
            *x /= rate.max(1e-9);
        }
        Pull { weight: 1.0 - exp(-rate), goals }
    }

    fn hostility(
        &self,
        at: usize,
        reach: &Reach,
        threats: &[f64; CHANNELS.len()],
    ) -> Pull<HOSTILITY_PARTS> {
        let (c, society) = (self.c, &self.world.society);
        let p = &self.setting.scenario.parameters.affect;
        let online = Some(reach.online);
        let net = shares([(c.kin, reach.kin[0]), (c.cell, reach.cell[0]), (c.online, online)]);
        // Those nobody reaches go by their own reasons alone.
        let alone = net.iter().all(|x| x.0 == 0.0);
        let contagion = if alone { 0.0 } else { f64::from(c.contagion) };
        let mut inputs = [0.0; INPUTS];
        inputs[0] = f64::from(c.beta_fear) * f64::from(society.fear[at]);
        inputs[1] = -f64::from(c.beta_contact) * f64::from(society.contact[at]);
        let (shifts, channels) = inputs[2..].split_at_mut(SHIFTS.len());
        shifts.iter_mut().zip(reach.shift).for_each(|(u, x)| *u = f64::from(x));
        channels.iter_mut().zip(threats).for_each(|(u, x)| *u = f64::from(c.beta_threat) * x);
        let anchor = f64::from(self.setting.traits.hostility_anchor[at]);
        let sum: f64 = inputs.iter().sum();
        let (rest, middle) = (logistic(anchor), logistic(anchor + sum / 2.0));
        let per = per_unit(logistic(anchor + sum) - rest, sum, middle * (1.0 - middle));
        let mut goals = [0.0; HOSTILITY_PARTS];
        for (goal, (share, x)) in goals.iter_mut().zip(net) {
            *goal = contagion * share * x;
        }
        goals[net.len()] = (1.0 - contagion) * rest;
        for (goal, u) in goals[net.len() + 1..].iter_mut().zip(inputs) {
            *goal = (1.0 - contagion) * per * u;
        }
        Pull { weight: f64::from(hazard(p.hostility_rate) as f32), goals }
    }
}

/// Weights of the parts that exist, over their sum, with the value of each; all 0 where none has weight.
fn shares<const N: usize>(parts: [(f32, Option<f32>); N]) -> [(f64, f64); N] {
    let whole: f64 = parts.iter().filter(|p| p.1.is_some()).map(|p| f64::from(p.0)).sum();
    parts.map(|(w, x)| match x {
        Some(x) if whole > 0.0 => (f64::from(w) / whole, f64::from(x)),
        _ => (0.0, 0.0),
    })
}
