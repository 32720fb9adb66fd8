//! A made-up scenario with made-up bands: a smooth pulse with spread.

use std::collections::BTreeMap;

use crate::cards::register;
use crate::measure::{Band, Bands, INDICATORS, Key};
use crate::scenario::{
    CellProvenance, Gate, Group, Lever, LeverKind, Region, Relation, Scenario, Shock, ShockKind,
    Statement, Status, Wave,
};

use super::ReportInput;
use super::text::Quantity;

pub const REPLICATES: u32 = 8;

fn region(index: u32, name: &str) -> Region {
    Region {
        code: format!("R{index}"),
        name: name.to_owned(),
        latitude: 50.0,
        longitude: 70.0,
        tile_row: index / 6,
        tile_column: index % 6,
        population: 100_000.0,
        household_size: 3.2,
        urban_share: 0.6,
        unemployment_rate: 0.05,
        mean_wage: 300_000.0,
        income_per_person: 150_000.0,
        renter_share: 0.15,
        group_shares: vec![0.8, 0.2, 0.0],
    }
}

fn group(id: &str, label: &str, target: bool) -> Group {
    Group {
        id: id.to_owned(),
        label: label.to_owned(),
        target,
        income_factor: 1.0,
        skill_shares: [0.3, 0.4, 0.3],
        state_threat: 0.1,
        kin_state: None,
        origin_population: None,
    }
}

/// A scenario of `weeks` weeks in `regions` regions, three groups, two targets.
pub fn scenario(weeks: u32, regions: usize) -> Scenario {
    let names = ["Lower Valley", "Қала & Город", "Northern Steppe <b>", "Région-Été"];
    let days = 7 * weeks as usize;
    let flow = |d: usize| if (42..70).contains(&d) { 33.0 } else { 0.0 };
    let shock = |id: &str, day, kind| Shock {
        id: id.to_owned(),
        day,
        days: 14,
        region: None,
        kind,
        source: "made up <for> tests".to_owned(),
    };
    Scenario {
        name: "pulse-town".to_owned(),
        question: "What happens to rents & peace when \"many\" people <arrive> at once?".to_owned(),
        start: time::macros::date!(2022 - 01 - 03),
        weeks,
        scale: 0.5,
        seed: 7,
        replicates: REPLICATES,
        currency: "KZT".to_owned(),
        regions: (0..regions).map(|r| region(r as u32, names[r % names.len()])).collect(),
        provenance: vec![
            CellProvenance {
                region: "R0".to_owned(),
                column: "renter_share".to_owned(),
                status: Status::Assumed { low: 0.1, high: 0.2 },
                source: "no survey <yet>".to_owned(),
            },
            CellProvenance {
                region: "R0".to_owned(),
                column: "population".to_owned(),
                status: Status::Source,
                source: "a census".to_owned(),
            },
        ],
        statements: vec![
            Statement {
                part: "gate",
                id: "bridge".to_owned(),
                status: "assumed",
                source: "the only bridge".to_owned(),
            },
            Statement {
                part: "shock",
                id: "rent-season".to_owned(),
                status: "derived",
                source: "made up <for> tests".to_owned(),
            },
        ],
        gates: vec![Gate {
            id: "bridge".to_owned(),
            region: 0,
            latitude: 51.0,
            longitude: 71.0,
            share: 1.0,
        }],
        border_norm_per_day: 100.0,
        listed: vec![0, 1, 2],
        groups: vec![
            group("majority", "Majority", false),
            group("minority", "Minority", true),
            group("newcomers", "Newcomers", true),
        ],
        relations: vec![Relation { distance: 0.2, hostility: 0.2, memory: None }; 9],
        waves: vec![Wave {
            id: "first-wave".to_owned(),
            group: 2,
            daily: (0..days).map(flow).collect(),
            household_size: 2.0,
            income_median: 400_000.0,
            income_sigma: 0.5,
            savings_months: 3.0,
            skill_shares: [0.1, 0.3, 0.6],
            transit_share: 0.4,
            outside_income_share: 0.3,
            pro_state_share: 0.3,
            status: "assumed",
            source: "made up <for> tests".to_owned(),
        }],
        shocks: vec![
            shock("rent-season", 0, ShockKind::Rents { log_change: 0.05 }),
            shock("coverage", 44, ShockKind::Media { target: 2, coverage: 1.0 }),
            shock("quarrel-at-market", 49, ShockKind::Incident { target: 2, severity: 20.0 }),
        ],
        land: Vec::new(),
        projects: Vec::new(),
        levers: vec![Lever {
            id: "more-desks".to_owned(),
            kind: LeverKind::ServiceCapacity,
            start_day: 5000,
            end_day: 5100,
            strength: 0.5,
            compliance: 1.0,
            cost_per_unit: 100.0,
            regions: Vec::new(),
        }],
        mediators: Vec::new(),
        channels: Vec::new(),
        accounts: Vec::new(),
        parameters: register().resolve(&BTreeMap::new()).expect("register resolves"),
    }
}

fn level(id: &str) -> (f64, f64) {
    match id {
        "asking_rent" => (150_000.0, 90_000.0),
        "sitting_rent" => (130_000.0, 25_000.0),
        "population" => (300_000.0, 900.0),
        "queue_services" | "queue_border" => (2.0, 19.0),
        "price_index" => (100.0, 8.0),
        "segregation" => (0.3, 0.05),
        "favourable_share" | "trust_courts" | "trust_police" | "trust_authorities" => (0.5, -0.12),
        "incidents" => (2.0, 7.0),
        "homeless" => (10.0, 400.0),
        _ => crate::report::vocabulary::find(id).map_or((1.0, 1.0), |i| match Quantity::of(i) {
            Quantity::Percent | Quantity::Scale => (0.25, 0.15),
            Quantity::Money => (300_000.0, 20_000.0),
            Quantity::Index => (30.0, 14.0),
            _ => (20.0, 150.0),
        }),
    }
}

fn band(key: &Key, week: u32) -> Band {
    let indicator = &INDICATORS[key.indicator as usize];
    if indicator.flow && week == 0 {
        return Band::of(std::iter::empty());
    }
    let (base, pulse) = level(indicator.id);
    let tilt = 1.0
        + 0.15 * f64::from(key.region.unwrap_or(0))
        + 0.2 * f64::from(key.target.unwrap_or(0))
        + 0.25 * f64::from(key.group.unwrap_or(0));
    let heads = if key.group == Some(2) && indicator.id == "population" { 0.01 } else { 1.0 };
    let since = f64::from(week) - 6.0 - f64::from(key.indicator % 5);
    let shape =
        if since <= 0.0 { 0.0 } else { since / 6.0 * crate::engine::math::exp(1.0 - since / 6.0) };
    Band::of((0..REPLICATES).map(|r| {
        let luck = f64::from((r * 7 + week * 3 + u32::from(key.indicator)) % 11) / 11.0 - 0.5;
        let fate = f64::from(r) / 7.0 - 0.5;
        heads * (base * (1.0 + 0.01 * luck) + pulse * tilt * shape * (1.0 + 0.4 * fate))
    }))
}

/// Bands of every indicator for the whole, each region, each group and each target.
pub fn bands(weeks: u32, regions: usize) -> Bands {
    let mut keys = Vec::new();
    let places = std::iter::once((None, None))
        .chain((0..regions as u16).map(|r| (Some(r), None)))
        .chain((0..3).map(|g| (None, Some(g))));
    for (region, group) in places {
        for (i, indicator) in INDICATORS.iter().enumerate() {
            let targets: &[Option<u16>] =
                if indicator.by_target { &[None, Some(1), Some(2)] } else { &[None] };
            for &target in targets {
                if group.is_none() || indicator.by_group {
                    keys.push(Key { region, group, target, indicator: i as u16 });
                }
            }
        }
    }
    let values = keys.iter().flat_map(|k| (0..=weeks).map(|w| band(k, w))).collect();
    Bands { weeks, keys, values }
}

/// The input made of the two.
pub fn input<'a>(scenario: &'a Scenario, bands: &'a Bands) -> ReportInput<'a> {
    ReportInput {
        scenario,
        bands,
        hash: "0123456789abcdef",
        version: "0.1.0",
        replicates: REPLICATES,
    }
}
