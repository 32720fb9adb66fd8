//! Quantities with their unit written down: `"3 weeks"`, `"12 %"`, `2022-09-21`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use time::{Date, Month};

/// Days in a month of a duration: a twelfth of a year.
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Days in a year of a duration.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Longest duration, days: a century.
const LONGEST: f64 = 36_525.0;
/// Years a date may lie in, both included; keeps date arithmetic far from its limits.
const YEARS: (i32, i32) = (1900, 2200);

/// Why a text is not a quantity, and what it may have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitError {
    /// What may stand there.
    pub allowed: &'static str,
    /// A text that reads, if one is near.
    pub suggestion: Option<String>,
}

const DURATION: &str = "a duration such as \"10 days\", \"3 weeks\", \"2 months\" or \"1 year\"";
const DATE: &str = "a date such as 2022-09-21, from 1900 to 2200";
const SHARE: &str = "a share: a number from 0 to 1, or text such as \"12 %\"";
const VALUE: &str = "a number, a text, a date, `true` or `false`";
const CHANGE: &str = "a relative change above -1, such as 0.12 or \"12 %\" or \"-8 %\"";

/// Days in `"3 weeks"`, `"10 days"`, `"2 months"`, `"1 year"`.
///
/// # Errors
/// If the text is not a number and a unit, or lasts under a day or over a century.
pub fn parse_duration(text: &str) -> Result<f64, UnitError> {
    let fault = |suggestion| UnitError { allowed: DURATION, suggestion };
    let text = text.trim();
    let split = text.find(|c: char| c.is_ascii_alphabetic() || c.is_whitespace());
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let unit = unit.trim();
    let number: f64 = number.parse().map_err(|_| fault(None))?;
    let per = match unit {
        "day" | "days" => 1.0,
        "week" | "weeks" => 7.0,
        "month" | "months" => DAYS_PER_MONTH,
        "year" | "years" => DAYS_PER_YEAR,
        other => {
            let units = ["days", "weeks", "months", "years"];
            let near = if other.is_empty() {
                Some("days")
            } else {
                super::diagnostics::nearest(other, units)
            };
            let ok = |unit: &&str| parse_duration(&format!("{number} {unit}")).is_ok();
            return Err(fault(near.filter(ok).map(|unit| format!("{number} {unit}"))));
        }
    };
    let days = number * per;
    if (1.0..=LONGEST).contains(&days) { Ok(days) } else { Err(fault(None)) }
}

/// The value of `"12 %"` or `"0.12"`.
///
/// # Errors
/// If the text is no number, with or without a percent sign.
pub fn parse_percent(text: &str) -> Result<f64, UnitError> {
    let fault = || UnitError { allowed: CHANGE, suggestion: None };
    let text = text.trim();
    let value = match text.strip_suffix('%') {
        Some(number) => number.trim().parse::<f64>().map_err(|_| fault())? / 100.0,
        None => text.parse::<f64>().map_err(|_| fault())?,
    };
    if value.is_finite() { Ok(value) } else { Err(fault()) }
}

/// A share from `[0, 1]`.
///
/// # Errors
/// If it lies outside; a number up to 100 is taken for a forgotten percent sign.
pub fn share(value: f64) -> Result<f64, UnitError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    let percent = (value > 1.0 && value <= 100.0).then(|| format!("{value} %"));
    Err(UnitError { allowed: SHARE, suggestion: percent })
}

/// A relative change above -1.
///
/// # Errors
/// If it lies at or under -1, or is over a factor of 100.
pub fn change(value: f64) -> Result<f64, UnitError> {
    if value > -1.0 && value <= 100.0 {
        return Ok(value);
    }
    let percent = (value < -1.0 && value > -100.0).then(|| format!("{value} %"));
    Err(UnitError { allowed: CHANGE, suggestion: percent })
}

/// A calendar day, `YYYY-MM-DD`.
///
/// # Errors
/// If the text is no such day or lies outside 1900 to 2200.
pub fn parse_date(text: &str) -> Result<Date, UnitError> {
    let fault = || UnitError { allowed: DATE, suggestion: None };
    let mut parts = text.trim().split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|p| p.len() == digits);
        let part = part.filter(|p| p.bytes().all(|b| b.is_ascii_digit()));
        part.and_then(|p| p.parse::<u16>().ok()).ok_or_else(fault)
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return Err(fault());
    }
    date(i32::from(year), month as u8, day as u8)
}

/// A calendar day from its parts.
///
/// # Errors
/// If there is no such day or it lies outside 1900 to 2200.
pub fn date(year: i32, month: u8, day: u8) -> Result<Date, UnitError> {
    let fault = || UnitError { allowed: DATE, suggestion: None };
    if !(YEARS.0..=YEARS.1).contains(&year) {
        return Err(fault());
    }
    let month = Month::try_from(month).map_err(|_| fault())?;
    Date::from_calendar_date(year, month, day).map_err(|_| fault())
}

/// A length of time, days, written with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration(pub f64);

/// A share in `[0, 1]`, or its percentage as text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share(pub f64);

/// A relative change above -1, or its percentage as text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change(pub f64);

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

fn read<'de, D: Deserializer<'de>, T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, UnitError>,
) -> Result<T, D::Error> {
    parse(text).map_err(|e| de::Error::custom(format!("expected {}", e.allowed)))
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        read::<D, _>(&text, parse_duration).map(Self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        read::<D, _>(&text, parse_date).map(Self)
    }
}

// Percentages are numbers by the time serde sees them: the structure check has rewritten them.
impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "format": "duration", "description": DURATION,
            "pattern": "^[0-9.]+ ?(days?|weeks?|months?|years?)$",
        })
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "description": DATE })
    }
}

impl JsonSchema for Share {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["number", "string"], "format": "share", "description": SHARE,
            "minimum": 0, "maximum": 1, "pattern": "^[0-9.]+ ?%$",
        })
    }
}

impl JsonSchema for Change {
    fn schema_name() -> Cow<'static, str> {
        "Change".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["number", "string"], "format": "change", "description": CHANGE,
            "exclusiveMinimum": -1, "maximum": 100, "pattern": "^[-+]?[0-9.]+ ?%$",
        })
    }
}

/// What may stand where a quantity of this `format` of the schema is asked for.
pub(super) fn allowed(format: &str) -> Option<&'static str> {
    match format {
        "duration" => Some(DURATION),
        "date" => Some(DATE),
        "share" => Some(SHARE),
        "change" => Some(CHANGE),
        "value" => Some(VALUE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("3 weeks"), Ok(21.0));
        assert_eq!(parse_duration("1 day"), Ok(1.0));
        assert_eq!(parse_duration("2 months"), Ok(60.875));
        assert_eq!(parse_duration("1 year"), Ok(365.25));
    }

    #[test]
    fn a_duration_without_a_unit_suggests_one() {
        let error = parse_duration("14").unwrap_err();
        assert_eq!(error.suggestion.as_deref(), Some("14 days"));
    }

    #[test]
    fn a_misspelt_unit_suggests_the_right_one() {
        let error = parse_duration("3 wekes").unwrap_err();
        assert_eq!(error.suggestion.as_deref(), Some("3 weeks"));
    }

    #[test]
    fn a_duration_is_neither_empty_nor_endless() {
        assert!(parse_duration("0 days").is_err());
        assert!(parse_duration("-3 days").is_err());
        assert!(parse_duration("101 years").is_err());
        assert!(parse_duration("nan days").is_err());
    }

    #[test]
    fn percent_signs_divide_by_a_hundred() {
        assert_eq!(parse_percent("12 %"), Ok(0.12));
        assert_eq!(parse_percent("-8%"), Ok(-0.08));
        assert_eq!(parse_percent("0.5"), Ok(0.5));
        assert!(parse_percent("a lot").is_err());
        assert!(parse_percent("inf %").is_err());
    }

    #[test]
    fn a_share_over_one_is_a_forgotten_percent_sign() {
        assert_eq!(share(12.0).unwrap_err().suggestion.as_deref(), Some("12 %"));
        assert_eq!(share(-0.1).unwrap_err().suggestion, None);
        assert!(share(f64::NAN).is_err());
    }

    #[test]
    fn dates_are_real_days() {
        assert!(parse_date("2024-02-29").is_ok());
        assert!(parse_date("2023-02-29").is_err());
        assert!(parse_date("2023-2-9").is_err());
        assert!(parse_date("9999-01-01").is_err());
    }
}
