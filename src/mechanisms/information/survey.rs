//! The survey at the start of the week: what is thought where, and what of it is seen.

use rayon::prelude::*;

use crate::engine::math::logistic32;
use crate::engine::strips::{Lane, STRIP, apart, lane};
use crate::engine::sums::{BLOCK, PLACES, SHARE};
use crate::engine::wide::wide;
use crate::mechanisms::affect::MOST_TARGETS;
use crate::mechanisms::contact::{at_home, region_of};
use crate::world::opinion::show;
use crate::world::{Households, Mood, Opinion, Presence, Setting, Society, World};

/// Copies hostility and fear into `opinion` and sums them by place and region.
///
/// A household's posts are seen with weight `reach * (1 + visibility * S((h - hostile) / width))`, so
/// hostile ones are over-represented online. `members` must be this week's.
pub fn survey(setting: &Setting, world: &mut World) {
    // The number of targets is known to the compiler inside the loop.
    match setting.targets.len() {
        0 => return,
        1 => listen::<1, 1>(setting, world),
        2 => listen::<2, 1>(setting, world),
        3 => listen::<3, 1>(setting, world),
        4 => listen::<4, 2>(setting, world),
        5 => listen::<5, 2>(setting, world),
        _ => listen::<MOST_TARGETS, 2>(setting, world),
    }
    sum_up(setting, &mut world.society);
}

/// Shows what everyone thinks and sums it by place.
fn listen<const T: usize, const R: usize>(setting: &Setting, world: &mut World) {
    let World { households, society, .. } = world;
    let Society { opinion, hostility, fear, mood, members, .. } = society;
    let p = &setting.scenario.parameters;
    let (hostility, _) = hostility.as_chunks::<T>();
    let (fear, _) = fear.as_chunks::<T>();
    let ear = Ear::<T> {
        setting,
        households,
        hostility,
        fear,
        hostile: p.affect.hostile_above as f32,
        gain: p.information.visibility as f32,
        slope: 1.0 / p.information.visibility_width as f32,
    };
    let (opinion, _) = opinion.as_chunks_mut::<R>();
    opinion.par_chunks_mut(BLOCK).enumerate().with_max_len(SHARE).for_each(|(block, opinion)| {
        wide(
            #[inline(always)]
            || ear.show(block * BLOCK, opinion),
        );
    });
    let (mood, _) = mood.as_chunks_mut::<T>();
    // One place is summed by one thread in a fixed order: the shape of the sum is fixed.
    mood.par_iter_mut().enumerate().with_max_len(PLACES).for_each(|(place, mood)| {
        *mood = wide(
            #[inline(always)]
            || ear.mood(place, members.others(place)),
        );
    });
}

/// Some of the households of a place, column by column. Lanes without a household have no weight.
struct Crowd<const T: usize> {
    weight: Lane,
    reach: Lane,
    group: Lane<u8>,
    hostility: [Lane; T],
    fear: [Lane; T],
}

/// Sums of a place about one target, in eight parts each; in the order of the fields of [`Mood`].
type Parts = [[f32; 8]; 7];

/// What households are asked about and how their posts are weighed.
struct Ear<'a, const T: usize> {
    setting: &'a Setting,
    households: &'a Households,
    hostility: &'a [[f32; T]],
    fear: &'a [[f32; T]],
    hostile: f32,
    gain: f32,
    slope: f32,
}

impl<const T: usize> Ear<'_, T> {
    /// Hostility and fear, as others see them, of households from slot `first` on.
    #[inline(always)]
    fn show<const R: usize>(&self, first: usize, opinion: &mut [[Opinion; R]]) {
        for (strip, rows) in opinion.chunks_mut(STRIP).enumerate() {
            let who = first + strip * STRIP..first + strip * STRIP + rows.len();
            let presence = lane(&self.households.presence[who.clone()]);
            let group = lane(&self.setting.people.group[who.clone()]);
            let mut known = [[false; STRIP]; T];
            for (t, known) in known.iter_mut().enumerate() {
                // Of those away and of the own group nothing is known.
                let target = self.setting.targets[t] as u8;
                for k in 0..STRIP {
                    known[k] = presence[k] == Presence::Present && group[k] != target;
                }
            }
            let hostility = apart(self.hostility[who.clone()].as_flattened());
            let fear = apart(self.fear[who].as_flattened());
            show(&known, &hostility, &fear, rows);
        }
    }

    /// Mood in a place: its residents of week 0 as far as they are still there, then `others`.
    #[inline(always)]
    fn mood(&self, place: usize, others: &[u32]) -> [Mood; T] {
        let mut crowd = Crowd::<T> {
            weight: [0.0; STRIP],
            reach: [0.0; STRIP],
            group: [0; STRIP],
            hostility: [[0.0; STRIP]; T],
            fear: [[0.0; STRIP]; T],
        };
        let mut sums: [Parts; T] = [[[0.0; 8]; 7]; T];
        let mut home = self.setting.cell_residents.get(place).cloned().unwrap_or_default();
        let mut others = others;
        while !home.is_empty() || !others.is_empty() {
            let n = STRIP.min(home.len());
            if n > 0 {
                self.residents(place, home.start, n, &mut crowd);
                home.start += n;
            } else {
                crowd.weight = [0.0; STRIP];
            }
            // Others fill the free lanes of the last strip first.
            let (now, later) = others.split_at(others.len().min(STRIP - n));
            for (k, &i) in now.iter().enumerate() {
                self.other(i as usize, n + k, &mut crowd);
            }
            others = later;
            self.add(&crowd, &mut sums);
        }
        sums.map(|parts| {
            let total =
                |s: [f32; 8]| ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
            let [weight, hostility, fear, hostile, visible, seen, hostile_seen] = parts.map(total);
            Mood {
                weight,
                hostility,
                fear,
                hostile,
                visible,
                visible_hostility: seen,
                visible_hostile: hostile_seen,
            }
        })
    }

    /// Takes `n` residents of week 0 from slot `from` on.
    #[inline(always)]
    fn residents(&self, place: usize, from: usize, n: usize, crowd: &mut Crowd<T>) {
        let (people, traits) = (&self.setting.people, &self.setting.traits);
        let home = at_home(self.households, place, from..from + n);
        crowd.weight = lane(&people.weight[from..]);
        for k in 0..STRIP {
            crowd.weight[k] = if home[k] { crowd.weight[k] } else { 0.0 };
        }
        crowd.reach = lane(&traits.reach[from..]);
        crowd.group = lane(&people.group[from..]);
        crowd.hostility = apart(self.hostility[from..].as_flattened());
        crowd.fear = apart(self.fear[from..].as_flattened());
    }

    /// Puts household `i` into lane `k`.
    #[inline(always)]
    fn other(&self, i: usize, k: usize, crowd: &mut Crowd<T>) {
        crowd.weight[k] = self.setting.people.weight[i];
        crowd.reach[k] = self.setting.traits.reach[i];
        crowd.group[k] = self.setting.people.group[i];
        for t in 0..T {
            crowd.hostility[t][k] = self.hostility[i][t];
            crowd.fear[t][k] = self.fear[i][t];
        }
    }

    /// Adds the crowd to the sums.
    #[inline(always)]
    fn add(&self, crowd: &Crowd<T>, sums: &mut [Parts; T]) {
        for t in 0..T {
            let target = self.setting.targets[t] as u8;
            let mut columns = [[0.0; STRIP]; 7];
            let [weight, hostility, fear, hostile, visible, seen, hostile_seen] = &mut columns;
            for k in 0..STRIP {
                // Nobody has a view of the own group.
                let w = if crowd.group[k] == target { 0.0 } else { crowd.weight[k] };
                let h = crowd.hostility[t][k];
                let z = (h - self.hostile) * self.slope;
                let step = logistic32(z);
                // Beyond 8 widths the step is 0 or 1 to within 0.0004.
                let step = if z < -8.0 { 0.0 } else { step };
                let step = if z > 8.0 { 1.0 } else { step };
                let v = w * crowd.reach[k] * (1.0 + self.gain * step);
                let is_hostile = if h > self.hostile { 1.0 } else { 0.0 };
                weight[k] = w;
                hostility[k] = w * h;
                fear[k] = w * crowd.fear[t][k];
                hostile[k] = w * is_hostile;
                visible[k] = v;
                seen[k] = v * h;
                hostile_seen[k] = v * is_hostile;
            }
            for (parts, column) in sums[t].iter_mut().zip(&columns) {
                gather(parts, column);
            }
        }
    }
}

/// Adds a column of a strip to eight partial sums: a function of its own, for registers of eight numbers.
#[inline(never)]
fn gather(parts: &mut [f32; 8], column: &Lane) {
    let mut sums = *parts;
    for xs in column.as_chunks::<8>().0 {
        for j in 0..8 {
            sums[j] += xs[j];
        }
    }
    *parts = sums;
}

/// What is seen of each target in the regions.
fn sum_up(setting: &Setting, society: &mut Society) {
    let targets = setting.targets.len();
    let Society { mood, regions, .. } = society;
    // Three sums a region and target: visibility, visible hostility, visible hostile households.
    let mut sums = vec![[0.0_f64; 3]; regions.len() * targets];
    for (place, row) in mood.chunks(targets).enumerate() {
        let r = region_of(setting, place);
        for (sum, m) in sums[r * targets..].iter_mut().zip(row) {
            sum[0] += f64::from(m.visible);
            sum[1] += f64::from(m.visible_hostility);
            sum[2] += f64::from(m.visible_hostile);
        }
    }
    for t in 0..targets {
        let mut all = [0.0; 3];
        for sum in sums.iter().skip(t).step_by(targets) {
            for (a, x) in all.iter_mut().zip(sum) {
                *a += x;
            }
        }
        for (r, region) in regions.iter_mut().enumerate() {
            // Where nobody has a view of the target, the country's is all there is to see.
            let local = sums[r * targets + t];
            let [seen, hostility, hostile] = if local[0] > 0.0 { local } else { all };
            let share = |x: f64| if seen > 0.0 { x / seen } else { 0.0 };
            region.online_hostility[t] = share(hostility);
            region.visible_hostility[t] = share(hostile);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn hostile_households_are_seen_more_often_than_they_are() {
        let (setting, mut world) = populate(testing::two_towns());
        survey(&setting, &mut world);
        let (mut hostile, mut weight) = (0.0, 0.0);
        for row in world.society.mood.chunks(3) {
            hostile += f64::from(row[2].hostile);
            weight += f64::from(row[2].weight);
        }
        let visible = world.society.regions[0].visible_hostility[2];
        assert!(visible > 1.3 * hostile / weight, "{visible} {}", hostile / weight);
    }

    #[test]
    fn the_mood_of_a_place_is_that_of_everyone_who_lives_there() {
        let (setting, mut world) = populate(testing::two_towns());
        let (cells, targets) = (setting.region_cells(0), setting.targets.len());
        for i in setting.region_residents[0].clone().step_by(7) {
            world.households.cell[i] = (cells.start + i % cells.len()) as u32;
        }
        for i in (0..setting.residents).step_by(11) {
            world.households.presence[i] = Presence::Left;
        }
        for i in setting.residents..setting.residents + 100 {
            world.households.presence[i] = Presence::Present;
        }
        crate::mechanisms::contact::census(&setting, &mut world);
        survey(&setting, &mut world);
        let mut plain = vec![[0.0_f64; 3]; setting.places() * targets];
        let h = &world.households;
        for i in (0..setting.households()).filter(|&i| h.here(i)) {
            let place = setting.place_of(h.cell[i], h.region[i]);
            for t in 0..targets {
                if setting.targets[t] == usize::from(setting.people.group[i]) {
                    continue;
                }
                let weight = f64::from(setting.people.weight[i]);
                let of = |column: &[f32]| f64::from(column[i * targets + t]);
                let (hostility, fear) = (of(&world.society.hostility), of(&world.society.fear));
                let sums = &mut plain[place * targets + t];
                sums[0] += weight;
                sums[1] += weight * hostility;
                sums[2] += weight * fear;
            }
        }
        for (mood, plain) in world.society.mood.iter().zip(&plain) {
            for (x, y) in [mood.weight, mood.hostility, mood.fear].iter().zip(plain) {
                assert!((f64::from(*x) - y).abs() <= 1e-5 * y, "{x} {y}");
            }
        }
    }
}
