//! Values that are allowed, and that a careless check would refuse.

use conform::mock::{ENVIRONMENT, PLUGIN_ID};
use serde_json::{Value, json};

use crate::servers::change::{Wanted, items, page, put, take};
use crate::servers::{Row, check};

fn everywhere(name: &str, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Row {
    Row::right(name, items(change))
}

#[test]
fn times_versions_and_texts() {
    let time = |created: &'static str, updated: &'static str| {
        everywhere(&format!("{created} {updated}"), move |item| {
            put(item, "/metadata/created_at", json!(created));
            put(item, "/metadata/updated_at", json!(updated));
            put(item, "/metadata/deleted_at", json!("2999-12-31T00:00:00Z"));
        })
    };
    let version = |version: &'static str| {
        everywhere(version, move |item| {
            put(item, "/spec/version", json!(version))
        })
    };
    let mut rows = vec![
        time("2024-03-01T08:00:00+00:00", "2024-03-01T08:00:00-00:00"),
        time("2024-03-01t08:00:00z", "2024-03-01t08:00:00z"),
        time(
            "2024-03-01T08:00:00.123456789012Z",
            "2024-03-01T08:00:00.2Z",
        ),
        time("2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z"),
        time("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        time("0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
        time("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ];
    rows.extend(
        [
            "0.0.0",
            "1.0.0-0A.is.legal",
            "1.0.0--",
            "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
            "99999999999999999999999.999999999999999999.99999999999999999",
            "1.0.0-alpha+001",
            "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
            "1.0.0-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "1.0.0-18446744073709551616.x",
        ]
        .map(version),
    );
    check(rows);
}

#[test]
fn properties_that_are_not_there_empty_or_unknown() {
    let class = |n: usize| json!({"class_name": format!("a.b_{n}.C$D{n}"), "type": "SOURCE"});
    check(vec![
        everywhere("no optional property", |item| {
            let spec = item["spec"].as_object_mut().unwrap();
            spec.retain(|key, _| {
                [
                    "version",
                    "connector_classes",
                    "upload_source",
                    "environment",
                ]
                .contains(&key.as_str())
            });
            spec["environment"]
                .as_object_mut()
                .unwrap()
                .remove("environment");
            let own = item["metadata"]["self"].clone();
            item["metadata"] = json!({"self": own});
            item["status"] = json!({"phase": "READY"});
            take(item, "/kind");
            take(item, "/api_version");
        }),
        everywhere("empty texts and lists", |item| {
            put(item, "/spec/documentation_link", json!(""));
            put(item, "/spec/sensitive_config_properties", json!([]));
            put(
                item,
                "/status",
                json!({"phase": "READY", "error_message": ""}),
            );
        }),
        everywhere("ten classes", move |item| {
            put(
                item,
                "/spec/connector_classes",
                (0..10).map(class).collect(),
            );
        }),
        everywhere("one class ten times", move |item| {
            put(item, "/spec/connector_classes", json!(vec![class(1); 10]));
        }),
        everywhere("256 code points beyond the BMP", |item| {
            put(
                item,
                "/status",
                json!({"phase": "FAILED", "error_message": "🌍".repeat(256)}),
            );
        }),
        everywhere("a FAILED version without a message", |item| {
            put(item, "/status", json!({"phase": "FAILED"}))
        }),
        everywhere("longest texts", |item| {
            put(
                item,
                "/spec/documentation_link",
                json!(format!("https://{}", "é".repeat(504))),
            );
            put(
                item,
                "/spec/sensitive_config_properties",
                json!(["a".repeat(150), "+.-_9"]),
            );
            put(
                item,
                "/spec/connector_classes",
                json!([{"class_name": "A".repeat(150), "type": "SINK"}]),
            );
        }),
        everywhere("the same sensitive property twice", |item| {
            put(item, "/spec/sensitive_config_properties", json!(["a", "a"]))
        }),
        everywhere("unknown properties", |item| {
            for place in [
                "",
                "/metadata",
                "/spec",
                "/spec/environment",
                "/spec/upload_source",
                "/spec/connector_classes/0",
                "/status",
            ] {
                put(
                    item,
                    &format!("{place}/x-new"),
                    json!({"a": [1.5e300, null]}),
                );
            }
        }),
        Row::right(
            "unknown properties of the page",
            page(|body| {
                put(body, "/x-new", json!([[]]));
                put(body, "/metadata/page_size", json!(10));
            }),
        ),
        everywhere(
            "a deleted_at of null is none of ours, but a future one is",
            |item| put(item, "/metadata/deleted_at", json!("2099-01-01T00:00:00Z")),
        ),
    ]);
}

#[test]
fn ids_and_names_in_odd_but_right_shapes() {
    let named = |name: &str, id: fn(&str) -> String, encoded: fn(&str) -> String| {
        everywhere(name, move |item| {
            let old = item["id"].as_str().unwrap().to_owned();
            let in_uri = encoded(&old);
            item["id"] = json!(id(&old));
            put(
                item,
                "/metadata/self",
                json!(format!(
                    "https://h/x/plugins/{PLUGIN_ID}/versions/{in_uri}?a=b#c"
                )),
            );
            let crn = format!(
                "CRN://confluent.cloud/organization=1/environment={ENVIRONMENT}/flink=2/custom-connect-plugin={PLUGIN_ID}/version={in_uri}"
            );
            put(
                item,
                "/metadata/resource_name",
                json!(crn.replace("CRN", "crn")),
            );
        })
    };
    check(vec![
        named(
            "a slash and a blank",
            |id| format!("{id}/a b"),
            |id| format!("{id}%2Fa%20b"),
        ),
        named(
            "another script",
            |id| format!("{id}-é"),
            |id| format!("{id}-%C3%A9"),
        ),
        named(
            "255 characters",
            |id| format!("{id}{}", "x".repeat(244)),
            |id| format!("{id}{}", "x".repeat(244)),
        ),
        named(
            "lower-case escapes of what needs none",
            |id| id.to_owned(),
            |id| id.replace('-', "%2d"),
        ),
        everywhere("self with a slash at its end", |item| {
            let own = item["metadata"]["self"]
                .as_str()
                .unwrap()
                .split('?')
                .next()
                .unwrap()
                .to_owned();
            put(item, "/metadata/self", json!(format!("{own}/")));
        }),
        everywhere("the environment's reference is no CRN", |item| {
            put(
                item,
                "/spec/environment/resource_name",
                json!("https://api.confluent.cloud/v2/environments/env"),
            );
        }),
        everywhere("related elsewhere", |item| {
            put(item, "/spec/environment/related", json!("urn:env:1"))
        }),
    ]);
}

#[test]
fn json_in_odd_but_right_shapes() {
    check(vec![
        Row::right(
            "indented, with CRLF",
            Wanted::ANY.body(|text| {
                let value: Value = serde_json::from_str(&text).unwrap();
                serde_json::to_string_pretty(&value)
                    .unwrap()
                    .replace('\n', "\r\n")
                    + "\r\n\r\n"
            }),
        ),
        Row::right(
            "keys in another order on each answer",
            Wanted::ANY.body(|text| {
                let mut value: Value = serde_json::from_str(&text).unwrap();
                value.sort_all_objects();
                value.to_string()
            }),
        ),
        Row::right(
            "escaped",
            Wanted::ANY.body(|text| {
                text.replace('/', "\\/")
                    .replace('e', "\\u0065")
                    .replace("\\u0065nv", "\\u0065\\u006Ev")
            }),
        ),
        Row::right(
            "numbers, texts and depths that few parsers take",
            Wanted::ANY.body(|text| {
                let odd = format!(
                    "[1e400, -{}, \"\\ud800\", \"\\udc00\\ud800\", {}{}]",
                    "9".repeat(400),
                    "[".repeat(200),
                    "]".repeat(200)
                );
                text.replacen(
                    '{',
                    &format!("{{\"x_odd\": {odd}, \"\\ud801\": 1, \"\\ud802\": 2, "),
                    1,
                )
            }),
        ),
        Row::right(
            "blanks before and after",
            Wanted::ANY.body(|text| format!(" \t\r\n{text} \n")),
        ),
    ]);
}
