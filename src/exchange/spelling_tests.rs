//! A secret in every spelling, and one in another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Redactor;

#[test]
fn every_spelling_of_a_secret_goes() {
    const SECRET: &str = "Kä?n/ar>y+1 \"x\\&%é";
    let redactor = Redactor::new(&[SECRET.to_owned()]);
    let percent = |text: &str| {
        let coded = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        coded.to_string()
    };
    let json = |text: &str| {
        let quoted = serde_json::to_string(text).unwrap();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let html = |text: &str| {
        let named = text.replace('&', "&amp;").replace('>', "&gt;");
        named
            .replace('"', "&quot;")
            .replace('/', "&#x2F;")
            .replace('é', "&#233;")
    };
    let all = |text: &str, of: &dyn Fn(char) -> String| text.chars().map(of).collect::<String>();
    let hex = SECRET
        .bytes()
        .map(|byte| format!("{byte:02X}"))
        .collect::<String>();
    let quoted = |wraps: bool| {
        let bytes = SECRET.bytes().enumerate().map(|(n, byte)| {
            let end = if wraps && n % 6 == 5 { "=\r\n" } else { "" };
            match byte {
                b'a'..=b'z' => format!("{}{end}", char::from(byte)),
                _ => format!("={byte:02X}{end}"),
            }
        });
        bytes.collect::<String>()
    };
    let base64 = |text: &str| STANDARD.encode(text);
    let lines = |text: &str, end: &str| {
        let digits: Vec<char> = text.chars().collect();
        let lines = digits
            .chunks(10)
            .map(|line| line.iter().collect::<String>());
        lines.collect::<Vec<_>>().join(end)
    };
    let spaced = |between: &str| {
        let digits = SECRET.bytes().map(|byte| format!("{byte:02x}"));
        digits.collect::<Vec<_>>().join(between)
    };
    let spellings = [
        SECRET.to_owned(),
        SECRET.to_lowercase(),
        SECRET.to_uppercase(),
        percent(SECRET),
        percent(SECRET).to_lowercase(),
        percent(&percent(SECRET)),
        percent(&percent(&percent(SECRET))),
        SECRET.replace(' ', "+"),
        json(SECRET),
        json(&json(SECRET)),
        json(&json(&json(SECRET))),
        json(&json(&json(&json(SECRET)))),
        all(SECRET, &|c| format!("\\u{:04X}", u32::from(c))),
        json(&all(SECRET, &|c| format!("\\u{:04x}", u32::from(c)))),
        all(SECRET, &|c| format!("\\{:03o}", u32::from(c))),
        html(SECRET),
        all(SECRET, &|c| c.escape_unicode().to_string()),
        format!("{SECRET:?}")[1..].trim_end_matches('"').to_owned(),
        html(&html(SECRET)),
        SECRET
            .replace('&', "&amp;")
            .replace('ä', "&auml;")
            .replace('é', "&eacute;")
            .replace('%', "&percnt;"),
        SECRET.replace('/', "~1"),
        json(&SECRET.replace('/', "~1")),
        all(SECRET, &|c| format!("%u{:04X}", u32::from(c))),
        all(SECRET, &|c| format!("\\U{:08x}", u32::from(c))),
        all(SECRET, &|c| format!("&#{};", u32::from(c))),
        all(SECRET, &|c| format!("&#X{:x};", u32::from(c))),
        json(&html(SECRET)),
        percent(&json(SECRET)),
        json(&percent(SECRET)),
        SECRET.bytes().map(char::from).collect(),
        SECRET.replace(['ä', 'é'], "\u{FFFD}"),
        SECRET
            .chars()
            .map(|c| format!("%{:02X}", u32::from(c)))
            .collect(),
        hex.to_lowercase(),
        spaced(":"),
        quoted(false),
        quoted(true),
        json(&quoted(true)),
        lines(&base64(SECRET), "\n"),
        lines(&base64(SECRET), "\r\n  "),
        json(&lines(&base64(SECRET), "\r\n")),
        base64(&base64(SECRET)).trim_end_matches('=').to_owned(),
        base64(&hex).trim_end_matches('=').to_owned(),
        hex,
    ];
    for written in spellings {
        let text = format!("before {written}, after");
        assert_eq!(
            redactor.text(&text),
            "before [redacted], after",
            "{written}"
        );
        let standing_in = redactor.clone().standing_in();
        let shaped = standing_in.text(&text).into_owned();
        assert_eq!(redactor.text(&shaped), shaped, "{written}");
        assert!(
            shaped.starts_with("before ") && shaped.ends_with(", after"),
            "{shaped}"
        );
    }
    let latin: Vec<u8> = SECRET
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let text = [b"\xff ".as_slice(), &latin, b" \xe9"].concat();
    assert_eq!(redactor.bytes(&text).as_ref(), b"\xff [redacted] \xe9");
}
