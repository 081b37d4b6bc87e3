//! A service that runs the battery against its own router: the ten lines of `main`, and below them a toy that keeps
//! the contract. In a service these lines stand in a `#[tokio::test]`; `tests/suite.rs` runs this very `main`.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use conform::suite::Suite;
use serde_json::{Value, json};

const PLUGIN: &str = "ccp-toy001";
const ENVIRONMENT: &str = "env-toy001";
const KEY: &str = "TOYKEY0000000001";
const SECRET: &str = "a-secret-for-the-toy-router";

/// Serves the toy and holds it against the contract.
#[tokio::main]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router()).await });

    let report = Suite::embedded()
        .base_url(format!("http://{address}"))
        .param("plugin_id", PLUGIN)
        .param("environment", ENVIRONMENT)
        .credentials(KEY, SECRET)
        .run()
        .await?;
    report.assert_conformant();
    Ok(())
}

/// The router under test.
pub fn router() -> Router {
    Router::new().route("/ccpm/v1/plugins/{plugin_id}/versions", get(versions))
}

async fn versions(
    Path(plugin): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let wanted = base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:{SECRET}"));
    let given = headers.get("authorization").map(|value| value.as_bytes());
    if given != Some(format!("Basic {wanted}").as_bytes()) {
        return refusal(StatusCode::UNAUTHORIZED, "Send a valid key and secret.");
    }
    let query = query.unwrap_or_default();
    let environment = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "environment")
        .map(|(_, value)| value.into_owned());
    let Some(environment) = environment.filter(|value| !value.is_empty()) else {
        return refusal(StatusCode::BAD_REQUEST, "The environment is missing.");
    };
    if plugin != PLUGIN {
        return refusal(StatusCode::NOT_FOUND, "There is no such plugin.");
    }
    let data: Vec<Value> = if environment == ENVIRONMENT {
        (1..=3).map(version).collect()
    } else {
        Vec::new()
    };
    let page = json!({
        "api_version": "ccpm/v1",
        "kind": "CustomConnectPluginVersionList",
        "metadata": { "total_size": data.len() },
        "data": data,
    });
    let limits = [
        ("x-ratelimit-limit", "1000"),
        ("x-ratelimit-remaining", "999"),
        ("x-ratelimit-reset", "1"),
    ];
    (limits, answer(StatusCode::OK, &page)).into_response()
}

fn version(number: u64) -> Value {
    let id = format!("ver-toy{number:03}");
    let host = "https://api.example.com";
    let crn = format!(
        "crn://example.com/organization=5b0f7c3e-91d4-4e0a-8a67-2c6d1f3b9e58/environment={ENVIRONMENT}"
    );
    json!({
        "api_version": "ccpm/v1",
        "kind": "CustomConnectPluginVersion",
        "id": id,
        "metadata": {
            "self": format!("{host}/ccpm/v1/plugins/{PLUGIN}/versions/{id}"),
            "resource_name": format!("{crn}/custom-connect-plugin={PLUGIN}/version={id}"),
            "created_at": "2026-01-02T03:04:05Z",
            "updated_at": "2026-01-02T03:04:06Z",
        },
        "spec": {
            "version": format!("1.{number}.0-rc.1"),
            "content_format": "ZIP",
            "connector_classes": [{ "class_name": "com.example.ToySink", "type": "SINK" }],
            "upload_source": { "location": "PRESIGNED_URL_LOCATION", "upload_id": "" },
            "environment": {
                "id": ENVIRONMENT,
                "related": format!("{host}/v2/environments/{ENVIRONMENT}"),
                "resource_name": crn,
            },
        },
        "status": { "phase": "READY" },
    })
}

fn refusal(status: StatusCode, detail: &str) -> Response {
    let error = json!({ "id": request_id(), "status": status.as_str(), "detail": detail });
    let mut response = answer(status, &json!({ "errors": [error] }));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = axum::http::HeaderValue::from_static("Basic realm=\"toy\"");
        response.headers_mut().insert("www-authenticate", challenge);
    }
    response
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-request-id", request_id()),
    ];
    (status, headers, body.to_string()).into_response()
}

fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("toy-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
