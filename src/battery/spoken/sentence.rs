//! What a description says of a value that no keyword of a schema says: that it is in UTC, in lower case, a code of a list,
//! never empty. Only plain sentences count; a word that leaves room for something else makes them say nothing.

use crate::contract::names::{singular, words};

/// What is promised of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A time in UTC.
    Utc,
    /// A time that is not to come.
    NotFuture,
    /// The time of the last change, so none before the thing was made.
    LastChange,
    /// Without capitals.
    LowerCase,
    /// Without small letters.
    UpperCase,
    /// A code of that standard.
    Code(&'static str),
    /// Not empty.
    Filled,
    /// So many entries or characters at most.
    AtMost(u64),
    /// More than 0.
    Positive,
    /// 0 or more.
    NotNegative,
    /// No two of a list have the same.
    Unique,
}

/// What a value is by its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A moment, as RFC 3339 has it.
    Moment,
    /// Any other text.
    Text,
    /// A number.
    Number,
    /// A list.
    List,
}

/// Words that leave room for something else.
const DOUBTFUL: &str = "or either usually typically generally normally mostly often sometimes may might can could would if when \
while unless except otherwise optionally where depending default defaults legacy deprecated example instead only until before \
after input request requests sent";
/// What a text of so many is measured in.
const LETTERS: [&str; 5] = ["characters", "character", "chars", "letters", "symbols"];
/// What a list has so many of, whatever it is a list of.
const ENTRIES: [&str; 5] = ["item", "entry", "element", "value", "object"];

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// What a description says of a value of that name.
pub fn promises(text: &str, name: &str, kind: Kind) -> Vec<Says> {
    let text = text.replace("\n\n", ". ").replace('\n', " ");
    let parts = text.split(". ").flat_map(|part| part.split(';'));
    let sentences = parts.map(words).filter(|all| {
        // A sentence may begin with "When it was made".
        let is_moment = all.first().is_some_and(|word| word == "when");
        let mut rest = all.iter().skip(usize::from(is_moment));
        let is_doubtful = rest.any(|word| is_one_of(DOUBTFUL, word));
        !all.is_empty() && !is_doubtful
    });
    let mut out = Vec::new();
    for sentence in sentences {
        out.extend(read(&sentence, name, kind));
    }
    out
}

fn read(sentence: &[String], name: &str, kind: Kind) -> Vec<Says> {
    let said = Sentence(sentence);
    let mut out = Vec::new();
    let mut note = |holds: bool, says: Says| out.extend(holds.then_some(says));
    match kind {
        Kind::Moment => {
            note(said.is_in_utc(), Says::Utc);
            note(said.is_past(), Says::NotFuture);
            note(said.is_last_change(), Says::LastChange);
        }
        Kind::Text => {
            note(said.is_cased("lower"), Says::LowerCase);
            note(said.is_cased("upper"), Says::UpperCase);
            note(said.is_filled(), Says::Filled);
            out.extend(said.code().map(Says::Code));
            out.extend(said.most(|unit| LETTERS.contains(&unit)).map(Says::AtMost));
        }
        Kind::Number => {
            note(said.is_positive(), Says::Positive);
            note(said.is_not_negative(), Says::NotNegative);
        }
        Kind::List => {
            let noun = words(name).pop().map(|last| singular(&last));
            let is_entry = |unit: &str| {
                let unit = singular(unit);
                ENTRIES.contains(&&*unit) || Some(&unit) == noun.as_ref()
            };
            note(said.is_filled(), Says::Filled);
            out.extend(said.most(is_entry).map(Says::AtMost));
        }
    }
    if matches!(kind, Kind::Text | Kind::Number) && said.is_unique(name) {
        out.push(Says::Unique);
    }
    out
}

/// The words of one sentence.
struct Sentence<'s>(&'s [String]);

impl Sentence<'_> {
    fn has(&self, run: &str) -> bool {
        self.behind(run).is_some()
    }

    fn has_any(&self, runs: &[&str]) -> bool {
        runs.iter().any(|run| self.has(run))
    }

    fn has_word(&self, list: &str) -> bool {
        self.0.iter().any(|word| is_one_of(list, word))
    }

    /// The words behind a run of words.
    fn behind(&self, run: &str) -> Option<&[String]> {
        let run: Vec<&str> = run.split(' ').collect();
        let mut places = self.0.windows(run.len());
        let at = places.position(|window| window.iter().eq(run.iter()))?;
        Some(&self.0[at + run.len()..])
    }

    fn is_in_utc(&self) -> bool {
        self.has("in utc") && !self.has_word("not local offset converted")
    }

    fn is_past(&self) -> bool {
        const RUNS: [&str; 4] = [
            "never in the future",
            "not in the future",
            "never be in the future",
            "not be in the future",
        ];
        self.has_any(&RUNS) || self.has("cannot be in the future")
    }

    fn is_last_change(&self) -> bool {
        const RUNS: [&str; 6] = [
            "last changed",
            "last modified",
            "last updated",
            "last change",
            "last update",
            "last modification",
        ];
        self.has_any(&RUNS) && !self.has_word("not never of price status state file content source")
            || self.has("time of the last change")
    }

    fn is_cased(&self, case: &str) -> bool {
        let (one, two) = (format!("{case}case"), format!("{case} case"));
        let is_told = [one, two].into_iter().any(|case| {
            ["in", "always", "is", "all"]
                .iter()
                .any(|before| self.has(&format!("{before} {case}")))
        });
        is_told && !self.has_word("not no letter first one least starts begins contains contain insensitive sensitive name names")
    }

    fn is_filled(&self) -> bool {
        const RUNS: [&str; 7] = [
            "non empty",
            "nonempty",
            "never empty",
            "not empty",
            "never be empty",
            "not be empty",
            "cannot be empty",
        ];
        self.has_any(&RUNS)
    }

    /// The standard whose codes are meant.
    fn code(&self) -> Option<&'static str> {
        if self.has_word("not list separated codes comma plus pair subdivision like") {
            return None;
        }
        let next = |rest: &[String]| rest.first().cloned().unwrap_or_default();
        let behind = |number: &str| {
            let (two, one) = (format!("iso {number}"), format!("iso{number}"));
            self.behind(&two).or_else(|| self.behind(&one))
        };
        if behind("4217").is_some() {
            return Some("iso-4217");
        }
        if let Some(rest) = behind("3166") {
            return match &*next(rest) {
                "2" | "3" => None,
                _ if self.has("alpha 2") || self.has("alpha2") => Some("iso-3166-alpha-2"),
                _ => Some("iso-3166"),
            };
        }
        let rest = behind("639")?;
        match &*next(rest) {
            "1" => Some("iso-639-1"),
            _ => None,
        }
    }

    /// The number of at most so many of what is counted in such a unit.
    fn most(&self, is_unit: impl Fn(&str) -> bool) -> Option<u64> {
        const RUNS: [&str; 4] = ["at most", "no more than", "maximum of", "up to"];
        if self.has_word("each per every any not") {
            return None;
        }
        let rest = RUNS.iter().find_map(|run| self.behind(run))?;
        let [number, unit, ..] = rest else {
            return None;
        };
        let most = number.parse().ok()?;
        (is_unit(unit) && most > 0).then_some(most)
    }

    fn is_positive(&self) -> bool {
        const WHAT: &str = "number integer int amount value decimal quantity count";
        let rest = self.behind("positive");
        let is_told = rest.is_some_and(|rest| match rest.first() {
            Some(next) => is_one_of(WHAT, next),
            None => self.0.len() <= 3,
        });
        is_told && !self.has_word("negative not non zero never means indicates for")
    }

    fn is_not_negative(&self) -> bool {
        const RUNS: [&str; 5] = [
            "non negative",
            "nonnegative",
            "never negative",
            "not be negative",
            "cannot be negative",
        ];
        self.has_any(&RUNS)
    }

    /// Whether it says so of the member of that name itself, and not of what it has of another thing, as several may have
    /// (`product_code`).
    fn is_unique(&self, name: &str) -> bool {
        const ELSE: &str = "not non no of for to per within in among each that which identifies together combination";
        let is_own = words(name).len() == 1;
        self.has_word("unique") && self.0.len() <= 4 && !self.has_word(ELSE) && is_own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_sentence_promises() {
        for (text, name, kind, says) in [
            ("Now, in UTC.", "time", Kind::Moment, Says::Utc),
            (
                "When it was made, in UTC. Never in the future.",
                "at",
                Kind::Moment,
                Says::NotFuture,
            ),
            (
                "The time of the last change.",
                "updated_at",
                Kind::Moment,
                Says::LastChange,
            ),
            (
                "When it was last changed, in UTC.",
                "updated_at",
                Kind::Moment,
                Says::LastChange,
            ),
            ("In lower case.", "email", Kind::Text, Says::LowerCase),
            (
                "The code, always uppercase",
                "code",
                Kind::Text,
                Says::UpperCase,
            ),
            (
                "ISO 4217 code of the price.",
                "currency",
                Kind::Text,
                Says::Code("iso-4217"),
            ),
            (
                "ISO 3166-1 alpha-2 code.",
                "country",
                Kind::Text,
                Says::Code("iso-3166-alpha-2"),
            ),
            (
                "The country (ISO 3166)",
                "country",
                Kind::Text,
                Says::Code("iso-3166"),
            ),
            (
                "ISO 639-1 language code",
                "language",
                Kind::Text,
                Says::Code("iso-639-1"),
            ),
            ("A non-empty name.", "name", Kind::Text, Says::Filled),
            ("Cannot be empty.", "tags", Kind::List, Says::Filled),
            ("At most 3 notes.", "notes", Kind::List, Says::AtMost(3)),
            ("Up to 5 entries.", "notes", Kind::List, Says::AtMost(5)),
            (
                "At most 20 characters.",
                "name",
                Kind::Text,
                Says::AtMost(20),
            ),
            (
                "A positive number.",
                "capacity",
                Kind::Number,
                Says::Positive,
            ),
            (
                "Must be positive.",
                "capacity",
                Kind::Number,
                Says::Positive,
            ),
            (
                "A non-negative integer.",
                "count",
                Kind::Number,
                Says::NotNegative,
            ),
            ("A unique code.", "code", Kind::Text, Says::Unique),
        ] {
            assert!(
                promises(text, name, kind).contains(&says),
                "{text}: {says:?}"
            );
        }
    }

    #[test]
    fn what_leaves_room_promises_nothing() {
        for (text, name, kind) in [
            ("The time, usually in UTC.", "at", Kind::Moment),
            ("In UTC or local time.", "at", Kind::Moment),
            ("In the future.", "at", Kind::Moment),
            (
                "When its price was last changed, or its state.",
                "at",
                Kind::Moment,
            ),
            ("At least one letter in lower case.", "password", Kind::Text),
            (
                "Compared in lower case, not case-sensitive.",
                "name",
                Kind::Text,
            ),
            ("ISO 4217 code or a token.", "currency", Kind::Text),
            ("Comma-separated ISO 4217 codes.", "currencies", Kind::Text),
            ("ISO 3166-2 subdivision code", "region", Kind::Text),
            ("Empty if nobody gave one.", "name", Kind::Text),
            ("At most 20 characters each.", "tags", Kind::List),
            ("At most 1,000 notes.", "notes", Kind::List),
            ("Retried at most 3 times.", "attempts", Kind::List),
            (
                "Positive for credits, negative for debits.",
                "amount",
                Kind::Number,
            ),
            ("A positive number means a gain.", "change", Kind::Number),
            ("The unique id of the user.", "user_id", Kind::Text),
            ("A unique identifier.", "customerId", Kind::Text),
            ("Unique product code.", "product_code", Kind::Text),
            ("Unique within its folder.", "name", Kind::Text),
            ("Not unique.", "name", Kind::Text),
        ] {
            assert_eq!(promises(text, name, kind), [], "{text}");
        }
    }
}
