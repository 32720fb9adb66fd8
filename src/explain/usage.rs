//! What each shipped scenario uses.

use std::sync::OnceLock;

use crate::cards::register;
use crate::scenario::{self, Source, load};

/// A shipped scenario and what it turns on.
#[derive(Debug, Clone)]
pub struct Usage {
    /// Name.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// Number of weeks.
    pub weeks: u32,
    /// Number of regions.
    pub regions: usize,
    /// Kinds of its levers, in order, each once.
    pub levers: Vec<String>,
    /// Parameters it sets away from their defaults.
    pub parameters: Vec<String>,
    /// Cards that name it, or that its file names.
    pub cards: Vec<String>,
}

/// Every shipped scenario, read once.
pub fn shipped() -> &'static [Usage] {
    static USAGE: OnceLock<Vec<Usage>> = OnceLock::new();
    USAGE.get_or_init(|| scenario::shipped_names().filter_map(usage).collect())
}

fn usage(name: &str) -> Option<Usage> {
    // Shipped scenarios are tested to load; one that does not is left out rather than stopping a reader.
    let loaded = load(&Source::Shipped(name.to_owned()), &[]).ok()?.scenario;
    let mut levers: Vec<String> = loaded.levers.iter().map(|l| l.kind.name()).collect();
    levers.sort();
    levers.dedup();
    let values = serde_json::to_value(&loaded.parameters).ok()?;
    let own = |id: &str| {
        let (part, key) = id.split_once('.')?;
        values.get(part)?.get(key)?.as_f64()
    };
    let changed = register().parameters.iter().filter(|p| own(&p.id) != Some(p.default));
    let text = text(name);
    let cards = register().cards.iter();
    let here = cards.filter(|c| text.contains(&c.id) || c.scenarios.iter().any(|s| s == name));
    Some(Usage {
        name: name.to_owned(),
        question: loaded.question.clone(),
        weeks: loaded.weeks,
        regions: loaded.regions.len(),
        parameters: changed.map(|p| p.id.clone()).collect(),
        cards: here.map(|c| c.id.clone()).collect(),
        levers,
    })
}

/// The text of a scenario and of what it extends.
fn text(name: &str) -> String {
    let mut all = String::new();
    let mut next = Some(name.to_owned());
    // Loops are refused by the reader of scenarios; eight layers are more than any shipped one has.
    for _ in 0..8 {
        let Some(text) = next.and_then(|name| scenario::shipped_text(&name)) else { break };
        all += text;
        next = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("extends"))
            .map(|rest| rest.trim_matches(|c: char| " =\"".contains(c)).to_owned())
            .map(|name| name.strip_suffix(".toml").unwrap_or(&name).to_owned());
    }
    all
}
