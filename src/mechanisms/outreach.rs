//! Outreach: schooling and conversation, as far as they reach contact and threat.
//!
//! An education campaign makes meaningful contact more (or, if it misfires, less) common: contact on offer
//! becomes `(1 + contact.education e)` times what it was, `e` being strength times compliance. Conversations
//! without judgement leave less of what the media and other states' doings do to threat:
//! `(1 - threat.dialogue e)`. Neither touches an attitude; both may do nothing, which is one reading of them.
//!
//! Read by contact and threat. Writes: lever cost (from contact). Off: no lever of the two kinds, or both
//! parameters 0. Source: E46, E48.

use crate::scenario::LeverKind;
use crate::world::{Context, Flow, Setting, World};

/// Strength times compliance by region.
fn reach(ctx: &Context<'_>, kind: LeverKind) -> Vec<f64> {
    let day = i64::from(Setting::first_day(ctx.week));
    (0..ctx.setting.regions())
        .map(|r| {
            let (strength, compliance) = ctx.setting.scenario.lever(kind, r, day);
            (strength * compliance).clamp(0.0, 1.0)
        })
        .collect()
}

/// By region, contact on offer under education over that without; 1 where there is none.
pub fn contact(ctx: &Context<'_>) -> Vec<f32> {
    let gain = ctx.setting.scenario.parameters.contact.education;
    reach(ctx, LeverKind::Education).iter().map(|e| (1.0 + gain * e).max(0.0) as f32).collect()
}

/// By region, what is left of threat from the media and from states under dialogue; 1 where there is none.
pub fn calm(ctx: &Context<'_>) -> Vec<f32> {
    let gain = ctx.setting.scenario.parameters.threat.dialogue;
    let left = |e: &f64| (1.0 - gain * e).clamp(0.0, 1.0) as f32;
    reach(ctx, LeverKind::NarrativeDialogue).iter().map(left).collect()
}

/// Writes down what both cost: by person reached.
pub fn pay(ctx: &Context<'_>, world: &mut World) {
    let groups = ctx.setting.groups();
    let day = i64::from(Setting::first_day(ctx.week));
    for kind in [LeverKind::Education, LeverKind::NarrativeDialogue] {
        for (r, e) in reach(ctx, kind).into_iter().enumerate() {
            let cost = e * ctx.setting.scenario.unit_cost(kind, r, day);
            if cost > 0.0 {
                for &g in &ctx.setting.group_order {
                    let persons = world.conduct.persons[r * groups + g];
                    world.flows.add(Flow::LeverCost, r, g, cost * persons);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::mechanisms::{contact, threat};
    use crate::scenario::{Lever, Scenario, testing};
    use crate::world::populate::populate;

    /// Contact and threat toward the minority, summed over households, after a week.
    fn after(change: impl FnOnce(&mut Scenario), kind: LeverKind, strength: f64) -> (f64, f64) {
        let mut scenario = testing::two_towns();
        change(&mut scenario);
        scenario.levers.push(Lever {
            id: "outreach".into(),
            kind,
            start_day: 0,
            end_day: 1000,
            strength,
            compliance: 1.0,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        });
        let (setting, mut world) = populate(scenario);
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
        contact::step(&ctx, &mut world);
        threat::step(&ctx, &mut world);
        let sum = |column: &[f32]| column.iter().skip(1).step_by(3).map(|x| f64::from(*x)).sum();
        (sum(&world.society.contact), sum(&world.society.threat))
    }

    fn taught(gain: f64, strength: f64) -> f64 {
        after(|s| s.parameters.contact.education = gain, LeverKind::Education, strength).0
    }

    #[test]
    fn education_adds_contact() {
        assert!(taught(0.3, 1.0) > taught(0.3, 0.0));
    }

    #[test]
    fn education_takes_contact_where_it_misfires_and_does_nothing_without_effect() {
        let none = taught(0.3, 0.0);
        assert!(taught(-0.1, 1.0) < none);
        assert_eq!(taught(0.0, 1.0), none, "one reading: nothing");
    }

    fn talked(gain: f64, strength: f64) -> f64 {
        let set = |s: &mut Scenario| s.parameters.threat.dialogue = gain;
        after(set, LeverKind::NarrativeDialogue, strength).1
    }

    #[test]
    fn dialogue_lowers_threat() {
        assert!(talked(0.2, 1.0) < talked(0.2, 0.0));
    }

    #[test]
    fn dialogue_does_nothing_without_effect() {
        assert_eq!(talked(0.0, 1.0), talked(0.2, 0.0));
    }
}
