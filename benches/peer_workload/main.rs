//! A small work that nine other systems were timed on, built on the engine's pieces: draws with addresses,
//! fixed blocks, strips worked side by side, sums in fixed point (`work.rs`). A plain rayon loop of the same
//! work stands beside it (`plain.rs`).
//!
//! `cargo bench --bench peer_workload` compares both; `-- N TICKS THREADS` runs the engine's once and ends with
//! a line of JSON.

mod plain;
mod work;

use std::time::Instant;

use qonaq::engine::draws::Draws;
use work::World;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if let [n, ticks, threads] = numbers[..] {
        on(threads, || report(n, ticks as u32, threads));
    } else {
        println!("households  threads  engine M/s  plain M/s  plain/engine: least, median, most");
        for (n, ticks) in [(10_000, 1000), (100_000, 200), (1_000_000, 20), (10_000_000, 5)] {
            for threads in [1, threads] {
                on(threads, || compare(n, ticks, threads));
            }
        }
    }
}

fn on(threads: usize, work: impl FnOnce() + Send) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(work);
}

/// One run of the engine's version.
fn report(n: usize, ticks: u32, threads: usize) {
    let clock = Instant::now();
    let mut world = World::new(n);
    let mut shown = world.shown();
    let mut next = shown.clone();
    let init = clock.elapsed().as_secs_f64();
    let draws = Draws::new(1, 1);
    let clock = Instant::now();
    (1..=ticks).for_each(|tick| world.tick(&mut shown, &mut next, &draws, tick));
    let run = clock.elapsed().as_secs_f64();
    let [fear, hostile, unemployed] = world.totals;
    let rent = f64::from(world.rent.iter().sum::<f32>()) / world.rent.len() as f64;
    println!(
        "{{\"impl\":\"qonaq\",\"n\":{n},\"threads\":{threads},\"ticks\":{ticks},\"init_s\":{init:.3},\
         \"run_s\":{run:.4},\"mean_fear\":{fear},\"hostile\":{hostile},\"unemp\":{unemployed},\"rent\":{rent}}}"
    );
}

/// Both versions in turn, so that the machine's other work hits both alike.
fn compare(n: usize, ticks: u32, threads: usize) {
    let start = World::new(n);
    let (mut ours, mut theirs) = (start.clone(), start);
    let mut shown = ours.shown();
    let (mut next, draws) = (shown.clone(), Draws::new(1, 1));
    let mut spare = theirs.fear.clone();
    let mut pairs = Vec::new();
    for turn in 0..7 {
        let clock = Instant::now();
        (0..ticks).for_each(|k| ours.tick(&mut shown, &mut next, &draws, 1 + turn * ticks + k));
        let engine = clock.elapsed().as_secs_f64();
        let clock = Instant::now();
        (0..ticks).for_each(|k| plain::tick(&mut theirs, &mut spare, 1 + turn * ticks + k));
        pairs.push((engine, clock.elapsed().as_secs_f64()));
    }
    let median = |mut xs: Vec<f64>| {
        xs.sort_by(f64::total_cmp);
        (xs[0], xs[xs.len() / 2], xs[xs.len() - 1])
    };
    let steps = n as f64 * f64::from(ticks) / 1e6;
    let engine = median(pairs.iter().map(|p| p.0).collect()).1;
    let plain = median(pairs.iter().map(|p| p.1).collect()).1;
    let (least, middle, most) = median(pairs.iter().map(|p| p.1 / p.0).collect());
    println!(
        "{n:>10}  {threads:>7}  {:>10.1}  {:>9.1}  {least:>19.2} {middle:>7.2} {most:>5.2}",
        steps / engine,
        steps / plain
    );
}
