//! Trust in courts, police and authorities.
//!
//! ```text
//! T' = T + own c (F_own - T) + media m_i (F_shown - T) - betrayal T D (1 - admission a)
//! ```
//!
//! `F_own` is how fair the institution really acts here plus the household's lasting offset and a noise
//! of the dealing; `c` says whether there was a dealing this week (drawn). `F_shown` is what the media
//! make of it: lower when a group is in the news more than in ordinary times. Own losses weigh more than gains; the offset allows
//! for the drag of that asymmetry, so that unchanged fairness leaves trust, and its spread, unchanged.
//! `D` is the share who learned this week that an earlier denial was false, less the ordinary share that
//! trust at week 0 already bears; `a` the admitted part. An
//! acknowledgement without an earlier denial has `D = 0`: only fairness falls.
//!
//! Trust, not fairness, is what other mechanisms read. Reads: `fairness`, `denial_detected`, `admitted`
//! (this week), salience, traits. Writes: `trust`. Off: `trust.own = trust.media = trust.betrayal = 0`.
//! Cards: S2-H04, S2-H29, S4-H26. Source: loss aversion as in Tversky and Kahneman 1991.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::minority;
use super::part::Part;
use crate::engine::draws::Purpose;
use crate::engine::math::{hazard, pow};
use crate::engine::strips::{Lookup, STRIP, apart, each, lane, together};
use crate::engine::sums::{BLOCK, SHARE};
use crate::engine::wide::wide;
use crate::scenario::Scenario;
use crate::world::populate::attitudes::ordinary_salience;
use crate::world::society::INSTITUTIONS;
use crate::world::{Context, Presence, World};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Weight of an own dealing.
    pub own: f64,
    /// Weight of media reports in a week at a media weight of 1.
    pub media: f64,
    /// Weight of a loss over that of a gain in own dealings.
    pub loss_ratio: f64,
    /// Half-width of the noise in how fair a dealing seems.
    pub noise: f64,
    /// Dealings with courts per household and week.
    pub dealings_courts: f64,
    /// Dealings with police.
    pub dealings_police: f64,
    /// Dealings with the authorities.
    pub dealings_authorities: f64,
    /// How much less fair institutions are shown to be at full salience.
    pub negativity: f64,
    /// Share of trust lost on learning of a false denial.
    pub betrayal: f64,
    /// Share of that loss an admission spares.
    pub admission: f64,
}

/// Index of the draws of experience among those of dealings.
const EXPERIENCE: u32 = 16;

impl Parameters {
    /// Offset in perceived fairness at which losses and gains of a uniform noise balance.
    pub fn drag(&self) -> f64 {
        let root = pow(self.loss_ratio.max(0.0), 0.5);
        self.noise * (root - 1.0) / (root + 1.0)
    }
}

/// Probabilities that a household deals with each institution in a week.
fn dealings(scenario: &Scenario) -> [f32; INSTITUTIONS] {
    let p = &scenario.parameters.trust;
    [p.dealings_courts, p.dealings_police, p.dealings_authorities].map(|x| hazard(x) as f32)
}

/// What moves trust, in the order in which it is noted.
pub const PARTS: [Part; 3] = [
    Part::new(
        "trust.report",
        "what the media show of institutions",
        &["trust.media", "trust.negativity"],
    ),
    Part::new("trust.dealings", "own dealings with institutions", &["trust.own"]),
    Part::new("trust.denial", "denials that came out", &["trust.betrayal", "trust.admission"]),
];

/// One week of trust.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    step_noting(ctx, world, &|_, _, _| ());
}

/// One week of trust that tells `note` of every household and institution what each of [`PARTS`] adds,
/// before the result is cut to `[0, 1]`.
pub fn step_noting(
    ctx: &Context<'_>,
    world: &mut World,
    note: &(impl Fn(usize, usize, [f32; PARTS.len()]) + Sync),
) {
    let setting = ctx.setting;
    let World { households, society, .. } = world;
    let p = &setting.scenario.parameters.trust;
    let dealings = dealings(&setting.scenario);
    let drag = p.drag() as f32;
    let (own, media) = (p.own as f32, p.media as f32);
    let (noise, loss) = (2.0 * p.noise as f32, p.loss_ratio as f32);
    let ordinary = ordinary_salience(setting);
    // By region: fairness met, how much less of it is shown, share of trust lost to betrayal.
    let scenes: Vec<[f32; INSTITUTIONS + 2]> = society
        .regions
        .iter()
        .enumerate()
        .map(|(at, r)| {
            // Trust at week 0 already bears ordinary news.
            let news = r.salience.iter().copied().fold(0.0, f64::max) - ordinary;
            let betrayed = p.betrayal * r.denial_detected * (1.0 - p.admission * r.admitted);
            // Trust at week 0 already bears the ordinary rate of betrayals.
            let beyond = betrayed - world.conduct.ordinary_loss.get(at).map_or(0.0, |x| x.0);
            let [courts, police, authorities] = r.fairness;
            [courts, police, authorities, p.negativity * news, beyond.min(1.0)].map(|x| x as f32)
        })
        .collect();
    let equal = minority::equal_treatment(ctx);
    let (groups, people, traits) = (setting.groups(), &setting.people, &setting.traits);
    society.trust.par_chunks_mut(BLOCK).enumerate().with_max_len(SHARE).for_each(
        |(block, rows)| {
            wide(
                #[inline(always)]
                || {
                    // Copies: a value behind a reference keeps a loop from being worked side by side.
                    let (own, media, noise, loss, drag) = (own, media, noise, loss, drag);
                    let mut words = [[0; STRIP]; 4];
                    for (n, rows) in rows.chunks_mut(STRIP).enumerate() {
                        let first = block * BLOCK + n * STRIP;
                        let strip = first..first + rows.len();
                        let here = each(&lane(&households.presence[strip.clone()]), |p| {
                            p == Presence::Present
                        });
                        if !here.contains(&true) {
                            continue;
                        }
                        let who = &people.address[strip.clone()];
                        ctx.draws.blocks(who, ctx.week, Purpose::Dealing, EXPERIENCE, &mut words);
                        let region = each(&lane(&households.region[strip.clone()]), u32::from);
                        let scene = Lookup::of(&region).table(&scenes);
                        let (shown, betrayed) = (&scene[INSTITUTIONS], &scene[INSTITUTIONS + 1]);
                        let mut fairer = [0.0; STRIP];
                        if !equal.is_empty() {
                            let group = lane(&people.group[strip.clone()]);
                            for k in 0..STRIP {
                                fairer[k] =
                                    equal[region[k] as usize * groups + usize::from(group[k])];
                            }
                        }
                        let weight = lane(&traits.media_weight[strip.clone()]);
                        let offset = apart::<INSTITUTIONS, f32>(
                            traits.fairness_offset[strip].as_flattened(),
                        );
                        let mut trust = apart::<INSTITUTIONS, f32>(rows.as_flattened());
                        for s in 0..INSTITUTIONS {
                            let (fairness, offset, words) = (&scene[s], &offset[s], &words[s]);
                            let mut parts = [[0.0; STRIP]; PARTS.len()];
                            let (trust, usual) = (&mut trust[s], dealings[s]);
                            for k in 0..STRIP {
                                let fair = fairness[k] + offset[k] + fairer[k];
                                let before = trust[k];
                                let report = media * weight[k] * (fair - shown[k] - before);
                                // The upper 16 bits say whether there was a dealing, the lower how it went.
                                let deals = (words[k] >> 16) as f32 / 65_536.0;
                                let luck = ((words[k] & 0xFFFF) as f32 + 0.5) / 65_536.0 - 0.5;
                                let gap = fair + drag + noise * luck - before;
                                let felt = own * gap * if gap < 0.0 { loss } else { 1.0 };
                                let dealing = if deals < usual { felt } else { 0.0 };
                                let denial = betrayed[k] * before;
                                let after = (before + report + dealing - denial).clamp(0.0, 1.0);
                                trust[k] = if here[k] { after } else { before };
                                (parts[0][k], parts[1][k], parts[2][k]) =
                                    (report, dealing, -denial);
                            }
                            for k in 0..STRIP {
                                if here[k] {
                                    note(first + k, s, [parts[0][k], parts[1][k], parts[2][k]]);
                                }
                            }
                        }
                        together(&trust, rows.as_flattened_mut());
                    }
                },
            );
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::testing;
    use crate::world::Setting;
    use crate::world::populate::populate;

    fn moments(setting: &Setting, world: &World, s: usize) -> (f64, f64) {
        let n = setting.residents as f64;
        let xs = || world.society.trust[..setting.residents].iter().map(|t| f64::from(t[s]));
        let mean = xs().sum::<f64>() / n;
        (mean, (xs().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt())
    }

    fn weeks(setting: &Setting, world: &mut World, from: u32, to: u32) {
        for week in from..=to {
            step(&Context { setting, draws: Draws::new(1, 0), week }, world);
        }
    }

    #[test]
    fn unchanged_fairness_leaves_trust_and_its_spread() {
        let (setting, mut world) = populate(testing::two_towns());
        let before: Vec<_> = (0..INSTITUTIONS).map(|s| moments(&setting, &world, s)).collect();
        weeks(&setting, &mut world, 1, 104);
        for (s, (mean, sd)) in before.into_iter().enumerate() {
            let (m, d) = moments(&setting, &world, s);
            assert!((m - mean).abs() < 0.005, "{s}: mean {mean} -> {m}");
            assert!((d / sd - 1.0).abs() < 0.1, "{s}: spread {sd} -> {d}");
        }
    }

    #[test]
    fn trust_follows_fairness() {
        let (setting, mut world) = populate(testing::two_towns());
        let before = moments(&setting, &world, 0).0;
        world.society.regions.iter_mut().for_each(|r| r.fairness[0] -= 0.3);
        weeks(&setting, &mut world, 1, 52);
        let after = moments(&setting, &world, 0).0;
        assert!(after < before - 0.05 && after > before - 0.3, "{before} -> {after}");
    }

    #[test]
    fn a_detected_denial_costs_trust_and_an_admission_spares_a_part() {
        let loss = |detected: f64, admitted: f64| {
            let (setting, mut world) = populate(testing::two_towns());
            let before = moments(&setting, &world, 2).0;
            for r in &mut world.society.regions {
                (r.denial_detected, r.admitted) = (detected, admitted);
            }
            weeks(&setting, &mut world, 1, 1);
            before - moments(&setting, &world, 2).0
        };
        let (none, admitted, leaked) = (loss(0.0, 0.0), loss(0.5, 1.0), loss(0.5, 0.0));
        assert!(none.abs() < 0.002 && admitted > 0.02 && leaked > admitted + 0.01);
    }
}
