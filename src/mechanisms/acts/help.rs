//! Help: who is ready to help those without a home of their own, and how much of that is called on.
//!
//! Readiness has the form of an act, with empathy and the norm for it and grievance against it:
//! `S((w_e empathy + w_n norm - alpha max_g(h_g T_g) - cost) / sigma)`. What is called on is limited by
//! need: `help = ready (1 - e^(-demand / ready))`, demand being helpers per household in need times the
//! share of households in need. Cards: S1-H20, S1-H23. Off: `acts.helpers_per_need` 0.

use crate::engine::math::exp;
use crate::world::{Context, World};

/// Sets readiness and help of each region; `need` is the number of households in need, full scale.
pub fn settle(ctx: &Context<'_>, world: &mut World, need: &[f64]) {
    let p = &ctx.setting.scenario.parameters.acts;
    let groups = ctx.setting.groups();
    for (r, region) in world.society.regions.iter_mut().enumerate() {
        let range = r * groups..(r + 1) * groups;
        let households: f64 = world.conduct.households[range.clone()].iter().sum();
        let ready: f64 = world.conduct.helpers[range].iter().sum();
        if households <= 0.0 || ready <= 0.0 {
            (region.help, region.help_willing) = (0.0, 0.0);
            continue;
        }
        region.help_willing = ready / households;
        region.help = region.help_willing * called_on(p.helpers_per_need * need[r] / ready);
    }
}

/// Share of the ready who are called on when `demand` helpers are wanted per ready one.
pub fn called_on(demand: f64) -> f64 {
    1.0 - exp(-demand)
}
