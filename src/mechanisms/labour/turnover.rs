//! Turnover alone: jobs of tenants come and go at their usual rates while every market rests at its reference.
//!
//! Burn-in of the rental market needs no more of the labour market than that: what tenants can pay spreads
//! out as it will later. Owners keep the work they were given at week 0, which is already at rest.

use super::market::Chances;
use super::{hire, leave, matches, over_households, wage_factors};
use crate::engine::draws::Purpose;
use crate::engine::math::hazard;
use crate::scenario::SKILLS;
use crate::world::{Context, Tenure, Work, World, adults_by_state};

/// One week of residents who rent or may come to rent.
pub fn turnover(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.labour;
    let lose = leave::chances(p);
    let give_up = hazard(p.discouragement);
    let factors = wage_factors(p, world);
    let chances: Vec<Chances> = setting
        .employment
        .reference
        .iter()
        .map(|m| {
            let matched = matches(m.seekers, m.vacancies);
            let hire = if m.seekers > 0.0 { matched / m.seekers } else { 0.0 };
            Chances { hire, formal: m.formal_hires, reoffer: 0.0 }
        })
        .collect();
    let mut income = std::mem::take(&mut world.households.income);
    let households = &world.households;
    over_households(&mut world.labour, &mut income, 0, |rows, _| {
        for k in 0..rows.work.len() {
            let i = rows.first + k;
            if i >= setting.residents {
                break;
            }
            if households.tenure[i] == Tenure::Owner {
                continue;
            }
            let market = rows.region[k] as usize * SKILLS + setting.people.skill[i] as usize;
            let who = setting.people.address[i];
            let [u0, u1, u2, _] =
                ctx.draws.four(who, ctx.week, Purpose::Separation, 0).map(f64::from);
            let back = setting.employment.reference[market].return_chance;
            leave::moves(setting, rows, k, [u0, u1, u2], lose, 0.0, back);
            if adults_by_state(rows.work[k])[Work::Unemployed as usize] > 0 {
                hire::search(ctx, p, rows, k, &chances, 1.0, give_up);
            }
            hire::pay(rows, k, factors[market], setting.employment.wage[i]);
        }
    });
    world.households.income = income;
}
