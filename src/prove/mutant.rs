//! A mutant: a recorded world in which one clause is broken, and where in that world the break lies.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::battery::{Accept, Expects};
use crate::contract::{ClauseIx, Compiled, Response, StatusKey};
use crate::exchange::{Answer, Attempt, BodyEnd, Exchange, Key, Request};

use super::world::{World, set_header};
use crate::contract::sample;

/// A request as a mutant sees it.
pub struct Sent<'a> {
    /// The request.
    pub request: &'a Request,
    /// How many of its kind came before.
    pub turn: usize,
    /// What the recording answers.
    pub recorded: Option<&'a Exchange>,
}

/// Answers a request in another way; `None` leaves it as recorded.
pub type Edit = Arc<dyn Fn(&World<'_>, &Sent<'_>) -> Option<Exchange> + Send + Sync>;

/// One break.
#[derive(Clone)]
pub struct Mutant {
    /// The clause that is broken.
    pub clause: ClauseIx,
    /// Where: `early`, `late`, or what else is special about it.
    pub variant: String,
    /// What is done, in words.
    pub how: String,
    /// The break.
    pub edit: Edit,
}

/// Where in a recorded world an answer of one status is changed.
#[derive(Debug, Clone)]
pub struct Spot {
    /// `early` or `late`.
    pub variant: &'static str,
    keys: Vec<Key>,
    made: Option<(Exchange, usize)>,
}

impl Spot {
    /// An exchange of this spot, as it is before the change.
    pub fn exchange<'w>(&'w self, world: &'w World<'_>) -> Option<&'w Exchange> {
        match &self.made {
            Some((exchange, _)) => Some(exchange),
            None => world.recorded(self.keys.last()?, 0),
        }
    }

    /// The answer that is changed.
    pub fn answer<'w>(&'w self, world: &'w World<'_>) -> Option<&'w Answer> {
        let exchange = self.exchange(world)?;
        match &self.made {
            Some((_, attempt)) => exchange.attempts[*attempt].result.as_ref().ok(),
            None => exchange.answer(),
        }
    }

    /// Its body, where it is JSON.
    pub fn body(&self, world: &World<'_>) -> Option<Value> {
        serde_json::from_slice(&self.answer(world)?.body).ok()
    }

    /// The edit that changes the answer here.
    pub fn change(&self, change: impl Fn(&mut Answer) -> bool + Send + Sync + 'static) -> Edit {
        let spot = self.clone();
        Arc::new(move |_, sent| {
            if !spot.keys.contains(&sent.request.key()) {
                return None;
            }
            let mut copy = match &spot.made {
                Some((exchange, _)) => Exchange {
                    request: sent.request.clone(),
                    ..exchange.clone()
                },
                None => sent.recorded?.clone(),
            };
            let place = spot
                .made
                .as_ref()
                .map_or(copy.attempts.len() - 1, |(_, attempt)| *attempt);
            let answer = copy.attempts.get_mut(place)?.result.as_mut().ok()?;
            change(answer).then_some(copy)
        })
    }

    /// As `change`, for its JSON.
    pub fn change_body(&self, change: impl Fn(&mut Value) -> bool + Send + Sync + 'static) -> Edit {
        self.change(move |answer| {
            let Ok(mut body) = serde_json::from_slice(&answer.body) else {
                return false;
            };
            let changed = change(&mut body);
            answer.body = Arc::new(body.to_string().into_bytes());
            changed
        })
    }
}

/// The spots of a response: on the first and the last page, on the first and the last answer of that status, or, where
/// the recording has none, on an answer made from the contract.
pub fn spots(world: &World<'_>, operation: usize, response: &Response) -> Vec<Spot> {
    let documented = &world.plan.contract.operations[operation];
    let fits = |key: &Key| {
        let answer = world.recorded(key, 0).and_then(Exchange::answer);
        key.operation == operation
            && key.method == documented.method
            && answer.is_some_and(|answer| {
                documented
                    .response(answer.status)
                    .is_some_and(|found| found.key == response.key)
            })
    };
    let page = |target: &String| world.page_key(target).filter(fits);
    if let (Some(first), Some(last)) = (
        world.pages.first().and_then(page),
        world.pages.last().and_then(page),
    ) {
        let mut out = vec![Spot {
            variant: "early",
            keys: vec![first.clone()],
            made: None,
        }];
        if first != last {
            out.push(Spot {
                variant: "late",
                keys: vec![last],
                made: None,
            });
        }
        return out;
    }
    let keys: Vec<Key> = world
        .order
        .iter()
        .filter(|key| fits(key))
        .cloned()
        .collect();
    if let Some(last) = keys.last().cloned() {
        return vec![
            Spot {
                variant: "early",
                keys,
                made: None,
            },
            Spot {
                variant: "late",
                keys: vec![last],
                made: None,
            },
        ];
    }
    made(world, operation, response).into_iter().collect()
}

/// An answer made from the contract, given to a request that would take it.
fn made(world: &World<'_>, operation: usize, response: &Response) -> Option<Spot> {
    let documented = &world.plan.contract.operations[operation];
    let status = match response.key {
        StatusKey::Exact(status) => status,
        StatusKey::Range(hundreds) => hundreds * 100 + 18,
        StatusKey::Default => return None,
    };
    let body = response
        .content
        .iter()
        .find_map(|media| media.body.as_ref())
        .and_then(|body| body.schema.get());
    let mut answer = Answer {
        status,
        headers: Vec::new(),
        body: Arc::new(Vec::new()),
        end: BodyEnd::Complete,
    };
    if let Some(compiled) = body {
        let value = sample(compiled.schema(), compiled.schema());
        answer.body = Arc::new(value.to_string().into_bytes());
    }
    if let Some(media) = response.content.first() {
        set_header(&mut answer, "Content-Type", Some(&media.range));
    }
    for header in &response.headers {
        let sample = header
            .schema
            .as_ref()
            .and_then(|(_, lazy)| lazy.get())
            .map(|compiled: &Compiled| sample(compiled.schema(), compiled.schema()));
        let text = match sample {
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
            None => format!("conform-{}", header.name.to_ascii_lowercase()),
        };
        set_header(&mut answer, &header.name, Some(&text));
    }
    let attempt = |result| Attempt {
        result: Ok(result),
        took: Duration::ZERO,
        waited: Duration::ZERO,
    };
    let cases: Vec<_> = world
        .plan
        .cases
        .iter()
        .filter(|case| {
            case.step().operation == operation && case.skipped.is_none() && case.control.is_some()
        })
        .collect();
    let accepts = |wanted: &Accept| !wanted.empty && wanted.status.covers(status);
    let same_method = |case: &&&crate::battery::Case| {
        case.step()
            .requests
            .first()
            .is_some_and(|request| request.method == documented.method)
    };
    let taker = cases
        .iter()
        .filter(same_method)
        .find(|case| {
            case.step().expects != Expects::Success && case.step().accepts.iter().any(accepts)
        })
        .or_else(|| {
            cases
                .iter()
                .filter(same_method)
                .find(|case| case.step().expects == Expects::Any)
        });
    let key = match taker {
        Some(case) => case.step().send(case.step().requests.first()?).key(),
        None => world.valid_key()?,
    };
    let like = world.recorded(&key, 0)?;
    let exchange = Exchange {
        attempts: vec![attempt(answer)],
        ..like.clone()
    };
    Some(Spot {
        variant: "made",
        keys: vec![key],
        made: Some((exchange, 0)),
    })
}
