//! Published findings the model is held against: `seeds/evidence.toml`.

use serde::{Deserialize, Serialize};

/// How sure we are of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingStatus {
    /// It stands in a text we read.
    Verified,
    /// Arithmetic on verified figures.
    Derived,
    /// From memory or second hand; never an input, never a target.
    Unverified,
}

impl FindingStatus {
    /// Its name in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Derived => "derived",
            Self::Unverified => "unverified",
        }
    }
}

/// One published finding, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Id, e.g. `E30`.
    pub id: String,
    /// Heading it stands under.
    pub topic: String,
    /// Setting and source, short.
    pub citation: String,
    /// What was found, in our words.
    pub finding: String,
    /// How sure it is.
    pub status: FindingStatus,
    /// What to bear in mind about the status.
    #[serde(default)]
    pub caveat: Option<String>,
    /// The interval in which we would accept the model's answer; a choice of ours.
    #[serde(default)]
    pub band: Option<String>,
}

impl Finding {
    /// Status and caveat in one phrase, e.g. `verified: sign`.
    pub fn standing(&self) -> String {
        let status = self.status.name();
        self.caveat.as_ref().map_or_else(|| status.to_owned(), |c| format!("{status}: {c}"))
    }
}
