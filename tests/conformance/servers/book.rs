//! A hand-written paginated server: a hook that answers the valid reads with pages of its own, with knobs for how the
//! pages are cut, linked and counted. Refusals stay the reference server's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use conform::mock::{Credentials, ENVIRONMENT, PLUGIN_ID, Reply, SeenRequest};
use serde_json::{Value, json};

use super::change::{moment, query};
use super::{Server, reference};

/// A page about to be sent.
pub struct Leaf {
    /// Its number, from 0; the pages of a token that is no number are 0.
    pub number: u64,
    /// How many pages were sent before, over the whole run.
    pub before: u64,
    /// The numbers of its items.
    pub items: Vec<u64>,
    /// The number of the next page.
    pub next: Option<u64>,
    /// `total_size`.
    pub total: Option<u64>,
    /// The page as JSON, made of the above after the first knob was turned.
    pub body: Value,
}

/// How the server goes about it.
#[derive(Clone)]
pub struct Book {
    /// How many items there are.
    pub items: u64,
    /// How many go on a page.
    pub size: u64,
    /// Changes what is on a page, before it is written.
    pub cut: Arc<dyn Fn(&mut Leaf) + Send + Sync>,
    /// Changes the written page.
    pub written: Arc<dyn Fn(&mut Leaf) + Send + Sync>,
    /// Changes the reply.
    pub sent: Changed,
    /// What stands before `?` and after the token in links.
    pub link: Arc<dyn Fn(u64) -> String + Send + Sync>,
}

/// Changes a reply, given the number of its page.
type Changed = Arc<dyn Fn(&mut Reply, u64) + Send + Sync>;

impl Default for Book {
    fn default() -> Book {
        Book {
            items: 25,
            size: 10,
            cut: Arc::new(|_| {}),
            written: Arc::new(|_| {}),
            sent: Arc::new(|_, _| {}),
            link: Arc::new(plain_link),
        }
    }
}

/// A next link on the public host, that names the environment and a token.
pub fn plain_link(number: u64) -> String {
    format!(
        "https://api.confluent.cloud/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}&page_token=p{number}"
    )
}

impl Book {
    /// A book whose pages are cut differently.
    pub fn cut(change: impl Fn(&mut Leaf) + Send + Sync + 'static) -> Book {
        Book {
            cut: Arc::new(change),
            ..Book::default()
        }
    }

    /// A book whose pages are written differently.
    pub fn written(change: impl Fn(&mut Leaf) + Send + Sync + 'static) -> Book {
        Book {
            written: Arc::new(change),
            ..Book::default()
        }
    }

    /// The same with other links.
    pub fn linked(link: impl Fn(u64) -> String + Send + Sync + 'static) -> Book {
        Book {
            link: Arc::new(link),
            ..Book::default()
        }
    }

    /// The server.
    pub fn server(self) -> Server {
        let count = AtomicU64::new(0);
        reference(Arc::new(move |seen: &SeenRequest<'_>, reply: Reply| {
            self.answer(seen, reply, &count)
        }))
    }

    fn answer(&self, seen: &SeenRequest<'_>, reply: Reply, count: &AtomicU64) -> Reply {
        let path = seen.target.split('?').next().unwrap_or_default();
        let token = query(seen.target, "page_token");
        let number = match token.map(|token| token.trim_start_matches('p').parse::<u64>()) {
            None => 0,
            Some(Ok(number)) => number,
            Some(Err(_)) => return reply,
        };
        let is_environment = match query(seen.target, "environment") {
            Some(environment) => environment == ENVIRONMENT,
            None => token.is_some(),
        };
        let is_valid = path == format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions")
            && seen.credentials == Credentials::Full
            && matches!(seen.method, "GET" | "HEAD");
        if !is_valid || !is_environment {
            return reply;
        }
        let end = ((number + 1) * self.size).min(self.items);
        let mut leaf = Leaf {
            number,
            before: count.fetch_add(1, Ordering::Relaxed),
            items: (number * self.size..end).collect(),
            next: (end < self.items).then_some(number + 1),
            total: Some(self.items),
            body: Value::Null,
        };
        (self.cut)(&mut leaf);
        let items: Vec<Value> = leaf.items.iter().map(|n| item(*n)).collect();
        leaf.body = json!({
            "api_version": "ccpm/v1", "kind": "CustomConnectPluginVersionList",
            "metadata": {}, "data": items,
        });
        if let Some(next) = leaf.next {
            leaf.body["metadata"]["next"] = json!((self.link)(next));
        }
        if let Some(total) = leaf.total {
            leaf.body["metadata"]["total_size"] = json!(total);
        }
        (self.written)(&mut leaf);
        let mut page = Reply::json(200, serde_json::to_vec(&leaf.body).unwrap());
        page.set_header("X-Request-Id", moment().request_id);
        for name in ["Limit", "Remaining", "Reset"] {
            page.set_header(&format!("X-RateLimit-{name}"), "100");
        }
        (self.sent)(&mut page, leaf.number);
        page
    }
}

/// The item with that number.
pub fn item(n: u64) -> Value {
    let crn = format!("crn://confluent.cloud/organization=o-1/environment={ENVIRONMENT}");
    json!({
        "api_version": "ccpm/v1", "kind": "CustomConnectPluginVersion", "id": format!("ver-{n}"),
        "metadata": {
            "self": format!("https://api.confluent.cloud/ccpm/v1/plugins/{PLUGIN_ID}/versions/ver-{n}"),
            "resource_name": format!("{crn}/custom-connect-plugin={PLUGIN_ID}/version=ver-{n}"),
            "created_at": "2024-03-01T08:00:00Z", "updated_at": "2024-03-01T08:00:00Z",
        },
        "spec": {
            "version": format!("1.0.{n}"), "content_format": "ZIP",
            "connector_classes": [{"class_name": "io.example.Sink", "type": "SINK"}],
            "upload_source": {"location": "PRESIGNED_URL_LOCATION", "upload_id": ""},
            "environment": {
                "id": ENVIRONMENT, "related": format!("https://api.confluent.cloud/v2/environments/{ENVIRONMENT}"),
                "resource_name": crn,
            },
        },
        "status": {"phase": "READY"},
    })
}
