use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;
use crate::engine::draws::Draws;
use crate::engine::math::{ln, pow};
use crate::engine::replicate;
use crate::mechanisms::{blame, information, threat};
use crate::scenario::{
    Group, Lever, ProjectChannel, ProjectKind, Relation, Scenario, Shock, ShockKind, testing,
};
use crate::world::populate::populate;

const FIRMS: usize = 3;

fn project() -> Project {
    Project {
        id: "mill".into(),
        region: 0,
        kind: ProjectKind::Mine,
        target: FIRMS,
        start_day: -100,
        jobs: 200.0,
        benefits: 0.3,
        need: 0.6,
        harm: 0.1,
        other_harm: 0.2,
        agencies: 4,
        expectation: 0.4,
        awareness: None,
        notice_weeks: 1.0,
        channels: vec![ProjectChannel { route: Route::LocalGovernment, reach: 0.1, relay: None }],
        takes: Vec::new(),
    }
}

/// Two towns, and firms from abroad that nobody belongs to.
fn towns(projects: Vec<Project>) -> Scenario {
    let mut scenario = testing::two_towns();
    let n = scenario.groups.len();
    scenario.listed.push(n);
    scenario.groups.push(Group {
        id: "firms".into(),
        label: "Firms".into(),
        target: true,
        income_factor: 1.0,
        skill_shares: [0.3, 0.4, 0.3],
        state_threat: 0.1,
        kin_state: None,
        origin_population: None,
    });
    for region in &mut scenario.regions {
        region.group_shares.push(0.0);
    }
    let old = scenario.relations.clone();
    let far = Relation { distance: 0.6, hostility: 0.4, memory: None };
    scenario.relations = (0..(n + 1) * (n + 1))
        .map(|k| match (k / (n + 1), k % (n + 1)) {
            (a, b) if a < n && b < n => old[a * n + b],
            (a, b) if a == b => Relation { distance: 0.0, hostility: 0.0, memory: None },
            _ => far,
        })
        .collect();
    scenario.projects = projects;
    scenario
}

fn lever(kind: LeverKind, strength: f64) -> Lever {
    Lever {
        id: "lever".into(),
        kind,
        start_day: 0,
        end_day: 7000,
        strength,
        compliance: 1.0,
        cost_per_unit: 3.0,
        regions: Vec::new(),
    }
}

const PLACE: Place = Place {
    trust: 0.4,
    hostility: 0.4,
    rumour: 0.0,
    land_loss: 0.0,
    population: 16_000.0,
    disclosure: 0.0,
    sharing: 0.0,
    hearings: 0.0,
};

fn parameters() -> Parameters {
    testing::two_towns().parameters.projects
}

/// A project some weeks on in an unchanging place.
fn after(p: &Parameters, project: &Project, place: &Place, weeks: u32) -> ProjectState {
    let start = first(p, project, place);
    (0..weeks).fold(start, |s, _| advance(p, project, s, place))
}

/// Mean threat of households in the first town from the firms, `weeks` weeks on under full rules for
/// projects, information, threat and blame.
fn threat_after(scenario: Scenario, weeks: u32) -> f64 {
    let (setting, mut world) = populate(scenario);
    crate::world::populate::conduct::calm(&mut { setting.clone() }, &mut world);
    for week in 1..=weeks {
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week };
        step(&ctx, &mut world);
        information::step(&ctx, &mut world);
        threat::step(&ctx, &mut world);
        blame::step(&ctx, &mut world);
    }
    let targets = setting.targets.len();
    let range = setting.region_residents[0].clone();
    let n = range.len() as f64;
    range.map(|i| f64::from(world.society.threat[i * targets + FIRMS])).sum::<f64>() / n
}

#[test]
fn without_forgetting_awareness_is_one_less_the_product_of_those_not_told() {
    let p = Parameters { forget_weeks: 1e12, ..parameters() };
    let mut project = project();
    project.awareness = Some(0.1);
    project.channels.push(ProjectChannel { route: Route::Own, reach: 0.02, relay: None });
    let untold = (1.0 - 0.1 * p.relay) * (1.0 - 0.02);
    let found = after(&p, &project, &PLACE, 30).awareness;
    let wanted = 1.0 - 0.9 * pow(untold, 30.0);
    assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
}

#[test]
fn what_is_told_and_forgotten_alike_stays_as_it_is() {
    let p = parameters();
    let start = first(&p, &project(), &PLACE).awareness;
    assert!(start > 0.3 && start < 0.7, "{start}");
    assert!((after(&p, &project(), &PLACE, 200).awareness - start).abs() < 1e-9);
}

#[test]
fn the_time_to_solve_complaints_grows_with_the_number_of_agencies() {
    let p = Parameters { gap_weight: 0.0, ..parameters() };
    let weeks_to_half = |agencies: u32| {
        let project = Project { agencies, need: 0.0, ..project() };
        let mut s = first(&p, &project, &PLACE);
        let rest = complaints(&p, &s);
        s.grievance = rest + 0.4;
        let mut weeks = 0.0;
        while s.grievance - complaints(&p, &s) > 0.2 {
            s = advance(&p, &project, s, &PLACE);
            weeks += 1.0;
        }
        weeks
    };
    for agencies in [2, 5, 10] {
        let wanted = f64::from(agencies) * p.resolve_weeks * ln(2.0);
        assert!((weeks_to_half(agencies) - wanted).abs() < 2.0, "{agencies}");
    }
}

#[test]
fn unmet_need_raises_expectations_and_known_trusted_help_closes_the_gap() {
    let p = parameters();
    let gap = |awareness: f64, need: f64, trust: f64| {
        let mut project = Project { need, awareness: Some(awareness), ..project() };
        project.channels[0].reach = 0.3;
        let s = after(&p, &project, &Place { trust, ..PLACE }, 52);
        (s.expectation, s.gap)
    };
    assert!(gap(0.2, 0.9, 0.4).0 > gap(0.2, 0.2, 0.4).0 + 0.05);
    assert!(gap(0.2, 0.6, 0.9).1 < gap(0.2, 0.6, 0.1).1 - 0.01);
    assert!(gap(0.9, 0.6, 0.9).1 < gap(0.0, 0.6, 0.9).1 - 0.005);
}

#[test]
fn harm_from_elsewhere_is_laid_at_the_project() {
    let p = parameters();
    let believed = |land_loss| first(&p, &project(), &Place { land_loss, ..PLACE }).believed_harm;
    let real = project().harm;
    assert!(believed(0.0) > real && believed(0.5) > believed(0.0) + 0.05);
    let none = Parameters { misattribution: 0.0, ..p };
    assert!((first(&none, &project(), &PLACE).believed_harm - real).abs() < 1e-12);
}

#[test]
fn with_a_say_blame_moves_from_the_firms_to_the_authorities() {
    let with_voice = |voice: f64| {
        let (setting, mut world) = populate(towns(vec![project()]));
        world.society.regions[0].voice = voice;
        world.society.threat.fill(0.0);
        blame::lay(&setting, &mut world, false);
        world.society.threat[FIRMS]
    };
    assert!(with_voice(0.0) > with_voice(0.4) && with_voice(0.4) > 0.0);
}

/// Threat after ten weeks under hearings of this strength.
fn under_hearings(strength: f64, turnout: f64) -> f64 {
    let mut scenario = towns(vec![project()]);
    scenario.levers.push(lever(LeverKind::Hearings, strength));
    scenario.parameters.projects.turnout = turnout;
    scenario.parameters.projects.openness = 0.0;
    threat_after(scenario, 10)
}

#[test]
fn hearings_help_where_people_can_come() {
    assert!(under_hearings(0.9, 0.5) < under_hearings(0.0, 0.5) - 0.002);
}

#[test]
fn hearings_do_nothing_where_nobody_comes() {
    assert_eq!(under_hearings(0.9, 0.0), under_hearings(0.0, 0.0));
}

/// Expectations that are met after two years of shared benefits that reach a share of people.
fn credited(reach: f64, sharing: f64) -> f64 {
    let mut project = Project { need: 0.0, jobs: 0.0, expectation: 0.9, ..project() };
    project.channels[0].reach = reach;
    let s = after(&parameters(), &project, &Place { sharing, trust: 0.8, ..PLACE }, 104);
    s.expectation - s.gap
}

#[test]
fn shared_benefits_help_where_people_know_of_them() {
    assert!(credited(0.5, 0.9) > credited(0.5, 0.0) + 0.03);
}

#[test]
fn shared_benefits_bring_no_credit_where_nobody_knows_of_them() {
    assert_eq!(credited(0.0, 0.9), credited(0.0, 0.0));
}

/// Change of threat after half a year of disclosure.
fn disclosed(arousal: f64, correction: f64, reach: f64) -> f64 {
    let threat = |strength: f64| {
        let mut scenario = towns(vec![project()]);
        scenario.levers.push(lever(LeverKind::Disclosure, strength));
        let p = &mut scenario.parameters.projects;
        (p.arousal, p.correction, p.disclosure_reach) = (arousal, correction, reach);
        (p.openness, p.ramp_weeks) = (0.0, 26.0);
        threat_after(scenario, 26)
    };
    threat(1.0) - threat(0.0)
}

#[test]
fn disclosure_calms_where_it_corrects_what_people_believe() {
    let calms = disclosed(0.0, 0.9, 0.1);
    assert!(calms < -0.0005, "calms: {calms}");
}

#[test]
fn disclosure_stirs_up_where_it_is_news_and_does_nothing_where_it_is_neither() {
    let stirs = disclosed(20.0, 0.0, 0.0);
    assert!(stirs > 0.005, "stirs up: {stirs}");
    assert_eq!(disclosed(0.0, 0.0, 0.0), 0.0);
}

#[test]
fn a_project_nobody_weighs_changes_no_threat() {
    let threat = |projects: Vec<Project>| {
        let mut scenario = towns(projects);
        scenario.parameters.projects.weight = 0.0;
        scenario.parameters.projects.turnout = 0.0;
        threat_after(scenario, 3)
    };
    assert_eq!(threat(vec![project()]), threat(Vec::new()));
}

#[test]
fn a_project_works_from_its_first_day() {
    let mut scenario = towns(vec![Project { start_day: 14, ..project() }]);
    scenario.levers.push(lever(LeverKind::BenefitSharing, 0.5));
    let (setting, mut world) = populate(scenario);
    let grievance = |world: &World| world.society.regions[0].grievance[FIRMS];
    for week in 1..=4 {
        step(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
        assert_eq!(grievance(&world) > 0.0, week >= 3, "week {week}");
        assert_eq!(jobs_opened(&setting, week), [if week >= 3 { 200.0 } else { 0.0 }, 0.0]);
    }
    assert!(world.projects[0].awareness > 0.0 && world.projects[0].awareness < 0.1);
}

#[test]
fn firms_without_members_go_through_a_whole_run() {
    let mut scenario = towns(vec![project()]);
    (scenario.scale, scenario.weeks) = (0.1, 8);
    let target = FIRMS;
    scenario.shocks = vec![
        Shock {
            id: "attack".into(),
            day: 8,
            days: 1,
            region: Some(0),
            kind: ShockKind::Incident { target, severity: 40.0 },
            source: "test".into(),
        },
        Shock {
            id: "news".into(),
            day: 8,
            days: 14,
            region: None,
            kind: ShockKind::Media { target, coverage: 1.0 },
            source: "test".into(),
        },
    ];
    let (setting, week0) = replicate::week0(scenario);
    let go = AtomicBool::new(false);
    let mut readings = Vec::new();
    let end = replicate::run(&setting, &week0, 0, &go, |ctx, w| {
        readings.push(crate::measure::read(ctx, w));
    })
    .unwrap();
    let sound = |x: &f32| (0.0..=1.0).contains(x);
    assert!(end.society.hostility.iter().chain(&end.society.threat).all(sound));
    let id = |name: &str| crate::measure::indicator(name).unwrap();
    let last = readings.last().unwrap();
    for name in ["population", "hostility", "tension", "trust_courts", "life_satisfaction"] {
        let x = last.get(id(name), None, None, Some(FIRMS));
        assert!(x.is_nan() || x == 0.0, "{name} of firms: {x}");
        assert!(last.get(id(name), None, None, None).is_finite(), "{name}");
    }
    let toward = |w: usize| readings[w].get(id("hostility"), Some(FIRMS), None, None);
    assert!((toward(0) - 0.4).abs() < 0.02 && toward(8) > toward(1), "{} {}", toward(0), toward(8));
    assert!(last.get(id("project_grievance"), Some(FIRMS), Some(0), None) > 0.0);
    assert!(last.get(id("project_grievance"), Some(FIRMS), Some(1), None).is_nan());
}

proptest! {
    #[test]
    fn everything_stays_between_0_and_1(
        [benefits, need, harm, other_harm, expectation, reach, trust, hostility, rumour, lever]
            in prop::array::uniform10(0.0..=1.0_f64),
        agencies in 1_u32..50,
        weeks in 1_u32..150,
    ) {
        let mut project =
            Project { benefits, need, harm, other_harm, agencies, expectation, ..project() };
        project.channels[0].reach = reach;
        let place = Place {
            trust, hostility, rumour, land_loss: harm, disclosure: lever, sharing: lever,
            hearings: lever, ..PLACE
        };
        let s = after(&parameters(), &project, &place, weeks);
        for x in [s.awareness, s.expectation, s.jobs_belief, s.gap, s.believed_harm, s.voice,
                  s.disclosure, s.sharing, s.grievance] {
            prop_assert!((0.0..=1.0).contains(&x), "{s:?}");
        }
    }
}

/// Burn-in has weeks beyond those of the scenario: jobs of every project were open in the half year before week 0.
#[test]
fn jobs_of_a_project_are_open_from_its_start_and_not_before_week_0() {
    let (setting, _) = populate(towns(vec![Project { start_day: 70, ..project() }]));
    assert_eq!(jobs_opened(&setting, 5)[0], 0.0);
    assert_eq!(jobs_opened(&setting, 11)[0], 200.0);
    assert_eq!(jobs_opened(&setting, 0x8000 + 200)[0], 0.0);
}
