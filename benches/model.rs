//! Speed of the full model: `cargo bench --bench model`.
//!
//! Household-weeks per second of `kazakhstan-2022` at about ten thousand, a hundred thousand and a million
//! households, with one thread and with all; building week 0 is timed apart. Ratios within one run mean
//! something, absolute times depend on the machine. `cargo bench --bench model -- 100000` runs one size.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use qonaq::engine::replicate;
use qonaq::scenario::{Source, load};

/// Weeks timed: enough to cover both waves' first month.
const WEEKS: u32 = 44;
/// Agents per unit of scale, roughly: used only to choose a scale.
const AGENTS_AT_FULL_SCALE_BELOW_CAP: f64 = 12.4e6;

fn main() {
    let sizes: Vec<f64> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1e4, 1e5, 1e6] } else { sizes };
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "households  threads  init s  weeks s  M household-weeks/s  ns per household-week and thread"
    );
    for size in sizes {
        for threads in [1, all] {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| measure(size, threads));
        }
    }
}

fn measure(size: f64, threads: usize) {
    let scale = (size / AGENTS_AT_FULL_SCALE_BELOW_CAP).min(1.0);
    let sets = [format!("scale={scale}"), format!("weeks={WEEKS}")];
    let loaded =
        load(&Source::named("kazakhstan-2022"), &sets).expect("the shipped scenario loads");
    let clock = Instant::now();
    let (setting, week0) = replicate::week0(loaded.scenario);
    let init = clock.elapsed().as_secs_f64();
    let go = AtomicBool::new(false);
    let clock = Instant::now();
    let _ = replicate::run(&setting, &week0, 0, &go, |_, _| {});
    let weeks = clock.elapsed().as_secs_f64();
    let work = setting.households() as f64 * f64::from(WEEKS);
    println!(
        "{:>10}  {threads:>7}  {init:>6.2}  {weeks:>7.2}  {:>19.2}  {:>32.0}",
        setting.households(),
        work / weeks / 1e6,
        weeks * threads as f64 / work * 1e9,
    );
}
