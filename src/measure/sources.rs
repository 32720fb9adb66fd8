//! Which columns of the world each indicator is read from. A test holds every indicator to its list.

/// Columns an indicator is read from, in the order of the state; empty for an unknown id.
pub fn sources(indicator: &str) -> &'static [&'static str] {
    SOURCES.iter().find(|s| s.0 == indicator).map_or(&[], |s| s.1)
}

/// Every indicator with its columns.
const SOURCES: &[(&str, &[&str])] = &[
    ("population", &["households.presence", "households.region", "households.persons"]),
    ("arrivals", &["flows"]),
    ("exits", &["flows"]),
    ("returns", &["flows"]),
    ("asking_rent", &["dwellings.state", "dwellings.by_region", "markets", "rent_level"]),
    (
        "sitting_rent",
        &[
            "households.dwelling",
            "households.rent",
            "dwellings.region",
            "dwellings.band",
            "dwellings.log_reference",
            "dwellings.state",
            "dwellings.by_region",
        ],
    ),
    (
        "rent_burden",
        &[
            "households.presence",
            "households.region",
            "households.tenure",
            "households.rent",
            "households.income",
            "rent_aid",
            "price_level",
        ],
    ),
    ("evictions", &["flows"]),
    (
        "hosted",
        &["households.presence", "households.region", "households.persons", "households.tenure"],
    ),
    (
        "homeless",
        &["households.presence", "households.region", "households.persons", "households.tenure"],
    ),
    ("vacancy", &["dwellings.state", "dwellings.ask", "dwellings.by_region"]),
    ("unemployment", &["households.presence", "households.region", "labour.work"]),
    ("informal", &["households.presence", "households.region", "labour.work"]),
    ("inactive", &["households.presence", "households.region", "labour.work"]),
    ("wage", &["households.presence", "households.region", "labour.work", "labour.wage_income"]),
    ("displaced", &["flows"]),
    (
        "displaced_believed",
        &["households.presence", "households.region", "society.regions.displaced_believed"],
    ),
    ("queue_border", &["queues.gate_week_days"]),
    ("queue_services", &["queues.service_wait_days"]),
    ("price_index", &["price_level", "prices"]),
    (
        "life_satisfaction",
        &[
            "households.presence",
            "households.region",
            "households.persons",
            "society.life_satisfaction",
        ],
    ),
    ("fear", &["households.presence", "households.region", "society.fear"]),
    ("hostility", &["households.presence", "households.region", "society.hostility"]),
    ("hostile_share", &["households.presence", "households.region", "society.hostility"]),
    ("favourable_share", &["households.presence", "households.region", "society.hostility"]),
    (
        "hostile_share_perceived",
        &[
            "households.presence",
            "households.region",
            "households.cell",
            "society.mood",
            "society.regions.visible_hostility",
        ],
    ),
    ("trust_courts", &["households.presence", "households.region", "society.trust"]),
    ("trust_police", &["households.presence", "households.region", "society.trust"]),
    ("trust_authorities", &["households.presence", "households.region", "society.trust"]),
    ("incidents", &["society.regions.incidents"]),
    ("incidents.speech", &["society.regions.incidents"]),
    ("incidents.discrimination", &["society.regions.incidents"]),
    ("incidents.protest", &["society.regions.incidents"]),
    ("incidents.clash", &["society.regions.incidents"]),
    ("incidents.violence", &["society.regions.incidents"]),
    ("incidents_reported", &["society.regions.incidents_reported"]),
    ("act_willingness", &["households.presence", "households.region", "society.act_probability"]),
    (
        "help",
        &[
            "households.presence",
            "households.region",
            "households.tenure",
            "conduct.households",
            "conduct.helpers",
        ],
    ),
    ("segregation", &["households.presence", "households.cell", "households.persons"]),
    ("blame_outgroups", &["households.presence", "households.region", "society.blame_outgroups"]),
    (
        "treatment_gap",
        &["households.presence", "households.region", "households.persons", "conduct.hostile_acts"],
    ),
    (
        "tension.hostility",
        &["households.presence", "households.region", "households.persons", "society.hostility"],
    ),
    (
        "tension.fear",
        &["households.presence", "households.region", "households.persons", "society.fear"],
    ),
    (
        "tension.willingness",
        &[
            "households.presence",
            "households.region",
            "households.persons",
            "society.act_probability",
        ],
    ),
    (
        "tension.incidents",
        &[
            "households.presence",
            "households.region",
            "households.persons",
            "society.regions.incidents",
            "conduct.persons",
        ],
    ),
    (
        "tension.distrust",
        &["households.presence", "households.region", "households.persons", "society.trust"],
    ),
    (
        "tension.hardship",
        &[
            "households.presence",
            "households.region",
            "households.persons",
            "households.rent",
            "households.income",
            "rent_aid",
            "queues.service_wait_days",
            "price_level",
            "labour.work",
        ],
    ),
    ("tax_gain", &["flows"]),
    (
        "owner_gain",
        &["households.dwelling", "households.rent", "dwellings.landlord", "base_landlord_rents"],
    ),
    ("lever_cost", &["flows"]),
    ("land_access", &["land.claims", "land.group_access"]),
    ("project_awareness", &["conduct.persons", "projects"]),
    ("project_expectation_gap", &["conduct.persons", "projects"]),
    ("project_voice", &["conduct.persons", "projects"]),
    ("project_grievance", &["conduct.persons", "projects"]),
    ("monitor_estimate", &["conduct.monitor_estimate"]),
    ("treatment_gap.courts", &["conduct.persons"]),
    ("treatment_gap.jobs", &["labour.applications", "labour.hires"]),
    (
        "treatment_gap.rents",
        &[
            "households.presence",
            "households.region",
            "households.tenure",
            "households.dwelling",
            "households.rent",
            "dwellings.reference",
        ],
    ),
    ("exits_skilled", &["flows"]),
    ("removals", &["flows"]),
    ("wrongful_removals", &["flows"]),
    ("kin_attachment", &["households.presence", "households.region", "attachment.kin"]),
    ("home_attachment", &["households.presence", "households.region", "attachment.home"]),
    ("signs", &["households.presence", "households.region", "attachment.sign"]),
    ("self_censorship", &["households.presence", "households.region", "attachment.sign"]),
    (
        "tension",
        &[
            "households.presence",
            "households.region",
            "households.persons",
            "households.rent",
            "households.income",
            "rent_aid",
            "queues.service_wait_days",
            "society.fear",
            "society.hostility",
            "society.trust",
            "society.act_probability",
            "society.regions.incidents",
            "conduct.persons",
            "price_level",
            "labour.work",
        ],
    ),
    (
        "tension_cohort",
        &[
            "households.presence",
            "households.region",
            "households.persons",
            "households.rent",
            "households.income",
            "rent_aid",
            "queues.service_wait_days",
            "price_level",
            "labour.work",
            "society.fear",
            "society.hostility",
            "society.trust",
            "society.act_probability",
            "society.regions.incidents",
            "conduct.persons",
            "conduct.departed",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::engine::draws::Draws;
    use crate::measure::{INDICATORS, Readings, read};
    use crate::mechanisms::schedule::tests::mid_run;
    use crate::world::columns::COLUMNS;
    use crate::world::{Context, Setting, World};

    /// Every value of an indicator, as bits.
    fn values(setting: &Setting, readings: &Readings, indicator: usize) -> Vec<u64> {
        let axis = |n: usize| std::iter::once(None).chain((0..n).map(Some));
        let mut all = Vec::new();
        for target in axis(setting.targets.len()) {
            for region in axis(setting.regions()) {
                for group in axis(setting.groups()) {
                    all.push(readings.get(indicator, target, region, group).to_bits());
                }
            }
        }
        all
    }

    /// What each indicator reads: a column is read where other values in it change a reading.
    fn observed() -> BTreeMap<&'static str, Vec<&'static str>> {
        let (setting, world) = mid_run();
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: world.week };
        let all = |world: &World| {
            let readings = read(&ctx, world);
            (0..INDICATORS.len()).map(|i| values(&setting, &readings, i)).collect::<Vec<_>>()
        };
        let before = all(&world);
        let mut found: BTreeMap<_, Vec<_>> = INDICATORS.iter().map(|i| (i.id, vec![])).collect();
        for (name, parts) in COLUMNS {
            let mut other = world.clone();
            for part in parts(&mut other) {
                part.scramble();
            }
            let after = catch_unwind(AssertUnwindSafe(|| all(&other))).ok();
            for (k, indicator) in INDICATORS.iter().enumerate() {
                if after.as_ref().is_some_and(|after| after[k] != before[k]) {
                    found.entry(indicator.id).or_default().push(*name);
                }
            }
        }
        found
    }

    #[test]
    fn every_indicator_has_a_list_of_columns_that_exist() {
        for i in INDICATORS {
            assert!(!sources(i.id).is_empty(), "{} has no columns", i.id);
        }
        for (id, columns) in SOURCES {
            assert!(crate::measure::indicator(id).is_some(), "no indicator {id}");
            for name in *columns {
                assert!(COLUMNS.iter().any(|(column, _)| column == name), "no column {name}");
            }
        }
    }

    #[test]
    fn no_indicator_is_read_from_a_column_that_is_not_listed() {
        let mut missing = String::new();
        for (id, columns) in observed() {
            let unlisted: Vec<_> = columns.iter().filter(|c| !sources(id).contains(c)).collect();
            if !unlisted.is_empty() {
                let _ = writeln!(missing, "{id}: {unlisted:?}");
            }
        }
        assert!(missing.is_empty(), "missing columns:\n{missing}");
    }
}
