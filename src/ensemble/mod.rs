//! Units of work: replicates of a scenario, run side by side, kept as a complete prefix.

mod output;
mod trace;
mod units;

pub use output::{Manifest, OutputError, RunFolder, RunState, write_tables};
pub use trace::write_trace;
pub use units::{Finished, run_replicates};
