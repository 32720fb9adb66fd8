//! Incidents: a self-exciting, heavy-tailed process in real counts, worked by the day.
//!
//! In region `r` incidents of kind `k` come at `nu_k * (share acting at exactly k) * persons / 7` a day,
//! plus those set off by earlier incidents: each adds `kappa_r * g(S) * (e^(1/tau) - 1) e^(-t/tau)` on
//! day `t >= 1` after it, shared over regions by a kernel (own region first, others by distance or by
//! similarity of composition) and over kinds. Severity `S` is bounded Pareto and `g = S^1/2 / E[S^1/2]`.
//! `kappa_r = kappa [1 + (n_ref - norm_r) / (1 - n_ref)] (1 - mediation_r)`, capped. Sums of decayed marks
//! replace the list of past events, which is exact for an exponential kernel; the parent of an incident
//! is drawn in proportion to what each contributed. Counts are those of the whole population at any
//! scale; only the acting shares come from the thinned households. Outside events enter as seeds.
//!
//! Reads: acting shares, persons, hostile acts, norm, mediation, trust in police. Writes: `incidents`,
//! excitation, attacks, weekly counts and worst severity of each region. Off: `incidents.base_rate` 0 (none
//! from acts), `incidents.branching` 0 (none set off). Cards: S0-H10, S0-H17, S2-H03, S3-H10, S1-H36.
//! Source: self-exciting point process (Hawkes 1971; Mohler et al. 2011).

mod branching;
mod event;

use serde::{Deserialize, Serialize};

pub use branching::{by_region, kernel, radius, totals};
use event::Week;
pub use event::exactly;

use crate::engine::draws::{Address, Kind, Purpose};
use crate::engine::math::{exp, ln, pow};
use crate::scenario::{DAYS_PER_WEEK, ShockKind};
use crate::world::society::ACTS;
use crate::world::{Context, Incident, Setting, World};

/// Parameters of incidents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Incidents of all kinds in calm, per 100,000 persons and week.
    pub base_rate: f64,
    /// Share of speech among incidents in calm.
    pub share_speech: f64,
    /// Share of discrimination.
    pub share_discrimination: f64,
    /// Share of protests.
    pub share_protest: f64,
    /// Share of clashes.
    pub share_clash: f64,
    /// Share of violence.
    pub share_violence: f64,
    /// Incidents that one of mean mark sets off at the reference norm without mediation.
    pub branching: f64,
    /// Highest branching number of a region.
    pub branching_cap: f64,
    /// Norm at which `branching` applies.
    pub norm_reference: f64,
    /// Days in which excitation fades by e.
    pub decay_days: f64,
    /// Share of excitation felt in the own region.
    pub same_region: f64,
    /// Distance in which excitation of other regions fades by e.
    pub distance_km: f64,
    /// Weight of similarity of composition against distance between regions.
    pub similarity_mix: f64,
    /// Share of set-off incidents that are of the same kind.
    pub same_kind: f64,
    /// Share of set-off incidents that are directed at the same group.
    pub same_target: f64,
    /// Tail exponent of severity.
    pub severity_exponent: f64,
    /// Highest severity.
    pub severity_max: f64,
    /// Share of incidents that reach the police without any trust in them.
    pub report_floor: f64,
    /// Added share at full trust.
    pub report_trust: f64,
}

impl Parameters {
    /// Shares of the kinds in calm; sum to 1.
    pub fn mix(&self) -> [f64; ACTS] {
        let raw = [
            self.share_speech,
            self.share_discrimination,
            self.share_protest,
            self.share_clash,
            self.share_violence,
        ];
        let sum: f64 = raw.iter().sum();
        if sum > 0.0 { raw.map(|x| x / sum) } else { [1.0 / ACTS as f64; ACTS] }
    }

    /// Share of incidents against people with this trust in the police that reach the police.
    pub fn report_share(&self, trust: f64) -> f64 {
        (self.report_floor + self.report_trust * trust).clamp(0.0, 1.0)
    }

    /// Severity at the point `u` in (0, 1) of its distribution.
    pub fn severity(&self, u: f64) -> f64 {
        let a = self.severity_exponent;
        let tail = 1.0 - pow(self.severity_max, -a);
        pow(1.0 - u * tail, -1.0 / a)
    }

    /// Mean of severity to the power `q`.
    pub fn mean_power(&self, q: f64) -> f64 {
        let (a, top) = (self.severity_exponent, self.severity_max);
        let tail = 1.0 - pow(top, -a);
        if (a - q).abs() < 1e-9 {
            return a * ln(top) / tail;
        }
        a / (a - q) * (1.0 - pow(top, q - a)) / tail
    }
}

/// Whether the process is subcritical at the reference norm and its cap.
///
/// # Errors
/// Says what to change if the branching number or its cap is 1 or more, or a time scale is not positive.
pub fn check(p: &Parameters) -> Result<(), String> {
    if !(0.0..1.0).contains(&p.branching) {
        return Err(format!(
            "incidents.branching is {}: each incident would set off one or more others and the series \
             would never end; it must be at least 0 and below 1",
            p.branching
        ));
    }
    if !(0.0..1.0).contains(&p.branching_cap) {
        return Err(format!(
            "incidents.branching_cap is {}; it must be at least 0 and below 1",
            p.branching_cap
        ));
    }
    if p.norm_reference >= 1.0 {
        return Err(format!(
            "incidents.norm_reference is {}; it must be below 1",
            p.norm_reference
        ));
    }
    if p.decay_days <= 0.0 || p.distance_km <= 0.0 {
        return Err("incidents.decay_days and incidents.distance_km must be above 0".into());
    }
    if p.severity_max <= 1.0 || p.severity_exponent <= 0.0 {
        return Err("incidents.severity_max must be above 1 and severity_exponent above 0".into());
    }
    Ok(())
}

/// Works the seven days of the week.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.incidents;
    for region in &mut world.society.regions {
        region.incidents = [0.0; ACTS];
        region.incidents_reported = 0.0;
        region.worst_severity.fill(0.0);
    }
    let kappa = branching::by_region(p, &world.conduct.norm, &world.conduct.mediation);
    world.conduct.branching = radius(&kappa, &setting.incident_kernel);
    world.conduct.branching_peak = world.conduct.branching_peak.max(world.conduct.branching);
    fade_attacks(ctx, world);
    if ctx.week == 1 {
        earlier_events(ctx, world);
    }
    let week = Week::new(ctx, world, kappa);
    let first = Setting::first_day(ctx.week);
    for day in first..first + DAYS_PER_WEEK {
        week.day(ctx, world, day);
    }
}

/// What a group suffered fades over the weeks in which people still fear it.
fn fade_attacks(ctx: &Context<'_>, world: &mut World) {
    let keep = exp(-1.0 / ctx.setting.scenario.parameters.exit.attack_weeks);
    for x in &mut world.conduct.attacks {
        *x *= keep;
    }
}

/// Outside events dated before week 1 enter with what is left of their excitation.
fn earlier_events(ctx: &Context<'_>, world: &mut World) {
    let p = &ctx.setting.scenario.parameters.incidents;
    let mut shocks: Vec<_> = ctx.setting.scenario.shocks.iter().filter(|s| s.day < 0).collect();
    shocks.sort_by_key(|s| s.day);
    for shock in shocks {
        if let ShockKind::Incident { target, severity } = shock.kind {
            let left = exp(shock.day as f64 / p.decay_days);
            event::seed(ctx, world, shock, target, severity, left);
        }
    }
}

/// Address of incidents of `kind` in region `r` on `day`.
fn address(setting: &Setting, r: usize, kind: usize, day: u32) -> Address {
    setting.place[r].with(Address::new(Kind::Incident, kind as u32, u64::from(day)))
}

/// A Poisson number by inversion: more of `mean` never gives fewer, draw by draw. Large means are
/// worked in parts.
fn poisson(ctx: &Context<'_>, who: Address, mean: f64) -> u32 {
    const PART: f64 = 200.0;
    let parts = (mean / PART).ceil().max(1.0);
    let part = mean / parts;
    let mut n = 0;
    for index in 0..parts as u32 {
        let u = ctx.draws.uniform(who, ctx.week, Purpose::IncidentCount, index);
        let mut probability = exp(-part);
        let mut below = probability;
        let mut k = 0;
        while below < u && probability > 0.0 {
            k += 1;
            probability *= part / f64::from(k);
            below += probability;
        }
        n += k;
    }
    n
}

/// The incidents of one week in order.
pub fn of_week(world: &World, week: u32) -> impl Iterator<Item = (usize, &Incident)> {
    let first = Setting::first_day(week) as i32;
    let start = world.incidents.partition_point(|e| e.day < first);
    let end = world.incidents.partition_point(|e| e.day < first + DAYS_PER_WEEK as i32);
    world.incidents[start..end].iter().enumerate().map(move |(k, e)| (start + k, e))
}

#[cfg(test)]
mod tests;
