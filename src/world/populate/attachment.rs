//! Attachments at week 0 of households whose group has a kin state.

use rand_distr::{Distribution, StandardNormal};

use crate::engine::draws::{Draws, Purpose};
use crate::engine::math::{logistic32, logit};
use crate::mechanisms::minority;
use crate::world::attachment::{Attachment, AttachmentAnchors, Sign};
use crate::world::{Setting, World};

/// Draws attachments and takes fear, acts and signs as they are for usual. Call it once, after acts are at
/// rest; without a kin state nothing is allocated.
pub fn build(setting: &mut Setting, world: &mut World) {
    let kin: Vec<_> = setting.scenario.groups.iter().map(|g| g.kin_state).collect();
    if kin.iter().all(Option::is_none) {
        return;
    }
    let draws = Draws::week0(setting.scenario.seed);
    let (n, targets) = (setting.households(), setting.targets.len());
    let own = setting.own_target();
    let mut log_odds = vec![[0.0_f32; 2]; n];
    let mut usual_fear = vec![0.0_f32; n];
    for i in 0..n {
        let group = setting.people.group[i] as usize;
        let Some(state) = kin[group] else { continue };
        let mut stream = draws.stream(setting.people.address[i], 0, Purpose::Attachment);
        log_odds[i] = [state.attachment, state.home].map(|mean| {
            let z: f64 = StandardNormal.sample(&mut stream);
            (logit(mean.clamp(0.01, 0.99)) + state.spread * z) as f32
        });
        let fear = &world.society.fear[i * targets..(i + 1) * targets];
        usual_fear[i] = minority::mean_of_others(fear, own[group]);
    }
    let width = setting.regions() * setting.groups();
    world.attachment = Attachment {
        kin: log_odds.iter().map(|x| logistic32(x[0])).collect(),
        home: log_odds.iter().map(|x| logistic32(x[1])).collect(),
        sign: vec![Sign::None; n],
        shown: vec![0.0; width],
        pressure: vec![0.0; width],
        dose: vec![0.0; width],
    };
    setting.attachment = AttachmentAnchors {
        log_odds,
        usual_fear,
        usual_trust: world.society.trust.iter().map(|t| t[0]).collect(),
        usual_acts: minority::suffered(setting, world),
        usual_signs: vec![0.0; width],
    };
    minority::signs(setting, world);
    setting.attachment.usual_signs.clone_from(&world.attachment.shown);
}
