//! What the authorities believe, beside the truth.

use super::Readings;
use crate::world::World;

/// Fills `monitor_estimate`, the authorities' estimate of a week's incidents. Empty at week 0.
pub fn read(world: &World, out: &mut Readings) {
    if world.week > 0 {
        let believed: Vec<f64> = world.conduct.monitor_estimate.iter().map(|x| x[0]).collect();
        out.regional_sum("monitor_estimate", &believed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::indicator;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn the_country_is_the_sum_of_what_is_believed_of_its_regions() {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.02;
        let (setting, mut world) = populate(scenario);
        world.conduct.monitor_estimate = vec![[3.0, 0.1], [4.5, 0.2]];
        let mut out = Readings::new(&setting, &crate::measure::Tally::of(&setting, &world));
        let i = indicator("monitor_estimate").unwrap();
        read(&world, &mut out);
        assert!(out.get(i, None, None, None).is_nan(), "flows are empty at week 0");
        world.week = 1;
        read(&world, &mut out);
        assert_eq!(out.get(i, None, None, None), 7.5);
        assert_eq!(out.get(i, None, Some(1), None), 4.5);
    }
}
