//! What `ablate` finds: each part taken out by itself, against the scenario as it is.
//!
//! The difference is a *causal share*: what the outcome loses or gains when the part is not there. Parts work together,
//! so the shares of several parts do not add up to the whole.

use std::fmt::Write as _;

use super::comparison_tables::paired;
use super::outcomes::{Pairing, Reducer};
use super::output::label;
use super::paired::Paired;
use crate::measure::INDICATORS;

/// Indicators that are told, for the whole country and everyone.
const MAIN: &[&str] = &[
    "tension",
    "tension_cohort",
    "hostility",
    "fear",
    "favourable_share",
    "asking_rent",
    "sitting_rent",
    "homeless",
    "evictions",
    "unemployment",
    "displaced_believed",
    "queue_services",
    "life_satisfaction",
    "trust_courts",
    "trust_police",
    "trust_authorities",
    "incidents",
    "exits",
    "segregation",
];
/// Indicators whose worst week is the lowest.
const DOWN: &[&str] =
    &["favourable_share", "life_satisfaction", "trust_courts", "trust_police", "trust_authorities"];

/// One outcome without one part, against the scenario as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Position of the scenario without the part.
    pub variant: usize,
    /// Position of the key.
    pub k: usize,
    /// How its weeks became one number.
    pub reducer: Reducer,
    /// Without the part minus as it is.
    pub paired: Paired,
}

/// All effects, scenario by scenario, in the order of the table.
pub fn ablate(pairing: &Pairing<'_>) -> Vec<Effect> {
    let keys = &pairing.runs.plan.keys;
    let id = |k: usize| INDICATORS[usize::from(keys[k].indicator)].id;
    let mut out = Vec::new();
    for variant in 1..pairing.runs.labels.len() {
        for k in 0..keys.len() {
            let whole = keys[k].region.is_none() && keys[k].group.is_none();
            if !whole || !MAIN.contains(&id(k)) {
                continue;
            }
            let worst = if DOWN.contains(&id(k)) { Reducer::Low } else { Reducer::Peak };
            for reducer in [Reducer::Mean, worst, Reducer::End] {
                let paired = pairing.reduced(0, variant, k, reducer);
                if paired.n > 0 {
                    out.push(Effect { variant, k, reducer, paired });
                }
            }
        }
    }
    out
}

/// `ablation.csv`.
pub fn ablation_csv(pairing: &Pairing<'_>, effects: &[Effect]) -> String {
    let runs = pairing.runs;
    let mut text = String::from(
        "a,b,region,group,target,indicator,reducer,mean,lo,hi,q05,q95,p_less,corr,n\n",
    );
    for e in effects {
        let what = label(runs.baseline(), runs.plan.keys[e.k]);
        let (a, b) = (&runs.labels[0], &runs.labels[e.variant]);
        let _ = write!(text, "{a},{b},{what},{},", e.reducer.name());
        paired(&mut text, &e.paired);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::variants::testing::runs;
    use super::*;

    #[test]
    fn each_part_has_mean_worst_and_last_week_of_each_outcome() {
        let runs = runs(3, |v, r, w, _| f64::from(r) + w as f64 - 0.5 * v as f64);
        let pairing = Pairing::new(&runs);
        let effects = ablate(&pairing);
        assert_eq!(effects.len(), 2 * 3 * MAIN.len());
        assert!(effects.iter().all(|e| e.paired.mean == -0.5 * e.variant as f64));
        let csv = ablation_csv(&pairing, &effects);
        assert!(csv.contains("\nvariant-0,variant-2,all,all,,tension,peak,-1,-1,-1,-1,-1,1,1,6\n"));
        assert!(csv.contains(",trust_courts,low,"));
    }
}
