//! A change of what is there may have to name which state of it is changed: by its ETag in `If-Match` (RFC 9110, 13.1.1), or
//! by a member of the body such as `resourceVersion`. What was answered last of the same path has it; where nothing was, or
//! the change is refused as one of something else, it is read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::battery::{NO_ETAG, Plan, documented};
use crate::contract::{In, Operation};
use crate::exchange::{Credentials, Exchange, Request};
use crate::transport::Transport;

use super::places::path_of;

const IF_MATCH: &str = "If-Match";
/// The members that say which state of a thing is shown.
const VERSIONS: [&str; 10] = [
    "resourceVersion",
    "version",
    "etag",
    "_etag",
    "revision",
    "rev",
    "_rev",
    "lockVersion",
    "lock_version",
    "_version",
];
/// The members of a body that may have them in its place.
const HOLDERS: [&str; 2] = ["metadata", "meta"];

/// The states of things, as far as answers told them.
pub(super) struct Current<'p> {
    plan: &'p Plan,
    /// For each operation that changes something and whose cases nobody wrote: the one that reads the same path.
    reads: HashMap<usize, usize>,
    /// By their paths.
    etags: Mutex<HashMap<String, String>>,
}

impl<'p> Current<'p> {
    pub(super) fn new(plan: &'p Plan) -> Current<'p> {
        let operations = &plan.contract.operations;
        let place = |operation: &Operation| {
            let parts = operation.path.split('/');
            let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
            parts.collect::<Vec<_>>().join("/")
        };
        let all = operations.iter().enumerate();
        let gets = all.clone().filter(|(_, one)| one.method == "GET");
        let gets: HashMap<String, usize> = gets.map(|(ix, one)| (place(one), ix)).collect();
        let is_written = |ix: usize| {
            let mut cases = plan.cases.iter().filter(|case| case.derived.is_none());
            cases.any(|case| case.operations().any(|own| own == ix))
        };
        let changes = all.filter(|(ix, one)| {
            matches!(&*one.method, "PUT" | "PATCH" | "DELETE") && !is_written(*ix)
        });
        let reads = changes.filter_map(|(ix, one)| Some((ix, *gets.get(&place(one))?)));
        Current {
            plan,
            reads: reads.collect(),
            etags: Mutex::default(),
        }
    }

    /// Sends a request, about what is there now.
    pub(super) async fn send(&self, inner: &dyn Transport, mut request: Request) -> Exchange {
        let read = self.reads.get(&request.operation).copied();
        let is_wrong = |(name, value): &(String, String)| is_if_match(name) && value == NO_ETAG;
        // What names no state of the thing on purpose is sent as it is.
        let read = read.filter(|_| !request.headers.iter().any(is_wrong));
        let Some(read) = read else {
            return self.noted(inner.send(request).await);
        };
        let is_right = request.credentials == Credentials::Valid;
        if self.is_open(&request) {
            if is_right && self.etag(&request).is_none() {
                self.noted(inner.send(reading(&request, read)).await);
            }
            self.match_etag(&mut request);
        }
        let first = self.noted(inner.send(request.clone()).await);
        let status = first.answer().map(|answer| answer.status);
        // Who is refused for the state was let in, whoever that is.
        let is_of_state = match status {
            Some(412 | 428) => true,
            Some(409) => is_right,
            _ => false,
        };
        if !is_of_state {
            return first;
        }
        let shown = self.noted(inner.send(reading(&request, read)).await);
        let Some(answer) = shown.answer().filter(|answer| answer.status == 200) else {
            return first;
        };
        let mut again = request.clone();
        self.match_etag(&mut again);
        if matches!(status, Some(412 | 428)) {
            self.insist(&mut again);
        }
        let shown = serde_json::from_slice(&answer.body).unwrap_or_default();
        self.match_version(&mut again, &shown);
        match again == request {
            true => first,
            false => self.noted(inner.send(again).await),
        }
    }

    /// Notes which state an answer shows.
    fn noted(&self, exchange: Exchange) -> Exchange {
        let request = &exchange.request;
        let is_about_it = matches!(&*request.method, "GET" | "PUT" | "PATCH" | "DELETE");
        if let Some(answer) = exchange.answer().filter(|answer| answer.status / 100 == 2)
            && is_about_it
        {
            let path = path_of(&request.target).to_owned();
            let mut etags = self.etags.lock().unwrap_or_else(PoisonError::into_inner);
            match answer
                .header("ETag")
                .next()
                .filter(|_| request.method != "DELETE")
            {
                Some(etag) => etags.insert(path, etag.to_owned()),
                None => etags.remove(&path),
            };
        }
        exchange
    }

    fn etag(&self, request: &Request) -> Option<String> {
        let etags = self.etags.lock().unwrap_or_else(PoisonError::into_inner);
        etags.get(path_of(&request.target)).cloned()
    }

    /// Whether a request has an `If-Match` that nobody gave a value for.
    fn is_open(&self, request: &Request) -> bool {
        let operation = &self.plan.contract.operations[request.operation];
        let mut declared = operation.parameters.iter();
        let declared = declared
            .find(|one| one.location == In::Header && one.name.eq_ignore_ascii_case(IF_MATCH));
        declared.is_some_and(|declared| {
            let made = declared.values().first().and_then(Value::as_str);
            let sent = request.headers.iter().find(|(name, _)| is_if_match(name));
            let is_made = sent.is_some_and(|(_, value)| Some(value.as_str()) == made);
            is_made && documented(&self.plan.contract.document, declared).is_none()
        })
    }

    /// Gives a request that was refused the ETag of what it is about. One that lacks what it must have lacks it on purpose.
    fn insist(&self, request: &mut Request) {
        let operation = &self.plan.contract.operations[request.operation];
        let mut declared = operation.parameters.iter();
        let is_left_out = declared
            .any(|one| one.location == In::Header && is_if_match(&one.name) && one.required);
        let has_one = request.headers.iter().any(|(name, _)| is_if_match(name));
        if let Some(etag) = self.etag(request).filter(|_| !has_one && !is_left_out) {
            request.headers.push((IF_MATCH.to_owned(), etag));
        }
    }

    /// Gives a request the ETag of what it is about, where it has one at all.
    fn match_etag(&self, request: &mut Request) {
        if let Some(etag) = self.etag(request) {
            for (_, value) in request
                .headers
                .iter_mut()
                .filter(|(name, _)| is_if_match(name))
            {
                value.clone_from(&etag);
            }
        }
    }

    /// Gives a body the version of what was shown, where the document knows such a member of it.
    fn match_version(&self, request: &mut Request, shown: &Value) {
        let operation = &self.plan.contract.operations[request.operation];
        let media = operation
            .request_body
            .as_ref()
            .and_then(|body| body.media());
        let shape = media
            .and_then(|media| media.body.as_ref())
            .map(|body| &body.shape);
        let Some((payload, shape)) = request.body.as_mut().zip(shape) else {
            return;
        };
        let Ok(mut body) = serde_json::from_slice::<Value>(&payload.bytes) else {
            return;
        };
        let knows = |at: &str| {
            let mut nodes = shape.nodes.iter();
            nodes.any(|node| node.place.pointer() == at)
        };
        let demands = |holder: &str, name: &str| {
            let mut nodes = shape.nodes.iter();
            let node = nodes.find(|node| node.place.pointer() == holder);
            node.is_some_and(|node| node.required.iter().any(|(known, _)| known == name))
        };
        let roots = HOLDERS.iter().map(|holder| format!("/{holder}"));
        for holder in roots.chain([String::new()]) {
            let told = shown.pointer(&holder).and_then(Value::as_object);
            let own = body.pointer_mut(&holder).and_then(Value::as_object_mut);
            if let Some((told, own)) = told.zip(own) {
                for name in VERSIONS
                    .into_iter()
                    .filter(|name| knows(&format!("{holder}/{name}")))
                {
                    // A request that lacks what it must have lacks it on purpose.
                    if own.contains_key(name) || !demands(&holder, name) {
                        put(own, name, told.get(name));
                    }
                }
            }
        }
        payload.bytes = Arc::new(body.to_string().into_bytes());
    }
}

/// Puts a version that was told where there is none, or another one of its kind.
fn put(own: &mut Map<String, Value>, name: &str, told: Option<&Value>) {
    let told = told.filter(|told| told.is_string() || told.is_number());
    let is_like = |told: &Value| match own.get(name) {
        Some(now) => now.is_string() == told.is_string() && now.is_number() == told.is_number(),
        None => true,
    };
    if let Some(told) = told.filter(|told| is_like(told)) {
        own.insert(name.to_owned(), told.clone());
    }
}

fn is_if_match(name: &str) -> bool {
    name.eq_ignore_ascii_case(IF_MATCH)
}

/// The request that reads what another one changes.
fn reading(request: &Request, operation: usize) -> Request {
    let headers = request.headers.iter();
    let headers = headers.filter(|(name, _)| !is_if_match(name));
    Request {
        operation,
        method: "GET".to_owned(),
        target: path_of(&request.target).to_owned(),
        from_link: None,
        headers: headers.cloned().collect(),
        body: None,
        // Whether who asks may do so is a matter of the change, and that must not fail for a state that nobody told.
        credentials: Credentials::Valid,
        cleans: request.cleans,
        own: request.own,
        fresh: false,
        case: None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;
    use crate::exchange::{Answer, Attempt, BodyEnd};
    use crate::transport::{Pausing, Sending, at_once};

    /// Lets anybody delete who names the state, which only the right one may read.
    struct Lax;

    impl Transport for Lax {
        fn send(&self, request: Request) -> Sending<'_> {
            let mut headers = request.headers.iter();
            let is_current = headers.any(|(_, value)| value == "\"2\"");
            let is_right = request.credentials == Credentials::Valid;
            let status = match (&*request.method, is_right, is_current) {
                ("GET", true, _) => 200,
                ("GET", false, _) => 401,
                (_, _, true) => 204,
                (_, _, false) => 412,
            };
            let answer = Answer {
                status,
                headers: vec![("ETag".to_owned(), "\"2\"".to_owned())],
                body: Arc::new(b"{}".to_vec()),
                end: BodyEnd::Complete,
            };
            let exchange = Exchange {
                url: String::new(),
                request,
                headers: Vec::new(),
                attempts: vec![Attempt {
                    result: Ok(answer),
                    took: Duration::ZERO,
                    waited: Duration::ZERO,
                }],
            };
            Box::pin(std::future::ready(exchange))
        }

        fn pause(&self, _: Duration) -> Pausing<'_> {
            at_once()
        }
    }

    const SPEC: &str = "openapi: 3.1.0
info: {title: Notes, version: 1.0.0}
paths:
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: note, responses: {'200': {description: d}}}
    delete: {operationId: drop, parameters: [{name: If-Match, in: header, required: true, schema: {type: string}}], responses: {'204': {description: d}}}
";

    #[tokio::test]
    async fn who_is_refused_for_the_state_is_asked_again_with_the_right_one() {
        let contract = Contract::load("notes", SPEC.to_owned(), &[]).unwrap();
        let (operation, _) = contract.operation("drop").unwrap();
        let battery = Battery::default();
        let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
        let wrong = Request {
            operation,
            method: "DELETE".to_owned(),
            target: "/notes/1".to_owned(),
            headers: vec![("If-Match".to_owned(), "x".to_owned())],
            credentials: Credentials::WrongSecret,
            ..Request::default()
        };
        let exchange = Current::new(&plan).send(&Lax, wrong).await;
        assert_eq!(exchange.answer().map(|answer| answer.status), Some(204));
        assert_eq!(exchange.request.credentials, Credentials::WrongSecret);
    }
}
