//! What conform itself writes: its own words, and those of the contract and the battery in use. A secret that stands
//! there cannot be told from them, so it is not taken out of anything, and a warning names it.

/// The words of our own sentences.
const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/words.txt"));

/// Texts in lower case.
#[derive(Debug, Clone, Default)]
pub struct OwnWords {
    texts: Vec<String>,
}

impl OwnWords {
    /// With the words of these texts besides our own.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> OwnWords {
        OwnWords {
            texts: texts.into_iter().map(str::to_lowercase).collect(),
        }
    }

    /// Whether a value stands there, or is a date or a moment, as there are in most answers.
    pub fn hold(&self, value: &str) -> bool {
        let is_date =
            value.parse::<jiff::Timestamp>().is_ok() || value.parse::<jiff::civil::Date>().is_ok();
        if is_date {
            return true;
        }
        let value = value.to_lowercase();
        WORDS.contains(&value) || self.texts.iter().any(|text| text.contains(&value))
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
        ] {
            assert!(own.hold(word), "{word}");
        }
        for word in ["swordfish", "CFMOCKFULL000001", "hunter2hunter2"] {
            assert!(!own.hold(word), "{word}");
        }
    }
}
