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
//! Cost with three targets: about 90 ns per household and week on a busy core, and 60 bytes per household
//! (fear, floor and hostility 4 bytes each a target, opinion 8).
//! Cards: S0-H05, S0-H06, S0-H08, S0-H09. Sources: Hanes and Machin 2014; Bove et al. 2023;
//! Riek, Mania and Gaertner 2006; Hangartner et al. 2019; Steinmayr 2021.

pub mod split;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{memory, minority};
use crate::engine::math::{exp32, hazard, ln_1p, logistic32, weekly};
use crate::engine::sums::BLOCK;
use crate::world::setting::KIN;
use crate::world::{Context, Flow, Households, Memory, Mood, Opinion, Setting, Society, World};

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
        1 => advance_for::<1>(setting, world, pace),
        2 => advance_for::<2>(setting, world, pace),
        3 => advance_for::<3>(setting, world, pace),
        4 => advance_for::<4>(setting, world, pace),
        5 => advance_for::<5>(setting, world, pace),
        _ => advance_for::<MOST_TARGETS>(setting, world, pace),
    }
}

/// Households worked together: what others think is gathered first, then all of a strip is moved side by side.
const STRIP: usize = 64;

fn advance_for<const T: usize>(setting: &Setting, world: &mut World, pace: Pace) {
    let climates = climates(setting, world);
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
    let own = setting.own_target();
    let gather = Gather::<T> {
        setting,
        households,
        own: &own,
        climates: &climates,
        view: View { opinion, mood, constants: &c },
        exposure,
        arrival_ties,
        kept,
        everyone: pace == Pace::Settle,
    };
    let strip = STRIP * T;
    fear.par_chunks_mut(BLOCK * T)
        .zip(fear_floor.par_chunks_mut(BLOCK * T))
        .zip(hostility.par_chunks_mut(BLOCK * T))
        .enumerate()
        .for_each(|(block, ((fears, floors), hostilities))| {
            let none = [[0.0; T]; STRIP];
            let mut inputs = Box::new(Inputs::<T> {
                moves: none,
                push: none,
                around: none,
                rest: none,
                shift: none,
                net: none,
            });
            let strips = fears
                .chunks_mut(strip)
                .zip(floors.chunks_mut(strip))
                .zip(hostilities.chunks_mut(strip));
            for (n, ((fears, floors), hostilities)) in strips.enumerate() {
                let first = block * BLOCK + n * STRIP;
                let n = fears.len() / T;
                // Others are looked up for the whole strip first: many slow reads are then under way at once.
                let mut others = [[[Opinion::default(); T]; 2]; STRIP];
                for (k, others) in others[..n].iter_mut().enumerate() {
                    *others = gather.others(first + k);
                }
                for (k, others) in others[..n].iter().enumerate() {
                    gather.household(first + k, k, others, &mut inputs);
                }
                let at = first * T..first * T + fears.len();
                let fixed = Fixed {
                    moves: &inputs.moves.as_flattened()[..fears.len()],
                    push: &inputs.push.as_flattened()[..fears.len()],
                    around: &inputs.around.as_flattened()[..fears.len()],
                    rest: &inputs.rest.as_flattened()[..fears.len()],
                    shift: &inputs.shift.as_flattened()[..fears.len()],
                    net: &inputs.net.as_flattened()[..fears.len()],
                    threat: &threat[at.clone()],
                    contact: &contact[at.clone()],
                    anchor: &setting.traits.hostility_anchor[at],
                };
                match pace {
                    Pace::Weekly { rate } => c.week(rate, &fixed, fears, floors, hostilities),
                    Pace::Settle => c.settle(&fixed, fears, floors, hostilities),
                }
            }
        });
}

/// Inputs of hostility beside fear, threat and contact: mere exposure, media. Each is a shift of log-odds in
/// [`Reach::shift`] and a part of the same place in [`split::SHIFTS`].
const SHIFT: usize = split::SHIFTS.len();

/// What reaches a household about one target, part by part.
struct Reach {
    /// Mean hostility and fear of kin; nothing without any who have a view.
    kin: [Option<f32>; 2],
    /// The same of the neighbourhood.
    cell: [Option<f32>; 2],
    /// Hostility seen online.
    online: f32,
    /// Push of fear from events, and from media.
    push: [f32; 2],
    /// Shifts of the log-odds of hostility.
    shift: [f32; SHIFT],
}

/// What reaches the households of a strip about each target.
struct Inputs<const T: usize> {
    /// 1 where the entry moves; 0 for the own group and for those away.
    moves: [[f32; T]; STRIP],
    /// Push of fear from events, media and inflow.
    push: [[f32; T]; STRIP],
    /// Fear of kin and neighbours; minus infinity where nobody is near.
    around: [[f32; T]; STRIP],
    /// Resting level of fear.
    rest: [[f32; T]; STRIP],
    /// Shift of log-odds from exposure and salience.
    shift: [[f32; T]; STRIP],
    /// Mean hostility of others; not a number where there is none.
    net: [[f32; T]; STRIP],
}

/// What a strip reads beside its own columns, flat.
struct Fixed<'a> {
    moves: &'a [f32],
    push: &'a [f32],
    around: &'a [f32],
    rest: &'a [f32],
    shift: &'a [f32],
    net: &'a [f32],
    threat: &'a [f32],
    contact: &'a [f32],
    anchor: &'a [f32],
}

/// Collects the inputs of households.
struct Gather<'a, const T: usize> {
    setting: &'a Setting,
    households: &'a Households,
    own: &'a [usize],
    climates: &'a [Climate],
    view: View<'a>,
    exposure: &'a [f32],
    arrival_ties: &'a [[u32; 3]],
    kept: &'a Memory,
    everyone: bool,
}

impl<const T: usize> Gather<'_, T> {
    /// Sums of what kin, and those household `i` follows, show of themselves about each target.
    #[inline]
    fn others(&self, i: usize) -> [[Opinion; T]; 2] {
        let setting = self.setting;
        let ties: &[u32] = match i.checked_sub(setting.residents) {
            None => &setting.kin[i],
            Some(k) => &self.arrival_ties[k],
        };
        [self.view.sums(ties), self.view.sums(&setting.traits.follows[i])]
    }

    #[inline]
    fn household(&self, i: usize, k: usize, others: &[[Opinion; T]; 2], out: &mut Inputs<T>) {
        if !(self.everyone || self.households.here(i)) {
            out.moves[k] = [0.0; T];
            return;
        }
        let c = self.view.constants;
        let own = self.own[self.setting.people.group[i] as usize];
        out.rest[k] = [self.setting.traits.fear_anchor[i]; T];
        self.each(i, others, |t, reach| {
            let (kin, cell, online) = (reach.kin, reach.cell, Some(reach.online));
            out.moves[k][t] = f32::from(u8::from(t != own));
            out.push[k][t] = reach.push[0] + reach.push[1];
            out.around[k][t] = blend(&[(c.kin, kin[1]), (c.cell, cell[1])], f32::NEG_INFINITY);
            out.shift[k][t] = reach.shift.iter().sum();
            out.net[k][t] =
                blend(&[(c.kin, kin[0]), (c.cell, cell[0]), (c.online, online)], f32::NAN);
        });
    }

    /// Shows what reaches household `i` about each target; `seen_of` as from [`Gather::others`].
    #[inline]
    fn each(&self, i: usize, seen_of: &[[Opinion; T]; 2], mut show: impl FnMut(usize, &Reach)) {
        let (setting, c) = (self.setting, self.view.constants);
        let (people, traits) = (&setting.people, &setting.traits);
        let group = people.group[i] as usize;
        let own = self.own[group];
        let r = self.households.region[i] as usize;
        let place = setting.place_of(self.households.cell[i], self.households.region[i]) * T;
        let seen: &[f32] = &self.exposure[place..place + T];
        let (mut all_seen, mut others) = (0.0, -1.0_f32);
        for (t, x) in seen.iter().enumerate() {
            let other = f32::from(u8::from(t != own));
            all_seen += other * x;
            others += other;
        }
        let per_other = if others > 0.0 { c.similarity / others } else { 0.0 };
        let m = traits.media_weight[i];
        let climates = &self.climates[(r * self.own.len() + group) * T..][..T];
        for t in 0..T {
            let climate = &climates[t];
            let kin = means(seen_of[0][t], c.kin > 0.0);
            let online = match means(seen_of[1][t], true)[0] {
                None => climate.online,
                Some(x) => c.followed * x + (1.0 - c.followed) * climate.online,
            };
            let exposure = c.beta_exposure * (seen[t] + per_other * (all_seen - seen[t]));
            let remembered = c.beta_memory * memory::of(setting, self.kept, i, r, t);
            let reach = Reach {
                kin,
                cell: self.view.cell(place + t, i * T + t, people.weight[i]),
                online,
                push: [climate.push, climate.media * m],
                shift: [exposure, climate.media_shift, remembered],
            };
            show(t, &reach);
        }
    }
}

/// What weighs on everyone of a group in a region, about one target.
struct Climate {
    push: f32,
    media: f32,
    media_shift: f32,
    online: f32,
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

/// By region, group and target.
fn climates(setting: &Setting, world: &World) -> Vec<Climate> {
    let p = &setting.scenario.parameters.affect;
    let (groups, targets) = (setting.groups(), setting.targets.len());
    let own = setting.own_target();
    let mut out = Vec::with_capacity(setting.regions() * groups * targets);
    for (r, region) in world.society.regions.iter().enumerate() {
        for (g, &self_target) in own.iter().enumerate() {
            for t in 0..targets {
                let salience = region.salience_for(g, t, targets);
                let others = (0..targets).filter(|&x| x != t && x != self_target);
                let (sum, n) = others.fold((0.0, 0.0), |(s, n), x| {
                    (s + region.salience_for(g, x, targets), n + 1.0)
                });
                let similar = if n > 0.0 { p.similarity * sum / n } else { 0.0 };
                let push: f64 = events(setting, world, r, g, t).iter().sum();
                out.push(Climate {
                    push: (p.fear_rate * push) as f32,
                    // Media weights have mean 0.4, so 2.5 makes the push the one of a mean household.
                    media: (p.fear_rate * 2.5 * p.fear_media * (salience + similar)) as f32,
                    media_shift: (p.beta_media * salience) as f32,
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

impl Constants {
    /// Push of fear with what is caught from others, and the level at which it would rest.
    #[inline]
    fn fear(&self, push: f32, around: f32, floor: f32) -> (f32, f32) {
        let up = push + self.fear_contagion * (around - floor).max(0.0);
        (up, (up + self.recovery * floor) / (up + self.recovery).max(1e-9))
    }

    /// Where hostility tends to.
    #[inline]
    fn goal(&self, fixed: &Fixed<'_>, x: usize, fear: f32) -> f32 {
        let u = self.beta_fear * fear + self.beta_threat * fixed.threat[x]
            - self.beta_contact * fixed.contact[x];
        let reasons = logistic32(fixed.anchor[x] + u + fixed.shift[x]);
        let net = fixed.net[x];
        let net = if net.is_nan() { reasons } else { net };
        self.contagion * net + (1.0 - self.contagion) * reasons
    }

    fn week(
        &self,
        rate: f32,
        fixed: &Fixed<'_>,
        fears: &mut [f32],
        floors: &mut [f32],
        hostilities: &mut [f32],
    ) {
        let n = fixed.moves.len();
        // Equal lengths, said once: the loop below is worked several entries at a time.
        let (fears, floors, hostilities) =
            (&mut fears[..n], &mut floors[..n], &mut hostilities[..n]);
        let fixed = fixed.cut(n);
        for x in 0..n {
            let (f, m, h) = (fears[x], floors[x], hostilities[x]);
            let (up, rest) = self.fear(fixed.push[x], fixed.around[x], m);
            let next = rest + (f - rest) * exp32(-(up + self.recovery));
            let alarm = (next - m - self.alarm_gap).max(0.0);
            let risen = m + self.floor_up * alarm - self.floor_down * (m - fixed.rest[x]);
            let goal = self.goal(&fixed, x, f);
            let moves = fixed.moves[x] > 0.0;
            fears[x] = if moves { next } else { f };
            floors[x] = if moves { risen } else { m };
            hostilities[x] = if moves { h + rate * (goal - h) } else { h };
        }
    }

    fn settle(
        &self,
        fixed: &Fixed<'_>,
        fears: &mut [f32],
        floors: &mut [f32],
        hostilities: &mut [f32],
    ) {
        for x in 0..fixed.moves.len() {
            if fixed.moves[x] > 0.0 {
                let goal = self.goal(fixed, x, fears[x]);
                fears[x] = self.fear(fixed.push[x], fixed.around[x], floors[x]).1;
                floors[x] = fixed.rest[x];
                hostilities[x] = goal;
            }
        }
    }
}

impl Fixed<'_> {
    /// The first `n` entries of every column.
    fn cut(&self, n: usize) -> Fixed<'_> {
        Fixed {
            moves: &self.moves[..n],
            push: &self.push[..n],
            around: &self.around[..n],
            rest: &self.rest[..n],
            shift: &self.shift[..n],
            net: &self.net[..n],
            threat: &self.threat[..n],
            contact: &self.contact[..n],
            anchor: &self.anchor[..n],
        }
    }
}

/// `1 / n` in the units of opinions, for up to [`KIN`] ties.
const PER_TIES: [f32; KIN + 1] = {
    let mut table = [0.0; KIN + 1];
    let mut n = 1;
    while n <= KIN {
        table[n] = 1.0 / (Opinion::ONE * n as f32);
        n += 1;
    }
    table
};

/// Others, as they were at the start of the week.
struct View<'a> {
    opinion: &'a [Opinion],
    mood: &'a [Mood],
    constants: &'a Constants,
}

impl View<'_> {
    /// Sum of the opinions of these others about each target.
    #[inline]
    fn sums<const T: usize>(&self, ties: &[u32]) -> [Opinion; T] {
        let mut sums = [Opinion::default(); T];
        for &j in ties {
            let at = j as usize * T;
            // No household lies at the mark for none.
            let Some(seen) = self.opinion.get(at..at + T) else { continue };
            for (sum, x) in sums.iter_mut().zip(seen) {
                *sum += *x;
            }
        }
        sums
    }

    /// Mean hostility and fear in the cell without the household itself.
    #[inline]
    fn cell(&self, place: usize, self_at: usize, weight: f32) -> [Option<f32>; 2] {
        let mood = &self.mood[place];
        let me = self.opinion[self_at];
        // A household that is away is not part of any mood.
        let mine = if me.count() == 0 { 0.0 } else { weight };
        let rest = mood.weight - mine;
        if rest < 0.5 * weight || self.constants.cell == 0.0 {
            return [None; 2];
        }
        let (share, mine) = (1.0 / rest, mine * (1.0 / Opinion::ONE));
        let [h, f] = me.sums();
        let mean = |sum: f32, x: f32| ((sum - mine * x) * share).clamp(0.0, 1.0);
        [Some(mean(mood.hostility, h)), Some(mean(mood.fear, f))]
    }
}

/// Mean hostility and fear of a sum of opinions; nothing of none.
#[inline]
fn means(sum: Opinion, wanted: bool) -> [Option<f32>; 2] {
    let n = sum.count();
    let scale = PER_TIES[n];
    sum.sums().map(|x| (n > 0 && wanted).then_some(x * scale))
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
