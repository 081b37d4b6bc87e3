//! Expressions that hold, do not, cannot be used, or are beyond their budget.

use serde_json::{Value, json};

use super::expression::Expression;

fn judged(text: &str, value: &Value) -> Result<bool, String> {
    Expression::compile(text, &["x"], 1)?.holds(&[("x", value)])
}

#[test]
fn expressions_hold_or_do_not_or_say_why_not() {
    for (text, value, expected) in [
        ("0 <= x && x <= 9", json!(5), Ok(true)),
        ("0 <= x && x <= 9", json!(10), Ok(false)),
        (
            "0 <= x",
            json!("a"),
            Err("`<=` does not take int and string"),
        ),
        (
            "x.a == 1",
            json!(1),
            Err("nothing can be taken out of a value of type int"),
        ),
        (
            "x + 1 == 2",
            json!("a"),
            Err("`add` does not take string and int"),
        ),
        ("x + 1", json!(1), Err("it gives int, not true or false")),
        ("1 / x > 0", json!(0), Err("divides by zero")),
        (
            "x.a > 0",
            json!({}),
            Err("there is no `a`; ask with has(…) first"),
        ),
        ("has(x.a) && x.a > 0", json!({}), Ok(false)),
        ("x[3] == 1", json!([1]), Err("there is no entry")),
        ("x + 1 > 0", json!(i64::MAX), Err("too large")),
        (
            "size(x.y) > 0 && x.y.all(e, e.startsWith('a'))",
            json!({"y": ["ab", "ac"]}),
            Ok(true),
        ),
        (
            "x.map(e, e.n).filter(n, n > 1) == [2, 3]",
            json!([{"n": 1}, {"n": 2}, {"n": 3}]),
            Ok(true),
        ),
        (
            "x.exists_one(e, e == 1) && type(x) == list",
            json!([1, 2]),
            Ok(true),
        ),
        (
            "x.matches('^[a-z]+$') && string(1) == '1' && int('1') == 1",
            json!("abc"),
            Ok(true),
        ),
        (
            "bool('true') && double('1') == 1.0 && uint(1) == 1u && dyn(x) == x",
            json!(1),
            Ok(true),
        ),
        (
            "bytes(x) == b'a' && x.contains('a') && x.endsWith('a')",
            json!("a"),
            Ok(true),
        ),
    ] {
        match (judged(text, &value), expected) {
            (Err(why), Err(words)) => assert!(why.contains(words), "{text}: {why}"),
            (found, expected) => assert_eq!(found, expected.map_err(str::to_owned), "{text}"),
        }
    }
}

#[test]
fn what_can_be_seen_without_a_run_is_refused() {
    for (text, words) in [
        ("x &&", "Syntax error"),
        ("y > 1", "`y` is not bound; bind it, or use one of: x"),
        ("[1].all(e, e > 0) && e > 0", "`e` is not bound"),
        ("[1].all(e, [2].all(f, f > e && f > g))", "`g` is not bound"),
        ("x.nosuch()", "there is no function `nosuch`"),
        ("nosuch(x) == 1", "there is no function `nosuch`"),
        ("x.map(e) == 1", "there is no function `map`"),
        ("x.matches('(')", "a pattern that cannot be used"),
        (
            "x.matches('((a{100}){100}){100}')",
            "a pattern that cannot be used",
        ),
        ("x.matches(x)", "needs its pattern as a text"),
        ("Foo{a: 1} == x", "there is no type `Foo`"),
    ] {
        let error = judged(text, &json!(1)).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}

/// Each of these took minutes, gigabytes or the stack.
#[test]
fn nothing_is_evaluated_beyond_its_budget() {
    let list = format!(
        "[{}]",
        (0..60).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
    );
    let loops = (0..5).fold("true".to_owned(), |inner, n| {
        format!("{list}.all(e{n}, {inner})")
    });
    let doubled = (0..40).fold("['ab']".to_owned(), |inner, _| {
        format!("{inner}.map(t, t + t)")
    });
    let listed = (0..28).fold("x".to_owned(), |inner, _| {
        format!("[{inner}].map(t, t + t)[0]")
    });
    let own = (0..4).fold("true".to_owned(), |inner, n| {
        format!("x.all(e{n}, {inner})")
    });
    let many = json!((0..100).collect::<Vec<i32>>());
    for (text, words) in [
        (
            format!("x{} == 1", " + 1".repeat(1_500)),
            "levels of nesting",
        ),
        (format!("x{} == 1", ".a".repeat(4_000)), "levels of nesting"),
        (format!("x{}", "[0]".repeat(2_000)), "levels of nesting"),
        (
            format!("{}1{} == x", "(".repeat(3_000), ")".repeat(3_000)),
            "",
        ),
        (
            format!("{}{}", "[".repeat(4_000), "]".repeat(4_000)),
            "levels of nesting, at line 1, column",
        ),
        (format!("x == 1 {}", "]".repeat(4_000)), "at line 1, column"),
        (format!("x == '{}'", "a".repeat(10_000)), "longer than"),
        (format!("{} == x", vec!["x"; 1_500].join(" && ")), ""),
        (loops, "steps"),
        (own, "steps"),
        (format!("{doubled} == x"), "MiB"),
        (format!("size({listed}) == 1"), "MiB"),
    ] {
        let error = judged(&text, &many).unwrap_err();
        assert!(error.contains(words), "{}: {error}", &text[..20]);
        assert!(
            error.len() < 400 && !error.contains("ParseError"),
            "{error}"
        );
    }
    let fine = "x.all(e, x.exists(f, f == e)) && size(x.map(e, string(e) + 'ab')) == 100";
    assert_eq!(judged(fine, &many), Ok(true));
}
