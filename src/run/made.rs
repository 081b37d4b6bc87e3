//! What the run made, noted as the requests go by whatever case sends them, so that it can be taken away again. Nothing
//! else is ever taken away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::battery::Plan;
use crate::check::envelope::Usual;
use crate::contract::{In, Operation};
use crate::derive::is_given_alone;
use crate::derive::parts::shape;
use crate::derive::resource::Resources;
use crate::exchange::{Answer, Exchange, Request};
use crate::transport::{Pausing, Sending, Transport};

use super::before::{Before, Keys};
use super::chosen::Chosen;
use super::current::Current;
use super::evidence::Sent;
use super::places::{Claim, chosen, is_below, is_gone, item_path, listed, path_of, place_of};

/// Something that a request of this run made, or may have made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// The request.
    pub(super) request: Request,
    /// What is known of it.
    pub(super) state: State,
    /// What the request sent, by which it can be known.
    pub(super) sent: Sent,
    /// Whether it is something new, where that can be told.
    pub(super) is_new: Option<bool>,
    /// The paths that were named for it, the likeliest first.
    pub(super) claims: Vec<Claim>,
    /// The path of what goes by the key that the request chose for it.
    pub(super) chosen: Option<String>,
    /// What it goes by, where its create did not tell and it was found.
    pub(super) found: Option<Value>,
    /// Whether the request chose a key for it that may be another thing's as well.
    pub(super) is_keyed: bool,
    /// Its place among all that was made.
    pub(super) number: usize,
    /// The name of the member that has what it goes by, where an answer or the request shows it.
    pub(super) id_member: Option<String>,
    /// Whether it was made for sure, and nothing may have taken it away.
    pub(super) is_sure: bool,
    /// Whether the answer says that something was made, and not only given.
    pub(super) is_told: bool,
    /// Whether it may be made yet: no answer came in time.
    pub(super) may_come: bool,
    /// The path at which it was deleted.
    pub(super) deleted: Option<String>,
    /// Whether it was read after it was deleted.
    pub(super) stays: bool,
    /// The members that it was sent with and the answer shows.
    pub(super) shows: Vec<String>,
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
    /// It is at this path, and may have been there before: why.
    Doubtful(String, String),
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
    pub(super) before: Before,
    made: Mutex<Vec<Made>>,
    /// For each operation what it answers where it does what it is asked.
    usual: Mutex<HashMap<usize, Usual>>,
    /// By the path of a list, the keys that stood in it before the run made anything like that.
    keys: Mutex<HashMap<String, Arc<Keys>>>,
    current: Current<'a>,
    pub(super) chosen: Chosen,
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
            before: Before::default(),
            made: Mutex::default(),
            usual: Mutex::default(),
            keys: Mutex::default(),
            current: Current::new(plan),
            chosen: Chosen::default(),
        }
    }

    pub(super) fn made(&self) -> MutexGuard<'_, Vec<Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn usual(&self) -> MutexGuard<'_, HashMap<usize, Usual>> {
        self.usual.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keys(&self) -> MutexGuard<'_, HashMap<String, Arc<Keys>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
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
            "POST" => operation.method == "POST" && !self.is_update(request),
            "PUT" => operation.method == "PUT",
            _ => false,
        };
        if !makes || request.cleans {
            return None;
        }
        let sent = Sent::of(&self.mark, request);
        let resource = self.resources.made_by(request.operation);
        let template = &operation.path;
        let chosen = resource.and_then(|kind| chosen((kind, template), request, &sent));
        let is_keyed = self.open_keys(request, &sent).next().is_some();
        let mut made = self.made();
        let number = made.len();
        made.push(Made {
            number,
            is_sure: false,
            is_told: false,
            id_member: None,
            request: request.clone(),
            state: State::Unknown,
            sent,
            is_new: None,
            claims: Vec::new(),
            chosen,
            found: None,
            is_keyed,
            may_come: false,
            deleted: None,
            stays: false,
            shows: Vec::new(),
        });
        Some(number)
    }

    /// Whether a request is a POST that changes what its path leads to.
    fn is_update(&self, request: &Request) -> bool {
        let mut all = self.resources.iter();
        request.method == "POST" && all.any(|one| one.updates.contains(&request.operation))
    }

    pub(super) fn operation(&self, request: &Request) -> &Operation {
        &self.plan.contract.operations[request.operation]
    }

    /// Whether the user names, for that very operation, what its path ends with.
    pub(super) fn is_named(&self, request: &Request) -> bool {
        let operation = self.operation(request);
        let mut parameters = operation.parameters.iter();
        parameters.any(|one| {
            one.location == In::Path && is_given_alone(&self.plan.parameters, operation, &one.name)
        })
    }

    /// The path of a request as the contract has it.
    pub(super) fn place_of<'r>(&self, request: &'r Request) -> &'r str {
        place_of(request, &self.operation(request).path)
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
        self.look_again(exchange, answer);
        let count = self.made().len();
        let path = self.place_of(request);
        for resource in self.resources.iter() {
            if resource.read == Some(request.operation) {
                match answer.status {
                    200..=299 if self.is_absent_within(exchange) => self.before.absent(path),
                    200..=299 => {
                        self.before.read(path, count);
                        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
                        self.learn(path, resource, &body);
                        self.note_id(request.operation, path, &body);
                    }
                    404 | 410 => self.before.absent(path),
                    _ => {}
                }
            }
            if resource.list == Some(request.operation) && answer.status / 100 == 2 {
                let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
                let ids = body.map(|body| listed(&body, resource)).unwrap_or_default();
                let template = self.operation(request).path.as_str();
                for id in ids {
                    let path = item_path((resource, template), &request.target, &id);
                    path.into_iter()
                        .for_each(|path| self.before.listed(path, count));
                }
            }
        }
    }

    /// Notes whether what was deleted is there all the same.
    fn look_again(&self, exchange: &Exchange, answer: &Answer) {
        let request = &exchange.request;
        let is_gone = || serde_json::from_slice(&answer.body).is_ok_and(|body| is_gone(&body));
        let path = self.place_of(request);
        let mut made = self.made();
        let deleted = made.iter_mut();
        for one in deleted.filter(|one| one.deleted.as_deref() == Some(path)) {
            let is_refused = || self.refused_within(exchange).is_some();
            one.stays = answer.status / 100 == 2 && !is_gone() && !is_refused();
            one.state = match one.stays {
                true => State::At(path.to_owned()),
                false => State::Gone,
            };
        }
    }

    /// Notes that something was taken away, and with it what stood below it.
    fn gone(&self, exchange: &Exchange) {
        let path = self.place_of(&exchange.request);
        let status = exchange.answer().map(|answer| answer.status);
        // What was refused in the body took nothing away.
        if !matches!(status, Some(200..=299 | 410)) || self.refused_within(exchange).is_some() {
            return;
        }
        self.before.forget(path);
        for one in self.made().iter_mut() {
            if one.is_at(path) {
                one.state = State::Gone;
                one.deleted = Some(path.to_owned());
                continue;
            }
            match path_of(&one.request.target) {
                // All that is listed there may be gone.
                target if target == path => one.is_sure = false,
                // What is made below something and stands by itself may be there yet.
                target if is_below(target, path) && self.goes_with(one, &exchange.request) => {
                    one.state = State::Gone;
                }
                _ => {}
            }
        }
    }

    /// Whether the path of what was made is below that of a request.
    fn goes_with(&self, made: &Made, above: &Request) -> bool {
        let resource = self.resources.made_by(made.request.operation);
        let above = shape(&self.operation(above).path);
        resource.is_none_or(|resource| shape(&resource.item).starts_with(&above))
    }

    /// Notes that something is what a request of the run made.
    pub(super) fn note_own(&self, number: usize, path: &str) {
        let mut made = self.made();
        let one = &mut made[number];
        one.claims.retain(|claim| claim.path != path);
        let claim = Claim {
            path: path.to_owned(),
            is_own: true,
            is_direct: true,
            is_named: false,
        };
        one.claims.insert(0, claim);
        if one.state != State::Gone {
            one.state = State::At(path.to_owned());
        }
    }

    /// Whether what an exchange made is something new; `None` where it made nothing, or that cannot be told.
    pub(super) fn made_new(&self, exchange: &Exchange) -> Option<bool> {
        let made = self.made();
        let mut own = made.iter().rev();
        own.find(|one| one.request == exchange.request)?.is_new
    }
}

impl Made {
    /// Whether a path leads to it or to something below it.
    pub(super) fn owns(&self, path: &str) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|one| one.is_own && is_below(path, &one.path))
    }

    /// Whether it is at that path, as far as that is known.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let mut claims = self.claims.iter();
        let is_there = matches!(&self.state, State::At(at) if at == path);
        let is_claimed = claims.any(|one| one.is_own && one.path == path);
        is_there || is_claimed && !matches!(self.state, State::Gone | State::Doubtful(..))
    }
}

impl Transport for Keeping<'_> {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let place = self.begin(&request);
            let exchange = self.current.send(self.inner, request).await;
            if let Some(place) = place {
                self.end(place, &exchange);
                self.find_at_once(place).await;
                self.note_ways(&exchange);
            } else if exchange.request.method == "DELETE" {
                self.gone(&exchange);
            } else {
                self.seen(&exchange);
                self.note_ways(&exchange);
            }
            let is_change = matches!(&*exchange.request.method, "PUT" | "PATCH");
            if (is_change || self.is_update(&exchange.request))
                && self.refused_within(&exchange).is_none()
            {
                self.note_change(&exchange);
                self.follow(&exchange);
            }
            self.note_usual(&exchange);
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
