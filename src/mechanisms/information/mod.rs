//! Information: what people hear, see and believe.
//!
//! - **Salience** of target g in region R fades and is renewed by coverage and by the worst event of
//!   last week: `M <- M e^(-1/tau)`, then `M <- M + (1 - M)(1 - e^-y)` with
//!   `y = coverage + disclosed + w H(worst in R; local) + w H(worst anywhere; national)`,
//!   `H(s; k) = s^2/(s^2+k^2)`.
//! - **Visibility**: hostile posts are shown more often than they are written ([`survey`]).
//! - **Believed displacement**: `(1 - m) D + m (D + sum over groups of visibility * salience *
//!   newcomers who work or seek work)`, drawn back toward the truth by an official word that is heard and trusted.
//! - **Rumours** ([`rumours`]) and the level of **state threat** set by dated shocks.
//! - **Channels** ([`channels`]): coverage as each group sees it. **Coordinated accounts** and funded
//!   narratives ([`accounts`]): what is put into the public view.
//!
//! Reads: shocks, `worst_severity` (last week), hostility and fear (last week), trust in authorities,
//! `displaced`, presence. Writes: `opinion`, `mood`, `state_threat`, `rumours` and, by region,
//! `salience`, `group_salience`, `visible_hostility`, `online_hostility`, `displaced_believed`, `rumour`, `silence_days`.
//! Off: `information.event_weight = 0`, `visibility = 0`, `job_visibility = 0`, `rumour_birth = 0`.
//! Cards: S0-H01, S0-H09, S0-H26, S0-H35, S4-H03, S4-H25. Sources: E49 (Home Office hate crime
//! statistics 2016), Mueller and Schwarz 2021, Hopkins, Sides and Citrin 2019.

pub mod accounts;
pub mod channels;
pub mod rumours;
mod survey;
mod word;

use serde::{Deserialize, Serialize};

use super::minority;
use crate::engine::math::{exp, expm1};
use crate::engine::sums::tabulate;
use crate::scenario::{DAYS_PER_WEEK, Shock, ShockKind};
use crate::world::society::RegionSociety;
use crate::world::{Context, Setting, World};

pub use survey::survey;
pub use word::Word;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Time constant of salience, weeks.
    pub salience_weeks: f64,
    /// Salience that an extreme event adds.
    pub event_weight: f64,
    /// Severity at which an event is half as salient as can be in its region.
    pub local_severity: f64,
    /// The same for the rest of the country.
    pub national_severity: f64,
    /// Salience of each target per 100 incidents a week in the country, in ordinary times.
    pub ordinary_salience: f64,
    /// How much more visible a hostile post is than another.
    pub visibility: f64,
    /// Width in hostility over which posts turn hostile.
    pub visibility_width: f64,
    /// Share of newly arrived workers seen as having taken a job, at full salience.
    pub job_visibility: f64,
    /// Share of a false belief that an official word, heard and trusted by all, takes away a week.
    pub correction: f64,
    /// Hazard per week of a rumour being born at full salience in silence.
    pub rumour_birth: f64,
    /// Share of residents who believe a rumour at birth.
    pub rumour_seed: f64,
    /// Contacts passing a rumour on, per believer and week.
    pub rumour_spread: f64,
    /// Rate at which believers give a rumour up, per week.
    pub rumour_forget: f64,
    /// Days of silence after which rumours find little resistance.
    pub silence_days: f64,
    /// Share of a false belief that facts checked in public, heard by all, take away a week.
    pub fact_check: f64,
    /// How much faster rumours pass on if all attention goes to private messages, less 1.
    pub private_gain: f64,
    /// Share of what passes in private messages that monitoring does not see.
    pub private_hidden: f64,
    /// Reach of what an official body with all resources says about events.
    pub bodies_word: f64,
    /// Hazard per week of a rumour being brought in from outside.
    pub external_seed: f64,
    /// Narrative that comes with money for NGOs: above 0 hostile, below 0 friendly.
    pub funded_narrative: f64,
    /// Weight of coordinated accounts in what an exposed person sees.
    pub accounts_weight: f64,
    /// Hazard per week of a rumour being born if everyone is exposed to coordinated accounts.
    pub accounts_rumour: f64,
    /// Share of people who know of coordinated accounts and discount them.
    pub accounts_awareness: f64,
}

/// One week of information.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    survey(ctx.setting, world);
    accounts::step(ctx, world);
    salience(ctx, world);
    let end_of_week = i64::from(Setting::first_day(ctx.week) + DAYS_PER_WEEK);
    world.society.state_threat = state_threat(ctx.setting, end_of_week);
    let word = Word::of(ctx, world);
    displacement(ctx.setting, world, &word);
    rumours::step(ctx, world, &word);
}

/// How salient an event of severity `s` is, `[0, 1]`.
fn hill(s: f64, half: f64) -> f64 {
    s * s / (s * s + half * half)
}

/// Days of week `week` on which a shock works, over 7.
pub(super) fn active(shock: &Shock, week: u32) -> f64 {
    let first = i64::from(Setting::first_day(week));
    let from = shock.day.max(first);
    let to = (shock.day + i64::from(shock.days)).min(first + i64::from(DAYS_PER_WEEK));
    (to - from).max(0) as f64 / f64::from(DAYS_PER_WEEK)
}

fn salience(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.information;
    let kept = exp(-1.0 / p.salience_weeks);
    let signs: Vec<f64> = setting
        .targets
        .iter()
        .flat_map(|&g| (0..setting.regions()).map(move |r| (r, g)))
        .map(|(r, g)| minority::coverage(setting, world, r, g))
        .collect();
    let regions = &mut world.society.regions;
    for (t, &group) in setting.targets.iter().enumerate() {
        let worst = |r: &crate::world::society::RegionSociety| {
            r.worst_severity.get(t).copied().unwrap_or(0.0)
        };
        let anywhere = regions.iter().map(worst).fold(0.0, f64::max);
        let signs = &signs[t * setting.regions()..];
        for (r, region) in regions.iter_mut().enumerate() {
            let coverage: f64 = setting
                .scenario
                .shocks
                .iter()
                .filter(|s| s.region.is_none_or(|x| x == r))
                .map(|s| match s.kind {
                    ShockKind::Media { target, coverage } if target == group => {
                        coverage * active(s, ctx.week)
                    }
                    _ => 0.0,
                })
                .sum();
            // What is published about a target is news.
            let disclosed = region.disclosed.get(t).copied().unwrap_or(0.0);
            let y = coverage
                + disclosed
                + p.event_weight * hill(worst(region), p.local_severity)
                + p.event_weight * hill(anywhere, p.national_severity)
                + signs[r];
            if setting.scenario.channels.is_empty() {
                let m = region.salience[t] * kept;
                region.salience[t] = m - (1.0 - m) * expm1(-y);
            } else {
                by_group(setting, region, (r, t), kept, coverage, y - coverage);
            }
        }
    }
}

/// Salience of one target as each group of a region sees it; the region's is the mean over its groups.
fn by_group(
    setting: &Setting,
    region: &mut RegionSociety,
    (r, t): (usize, usize),
    kept: f64,
    coverage: f64,
    events: f64,
) {
    let targets = setting.targets.len();
    if region.group_salience.is_empty() {
        region.group_salience = region.salience.repeat(setting.groups());
    }
    let shares = &setting.scenario.regions[r].group_shares;
    let (mut sum, mut whole) = (0.0, 0.0);
    for &group in &setting.group_order {
        let y = coverage * channels::seen(setting, r, group, t) + events;
        let m = &mut region.group_salience[group * targets + t];
        *m *= kept;
        *m -= (1.0 - *m) * expm1(-y);
        sum += shares[group] * *m;
        whole += shares[group];
    }
    region.salience[t] = if whole > 0.0 { sum / whole } else { region.salience[t] * kept };
}

/// Threat of the state behind each target, region x target, with what dated shocks have done to it by day `today`.
pub fn state_threat(setting: &Setting, today: i64) -> Vec<f64> {
    let scenario = &setting.scenario;
    let reached = |r: usize, group: usize| {
        let mut moves: Vec<(i64, u32, f64)> = scenario
            .shocks
            .iter()
            .filter(|shock| shock.region.is_none_or(|region| region == r))
            .filter_map(|shock| match shock.kind {
                ShockKind::StateThreat { target, level } if target == group => {
                    Some((shock.day, shock.days, level))
                }
                _ => None,
            })
            .collect();
        moves.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)));
        let mut level = scenario.groups[group].state_threat;
        for (day, days, new) in moves {
            let done = ((today - day) as f64 / f64::from(days.max(1))).clamp(0.0, 1.0);
            level += (new - level) * done;
        }
        level
    };
    (0..setting.regions())
        .flat_map(|r| setting.targets.iter().map(move |&g| (r, g)))
        .map(|(r, g)| reached(r, g))
        .collect()
}

fn displacement(setting: &Setting, world: &mut World, word: &Word) {
    let World { households, society, .. } = world;
    let p = &setting.scenario.parameters;
    let (regions, targets) = (setting.regions(), setting.targets.len());
    let own = setting.own_target();
    let people = &setting.people;
    let arrivals = setting.households() - setting.residents;
    let workers = tabulate(arrivals, regions * targets, |k, table| {
        let i = setting.residents + k;
        let t = own[people.group[i] as usize];
        let works = !people.transit[i] && !people.outside_income[i];
        if households.here(i) && works && t != usize::MAX {
            let r = households.region[i] as usize;
            table[r * targets + t] += setting.persons(i, people.adults[i]);
        }
    });
    let m = p.attitudes.media_weight;
    for (r, region) in society.regions.iter_mut().enumerate() {
        let shown: f64 = (0..targets)
            .map(|t| {
                p.information.job_visibility * region.salience[t] * workers[r * targets + t].get()
            })
            .sum();
        let left = (1.0 - p.information.correction * word.official[r]) * (1.0 - word.facts[r]);
        let excess = m * shown * left;
        region.displaced_believed = region.displaced + excess;
    }
}

#[cfg(test)]
mod tests;
