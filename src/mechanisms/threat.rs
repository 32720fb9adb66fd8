//! Threat: how much each group seems to threaten what a household has and holds dear.
//!
//! Four channels with weights that sum to 1, each input in `[0, 1]`, so threat is too:
//!
//! ```text
//! T_ig = b_ig (w_own own_i + w_regional believed_R)                realistic; b from blame
//!      + w_symbolic d_ig y(s_ig) + w_security a_i state_g (1 + gain views_Rg) + w_media M_ig (floor + (1 - floor) m_i)
//! own      = 1 - (1 - income loss)(1 - rent loss)(1 - wait)
//! believed = jobs, rents and services of the region, as people believe them to be
//! y(s)     = ln(1 + s/s0) / ln(1 + 0.2/s0), at most 1;  s = (1-m_i) s_cell + m_i s_region (1 + gain M)
//! ```
//!
//! `d_ig` is the distance between the groups times the household's proneness to feel it, `a_i` how far
//! it lays a state's doings on people, `views` the share of those who arrived who side with that state, `m_i`
//! its media weight; people in transit do not count in size. A believed rumour adds to `M_ig`. This
//! mechanism writes all but the first line; blame adds that.
//!
//! Mutual help leaves a part of own losses.
//!
//! Reads: income, rent, tenure, waits, going rents, `displaced_believed`, salience, presence, state
//! threat, rumours. Writes: `threat`, `loss`, `usual_burden`, `base_rent`. Off: a weight of 0 in its
//! channel. Cards: S0-H05, S0-H07, S0-H25, S0-H32, S0-H35, S1-H05, S1-H08, S1-H09. Sources:
//! Riek, Mania and Gaertner 2006; Hainmueller and Hopkins 2014; Quillian 1995.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::information::rumours::believes;
use crate::engine::draws::Draws;
use crate::engine::math::{exp, ln, ln_1p, ln_1p32, weekly};
use crate::engine::sums::{BLOCK, tabulate};
use crate::scenario::LeverKind;
use crate::world::{BANDS, Context, Rumour, Setting, Society, Tenure, World};

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
    /// Share of own losses that mutual help takes away where everyone has it.
    pub mutual_help: f64,
}

/// One week of threat, without the blamed part.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let day = i64::from(Setting::first_day(ctx.week));
    let left = |r: usize| {
        let (strength, compliance) = ctx.setting.scenario.lever(LeverKind::MutualHelp, r, day);
        let helped = (strength * compliance).clamp(0.0, 1.0);
        (1.0 - ctx.setting.scenario.parameters.threat.mutual_help * helped) as f32
    };
    let left: Vec<f32> = (0..ctx.setting.regions()).map(left).collect();
    assess_with(ctx.setting, ctx.draws, world, false, &left);
}

/// Writes threat and losses; `everyone` includes those not in the country.
pub fn assess(setting: &Setting, draws: Draws, world: &mut World, everyone: bool) {
    assess_with(setting, draws, world, everyone, &vec![1.0; setting.regions()]);
}

/// The same where mutual help leaves only this part of own losses, by region.
fn assess_with(setting: &Setting, draws: Draws, world: &mut World, everyone: bool, left: &[f32]) {
    let p = &setting.scenario.parameters.threat;
    let targets = setting.targets.len();
    if targets == 0 {
        return;
    }
    let (regions, groups) = (setting.regions(), setting.groups());
    let rents = going_rents(setting, world);
    if world.society.base_rent.is_empty() {
        world.society.base_rent.clone_from(&rents);
    }
    let waits: Vec<f64> = (0..regions)
        .map(|r| {
            let days = world.queues.service_wait_days.get(r).copied().unwrap_or(0.0);
            days * days / (days * days + p.wait_half * p.wait_half)
        })
        .collect();
    let believed: Vec<f32> = (0..regions)
        .map(|r| {
            let region = &world.society.regions[r];
            let displaced =
                region.displaced_believed / setting.scenario.regions[r].population.max(1.0);
            let rise = (exp(rents[r] - world.society.base_rent[r]) - 1.0).max(0.0);
            let loss = p.jobs * half(displaced, p.jobs_half)
                + p.rents * half(rise, p.rents_half)
                + p.services * waits[r];
            (p.regional * loss) as f32
        })
        .collect();
    let views = pro_state_shares(setting, world);
    let World { households, society, price_level, .. } = world;
    let own = setting.own_target();
    let Society {
        threat, loss, usual_burden, regions: places, settled, state_threat, rumours, ..
    } = society;
    // By region, group and target: salience, share of population, its gain in the media, a live rumour.
    let scene: Vec<Scene> = places
        .iter()
        .enumerate()
        .flat_map(|(r, region)| {
            let rumours = &*rumours;
            (0..groups * targets).map(move |k| {
                let (group, t) = (k / targets, k % targets);
                let salience = region.salience_for(group, t, targets);
                Scene {
                    salience: salience as f32,
                    size: (region.settled[t] * (1.0 + p.size_gain * salience)) as f32,
                    rumour: rumours
                        .iter()
                        .find(|x| usize::from(x.region) == r && usize::from(x.target) == t)
                        .copied(),
                }
            })
        })
        .collect();
    let state: Vec<f32> = state_threat
        .iter()
        .cycle()
        .zip(&views)
        .map(|(x, share)| (p.security * (x * (1.0 + p.views_gain * share)).min(1.0)) as f32)
        .collect();
    let distance: Vec<f32> = (0..groups * targets)
        .map(|k| {
            setting.scenario.relation(k / targets, setting.targets[k % targets]).distance as f32
        })
        .collect();
    let constants = Constants::new(setting, *price_level);
    let traits = &setting.traits;
    threat
        .par_chunks_mut(BLOCK * targets)
        .zip(loss.par_chunks_mut(BLOCK))
        .zip(usual_burden.par_chunks_mut(BLOCK))
        .enumerate()
        .for_each(|(block, ((threats, losses), usual))| {
            for (k, row) in threats.chunks_mut(targets).enumerate() {
                let i = block * BLOCK + k;
                if !(everyone || households.here(i)) {
                    continue;
                }
                let r = households.region[i] as usize;
                let felt = constants.felt(
                    households.tenure[i],
                    households.rent[i],
                    households.income[i],
                    setting.people.base_income[i],
                    &mut usual[k],
                );
                let own_loss = 1.0 - (1.0 - felt) * (1.0 - waits[r] as f32);
                losses[k] = constants.own * own_loss * left[r] + believed[r];
                let group = setting.people.group[i] as usize;
                let self_target = own[group];
                let m = traits.media_weight[i];
                let place = setting.place_of(households.cell[i], households.region[i]) * targets;
                for (t, threat) in row.iter_mut().enumerate() {
                    if t == self_target {
                        *threat = 0.0;
                        continue;
                    }
                    let scene = &scene[(r * groups + group) * targets + t];
                    let mut salience = scene.salience;
                    if let Some(rumour) = &scene.rumour {
                        let who = setting.people.address[i];
                        if believes(rumour, draws, who, m, constants.mean_media) {
                            salience += (1.0 - salience) * constants.rumour;
                        }
                    }
                    let size = (1.0 - m) * settled[place + t] + m * scene.size;
                    let y = (ln_1p32(size * constants.per_size) * constants.size_norm).min(1.0);
                    let d = (distance[group * targets + t] * traits.distance_proneness[i]).min(1.0);
                    *threat = constants.symbolic * d * y
                        + state[r * targets + t] * traits.attribution[i]
                        + constants.media
                            * salience
                            * (constants.media_floor + (1.0 - constants.media_floor) * m);
                }
            }
        });
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

/// What a region and target look like to everyone there.
struct Scene {
    salience: f32,
    size: f32,
    rumour: Option<Rumour>,
}

/// Parameters in the precision of the loop.
struct Constants {
    own: f32,
    symbolic: f32,
    media: f32,
    media_floor: f32,
    mean_media: f32,
    rumour: f32,
    per_size: f32,
    size_norm: f32,
    burden_half: f32,
    hosted_loss: f32,
    usual: f32,
    per_price: f32,
}

impl Constants {
    fn new(setting: &Setting, price_level: f64) -> Self {
        let p = &setting.scenario.parameters.threat;
        Self {
            own: p.own as f32,
            symbolic: p.symbolic as f32,
            media: p.media as f32,
            media_floor: p.media_floor as f32,
            mean_media: setting.scenario.parameters.attitudes.media_weight as f32,
            rumour: p.rumour as f32,
            per_size: (1.0 / p.size_scale) as f32,
            size_norm: (1.0 / ln_1p(0.2 / p.size_scale)) as f32,
            burden_half: p.burden_half as f32,
            hosted_loss: p.hosted_loss as f32,
            usual: weekly(p.usual_weeks) as f32,
            per_price: (1.0 / price_level.max(1e-6)) as f32,
        }
    }

    /// Loss of income and home, `[0, 1]`; moves the burden the household is used to.
    #[inline]
    fn felt(&self, tenure: Tenure, rent: f32, income: f32, base: f32, usual: &mut f32) -> f32 {
        let poorer = if base > 0.0 { (1.0 - income / base).clamp(0.0, 1.0) } else { 0.0 };
        let home = match tenure {
            Tenure::Owner | Tenure::Family => 0.0,
            Tenure::Hosted => self.hosted_loss,
            Tenure::Homeless => 1.0,
            Tenure::Renter => {
                let burden = (rent * self.per_price / income.max(1.0)).min(2.0);
                if *usual < 0.0 {
                    *usual = burden;
                }
                let rise = (burden - *usual).max(0.0);
                *usual += self.usual * (burden - *usual);
                rise / (rise + self.burden_half)
            }
        };
        1.0 - (1.0 - poorer) * (1.0 - home)
    }
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
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    fn mean(setting: &Setting, world: &World, t: usize) -> f64 {
        let targets = setting.targets.len();
        let residents = setting.residents;
        (0..residents).map(|i| f64::from(world.society.threat[i * targets + t])).sum::<f64>()
            / residents as f64
    }

    #[test]
    fn the_weights_of_the_channels_sum_to_one() {
        let p = testing::two_towns().parameters.threat;
        let sum = p.own + p.regional + p.symbolic + p.security + p.media;
        assert!((sum - 1.0).abs() < 1e-12);
        assert!((p.jobs + p.rents + p.services - 1.0).abs() < 1e-12);
        assert!(2.0 * p.own <= p.regional + 1e-12);
    }

    #[test]
    fn more_salience_state_threat_or_people_means_more_threat() {
        let (setting, mut world) = populate(testing::two_towns());
        let draws = Draws::new(1, 0);
        let run = |world: &mut World| {
            assess(&setting, draws, world, false);
            mean(&setting, world, 2)
        };
        let mut last = run(&mut world);
        world.society.regions[0].salience[2] = 0.5;
        let mut next = run(&mut world);
        assert!(next > last + 0.01);
        last = next;
        world.society.state_threat[2] = 0.9;
        next = run(&mut world);
        assert!(next > last + 0.01);
        last = next;
        world.society.settled.iter_mut().skip(2).step_by(3).for_each(|s| *s = 0.05);
        assert!(run(&mut world) > last + 0.01);
        assert!(world.society.threat.iter().all(|t| (0.0..=1.0).contains(t)));
    }

    #[test]
    fn dearer_rents_and_believed_displacement_are_losses_someone_is_blamed_for() {
        let (setting, mut world) = populate(testing::two_towns());
        let draws = Draws::new(1, 0);
        assess(&setting, draws, &mut world, false);
        let calm = world.society.loss[0];
        world.markets.iter_mut().for_each(|m| m.fast += 0.4);
        assess(&setting, draws, &mut world, false);
        let dear = world.society.loss[0];
        world.society.regions[0].displaced_believed = 200.0;
        assess(&setting, draws, &mut world, false);
        assert!(dear > calm && world.society.loss[0] > dear);
    }

    #[test]
    fn mutual_help_softens_own_losses_and_does_nothing_where_nobody_has_any() {
        let loss = |strength: f64, loses: bool| {
            let mut scenario = testing::two_towns();
            scenario.scale = 0.05;
            scenario.levers.push(crate::scenario::Lever {
                id: "l".into(),
                kind: LeverKind::MutualHelp,
                start_day: 0,
                end_day: 700,
                strength,
                compliance: 1.0,
                cost_per_unit: 0.0,
                regions: Vec::new(),
            });
            let (setting, mut world) = populate(scenario);
            if loses {
                world.queues.service_wait_days.fill(60.0);
                world.households.income.iter_mut().for_each(|x| *x *= 0.5);
            }
            let p = &setting.scenario.parameters.threat;
            let services = if loses { p.regional * p.services * 0.8 } else { 0.0 };
            step(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
            f64::from(world.society.loss[0]) - services
        };
        let (plain, helped) = (loss(0.0, true), loss(1.0, true));
        assert!((helped / plain - 0.85).abs() < 1e-3, "{helped} of {plain}");
        assert_eq!(loss(1.0, false), loss(0.0, false));
    }

    #[test]
    fn a_household_gets_used_to_its_rent() {
        let (setting, _) = populate(testing::two_towns());
        let c = Constants::new(&setting, 1.0);
        let mut usual = -1.0;
        assert_eq!(c.felt(Tenure::Renter, 300.0, 1000.0, 1000.0, &mut usual), 0.0);
        let first = c.felt(Tenure::Renter, 500.0, 1000.0, 1000.0, &mut usual);
        let mut later = first;
        for _ in 0..104 {
            later = c.felt(Tenure::Renter, 500.0, 1000.0, 1000.0, &mut usual);
        }
        assert!(first > 0.6 && later < 0.25 && later > 0.0, "{first} {later}");
    }
}
