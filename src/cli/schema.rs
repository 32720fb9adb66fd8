//! `qonaq schema`.

use crate::scenario::json_schema;

pub(super) fn schema() -> String {
    format!("{:#}\n", json_schema())
}
