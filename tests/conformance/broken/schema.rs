//! One property of one page or item breaks one keyword of its schema.

use serde_json::{Value, json};

use crate::servers::change::{first_item, last_item, last_page, page, put, take};
use crate::servers::{Row, check};

const ITEM: &str = "200/body/data[]";

#[test]
fn a_required_property_is_missing_from_the_first_or_from_the_very_last_item() {
    let names = [
        ("/id", "id"),
        ("/metadata", "metadata"),
        ("/metadata/self", "metadata/self"),
        ("/spec", "spec"),
        ("/spec/version", "spec/version"),
        ("/spec/connector_classes", "spec/connector_classes"),
        ("/spec/upload_source", "spec/upload_source"),
        (
            "/spec/upload_source/upload_id",
            "spec/upload_source/upload_id",
        ),
        (
            "/spec/upload_source/location",
            "spec/upload_source/location",
        ),
        ("/spec/environment", "spec/environment"),
        ("/spec/environment/id", "spec/environment/id"),
        ("/spec/environment/related", "spec/environment/related"),
        (
            "/spec/environment/resource_name",
            "spec/environment/resource_name",
        ),
        (
            "/spec/connector_classes/0/class_name",
            "spec/connector_classes[]/class_name",
        ),
        (
            "/spec/connector_classes/0/type",
            "spec/connector_classes[]/type",
        ),
        ("/status", "status"),
        ("/status/phase", "status/phase"),
    ];
    let rows = names.iter().flat_map(|(pointer, name)| {
        let clause = format!("{ITEM}/{name}/required");
        let remove = |item: &mut Value| take(item, pointer);
        [
            Row::broken(
                &format!("first item without {name}"),
                first_item(remove),
                &clause,
            ),
            Row::broken(
                &format!("last item without {name}"),
                last_item(remove),
                &clause,
            ),
        ]
    });
    check(rows.collect());
}

#[test]
fn a_required_property_is_missing_from_a_page() {
    let rows = ["api_version", "kind", "metadata", "data"].map(|name| {
        let clause = format!("200/body/{name}/required");
        let pointer = format!("/{name}");
        Row::broken(
            &format!("last page without {name}"),
            last_page(move |body| take(body, &pointer)),
            &clause,
        )
    });
    check(rows.to_vec());
    let rows = ["api_version", "kind", "data"].map(|name| {
        let clause = format!("200/body/{name}/required");
        let pointer = format!("/{name}");
        Row::broken(
            &format!("every page without {name}"),
            page(move |body| take(body, &pointer)),
            &clause,
        )
    });
    check(rows.to_vec());
}

#[test]
fn a_value_of_an_item_breaks_one_keyword() {
    let long = |length: usize| json!("é".repeat(length));
    let url = |length: usize| json!(format!("https://{}", "a".repeat(length - 8)));
    let class = json!({"class_name": "a.B", "type": "SINK"});
    let rows = [
        ("/api_version", json!("ccpm/v2"), "api_version/enum"),
        ("/api_version", json!(1), "api_version/type"),
        ("/kind", json!("CustomConnectPlugin"), "kind/enum"),
        ("/kind", json!(null), "kind/type"),
        ("/id", json!(17), "id/type"),
        ("/id", json!(null), "id/type"),
        ("/id", long(256), "id/maxLength"),
        ("/metadata/self", json!(5), "metadata/self/type"),
        (
            "/metadata/self",
            json!("/ccpm/v1/plugins/x"),
            "metadata/self/format",
        ),
        ("/metadata/self", json!(""), "metadata/self/format"),
        (
            "/metadata/resource_name",
            json!("no uri"),
            "metadata/resource_name/format",
        ),
        (
            "/metadata/resource_name",
            json!([]),
            "metadata/resource_name/type",
        ),
        (
            "/metadata/created_at",
            json!(1_709_280_000),
            "metadata/created_at/type",
        ),
        (
            "/metadata/created_at",
            json!("2024-03-01"),
            "metadata/created_at/format",
        ),
        (
            "/metadata/created_at",
            json!("2024-03-01 08:00:00Z"),
            "metadata/created_at/format",
        ),
        (
            "/metadata/updated_at",
            json!("2024-02-30T08:00:00Z"),
            "metadata/updated_at/format",
        ),
        (
            "/metadata/updated_at",
            json!(null),
            "metadata/updated_at/type",
        ),
        (
            "/metadata/deleted_at",
            json!(""),
            "metadata/deleted_at/format",
        ),
        ("/spec", json!([]), "spec/type"),
        ("/spec/version", json!(1), "spec/version/type"),
        (
            "/spec/version",
            json!(format!("1.0.0-{}", "a".repeat(55))),
            "spec/version/maxLength",
        ),
        (
            "/spec/sensitive_config_properties",
            json!("a"),
            "spec/sensitive_config_properties/type",
        ),
        (
            "/spec/sensitive_config_properties",
            json!(["a", 1]),
            "spec/sensitive_config_properties[]/type",
        ),
        (
            "/spec/sensitive_config_properties",
            json!(["a b"]),
            "spec/sensitive_config_properties[]/pattern",
        ),
        (
            "/spec/sensitive_config_properties",
            json!(["ä"]),
            "spec/sensitive_config_properties[]/pattern",
        ),
        (
            "/spec/sensitive_config_properties",
            json!(["a\n"]),
            "spec/sensitive_config_properties[]/pattern",
        ),
        (
            "/spec/sensitive_config_properties",
            json!(["a".repeat(151)]),
            "spec/sensitive_config_properties[]/maxLength",
        ),
        (
            "/spec/documentation_link",
            json!("ftp://x"),
            "spec/documentation_link/pattern",
        ),
        (
            "/spec/documentation_link",
            json!("https://"),
            "spec/documentation_link/pattern",
        ),
        (
            "/spec/documentation_link",
            url(513),
            "spec/documentation_link/maxLength",
        ),
        (
            "/spec/documentation_link",
            json!(null),
            "spec/documentation_link/type",
        ),
        (
            "/spec/content_format",
            json!("zip"),
            "spec/content_format/enum",
        ),
        ("/spec/content_format", json!(3), "spec/content_format/type"),
        (
            "/spec/connector_classes",
            json!([]),
            "spec/connector_classes/minItems",
        ),
        (
            "/spec/connector_classes",
            json!(vec![class.clone(); 11]),
            "spec/connector_classes/maxItems",
        ),
        (
            "/spec/connector_classes",
            class,
            "spec/connector_classes/type",
        ),
        (
            "/spec/connector_classes/0",
            json!("a.B"),
            "spec/connector_classes[]/type",
        ),
        (
            "/spec/connector_classes/0/class_name",
            json!("io.confluent-inc.Sink"),
            "spec/connector_classes[]/class_name/pattern",
        ),
        (
            "/spec/connector_classes/0/class_name",
            json!(""),
            "spec/connector_classes[]/class_name/pattern",
        ),
        (
            "/spec/connector_classes/0/class_name",
            json!(7),
            "spec/connector_classes[]/class_name/type",
        ),
        (
            "/spec/connector_classes/0/class_name",
            json!("a".repeat(151)),
            "spec/connector_classes[]/class_name/maxLength",
        ),
        (
            "/spec/connector_classes/0/type",
            json!("source"),
            "spec/connector_classes[]/type/enum",
        ),
        (
            "/spec/connector_classes/0/type",
            json!(null),
            "spec/connector_classes[]/type/type",
        ),
        ("/spec/upload_source", json!("x"), "spec/upload_source/type"),
        (
            "/spec/upload_source/location",
            json!("S3"),
            "spec/upload_source/location/enum",
        ),
        (
            "/spec/upload_source/location",
            json!(1),
            "spec/upload_source/location/type",
        ),
        (
            "/spec/upload_source/upload_id",
            json!(null),
            "spec/upload_source/upload_id/type",
        ),
        ("/spec/environment", json!("env-1"), "spec/environment/type"),
        ("/spec/environment/id", json!(1), "spec/environment/id/type"),
        (
            "/spec/environment/id",
            json!(""),
            "spec/environment/id/minLength",
        ),
        (
            "/spec/environment/id",
            long(256),
            "spec/environment/id/maxLength",
        ),
        (
            "/spec/environment/environment",
            json!(""),
            "spec/environment/environment/minLength",
        ),
        (
            "/spec/environment/environment",
            long(256),
            "spec/environment/environment/maxLength",
        ),
        (
            "/spec/environment/related",
            json!("v2/environments"),
            "spec/environment/related/format",
        ),
        (
            "/spec/environment/related",
            json!(""),
            "spec/environment/related/format",
        ),
        (
            "/spec/environment/resource_name",
            json!("env"),
            "spec/environment/resource_name/format",
        ),
        ("/status", json!("READY"), "status/type"),
        ("/status/phase", json!("ready"), "status/phase/enum"),
        ("/status/phase", json!("DELETING"), "status/phase/enum"),
        ("/status/phase", json!(2), "status/phase/type"),
        (
            "/status/error_message",
            json!({}),
            "status/error_message/type",
        ),
    ];
    let rows = rows
        .into_iter()
        .enumerate()
        .map(|(n, (pointer, value, clause))| {
            let name = format!("{pointer} is {:.40}", value.to_string());
            let change = move |item: &mut Value| put(item, pointer, value.clone());
            let edit = if n % 2 == 0 {
                first_item(change)
            } else {
                last_item(change)
            };
            Row::broken(&name, edit, &format!("{ITEM}/{clause}"))
        });
    check(rows.collect());
}

#[test]
fn an_error_message_of_a_failed_version_is_too_long() {
    let edit = first_item(|item| {
        put(item, "/status/phase", json!("FAILED"));
        put(item, "/status/error_message", json!("🌍".repeat(257)));
    });
    check(vec![Row::broken(
        "257 characters",
        edit,
        &format!("{ITEM}/status/error_message/maxLength"),
    )]);
}
