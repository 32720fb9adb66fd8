//! The curves of a town are the same at any scale: two one-sided tests at 5 % in every block of four weeks.
//! The same for a country, at three scales and with more replicates: `docs/equivalence.py`.

use std::sync::atomic::AtomicBool;

use qonaq::engine::replicate;
use qonaq::ensemble::run_replicates;
use qonaq::measure::{Bands, Detail, Plan, bands};
use qonaq::scenario::{Source, load};

const REPLICATES: usize = 16;
const WEEKS: usize = 32;
const BLOCK: usize = 4;
/// Largest difference that passes as none, as a share of the range of the curve.
const MARGIN: f64 = 0.1;
/// Student's t at 5 % with as many degrees of freedom as the smaller of two equal samples alone would give.
const T: f64 = 1.753;
const CURVES: [&str; 5] = ["asking_rent", "sitting_rent", "tension", "hostility", "queue_services"];

/// Every replicate of the shipped town at this scale, each as bands of one.
fn replicates(scale: f64) -> Vec<Bands> {
    let sets = [format!("scale={scale}"), format!("weeks={WEEKS}")];
    let scenario = load(&Source::Shipped("small-town".into()), &sets).unwrap().scenario;
    let (setting, week0) = replicate::week0(scenario);
    let plan = Plan::new(&setting, Detail::National);
    let go = AtomicBool::new(false);
    let n = REPLICATES as u32;
    let done = run_replicates(&setting, &week0, &plan, n, 2, &go, &|_| {}).unwrap();
    done.into_iter().map(|f| bands(&plan, WEEKS as u32, &[f.series])).collect()
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
    let (half, whole) = (replicates(0.5), replicates(1.0));
    for id in CURVES {
        let found = distance(&blocks(&half, id), &blocks(&whole, id));
        println!("{id}: {found:.3}");
        assert!(found < MARGIN, "{id}: up to {found:.3} of the range apart");
    }
}
