//! Screening inside the country by reports: newcomers whom residents report are removed, rightly or not.
//!
//! Whether a household sides with another state is drawn once, with the share of its wave. Under the lever a
//! household that does is removed with hazard `tip_rate` a week times strength and compliance, one that does
//! not with `false_rate` times that. The second kind is counted apart, by group: a harm that no figure of
//! merit may hide. The authorities do not know which is which.
//!
//! Part of the mechanism `exit`, which takes the household out of the country. Reads: presence, region. Writes:
//! as exit; `removals`, `wrongful_removals`, lever cost. Off: no lever of kind `reports_screening`. Source: ours;
//! rates are assumptions over the claimed range.

use serde::{Deserialize, Serialize};

use crate::engine::draws::Purpose;
use crate::engine::math::hazard;
use crate::scenario::LeverKind;
use crate::world::{Context, Flow, Setting, World};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Hazard per week that a newcomer household that sides with another state is reported and removed.
    pub tip_rate: f64,
    /// That of a household that does not, over it.
    pub false_rate: f64,
}

/// Households to be removed this week, and which of them wrongly, in order of their slots.
pub fn removed(ctx: &Context<'_>, world: &World) -> Vec<(usize, bool)> {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.screening;
    let day = i64::from(Setting::first_day(ctx.week));
    // By region: hazard of those who side with another state and of the others.
    let hazards: Vec<[f64; 2]> = (0..setting.regions())
        .map(|r| {
            let (strength, compliance) =
                setting.scenario.lever(LeverKind::ReportsScreening, r, day);
            let rate = p.tip_rate * strength * compliance;
            [hazard(rate), hazard(rate * p.false_rate)]
        })
        .collect();
    if hazards.iter().all(|h| h[0] == 0.0) {
        return Vec::new();
    }
    (setting.residents..setting.households())
        .filter(|&i| world.households.here(i))
        .filter_map(|i| {
            let who = setting.people.address[i];
            let wave = &setting.scenario.waves[setting.people.wave[i] as usize];
            let sides = ctx.draws.chance(wave.pro_state_share, who, 0, Purpose::Views, 0);
            let chance = hazards[world.households.region[i] as usize][usize::from(!sides)];
            let out = ctx.draws.chance(chance, who, ctx.week, Purpose::Removal, 0);
            out.then_some((i, !sides))
        })
        .collect()
}

/// Counts a removal and what it cost; call it before the household is taken out.
pub fn count(ctx: &Context<'_>, world: &mut World, i: usize, wrong: bool) {
    let setting = ctx.setting;
    let (r, g) = (world.households.region[i] as usize, setting.people.group[i] as usize);
    let persons = setting.persons(i, world.households.persons[i]);
    let day = i64::from(Setting::first_day(ctx.week));
    let cost = setting.scenario.unit_cost(LeverKind::ReportsScreening, r, day) * persons;
    world.flows.add(Flow::Removals, r, g, persons);
    if wrong {
        world.flows.add(Flow::WrongfulRemovals, r, g, persons);
    }
    if cost > 0.0 {
        world.flows.add(Flow::LeverCost, r, g, cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Lever, testing};
    use crate::world::Presence;
    use crate::world::populate::populate;

    /// Households removed in a year rightly and wrongly, of those invited.
    fn year(strength: f64, sides: f64, false_rate: f64, invited: bool) -> (usize, usize) {
        let mut scenario = testing::two_towns();
        scenario.waves[0].pro_state_share = sides;
        scenario.parameters.screening.false_rate = false_rate;
        scenario.levers.push(Lever {
            id: "reports".into(),
            kind: LeverKind::ReportsScreening,
            start_day: 0,
            end_day: 1000,
            strength,
            compliance: 1.0,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        });
        let (setting, mut world) = populate(scenario);
        if invited {
            for i in setting.residents..setting.households() {
                world.households.presence[i] = Presence::Present;
            }
        }
        let (mut right, mut wrong) = (0, 0);
        for week in 1..=52 {
            let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week };
            for (i, by_mistake) in removed(&ctx, &world) {
                world.households.presence[i] = Presence::Left;
                right += usize::from(!by_mistake);
                wrong += usize::from(by_mistake);
            }
        }
        (right, wrong)
    }

    #[test]
    fn without_false_reports_only_those_who_side_with_another_state_are_removed() {
        let (right, wrong) = year(1.0, 0.5, 0.0, true);
        assert!(right > 10 && wrong == 0, "{right} {wrong}");
        assert_eq!(year(0.0, 0.5, 0.5, true), (0, 0), "no strength");
        assert_eq!(year(1.0, 0.5, 0.5, false), (0, 0), "nobody there");
    }

    #[test]
    fn where_few_side_with_another_state_most_removals_are_wrong() {
        let (right, wrong) = year(1.0, 0.1, 0.5, true);
        assert!(wrong > 2 * right, "{right} {wrong}");
        assert!(year(1.0, 0.1, 0.2, true).1 < wrong);
    }
}
