//! The command line as a shell sees it.

use assert_cmd::Command;

fn qonaq(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("qonaq").unwrap().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_sound_scenario_is_ok() {
    let (code, out, err) = qonaq(&["check", "small-town"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("ok: small-town\n"));
    assert_eq!(err, "");
}

#[test]
fn an_unsound_scenario_is_2_with_every_message_on_stderr() {
    let (code, out, err) = qonaq(&["check", "tests/broken/several-at-once.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("tests/broken/several-at-once.toml:2:1: error: unknown key `scal`"));
    assert!(err.ends_with("5 errors\n"));
}

#[test]
fn bad_usage_is_2() {
    assert_eq!(qonaq(&[]).0, 2);
    assert_eq!(qonaq(&["chek", "small-town"]).0, 2);
    assert_eq!(qonaq(&["list", "--cards", "--levers"]).0, 2);
}

#[test]
fn a_new_scenario_passes_check_and_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("qonaq").unwrap();
        command.current_dir(folder.path()).args(arguments).output().unwrap().status.code()
    };
    assert_eq!(run(&["new", "mine"]), Some(0));
    assert_eq!(run(&["check", "mine.toml"]), Some(0));
    assert_eq!(run(&["new", "mine"]), Some(2));
}

#[test]
fn lists_are_json_on_request() {
    let lists =
        ["--scenarios", "--cards", "--parameters", "--indicators", "--levers", "--mechanisms"];
    for what in lists {
        let (code, out, _) = qonaq(&["list", what, "--json"]);
        assert_eq!(code, 0);
        assert!(serde_json::from_str::<Vec<serde_json::Value>>(&out).is_ok(), "{what}");
    }
}

#[test]
fn the_list_of_cards_ends_with_counts_by_status() {
    let (_, out, _) = qonaq(&["list", "--cards"]);
    assert!(out.contains("\n165 cards\n"));
    let count = |line: &str| line.split_whitespace().next()?.parse::<usize>().ok();
    let tail = out.split("\n165 cards\n").nth(1).unwrap();
    assert_eq!(tail.lines().filter_map(count).sum::<usize>(), 165);
}

#[test]
fn explain_answers_in_text_and_json_and_helps_with_an_unknown_name() {
    let (code, out, _) = qonaq(&["explain", "S1-H15"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("S1-H15: a card"));
    let (code, out, _) = qonaq(&["explain", "housing", "--json"]);
    let found: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &found[0]["kind"]), (0, &serde_json::json!("mechanism")));
    let (code, out, err) = qonaq(&["explain", "houssing"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("nothing is called `houssing`") && err.contains("`housing`"));
}

#[test]
fn mechanisms_are_listed_in_the_order_of_the_week_with_a_meaning() {
    let (_, out, _) = qonaq(&["list", "--mechanisms", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    let place = |name: &str| rows.iter().position(|row| row["name"] == name).unwrap();
    assert!(place("arrivals") < place("housing") && place("threat") < place("affect"));
    assert!(rows.iter().all(|row| row["meaning"].as_str().is_some_and(|text| text.len() > 20)));
}

#[test]
fn every_indicator_lists_the_columns_of_the_contract() {
    let (_, out, _) = qonaq(&["list", "--indicators", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    for key in ["id", "unit", "stock_or_flow", "aggregation", "by_target", "groups"] {
        assert!(rows.iter().all(|row| row.get(key).is_some()), "{key}");
    }
}

#[test]
fn the_schema_is_json() {
    let (code, out, _) = qonaq(&["schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(schema["additionalProperties"], false);
}
