//! The register in `seeds/`: what the documents claim, and every default with its one provenance.
//!
//! A parameter's default lives in `seeds/parameters/<mechanism>.toml` and nowhere else. The typed
//! structs the mechanisms read are filled from it by serde, so a parameter without a default, or a
//! default nobody reads, cannot be built.

mod parameters;
mod register;

pub use parameters::Parameters;
pub use register::{
    Card, CardStatus, ParameterSpec, Provenance, Register, RegisterError, register,
};
