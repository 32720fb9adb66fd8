//! The named parts a change is made of, for those who trace it.

/// One part: an input of a mechanism that can be told from its other inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Name in tables, `<mechanism>.<input>`.
    pub id: &'static str,
    /// The same in plain words.
    pub words: &'static str,
    /// Parameters that carry its strength; their cards are the cards behind it.
    pub parameters: &'static [&'static str],
}

impl Part {
    /// A part with these parameters behind it.
    pub const fn new(
        id: &'static str,
        words: &'static str,
        parameters: &'static [&'static str],
    ) -> Self {
        Self { id, words, parameters }
    }
}
