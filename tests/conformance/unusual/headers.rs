//! Headers and status lines that differ from the usual ones, and mean the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use conform::mock::{Edit, Reply};

use crate::servers::change::{edit, header, on};
use crate::servers::{Row, check};

fn all(change: impl Fn(&mut Reply) + Send + Sync + 'static) -> Edit {
    edit(move |_, mut reply| {
        change(&mut reply);
        reply
    })
}

#[test]
fn media_types_and_header_names() {
    let kind = |value: &'static str| {
        Row::right(
            value,
            all(move |reply| {
                if !reply.body.is_empty() {
                    reply.set_header("Content-Type", value)
                }
            }),
        )
    };
    check(vec![
        kind("application/json; charset=utf-8"),
        kind("Application/JSON"),
        kind("application/json;charset=UTF-8"),
        kind("APPLICATION/JSON ; v=1; q=\"a;b\""),
        Row::right(
            "twenty more headers",
            all(|reply| {
                for n in 0..20 {
                    reply.headers.push(("X-More".to_owned(), format!("{n}")));
                }
                reply.set_header("Vary", "Accept-Encoding");
                reply.set_header("Set-Cookie", "a=b; HttpOnly");
                reply.set_header("Warning", "299 - \"deprecated\"");
            }),
        ),
        Row::right(
            "a limit beyond 64 bits",
            all(|reply| reply.set_header("X-RateLimit-Limit", "18446744073709551615")),
        ),
        Row::right("request ids that are numbers", numbered("")),
        Row::right("request ids with odd characters", numbered("req {} / =é")),
    ]);
}

fn numbered(prefix: &'static str) -> Edit {
    let count = AtomicU64::new(10_000_000_000);
    all(move |reply| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        reply.set_header("X-Request-Id", format!("{prefix}{number}"));
    })
}

#[test]
fn challenges() {
    let rows = [
        "Basic",
        "basic realm=\"x\"",
        "Basic realm=\"a, b=c\", charset=\"UTF-8\"",
        "Bearer realm=\"x\", error=\"invalid_token\", Basic realm=\"y\"",
        "Negotiate, Basic",
        "Basic error=\"invalid_key\", error_description=\"The API Key is invalid\"",
        "Custom",
    ];
    let mut rows: Vec<Row> = rows
        .iter()
        .map(|value| Row::right(value, header(401, "WWW-Authenticate", value)))
        .collect();
    rows.push(Row::right(
        "two header lines",
        on(401, |reply| {
            reply.set_header("WWW-Authenticate", "Bearer");
            reply
                .headers
                .push(("www-authenticate".to_owned(), "Basic realm=x".to_owned()));
        }),
    ));
    check(rows);
}

#[test]
fn rate_limits() {
    let quota = |limit: &'static str, remaining: &'static str, reset: &'static str| {
        let name = format!("{remaining} of {limit}, reset {reset}");
        Row::right(
            &name,
            on(200, move |reply| {
                reply.set_header("X-RateLimit-Limit", limit);
                reply.set_header("X-RateLimit-Remaining", remaining);
                reply.set_header("X-RateLimit-Reset", reset);
            }),
        )
    };
    let seldom = |every: u64, change: fn(&mut Reply)| {
        let count = AtomicU64::new(0);
        edit(move |_, mut reply| {
            if count.fetch_add(1, Ordering::Relaxed) % every == every - 1 {
                change(&mut reply);
            }
            reply
        })
    };
    let limited = |reply: &mut Reply| {
        *reply = Reply::empty(429);
        for (name, value) in [("Limit", "10"), ("Remaining", "0"), ("Reset", "0")] {
            reply.set_header(&format!("X-RateLimit-{name}"), value);
        }
        reply.set_header("Retry-After", "0");
        reply.set_header("X-Request-Id", crate::servers::change::moment().request_id);
    };
    check(vec![
        quota("10", "10", "0"),
        quota("0", "0", "0"),
        quota("2147483648", "9", "86400"),
        quota("5", "005", "1"),
        Row::right("429 now and then", seldom(5, limited)),
        Row::right("429 every other time", seldom(2, limited)),
        Row::right(
            "429 with a text",
            seldom(7, |reply| {
                limited_text(reply);
            }),
        ),
        Row::right(
            "503 now and then",
            seldom(6, |reply| {
                *reply = Reply::empty(503);
                reply.set_header("Retry-After", "0");
            }),
        ),
        Row::right(
            "the quota is used up now and then",
            seldom(20, |reply| {
                if reply.status == 200 {
                    reply.set_header("X-RateLimit-Remaining", "0");
                    reply.set_header("X-RateLimit-Reset", "1");
                }
            }),
        ),
        Row::right("nothing but 200 and refusals", Arc::new(|_, reply| reply)),
    ]);
}

fn limited_text(reply: &mut Reply) {
    *reply = Reply::empty(429);
    for (name, value) in [("Limit", "10"), ("Remaining", "0"), ("Reset", "0")] {
        reply.set_header(&format!("X-RateLimit-{name}"), value);
    }
    reply.set_header("Retry-After", "0");
    reply.set_header("X-Request-Id", crate::servers::change::moment().request_id);
    reply.set_header("Content-Type", "text/plain");
    reply.body = b"slow down".to_vec();
}
