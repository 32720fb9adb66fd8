//! Where the time and the memory of a run go (`--profile`).

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::engine::replicate::{self, Moment};
use crate::measure;
use crate::mechanisms::schedule;
use crate::world::{Setting, World};

/// Time by mechanism and bytes by column of one replicate.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Wall-clock time of each step of the week over the whole replicate, measuring last.
    pub steps: Vec<(&'static str, Duration)>,
    /// Bytes of each part of the state.
    pub bytes: Vec<(&'static str, usize)>,
    /// Households, potential arrivals included.
    pub households: usize,
    /// Weeks timed.
    pub weeks: u32,
}

impl Profile {
    /// Runs replicate 0 on the current thread pool and takes the time of every step.
    pub fn of(setting: &Setting, week0: World) -> Self {
        let mut bytes = setting.bytes();
        bytes.extend(week0.bytes());
        let mut times = vec![Duration::ZERO; schedule::WEEK.len() + 1];
        let (never, mut next) = (AtomicBool::new(false), 0);
        let _ = replicate::drive(setting, week0, 0, &never, |ctx, world, moment| {
            let clock = Instant::now();
            match moment {
                Moment::Step(step) => (step.run)(ctx, world),
                Moment::Week => drop(measure::read(ctx, world)),
            }
            // Week 0 is read as well, and not counted.
            if ctx.week > 0 {
                times[next] += clock.elapsed();
                next = (next + 1) % times.len();
            }
        });
        let names = schedule::WEEK.iter().map(|step| step.name).chain(["measure"]);
        let steps = names.zip(times).collect();
        Self { steps, bytes, households: setting.households(), weeks: setting.scenario.weeks }
    }

    /// A readable table: nanoseconds per household and week by step, bytes per household by part.
    pub fn table(&self) -> String {
        let work = self.households as f64 * f64::from(self.weeks.max(1));
        let mut text = String::from("mechanism        ns per household-week   share\n");
        let total: f64 = self.steps.iter().map(|s| s.1.as_secs_f64()).sum();
        for (name, time) in &self.steps {
            let s = time.as_secs_f64();
            let _ =
                writeln!(text, "{name:<16} {:>22.1} {:>6.1} %", s / work * 1e9, s / total * 100.0);
        }
        let _ = writeln!(text, "{:<16} {:>22.1}", "all", total / work * 1e9);
        let _ = writeln!(text, "\nstate            bytes per household");
        let mut sum = 0.0;
        for (name, bytes) in &self.bytes {
            let each = *bytes as f64 / self.households as f64;
            sum += each;
            let _ = writeln!(text, "{name:<24} {each:>11.1}");
        }
        let _ = writeln!(text, "{:<24} {sum:>11.1}", "all");
        text
    }
}

/// Bytes behind a vector.
pub fn bytes_of<T>(column: &[T]) -> usize {
    std::mem::size_of_val(column)
}
