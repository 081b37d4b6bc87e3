//! "Did you mean …?": the known name that is most like a wrong one.

/// What to append to a message about a wrong name: `; did you mean …?`, or nothing if no known name is like it at all.
pub fn hint<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    known
        .into_iter()
        .map(|name| (likeness(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// From 0 to 1. One slip of the hand is like enough, also in a word that is short.
fn likeness(wrong: &str, name: &str) -> f64 {
    let is_slip = name.len() > 2 && strsim::damerau_levenshtein(wrong, name) == 1;
    strsim::jaro_winkler(wrong, name).max(if is_slip { 0.9 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_short_word_is_seen_and_another_word_is_not() {
        for (wrong, meant) in [
            ("rnu", "run"),
            ("pove", "prove"),
            ("claues", "clauses"),
            ("runn", "run"),
        ] {
            let hint = hint(wrong, ["run", "prove", "clauses", "mock"]);
            assert_eq!(hint, format!("; did you mean `{meant}`?"), "{wrong}");
        }
        assert_eq!(hint("zzz", ["run", "prove"]), "");
    }
}
