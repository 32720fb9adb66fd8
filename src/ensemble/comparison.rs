//! What `compare` finds: every value paired, curves with their bands, harms by group, cost against
//! effect, and other weights of the tension index. Nothing is ranked and nothing is called best.

use rayon::prelude::*;

use super::outcomes::{Pairing, Reducer};
use super::paired::{Curve, Paired, Ratio, ratio, simultaneous};
use super::variants::Runs;
use super::weightings::{Weightings, weightings};
use crate::measure::{INDICATORS, Key, indicator};

/// Indicators whose national curves get a simultaneous band.
pub const CURVES: &[&str] = &[
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
    "queue_border",
    "queue_services",
    "trust_courts",
    "trust_police",
    "trust_authorities",
    "incidents",
    "exits",
    "segregation",
    "lever_cost",
];

/// Harms of the ledger: indicator, and how its weeks add up. Those this version does not measure are left out.
const HARMS: &[(&str, Reducer)] = &[
    ("evictions", Reducer::Total),
    ("homeless", Reducer::Mean),
    ("displaced", Reducer::Total),
    ("exits", Reducer::Total),
    ("wrongful_removals", Reducer::Total),
    ("treatment_gap", Reducer::Mean),
    ("lever_cost", Reducer::Total),
];

/// Effects that cost is held against; of each, less is meant as better.
const EFFECTS: &[(&str, Reducer)] = &[
    ("tension", Reducer::Mean),
    ("hostility", Reducer::Mean),
    ("incidents", Reducer::Total),
    ("evictions", Reducer::Total),
    ("homeless", Reducer::Mean),
];

/// A curve of the whole country for everyone or one group.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyCurve {
    /// Position of its key.
    pub k: usize,
    /// The curve with its band.
    pub curve: Curve,
}

/// One line of the harm ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Harm {
    /// Group, or everyone.
    pub group: Option<usize>,
    /// Id of the indicator, or `incidents_suffered`.
    pub id: &'static str,
    /// How its weeks add up.
    pub reducer: Reducer,
    /// Other scenario against the baseline.
    pub paired: Paired,
}

/// Cost of a policy held against one effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// Id of the indicator that falls.
    pub id: &'static str,
    /// How its weeks add up.
    pub reducer: Reducer,
    /// The change of the indicator.
    pub effect: Paired,
    /// The change of cost in all.
    pub cost: Paired,
    /// Cost per unit by which the indicator falls, where that can be said.
    pub ratio: Option<Ratio>,
    /// Why there is a ratio or none: `ratio`, `no_cost`, `not_resolved`, `rises`.
    pub verdict: &'static str,
}

/// One scenario against the baseline.
#[derive(Debug, Clone)]
pub struct Against {
    /// Position of the scenario in [`Runs::labels`].
    pub variant: usize,
    /// Every key in every week, key-major as in bands: `[k * length + week]`.
    pub cells: Vec<Paired>,
    /// Curves with bands.
    pub curves: Vec<KeyCurve>,
    /// Each national series for everyone as one number: its key, how it was reduced, the comparison.
    pub changes: Vec<(usize, Reducer, Paired)>,
    /// Harms, by kind and group.
    pub harms: Vec<Harm>,
    /// Cost against effects; empty where neither scenario has a policy.
    pub costs: Vec<Cost>,
    /// Other weights of the tension index.
    pub weightings: Weightings,
}

/// All scenarios against the first.
pub fn compare(pairing: &Pairing<'_>) -> Vec<Against> {
    let runs = pairing.runs;
    let others: Vec<usize> = (1..runs.labels.len()).collect();
    let curves = curves(pairing, &others);
    others
        .iter()
        .zip(curves)
        .map(|(&variant, curves)| Against {
            variant,
            cells: cells(pairing, variant),
            curves,
            changes: changes(pairing, variant),
            harms: harms(pairing, variant),
            costs: costs(pairing, variant),
            weightings: weightings(pairing, variant),
        })
        .collect()
}

fn cells(pairing: &Pairing<'_>, variant: usize) -> Vec<Paired> {
    let (keys, length) = (pairing.runs.plan.keys.len(), pairing.runs.length());
    (0..keys)
        .into_par_iter()
        .flat_map_iter(|k| (0..length).map(move |w| pairing.week(0, variant, k, w)))
        .collect()
}

/// National curves of each scenario, each with a band of its own: a scenario in which few weeks have a value must not
/// widen the bands of the others.
fn curves(pairing: &Pairing<'_>, others: &[usize]) -> Vec<Vec<KeyCurve>> {
    let keys = &pairing.runs.plan.keys;
    let wanted = |key: &Key| CURVES.contains(&INDICATORS[usize::from(key.indicator)].id);
    let positions: Vec<usize> =
        (0..keys.len()).filter(|k| keys[*k].region.is_none() && wanted(&keys[*k])).collect();
    let by_key: Vec<Vec<Curve>> = positions
        .par_iter()
        .map(|&k| {
            let band = |&v: &usize| {
                simultaneous(&[pairing.differences(0, v, k)], pairing.draws()).1.remove(0)
            };
            others.iter().map(band).collect()
        })
        .collect();
    let of = |c: usize| {
        let curve =
            |(k, curves): (&usize, &Vec<Curve>)| KeyCurve { k: *k, curve: curves[c].clone() };
        positions.iter().zip(&by_key).map(curve).collect()
    };
    (0..others.len()).map(of).collect()
}

/// How the weeks of an indicator add up to one number.
pub fn natural(id: &str) -> Reducer {
    match indicator(id).map(|i| &INDICATORS[i]) {
        Some(i) if i.flow && i.aggregation == crate::measure::Aggregation::Sum => Reducer::Total,
        _ => Reducer::Mean,
    }
}

fn changes(pairing: &Pairing<'_>, variant: usize) -> Vec<(usize, Reducer, Paired)> {
    let keys = &pairing.runs.plan.keys;
    let national = |k: &usize| keys[*k].region.is_none() && keys[*k].group.is_none();
    (0..keys.len())
        .filter(national)
        .map(|k| {
            let reducer = natural(INDICATORS[usize::from(keys[k].indicator)].id);
            (k, reducer, pairing.reduced(0, variant, k, reducer))
        })
        .filter(|(_, _, p)| p.n > 0)
        .collect()
}

fn position(runs: &Runs, id: &str, group: Option<usize>) -> Option<usize> {
    let group = group.map(|g| g as u16);
    runs.position(Key { region: None, group, target: None, indicator: indicator(id)? as u16 })
}

fn harms(pairing: &Pairing<'_>, variant: usize) -> Vec<Harm> {
    let runs = pairing.runs;
    let who = || std::iter::once(None).chain(runs.baseline().listed.iter().copied().map(Some));
    let mut out = Vec::new();
    for &(id, reducer) in HARMS {
        for group in who() {
            if let Some(k) = position(runs, id, group) {
                out.push(Harm {
                    group,
                    id,
                    reducer,
                    paired: pairing.reduced(0, variant, k, reducer),
                });
            }
        }
    }
    for group in who() {
        let paired = pairing.compare(&suffered(runs, 0, group), &suffered(runs, variant, group));
        out.push(Harm { group, id: "incidents_suffered", reducer: Reducer::Total, paired });
    }
    out.retain(|h| h.paired.n > 0);
    out
}

/// Incidents directed at a group, or at any, in each replicate.
fn suffered(runs: &Runs, variant: usize, group: Option<usize>) -> Vec<f64> {
    // Each scenario works its groups in an order of its own; their ids and their order in the file agree.
    let place = |g| runs.baseline().listed.iter().position(|&other| other == g);
    let group = group.and_then(place).map(|at| runs.scenarios[variant].listed[at]);
    let at = |f: &super::Finished| {
        let meant = |i: &&crate::world::conduct::Incident| {
            i.day >= 0 && group.is_none_or(|g| usize::from(i.target) == g)
        };
        f.incidents.iter().filter(meant).count() as f64
    };
    runs.finished[variant].iter().map(at).collect()
}

fn costs(pairing: &Pairing<'_>, variant: usize) -> Vec<Cost> {
    let runs = pairing.runs;
    if runs.baseline().levers.is_empty() && runs.scenarios[variant].levers.is_empty() {
        return Vec::new();
    }
    let Some(price) = position(runs, "lever_cost", None) else { return Vec::new() };
    let minus = |k: usize, reducer: Reducer, sign: f64| -> Vec<f64> {
        let (a, b) = (pairing.outcome(0, k, reducer), pairing.outcome(variant, k, reducer));
        a.into_iter().zip(b).map(|(a, b)| sign * (b - a)).collect()
    };
    let cost = pairing.reduced(0, variant, price, Reducer::Total);
    let mut out = Vec::new();
    for &(id, reducer) in EFFECTS {
        let Some(k) = position(runs, id, None) else { continue };
        let effect = pairing.reduced(0, variant, k, reducer);
        let quotient =
            ratio(&minus(price, Reducer::Total, 1.0), &minus(k, reducer, -1.0), pairing.t());
        let (ratio, verdict) = match quotient {
            _ if cost.mean == 0.0 || cost.mean.is_nan() => (None, "no_cost"),
            _ if !effect.resolved() => (None, "not_resolved"),
            _ if effect.mean > 0.0 => (None, "rises"),
            Some(ratio) => (Some(ratio), "ratio"),
            None => (None, "not_resolved"),
        };
        out.push(Cost { id, reducer, effect, cost, ratio, verdict });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::variants::testing::runs;
    use super::*;

    fn id(key: &Key) -> &'static str {
        INDICATORS[usize::from(key.indicator)].id
    }

    #[test]
    fn a_policy_without_effect_has_no_ratio_and_is_not_resolved() {
        let noise = |r: u32, w: usize| f64::from((r * 7 + w as u32 * 3) % 5);
        let runs = runs(2, |v, r, w, key| match id(key) {
            "lever_cost" => 100.0 * v as f64,
            "tension" if v == 1 => noise(r + 3, w),
            _ => noise(r, w),
        });
        let found = compare(&Pairing::new(&runs));
        let tension = |a: &Against| {
            a.changes.iter().find(|c| id(&runs.plan.keys[c.0]) == "tension").unwrap().2
        };
        assert!(!tension(&found[0]).resolved());
    }

    #[test]
    fn a_shift_is_outside_zero_in_every_week() {
        let runs = runs(3, |v, r, w, key| {
            let shift = if id(key) == "tension" { -2.0 * v as f64 } else { 0.0 };
            f64::from((r * 5 + w as u32 + v as u32) % 3) * 0.1 + shift
        });
        let found = compare(&Pairing::new(&runs));
        let national = |c: &&KeyCurve| id(&runs.plan.keys[c.k]) == "tension";
        let tension = found[0].curves.iter().find(national).unwrap();
        assert_eq!(tension.curve.apart(), [(0, 12)]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_scenario_with_few_values_does_not_widen_the_bands_of_others() {
        let noise = |v: usize, r: u32, w: usize| f64::from((r * 5 + w as u32 + v as u32) % 3);
        let full = |v: usize, r: u32, w: usize, _: &Key| noise(v, r, w);
        let gaps = |v: usize, r: u32, w: usize, _: &Key| {
            if v == 2 && r < 2 { f64::NAN } else { noise(v, r, w) }
        };
        let (alone, beside) = (runs(2, full), runs(3, gaps));
        let first = |runs: &Runs| compare(&Pairing::new(runs))[0].curves[0].curve.clone();
        assert_eq!(first(&alone), first(&beside));
    }

    #[test]
    fn a_week_adds_its_part_of_a_rate_per_month_and_all_of_a_rate_per_week() {
        let runs = runs(2, |v, _, _, _| 52.178_571_428_571_43 * v as f64);
        let found = compare(&Pairing::new(&runs));
        let of = |name: &str| {
            let mine = |c: &&(usize, Reducer, Paired)| id(&runs.plan.keys[c.0]) == name;
            let &(_, reducer, paired) = found[0].changes.iter().find(mine).unwrap();
            (reducer, paired.mean)
        };
        // Twelve weeks.
        for monthly in ["tax_gain", "owner_gain"] {
            let (reducer, sum) = of(monthly);
            assert!(reducer == Reducer::Total && (sum - 144.0).abs() < 1e-9, "{monthly} {sum}");
        }
        let weekly = 12.0 * 52.178_571_428_571_43;
        for id in ["lever_cost", "exits"] {
            assert!((of(id).1 - weekly).abs() < 1e-9, "{id}");
        }
    }

    #[test]
    fn cost_is_held_against_what_falls() {
        let mut runs = runs(2, |v, r, _, key| match id(key) {
            "lever_cost" => 10.0 * v as f64,
            "tension" => 20.0 + f64::from(r) * 0.01 - 2.0 * v as f64,
            "homeless" => 5.0 + v as f64,
            _ => 1.0,
        });
        runs.scenarios[1].levers.push(crate::scenario::Lever {
            id: "desks".into(),
            kind: crate::scenario::LeverKind::ServiceCapacity,
            start_day: 0,
            end_day: 7,
            strength: 1.0,
            compliance: 1.0,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        });
        let costs = &compare(&Pairing::new(&runs))[0].costs;
        let of = |id: &str| costs.iter().find(|c| c.id == id).unwrap();
        // 12 weeks at 10, for 2 points.
        assert!((of("tension").ratio.unwrap().value - 60.0).abs() < 1e-9);
        assert_eq!((of("homeless").verdict, of("hostility").verdict), ("rises", "not_resolved"));
    }

    #[test]
    fn harms_are_by_group_and_cost_is_for_everyone() {
        let runs = runs(2, |_, _, _, _| 1.0);
        let harms = &compare(&Pairing::new(&runs))[0].harms;
        let groups = |id: &str| harms.iter().filter(|h| h.id == id).count();
        assert_eq!(
            (groups("evictions"), groups("lever_cost"), groups("incidents_suffered")),
            (4, 1, 4)
        );
    }
}
