//! Settings that a person writes as a number with a unit: `10s`, `16MiB`. Each keeps the text it was given as.

use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;
use jiff::fmt::friendly::SpanParser;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value and how it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String", bound = "T: Clone + Unit")]
#[schemars(bound = "T: Unit", inline)]
pub struct Quantity<T> {
    text: String,
    /// The value.
    pub value: T,
}

/// What a quantity is of.
pub trait Unit: Sized {
    /// What a text that is no such quantity is not.
    const MEANT: &str;

    /// Reads a text.
    fn read(text: &str) -> Option<Self>;
}

impl Unit for Duration {
    const MEANT: &str = "a duration; write 500ms, 10s or 5m";

    fn read(text: &str) -> Option<Duration> {
        let parser = SpanParser::new();
        // A bare number is seconds.
        let seconds = || parser.parse_unsigned_duration(format!("{text}s"));
        parser
            .parse_unsigned_duration(text)
            .or_else(|_| seconds())
            .ok()
    }
}

impl Unit for ByteSize {
    const MEANT: &str = "a size; write 500KB, 16MiB or a number of bytes";

    fn read(text: &str) -> Option<ByteSize> {
        // What is too large for 64 bits is read as the largest of them.
        let size: ByteSize = text.parse().ok()?;
        (1..u64::MAX).contains(&size.as_u64()).then_some(size)
    }
}

impl<T: Unit> FromStr for Quantity<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = T::read(text).ok_or_else(|| format!("`{text}` is not {}", T::MEANT))?;
        let text = text.to_owned();
        Ok(Quantity { text, value })
    }
}

impl<T: Unit> TryFrom<String> for Quantity<T> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl<T> From<Quantity<T>> for String {
    fn from(quantity: Quantity<T>) -> String {
        quantity.text
    }
}

/// Reads a number that is not 0, for a type that holds no other.
pub fn at_least_one<T: FromStr>(text: &str) -> Result<T, String> {
    let number = text.parse();
    number.map_err(|_| format!("`{text}` is not a whole number from 1"))
}

/// A share in per cent, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(with = "f64")]
pub struct Percent(f64);

impl TryFrom<f64> for Percent {
    type Error = String;

    fn try_from(share: f64) -> Result<Self, String> {
        match (0.0..=100.0).contains(&share) {
            true => Ok(Percent(share)),
            false => Err(format!("`{share}` is not a share between 0 and 100")),
        }
    }
}

impl From<Percent> for f64 {
    fn from(share: Percent) -> f64 {
        share.0
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share: f64 = text.parse().unwrap_or(f64::NAN);
        Percent::try_from(share).map_err(|_| format!("`{text}` is not a share between 0 and 100"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        for (text, share) in [("0", 0.0), ("99.5", 99.5), ("1e2", 100.0)] {
            assert_eq!(text.parse(), Ok(Percent(share)), "{text}");
        }
        for bad in ["", "nan", "inf", "-1", "100.1", "80%"] {
            assert!(bad.parse::<Percent>().is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Percent>("101").is_err());
    }

    fn read<T: Unit>(text: &str) -> Result<T, String> {
        text.parse().map(|quantity: Quantity<T>| quantity.value)
    }

    #[test]
    fn durations() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("0.5s", 500),
            ("10s", 10_000),
            ("10", 10_000),
            ("1.5", 1_500),
            ("10 s", 10_000),
            ("1.5m", 90_000),
            ("5min", 300_000),
            ("1h", 3_600_000),
            ("0s", 0),
            ("0", 0),
        ] {
            assert_eq!(
                read(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for bad in [
            "",
            "ten",
            "10 parsecs",
            "-1s",
            "1e400s",
            "5x",
            "1s ago",
            "1d",
        ] {
            assert_eq!(
                read::<Duration>(bad),
                Err(format!("`{bad}` is not a duration; write 500ms, 10s or 5m"))
            );
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("1", 1),
            ("7b", 7),
            ("500k", 500_000),
            ("500 KB", 500_000),
            ("3kib", 3 << 10),
            ("2m", 2_000_000),
            ("2MB", 2_000_000),
            ("16MiB", 16 << 20),
            ("1g", 1_000_000_000),
            ("1GB", 1_000_000_000),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(read(text), Ok(ByteSize(bytes)), "{text}");
        }
        for bad in ["", "0", "ten", "-1", "5x", "99999999999GB"] {
            assert!(read::<ByteSize>(bad).is_err(), "{bad}");
        }
    }
}
