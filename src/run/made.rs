//! What the run made, noted as the requests go by whatever case sends them, so that it can be taken away again. Nothing
//! else is ever taken away.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::battery::Plan;
use crate::contract::{In, Operation, StatusKey};
use crate::derive::is_given_alone;
use crate::derive::resource::Resources;
use crate::exchange::{Answer, Exchange, FailureKind, Request};
use crate::transport::{Pausing, Sending, Transport};

use super::before::Before;
use super::evidence::Sent;
use super::places::{Claim, claims, is_below, item_path, listed, path_of};

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
    /// Its place among all that was made.
    pub(super) number: usize,
    /// Whether it was made for sure, and nothing may have taken it away.
    pub(super) is_sure: bool,
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
    /// It is at this path, and may have been there before: why.
    Doubtful(String, String),
    /// It is gone.
    Gone,
}

/// Why what the target gave for a create is not the run's own.
const GIVEN: &str = "was given for a create and may have been there before";

/// Passes requests on and notes what they make and take away.
pub(super) struct Keeping<'a> {
    pub(super) plan: &'a Plan,
    pub(super) inner: &'a dyn Transport,
    /// What all marks of the run begin with.
    pub(super) mark: String,
    pub(super) resources: Resources,
    pub(super) before: Before,
    made: Mutex<Vec<Made>>,
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
        }
    }

    pub(super) fn made(&self) -> MutexGuard<'_, Vec<Made>> {
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
        let mut made = self.made();
        let number = made.len();
        made.push(Made {
            number,
            is_sure: false,
            request: request.clone(),
            state: State::Unknown,
            sent: Sent::of(&self.mark, request),
            is_new: None,
            claims: Vec::new(),
            may_come: false,
            deleted: None,
            stays: false,
        });
        Some(number)
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

    /// Notes what became of it.
    fn end(&self, place: usize, exchange: &Exchange) {
        let request = &exchange.request;
        let is_put = request.method == "PUT";
        let resource = self.resources.made_by(request.operation);
        let path = path_of(&request.target);
        let failure = exchange.last().result.as_ref().err();
        let state = match &exchange.last().result {
            Err(failure) => match failure.kind {
                FailureKind::Dns
                | FailureKind::Connect
                | FailureKind::Tls
                | FailureKind::NotRecorded => State::Gone,
                // What was not sent made nothing; a change of what is there makes nothing.
                FailureKind::Cancelled if exchange.last().took.is_zero() => State::Gone,
                // What this run called so is nobody else's.
                _ if is_put && request.fresh => State::At(path.to_owned()),
                _ if is_put || resource.is_none() => State::Gone,
                _ => State::Unknown,
            },
            Ok(answer) if is_put => self.put(request, answer),
            Ok(answer) if answer.status / 100 == 2 => self.created(place, request, answer),
            // It may have failed only after it was done.
            Ok(answer) if answer.status >= 500 && resource.is_some() => State::Unknown,
            Ok(_) => State::Gone,
        };
        let may_come = |kind| matches!(kind, FailureKind::Timeout | FailureKind::Cancelled);
        self.made()[place].may_come = failure.is_some_and(|failure| may_come(failure.kind));
        let status = exchange.answer().map_or(0, |answer| answer.status);
        self.made()[place].is_sure = status / 100 == 2;
        let says_new = status == 201;
        self.settle(place, state, (is_put, says_new));
    }

    /// What the answer to a PUT says of what is at its path.
    fn put(&self, request: &Request, answer: &Answer) -> State {
        let path = path_of(&request.target);
        let at = || State::At(path.to_owned());
        if answer.status >= 500 && request.fresh {
            return at();
        }
        if answer.status / 100 != 2 {
            return State::Gone;
        }
        // One that answers 201 whatever it does says nothing by it.
        let mut successes = self.operation(request).successes();
        let tells =
            successes.any(|one| !matches!(one.key, StatusKey::Default | StatusKey::Exact(201)));
        let made = self.made();
        let known = made
            .iter()
            .filter(|one| one.owns(path))
            .max_by_key(|one| one.is_at(path));
        match known.map(|one| one.is_at(path)) {
            // It changed what the run made, or something that goes with it.
            Some(true) => return State::Gone,
            Some(false) if answer.status != 201 => return State::Gone,
            _ => drop(made),
        }
        if request.fresh || self.before.was_absent(path) || answer.status == 201 && tells {
            return at();
        }
        let why = format!(
            "was there for all that its PUT (answered {}) tells",
            answer.status
        );
        self.before.note_foreign(path, &why);
        match self.is_named(request) && answer.status != 201 {
            true => State::Gone,
            false => State::Doubtful(path.to_owned(), why),
        }
    }

    /// What the answer to a create says of what it made.
    fn created(&self, place: usize, request: &Request, answer: &Answer) -> State {
        let Some(resource) = self.resources.made_by(request.operation) else {
            return match answer.status {
                201 => State::Somewhere,
                _ => State::Gone,
            };
        };
        let template = &self.operation(request).path;
        let mut made = self.made();
        let one = &mut made[place];
        one.claims = claims((resource, template), request, &one.sent, answer);
        // What it was called is not always where it is.
        let first = one.claims.first().filter(|first| !first.is_named);
        first.map_or(State::Somewhere, |first| State::At(first.path.clone()))
    }

    /// Notes where it is, if that is known, and whose it is; `says_new` where the answer says that it was made.
    fn settle(&self, place: usize, state: State, (is_put, says_new): (bool, bool)) {
        let mut made = self.made();
        let State::At(path) = &state else {
            made[place].state = state;
            return;
        };
        let is_marked = |one: &Made| !one.sent.marks.is_empty();
        let is_fresh = made[place].request.fresh;
        let was_read = !is_fresh && self.before.was_read(path, place);
        let was_listed =
            !is_fresh && !is_marked(&made[place]) && self.before.was_listed(path, place);
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
        let first = made[place].claims.first();
        let is_it = first.is_some_and(|one| one.is_own || one.is_direct);
        if !is_put && is_telling && is_it {
            made[place].is_new = Some(!was_read && earlier.is_none());
        }
        match earlier {
            None if was_read || was_listed => self.before.note_foreign(path, GIVEN),
            // An id that the client chose is its own, however often it is sent.
            Some(known) if !is_put && !is_marked(&made[place]) && !is_marked(&made[known]) => {
                self.before.note_foreign(path, GIVEN);
                made[known].state = State::Doubtful(path.clone(), GIVEN.to_owned());
            }
            _ => {}
        }
        if is_put && made[place].claims.is_empty() {
            made[place].claims.push(Claim {
                path: path.clone(),
                is_own: true,
                is_direct: true,
                is_named: false,
            });
        }
        // What was there before is not the run's own, whatever the answer says.
        made[place].state = match was_read || was_listed || earlier.is_some() {
            true => State::Gone,
            false => state,
        };
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
        let count = self.made().len();
        let path = path_of(&request.target);
        for resource in self.resources.iter() {
            if resource.read == Some(request.operation) {
                match answer.status {
                    200..=299 => self.before.read(path, count),
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

    /// Notes that something was taken away, and with it what stood below it.
    fn gone(&self, exchange: &Exchange) {
        let path = path_of(&exchange.request.target);
        let status = exchange.answer().map(|answer| answer.status);
        if !matches!(status, Some(200..=299 | 410)) {
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
                target if is_below(target, path) => one.state = State::Gone,
                _ => {}
            }
        }
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
