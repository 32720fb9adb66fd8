//! Flags shared by all commands that run a scenario.

use std::path::PathBuf;

use clap::Args;

use crate::measure::Detail;

/// Flags of every command that runs.
#[derive(Debug, Clone, Default, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct SharedFlags {
    /// The run folder [default: output/NAME-HASH, the scenario and the first 8 of its hash].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Number of replicates, runs that differ only in chance [default: the scenario's].
    #[arg(long, value_name = "N")]
    pub replicates: Option<u32>,
    /// Seed of all random numbers [default: the scenario's].
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Threads to use [default: all cores]; never changes a result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub threads: Option<u32>,
    /// Simulated households per real household, a fraction in (0, 1] [default: the scenario's].
    #[arg(long, value_name = "F")]
    pub scale: Option<f64>,
    /// Number of weeks [default: the scenario's].
    #[arg(long, value_name = "N")]
    pub weeks: Option<u32>,
    /// Change one value, e.g. `waves.wave.household_size=2` or `housing.level_response=0.2`; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// How much goes into the tables.
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
    /// Draw no charts.
    #[arg(long)]
    pub no_plots: bool,
    /// Print nothing but errors.
    #[arg(long, short)]
    pub quiet: bool,
    /// Replace what is in the run folder.
    #[arg(long)]
    pub force: bool,
    /// Print where time and memory go, by mechanism and part of the state.
    #[arg(long)]
    pub profile: bool,
}

impl SharedFlags {
    /// What the flags change in the scenario, as `--set` arguments for [`crate::scenario::load`]; a flag
    /// of its own wins over a `--set` of the same key.
    pub fn sets(&self) -> Vec<String> {
        let mut sets = self.set.clone();
        sets.extend(self.replicates.map(|n| format!("replicates={n}")));
        sets.extend(self.seed.map(|n| format!("seed={n}")));
        sets.extend(self.scale.map(|f| format!("scale={f:?}")));
        sets.extend(self.weeks.map(|n| format!("weeks={n}")));
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_after_sets_so_that_they_win() {
        let flags = SharedFlags {
            set: vec!["weeks=3".into()],
            weeks: Some(5),
            scale: Some(1.0),
            ..SharedFlags::default()
        };
        assert_eq!(flags.sets(), ["weeks=3", "scale=1.0", "weeks=5"]);
    }
}
