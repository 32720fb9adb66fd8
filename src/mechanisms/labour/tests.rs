//! What labour promises: no drift without a shock, crowding with one, conservation, same bits anywhere.

use super::*;
use crate::engine::draws::Draws;
use crate::scenario::{Scenario, testing};
use crate::world::populate::populate;
use crate::world::{Flow, Presence, Work};

fn week(setting: &Setting, world: &mut World, week: u32) {
    world.flows.clear();
    step(&Context { setting, draws: Draws::new(3, 0), week }, world);
    world.week = week;
}

/// Lets the first `n` potential arrivals into region 0.
fn invite(setting: &Setting, world: &mut World, n: usize) {
    for i in setting.residents..(setting.residents + n).min(setting.households()) {
        world.households.presence[i] = Presence::Present;
        world.households.region[i] = 0;
    }
}

/// Poor newcomers who all look for work; with `means` they are as rich as the default ones.
fn seekers_scenario(income_median: f64) -> Scenario {
    let mut scenario = testing::two_towns();
    let wave = &mut scenario.waves[0];
    wave.transit_share = 0.0;
    wave.outside_income_share = 0.0;
    wave.income_median = income_median;
    scenario.parameters.labour.newcomer_formal = 0.05;
    scenario
}

/// Residents of region `r` (all with `None`) by state.
fn states(setting: &Setting, world: &World, r: Option<usize>) -> [f64; 4] {
    let mut counts = [0.0; 4];
    for i in 0..setting.residents {
        if r.is_some_and(|r| world.households.region[i] as usize != r) {
            continue;
        }
        for work in world.labour.work[i] {
            if work != Work::None {
                counts[work as usize] += f64::from(setting.people.weight[i]);
            }
        }
    }
    counts
}

fn unemployment(counts: [f64; 4]) -> f64 {
    counts[2] / (counts[0] + counts[1] + counts[2])
}

fn mean_log_wage(world: &World, r: usize, form: usize) -> f64 {
    let markets = &world.labour.markets[r * SKILLS..(r + 1) * SKILLS];
    markets.iter().map(|m| m.log_wage[form]).sum::<f64>() / SKILLS as f64
}

#[test]
fn nothing_drifts_without_a_shock() {
    let (setting, mut world) = populate(testing::two_towns());
    let before = states(&setting, &world, None);
    let income = |world: &World| -> f64 {
        world.households.income[..setting.residents].iter().map(|&x| f64::from(x)).sum()
    };
    let income_before = income(&world);
    let (mut mean, mut unemployed) = ([0.0; 4], 0.0);
    let weeks = 156;
    for w in 1..=weeks {
        week(&setting, &mut world, w);
        if w > weeks - 52 {
            let now = states(&setting, &world, None);
            for (m, n) in mean.iter_mut().zip(now) {
                *m += n / 52.0;
            }
            unemployed += unemployment(now) / 52.0;
        }
    }
    assert!((unemployed - unemployment(before)).abs() < 0.006, "unemployment {unemployed}");
    let informal = |c: [f64; 4]| c[1] / (c[0] + c[1]);
    assert!((informal(mean) - informal(before)).abs() < 0.012, "informal {}", informal(mean));
    assert!((mean[3] / before[3] - 1.0).abs() < 0.04, "inactive {}", mean[3] / before[3]);
    for r in 0..2 {
        for form in 0..2 {
            let drift = mean_log_wage(&world, r, form);
            assert!(drift.abs() < 0.02, "wage of region {r}, form {form}: {drift}");
        }
    }
    assert!((income(&world) / income_before - 1.0).abs() < 0.01);
    assert_eq!(world.society.regions[0].displaced, 0.0);
}

#[test]
fn newcomers_without_means_crowd_informal_work() {
    let outcome = |arrivals: usize| {
        let (setting, mut world) = populate(seekers_scenario(60_000.0));
        invite(&setting, &mut world, arrivals);
        let before = states(&setting, &world, Some(0));
        let (mut displaced, mut trough) = (0.0, [0.0_f64; 2]);
        for w in 1..=52 {
            week(&setting, &mut world, w);
            displaced += (0..3).map(|g| world.flows.get(Flow::Displaced, 0, g)).sum::<f64>();
            for (form, low) in trough.iter_mut().enumerate() {
                *low = low.min(mean_log_wage(&world, 0, form));
            }
        }
        let after = states(&setting, &world, Some(0));
        let lost: [f64; 4] = std::array::from_fn(|k| before[k] - after[k]);
        (displaced, lost, trough)
    };
    let (none, some, many) = (outcome(0), outcome(150), outcome(450));
    assert_eq!(none.0, 0.0);
    assert!(some.0 > 0.0 && many.0 > some.0, "displaced {} {}", some.0, many.0);
    assert!(many.1[1] > none.1[1], "informal jobs of residents are lost: {:?}", many.1);
    assert!(many.1[1] > many.1[0], "informal losses exceed formal ones: {:?}", many.1);
    assert!(-many.1[2] > -none.1[2] && -many.1[3] > -none.1[3], "to search and out: {:?}", many.1);
    assert!(many.2[1] < many.2[0], "informal wages fall deeper: {:?}", many.2);
    assert!(many.2[1] < some.2[1] && some.2[1] < none.2[1], "more newcomers, lower wages");
}

#[test]
fn newcomers_with_means_displace_hardly_anyone_and_their_spending_makes_jobs() {
    let run = |local_spending: f64| {
        let mut scenario = seekers_scenario(430_000.0);
        scenario.parameters.labour.local_spending = local_spending;
        let (setting, mut world) = populate(scenario);
        invite(&setting, &mut world, 200);
        let mut displaced = 0.0;
        for w in 1..=40 {
            week(&setting, &mut world, w);
            displaced += (0..3).map(|g| world.flows.get(Flow::Displaced, 0, g)).sum::<f64>();
        }
        (displaced, unemployment(states(&setting, &world, Some(0))), world.labour.employed[0])
    };
    let (spending, saving) = (run(0.9), run(0.0));
    assert!(spending.0 < 0.005 * spending.2, "displaced {} of {}", spending.0, spending.2);
    assert!(spending.1 < saving.1, "unemployment {} against {}", spending.1, saving.1);
}

#[test]
fn no_job_is_re_offered_when_substitution_is_off() {
    let mut scenario = seekers_scenario(60_000.0);
    scenario.parameters.labour.substitution = 0.0;
    let (setting, mut world) = populate(scenario);
    invite(&setting, &mut world, 400);
    for w in 1..=30 {
        week(&setting, &mut world, w);
        assert!((0..3).all(|g| world.flows.get(Flow::Displaced, 0, g) == 0.0));
    }
}

#[test]
fn adults_are_conserved_and_only_wages_move_incomes() {
    let (setting, mut world) = populate(seekers_scenario(200_000.0));
    invite(&setting, &mut world, 100);
    let other = |world: &World, i: usize| {
        f64::from(world.households.income[i]) - f64::from(world.labour.wage_income[i])
    };
    let before: Vec<f64> = (0..setting.residents).map(|i| other(&world, i)).collect();
    for w in 1..=30 {
        week(&setting, &mut world, w);
    }
    for i in 0..setting.residents + 100 {
        let adults = world.labour.work[i].iter().filter(|&&s| s != Work::None).count();
        assert_eq!(adults, usize::from(setting.people.adults[i]));
        let employed = world.labour.work[i][0].employed();
        assert_eq!(world.labour.employer[i] != crate::world::NONE, employed);
    }
    for (i, b) in before.iter().enumerate() {
        assert!((other(&world, i) - b).abs() < 1e-4 * b.abs().max(1000.0));
    }
    for (a, h) in world.labour.applications.iter().zip(&world.labour.hires) {
        assert!(h <= a);
    }
}

/// Of a few applicants the hires of a week are mostly chance, and the gap between groups with them.
#[test]
fn success_of_a_group_is_told_by_chances_not_by_who_was_lucky() {
    let (setting, mut world) = populate(seekers_scenario(200_000.0));
    invite(&setting, &mut world, 100);
    let agent = f64::from(setting.people.weight[setting.residents]);
    let (mut applied, mut told, mut whole) = (0.0, 0.0, 0);
    for w in 1..=40 {
        week(&setting, &mut world, w);
        let (seekers, hires) =
            (world.labour.applications[2] / agent, world.labour.hires[2] / agent);
        applied += seekers;
        told += hires;
        whole += usize::from((hires - hires.round()).abs() < 1e-3);
    }
    assert!(whole < 5 && told > 1.0 && told < applied, "{whole} {told} {applied}");
}

#[test]
fn preference_moves_the_success_of_newcomers() {
    let success = |preference: f64| {
        let mut scenario = seekers_scenario(300_000.0);
        scenario.parameters.labour.preference = preference;
        scenario.parameters.labour.substitution = 0.0;
        let (setting, mut world) = populate(scenario);
        invite(&setting, &mut world, 300);
        let (mut applied, mut hired) = (0.0, 0.0);
        for w in 1..=20 {
            week(&setting, &mut world, w);
            applied += world.labour.applications[2];
            hired += world.labour.hires[2];
        }
        hired / applied
    };
    assert!(success(0.1) > success(-0.1) && success(-0.1) > success(-0.3));
}

#[test]
fn threads_change_nothing() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (setting, mut world) = populate(seekers_scenario(100_000.0));
            invite(&setting, &mut world, 200);
            for w in 1..=10 {
                week(&setting, &mut world, w);
            }
            let markets: Vec<u64> = world
                .labour
                .markets
                .iter()
                .flat_map(|m| [m.vacancies.to_bits(), m.log_wage[1].to_bits()])
                .collect();
            (world.labour.work, world.labour.employer, world.households.income, markets)
        })
    };
    assert!(run(1) == run(3));
}

#[test]
fn thinning_keeps_rates_and_stays_without_drift() {
    let mut scenario = testing::two_towns();
    scenario.scale = 0.1;
    let (setting, mut world) = populate(scenario);
    let before = unemployment(states(&setting, &world, None));
    assert!((before - 0.05).abs() < 0.01, "unemployment at week 0: {before}");
    let mut mean = 0.0;
    for w in 1..=156 {
        week(&setting, &mut world, w);
        if w > 52 {
            mean += unemployment(states(&setting, &world, None)) / 104.0;
        }
    }
    assert!((mean - 0.05).abs() < 0.015, "unemployment later: {mean}");
}

#[test]
fn leavers_and_movers_give_up_their_jobs() {
    let (setting, mut world) = populate(testing::two_towns());
    let worker = |r: usize| {
        setting.region_residents[r].clone().find(|&i| world.labour.work[i][0].employed()).unwrap()
    };
    let (gone, moved) = (worker(0), worker(1));
    world.households.presence[gone] = Presence::Left;
    world.households.region[moved] = 0;
    week(&setting, &mut world, 1);
    assert_eq!(world.labour.work[gone], [Work::None; crate::world::ADULTS]);
    assert_eq!(world.labour.workplace(gone), crate::world::NONE);
    assert_eq!(world.labour.region[moved], 0);
}

/// Newcomers at work in region 0 after ten weeks, and residents displaced on the way.
fn under_residents_first(strength: f64, guests: usize) -> (usize, f64, Vec<u32>) {
    let mut scenario = seekers_scenario(60_000.0);
    scenario.levers.push(crate::scenario::Lever {
        id: "residents-first".into(),
        kind: LeverKind::NativeFirst,
        start_day: 0,
        end_day: 1000,
        strength,
        compliance: 1.0,
        cost_per_unit: 0.0,
        regions: Vec::new(),
    });
    let (setting, mut world) = populate(scenario);
    invite(&setting, &mut world, guests);
    let mut displaced = 0.0;
    for w in 1..=10 {
        week(&setting, &mut world, w);
        displaced +=
            (0..setting.groups()).map(|g| world.flows.get(Flow::Displaced, 0, g)).sum::<f64>();
    }
    let works = |w: &Work| matches!(w, Work::Formal | Work::Informal);
    let newcomers = &world.labour.work[setting.residents..];
    let incomes = world.households.income.iter().map(|x| x.to_bits()).collect();
    (newcomers.iter().flatten().filter(|w| works(w)).count(), displaced, incomes)
}

#[test]
fn residents_first_ends_displacement_and_leaves_newcomers_without_work() {
    let (none, full) = (under_residents_first(0.0, 400), under_residents_first(1.0, 400));
    assert!(none.0 > 50 && full.0 == 0, "{} {}", none.0, full.0);
    assert!(none.1 > 0.0 && full.1 == 0.0, "{} {}", none.1, full.1);
}

#[test]
fn residents_first_changes_nothing_where_nobody_came() {
    assert_eq!(under_residents_first(1.0, 0).2, under_residents_first(0.0, 0).2);
}
