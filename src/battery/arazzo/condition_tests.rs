//! Conditions, and what is said of wrong ones.

use super::condition::*;

/// A condition with a parenthesis around each part.
fn shown(condition: &Condition) -> String {
    let operand = |one: &Operand| match one {
        Operand::Literal(value) => value.to_string(),
        Operand::Expression(one) => one.text.clone(),
    };
    let join = |all: &[Condition], sign: &str| {
        let all: Vec<String> = all.iter().map(shown).collect();
        format!("({})", all.join(sign))
    };
    match condition {
        Condition::Any(all) => join(all, " | "),
        Condition::All(all) => join(all, " & "),
        Condition::Not(one) => format!("!{}", shown(one)),
        Condition::Compare(one, how, other) => {
            format!(
                "{} {} {}",
                operand(one),
                Token::Compare(*how).shown(),
                operand(other)
            )
        }
        Condition::Is(one) => operand(one),
    }
}

#[test]
fn operators_bind_as_usual() {
    for (text, meant) in [
        ("$statusCode == 200", "$statusCode == 200"),
        (
            "$statusCode==200||$statusCode==201",
            "($statusCode == 200 | $statusCode == 201)",
        ),
        (
            "$inputs.a && $inputs.b || !$inputs.c",
            "(($inputs.a & $inputs.b) | !$inputs.c)",
        ),
        (
            "$inputs.a && ($inputs.b || $inputs.c)",
            "($inputs.a & ($inputs.b | $inputs.c))",
        ),
        ("!($statusCode != 5)", "!$statusCode != 5"),
        (
            "$response.body#/a/b >= -1.5e3",
            "$response.body#/a/b >= -1.5e3",
        ),
        (
            "$response.body.items[0].id < 3",
            "$response.body.items[0].id < 3",
        ),
        (
            "$response.body#/s == 'it''s && (ok)'",
            "$response.body#/s == \"it's && (ok)\"",
        ),
        ("{$statusCode == 401}", "$statusCode == 401"),
        ("{$statusCode} == 401", "$statusCode == 401"),
        ("($statusCode) <= (200)", "$statusCode <= 200"),
        ("null != $inputs.a", "null != $inputs.a"),
        ("true", "true"),
    ] {
        let read = Condition::parse(text).unwrap();
        let meant = meant.replace("-1.5e3", "-1500.0");
        assert_eq!(
            shown(&read)
                .replace("-1.5e3", "-1500.0")
                .replace("-1.5e+3", "-1500.0"),
            meant,
            "{text}"
        );
    }
}

#[test]
fn what_is_no_condition_is_refused() {
    for (text, said) in [
        ("$statusCode = 200", "write `==`"),
        ("$statusCode == ", "a value is missing at its end"),
        ("== 200", "a value is missing before `==`"),
        ("$statusCode 200", "`200` is one too many"),
        ("($statusCode == 200", "a parenthesis is not closed"),
        ("$statusCode == 200)", "`)` is one too many"),
        ("$status == 200", "did you mean `statusCode`?"),
        ("$response.body#/a == ok", "`ok` is no value"),
        ("$response.body#/a == \"ok\"", "single quotes"),
        ("$response.body#/a == 'ok", "has no `'` at its end"),
        ("($inputs.a == 1) == ($inputs.b == 1)", "is one too many"),
        ("", "a value is missing"),
    ] {
        let error = Condition::parse(text).unwrap_err();
        assert!(error.contains(said), "{text}: {error}\nis not\n{said}");
    }
    let deep = format!("{}true", "!".repeat(100));
    assert!(Condition::parse(&deep).unwrap_err().contains("levels"));
}
