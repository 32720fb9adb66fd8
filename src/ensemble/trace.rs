//! `trace.csv` and the levels its rows add up to.

use std::fmt::Write as _;

use super::{OutputError, RunFolder};
use crate::measure::contributions::Trace;

/// Writes `trace.csv` and `trace-levels.csv`; returns name and hash of each.
///
/// # Errors
/// If a file cannot be written.
pub fn write_trace(
    folder: &RunFolder,
    trace: &Trace,
) -> Result<Vec<(String, String)>, OutputError> {
    let rows = folder.write_with("trace.csv", |out| {
        out.write_all(b"week,entity,state,mechanism,card,contribution\n")?;
        let mut line = String::new();
        for row in &trace.rows {
            let (entity, state) = (&trace.entities[row.entity], &trace.states[row.state]);
            let label = &trace.labels[row.label];
            line.clear();
            let _ = writeln!(
                line,
                "{},{entity},{state},{},{},{}",
                row.week, label.id, label.cards, row.value
            );
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    })?;
    let levels = folder.write_with("trace-levels.csv", |out| {
        out.write_all(b"week,entity,state,value\n")?;
        let mut line = String::new();
        for level in &trace.levels {
            let (entity, state) = (&trace.entities[level.entity], &trace.states[level.state]);
            line.clear();
            let _ = writeln!(line, "{},{entity},{state},{}", level.week, level.value + 0.0);
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    })?;
    Ok(vec![("trace.csv".to_owned(), rows), ("trace-levels.csv".to_owned(), levels)])
}
