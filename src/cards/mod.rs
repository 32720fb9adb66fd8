//! The register in `seeds/`: what the documents claim, every default with its one provenance, findings, and
//! what stands behind the levers.
//!
//! A parameter's default lives in `seeds/parameters/<mechanism>.toml` and nowhere else. The typed
//! structs the mechanisms read are filled from it by serde, so a parameter without a default, or a
//! default nobody reads, cannot be built.

mod evidence;
mod levers;
mod parameters;
mod register;
mod switches;

pub use evidence::{Finding, FindingStatus};
pub use levers::LeverOrigin;
pub use parameters::Parameters;
pub use register::{
    Card, CardStatus, ParameterSpec, Prior, Provenance, Register, RegisterError, register,
};
pub use switches::{Contradiction, Off, Reading, ReadingLever, Switches, switches};
