//! Reading CSV files with the place of every cell. (The csv crate knows lines, not columns, and a message
//! names both.)

use std::path::PathBuf;

use super::diagnostics::{Diagnostic, Severity, listed, nearest};
use super::layers::shown;
use super::shipped;
use super::tree::{Node, Origin, Place, TextFile, Value, Words, diagnostic};

/// One row: its cells with where they stand.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Cells, as many as the header has.
    pub cells: Vec<(String, Origin)>,
}

/// A CSV file in memory.
#[derive(Debug, Clone)]
pub(super) struct Csv {
    /// Header names with where they stand.
    pub header: Vec<(String, Origin)>,
    /// Rows under it.
    pub rows: Vec<Row>,
}

impl Csv {
    /// Position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|(header, _)| header == name)
    }
}

/// A file a scenario uses, under the name it has in the resolved scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DataFile {
    /// Path as the scenario writes it.
    pub path: String,
    /// Whole text.
    pub text: String,
}

/// Find and read the file named at `node`: among the files its own layer carries, then beside it,
/// then among the shipped ones. Returns the index into `files`.
///
/// # Errors
/// If there is none, it is not UTF-8, or what the layer carries is not what its hash says.
pub(super) fn open(
    files: &mut Vec<TextFile>,
    root: &Node,
    node: &Node,
    key: &str,
) -> Result<usize, Box<Diagnostic>> {
    let name = node.as_text().unwrap_or_default();
    let words = |found: String, allowed: &str, suggestion: Option<&str>| Words {
        message: format!("cannot read the data file `{name}`"),
        key: key.to_owned(),
        found,
        allowed: allowed.to_owned(),
        suggestion: suggestion.map(|s| format!("{s:?}")),
        note: None,
    };
    let from = if let Origin::Text(from, ..) = node.origin { from } else { 0 };
    let place = files.get(from).map_or(Place::Shipped, |file| file.place.clone());
    if let Some(text) = carried(files, root, from, name)? {
        files.push(TextFile { shown: name.to_owned(), text, place: Place::Shipped });
        return Ok(files.len() - 1);
    }
    let home = files.first().map_or(Place::Shipped, |file| file.place.clone());
    let folders: Vec<PathBuf> = match (place, home) {
        (Place::Disk(folder), _) => vec![folder],
        (Place::CommandLine, Place::Disk(folder)) => vec![PathBuf::new(), folder],
        (Place::CommandLine, _) => vec![PathBuf::new()],
        (Place::Shipped, _) => Vec::new(),
    };
    for folder in folders {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        let text = std::fs::read(&path)
            .map_err(|e| e.to_string())
            .and_then(|bytes| {
                String::from_utf8(bytes).map_err(|_| "bytes that are not UTF-8".to_owned())
            })
            .map_err(|found| {
                let words = words(found, "a UTF-8 CSV file", None);
                Box::new(diagnostic(files, Severity::Error, &node.origin, words))
            })?;
        files.push(TextFile { shown: shown(&path), text, place: Place::Disk(folder) });
        return Ok(files.len() - 1);
    }
    if let Some(text) = shipped::data(name) {
        let shown = format!("scenarios/{name}");
        files.push(TextFile { shown, text: text.to_owned(), place: Place::Shipped });
        return Ok(files.len() - 1);
    }
    let near = nearest(name, shipped::data_names());
    let words = words("no such file".into(), "a CSV file, its path relative to this one", near);
    Err(Box::new(diagnostic(files, Severity::Error, &node.origin, words)))
}

/// The text of `name` if the layer `from` carries it in its `files`.
fn carried(
    files: &[TextFile],
    root: &Node,
    from: usize,
    name: &str,
) -> Result<Option<String>, Box<Diagnostic>> {
    let Some(Value::Array(items)) = root.at("files").map(|entry| &entry.node.value) else {
        return Ok(None);
    };
    for item in items {
        let get = |key: &str| item.as_table().and_then(|t| t.get(key)).map(|e| &e.node);
        let (Some(path), Some(text)) = (get("path"), get("text")) else { continue };
        let same_layer = matches!(text.origin, Origin::Text(file, ..) if file == from);
        if path.as_text() != Some(name) || !same_layer {
            continue;
        }
        let text = text.as_text().unwrap_or_default();
        let hash = blake3::hash(text.as_bytes()).to_hex();
        if let Some(given) = get("blake3")
            && given.as_text() != Some(hash.as_str())
        {
            let words = Words {
                message: format!("the carried file `{name}` is not what its hash says"),
                key: "files".to_owned(),
                found: given.value.shown(),
                allowed: "the blake3 of the text, or no `blake3` after editing it".to_owned(),
                suggestion: Some(format!("{:?}", hash.as_str())),
                note: None,
            };
            return Err(Box::new(diagnostic(files, Severity::Error, &given.origin, words)));
        }
        return Ok(Some(text.to_owned()));
    }
    Ok(None)
}

/// Read a CSV text: every row as long as the header, the `needed` columns present, no column twice.
/// Where `closed`, no other column may be there.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn csv(
    files: &[TextFile],
    file: usize,
    needed: &[&str],
    closed: bool,
) -> Result<Csv, Vec<Diagnostic>> {
    let text = &files[file].text;
    let mut faults = Vec::new();
    let mut fault = |origin: &Origin, key: &str, message: String, found: String, allowed, near| {
        let words =
            Words { message, key: key.to_owned(), found, allowed, suggestion: near, note: None };
        faults.push(diagnostic(files, Severity::Error, origin, words));
    };
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let lead = if at == 0 && bare.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        if !bare[lead..].trim().is_empty() {
            lines.push((at + lead, &bare[lead..]));
        }
        at += line.len();
    }
    let mut rows = lines.into_iter().map(|(start, line)| cells(line, start, file));
    let header = rows.next().unwrap_or_default();
    for (i, (name, origin)) in header.iter().enumerate() {
        let twice = header[..i].iter().any(|(other, _)| other == name);
        let stranger = closed && !needed.contains(&name.as_str());
        if twice || stranger {
            let absent = needed.iter().copied().filter(|n| !header.iter().any(|(h, _)| h == n));
            let near = nearest(name, absent).map(str::to_owned);
            let message = if twice { "column given twice" } else { "unknown column" };
            fault(
                origin,
                name,
                format!("{message}: `{name}`"),
                format!("`{name}`"),
                listed(needed.iter().copied()),
                near,
            );
        }
    }
    let start = Origin::Text(file, 0, text.find('\n').unwrap_or(text.len()));
    for name in needed {
        if !header.iter().any(|(header, _)| header == name) {
            let close = header
                .iter()
                .find(|(h, _)| !needed.contains(&h.as_str()) && nearest(h, [*name]).is_some());
            if let (Some(_), true) = (close, closed) {
                continue;
            }
            let (origin, found) = match close {
                Some((h, origin)) => (origin, format!("`{h}`")),
                None => (&start, "no such column".to_owned()),
            };
            let near = close.map(|_| (*name).to_owned());
            let allowed = format!("a header with {}", listed(needed.iter().copied()));
            fault(origin, name, format!("missing column `{name}`"), found, allowed, near);
        }
    }
    let mut out = Vec::new();
    for cells in rows {
        if cells.len() == header.len() {
            out.push(Row { cells });
        } else if let Some((_, origin)) = cells.last() {
            let found = format!("{} cells", cells.len());
            let allowed = format!("{} cells, as in the header", header.len());
            fault(origin, "row", "row of the wrong length".to_owned(), found, allowed, None);
        }
    }
    if faults.is_empty() { Ok(Csv { header, rows: out }) } else { Err(faults) }
}

/// The cells of one line, unquoted and trimmed, with their places. A quoted cell ends on its line.
fn cells(line: &str, start: usize, file: usize) -> Vec<(String, Origin)> {
    let mut out = Vec::new();
    let mut from = 0;
    loop {
        let rest = &line[from..];
        let lead = rest.len() - rest.trim_start_matches(' ').len();
        let (text, length) = if let Some(body) = rest[lead..].strip_prefix('"') {
            quoted(body, lead)
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            (rest[..end].trim().to_owned(), end)
        };
        let shown = rest[..length].trim();
        let at = start + from + lead.min(length);
        out.push((text, Origin::Text(file, at, at + shown.len())));
        from += length + 1;
        if from > line.len() {
            return out;
        }
    }
}

/// A quoted cell after its opening quote: the text, and the bytes up to the next comma.
fn quoted(body: &str, lead: usize) -> (String, usize) {
    let mut text = String::new();
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            text.push(c);
        } else if chars.next_if(|&(_, next)| next == '"').is_some() {
            text.push('"');
        } else {
            let after = at + 1;
            let end = body[after..].find(',').map_or(body.len(), |comma| after + comma);
            return (text, lead + 1 + end);
        }
    }
    (text, lead + 1 + body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Vec<TextFile> {
        vec![TextFile { shown: "t.csv".into(), text: text.into(), place: Place::Shipped }]
    }

    #[test]
    fn quoted_cells_may_hold_commas_and_quotes() {
        let files = file("a,b\n\"x, \"\"y\"\"\",2\n");
        let csv = csv(&files, 0, &["a", "b"], true).unwrap();
        assert_eq!(csv.rows[0].cells[0].0, "x, \"y\"");
        assert_eq!(csv.rows[0].cells[1].0, "2");
    }

    #[test]
    fn a_cell_knows_its_line_and_column() {
        let files = file("a,bb\n1,22\n");
        let csv = csv(&files, 0, &["a"], false).unwrap();
        let words = Words::default();
        let at = diagnostic(&files, Severity::Error, &csv.rows[0].cells[1].1, words);
        assert_eq!((at.line, at.column, at.length), (2, 3, 2));
    }

    #[test]
    fn a_misspelt_column_is_one_error_with_its_name() {
        let faults = csv(&file("dat,value\n"), 0, &["date", "value"], true).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].suggestion.as_deref(), Some("date"));
    }

    #[test]
    fn a_short_row_is_an_error_at_its_line() {
        let faults = csv(&file("a,b\n1\n"), 0, &["a", "b"], true).unwrap_err();
        assert_eq!(faults[0].line, 2);
    }
}
