//! A recorded run as a world to break things in: which request got which answer, the pages in their order, and how an
//! answer is copied with one thing changed.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use sha2::{Digest, Sha256};

use crate::battery::{Case, Collection, Plan, Sequence, Source, Test};
use crate::check::page;
use crate::exchange::{Answer, Credentials, Exchange, Key, Recording, Request};

/// A recording, made ready.
pub struct World<'p> {
    /// The plan it belongs to.
    pub plan: &'p Plan,
    /// All keys, in the order recorded.
    pub order: Vec<Key>,
    exchanges: HashMap<Key, Vec<Exchange>>,
    /// The targets of the pages, from the first to the last; only the first where nothing is paged.
    pub pages: Vec<String>,
    /// The control: the case of the plain valid request.
    pub control: Option<&'p Case>,
}

impl<'p> World<'p> {
    /// Makes a recording ready.
    pub fn new(plan: &'p Plan, recording: &Recording) -> World<'p> {
        let mut order = Vec::new();
        let mut exchanges: HashMap<Key, Vec<Exchange>> = HashMap::new();
        for exchange in &recording.exchanges {
            let key = exchange.request.key();
            let list = exchanges.entry(key.clone()).or_default();
            if list.is_empty() {
                order.push(key);
            }
            list.push(exchange.clone());
        }
        let is_control = |index: usize| plan.cases.iter().any(|case| case.control == Some(index));
        let control = (0..plan.cases.len())
            .find(|index| is_control(*index))
            .or(if plan.cases.is_empty() { None } else { Some(0) });
        let mut world = World {
            plan,
            order,
            exchanges,
            pages: Vec::new(),
            control: control.map(|index| &plan.cases[index]),
        };
        world.pages = world.walk();
        world
    }

    /// The recorded answer to the nth request of a kind; after the last, that again.
    pub fn recorded(&self, key: &Key, turn: usize) -> Option<&Exchange> {
        let all = self.exchanges.get(key)?;
        all.get(turn.min(all.len() - 1))
    }

    /// How pages are read.
    pub fn collection(&self) -> Option<&'p Collection> {
        self.control?.step().collection.as_ref()
    }

    /// The key of the plain valid request.
    pub fn valid_key(&self) -> Option<Key> {
        let step = self.control?.step();
        Some(step.send(step.requests.first()?).key())
    }

    /// The key of a valid request to a target.
    pub fn page_key(&self, target: &str) -> Option<Key> {
        let step = self.control?.step();
        Some(step.follow(step.requests.first()?, target).key())
    }

    /// The answer to the plain valid request.
    pub fn valid(&self) -> Option<&Exchange> {
        self.recorded(&self.valid_key()?, 0)
    }

    /// The valid answer to a target.
    pub fn page(&self, target: &str) -> Option<&Exchange> {
        self.recorded(&self.page_key(target)?, 0)
    }

    fn walk(&self) -> Vec<String> {
        let Some(start) = self
            .control
            .and_then(|control| control.step().requests.first())
        else {
            return Vec::new();
        };
        let mut pages = vec![start.target.clone()];
        let Some(collection) = self.collection() else {
            return pages;
        };
        while let Some(body) = self.page(&pages[pages.len() - 1]).and_then(body_of) {
            let page = page::read(collection, &body);
            let next = page::next_target(collection, &page, &pages[pages.len() - 1]);
            match next {
                Some(next) if !pages.contains(&next) => pages.push(next),
                _ => break,
            }
        }
        pages
    }

    /// The answer to one request as the answer to another. What must never be the same twice is made another, so that
    /// the copy breaks nothing by being one.
    pub fn as_answer_to(&self, request: &Request, exchange: &Exchange) -> Exchange {
        let mut copy = Exchange {
            request: request.clone(),
            ..exchange.clone()
        };
        let Some(Ok(answer)) = copy.attempts.last_mut().map(|last| last.result.as_mut()) else {
            return copy;
        };
        for rule in &self.plan.rules {
            for (_, source) in &rule.bind {
                if let (Test::Sequence(Sequence::NeverRepeats), Source::Header(name)) =
                    (&rule.test, source)
                {
                    let own = format!("{:?} {}", request.credentials, request.target);
                    let digest = crate::contract::hex(&Sha256::digest(own.as_bytes())[..8]);
                    set_header(answer, name, Some(&format!("conform-{digest}")));
                }
            }
        }
        copy
    }

    /// Whether a request is one for that page, by somebody who may see it.
    pub fn is_page(&self, request: &Request, target: &str) -> bool {
        request.credentials == Credentials::Valid
            && request.target == target
            && self.control.is_some_and(|control| {
                control
                    .step()
                    .requests
                    .first()
                    .is_some_and(|planned| planned.method == request.method)
            })
    }
}

/// The last answer's body, where it is JSON.
pub fn body_of(exchange: &Exchange) -> Option<Value> {
    serde_json::from_slice(&exchange.answer()?.body).ok()
}

/// A copy of an exchange with its last answer changed.
pub fn with_answer(exchange: &Exchange, change: impl FnOnce(&mut Answer)) -> Option<Exchange> {
    let mut copy = exchange.clone();
    let answer = copy.attempts.last_mut()?.result.as_mut().ok()?;
    change(answer);
    Some(copy)
}

/// A copy of an exchange with its last answer's JSON changed; `None` where it is no JSON or the change does nothing.
pub fn with_body(exchange: &Exchange, change: impl FnOnce(&mut Value) -> bool) -> Option<Exchange> {
    let mut body = body_of(exchange)?;
    if !change(&mut body) {
        return None;
    }
    with_answer(exchange, |answer| {
        answer.body = Arc::new(body.to_string().into_bytes())
    })
}

/// Sets a header, or takes it away.
pub fn set_header(answer: &mut Answer, name: &str, value: Option<&str>) {
    answer
        .headers
        .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    if let Some(value) = value {
        answer.headers.push((name.to_owned(), value.to_owned()));
    }
}
