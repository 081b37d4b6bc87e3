//! Patterns of ECMA-262, translated and held against texts.

use serde_json::json;

use super::compiled::Compiled;
use super::ecma::translate;

/// Whether a text matches a pattern of a schema, as the schema is compiled.
fn is_match(pattern: &str, text: &str) -> bool {
    let translated = translate(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
    let again = translate(&translated.text).unwrap();
    assert_eq!(again.text, translated.text, "{pattern}");
    let compiled = Compiled::new(json!({"pattern": translated.text})).unwrap();
    compiled.is_valid(&json!(text))
}

#[test]
fn patterns_mean_what_ecma_262_says() {
    let table: &[(&str, &[&str], &[&str])] = &[
        (r"^[\w-\.]+$", &["a-b.c", "A_9"], &["a b", "é", ""]),
        (r"^a{2,}b{3,}c$", &["aabbbc"], &["abbbc"]),
        (r"^[\w-.]$", &["-", ".", "w"], &["/", "é"]),
        (r"^[\w--z]$", &["-", "z", "a"], &["!"]),
        (r"^a\bé$", &["aé"], &["é"]),
        (r"^\Bé$", &["é"], &["aé"]),
        (r"\bin\b", &["log in", "éin"], &["inn"]),
        (
            r"^\d\D\s\S$",
            &["1a\u{feff}b", "2é x"],
            &["٣a b", "1a\u{85}b"],
        ),
        (r"^[^\W\d_]+$", &["abc"], &["a1", "a_", "é"]),
        (r"^[\S]+$", &["é!"], &["a\u{a0}b"]),
        (r"^a.c$", &["abc", "a😀c"], &["a\nc", "a\rc", "a\u{2028}c"]),
        (r"^a$", &["a"], &["a\n", "\na"]),
        (r"^\/v1\/\-\@\_\é$", &["/v1/-@_é"], &["v1"]),
        (r"^[a-z&&b]~~#$", &["&~~#", "b~~#"], &["&&~~#"]),
        (r"^[[a]]$", &["[]", "a]"], &["a"]),
        (r"^[a-z^\]\\]$", &["^", "]", "\\"], &["A"]),
        (r"^[^]$", &["\n", "a"], &[""]),
        (r"a[]b|c", &["c"], &["ab"]),
        (r"^{a}$", &["{a}"], &["a"]),
        (r"^a{2}b{1,}c{0,2}?$", &["aab", "aabbcc"], &["ab", "aabccc"]),
        (r"^\x41\u0042\cJ\t\0$", &["AB\n\t\0"], &["AB"]),
        (r"^\u{1F600}\uD83D\uDE00$", &["😀😀"], &["😀"]),
        (r"^(?<year>\d{4})(?:-\d\d)?$", &["2020", "2020-01"], &["20"]),
        (r"^(?!.*\.\.)(?=.{3,})[a-z.]+$", &["a.b"], &["a..b", "ab"]),
        (r"(?<=\$)\d+(?<!0)$", &["$15"], &["15", "$10"]),
        (r"^\p{Lu}[\p{L}\-]*$", &["Éa-b"], &["éa"]),
        (r"^[^\p{L}]$", &["1"], &["é"]),
        (r"^[\b]$", &["\u{8}"], &["b"]),
        (r"^<a>$", &["<a>"], &["a"]),
        (r"^[\d-x]+$", &["1-x"], &["w"]),
        (r"^[+--]+$", &["+,-"], &["."]),
    ];
    for (pattern, good, bad) in table {
        for text in *good {
            assert!(is_match(pattern, text), "{pattern} matches {text:?}");
        }
        for text in *bad {
            assert!(!is_match(pattern, text), "{pattern} matches no {text:?}");
        }
    }
}

#[test]
fn what_authors_may_mean_otherwise_is_not_checked() {
    for (pattern, said) in [
        (r"\A[a-z]+\z", "`\\A` is no escape"),
        (r"^(a)\1$", "refers back"),
        (r"^(?<a>x)\k<a>$", "refers back"),
        (r"(?i)^a$", "`(?i)` is no group"),
        (r"(?P<a>x)", "`(?P<` is no group"),
        ("a{,3}", "is no count"),
        ("a{1, 3}", "is no count"),
        ("a{3,1}", "out of order"),
        ("a++", "nothing that `+` could repeat"),
        ("*", "nothing that `*` could repeat"),
        ("[z-a]", "out of order"),
        ("[a", "not closed"),
        ("(a", "not closed"),
        ("a)", "closes no group"),
        ("a\\", "ends with a backslash"),
        (r"\uD83D", "half a character"),
        (r"\x4", "needs 2 hexadecimal digits"),
        (r"[\1]", "no escape"),
    ] {
        let error = translate(pattern).unwrap_err();
        assert!(error.contains(said), "{pattern}: {error}");
    }
}
