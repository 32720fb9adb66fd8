//! The machine under the model: addressed draws, portable maths, exact sums, the week loop, checkpoints.

pub mod ahead;
pub mod allocator;
pub mod checkpoint;
pub mod draws;
pub mod math;
pub mod profile;
pub mod replicate;
pub mod shares;
pub mod strips;
pub mod sums;
pub mod wide;
