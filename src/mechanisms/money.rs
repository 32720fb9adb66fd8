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

use crate::engine::strips::{STRIP, bits, lane, ones, sum};
use crate::engine::sums::tabulate_strips;
use crate::engine::wide::wide;
use crate::mechanisms::labour::wage_factors;
use crate::scenario::SKILLS;
use crate::world::{Account, Context, Flow, Presence, Setting, World, strip_by_state};

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
    let pass = Pass { setting, world, factors: &factors };
    let sums = tabulate_strips(
        setting.households(),
        AT_REGION + cells,
        || (),
        |strip, table, ()| {
            wide(
                #[inline(always)]
                || pass.strip(strip.start, table),
            );
        },
        |()| (),
    );
    let monthly = |k: usize| sums[k].get() * UNIT * world.price_level;
    let mut gains = vec![0.0; cells];
    for (k, gain) in gains.iter_mut().enumerate() {
        *gain = monthly(AT_REGION + k);
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

/// Sums of the country: wages, informal wages, residents' other income, newcomers' other income, rents. Tax of
/// newcomers by region and group follows.
const AT_REGION: usize = 5;

/// The pass over households.
struct Pass<'a> {
    setting: &'a Setting,
    world: &'a World,
    /// Wage of a formal and an informal job by market.
    factors: &'a [[f32; 2]],
}

impl Pass<'_> {
    /// Adds the households of the strip that begins at slot `from`.
    #[inline(always)]
    fn strip(&self, from: usize, table: &mut [f64]) {
        let (setting, world) = (self.setting, self.world);
        let (h, people) = (&world.households, &setting.people);
        let presence = lane(&h.presence[from..]);
        let mut here = [false; STRIP];
        for k in 0..STRIP {
            here[k] = presence[k] == Presence::Present;
        }
        if !here.contains(&true) {
            return;
        }
        let residents = setting.residents.saturating_sub(from).min(STRIP);
        let (scale, income, rent, wages) = (
            lane(&people.weight[from..]),
            lane(&h.income[from..]),
            lane(&h.rent[from..]),
            lane(&world.labour.wage_income[from..]),
        );
        let [formal, informal, ..] = strip_by_state(&world.labour.work[from..]);
        let mut weight = [0.0; STRIP];
        let mut paid = [[0.0; STRIP]; 4];
        let mut mixed = [false; STRIP];
        for k in 0..STRIP {
            let scale = if here[k] { scale[k] } else { 0.0 };
            weight[k] = f64::from(scale) / UNIT;
            let other = weight[k] * (f64::from(income[k]) - f64::from(wages[k]));
            paid[0][k] = weight[k] * f64::from(wages[k].max(0.0));
            paid[1][k] = if k < residents { other } else { 0.0 };
            paid[2][k] = if k < residents { 0.0 } else { other };
            paid[3][k] = weight[k] * f64::from(rent[k].max(0.0));
            mixed[k] = here[k] && informal[k] > 0 && wages[k] > 0.0;
        }
        for (k, paid) in [0, 2, 3, 4].into_iter().zip(&paid) {
            table[k] += sum(paid);
        }
        let mut contracted = [0.0; STRIP];
        for k in 0..STRIP {
            contracted[k] = f64::from(wages[k]);
        }
        for k in ones(bits(&mixed)) {
            let i = from + k;
            let market = h.region[i] as usize * SKILLS + people.skill[i] as usize;
            let wages = contracted[k];
            contracted[k] = wages * formal_share([formal[k], informal[k]], self.factors[market]);
            table[1] += weight[k] * (wages - contracted[k]);
        }
        let p = &setting.scenario.parameters;
        let per_income = p.money.tax_sales * p.labour.spending_share;
        for k in residents..STRIP {
            if here[k] {
                let i = from + k;
                let at = h.region[i] as usize * setting.groups() + people.group[i] as usize;
                let tax = p.money.tax_wages * contracted[k] + per_income * f64::from(income[k]);
                table[AT_REGION + at] += weight[k] * tax;
            }
        }
    }
}

/// Share of a household's wages that is formal, with this many adults in formal and informal jobs.
fn formal_share(adults: [u8; 2], factors: [f32; 2]) -> f64 {
    let formal = f64::from(adults[0]) * f64::from(factors[0]);
    let all = formal + f64::from(adults[1]) * f64::from(factors[1]);
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
