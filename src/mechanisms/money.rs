//! Money: where the week's payments come from and go to, and the taxes newcomers bring.
//!
//! *What happens.* Nothing is decided here; the week's flows are written into the accounts.
//! Employers pay wages and residents' other income; the rest of the world pays newcomers' other income;
//! households pay rent, spend, and pay tax on formal wages; sellers pay tax on sales; government pays for
//! the levers, to households that deliver or receive them.
//!
//! *Cards.* S1-H26 (taxes), S1-H25 (owners).
//!
//! *Reads* income, rent, `labour.*`, `Flow::LeverCost`; *writes* `accounts`, `Flow::TaxGain`. Monthly
//! amounts are paid in weekly parts. *Off*: `tax_wages = 0`, `tax_sales = 0`.

use serde::{Deserialize, Serialize};

use crate::engine::sums::tabulate;
use crate::mechanisms::labour::wage_factors;
use crate::scenario::SKILLS;
use crate::world::{Account, Context, Flow, Work, World};

/// Weeks in a month.
const WEEKS_PER_MONTH: f64 = 365.25 / 12.0 / 7.0;
/// Money is added up in thousands, so that sums of large currencies stay in range.
const UNIT: f64 = 1000.0;

/// Parameters of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Tax on formal wages.
    pub tax_wages: f64,
    /// Tax in sales, as a share of spending.
    pub tax_sales: f64,
}

/// One week of payments.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.money;
    let labour = &setting.scenario.parameters.labour;
    let (regions, groups) = (setting.regions(), setting.groups());
    let cells = regions * groups;
    let factors = wage_factors(labour, world);
    let state: &World = world;
    // Wages, informal wages, residents' other income, newcomers' other income, rents; then tax of newcomers
    // by region and group.
    let at_region = 5;
    let sums = tabulate(setting.households(), at_region + cells, |i, table| {
        let households = &state.households;
        if !households.here(i) {
            return;
        }
        let weight = f64::from(setting.people.weight[i]) / UNIT;
        let income = f64::from(households.income[i]);
        let wages = f64::from(state.labour.wage_income[i]);
        let newcomer = i >= setting.residents;
        table[2 + usize::from(newcomer)] += weight * (income - wages);
        if households.rent[i] > 0.0 {
            table[4] += weight * f64::from(households.rent[i]);
        }
        let r = households.region[i] as usize;
        let mut formal = wages;
        if wages > 0.0 {
            table[0] += weight * wages;
            if state.labour.work[i].contains(&Work::Informal) {
                let market = r * SKILLS + setting.people.skill[i] as usize;
                formal = wages * formal_share(&state.labour.work[i], factors[market]);
                table[1] += weight * (wages - formal);
            }
        }
        if newcomer {
            let tax = p.tax_wages * formal + p.tax_sales * labour.spending_share * income;
            table[at_region + r * groups + setting.people.group[i] as usize] += weight * tax;
        }
    });
    let monthly = |k: usize| sums[k].get() * UNIT * state.price_level;
    let mut gains = vec![0.0; cells];
    for (k, gain) in gains.iter_mut().enumerate() {
        *gain = monthly(at_region + k);
    }
    // Rents are nominal already.
    let rents = sums[4].get() * UNIT;
    let spending = labour.spending_share * (monthly(0) + monthly(2) + monthly(3));
    let flows = [
        (Account::Employers, Account::Households, monthly(0) + monthly(2)),
        (Account::RestOfWorld, Account::Households, monthly(3)),
        (Account::Households, Account::Landlords, rents),
        (Account::Households, Account::Employers, spending),
        (Account::Households, Account::Government, p.tax_wages * (monthly(0) - monthly(1))),
        (Account::Employers, Account::Government, p.tax_sales * spending),
    ];
    let lever_cost: f64 = (0..cells)
        .map(|k| world.flows.get(Flow::LeverCost, k / groups.max(1), k % groups.max(1)))
        .sum();
    for (payer, receiver, amount) in flows {
        world.accounts.transfer(payer, receiver, (amount / WEEKS_PER_MONTH).round() as i64);
    }
    world.accounts.transfer(Account::Government, Account::Households, lever_cost.round() as i64);
    debug_assert_eq!(world.accounts.sum(), 0, "money is conserved");
    for (k, gain) in gains.into_iter().enumerate() {
        world.flows.add(Flow::TaxGain, k / groups, k % groups, gain);
    }
}

/// Share of a household's wages that is formal.
fn formal_share(work: &[Work], factors: [f32; 2]) -> f64 {
    let count = |wanted: Work| work.iter().filter(|&&w| w == wanted).count() as f64;
    let formal = count(Work::Formal) * f64::from(factors[0]);
    let all = formal + count(Work::Informal) * f64::from(factors[1]);
    if all > 0.0 { formal / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::testing;
    use crate::world::populate::populate;
    use crate::world::{Presence, Setting};

    fn week(setting: &Setting, world: &mut World) {
        world.flows.clear();
        step(&Context { setting, draws: Draws::new(1, 0), week: 1 }, world);
    }

    fn tax_gain(setting: &Setting, world: &World) -> f64 {
        (0..setting.regions())
            .flat_map(|r| (0..setting.groups()).map(move |g| (r, g)))
            .map(|(r, g)| world.flows.get(Flow::TaxGain, r, g))
            .sum()
    }

    fn invite(setting: &Setting, world: &mut World, n: usize) {
        for i in setting.residents..setting.residents + n {
            world.households.presence[i] = Presence::Present;
            world.households.region[i] = 0;
        }
    }

    #[test]
    fn what_one_pays_another_receives() {
        let (setting, mut world) = populate(testing::two_towns());
        invite(&setting, &mut world, 100);
        week(&setting, &mut world);
        assert_eq!(world.accounts.sum(), 0);
        assert!(world.accounts.balance(Account::Government) > 0);
        assert!(world.accounts.balance(Account::RestOfWorld) < 0);
        assert!(world.accounts.balance(Account::Landlords) >= 0);
    }

    #[test]
    fn newcomers_bring_taxes_in_proportion() {
        let (setting, mut world) = populate(testing::two_towns());
        week(&setting, &mut world);
        assert_eq!(tax_gain(&setting, &world), 0.0);
        invite(&setting, &mut world, 100);
        week(&setting, &mut world);
        let some = tax_gain(&setting, &world);
        let p = &setting.scenario.parameters;
        let spent: f64 = (setting.residents..setting.residents + 100)
            .map(|i| f64::from(world.households.income[i] * setting.people.weight[i]))
            .sum::<f64>()
            * p.labour.spending_share;
        assert!((some / (p.money.tax_sales * spent) - 1.0).abs() < 1e-4, "sales tax alone");
        invite(&setting, &mut world, 200);
        week(&setting, &mut world);
        assert!(tax_gain(&setting, &world) > some);
    }
}
