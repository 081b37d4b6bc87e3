//! Servers that refuse in the status line and show in the body what they refuse, or show it one page later.

use conform::mock::{Credentials, ENVIRONMENT, Edit, PLUGIN_ID, Reply};
use serde_json::{Value, json};

use crate::servers::change::{answer_to, edit, failure, moment, query, rewrite, valid_page};
use crate::servers::{Row, check};

/// Refusals with this status show the items of the valid page besides.
fn shown_in(status: u16) -> Edit {
    edit(move |_, mut reply| {
        if reply.status == status {
            let page: Value = serde_json::from_slice(&valid_page().body).unwrap();
            rewrite(&mut reply, &|body: &mut Value| {
                body["data"] = page["data"].clone();
            });
        }
        reply
    })
}

/// Gives this reply to reads of an environment that nobody has.
fn nowhere(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Edit {
    edit(move |seen, given| {
        let is_unknown = query(seen.target, "environment") == Some("env-conform0nowhere");
        match is_unknown && seen.credentials == Credentials::Full && seen.method == "GET" {
            true => reply(seen.target),
            false => given,
        }
    })
}

/// An empty page with this metadata.
fn bare(metadata: Value) -> Reply {
    let target = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment=env-none");
    let mut reply = answer_to(&target);
    reply.set_header("X-Request-Id", moment().request_id);
    rewrite(&mut reply, &|page: &mut Value| {
        page["metadata"] = metadata.clone()
    });
    reply
}

fn next(token: &str) -> Value {
    let path = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions");
    json!({"next": format!("https://api.confluent.cloud{path}?environment=env-conform0nowhere&page_token={token}")})
}

#[test]
fn a_refusal_shows_nothing_of_what_it_refuses() {
    check(vec![
        Row::new(
            "401 with the items",
            crate::servers::reference(shown_in(401)),
            &[1],
            &["security"],
        ),
        Row::new(
            "400 with the items",
            crate::servers::reference(shown_in(400)),
            &[1],
            &[
                "query/environment/required",
                "rule/items-match-environment",
                "rule/items-match-plugin",
            ],
        ),
        Row::broken(
            "404 and then the page",
            nowhere(|_| {
                let mut reply = failure(404);
                reply.body.push(b'\n');
                reply.body.extend(valid_page().body);
                reply
            }),
            "rule/items-match-environment",
        ),
        Row::right(
            "404 that lists what else there is",
            nowhere(|_| {
                let mut reply = failure(404);
                rewrite(&mut reply, &|body: &mut Value| {
                    body["data"] = json!(["env-a", "env-b"]);
                });
                reply
            }),
        ),
    ]);
}

#[test]
fn what_stands_behind_an_empty_page_is_looked_at() {
    let behind = |items: bool| {
        nowhere(move |target| match query(target, "page_token") {
            None => bare(next("t1")),
            Some("t1") => bare(next("t2")),
            Some(_) if items => {
                let mut reply = valid_page();
                reply.set_header("X-Request-Id", moment().request_id);
                reply
            }
            Some(_) => bare(json!({"total_size": 0})),
        })
    };
    check(vec![
        Row::broken(
            "items two pages later",
            behind(true),
            "rule/items-match-environment",
        ),
        Row::right("nothing two pages later", behind(false)),
        Row::right("always another empty page", nowhere(|_| bare(next("t1")))),
        Row::broken(
            "no items, no next, and a total",
            nowhere(|_| bare(json!({"total_size": 11}))),
            "rule/total-size-matches-walk",
        ),
    ]);
}

/// What was answered once with the same key is neither a wrong key nor a wrong id.
#[test]
fn a_valid_read_that_is_refused_when_it_is_asked_again() {
    let later = |status: u16| {
        let count = std::sync::atomic::AtomicU64::new(0);
        let edit = edit(move |seen, given| {
            let is_first = seen.credentials == Credentials::Full
                && given.status == 200
                && seen.method == "GET"
                && query(seen.target, "environment") == Some(ENVIRONMENT)
                && query(seen.target, "page_token").is_none()
                && query(seen.target, "conform_unknown").is_none();
            let order = std::sync::atomic::Ordering::Relaxed;
            match is_first && count.fetch_add(1, order) > 0 {
                true => failure(status),
                false => given,
            }
        });
        let name = format!("the first page is {status} from the second time on");
        Row::broken(&name, edit, "200/status")
    };
    check(vec![later(404), later(403)]);
}
