//! Burn-in: four years of the rental market with its indices held, so that week 0 has no drift.
//!
//! Both indices are held. The level of asks is moved, band by band in the whole country, until the mean new contract equals the
//! reference rent; incomes rest for a year, then jobs turn over with the labour market at its reference. What contracts of single markets
//! come to at that level, and their tightness, are measured over the last two years and drawn toward the national mean of like markets
//! where there are few renters: indices are of contracts over this *rest*, so that without a shock they stay at 0
//! (`docs/decisions/0035-rest-of-a-market.md`). Where markets have more agents than the least sample fewer weeks bring as many
//! contracts, and burn-in is as much shorter (`docs/decisions/0040-dense-markets-are-measured-sooner.md`). A year with nothing held follows, in which
//! the slow index comes to rest. All this is shared by all replicates; then each lives half a year of its own with everything released, so
//! that the state of thin markets at week 0 is part of the spread and not an accident common to all.

use crate::engine::draws::Draws;
use crate::mechanisms::labour;
use crate::world::{BANDS, Context, Market, Setting, World};

/// Weeks of burn-in with the indices held, where markets are thin.
const WEEKS: u32 = 208;
/// Week numbers of burn-in draws start here, out of reach of any scenario.
const FIRST_WEEK: u32 = 0x8000;
/// Weeks in which incomes rest, and with them who lives in which band.
const SORTED_WEEKS: u32 = 52;
/// Step of the level of a band per week toward the reference, in these weeks and after them.
const FIRST_STEP: f64 = 0.15;
const LEVEL_STEP: f64 = 0.05;
/// Step of the rest of a market per week toward its contracts, until it is measured.
const REST_STEP: f64 = 0.05;
/// Weeks at the end over which rest and no-shock tightness are measured: in the least sample, and at least.
const MEASURED_WEEKS: u32 = 104;
const LEAST_MEASURED_WEEKS: u32 = 26;
/// Weeks after them in which nothing is held any more, still shared by all replicates.
const FREE_WEEKS: u32 = 52;
/// Weeks that each replicate lives on its own before week 0.
const OWN_WEEKS: u32 = 26;
/// Renters (agents of the least sample) with which a market's own rest and tightness count as much as those of its like elsewhere.
const SHRINKAGE: f64 = 150.0;
/// Moves (of such agents) with which a region's own rate of setting up a household counts as much as the national one.
const SHRINKAGE_MOVES: f64 = 30.0;

/// What is measured of a market, or of markets that are alike.
#[derive(Clone, Copy, Default)]
struct Measured {
    /// Sum and number of log new contract rents over the reference.
    contracts: (f64, u32),
    /// Sum and number of weekly readings.
    tightness: (f64, u32),
}

impl Measured {
    fn add(&mut self, other: &Self) {
        for (mine, theirs) in
            [(&mut self.contracts, other.contracts), (&mut self.tightness, other.tightness)]
        {
            *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
        }
    }
}

/// Mean of `n` numbers with this sum; 0 of none.
fn mean((sum, n): (f64, u32)) -> f64 {
    if n > 0 { sum / f64::from(n) } else { 0.0 }
}

/// Runs burn-in and sets `setting.ask_level` and the markets' rest and no-shock tightness.
pub fn run(setting: &mut Setting, world: &mut World) {
    let mut measured = vec![Measured::default(); world.markets.len()];
    let mut family = vec![(0.0, 0.0); setting.regions()];
    let draws = Draws::week0(setting.scenario.seed);
    let measured_weeks = measured_weeks(setting.rental_density);
    // Burn-in begins that much later.
    let skipped = MEASURED_WEEKS - measured_weeks;
    let weeks = WEEKS - skipped;
    for k in 1..=weeks {
        let ctx = Context { setting, draws, week: FIRST_WEEK + skipped + k };
        for market in &mut world.markets {
            // No tightness counts as unusual yet: only the level of asks moves.
            market.base_tightness = market.tightness;
            market.usual_tightness = market.tightness;
        }
        if k > SORTED_WEEKS {
            // Incomes turn over as they will later, so that what tenants can pay is at rest too.
            labour::turnover(&ctx, world);
        }
        let super::Week { contracts, family: flows } = super::week(&ctx, world, k, true);
        if k > weeks - measured_weeks {
            for (sum, flow) in family.iter_mut().zip(flows) {
                *sum = (sum.0 + flow.0, sum.1 + flow.1);
            }
            for ((all, market), &contracts) in
                measured.iter_mut().zip(&world.markets).zip(&contracts)
            {
                all.add(&Measured { contracts, tightness: (market.tightness, 1) });
            }
        }
        let mut bands = [(0.0, 0); BANDS];
        for (&c, market) in contracts.iter().zip(&mut world.markets) {
            let band = &mut bands[market.bands.0 as usize];
            *band = (band.0 + c.0, band.1 + c.1);
            if k > SORTED_WEEKS && c.1 > 0 {
                market.rest += REST_STEP * (mean(c) - market.rest);
            }
        }
        let step = if k > SORTED_WEEKS { LEVEL_STEP } else { FIRST_STEP };
        for (level, band) in setting.ask_level.iter_mut().zip(bands) {
            *level -= step * mean(band);
        }
    }
    // Markets of the same bands are alike: references are shares of the region's own incomes.
    let like = |m: &Market| m.bands.0 as usize * BANDS + m.bands.1 as usize;
    let mut national = [Measured::default(); BANDS * BANDS];
    for (own, market) in measured.iter().zip(&world.markets) {
        national[like(market)].add(own);
    }
    for (own, market) in measured.iter().zip(&mut world.markets) {
        let all = &national[like(market)];
        let weight = market.renters / (market.renters + SHRINKAGE * setting.rental_density);
        let shrunk = |own, all| weight * mean(own) + (1.0 - weight) * mean(all);
        market.base_tightness = shrunk(own.tightness, all.tightness);
        market.usual_tightness = mean(own.tightness);
        market.rest = shrunk(own.contracts, all.contracts);
        market.pipeline.clear();
        market.finished = 0.0;
    }
    set_up_rates(setting, &family);
    // Released, the slow index finds the level at which it rests.
    for k in 1..=FREE_WEEKS {
        let ctx = Context { setting, draws, week: FIRST_WEEK + WEEKS + k };
        labour::turnover(&ctx, world);
        let _ = super::week(&ctx, world, weeks + k, false);
    }
    redate(world, weeks + FREE_WEEKS);
}

/// Weeks in which at least as many contracts are measured as in the least sample, with so many agents for each of its own.
fn measured_weeks(density: f64) -> u32 {
    let weeks = (f64::from(MEASURED_WEEKS) / density).ceil() as u32;
    weeks.clamp(LEAST_MEASURED_WEEKS, MEASURED_WEEKS)
}

/// Sets the rate at which those living with relatives begin to look for a dwelling of their own so that as many move into
/// one as went to relatives in the measured years: the number living with relatives rests. Some who look find none, so what
/// counts is who moved. Thin regions lean on the whole country.
fn set_up_rates(setting: &mut Setting, family: &[(f64, f64)]) {
    let all = family.iter().fold((0.0, 0.0), |a, f| (a.0 + f.0, a.1 + f.1));
    if all.1 <= 0.0 {
        return;
    }
    let national = all.0 / all.1;
    for (rate, (went, left)) in setting.set_up_rate.iter_mut().zip(family) {
        // A pseudo-count of that many moves in the national proportion.
        let moves = SHRINKAGE_MOVES * setting.rental_density;
        *rate *= (went + moves) / (left + moves / national.max(1e-9));
    }
}

/// The last half year before week 0, with the draws of a replicate and nothing held.
pub fn own_prelude(setting: &Setting, world: &mut World, draws: Draws) {
    for k in 1..=OWN_WEEKS {
        let ctx = Context { setting, draws, week: FIRST_WEEK + WEEKS + FREE_WEEKS + k };
        labour::step(&ctx, world);
        let _ = super::week(&ctx, world, k, false);
    }
    redate(world, OWN_WEEKS);
    // Buildings were dated in the weeks of the draws.
    for (finish, _) in world.markets.iter_mut().flat_map(|m| &mut m.pipeline) {
        *finish = finish.saturating_sub(FIRST_WEEK + WEEKS + FREE_WEEKS + OWN_WEEKS);
    }
}

/// Leases were dated in burn-in's own weeks; from now on week 0 is where it ends.
fn redate(world: &mut World, weeks: u32) {
    for week in world.households.lease_end.iter_mut().chain(&mut world.households.notice_until) {
        if *week != 0 {
            *week = week.saturating_sub(weeks as u16).max(1);
        }
    }
    world.flows.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::Tenure;
    use crate::world::populate::populate;

    /// Searches had been counted, and some who look find nothing.
    #[test]
    fn those_who_leave_relatives_are_those_who_moved_not_those_who_looked() {
        let (setting, mut world) = populate(testing::two_towns());
        let (mut told, mut moved) = ((0.0, 0.0), (0.0, 0.0));
        for k in 1..=30 {
            let before = world.households.tenure.clone();
            let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: k };
            let week = super::super::week(&ctx, &mut world, k, false);
            for (went, left) in week.family {
                told = (told.0 + went, told.1 + left);
            }
            for (then, now) in before.iter().zip(&world.households.tenure) {
                let family = |tenure: &Tenure| *tenure == Tenure::Family;
                moved.0 += f64::from(u8::from(!family(then) && family(now)));
                moved.1 += f64::from(u8::from(family(then) && !family(now)));
            }
        }
        assert!(told == moved && told.1 > 5.0, "{told:?} {moved:?}");
    }

    #[test]
    fn the_more_agents_the_fewer_weeks_are_measured() {
        let weeks = [1.0, 2.0, 10.0, 100.0].map(measured_weeks);
        assert_eq!(weeks, [104, 52, 26, 26]);
    }

    #[test]
    fn a_shorter_burn_in_ends_in_the_same_week() {
        let mut scenario = testing::two_towns();
        scenario.parameters.population.renter_agents = 20.0;
        let (mut setting, mut world) = populate(scenario);
        assert!(setting.rental_density > 4.0, "{}", setting.rental_density);
        run(&mut setting, &mut world);
        let latest = |world: &World| world.households.lease_end.iter().copied().max().unwrap();
        // Written leases run for half a year to a year.
        assert!((40..=53).contains(&latest(&world)), "{}", latest(&world));
        own_prelude(&setting, &mut world, Draws::new(1, 0));
        assert!((40..=53).contains(&latest(&world)), "{}", latest(&world));
        let building = setting.scenario.parameters.housing.building_weeks as u32;
        let finish = world.markets.iter().flat_map(|m| &m.pipeline).map(|(finish, _)| *finish);
        assert!(finish.clone().all(|week| week <= building), "{:?}", finish.max());
    }

    #[test]
    fn the_rate_of_setting_up_balances_moves() {
        let (mut setting, _) = populate(testing::two_towns());
        let before = setting.set_up_rate.clone();
        set_up_rates(&mut setting, &[(1e6, 1e6), (2e6, 2e6)]);
        assert_eq!(setting.set_up_rate, before);
        set_up_rates(&mut setting, &[(1e6, 0.5e6), (1e6, 1e6)]);
        let change = |r: usize| setting.set_up_rate[r] / before[r];
        assert!((change(0) - 2.0).abs() < 1e-3 && (change(1) - 1.0).abs() < 1e-3);
    }
}
