//! Servers that know nothing: no case passes on them that should have shown something, none ends with exit code 0, and
//! none takes long.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conform::ledger::Verdict;
use conform::mock::{Credentials, Reply};
use conform::report::Report;
use serde_json::json;

use crate::servers::change::{failure, moment};
use crate::servers::packed;
use crate::servers::wire::{Handler, Wire, always, always_reply, head, like_reference, plain};
use crate::servers::{Row, Server, reports};

fn json_reply(status: u16, body: &serde_json::Value) -> Reply {
    Reply::json(status, body.to_string().into_bytes())
}

fn page(items: usize) -> Reply {
    let data: Vec<_> = (0..items as u64).map(crate::servers::book::item).collect();
    let list = "CustomConnectPluginVersionList";
    json_reply(
        200,
        &json!({"api_version": "ccpm/v1", "kind": list, "metadata": {}, "data": data}),
    )
}

fn row(name: &str, handler: Handler, exit: &[u8]) -> Row {
    let mut row = Row::new(name, Server::Wire(handler, "", false), exit, &[]);
    row.timeout = Duration::from_secs(2);
    row
}

fn raw(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), body].concat()
}

fn servers() -> Vec<Row> {
    let html = || {
        let mut reply = Reply::json(200, b"<html><body>Welcome to nginx!</body></html>".to_vec());
        reply.set_header("Content-Type", "text/html");
        reply
    };
    let mut redirect = Reply::empty(302);
    redirect.set_header("Location", "https://login.example.com/");
    let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let chunked = format!("{ok}Transfer-Encoding: chunked\r\n\r\n");
    let nested = "[".repeat(200_000);
    let mut rows = vec![
        row("200 {}", always_reply(json_reply(200, &json!({}))), &[1]),
        row("200 []", always_reply(json_reply(200, &json!([]))), &[1]),
        row(
            "200 null",
            always_reply(json_reply(200, &json!(null))),
            &[1],
        ),
        row("200 without body", always_reply(Reply::empty(200)), &[1]),
        row("204", always_reply(Reply::empty(204)), &[1, 3]),
        row("200 empty list", always_reply(page(0)), &[1]),
        row("200 one item", always_reply(page(1)), &[1]),
        row("200 ten items", always_reply(page(10)), &[1]),
        row("302", always_reply(redirect), &[1, 3]),
        row("HTML", always_reply(html()), &[1]),
        row("hang", always(Wire::Hang(Vec::new())), &[3]),
        row(
            "hang in the head",
            always(Wire::Hang(b"HTTP/1.1 200 OK\r\nConte".to_vec())),
            &[3],
        ),
        row(
            "hang in the body",
            always(Wire::Hang(raw(
                &format!("{ok}Content-Length: 100\r\n\r\n"),
                b"{",
            ))),
            &[1],
        ),
        row("closed", always(Wire::Close(Vec::new())), &[3]),
        row(
            "no HTTP",
            always(Wire::Close(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())),
            &[3],
        ),
        row(
            "half a body",
            always(Wire::Close(raw(
                &format!("{ok}Content-Length: 100\r\n\r\n"),
                b"{\"data\": [",
            ))),
            &[1],
        ),
        row(
            "half a chunk",
            always(Wire::Close(raw(&chunked, b"ff\r\n{"))),
            &[1],
        ),
        row(
            "no last chunk",
            always(Wire::Close(raw(&chunked, b"2\r\n{}\r\n"))),
            &[1],
        ),
        row(
            "a longer length than body",
            always(Wire::Close(raw(
                &format!("{ok}Content-Length: 3\r\n\r\n"),
                b"{}",
            ))),
            &[1],
        ),
        row(
            "a shorter length than body",
            always(Wire::Close(raw(
                &format!("{ok}Content-Length: 1\r\n\r\n"),
                b"{}",
            ))),
            &[1],
        ),
        row(
            "a length that is none",
            always(Wire::Close(raw(
                &format!("{ok}Content-Length: two\r\n\r\n"),
                b"{}",
            ))),
            &[3],
        ),
        row("endless body", endless(&chunked, "1000\r\n", b' '), &[1]),
        row("endless JSON", endless(&chunked, "1000\r\n", b'['), &[1]),
        row(
            "endless head",
            always(Wire::Endless(
                b"HTTP/1.1 200 OK\r\n".to_vec(),
                b"X-More: more and more\r\n".to_vec(),
            )),
            &[3],
        ),
        row(
            "many headers",
            always(Wire::Close(raw(
                &format!("{ok}{}\r\n", "X-A: b\r\n".repeat(1100)),
                b"",
            ))),
            &[3],
        ),
        row("gzip bomb", bomb(), &[1]),
        row(
            "broken gzip",
            always(Wire::Close(raw(
                &format!("{ok}Content-Encoding: gzip\r\n\r\n"),
                b"\x1f\x8b\x08rubbish and more",
            ))),
            &[1],
        ),
        row(
            "200,000 brackets",
            always_reply(Reply::json(200, nested.clone().into_bytes())),
            &[1],
        ),
        row(
            "200,000 objects",
            always_reply(Reply::json(200, "{\"a\":".repeat(200_000).into_bytes())),
            &[1],
        ),
        row(
            "200,000 brackets in an error",
            always_reply(Reply::json(401, nested.into_bytes())),
            &[1],
        ),
        row(
            "no UTF-8",
            always_reply(Reply::json(200, b"{\"data\": [\"\xff\"]}".to_vec())),
            &[1],
        ),
        Row::new("nobody", Server::Nobody, &[3], &[]),
    ];
    rows.push(row(
        "an empty list with all headers",
        with_headers(page(0)),
        &[1],
    ));
    rows.push(row(
        "one item with all headers",
        with_headers(page(1)),
        &[1],
    ));
    rows.push(row("nothing is ever found", nothing(), &[3]));
    for (status, exit) in [
        (400, 1),
        (401, 3),
        (403, 3),
        (404, 3),
        (405, 1),
        (410, 1),
        (418, 1),
        (429, 3),
        (500, 1),
        (501, 1),
        (502, 1),
        (503, 3),
    ] {
        rows.push(row(
            &format!("{status}"),
            always_reply(failure(status)),
            &[exit, 1],
        ));
        let mut bare = Reply::empty(status);
        bare.set_header("Content-Type", "text/plain");
        bare.body = b"no".to_vec();
        rows.push(row(
            &format!("{status} as text"),
            always_reply(bare),
            &[exit, 1],
        ));
    }
    rows
}

/// The same answer each time, but for its request id.
fn with_headers(reply: Reply) -> Handler {
    Arc::new(move |asked| Wire::Keep(plain(asked, &complete(reply.clone()))))
}

fn complete(mut reply: Reply) -> Reply {
    reply.set_header("X-Request-Id", moment().request_id);
    for name in ["Limit", "Remaining", "Reset"] {
        reply.set_header(&format!("X-RateLimit-{name}"), "1");
    }
    reply
}

/// Refuses what is to be refused, and finds nothing otherwise.
fn nothing() -> Handler {
    like_reference(|asked, reply| {
        let is_read =
            asked.credentials == Credentials::Full && asked.target.contains("environment=");
        let reply = if is_read { complete(page(0)) } else { reply };
        Wire::Keep(plain(asked, &reply))
    })
}

fn endless(head: &str, size: &str, byte: u8) -> Handler {
    let piece = [size.as_bytes(), &[byte; 0x1000], b"\r\n"].concat();
    always(Wire::Endless(head.as_bytes().to_vec(), piece))
}

fn bomb() -> Handler {
    let mut reply = Reply::json(200, packed::bomb(64));
    reply.set_header("Content-Encoding", "gzip");
    let mut bytes = head("1.1", &reply);
    bytes.extend(format!("Content-Length: {}\r\n\r\n", reply.body.len()).bytes());
    bytes.extend(&reply.body);
    always(Wire::Close(bytes))
}

#[test]
fn nothing_passes_on_a_server_that_knows_nothing() {
    let began = Instant::now();
    let mut wrong = Vec::new();
    for (row, report) in reports(servers()) {
        if !row.exit.contains(&report.exit_code) || report.exit_code == 0 {
            wrong.push(format!(
                "{}: exit {}: {:?}",
                row.name, report.exit_code, report.reasons
            ));
        }
        wrong.extend(
            vacuous(&report)
                .into_iter()
                .map(|case| format!("{}: {case} passed", row.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        began.elapsed() < Duration::from_secs(120),
        "{:?}",
        began.elapsed()
    );
}

/// The cases that passed although nothing was there to be seen.
fn vacuous(report: &Report) -> BTreeSet<String> {
    let passed = |id: &str| {
        report
            .cases
            .iter()
            .any(|case| case.id == id && case.verdict == Verdict::Pass)
    };
    let control = report
        .exchanges
        .iter()
        .find(|one| one.case == "valid-first-page");
    let answered = control.and_then(|one| one.response.as_ref());
    let is_page =
        answered.is_some_and(|answer| answer.status == 200 && answer.body.contains("ver-0"));
    let is_success = answered.is_some_and(|answer| answer.status == 200);
    let names = report.cases.iter().filter(|case| passed(&case.id));
    let names = names.filter(|case| match case.expects.as_str() {
        "success" => !is_page,
        "refusal" => !is_success,
        _ if case.id == "head"
            || case.id.starts_with("made-up")
            || case.id.starts_with("unknown-query") =>
        {
            !is_success
        }
        _ => !is_page,
    });
    names.map(|case| case.id.clone()).collect()
}
