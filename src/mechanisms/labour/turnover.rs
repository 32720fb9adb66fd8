//! Turnover alone: jobs of tenants come and go at their usual rates while every market rests at its reference.
//!
//! Burn-in of the rental market needs no more of the labour market than that: what tenants can pay spreads
//! out as it will later. Owners keep the work they were given at week 0, which is already at rest.

use super::market::Chances;
use super::{hire, leave, matches, over_households, wage_factors};
use crate::engine::draws::{Address, Purpose, unit32};
use crate::engine::math::hazard;
use crate::engine::strips::{STRIP, bits, ones};
use crate::scenario::SKILLS;
use crate::world::{ADULTS, Context, Setting, Tenure, Work, World};

/// One week of residents who rent or may come to rent.
pub fn turnover(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.labour;
    let lose = leave::chances(p);
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
    // Slots rise from region to region.
    let tenants: Vec<u32> = setting.region_rental.concat();
    let open = vec![1.0; setting.regions()];
    let give_up = hazard(p.discouragement);
    let search = hire::Search { ctx, p, chances: &chances, open: &open, give_up };
    let draw_limits = draw_limits(setting, lose);
    let mut income = std::mem::take(&mut world.households.income);
    let households = &world.households;
    over_households(&mut world.labour, &mut income, 0, |rows, _| {
        let within = |slots: &[u32], end: usize| slots.partition_point(|&i| (i as usize) < end);
        let some = &tenants[within(&tenants, rows.first)..];
        let some = &some[..within(some, rows.first + rows.work.len())];
        let mut who = [Address(0); STRIP];
        let mut words = [[0; STRIP]; 4];
        for strip in some.chunks(STRIP) {
            for (who, &i) in who.iter_mut().zip(strip) {
                *who = setting.people.address[i as usize];
            }
            ctx.draws.blocks(&who[..strip.len()], ctx.week, Purpose::Separation, 0, &mut words);
            let mut may_change = [false; STRIP];
            for (s, &i) in strip.iter().enumerate() {
                for (work, words) in rows.work[i as usize - rows.first].iter().zip(&words) {
                    may_change[s] |= unit32(words[s]) <= draw_limits[*work as usize];
                }
            }
            // Wages rest: the others earn what they earned.
            for s in ones(bits(&may_change)) {
                let i = strip[s] as usize;
                let k = i - rows.first;
                if households.tenure[i] == Tenure::Owner {
                    continue;
                }
                let market = rows.region[k] as usize * SKILLS + setting.people.skill[i] as usize;
                let u = [0, 1, 2].map(|a| f64::from(unit32(words[a][s])));
                let back = setting.employment.reference[market].return_chance;
                leave::moves(setting, rows, k, u, lose, 0.0, back);
                for a in 0..ADULTS {
                    if rows.work[k][a] == Work::Unemployed {
                        let u = ctx.draws.four(who[s], ctx.week, Purpose::JobMatch, a as u32);
                        search.one(rows, k, a, u);
                    }
                }
                hire::pay(rows, k, factors[market], setting.employment.wage[i]);
            }
        }
    });
    world.households.income = income;
}

/// Draws up to which an adult may change, by what it does ([`Work`]): those who seek always may.
fn draw_limits(setting: &Setting, lose: [f64; 2]) -> [f32; 5] {
    let back = setting.employment.reference.iter().map(|m| m.return_chance as f32);
    [lose[0] as f32, lose[1] as f32, 1.0, back.fold(0.0, f32::max), -1.0]
}
