//! Rows add up to what is observed: for every household, region, group and state.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::tracer::Tracer;
use super::*;
use crate::engine::replicate;
use crate::measure::{indicator, read};
use crate::scenario::{Scenario, Shock, ShockKind, testing};

static GO: AtomicBool = AtomicBool::new(false);

/// Small towns in which people arrive, pass through, move together and leave, with incidents, media and
/// denials.
fn busy() -> Scenario {
    let mut scenario = testing::two_towns();
    (scenario.scale, scenario.weeks) = (0.2, 20);
    let shock = |id: &str, day, kind| Shock {
        id: id.into(),
        day,
        days: 21,
        region: None,
        kind,
        source: "test".into(),
    };
    scenario.shocks = vec![
        shock("media", 60, ShockKind::Media { target: 2, coverage: 1.0 }),
        shock("clash", 65, ShockKind::Incident { target: 2, severity: 300.0 }),
        shock("prices", 70, ShockKind::Prices { log_change: 0.1 }),
        shock("state", 60, ShockKind::StateThreat { target: 2, level: 0.7 }),
    ];
    scenario.parameters.exit.base = 0.5;
    scenario.parameters.information.rumour_birth = 2.0;
    scenario.parameters.response.detection = 0.5;
    scenario
}

fn built() -> &'static (Setting, World) {
    static WORLD: OnceLock<(Setting, World)> = OnceLock::new();
    WORLD.get_or_init(|| replicate::week0(busy()))
}

fn traced(subject: Subject) -> Trace {
    let (setting, week0) = built();
    trace(setting, week0, 0, subject, &GO).unwrap()
}

/// Sums of rows by week, entity and state.
fn sums(trace: &Trace) -> BTreeMap<(u32, usize, usize), f64> {
    let mut sums = BTreeMap::new();
    for row in &trace.rows {
        *sums.entry((row.week, row.entity, row.state)).or_insert(0.0) += row.value;
    }
    sums
}

/// Every change between two weeks with a level is the sum of its rows; says how many there were.
fn adds_up(trace: &Trace) -> usize {
    let sums = sums(trace);
    let levels: BTreeMap<(u32, usize, usize), f64> =
        trace.levels.iter().map(|l| ((l.week, l.entity, l.state), l.value)).collect();
    let mut seen = 0;
    for (&(week, entity, state), level) in &levels {
        let Some(before) = week.checked_sub(1).and_then(|w| levels.get(&(w, entity, state))) else {
            continue;
        };
        let sum = sums.get(&(week, entity, state)).copied().unwrap_or(0.0);
        let size = level.abs().max(before.abs()).max(1.0);
        assert!(
            (level - before - sum).abs() < 1e-9 * size,
            "week {week}, {}, {}: {before} to {level}, rows {sum}",
            trace.entities[entity],
            trace.states[state]
        );
        seen += 1;
    }
    seen
}

#[test]
fn rows_of_every_region_and_group_add_up_to_the_observed_change() {
    let (setting, _) = built();
    for region in [None, Some(0), Some(1)] {
        let trace = traced(Subject::Region(region));
        let seen = adds_up(&trace);
        assert!(seen > 20 * trace.states.len(), "{seen}");
        let booked =
            |id: &str| trace.rows.iter().filter(|r| trace.labels[r.label].id == id).count();
        for id in ["composition.entered", "composition.left", "composition.emigrated"] {
            assert!(booked(id) > 0, "{id}");
        }
        for id in ["affect.media", "fear.incidents", "blame.regional", "trust.dealings"] {
            assert!(booked(id) > 0, "{id}");
        }
        assert_eq!(setting.regions(), 2);
    }
}

#[test]
fn levels_are_those_of_the_indicators() {
    let (setting, week0) = built();
    let trace = traced(Subject::Region(Some(0)));
    let of = |name: &str| trace.states.iter().position(|s| s == name).unwrap();
    let levels: BTreeMap<(u32, usize, usize), f64> =
        trace.levels.iter().map(|l| ((l.week, l.entity, l.state), l.value)).collect();
    let _ = replicate::run(setting, week0, 0, &GO, |ctx, world| {
        let readings = read(ctx, world);
        for (id, target, state) in [
            ("hostility", Some(2), of("hostility.newcomers")),
            ("fear", Some(2), of("fear.newcomers")),
            ("trust_courts", None, of("trust_courts")),
            ("life_satisfaction", None, of("life_satisfaction")),
            ("act_willingness", None, of("act_willingness")),
            ("tension", None, of("tension")),
            ("tension.hostility", None, of("tension.hostility")),
            ("tension.hardship", None, of("tension.hardship")),
        ] {
            for (entity, group) in [(0, None), (1, Some(0)), (2, Some(1)), (3, Some(2))] {
                let read = readings.get(indicator(id).unwrap(), target, Some(0), group);
                match levels.get(&(ctx.week, entity, state)) {
                    Some(level) => {
                        assert!((level - read).abs() < 1e-5, "{id} {group:?}: {level} {read}");
                    }
                    None => assert!(read.is_nan(), "{id} {group:?}: {read}"),
                }
            }
        }
    });
}

#[test]
fn parts_of_every_household_add_up_at_every_step() {
    let (setting, week0) = built();
    let mut tracer: Option<Tracer<'_>> = None;
    let mut split = 0;
    let _ = replicate::drive(setting, week0.clone(), 0, &GO, |ctx, world, moment| {
        let ctx = &Context { setting, ..*ctx };
        let Some(tracer) = &mut tracer else {
            tracer = Some(Tracer::new(ctx, world, (0..setting.households()).collect()));
            return;
        };
        let Moment::Step(step) = moment else { return };
        tracer.run(ctx, world, step);
        for s in 0..tracer.states.len() {
            let state = tracer.states[s];
            tracer.changes(world, step, s, |k, (old, new), parts| {
                let sum: f64 = parts.iter().map(|x| x.1).sum();
                let size = old.abs().max(new.abs()).max(1.0);
                assert!(
                    (new - old - sum).abs() < 1e-12 * size,
                    "{state:?} of {k} in {}",
                    step.name
                );
                split += usize::from(parts.len() > 1);
            });
        }
    });
    assert!(split > 100_000);
    let tracer = tracer.unwrap();
    for (state, missed) in tracer.states.iter().zip(&tracer.missed) {
        // The utility of acting is a sum of terms up to 20, and its rounding is that of such numbers.
        let most = if *state == super::state::State::Acting { 128.0 } else { 2.0 };
        assert!(*missed <= most, "{state:?}: {missed} units");
    }
}

#[test]
fn a_household_is_traced_as_its_values_move() {
    let (setting, _) = built();
    for i in [0, setting.residents - 1, setting.residents + 40] {
        let trace = traced(Subject::Household(i));
        let targets = setting.targets.len();
        // Towards the own group there is neither fear nor hostility.
        assert_eq!(adds_up(&trace), 20 * (trace.states.len() - 2));
        assert_eq!(trace.states.len(), 2 * targets + 9);
    }
}

/// The whole way from the replicate to the rows, for everyone: no household or region of the run is left out.
#[test]
fn rows_of_every_household_and_region_of_a_run_add_up_to_the_observed_change() {
    use rayon::prelude::*;
    let mut scenario = busy();
    (scenario.scale, scenario.weeks) = (0.02, 12);
    scenario.parameters.population.renter_agents = 40.0;
    let (setting, week0) = replicate::week0(scenario);
    let of = |subject| trace(&setting, &week0, 0, subject, &GO).unwrap();
    let seen: usize = (0..setting.households())
        .into_par_iter()
        .map(|i| {
            let trace = of(Subject::Household(i));
            assert_eq!(trace.entities.len(), 1);
            adds_up(&trace)
        })
        .sum();
    assert!(setting.households() > 100, "{} households", setting.households());
    // Nine states and two for each target but the own group, every week.
    assert!(seen > 12 * 9 * setting.residents, "{seen} changes");
    for region in [None, Some(0), Some(1)] {
        assert!(adds_up(&of(Subject::Region(region))) > 0);
    }
}

#[test]
fn tracing_leaves_the_replicate_as_it_is() {
    let (setting, week0) = built();
    let plain = replicate::run(setting, week0, 1, &GO, |_, _| {}).unwrap().hash();
    for subject in [Subject::Household(3), Subject::Region(Some(1))] {
        assert_eq!(trace(setting, week0, 1, subject, &GO).unwrap().state_hash, plain);
    }
}

#[test]
fn a_trace_is_the_same_at_any_thread_count() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| traced(Subject::Region(Some(0))))
    };
    let (one, three) = (with(1), with(3));
    assert_eq!(one.rows, three.rows);
    assert_eq!(one.moved, three.moved);
}

#[test]
fn without_media_nothing_is_booked_on_media() {
    let mut scenario = busy();
    let p = &mut scenario.parameters;
    (p.affect.beta_media, p.affect.fear_media) = (0.0, 0.0);
    let (setting, week0) = replicate::week0(scenario);
    let trace = trace(&setting, &week0, 0, Subject::Region(None), &GO).unwrap();
    let ids: Vec<&str> = trace.rows.iter().map(|r| trace.labels[r.label].id.as_str()).collect();
    assert!(!ids.contains(&"affect.media") && !ids.contains(&"fear.media"));
    assert!(ids.contains(&"threat.media"));
}

#[test]
fn with_contagion_alone_all_of_hostility_comes_from_others() {
    let mut scenario = busy();
    scenario.parameters.affect.contagion = 1.0;
    let (setting, week0) = replicate::week0(scenario);
    let trace = trace(&setting, &week0, 0, Subject::Region(Some(0)), &GO).unwrap();
    let state = trace.states.iter().position(|s| s == "hostility.newcomers").unwrap();
    for row in trace.rows.iter().filter(|r| r.state == state && r.entity == 1) {
        let id = trace.labels[row.label].id.as_str();
        let others = ["affect.kin", "affect.cell", "affect.online", "start"];
        assert!(others.contains(&id) || id.starts_with("composition."), "{id}");
    }
}
