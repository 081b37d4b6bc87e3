//! One version as the contract's `CustomConnectPluginVersion`.
//! An optional property without a value is left out, never `null`.

use serde::Serialize;

use super::data::{ORGANIZATION, Version};

/// Where the items of one list live; its parts are known names, so URLs and CRNs take them unencoded.
pub(super) struct Place<'a> {
    pub(super) origin: &'a str,
    pub(super) plugin: &'a str,
    pub(super) environment: &'a str,
}

impl<'a> Place<'a> {
    /// A version as the contract writes it.
    pub(super) fn item(&self, version: Version) -> Item<'a> {
        let Self {
            origin,
            plugin,
            environment,
        } = *self;
        let crn =
            format!("crn://confluent.cloud/organization={ORGANIZATION}/environment={environment}");
        let id = &version.id;
        let connector_classes = connector_classes(&version);
        Item {
            api_version: "ccpm/v1",
            kind: "CustomConnectPluginVersion",
            metadata: ItemMetadata {
                self_link: format!(
                    "{origin}/ccpm/v1/plugins/{plugin}/versions/{id}?environment={environment}"
                ),
                resource_name: version
                    .shape
                    .has_resource_name
                    .then(|| format!("{crn}/custom-connect-plugin={plugin}/version={id}")),
                created_at: version.created_at,
                updated_at: version.updated_at,
                deleted_at: version.deleted_at,
            },
            spec: Spec {
                sensitive_config_properties: version.shape.sensitive,
                documentation_link: version.shape.documentation,
                content_format: version.shape.content_format,
                connector_classes,
                upload_source: UploadSource {
                    location: "PRESIGNED_URL_LOCATION",
                    upload_id: "",
                },
                environment: Environment {
                    id: environment,
                    environment: version.shape.names_environment_twice.then_some(environment),
                    related: format!("{origin}/v2/environments/{environment}"),
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

/// A `CustomConnectPluginVersion`, its properties in the order of the contract.
#[derive(Serialize)]
pub(super) struct Item<'a> {
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
