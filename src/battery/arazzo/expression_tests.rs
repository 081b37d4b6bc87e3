//! Expressions and templates, and what is said of wrong ones.

use serde_json::json;

use super::expression::*;

#[test]
fn each_source_is_read() {
    let step = |id: &str| Base::Step(id.to_owned());
    for (text, base, path, tokens) in [
        ("$url", Base::Url, "", ""),
        ("$method", Base::Method, "", ""),
        ("$statusCode", Base::StatusCode, "", ""),
        (
            "$request.header.X-A",
            Base::Request(Part::Header("X-A".into())),
            "",
            "",
        ),
        (
            "$request.query.a.b",
            Base::Request(Part::Query("a.b".into())),
            "",
            "",
        ),
        (
            "$request.path.id",
            Base::Request(Part::Path("id".into())),
            "",
            "",
        ),
        ("$request.body#/a", Base::Request(Part::Body), "", "a"),
        ("$response.body", Base::Response(Part::Body), "", ""),
        (
            "$response.body#/a~1b/0",
            Base::Response(Part::Body),
            "",
            "a/b 0",
        ),
        (
            "$response.body.items[0].id",
            Base::Response(Part::Body),
            "items[0].id",
            "",
        ),
        ("$response.body[1]", Base::Response(Part::Body), "[1]", ""),
        (
            "$response.header.ETag",
            Base::Response(Part::Header("ETag".into())),
            "",
            "",
        ),
        ("$inputs.x-store.id", Base::Inputs, "x-store.id", ""),
        ("$outputs.a", Base::Outputs, "a", ""),
        ("$steps.a-b.outputs.c", step("a-b"), "c", ""),
        ("$steps.a.outputs.c#/0/id", step("a"), "c", "0 id"),
        (
            "$workflows.w.inputs.i",
            Base::Workflow("w".into(), Side::Inputs),
            "i",
            "",
        ),
        (
            "$workflows.w.outputs.o[2]",
            Base::Workflow("w".into(), Side::Outputs),
            "o[2]",
            "",
        ),
        (
            "$sourceDescriptions.api.url",
            Base::SourceUrl("api".into()),
            "",
            "",
        ),
        (
            "$components.parameters.p",
            Base::Component("p".into()),
            "",
            "",
        ),
    ] {
        let read = Expression::parse(text).unwrap();
        assert_eq!((&read.base, &*read.path), (&base, path), "{text}");
        assert_eq!(read.pointer.join(" "), tokens, "{text}");
    }
}

#[test]
fn what_is_none_is_refused_with_what_was_meant() {
    for (text, said) in [
        (
            "$step.a.outputs.b",
            "`$step` is nothing that it can begin with; did you mean `steps`?",
        ),
        (
            "$response.headers.Location",
            "there is no `headers` of a response; did you mean `header`?",
        ),
        ("$response.query.a", "there is no `query` of a response"),
        ("$response.header", "`header.NAME` names one"),
        ("$steps.a.b", "behind `a` stands `.outputs`"),
        ("$workflows.a", "behind `a` stands `.outputs or inputs`"),
        ("$statusCode.x", "nothing stands behind"),
        ("$response.body#id", "a JSON pointer such as `#/id`"),
        ("$sourceDescriptions.api", "`.url`"),
        ("status", "begins with `$`"),
    ] {
        let error = Expression::parse(text).unwrap_err();
        assert!(error.contains(said), "{error}\nis not\n{said}");
    }
}

#[test]
fn a_value_holds_expressions_alone_and_in_texts() {
    let value = json!({
        "whole": "$inputs.a",
        "braced": "{$inputs.a}",
        "text": "Bearer {$steps.s.outputs.t}!",
        "list": ["$inputs.b", 3],
        "price": "$5",
        "plain": "x {y}"
    });
    let template = Template::parse(&value, "").unwrap();
    let texts: Vec<&str> = template
        .expressions()
        .iter()
        .map(|one| &*one.text)
        .collect();
    assert_eq!(
        texts,
        ["$inputs.a", "$inputs.a", "$steps.s.outputs.t", "$inputs.b"]
    );
    let Template::Map(entries) = template else {
        panic!("a mapping");
    };
    assert!(matches!(&entries[1].1, Template::Expression(_)));
    assert_eq!(entries[2].1.shown(), "Bearer {$steps.s.outputs.t}!");
    assert_eq!(entries[4].1, Template::Literal(json!("$5")));
    for (wrong, at) in [
        (json!({"a": ["x", "$foo.b"]}), "/a/1"),
        (json!({"a": "{$inputs.a"}), "/a"),
    ] {
        assert_eq!(Template::parse(&wrong, "").unwrap_err().0, at);
    }
}
