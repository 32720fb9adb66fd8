//! Scenarios and data in the binary. To ship another: add its rows here.

/// Name and text of every shipped scenario.
const SCENARIOS: &[(&str, &str)] = &[
    ("kazakhstan-2022", include_str!("../../scenarios/kazakhstan-2022.toml")),
    (
        "kazakhstan-2022-no-arrivals",
        include_str!("../../scenarios/kazakhstan-2022-no-arrivals.toml"),
    ),
    ("kazakhstan-2022-full", include_str!("../../scenarios/kazakhstan-2022-full.toml")),
    ("kazakhstan-2022-low-trust", include_str!("../../scenarios/kazakhstan-2022-low-trust.toml")),
    ("kazakhstan-2022-dispersal", include_str!("../../scenarios/kazakhstan-2022-dispersal.toml")),
    (
        "kazakhstan-2022-tenant-protection",
        include_str!("../../scenarios/kazakhstan-2022-tenant-protection.toml"),
    ),
    ("kazakhstan-2022-aid", include_str!("../../scenarios/kazakhstan-2022-aid.toml")),
    (
        "kazakhstan-2022-border-screening",
        include_str!("../../scenarios/kazakhstan-2022-border-screening.toml"),
    ),
    (
        "kazakhstan-2022-reports-screening",
        include_str!("../../scenarios/kazakhstan-2022-reports-screening.toml"),
    ),
    (
        "kazakhstan-2022-enforcement",
        include_str!("../../scenarios/kazakhstan-2022-enforcement.toml"),
    ),
    ("kazakhstan-2022-education", include_str!("../../scenarios/kazakhstan-2022-education.toml")),
    (
        "kazakhstan-2022-native-first",
        include_str!("../../scenarios/kazakhstan-2022-native-first.toml"),
    ),
    ("kazakhstan-2022-bundle", include_str!("../../scenarios/kazakhstan-2022-bundle.toml")),
    ("small-town", include_str!("../../scenarios/small-town.toml")),
    ("southern-village", include_str!("../../scenarios/southern-village.toml")),
    (
        "southern-village-acknowledged",
        include_str!("../../scenarios/southern-village-acknowledged.toml"),
    ),
    ("foreign-projects", include_str!("../../scenarios/foreign-projects.toml")),
    ("foreign-projects-open", include_str!("../../scenarios/foreign-projects-open.toml")),
    ("placebo-small-neighbour", include_str!("../../scenarios/placebo-small-neighbour.toml")),
    ("kin-state-media", include_str!("../../scenarios/kin-state-media.toml")),
    ("kin-state-media-pressure", include_str!("../../scenarios/kin-state-media-pressure.toml")),
    ("kin-state-media-inclusion", include_str!("../../scenarios/kin-state-media-inclusion.toml")),
    ("kin-state-media-charge", include_str!("../../scenarios/kin-state-media-charge.toml")),
    ("rumour-and-accounts", include_str!("../../scenarios/rumour-and-accounts.toml")),
    (
        "rumour-and-accounts-correction",
        include_str!("../../scenarios/rumour-and-accounts-correction.toml"),
    ),
    (
        "rumour-and-accounts-platform",
        include_str!("../../scenarios/rumour-and-accounts-platform.toml"),
    ),
    ("hospitality", include_str!("../../scenarios/hospitality.toml")),
];

/// Path (relative to `scenarios/`) and text of every shipped data file.
const DATA: &[(&str, &str)] = &[
    ("data/kazakhstan-regions.csv", include_str!("../../scenarios/data/kazakhstan-regions.csv")),
    (
        "data/kazakhstan-region-sources.csv",
        include_str!("../../scenarios/data/kazakhstan-region-sources.csv"),
    ),
    (
        "data/kazakhstan-arrivals-spring-2022.csv",
        include_str!("../../scenarios/data/kazakhstan-arrivals-spring-2022.csv"),
    ),
    (
        "data/kazakhstan-arrivals-autumn-2022.csv",
        include_str!("../../scenarios/data/kazakhstan-arrivals-autumn-2022.csv"),
    ),
    (
        "data/kazakhstan-arrivals-none.csv",
        include_str!("../../scenarios/data/kazakhstan-arrivals-none.csv"),
    ),
    ("data/small-town-regions.csv", include_str!("../../scenarios/data/small-town-regions.csv")),
    (
        "data/small-town-region-sources.csv",
        include_str!("../../scenarios/data/small-town-region-sources.csv"),
    ),
    ("data/small-town-arrivals.csv", include_str!("../../scenarios/data/small-town-arrivals.csv")),
    (
        "data/southern-village-regions.csv",
        include_str!("../../scenarios/data/southern-village-regions.csv"),
    ),
    (
        "data/southern-village-region-sources.csv",
        include_str!("../../scenarios/data/southern-village-region-sources.csv"),
    ),
    (
        "data/foreign-projects-regions.csv",
        include_str!("../../scenarios/data/foreign-projects-regions.csv"),
    ),
    (
        "data/foreign-projects-region-sources.csv",
        include_str!("../../scenarios/data/foreign-projects-region-sources.csv"),
    ),
];

/// Names of the shipped scenarios, in the order they are listed.
pub fn names() -> impl Iterator<Item = &'static str> {
    SCENARIOS.iter().map(|(name, _)| *name)
}

/// Text of a shipped scenario.
pub fn scenario(name: &str) -> Option<&'static str> {
    SCENARIOS.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// Paths of the shipped data files.
pub(super) fn data_names() -> impl Iterator<Item = &'static str> {
    DATA.iter().map(|(path, _)| *path)
}

/// Text of a shipped data file, by its path relative to `scenarios/`.
pub fn data(path: &str) -> Option<&'static str> {
    DATA.iter().find(|(p, _)| *p == path).map(|(_, text)| *text)
}
