//! Unequal treatment in courts, jobs and rents. Courts treat groups alike but for those with a kin state: what full inclusion would
//! mend is their gap.

use super::Readings;
use super::tally::{Sum, Tally};
use crate::mechanisms::minority::equal_treatment;
use crate::world::{Context, World};

/// Fills `treatment_gap.courts` (where a group has a kin state), `treatment_gap.jobs` (empty at week 0) and
/// `treatment_gap.rents`.
pub fn read(ctx: &Context<'_>, world: &World, tally: &Tally, out: &mut Readings) {
    let groups = ctx.setting.groups();
    courts(ctx, world, out);
    if world.week > 0 {
        let (seekers, hires) = (&world.labour.applications, &world.labour.hires);
        let best = |rates: &[f64]| rates.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let part = beyond(seekers, hires, groups, best);
        let missed: Vec<f64> = part.iter().map(|x| -x).collect();
        out.mean("treatment_gap.jobs", None, &missed, seekers);
    }
    let (tenancies, markups) = (tally.column(Sum::Renters), tally.column(Sum::Markup));
    let least = |rates: &[f64]| rates.iter().copied().fold(f64::INFINITY, f64::min);
    let part = beyond(&tenancies, &markups, groups, least);
    out.mean("treatment_gap.rents", None, &part, &tenancies);
}

/// How much less fairly courts deal with groups that have a kin state: `minority.inclusion_fairness`, less what a policy of
/// inclusion has mended.
fn courts(ctx: &Context<'_>, world: &World, out: &mut Readings) {
    let setting = ctx.setting;
    let mended = equal_treatment(ctx);
    if mended.is_empty() {
        return;
    }
    let full = setting.scenario.parameters.minority.inclusion_fairness;
    let persons = &world.conduct.persons;
    let gap = |k: usize| match setting.scenario.groups[k % setting.groups()].kin_state {
        Some(_) => (full - f64::from(mended[k])).max(0.0) * persons[k],
        None => 0.0,
    };
    let sums: Vec<f64> = (0..persons.len()).map(gap).collect();
    out.mean("treatment_gap.courts", None, &sums, persons);
}

/// A distance below this part of the sum is what rounding leaves of equal rates.
const NOISE: f64 = 1e-12;

/// By region and group, `counts` times the distance of the group's rate `sums / counts` from the rate that
/// `pick` takes among the groups of the region.
fn beyond(counts: &[f64], sums: &[f64], groups: usize, pick: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut out = vec![0.0; counts.len()];
    let rows = counts.chunks_exact(groups).zip(sums.chunks_exact(groups));
    for (out, (counts, sums)) in out.chunks_exact_mut(groups).zip(rows) {
        let present = counts.iter().zip(sums).filter(|(n, _)| **n > 0.0);
        let picked = pick(&present.map(|(n, s)| s / n).collect::<Vec<f64>>());
        for (x, (n, s)) in out.iter_mut().zip(counts.iter().zip(sums)) {
            let distance = if *n > 0.0 { s - n * picked } else { 0.0 };
            *x = if distance.abs() > NOISE * s.abs() { distance } else { 0.0 };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::measure::{indicator, read as read_all};
    use crate::mechanisms::schedule::tests::mid_run;

    #[test]
    fn inclusion_mends_the_gap_in_courts_where_it_is_in_force_and_others_have_none() {
        // The second group has a kin state; inclusion of 0.4 times 0.8 is in force in the first region.
        let (setting, world) = mid_run();
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 12 };
        let readings = read_all(&ctx, &world);
        let gap = |r: usize, g: usize| {
            readings.get(indicator("treatment_gap.courts").unwrap(), None, Some(r), Some(g))
        };
        let full = setting.scenario.parameters.minority.inclusion_fairness;
        assert!((gap(0, 1) - 0.68 * full).abs() < 1e-6 && (gap(1, 1) - full).abs() < 1e-6);
        assert_eq!(gap(0, 0), 0.0);
    }

    #[test]
    fn the_group_treated_best_has_no_gap_and_the_others_their_distance_from_it() {
        let least = |rates: &[f64]| rates.iter().copied().fold(f64::INFINITY, f64::min);
        let part = beyond(&[10.0, 4.0, 0.0], &[10.0, 6.0, 0.0], 3, least);
        assert_eq!(part, [0.0, 2.0, 0.0]);
    }

    #[test]
    fn equal_rates_leave_no_rounding_noise() {
        let least = |rates: &[f64]| rates.iter().copied().fold(f64::INFINITY, f64::min);
        for k in 1..200 {
            let (n, rate) = (f64::from(k) / 7.0, 0.1 + f64::from(k) / 900.0);
            let part = beyond(&[n, 3.0, 1.0], &[n * rate, 3.0 * rate, 9.0], 3, least);
            assert_eq!(part[..2], [0.0, 0.0], "{k}");
            assert!(part[2] > 8.0);
        }
    }

    #[test]
    fn with_one_group_there_is_no_gap() {
        let best = |rates: &[f64]| rates.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(beyond(&[8.0, 3.0], &[2.0, 1.5], 1, best), [0.0, 0.0]);
    }
}
