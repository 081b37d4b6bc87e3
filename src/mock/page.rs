//! One page of a collection as the contract's `CustomConnectPluginVersionList`.
//! A walk along `next` from the first page meets every version exactly once and ends.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::data::Collection;
use super::item::{Item, Place};
use super::token;

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Which page of which collection, and the origin its links are written with.
pub(super) struct Page<'a> {
    pub(super) collection: Collection<'a>,
    pub(super) origin: &'a str,
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Page<'_> {
    /// The page as JSON.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let place = Place {
            origin: self.origin,
            plugin: self.collection.plugin,
            environment: self.collection.environment,
        };
        let end = self
            .offset
            .saturating_add(self.size)
            .min(self.collection.len);
        let versions = (self.offset..end).map(|index| self.collection.version(index));
        let list = List {
            api_version: "ccpm/v1",
            kind: "CustomConnectPluginVersionList",
            metadata: self.list_metadata(),
            data: versions.map(|version| place.item(version)).collect(),
        };
        serde_json::to_vec(&list).expect("structs of strings and numbers always serialize")
    }

    fn list_metadata(&self) -> ListMetadata {
        let Collection {
            plugin,
            environment,
            len,
            ..
        } = self.collection;
        let encoded = utf8_percent_encode(environment, RESERVED);
        let link = |offset: u64| {
            let first = format!(
                "{}/ccpm/v1/plugins/{plugin}/versions?environment={encoded}",
                self.origin
            );
            match offset {
                0 => first,
                _ => format!(
                    "{first}&page_token={}",
                    token::write(plugin, environment, offset)
                ),
            }
        };
        let next = self.offset.saturating_add(self.size);
        ListMetadata {
            first: link(0),
            last: link(len.saturating_sub(1) / self.size * self.size),
            prev: (self.offset > 0).then(|| link(self.offset.saturating_sub(self.size))),
            next: (next < len).then(|| link(next)),
            total_size: len,
        }
    }
}

#[derive(Serialize)]
struct List<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: ListMetadata,
    data: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct ListMetadata {
    first: String,
    last: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    total_size: u64,
}

#[cfg(test)]
mod tests {
    use super::super::data::{ENVIRONMENT, ORGANIZATION, OTHER_ENVIRONMENT, PLUGIN_ID};
    use super::*;
    use serde_json::{Value, json};
    use std::collections::HashSet;

    const ORIGIN: &str = "http://127.0.0.1:9";

    fn page(environment: &str, items: u64, offset: u64, size: u64) -> Value {
        let collection = Collection::find(PLUGIN_ID, environment, items).unwrap();
        let page = Page {
            collection,
            origin: ORIGIN,
            offset,
            size,
        };
        serde_json::from_slice(&page.to_json()).unwrap()
    }

    fn offset_in(link: &Value, environment: &str) -> Option<u64> {
        let url = url::Url::parse(link.as_str()?).unwrap();
        assert_eq!(url.path(), format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions"));
        let query = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value)
        };
        assert_eq!(query("environment").unwrap(), environment);
        query("page_token").map_or(Some(0), |sent| token::read(PLUGIN_ID, environment, &sent))
    }

    #[test]
    fn a_walk_meets_every_version_once_and_every_link_leads_where_it_says() {
        for (items, size, expected) in [
            (25, 10, vec![10, 10, 5]),
            (20, 10, vec![10, 10]),
            (3, 1, vec![1, 1, 1]),
        ] {
            let mut ids = HashSet::new();
            let mut lengths = Vec::new();
            let mut offset = Some(0);
            let mut before = None;
            while let Some(at) = offset {
                let page = page(ENVIRONMENT, items, at, size);
                let data = page["data"].as_array().unwrap();
                assert!(
                    data.iter()
                        .all(|item| ids.insert(item["id"].as_str().unwrap().to_owned()))
                );
                lengths.push(data.len());
                let links = &page["metadata"];
                assert_eq!(links["total_size"], json!(items));
                assert_eq!(offset_in(&links["first"], ENVIRONMENT), Some(0));
                assert_eq!(
                    offset_in(&links["last"], ENVIRONMENT),
                    Some((items - 1) / size * size)
                );
                assert_eq!(offset_in(&links["prev"], ENVIRONMENT), before);
                assert_eq!(
                    links.get("prev").is_some(),
                    at > 0,
                    "prev is absent, not null"
                );
                before = Some(at);
                offset = links
                    .get("next")
                    .map(|next| offset_in(next, ENVIRONMENT).unwrap());
            }
            assert_eq!(lengths, expected);
            assert_eq!(ids.len() as u64, items);
        }
    }

    #[test]
    fn an_empty_collection_has_one_empty_page_whatever_its_name() {
        for environment in ["env-unknown", "ümläut & \"quotes\"?#/%2D"] {
            let page = page(environment, 25, 0, 10);
            let link = page["metadata"]["first"].clone();
            assert_eq!(page["data"], json!([]));
            assert_eq!(
                page["metadata"],
                json!({"first": link, "last": link, "total_size": 0})
            );
            assert_eq!(offset_in(&link, environment), Some(0));
        }
    }

    #[test]
    fn an_item_is_written_as_the_contract_says() {
        let item = page(OTHER_ENVIRONMENT, 25, 3, 1)["data"][0].clone();
        let id = item["id"].as_str().unwrap();
        let environment = format!(
            "crn://confluent.cloud/organization={ORGANIZATION}/environment={OTHER_ENVIRONMENT}"
        );
        let expected = json!({
            "api_version": "ccpm/v1", "kind": "CustomConnectPluginVersion", "id": id,
            "metadata": {
                "self": format!("{ORIGIN}/ccpm/v1/plugins/{PLUGIN_ID}/versions/{id}?environment={OTHER_ENVIRONMENT}"),
                "resource_name": format!("{environment}/custom-connect-plugin={PLUGIN_ID}/version={id}"),
                "created_at": "2024-03-01T08:04:30Z", "updated_at": "2024-03-01T08:04:33Z",
                "deleted_at": "2024-03-02T08:04:30.005Z",
            },
            "spec": {
                "version": "2.0.3-rc.123+build.456",
                "sensitive_config_properties": ["connection.password", "ssl.key-store_2", "api+key"],
                "documentation_link": "https://docs.example.com/connect/plugin?lang=en#install",
                "content_format": "ZIP",
                "connector_classes": [
                    {"class_name": "io.example.connect.v3.Connector0", "type": "SINK"},
                    {"class_name": "org.example.sink_1.Outer$Inner1", "type": "SOURCE"},
                ],
                "upload_source": {"location": "PRESIGNED_URL_LOCATION", "upload_id": ""},
                "environment": {
                    "id": OTHER_ENVIRONMENT, "environment": OTHER_ENVIRONMENT,
                    "related": format!("{ORIGIN}/v2/environments/{OTHER_ENVIRONMENT}"), "resource_name": environment,
                },
            },
            "status": {
                "phase": "FAILED",
                "error_message": "The archive’s manifest names no connector class – upload it again.",
            },
        });
        assert_eq!(item, expected);
    }

    #[test]
    fn the_first_page_shows_every_option_present_and_absent_and_every_enum_value() {
        let page = page(ENVIRONMENT, 25, 0, 10);
        let items = page["data"].as_array().unwrap();
        for pointer in [
            "/metadata/resource_name",
            "/metadata/created_at",
            "/metadata/updated_at",
            "/metadata/deleted_at",
            "/spec/sensitive_config_properties",
            "/spec/documentation_link",
            "/spec/content_format",
            "/spec/environment/environment",
            "/status/error_message",
        ] {
            let present = items
                .iter()
                .filter(|item| item.pointer(pointer).is_some())
                .count();
            assert!(
                (1..10).contains(&present),
                "{pointer} is there {present} times"
            );
        }
        let values = |pointer: &str| {
            let found = items.iter().filter_map(|item| item.pointer(pointer));
            found.map(Value::to_string).collect::<HashSet<_>>()
        };
        assert_eq!(values("/status/phase").len(), 3);
        assert_eq!(values("/spec/content_format").len(), 2);
        assert!(values("/spec/documentation_link").contains("\"\""));
        let sensitive = values("/spec/sensitive_config_properties");
        assert!(sensitive.contains("[]") && sensitive.len() > 1);
        for item in items
            .iter()
            .filter(|item| item.pointer("/status/error_message").is_some())
        {
            assert_eq!(item["status"]["phase"], "FAILED");
        }
    }
}
