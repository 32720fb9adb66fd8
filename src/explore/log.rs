//! Logs: what became of each unit, one line a unit.
//!
//! Each process writes a file of its own and only ever adds whole lines to it, so that any number of them may work on
//! one sweep at once. A line begins with a checksum of the rest: one that was torn by a crash, or damaged, is as if it
//! had never been written, and its unit is worked again. The same unit may stand in several lines: it is the same
//! each time.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::plan::LOGS;
use crate::ensemble::{OutputError, number};

/// What became of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Point.
    pub point: usize,
    /// Replicate.
    pub replicate: u32,
    /// Id of the unit.
    pub unit: String,
    /// Its outcomes, NaN where undefined; or why there are none.
    pub result: Result<Vec<f64>, String>,
}

impl Record {
    /// The line, with its line end.
    fn line(&self) -> String {
        let mut body = format!("{} {} {} ", self.point, self.replicate, self.unit);
        match &self.result {
            Ok(values) => {
                body.push_str("ok");
                for value in values {
                    body.push(' ');
                    if value.is_nan() {
                        body.push('-');
                    } else {
                        number(&mut body, *value);
                    }
                }
            }
            Err(message) => {
                body.push_str("failed ");
                body.push_str(&serde_json::Value::from(message.as_str()).to_string());
            }
        }
        format!("{} {body}\n", checksum(&body))
    }

    /// The record of a line without its line end; nothing if the line is torn or damaged.
    fn parse(line: &str) -> Option<Self> {
        let (sum, body) = line.split_once(' ')?;
        if sum != checksum(body) {
            return None;
        }
        let mut words = body.splitn(4, ' ');
        let point = words.next()?.parse().ok()?;
        let replicate = words.next()?.parse().ok()?;
        let unit = words.next()?.to_owned();
        let rest = words.next()?;
        let result = match rest.strip_prefix("failed ") {
            Some(message) => Err(serde_json::from_str(message).ok()?),
            None => Ok(values(rest.strip_prefix("ok")?)?),
        };
        Some(Self { point, replicate, unit, result })
    }
}

fn values(text: &str) -> Option<Vec<f64>> {
    let value = |word: &str| if word == "-" { Some(f64::NAN) } else { word.parse().ok() };
    text.split_ascii_whitespace().map(value).collect()
}

fn checksum(body: &str) -> String {
    blake3::hash(body.as_bytes()).to_hex()[..8].to_owned()
}

/// The log of this process; its file is made with the first record.
pub struct Log {
    folder: PathBuf,
    stem: String,
    file: Option<File>,
}

impl Log {
    /// A log in the folder of a sweep; `stem` begins its name.
    pub fn new(sweep: &Path, stem: String) -> Self {
        Self { folder: sweep.join(LOGS), stem, file: None }
    }

    /// Adds a record, whole or not at all as far as any reader can tell.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, record: &Record) -> Result<(), OutputError> {
        let (folder, stem) = (&self.folder, &self.stem);
        let fault = |error| OutputError::Io { path: folder.display().to_string(), error };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(create(folder, stem).map_err(fault)?),
        };
        file.write_all(record.line().as_bytes()).map_err(fault)
    }
}

/// A file nobody else has: the next free number after `stem`.
fn create(folder: &Path, stem: &str) -> std::io::Result<File> {
    fs::create_dir_all(folder)?;
    for k in 1.. {
        let path = folder.join(format!("{stem}.{k}.log"));
        match OpenOptions::new().append(true).create_new(true).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            done => return done,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Gives every sound record of all logs of a sweep to `each`, one at a time.
///
/// # Errors
/// If a log cannot be read.
pub fn read(sweep: &Path, each: &mut dyn FnMut(Record)) -> Result<(), OutputError> {
    let folder = sweep.join(LOGS);
    let fault = |error| OutputError::Io { path: folder.display().to_string(), error };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(fault(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|e| e == "log") {
            paths.push(path);
        }
    }
    paths.sort();
    for path in paths {
        let mut reader = BufReader::new(File::open(&path).map_err(fault)?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(fault)? > 0 {
            // The last line of a process that was killed has no end.
            let whole = line.strip_suffix(b"\n").and_then(|l| std::str::from_utf8(l).ok());
            if let Some(record) = whole.and_then(Record::parse) {
                each(record);
            }
            line.clear();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(replicate: u32, result: Result<Vec<f64>, String>) -> Record {
        Record { point: 3, replicate, unit: "0123456789abcdef".into(), result }
    }

    fn all(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        read(folder, &mut |r| found.push(format!("{r:?}"))).unwrap();
        found
    }

    #[test]
    fn what_is_added_is_read_again_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let records = [
            record(0, Ok(vec![0.1 + 0.2, -1e-300, f64::NAN, 5e17])),
            record(1, Err("a\nline, \"quoted\"".into())),
            record(2, Ok(vec![])),
        ];
        let mut log = Log::new(folder.path(), "1-of-1".into());
        for r in &records {
            log.add(r).unwrap();
        }
        let wanted: Vec<String> = records.iter().map(|r| format!("{r:?}")).collect();
        assert_eq!(all(folder.path()), wanted);
    }

    #[test]
    fn a_log_cut_at_any_byte_gives_its_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(folder.path(), "1-of-1".into());
        for replicate in 0..3 {
            log.add(&record(replicate, Ok(vec![f64::from(replicate) / 3.0]))).unwrap();
        }
        let path = folder.path().join(LOGS).join("1-of-1.1.log");
        let bytes = fs::read(&path).unwrap();
        for cut in 0..bytes.len() {
            fs::write(&path, &bytes[..cut]).unwrap();
            let whole = bytes[..cut].split(|b| *b == b'\n').count() - 1;
            assert_eq!(all(folder.path()).len(), whole, "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(folder.path(), "1-of-1".into());
        (0..2).for_each(|r| log.add(&record(r, Ok(vec![1.25]))).unwrap());
        let path = folder.path().join(LOGS).join("1-of-1.1.log");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("1.25", "1.26", 1)).unwrap();
        assert_eq!(all(folder.path()).len(), 1);
    }

    #[test]
    fn two_processes_write_to_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut logs = [0, 1].map(|_| Log::new(folder.path(), "2-of-3".into()));
        for replicate in 0..4 {
            for log in &mut logs {
                log.add(&record(replicate, Ok(vec![1.0]))).unwrap();
            }
        }
        assert_eq!(fs::read_dir(folder.path().join(LOGS)).unwrap().count(), 2);
        assert_eq!(all(folder.path()).len(), 8);
    }
}
