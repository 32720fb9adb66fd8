//! The contagion step beside a hand-written loop of the same work: `cargo bench --bench contagion`.
//!
//! Both read the fear and hostility of kin, neighbours and those followed, and move fear, its floor and
//! hostility of every household toward three targets. The hand-written loop is what one would write first:
//! plain columns, `f32`, rayon over households. Read the ratio, not the times.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use qonaq::engine::math::{exp32, logistic32};
use qonaq::engine::replicate;
use qonaq::mechanisms::affect::{self, Pace};
use qonaq::scenario::{Source, load};
use qonaq::world::{NONE, Setting, World};
use rayon::prelude::*;

const REPEATS: u32 = 20;

fn main() {
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "households  threads  engine ns  by hand ns  engine/by hand   (per household and week)"
    );
    for scale in ["0.01", "0.08"] {
        let sets = [format!("scale={scale}"), "weeks=4".to_owned()];
        let loaded = load(&Source::named("kazakhstan-2022"), &sets).expect("the scenario loads");
        let (setting, week0) = replicate::week0(loaded.scenario);
        let go = AtomicBool::new(false);
        let world = replicate::run(&setting, &week0, 0, &go, |_, _| {}).expect("not stopped");
        for threads in [1, all] {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| compare(&setting, &world, threads));
        }
    }
}

fn compare(setting: &Setting, world: &World, threads: usize) {
    let mut ours = world.clone();
    let mut state = ByHand::new(setting, world);
    let (mut engine, mut hand) = (f64::INFINITY, f64::INFINITY);
    // In turn, the best of each: the machine's other work hits both alike.
    for _ in 0..REPEATS {
        let clock = Instant::now();
        affect::advance(setting, &mut ours, Pace::Weekly { rate: 0.2 });
        engine = engine.min(clock.elapsed().as_secs_f64());
        let clock = Instant::now();
        state.week(setting, world);
        hand = hand.min(clock.elapsed().as_secs_f64());
    }
    let ns = |s: f64| s / setting.households() as f64 * 1e9;
    println!(
        "{:>10}  {threads:>7}  {:>9.0}  {:>10.0}  {:>14.2}",
        setting.households(),
        ns(engine),
        ns(hand),
        engine / hand
    );
}

/// Columns of the hand-written loop: `household * targets + target`.
struct ByHand {
    targets: usize,
    fear: Vec<f32>,
    floor: Vec<f32>,
    hostility: Vec<f32>,
    cells: Vec<[f32; 3]>,
}

impl ByHand {
    fn new(setting: &Setting, world: &World) -> Self {
        Self {
            targets: setting.targets.len(),
            fear: world.society.fear.clone(),
            floor: world.society.fear_floor.clone(),
            hostility: world.society.hostility.clone(),
            cells: vec![[0.0; 3]; setting.cells * setting.targets.len()],
        }
    }

    fn week(&mut self, setting: &Setting, world: &World) {
        let targets = self.targets;
        let (fear, hostility) = (self.fear.clone(), self.hostility.clone());
        self.cells.fill([0.0; 3]);
        for i in 0..setting.residents {
            let cell = world.households.cell[i];
            if cell == NONE || !world.households.here(i) {
                continue;
            }
            let weight = setting.people.weight[i];
            for t in 0..targets {
                let sum = &mut self.cells[cell as usize * targets + t];
                sum[0] += weight;
                sum[1] += weight * hostility[i * targets + t];
                sum[2] += weight * fear[i * targets + t];
            }
        }
        let cells = &self.cells;
        let rows = self
            .fear
            .par_chunks_mut(targets)
            .zip(self.floor.par_chunks_mut(targets))
            .zip(self.hostility.par_chunks_mut(targets));
        rows.enumerate().with_min_len(2048).for_each(|(i, ((fears, floors), hostilities))| {
            if i >= setting.residents || !world.households.here(i) {
                return;
            }
            let cell = world.households.cell[i];
            for t in 0..targets {
                if setting.targets[t] == setting.people.group[i] as usize {
                    continue;
                }
                let at = i * targets + t;
                let (mut kin_h, mut kin_f, mut kin) = (0.0, 0.0, 0.0);
                for j in setting.kin.of(i) {
                    kin_h += hostility[j * targets + t];
                    kin_f += fear[j * targets + t];
                    kin += 1.0_f32;
                }
                let (mut online, mut followed) = (0.0, 0.0);
                for &j in setting.traits.follows[i].iter().filter(|&&j| j != NONE) {
                    online += hostility[j as usize * targets + t];
                    followed += 1.0_f32;
                }
                let near = if cell == NONE { [1.0; 3] } else { cells[cell as usize * targets + t] };
                let kin = kin.max(1.0);
                let around = 0.6 * kin_f / kin + 0.4 * near[2] / near[0];
                let net = 0.4 * kin_h / kin
                    + 0.25 * near[1] / near[0]
                    + 0.35 * online / followed.max(1.0);
                let (f, floor) = (fears[t], floors[t]);
                let up = 0.02 + 0.06 * (around - floor).max(0.0);
                let rest = (up + 0.5 * floor) / (up + 0.5);
                fears[t] = rest + (f - rest) * exp32(-(up + 0.5));
                floors[t] =
                    floor + 0.15 * (fears[t] - floor - 0.1).max(0.0) - 0.02 * (floor - 0.08);
                let u = 1.2 * f + 5.0 * world.society.threat[at] - 0.8 * world.society.contact[at];
                let reasons = logistic32(setting.traits.hostility_anchor[at] + u);
                hostilities[t] += 0.2 * (0.35 * net + 0.65 * reasons - hostilities[t]);
            }
        });
    }
}
