//! `qonaq explain`.

use serde_json::Value;

use super::Failure;
use crate::explain::{Explanation, explain as look_up, page};

/// Say what a name is, where it comes from and what it touches: a card, parameter, lever, indicator,
/// mechanism, finding or scenario.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// E.g. `S1-H15`, `housing.level_response`, `dispersal`, `asking_rent`, `housing`.
    #[arg(value_name = "ID")]
    id: String,
    /// As JSON: a list, since a mechanism and an indicator may share a name.
    #[arg(long)]
    json: bool,
}

pub(super) fn explain(args: &Args) -> Result<String, Failure> {
    let found = look_up(&args.id).map_err(|unknown| Failure::Input(unknown.to_string()))?;
    if args.json {
        let all = found.iter().map(Explanation::json).collect();
        return Ok(format!("{:#}\n", Value::Array(all)));
    }
    Ok(page(&found))
}
