//! What stands in the place of a token to say that no page follows.

use serde_json::json;

use crate::battery::Next;
use crate::contract::{In, Operation};

use super::reading::{Answer, Member};

/// The numbers in the place of a token that say that no page follows: the parameter does not take them, or the document
/// says so.
pub fn ends(
    answer: Answer<'_>,
    operation: &Operation,
    around: &[Member<'_>],
    next: &Next,
) -> Vec<String> {
    let (Next::Token(token) | Next::TokenHeader(token)) = next else {
        return Vec::new();
    };
    let parameter = operation.parameter(In::Query, &token.parameter);
    let is_refused = |number: i64| {
        parameter.is_some_and(|one| one.allows(&json!(2)) && !one.allows(&json!(number)))
    };
    let mut members = around.iter();
    let member = members.find(|member| member.place.pointer() == token.token);
    let described = member.map(|member| answer.remark(member.node, "description"));
    let described = described.unwrap_or_default();
    let is_said = |number: i64| says_end(&described, number);
    let numbers = [-1, 0].into_iter();
    let ends = numbers.filter(|number| is_refused(*number) || is_said(*number));
    ends.map(|number| number.to_string()).collect()
}

/// Whether a text says of a number that it is the end.
fn says_end(text: &str, number: i64) -> bool {
    const ENDS: [&str; 8] = [
        "last page",
        "at the end",
        "the end of",
        "no more",
        "nothing more",
        "no further",
        "no next",
        "none left",
    ];
    let lower = text.to_lowercase();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-';
    let mut words = lower.split(|letter| !is_part(letter));
    words.any(|word| word.parse() == Ok(number)) && ENDS.iter().any(|end| lower.contains(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_end_where_the_document_says_so() {
        for (text, number, ends) in [
            ("-1 at the end", -1, true),
            ("-1 at the end", 0, false),
            ("0 on the last page", 0, true),
            ("The next page, 0-based; absent on the last page", 0, false),
            ("Is `0` if there are no more.", 0, true),
            ("Begins with 0", 0, false),
        ] {
            assert_eq!(says_end(text, number), ends, "{text}");
        }
    }
}
