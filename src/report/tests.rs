//! What the report promises as a whole.

use super::*;
use crate::measure::Band;

fn report(scenario: &Scenario, bands: &Bands) -> Files {
    let input = fixture::input(scenario, bands);
    let plots = plots(&input).expect("the bundled font draws");
    let page = html(&input, &plots);
    (plots, page)
}

type Files = (Vec<(String, PlotFile)>, String);

/// The report of 30 weeks in three regions, made once.
fn usual() -> &'static Files {
    static FILES: std::sync::OnceLock<Files> = std::sync::OnceLock::new();
    FILES.get_or_init(|| report(&fixture::scenario(30, 3), &fixture::bands(30, 3)))
}

/// The page without charts, for tests of its text.
fn page(scenario: &Scenario, bands: &Bands) -> String {
    html(&fixture::input(scenario, bands), &[])
}

/// Panics unless every element is closed in order; `void` elements need no end.
fn assert_nested(text: &str, void: &[&str]) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        if tag.starts_with('!') || tag.ends_with('/') || void.contains(&name) {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "wrong end tag");
        } else {
            assert_eq!(tag.matches('"').count() % 2, 0, "unbalanced quotes in <{tag}>");
            open.push(name);
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

fn without(bands: &Bands, drop: impl Fn(&str) -> bool) -> Bands {
    let length = bands.weeks as usize + 1;
    let mut kept = Bands { weeks: bands.weeks, keys: Vec::new(), values: Vec::new() };
    for (key, values) in bands.keys.iter().zip(bands.values.chunks(length)) {
        if !drop(crate::measure::INDICATORS[key.indicator as usize].id) {
            kept.keys.push(*key);
            kept.values.extend_from_slice(values);
        }
    }
    kept
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let scenario = fixture::scenario(30, 3);
    let bands = fixture::bands(30, 3);
    assert!(report(&scenario, &bands) == *usual());
}

#[test]
fn charts_and_page_are_well_formed() {
    let (plots, page) = usual();
    assert!(plots.len() >= 18);
    for (name, plot) in plots {
        assert_nested(&plot.svg, &[]);
        assert!(plot.svg.starts_with("<svg "), "{name}");
        assert!(!plot.svg.contains("NaN"), "{name}");
        assert!(plot.png.starts_with(b"\x89PNG"), "{name}");
    }
    assert_nested(page, &["meta"]);
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let page = usual().1.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for forbidden in ["http", "<script", "<link", "src=", "url(", "@import"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn texts_of_the_scenario_are_escaped() {
    let (plots, page) = usual();
    assert!(page.contains("rents &amp; peace when &quot;many&quot; people &lt;arrive&gt;"));
    assert!(page.contains("made up &lt;for&gt; tests"));
    assert!(!page.contains("<arrive>") && !page.contains("<for>") && !page.contains("<yet>"));
    assert!(!page.contains("Steppe <b>"));
    assert!(plots.iter().all(|p| !p.1.svg.contains("<b>")));
}

#[test]
fn an_indicator_that_is_not_measured_is_left_out_and_named() {
    let scenario = fixture::scenario(30, 3);
    let bands = without(&fixture::bands(30, 3), |id| id.starts_with("trust_") || id == "tension");
    let (plots, page) = report(&scenario, &bands);
    assert!(plots.iter().all(|p| p.0 != "trust" && p.0 != "map-tension"));
    assert!(page.contains("Trust in courts (not measured)"));
    assert!(page.contains("Tension (not measured)"));
}

#[test]
fn an_indicator_without_any_value_is_left_out_and_named() {
    let scenario = fixture::scenario(30, 3);
    let mut bands = fixture::bands(30, 3);
    let queue = crate::measure::indicator("queue_border").unwrap() as u16;
    for (k, key) in bands.keys.iter().enumerate().filter(|(_, key)| key.indicator == queue) {
        assert_eq!(key.indicator, queue);
        bands.values[k * 31..(k + 1) * 31].fill(Band::of(std::iter::empty()));
    }
    let page = page(&scenario, &bands);
    assert!(page.contains("Wait at the border (no value in any week)"));
}

#[test]
fn gaps_in_a_series_are_drawn_as_gaps() {
    let scenario = fixture::scenario(30, 3);
    let mut bands = fixture::bands(30, 3);
    for (i, band) in bands.values.iter_mut().enumerate() {
        if i % 5 == 2 {
            *band = Band::of(std::iter::empty());
        }
    }
    let (plots, _) = report(&scenario, &bands);
    assert!(plots.iter().all(|p| !p.1.svg.contains("NaN")));
}

#[test]
fn one_week_is_enough() {
    let (plots, page) = report(&fixture::scenario(1, 3), &fixture::bands(1, 3));
    assert!(!plots.is_empty());
    assert!(page.contains("1 week from 3 Jan 2022"));
}

#[test]
fn one_region_is_not_repeated_as_a_region() {
    let (plots, page) = report(&fixture::scenario(9, 1), &fixture::bands(9, 1));
    assert!(plots.iter().all(|p| !p.0.ends_with("-regions") && !p.0.starts_with("map-")));
    assert!(page.contains("This scenario has one region"));
}

#[test]
fn an_empty_run_still_has_a_page() {
    let bands = Bands { weeks: 4, keys: Vec::new(), values: Vec::new() };
    let (plots, page) = report(&fixture::scenario(4, 2), &bands);
    assert!(plots.is_empty());
    assert!(page.contains("This run measured nothing"));
}

#[test]
fn a_single_run_is_never_shown_without_a_warning() {
    let scenario = fixture::scenario(30, 3);
    let bands = fixture::bands(30, 3);
    let input = ReportInput { replicates: 1, ..fixture::input(&scenario, &bands) };
    let page = html(&input, &[]);
    assert!(page.contains("Only one run was made"));
}

#[test]
fn incidents_never_stand_without_exits_and_segregation() {
    let (plots, page) = usual();
    let chart = &plots.iter().find(|p| p.0 == "peace-by-exit").unwrap().1.svg;
    for part in ["Incidents,", "People leaving the country,", "Segregation of neighbourhoods,"] {
        assert!(chart.contains(part), "{part}");
    }
    assert!(page.contains("Part of the calm may be peace by exit"));
}

#[test]
fn a_parameter_set_by_the_scenario_is_listed_beside_its_default() {
    let Some(spec) = crate::cards::register().parameters.first() else { return };
    let value = if spec.default == spec.high { spec.low } else { spec.high };
    let mut scenario = fixture::scenario(5, 2);
    let overrides = std::collections::BTreeMap::from([(spec.id.clone(), value)]);
    scenario.parameters = crate::cards::register().resolve(&overrides).unwrap();
    let page = html(&fixture::input(&scenario, &fixture::bands(5, 2)), &[]);
    assert_eq!(page.contains("sets differently from the default"), value != spec.default);
}

#[test]
fn assumed_cells_are_listed_with_range_and_reason() {
    let page = page(&fixture::scenario(5, 2), &fixture::bands(5, 2));
    assert!(page.contains("1 from a named, dated source"));
    let row = "<td>renter_share</td><td>Lower Valley 0.1\u{2060}–\u{2060}0.2</td>";
    assert!(page.contains(row));
}

#[test]
fn how_rents_stand_at_week_0_is_that_of_the_run() {
    let scenario = fixture::scenario(5, 2);
    let mut bands = fixture::bands(5, 2);
    for (id, rent) in [("asking_rent", 98_000.0), ("sitting_rent", 100_000.0)] {
        let i = crate::measure::indicator(id).unwrap() as u16;
        let whole = |key: &crate::measure::Key| key.indicator == i && key.region.is_none();
        let k = bands.keys.iter().position(whole).unwrap();
        bands.values[k * 6] = Band::of([rent; 3].into_iter());
    }
    let page = page(&scenario, &bands);
    assert!(page.contains("At week 0 of this run asking rents stand 2.0% below sitting rents."));
    assert!(!page.contains("a fifth to a quarter"));
}

#[test]
fn believed_displacement_is_not_told_as_a_sum() {
    let scenario = fixture::scenario(5, 2);
    let bands = fixture::bands(5, 2);
    assert!(!page(&scenario, &bands).contains("in all so far"));
    let table = summary(&fixture::input(&scenario, &bands));
    assert!(table.contains("Displaced workers, believed  "), "{table}");
}

#[test]
fn maps_tell_that_their_second_week_is_that_of_the_country() {
    let page = &usual().1;
    assert!(page.contains("in the week in which the country as a whole is furthest from that"));
    assert!(!page.contains("at its furthest point"));
}

#[test]
fn policies_are_told_with_their_cost_and_waves_with_the_days_of_almost_all() {
    let page = page(&fixture::scenario(30, 3), &fixture::bands(30, 3));
    assert!(page.contains("100 for each person served"));
    assert!(page.contains("98% of a wave arrive"));
}
