//! The week loop: week 0 once, then one replicate after another from it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::draws::Draws;
use crate::measure::housing::landlord_rents;
use crate::mechanisms::schedule::{self, Step};
use crate::mechanisms::{contact, housing, wellbeing};
use crate::scenario::Scenario;
use crate::world::populate::{attachment, conduct, populate};
use crate::world::{Context, Setting, World};

/// Builds week 0 of a scenario: population, burn-in of the rental market.
pub fn week0(scenario: Scenario) -> (Setting, World) {
    let (mut setting, mut world) = populate(scenario);
    housing::burnin::run(&mut setting, &mut world);
    conduct::calm(&mut setting, &mut world);
    attachment::build(&mut setting, &mut world);
    (setting, world)
}

/// Runs replicate `replicate` from week 0 and shows the world after every week, week 0 included. Returns
/// the last state, or nothing if `stop` was set on the way.
pub fn run(
    setting: &Setting,
    week0: &World,
    replicate: u32,
    stop: &AtomicBool,
    show: impl FnMut(&Context<'_>, &World),
) -> Option<World> {
    run_in(setting, week0.clone(), replicate, stop, show)
}

/// The same in the world of week 0 itself, where no other replicate needs it: a large one is as slow to copy as a few weeks.
pub fn run_in(
    setting: &Setting,
    week0: World,
    replicate: u32,
    stop: &AtomicBool,
    mut show: impl FnMut(&Context<'_>, &World),
) -> Option<World> {
    drive(setting, week0, replicate, stop, |ctx, world, moment| match moment {
        Moment::Step(step) => (step.run)(ctx, world),
        Moment::Week => show(ctx, world),
    })
}

/// A moment of a replicate at which somebody has something to do.
#[derive(Clone, Copy)]
pub enum Moment {
    /// It is the turn of this mechanism, which has to be run.
    Step(&'static Step),
    /// The week is over; also at week 0, before the first.
    Week,
}

/// The same as [`run_in`], with every mechanism run by `act`: whoever only looks at the world before and
/// after running a step leaves the replicate as it is.
pub fn drive(
    setting: &Setting,
    mut world: World,
    replicate: u32,
    stop: &AtomicBool,
    mut act: impl FnMut(&Context<'_>, &mut World, Moment),
) -> Option<World> {
    let draws = Draws::new(setting.scenario.seed, replicate);
    housing::burnin::own_prelude(setting, &mut world, draws);
    contact::settle(setting, &mut world);
    world.base_landlord_rents = landlord_rents(setting, &world);
    wellbeing::initialise(setting, &mut world);
    let ctx = Context { setting, draws, week: 0 };
    act(&ctx, &mut world, Moment::Week);
    weeks(setting, world, draws, stop, act)
}

/// Goes on with replicate `replicate` from `world`, the state at the end of a week, and shows the world after
/// every further week. Returns as [`run`].
pub fn go_on(
    setting: &Setting,
    world: World,
    replicate: u32,
    stop: &AtomicBool,
    mut show: impl FnMut(&Context<'_>, &World),
) -> Option<World> {
    let draws = Draws::new(setting.scenario.seed, replicate);
    weeks(setting, world, draws, stop, |ctx, world, moment| match moment {
        Moment::Step(step) => (step.run)(ctx, world),
        Moment::Week => show(ctx, world),
    })
}

/// The weeks after the one `world` is at.
fn weeks(
    setting: &Setting,
    mut world: World,
    draws: Draws,
    stop: &AtomicBool,
    mut act: impl FnMut(&Context<'_>, &mut World, Moment),
) -> Option<World> {
    let mut ctx = Context { setting, draws, week: world.week };
    for week in world.week + 1..=setting.scenario.weeks {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        ctx.week = week;
        world.flows.clear();
        for step in schedule::WEEK {
            act(&ctx, &mut world, Moment::Step(step));
        }
        world.week = week;
        debug_assert_eq!(housing::conserved(setting, &world), Ok(()), "week {week}");
        act(&ctx, &mut world, Moment::Week);
    }
    Some(world)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, testing};

    static GO: AtomicBool = AtomicBool::new(false);

    fn calm() -> Scenario {
        let mut scenario = testing::two_towns();
        scenario.waves.clear();
        scenario.weeks = 52;
        for region in &mut scenario.regions {
            region.population *= 6.0;
        }
        scenario
    }

    fn mean_going(setting: &Setting, world: &World) -> f64 {
        let n = setting.regions();
        (0..n).map(|r| housing::regional_going_rent(setting, world, r)).sum::<f64>() / n as f64
    }

    #[test]
    fn without_a_shock_rents_do_not_drift() {
        const SEEDS: u64 = 4;
        // So small a town wanders by itself: by three or four per cent a year.
        let mut sum = 0.0;
        for seed in 1..=SEEDS {
            let mut scenario = calm();
            scenario.seed = seed;
            let (setting, world) = week0(scenario);
            for replicate in 0..2 {
                let (mut first, mut last) = (0.0, 0.0);
                let _ = run(&setting, &world, replicate, &GO, |ctx, w| {
                    let going = mean_going(ctx.setting, w);
                    if ctx.week <= 13 {
                        first += going / 13.0;
                    } else if ctx.week > 39 {
                        last += going / 13.0;
                    }
                });
                sum += (last - first) / 2.0 / SEEDS as f64;
            }
        }
        assert!(sum.abs() < 0.02, "log going rent, last quarter over first: {sum}");
    }

    #[test]
    fn a_wave_raises_new_rents_first_and_sitting_rents_later() {
        const SEEDS: u64 = 4;
        // A town of three hundred renters wanders by itself: the mean over a few weeks 0.
        let (mut peak, mut sitting) = (0.0, 0.0);
        for seed in 1..=SEEDS {
            let mut scenario = testing::two_towns();
            scenario.seed = seed;
            let (setting, world) = week0(scenario);
            let asks = |w: &World| housing::regional_log_ask(&setting, w, 0);
            let rent = |w: &World| {
                let renters = setting.region_rental[0]
                    .iter()
                    .map(|&i| f64::from(w.households.rent[i as usize]));
                let (sum, n) =
                    renters.filter(|r| *r > 0.0).fold((0.0, 0.0), |a, r| (a.0 + r, a.1 + 1.0));
                sum / n
            };
            let base = (asks(&world), rent(&world));
            let mut highest = f64::NEG_INFINITY;
            let _ = run(&setting, &world, 0, &GO, |ctx, w| {
                highest = highest.max(asks(w) - base.0);
                if ctx.week == 16 {
                    sitting += crate::engine::math::ln(rent(w) / base.1) / SEEDS as f64;
                }
            });
            peak += highest / SEEDS as f64;
        }
        assert!(peak > 0.15, "peak of asks {peak}");
        assert!(sitting < 0.6 * peak, "sitting rents {sitting}, peak of asks {peak}");
    }

    #[test]
    fn the_same_bytes_at_any_thread_count() {
        let bytes = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let (setting, world) = week0(testing::two_towns());
                let end = run(&setting, &world, 0, &GO, |_, _| {}).unwrap();
                (end.households.rent, end.dwellings.ask, end.households.region)
            })
        };
        let one = bytes(1);
        for threads in [2, 3, 8] {
            let other = bytes(threads);
            let same = one.0 == other.0
                && one.2 == other.2
                && one.1.iter().zip(&other.1).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "{threads} threads");
        }
    }

    /// Burn-in moves people after attitudes were settled; memory of contact crept upward for a year.
    #[test]
    fn contact_is_at_rest_where_people_live_at_week_0() {
        let (setting, week0) = week0(testing::two_towns());
        let go = AtomicBool::new(false);
        let mut at_week_0 = None;
        run(&setting, &week0, 0, &go, |_, world| {
            at_week_0.get_or_insert_with(|| world.clone());
        });
        let mut world = at_week_0.unwrap();
        let before = world.society.contact.clone();
        contact::settle(&setting, &mut world);
        let largest = |other: &[f32]| {
            let gaps = before.iter().zip(other).map(|(a, b)| (a - b).abs());
            gaps.fold(0.0, f32::max)
        };
        assert!(largest(&world.society.contact) < 1e-5);
        assert!(largest(&week0.society.contact) > 0.1);
    }
}
