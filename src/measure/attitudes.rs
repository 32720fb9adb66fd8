//! Attitudes, trust and what is believed.

use super::Readings;
use super::tally::{Sum, Tally};
use crate::world::{Context, World};

/// Reads fear, hostility, shares of hostile and favourable households, what share is believed hostile,
/// trust, blame and believed displacement.
pub fn read(ctx: &Context<'_>, world: &World, tally: &Tally, out: &mut Readings) {
    let setting = ctx.setting;
    let (regions, groups) = (setting.regions(), setting.groups());
    let society = &world.society;
    let weight = tally.column(Sum::Households);
    for (id, sum) in [
        ("trust_courts", Sum::TrustCourts),
        ("trust_police", Sum::TrustPolice),
        ("trust_authorities", Sum::TrustAuthorities),
        ("blame_outgroups", Sum::Blame),
    ] {
        out.mean(id, None, &tally.column(sum), &weight);
    }
    let own = setting.own_target();
    for (k, id) in
        ["fear", "hostility", "hostile_share", "favourable_share", "hostile_share_perceived"]
            .iter()
            .enumerate()
    {
        for t in 0..setting.targets.len() {
            // Nobody has an attitude to the own group.
            let others: Vec<f64> = weight
                .iter()
                .enumerate()
                .map(|(at, w)| if own[at % groups] == t { 0.0 } else { *w })
                .collect();
            out.mean(id, Some(t), &tally.about(t, k), &others);
        }
        out.mean_over_targets(id);
    }
    // A regional belief; groups share it by their adults.
    let adults = tally.column(Sum::Adults);
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
        let tally = Tally::of(&setting, &world);
        let mut out = Readings::new(&setting, &tally);
        read(&ctx, &world, &tally, &mut out);
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
        let tally = Tally::of(&setting, &world);
        let mut out = Readings::new(&setting, &tally);
        read(&ctx, &world, &tally, &mut out);
        let id = indicator("displaced_believed").unwrap();
        assert!((out.get(id, None, None, None) - 70.0).abs() < 1e-9);
        assert!((out.get(id, None, Some(0), None) - 50.0).abs() < 1e-9);
    }
}
