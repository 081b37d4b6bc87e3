//! The number of items on all pages as a header of one says it: a plain number, or what `Content-Range` has behind its slash
//! (RFC 9110, section 14.4).

use crate::exchange::Answer;

/// The total that a header of an answer says; `None` where it says none, or counts bytes.
pub fn read(answer: &Answer, name: &str) -> Option<i64> {
    number(answer.header(name).next()?).and_then(|number| number.parse().ok())
}

/// The digits of the total in the text of such a header.
fn number(text: &str) -> Option<&str> {
    let counted = match text.rsplit_once('/') {
        Some((range, _)) if range.trim_start().to_ascii_lowercase().starts_with("bytes") => None,
        Some((_, total)) => Some(total),
        None => Some(text),
    };
    let digits = counted?.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits)
}

/// The text of such a header with one more in the total.
pub fn one_more(text: &str) -> Option<String> {
    let digits = number(text)?;
    let more = digits.parse::<i64>().ok()?.checked_add(1)?;
    let before = &text[..text.trim_end().len() - digits.len()];
    Some(format!("{before}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_a_number_or_stands_behind_a_slash() {
        for (text, total, more) in [
            ("57", Some("57"), Some("58")),
            (" 9 ", Some("9"), Some(" 10")),
            ("items 0-9/57", Some("57"), Some("items 0-9/58")),
            ("0-9/57", Some("57"), Some("0-9/58")),
            ("items */0", Some("0"), Some("items */1")),
            ("items 0-9/*", None, None),
            ("bytes 0-9/57", None, None),
            ("", None, None),
            ("-1", None, None),
            ("many", None, None),
        ] {
            assert_eq!(number(text), total, "{text}");
            assert_eq!(one_more(text).as_deref(), more, "{text}");
        }
    }
}
