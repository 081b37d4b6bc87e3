//! Ids of errors: each is that of one occurrence, and comes again only where the same answer does.

use std::sync::atomic::{AtomicU64, Ordering};

use conform::mock::{Credentials, Edit};
use serde_json::{Value, json};

use crate::servers::change::{body, edit, moment, on, rewrite};
use crate::servers::{Row, check};

const CLAUSE: &str = "rule/error-id-never-repeats";

/// Gives the first error of every refusal that id; the number says how many refusals there were before.
fn ids(id: impl Fn(u64) -> Value + Send + Sync + 'static) -> Edit {
    let count = AtomicU64::new(0);
    edit(move |_, mut reply| {
        if reply.status >= 400 {
            let n = count.fetch_add(1, Ordering::Relaxed);
            rewrite(&mut reply, &|body| body["errors"][0]["id"] = id(n));
        }
        reply
    })
}

#[test]
fn the_ids_of_errors_are_their_own() {
    check(vec![
        Row::broken("all have one id", ids(|_| json!("e-1")), CLAUSE),
        Row::broken("all have an empty id", ids(|_| json!("")), CLAUSE),
        Row::broken(
            "two in a row",
            ids(|n| json!(format!("e-{}", n / 2))),
            CLAUSE,
        ),
        Row::broken(
            "every tenth",
            ids(|n| match n % 10 {
                0 => json!("e-0"),
                _ => json!(format!("e-{n}")),
            }),
            CLAUSE,
        ),
        Row::broken(
            "only those of strangers",
            body(401, |body| body["errors"][0]["id"] = json!("7")),
            CLAUSE,
        ),
        Row::broken(
            "the second of each answer",
            body(401, |body| {
                let second = json!({"id": "unauthorized", "status": "401"});
                body["errors"].as_array_mut().unwrap().push(second);
            }),
            CLAUSE,
        ),
    ]);
}

#[test]
fn the_same_answer_has_the_same_ids() {
    let stored = |name: &'static str, value: &'static str| {
        let edit = on(403, move |reply| {
            rewrite(reply, &|body| body["errors"][0]["id"] = json!("e-1"));
            reply.set_header(name, value);
        });
        Row::right(&format!("out of a cache: {name}: {value}"), edit)
    };
    check(vec![
        stored("Age", "17"),
        stored("X-Cache", "Hit from cloudfront"),
        stored("Cache-Status", "edge; hit; ttl=30"),
        stored("CF-Cache-Status", "HIT"),
        Row::right(
            "the same request has the same id",
            edit(|seen, mut reply| {
                if reply.status >= 400 && seen.credentials == Credentials::Full {
                    let id = json!(format!("{:.200}", seen.target));
                    let is_short = seen.target.len() < 200;
                    let id = if is_short {
                        id
                    } else {
                        json!(moment().error_id)
                    };
                    rewrite(&mut reply, &|body| body["errors"][0]["id"] = id.clone());
                }
                reply
            }),
        ),
        Row::right(
            "no error has an id",
            edit(|_, mut reply| {
                if reply.status >= 400 {
                    rewrite(&mut reply, &|body| {
                        drop(body["errors"][0].as_object_mut().unwrap().remove("id"));
                    });
                }
                reply
            }),
        ),
        Row::right(
            "the errors of one answer share their request's id",
            body(401, |body| {
                let mut second = body["errors"][0].clone();
                second["detail"] = json!("And more.");
                body["errors"].as_array_mut().unwrap().push(second);
            }),
        ),
        Row::right(
            "what is not documented has no promise",
            edit(|_, mut reply| {
                if reply.status == 403 {
                    reply.status = 404;
                    rewrite(&mut reply, &|body| {
                        body["errors"][0]["id"] = json!("not-found");
                        body["errors"][0]["status"] = json!("404");
                    });
                }
                reply
            }),
        ),
    ]);
}
