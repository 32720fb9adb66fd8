//! `qonaq new`.

use std::fs;
use std::io;
use std::path::Path;

use super::Failure;

/// Write a commented scenario to start from, with its data files beside it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the scenario: letters, digits, `-`, `_`. Writes NAME.toml and three CSV files here.
    name: String,
}

/// The starter: ending of the file name, text with `NAME` for the name. The scenario comes last, so
/// that it never stands there without its data.
const FILES: [(&str, &str); 4] = [
    ("-regions.csv", include_str!("starter/regions.csv")),
    ("-region-sources.csv", include_str!("starter/region-sources.csv")),
    ("-arrivals.csv", include_str!("starter/arrivals.csv")),
    (".toml", include_str!("starter/scenario.toml")),
];

pub(super) fn new(args: &Args) -> Result<String, Failure> {
    write(Path::new(""), &args.name)
}

/// Write the starter into `folder`.
fn write(folder: &Path, name: &str) -> Result<String, Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !(1..=40).contains(&name.len()) || !name.chars().all(plain) || name == "all" {
        return Err(Failure::Input(format!(
            "error: `{name}` cannot be the name of a scenario\n  found: `{name}`\n  allowed: 1 to 40 \
             letters, digits, `-` or `_`, and not `all`"
        )));
    }
    let paths = FILES.map(|(ending, _)| folder.join(format!("{name}{ending}")));
    if let Some(path) = paths.iter().find(|path| path.exists()) {
        return Err(Failure::Input(format!(
            "error: `{0}` is there already and stays as it is\n  found: `{0}`\n  allowed: a name \
             that is free here",
            path.display()
        )));
    }
    for (path, (_, text)) in paths.iter().zip(FILES) {
        whole(path, &text.replace("NAME", name)).map_err(|error| {
            Failure::Input(format!("error: cannot write `{}`: {error}", path.display()))
        })?;
    }
    let written: Vec<String> =
        paths.iter().rev().map(|path| format!("  {}\n", path.display())).collect();
    Ok(format!("wrote\n{}next: qonaq check {name}.toml\n", written.concat()))
}

/// A file appears whole or not at all: it is written beside its place, then linked there. Linking
/// fails where renaming would replace a file that somebody put there meanwhile.
fn whole(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, text)?;
    let done = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Source, load};

    #[test]
    fn the_starter_passes_check() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "mine").unwrap();
        let loaded = load(&Source::Path(folder.path().join("mine.toml")), &[]);
        let loaded = loaded.unwrap_or_else(|faults| panic!("{}", faults[0]));
        assert_eq!(loaded.scenario.name, "mine");
        assert!(loaded.notes.is_empty());
    }

    #[test]
    fn nothing_is_ever_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine-arrivals.csv"), "precious").unwrap();
        assert!(write(folder.path(), "mine").is_err());
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1);
    }

    #[test]
    fn a_path_is_no_name() {
        assert!(write(Path::new(""), "../mine").is_err());
    }
}
