//! What is known of a sweep so far, and its one table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::ErrorKind;

use super::log;
use super::plan::{FolderError, Planned, cell};
use crate::ensemble::{OutputError, number};

/// The table of a merged sweep.
pub const RESULTS: &str = "results.csv";
/// Units that failed, with the reason.
pub const FAILED: &str = "failed.csv";

/// Columns of these tables that are neither inputs nor outcomes.
pub const FIXED: [&str; 6] = ["point", "replicate", "unit", "seed", "status", "error"];

/// How far a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not worked yet.
    Missing,
    /// Its outcomes are known.
    Done,
    /// It failed, and may be tried again.
    Failed,
}

/// What the logs say, by unit: point by point, replicate by replicate.
#[derive(Debug, Clone)]
pub struct Results {
    /// How far each unit is.
    pub states: Vec<State>,
    /// Outcomes of each unit, NaN where undefined or unknown; empty if not asked for.
    pub values: Vec<f64>,
    /// Why units failed.
    pub errors: BTreeMap<usize, String>,
    /// The first unit of which two different results were found.
    pub conflict: Option<usize>,
    /// Sound lines of the logs that belong to no unit of this plan.
    pub strangers: usize,
}

impl Results {
    /// Reads all logs; the outcomes too if `values`.
    ///
    /// # Errors
    /// If a log cannot be read.
    pub fn read(planned: &Planned, values: bool) -> Result<Self, OutputError> {
        let plan = &planned.plan;
        let (units, width) = (plan.units(), plan.outcomes.len());
        let mut all = Self {
            states: vec![State::Missing; units],
            values: vec![f64::NAN; if values { units * width } else { 0 }],
            errors: BTreeMap::new(),
            conflict: None,
            strangers: 0,
        };
        log::read(planned.folder.path(), &mut |record| {
            // A line of another plan or version is nobody's.
            let Some(at) = planned.place(record.point, record.replicate, &record.unit) else {
                all.strangers += 1;
                return;
            };
            match record.result {
                Ok(found) if found.len() == width => {
                    if values {
                        let known = &mut all.values[at * width..(at + 1) * width];
                        let same =
                            known.iter().zip(&found).all(|(a, b)| a.to_bits() == b.to_bits());
                        if all.states[at] == State::Done && !same {
                            all.conflict.get_or_insert(at);
                        }
                        known.copy_from_slice(&found);
                    }
                    all.states[at] = State::Done;
                    all.errors.remove(&at);
                }
                Err(message) if all.states[at] != State::Done => {
                    all.states[at] = State::Failed;
                    all.errors.insert(at, message);
                }
                Ok(_) | Err(_) => {}
            }
        })?;
        Ok(all)
    }

    /// Units in this state.
    pub fn count(&self, state: State) -> usize {
        self.states.iter().filter(|s| **s == state).count()
    }

    /// Finished units of this plan that the table there already holds and the logs do not know.
    ///
    /// # Errors
    /// If the table is there and cannot be read.
    pub fn lost(&self, planned: &Planned) -> Result<usize, OutputError> {
        let path = planned.folder.path().join(RESULTS);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(OutputError::Io { path: path.display().to_string(), error }),
        };
        let lost = |row: &csv::StringRecord| {
            let finished = row.get(4) == Some("ok");
            let number = |column: usize| row.get(column).and_then(|cell| cell.parse::<u32>().ok());
            let place = number(0).zip(number(1)).zip(row.get(2));
            let at = place.and_then(|((p, r), unit)| planned.place(p as usize, r, unit));
            finished && at.is_some_and(|at| self.states[at] != State::Done)
        };
        // Of a table that is damaged somewhere, what comes before counts.
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        Ok(reader.records().map_while(Result::ok).filter(lost).count())
    }

    /// Writes `results.csv`, sorted by point and replicate, and `failed.csv`. Units that are missing have no row.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(&self, planned: &Planned) -> Result<(), FolderError> {
        let plan = &planned.plan;
        let width = plan.outcomes.len();
        let place = |at: usize| {
            let replicates = plan.replicates as usize;
            (at / replicates, (at % replicates) as u32)
        };
        planned.folder.write_with(RESULTS, |out| {
            // All but the error.
            let mut line = FIXED[..5].join(",");
            for name in
                plan.inputs.iter().map(|i| &i.path).chain(plan.outcomes.iter().map(|o| &o.id))
            {
                line.push(',');
                line.push_str(&cell(name));
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
            for (at, state) in self.states.iter().enumerate() {
                let status = match state {
                    State::Missing => continue,
                    State::Done => "ok",
                    State::Failed => "failed",
                };
                let (point, replicate) = place(at);
                let (unit, seed) = (planned.unit(point, replicate), plan.seed_of(point));
                line = format!("{point},{replicate},{unit},{seed},{status}");
                for value in &planned.points[point] {
                    line.push(',');
                    line.push_str(&cell(value.as_deref().unwrap_or_default()));
                }
                for value in &self.values[at * width..(at + 1) * width] {
                    line.push(',');
                    number(&mut line, *value);
                }
                line.push('\n');
                out.write_all(line.as_bytes())?;
            }
            Ok(())
        })?;
        if self.errors.is_empty() {
            planned.folder.remove(FAILED)?;
            return Ok(());
        }
        planned.folder.write_with(FAILED, |out| {
            out.write_all(b"point,replicate,unit,error\n")?;
            for (at, error) in &self.errors {
                let (point, replicate) = place(*at);
                let unit = planned.unit(point, replicate);
                writeln!(out, "{point},{replicate},{unit},{}", cell(error))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}
