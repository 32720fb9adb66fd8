use super::*;
use crate::engine::draws::Draws;
use crate::scenario::{
    Channel, ChannelKind, ChannelOrigin, Lever, LeverKind, Mediator, MediatorKind, testing,
};
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

/// Believed displacement after an official word of this reach, where people trust the authorities so much.
fn believed_after_a_word(strength: f64, trust: f64) -> f64 {
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
    world.society.trust.iter_mut().for_each(|t| t[2] *= trust as f32);
    let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
    step(&ctx, &mut world);
    world.society.regions[0].displaced_believed
}

#[test]
fn a_trusted_official_word_leaves_less_believed_displacement() {
    let [none, some, full] = [0.0, 0.5, 1.0].map(|s| believed_after_a_word(s, 1.0));
    assert!(none > some && some > full && full > 0.0, "{none} {some} {full}");
}

#[test]
fn an_official_word_nobody_trusts_changes_no_belief() {
    assert_eq!(believed_after_a_word(1.0, 0.0), believed_after_a_word(0.0, 0.0));
}

#[test]
fn state_threat_reaches_its_new_level_when_the_shock_ends() {
    let mut scenario = testing::two_towns();
    let kind = ShockKind::StateThreat { target: 2, level: 0.7 };
    let source = "test".to_owned();
    scenario.shocks.push(Shock { id: "s".into(), day: 0, days: 14, region: None, kind, source });
    let setting = Setting::from_scenario(scenario);
    let levels = [7, 14, 21].map(|today| state_threat(&setting, today)[2]);
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

/// Believed displacement, share who believe a rumour, and hostility, with facts checked in public.
fn with_facts(strength: f64, compliance: f64) -> (f64, f64, Vec<f32>) {
    let world = two_weeks(|s| {
        s.levers.push(Lever { compliance, ..lever(LeverKind::FactCorrection, strength) });
    });
    let region = &world.society.regions[0];
    (region.displaced_believed, region.rumour[2], world.society.hostility)
}

#[test]
fn facts_wear_beliefs_and_rumours_down_but_no_attitude() {
    let (plain, facts) = (with_facts(0.0, 1.0), with_facts(1.0, 1.0));
    assert!(facts.0 < 0.8 * plain.0 && facts.1 < plain.1);
    assert_eq!(facts.2, plain.2);
}

#[test]
fn facts_change_nothing_where_nobody_reads_them() {
    assert_eq!(with_facts(1.0, 0.0), with_facts(0.0, 1.0));
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
        Word::of(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &world).bodies[0]
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

/// Any word at all ended the silence.
#[test]
fn a_word_that_reaches_half_of_the_people_fills_half_of_the_silence() {
    let (setting, world) = populate(testing::two_towns());
    let days = |official: f64| {
        let mut world = world.clone();
        let word = Word { official: vec![official; 2], bodies: vec![0.0; 2], facts: vec![0.0; 2] };
        for week in 1..=3 {
            world.society.regions[0].salience.fill(0.5);
            let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week };
            rumours::step(&ctx, &mut world, &word);
        }
        world.society.regions[0].silence_days
    };
    assert_eq!([days(0.0), days(1.0)], [21.0, 0.0]);
    assert!((days(0.5) - 6.125).abs() < 1e-9, "{}", days(0.5));
    assert!(days(0.01) > 20.0);
}

/// The region of such a shock was read by nobody.
#[test]
fn a_state_is_feared_more_where_the_shock_is_and_what_came_before_is_no_news() {
    let shock = |day: i64, region: Option<usize>| {
        let mut scenario = testing::two_towns();
        let kind = ShockKind::StateThreat { target: 2, level: 0.9 };
        let (id, source) = ("s".to_owned(), "test".to_owned());
        scenario.shocks.push(Shock { id, day, days: 7, region, kind, source });
        let (setting, mut world) = populate(scenario);
        let before = world.society.state_threat.clone();
        step(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
        (before, world.society.state_threat)
    };
    let usual = testing::two_towns().groups[2].state_threat;
    let (before, after) = shock(0, Some(1));
    assert!(before[2] == usual && before[5] == usual);
    assert!(after[2] == usual && after[5] == 0.9);
    let (before, after) = shock(-100, None);
    assert!(before == after && before[2] == 0.9 && before[5] == 0.9);
}
