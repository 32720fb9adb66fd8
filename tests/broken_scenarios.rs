//! What a user reads who got a scenario wrong. The scenarios are in `tests/broken/`, one fault (or kind of
//! fault) each; the whole message of each is kept in `tests/snapshots/`.

use std::fs;
use std::path::{Path, PathBuf};

use qonaq::scenario::{Diagnostic, Severity, Source, load};

/// Files of the folder that only serve others.
const HELPERS: [&str; 1] = ["circle-b.toml"];

fn broken() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir("tests/broken")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter(|path| !HELPERS.contains(&path.file_name().unwrap().to_str().unwrap()))
        .collect();
    paths.sort();
    paths
}

fn faults(path: &Path) -> Vec<Diagnostic> {
    match load(&Source::Path(path.to_path_buf()), &[]) {
        Ok(_) => panic!("{} passes check", path.display()),
        Err(faults) => faults,
    }
}

#[test]
fn every_message_reads_as_it_did() {
    for path in broken() {
        let texts: Vec<String> = faults(&path).iter().map(ToString::to_string).collect();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        insta::assert_snapshot!(name, texts.join("\n"));
    }
}

#[test]
fn every_error_names_its_place_what_was_found_and_what_is_allowed() {
    for path in broken() {
        for fault in faults(&path) {
            assert_eq!(fault.severity, Severity::Error);
            assert!(fault.line >= 1 && fault.column >= 1, "{fault}");
            assert!(!fault.found.is_empty() && !fault.allowed.is_empty(), "{fault}");
            assert!(Path::new(&fault.file).is_file(), "{fault}");
            let line = fs::read_to_string(&fault.file).unwrap();
            let line = line.lines().nth(fault.line - 1).unwrap_or_default();
            assert_eq!(line.trim_end(), fault.source_line.trim_end(), "{fault}");
        }
    }
}

/// Write `suggestion` over the marked characters.
fn apply(folder: &Path, fault: &Diagnostic) {
    let path = folder.join(Path::new(&fault.file).strip_prefix("tests/broken").unwrap());
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line: Vec<char> = lines[fault.line - 1].chars().collect();
    let start = fault.column - 1;
    let before: String = line[..start].iter().collect();
    let after: String = line[start + fault.length..].iter().collect();
    lines[fault.line - 1] = format!("{before}{}{after}", fault.suggestion.as_ref().unwrap());
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn applying_the_suggestions_passes_check() {
    let mut applied = 0;
    for path in broken() {
        let faults = faults(&path);
        if faults.iter().any(|fault| fault.suggestion.is_none()) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        for from in ["", "data"] {
            for entry in fs::read_dir(Path::new("tests/broken").join(from)).unwrap() {
                let entry = entry.unwrap().path();
                if entry.is_file() {
                    let name = entry.file_name().unwrap();
                    fs::copy(&entry, folder.path().join(from).join(name)).unwrap();
                }
            }
        }
        // From the back, so that earlier places stay where they are.
        for fault in faults.iter().rev() {
            apply(folder.path(), fault);
        }
        let fixed = folder.path().join(path.file_name().unwrap());
        if let Err(left) = load(&Source::Path(fixed), &[]) {
            panic!("{}: after the suggestion: {}", path.display(), left[0]);
        }
        applied += 1;
    }
    assert!(applied >= 15, "only {applied} scenarios have a suggestion for every fault");
}
