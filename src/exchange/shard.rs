//! A part of a run: which one, of how many. Several machines run one each, and their recordings are settled together.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most parts that a run is cut into.
const MOST: usize = 10_000;

/// One part of a run, written `I/N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shard {
    /// How many parts there are.
    pub of: usize,
    /// Which one it is, from 1.
    pub number: usize,
}

impl Shard {
    /// Whether the thing of that number, counted from 0, belongs to this part.
    pub fn owns(self, n: usize) -> bool {
        n % self.of == self.number - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> String {
        shard.to_string()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let wrong =
            || format!("`{text}` is not a shard; write I/N, such as 1/4 for the first of four");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(number) || !digits(of) {
            return Err(wrong());
        }
        let read = |part: &str| part.parse::<usize>().map_err(|_| wrong());
        let (number, of) = (read(number)?, read(of)?);
        match (number, of) {
            (_, 0) | (0, _) => Err(format!(
                "`{text}` is not a shard; both numbers count from 1"
            )),
            (number, of) if number > of => Err(format!(
                "`{text}` is not a shard; there are {of} of them, so the last one is {of}/{of}"
            )),
            (_, of) if of > MOST => Err(format!("`{text}`: at most {MOST} shards are possible")),
            (number, of) => Ok(Shard { of, number }),
        }
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Shard, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_as_many_as_there_are() {
        for text in [
            "", "1", "0/3", "4/3", "1/0", "+1/3", "a/b", "1/3/3", "1/10001",
        ] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        for of in 1..=5 {
            for n in 0..12 {
                let all = (1..=of).map(|number| format!("{number}/{of}").parse::<Shard>().unwrap());
                assert_eq!(all.filter(|shard| shard.owns(n)).count(), 1);
            }
        }
    }
}
