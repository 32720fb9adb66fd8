//! Aid for the destitute: newcomer households without a home of their own are given money.
//!
//! A household that is homeless or stays with a host gets, each week, the lever's strength times compliance
//! of its region's income per person for each of its persons. It goes into savings, and so into the rent the
//! household can pay; it stops once the household has a home. Nothing else changes: whether there is a
//! dwelling to rent is up to the market.
//!
//! Reads: presence, region, persons, tenure. Writes: savings, lever cost. Off: no lever of kind `aid`. Cards:
//! S1-H28. Source: E65 (help and hardship) for the direction; the rule is ours.

use crate::engine::sums::{Fixed, tabulate};
use crate::scenario::units::DAYS_PER_MONTH;
use crate::scenario::{DAYS_PER_WEEK, LeverKind};
use crate::world::{Context, Flow, Setting, Tenure, World};

/// One week of aid.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let day = i64::from(Setting::first_day(ctx.week));
    // By region: paid for a person in a week.
    let paid: Vec<f64> = (0..setting.regions())
        .map(|r| {
            let (strength, compliance) = setting.scenario.lever(LeverKind::Aid, r, day);
            let income = setting.scenario.regions[r].income_per_person;
            strength * compliance * income * f64::from(DAYS_PER_WEEK) / DAYS_PER_MONTH
        })
        .collect();
    if paid.iter().all(|x| *x == 0.0) {
        return;
    }
    let households = &mut world.households;
    for i in setting.residents..setting.households() {
        if destitute(households.here(i), households.tenure[i]) {
            let each = paid[households.region[i] as usize];
            households.savings[i] += (each * f64::from(households.persons[i])) as f32;
        }
    }
    let households = &world.households;
    let arrivals = setting.households() - setting.residents;
    let persons = tabulate(arrivals, setting.regions(), |k, table| {
        let i = setting.residents + k;
        if destitute(households.here(i), households.tenure[i]) {
            table[households.region[i] as usize] += setting.persons(i, households.persons[i]);
        }
    });
    for (r, persons) in persons.into_iter().map(Fixed::get).enumerate() {
        // Savings are at prices of week 0, costs are not.
        let cost = setting.scenario.unit_cost(LeverKind::Aid, r, day)
            * paid[r]
            * persons
            * world.price_level;
        if cost > 0.0 {
            world.flows.add(Flow::LeverCost, r, 0, cost);
        }
    }
}

/// Whether a household is in the country without a home of its own.
fn destitute(here: bool, tenure: Tenure) -> bool {
    here && matches!(tenure, Tenure::Homeless | Tenure::Hosted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Lever, testing};
    use crate::world::Presence;
    use crate::world::populate::populate;

    /// Savings given out in a week to `guests` newcomer households under a tenure, and what it cost.
    fn given(strength: f64, guests: usize, tenure: Tenure) -> (f64, f64) {
        given_at(1.0, strength, guests, tenure)
    }

    /// The same at this price level.
    fn given_at(price_level: f64, strength: f64, guests: usize, tenure: Tenure) -> (f64, f64) {
        let mut scenario = testing::two_towns();
        scenario.levers.push(Lever {
            id: "aid".into(),
            kind: LeverKind::Aid,
            start_day: 0,
            end_day: 1000,
            strength,
            compliance: 0.5,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        });
        let (setting, mut world) = populate(scenario);
        world.price_level = price_level;
        for i in setting.residents..setting.residents + guests {
            world.households.presence[i] = Presence::Present;
            world.households.tenure[i] = tenure;
        }
        let sum = |w: &World| w.households.savings.iter().map(|x| f64::from(*x)).sum::<f64>();
        let before = sum(&world);
        step(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
        let cost: f64 = (0..2).map(|r| world.flows.get(Flow::LeverCost, r, 0)).sum();
        (sum(&world) - before, cost)
    }

    #[test]
    fn aid_reaches_the_homeless_and_costs_what_it_gives() {
        let (gain, cost) = given(0.4, 50, Tenure::Homeless);
        assert!(gain > 0.0 && (cost / gain - 1.0).abs() < 0.01, "{gain} {cost}");
        assert!((given(0.8, 50, Tenure::Homeless).0 / gain - 2.0).abs() < 0.01);
    }

    #[test]
    fn aid_buys_the_same_and_costs_more_where_prices_have_risen() {
        let (gain, cost) = given(0.4, 50, Tenure::Homeless);
        let (later_gain, later_cost) = given_at(1.5, 0.4, 50, Tenure::Homeless);
        assert!((later_gain / gain - 1.0).abs() < 1e-6 && (later_cost / cost - 1.5).abs() < 1e-6);
    }

    #[test]
    fn aid_does_nothing_where_everyone_has_a_home_or_without_strength() {
        assert_eq!(given(0.4, 50, Tenure::Renter), (0.0, 0.0));
        assert_eq!(given(0.0, 50, Tenure::Homeless), (0.0, 0.0));
    }
}
