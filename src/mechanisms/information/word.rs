//! The word of those who speak about events: the authorities, official bodies, those who check facts.

use crate::engine::sums::tabulate;
use crate::scenario::{LeverKind, Mediator};
use crate::world::{Context, Setting, World};

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
    /// This week's, from levers, bodies and trust in the authorities.
    pub fn of(ctx: &Context<'_>, world: &World) -> Self {
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
