//! The curves of a town are the same at half the size: two one-sided tests at 5 % in every block of four weeks.
//! For a country, at three scales and within 3 %: `docs/equivalence.py`.

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

use qonaq::engine::replicate;
use qonaq::ensemble::run_replicates;
use qonaq::measure::{Bands, Detail, Plan, bands};
use qonaq::scenario::{Source, load};

/// Runs at each scale, every one with a seed of its own: replicates of one seed share week 0, and with it where
/// chance left the rental market by then.
const SEEDS: u32 = 24;
const WEEKS: usize = 28;
const BLOCK: usize = 4;
/// Student's t at 5 % for as many degrees of freedom as one of the two samples has alone.
const T: f64 = 1.714;
/// Largest difference that passes as none, as a share of the range of the curve. A town has three hundred
/// renters, and so many runs show no less of its rents; large incidents are few and move tension.
const CURVES: [(&str, f64); 6] = [
    ("asking_rent", 0.15),
    ("sitting_rent", 0.15),
    ("tension", 0.1),
    ("hostility", 0.03),
    ("queue_border", 0.03),
    ("queue_services", 0.05),
];

/// The shipped town at this scale, once for each seed.
fn runs(scale: f64) -> Vec<Bands> {
    let one = |seed: u32| {
        let sets = [format!("scale={scale}"), format!("weeks={WEEKS}"), format!("seed={seed}")];
        let scenario = load(&Source::Shipped("small-town".into()), &sets).unwrap().scenario;
        let (setting, week0) = replicate::week0(scenario);
        let plan = Plan::new(&setting, Detail::National);
        let go = AtomicBool::new(false);
        let done =
            run_replicates(&setting, Cow::Owned(week0), &plan, 1, 2, &go, &|_| {}, None).unwrap();
        let series: Vec<_> = done.into_iter().map(|finished| finished.series).collect();
        bands(&plan, WEEKS as u32, &series)
    };
    (1..=SEEDS).map(one).collect()
}

/// Mean and squared standard error of each block of weeks.
fn blocks(runs: &[Bands], id: &str) -> Vec<(f64, f64)> {
    let weekly: Vec<Vec<f64>> = runs
        .iter()
        .map(|run| run.series(None, None, None, id).unwrap().iter().map(|b| b.mean).collect())
        .collect();
    let n = runs.len() as f64;
    (1..=WEEKS - BLOCK + 1)
        .step_by(BLOCK)
        .map(|first| {
            let of =
                |weeks: &Vec<f64>| weeks[first..first + BLOCK].iter().sum::<f64>() / BLOCK as f64;
            let values: Vec<f64> = weekly.iter().map(of).collect();
            let mean = values.iter().sum::<f64>() / n;
            let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
            (mean, squares / (n - 1.0) / n)
        })
        .collect()
}

/// The largest upper bound of the difference over all blocks, as a share of the range of `b`.
fn distance(a: &[(f64, f64)], b: &[(f64, f64)]) -> f64 {
    let (low, high) =
        b.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x.0), h.max(x.0)));
    let bound = |(a, b): (&(f64, f64), &(f64, f64))| (a.0 - b.0).abs() + T * (a.1 + b.1).sqrt();
    a.iter().zip(b).map(bound).fold(0.0, f64::max) / (high - low)
}

#[test]
fn curves_are_the_same_at_half_the_size() {
    let (half, whole) = (runs(0.5), runs(1.0));
    for (id, margin) in CURVES {
        let found = distance(&blocks(&half, id), &blocks(&whole, id));
        assert!(found < margin, "{id}: up to {found:.3} of the range apart");
    }
}
