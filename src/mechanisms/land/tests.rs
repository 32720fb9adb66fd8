use super::*;
use crate::mechanisms::{acts, threat};
use crate::scenario::{Land, LandKind, Lever, Scenario, Shock, testing};
use crate::world::Presence;
use crate::world::populate::populate;

/// Rural households of the first town by group, about: 5,000 households, 30 % of them rural.
const CLAIMS: f64 = 1500.0;

fn land(id: &str, supply: f64, claims: [f64; 3]) -> Land {
    Land {
        id: id.into(),
        region: 0,
        kind: LandKind::Cropland,
        supply,
        unfair: 0.2,
        season: 0.0,
        peak_day: 150.0,
        claims: claims.to_vec(),
        growth: vec![0.0; 3],
    }
}

/// Two towns with one piece of land that all claim alike and that falls a little short.
fn fields() -> Scenario {
    let mut scenario = testing::two_towns();
    scenario.land = vec![land("fields", CLAIMS, [1.0; 3])];
    scenario
}

fn drought(change: f64) -> Shock {
    let kind = ShockKind::Drought { log_change: change };
    Shock { id: "dry".into(), day: 7, days: 14, region: Some(0), kind, source: "test".into() }
}

fn run(setting: &Setting, world: &mut World, weeks: std::ops::RangeInclusive<u32>) {
    for week in weeks {
        step(&Context { setting, draws: Draws::new(1, 0), week }, world);
    }
}

fn after(scenario: Scenario, weeks: u32) -> (Setting, World) {
    let (setting, mut world) = populate(scenario);
    run(&setting, &mut world, 1..=weeks);
    (setting, world)
}

fn lever(strength: f64) -> Lever {
    Lever {
        id: "rules".into(),
        kind: LeverKind::LandAllocation,
        start_day: 0,
        end_day: 700,
        strength,
        compliance: 1.0,
        cost_per_unit: 2.0,
        regions: vec![0],
    }
}

#[test]
fn without_growth_in_claims_access_does_not_move() {
    let (setting, mut world) = populate(fields());
    let start = world.land.access.clone();
    assert!(start[0] > 0.5 && start[0] < 1.0, "{start:?}");
    for week in 1..=104 {
        run(&setting, &mut world, week..=week);
        assert_eq!(world.land.access, start);
        assert!(world.land.loss.iter().all(|&x| x == 0.0));
    }
}

#[test]
fn a_season_that_comes_every_year_is_no_loss() {
    let mut scenario = fields();
    scenario.land[0].season = 0.4;
    let (setting, mut world) = populate(scenario);
    let (mut low, mut high) = (1.0_f64, 0.0_f64);
    for week in 1..=60 {
        run(&setting, &mut world, week..=week);
        (low, high) = (low.min(world.land.access[0]), high.max(world.land.access[0]));
        assert!(world.land.loss.iter().all(|&x| x < 1e-12));
    }
    assert!(low < 0.6 && high > 0.95, "{low} {high}");
}

#[test]
fn more_supply_never_gives_less_access_nor_more_loss() {
    let mut last = (0.0, 1.0);
    for supply in [200.0, 600.0, 1000.0, 1400.0, 1800.0, 4000.0] {
        let mut scenario = fields();
        scenario.land[0].supply = supply;
        scenario.shocks.push(drought(-0.5));
        let (_, world) = after(scenario, 6);
        let now = (world.land.access[0], world.land.group_access[0]);
        assert!(now.0 >= last.0, "{supply}: {now:?} after {last:?}");
        last = (now.0, now.1);
    }
    assert_eq!(last.0, 1.0);
}

#[test]
fn a_drought_is_felt_and_got_used_to() {
    let mut scenario = fields();
    scenario.shocks.push(drought(-0.7));
    let (setting, mut world) = populate(scenario);
    run(&setting, &mut world, 1..=5);
    let felt_at_once = world.land.loss[0];
    run(&setting, &mut world, 6..=300);
    let later = world.land.loss[0];
    assert!(felt_at_once > 0.3 && later < 0.3 * felt_at_once, "{felt_at_once} {later}");
}

#[test]
fn growing_claims_and_settlers_leave_less_for_all() {
    let mut scenario = fields();
    scenario.land[0].growth[1] = 0.1;
    let (setting, mut world) = populate(scenario);
    let before = world.land.access[0];
    run(&setting, &mut world, 1..=40);
    let grown = world.land.access[0];
    for i in setting.residents..setting.households() {
        world.households.presence[i] = Presence::Present;
        world.households.region[i] = 0;
    }
    run(&setting, &mut world, 41..=41);
    assert!(before > grown && grown > world.land.access[0]);
    assert!(world.land.loss[0] > 0.0 && world.land.group_access[0] < before);
    // Those who only pass through claim nothing.
    let claimed = world.land.claims[2];
    let (mut stay, mut pass) = (0.0, 0.0);
    for i in setting.residents..setting.households() {
        let w = f64::from(setting.people.weight[i]);
        if setting.people.transit[i] {
            pass += w;
        } else if is_rural(&setting, i, 0) {
            stay += w;
        }
    }
    assert!(pass > 0.0 && (claimed / stay - 1.0).abs() < 1e-4);
}

#[test]
fn overlap_is_0_when_niches_are_apart_and_1_when_all_claim_the_same() {
    let contested = |lands: Vec<Land>| {
        let mut scenario = fields();
        scenario.land = lands;
        let (setting, world) = populate(scenario);
        world.society.regions[0].contested / (1.0 - setting.scenario.regions[0].urban_share)
    };
    let apart = vec![land("a", 900.0, [1.0, 0.0, 0.0]), land("b", 900.0, [0.0, 1.0, 0.0])];
    let alike = vec![land("a", 900.0, [1.0; 3]), land("b", 300.0, [0.4; 3])];
    let between = vec![land("a", 900.0, [1.0, 0.5, 0.0]), land("b", 900.0, [0.2, 1.0, 0.0])];
    assert_eq!(contested(apart), 0.0);
    assert!((contested(alike) - 1.0).abs() < 1e-9);
    let some = contested(between);
    assert!(some > 0.2 && some < 0.9, "{some}");
}

#[test]
fn contested_land_gives_opportunity_to_clashes_and_not_to_talk() {
    let (setting, mut world) = crate::world::populate::conduct::testing::town();
    let mut contested = world.clone();
    contested.society.regions[0].contested = 0.5;
    let ctx = Context { setting: &setting, draws: Draws::new(5, 0), week: 1 };
    acts::step(&ctx, &mut world);
    acts::step(&ctx, &mut contested);
    let (plain, more) = (&world.society.regions[0].acting, &contested.society.regions[0].acting);
    assert_eq!(plain[..3], more[..3]);
    let gain = setting.scenario.parameters.land.clash_gain * 0.5;
    assert!((more[3] / plain[3] - 1.0 - gain).abs() < 1e-4 && more[4] > plain[4]);
}

#[test]
fn lost_access_is_a_loss_of_rural_households_first() {
    let mut scenario = fields();
    scenario.shocks.push(drought(-0.7));
    let (setting, mut world) = populate(scenario);
    let draws = Draws::new(1, 0);
    threat::assess(&setting, draws, &mut world, false);
    let before = world.society.loss.clone();
    run(&setting, &mut world, 1..=5);
    threat::assess(&setting, draws, &mut world, false);
    let rises: Vec<(bool, f32)> = setting.region_residents[0]
        .clone()
        .map(|i| (is_rural(&setting, i, 0), world.society.loss[i] - before[i]))
        .collect();
    let least = |rural| rises.iter().filter(|x| x.0 == rural).map(|x| x.1).fold(1.0, f32::min);
    assert!(least(false) > 0.0, "the region's loss is believed in town too");
    assert!(least(true) > least(false));
    let away = setting.region_residents[1].start;
    assert_eq!(world.society.loss[away], before[away]);
}

/// Access, loss and cost in a drought under fair allocation of this strength.
fn under_rules(supply: f64, strength: f64) -> (f64, f64, f64) {
    let mut scenario = fields();
    scenario.land[0].supply = supply;
    scenario.shocks.push(drought(-0.5));
    scenario.levers.push(lever(strength));
    let (_, world) = after(scenario, 5);
    let cost = world.flows.get(Flow::LeverCost, 0, 0);
    (world.land.access[0], world.land.loss[0], cost)
}

#[test]
fn fair_allocation_helps_where_land_is_short_at_a_cost() {
    let (short, ruled) = (under_rules(CLAIMS, 0.0), under_rules(CLAIMS, 0.8));
    assert!(ruled.0 > short.0 + 0.05 && ruled.1 < short.1 - 0.05);
    assert!(short.2 == 0.0 && ruled.2 > 0.0);
}

#[test]
fn fair_allocation_does_nothing_in_plenty() {
    let (plenty, same) = (under_rules(9000.0, 0.0), under_rules(9000.0, 0.8));
    assert_eq!((plenty.0, plenty.1), (same.0, same.1));
}
