//! Coordinated accounts and funded narratives: what is put into the public view from outside.
//!
//! `K` accounts act at real counts, whatever the scale. A household whose language they write in is exposed
//! in a week with chance `P = 1 - e^(-footprint K / people of those groups)`. Exposure enters what is seen
//! and nothing else: visible hostility `v + weight P (1 - v)` and the birth of rumours. People who know of
//! the network discount it (`information.accounts_awareness`): little stir after a disclosure can mean that
//! the network had little effect (a small weight) or that nobody heard of it (awareness 0). Platforms that
//! act remove a share of the accounts.
//!
//! Money for NGOs from a lever carries a narrative of sign `information.funded_narrative`: above 0 it adds to
//! the hostility seen online, below 0 it takes from it; 0 leaves only their mediation.
//!
//! Reads: the scenario. Writes: `visible_hostility`, `online_hostility`. Off: no `[[accounts]]`,
//! `accounts_weight = 0`; `funded_narrative = 0`. Cards: S0-H01, S0-H35. Source: a network in three languages
//! was disclosed (C6); its reach is unknown.

use crate::engine::math::hazard;
use crate::scenario::{Accounts, LeverKind};
use crate::world::{Context, Setting, World};

/// Share of a region's residents exposed to accounts against target `t` this week and taken in, `[0, 1]`.
pub fn exposed(ctx: &Context<'_>, r: usize, t: usize) -> f64 {
    let scenario = &ctx.setting.scenario;
    let day = i64::from(Setting::first_day(ctx.week));
    let (strength, compliance) = scenario.lever(LeverKind::PlatformAction, r, day);
    let kept = 1.0 - (strength * compliance).clamp(0.0, 1.0);
    let at_work =
        |a: &&Accounts| a.target == ctx.setting.targets[t] && day >= a.start_day && day < a.end_day;
    let mut missed: Vec<f64> = scenario
        .accounts
        .iter()
        .filter(at_work)
        .map(|a| 1.0 - reached(ctx.setting, a, r, kept))
        .collect();
    // The order of the file reaches no sum.
    missed.sort_by(f64::total_cmp);
    let aware = scenario.parameters.information.accounts_awareness;
    (1.0 - missed.iter().product::<f64>()) * (1.0 - aware)
}

/// Share of a region's residents whom one network reaches with a share `kept` of its accounts.
fn reached(setting: &Setting, network: &Accounts, r: usize, kept: f64) -> f64 {
    let addressed = |g: &usize| network.groups.is_empty() || network.groups.contains(g);
    let of_group = |r: usize, g: usize| {
        let region = &setting.scenario.regions[r];
        region.population * region.group_shares[g]
    };
    let groups: Vec<usize> = setting.group_order.iter().copied().filter(addressed).collect();
    let audience: f64 =
        (0..setting.regions()).map(|r| groups.iter().map(|&g| of_group(r, g)).sum::<f64>()).sum();
    if audience <= 0.0 {
        return 0.0;
    }
    let here: f64 = groups.iter().map(|&g| of_group(r, g)).sum();
    let share = (here / setting.scenario.regions[r].population.max(1.0)).min(1.0);
    share * hazard(network.footprint * network.count * kept / audience)
}

/// Lets accounts and funded narratives into what is seen this week.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let scenario = &ctx.setting.scenario;
    let p = &scenario.parameters.information;
    let day = i64::from(Setting::first_day(ctx.week));
    for (r, region) in world.society.regions.iter_mut().enumerate() {
        let funded = scenario.lever(LeverKind::NgoFunding, r, day).0.clamp(0.0, 1.0);
        let narrative = p.funded_narrative * funded;
        for t in 0..ctx.setting.targets.len() {
            if !scenario.accounts.is_empty() {
                let v = &mut region.visible_hostility[t];
                *v += p.accounts_weight * exposed(ctx, r, t) * (1.0 - *v);
            }
            if narrative != 0.0 {
                let seen = &mut region.online_hostility[t];
                *seen += narrative * if narrative > 0.0 { 1.0 - *seen } else { *seen };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Lever, Scenario, testing};
    use crate::world::populate::populate;

    fn network() -> Accounts {
        Accounts {
            id: "a".into(),
            count: 100.0,
            footprint: 50.0,
            target: 2,
            groups: vec![0],
            start_day: 7,
            end_day: 21,
        }
    }

    fn lever(kind: LeverKind, strength: f64) -> Lever {
        Lever {
            id: "l".into(),
            kind,
            start_day: 0,
            end_day: 1000,
            strength,
            compliance: 0.5,
            cost_per_unit: 0.0,
            regions: Vec::new(),
        }
    }

    fn at<T>(
        week: u32,
        change: impl Fn(&mut Scenario),
        look: impl Fn(&Context<'_>, World) -> T,
    ) -> T {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.05;
        scenario.accounts.push(network());
        change(&mut scenario);
        let (setting, world) = populate(scenario);
        look(&Context { setting: &setting, draws: Draws::new(1, 0), week }, world)
    }

    #[test]
    fn exposure_is_that_of_the_real_population_at_any_scale_and_only_while_they_write() {
        let share = |week, scale| at(week, |s| s.scale = scale, |ctx, _| exposed(ctx, 0, 2));
        // The audience: 70 % of 16,000 and 90 % of 10,000 people.
        let wanted = 0.7 * hazard(50.0 * 100.0 / 20_200.0);
        assert!((share(2, 0.05) - wanted).abs() < 1e-12);
        assert_eq!(share(2, 0.05), share(2, 0.2));
        assert_eq!((share(1, 0.05), share(4, 0.05)), (0.0, 0.0));
    }

    /// Share of people in the second week who see the accounts.
    fn seen(change: impl Fn(&mut Scenario)) -> f64 {
        at(2, change, |ctx, _| exposed(ctx, 0, 2))
    }

    #[test]
    fn platforms_remove_accounts() {
        let all = seen(|_| {});
        let half = seen(|s| s.levers.push(lever(LeverKind::PlatformAction, 1.0)));
        assert!(half < 0.6 * all && half > 0.4 * all, "{half} of {all}");
    }

    #[test]
    fn platforms_change_nothing_where_no_account_writes_or_everyone_sees_through_them() {
        let act = |s: &mut Scenario| s.levers.push(lever(LeverKind::PlatformAction, 1.0));
        let before = |change: &dyn Fn(&mut Scenario)| at(1, change, |ctx, _| exposed(ctx, 0, 2));
        assert_eq!((before(&act), before(&|_| {})), (0.0, 0.0));
        let aware = |s: &mut Scenario| s.parameters.information.accounts_awareness = 1.0;
        let both = |s: &mut Scenario| {
            aware(s);
            act(s);
        };
        assert_eq!((seen(both), seen(aware)), (0.0, 0.0));
    }

    #[test]
    fn accounts_are_seen_and_nothing_else_moves() {
        at(
            2,
            |_| {},
            |ctx, mut world| {
                let before = world.clone();
                step(ctx, &mut world);
                let (a, b) = (&before.society.regions[0], &world.society.regions[0]);
                assert!(b.visible_hostility[2] > a.visible_hostility[2]);
                assert_eq!(a.visible_hostility[1], b.visible_hostility[1]);
                assert_eq!(a.online_hostility, b.online_hostility);
                assert_eq!(before.society.hostility, world.society.hostility);
            },
        );
    }

    #[test]
    fn a_funded_narrative_works_in_its_sign_and_only_with_money() {
        let seen = |sign: f64, strength: f64| {
            let change = |s: &mut Scenario| {
                s.parameters.information.funded_narrative = sign;
                s.levers.push(lever(LeverKind::NgoFunding, strength));
            };
            at(2, change, |ctx, mut world| {
                let before = world.society.regions[0].online_hostility[2];
                step(ctx, &mut world);
                world.society.regions[0].online_hostility[2] - before
            })
        };
        assert!(seen(0.2, 1.0) > 0.01 && seen(-0.2, 1.0) < -0.01);
        assert_eq!((seen(0.0, 1.0), seen(0.2, 0.0)), (0.0, 0.0));
    }
}
