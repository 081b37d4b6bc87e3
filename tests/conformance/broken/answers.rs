//! Headers, media types and error bodies that break their clause, and bodies that are no JSON.

use conform::mock::Edit;
use serde_json::{Value, json};

use crate::servers::change::{body, edit, header, on, put, take, without_header};
use crate::servers::{Row, check};

#[test]
fn a_documented_header_is_missing() {
    let rows = [
        (200, "X-Request-Id"),
        (200, "X-RateLimit-Limit"),
        (200, "X-RateLimit-Remaining"),
        (200, "X-RateLimit-Reset"),
        (400, "X-Request-Id"),
        (401, "X-Request-Id"),
        (401, "WWW-Authenticate"),
        (403, "X-Request-Id"),
    ];
    let rows = rows.map(|(status, name)| {
        let clause = format!("{status}/header/{name}/present");
        Row::broken(
            &format!("{status} without {name}"),
            without_header(status, name),
            &clause,
        )
    });
    check(rows.to_vec());
}

#[test]
fn a_header_is_malformed() {
    let schema = |name: &str| format!("200/header/{name}/schema");
    let mut rows = Vec::new();
    for name in [
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
    ] {
        for value in ["soon", "1.5", "", "10, 10;w=60", "1e3", "0x10", "ten"] {
            rows.push(Row::broken(
                &format!("{name}: {value}"),
                header(200, name, value),
                &schema(name),
            ));
        }
    }
    let range = "rule/rate-limit-remaining-in-range";
    let relative = "rule/rate-limit-reset-is-relative";
    rows.extend([
        Row::broken(
            "remaining above the limit",
            header(200, "X-RateLimit-Remaining", "999999999"),
            range,
        ),
        Row::new(
            "quotas that are no integers and would be out of range as texts",
            crate::servers::reference(on(200, |reply| {
                reply.set_header("X-RateLimit-Limit", "+10");
                reply.set_header("X-RateLimit-Remaining", "+5");
            })),
            &[1],
            &[
                "200/header/X-RateLimit-Limit/schema",
                "200/header/X-RateLimit-Remaining/schema",
            ],
        ),
        Row::broken(
            "remaining below 0",
            header(200, "X-RateLimit-Remaining", "-1"),
            range,
        ),
        Row::broken(
            "reset as seconds since 1970",
            header(200, "X-RateLimit-Reset", "1767225600"),
            relative,
        ),
        Row::broken(
            "reset as milliseconds since 1970",
            header(200, "X-RateLimit-Reset", "1767225600000"),
            relative,
        ),
        Row::broken(
            "reset in the past",
            header(200, "X-RateLimit-Reset", "-3"),
            relative,
        ),
        Row::broken(
            "the request id is empty",
            header(200, "X-Request-Id", ""),
            "rule/request-id-is-not-empty",
        ),
        Row::broken(
            "the request id is always the same",
            header(200, "X-Request-Id", "abc"),
            "rule/request-id-never-repeats",
        ),
        Row::broken(
            "errors share a request id",
            header(401, "X-Request-Id", "7"),
            "rule/request-id-never-repeats",
        ),
        Row::broken(
            "no scheme in the challenge",
            header(401, "WWW-Authenticate", "error=\"invalid_key\""),
            "rule/unauthorized-carries-challenge",
        ),
        Row::broken(
            "an empty challenge",
            header(401, "WWW-Authenticate", ""),
            "rule/unauthorized-carries-challenge",
        ),
    ]);
    check(rows);
}

#[test]
fn a_body_is_of_another_media_type() {
    let mut rows = Vec::new();
    for status in [200, 400, 401, 403] {
        let clause = format!("{status}/content-type");
        for value in [
            "text/plain",
            "application/problem+json",
            "application/jsonx",
            "",
        ] {
            rows.push(Row::broken(
                &format!("{status} {value:?}"),
                header(status, "Content-Type", value),
                &clause,
            ));
        }
        rows.push(Row::broken(
            &format!("{status} without"),
            without_header(status, "Content-Type"),
            &clause,
        ));
        let html = on(status, |reply| {
            reply.set_header("Content-Type", "text/html");
            reply.body = b"<html>nginx</html>".to_vec();
        });
        if status != 200 {
            rows.push(Row::broken(&format!("{status} as HTML"), html, &clause));
        }
        let two = on(status, |reply| {
            let html = ("Content-Type".to_owned(), "text/html".to_owned());
            reply.headers.push(html);
        });
        rows.push(Row::broken(&format!("{status} as two"), two, &clause));
    }
    check(rows);
}

#[test]
fn a_body_is_no_json() {
    let text = |change: fn(String) -> Vec<u8>| -> Vec<(u16, Edit)> {
        let of = |status| {
            on(status, move |reply| {
                reply.body = change(String::from_utf8(reply.body.clone()).unwrap())
            })
        };
        [200, 400, 401].map(|status| (status, of(status))).to_vec()
    };
    let mut rows = Vec::new();
    let mut add = |name: &str, tail: &str, edits: Vec<(u16, Edit)>| {
        for (status, edit) in edits {
            rows.push(Row::broken(
                &format!("{name} in {status}"),
                edit,
                &format!("{status}/body/{tail}"),
            ));
        }
    };
    add(
        "a byte order mark",
        "json",
        text(|body| format!("\u{feff}{body}").into_bytes()),
    );
    add(
        "trailing garbage",
        "json",
        text(|body| format!("{body}}}").into_bytes()),
    );
    add(
        "a second document",
        "json",
        text(|body| format!("{body}\n{body}").into_bytes()),
    );
    add(
        "a comment",
        "json",
        text(|body| format!("// hello\n{body}").into_bytes()),
    );
    add("nothing", "json", text(|_| Vec::new()));
    add("blanks", "json", text(|_| b" \n".to_vec()));
    add(
        "cut off",
        "json",
        text(|body| body.as_bytes()[..body.len() - 2].to_vec()),
    );
    add(
        "single quotes",
        "json",
        text(|body| body.replace('"', "'").into_bytes()),
    );
    add(
        "no UTF-8",
        "json",
        text(|body| [body.trim_end_matches('}').as_bytes(), b", \"\xff\": 1}"].concat()),
    );
    add(
        "NaN",
        "json",
        text(|body| body.replacen('{', "{\"x\": NaN, ", 1).into_bytes()),
    );
    add(
        "a control character",
        "json",
        text(|body| body.replacen('{', "{\"x\": \"a\u{1}b\", ", 1).into_bytes()),
    );
    add(
        "gzip that nobody speaks of",
        "json",
        text(|body| crate::servers::packed::gzip(body.as_bytes())),
    );
    add(
        "a key twice",
        "json-unique-keys",
        text(|body| {
            let first = if body.contains("\"data\"") {
                "{\"kind\":\"CustomConnectPluginVersionList\","
            } else {
                "{\"errors\":[],"
            };
            body.replacen('{', first, 1).into_bytes()
        }),
    );
    add(
        "a key twice, far inside",
        "json-unique-keys",
        text(|body| {
            body.replacen("\"detail\":", "\"detail\":\"No.\",\"detail\":", 1)
                .replacen("\"phase\":", "\"phase\":\"READY\",\"phase\":", 1)
                .into_bytes()
        }),
    );
    check(rows);
}

#[test]
fn an_error_breaks_one_keyword() {
    let first = |status: u16, pointer: &'static str, value: Value| {
        body(status, move |body| {
            put(body, &format!("/errors/0{pointer}"), value.clone())
        })
    };
    let mut rows = Vec::new();
    for status in [400, 401, 403] {
        let mut add = |name: &str, clause: &str, edit: Edit| {
            let clause = if clause.starts_with("rule/") {
                clause.to_owned()
            } else {
                format!("{status}/body/{clause}")
            };
            rows.push(Row::broken(&format!("{status}: {name}"), edit, &clause));
        };
        add(
            "no errors",
            "errors/required",
            body(status, |body| take(body, "/errors")),
        );
        add(
            "errors is an object",
            "errors/type",
            body(status, |body| body["errors"] = json!({})),
        );
        add(
            "errors is empty",
            "rule/error-list-not-empty",
            body(status, |body| body["errors"] = json!([])),
        );
        add(
            "an error is a string",
            "errors[]/type",
            body(status, |body| body["errors"][0] = json!("no")),
        );
        add(
            "an error twice",
            "errors/uniqueItems",
            body(status, |body| {
                let error = body["errors"][0].clone();
                body["errors"].as_array_mut().unwrap().push(error);
            }),
        );
        add(
            "an unknown property",
            "errors[]/additionalProperties",
            first(status, "/trace", json!("x")),
        );
        add(
            "an integer for a status",
            "errors[]/status/type",
            first(status, "/status", json!(status)),
        );
        add(
            "another status",
            "rule/error-status-matches",
            first(status, "/status", json!("418")),
        );
        add(
            "the reason phrase for a status",
            "rule/error-status-matches",
            first(status, "/status", json!("Bad Request")),
        );
        add(
            "a null code",
            "errors[]/code/type",
            first(status, "/code", json!(null)),
        );
        add(
            "a number for a title",
            "errors[]/title/type",
            first(status, "/title", json!(1)),
        );
        add(
            "a list for a detail",
            "errors[]/detail/type",
            first(status, "/detail", json!([])),
        );
        add(
            "an overlong id",
            "errors[]/id/maxLength",
            first(status, "/id", json!("x".repeat(256))),
        );
        add(
            "an integer for an id",
            "errors[]/id/type",
            first(status, "/id", json!(5)),
        );
        add(
            "a string for a source",
            "errors[]/source/type",
            first(status, "/source", json!("environment")),
        );
        add(
            "a number for a parameter",
            "errors[]/source/parameter/type",
            first(status, "/source", json!({"parameter": 1})),
        );
        add(
            "a number for a pointer",
            "errors[]/source/pointer/type",
            first(status, "/source", json!({"pointer": 1})),
        );
        add(
            "a string for an error_code",
            "errors[]/error_code/type",
            first(status, "/error_code", json!("40001")),
        );
        add(
            "an error_code beyond 32 bits",
            "errors[]/error_code/format",
            first(status, "/error_code", json!(5_000_000_000u64)),
        );
        add(
            "a number for a message",
            "errors[]/message/type",
            first(status, "/message", json!(1)),
        );
    }
    rows.push(Row::broken(
        "400: another shape",
        body(400, |body| *body = json!({"message": "bad"})),
        "400/body/errors/required",
    ));
    rows.push(Row::broken(
        "401: a list",
        body(401, |body| *body = json!([])),
        "401/body/type",
    ));
    check(rows);
}

#[test]
fn a_single_answer_is_enough() {
    let count = std::sync::atomic::AtomicU64::new(0);
    let third = edit(move |_, mut reply| {
        if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2 {
            reply.remove_header("X-Request-Id");
        }
        reply
    });
    check(vec![Row::broken(
        "the third answer",
        third,
        "200/header/X-Request-Id/present",
    )]);
}
