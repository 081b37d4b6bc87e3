//! What the run made, noted as the requests go by whatever case sends them, so that it can be taken away again. Nothing
//! else is ever taken away.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::battery::Plan;
use crate::contract::Operation;
use crate::derive::resource::Resources;
use crate::exchange::{Exchange, FailureKind, Request};
use crate::transport::{Pausing, Sending, Transport};

use super::marks;
use super::places::{item_path, listed, path_of, place_of};

/// Something that a request of this run made, or may have made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// The request.
    pub(super) request: Request,
    /// What is known of it.
    pub(super) state: State,
    /// The marks in its body, each of which nothing else has.
    pub(super) marks: Vec<String>,
    /// Whether it is something new, where that can be told.
    pub(super) is_new: Option<bool>,
    /// Where else it may be: what it goes by cannot always be told.
    pub(super) others: Vec<String>,
    /// Whether it may be made yet: no answer came in time.
    pub(super) may_come: bool,
    /// The path at which it was deleted.
    pub(super) deleted: Option<String>,
    /// Whether it was read after it was deleted.
    pub(super) stays: bool,
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
    /// It is at this path, and may have been there before: the target gave it for more than one request.
    Shared(String),
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
    /// The same of what stood in a list. What it goes by there is concluded.
    listed: Mutex<HashMap<String, usize>>,
    /// The paths of what was there before the run, though the target gave it for a create.
    foreign: Mutex<HashSet<String>>,
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
            listed: Mutex::default(),
            foreign: Mutex::default(),
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

    /// What was deleted of what these operations made, with its path.
    pub(super) fn deleted(&self, made_by: &[usize]) -> Vec<(Made, String)> {
        let made = self.made();
        let done = made
            .iter()
            .filter(|one| one.state == State::Gone && !one.stays);
        let own = done.filter(|one| made_by.contains(&one.request.operation));
        own.filter_map(|one| Some((one.clone(), one.deleted.clone()?)))
            .collect()
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
            is_new: None,
            others: Vec::new(),
            may_come: false,
            deleted: None,
            stays: false,
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
                // What a mark names is nobody else's.
                _ if is_put && self.is_marked(request) => {
                    State::At(path_of(&request.target).to_owned())
                }
                _ if is_put || resource.is_none() => State::Gone,
                _ => State::Unknown,
            },
            Ok(answer) if is_put => {
                let is_new =
                    answer.status == 201 || answer.status / 100 == 2 && self.is_marked(request);
                match is_new {
                    true => State::At(path_of(&request.target).to_owned()),
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
        let failure = exchange.last().result.as_ref().err();
        self.made()[place].may_come = failure.is_some_and(|failure| {
            matches!(failure.kind, FailureKind::Timeout | FailureKind::Cancelled)
        });
        let says_new = exchange.answer().is_some_and(|answer| answer.status == 201);
        self.settle(place, state, (is_put, says_new));
    }

    /// Whether the path of a request has a mark.
    fn is_marked(&self, request: &Request) -> bool {
        !marks::found(&self.mark, path_of(&request.target)).is_empty()
    }

    /// Notes where it is, if that is known, and whose it is; `says_new` where the answer says that it was made.
    fn settle(&self, place: usize, state: State, (is_put, says_new): (bool, bool)) {
        let mut made = self.made();
        let State::At(path) = &state else {
            made[place].state = state;
            return;
        };
        let by_then =
            |known: &HashMap<String, usize>| known.get(path).is_some_and(|count| *count <= place);
        let is_marked = |one: &Made| !one.marks.is_empty();
        let was_read = by_then(&self.read());
        let was_listed = !is_marked(&made[place]) && by_then(&self.listed());
        let earlier = made[..place].iter().position(|one| one.state == state);
        let is_other = |one: &Made| {
            let (known, own) = (&one.request, &made[place].request);
            (&known.target, &known.body) != (&own.target, &own.body)
        };
        // Without a mark a create may well give what is there already, if it does not say that it made it.
        let is_telling = is_marked(&made[place])
            || !was_read
                && !was_listed
                && earlier.is_none_or(|known| says_new || is_other(&made[known]));
        if !is_put && is_telling {
            made[place].is_new = Some(!was_read && earlier.is_none());
        }
        match earlier {
            None if was_read || was_listed => self.note_foreign(path),
            // An id that the client chose is its own, however often it is sent.
            Some(known) if !is_put && !is_marked(&made[place]) && !is_marked(&made[known]) => {
                self.note_foreign(path);
                made[known].state = State::Shared(path.clone());
            }
            _ => {}
        }
        // What was there before is not the run's own, whatever the answer says.
        made[place].state = match was_read || was_listed || earlier.is_some() {
            true => State::Gone,
            false => state,
        };
    }

    /// Notes that what is at a path is not the run's own.
    fn note_foreign(&self, path: &str) {
        let mut foreign = self.foreign.lock().unwrap_or_else(PoisonError::into_inner);
        foreign.insert(path.to_owned());
    }

    fn listed(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why a request is not sent: it would change what the run did not make, though the target gave it for a create.
    pub(super) fn refusal(&self, request: &Request) -> Option<String> {
        if !matches!(&*request.method, "PUT" | "PATCH" | "DELETE") {
            return None;
        }
        let foreign = self.foreign.lock().unwrap_or_else(PoisonError::into_inner);
        let path = path_of(&request.target);
        let is_it = |one: &&String| {
            let below = path.strip_prefix(one.as_str());
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let one = foreign.iter().find(is_it)?;
        Some(format!(
            "{one} was given for a create and may have been there before, so it is left alone"
        ))
    }

    fn read(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was there: one that was read, and those that a list has.
    fn seen(&self, exchange: &Exchange) {
        let request = &exchange.request;
        let Some(answer) = exchange.answer().filter(|_| request.method == "GET") else {
            return;
        };
        if request.cleans {
            return;
        }
        self.look_again(request, answer.status);
        if answer.status / 100 != 2 {
            return;
        }
        let count = self.made().len();
        for resource in self.resources.iter() {
            if resource.read == Some(request.operation) {
                let path = path_of(&request.target).to_owned();
                self.read().entry(path).or_insert(count);
            }
            if resource.list == Some(request.operation) && !resource.is_chosen {
                let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
                let ids = body.map(|body| listed(&body, resource)).unwrap_or_default();
                let mut listed = self.listed();
                for id in ids {
                    let path = item_path(resource, &request.target, &id);
                    listed.entry(path).or_insert(count);
                }
            }
        }
    }

    /// Notes whether what was deleted is there all the same.
    fn look_again(&self, request: &Request, status: u16) {
        let path = path_of(&request.target);
        let mut made = self.made();
        let deleted = made.iter_mut();
        for one in deleted.filter(|one| one.deleted.as_deref() == Some(path)) {
            one.stays = status / 100 == 2;
            one.state = match one.stays {
                true => State::At(path.to_owned()),
                false => State::Gone,
            };
        }
    }

    /// Notes that something was taken away.
    fn gone(&self, exchange: &Exchange) {
        let path = path_of(&exchange.request.target);
        let status = exchange.answer().map(|answer| answer.status);
        if matches!(status, Some(200..=299 | 410)) {
            self.read().remove(path);
            self.listed().remove(path);
            let mut made = self.made();
            let at = State::At(path.to_owned());
            for one in made.iter_mut().filter(|one| one.state == at) {
                one.state = State::Gone;
                one.deleted = Some(path.to_owned());
            }
        }
    }

    /// Whether what an exchange made is something new; `None` where it made nothing, or that cannot be told.
    pub(super) fn made_new(&self, exchange: &Exchange) -> Option<bool> {
        let made = self.made();
        let mut own = made.iter().rev();
        own.find(|one| one.request == exchange.request)?.is_new
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
