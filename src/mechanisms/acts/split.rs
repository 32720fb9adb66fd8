//! What changes the probability of acting and the norm, part by part, for those who trace them.
//!
//! The probability is a product, `opportunity * rested * S(x)`: its change is shared out over the orders in
//! which the factors could change. The change of `S` goes to the terms of `x` in proportion to how far each
//! has moved since last week; that of the grievance, hostility times threat, is shared out like a product.

use super::Made;
use crate::engine::math::logistic;
use crate::engine::shares::{of_product, per_unit};
use crate::mechanisms::part::Part;
use crate::world::Setting;

/// Parts of the probability of acting, in order.
pub const PARTS: [Part; 7] = [
    Part::new("acts.hostility", "hostility", &["acts.grievance"]),
    Part::new("acts.threat", "threat felt", &["acts.grievance"]),
    Part::new("acts.norm", "the peaceful norm", &["acts.norm_weight"]),
    Part::new("acts.sanction", "sanctions expected", &["response.sanction_learning"]),
    Part::new("acts.imitation", "others who act", &["acts.imitation", "acts.imitated_from"]),
    Part::new("acts.fatigue", "fatigue", &["acts.fatigue_gain"]),
    Part::new("acts.rung", "what is open to do", &["acts.opportunity_discrimination"]),
];

/// Parts of the norm, in order.
pub const NORM: [Part; 2] = [
    Part::new("norm.erosion", "others who act", &["acts.norm_erosion", "acts.norm_tipping"]),
    Part::new("norm.return", "coming back", &["acts.norm_weeks"]),
];

/// What the probability of acting of a household is made of, with the fatigue of its region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// See [`Made`].
    pub made: Made,
    /// Fatigue as the household found it.
    pub fatigue: f64,
}

/// The factors of the probability and the terms of the utility over the noise.
struct Terms {
    factors: [f64; 3],
    /// Norm, sanction, imitation, cost and threshold.
    others: [f64; 4],
    /// Hostility and threat.
    grievance: [f64; 2],
    x: f64,
}

fn terms(setting: &Setting, i: usize, state: &State) -> Terms {
    let p = &setting.scenario.parameters.acts;
    let made = &state.made;
    let grievance = made.grievance.map(f64::from);
    let caution = f64::from(setting.traits.risk_aversion[i]);
    let others = [
        -p.norm_weight * f64::from(made.norm),
        -caution * f64::from(made.sanction),
        p.imitation * f64::from(made.seen),
        -p.costs()[made.rung] - f64::from(setting.traits.threshold[i]),
    ]
    .map(|u| u / p.noise);
    let x = p.grievance / p.noise * grievance[0] * grievance[1] + others.iter().sum::<f64>();
    let rested = if made.rung == 0 { 1.0 } else { 1.0 - state.fatigue };
    Terms { factors: [p.opportunities()[made.rung], rested, logistic(x)], others, grievance, x }
}

/// The probability of acting at discrimination or above, in double precision.
pub fn probability(setting: &Setting, i: usize, state: &State) -> f64 {
    terms(setting, i, state).factors.iter().product()
}

/// The change of that probability of household `i` from one week to the next, by [`PARTS`].
pub fn change(setting: &Setting, i: usize, before: &State, after: &State) -> [f64; PARTS.len()] {
    let p = &setting.scenario.parameters.acts;
    let (a, b) = (terms(setting, i, before), terms(setting, i, after));
    let [open, rested, willing] = of_product(a.factors, b.factors);
    let moved = b.x - a.x;
    let middle = logistic(f64::midpoint(a.x, b.x));
    let rise = b.factors[2] - a.factors[2];
    // The factor's share over its change; without a change there is nothing to scale.
    let scale = if rise == 0.0 { 0.0 } else { willing / rise };
    let per = scale * per_unit(rise, moved, middle * (1.0 - middle));
    let grievance = of_product(a.grievance, b.grievance).map(|x| p.grievance / p.noise * x * per);
    let term = |k: usize| (b.others[k] - a.others[k]) * per;
    [grievance[0], grievance[1], term(0), term(1), term(2), rested, open + term(3)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::populate::conduct::testing::town;
    use proptest::prelude::*;

    fn state(x: [f32; 5], rung: usize, fatigue: f64) -> State {
        let [h, t, norm, sanction, seen] = x;
        State { made: Made { grievance: [h, t], norm, sanction, seen, rung }, fatigue }
    }

    #[test]
    fn an_input_that_alone_moves_has_all_of_the_change() {
        let (setting, _) = town();
        let at = [0.5, 0.4, 0.6, 0.2, 0.1];
        let before = state(at, 1, 0.1);
        for (k, part) in [0, 1, 2, 3, 4].into_iter().enumerate() {
            let mut moved = at;
            moved[k] += 0.2;
            let after = state(moved, 1, 0.1);
            let rows = change(&setting, 3, &before, &after);
            let whole = probability(&setting, 3, &after) - probability(&setting, 3, &before);
            assert!((rows[part] - whole).abs() < 1e-15 && whole != 0.0, "{k}");
            assert!(rows.iter().enumerate().all(|(j, x)| j == part || *x == 0.0), "{k}: {rows:?}");
        }
        let tired = state(at, 1, 0.4);
        let rows = change(&setting, 3, &before, &tired);
        assert!(rows[5] < 0.0 && rows.iter().enumerate().all(|(j, x)| j == 5 || *x == 0.0));
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_change(
            a in prop::array::uniform5(0.0..1.0_f32),
            b in prop::array::uniform5(0.0..1.0_f32),
            fatigue in prop::array::uniform2(0.0..0.9_f64),
            rung in prop::array::uniform2(0_usize..2),
        ) {
            let (setting, _) = fixture();
            let (before, after) = (state(a, rung[0], fatigue[0]), state(b, rung[1], fatigue[1]));
            let whole = probability(setting, 5, &after) - probability(setting, 5, &before);
            let rows = change(setting, 5, &before, &after);
            prop_assert!((rows.iter().sum::<f64>() - whole).abs() < 1e-12);
        }
    }

    fn fixture() -> &'static (Setting, crate::world::World) {
        static TOWN: std::sync::OnceLock<(Setting, crate::world::World)> =
            std::sync::OnceLock::new();
        TOWN.get_or_init(town)
    }
}
