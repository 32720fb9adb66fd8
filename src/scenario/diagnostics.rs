//! What `check` says: one type for errors and notes, and how it reads on a terminal.

use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// Worth knowing; the scenario runs.
    Note,
}

/// One message about a place in a scenario, a data file or a `--set` argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Error or note.
    pub severity: Severity,
    /// File as the user named it, or `--set`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters marked from `column` on, at least 1.
    pub length: usize,
    /// The whole line of the file.
    pub source_line: String,
    /// The key it is about, e.g. `waves.autumn.income_sigma`; empty where there is none.
    pub key: String,
    /// What is wrong, one phrase.
    pub message: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
    /// What to write in place of the marked characters.
    pub suggestion: Option<String>,
    /// Anything else that helps.
    pub note: Option<String>,
}

/// Longest source line shown whole; a longer one is cut around the marked place.
const SHOWN_CHARS: usize = 120;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Note => "note",
        };
        let (file, message) = (plain(&self.file), plain(&self.message));
        writeln!(f, "{file}:{}:{}: {severity}: {message}", self.line, self.column)?;
        if !self.source_line.is_empty() {
            let (shown, column) = excerpt(&self.source_line, self.column);
            let gutter = self.line.to_string().len().max(4);
            writeln!(f, "{:>gutter$} | {shown}", self.line)?;
            let room = shown.chars().count().saturating_sub(column - 1).max(1);
            let carets = "^".repeat(self.length.clamp(1, room));
            writeln!(f, "{:>gutter$} | {}{carets}", "", " ".repeat(column - 1))?;
        }
        if !self.key.is_empty() {
            writeln!(f, "  key: {}", plain(&self.key))?;
        }
        writeln!(f, "  found: {}", plain(&self.found))?;
        writeln!(f, "  allowed: {}", plain(&self.allowed))?;
        if let Some(suggestion) = &self.suggestion {
            writeln!(f, "  help: did you mean `{}`?", plain(suggestion))?;
        }
        if let Some(note) = &self.note {
            writeln!(f, "  note: {}", plain(note))?;
        }
        Ok(())
    }
}

/// The part of a line that is shown, and the column in it.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let column = column.max(1);
    let from = if column > SHOWN_CHARS / 2 && line.chars().count() > SHOWN_CHARS {
        column - SHOWN_CHARS / 2
    } else {
        0
    };
    let shown: String = line.chars().skip(from).take(SHOWN_CHARS).collect();
    (plain(&shown), column - from)
}

/// A text from a file as it may be shown: control characters do nothing to a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The candidate most like `word`, if any is like enough to be a slip of the pen.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(word, candidate);
        let longest = word.chars().count().max(candidate.chars().count());
        if distance * 5 <= longest * 2 && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `a`, `b` and `c`: a list for a message.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "nothing here".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swapped_pair_of_letters_is_near_and_another_word_is_not() {
        assert_eq!(nearest("weesk", ["weeks", "waves"]), Some("weeks"));
        assert_eq!(nearest("colour", ["weeks", "waves"]), None);
    }

    #[test]
    fn a_long_line_is_cut_around_the_marked_place() {
        let line = "x".repeat(300);
        let (shown, column) = excerpt(&line, 200);
        assert_eq!((shown.len(), column), (SHOWN_CHARS, 60));
    }
}
