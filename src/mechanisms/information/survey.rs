//! The survey at the start of the week: what is thought where, and what of it is seen.

use rayon::prelude::*;

use crate::engine::math::logistic32;
use crate::engine::sums::BLOCK;
use crate::mechanisms::contact::region_of;
use crate::world::{Mood, Opinion, Setting, Society, World};

/// Copies hostility and fear into `opinion` and sums them by place and region.
///
/// A household's posts are seen with weight `reach * (1 + visibility * S((h - hostile) / width))`, so
/// hostile ones are over-represented online. `members` must be this week's.
pub fn survey(setting: &Setting, world: &mut World) {
    let World { households, society, .. } = world;
    let targets = setting.targets.len();
    if targets == 0 {
        return;
    }
    let own = setting.own_target();
    let Society { opinion, hostility, fear, mood, members, regions, .. } = society;
    opinion.par_chunks_mut(BLOCK * targets).enumerate().for_each(|(block, rows)| {
        for (k, row) in rows.chunks_mut(targets).enumerate() {
            let i = block * BLOCK + k;
            let known = households.here(i);
            let self_target = own[setting.people.group[i] as usize];
            for (t, seen) in row.iter_mut().enumerate() {
                let at = i * targets + t;
                *seen = if known && t != self_target {
                    Opinion::of(hostility[at], fear[at])
                } else {
                    Opinion::default()
                };
            }
        }
    });

    let hostile = setting.scenario.parameters.affect.hostile_above as f32;
    let gain = setting.scenario.parameters.information.visibility as f32;
    let slope = 1.0 / setting.scenario.parameters.information.visibility_width as f32;
    let (people, traits) = (&setting.people, &setting.traits);
    mood.par_chunks_mut(targets).enumerate().for_each(|(place, row)| {
        // One place is summed by one thread in the order of slots: the shape of the sum is fixed.
        row.fill(Mood::default());
        for &i in members.of(place) {
            let i = i as usize;
            let weight = people.weight[i];
            let posts = weight * traits.reach[i];
            for (m, seen) in row.iter_mut().zip(&opinion[i * targets..(i + 1) * targets]) {
                if seen.count() == 0 {
                    continue;
                }
                let [h, f] = seen.sums().map(|x| x * (1.0 / Opinion::ONE));
                let z = (h - hostile) * slope;
                // Beyond 8 widths the step is 0 or 1 to within 0.0004.
                let step = if z < -8.0 {
                    0.0
                } else if z > 8.0 {
                    1.0
                } else {
                    logistic32(z)
                };
                let visible = posts * (1.0 + gain * step);
                let is_hostile = if h > hostile { 1.0 } else { 0.0 };
                m.weight += weight;
                m.hostility += weight * h;
                m.fear += weight * f;
                m.hostile += weight * is_hostile;
                m.visible += visible;
                m.visible_hostility += visible * h;
                m.visible_hostile += visible * is_hostile;
            }
        }
    });

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
}
