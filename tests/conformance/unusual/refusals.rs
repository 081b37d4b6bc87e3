//! Refusals in all the ways that are right.

use conform::mock::{Credentials, ENVIRONMENT, Edit, PLUGIN_ID, Reply};
use serde_json::{Value, json};

use crate::servers::change::{answer_to, body, edit, failure, moment, query, valid_page};
use crate::servers::{Row, check};

fn text(status: u16) -> Reply {
    let mut reply = Reply::empty(status);
    reply.set_header("Content-Type", "text/plain");
    reply.body = b"404 page not found\n".to_vec();
    reply
}

fn empty() -> Reply {
    let target = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment=env-none");
    let mut reply = answer_to(&target);
    reply.set_header("X-Request-Id", moment().request_id);
    reply
}

/// Gives this reply to reads of a plugin or an environment that nobody has.
fn unknown(reply: fn() -> Reply) -> Edit {
    edit(move |seen, given| {
        let is_plugin = seen.target.contains(&format!("/{PLUGIN_ID}/"));
        let is_environment =
            query(seen.target, "environment").is_none_or(|name| name == ENVIRONMENT);
        let is_read = seen.credentials == Credentials::Full && seen.method == "GET";
        if is_read && !(is_plugin && is_environment) {
            reply()
        } else {
            given
        }
    })
}

/// Sends paths with this text on, as routers do.
fn sent_on(text: &'static str) -> Edit {
    edit(move |seen, given| {
        let path = seen.target.split('?').next().unwrap_or_default();
        match path.contains(text) && seen.credentials == Credentials::Full {
            true => {
                let mut reply = Reply::empty(301);
                reply.set_header("Location", "/plugins");
                reply
            }
            false => given,
        }
    })
}

#[test]
fn unknown_and_hostile_values() {
    let long = |status: u16| {
        edit(move |seen, given| {
            if seen.target.len() > 4000 {
                failure(status)
            } else {
                given
            }
        })
    };
    check(vec![
        Row::right("404 as text", unknown(|| text(404))),
        Row::right("404", unknown(|| failure(404))),
        Row::right("403", unknown(|| failure(403))),
        Row::right("400", unknown(|| failure(400))),
        Row::right("an empty list", unknown(empty)),
        Row::right("414 for what is too long", long(414)),
        Row::right("431 for what is too long", long(431)),
        Row::right("paths with a dot are sent on", sent_on("..")),
        Row::right("paths with an escaped slash are sent on", sent_on("%2F")),
        Row::right(
            "414 as text",
            edit(|seen, given| {
                if seen.target.len() > 4000 {
                    text(414)
                } else {
                    given
                }
            }),
        ),
    ]);
}

#[test]
fn head_and_undeclared_parameters() {
    let head = |name: &str, reply: fn() -> Reply| {
        Row::right(
            name,
            edit(move |seen, given| {
                if seen.method == "HEAD" {
                    reply()
                } else {
                    given
                }
            }),
        )
    };
    let refused = |text: &'static str, status: u16| {
        let edit = edit(move |seen, given| {
            if seen.target.contains(text) {
                failure(status)
            } else {
                given
            }
        });
        Row::right(&format!("{text} is {status}"), edit)
    };
    check(vec![
        head("HEAD 200 without headers", || Reply::empty(200)),
        head("HEAD 200 with the page's headers", valid_page),
        head("HEAD 404", || Reply::empty(404)),
        head("HEAD 405", || failure(405)),
        head("HEAD 501", || text(501)),
        refused("conform_unknown", 400),
        refused("conform_unknown", 422),
        refused("conform-made-up", 400),
        refused("conform-made-up", 404),
        refused("conform-made-up", 410),
        Row::right(
            "a made-up token is ignored",
            edit(|seen, given| {
                if seen.target.contains("conform-made-up") && seen.credentials == Credentials::Full
                {
                    fresh()
                } else {
                    given
                }
            }),
        ),
    ]);
}

fn fresh() -> Reply {
    let mut reply = valid_page();
    reply.set_header("X-Request-Id", moment().request_id);
    reply
}

#[test]
fn error_objects() {
    let errors = |name: &str, change: fn(&mut Value)| -> Vec<Row> {
        let rows = [400, 401, 403]
            .map(|status| Row::right(&format!("{status}: {name}"), body(status, change)));
        rows.to_vec()
    };
    let mut rows = errors("only a detail", |body| {
        body["errors"] = json!([{"detail": "No."}])
    });
    rows.extend(errors("nothing in it", |body| body["errors"] = json!([{}])));
    rows.extend(errors("an empty source", |body| {
        body["errors"][0]["source"] = json!({})
    }));
    rows.extend(errors("more in the source", |body| {
        body["errors"][0]["source"] = json!({"header": "x"})
    }));
    rows.extend(errors("several", |body| {
        let status = body["errors"][0]["status"].clone();
        body["errors"] = json!([{"status": status, "detail": "a"}, {"status": status, "detail": "b"}, {"id": moment().error_id}]);
    }));
    rows.extend(errors("more beside the list", |body| {
        body["trace_id"] = json!("abc")
    }));
    rows.extend(errors("a null message and an error_code", |body| {
        body["errors"][0]["message"] = json!(null);
        body["errors"][0]["error_code"] = json!(40001);
    }));
    rows.extend(errors("a long detail", |body| {
        body["errors"][0]["detail"] = json!("x".repeat(100_000))
    }));
    check(rows);
}
