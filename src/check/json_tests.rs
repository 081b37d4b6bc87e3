//! What is JSON, what is read of it, and what stands for what a parser cannot hold.

use std::cmp::Ordering;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use super::json::{self, NotRead, Parsed};
use crate::battery::Reading;

static NEVER: AtomicBool = AtomicBool::new(false);

fn parse(body: &[u8]) -> Result<Parsed, String> {
    json::parse(body, Reading::default(), &NEVER).map_err(|error| match error {
        NotRead::NotJson(why) => why,
        NotRead::TooDeep(_) => "too deep".to_owned(),
        NotRead::TooLarge => "too large".to_owned(),
        NotRead::Over => "over".to_owned(),
    })
}

#[test]
fn a_key_that_comes_twice_is_noticed_at_any_depth() {
    assert_eq!(
        parse(br#"{"a": {"b": 1, "c": 2}, "b": 3}"#).unwrap().twice,
        None
    );
    assert_eq!(
        parse(br#"[{"a": [{"b": 1, "b": 1}]}]"#)
            .unwrap()
            .twice
            .as_deref(),
        Some("b")
    );
    assert_eq!(
        parse(r#"{"é": 1, "\u00e9": 2}"#.as_bytes())
            .unwrap()
            .twice
            .as_deref(),
        Some("é")
    );
}

#[test]
fn what_is_no_json_is_said_in_words() {
    for (body, words) in [
        (&b""[..], "empty"),
        (b"<html>", "HTML"),
        (b"{\"a\": ", "cut off"),
        (b"{} x", "trailing"),
        (b"\xff\xfe", "UTF-8"),
        (b"\x1f\x8b\x08\xff", "gzip"),
        (b"{'a': 1}", "line 1"),
    ] {
        let error = parse(body).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    for cut in ["[".repeat(200_000), format!("[1e400, {}", "[".repeat(99))] {
        assert!(parse(cut.as_bytes()).unwrap_err().contains("cut off"));
    }
}

#[test]
fn what_rfc_8259_calls_json_is() {
    let long = format!("-{}", "9".repeat(400));
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let escape = "\\";
    for text in [
        "1e400",
        "-1E+400",
        "[1e-400, 0e999999999999999999999]",
        &long,
        &format!("{long}.5e3"),
        &deep,
        r#""\ud800""#,
        r#"{"\udc00\ud800x": "\uD83D\uDE00\ud83d\n"}"#,
        &format!(r#"{{"{escape}{escape}": "{escape}{escape}ud800 {escape}"", "b": 1e400}}"#),
    ] {
        assert!(
            parse(text.as_bytes()).is_ok(),
            "{text}: {:?}",
            parse(text.as_bytes())
        );
    }
}

#[test]
fn odd_values_are_told_apart_and_keep_their_kind() {
    let body = br#"[1e400, 10e399, 1e401, -1e400, "\ud800", "\ud801", "\ud83d\ude00", 1]"#;
    let Value::Array(items) = parse(body).unwrap().value else {
        panic!("an array")
    };
    assert_eq!(items[0], items[1]);
    let number = |at: usize| items[at].as_f64().unwrap();
    assert!(number(0) > 1e307 && number(2) > 1e307 && number(3) < -1e307);
    assert!(number(0) != number(2) && number(0).fract() == 0.0);
    assert_ne!(items[4], items[5]);
    assert_eq!(items[4].as_str().unwrap().chars().count(), 1);
    assert_eq!(
        (&items[6], &items[7]),
        (&Value::from("\u{1F600}"), &Value::from(1))
    );
    let twice = parse(br#"{"\ud800": 1, "\ud801": 2, "a": 1e400}"#).unwrap();
    assert_eq!(twice.twice, None);
}

#[test]
fn half_a_pair_is_no_character_of_the_same_text() {
    let private = (0x10_0000..0x10_FFFE).filter_map(char::from_u32);
    let written: Vec<String> = private.step_by(0x400).map(|c| c.to_string()).collect();
    for taken in [&written[46..47], &written[..60]] {
        let text = serde_json::to_string(&taken).unwrap();
        let with_half = text.replacen('[', r#"["\ud800", "\udbff", "#, 1);
        let Value::Array(items) = parse(with_half.as_bytes()).unwrap().value else {
            panic!("an array")
        };
        assert_ne!(items[0], items[1]);
        assert!(!items[2..].contains(&items[0]) && !items[2..].contains(&items[1]));
    }
    let in_escapes = parse(br#"["\ud800", "\udbee\udc00"]"#).unwrap().value;
    assert_ne!(in_escapes[0], in_escapes[1]);
}

#[test]
fn a_number_stays_on_its_side_of_what_a_double_rounds_it_to() {
    let zeros = "0".repeat(300);
    for (written, other, is) in [
        (format!("100.{zeros}1"), 100.0, Ordering::Greater),
        (format!("-100.{zeros}1"), -100.0, Ordering::Less),
        (format!("99.{}", "9".repeat(40)), 100.0, Ordering::Less),
        (format!("100.{zeros}"), 100.0, Ordering::Equal),
        (format!("1{zeros}0.0e-300"), 10.0, Ordering::Equal),
        ("1e-400".to_owned(), 0.0, Ordering::Greater),
        ("-1e-400".to_owned(), 0.0, Ordering::Less),
        ("0.0e-400".to_owned(), 0.0, Ordering::Equal),
        // As some write the double itself.
        (
            "0.1000000000000000055511151231257827".to_owned(),
            0.1,
            Ordering::Equal,
        ),
        (
            "0.10000000000000000555111512312578270211815834045410156250000".to_owned(),
            0.1,
            Ordering::Equal,
        ),
        (
            "18446744073709551616".to_owned(),
            18_446_744_073_709_551_616.0,
            Ordering::Equal,
        ),
        (
            "123456789012345678901234567890".to_owned(),
            1.234_567_890_123_456_8e29,
            Ordering::Equal,
        ),
    ] {
        let found = parse(written.as_bytes()).unwrap().value.as_f64().unwrap();
        assert_eq!(found.partial_cmp(&other), Some(is), "{written} {found}");
    }
}

#[test]
fn what_is_no_json_stays_none_beside_what_is_odd() {
    for text in [
        "[1e400, 01]",
        "[1e400, 1.]",
        "[1e400e1]",
        "[01e400]",
        "[1e400 1]",
        r#"["\ud800", "\x"]"#,
        r#"["\ud800", "\ud8"]"#,
        "[1e400]]",
        "[1e400, \"a\nb\"]",
    ] {
        assert!(parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn a_depth_of_ours_is_no_fault() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (depth, most, is_read) in [
        (256, 256, true),
        (512, 512, true),
        (257, 256, false),
        (100_000, 256, false),
    ] {
        let within = Reading {
            depth: most,
            ..Reading::default()
        };
        let parsed = json::parse(nested(depth).as_bytes(), within, &NEVER);
        assert_eq!(parsed.is_ok(), is_read, "{depth} {most}");
        assert!(is_read || parsed == Err(NotRead::TooDeep(depth)));
    }
}

#[test]
fn reading_ends_where_the_run_does() {
    let over = AtomicBool::new(true);
    for (body, is_read) in [
        ("[1, 2]", false),
        ("{\"a\": 1}", false),
        ("[1e400]", false),
        ("1", true),
    ] {
        let found = json::parse(body.as_bytes(), Reading::default(), &over);
        let is_over = found == Err(NotRead::Over);
        assert_eq!(is_over, !is_read, "{body}");
    }
}

#[test]
fn values_that_take_far_more_than_their_text_are_not_kept() {
    let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
    for (item, count, fits) in [
        ("{}", 400_000, true),
        ("{}", 1_000_000, false),
        ("{}", 2_000_000, false),
        ("[1]", 2_000_000, false),
        (r#"{"":0}"#, 1_000_000, false),
        (
            r#"{"id": "an ordinary id", "name": "and an ordinary name", "size": 12}"#,
            60_000,
            true,
        ),
    ] {
        let body = list(item, count);
        let mut within = Reading::default();
        let found = json::parse(body.as_bytes(), within, &NEVER);
        assert_eq!(found.is_ok(), fits, "{item}");
        assert!(fits || found == Err(NotRead::TooLarge), "{item}");
        within.largest *= 16;
        assert!(
            json::parse(body.as_bytes(), within, &NEVER).is_ok(),
            "{item}"
        );
    }
}
