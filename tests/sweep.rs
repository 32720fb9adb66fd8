//! Sweeps: the same table however it was worked, failures kept apart, any row run again by itself, messages.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use common::{Table, code, folder, qonaq};
use qonaq::engine::replicate;
use qonaq::explore::outcome::Reducer;
use qonaq::explore::plan::{Planned, SCENARIO};
use qonaq::explore::results::Results;
use qonaq::explore::run::{Left, Shard, run};
use qonaq::explore::{read, shipped_names};
use qonaq::measure::{Detail, Plan, Series};
use qonaq::scenario::{Source, load};

/// A sweep of ten points by two replicates on a twentieth of the small town, four weeks.
const TINY: &str = r#"
name = "tiny"
question = "What do rents and the press do in four weeks?"
scenario = "small-town"
design = "grid"
replicates = 2
overrides = ["scale=0.05", "weeks=4", "population.renter_agents=300"]

[[inputs]]
path = "housing.level_response"
levels = 5

[[inputs]]
path = "waves.newcomers.household_size"
values = [2, 3]

[[outcomes]]
indicator = "asking_rent"
region = "TOWN"
reducer = "peak"

[[outcomes]]
indicator = "hostility"
target = "newcomers"
reducer = "mean"

[[outcomes]]
indicator = "tension"
reducer = "share_above"
above = 6
"#;

/// Writes `TINY` with some text replaced; returns its path.
fn tiny(folder: &Path, changes: &[(&str, &str)]) -> String {
    let mut text = TINY.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = folder.join("tiny.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs `qonaq sweep` with these arguments; it must end with `wanted`.
fn sweep(wanted: i32, arguments: &[&str]) -> String {
    let output = qonaq(&[&["sweep"], arguments].concat());
    let (out, err) = (output.stdout.clone(), output.stderr.clone());
    let said = String::from_utf8([out, err].concat()).unwrap();
    assert_eq!(code(&output), wanted, "{arguments:?}: {said}");
    said
}

fn plan(file: &str, dir: &Path) {
    sweep(0, &["plan", file, "--out", dir.to_str().unwrap()]);
}

fn results(dir: &Path) -> String {
    fs::read_to_string(dir.join("results.csv")).unwrap()
}

/// Plans `file` into a new folder, runs it whole and returns folder and table.
fn whole(file: &str, dir: &Path) -> String {
    sweep(0, &["run", file, "--no-plots", "--out", dir.to_str().unwrap()]);
    results(dir)
}

#[test]
fn the_table_is_the_same_however_it_was_shared_out() {
    let at = folder();
    let file = tiny(at.path(), &[]);
    let one = whole(&file, &at.path().join("one"));
    assert_eq!(one.lines().count(), 1 + 10 * 2);
    for of in [3, 7] {
        let dir = at.path().join(format!("of-{of}"));
        let name = dir.to_str().unwrap();
        plan(&file, &dir);
        // From the last shard to the first: the order of work is not that of rows.
        for index in (1..=of).rev() {
            sweep(0, &["run", name, "--shard", &format!("{index}/{of}"), "--threads", "3"]);
        }
        sweep(0, &["merge", name, "--no-plots"]);
        assert!(results(&dir) == one, "{of} shards");
    }
}

#[test]
fn a_sweep_killed_again_and_again_ends_with_the_same_table() {
    let at = folder();
    let file = tiny(at.path(), &[]);
    let clock = Instant::now();
    let wanted = whole(&file, &at.path().join("whole"));
    let unbroken = clock.elapsed();
    let dir = at.path().join("killed");
    let name = dir.to_str().unwrap();
    plan(&file, &dir);
    let program = assert_cmd::cargo::cargo_bin("qonaq");
    let mut kills = 0;
    for round in 0_u32.. {
        let mut child = Command::new(&program)
            .args(["sweep", "run", name, "--no-plots", "--threads", "2"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Some in planning and reading, some in the middle of units; how long all of it takes is the machine's affair.
        std::thread::sleep(unbroken * (10 + 37 * round % 30 + 5 * round) / 100);
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
        kills += 1;
        // What a process leaves that died while it wrote a line.
        let log = dir.join("log");
        fs::create_dir_all(&log).unwrap();
        fs::write(log.join(format!("torn.{round}.log")), "0123abcd 3 1 0123456789abcdef ok 0.2")
            .unwrap();
    }
    assert!(kills >= 2, "{kills}");
    assert!(results(&dir) == wanted, "after {kills} kills");
}

#[test]
fn two_runs_of_one_shard_at_the_same_time_do_no_harm() {
    let at = folder();
    let file = tiny(at.path(), &[]);
    let wanted = whole(&file, &at.path().join("whole"));
    let dir = at.path().join("twice");
    plan(&file, &dir);
    let program = assert_cmd::cargo::cargo_bin("qonaq");
    let children: Vec<_> = (0..2)
        .map(|_| {
            Command::new(&program)
                .args(["sweep", "run", dir.to_str().unwrap(), "--threads", "1", "--quiet"])
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(results(&dir) == wanted);
    let names: Vec<String> = common::files(&dir).into_keys().collect();
    assert!(names.iter().all(|name| !name.ends_with(".partial")), "{names:?}");
}

#[test]
fn a_failed_point_is_kept_with_its_reason_and_the_rest_goes_on() {
    let at = folder();
    let file = tiny(at.path(), &[("values = [2, 3]", "values = [2, 300]")]);
    let dir = at.path().join("failed");
    let name = dir.to_str().unwrap();
    let said = sweep(1, &["run", &file, "--no-plots", "--out", name]);
    assert!(said.contains("note: points with this value will fail"), "{said}");
    assert!(said.contains("10 of 20 units failed; the rest was worked"), "{said}");
    let table = Table::read(&dir.join("results.csv"));
    let (status, size) = (table.column("status"), table.column("waves.newcomers.household_size"));
    assert_eq!(table.rows.len(), 20);
    for row in &table.rows {
        assert_eq!(row[status] == "failed", row[size] == "300");
        assert_eq!(row.last().unwrap().is_empty(), row[size] == "300");
    }
    let failed = Table::read(&dir.join("failed.csv"));
    assert_eq!((failed.rows.len(), failed.header.as_str()), (10, "point,replicate,unit,error"));
    assert!(failed.rows[0][3].contains("waves.newcomers.household_size"), "{:?}", failed.rows[0]);
    // Only what failed is tried again.
    let before = results(&dir);
    sweep(1, &["run", name, "--no-plots"]);
    assert!(results(&dir) == before);
    let tried = fs::read_to_string(dir.join("log/1-of-1.2.log")).unwrap();
    assert_eq!(tried.lines().count(), 10);
    let said = sweep(0, &["status", name]);
    assert!(said.contains("done 10, failed 10, to do 0"), "{said}");
}

/// Weekly values of one key in one replicate of a run folder.
fn weeks(run: &Path, replicate: &str, key: [&str; 4]) -> Vec<f64> {
    let series = Table::read(&run.join("series.csv"));
    let rows = series.rows.iter().filter(|r| r[0] == replicate && r[2..6] == key);
    rows.map(|r| r[6].parse().unwrap_or(f64::NAN)).collect()
}

/// The command that `sweep status --unit` gives for a row, run into `out`.
fn replay(dir: &Path, unit: &str, out: &Path) {
    let command = sweep(0, &["status", dir.to_str().unwrap(), "--unit", unit]);
    let program = assert_cmd::cargo::cargo_bin("qonaq");
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let line = format!("{} --no-plots --quiet --out {}", command.trim(), out.display());
    let status = Command::new("sh").args(["-c", &line]).env("PATH", path).status().unwrap();
    assert!(status.success(), "{line}");
}

#[test]
fn any_row_runs_again_by_itself_with_the_same_outcomes() {
    for independent in ["", "independent = true\n"] {
        let at = folder();
        let design = format!("{independent}design = \"latin_hypercube\"\npoints = 3");
        let changes = [("design = \"grid\"", design.as_str()), ("levels = 5", "")];
        let changes = [&changes[..], &[("values = [2, 3]", "low = 2\nhigh = 3")]].concat();
        let file = tiny(at.path(), &changes);
        let dir = at.path().join("sweep");
        whole(&file, &dir);
        let table = Table::read(&dir.join("results.csv"));
        let unit = table.column("unit");
        for row in [&table.rows[1], &table.rows[4]] {
            let out = at.path().join(&row[unit]);
            replay(&dir, &row[unit], &out);
            let of = |outcome: &str, key, reducer: Reducer| {
                let again = reducer.of(&weeks(&out, &row[1], key), 6.0);
                assert_eq!(row[table.column(outcome)], again.to_string(), "{outcome}");
            };
            of("asking_rent_TOWN_peak", ["TOWN", "all", "", "asking_rent"], Reducer::Peak);
            let hostility = ["all", "all", "newcomers", "hostility"];
            of("hostility_newcomers_mean", hostility, Reducer::Mean);
            of("tension_share_above", ["all", "all", "", "tension"], Reducer::ShareAbove);
        }
    }
}

#[test]
fn points_share_their_random_numbers_unless_they_are_independent() {
    let outcomes = |independent: &str| -> (Vec<String>, Vec<String>) {
        let at = folder();
        // The press writes in week 9, and there are four weeks: nothing can differ but chance.
        let file = tiny(
            at.path(),
            &[
                ("design = \"grid\"", &format!("design = \"grid\"\n{independent}")),
                (
                    "housing.level_response\"\nlevels = 5",
                    "shocks.first-stories.coverage\"\nvalues = [0, 3]",
                ),
                ("values = [2, 3]", "values = [2]"),
            ],
        );
        let dir = at.path().join("sweep");
        whole(&file, &dir);
        let table = Table::read(&dir.join("results.csv"));
        let rent = table.column("asking_rent_TOWN_peak");
        let of = |point: &str| {
            table.rows.iter().filter(|r| r[0] == point).map(|r| r[rent].clone()).collect()
        };
        (of("0"), of("1"))
    };
    let (first, second) = outcomes("");
    assert_eq!(first, second);
    assert_ne!(first[0], first[1]);
    let (first, second) = outcomes("independent = true");
    assert!(first.iter().zip(&second).all(|(a, b)| a != b));
}

#[test]
fn ids_of_units_are_their_content() {
    let at = folder();
    let ids = |name: &str, changes: &[(&str, &str)]| -> Vec<String> {
        let dir = at.path().join(name);
        whole(&tiny(at.path(), changes), &dir);
        let table = Table::read(&dir.join("results.csv"));
        let unit = table.column("unit");
        table.rows.iter().map(|r| r[unit].clone()).collect()
    };
    let small = ("levels = 5", "levels = 2");
    let first = ids("first", &[small]);
    // The name and the question do not matter, nor does the order in which points stand.
    let renamed = [small, ("name = \"tiny\"", "name = \"other\"")];
    assert_eq!(first, ids("renamed", &renamed));
    let mut turned = ids("turned", &[small, ("values = [2, 3]", "values = [3, 2]")]);
    turned.sort();
    let mut sorted = first.clone();
    sorted.sort();
    assert_eq!(sorted, turned);
    sorted.dedup();
    assert_eq!(sorted.len(), 8);
    let seeded = ids("seeded", &[small, ("replicates = 2", "replicates = 2\nseed = 9")]);
    assert!(first.iter().all(|id| !seeded.contains(id)));
}

#[test]
fn charts_come_with_the_table_and_a_run_says_where() {
    let at = folder();
    let file = tiny(at.path(), &[]);
    let dir = at.path().join("sweep");
    let said = sweep(0, &["run", &file, "--out", dir.to_str().unwrap()]);
    assert!(said.starts_with("What do rents and the press do in four weeks?\n"), "{said}");
    assert!(said.contains("plots/asking_rent_TOWN_peak.svg"), "{said}");
    assert!(
        said.lines().take_while(|l| !l.starts_with("look first")).all(|l| l.chars().count() <= 100)
    );
    for name in ["asking_rent_TOWN_peak", "hostility_newcomers_mean", "tension_share_above"] {
        for ending in ["svg", "png"] {
            assert!(dir.join(format!("plots/{name}.{ending}")).is_file(), "{name}.{ending}");
        }
    }
    let again = sweep(0, &["run", dir.to_str().unwrap(), "--quiet"]);
    assert_eq!(again, "");
}

#[test]
fn a_merge_of_a_part_says_what_is_missing() {
    let at = folder();
    let dir = at.path().join("sweep");
    let name = dir.to_str().unwrap();
    plan(&tiny(at.path(), &[]), &dir);
    sweep(0, &["run", name, "--shard", "2/5"]);
    let said = sweep(1, &["merge", name, "--no-plots"]);
    assert!(said.contains("16 of 20 units are missing"), "{said}");
    assert_eq!(results(&dir).lines().count(), 1 + 4);
}

#[test]
fn a_folder_stays_what_was_planned() {
    let at = folder();
    let file = tiny(at.path(), &[]);
    let dir = at.path().join("sweep");
    let name = dir.to_str().unwrap();
    plan(&file, &dir);
    plan(&file, &dir);
    // Another sweep, flags that change the plan, changed points, no plan.
    sweep(2, &["plan", &file, "--weeks", "3", "--out", name]);
    let said = sweep(2, &["run", name, "--weeks", "3"]);
    assert!(said.contains("is planned and stays as it is"), "{said}");
    sweep(0, &["plan", &file, "--weeks", "3", "--out", name, "--force"]);
    let points = dir.join("points.csv");
    let text = fs::read_to_string(&points).unwrap();
    fs::write(&points, text.replacen(",2", ",4", 1)).unwrap();
    assert!(sweep(2, &["run", name]).contains("points.csv was changed"));
    assert!(sweep(2, &["status", at.path().to_str().unwrap()]).contains("no plan.json"));
    fs::write(at.path().join("mine.txt"), "precious").unwrap();
    sweep(2, &["plan", &file, "--out", at.path().to_str().unwrap()]);
}

#[test]
fn a_merge_keeps_the_table_when_the_logs_know_less() {
    let at = folder();
    let dir = at.path().join("sweep");
    let name = dir.to_str().unwrap();
    let before = whole(&tiny(at.path(), &[("levels = 5", "levels = 2")]), &dir);
    let log = dir.join("log/1-of-1.1.log");
    let lines = fs::read_to_string(&log).unwrap();
    // One unit lost, and a line of another sweep: its checksum is right, its id is not.
    let kept: Vec<&str> = lines.lines().skip(1).collect();
    fs::write(&log, kept.join("\n") + "\n").unwrap();
    let body = "0 0 0123456789abcdef ok 1";
    let sum = &blake3::hash(body.as_bytes()).to_hex()[..8];
    fs::write(dir.join("log/other.log"), format!("{sum} {body}\n")).unwrap();
    let said = sweep(2, &["merge", name, "--no-plots"]);
    assert!(said.contains("1 finished units without a line"), "{said}");
    assert!(said.contains("1 line in"), "{said}");
    assert!(results(&dir) == before);
    fs::remove_dir_all(dir.join("log")).unwrap();
    assert!(sweep(2, &["merge", name]).contains("8 finished units"));
    assert!(results(&dir) == before);
    // Worked again, it is whole again.
    sweep(0, &["run", name, "--no-plots"]);
    assert!(results(&dir) == before);
}

#[test]
fn units_that_are_the_same_run_are_found_by_their_id() {
    let at = folder();
    let dir = at.path().join("sweep");
    plan(&tiny(at.path(), &[("values = [2, 3]", "values = [2, 3, 2]")]), &dir);
    let planned = Planned::open(&dir).unwrap();
    assert_eq!(planned.unit(0, 1), planned.unit(2, 1));
    let said = sweep(0, &["status", dir.to_str().unwrap(), "--unit", &planned.unit(0, 1)]);
    assert!(said.starts_with("qonaq run"), "{said}");
    assert!(sweep(2, &["status", dir.to_str().unwrap(), "--unit", ""]).contains("found: none"));
}

#[test]
fn a_plan_that_was_changed_by_hand_is_noticed() {
    let at = folder();
    let dir = at.path().join("sweep");
    plan(&tiny(at.path(), &[]), &dir);
    let path = dir.join("plan.json");
    let text = fs::read_to_string(&path).unwrap();
    let changes = [
        ("\"replicates\": 2", "\"replicates\": 5"),
        ("\"replicates\": 2", "\"replicates\": 0"),
        ("\"seed\": ", "\"seed\": 1"),
        ("\"independent\": false", "\"independent\": true"),
        ("\"above\": 6.0", "\"above\": 7.0"),
        ("housing.level_response", "housing.markdown"),
    ];
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let said = sweep(2, &["run", dir.to_str().unwrap()]);
        assert!(said.contains("plan.json was changed"), "{to}: {said}");
    }
}

#[test]
fn force_removes_only_what_a_sweep_made() {
    let at = folder();
    let file = tiny(at.path(), &[("levels = 5", "levels = 2")]);
    let mine = at.path().join("mine");
    fs::create_dir_all(mine.join("log")).unwrap();
    fs::write(mine.join("results.csv"), "precious").unwrap();
    fs::write(mine.join("log/days.log"), "precious").unwrap();
    let said = sweep(2, &["plan", &file, "--force", "--out", mine.to_str().unwrap()]);
    assert!(said.contains("files without the plan of a sweep"), "{said}");
    assert!(results(&mine) == "precious" && mine.join("log/days.log").is_file());
    // Shards of one plan leave each other alone; another plan replaces it.
    let dir = at.path().join("sweep");
    let name = dir.to_str().unwrap();
    for shard in ["1/2", "2/2"] {
        sweep(0, &["run", &file, "--force", "--shard", shard, "--out", name]);
    }
    assert!(sweep(0, &["status", name]).contains("done 8, failed 0, to do 0"));
    sweep(0, &["run", &file, "--force", "--weeks", "3", "--shard", "1/2", "--out", name]);
    assert!(sweep(0, &["status", name]).contains("done 4, failed 0, to do 4"));
}

#[test]
fn flags_that_sweeps_do_not_know_are_refused() {
    for flags in [&["--detail", "full"][..], &["--profile"]] {
        let said = sweep(2, &[&["run", "small-town"], flags].concat());
        assert!(said.contains("a sweep does not know"), "{said}");
    }
    let help = sweep(0, &["run", "--help"]);
    assert!(help.contains("output/sweep-NAME-HASH"), "{help}");
    assert!(!help.contains("--detail") && !help.contains("--profile"), "{help}");
}

/// Notes of a sweep, as they are told.
fn notes(file: &str) -> String {
    let found = read(file, &[]).unwrap_or_else(|faults| panic!("{}", faults[0]));
    let told: Vec<String> = found.notes.iter().map(ToString::to_string).collect();
    told.join("\n")
}

#[test]
fn notes_of_the_scenario_and_of_wide_ranges_are_told_when_planning() {
    let at = folder();
    let shared = "\"population.renter_agents=300\", \"housing.surprise_response=40\"";
    let wide = "housing.level_response\"\nlow = 0.1\nhigh = 30";
    let changes =
        [("\"population.renter_agents=300\"", shared), ("housing.level_response\"", wide)];
    let said = notes(&tiny(at.path(), &changes));
    assert!(said.contains("`housing.surprise_response` lies outside"), "{said}");
    assert!(said.contains("tiny.toml:12:8: note: `housing.level_response` reaches"), "{said}");
}

#[test]
fn a_range_of_a_whole_number_has_whole_values() {
    let at = folder();
    let weeks = "\"weeks\"\nlow = 4\nhigh = 10";
    let changes = [("\"housing.level_response\"", weeks), ("levels = 5", "levels = 4")];
    let found = read(&tiny(at.path(), &changes), &[]).unwrap();
    let first: Vec<&str> = found.points.iter().filter_map(|p| p[0].as_deref()).collect();
    assert_eq!(first, ["4", "4", "6", "6", "8", "8", "10", "10"]);
}

/// A matrix over the tiny sweep with this table; what is said of it.
fn table_of(bytes: &[u8]) -> String {
    let at = folder();
    fs::write(at.path().join("points.csv"), bytes).unwrap();
    let inputs = &TINY[TINY.find("[[inputs]]").unwrap()..TINY.find("[[outcomes]]").unwrap()];
    let matrix = "design = \"matrix\"\nmatrix = \"points.csv\"";
    let file = tiny(at.path(), &[(inputs, ""), ("design = \"grid\"", matrix)]);
    let (kind, told) = match read(&file, &[]) {
        Ok(found) => ("sound", found.notes),
        Err(faults) => ("broken", faults),
    };
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    format!("{kind}\n{}", told.join("\n"))
}

#[test]
fn messages_about_a_table_name_it_with_line_and_column() {
    let said = |table: &str, wanted: &[&str]| {
        let text = table_of(table.as_bytes());
        for words in wanted {
            assert!(text.contains(words), "{words}: {text}");
        }
    };
    let cell = "points.csv:3:1: note: points with this value will fail";
    said("housing.level_response\n0.2\nabc\n0.3\n", &["sound", cell, "found: \"abc\""]);
    said("housing.level_response\n0.2\nNaN\n", &["sound", cell]);
    said("housing.level_response\nabc\n", &["broken", "points.csv:2:1: error"]);
    said("housing.level_response,seed\n0.2,1\n", &["broken", "points.csv:1:24: error: `seed`"]);
    said("housing.level_response\n", &["points.csv:1:1: error: no points", "found: 0 rows"]);
    said("weeks,housing.level_respons\n3,1\n", &["points.csv:1:7: error: column", "did you mean"]);
    let twice = "points.csv:1:24: error: column `overrides.housing.level_response`: this input is given twice";
    said("housing.level_response,overrides.housing.level_response\n0.2,0.3\n", &[twice]);
    // A text may be empty, a number not: there quotes around nothing are as good as nothing.
    said("groups.newcomers.label,weeks\na,3\n\"\",4\n", &["points.csv:3:1: error: an empty text"]);
    said("housing.level_response,weeks\n0.2,3\n\"\",4\n", &["sound"]);
    let text = table_of(b"housing.level_response\n0.2\n\xff0.3\n");
    assert!(text.contains("points.csv:3:1: error: cannot read"), "{text}");
}

#[test]
fn shards_are_checked() {
    for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
        let said = sweep(2, &["run", "small-town", "--shard", wrong]);
        assert!(said.contains("1 ≤ i ≤ n"), "{said}");
    }
    let said = sweep(2, &["run", "small-twon"]);
    assert!(said.contains("did you mean `small-town`"), "{said}");
}

#[test]
fn every_shipped_sweep_is_sound() {
    for name in shipped_names() {
        let found = read(name, &[]).unwrap_or_else(|faults| panic!("{}", faults[0]));
        assert!(found.notes.is_empty() && found.name == name);
    }
}

#[test]
fn other_designs_have_their_points() {
    let at = folder();
    fs::write(
        at.path().join("points.csv"),
        "housing.level_response,waves.newcomers.transit_share\n0.2,\n0.4,30 %\n",
    )
    .unwrap();
    let inputs = TINY.find("[[inputs]]").unwrap()..TINY.find("[[outcomes]]").unwrap();
    let inputs = &TINY[inputs];
    let matrix = "design = \"matrix\"\nmatrix = \"points.csv\"";
    let file = tiny(at.path(), &[(inputs, ""), ("design = \"grid\"", matrix)]);
    let found = read(&file, &[]).unwrap();
    let text = |s: &str| Some(s.to_owned());
    assert_eq!(found.points, [[text("0.2"), None], [text("0.4"), text("30 %")]]);
    let file = tiny(at.path(), &[("\"grid\"", "\"one_at_a_time\"")]);
    assert_eq!(read(&file, &[]).unwrap().points.len(), 1 + 5 + 2);
}

fn broken() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir("tests/broken/sweeps")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_message_about_a_broken_sweep_reads_as_it_did() {
    for path in broken() {
        let Err(faults) = read(path.to_str().unwrap(), &[]) else {
            panic!("{} passes", path.display())
        };
        let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        insta::assert_snapshot!(name, texts.join("\n"));
        for fault in faults {
            assert!(fault.line >= 1 && !fault.found.is_empty() && !fault.allowed.is_empty());
        }
    }
}

/// CPU time of this process so far, seconds.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// `cargo test --release --test sweep -- --ignored --nocapture`: what a sweep costs beside building week 0, running and
/// measuring, in units of 50 ms and more, one thread.
#[test]
#[ignore = "a measurement of half a minute that wants a release build"]
fn everything_but_the_model_is_below_five_percent() {
    let at = folder();
    let changes = [
        (
            "\"scale=0.05\", \"weeks=4\", \"population.renter_agents=300\"",
            "\"scale=0.15\", \"weeks=40\"",
        ),
        ("replicates = 2", "replicates = 4"),
    ];
    let dir = at.path().join("sweep");
    plan(&tiny(at.path(), &changes), &dir);
    let planned = Planned::open(&dir).unwrap();
    let source = Source::Path(dir.join(SCENARIO));
    let go = AtomicBool::new(false);
    let base = load(&source, &[]).unwrap().scenario;
    let whole = Shard { index: 1, of: 1 };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (mut model, mut sweep) = (0.0, 0.0);
    // In turns, so that a change of the machine's mood hits both.
    for round in 0..3 {
        let start = cpu();
        for point in 0..planned.plan.points {
            let scenario = load(&source, &planned.sets(point)).unwrap().scenario;
            let begun = cpu();
            // One thread, as the sweep has.
            pool.install(|| {
                let (setting, week0) = replicate::week0(scenario);
                let keys = Plan::new(&setting, Detail::National);
                for k in 0..planned.plan.replicates {
                    let mut series = Series::new(keys.keys.len());
                    replicate::run(&setting, &week0, k, &go, |ctx, world| {
                        series.push(ctx, world, &keys);
                    });
                }
            });
            model += cpu() - begun;
        }
        let middle = cpu();
        let _ = fs::remove_dir_all(dir.join("log"));
        let left = Left::of(&planned, &Results::read(&planned, false).unwrap(), whole);
        run(&planned, &left, whole, &base, 1, &go, &|_| {}).unwrap();
        Results::read(&planned, true).unwrap().write(&planned).unwrap();
        sweep += cpu() - middle;
        println!("round {round}: loop {:.2} s, sweep {:.2} s", middle - start, cpu() - middle);
    }
    let units = (3 * planned.plan.units()) as f64;
    let (each, beyond) = (1000.0 * model / units, sweep / model - 1.0);
    println!("{each:.0} ms of model a unit; everything else {:.1} %", 100.0 * beyond);
    assert!(each >= 50.0 && beyond < 0.05);
}
