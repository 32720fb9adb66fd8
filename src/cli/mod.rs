//! The command line: one file a command. A command returns what it prints; only this file prints.

mod ablate;
mod check;
mod checkpoints;
mod compare;
mod explain;
mod flags;
mod list;
mod new;
mod run;
mod schema;
mod sweep;
mod tournament;
mod trace;
mod variants;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use flags::SharedFlags;

use crate::engine::allocator;

/// Tells whoever watches; nobody may be there any more.
fn say(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Bad usage or bad input; exit code 2.
    #[error("{0}")]
    Input(String),
    /// A run failed; exit code 1.
    #[error("{0}")]
    Run(String),
    /// Stopped by a signal; what was finished is kept; exit code 130.
    #[error("{0}")]
    Interrupted(String),
}

impl Failure {
    /// The exit code of the process.
    pub fn code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Run(_) => 1,
            Self::Interrupted(_) => 130,
        }
    }
}

/// What happens when many people arrive at once: rents, jobs, queues, fear, trust, and which policy
/// keeps the peace. Conditional "what if" statements, never forecasts about real people.
#[derive(Debug, Parser)]
#[command(
    name = "qonaq",
    version,
    after_help = "Begin with: qonaq run small-town (seconds), qonaq list, qonaq new my-city"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Compare(compare::Args),
    Ablate(ablate::Args),
    Tournament(tournament::Args),
    Sweep(sweep::Args),
    Check(check::Args),
    New(new::Args),
    List(list::Args),
    Explain(explain::Args),
    /// Print the JSON schema of scenario files, for editors.
    Schema,
    Trace(trace::Args),
}

/// Parse the arguments of the process, do what they ask, print, and say how it went: 0 done, 2 bad
/// usage or bad input, 1 a run failed, 130 interrupted.
pub fn main() -> ExitCode {
    allocator::keep();
    let done = match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Ablate(args) => ablate::ablate(&args),
        Command::Tournament(args) => tournament::tournament(&args),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Check(args) => check::check(&args),
        Command::New(args) => new::new(&args),
        Command::List(args) => list::list(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Schema => Ok(schema::schema()),
        Command::Trace(args) => trace::run(&args),
    };
    // A reader that has seen enough (`qonaq schema | head`) closes the pipe; that is no failure.
    match done {
        Ok(text) => {
            let _ = io::stdout().lock().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let _ = writeln!(io::stderr().lock(), "{}", failure.to_string().trim_end());
            ExitCode::from(failure.code())
        }
    }
}

/// An id on the command line that is not known, with the nearest that is.
fn unknown(what: &str, found: &str, known: &[&str]) -> Failure {
    let distance = |id: &&&str| strsim::damerau_levenshtein(found, id);
    let near = known.iter().min_by_key(distance).filter(|id| distance(id) <= 3);
    let help = near.map_or(String::new(), |id| format!("\n  help: did you mean `{id}`?"));
    Failure::Input(format!(
        "error: unknown {what} `{found}`\n  found: `{found}`\n  allowed: {}{help}",
        known.join(", ")
    ))
}
