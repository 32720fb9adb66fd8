//! Units of work: replicates of a scenario, run side by side, kept as a complete prefix; and scenarios with the
//! same random numbers, compared replicate by replicate.

pub mod ablation;
mod checkpoints;
pub mod comparison;
mod comparison_tables;
pub mod outcomes;
mod output;
pub mod paired;
pub mod tournament;
mod trace;
mod units;
mod variants;
mod weightings;
pub mod work;

pub use checkpoints::{Begin, CheckpointFolder, Checkpoints, in_folder};
pub use comparison_tables::write_comparison;
pub(crate) use output::number;
pub use output::{
    Manifest, OutputError, RunFolder, RunState, VariantHash, indicators_csv, write_tables,
};
pub use trace::write_trace;
pub use units::{Finished, WorkError, run_replicates};
#[cfg(test)]
pub(crate) use variants::testing;
pub use variants::{Runs, Variant, mismatch, run_variants};
pub use weightings::{WEIGHTINGS, Weightings};
