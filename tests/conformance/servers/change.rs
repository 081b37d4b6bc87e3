//! Hooks for the reference server: small changes to its answers, by what they are answers to.

use std::sync::Arc;

use conform::mock::{
    Credentials, ENVIRONMENT, Edit, IncomingRequest, MockConfig, Moment, PLUGIN_ID, Quota, Reply,
    SeenRequest, respond,
};
use serde_json::{Map, Value, json};

/// A hook.
pub fn edit(change: impl Fn(&SeenRequest<'_>, Reply) -> Reply + Send + Sync + 'static) -> Edit {
    Arc::new(change)
}

/// Changes every answer with this status.
pub fn on(status: u16, change: impl Fn(&mut Reply) + Send + Sync + 'static) -> Edit {
    edit(move |_, mut reply| {
        if reply.status == status {
            change(&mut reply);
        }
        reply
    })
}

/// Changes the JSON of every answer with this status.
pub fn body(status: u16, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    on(status, move |reply| rewrite(reply, &change))
}

/// Changes the JSON of every answer that is a page.
pub fn page(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    body(200, change)
}

/// Changes the JSON of the last page alone.
pub fn last_page(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    page(move |body| {
        if body["metadata"].get("next").is_none() && body["metadata"].get("prev").is_some() {
            change(body);
        }
    })
}

/// Changes every item.
pub fn items(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    page(move |body| {
        body["data"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(&change)
    })
}

/// Changes the first item of the first page.
pub fn first_item(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    page(move |body| {
        if body["metadata"].get("prev").is_none()
            && let Some(item) = body["data"].as_array_mut().unwrap().first_mut()
        {
            change(item);
        }
    })
}

/// Changes the last item of the last page.
pub fn last_item(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    last_page(move |body| change(body["data"].as_array_mut().unwrap().last_mut().unwrap()))
}

/// Sets a header of every answer with this status.
pub fn header(status: u16, name: &'static str, value: &'static str) -> Edit {
    on(status, move |reply| reply.set_header(name, value))
}

/// Takes a header from every answer with this status.
pub fn without_header(status: u16, name: &'static str) -> Edit {
    on(status, move |reply| reply.remove_header(name))
}

/// Parses, changes and writes a body.
pub fn rewrite(reply: &mut Reply, change: &(impl Fn(&mut Value) + ?Sized)) {
    let mut value: Value = serde_json::from_slice(&reply.body).unwrap();
    change(&mut value);
    reply.body = serde_json::to_vec(&value).unwrap();
}

/// Replaces text in the body of every answer with this status.
pub fn text(status: u16, from: &'static str, to: &'static str) -> Edit {
    on(status, move |reply| {
        let body = String::from_utf8(reply.body.clone()).unwrap();
        reply.body = body.replacen(from, to, 1).into_bytes();
    })
}

/// Puts a value at a pointer below `value`; the parent must be there.
pub fn put(value: &mut Value, pointer: &str, new: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.insert(key.to_owned(), new)),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = new,
        other => panic!("{pointer}: {other} has no members"),
    }
}

/// Takes the member at a pointer away.
pub fn take(value: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    object(value.pointer_mut(parent).unwrap()).remove(key);
}

/// The members of an object.
pub fn object(value: &mut Value) -> &mut Map<String, Value> {
    value.as_object_mut().unwrap()
}

/// The reference server's answer to a target, asked with the full key.
pub fn answer_to(target: &str) -> Reply {
    let request = IncomingRequest {
        names_its_host: true,
        method: "GET",
        target,
        origin: "https://api.confluent.cloud".to_owned(),
        credentials: Credentials::Full,
        wants_failure: false,
    };
    respond(&MockConfig::default(), &request, &moment())
}

/// What the raw servers answer with: ids that never come twice, and a quota that never ends.
pub fn moment() -> Moment {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    Moment {
        request_id: format!("request-{count}"),
        error_id: format!("error-{count}"),
        quota: Some(Quota {
            limit: 1000,
            remaining: 999,
            reset_seconds: 1,
            admitted: true,
        }),
    }
}

/// The target of the valid request.
pub fn valid_target() -> String {
    format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}")
}

/// The first page, as the valid request gets it.
pub fn valid_page() -> Reply {
    answer_to(&valid_target())
}

/// A query parameter of a target, still encoded.
pub fn query<'t>(target: &'t str, name: &str) -> Option<&'t str> {
    let (_, query) = target.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A refusal in the contract's shape.
pub fn failure(status: u16) -> Reply {
    let moment = moment();
    let error = json!({"id": moment.error_id, "status": status.to_string(), "detail": "No."});
    let body = json!({ "errors": [error] });
    let mut reply = Reply::json(status, serde_json::to_vec(&body).unwrap());
    reply.set_header("X-Request-Id", moment.request_id);
    if status == 401 {
        reply.set_header("WWW-Authenticate", "Basic realm=\"conform\"");
    }
    reply
}

/// Which answers a hook is about.
pub struct Wanted(fn(u16) -> bool);

impl Wanted {
    /// All that have a body of JSON.
    pub const ANY: Wanted = Wanted(|_| true);

    /// Changes the text of the JSON bodies.
    pub fn body(&self, change: impl Fn(String) -> String + Send + Sync + 'static) -> Edit {
        let wanted = self.0;
        edit(move |_, mut reply| {
            if wanted(reply.status) && reply.body.starts_with(b"{") {
                let text = String::from_utf8(reply.body.clone()).unwrap();
                reply.body = change(text).into_bytes();
            }
            reply
        })
    }
}
