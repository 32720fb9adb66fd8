//! A small made-up scenario for unit tests.

use std::collections::BTreeMap;

use super::{Gate, Group, Region, Relation, Scenario, Wave};
use crate::cards::register;

fn region(code: &str, latitude: f64, population: f64, shares: &[f64]) -> Region {
    Region {
        code: code.into(),
        name: code.to_uppercase(),
        latitude,
        longitude: 70.0,
        tile_row: 0,
        tile_column: u32::from(latitude > 50.0),
        population,
        household_size: 3.2,
        urban_share: 0.7,
        unemployment_rate: 0.05,
        mean_wage: 300_000.0,
        income_per_person: 160_000.0,
        renter_share: 0.15,
        group_shares: shares.to_vec(),
    }
}

fn group(id: &str, target: bool) -> Group {
    Group {
        id: id.into(),
        label: id.to_uppercase(),
        target,
        income_factor: 1.0,
        skill_shares: [0.3, 0.4, 0.3],
        state_threat: 0.1,
        kin_state: None,
        origin_population: None,
    }
}

/// Two towns, a majority, a minority and newcomers, one wave in weeks 9 to 12; scale 1.
pub(crate) fn two_towns() -> Scenario {
    let weeks = 40;
    let daily = (0..weeks * 7).map(|d| if (56..84).contains(&d) { 40.0 } else { 0.0 }).collect();
    let relation = |distance, hostility| Relation { distance, hostility, memory: None };
    let none = relation(0.0, 0.0);
    let (near, far) = (relation(0.3, 0.3), relation(0.5, 0.36));
    Scenario {
        name: "two-towns".into(),
        question: "What do forty arrivals a day do to two towns?".into(),
        start: time::Date::from_calendar_date(2022, time::Month::January, 5).unwrap(),
        weeks,
        scale: 1.0,
        seed: 1,
        replicates: 2,
        currency: "KZT".into(),
        regions: vec![
            region("aa", 51.0, 16_000.0, &[0.7, 0.3, 0.0]),
            region("bb", 49.0, 10_000.0, &[0.9, 0.1, 0.0]),
        ],
        provenance: Vec::new(),
        statements: Vec::new(),
        gates: vec![Gate {
            id: "gate".into(),
            region: 0,
            latitude: 51.5,
            longitude: 70.0,
            share: 1.0,
        }],
        border_norm_per_day: 20.0,
        listed: vec![0, 1, 2],
        groups: vec![group("majority", true), group("minority", true), group("newcomers", true)],
        relations: vec![none, near, far, near, none, far, far, far, none],
        waves: vec![Wave {
            id: "wave".into(),
            group: 2,
            daily,
            household_size: 2.4,
            income_median: 430_000.0,
            income_sigma: 0.5,
            savings_months: 6.0,
            skill_shares: [0.2, 0.4, 0.4],
            transit_share: 0.4,
            outside_income_share: 0.5,
            pro_state_share: 0.1,
            status: "assumed",
            source: "made up".into(),
        }],
        shocks: Vec::new(),
        levers: Vec::new(),
        land: Vec::new(),
        projects: Vec::new(),
        mediators: Vec::new(),
        channels: Vec::new(),
        accounts: Vec::new(),
        parameters: register().resolve(&BTreeMap::new()).unwrap(),
    }
}
