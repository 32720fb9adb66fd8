//! Other weights of the tension index: does the comparison hang on the weights we chose?

use super::outcomes::{Pairing, Reducer};
use super::paired::Moments;
use crate::engine::draws::{Address, Kind, Purpose};
use crate::measure::{Key, indicator, tension};
use crate::scenario::Scenario;

/// Random weightings drawn.
pub const WEIGHTINGS: u32 = 1000;

/// What 1,000 random weightings of the tension components say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weightings {
    /// Components that both scenarios measure.
    pub components: u32,
    /// Share of weightings in which the baseline has less tension.
    pub baseline_less: f64,
    /// Share in which it has, and the interval leaves out zero.
    pub baseline_less_resolved: f64,
    /// Share in which the other scenario has less.
    pub other_less: f64,
    /// Share in which it has, and the interval leaves out zero.
    pub other_less_resolved: f64,
}

/// Weights drawn from a Dirichlet distribution with all parameters 1, so that every weighting is as likely as
/// another. Each component is the score of the scenario's index without its weight, from 0 to 100, as a mean over weeks.
pub fn weightings(pairing: &Pairing<'_>, variant: usize) -> Weightings {
    let runs = pairing.runs;
    let scores = |v: usize, k: usize| -> Option<Vec<f64>> {
        let weight = normalised(&runs.scenarios[v])[k];
        let id = indicator(tension::IDS[k])? as u16;
        let at = runs.position(Key { region: None, group: None, target: None, indicator: id })?;
        // A component without weight leaves no points to read its score from.
        (weight > 0.0).then(|| {
            pairing
                .outcome(v, at, Reducer::Mean)
                .into_iter()
                .map(|points| points / weight)
                .collect()
        })
    };
    let mut differences: Vec<Vec<f64>> = Vec::new();
    for k in 0..tension::IDS.len() {
        if let (Some(a), Some(b)) = (scores(0, k), scores(variant, k)) {
            differences.push(a.into_iter().zip(b).map(|(a, b)| b - a).collect());
        }
    }
    let who = Address::new(Kind::Place, 0, 2);
    let mut counts = [0_u32; 4];
    for round in 0..WEIGHTINGS {
        // Exponential variates over their sum are Dirichlet.
        let raw: Vec<f64> = (0..differences.len() as u32)
            .map(|k| -libm::log(pairing.draws().uniform(who, round, Purpose::Weighting, k)))
            .collect();
        let all: f64 = raw.iter().sum();
        let d: Vec<f64> = (0..runs.replicates())
            .map(|r| raw.iter().zip(&differences).map(|(w, d)| w / all * d[r]).sum())
            .collect();
        let moments = Moments::of(&d);
        let half = pairing.t() * moments.standard_error();
        counts[0] += u32::from(moments.mean > 0.0);
        counts[1] += u32::from(moments.mean - half > 0.0);
        counts[2] += u32::from(moments.mean < 0.0);
        counts[3] += u32::from(moments.mean + half < 0.0);
    }
    let [baseline_less, baseline_less_resolved, other_less, other_less_resolved] =
        counts.map(|n| f64::from(n) / f64::from(WEIGHTINGS));
    Weightings {
        components: differences.len() as u32,
        baseline_less,
        baseline_less_resolved,
        other_less,
        other_less_resolved,
    }
}

fn normalised(scenario: &Scenario) -> Vec<f64> {
    let weights = scenario.parameters.tension.weights();
    let all: f64 = weights.iter().sum();
    weights.iter().map(|w| if all > 0.0 { w / all } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::variants::testing::runs;
    use super::*;
    use crate::measure::INDICATORS;

    #[test]
    fn less_in_every_component_is_less_under_every_weighting() {
        let runs = runs(2, |v, r, _, _| 5.0 + f64::from(r) - v as f64);
        let found = weightings(&Pairing::new(&runs), 1);
        assert_eq!(
            (found.other_less, found.other_less_resolved, found.baseline_less),
            (1.0, 1.0, 0.0)
        );
        assert_eq!(found.components, 6);
    }

    /// One component falls by as much as another rises, both unweighted: each is ahead in half of the weightings.
    #[test]
    fn a_trade_between_two_components_splits_the_weightings() {
        let runs = runs(2, |v, r, _, key| {
            let weight = if INDICATORS[usize::from(key.indicator)].id == "tension.hostility" {
                0.25
            } else {
                0.15
            };
            let sign = match INDICATORS[usize::from(key.indicator)].id {
                "tension.hostility" => 1.0,
                "tension.fear" => -1.0,
                _ => 0.0,
            };
            f64::from(r) + sign * weight * v as f64
        });
        let found = weightings(&Pairing::new(&runs), 1);
        assert!((found.baseline_less - 0.5).abs() < 0.06, "{found:?}");
        assert_eq!(found.baseline_less + found.other_less, 1.0);
    }
}
