//! Tables in the documents that are copies of the register stay copies. To write them anew:
//! `QONAQ_WRITE_DOCS=1 cargo test --test docs`.

use std::fmt::Write as _;
use std::path::Path;

use qonaq::cards::{CardStatus, ParameterSpec, Provenance, register};
use qonaq::measure::{Aggregation, INDICATORS};
use qonaq::mechanisms::schedule::WEEK;
use qonaq::scenario::LEVERS;

/// The text between `<!-- generated NAME -->` and `<!-- end NAME -->`.
fn between<'a>(text: &'a str, name: &str) -> &'a str {
    let (start, end) = (format!("<!-- generated {name} -->\n"), format!("<!-- end {name} -->"));
    let from = text.find(&start).unwrap_or_else(|| panic!("no `{start}`")) + start.len();
    let to = from + text[from..].find(&end).unwrap_or_else(|| panic!("no `{end}`"));
    &text[from..to]
}

/// Holds the generated parts of a document against what they should be, or writes them.
fn hold(file: &str, parts: &[(String, String)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let mut text = std::fs::read_to_string(&path).unwrap();
    let write = std::env::var_os("QONAQ_WRITE_DOCS").is_some();
    for (name, wanted) in parts {
        let found = between(&text, name).to_owned();
        if write {
            let old = format!("<!-- generated {name} -->\n{found}<!-- end {name} -->");
            let new = format!("<!-- generated {name} -->\n{wanted}<!-- end {name} -->");
            text = text.replacen(&old, &new, 1);
        } else {
            assert_eq!(
                &found, wanted,
                "{file}, {name}: run QONAQ_WRITE_DOCS=1 cargo test --test docs"
            );
        }
    }
    if write {
        std::fs::write(&path, text).unwrap();
    }
}

/// A heading and a table of findings for each topic.
fn findings() -> String {
    let mut out = String::new();
    let mut topic = "";
    for f in &register().findings {
        if f.topic != topic {
            let gap = if topic.is_empty() { "" } else { "\n" };
            topic = &f.topic;
            let head =
                "| id | setting, source | finding | status | band to test |\n|---|---|---|---|---|";
            let _ = writeln!(out, "{gap}### {topic}\n{head}");
        }
        let band = f.band.as_deref().unwrap_or("none");
        let (citation, finding, standing) = (&f.citation, &f.finding, f.standing());
        let _ = writeln!(out, "| {} | {citation} | {finding} | {standing} | {band} |", f.id);
    }
    out
}

/// A table with a row for each list of cells.
fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}

/// How many defaults are whose.
fn counts() -> String {
    let all = register().parameters.len();
    let parts: Vec<String> = register()
        .provenance_counts()
        .iter()
        .map(|(kind, n)| format!("{n} {}", kind.words()))
        .collect();
    format!("Of {all} defaults by origin: {}.\n", parts.join("; "))
}

/// The week in order.
fn steps() -> String {
    let row = |(k, s): (usize, &qonaq::mechanisms::schedule::Step)| {
        [(k + 1).to_string(), format!("`{}`", s.name), s.meaning.to_owned()]
    };
    table(["step", "name", "does"], WEEK.iter().enumerate().map(row))
}

/// What each step reads and writes.
fn access() -> String {
    let names = |columns: &[&str]| columns.join(", ");
    let row = |s: &qonaq::mechanisms::schedule::Step| {
        [format!("`{}`", s.name), names(s.reads), names(s.writes)]
    };
    table(["mechanism", "reads", "writes (and may read)"], WEEK.iter().map(row))
}

fn letter(kind: Provenance) -> &'static str {
    match kind {
        Provenance::Card => "card",
        Provenance::Evidence => "evidence",
        Provenance::Statistic => "statistic",
        Provenance::Model => "model",
        Provenance::Assumption => "assumption",
    }
}

/// A table of parameters for each group of them, in the order of the register.
fn parameters() -> String {
    let group = |p: &ParameterSpec| p.id.split('.').next().unwrap().to_owned();
    let mut out = String::new();
    let mut groups: Vec<String> = register().parameters.iter().map(group).collect();
    groups.dedup();
    for name in groups {
        let own = register().parameters.iter().filter(|p| group(p) == name);
        let row = |p: &ParameterSpec| {
            let short = p.id.split_once('.').unwrap().1;
            let range = format!("{} to {}", p.low, p.high);
            let [default, meaning] = [p.default.to_string(), p.meaning.clone()];
            [
                short.to_owned(),
                default,
                range,
                p.unit.clone(),
                letter(p.provenance).to_owned(),
                meaning,
            ]
        };
        let head = ["parameter", "default", "range", "unit", "origin", "meaning"];
        let _ = writeln!(out, "\n**`{name}.`**\n\n{}", table(head, own.map(row)).trim_end());
    }
    out
}

/// The kinds of lever.
fn levers() -> String {
    let row = |l: &qonaq::scenario::LeverInfo| {
        let kind = l.kind.name();
        let origin = register().lever(&kind).unwrap();
        let meaning = l.meaning.split_whitespace().collect::<Vec<_>>().join(" ");
        let [acts, cards] = [origin.acts_in.join(", "), origin.cards.join(", ")];
        let primitive = format!("{}, {}", l.primitive, l.unit);
        [format!("`{kind}`"), primitive, acts, meaning, origin.side_effects.clone(), cards]
    };
    let head = ["lever", "primitive, unit of cost", "acts in", "strength", "side effects", "cards"];
    table(head, LEVERS.iter().map(row))
}

/// The indicators.
fn indicators() -> String {
    let row = |i: &qonaq::measure::Indicator| {
        let parts = match i.aggregation {
            Aggregation::Sum => "sum",
            Aggregation::Mean => "mean",
            Aggregation::Index => "index",
        };
        let axes = match (i.by_target, i.by_group) {
            (true, true) => "target, group",
            (true, false) => "target",
            (false, true) => "group",
            (false, false) => "",
        };
        let [id, unit] = [format!("`{}`", i.id), i.unit.to_owned()];
        [id, unit, parts.to_owned(), axes.to_owned(), i.meaning.to_owned()]
    };
    table(["indicator", "unit", "whole", "also by", "meaning"], INDICATORS.iter().map(row))
}

/// How many cards have each status, and which.
fn cards() -> String {
    let row = |(status, name, meaning): (CardStatus, &str, &str)| {
        let own = register().cards.iter().filter(|c| c.status == status);
        let ids: Vec<&str> = own.map(|c| c.id.as_str()).collect();
        [name.to_owned(), ids.len().to_string(), meaning.to_owned(), ids.join(", ")]
    };
    table(["status", "cards", "meaning", "which"], CardStatus::ALL.into_iter().map(row))
}

#[test]
fn the_tables_of_the_model_are_those_of_the_program() {
    let named = |(name, text): (&str, String)| (name.to_owned(), text);
    let model = [("counts", counts()), ("steps", steps()), ("levers", levers())];
    hold("docs/odd.md", &model.map(named));
    let tables = [
        ("parameters", parameters()),
        ("access", access()),
        ("indicators", indicators()),
        ("cards", cards()),
    ];
    hold("docs/tables.md", &tables.map(named));
}

#[test]
fn the_model_lists_no_parameter_outside_its_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/odd.md");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(!text.contains("*Parameters* `"), "docs/tables.md holds every parameter");
}

#[test]
fn the_list_of_findings_is_that_of_the_register() {
    hold("docs/evidence.md", &[("findings".to_owned(), findings())]);
}

/// Whether a source file, below `src` or the root, has a test of this name.
fn has_test(file: &str, name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path =
        if file.starts_with("tests/") { root.join(file) } else { root.join("src").join(file) };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
    let begins = |part: &str| part.trim_start().starts_with(&format!("fn {name}("));
    text.split("#[test]\n").skip(1).any(begins)
}

#[test]
fn every_mechanism_has_a_test_of_its_limit_and_one_of_its_direction() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let begin = text.find("| mechanism | limit | direction |").expect("the table");
    let rows: Vec<Vec<&str>> = text[begin..]
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('`').skip(1).step_by(2).collect())
        .collect();
    let named: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(named, WEEK.iter().map(|s| s.name).collect::<Vec<_>>());
    for row in &rows {
        let [mechanism, limit_in, limit, direction_in, direction] = row[..] else {
            panic!("{row:?}")
        };
        assert!(has_test(limit_in, limit), "{mechanism}: no test {limit} in {limit_in}");
        assert!(has_test(direction_in, direction), "{mechanism}: no {direction} in {direction_in}");
        assert_ne!(limit, direction, "{mechanism}");
    }
}

#[test]
fn the_gallery_shows_every_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let text = std::fs::read_to_string(root.join("gallery.md")).unwrap();
    let shown: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    // Thinned, one to one is the same scenario.
    let wanted = qonaq::scenario::shipped_names().filter(|n| *n != "kazakhstan-2022-full");
    assert_eq!(shown, wanted.collect::<Vec<_>>());
    for name in shown {
        let picture = std::fs::metadata(root.join(format!("images/gallery/{name}.png"))).unwrap();
        assert!(picture.len() < 60_000, "{name}: {} bytes", picture.len());
    }
}
