//! The reading of YAML and JSON, by examples.

use super::*;

#[test]
fn every_node_and_key_knows_its_place() {
    let root = parse("a: 1\nb:\n  - x\n  - {c: [true]}\n").unwrap();
    let b = root.entry("b").unwrap();
    assert_eq!(
        b.key,
        Mark {
            line: 2,
            column: 1,
            file: 0
        }
    );
    let items = b.node.as_sequence().unwrap();
    assert_eq!(
        items[0].mark,
        Mark {
            line: 3,
            column: 5,
            file: 0
        }
    );
    assert_eq!(
        items[1].entry("c").unwrap().key,
        Mark {
            line: 4,
            column: 6,
            file: 0
        }
    );
}

#[test]
fn nothing_is_guessed() {
    let root = parse("{a: yes, b: 010, c: 1_000, d: '200', 200: x, e: 1.0, f: ~, g: on}").unwrap();
    let json = root.to_json();
    assert_eq!(
        json,
        serde_json::json!({"a": "yes", "b": "010", "c": "1_000", "d": "200", "200": "x", "e": 1.0, "f": null, "g": "on"})
    );
}

#[test]
fn a_tag_of_somebody_elses_is_passed_over() {
    let root = parse("a: !Sub x\nb: !!str 1\n").unwrap();
    assert_eq!(root.to_json(), serde_json::json!({"a": "x", "b": "1"}));
}

#[test]
fn a_duplicate_key_is_an_error_with_its_line() {
    let error = parse("a: 1\nb: 2\na: 3\n").unwrap_err();
    assert_eq!(error.mark.line, 3, "{error}");
}

#[test]
fn json_is_yaml() {
    let root = parse("{\n\t\"a\": {\"b\": [1, -2, 1e3, \"\\u00e9\"]}\n}").unwrap();
    assert_eq!(
        root.to_json(),
        serde_json::json!({"a": {"b": [1, -2, 1000.0, "é"]}})
    );
}

#[test]
fn a_broken_text_is_told_with_its_place_and_remedy() {
    let laughs: String = (1..10)
        .map(|n| {
            format!(
                "a{n}: &a{n} [{}]\n",
                vec![format!("*a{}", n - 1); 10].join(",")
            )
        })
        .collect();
    let table: [(&str, u64, &[&str]); 18] = [
        ("a: 1\nb: 2\na: 3\n", 3, &["`a`", "line 1", "line 3"]),
        ("{\"a\": 1,\n\"a\": 2}", 2, &["`a`", "line 1", "line 2"]),
        ("a: \u{1}\n", 1, &["U+0001"]),
        ("a: b\n\u{9f}c: 1\n", 2, &["U+009F"]),
        ("a:\n  b:\n\tc: 1\n", 3, &["tab", "spaces"]),
        ("{\"a\": tru, \"b\"}}", 1, &["not valid"]),
        ("{\"a\": 1", 1, &["`,` or `}`", "is the file whole"]),
        ("a: b: c\n", 1, &["not allowed", "in quotes"]),
        ("a: @b\n", 1, &["in quotes"]),
        (
            "a: 1\n<<<<<<< HEAD\nb: 2\n=======\n",
            2,
            &["merge conflict"],
        ),
        ("a: {{ .Values.x }}\n", 1, &["template"]),
        ("a: 1\n---\nb: 2\n", 3, &["second YAML document"]),
        ("a: &x [*x]\n", 1, &["`*x`"]),
        (
            &format!("a0: &a0 [1,1,1,1]\n{laughs}"),
            7,
            &["`&a5`", "1000000"],
        ),
        ("a: *nope\n", 1, &["`*nope`", "in quotes"]),
        (
            "a: &comon 1\nb: [*common]\n",
            2,
            &["`*common`", "did you mean `comon`"],
        ),
        (
            "a: *late\nb: &late 1\n",
            1,
            &["`*late`", "`&late` stands below it"],
        ),
        ("*/*: 1\n", 1, &["`*/*:`", "in quotes"]),
    ];
    for (text, line, wanted) in table {
        let error = parse(text).unwrap_err();
        assert_eq!(error.mark.line, line, "{text:?}: {error}");
        for part in wanted {
            assert!(error.message.contains(part), "{text:?}: {error}");
        }
    }
    for (text, place) in [
        ("a: b \u{1} c\n", (1, 6)),
        ("a: 1\nb: |\n  x\n  y\u{7f}\n", (4, 4)),
        ("a: 'é \u{0} c'\n", (1, 7)),
    ] {
        let error = parse(text).unwrap_err();
        let mark = error.mark;
        assert_eq!((mark.line, mark.column), place, "{text:?}: {error}");
        assert!(error.message.contains("control character"), "{error}");
    }
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert!(
        parse(&deep).unwrap_err().message.contains("nested"),
        "{}",
        parse(&deep).unwrap_err()
    );
    let within = parse(&format!("a: {deep}")).unwrap_err();
    assert!(
        within.message.contains("nested deeper than 255"),
        "{within}"
    );
}

#[test]
fn aliases_and_merges_are_unfolded() {
    let root =
        parse("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: {<<: [*x, {b: 4, f: 5}]}\n").unwrap();
    assert_eq!(
        root.to_json(),
        serde_json::json!({"a": {"b": 1, "c": 2}, "d": {"c": 3, "b": 1}, "e": {"b": 1, "c": 2, "f": 5}})
    );
}

#[test]
fn aliases_unfold_within_a_budget_of_nodes_and_of_bytes() {
    let text = "x".repeat(1_000_000);
    let aliases = |count: usize| vec!["*long"; count].join(", ");
    let document = |count| format!("a: &long {text}\nb: [{}]\n", aliases(count));
    assert!(parse(&document(50)).is_ok());
    let over = parse(&document(51)).unwrap_err();
    let wanted = "with the alias `*long` the aliases of this document unfold to more than 50000000 bytes of text";
    assert!(over.message.contains(wanted), "{}", over.message);
    let keys = format!("a: &long {{{text}: 1}}\nb: [{}]\n", aliases(51));
    assert!(parse(&keys).is_err());
    let nodes = format!(
        "a: &n [{}]\nb: [{}]\n",
        vec!["1"; 1_000].join(", "),
        vec!["*n"; 1_000].join(", ")
    );
    let over = parse(&nodes).unwrap_err();
    assert!(
        over.message.contains("more than 1000000 nodes"),
        "{}",
        over.message
    );
}

#[test]
fn json_reads_as_serde_json_reads_it() {
    for text in [
        r#"{"a": [1, -2.5, 1e3, 0, 18446744073709551615, 123456789012345678901234567890], "b": {"c": null, "d": [true, false, {}, []]}}"#,
        "{\r\n\t\"é\\u00e9\\ud83d\\ude00\\n\": \"\u{9f}\\/\"}",
        "  [\"\"]  ",
    ] {
        let read = json::read(text, 0).unwrap();
        assert_eq!(
            read.to_json(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
    }
    let root = json::read("{\"éé\": {\n  \"é\": 1, \"b\": 2}}", 0).unwrap();
    let inner = root.entry("éé").unwrap();
    assert_eq!(inner.node.mark.column, 8);
    assert_eq!(inner.node.entry("b").unwrap().key.column, 11);
}

#[test]
fn of_a_description_the_beginning_is_read() {
    let root = parse(&format!("description: {}\ntitle: é\n", "é".repeat(30_000))).unwrap();
    assert_eq!(root.prose("description").map(str::len), Some(50_000));
    assert_eq!((root.prose("title"), root.prose("x")), (Some("é"), None));
}
