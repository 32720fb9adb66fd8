//! `qonaq schema`.

use super::Failure;
use crate::scenario::json_schema;

/// Print the JSON schema of scenario files, for editors.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn schema(_: &Args) -> Result<String, Failure> {
    Ok(format!("{:#}\n", json_schema()))
}
