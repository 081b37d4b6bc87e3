//! A recorded run as a world to break things in: which request got which answer, and each operation's scene in it: its
//! plain valid request, its collection and the pages in their order.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::battery::{
    Case, Collection, Does, Expects, Plan, PlannedRequest, Sequence, Source, Step, Test,
};
use crate::check::page;
use crate::contract::{Operation, pointer};
use crate::exchange::{Credentials, Exchange, Key, Recording, Request};

use super::edit::{Edit, Matcher, Sent};

/// Among so many requests of a walk the one is sought that begins it.
const MOST_FIRSTS: usize = 20;

/// A recording, made ready.
pub struct World<'p> {
    /// The plan it belongs to.
    pub plan: &'p Plan,
    /// All keys, in the order recorded.
    pub order: Vec<Key>,
    exchanges: HashMap<Key, Vec<Exchange>>,
    /// The headers that are never the same twice.
    pub fresh: Arc<[String]>,
    /// What the marks of the run begin with.
    pub mark: String,
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
        let rules = plan.rules.iter().filter(|rule| is_never_repeats(rule));
        let fresh = rules.flat_map(|rule| &rule.bind).filter_map(header_of);
        World {
            plan,
            mark: recording.header.mark().to_owned(),
            order,
            exchanges,
            fresh: fresh.collect(),
        }
    }

    /// The recorded answer to the nth request of a kind; after the last, that again.
    pub fn recorded(&self, key: &Key, turn: usize) -> Option<&Exchange> {
        let all = self.exchanges.get(key)?;
        all.get(turn.min(all.len() - 1))
    }

    /// At which turns a case sent the request of a key.
    pub fn turns(&self, key: &Key, case: &str) -> Vec<usize> {
        let all = self.exchanges.get(key).into_iter().flatten().enumerate();
        let own = all.filter(|(_, exchange)| exchange.request.case.as_deref() == Some(case));
        own.map(|(turn, _)| turn).collect()
    }

    /// What a case was answered, each request once.
    fn sent_by<'w>(&'w self, case: &'w str) -> impl Iterator<Item = &'w Exchange> {
        let all = self.order.iter().filter_map(|key| self.recorded(key, 0));
        all.filter(move |exchange| exchange.request.case.as_deref() == Some(case))
    }

    /// The answer to a request in a world with that edit.
    pub fn answer_to(
        &self,
        request: &Request,
        turn: usize,
        edit: Option<&Edit>,
    ) -> Option<Exchange> {
        let recorded = self.recorded(&request.key(), turn);
        let sent = Sent {
            request,
            turn,
            recorded,
        };
        edit.and_then(|edit| edit.apply(&sent))
            .or_else(|| recorded.cloned())
    }

    /// The recorded exchanges whose answers an edit really makes others, as they were and as they become.
    pub fn changed<'w>(&'w self, edit: &'w Edit) -> impl Iterator<Item = (&'w Exchange, Exchange)> {
        self.order.iter().filter_map(|key| {
            let all = self.exchanges.get(key)?.iter().enumerate();
            let mut edited = all.filter_map(|(turn, recorded)| {
                let sent = Sent {
                    request: &recorded.request,
                    turn,
                    recorded: Some(recorded),
                };
                Some((recorded, edit.apply(&sent)?))
            });
            edited.next()
        })
    }

    /// The scene of an operation.
    pub fn of(&self, operation: usize) -> Scene<'_, 'p> {
        let plan = self.plan;
        let is_control = |case: &Case| {
            let named = |other: &Case| {
                other
                    .control
                    .is_some_and(|ix| std::ptr::eq(&plan.cases[ix], case))
            };
            case.step().operation == operation && plan.cases.iter().any(named)
        };
        let control = plan.cases.iter().find(|case| is_control(case));
        let plain = || {
            let mut steps = steps_of(plan, operation).map(|(_, step)| step);
            steps.find(|step| {
                step.credentials == Credentials::Valid && step.expects == Expects::Success
            })
        };
        let step = control.map(Case::step).or_else(plain);
        let asked = step.and_then(|step| Some(step.send(step.requests.first()?).key()));
        let like = || {
            let mut keys = self.order.iter();
            keys.find(|key| key.operation == operation && key.credentials == Credentials::Valid)
        };
        let valid = match &asked {
            Some(key) => self.recorded(key, 0),
            None => None,
        };
        let mut scene = Scene {
            world: self,
            operation,
            valid: valid.or_else(|| self.recorded(like()?, 0)),
            collection: step.and_then(|step| step.collection.as_ref()),
            pages: Vec::new(),
        };
        scene.pages = scene.walk(scene.valid);
        // A walk of its own size may show more pages than the plain request.
        let walks = steps_of(plan, operation).filter(|(case, _)| case.does == Does::Walk);
        let firsts = walks.flat_map(|(case, _)| self.sent_by(&case.id));
        for first in firsts.take(MOST_FIRSTS) {
            let pages = scene.walk(Some(first));
            if pages.len() > scene.pages.len() {
                scene.pages = pages;
            }
        }
        scene
    }
}

/// What one operation shows in a world.
pub struct Scene<'w, 'p> {
    /// The world.
    pub world: &'w World<'p>,
    /// The operation, as index into the contract's.
    pub operation: usize,
    /// The plain valid request with its answer.
    pub valid: Option<&'w Exchange>,
    /// How pages are read.
    pub collection: Option<&'p Collection>,
    /// The targets of the pages, from the first to the last; only the first where nothing is paged.
    pub pages: Vec<String>,
}

impl<'w, 'p> Scene<'w, 'p> {
    /// The operation as documented.
    pub fn documented(&self) -> &'p Operation {
        &self.world.plan.contract.operations[self.operation]
    }

    /// The steps that send requests to it.
    pub fn steps(&self) -> impl Iterator<Item = (&'p Case, &'p Step)> + use<'p> {
        steps_of(self.world.plan, self.operation)
    }

    /// The plain valid request, to another target.
    pub fn request_to(&self, target: &str) -> Option<Request> {
        Some(Request {
            target: target.to_owned(),
            ..self.valid?.request.clone()
        })
    }

    /// The target of the page that has more items than those of the walk, where one was read.
    pub fn larger(&self) -> Option<String> {
        let collection = self.collection.filter(|one| one.is_read_larger())?;
        let count = |exchange: &Exchange| {
            let body = body_of(exchange)?;
            Some(page::read(collection, &body).items?.len())
        };
        let first = count(self.page(self.pages.first()?)?)?;
        let walks = self.steps().filter(|(case, _)| case.does == Does::Walk);
        let mut read = walks.flat_map(|(case, _)| self.world.sent_by(&case.id));
        let is_larger = |exchange: &&Exchange| {
            let target = &exchange.request.target;
            !self.pages.contains(target) && count(exchange).is_some_and(|items| items > first)
        };
        Some(read.find(is_larger)?.request.target.clone())
    }

    /// The key of the page at a target.
    pub fn page_key(&self, target: &str) -> Option<Key> {
        Some(self.request_to(target)?.key())
    }

    /// The valid answer to a target.
    pub fn page(&self, target: &str) -> Option<&'w Exchange> {
        self.world.recorded(&self.page_key(target)?, 0)
    }

    /// The JSON of the nth page.
    pub fn body(&self, n: usize) -> Option<Value> {
        body_of(self.page(self.pages.get(n)?)?)
    }

    /// About the page at that target.
    pub fn at_page(&self, target: &str) -> Edit {
        Edit::on(Matcher::Keys(self.page_key(target).into_iter().collect()))
    }

    /// About these requests, which are answered as that exchange was.
    pub fn copy(&self, when: Matcher, exchange: &Exchange) -> Edit {
        Edit::on(when).as_answer_of(exchange, &self.world.fresh)
    }

    /// Where the page that was fetched from `from` says that the next one is.
    pub fn next_of(&self, body: &Value, from: &str) -> Option<String> {
        let collection = self.collection?;
        page::next_target(collection, &page::read(collection, body), from)
    }

    /// Where in a page the way to the next one stands.
    pub fn next_tokens(&self) -> Vec<String> {
        self.collection
            .and_then(|collection| collection.next.pointer())
            .map(pointer::tokens)
            .unwrap_or_default()
    }

    fn walk(&self, first: Option<&Exchange>) -> Vec<String> {
        let Some(first) = first else {
            return Vec::new();
        };
        let mut pages = vec![first.request.target.clone()];
        while let Some(body) = self.page(&pages[pages.len() - 1]).and_then(body_of) {
            match self.next_of(&body, &pages[pages.len() - 1]) {
                Some(next) if !pages.contains(&next) => pages.push(next),
                _ => break,
            }
        }
        pages
    }
}

/// The steps that send requests to an operation, in cases that are run.
fn steps_of(plan: &Plan, operation: usize) -> impl Iterator<Item = (&Case, &Step)> {
    let cases = plan.cases.iter().filter(|case| case.skipped.is_none());
    let steps = cases.flat_map(|case| case.steps.iter().map(move |step| (case, step)));
    steps.filter(move |(_, step)| step.operation == operation)
}

/// The request of a plan that has this key.
pub fn planned<'p>(plan: &'p Plan, request: &Request) -> Option<&'p PlannedRequest> {
    let mut all = steps_of(plan, request.operation)
        .flat_map(|(_, step)| step.requests.iter().map(move |planned| (step, planned)));
    let key = request.key();
    all.find(|(step, planned)| planned.target == request.target && step.send(planned).key() == key)
        .map(|(_, planned)| planned)
}

fn is_never_repeats(rule: &crate::battery::Rule) -> bool {
    matches!(rule.test, Test::Sequence(Sequence::NeverRepeats))
}

/// The header that a bound value comes from.
pub fn header_of((_, source): &(String, Source)) -> Option<String> {
    match source {
        Source::Header(name) => Some(name.clone()),
        _ => None,
    }
}

/// The last answer's body, where it is JSON.
pub fn body_of(exchange: &Exchange) -> Option<Value> {
    serde_json::from_slice(&exchange.answer()?.body).ok()
}
