//! Who may read what: security, the required parameter, unknown and hostile values.

use conform::mock::{Credentials, ENVIRONMENT, Edit, OTHER_ENVIRONMENT, PLUGIN_ID, Reply};

use crate::servers::change::{answer_to, edit, failure, moment, query, valid_page};
use crate::servers::{Row, check};

/// Gives this reply to every request of somebody who is not known.
fn stranger(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Edit {
    edit(move |seen, given| match seen.credentials {
        Credentials::None | Credentials::Wrong => reply(),
        _ => given,
    })
}

#[test]
fn credentials_are_checked() {
    let open = |who: Credentials| {
        edit(move |seen, given| {
            if seen.credentials == who && given.status == 401 {
                fresh(valid_page())
            } else {
                given
            }
        })
    };
    let refused = |status: u16| stranger(move || failure(status));
    check(vec![
        Row::broken(
            "nobody is asked",
            stranger(|| fresh(valid_page())),
            "security",
        ),
        Row::broken(
            "no credentials are needed",
            open(Credentials::None),
            "security",
        ),
        Row::broken(
            "any credentials will do",
            open(Credentials::Wrong),
            "security",
        ),
        Row::broken(
            "strangers see an empty list",
            stranger(|| {
                fresh(answer_to(&format!(
                    "/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment=env-none"
                )))
            }),
            "security",
        ),
        Row::broken("strangers are answered 403", refused(403), "401/status"),
        Row::broken("strangers are answered 400", refused(400), "401/status"),
        Row::broken("strangers are answered 404", refused(404), "401/status"),
        Row::broken(
            "strangers are answered 500",
            refused(500),
            "rule/no-server-error",
        ),
        Row::broken(
            "strangers are sent away",
            stranger(|| {
                let mut reply = Reply::empty(302);
                reply.set_header("Location", "https://login.example.com/");
                reply
            }),
            "401/status",
        ),
        Row::broken(
            "no credentials are answered 403",
            edit(|seen, given| {
                if seen.credentials == Credentials::None {
                    failure(403)
                } else {
                    given
                }
            }),
            "401/status",
        ),
        Row::broken(
            "a restricted key reads all",
            edit(|seen, given| {
                if seen.credentials == Credentials::Restricted {
                    fresh(valid_page())
                } else {
                    given
                }
            }),
            "403/status",
        ),
        Row::broken(
            "a restricted key is answered 400",
            edit(|seen, given| {
                if seen.credentials == Credentials::Restricted {
                    failure(400)
                } else {
                    given
                }
            }),
            "403/status",
        ),
    ]);
}

#[test]
fn a_key_that_stops_working_accuses_nobody() {
    let count = std::sync::atomic::AtomicU64::new(0);
    let dies = edit(move |seen, given| {
        let is_known = seen.credentials == Credentials::Full;
        let before = count.fetch_add(u64::from(is_known), std::sync::atomic::Ordering::Relaxed);
        match is_known && before >= 5 {
            true => failure(401),
            false => given,
        }
    });
    check(vec![Row::new(
        "the key is revoked after five requests",
        crate::servers::reference(dies),
        &[3],
        &[],
    )]);
}

fn fresh(mut reply: Reply) -> Reply {
    reply.set_header("X-Request-Id", moment().request_id);
    reply
}

/// Answers the reads with a full key whose environment is chosen by `which`.
fn environment(
    which: impl Fn(Option<&str>) -> bool + Send + Sync + 'static,
    reply: impl Fn() -> Reply + Send + Sync + 'static,
) -> Edit {
    edit(move |seen, given| {
        let is_read = seen.credentials == Credentials::Full
            && seen.target.contains(&format!("/{PLUGIN_ID}/"));
        if is_read && seen.method == "GET" && which(query(seen.target, "environment")) {
            reply()
        } else {
            given
        }
    })
}

fn others() -> Reply {
    fresh(answer_to(&format!(
        "/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={OTHER_ENVIRONMENT}"
    )))
}

#[test]
fn the_environment_is_required() {
    let missing = |reply: fn() -> Reply| environment(|value| value.is_none(), reply);
    let clause = "query/environment/required";
    check(vec![
        Row::broken(
            "without it all is listed",
            missing(|| fresh(valid_page())),
            clause,
        ),
        Row::broken("without it another's is listed", missing(others), clause),
        Row::broken(
            "without it nothing is found",
            missing(|| {
                fresh(answer_to(&format!(
                    "/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment=env-none"
                )))
            }),
            clause,
        ),
        Row::broken("without it 404", missing(|| failure(404)), "400/status"),
        Row::broken("without it 401", missing(|| failure(401)), "400/status"),
        Row::broken("without it 403", missing(|| failure(403)), "400/status"),
        Row::broken("without it 422", missing(|| failure(422)), "400/status"),
        Row::broken(
            "without it 500",
            missing(|| failure(500)),
            "rule/no-server-error",
        ),
        Row::broken(
            "without it 502",
            missing(|| failure(502)),
            "rule/no-server-error",
        ),
    ]);
}

#[test]
fn an_environment_that_nobody_has_finds_nothing() {
    let clause = "rule/items-match-environment";
    let unknown = |value: Option<&str>| value.is_some_and(|value| value != ENVIRONMENT);
    let has = |text: &'static str| {
        move |value: Option<&str>| value.is_some_and(|value| value.contains(text))
    };
    let failed = "rule/no-server-error";
    let handled = "rule/unknown-values-are-handled";
    check(vec![
        Row::broken(
            "an unknown one finds all",
            environment(unknown, || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "an unknown one finds another's",
            environment(unknown, others),
            clause,
        ),
        Row::broken(
            "an empty one finds all",
            environment(|value| value == Some(""), || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "SQL finds all",
            environment(has("OR"), || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "a wildcard finds all",
            environment(|value| value == Some("%2A"), || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "a percent sign finds all",
            environment(|value| value == Some("%25"), || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "a quote breaks it",
            environment(has("%27"), || failure(500)),
            failed,
        ),
        Row::broken(
            "another script breaks it",
            environment(has("%F0%9F"), || failure(500)),
            failed,
        ),
        Row::broken(
            "a control character breaks it",
            environment(has("%07"), || failure(500)),
            failed,
        ),
        Row::broken(
            "a long one breaks it",
            environment(
                |value| value.is_some_and(|value| value.len() > 4000),
                || failure(500),
            ),
            failed,
        ),
        Row::broken(
            "an unknown one is 401",
            environment(
                |value| value == Some("env-conform0nowhere"),
                || failure(401),
            ),
            handled,
        ),
        Row::broken(
            "an unknown one is a redirect",
            environment(
                |value| value == Some("env-conform0nowhere"),
                || {
                    let mut reply = Reply::empty(302);
                    reply.set_header("Location", "/");
                    reply
                },
            ),
            handled,
        ),
    ]);
}

#[test]
fn a_plugin_that_nobody_has_has_no_versions() {
    let clause = "rule/items-match-plugin";
    let plugin = |which: fn(&str) -> bool, reply: fn() -> Reply| {
        edit(move |seen, given| {
            let name = seen.target.split('/').nth(4).unwrap_or_default();
            let is_other = seen.credentials == Credentials::Full && name != PLUGIN_ID;
            if is_other && seen.method == "GET" && which(name) {
                reply()
            } else {
                given
            }
        })
    };
    check(vec![
        Row::broken(
            "any plugin finds all",
            plugin(|_| true, || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "an unknown one finds all",
            plugin(|name| name.contains("nowhere"), || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "SQL finds all",
            plugin(|name| name.contains("OR"), || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "a percent sign finds all",
            plugin(|name| name == "%25", || fresh(valid_page())),
            clause,
        ),
        Row::broken(
            "markup breaks it",
            plugin(|name| name.contains("script"), || failure(500)),
            "rule/no-server-error",
        ),
        Row::broken(
            "a null byte breaks it",
            plugin(|name| name.contains("%00"), || failure(500)),
            "rule/no-server-error",
        ),
        Row::broken(
            "a long one breaks it",
            plugin(|name| name.len() > 4000, || failure(502)),
            "rule/no-server-error",
        ),
        Row::broken(
            "an unknown one is 410",
            plugin(|name| name.contains("nowhere"), || failure(410)),
            "rule/unknown-values-are-handled",
        ),
    ]);
}

#[test]
fn what_is_not_declared_is_ignored_or_refused() {
    let with = |text: &'static str, status: u16| {
        edit(move |seen, given| {
            if seen.target.contains(text) {
                failure(status)
            } else {
                given
            }
        })
    };
    let head = |status: u16| {
        edit(move |seen, given| {
            if seen.method == "HEAD" {
                failure(status)
            } else {
                given
            }
        })
    };
    check(vec![
        Row::broken(
            "an unknown parameter breaks it",
            with("conform_unknown", 500),
            "rule/no-server-error",
        ),
        Row::broken(
            "a made-up token breaks it",
            with("conform-made-up", 500),
            "rule/no-server-error",
        ),
        Row::broken("HEAD breaks it", head(500), "rule/no-server-error"),
        Row::broken("HEAD is 400", head(400), "rule/head-is-handled"),
        Row::broken("HEAD is 401", head(401), "rule/head-is-handled"),
        Row::broken(
            "an unknown parameter is a redirect",
            with("conform_unknown", 303),
            "rule/extra-parameters-are-handled",
        ),
    ]);
}
