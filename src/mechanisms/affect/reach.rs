//! What reaches the households of a strip: kin, neighbours, those they follow, media and events.

use rayon::prelude::*;

use super::{Climate, Constants, split};
use crate::engine::ahead::ask_for;
use crate::engine::strips::{Lane, Lookup, STRIP, lane};
use crate::engine::sums::BLOCK;
use crate::mechanisms::memory;
use crate::world::opinion::{both, means, sums, without};
use crate::world::{Households, Memory, Mood, Opinion, Presence, Setting};

/// Inputs of hostility beside fear, threat and contact: mere exposure, media, memory. Each is a shift of log-odds in
/// [`Reaches::shift`] and a part of the same place in [`split::SHIFTS`].
pub(super) const SHIFT: usize = split::SHIFTS.len();

/// What reaches the households of a strip, part by part and by target.
pub(super) struct Reaches<const T: usize> {
    /// Whether the entry moves: not toward the own group, nor of those who are away.
    pub moves: [Lane<bool>; T],
    /// Mean hostility of kin; not a number where none has a view.
    pub kin: [Lane; T],
    /// The same of their fear.
    pub kin_fear: [Lane; T],
    /// Mean hostility in the neighbourhood; not a number where nobody else has a view.
    pub cell: [Lane; T],
    /// The same of fear.
    pub cell_fear: [Lane; T],
    /// Hostility seen online.
    pub online: [Lane; T],
    /// Push of fear from events, and from media.
    pub push: [[Lane; T]; 2],
    /// Shifts of the log-odds of hostility.
    pub shift: [[Lane; T]; SHIFT],
}

impl<const T: usize> Reaches<T> {
    /// Nothing yet.
    pub fn none() -> Self {
        let none = [[0.0; STRIP]; T];
        Self {
            moves: [[false; STRIP]; T],
            kin: none,
            kin_fear: none,
            cell: none,
            cell_fear: none,
            online: none,
            push: [none; 2],
            shift: [none; SHIFT],
        }
    }
}

/// What is seen of the ties of a strip, summed. Ties lie anywhere in memory: they are looked up for many strips at once,
/// where many slow reads are under way side by side and disturb no processor that foresees what comes next of a column.
pub(super) struct Ties<const R: usize> {
    kin: [[Opinion; R]; STRIP],
    follows: [[Opinion; R]; STRIP],
}

/// Collects what reaches households. All that concerns others is as it was at the start of the week.
pub(super) struct Gather<'a, const T: usize, const R: usize> {
    pub setting: &'a Setting,
    pub households: &'a Households,
    /// Number of groups.
    pub groups: u32,
    /// By region and group.
    pub climates: &'a [Climate<T>],
    /// By household.
    pub opinion: &'a [[Opinion; R]],
    /// By family, the sum over its members.
    pub families: &'a [[Opinion; R]],
    /// By influencer: few enough to stay at hand, however large the country.
    pub followed: &'a [[Opinion; R]],
    /// By place.
    pub mood: &'a [[Mood; T]],
    /// By place.
    pub exposure: &'a [[f32; T]],
    pub arrival_ties: &'a [[u32; 3]],
    pub kept: &'a Memory,
    pub constants: &'a Constants,
    /// Whether those away are reached too.
    pub everyone: bool,
}

impl<const T: usize, const R: usize> Gather<'_, T, R> {
    /// Looks up the ties of the `n` households from `first` on, strip by strip.
    #[inline(always)]
    pub fn ties(&self, first: usize, n: usize) -> Vec<Ties<R>> {
        let setting = self.setting;
        let none = [[Opinion::default(); R]; STRIP];
        let mut strips = Vec::with_capacity(n.div_ceil(STRIP));
        for first in (first..first + n).step_by(STRIP) {
            let mut of = Ties { kin: none, follows: none };
            let family = setting.kin.family.get(first..).unwrap_or_default();
            let far = setting.kin.far.get(first..).unwrap_or_default();
            for (k, (family, ties)) in family.iter().zip(far).enumerate().take(STRIP) {
                // Ties across the region lie far apart in memory: those of the next strip are asked for.
                for &j in far.get(k + STRIP).into_iter().flatten() {
                    ask_for(self.opinion, j as usize);
                }
                let near = without(&self.families[*family as usize], &self.opinion[first + k]);
                of.kin[k] = both(near, &sums(self.opinion, ties));
            }
            let arrivals = self.arrival_ties.get(first.saturating_sub(setting.residents)..);
            let newcomers = &mut of.kin[setting.residents.saturating_sub(first).min(STRIP)..];
            for (kin, ties) in newcomers.iter_mut().zip(arrivals.unwrap_or_default()) {
                *kin = sums(self.opinion, ties);
            }
            for (follows, ties) in of.follows.iter_mut().zip(&setting.traits.follows[first..]) {
                *follows = sums(self.followed, ties);
            }
            strips.push(of);
        }
        strips
    }

    /// Fills `out` for the `n` households from `first` on with these ties, whose own hostility and fear are `mine`; false
    /// if none of them is reached.
    #[inline(always)]
    pub fn strip(
        &self,
        first: usize,
        n: usize,
        ties: &Ties<R>,
        mine: [&[Lane; T]; 2],
        out: &mut Reaches<T>,
    ) -> bool {
        let (setting, c) = (self.setting, self.constants);
        // Copies: what is looked up under a condition is looked up household by household.
        let (similarity, followed_part) = (c.similarity, c.followed);
        let range = first..first + n;
        let presence = lane(&self.households.presence[range.clone()]);
        let mut here = [false; STRIP];
        for k in 0..STRIP {
            here[k] = self.everyone || presence[k] == Presence::Present;
        }
        here[n..].fill(false);
        if !here.contains(&true) {
            return false;
        }
        let groups = lane(&setting.people.group[range.clone()]);
        let regions = lane(&self.households.region[range.clone()]);
        let weight = lane(&setting.people.weight[range.clone()]);
        let media = lane(&setting.traits.media_weight[range.clone()]);

        // What lies by place, and by region and group.
        let mut scenes = [0; STRIP];
        for k in 0..STRIP {
            scenes[k] = u32::from(regions[k]) * self.groups + u32::from(groups[k]);
        }
        let climate = Lookup::of(&scenes);
        let mut online = [[0.0; STRIP]; T];
        climate.read(|row| self.climates[row].push, &mut out.push[0]);
        climate.read(|row| self.climates[row].media, &mut out.push[1]);
        climate.read(|row| self.climates[row].media_shift, &mut out.shift[1]);
        climate.read(|row| self.climates[row].online, &mut online);
        let around = Lookup::of(&setting.places_of(self.households, first));
        let mut seen = [[0.0; STRIP]; T];
        let mut mood = [[[0.0; STRIP]; T]; 3];
        around.read(|place| self.exposure[place], &mut seen);
        around.read(|place| self.mood[place].map(|x| x.weight), &mut mood[0]);
        around.read(|place| self.mood[place].map(|x| x.hostility), &mut mood[1]);
        around.read(|place| self.mood[place].map(|x| x.fear), &mut mood[2]);

        let mut all_seen = [0.0_f32; STRIP];
        let mut others = [-1.0_f32; STRIP];
        for t in 0..T {
            let target = setting.targets[t] as u8;
            for k in 0..STRIP {
                out.push[1][t][k] *= media[k];
                let other = groups[k] != target;
                out.moves[t][k] = here[k] && other;
                let one = f32::from(u8::from(other));
                all_seen[k] += one * seen[t][k];
                others[k] += one;
            }
        }
        [out.kin, out.kin_fear] = means(&ties.kin);
        if c.kin <= 0.0 {
            (out.kin, out.kin_fear) = ([[f32::NAN; STRIP]; T], [[f32::NAN; STRIP]; T]);
        }
        let [followed, _] = means::<T, R>(&ties.follows);
        for t in 0..T {
            for k in 0..STRIP {
                let seen_of_them =
                    followed_part * followed[t][k] + (1.0 - followed_part) * online[t][k];
                let nobody = followed[t][k].is_nan();
                out.online[t][k] = if nobody { online[t][k] } else { seen_of_them };
                let per_other = if others[k] > 0.0 { similarity / others[k] } else { 0.0 };
                out.shift[0][t][k] =
                    c.beta_exposure * (seen[t][k] + per_other * (all_seen[k] - seen[t][k]));
            }
            self.cell(t, &weight, &mood, mine, out);
        }
        if !self.kept.group.is_empty() {
            for k in (0..n).filter(|&k| here[k]) {
                for t in 0..T {
                    let r = usize::from(regions[k]);
                    let remembered = memory::of(setting, self.kept, first + k, r, t);
                    out.shift[2][t][k] = c.beta_memory * remembered;
                }
            }
        }
        true
    }

    /// Mean hostility and fear about target `t` in the cell, without the household itself.
    #[inline(always)]
    fn cell(
        &self,
        t: usize,
        weight: &Lane,
        mood: &[[Lane; T]; 3],
        mine: [&[Lane; T]; 2],
        out: &mut Reaches<T>,
    ) {
        let off = self.constants.cell == 0.0;
        for k in 0..STRIP {
            // Those who have no view are not part of any mood.
            let own = if out.moves[t][k] { weight[k] } else { 0.0 };
            let rest = mood[0][t][k] - own;
            let alone = off || rest < 0.5 * weight[k];
            let share = 1.0 / rest;
            let mean = |sum: f32, x: f32| ((sum - own * x) * share).clamp(0.0, 1.0);
            let (h, f) = (mean(mood[1][t][k], mine[0][t][k]), mean(mood[2][t][k], mine[1][t][k]));
            out.cell[t][k] = if alone { f32::NAN } else { h };
            out.cell_fear[t][k] = if alone { f32::NAN } else { f };
        }
    }
}

/// What is seen of each family.
pub(super) fn families<const R: usize>(
    setting: &Setting,
    opinion: &[[Opinion; R]],
) -> Vec<[Opinion; R]> {
    setting.kin.families.par_iter().with_min_len(BLOCK).map(|who| sums(opinion, who)).collect()
}

/// What is seen of each influencer.
pub(super) fn followed<const R: usize>(
    setting: &Setting,
    opinion: &[[Opinion; R]],
) -> Vec<[Opinion; R]> {
    setting.traits.influencers.iter().map(|&i| opinion[i as usize]).collect()
}

/// Weighted mean of the parts that are numbers; not a number where none is or none has weight.
#[inline(always)]
pub(super) fn blend<const N: usize>(parts: [(f32, &Lane); N]) -> Lane {
    let mut mean = [0.0; STRIP];
    for k in 0..STRIP {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (w, x) in parts {
            let some = !x[k].is_nan();
            sum += if some { w * x[k] } else { 0.0 };
            weight += if some { w } else { 0.0 };
        }
        // Of none, 0 / 0.
        mean[k] = sum / weight;
    }
    mean
}
