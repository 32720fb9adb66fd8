//! A small world with attitudes filled in by hand, for tests of conduct.

use super::calm;
use crate::engine::draws::{Draws, Purpose};
use crate::scenario::{Scenario, testing};
use crate::world::populate::populate;
use crate::world::society::INSTITUTIONS;
use crate::world::{Setting, World};

/// Two towns whose households have moderate, spread attitudes; acts are at rest.
pub(crate) fn town() -> (Setting, World) {
    town_with(|_| {})
}

/// The same after `change` has worked on the scenario.
pub(crate) fn town_with(change: impl FnOnce(&mut Scenario)) -> (Setting, World) {
    let mut scenario = testing::two_towns();
    change(&mut scenario);
    let (mut setting, mut world) = populate(scenario);
    attitudes(&mut setting, &mut world);
    calm(&mut setting, &mut world);
    (setting, world)
}

fn attitudes(setting: &mut Setting, world: &mut World) {
    let (n, targets) = (setting.households(), setting.targets.len());
    let draws = Draws::week0(setting.scenario.seed);
    let society = &mut world.society;
    society.hostility = vec![0.0; n * targets];
    society.threat = vec![0.0; n * targets];
    society.fear = vec![0.1; n * targets];
    society.trust = vec![[0.6; INSTITUTIONS]; n];
    setting.traits.reach = vec![1.0; n];
    for i in 0..n {
        for (t, &target) in setting.targets.iter().enumerate() {
            if target == usize::from(setting.people.group[i]) {
                continue;
            }
            let who = setting.people.address[i];
            let [a, b] = draws.two(who, 0, Purpose::Attitudes, 100 + t as u32);
            society.hostility[i * targets + t] = 0.2 + 0.3 * a as f32;
            society.threat[i * targets + t] = 0.05 + 0.15 * b as f32;
        }
    }
    for region in &mut society.regions {
        region.salience = vec![0.0; targets];
    }
}
