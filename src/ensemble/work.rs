//! The one way in which many replicates of many worlds are worked.
//!
//! A *unit* is one replicate of one world. Units stand in one list, world by world; workers take them side by side,
//! and what they make is handed on in the order of the list, so that whatever is kept is a complete prefix. A world
//! is built once, by the first worker that needs it, and let go after its last unit. A worker prefers its own world,
//! then a new one, then helps with another's. None runs further than a window ahead of what was handed on: memory
//! depends on the number of workers, not on the length of the list.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::Duration;

/// Households from which a world takes all cores for one unit at a time.
const LARGE: f64 = 400_000.0;
/// Units that may be finished or under way beyond the last one handed on, for each worker.
const AHEAD: usize = 16;

/// One replicate of one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Position of the world in the list.
    pub world: usize,
    /// Number of the replicate.
    pub replicate: u32,
}

/// How units share the cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sharing {
    /// Units worked at once.
    pub workers: usize,
    /// Threads inside each.
    pub inside: usize,
}

impl Sharing {
    /// For `units` of about `households` each: small worlds side by side, a large one over all `threads`.
    pub fn of(threads: usize, units: usize, households: f64) -> Self {
        let threads = threads.max(1);
        let workers = if households < LARGE { threads.min(units).max(1) } else { 1 };
        Self { workers, inside: threads / workers }
    }
}

/// What is to be done.
pub struct Work<'a, W, T> {
    /// Replicates wanted of each world, in order.
    pub replicates: &'a [Vec<u32>],
    /// Builds a world; a message if it cannot be built, which is then that of each of its units.
    pub build: &'a (dyn Fn(usize) -> Result<W, String> + Sync),
    /// Runs one unit; nothing if it was stopped on the way.
    pub run: &'a (dyn Fn(&W, Unit) -> Option<T> + Sync),
    /// How units share the cores.
    pub sharing: Sharing,
}

/// Works until all units are done or `stop` is set; `keep` is given each unit in the order of the list, with what
/// became of it. A panic in a unit is its message.
///
/// # Errors
/// If the thread pools cannot be made.
pub fn work<W: Send + Sync, T: Send>(
    work: &Work<'_, W, T>,
    stop: &AtomicBool,
    keep: &mut dyn FnMut(Unit, Result<T, String>),
) -> Result<(), rayon::ThreadPoolBuildError> {
    let pools = (0..work.sharing.workers)
        .map(|_| rayon::ThreadPoolBuilder::new().num_threads(work.sharing.inside).build())
        .collect::<Result<Vec<_>, _>>()?;
    let shared = Shared {
        queue: Mutex::new(Queue {
            replicates: work.replicates,
            next: 0,
            first: 0,
            open: Vec::new(),
            kept: 0,
            window: AHEAD * pools.len(),
        }),
        moved: Condvar::new(),
        stop,
    };
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for pool in &pools {
            let (send, shared) = (send.clone(), &shared);
            scope.spawn(move || pool.install(|| worker(work, shared, &send)));
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (position, unit, result) in receive {
            early.insert(position, (unit, result));
            while let Some((unit, result)) = early.remove(&next) {
                keep(unit, result);
                next += 1;
            }
            shared.lock().kept = next;
            shared.moved.notify_all();
        }
    });
    Ok(())
}

/// What became of the unit at a position of the list.
type Done<T> = (usize, Unit, Result<T, String>);

fn worker<W: Send + Sync, T: Send>(
    work: &Work<'_, W, T>,
    shared: &Shared<'_, W>,
    send: &mpsc::Sender<Done<T>>,
) {
    let mut own = None;
    while let Some(Claim { position, unit, world }) = shared.claim(&mut own) {
        let done = catch_unwind(AssertUnwindSafe(|| {
            match world.get_or_init(|| (work.build)(unit.world)) {
                Ok(world) => (work.run)(world, unit).map(Ok),
                Err(message) => Some(Err(message.clone())),
            }
        }));
        let result = match done {
            Ok(Some(result)) => result,
            Ok(None) => break,
            Err(panic) => Err(message(&*panic)),
        };
        if send.send((position, unit, result)).is_err() {
            break;
        }
    }
}

/// The words of a panic.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("internal error: {}", words.unwrap_or_else(|| "a panic without words".to_owned()))
}

struct Shared<'a, W> {
    queue: Mutex<Queue<'a, W>>,
    /// Something was handed on.
    moved: Condvar,
    stop: &'a AtomicBool,
}

/// A world whose units are being taken.
struct Open<W> {
    index: usize,
    /// Position of its first unit in the list.
    first: usize,
    /// Units taken so far.
    taken: usize,
    world: Arc<OnceLock<Result<W, String>>>,
}

/// Units not yet taken.
struct Queue<'a, W> {
    replicates: &'a [Vec<u32>],
    /// The first world nobody has begun, and the position of its first unit.
    next: usize,
    first: usize,
    open: Vec<Open<W>>,
    /// Units handed on.
    kept: usize,
    window: usize,
}

/// A unit that now belongs to a worker.
struct Claim<W> {
    position: usize,
    unit: Unit,
    world: Arc<OnceLock<Result<W, String>>>,
}

impl<'a, W> Shared<'a, W> {
    fn lock(&self) -> MutexGuard<'_, Queue<'a, W>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next unit for the worker whose world is `own`; nothing when all are taken or `stop` is set.
    fn claim(&self, own: &mut Option<usize>) -> Option<Claim<W>> {
        let mut queue = self.lock();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(claim) = queue.take(own) {
                return Some(claim);
            }
            if queue.is_empty() {
                return None;
            }
            // All that is left is too far ahead. The time limit is for `stop`, which notifies nobody.
            let waited = self.moved.wait_timeout(queue, Duration::from_millis(100));
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<W> Queue<'_, W> {
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.replicates[self.next..].iter().all(Vec::is_empty)
    }

    /// The oldest unit not yet handed on is always inside the window, so somebody can always go on.
    fn take(&mut self, own: &mut Option<usize>) -> Option<Claim<W>> {
        let most = self.kept + self.window;
        let position = |open: &Open<W>| open.first + open.taken;
        let mine = self.open.iter().position(|o| Some(o.index) == *own);
        let mine = mine.filter(|&at| position(&self.open[at]) < most);
        let at = mine.or_else(|| self.begin(most)).or_else(|| {
            let oldest = (0..self.open.len()).min_by_key(|&at| position(&self.open[at]));
            oldest.filter(|&at| position(&self.open[at]) < most)
        })?;
        let open = &mut self.open[at];
        let position = position(open);
        let replicates = &self.replicates[open.index];
        let unit = Unit { world: open.index, replicate: replicates[open.taken] };
        let world = Arc::clone(&open.world);
        open.taken += 1;
        *own = Some(open.index);
        if open.taken == replicates.len() {
            self.open.swap_remove(at);
        }
        Some(Claim { position, unit, world })
    }

    /// Opens the next world that has units, if its first one is below `most`.
    fn begin(&mut self, most: usize) -> Option<usize> {
        while self.replicates.get(self.next)?.is_empty() {
            self.next += 1;
        }
        if self.first >= most {
            return None;
        }
        let world = Arc::new(OnceLock::new());
        self.open.push(Open { index: self.next, first: self.first, taken: 0, world });
        self.first += self.replicates[self.next].len();
        self.next += 1;
        Some(self.open.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    const THREE: Sharing = Sharing { workers: 3, inside: 1 };

    /// Works a list in which a unit is its world times 100 plus its replicate, after `build` and `run`.
    fn list(
        replicates: &[Vec<u32>],
        build: impl Fn(usize) -> Result<usize, String> + Sync,
        run: impl Fn(Unit) + Sync,
        stop: &AtomicBool,
    ) -> Vec<(Unit, Result<u32, String>)> {
        let run = |world: &usize, unit: Unit| {
            run(unit);
            (!stop.load(Ordering::Relaxed)).then_some(100 * *world as u32 + unit.replicate)
        };
        let job = Work { replicates, build: &build, run: &run, sharing: THREE };
        let mut kept = Vec::new();
        work(&job, stop, &mut |unit, result| kept.push((unit, result))).unwrap();
        kept
    }

    #[test]
    fn units_are_handed_on_in_order_and_each_world_is_built_once() {
        let built = AtomicUsize::new(0);
        let replicates = [vec![0, 1, 2], vec![], vec![4], vec![], (0..70).collect(), vec![0]];
        let kept = list(
            &replicates,
            |world| {
                built.fetch_add(1, Ordering::Relaxed);
                Ok(world)
            },
            |unit| std::thread::sleep(Duration::from_micros(u64::from(unit.replicate * 37 % 11))),
            &AtomicBool::new(false),
        );
        let values: Vec<u32> = kept.into_iter().map(|(_, r)| r.unwrap()).collect();
        let wanted: Vec<u32> = replicates
            .iter()
            .enumerate()
            .flat_map(|(w, rs)| rs.iter().map(move |r| 100 * w as u32 + r))
            .collect();
        assert_eq!(values, wanted);
        assert_eq!(built.into_inner(), 4);
    }

    #[test]
    fn a_slow_unit_holds_the_others_back_to_a_window_and_no_further() {
        let (done, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let replicates: Vec<Vec<u32>> = (0..400).map(|_| vec![0]).collect();
        let kept = list(
            &replicates,
            Ok,
            |unit| {
                if unit.world == 0 {
                    std::thread::sleep(Duration::from_millis(300));
                    most.store(done.load(Ordering::Relaxed), Ordering::Relaxed);
                }
                done.fetch_add(1, Ordering::Relaxed);
            },
            &AtomicBool::new(false),
        );
        assert_eq!(kept.len(), 400);
        assert_eq!(most.into_inner(), AHEAD * THREE.workers - 1);
    }

    #[test]
    fn a_failed_world_and_a_panic_are_messages_and_the_rest_goes_on() {
        let replicates = [vec![0, 1], vec![0], vec![0, 1]];
        let kept = list(
            &replicates,
            |world| if world == 0 { Err("no such town".into()) } else { Ok(world) },
            |unit| assert!(unit != Unit { world: 2, replicate: 0 }, "out of people"),
            &AtomicBool::new(false),
        );
        let results: Vec<Result<u32, String>> = kept.into_iter().map(|(_, r)| r).collect();
        let failed = |m: &str| Err(m.to_owned());
        assert_eq!(results[..3], [failed("no such town"), failed("no such town"), Ok(100)]);
        assert_eq!(results[3..], [failed("internal error: out of people"), Ok(201)]);
    }

    #[test]
    fn what_is_kept_when_stopped_is_a_prefix() {
        let stop = AtomicBool::new(false);
        let replicates: Vec<Vec<u32>> = (0..40).map(|_| vec![0, 1]).collect();
        let halt = |unit: Unit| stop.fetch_or(unit.world == 9, Ordering::Relaxed);
        let kept = list(&replicates, Ok, |unit| _ = halt(unit), &stop);
        assert!(kept.len() < 30);
        let places =
            |(at, (unit, _)): (usize, &(Unit, _))| at == 2 * unit.world + unit.replicate as usize;
        assert!(kept.iter().enumerate().all(places));
    }

    #[test]
    fn small_worlds_run_side_by_side_and_a_large_one_over_all_cores() {
        let of = |units, households| {
            let sharing = Sharing::of(8, units, households);
            (sharing.workers, sharing.inside)
        };
        assert_eq!(of(100, 6_000.0), (8, 1));
        assert_eq!(of(3, 6_000.0), (3, 2));
        assert_eq!(of(100, 5_800_000.0), (1, 8));
    }
}
