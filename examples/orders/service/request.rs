//! A request as the operations read it, and the checks that are the same for all: token, tenant, id, JSON body.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::reply::Reply;

/// The one token that the service knows.
const TOKEN: &str = "orders-demo-token";

/// What was asked.
pub struct Asked {
    /// In upper case; HEAD is read as GET, and the server leaves the body out.
    pub method: String,
    /// As it came.
    pub path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    /// `None` where the body was too large or broke off.
    body: Option<Bytes>,
}

impl Asked {
    pub fn new(parts: &Parts, body: Option<Bytes>) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let method = match parts.method.as_str() {
            "HEAD" => "GET",
            other => other,
        };
        Asked {
            method: method.to_owned(),
            path: parts.uri.path().to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            headers: parts.headers.clone(),
            body,
        }
    }

    /// The path between its slashes, decoded.
    pub fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect()
    }

    /// The first value of a query parameter; unknown parameters are ignored.
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// 401 unless the request carries the token (RFC 6750: the scheme in any letter case).
    pub fn authorize(&self) -> Result<(), Reply> {
        let given = self.header("authorization").unwrap_or_default();
        let (scheme, token) = given.split_once(' ').unwrap_or((given, ""));
        if scheme.eq_ignore_ascii_case("bearer") && token.trim() == TOKEN {
            return Ok(());
        }
        Err(Reply::problem(401, "Send a valid bearer token.")
            .with("www-authenticate", "Bearer realm=\"orders\"".to_owned()))
    }

    /// Whether X-Tenant came at all.
    pub fn has_tenant(&self) -> bool {
        self.headers.contains_key("x-tenant")
    }

    /// The tenant; 400 where the header is missing or no name.
    pub fn tenant(&self) -> Result<&str, Reply> {
        let Some(tenant) = self.header("x-tenant") else {
            return Err(Reply::problem(400, "The header X-Tenant is missing."));
        };
        let first = tenant.starts_with(|c: char| c.is_ascii_lowercase());
        let rest = tenant
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if first && rest && (3..=20).contains(&tenant.len()) {
            Ok(tenant)
        } else {
            Err(Reply::problem(400, "X-Tenant is no name of a tenant."))
        }
    }

    /// The JSON body of a media type: 413, 415 and 400 in this order.
    pub fn json(&self, media_types: &[&str]) -> Result<Value, Reply> {
        let Some(body) = &self.body else {
            return Err(Reply::problem(413, "The body is longer than 64 KiB."));
        };
        let given = self.header("content-type").unwrap_or_default();
        let essence = given.split(';').next().unwrap_or_default().trim();
        let known = media_types
            .iter()
            .any(|known| essence.eq_ignore_ascii_case(known));
        let nothing = essence.is_empty() && body.is_empty();
        if !known && !nothing {
            let detail = format!("Send {}.", media_types.join(" or "));
            return Err(Reply::problem(415, &detail));
        }
        serde_json::from_slice(body).map_err(|_| Reply::problem(400, "The body is not JSON."))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An id of a path: an integer from 1, in digits alone.
pub fn id(name: &str, text: &str) -> Result<i64, Reply> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(id) if digits && id >= 1 => Ok(id),
        _ => Err(Reply::invalid(&[(
            name.to_owned(),
            "expected an integer from 1".to_owned(),
        )])),
    }
}

/// A whole number of a query parameter; `None` where it is left out.
pub fn integer(
    asked: &Asked,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
    errors: &mut Vec<(String, String)>,
) -> Option<i64> {
    let text = asked.query(name)?;
    match text.parse::<i64>() {
        Ok(number) if range.contains(&number) && !text.starts_with('+') => Some(number),
        _ => {
            let detail = format!(
                "expected an integer from {} to {}",
                range.start(),
                range.end()
            );
            errors.push((name.to_owned(), detail));
            None
        }
    }
}
