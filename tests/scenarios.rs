//! What a scenario file and the arguments over it mean.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use qonaq::cards::register;
use qonaq::scenario::{
    Diagnostic, LEVERS, Loaded, ShockKind, Source, Status, json_schema, load, shipped_names,
    shipped_text,
};

fn small_town() -> Source {
    Source::Shipped("small-town".to_owned())
}

fn with(text: &str) -> Source {
    Source::Text("test.toml".to_owned(), format!("extends = \"small-town\"\n{text}"))
}

fn ok(source: &Source, sets: &[&str]) -> Loaded {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load(source, &sets).unwrap_or_else(|faults| panic!("{}", faults[0]))
}

fn faults(source: &Source, sets: &[&str]) -> Vec<Diagnostic> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load(source, &sets).err().unwrap_or_default()
}

#[test]
fn every_shipped_scenario_passes_check_without_a_note() {
    for name in shipped_names() {
        let loaded = ok(&Source::Shipped(name.to_owned()), &[]);
        assert_eq!(loaded.scenario.name, name);
        assert!(loaded.notes.is_empty(), "{}", loaded.notes[0]);
    }
}

#[test]
fn a_path_and_the_shipped_text_are_the_same_scenario() {
    let path = ok(&Source::Path(PathBuf::from("scenarios/small-town.toml")), &[]);
    assert_eq!(path.hash, ok(&small_town(), &[]).hash);
}

#[test]
fn small_town_is_what_it_says() {
    let town = ok(&small_town(), &[]).scenario;
    let households: f64 = town.regions.iter().map(|r| r.population / r.household_size).sum();
    assert!((5900.0..6100.0).contains(&households));
    let arriving: f64 = town.waves[0].daily.iter().sum();
    assert!((850.0..950.0).contains(&arriving));
    assert_eq!(town.waves[0].daily.iter().position(|&x| x > 0.0), Some(7 * 7));
    assert_eq!(town.waves[0].daily.len(), 7 * 52);
    assert_eq!(town.relation(0, 2), town.relation(2, 0));
    assert!(town.provenance.iter().all(|cell| matches!(cell.status, Status::Assumed { .. })));
}

#[test]
fn a_row_of_its_own_overrides_the_whole_column() {
    let town = ok(&small_town(), &[]).scenario;
    let range = |region: &str| {
        let about =
            |c: &&qonaq::scenario::CellProvenance| c.region == region && c.column == "population";
        town.provenance.iter().find(about).map(|cell| cell.status.clone())
    };
    let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let Some(Status::Assumed { low, high }) = range("TOWN") else { panic!("no range") };
    assert!(close(low, 10_800.0) && close(high, 13_200.0));
    let Some(Status::Assumed { low, high }) = range("UP") else { panic!("no range") };
    assert!(close(low, 3360.0) && close(high, 5250.0));
}

#[test]
fn units_become_days_and_logarithms() {
    let town = ok(&small_town(), &[]).scenario;
    let rents = &town.shocks[0];
    assert_eq!((rents.day, rents.days), (152, 91));
    let ShockKind::Rents { log_change } = rents.kind else { panic!("not rents") };
    assert!((qonaq::engine::math::exp(log_change) - 1.06).abs() < 1e-12);
}

#[test]
fn an_entry_with_a_known_id_changes_that_entry_and_a_new_one_is_appended() {
    let text = "[[shocks]]\nid = \"first-stories\"\ncoverage = 0\n\n[[shocks]]\nid = \"fuel\"\n\
                kind = \"prices\"\ndate = 2024-03-01\nover = \"2 weeks\"\nchange = \"3 %\"\n\
                status = \"assumed\"\nsource = \"test\"\n";
    let shocks = ok(&with(text), &[]).scenario.shocks;
    assert_eq!(shocks.len(), 4);
    assert_eq!(shocks[2].kind, ShockKind::Media { target: 2, coverage: 0.0 });
    assert_eq!(shocks[3].id, "fuel");
}

#[test]
fn a_relation_is_found_in_either_order() {
    let text = "[[relations]]\nbetween = [\"newcomers\", \"majority\"]\nhostility = 0.9\n";
    let town = ok(&with(text), &[]).scenario;
    assert_eq!(town.relation(0, 2).hostility, 0.9);
    assert_eq!(town.relation(0, 2).distance, 0.5);
}

#[test]
fn a_curve_takes_the_place_of_arrivals_under_it() {
    let text = "[[waves]]\nid = \"newcomers\"\n[waves.curve]\nstart = 2024-01-08\n\
                peak_per_day = 70\nrise = \"1 week\"\ndecay = \"2 weeks\"\n";
    let daily = ok(&with(text), &[]).scenario.waves[0].daily.clone();
    assert_eq!(daily[6], 0.0);
    assert_eq!(daily[7], 10.0);
    assert_eq!(daily[13], 70.0);
    assert!((daily[27] / 70.0 - qonaq::engine::math::exp(-1.0)).abs() < 1e-12);
}

#[test]
fn a_set_argument_reads_as_toml_and_else_as_words() {
    let loaded = ok(&small_town(), &["weeks=20", "question=Who pays?", "start=\"2024-01-08\""]);
    assert_eq!(loaded.scenario.weeks, 20);
    assert_eq!(loaded.scenario.question, "Who pays?");
    assert_eq!(loaded.scenario.start.to_string(), "2024-01-08");
}

#[test]
fn a_set_argument_reaches_entries_by_id() {
    let sets =
        ["waves.newcomers.norm_per_day=0", "relations.newcomers.majority.hostility=\"10 %\""];
    let town = ok(&small_town(), &sets).scenario;
    assert_eq!(town.waves[0].daily[49], 70.0);
    assert_eq!(town.relation(0, 2).hostility, 0.1);
}

#[test]
fn the_last_of_two_set_arguments_wins() {
    assert_eq!(ok(&small_town(), &["weeks=20", "weeks=21"]).scenario.weeks, 21);
}

#[test]
fn a_fault_in_a_set_argument_is_shown_in_the_argument() {
    let faults = faults(&small_town(), &["weeks=20", "waves.newcomers.income_sigma=9"]);
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].file.as_str(), faults[0].column), ("--set", 30));
    assert_eq!(faults[0].source_line, "waves.newcomers.income_sigma=9");
}

#[test]
fn a_set_argument_for_no_entry_suggests_the_nearest_path() {
    let faults = faults(&small_town(), &["waves.newcomer.income_sigma=0.5"]);
    assert_eq!(faults[0].suggestion.as_deref(), Some("waves.newcomers.income_sigma"));
}

#[test]
fn set_arguments_without_a_path_or_a_value_are_errors() {
    for set in ["weeks", "=3", "extends=x", "weeks.x=3", "waves.newcomers=3", "waves=3", ".=1"] {
        assert!(!faults(&small_town(), &[set]).is_empty(), "{set} is accepted");
    }
}

#[test]
fn a_fault_points_to_the_layer_that_set_the_value() {
    let faults = faults(&with("weeks = 3000\n"), &[]);
    assert_eq!((faults[0].file.as_str(), faults[0].line), ("test.toml", 2));
}

#[test]
fn an_unknown_name_gets_the_nearest_shipped_one() {
    let faults = faults(&Source::named("smal-town"), &[]);
    assert_eq!(faults[0].suggestion.as_deref(), Some("small-town"));
}

#[test]
fn an_unknown_scenario_to_extend_gets_the_nearest_shipped_one_and_no_other_error() {
    let source = Source::Text("test.toml".into(), "extends = \"smal-town\"\n".into());
    let faults = faults(&source, &[]);
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].suggestion.as_deref(), Some("\"small-town\""));
}

#[test]
fn dates_after_the_last_week_are_notes() {
    let loaded = ok(&small_town(), &["weeks=12"]);
    let keys: Vec<&str> = loaded.notes.iter().map(|note| note.key.as_str()).collect();
    assert_eq!(keys, ["shocks.summer-rents.date", "shocks.autumn-rents.date"]);
}

#[test]
fn a_lever_without_a_body_to_work_on_is_a_note() {
    let lever = "[[levers]]\nid = \"l\"\nkind = \"ngo_funding\"\nstart = 2024-02-01\nend = 2024-03-01\n\
                 strength = 0.5\ncompliance = 1\ncost_per_unit = 0\n";
    let body = "[[mediators]]\nid = \"m\"\nkind = \"ngo\"\nstrength = 0.3\ncoverage = 0.5\nstanding = 0.5\n\
                status = \"assumed\"\nsource = \"a test\"\n";
    assert_eq!(ok(&with(lever), &[]).notes[0].key, "levers.l.kind");
    assert!(ok(&with(&format!("{lever}{body}")), &[]).notes.is_empty());
}

#[test]
fn a_parameter_has_a_short_path_and_a_range_that_only_notes() {
    let Some(spec) = register().parameters.first() else { return };
    let outside = spec.high + 1.0 + spec.high.abs();
    let loaded = ok(&small_town(), &[&format!("{}={outside:?}", spec.id)]);
    assert_eq!(loaded.notes.len(), 1);
    let long = ok(&small_town(), &[&format!("overrides.{}={outside:?}", spec.id)]);
    assert_eq!(long.hash, loaded.hash);
    assert!(!faults(&small_town(), &[&format!("{}=nan", spec.id)]).is_empty());
}

#[test]
fn an_unknown_mechanism_is_an_unknown_key() {
    let faults = faults(&with("[overrides.weather]\nrain = 1\n"), &[]);
    assert_eq!(faults[0].key, "overrides.weather");
}

#[test]
fn a_misspelt_parameter_gets_the_nearest_name_and_it_passes() {
    let Some(spec) = register().parameters.first() else { return };
    let set = format!("{}x={:?}", spec.id, spec.default);
    let fault = faults(&small_town(), &[&set]).remove(0);
    let start = fault.column - 1;
    let mut fixed = set;
    fixed.replace_range(start..start + fault.length, &fault.suggestion.unwrap());
    assert!(ok(&small_town(), &[&fixed]).notes.is_empty());
}

#[test]
fn a_misspelt_mechanism_in_a_set_argument_gets_the_nearest_parameter() {
    let Some(spec) = register().parameters.first() else { return };
    let faults = faults(&small_town(), &[&format!("x{}=1", spec.id)]);
    assert_eq!(faults[0].suggestion.as_ref(), Some(&spec.id));
}

#[test]
fn the_resolved_scenario_runs_alone_and_has_the_same_hash() {
    let first = ok(&small_town(), &["weeks=30", "replicates=3"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.resolved.toml");
    fs::write(&path, &first.resolved).unwrap();
    let again = ok(&Source::Path(path), &[]);
    assert_eq!(again.hash, first.hash);
    assert_eq!(again.scenario, first.scenario);
}

#[test]
fn every_resolved_value_says_where_it_comes_from() {
    let loaded = ok(&small_town(), &["weeks=30"]);
    let values = loaded.resolved.lines().take_while(|line| !line.starts_with("[[files]]"));
    for line in values.filter(|line| line.contains(" = ")) {
        let (_, source) = line.rsplit_once("  # ").unwrap_or_else(|| panic!("{line}"));
        let known = source.starts_with("scenarios/small-town.toml:")
            || source == "--set"
            || source.starts_with("default: ");
        assert!(known, "{line}");
    }
    assert!(loaded.resolved.contains("weeks = 30  # --set"));
    assert!(loaded.resolved.contains("income_factor = 1.0  # default: assumption"));
}

#[test]
fn the_resolved_scenario_names_no_absolute_path() {
    let path = fs::canonicalize("scenarios/small-town.toml").unwrap();
    let loaded = ok(&Source::Path(path), &[]);
    let here = std::env::current_dir().unwrap();
    assert!(!loaded.resolved.contains(here.to_str().unwrap()));
    assert_eq!(loaded.hash, ok(&small_town(), &[]).hash);
}

#[test]
fn the_hash_sees_values_and_data_but_neither_layout_nor_comments() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str, change: &dyn Fn(String) -> String| {
        let text = fs::read_to_string(Path::new("scenarios").join(name)).unwrap();
        let to = folder.path().join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, change(text)).unwrap();
    };
    for name in ["small-town-regions", "small-town-region-sources", "small-town-arrivals"] {
        copy(&format!("data/{name}.csv"), &|text| text);
    }
    copy("small-town.toml", &|text| text.replace("\"3 months\"", "\"91.3125 days\" # a comment"));
    let source = Source::Path(folder.path().join("small-town.toml"));
    let hash = ok(&small_town(), &[]).hash;
    assert_eq!(ok(&source, &[]).hash, hash);
    copy("data/small-town-arrivals.csv", &|text| text.replace("70", "71"));
    assert_ne!(ok(&source, &[]).hash, hash);
}

#[test]
fn the_hash_sees_every_value_a_flag_can_change() {
    let hash = ok(&small_town(), &[]).hash;
    for set in ["seed=2", "replicates=9", "scale=0.5", "weeks=51"] {
        assert_ne!(ok(&small_town(), &[set]).hash, hash, "{set}");
    }
}

#[test]
fn every_lever_kind_is_in_the_table_of_levers() {
    let schema = json_schema();
    let kinds = &schema["properties"]["levers"]["items"]["properties"]["kind"]["oneOf"];
    let kinds = kinds.as_array().unwrap();
    assert_eq!(kinds.len(), LEVERS.len());
    for (kind, lever) in kinds.iter().zip(LEVERS) {
        assert_eq!(kind["const"], serde_json::to_value(lever.kind).unwrap());
    }
}

#[test]
fn control_characters_in_a_file_do_not_reach_the_terminal() {
    let faults = faults(&with("\"\\u001b[31m\" = 1\n"), &[]);
    assert!(!faults[0].to_string().contains('\u{1b}'));
}

#[test]
fn the_schema_describes_every_key() {
    fn walk(path: &str, schema: &serde_json::Value) {
        if let Some(properties) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], false, "{path} takes any key");
            for (key, value) in properties {
                let path = format!("{path}.{key}");
                let described = value["description"].is_string() || path.starts_with(".overrides");
                assert!(described, "{path} has no description");
                walk(&path, value);
            }
        }
        for below in ["items", "anyOf"] {
            match &schema[below] {
                serde_json::Value::Array(items) => items.iter().for_each(|item| walk(path, item)),
                serde_json::Value::Null => {}
                item => walk(path, item),
            }
        }
    }
    walk("", &json_schema());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_never_panics(text in "\\PC{0,200}") {
        let _ = load(&Source::Text("random.toml".into(), text), &[]);
    }

    #[test]
    fn random_set_arguments_never_panic(set in "[a-z.=\"0-9%\\[\\]{} é-]{0,40}") {
        let _ = load(&small_town(), &[set]);
    }

    #[test]
    fn random_changes_of_a_sound_scenario_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..12), 1..6)
    ) {
        let mut bytes = shipped_text("small-town").unwrap().as_bytes().to_vec();
        for (at, byte, cut) in changes {
            let at = at.index(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, [byte]);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Err(faults) = load(&Source::Text("mutated.toml".into(), text), &[]) {
            for fault in faults {
                prop_assert!(!fault.to_string().is_empty());
            }
        }
    }

    #[test]
    fn random_changes_of_a_data_file_never_panic(
        at in any::<prop::sample::Index>(), piece in "[\",\n\r0-9a-zé-]{0,6}", cut in 0usize..12
    ) {
        let mut table = fs::read_to_string("scenarios/data/small-town-regions.csv").unwrap();
        let at = at.index(table.len());
        let end = (at + cut).min(table.len());
        table.replace_range(at..end, &piece);
        let text = format!(
            "extends = \"small-town\"\n[regions]\ntable = \"t.csv\"\n[[files]]\npath = \"t.csv\"\ntext = {table:?}\n"
        );
        let _ = load(&Source::Text("mutated.toml".into(), text), &[]);
    }
}
