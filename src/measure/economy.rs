//! Indicators of work, wages, prices and wellbeing.

use super::Readings;
use super::tally::{Sum, Tally, UNIT};
use crate::engine::math::exp;
use crate::world::{Context, Flow, World};

/// Fills `unemployment`, `informal`, `inactive`, `wage`, `displaced`, `price_index`,
/// `life_satisfaction` and `tax_gain`. Model wages are capped by household income and lie below official
/// ones, so `wage` is the region's mean wage times the model's mean wage over its own at week 0.
pub fn read(ctx: &Context<'_>, world: &World, tally: &Tally, out: &mut Readings) {
    let setting = ctx.setting;
    let (regions, groups) = (setting.regions(), setting.groups());
    let cells = regions * groups;
    let [formal, informal, unemployed, inactive] =
        [Sum::Formal, Sum::Informal, Sum::Unemployed, Sum::Inactive].map(|s| tally.column(s));
    let plus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x + y).collect::<Vec<f64>>();
    let employed = plus(&formal, &informal);
    let active = plus(&employed, &unemployed);
    let wages: Vec<f64> = tally
        .column(Sum::Wages)
        .into_iter()
        .enumerate()
        .map(|(c, x)| x * UNIT * setting.employment.wage_scale[c / groups])
        .collect();
    out.mean("unemployment", None, &unemployed, &active);
    out.mean("informal", None, &informal, &employed);
    out.mean("inactive", None, &inactive, &plus(&active, &inactive));
    out.mean("wage", None, &wages, &employed);
    let satisfaction = tally.column(Sum::Satisfaction);
    out.mean("life_satisfaction", None, &satisfaction, &tally.column(Sum::Persons));
    if world.week > 0 {
        let flow = |flow: Flow, r: usize, g: usize| world.flows.get(flow, r, g);
        let displaced: Vec<f64> =
            (0..cells).map(|c| flow(Flow::Displaced, c / groups, c % groups)).collect();
        out.sum("displaced", &displaced);
        let taxes: Vec<f64> =
            (0..regions).map(|r| (0..groups).map(|g| flow(Flow::TaxGain, r, g)).sum()).collect();
        out.regional_sum("tax_gain", &taxes);
    }
    let level = |r: usize| 100.0 * world.price_level * exp(world.prices[r]);
    let prices: Vec<f64> = (0..regions).map(level).collect();
    out.regional_mean("price_index", &prices, &setting.employment.spending);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::measure::indicator;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn week_0_reads_the_regional_table() {
        let (setting, world) = populate(testing::two_towns());
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 0 };
        let tally = Tally::of(&setting, &world);
        let mut out = Readings::new(&setting, &tally);
        read(&ctx, &world, &tally, &mut out);
        let get = |id: &str| out.get(indicator(id).unwrap(), None, None, None);
        assert!((get("unemployment") - 0.05).abs() < 0.004, "{}", get("unemployment"));
        assert_eq!(get("price_index"), 100.0);
        assert!(get("life_satisfaction") > 0.4 && get("life_satisfaction") < 0.9);
        assert!(get("displaced").is_nan(), "flows are empty at week 0");
    }

    #[test]
    fn the_wage_of_week_0_is_that_of_the_regional_table_and_moves_with_the_models() {
        let mut scenario = testing::two_towns();
        scenario.regions[1].mean_wage = 200_000.0;
        let (setting, mut world) = populate(scenario);
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 0 };
        let wage = indicator("wage").unwrap();
        let tally = Tally::of(&setting, &world);
        let mut out = Readings::new(&setting, &tally);
        read(&ctx, &world, &tally, &mut out);
        let week_0 = [0, 1].map(|r| out.get(wage, None, Some(r), None));
        assert!((week_0[0] / 300_000.0 - 1.0).abs() < 1e-6, "{week_0:?}");
        assert!((week_0[1] / 200_000.0 - 1.0).abs() < 1e-6, "{week_0:?}");
        for income in &mut world.labour.wage_income {
            *income *= 1.1;
        }
        read(&ctx, &world, &Tally::of(&setting, &world), &mut out);
        let later = out.get(wage, None, Some(0), None);
        assert!((later / week_0[0] - 1.1).abs() < 1e-6, "{later}");
    }
}
