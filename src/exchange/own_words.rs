//! What conform itself writes: its own words, and those of the contract and the battery in use. A secret that stands
//! there cannot be told from them, so it is not taken out of anything, and a warning names it.

use memchr::memmem;

use super::needles::SHORTEST;

/// The words of our own sentences.
const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/words.txt"));

/// What stands between two texts, and in no secret.
const BETWEEN: &str = "\0";

/// Texts in lower case.
#[derive(Debug, Clone, Default)]
pub struct OwnWords {
    /// One behind the other: there are hundreds of short ones.
    texts: String,
}

impl OwnWords {
    /// With the words of these texts besides our own.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> OwnWords {
        let mut all = String::new();
        for text in texts {
            all.push_str(BETWEEN);
            all.push_str(&text.to_lowercase());
        }
        OwnWords { texts: all }
    }

    /// Whether a value stands there, or is a date or a moment, as there are in most answers.
    pub fn hold(&self, value: &str) -> bool {
        let is_date =
            value.parse::<jiff::Timestamp>().is_ok() || value.parse::<jiff::civil::Date>().is_ok();
        if is_date {
            return true;
        }
        let value = value.to_lowercase();
        if self.hold_word(&value) {
            return true;
        }
        // `READY"}` stands at the end of many a JSON text where `READY` is a word of the contract.
        let word = value.trim_matches(['"', '{', '}', '[', ']', ',', ':']);
        word.len() < value.len() && (word.chars().count() < SHORTEST || self.hold_word(word))
    }

    fn hold_word(&self, value: &str) -> bool {
        let word = memmem::Finder::new(value);
        [WORDS, &self.texts]
            .iter()
            .any(|text| word.find(text.as_bytes()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_words_are_known_in_any_case() {
        let own = OwnWords::new(["/things/{id}", "A Widget"]);
        for word in [
            "expected",
            "REDACTED",
            "certificate",
            "Widget",
            "things",
            "2024-03-01T08:00:00Z",
            "2024-03-01",
            "widget\"}",
            "[\"ok\"]",
        ] {
            assert!(own.hold(word), "{word}");
        }
        for word in [
            "swordfish",
            "swordfish\"}",
            "CFMOCKFULL000001",
            "hunter2hunter2",
        ] {
            assert!(!own.hold(word), "{word}");
        }
    }
}
