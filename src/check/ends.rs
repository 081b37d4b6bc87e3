//! Whether what stands in the place of a token says that no page follows.

use std::borrow::Cow;

use crate::battery::{Collection, Next};

/// Numbers that stand for no page almost everywhere: where a cursor begins with 0, 0 leads to the first page again.
const NUMBERS: [&str; 2] = ["0", "-1"];

/// What is said where a walk ends by such a number, and the total says that there are more items.
pub(super) const DOUBTFUL: &str = "the token of the last page is a number that mostly stands for the end, but the total says that there are more items";

/// What is left of what leads on, where it does, and whether it is the end by a number of which nobody says so. `more` is
/// what the page says in as many words of whether another one follows.
pub(super) fn onward<'v>(
    collection: &Collection,
    next: Option<Cow<'v, str>>,
    more: Option<bool>,
) -> (Option<Cow<'v, str>>, bool) {
    let is_said = |next: &Cow<'_, str>| collection.ends.iter().any(|end| end == next);
    // What would lead on from the last page is there to come back with later.
    let next = next.filter(|next| !is_said(next) && more != Some(false));
    let is_token = matches!(collection.next, Next::Token(_) | Next::TokenHeader(_));
    let may_end = collection.guessed && is_token && more != Some(true);
    let ends = next
        .as_deref()
        .is_some_and(|next| may_end && NUMBERS.contains(&next));
    (next.filter(|_| !ends), ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_a_number_may_be_the_end() {
        let token = "{token: /next, parameter: cursor}";
        for (next, guessed, told, more, found) in [
            (token, true, "0", None, (None, true)),
            (token, true, "-1", None, (None, true)),
            (token, true, "7", None, (Some("7"), false)),
            (token, true, "0", Some(true), (Some("0"), false)),
            (token, true, "7", Some(false), (None, false)),
            (token, true, "end", None, (None, false)),
            (token, false, "0", None, (Some("0"), false)),
            (
                "{token-header: x, parameter: cursor}",
                true,
                "0",
                None,
                (None, true),
            ),
            ("/next", true, "0", None, (Some("0"), false)),
            ("{after: id}", true, "0", None, (Some("0"), false)),
        ] {
            let text = format!("{{items: /items, guessed: {guessed}, ends: [end], next: {next}}}");
            let collection: Collection = serde_saphyr::from_str(&text).unwrap();
            let (left, ends) = onward(&collection, Some(Cow::Borrowed(told)), more);
            assert_eq!((left.as_deref(), ends), found, "{next} {told} {more:?}");
        }
    }
}
