//! Readable addresses of households: `R-<region>-<number>` for residents, `A-<wave>-<day>-<number>` for
//! arrivals. They are the addresses that draws go by, so a household keeps its own in every run of a
//! scenario with the same seed and scale.

use super::Setting;
use crate::engine::draws::{Address, Kind, origin_of};

/// Bits of an arrival's ordinal that count within its day.
const IN_DAY: u32 = 22;

/// Why a text names no household.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not look like an address.
    #[error(
        "`{text}` is no address of a household\n  allowed: R-<region>-<number> for residents, \
         A-<wave>-<day>-<number> for arrivals\n  for example: {examples}"
    )]
    Form {
        /// What was given.
        text: String,
        /// Two that exist.
        examples: String,
    },
    /// There is no such region or wave.
    #[error("`{text}`: there is no {what} `{name}`\n  allowed: {allowed}")]
    Origin {
        /// What was given.
        text: String,
        /// `region` or `wave`.
        what: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        allowed: String,
    },
    /// The number is too high, or nobody comes on that day.
    #[error("`{text}`: there is no such household at this scale\n  for example: {examples}")]
    Number {
        /// What was given.
        text: String,
        /// Some that exist.
        examples: String,
    },
}

/// The address of household `i` as text.
pub fn household_name(setting: &Setting, i: usize) -> String {
    let ordinal = setting.people.address[i].0 & ((1 << 36) - 1);
    if i < setting.residents {
        let region = &setting.scenario.regions[usize::from(setting.people.home_region[i])];
        format!("R-{}-{ordinal}", region.code)
    } else {
        let wave = &setting.scenario.waves[usize::from(setting.people.wave[i])];
        let (day, number) = (ordinal >> IN_DAY, ordinal & ((1 << IN_DAY) - 1));
        format!("A-{}-{day}-{number}", wave.id)
    }
}

/// The household with this address.
///
/// # Errors
/// If the text is no address, or nobody has it.
pub fn find_household(setting: &Setting, text: &str) -> Result<usize, AddressError> {
    let owned = text.to_owned();
    let form = || AddressError::Form { text: owned.clone(), examples: examples(setting, None) };
    let number = |word: &str| word.parse::<u64>().ok().filter(|n| *n < 1 << IN_DAY);
    let (kind, rest) = text.split_once('-').ok_or_else(form)?;
    let (rest, last) = rest.rsplit_once('-').ok_or_else(form)?;
    let last = number(last).ok_or_else(form)?;
    let (kind, what, name, ordinal) = match kind {
        "R" | "r" => (Kind::Resident, "region", rest, last),
        "A" | "a" => {
            let (wave, day) = rest.rsplit_once('-').ok_or_else(form)?;
            let day = number(day).filter(|d| *d < 1 << (36 - IN_DAY)).ok_or_else(form)?;
            (Kind::Arrival, "wave", wave, day << IN_DAY | last)
        }
        _ => return Err(form()),
    };
    let names: Vec<&str> = match kind {
        Kind::Resident => setting.scenario.regions.iter().map(|r| r.code.as_str()).collect(),
        _ => setting.scenario.waves.iter().map(|w| w.id.as_str()).collect(),
    };
    let Some(place) = names.iter().position(|n| *n == name) else {
        let allowed = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(AddressError::Origin { text: owned, what, name: name.to_owned(), allowed });
    };
    let wanted = Address::new(kind, origin_of(name), ordinal);
    setting.people.address.iter().position(|a| *a == wanted).ok_or_else(|| AddressError::Number {
        text: owned.clone(),
        examples: examples(setting, Some((what == "wave", place))),
    })
}

/// First and last household from somewhere: a wave or a region; else the first resident and arrival.
fn examples(setting: &Setting, from: Option<(bool, usize)>) -> String {
    let all = 0..setting.households();
    let found: Vec<usize> = match from {
        None => [Some(0), (setting.residents < all.end).then_some(setting.residents)]
            .into_iter()
            .flatten()
            .collect(),
        Some((true, wave)) => (setting.residents..all.end)
            .filter(|&i| usize::from(setting.people.wave[i]) == wave)
            .collect(),
        Some((false, region)) => (0..setting.residents)
            .filter(|&i| usize::from(setting.people.home_region[i]) == region)
            .collect(),
    };
    let ends = [found.first(), found.last().filter(|_| found.len() > 1)];
    let names: Vec<String> =
        ends.into_iter().flatten().map(|&i| household_name(setting, i)).collect();
    if names.is_empty() { "nobody from there".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn every_household_is_found_by_its_name() {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.1;
        let (setting, _) = populate(scenario);
        for i in 0..setting.households() {
            assert_eq!(find_household(&setting, &household_name(&setting, i)), Ok(i));
        }
    }

    #[test]
    fn a_wrong_address_is_told_what_is_right() {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.1;
        let (setting, _) = populate(scenario);
        let said =
            ["R-aa", "house 7", "X-aa-1", "R-cc-1", "A-autumn-60-0", "R-bb-99999", "A-wave-3-0"]
                .map(|text| find_household(&setting, text).unwrap_err().to_string());
        insta::assert_snapshot!(said.join("\n\n"));
    }
}
