//! The service: reads a request whole, routes it, and sends the reply. Every request is checked in the same order: path
//! and method, credentials (401), tenant (400), parameters and body (413, 415, 400, 422), and only then what is stored (404, 409).
//! Tests use it with `#[path = "../examples/orders/service/mod.rs"] mod orders;`.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use tokio::net::TcpListener;

pub use fault::Fault;

use reply::Reply;
use request::Asked;
use store::Store;

mod customers;
mod fault;
mod orders;
mod payload;
mod reply;
mod request;
mod store;

/// The longest body that is read, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// What the service starts with.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The orders of the tenant `acme` at the start.
    pub items: u32,
    /// The promise that is broken, if any.
    pub fault: Option<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            items: 25,
            fault: None,
        }
    }
}

/// Serves until the task is dropped.
pub async fn serve(listener: TcpListener, options: Options) -> io::Result<()> {
    let service = Arc::new(Service {
        fault: options.fault,
        store: Mutex::new(Store::new(options.items)),
        requests: AtomicU64::new(0),
    });
    let app = Router::new().fallback(handle).with_state(service);
    axum::serve(listener, app).await
}

/// One running service: its state is in memory and ends with it.
struct Service {
    fault: Option<Fault>,
    store: Mutex<Store>,
    requests: AtomicU64,
}

async fn handle(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.ok();
    let number = service.requests.fetch_add(1, Ordering::Relaxed);
    let asked = Asked::new(&parts, body);
    let (Ok(mut reply) | Err(mut reply)) = service.route(&asked);
    if !(service.has(Fault::RequestIdMissing) && asked.path == "/customers" && reply.status == 200)
    {
        reply = reply.with("x-request-id", format!("req-{number:08}"));
    }
    reply.into_response()
}

impl Service {
    /// The reply to a request; an error is a reply too, and the shape lets `?` end the checks at the first that fails.
    fn route(&self, asked: &Asked) -> Result<Reply, Reply> {
        let segments = asked.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (asked.method.as_str(), segments.as_slice()) {
            ("GET", ["health"]) => Ok(Reply::json(200, &json!({ "status": "ok" }))),
            ("GET", ["orders"]) => self.list_orders(asked),
            ("POST", ["orders"]) => self.create_order(asked),
            ("GET", ["orders", id]) => self.get_order(asked, id),
            ("PATCH", ["orders", id]) => self.update_order(asked, id),
            ("DELETE", ["orders", id]) => self.delete_order(asked, id),
            ("GET", ["customers"]) => self.list_customers(asked),
            ("GET", ["customers", id]) => self.get_customer(asked, id),
            (_, ["health" | "customers"] | ["customers", _]) => Err(not_allowed("GET, HEAD")),
            (_, ["orders"]) => Err(not_allowed("GET, HEAD, POST")),
            (_, ["orders", _]) => Err(not_allowed("GET, HEAD, PATCH, DELETE")),
            _ => Err(Reply::problem(404, "There is nothing at this path.")),
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// The store, also after a request that panicked while it held it: each change is a single insert or remove.
    fn store(&self) -> std::sync::MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_allowed(methods: &str) -> Reply {
    Reply::problem(405, "The method is not allowed here.").with("allow", methods.to_owned())
}
