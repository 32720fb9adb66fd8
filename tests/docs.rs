//! Tables in the documents that are copies of the register stay copies. To write them anew:
//! `QONAQ_WRITE_DOCS=1 cargo test --test docs`.

use std::fmt::Write as _;
use std::path::Path;

use qonaq::cards::register;

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

#[test]
fn the_list_of_findings_is_that_of_the_register() {
    hold("docs/evidence.md", &[("findings".to_owned(), findings())]);
}
