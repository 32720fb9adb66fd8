//! Running the program as a user does, and reading what it leaves behind.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs `qonaq` with these arguments.
pub fn qonaq(arguments: &[&str]) -> Output {
    Command::cargo_bin("qonaq").unwrap().args(arguments).output().unwrap()
}

/// Exit code of a process that was not killed.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A folder of its own for one test, gone when dropped.
pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs `scenario` into `out`; it must succeed.
pub fn run(scenario: &str, out: &Path, flags: &str) {
    let mut arguments = vec!["run", scenario, "--out", out.to_str().unwrap()];
    arguments.extend(flags.split_whitespace());
    let output = qonaq(&arguments);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
}

/// Every file below a run folder by relative name, but `timings.json`.
pub fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(out.join(&below)).unwrap() {
            let entry = entry.unwrap();
            let name = below.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(name);
            } else if name != Path::new("timings.json") {
                all.insert(name.to_str().unwrap().to_owned(), fs::read(entry.path()).unwrap());
            }
        }
    }
    all
}

/// The two run folders hold the same files with the same bytes.
pub fn assert_same_folder(a: &Path, b: &Path, what: &str) {
    let (a, b) = (files(a), files(b));
    let names = |m: &BTreeMap<String, Vec<u8>>| m.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&a), names(&b), "{what}");
    for (name, bytes) in &a {
        assert!(b[name] == *bytes, "{what}: {name} differs");
    }
}

/// The tables of the two run folders are the same bytes.
pub fn assert_same_tables(a: &Path, b: &Path, what: &str) {
    for table in ["series.csv", "bands.csv", "events.csv", "indicators.csv"] {
        let read = |out: &Path| fs::read(out.join(table)).unwrap();
        assert!(read(a) == read(b), "{what}: {table} differs");
    }
}

/// `manifest.json` of a run folder.
pub fn manifest(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap()
}

/// A table: its header line and its rows.
pub struct Table {
    pub header: String,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header = reader.headers().unwrap().iter().collect::<Vec<_>>().join(",");
        let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect());
        Self { header, rows: rows.collect() }
    }

    /// Position of a column.
    pub fn column(&self, name: &str) -> usize {
        self.header.split(',').position(|c| c == name).unwrap()
    }
}

/// Weekly values of one indicator in `bands.csv`, country, everyone; NaN where empty.
pub fn weekly(out: &Path, indicator: &str) -> Vec<f64> {
    let bands = Table::read(&out.join("bands.csv"));
    let at = |name| bands.column(name);
    let (region, group, target) = (at("region"), at("group"), at("target"));
    let (id, mean) = (at("indicator"), at("mean"));
    bands
        .rows
        .iter()
        .filter(|r| r[region] == "all" && r[group] == "all" && r[id] == indicator)
        .filter(|r| r[target].is_empty() || r[target] == "all")
        .map(|r| r[mean].parse().unwrap_or(f64::NAN))
        .collect()
}

/// Writes a scenario file that extends `small-town` and returns its path.
pub fn variant(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("extends = \"small-town\"\n{text}")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// One lever of each kind, all with this strength, from `start`; `regions` as in a scenario file.
pub fn every_lever(strength: f64, start: &str, regions: &str) -> String {
    let lever = |kind: &str| {
        format!(
            "[[levers]]\nid = \"{}\"\nkind = \"{kind}\"\nstart = {start}\nend = 2025-06-01\n\
             strength = {strength:?}\ncompliance = 0.8\ncost_per_unit = 10\nregions = {regions}\n",
            kind.replace('_', "-")
        )
    };
    let kinds = qonaq::scenario::LEVERS.iter().map(|info| serde_json::to_value(info.kind).unwrap());
    kinds.map(|kind| lever(kind.as_str().unwrap())).collect()
}
