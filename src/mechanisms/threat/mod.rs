//! Threat: how much each group seems to threaten what a household has and holds dear.
//!
//! Four channels with weights that sum to 1, each input in `[0, 1]`, so threat is too:
//!
//! ```text
//! T_ig = b_ig (w_own own_i + w_regional believed_R)                realistic; b from blame
//!      + w_symbolic d_ig y(s_ig) + w_security a_i state_g (1 + gain views_Rg) + w_media M_ig (floor + (1 - floor) m_i)
//! own      = 1 - (1 - income loss)(1 - rent loss)(1 - wait)(1 - dependence * land loss)
//! believed = jobs, rents, services and land of the region, as people believe them to be
//! y(s)     = ln(1 + s/s0) / ln(1 + 0.2/s0), at most 1;  s = (1-m_i) s_cell + m_i s_region (1 + gain M)
//! ```
//!
//! `d_ig` is the distance between the groups times the household's proneness to feel it, `a_i` how far
//! it lays a state's doings on people, `views` the share of those who arrived who side with that state, `m_i`
//! its media weight; people in transit do not count in size. A believed rumour adds to `M_ig`. This
//! mechanism writes all but the first line; blame adds that.
//!
//! Mutual help leaves a part of own losses. Goodwill, off by default, leaves a part of believed regional losses where newcomers bring
//! gains: `believed (1 - goodwill x/(x + half))`, `x` being their spending over that of residents, sales tax on it, and the rise
//! of going rents times the share of renters.
//!
//! Reads: income, rent, tenure, waits, lost access to land, going rents, `displaced_believed`, salience, presence, state
//! threat, rumours. Writes: `threat`, `loss`, `usual_burden`, `base_rent`. Off: a weight of 0 in its
//! channel. Cards: S0-H05, S0-H07, S0-H25, S0-H32, S0-H35, S1-H05, S1-H08, S1-H09, S1-H25. Sources:
//! Riek, Mania and Gaertner 2006; Hainmueller and Hopkins 2014; Quillian 1995.

mod strip;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::strip::{Assessor, Constants, Scenes, by_row, live};
use super::affect::MOST_TARGETS;
use super::housing::RentAid;
use super::part::Part;
use super::{land, outreach};
use crate::engine::draws::Draws;
use crate::engine::math::{exp, ln, ln_1p};
use crate::engine::strips::STRIP;
use crate::engine::sums::{BLOCK, SHARE, tabulate};
use crate::engine::wide::wide;
use crate::scenario::{DIMENSIONS, LeverKind};
use crate::world::{BANDS, Context, Setting, Society, World};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Weight of own losses; the weights of the channels sum to 1.
    pub own: f64,
    /// Weight of believed regional losses.
    pub regional: f64,
    /// Weight of size times distance.
    pub symbolic: f64,
    /// Weight of state threat times attribution.
    pub security: f64,
    /// Weight of salience.
    pub media: f64,
    /// How much more a state seems to threaten per share of its newcomers who side with it.
    pub views_gain: f64,
    /// Part of the media channel that reaches everyone whatever the media weight.
    pub media_floor: f64,
    /// Salience a believed rumour adds, share of the distance to 1.
    pub rumour: f64,
    /// Share of population from which size is felt about in proportion to its logarithm.
    pub size_scale: f64,
    /// How many times larger a group seems in the media at full salience, less 1.
    pub size_gain: f64,
    /// Part of believed regional losses that is about jobs; the parts sum to 1.
    pub jobs: f64,
    /// Part that is about rents.
    pub rents: f64,
    /// Part that is about services.
    pub services: f64,
    /// Believed displaced workers, share of residents, at which half the worry about jobs is reached.
    pub jobs_half: f64,
    /// Real rise of going rents at which half the worry about rents is reached.
    pub rents_half: f64,
    /// Wait in days at which half the worry about services is reached.
    pub wait_half: f64,
    /// Rise of rent over income at which half of the loss from rent is felt.
    pub burden_half: f64,
    /// Loss of a household that has to stay with others.
    pub hosted_loss: f64,
    /// Weeks in which a household gets used to a rent burden.
    pub usual_weeks: f64,
    /// Weight of language in the distance of a relation that gives four.
    pub distance_language: f64,
    /// Weight of culture.
    pub distance_culture: f64,
    /// Weight of how the past is told.
    pub distance_past: f64,
    /// Weight of the bloc of states.
    pub distance_bloc: f64,
    /// Share of every distance that a shared identity takes away.
    pub shared_identity: f64,
    /// How many times larger a group from a nation of a thousand million seems, less 1.
    pub origin: f64,
    /// How much more a household that has lost everything feels threatened.
    pub hardship: f64,
    /// Share of threat from the media and from states that full dialogue takes away.
    pub dialogue: f64,
    /// Share of own losses that mutual help takes away where everyone has it.
    pub mutual_help: f64,
    /// Share of believed regional losses that large gains of the region take away.
    pub goodwill: f64,
    /// Gains, share of residents' spending, at which half of that is reached.
    pub goodwill_half: f64,
}

impl Parameters {
    /// One distance from four; their mean where no dimension has weight.
    pub fn distance(&self, distances: [f64; DIMENSIONS]) -> f64 {
        let weights =
            [self.distance_language, self.distance_culture, self.distance_past, self.distance_bloc];
        let sum: f64 = weights.iter().sum();
        let weights = if sum > 0.0 { weights.map(|w| w / sum) } else { [0.25; DIMENSIONS] };
        distances.iter().zip(weights).map(|(d, w)| d * w).sum()
    }

    /// How many times larger a group from a nation of this many people seems, less 1.
    fn origin_gain(&self, population: Option<f64>) -> f64 {
        let size = population.map_or(0.0, |n| ln(n / ORIGIN.0) / ln(ORIGIN.1 / ORIGIN.0));
        self.origin * size.clamp(0.0, 1.0)
    }
}

/// Nations of these sizes lie at 0 and at 1 of the scale on which the size of a nation is felt.
const ORIGIN: (f64, f64) = (1e6, 1e9);

/// The channels of threat in the order in which they are noted; the last two are losses, which count as far
/// as blame lays them on the target.
pub const CHANNELS: [Part; 7] = [
    Part::new("threat.symbolic", "size and distance of the group", &["threat.symbolic"]),
    Part::new("threat.security", "a state seen behind the group", &["threat.security"]),
    Part::new("threat.media", "threat shown in the media", &["threat.media"]),
    Part::new("threat.rumour", "rumours", &["threat.rumour"]),
    Part::new("memory.symbolic", "size and distance, remembered injury", &["memory.gain"]),
    Part::new("blame.own", "own losses of income and home, blamed", &["threat.own", "blame.slope"]),
    Part::new(
        "blame.regional",
        "jobs, rents and queues of the region, blamed",
        &["threat.regional", "blame.slope"],
    ),
];

/// One week of threat, without the blamed part.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    step_noting(ctx, world, &|_, _, _| ());
}

/// One week of threat that tells `note` of every household and target what each of [`CHANNELS`] holds.
pub fn step_noting(
    ctx: &Context<'_>,
    world: &mut World,
    note: &(impl Fn(usize, usize, [f32; CHANNELS.len()]) + Sync),
) {
    let policies = Policies { calm: outreach::calm(ctx), unhelped: unhelped(ctx) };
    assess_noting(ctx.setting, ctx.draws, world, false, &policies, note);
}

/// Writes threat and losses; `everyone` includes those not in the country.
pub fn assess(setting: &Setting, draws: Draws, world: &mut World, everyone: bool) {
    assess_noting(setting, draws, world, everyone, &Policies::default(), &|_, _, _| ());
}

/// What policies leave, by region; all of it where empty.
#[derive(Default)]
struct Policies {
    /// Of threat from the media and from states, `[0, 1]`.
    calm: Vec<f32>,
    /// Of own losses, `[0, 1]`.
    unhelped: Vec<f32>,
}

/// Own losses that mutual help leaves, by region.
fn unhelped(ctx: &Context<'_>) -> Vec<f32> {
    let scenario = &ctx.setting.scenario;
    let day = i64::from(Setting::first_day(ctx.week));
    let left = |r: usize| {
        let (strength, compliance) = scenario.lever(LeverKind::MutualHelp, r, day);
        let helped = (strength * compliance).clamp(0.0, 1.0);
        (1.0 - scenario.parameters.threat.mutual_help * helped) as f32
    };
    (0..ctx.setting.regions()).map(left).collect()
}

fn assess_noting(
    setting: &Setting,
    draws: Draws,
    world: &mut World,
    everyone: bool,
    policies: &Policies,
    note: &(impl Fn(usize, usize, [f32; CHANNELS.len()]) + Sync),
) {
    // The number of targets is known to the compiler inside the loop.
    match setting.targets.len() {
        0 => {}
        1 => assess_of::<1>(setting, draws, world, everyone, policies, note),
        2 => assess_of::<2>(setting, draws, world, everyone, policies, note),
        3 => assess_of::<3>(setting, draws, world, everyone, policies, note),
        4 => assess_of::<4>(setting, draws, world, everyone, policies, note),
        5 => assess_of::<5>(setting, draws, world, everyone, policies, note),
        _ => assess_of::<MOST_TARGETS>(setting, draws, world, everyone, policies, note),
    }
}

fn assess_of<const T: usize>(
    setting: &Setting,
    draws: Draws,
    world: &mut World,
    everyone: bool,
    policies: &Policies,
    note: &(impl Fn(usize, usize, [f32; CHANNELS.len()]) + Sync),
) {
    let rents = going_rents(setting, world);
    if world.society.base_rent.is_empty() {
        world.society.base_rent.clone_from(&rents);
    }
    let places = places(setting, world, policies, &rents);
    let scenes = Scenes::<T>::new(setting, world);
    let World { households, society, price_level, land: fields, memory, rent_aid, .. } = world;
    let Society { threat, loss, usual_burden, settled, rumours, .. } = society;
    let assessor = Assessor {
        setting,
        households,
        draws,
        everyone,
        constants: Constants::new(setting, *price_level),
        places,
        scenes,
        land_loss: land::felt(setting, fields),
        settled: settled.as_chunks().0,
        memory,
        aid: RentAid::new(setting, households, rent_aid, *price_level),
        group_memory: by_row(memory.group.iter().map(|x| *x as f32)),
        rumours: live(setting, rumours),
    };
    threat
        .par_chunks_mut(BLOCK * T)
        .zip(loss.par_chunks_mut(BLOCK))
        .zip(usual_burden.par_chunks_mut(BLOCK))
        .enumerate()
        .with_max_len(SHARE)
        .for_each(|(block, ((threats, losses), usual))| {
            wide(
                #[inline(always)]
                || {
                    let strips = threats
                        .chunks_mut(STRIP * T)
                        .zip(losses.chunks_mut(STRIP))
                        .zip(usual.chunks_mut(STRIP));
                    for (n, ((threats, losses), usual)) in strips.enumerate() {
                        assessor.strip(block * BLOCK + n * STRIP, threats, losses, usual, note);
                    }
                },
            );
        });
}

/// How large a group seems that makes up this share of a population, `[0, 1]`: by its logarithm.
pub fn seeming_size(p: &Parameters, share: f64) -> f64 {
    (ln_1p(share / p.size_scale) / ln_1p(0.2 / p.size_scale)).min(1.0)
}

/// What the losses of everyone in a region share, by region.
fn places(setting: &Setting, world: &World, policies: &Policies, rents: &[f64]) -> Vec<[f32; 4]> {
    let p = &setting.scenario.parameters.threat;
    (0..setting.regions())
        .map(|r| {
            let days = world.queues.service_wait_days.get(r).copied().unwrap_or(0.0);
            let wait = days * days / (days * days + p.wait_half * p.wait_half);
            let region = &world.society.regions[r];
            let displaced =
                region.displaced_believed / setting.scenario.regions[r].population.max(1.0);
            let rise = (exp(rents[r] - world.society.base_rent[r]) - 1.0).max(0.0);
            let loss = p.jobs * half(displaced, p.jobs_half)
                + p.rents * half(rise, p.rents_half)
                + p.services * wait;
            let lost = world.land.regional_loss.get(r).copied().unwrap_or(0.0);
            let loss = loss + (1.0 - loss) * setting.scenario.parameters.land.believed * lost;
            let thanks = p.goodwill * half(gains(setting, world, r, rise), p.goodwill_half);
            let believed = (p.regional * loss * (1.0 - thanks)) as f32;
            let left = |policy: &[f32]| policy.get(r).copied().unwrap_or(1.0);
            [1.0 - wait as f32, left(&policies.unhelped), believed, left(&policies.calm)]
        })
        .collect()
}

/// What newcomers bring a region over what residents spend there: sales and the tax on them, and dearer rents for owners.
fn gains(setting: &Setting, world: &World, r: usize, rise: f64) -> f64 {
    let scenario = &setting.scenario;
    let usual = setting.employment.spending.get(r).copied().unwrap_or(0.0);
    let sales = match world.labour.newcomer_spending.get(r) {
        Some(spent) if usual > 0.0 => spent / usual,
        _ => 0.0,
    };
    sales * (1.0 + scenario.parameters.money.tax_sales) + scenario.regions[r].renter_share * rise
}

/// Share of those who arrived in a region, of each target's group, who side with the state the group is
/// associated with; region x target, 0 where nobody arrived.
fn pro_state_shares(setting: &Setting, world: &World) -> Vec<f64> {
    let (targets, own) = (setting.targets.len(), setting.own_target());
    let width = setting.regions() * targets;
    let arrivals = setting.households() - setting.residents;
    let sums = tabulate(arrivals, 2 * width, |k, table| {
        let i = setting.residents + k;
        let t = own[setting.people.group[i] as usize];
        if world.households.here(i) && t != usize::MAX {
            let at = world.households.region[i] as usize * targets + t;
            let persons = setting.persons(i, world.households.persons[i]);
            let wave = &setting.scenario.waves[setting.people.wave[i] as usize];
            table[at] += persons;
            table[width + at] += persons * wave.pro_state_share;
        }
    });
    let share = |at: usize| {
        let persons = sums[at].get();
        if persons > 0.0 { sums[width + at].get() / persons } else { 0.0 }
    };
    (0..width).map(share).collect()
}

fn half(x: f64, half: f64) -> f64 {
    x / (x + half)
}

/// Log of real going rents by region, over reference: market indices weighted by band.
fn going_rents(setting: &Setting, world: &World) -> Vec<f64> {
    let stock = setting.scenario.parameters.population.stock();
    (0..setting.regions())
        .map(|r| {
            let index: f64 = (0..BANDS)
                .map(|band| {
                    let market = setting.market_of.get(r * BANDS + band);
                    let fast = market.and_then(|&m| world.markets.get(m as usize));
                    stock[band] * fast.map_or(0.0, |m| m.fast)
                })
                .sum();
            index + ln(world.rent_level[r].max(1e-6)) - ln(world.price_level.max(1e-6))
        })
        .collect()
}

#[cfg(test)]
mod tests;
