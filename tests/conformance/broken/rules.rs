//! What only the prose of the contract says, broken in the first item, in the last, or on one page.

use conform::mock::{ENVIRONMENT, OTHER_ENVIRONMENT, OTHER_PLUGIN_ID, PLUGIN_ID};
use serde_json::{Value, json};

use crate::servers::book::Book;
use crate::servers::change::{edit, first_item, items, last_item, put, take};
use crate::servers::{Row, check};

#[test]
fn versions_comply_with_semver() {
    let rows = [
        "v1.2.3",
        "1.2",
        "1.2.3.4",
        "01.2.3",
        "1.2.3-",
        "1.2.3-01",
        "1.2.3+",
        "1.2.3-a..b",
        "",
        "latest",
        "1.2.3-ä",
        " 1.2.3",
        "1.2.3\n",
    ];
    let rows = rows.map(|version| {
        let edit = last_item(move |item| put(item, "/spec/version", json!(version)));
        Row::broken(
            &format!("version {version:?}"),
            edit,
            "rule/version-is-semver",
        )
    });
    check(rows.to_vec());
}

#[test]
fn metadata_is_an_object() {
    let rows = [json!("text"), json!(null), json!([]), json!(7)].map(|value| {
        let name = format!("metadata {value}");
        let edit = last_item(move |item| put(item, "/metadata", value.clone()));
        Row::broken(&name, edit, "rule/metadata-is-object")
    });
    check(rows.to_vec());
}

/// Each of the first requests is limited once; what the wait says is judged on that answer.
#[test]
fn retry_after_is_a_time_to_wait() {
    let limited = |wait: &'static str| {
        let count = std::sync::atomic::AtomicU64::new(0);
        let edit = edit(move |_, given| {
            let order = std::sync::atomic::Ordering::Relaxed;
            if count.fetch_add(1, order) != 3 {
                return given;
            }
            let mut reply = conform::mock::Reply::empty(429);
            reply.set_header("X-Request-Id", "limited");
            for name in ["Limit", "Remaining", "Reset"] {
                reply.set_header(&format!("X-RateLimit-{name}"), "100");
            }
            reply.set_header("Retry-After", wait);
            reply
        });
        let name = format!("Retry-After: {wait}");
        Row::broken(&name, edit, "rule/retry-after-is-relative")
    };
    check(vec![limited("-5"), limited("1767225600")]);
}

#[test]
fn timestamps_are_in_utc_and_in_order() {
    let utc = "rule/timestamps-are-utc";
    let order = "rule/updated-not-before-created";
    let rows = [
        ("/metadata/created_at", "2006-01-02T15:04:05-07:00", utc),
        ("/metadata/updated_at", "2044-01-02T15:04:05+01:00", utc),
        ("/metadata/deleted_at", "2044-01-02T15:04:05+00:01", utc),
        ("/metadata/updated_at", "2023-12-31T23:59:59Z", order),
        ("/metadata/updated_at", "0000-01-01T00:00:00Z", order),
        (
            "/metadata/created_at",
            "2024-03-02T00:00:00.000000000001Z",
            order,
        ),
    ];
    let rows = rows.map(|(pointer, time, clause)| {
        let edit = first_item(move |item| put(item, pointer, json!(time)));
        Row::broken(&format!("{pointer} {time}"), edit, clause)
    });
    check(rows.to_vec());
}

#[test]
fn upload_ids_are_empty_and_messages_are_for_failures() {
    let upload = "rule/upload-id-is-empty";
    let message = "rule/error-message-only-when-failed";
    let state = |phase: &'static str| {
        first_item(move |item| {
            put(
                item,
                "/status",
                json!({"phase": phase, "error_message": "went wrong"}),
            );
        })
    };
    check(vec![
        Row::broken(
            "an upload id in every item",
            items(|item| put(item, "/spec/upload_source/upload_id", json!("e53b"))),
            upload,
        ),
        Row::broken(
            "an upload id in the last item",
            last_item(|item| put(item, "/spec/upload_source/upload_id", json!(" "))),
            upload,
        ),
        Row::broken("a message while READY", state("READY"), message),
        Row::broken("a message while PROCESSING", state("PROCESSING"), message),
    ]);
}

#[test]
fn an_item_names_itself_and_its_environment() {
    let own = "rule/self-names-this-version";
    let crn = "rule/resource-name-names-this-version";
    let reference = "rule/environment-reference-agrees";
    let replaced = |pointer: &'static str, from: &'static str, to: &'static str| {
        first_item(move |item| {
            let text = item
                .pointer(pointer)
                .unwrap()
                .as_str()
                .unwrap()
                .replace(from, to);
            put(item, pointer, json!(text));
        })
    };
    let of_another = |pointer: &'static str| {
        last_item(move |item| {
            let id = item["id"].as_str().unwrap().to_owned();
            let text = item
                .pointer(pointer)
                .unwrap()
                .as_str()
                .unwrap()
                .replace(&id, "ver-other");
            put(item, pointer, json!(text));
        })
    };
    check(vec![
        Row::broken("self of another version", of_another("/metadata/self"), own),
        Row::broken(
            "self of another plugin",
            replaced("/metadata/self", PLUGIN_ID, OTHER_PLUGIN_ID),
            own,
        ),
        Row::broken(
            "self is the list",
            first_item(|item| {
                put(
                    item,
                    "/metadata/self",
                    json!(format!("https://h/ccpm/v1/plugins/{PLUGIN_ID}/versions")),
                )
            }),
            own,
        ),
        Row::broken(
            "self is another host's root",
            items(|item| put(item, "/metadata/self", json!("https://example.com/"))),
            own,
        ),
        Row::broken(
            "CRN of another environment",
            replaced("/metadata/resource_name", ENVIRONMENT, OTHER_ENVIRONMENT),
            crn,
        ),
        Row::broken(
            "CRN of another plugin",
            replaced("/metadata/resource_name", PLUGIN_ID, OTHER_PLUGIN_ID),
            crn,
        ),
        Row::broken(
            "CRN of another version",
            last_item(|item| {
                let crn = format!(
                    "crn://confluent.cloud/environment={ENVIRONMENT}/custom-connect-plugin={PLUGIN_ID}/version=ver-other"
                );
                put(item, "/metadata/resource_name", json!(crn));
            }),
            crn,
        ),
        Row::broken(
            "CRN without the version",
            replaced("/metadata/resource_name", "/version=", "/versions/"),
            crn,
        ),
        Row::broken(
            "an https address for a CRN",
            first_item(|item| {
                put(
                    item,
                    "/metadata/resource_name",
                    json!("https://confluent.cloud/x"),
                )
            }),
            crn,
        ),
        Row::broken(
            "the environment's CRN is another's",
            replaced(
                "/spec/environment/resource_name",
                ENVIRONMENT,
                OTHER_ENVIRONMENT,
            ),
            reference,
        ),
    ]);
}

/// Makes an item one of another environment, in all its places.
fn moved(item: &mut Value) {
    let text = item.to_string().replace(ENVIRONMENT, OTHER_ENVIRONMENT);
    *item = serde_json::from_str(&text).unwrap();
}

#[test]
fn an_item_belongs_to_the_environment_asked_for() {
    let clause = "rule/items-match-environment";
    let book = |change: fn(&mut crate::servers::book::Leaf)| Book::written(change).server();
    check(vec![
        Row::broken("the last item is another's", last_item(moved), clause),
        Row::broken(
            "the last item names another",
            last_item(|item| put(item, "/spec/environment/id", json!("env-x"))),
            clause,
        ),
        Row::broken(
            "the first item is another's, without CRN",
            first_item(|item| {
                take(item, "/metadata/resource_name");
                moved(item);
            }),
            clause,
        ),
        Row::new(
            "the filter is dropped on page 2",
            book(|leaf| {
                if leaf.number == 1 {
                    leaf.body["data"]
                        .as_array_mut()
                        .unwrap()
                        .iter_mut()
                        .for_each(moved);
                }
            }),
            &[1],
            &[clause],
        ),
        Row::new(
            "the filter is dropped from page 2 on, and all are counted there",
            book(|leaf| {
                if leaf.number > 0 {
                    leaf.body["metadata"]["total_size"] = json!(90);
                    leaf.body["data"]
                        .as_array_mut()
                        .unwrap()
                        .iter_mut()
                        .skip(2)
                        .for_each(moved);
                }
            }),
            &[1],
            &[clause],
        ),
    ]);
}
