//! Sweeps in the binary. To ship another: add its row here.

/// Name and text of every shipped sweep.
pub(super) const SWEEPS: &[(&str, &str)] =
    &[("small-town", include_str!("../../scenarios/sweeps/small-town.toml"))];

/// Names of the shipped sweeps.
pub fn names() -> impl Iterator<Item = &'static str> {
    SWEEPS.iter().map(|(name, _)| *name)
}

/// Text of a shipped sweep.
pub fn text(name: &str) -> Option<&'static str> {
    SWEEPS.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}
