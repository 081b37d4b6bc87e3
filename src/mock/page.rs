//! One page of a collection as the contract's `CustomConnectPluginVersionList`.
//! A walk along `next` from the first page meets every version exactly once and ends.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::data::{Collection, ORGANIZATION, Version};
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
        let environment = utf8_percent_encode(self.collection.environment, RESERVED).to_string();
        let end = self
            .collection
            .len
            .min(self.offset.saturating_add(self.size));
        let items = self.offset..end;
        let expected = items.end.saturating_sub(items.start).min(1000) as usize * 1400 + 1024;
        let mut json = Vec::with_capacity(expected);
        let list = List {
            api_version: "ccpm/v1",
            kind: "CustomConnectPluginVersionList",
            metadata: self.list_metadata(&environment),
            data: items.map(|index| self.item(index, &environment)).collect(),
        };
        serde_json::to_writer(&mut json, &list)
            .expect("structs of strings and numbers always serialize");
        json
    }

    fn list_metadata(&self, environment: &str) -> ListMetadata {
        let Collection { plugin, len, .. } = self.collection;
        let link = |offset: u64| {
            let first = format!(
                "{}/ccpm/v1/plugins/{plugin}/versions?environment={environment}",
                self.origin
            );
            match offset {
                0 => first,
                _ => format!(
                    "{first}&page_token={}",
                    token::write(plugin, self.collection.environment, offset)
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

    fn item(&self, index: u64, environment_in_url: &str) -> Item<'_> {
        let Collection {
            plugin,
            environment,
            ..
        } = self.collection;
        let version = self.collection.version(index);
        let origin = self.origin;
        let crn =
            format!("crn://confluent.cloud/organization={ORGANIZATION}/environment={environment}");
        let id = &version.id;
        Item {
            api_version: "ccpm/v1",
            kind: "CustomConnectPluginVersion",
            metadata: ItemMetadata {
                self_link: format!(
                    "{origin}/ccpm/v1/plugins/{plugin}/versions/{id}?environment={environment_in_url}"
                ),
                resource_name: version
                    .shape
                    .has_resource_name
                    .then(|| format!("{crn}/custom-connect-plugin={plugin}/version={id}")),
                created_at: version.created_at.clone(),
                updated_at: version.updated_at.clone(),
                deleted_at: version.deleted_at.clone(),
            },
            spec: Spec {
                sensitive_config_properties: version.shape.sensitive,
                documentation_link: version.shape.documentation,
                content_format: version.shape.content_format,
                connector_classes: connector_classes(&version),
                upload_source: UploadSource {
                    location: "PRESIGNED_URL_LOCATION",
                    upload_id: "",
                },
                environment: Environment {
                    id: environment,
                    environment: version.shape.names_environment_twice.then_some(environment),
                    related: format!("{origin}/v2/environments/{environment_in_url}"),
                    resource_name: crn,
                },
                version: version.version,
            },
            status: Status {
                phase: version.shape.phase,
                error_message: version.shape.error_message,
            },
            id: version.id,
        }
    }
}

fn connector_classes(version: &Version) -> Vec<ConnectorClass> {
    let classes = version.connector_classes();
    classes
        .map(|(class_name, kind)| ConnectorClass { class_name, kind })
        .collect()
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

#[derive(Serialize)]
struct Item<'a> {
    api_version: &'static str,
    kind: &'static str,
    id: String,
    metadata: ItemMetadata,
    spec: Spec<'a>,
    status: Status,
}

#[derive(Serialize)]
struct ItemMetadata {
    #[serde(rename = "self")]
    self_link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
}

#[derive(Serialize)]
struct Spec<'a> {
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitive_config_properties: Option<&'static [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation_link: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_format: Option<&'static str>,
    connector_classes: Vec<ConnectorClass>,
    upload_source: UploadSource,
    environment: Environment<'a>,
}

#[derive(Serialize)]
struct ConnectorClass {
    class_name: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct UploadSource {
    location: &'static str,
    upload_id: &'static str,
}

#[derive(Serialize)]
struct Environment<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    related: String,
    resource_name: String,
}

#[derive(Serialize)]
struct Status {
    phase: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::super::data::{ENVIRONMENT, OTHER_ENVIRONMENT, PLUGIN_ID};
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
