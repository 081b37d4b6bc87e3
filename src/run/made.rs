//! What the run made, noted as the requests go by whatever case sends them, so that it can be taken away again. Nothing
//! else is ever taken away.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::battery::Plan;
use crate::check::offer::last_segment;
use crate::contract::{LinkValue, Operation};
use crate::derive::resource::{Resource, Resources};
use crate::exchange::{Answer, Exchange, FailureKind, Request, escaped};
use crate::transport::{Pausing, Sending, Transport};

use super::marks;

/// Something that a request of this run made, or may have made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// The request.
    pub(super) request: Request,
    /// What is known of it.
    pub(super) state: State,
    /// The marks in its body, each of which nothing else has.
    pub(super) marks: Vec<String>,
    /// Where the answer says that it is, and whether something was there before it was asked for.
    told: Option<(String, bool)>,
}

/// What is known of something that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Whether it was made is not known: the request is under way, or no answer came.
    Unknown,
    /// It was made, and where it is the answer did not tell.
    Somewhere,
    /// It is at this path.
    At(String),
    /// It is gone.
    Gone,
}

/// Passes requests on and notes what they make and take away.
pub(super) struct Keeping<'a> {
    pub(super) plan: &'a Plan,
    pub(super) inner: &'a dyn Transport,
    /// What all marks of the run begin with.
    pub(super) mark: String,
    pub(super) resources: Resources,
    made: Mutex<Vec<Made>>,
    /// What was read and is not known to be gone: its path, and how many things had been asked for by then.
    read: Mutex<HashMap<String, usize>>,
}

impl<'a> Keeping<'a> {
    pub(super) fn new(plan: &'a Plan, inner: &'a dyn Transport, mark: &str) -> Keeping<'a> {
        let writes = plan.cases.iter().any(|case| {
            let mut requests = case.steps.iter().flat_map(|step| &step.requests);
            case.skipped.is_none() && requests.any(|request| is_write(&request.method))
        });
        let resources = match writes {
            true => Resources::of(&plan.contract, |_| true),
            false => Resources::default(),
        };
        Keeping {
            plan,
            inner,
            mark: mark.to_owned(),
            resources,
            made: Mutex::default(),
            read: Mutex::default(),
        }
    }

    fn made(&self) -> std::sync::MutexGuard<'_, Vec<Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that was made and is not gone, in the order in which it was asked for.
    pub(super) fn there(&self) -> Vec<Made> {
        let made = self.made();
        let there = made.iter().filter(|one| one.state != State::Gone);
        there.cloned().collect()
    }

    /// Notes a request that may make something, before it is sent; its place.
    fn begin(&self, request: &Request) -> Option<usize> {
        let operation = self.operation(request);
        let makes = match request.method.as_str() {
            "POST" => operation.method == "POST",
            "PUT" => operation.method == "PUT",
            _ => false,
        };
        if !makes || request.cleans {
            return None;
        }
        let body = request.body.as_ref();
        let text = body.map(|body| String::from_utf8_lossy(&body.bytes).into_owned());
        let mut made = self.made();
        made.push(Made {
            request: request.clone(),
            state: State::Unknown,
            marks: marks::found(&self.mark, &text.unwrap_or_default()),
            told: None,
        });
        Some(made.len() - 1)
    }

    fn operation(&self, request: &Request) -> &Operation {
        &self.plan.contract.operations[request.operation]
    }

    /// Notes what became of it.
    fn end(&self, place: usize, exchange: &Exchange) {
        let request = &exchange.request;
        let is_put = request.method == "PUT";
        let resource = self.resources.made_by(request.operation);
        let state = match &exchange.last().result {
            Err(failure) => match failure.kind {
                FailureKind::Dns
                | FailureKind::Connect
                | FailureKind::Tls
                | FailureKind::NotRecorded => State::Gone,
                // What was not sent made nothing; a change of what is there makes nothing.
                FailureKind::Cancelled if exchange.last().took.is_zero() => State::Gone,
                _ if is_put || resource.is_none() => State::Gone,
                _ => State::Unknown,
            },
            Ok(answer) if is_put => {
                let path = path_of(&request.target);
                let is_new = answer.status == 201
                    || answer.status / 100 == 2 && !marks::found(&self.mark, path).is_empty();
                match is_new {
                    true => State::At(path.to_owned()),
                    false => State::Gone,
                }
            }
            Ok(answer) if answer.status / 100 == 2 => match resource {
                Some(resource) => {
                    place_of(resource, request, answer).map_or(State::Somewhere, State::At)
                }
                None if answer.status == 201 => State::Somewhere,
                None => State::Gone,
            },
            // It may have failed only after it was done.
            Ok(answer) if answer.status >= 500 && resource.is_some() => State::Unknown,
            Ok(_) => State::Gone,
        };
        let mut made = self.made();
        let State::At(path) = &state else {
            made[place].state = state;
            return;
        };
        let mut others = made[..place].iter();
        let was_read = self.read().get(path).is_some_and(|count| *count <= place);
        let is_known = was_read || others.any(|one| one.state == state);
        if !is_put {
            made[place].told = Some((path.clone(), is_known));
        }
        // What was there before is not the run's own, whatever the answer says.
        made[place].state = if is_known { State::Gone } else { state };
    }

    fn read(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something was there.
    fn seen(&self, exchange: &Exchange) {
        let request = &exchange.request;
        let is_one = self
            .resources
            .iter()
            .any(|one| one.read == Some(request.operation));
        let answer = exchange.answer();
        if is_one && request.method == "GET" && answer.is_some_and(|one| one.status / 100 == 2) {
            let count = self.made().len();
            let path = path_of(&request.target).to_owned();
            self.read().entry(path).or_insert(count);
        }
    }

    /// Notes that something was taken away.
    fn gone(&self, exchange: &Exchange) {
        let path = path_of(&exchange.request.target);
        let status = exchange.answer().map(|answer| answer.status);
        if matches!(status, Some(200..=299 | 410)) {
            self.read().remove(path);
            let mut made = self.made();
            let at = State::At(path.to_owned());
            let own = made.iter_mut().filter(|one| one.state == at);
            own.for_each(|one| one.state = State::Gone);
        }
    }

    /// Whether what an exchange made is something new; `None` where it made nothing, or its place is not known.
    pub(super) fn made_new(&self, exchange: &Exchange) -> Option<bool> {
        let made = self.made();
        let mut own = made.iter().rev();
        let own = own.find(|one| one.request == exchange.request)?;
        let (_, is_known) = own.told.as_ref()?;
        Some(!is_known)
    }
}

impl Transport for Keeping<'_> {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let place = self.begin(&request);
            let exchange = self.inner.send(request).await;
            if let Some(place) = place {
                self.end(place, &exchange);
            } else if exchange.request.method == "DELETE" {
                self.gone(&exchange);
            } else {
                self.seen(&exchange);
            }
            exchange
        })
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        self.inner.pause(time)
    }
}

pub(super) fn is_write(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// A target without its query.
pub(super) fn path_of(target: &str) -> &str {
    target
        .split('?')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
}

/// The path of what a create made, by its answer.
fn place_of(resource: &Resource, request: &Request, answer: &Answer) -> Option<String> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let location = || answer.header("Location").next().map(last_segment);
    let mut ids = resource.ids.iter().filter_map(|place| match place {
        LinkValue::Body(at) => text_of(body.as_ref()?.pointer(at)?),
        LinkValue::Header(name) => answer.header(name).next().map(last_segment),
        LinkValue::Sent(_) => None,
    });
    let id = ids
        .find(|id| !id.is_empty())
        .or_else(location)
        .filter(|id| !id.is_empty())?;
    Some(item_path(resource, &request.target, &id))
}

/// The path of the one with that id, where the path of the create says the rest.
pub(super) fn item_path(resource: &Resource, created_at: &str, id: &str) -> String {
    let sent: Vec<&str> = path_of(created_at).split('/').collect();
    let template: Vec<&str> = resource.item.trim_end_matches('/').split('/').collect();
    let last = template.len() - 1;
    let parts = template
        .iter()
        .enumerate()
        .map(|(n, part)| match part.starts_with('{') {
            true if n == last => escaped(id),
            true => sent.get(n).copied().unwrap_or(part).to_owned(),
            false => (*part).to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

/// An id as a text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
