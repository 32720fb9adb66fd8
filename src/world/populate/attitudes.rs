//! Attitudes at week 0: lasting differences between households, and the state they rest in.
//!
//! Traits are drawn by address. Anchors of hostility are normal in log-odds; their mean, one number for
//! each group and target, is solved so that under the full rules, with an ordinary level of incidents
//! and salience, mean hostility is the one the scenario gives for the pair. The world starts at the
//! fixed point of those rules, so that nothing creeps. Who is open to contact is partly selected: open
//! households have lower anchors, so only part of the link between contact and hostility is causal
//! (Paluck, Green and Green 2019 against Pettigrew and Tropp 2006).

use std::ops::Range;

use rand_distr::{Beta, Distribution, StandardNormal};
use rayon::iter::repeat_n;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::draws::{Address, Draws, Purpose, Stream, unit, unit32};
use crate::engine::math::{exp, ln, logistic, logit, pow};
use crate::engine::strips::STRIP;
use crate::engine::sums::{BLOCK, SHARE, tabulate};
use crate::mechanisms::{affect, blame, contact, information, threat};
use crate::world::society::{INSTITUTIONS, Mood, RegionSociety};
use crate::world::{NONE, Opinion, Setting, World};

/// Parameters of lasting differences in attitudes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Mean weight of media against own surroundings.
    pub media_weight: f64,
    /// Concentration of the beta distribution of media weights.
    pub media_concentration: f64,
    /// Standard deviation of log openness to contact.
    pub openness_sigma: f64,
    /// Correlation of log openness with the anchor of hostility, sign changed.
    pub openness_selection: f64,
    /// Standard deviation of log proneness to feel distance.
    pub proneness_sigma: f64,
    /// Correlation of log proneness with the anchor of hostility.
    pub proneness_anchor: f64,
    /// Median of how far a state's doings are laid on people.
    pub attribution: f64,
    /// Its standard deviation in log-odds.
    pub attribution_sigma: f64,
    /// Correlation of attribution with proneness.
    pub attribution_proneness: f64,
    /// Standard deviation of anchors of hostility, log-odds.
    pub anchor_sigma: f64,
    /// Correlation of a household's anchors toward two targets.
    pub anchor_shared: f64,
    /// Mean resting level of fear.
    pub fear_anchor: f64,
    /// Standard deviation of its logarithm.
    pub fear_sigma: f64,
    /// Exponent of the bounded Pareto distribution of reach.
    pub reach_exponent: f64,
    /// Largest reach.
    pub reach_limit: f64,
    /// Share of resident households that others follow.
    pub influencers: f64,
    /// Share of those followed who live in the follower's region.
    pub local_follow: f64,
    /// Standard deviation of trust in an institution.
    pub trust_sigma: f64,
    /// Correlation of trust in two institutions.
    pub trust_shared: f64,
    /// Share of households with latent hostility.
    pub latent_share: f64,
    /// Their mean hostility at week 0.
    pub latent_level: f64,
    /// Fall of the anchor of hostility per standard deviation of log income, in standard deviations of the
    /// anchor.
    pub income_slope: f64,
}

/// Rounds in which anchors are solved, and further ones in which the state settles.
const SOLVE: usize = 5;
const SETTLE: usize = 2;

/// Fills the attitude traits of `setting` and the attitude columns of `world`. Fairness of institutions,
/// where nothing else has set it, is set to mean trust.
pub fn build(setting: &mut Setting, world: &mut World, draws: Draws) {
    let trust = draw(setting, draws);
    follow(setting, draws);
    size(setting, world);
    for r in &mut world.society.regions {
        if r.fairness == [0.0; INSTITUTIONS] {
            r.fairness = mean_trust(setting);
        }
    }
    // The offset makes the drawn trust the one that unchanged fairness sustains.
    setting.traits.fairness_offset = trust
        .par_iter()
        .zip(&world.households.region)
        .map(|(trust, &r)| {
            let fairness = world.society.regions[r as usize].fairness;
            std::array::from_fn(|s| trust[s] - fairness[s] as f32)
        })
        .collect();
    world.society.trust = trust;
    if !setting.targets.is_empty() {
        settle(setting, world, draws);
    }
}

fn mean_trust(setting: &Setting) -> [f64; INSTITUTIONS] {
    let p = &setting.scenario.parameters.population;
    [p.trust_courts, p.trust_police, p.trust_authorities]
}

struct Drawn {
    media: f32,
    openness: f32,
    proneness: f32,
    attribution: f32,
    reach: f32,
    fear: f32,
    trust: [f32; INSTITUTIONS],
}

/// Gives the reach below which a share of households lies.
fn reach(p: &Parameters) -> impl Fn(f64) -> f64 + use<> {
    let exponent = p.reach_exponent;
    let tail = 1.0 - pow(p.reach_limit, -exponent);
    move |share| pow(1.0 - share * tail, -1.0 / exponent)
}

/// Draws all traits but `follows` and `fairness_offset`; returns trust at week 0.
fn draw(setting: &mut Setting, draws: Draws) -> Vec<[f32; INSTITUTIONS]> {
    let p = setting.scenario.parameters.attitudes.clone();
    let mean_trust = mean_trust(setting);
    let media = Beta::new(
        p.media_concentration * p.media_weight,
        p.media_concentration * (1.0 - p.media_weight),
    );
    // A part of what it goes with, and of what is its own.
    let parts = |c: f64| (c, pow((1.0 - c * c).max(0.0), 0.5));
    // Anchors toward different targets share one disposition; traits that go with the anchor go
    // through it.
    let shared = pow(p.anchor_shared, 0.5);
    let own = pow(1.0 - p.anchor_shared, 0.5);
    let through = |c: f64| (c / shared.max(1e-9)).clamp(-0.95, 0.95);
    let to_open = parts(through(-p.openness_selection));
    let to_prone = parts(through(p.proneness_anchor));
    let to_attribution = parts(p.attribution_proneness);
    let (trusting, apart) = (pow(p.trust_shared, 0.5), pow(1.0 - p.trust_shared, 0.5));
    let (reach, attribution) = (reach(&p), logit(p.attribution));
    let lognormal = |sigma: f64, z: f64| exp(sigma * z - 0.5 * sigma * sigma);
    let household = |mut stream: Stream<'_>, u: f64| {
        let mut z = || -> f64 { StandardNormal.sample(&mut stream) };
        let disposition = z();
        let open = to_open.0 * disposition + to_open.1 * z();
        let prone = to_prone.0 * disposition + to_prone.1 * z();
        let attributes = to_attribution.0 * prone + to_attribution.1 * z();
        let fear = z();
        let trusting = trusting * z();
        let trust = mean_trust
            .map(|m| (m + p.trust_sigma * (trusting + apart * z())).clamp(0.02, 0.98) as f32);
        Drawn {
            media: media.as_ref().map_or(p.media_weight, |m| m.sample(&mut stream)) as f32,
            openness: lognormal(p.openness_sigma, open) as f32,
            proneness: lognormal(p.proneness_sigma, prone) as f32,
            attribution: logistic(attribution + p.attribution_sigma * attributes) as f32,
            reach: reach(u) as f32,
            fear: (p.fear_anchor * lognormal(p.fear_sigma, fear)).min(0.5) as f32,
            trust,
        }
    };

    let n = setting.households();
    let Setting { people, traits, targets, group_address, .. } = setting;
    for column in [
        &mut traits.media_weight,
        &mut traits.openness,
        &mut traits.distance_proneness,
        &mut traits.attribution,
        &mut traits.reach,
        &mut traits.fear_anchor,
    ] {
        *column = vec![0.0; n];
    }
    let mut trust = vec![[0.0; INSTITUTIONS]; n];
    let who = people.address.par_chunks(STRIP);
    who.zip(traits.media_weight.par_chunks_mut(STRIP))
        .zip(traits.openness.par_chunks_mut(STRIP))
        .zip(traits.distance_proneness.par_chunks_mut(STRIP))
        .zip(traits.attribution.par_chunks_mut(STRIP))
        .zip(traits.reach.par_chunks_mut(STRIP))
        .zip(traits.fear_anchor.par_chunks_mut(STRIP))
        .zip(trust.par_chunks_mut(STRIP))
        .with_max_len(SHARE * BLOCK / STRIP)
        .for_each(|(((((((who, media), open), prone), attribution), reach), fear), trust)| {
            // Nine normals and a beta variate mostly take six blocks.
            let streams = draws.streams::<6>(who, 0, Purpose::Attitudes);
            let mut words = [[0; STRIP]; 4];
            draws.blocks(who, 0, Purpose::Influencers, 0, &mut words);
            for k in 0..who.len() {
                let drawn = household(streams.of(k), unit(words[0][k], words[1][k]));
                (media[k], open[k], prone[k]) = (drawn.media, drawn.openness, drawn.proneness);
                (attribution[k], reach[k]) = (drawn.attribution, drawn.reach);
                (fear[k], trust[k]) = (drawn.fear, drawn.trust);
            }
        });
    if targets.is_empty() {
        return trust;
    }
    let row = targets.len();
    traits.hostility_anchor = vec![0.0; n * row];
    let anchors = traits.hostility_anchor.par_chunks_mut(STRIP * row);
    people.address.par_chunks(STRIP).zip(anchors).with_max_len(SHARE * BLOCK / STRIP).for_each(
        |(who, anchors)| {
            let normals = |who: &[Address]| {
                let streams = draws.streams::<1>(who, 0, Purpose::Attitudes);
                let mut z = [0.0; STRIP];
                for k in 0..who.len() {
                    z[k] = StandardNormal.sample(&mut streams.of(k));
                }
                z
            };
            let first = normals(who);
            for (t, &g) in targets.iter().enumerate() {
                let mut pairs = [Address(0); STRIP];
                for (pair, who) in pairs.iter_mut().zip(who) {
                    *pair = who.with(group_address[g]);
                }
                let second = normals(&pairs[..who.len()]);
                for (k, row) in anchors.chunks_exact_mut(row).enumerate() {
                    row[t] = (p.anchor_sigma * (shared * first[k] + own * second[k])) as f32;
                }
            }
        },
    );
    trust
}

/// Whom each household follows: two or three of the residents with the widest reach.
fn follow(setting: &mut Setting, draws: Draws) {
    let p = &setting.scenario.parameters.attitudes;
    let least = reach(p)(1.0 - p.influencers) as f32;
    let mut influencers: Vec<u32> = Vec::new();
    // Where those of each region stand in the list.
    let mut local: Vec<Range<usize>> = Vec::with_capacity(setting.regions());
    for range in &setting.region_residents {
        let before = influencers.len();
        let seen = range.clone().filter(|&i| setting.traits.reach[i] >= least);
        influencers.extend(seen.map(|i| i as u32));
        local.push(before..influencers.len());
    }
    let national = 0..influencers.len();
    let residents = setting.residents;
    let people = &setting.people;
    let mut follows = vec![[0; 3]; setting.households()];
    let strips = people.address.par_chunks(STRIP).zip(follows.par_chunks_mut(STRIP)).enumerate();
    strips.with_max_len(SHARE * BLOCK / STRIP).for_each(|(strip, (who, follows))| {
        let (mut near, mut whom) = ([[0; STRIP]; 4], [[0; STRIP]; 4]);
        draws.blocks(who, 0, Purpose::Influencers, 1, &mut near);
        draws.blocks(who, 0, Purpose::Influencers, 2, &mut whom);
        for (n, follows) in follows.iter_mut().enumerate() {
            let i = strip * STRIP + n;
            let near = near.map(|words| unit32(words[n]));
            for (k, follow) in follows.iter_mut().enumerate() {
                let at_home = i < residents && f64::from(near[k]) < p.local_follow;
                let from = if at_home { &local[people.home_region[i] as usize] } else { &national };
                let at = from.start + (unit32(whom[k][n]) * from.len() as f32) as usize;
                // Half follow only two; nobody follows itself.
                let many = k < 2 || near[3] < 0.5;
                let one = many && from.contains(&at) && influencers[at] as usize != i;
                *follow = if one { at as u32 } else { NONE };
            }
        }
    });
    setting.traits.follows = follows;
    setting.traits.influencers = influencers;
}

/// Salience of each target in ordinary times: the more events a country has in a week, the worse the
/// worst of them.
pub fn ordinary_salience(setting: &Setting) -> f64 {
    let p = &setting.scenario.parameters;
    let population: f64 = setting.scenario.regions.iter().map(|r| r.population).sum();
    let events = p.affect.ordinary_incidents * population / 1e5;
    (p.information.ordinary_salience * events / 100.0).min(0.1)
}

/// Gives every column its length and an ordinary value.
fn size(setting: &Setting, world: &mut World) {
    let (n, targets, places) = (setting.households(), setting.targets.len(), setting.places());
    let s = &mut world.society;
    let ordinary = ordinary_salience(setting);
    s.regions.resize_with(setting.regions(), RegionSociety::default);
    for r in &mut s.regions {
        r.salience = vec![ordinary; targets];
        r.visible_hostility = vec![0.0; targets];
        r.online_hostility = vec![0.0; targets];
        r.presence = vec![0.0; targets];
        r.settled = vec![0.0; targets];
        r.rumour = vec![0.0; targets];
        r.worst_severity.resize(targets, 0.0);
    }
    // What happened before is known already.
    s.state_threat = information::state_threat(setting, 0);
    let fear = |i: usize, _, _| setting.traits.fear_anchor[i];
    let hostility = |_, group, target| setting.scenario.relation(group, target).hostility as f32;
    s.fear_floor = toward_others(setting, fear);
    s.fear = toward_others(setting, fear);
    s.hostility = toward_others(setting, hostility);
    s.contact = vec![0.0; n * targets];
    s.threat = vec![0.0; n * targets];
    s.opinion = repeat_n(Opinion::default(), n * Opinion::rows(targets)).collect();
    s.blame_outgroups = vec![0.0; n];
    s.usual_burden = vec![-1.0; n];
    s.loss = vec![0.0; n];
    s.arrival_ties = vec![[NONE; 3]; n - setting.residents];
    s.exposure = vec![0.0; places * targets];
    s.presence = vec![0.0; places * targets];
    s.settled = vec![0.0; places * targets];
    s.meeting = vec![0.0; places * targets];
    s.mood = vec![Mood::default(); places * targets];
}

/// A column by household and target: what `felt` gives for a household of a group toward another group. Of the own
/// group nothing is felt.
fn toward_others(setting: &Setting, felt: impl Fn(usize, usize, usize) -> f32 + Sync) -> Vec<f32> {
    let targets = &setting.targets;
    let mut column = vec![0.0; setting.households() * targets.len()];
    each_row(&mut column, targets.len(), |i, row| {
        let group = usize::from(setting.people.group[i]);
        for (entry, &target) in row.iter_mut().zip(targets) {
            if target != group {
                *entry = felt(i, group, target);
            }
        }
    });
    column
}

/// Solves the means of the anchors and moves the world to the fixed point of the rules.
///
/// Potential arrivals hold attitudes too. Until they come, each is taken to live in the average of a
/// region drawn by population.
fn settle(setting: &mut Setting, world: &mut World, draws: Draws) {
    let (targets, groups) = (setting.targets.len(), setting.groups());
    let populations: Vec<f64> = setting.scenario.regions.iter().map(|r| r.population).collect();
    let whole: f64 = populations.iter().sum();
    let shares: Vec<f64> = populations.iter().map(|p| p / whole.max(1.0)).collect();
    for i in setting.residents..setting.households() {
        let u = draws.uniform(setting.people.address[i], 0, Purpose::Attitudes, 0);
        world.households.region[i] = super::pick(&shares, u) as u16;
    }
    let rate = setting.scenario.parameters.affect.ordinary_incidents;
    for (region, population) in world.society.regions.iter_mut().zip(&populations) {
        region.incidents[0] = rate * population / 1e5;
    }
    contact::census(setting, world);
    contact::expose(setting, &mut world.society, 1.0, 1.0);

    // Each group's residents count, or its potential arrivals where it has none.
    let mut resident = vec![false; groups];
    for &g in &setting.people.group[..setting.residents] {
        resident[g as usize] = true;
    }
    let mut wanted: Vec<f64> = (0..groups * targets)
        .map(|k| setting.scenario.relation(k / targets, setting.targets[k % targets]).hostility)
        .map(|h| h.clamp(0.02, 0.98))
        .collect();
    latent(setting, draws, &mut wanted);
    by_income(setting);
    // Reasons other than the anchor add about 1 to the log-odds.
    let mut shift: Vec<f64> = wanted.iter().map(|&h| logit(h) - 1.0).collect();
    let mut before = wanted.clone();
    let contagion = setting.scenario.parameters.affect.contagion.clamp(0.0, 0.9);
    for round in 0..SOLVE + SETTLE {
        if round < SOLVE {
            move_anchors(setting, &shift);
        }
        contact::remember(setting, world, 1.0, 1.0, true);
        information::survey(setting, world);
        threat::assess(setting, draws, world, true);
        blame::lay(setting, world, true);
        affect::advance(setting, world, affect::Pace::Settle);
        let hostility = &world.society.hostility;
        let sums = tabulate(setting.households(), 3 * groups * targets, |i, table| {
            let g = setting.people.group[i] as usize;
            if i < setting.residents || !resident[g] {
                let weight = f64::from(setting.people.weight[i]);
                for t in 0..targets {
                    let h = f64::from(hostility[i * targets + t]);
                    let sums = &mut table[3 * (g * targets + t)..];
                    sums[0] += weight;
                    sums[1] += weight * h;
                    sums[2] += weight * h * (1.0 - h);
                }
            }
        });
        for (k, next) in shift.iter_mut().enumerate() {
            let [weight, sum, slope] = std::array::from_fn(|s| sums[3 * k + s].get());
            *next = 0.0;
            if weight > 0.0 {
                // Contagion carries a part of the last round along; this is where it will lead.
                let mean = sum / weight;
                let limit = (mean - contagion * before[k]) / (1.0 - contagion);
                before[k] = mean;
                let step = (wanted[k] - limit) * weight / slope.max(1e-9);
                *next = step.clamp(-1.0, 1.0);
            }
        }
    }
    // Week 1 starts without a past: no flows, no rents felt yet.
    for region in &mut world.society.regions {
        region.incidents[0] = 0.0;
    }
    world.society.base_rent.clear();
    world.society.usual_burden.fill(-1.0);
    world.households.region[setting.residents..]
        .copy_from_slice(&setting.people.home_region[setting.residents..]);
}

/// Gives a share of households anchors of latent hostility and raises the wanted means by it.
fn latent(setting: &mut Setting, draws: Draws, wanted: &mut [f64]) {
    let p = setting.scenario.parameters.attitudes.clone();
    if p.latent_share <= 0.0 {
        return;
    }
    let targets = setting.targets.len();
    // A relation more hostile than that stays as it is.
    let levels: Vec<f64> = wanted.iter().map(|h| h.max(p.latent_level)).collect();
    let lifts: Vec<f32> =
        wanted.iter().zip(&levels).map(|(h, l)| (logit(*l) - logit(*h)) as f32).collect();
    let people = &setting.people;
    each_row(&mut setting.traits.hostility_anchor, targets, |i, anchors| {
        if draws.chance(p.latent_share, people.address[i], 0, Purpose::Latent, 0) {
            let lifts = &lifts[people.group[i] as usize * targets..];
            for (anchor, lift) in anchors.iter_mut().zip(lifts) {
                *anchor += lift;
            }
        }
    });
    for (h, level) in wanted.iter_mut().zip(levels) {
        *h += p.latent_share * (level - *h);
    }
}

/// Lets anchors fall with income within each group.
fn by_income(setting: &mut Setting) {
    let p = setting.scenario.parameters.attitudes.clone();
    let (targets, groups) = (setting.targets.len(), setting.groups());
    if p.income_slope == 0.0 {
        return;
    }
    let people = &setting.people;
    let log = |i: usize| ln(f64::from(people.base_income[i]).max(1.0));
    let sums = tabulate(setting.households(), 3 * groups, |i, table| {
        let (row, x) = (3 * people.group[i] as usize, log(i));
        table[row] += 1.0;
        table[row + 1] += x;
        table[row + 2] += x * x;
    });
    // Mean and standard deviation of the log income of each group.
    let moments: Vec<[f64; 2]> = sums
        .chunks_exact(3)
        .map(|sums| {
            let [n, sum, squares] = std::array::from_fn(|k| sums[k].get());
            [sum / n, pow((squares / n - sum * sum / (n * n)).max(1e-9), 0.5)]
        })
        .collect();
    each_row(&mut setting.traits.hostility_anchor, targets, |i, anchors| {
        let [mean, spread] = moments[people.group[i] as usize];
        let z = (log(i) - mean) / spread;
        let shift = (p.income_slope * p.anchor_sigma * z) as f32;
        for anchor in anchors {
            *anchor -= shift;
        }
    });
}

/// Adds to every household's anchors the number of its group and target.
fn move_anchors(setting: &mut Setting, shift: &[f64]) {
    let targets = setting.targets.len();
    let group = &setting.people.group;
    each_row(&mut setting.traits.hostility_anchor, targets, |i, anchors| {
        for (anchor, by) in anchors.iter_mut().zip(&shift[group[i] as usize * targets..]) {
            *anchor += *by as f32;
        }
    });
}

/// Works on the row of each household, `width` wide.
fn each_row(column: &mut [f32], width: usize, work_on: impl Fn(usize, &mut [f32]) + Sync) {
    let width = width.max(1);
    let blocks = column.par_chunks_mut(BLOCK * width).enumerate().with_max_len(SHARE);
    blocks.for_each(|(block, rows)| {
        for (k, row) in rows.chunks_mut(width).enumerate() {
            work_on(block * BLOCK + k, row);
        }
    });
}
