//! Attitudes, trust and what is believed.

use super::Readings;
use crate::engine::sums::{Fixed, tabulate};
use crate::world::{Context, World};

/// Values added up per household and target, after the weight.
const PER_TARGET: usize = 6;
/// Values added up per household, after the weight: three trusts and blame.
const PER_HOUSEHOLD: usize = 4;

/// Reads fear, hostility, shares of hostile and favourable households, what share is believed hostile,
/// trust, blame and believed displacement.
pub fn read(ctx: &Context<'_>, world: &World, out: &mut Readings) {
    let setting = ctx.setting;
    let (households, society) = (&world.households, &world.society);
    let (regions, groups, targets) = (setting.regions(), setting.groups(), setting.targets.len());
    let p = &setting.scenario.parameters.affect;
    let (hostile, favourable) = (p.hostile_above as f32, p.favourable_below as f32);
    let own = setting.own_target();
    let width = 2 + PER_HOUSEHOLD + PER_TARGET * targets;
    let table = tabulate(setting.households(), regions * groups * width, |i, table| {
        if !households.here(i) {
            return;
        }
        let (r, g) = (households.region[i] as usize, setting.people.group[i] as usize);
        let weight = f64::from(setting.people.weight[i]);
        let row = &mut table[(r * groups + g) * width..][..width];
        row[0] += weight;
        row[1] += setting.persons(i, setting.people.adults[i]);
        for (sum, x) in row[2..].iter_mut().zip(society.trust[i]) {
            *sum += weight * f64::from(x);
        }
        row[5] += weight * f64::from(society.blame_outgroups[i]);
        let media = f64::from(setting.traits.media_weight[i]);
        let place = setting.place_of(households.cell[i], households.region[i]);
        for t in 0..targets {
            if own[g] == t {
                continue;
            }
            let (h, f) = (society.hostility[i * targets + t], society.fear[i * targets + t]);
            let mood = &society.mood[place * targets + t];
            let around =
                if mood.weight > 0.0 { f64::from(mood.hostile / mood.weight) } else { 0.0 };
            let shown = society.regions[r].visible_hostility[t];
            let sums = &mut row[2 + PER_HOUSEHOLD + PER_TARGET * t..];
            sums[0] += weight;
            sums[1] += weight * f64::from(f);
            sums[2] += weight * f64::from(h);
            sums[3] += weight * f64::from(u8::from(h > hostile));
            sums[4] += weight * f64::from(u8::from(h < favourable));
            sums[5] += weight * ((1.0 - media) * around + media * shown);
        }
    });
    let column = |k: usize| -> Vec<f64> {
        table.chunks(width).map(|row| row.get(k).copied().map_or(0.0, Fixed::get)).collect()
    };
    let weight = column(0);
    for (k, id) in
        ["trust_courts", "trust_police", "trust_authorities", "blame_outgroups"].iter().enumerate()
    {
        out.mean(id, None, &column(2 + k), &weight);
    }
    for (k, id) in
        ["fear", "hostility", "hostile_share", "favourable_share", "hostile_share_perceived"]
            .iter()
            .enumerate()
    {
        for t in 0..targets {
            let first = 2 + PER_HOUSEHOLD + PER_TARGET * t;
            out.mean(id, Some(t), &column(first + 1 + k), &column(first));
        }
        out.mean_over_targets(id);
    }
    // A regional belief; groups share it by their adults.
    let adults = column(1);
    let mut believed = vec![0.0; regions * groups];
    for (r, row) in believed.chunks_mut(groups).enumerate() {
        let all: f64 = adults[r * groups..(r + 1) * groups].iter().sum();
        for (g, x) in row.iter_mut().enumerate() {
            if all > 0.0 {
                *x = society.regions[r].displaced_believed * adults[r * groups + g] / all;
            }
        }
    }
    out.sum("displaced_believed", &believed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::measure::indicator;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn the_readings_of_week_0_are_those_of_the_scenario() {
        let (setting, world) = populate(testing::two_towns());
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 0 };
        let mut out = Readings::new(&setting, &world);
        read(&ctx, &world, &mut out);
        let value = |id: &str, t, g| out.get(indicator(id).unwrap(), t, None, g);
        assert!((value("hostility", Some(2), Some(0)) - 0.36).abs() < 0.003);
        assert!((value("hostility", Some(1), Some(0)) - 0.30).abs() < 0.003);
        assert!(value("hostility", Some(0), Some(0)).is_nan(), "own group");
        assert!((value("trust_courts", None, None) - 0.75).abs() < 0.02);
        assert!((value("trust_authorities", None, None) - 0.43).abs() < 0.02);
        assert_eq!(value("displaced_believed", None, None), 0.0);
        let (seen, is) = (
            value("hostile_share_perceived", Some(2), None),
            value("hostile_share", Some(2), None),
        );
        assert!(seen > is && seen < 4.0 * is, "{seen} {is}");
        let blame = value("blame_outgroups", None, None);
        assert!(blame > 0.1 && blame < 0.8);
    }

    #[test]
    fn groups_share_what_a_region_believes_displaced() {
        let (setting, mut world) = populate(testing::two_towns());
        world.society.regions[0].displaced_believed = 50.0;
        world.society.regions[1].displaced_believed = 20.0;
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 0 };
        let mut out = Readings::new(&setting, &world);
        read(&ctx, &world, &mut out);
        let id = indicator("displaced_believed").unwrap();
        assert!((out.get(id, None, None, None) - 70.0).abs() < 1e-9);
        assert!((out.get(id, None, Some(0), None) - 50.0).abs() < 1e-9);
    }
}
