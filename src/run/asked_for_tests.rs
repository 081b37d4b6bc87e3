//! Reads by an id and lists below one thing, against targets that show something else.

use serde_json::{Value, json};

use super::try_tests::{Told, run};

const DOCUMENT: &str = "
paths:
  /users:
    get:
      operationId: users
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/User'}}}}}}
  /users/{userId}:
    get:
      operationId: user
      parameters: [{name: userId, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
        '404': {description: d}
  /users/{userId}/posts:
    get:
      operationId: posts
      parameters: [{name: userId, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Post'}}}}}
        '404': {description: d}
components:
  schemas:
    User: {type: object, required: [id, name], properties: {id: {type: string}, name: {type: string}}}
    Post: {type: object, properties: {id: {type: string}, user_id: {type: string}}}
";

const USERS: [(&str, &str); 4] = [
    ("u-1001", "Ann"),
    ("u-1002", "Bob"),
    ("u-1003", "Cleo"),
    ("u-1004", "Dan"),
];

/// What a user is asked for by an id is answered with, and what is asked for below it.
type One = fn(&str) -> (u16, Value);
type List = fn(&str) -> Value;

/// A user as it is shown, by its place.
fn user(at: usize) -> Value {
    json!({"id": USERS[at].0, "name": USERS[at].1})
}

/// The posts of a user; of all where none is named.
fn posts(of: Option<&str>) -> Value {
    let all = (0..8).map(|n| (n, USERS[n % 4].0));
    let own = all.filter(|(_, owner)| of.is_none_or(|of| of == *owner));
    own.map(|(n, owner)| json!({"id": format!("p{n}"), "user_id": owner}))
        .collect()
}

/// What breaks at or above `should`, and what was sent.
async fn broken(
    one: impl Fn(&str) -> (u16, Value) + Send + Sync,
    below: impl Fn(&str) -> Value + Send + Sync,
) -> Vec<String> {
    let only = "{users,user,posts}.{valid,unknown-id}";
    let (_, plan, finished) = run(DOCUMENT, only, |_, target, _| -> Told {
        let rest = target.strip_prefix("/users").unwrap_or_default();
        let rest = rest.trim_start_matches('/');
        let (status, body) = match rest.split_once('/') {
            _ if rest.is_empty() => (200, (0..4).map(user).collect()),
            Some((id, _)) => (200, below(id)),
            None => one(rest),
        };
        (status, vec![], body)
    })
    .await;
    let found = finished.settled.findings.iter();
    let found = found.map(|one| plan.clauses.get(one.clause).id().to_owned());
    found.collect()
}

fn known(id: &str) -> Option<usize> {
    USERS.iter().position(|(known, _)| *known == id)
}

fn right(id: &str) -> (u16, Value) {
    match known(id) {
        Some(at) => (200, user(at)),
        None => (404, Value::Null),
    }
}

#[tokio::test]
async fn what_is_read_by_an_id_has_it() {
    let table: [(&str, One, bool); 8] = [
        ("right", right, false),
        (
            "another one",
            |id| match known(id) {
                Some(_) => (200, user(3)),
                None => (404, Value::Null),
            },
            true,
        ),
        // It is what the first is asked for by.
        (
            "always the first",
            |id| match known(id) {
                Some(_) => (200, user(0)),
                None => (404, Value::Null),
            },
            true,
        ),
        (
            "the id of one in all",
            |id| {
                let (status, mut one) = right(id);
                if status == 200 {
                    one["id"] = json!("u-1003");
                }
                (status, one)
            },
            true,
        ),
        (
            "in capitals",
            |id| {
                let (status, mut one) = right(id);
                if status == 200 {
                    one["id"] = json!(id.to_uppercase());
                }
                (status, one)
            },
            false,
        ),
        (
            "a number of its own",
            |id| {
                let (status, mut one) = right(id);
                if status == 200 {
                    one["id"] = json!("17");
                }
                (status, one)
            },
            false,
        ),
        (
            "another id of the same",
            |id| {
                let (status, mut one) = right(id);
                if status == 200 {
                    one["id"] = json!(id.replace("u-1", "u-9"));
                }
                (status, one)
            },
            false,
        ),
        (
            "a wrapped one",
            |id| match right(id) {
                (200, one) => (
                    200,
                    json!({"id": one["id"], "name": one["name"], "more": {"id": "x"}}),
                ),
                other => other,
            },
            false,
        ),
    ];
    for (what, one, is_broken) in table {
        let found = broken(one, |id| posts(Some(id))).await;
        let wanted: &[&str] = if is_broken {
            &["user/state/as-asked"]
        } else {
            &[]
        };
        assert_eq!(found, wanted, "{what}");
    }
}

#[tokio::test]
async fn what_is_listed_below_one_thing_belongs_to_it() {
    let table: [(&str, List, bool); 4] = [
        ("right", |id| posts(Some(id)), false),
        ("all of them", |_| posts(None), true),
        // Whom a user follows, or who wrote to it.
        (
            "others",
            |id| {
                let all = posts(None);
                let all = all.as_array().unwrap().iter();
                all.filter(|one| one["user_id"] != id).cloned().collect()
            },
            false,
        ),
        (
            "mixed",
            |id| {
                let at = known(id).unwrap_or(0);
                let all = posts(None);
                let all = all.as_array().unwrap().iter();
                all.skip(at).take(4).cloned().collect()
            },
            false,
        ),
    ];
    for (what, below, is_broken) in table {
        let found = broken(right, below).await;
        let wanted: &[&str] = if is_broken {
            &["posts/state/belongs"]
        } else {
            &[]
        };
        assert_eq!(found, wanted, "{what}");
    }
}

/// Where a refusal is documented, and no success without a name.
#[tokio::test]
async fn an_unknown_id_is_not_answered_with_nothing() {
    for (nothing, is_broken) in [
        (json!({}), true),
        (Value::Null, true),
        (json!({"id": "?", "name": "?"}), false),
    ] {
        let found = broken(
            |id| match known(id) {
                Some(at) => (200, user(at)),
                None => (200, nothing.clone()),
            },
            |id| posts(Some(id)),
        )
        .await;
        let is_found = found.iter().any(|one| one.starts_with("user/200/body"));
        assert_eq!(is_found, is_broken, "{nothing} {found:?}");
    }
}

#[tokio::test]
async fn what_is_read_by_an_id_is_as_the_list_shows_it() {
    let table: [(&str, One, bool); 4] = [
        ("right", right, false),
        (
            "another name",
            |id| {
                let (status, mut one) = right(id);
                if status == 200 {
                    one["name"] = json!("Xerxes");
                }
                (status, one)
            },
            true,
        ),
        (
            "the whole name",
            |id| {
                let (status, mut one) = right(id);
                if status == 200 {
                    one["name"] = json!(format!("{} Miller", one["name"].as_str().unwrap()));
                }
                (status, one)
            },
            false,
        ),
        (
            "moving",
            |id| {
                static TURN: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
                let turn = TURN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let (status, mut one) = right(id);
                if status == 200 {
                    one["name"] = json!(format!("X{turn}"));
                }
                (status, one)
            },
            false,
        ),
    ];
    for (what, one, is_broken) in table {
        let found = broken(one, |id| posts(Some(id))).await;
        let wanted: &[&str] = if is_broken {
            &["user/state/as-listed"]
        } else {
            &[]
        };
        assert_eq!(found, wanted, "{what}");
    }
}
