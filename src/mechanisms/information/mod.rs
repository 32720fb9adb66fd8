//! Information: what people hear, see and believe.
//!
//! - **Salience** of target g in region R fades and is renewed by coverage and by the worst event of
//!   last week: `M <- M e^(-1/tau)`, then `M <- M + (1 - M)(1 - e^-y)` with
//!   `y = coverage + w H(worst in R; local) + w H(worst anywhere; national)`, `H(s; k) = s^2/(s^2+k^2)`.
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

use serde::{Deserialize, Serialize};

use crate::engine::math::{exp, expm1};
use crate::engine::sums::tabulate;
use crate::scenario::{DAYS_PER_WEEK, LeverKind, Mediator, Shock, ShockKind};
use crate::world::society::RegionSociety;
use crate::world::{Context, Setting, World};

pub use survey::survey;

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
    state_threat(ctx, world);
    let word = Word::of(ctx, world);
    displacement(ctx.setting, world, &word);
    rumours::step(ctx, world, &word);
}

/// How salient an event of severity `s` is, `[0, 1]`.
fn hill(s: f64, half: f64) -> f64 {
    s * s / (s * s + half * half)
}

/// Days of week `week` on which a shock works, over 7.
fn active(shock: &Shock, week: u32) -> f64 {
    let first = i64::from(Setting::first_day(week));
    let from = shock.day.max(first);
    let to = (shock.day + i64::from(shock.days)).min(first + i64::from(DAYS_PER_WEEK));
    (to - from).max(0) as f64 / f64::from(DAYS_PER_WEEK)
}

fn salience(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.information;
    let kept = exp(-1.0 / p.salience_weeks);
    let regions = &mut world.society.regions;
    for (t, &group) in setting.targets.iter().enumerate() {
        let worst = |r: &crate::world::society::RegionSociety| {
            r.worst_severity.get(t).copied().unwrap_or(0.0)
        };
        let anywhere = regions.iter().map(worst).fold(0.0, f64::max);
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
            let y = coverage
                + p.event_weight * hill(worst(region), p.local_severity)
                + p.event_weight * hill(anywhere, p.national_severity);
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

/// The level each dated shock has reached by the end of the week.
fn state_threat(ctx: &Context<'_>, world: &mut World) {
    let scenario = &ctx.setting.scenario;
    let today = i64::from(Setting::first_day(ctx.week) + DAYS_PER_WEEK);
    for (t, &group) in ctx.setting.targets.iter().enumerate() {
        let mut moves: Vec<(i64, u32, f64)> = scenario
            .shocks
            .iter()
            .filter_map(|s| match s.kind {
                ShockKind::StateThreat { target, level } if target == group => {
                    Some((s.day, s.days, level))
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
        world.society.state_threat[t] = level;
    }
}

/// How far those who speak about events are heard and believed, by region, `[0, 1]`.
pub struct Word {
    /// The official word: heard times trusted.
    pub official: Vec<f64>,
    /// Facts checked in public, times what they take away of a false belief.
    pub facts: Vec<f64>,
    /// What official bodies say, as far as people listen to them.
    pub bodies: Vec<f64>,
}

impl Word {
    fn of(ctx: &Context<'_>, world: &World) -> Self {
        let setting = ctx.setting;
        let day = i64::from(Setting::first_day(ctx.week));
        let p = &setting.scenario.parameters.information;
        let facts = |r: usize| {
            let (strength, compliance) = setting.scenario.lever(LeverKind::FactCorrection, r, day);
            p.fact_check * (strength * compliance).clamp(0.0, 1.0)
        };
        let official = |body: &&Mediator| body.kind.official();
        let speakers: Vec<&Mediator> = setting.scenario.mediators.iter().filter(official).collect();
        let trusted = if speakers.iter().any(|body| body.appointed) {
            trust_in_authorities(setting, world)
        } else {
            vec![1.0; setting.regions()]
        };
        let bodies = |r: usize| {
            let unheard: f64 = speakers
                .iter()
                .filter(|body| body.works_in(r))
                .map(|body| {
                    let credible = body.standing * if body.appointed { trusted[r] } else { 1.0 };
                    1.0 - p.bodies_word * body.coverage * body.resources * credible
                })
                .product();
            1.0 - unheard
        };
        Self {
            official: official_word(ctx, world),
            facts: (0..setting.regions()).map(facts).collect(),
            bodies: (0..setting.regions()).map(bodies).collect(),
        }
    }
}

/// By region, how far an official word is heard and trusted, `[0, 1]`.
fn official_word(ctx: &Context<'_>, world: &World) -> Vec<f64> {
    let setting = ctx.setting;
    let regions = setting.regions();
    let day = i64::from(Setting::first_day(ctx.week));
    let heard: Vec<f64> = (0..regions)
        .map(|r| setting.scenario.lever(LeverKind::OfficialInformation, r, day).0.clamp(0.0, 1.0))
        .collect();
    if heard.iter().all(|&x| x == 0.0) {
        return heard;
    }
    let trusted = trust_in_authorities(setting, world);
    heard.iter().zip(trusted).map(|(x, trust)| x * trust).collect()
}

/// Mean trust in the authorities by region; 0 where nobody lives.
fn trust_in_authorities(setting: &Setting, world: &World) -> Vec<f64> {
    let regions = setting.regions();
    let (households, trust) = (&world.households, &world.society.trust);
    let sums = tabulate(setting.households(), 2 * regions, |i, table| {
        if households.here(i) {
            let r = households.region[i] as usize;
            let weight = f64::from(setting.people.weight[i]);
            table[2 * r] += weight;
            table[2 * r + 1] += weight * f64::from(trust[i][2]);
        }
    });
    let credibility = |r: usize| {
        let weight = sums[2 * r].get();
        if weight > 0.0 { sums[2 * r + 1].get() / weight } else { 0.0 }
    };
    (0..regions).map(credibility).collect()
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
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Channel, ChannelKind, ChannelOrigin, Lever, MediatorKind, testing};
    use crate::world::populate::populate;

    fn media(target: usize) -> Shock {
        let kind = ShockKind::Media { target, coverage: 1.0 };
        Shock { id: "m".into(), day: 0, days: 7, region: Some(0), kind, source: "test".into() }
    }

    #[test]
    fn salience_rises_with_coverage_where_it_is_shown_and_fades_at_its_rate() {
        let mut scenario = testing::two_towns();
        scenario.shocks.push(media(2));
        let (setting, mut world) = populate(scenario);
        let tau = setting.scenario.parameters.information.salience_weeks;
        let before = world.society.regions[0].salience[2];
        let draws = Draws::new(1, 0);
        salience(&Context { setting: &setting, draws, week: 1 }, &mut world);
        let m = before * exp(-1.0 / tau);
        let expected = m + (1.0 - m) * (1.0 - exp(-1.0));
        assert!((world.society.regions[0].salience[2] - expected).abs() < 1e-12);
        assert!(world.society.regions[1].salience[2] < before);
        salience(&Context { setting: &setting, draws, week: 2 }, &mut world);
        let faded = expected * exp(-1.0 / tau);
        assert!((world.society.regions[0].salience[2] - faded).abs() < 1e-12);
    }

    #[test]
    fn nobody_is_believed_displaced_before_anyone_came() {
        let (setting, mut world) = populate(testing::two_towns());
        let draws = Draws::new(1, 0);
        step(&Context { setting: &setting, draws, week: 1 }, &mut world);
        assert!(world.society.regions.iter().all(|r| r.displaced_believed == 0.0));
    }

    #[test]
    fn a_trusted_official_word_leaves_less_believed_displacement() {
        let believed = |strength: f64| {
            let mut scenario = testing::two_towns();
            scenario.shocks.push(media(2));
            scenario.levers.push(Lever {
                id: "word".into(),
                kind: LeverKind::OfficialInformation,
                start_day: 0,
                end_day: 700,
                strength,
                compliance: 1.0,
                cost_per_unit: 0.0,
                regions: Vec::new(),
            });
            let (setting, mut world) = populate(scenario);
            for i in setting.residents..setting.households() {
                world.households.presence[i] = crate::world::Presence::Present;
            }
            let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
            step(&ctx, &mut world);
            world.society.regions[0].displaced_believed
        };
        let (none, some, full) = (believed(0.0), believed(0.5), believed(1.0));
        assert!(none > some && some > full && full > 0.0, "{none} {some} {full}");
    }

    #[test]
    fn state_threat_reaches_its_new_level_when_the_shock_ends() {
        let mut scenario = testing::two_towns();
        let kind = ShockKind::StateThreat { target: 2, level: 0.7 };
        let source = "test".to_owned();
        scenario.shocks.push(Shock {
            id: "s".into(),
            day: 0,
            days: 14,
            region: None,
            kind,
            source,
        });
        let (setting, mut world) = populate(scenario);
        let mut levels = Vec::new();
        for week in 1..=3 {
            state_threat(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
            levels.push(world.society.state_threat[2]);
        }
        assert!((levels[0] - 0.4).abs() < 1e-12 && levels[1] == 0.7 && levels[2] == 0.7);
    }

    fn lever(kind: LeverKind, strength: f64) -> Lever {
        Lever {
            id: "l".into(),
            kind,
            start_day: 0,
            end_day: 700,
            strength,
            compliance: 1.0,
            cost_per_unit: 0.0,
            regions: Vec::new(),
        }
    }

    /// The world after two weeks of stories and rumours about newcomers, all of them present.
    fn two_weeks(change: impl FnOnce(&mut crate::scenario::Scenario)) -> World {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.1;
        scenario.shocks.push(Shock { days: 30, ..media(2) });
        scenario.parameters.information.rumour_birth = 50.0;
        change(&mut scenario);
        let (setting, mut world) = populate(scenario);
        for i in setting.residents..setting.households() {
            world.households.presence[i] = crate::world::Presence::Present;
        }
        for week in 1..=2 {
            step(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
        }
        world
    }

    #[test]
    fn facts_wear_beliefs_and_rumours_down_but_no_attitude_and_nothing_where_nobody_reads_them() {
        let with = |strength, compliance| {
            two_weeks(|s| {
                s.levers.push(Lever { compliance, ..lever(LeverKind::FactCorrection, strength) });
            })
        };
        let (plain, facts, unread) = (with(0.0, 1.0), with(1.0, 1.0), with(1.0, 0.0));
        let of =
            |w: &World| (w.society.regions[0].displaced_believed, w.society.regions[0].rumour[2]);
        assert!(of(&facts).0 < 0.8 * of(&plain).0 && of(&facts).1 < of(&plain).1);
        assert_eq!(of(&unread), of(&plain));
        assert_eq!(facts.society.hostility, plain.society.hostility);
    }

    fn channel(kind: ChannelKind, reach: [f64; 3], slant: f64) -> Channel {
        Channel {
            id: "c".into(),
            kind,
            origin: ChannelOrigin::Inside,
            regions: Vec::new(),
            reach: reach.to_vec(),
            credibility: 1.0,
            slant: vec![0.0, 0.0, slant],
        }
    }

    #[test]
    fn groups_that_follow_other_channels_see_other_news() {
        let plain = two_weeks(|_| {}).society.regions[0].salience[2];
        let world = two_weeks(|s| {
            s.channels = vec![
                channel(ChannelKind::Press, [0.5, 0.0, 0.5], 0.0),
                channel(ChannelKind::Television, [0.0, 0.5, 0.0], -0.8),
            ];
        });
        let region = &world.society.regions[0];
        assert!((region.salience_for(0, 2, 3) - plain).abs() < 1e-12);
        assert!(region.salience_for(1, 2, 3) < 0.7 * plain);
        let mean = 0.7 * region.salience_for(0, 2, 3) + 0.3 * region.salience_for(1, 2, 3);
        assert!((region.salience[2] - mean).abs() < 1e-12);
    }

    #[test]
    fn rumours_pass_faster_in_private_and_no_correction_reaches_them_there() {
        let believed = |kind, strength| {
            let world = two_weeks(|s| {
                s.channels = vec![channel(kind, [0.5; 3], 0.0)];
                s.levers.push(lever(LeverKind::FactCorrection, strength));
            });
            world.society.regions[0].rumour[2]
        };
        let (open, private) =
            (believed(ChannelKind::Press, 0.0), believed(ChannelKind::Messaging, 0.0));
        assert!(private > 1.5 * open && open > 0.0, "{private} {open}");
        assert_eq!(believed(ChannelKind::Messaging, 1.0), private);
        assert!(believed(ChannelKind::Press, 1.0) < open);
    }

    #[test]
    fn a_body_nobody_listens_to_leaves_the_silence_as_it_is() {
        let word = |standing: f64| {
            let mut scenario = testing::two_towns();
            scenario.scale = 0.05;
            scenario.mediators = vec![Mediator {
                id: "m".into(),
                kind: MediatorKind::Assembly,
                regions: Vec::new(),
                strength: 0.5,
                coverage: 1.0,
                standing,
                appointed: true,
                stability: 1.0,
                resources: 1.0,
                skill: 1.0,
                skill_weeks: None,
                capacity: None,
                delay_days: 0.0,
                counterparts: Vec::new(),
            }];
            let (setting, world) = populate(scenario);
            Word::of(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &world)
                .bodies[0]
        };
        assert_eq!(word(0.0), 0.0);
        assert!((word(0.8) / word(0.2) - 4.0).abs() < 1e-9 && word(0.8) > 0.05);
    }

    #[test]
    fn rumours_come_from_outside_only_where_a_scenario_says_so() {
        let count = |seed: f64| {
            let world = two_weeks(|s| {
                s.shocks.clear();
                s.parameters.information.rumour_birth = 0.0;
                s.parameters.information.external_seed = seed;
            });
            world.society.rumours.len()
        };
        assert_eq!(count(0.0), 0);
        assert!(count(20.0) > 0);
    }
}
