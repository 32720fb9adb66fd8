//! Conduct at week 0: thresholds, norms and empathy of households, and the rates that make calm calm.

use rand_distr::{Beta, Distribution};
use rayon::prelude::*;

use crate::engine::draws::{Address, Draws, Kind, Purpose, unit};
use crate::engine::math::expm1;
use crate::engine::strips::{Lane, STRIP};
use crate::engine::sums::{BLOCK, SHARE};
use crate::mechanisms::acts::{self, Parameters};
use crate::mechanisms::{incidents, response};
use crate::world::conduct::COMPONENTS;
use crate::world::society::{ACTS, INSTITUTIONS, RegionSociety};
use crate::world::{Conduct, Context, Setting, World};

/// Weeks of acting under fixed attitudes after which shares rest.
const SETTLING: u32 = 12;

/// Draws the traits of conduct and sizes its columns; nobody acts yet (see [`calm`]).
pub fn build(setting: &mut Setting, world: &mut World, draws: &Draws) {
    draw(setting, draws);
    setting.incident_kernel = incidents::kernel(setting, &setting.scenario.parameters.incidents);

    let (n, regions, groups) = (setting.households(), setting.regions(), setting.groups());
    let targets = setting.targets.len();
    let society = &mut world.society;
    society.norm.clone_from(&setting.traits.norm_anchor);
    society.act_probability = vec![0.0; n];
    society.rung = vec![0; n];
    society.regions.resize_with(regions, RegionSociety::default);
    let response = &setting.scenario.parameters.response;
    for region in &mut society.regions {
        region.worst_severity = vec![0.0; targets];
        region.perceived_sanction = [response.prior_sanction; ACTS];
        region.police_capacity = response.police_capacity;
    }
    world.conduct = Conduct {
        cell_acting: vec![[0.0; ACTS]; setting.cells],
        online_acting: vec![[0.0; ACTS]; regions],
        households: vec![0.0; regions * groups],
        persons: vec![0.0; regions * groups],
        trust: vec![[0.0; INSTITUTIONS]; regions * groups],
        helpers: vec![0.0; regions * groups],
        hostile_acts: vec![0.0; regions * groups * targets],
        norm: vec![setting.scenario.parameters.incidents.norm_reference; regions],
        excitation: vec![0.0; regions * ACTS],
        attacks: vec![0.0; regions * groups],
        mediation: vec![0.0; regions],
        usual_fairness: vec![[0.0; INSTITUTIONS]; regions],
        homes_left: vec![0.0; regions],
        departed: vec![[0.0; COMPONENTS + 2]; regions * groups],
        ..Conduct::default()
    };
}

/// Threshold, norm, empathy and risk aversion.
fn draw(setting: &mut Setting, draws: &Draws) {
    let n = setting.households();
    let Setting { people, traits, scenario, .. } = setting;
    let p = &scenario.parameters.acts;
    let shapes = shapes(p);
    let columns = [
        &mut traits.threshold,
        &mut traits.risk_aversion,
        &mut traits.norm_anchor,
        &mut traits.empathy,
    ];
    for column in columns {
        *column = vec![0.0; n];
    }
    let who = people.address.par_chunks(STRIP);
    who.zip(traits.threshold.par_chunks_mut(STRIP))
        .zip(traits.risk_aversion.par_chunks_mut(STRIP))
        .zip(traits.norm_anchor.par_chunks_mut(STRIP))
        .zip(traits.empathy.par_chunks_mut(STRIP))
        .with_max_len(SHARE * BLOCK / STRIP)
        .for_each(|((((who, threshold), risk_aversion), norm), empathy)| {
            let mut words = [[0; STRIP]; 4];
            draws.blocks(who, 0, Purpose::Traits, 4, &mut words);
            let [thresholds, norms, empathies] =
                std::array::from_fn(|number| beta(*draws, who, number, shapes[number]));
            for k in 0..who.len() {
                threshold[k] = (p.threshold_scale * thresholds[k]) as f32;
                norm[k] = (norms[k] + p.norm_shift).clamp(0.0, 1.0) as f32;
                empathy[k] = empathies[k] as f32;
                risk_aversion[k] = unit(words[0][k], words[1][k]) as f32;
            }
        });
}

/// Shapes of threshold, norm and empathy. They are checked to be positive; a flat distribution stands in for any that
/// are not.
fn shapes(p: &Parameters) -> [Option<Beta<f64>>; 3] {
    let of = [(p.threshold_a, p.threshold_b), (p.norm_a, p.norm_b), (p.empathy_a, p.empathy_b)];
    of.map(|(a, b)| Beta::new(a, b).ok())
}

/// Trait number `number` of a strip. Each has its own stream: a sampler takes a varying number of words.
fn beta(draws: Draws, who: &[Address], number: usize, shape: Option<Beta<f64>>) -> Lane<f64> {
    let mut own = [Address(0); STRIP];
    for (own, who) in own.iter_mut().zip(who) {
        *own = who.with(Address::new(Kind::Resident, 0, number as u64 + 1));
    }
    let streams = draws.streams::<2>(&own[..who.len()], 0, Purpose::Traits);
    let mut drawn = [0.5; STRIP];
    if let Some(shape) = shape {
        for k in 0..who.len() {
            drawn[k] = shape.sample(&mut streams.of(k));
        }
    }
    drawn
}

/// Brings acts to rest under the attitudes of week 0 and solves what follows from them: perceived
/// sanction, fatigue, usual fairness (what people trust institutions to be), the incidents per act that
/// give the calm rate, and the excitation that calm incidents leave behind. Call it once, after attitudes
/// are in place and before the first week.
pub fn calm(setting: &mut Setting, world: &mut World) {
    let draws = Draws::week0(setting.scenario.seed);
    for week in 1..=SETTLING {
        let ctx = Context { setting, draws, week };
        acts::step(&ctx, world);
        for r in 0..setting.regions() {
            let seen = response::Sanction::of(&ctx, world, r, 0.0, 0.0).seen;
            let region = &mut world.society.regions[r];
            region.perceived_sanction = seen;
            region.fatigue =
                acts::resting_fatigue(&setting.scenario.parameters.acts, region.acting[2]);
        }
    }
    let groups = setting.groups();
    for r in 0..setting.regions() {
        let range = r * groups..(r + 1) * groups;
        let households: f64 = world.conduct.households[range.clone()].iter().sum();
        let fairness: [f64; INSTITUTIONS] = std::array::from_fn(|k| {
            let trust: f64 = world.conduct.trust[range.clone()].iter().map(|t| t[k]).sum();
            if households > 0.0 { trust / households } else { 0.5 }
        });
        world.conduct.usual_fairness[r] = fairness;
        world.society.regions[r].fairness = fairness;
    }
    // The offset makes the trust of week 0 the one that unchanged fairness sustains.
    let regions = &world.society.regions;
    let offsets = setting.traits.fairness_offset.par_iter_mut().zip(&world.society.trust);
    offsets.zip(&world.households.region).for_each(|((offset, trust), &r)| {
        let fairness = regions[usize::from(r)].fairness;
        *offset = std::array::from_fn(|k| trust[k] - fairness[k] as f32);
    });
    world.conduct.usual_protest = world.society.regions.iter().map(|r| r.acting[2]).collect();
    ordinary(setting, world);
    response::mediate(&Context { setting, draws, week: 0 }, world);
    rates(setting, world);
    response::monitor::start(world);
}

/// Gives regions the incidents of an ordinary week, which bodies with a capacity can take up or not; of which kind they
/// are follows.
fn ordinary(setting: &Setting, world: &mut World) {
    let rate = setting.scenario.parameters.incidents.base_rate;
    let groups = setting.groups();
    for (region, persons) in
        world.society.regions.iter_mut().zip(world.conduct.persons.chunks(groups))
    {
        region.incidents[0] = rate * persons.iter().sum::<f64>() / 1e5;
    }
}

/// Solves the incidents per act for the calm rate and starts excitation at its calm mean.
fn rates(setting: &mut Setting, world: &mut World) {
    let p = setting.scenario.parameters.incidents.clone();
    let (regions, groups) = (setting.regions(), setting.groups());
    let persons: Vec<f64> = (0..regions)
        .map(|r| world.conduct.persons[r * groups..(r + 1) * groups].iter().sum())
        .collect();
    let whole: f64 = persons.iter().sum();
    let exact: Vec<[f64; ACTS]> =
        world.society.regions.iter().map(|r| incidents::exactly(&r.acting)).collect();
    let kappa = incidents::by_region(&p, &world.conduct.norm, &world.conduct.mediation);
    setting.branching_base = incidents::radius(&kappa, &setting.incident_kernel);
    world.conduct.branching = setting.branching_base;
    world.conduct.branching_peak = setting.branching_base;
    let wanted = p.base_rate * whole / 1e5;
    let mix = p.mix();
    // First as if nothing were set off, kind by kind; then all kinds down by what is.
    let mut rate: [f64; ACTS] = std::array::from_fn(|k| {
        let acts: f64 = exact.iter().zip(&persons).map(|(e, n)| e[k] * n).sum();
        if acts > 0.0 { mix[k] * wanted / acts } else { 0.0 }
    });
    let background = |rate: &[f64; ACTS]| -> Vec<f64> {
        (0..regions)
            .map(|r| persons[r] * (0..ACTS).map(|k| rate[k] * exact[r][k]).sum::<f64>())
            .collect()
    };
    let all = incidents::totals(&background(&rate), &kappa, &setting.incident_kernel);
    let sum: f64 = all.iter().sum();
    if sum > 0.0 {
        rate = rate.map(|x| x * wanted / sum);
    }
    setting.incident_rate = rate;
    let all = incidents::totals(&background(&rate), &kappa, &setting.incident_kernel);
    let memory = 1.0 / expm1(1.0 / p.decay_days);
    let fear_memory = 1.0 / expm1(1.0 / setting.scenario.parameters.exit.attack_weeks);
    let targets = setting.targets.len();
    world.conduct.ordinary_loss =
        all.iter().map(|&events| response::ordinary_loss(&setting.scenario, events)).collect();
    for (r, all) in all.into_iter().enumerate() {
        // Last week was an ordinary one.
        world.society.regions[r].incidents = mix.map(|share| all * share);
        let started = &mut world.conduct.excitation[r * ACTS..][..ACTS];
        for (x, share) in started.iter_mut().zip(mix) {
            *x = all / 7.0 * share * memory;
        }
        let suffered = |t: usize| -> f64 {
            (0..groups).map(|a| world.conduct.hostile_acts[(r * groups + a) * targets + t]).sum()
        };
        let sum: f64 = (0..targets).map(suffered).sum();
        for t in 0..targets {
            let share = if sum > 0.0 { suffered(t) / sum } else { 0.0 };
            // Faded once more at the start of the first week.
            world.conduct.attacks[r * groups + setting.targets[t]] =
                all * share * p.mean_power(1.0) * (1.0 + fear_memory);
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
