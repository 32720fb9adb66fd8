//! qonaq: a parallel agent-based simulator of migration shocks and social tension.
//!
//! The data walks down this list once: a scenario file becomes a checked [`scenario`], with parameters
//! from the register of [`cards`]; [`world`] builds week 0; [`engine`] runs the weeks of
//! [`mechanisms`]; [`measure`] reads indicators; [`report`] shows them. [`ensemble`] works many runs side by
//! side, [`explore`] asks for them. [`explain`] answers for every name of all this.

pub mod cards;
pub mod cli;
pub mod engine;
pub mod ensemble;
pub mod explain;
pub mod explore;
pub mod measure;
pub mod mechanisms;
pub mod report;
pub mod scenario;
pub mod world;

/// Version of this program; results of one version are told from those of another by it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
