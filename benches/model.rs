//! Speed of the full model: `cargo bench --bench model`.
//!
//! Household-weeks per second of `kazakhstan-2022`, measuring included, at about ten thousand, a hundred
//! thousand and a million households and one to one, with one thread and with all; building week 0 is timed
//! apart. Renters are thinned like everybody else, so that all sizes have the make-up of the one-to-one run.
//! Ratios within one run mean something, absolute times depend on the machine.
//! `cargo bench --bench model -- 100000` runs one size.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use qonaq::engine::{allocator, replicate};
use qonaq::measure;
use qonaq::scenario::{Source, load};

/// Weeks timed: enough to cover both waves' first month.
const WEEKS: u32 = 44;
/// Households of the scenario one to one, potential arrivals included.
const FULL: f64 = 5.78e6;

fn main() {
    allocator::keep();
    let sizes: Vec<f64> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1e4, 1e5, 1e6, FULL] } else { sizes };
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "households  threads  init s  weeks s  M household-weeks/s  ns per household-week and core  bytes per household"
    );
    for size in sizes {
        for threads in [1, all] {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| time(size, threads));
        }
    }
}

fn time(size: f64, threads: usize) {
    let scale = (size / FULL).min(1.0);
    let sets = [format!("scale={scale}"), format!("weeks={WEEKS}")];
    let mut loaded =
        load(&Source::named("kazakhstan-2022"), &sets).expect("the shipped scenario loads");
    loaded.scenario.parameters.population.renter_agents = 0.0;
    let clock = Instant::now();
    let (setting, week0) = replicate::week0(loaded.scenario);
    let init = clock.elapsed().as_secs_f64();
    let bytes: usize = setting.bytes().iter().chain(&week0.bytes()).map(|(_, n)| n).sum();
    let go = AtomicBool::new(false);
    let mut began = None;
    let _ = replicate::run(&setting, &week0, 0, &go, |ctx, world| {
        // Week 0 comes after the replicate's own half year before it.
        began.get_or_insert_with(Instant::now);
        let _ = measure::read(ctx, world);
    });
    let weeks = began.map_or(f64::NAN, |clock| clock.elapsed().as_secs_f64());
    let work = setting.households() as f64 * f64::from(WEEKS);
    println!(
        "{:>10}  {threads:>7}  {init:>6.2}  {weeks:>7.2}  {:>19.2}  {:>30.0}  {:>19.0}",
        setting.households(),
        work / weeks / 1e6,
        weeks * threads as f64 / work * 1e9,
        bytes as f64 / setting.households() as f64,
    );
}
