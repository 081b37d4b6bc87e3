//! Every spelling of a secret goes, and nothing else does.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::Redactor;
use super::redact::REDACTED;

const SECRET: &str = "cA?n/ar>y+1 \"x\\é%";

fn redactor() -> Redactor {
    Redactor::new(&["APIKEY16".into(), SECRET.into()])
}

fn hidden(written: &str) {
    let text = format!("before {written}, after");
    assert_eq!(
        redactor().text(&text),
        "before [redacted], after",
        "{written}"
    );
}

#[test]
fn a_text_without_secrets_is_left_alone() {
    let text = "100% of \\u0041 words, APIKEY1 and cA?n/ar are not the secrets";
    assert!(matches!(redactor().text(text), Cow::Borrowed(same) if same == text));
    assert!(matches!(Redactor::default().text(text), Cow::Borrowed(_)));
}

#[test]
fn the_secret_itself_goes_wherever_it_stands() {
    hidden(SECRET);
    assert_eq!(redactor().text("APIKEY16"), "[redacted]");
    assert_eq!(
        redactor().text("APIKEY16APIKEY16-APIKEY16"),
        "[redacted][redacted]-[redacted]"
    );
    assert_eq!(redactor().text("€APIKEY16€"), "€[redacted]€");
}

#[test]
fn base64_of_every_kind_goes() {
    let secret = "??>>~~?>?";
    for secret in [secret, &secret[1..], &secret[2..]] {
        let redactor = Redactor::new(&[secret.to_owned()]);
        assert_ne!(STANDARD.encode(secret), URL_SAFE.encode(secret));
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            let text = format!("a {}, b", engine.encode(secret));
            assert_eq!(redactor.text(&text), "a [redacted], b", "{text}");
        }
    }
}

#[test]
fn a_secret_inside_other_base64_goes() {
    for before in ["", "u", "us", "use", "user:"] {
        let whole = STANDARD.encode(format!("{before}APIKEY16:and more"));
        let clean = redactor().text(&whole).into_owned();
        assert!(clean.contains(REDACTED), "{before}: {whole} {clean}");
        // Only digits that the secret shares with its neighbours are left.
        let rest = clean.replace(REDACTED, "");
        assert!(whole.len() - rest.len() >= 9, "{before}: {whole} {clean}");
    }
}

#[test]
fn the_basic_value_of_a_pair_goes_as_one() {
    let pair = [
        ("USER".to_owned(), "pw".to_owned()),
        ("a".to_owned(), "b".to_owned()),
    ];
    let redactor = Redactor::new(&[]).with_pairs(&pair);
    let value = format!("Basic {}", STANDARD.encode("USER:pw"));
    assert_eq!(redactor.text(&value), "Basic [redacted]");
    assert_eq!(redactor.text("a:b, YTpi"), "a:b, YTpi");
}

#[test]
fn percent_encoding_of_any_extent_and_case_goes() {
    hidden("cA%3Fn%2Far%3Ey%2B1%20%22x%5C%C3%A9%25");
    hidden("cA%3fn%2far%3ey%2b1%20%22x%5c%c3%a9%25");
    hidden("cA?n/ar%3Ey+1+%22x%5C%C3%A9%25");
    hidden("%63%41?n/ar>y+1 %22x\\é%25");
    let basic = STANDARD.encode("APIKEY16:x").replace('=', "%3D");
    assert_eq!(
        Redactor::new(&[])
            .with_pairs(&[("APIKEY16".into(), "x".into())])
            .text(&basic),
        "[redacted]"
    );
}

#[test]
fn json_escapes_of_any_extent_go() {
    hidden(serde_json::to_string(SECRET).unwrap().trim_matches('"'));
    hidden("cA?n\\/ar\\u003ey+1 \\\"x\\\\\\u00e9%");
    hidden("\\u0063\\u0041?n\\u002Far>y+1 \\u0022x\\u005C\\u00E9\\u0025");
    let astral = Redactor::new(&["key-\u{1F511}-end".into()]);
    assert_eq!(astral.text("key-\\ud83d\\udd11-end"), "[redacted]");
    let astral = Redactor::new(&["\u{10FFFF}-ends".into()]);
    assert_eq!(astral.text("\\udbff\\udfff-ends"), "[redacted]");
}

#[test]
fn a_secret_that_looks_escaped_is_still_found_as_it_is() {
    for secret in ["key%25end", "key\\nend", "key\\\\end", "100%+plus"] {
        let redactor = Redactor::new(&[secret.to_owned()]);
        assert_eq!(redactor.text(secret), "[redacted]", "{secret}");
    }
}

#[test]
fn secrets_that_overlap_leave_nothing_between_them() {
    let redactor = Redactor::new(&["abcdefgh".into(), "efghijkl".into(), "cdef".into()]);
    assert_eq!(redactor.text("1abcdefghijkl2"), "1[redacted]2");
}

#[test]
fn short_secrets_are_not_searched_for() {
    let redactor = Redactor::new(&["short".into(), String::new(), "longer".into()]);
    assert_eq!(redactor.text("short longer"), "short [redacted]");
}

#[test]
fn a_secret_of_many_escape_characters_costs_no_more() {
    let secret = "\\".repeat(24);
    let redactor = Redactor::new(std::slice::from_ref(&secret));
    let text = format!("{}x", "\\".repeat(400));
    assert!(redactor.text(&text).starts_with("[redacted]"));
    assert_eq!(redactor.text(&"\\".repeat(20)), "\\".repeat(20));
}

/// Each spelling cut at each of its characters: no more than two of the secret's own are left.
#[test]
fn a_cut_within_any_escape_leaves_no_part_either() {
    let secret = "Sec+ret/Canary=&<\"";
    let redactor = Redactor::new(&[secret.to_owned()]);
    let named = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '"' => "&quot;".to_owned(),
        c => c.to_string(),
    };
    let spellings: [Vec<String>; 5] = [
        secret.chars().map(named).collect(),
        secret
            .chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect(),
        secret
            .chars()
            .map(|c| format!("&#x{:x};", u32::from(c)))
            .collect(),
        secret
            .chars()
            .map(|c| format!("%{:02x}", u32::from(c)))
            .collect(),
        secret
            .chars()
            .map(|c| format!("\\u{:04x}", u32::from(c)))
            .collect(),
    ];
    for spelling in spellings {
        let whole = spelling.concat();
        let third = spelling[..3].concat().len();
        for end in third..whole.len() {
            let text = format!("xx{}…", &whole[..end]);
            assert_eq!(redactor.text(&text), "xx[redacted]…", "{text}");
        }
    }
}

#[test]
fn no_cut_leaves_a_part_of_a_secret() {
    let redactor = redactor();
    for (text, clean) in [
        ("key APIKEY…", "key [redacted]…"),
        ("key API…", "key [redacted]…"),
        ("key AP…", "key AP…"),
        ("key APIKEY", "key APIKEY"),
        (
            "got \"APIKEY1…\", not APIKEY1… or",
            "got \"[redacted]…\", not [redacted]… or",
        ),
        ("cA%3Fn%2Far%3…", "[redacted]…"),
        ("cA?n/ar>y+1 \\…", "[redacted]…"),
        ("cA?n/ar&g…", "[redacted]…"),
        ("APIKEY16…", "[redacted]…"),
        ("…APIKEY16", "…[redacted]"),
        ("x &#65;&#80;&#73;&#75;&#6…", "x [redacted]…"),
        ("x &#65;&#80;&#73;&#75;&#69…", "x [redacted]…"),
        ("x &#x41;&#x50;&#x49;&#x4…", "x [redacted]…"),
        ("x &#65;&#80;&#73;&#…", "x [redacted]…"),
        ("x \\u0041\\u0050\\u0049\\u00…", "x [redacted]…"),
    ] {
        assert_eq!(redactor.text(text), clean);
    }
    for end in 3..=11 {
        let digits = STANDARD.encode("APIKEY16:and more");
        let clean = redactor.text(&format!("{}…", &digits[..end])).into_owned();
        assert_eq!(clean, "[redacted]…", "{digits}");
    }
}

#[test]
fn a_stand_in_keeps_what_is_written_around_it_readable() {
    let redactor = redactor().standing_in();
    let body = serde_json::json!({"a": SECRET, "b": [SECRET, "x"], "APIKEY16": STANDARD.encode("APIKEY16")});
    let written = serde_json::to_string(&body).unwrap();
    let clean = redactor.text(&written).into_owned();
    let read: serde_json::Value = serde_json::from_str(&clean).unwrap();
    let new = read["a"].as_str().unwrap();
    assert_eq!(new.chars().count(), SECRET.chars().count());
    assert!(new != SECRET && read["b"][0] == new);
    let link = format!("/x?t={}", SECRET.replace('"', "%22").replace('%', "%25"));
    assert_eq!(redactor.text(&link), redactor.text(&link));
    // In a pair, each has the stand-in that it has by itself.
    let pairs = [("APIKEY16".to_owned(), SECRET.to_owned())];
    let redactor = redactor.with_pairs(&pairs);
    let pair = redactor.text(&format!("APIKEY16:{SECRET}")).into_owned();
    assert_eq!(
        pair,
        format!("{}:{}", redactor.text("APIKEY16"), redactor.text(SECRET))
    );
}

#[test]
fn what_a_body_ends_within_goes_too() {
    let redactor = redactor();
    for (body, is_whole, left) in [
        ("{\"a\": \"APIKEY1", true, "{\"a\": \"[redacted]"),
        ("{\"a\": \"APIKE", true, "{\"a\": \"APIKE"),
        ("{\"a\": \"APIKE", false, "{\"a\": \"[redacted]"),
        ("{\"a\": \"AP", false, "{\"a\": \"AP"),
        ("{\"a\": \"APIKEY1 ", false, "{\"a\": \"APIKEY1 "),
    ] {
        let clean = redactor.body(body.as_bytes(), is_whole);
        assert_eq!(clean, left.as_bytes(), "{body} {is_whole}");
    }
    let standing_in = redactor.standing_in();
    let clean = standing_in.body(b"x APIKEY1", false).into_owned();
    assert!(clean.len() == 9 && clean.starts_with(b"x ") && !clean.ends_with(b"APIKEY1"));
    assert_eq!(standing_in.bytes(b"x APIKEY1").as_ref(), b"x APIKEY1");
}

#[test]
fn headers_that_carry_credentials_are_hidden_whole() {
    let redactor = redactor();
    for name in [
        "Set-Cookie",
        "cookie",
        "AUTHORIZATION",
        "Proxy-Authorization",
    ] {
        assert_eq!(redactor.header(name, "anything"), "[redacted]");
    }
    assert_eq!(redactor.header("X-Echo", "a APIKEY16"), "a [redacted]");
    assert_eq!(redactor.header("X-Echo", "plain"), "plain");
}

#[test]
fn debug_shows_no_secret() {
    assert_eq!(
        format!("{:?}", Redactor::new(&["12345".into()]))
            .matches("12345")
            .count(),
        0
    );
}

#[test]
fn any_of_its_first_characters_may_be_spelled_in_another_way() {
    let secret = "kEy-0123456789";
    let redactor = Redactor::new(&[secret.to_owned()]);
    for at in 0..8 {
        let c = secret.chars().nth(at).unwrap();
        let code = u32::from(c);
        let spellings = [
            c.to_ascii_uppercase().to_string(),
            format!("%{code:02x}"),
            format!("%25{code:02X}"),
            format!("\\u{code:04x}"),
            format!("&#{code};"),
            format!("&amp;#x{code:x};"),
        ];
        for spelling in spellings {
            let written = format!("{}{spelling}{}", &secret[..at], &secret[at + 1..]);
            let text = format!("a {written}, b");
            assert_eq!(redactor.text(&text), "a [redacted], b", "{text}");
            let cut = format!("a {}…", &written[..written.len() - 3]);
            assert_eq!(redactor.text(&cut), "a [redacted]…", "{cut}");
        }
    }
    let cut = format!("a {}…", &secret[..3]);
    assert_eq!(redactor.text(&cut), "a [redacted]…", "{cut}");
}

#[test]
fn a_url_that_is_taken_out_stays_a_url_of_its_scheme() {
    let url = "https://docs.example.com/";
    let redactor = Redactor::new(&[url.to_owned()]).standing_in();
    let link = redactor.text("see https://docs.example.com/a").into_owned();
    assert!(
        link.starts_with("see https://") && link.ends_with("/a"),
        "{link}"
    );
    assert!(
        !link.contains("docs") && !link.contains("example"),
        "{link}"
    );
    let other = Redactor::new(&["httpsecret".to_owned()]).standing_in();
    assert!(!other.text("httpsecret").contains("http"));
}
