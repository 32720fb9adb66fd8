//! One day of incidents: how many, and what each one is.

use super::{address, poisson};
use crate::engine::draws::{Address, Kind, Purpose};
use crate::engine::math::{exp, expm1};
use crate::scenario::{Shock, ShockKind};
use crate::world::society::ACTS;
use crate::world::{Context, Incident, World};

/// Kind given to outside events.
const VIOLENCE: usize = ACTS - 1;

/// What stays the same over the days of a week.
pub struct Week {
    kappa: Vec<f64>,
    /// Incidents without a predecessor per day, region x kind.
    background: Vec<f64>,
    /// Share of set-off incidents of each kind, row-major by the kind that sets off.
    kinds: [[f64; ACTS]; ACTS],
    /// Share of excitation left after a day.
    keep: f64,
    /// Weight of the first day, so that the kernel sums to 1.
    first: f64,
    /// Mean root of severity.
    mean_root: f64,
    /// Share of incidents against each group that reach the police, region x group.
    reported: Vec<f64>,
}

impl Week {
    /// Rates of this week.
    pub fn new(ctx: &Context<'_>, world: &World, kappa: Vec<f64>) -> Self {
        let setting = ctx.setting;
        let p = &setting.scenario.parameters.incidents;
        let (regions, groups) = (setting.regions(), setting.groups());
        let mut background = vec![0.0; regions * ACTS];
        let mut reported = vec![0.0; regions * groups];
        for r in 0..regions {
            let persons: f64 = world.conduct.persons[r * groups..(r + 1) * groups].iter().sum();
            let exactly = exactly(&world.society.regions[r].acting);
            for k in 0..ACTS {
                background[r * ACTS + k] = setting.incident_rate[k] * exactly[k] * persons / 7.0;
            }
            for g in 0..groups {
                let k = r * groups + g;
                let trust = mean_trust(world, k..=k)
                    .or_else(|| mean_trust(world, r * groups..=(r + 1) * groups - 1));
                reported[k] = p.report_share(trust.unwrap_or(0.5));
            }
        }
        let mix = p.mix();
        let kinds = std::array::from_fn(|from| {
            std::array::from_fn(|to| {
                let same = if from == to { p.same_kind } else { 0.0 };
                same + (1.0 - p.same_kind) * mix[to]
            })
        });
        let keep = exp(-1.0 / p.decay_days);
        let first = expm1(1.0 / p.decay_days);
        Self { kappa, background, kinds, keep, first, mean_root: p.mean_power(0.5), reported }
    }

    /// Works one day: all counts come from what happened before it.
    pub fn day(&self, ctx: &Context<'_>, world: &mut World, day: u32) {
        let regions = ctx.setting.regions();
        let mut today = Vec::new();
        for r in 0..regions {
            for k in 0..ACTS {
                let own = self.background[r * ACTS + k];
                let excited = self.excited(ctx, world, r, k);
                let who = address(ctx.setting, r, k, day);
                for n in 0..poisson(ctx, who, own + excited) {
                    today.extend(self.event(ctx, world, (r, k), day, n, own / (own + excited)));
                }
            }
        }
        for shock in &ctx.setting.scenario.shocks {
            let ShockKind::Incident { target, severity } = shock.kind else { continue };
            if shock.day == i64::from(day) {
                seed(ctx, world, shock, target, severity, 1.0);
            }
        }
        for event in today {
            self.record(ctx, world, event);
        }
        for x in &mut world.conduct.excitation {
            *x *= self.keep;
        }
    }

    /// Incidents a day of kind `k` in region `r` set off by earlier ones. Each day's decay has been
    /// applied already, so the sums stand at day `t >= 1`.
    fn excited(&self, ctx: &Context<'_>, world: &World, r: usize, k: usize) -> f64 {
        let n = ctx.setting.regions();
        let kernel = &ctx.setting.incident_kernel;
        let felt: f64 = (0..n)
            .map(|from| kernel[from * n + r] * world.conduct.excitation[from * ACTS + k])
            .sum();
        self.kappa[r] * self.first * felt
    }

    /// The `n`-th incident of kind `k` in region `r` on `day`; `own` is the share without a predecessor.
    /// `None` if there is nobody it could be directed at.
    fn event(
        &self,
        ctx: &Context<'_>,
        world: &World,
        (r, k): (usize, usize),
        day: u32,
        n: u32,
        own: f64,
    ) -> Option<Incident> {
        let p = &ctx.setting.scenario.parameters.incidents;
        let who = address(ctx.setting, r, k, day);
        let draw =
            |index: u32| ctx.draws.two(who, ctx.week, Purpose::IncidentDetail, 2 * n + index);
        let [u_severity, u_parent] = draw(0);
        let [u_sides, u_same] = draw(1);
        let parent = (u_parent > own)
            .then(|| self.parent(ctx, world, r, k, day, (u_parent - own) / (1.0 - own)))
            .flatten();
        let inherited = parent
            .filter(|_| u_same < p.same_target)
            .map(|e| usize::from(world.incidents[e as usize].target));
        let (actor, target) = sides(ctx, world, r, u_sides, inherited)?;
        let share = self.reported[r * ctx.setting.groups() + target];
        Some(Incident {
            day: day as i32,
            region: r as u16,
            kind: k as u8,
            severity: p.severity(u_severity) as f32,
            actor_group: actor,
            target: target as u8,
            parent,
            reported: ctx.draws.chance(share, who, ctx.week, Purpose::Report, n),
        })
    }

    /// The earlier incident at the point `u` of all contributions to (`r`, `k`), newest first.
    fn parent(
        &self,
        ctx: &Context<'_>,
        world: &World,
        r: usize,
        k: usize,
        day: u32,
        u: f64,
    ) -> Option<u32> {
        let n = ctx.setting.regions();
        let p = &ctx.setting.scenario.parameters.incidents;
        let kernel = &ctx.setting.incident_kernel;
        let whole: f64 = (0..n)
            .map(|from| kernel[from * n + r] * world.conduct.excitation[from * ACTS + k])
            .sum();
        let mut left = u * whole;
        let (mut last_day, mut decay) = (i32::MAX, 0.0);
        for (e, event) in world.incidents.iter().enumerate().rev() {
            if event.day != last_day {
                last_day = event.day;
                decay = exp(f64::from(event.day - day as i32) / p.decay_days);
            }
            left -= kernel[usize::from(event.region) * n + r]
                * self.kinds[usize::from(event.kind)][k]
                * self.mark(f64::from(event.severity))
                * decay;
            if left <= 0.0 {
                return Some(e as u32);
            }
            if decay < 1e-14 {
                break;
            }
        }
        // Set off before the first week.
        None
    }

    fn mark(&self, severity: f64) -> f64 {
        severity.sqrt() / self.mean_root
    }

    /// Puts an incident on record and lets it excite.
    fn record(&self, ctx: &Context<'_>, world: &mut World, event: Incident) {
        let (r, kind) = (usize::from(event.region), usize::from(event.kind));
        let mark = self.mark(f64::from(event.severity));
        for (x, share) in
            world.conduct.excitation[r * ACTS..][..ACTS].iter_mut().zip(self.kinds[kind])
        {
            *x += mark * share;
        }
        count(ctx, world, &event);
        world.incidents.push(event);
    }
}

/// Adds an incident to the counts of the week.
fn count(ctx: &Context<'_>, world: &mut World, event: &Incident) {
    let (r, target) = (usize::from(event.region), usize::from(event.target));
    let region = &mut world.society.regions[r];
    region.incidents[usize::from(event.kind)] += 1.0;
    region.incidents_reported += f64::from(u8::from(event.reported));
    if let Some(t) = ctx.setting.targets.iter().position(|&g| g == target) {
        region.worst_severity[t] = region.worst_severity[t].max(f64::from(event.severity));
    }
    world.conduct.attacks[r * ctx.setting.groups() + target] += f64::from(event.severity);
}

/// Puts an outside event on record; `left` is the share of its excitation that still works.
pub fn seed(
    ctx: &Context<'_>,
    world: &mut World,
    shock: &Shock,
    target: usize,
    severity: f64,
    left: f64,
) {
    let setting = ctx.setting;
    let who = Address::new(Kind::Incident, crate::engine::draws::origin_of(&shock.id), 0);
    // An event without a place falls somewhere, by population.
    let r = shock.region.unwrap_or_else(|| {
        let all: f64 = setting.scenario.regions.iter().map(|r| r.population).sum();
        let mut point = all * ctx.draws.uniform(who, 0, Purpose::IncidentDetail, 0);
        let below = |population: f64| {
            point -= population;
            point < 0.0
        };
        let found = setting.scenario.regions.iter().map(|r| r.population).position(below);
        found.unwrap_or(setting.regions() - 1)
    });
    let event = Incident {
        day: shock.day as i32,
        region: r as u16,
        kind: VIOLENCE as u8,
        severity: severity as f32,
        actor_group: None,
        target: target as u8,
        parent: None,
        // It comes from outside and is known.
        reported: true,
    };
    let week = Week::new(ctx, world, Vec::new());
    let mark = week.mark(severity) * left;
    for (x, share) in
        world.conduct.excitation[r * ACTS..][..ACTS].iter_mut().zip(week.kinds[VIOLENCE])
    {
        *x += mark * share;
    }
    if shock.day >= 0 {
        count(ctx, world, &event);
    }
    world.incidents.push(event);
}

/// Share acting at exactly each rung.
pub fn exactly(acting: &[f64; ACTS]) -> [f64; ACTS] {
    std::array::from_fn(|k| (acting[k] - acting.get(k + 1).copied().unwrap_or(0.0)).max(0.0))
}

/// Mean trust in the police over entries of the region x group table; `None` if nobody is there.
fn mean_trust(world: &World, range: std::ops::RangeInclusive<usize>) -> Option<f64> {
    let households: f64 = world.conduct.households[range.clone()].iter().sum();
    let trust: f64 = world.conduct.trust[range].iter().map(|t| t[1]).sum();
    (households > 0.0).then(|| trust / households)
}

/// Group of those who act and group acted against, drawn by the hostile acts of the region; with `fixed`
/// the target is given.
fn sides(
    ctx: &Context<'_>,
    world: &World,
    r: usize,
    u: f64,
    fixed: Option<usize>,
) -> Option<(Option<u8>, usize)> {
    let setting = ctx.setting;
    let (groups, targets) = (setting.groups(), &setting.targets);
    let at = r * groups * targets.len();
    let table = &world.conduct.hostile_acts[at..at + groups * targets.len()];
    // In the order of a hash of the groups' data, so that the order of the file reaches no draw.
    let order: Vec<usize> = setting
        .group_order
        .iter()
        .filter_map(|&g| targets.iter().position(|&target| target == g))
        .collect();
    let pair = |k: usize| (setting.group_order[k / order.len()], order[k % order.len()]);
    let weight = |k: usize| {
        let (actor, t) = pair(k);
        if fixed.is_some_and(|g| targets[t] != g) { 0.0 } else { table[actor * targets.len() + t] }
    };
    let whole: f64 = (0..table.len()).map(weight).sum();
    if whole > 0.0 {
        let (actor, t) = pair(pick(table.len(), weight, u * whole));
        return Some((Some(actor as u8), targets[t]));
    }
    if let Some(g) = fixed {
        return Some((None, g));
    }
    // Set off from outside where nobody acts of itself: whoever is there.
    let present = |k: usize| world.conduct.persons[r * groups + targets[order[k]]];
    let whole: f64 = (0..order.len()).map(present).sum();
    (whole > 0.0).then(|| (None, targets[order[pick(order.len(), present, u * whole)]]))
}

/// First entry at which the running sum of weights passes `point`.
fn pick(n: usize, weight: impl Fn(usize) -> f64, point: f64) -> usize {
    let mut below = 0.0;
    let mut last = 0;
    for k in 0..n {
        let w = weight(k);
        if w > 0.0 {
            last = k;
            below += w;
            if point < below {
                return k;
            }
        }
    }
    last
}
