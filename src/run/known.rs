//! What a case of several steps knows of those that it took: what later steps use of them, and are judged by.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::battery::{
    Capture, Captured, Case, Follow, OTHERS_KEPT, Plan, PlannedRequest, Source, Step,
};
use crate::check::acceptance::Asked;
use crate::check::doubt::{self, Past};
use crate::check::envelope::Usual;
use crate::check::led;
use crate::check::offer::in_link;
use crate::check::page;
use crate::check::response::Body;
use crate::check::told::Told;
use crate::check::unlisted;
use crate::check::vanished;
use crate::contract::Operation;
use crate::derive::parts;
use crate::exchange::{Answer, Credentials, Exchange, Request};
use crate::ledger::Sightings;

use super::marks;
use super::places::path_of;

/// What a case knows of the steps that it took.
#[derive(Default)]
pub(super) struct Known {
    pub(super) captured: Captured,
    /// Where each captured value was answered: a link may be relative to it.
    pub(super) sources: HashMap<String, String>,
    /// Where the `Location` of each answer leads of which something was captured.
    pub(super) leads: HashMap<String, String>,
    /// What the steps that others are compared with sent and were answered.
    pub(super) told: HashMap<usize, Told>,
    /// Where the document's links may say that the API is.
    pub(super) servers: Vec<String>,
    /// What makes it doubtful that a later look shows a break.
    pub(super) past: Past,
    /// Where the last answer of 201 says that what it made is.
    pub(super) made_at: Option<String>,
    /// What the first step sent, where it made something.
    pub(super) given: Option<Value>,
    /// What the tries of the present step showed, where it is compared with something.
    pub(super) looks: Vec<Value>,
    /// The paths of what was changed or deleted.
    pub(super) changed: HashSet<String>,
}

/// Of so many tries, and up to such a size, it is kept what they showed.
const MOST_LOOKS: usize = 16;
const LARGEST_LOOK: usize = 64 << 10;

impl Known {
    /// Whether all that a step uses was captured.
    pub(super) fn suffices(&self, step: &Step) -> bool {
        let requests = step.requests.iter();
        let mut names = requests.flat_map(|request| {
            let follow = request.follows.as_ref().map(|one| one.from.as_str());
            request.waits().map(|(_, name)| name).chain(follow)
        });
        names.all(|name| self.captured.contains_key(name))
    }

    /// Keeps what later steps use of an answer.
    pub(super) fn capture(&mut self, name: &str, value: Value, exchange: &Exchange) {
        let made = exchange.answer().filter(|answer| answer.status == 201);
        let mut links = made
            .into_iter()
            .flat_map(|answer| answer.header("Location"));
        if let Some(link) = links.next() {
            let path = path_of(link).to_owned();
            self.leads.insert(name.to_owned(), path);
        }
        let target = exchange.request.target.clone();
        self.sources.insert(name.to_owned(), target);
        self.captured.insert(name.to_owned(), value);
    }

    /// The request with what earlier steps captured. Where the `Location` of what was made leads to the path, it says what
    /// that goes by there (RFC 9110, section 15.3.2), whatever in the body is called an id.
    pub(super) fn complete(
        &self,
        case: &Case,
        planned: &PlannedRequest,
        path: &str,
    ) -> PlannedRequest {
        let mut captured = self.captured.clone();
        for (parameter, name) in planned.waits_in_path() {
            // Who writes a case says what is meant.
            let link = self.leads.get(name).filter(|_| case.derived.is_some());
            if let Some(id) = link.and_then(|link| in_link(path, parameter, link)) {
                captured.insert(name.to_owned(), Value::String(id));
            }
        }
        planned.complete(&captured)
    }

    /// The request as it is sent; why there is none.
    pub(super) fn request(
        &self,
        step: &Step,
        planned: &PlannedRequest,
        operations: &[Operation],
    ) -> Result<Request, String> {
        let Some(follow) = &planned.follows else {
            return Ok(step.send(planned));
        };
        let (name, from) = (&step.name, &follow.from);
        let target = self
            .target_of(follow)
            .ok_or_else(|| format!("step `{name}`: {from} is no link that can be followed"))?;
        // What a link to another path means by its parameters, and whom it asks for a key, the contract does not say.
        let is_changed = !follow.changed.is_empty() || step.credentials != Credentials::Valid;
        let below = below(&operations[step.operation].path, &target);
        if is_changed && below.is_none() {
            return Err(format!(
                "step `{name}`: the link leads elsewhere: {from} does not lead to the path of the operation, so what is \
                 changed in it shows nothing"
            ));
        }
        // What stands before it is the prefix of a gateway, unless the document has that path as well.
        let is_whole = |one: &Operation| self::below(&one.path, &target) == Some(&*target);
        let below = below.filter(|_| !operations.iter().any(is_whole));
        Ok(step.follow(planned, below.unwrap_or(&target)))
    }

    /// Whether a link leads to what a request is about: where the answer that made it says that it is, it is.
    pub(super) fn is_led(&self, planned: &PlannedRequest, request: &Request, path: &str) -> bool {
        planned.follows.is_some() && below(path, &request.target).is_some()
    }

    /// Where a captured link leads, with what is changed in it; `None` where it is no link.
    fn target_of(&self, follow: &Follow) -> Option<String> {
        let link = self.captured.get(&follow.from)?.as_str()?;
        let from = self.sources.get(&follow.from)?;
        let mut target = led::target_of(link, from, &self.servers)?;
        for (name, values) in &follow.changed {
            target = page::without_parameter(&target, name);
            target = match values.as_slice() {
                [] => target,
                values => page::with_parameter(&target, name, &values.join(",")),
            };
        }
        Some(target)
    }

    /// Keeps of a step what later ones are judged by; `is_settled` where it was as expected.
    pub(super) fn note(
        &mut self,
        case: &Case,
        step: &Step,
        (exchange, body): (&Exchange, &Body),
        (is_settled, is_own): (bool, bool),
    ) {
        let mut others = case.steps.iter().filter_map(|one| one.same.as_ref());
        if case.derived.is_none() && others.clone().next().is_none() {
            return;
        }
        let mut told = Told::of_exchange(exchange, body);
        let is_read = exchange.request.method == "GET";
        let past = &mut self.past;
        match (&told.sent, is_read) {
            (Some(sent), _) => past.sent = Some(sent.clone()),
            // What is read again is compared as far as it was sent.
            (None, true) if case.derived.is_some() => told.sent.clone_from(&past.sent),
            (None, _) => {}
        }
        let status = exchange.answer().map_or(0, |answer| answer.status);
        if case.steps[0].name == step.name && status / 100 == 2 && !is_read {
            self.given.clone_from(&told.sent);
        }
        if let Some(location) = told.location.as_deref().filter(|_| status == 201) {
            self.made_at = Some(path_of(location).to_owned());
        }
        if !is_read && status / 100 == 2 && past.made_by.is_empty() {
            past.made_by.clone_from(&exchange.request.target);
        }
        if status / 100 == 2 && !matches!(&*exchange.request.method, "GET" | "POST") {
            let path = path_of(&exchange.request.target).to_owned();
            self.changed.insert(path);
            past.told = Some(told.answered.clone());
        }
        if status == 202 && past.unfinished.is_none() {
            past.unfinished = Some(step.name.clone());
        }
        if let Some(shown) = told.answered.clone().filter(|_| status / 100 == 2) {
            match is_read {
                true => drop(past.shown.insert(step.operation, shown)),
                false => drop(past.made.get_or_insert(shown)),
            }

            past.is_own |= is_read && is_own;
        }
        for capture in &step.captures {
            if let Source::Body(tokens) = &capture.place {
                past.id_at = past.id_at.take().or_else(|| tokens.last().cloned());
            }
        }
        let own = case.steps.iter().position(|one| one.name == step.name);
        let is_sound = is_settled || case.derived.is_none() || step.same.is_none();
        if let Some(own) = own.filter(|own| is_sound && others.any(|(same, _)| same.of == *own)) {
            self.told.insert(own, told);
        }
    }

    /// Whether an answer shows a text of what this case sent last.
    pub(super) fn is_shown_in(&self, exchange: &Exchange, run: &str) -> bool {
        let sent = self.past.sent.as_ref().map(Value::to_string);
        let own = marks::found(run, &sent.unwrap_or_default());
        exchange.answer().is_some_and(|answer| {
            let shown = marks::found(run, &String::from_utf8_lossy(&answer.body));
            own.iter().any(|mark| shown.contains(mark))
        })
    }

    /// The member by which later steps name what was made.
    pub(super) fn id_at(&self) -> Option<&str> {
        self.past.id_at.as_deref()
    }

    /// What the operation of a step answered last, where it reads again what may be gone.
    pub(super) fn usual(&self, step: &Step) -> Option<Usual> {
        let mut accepts = step.accepts.iter();
        let is_guarded = accepts.any(|accept| accept.empty);
        let shown = self.past.shown.get(&step.operation).filter(|_| is_guarded);
        shown.map(Usual::of_value)
    }

    /// What a step is compared with.
    pub(super) fn told(&self, of: usize, step: &Step) -> Told {
        let mut told = self.told.get(&of).cloned().unwrap_or_default();
        told.before = self.past.shown.get(&step.operation).cloned();
        told.given = self.given.clone().filter(|_| of != 0);
        told.looks.clone_from(&self.looks);
        told
    }

    /// Keeps what a try of a step showed.
    pub(super) fn looked(&mut self, step: &Step, (exchange, body): (&Exchange, &Body)) {
        let is_small = exchange
            .answer()
            .is_some_and(|answer| answer.body.len() <= LARGEST_LOOK);
        if step.same.is_some() && is_small && self.looks.len() < MOST_LOOKS {
            self.looks.extend(body.value().cloned());
        }
    }

    /// Why what a step of a case that nobody wrote saw proves no break of what is promised of the state behind the
    /// operations.
    pub(super) fn doubt(
        &self,
        asked: Asked<'_>,
        (exchange, body, is_own): (&Exchange, &Body, bool),
        (plan, own): (&Plan, &Sightings),
    ) -> Option<String> {
        asked.case.derived.as_ref()?;
        let (step, answer) = (asked.step, exchange.answer()?);
        let lists = step.lists.as_ref();
        let value = lists.map(|(listing, _)| listing.value_of(&self.captured));
        // An id that is in the answer twice, by its name and in its `Location`, is no guess.
        let asked_for = path_of(&exchange.request.target);
        let made_at = self.made_at.as_deref().filter(|_| lists.is_none());
        let is_own = is_own || made_at.is_some_and(|at| at.ends_with(asked_for));
        let of_others = step.breaks_other.map(|clause| plan.clauses.get(clause));
        let is_of_others = of_others.is_some_and(|clause| clause.subject.name() == OTHERS_KEPT);
        if is_of_others && self.changed.contains(asked_for) {
            let why = format!("what was made, and {asked_for}, which was there before, are one");
            return Some(why);
        }
        let looked_for = (value.as_ref(), is_own);
        let list = (&*exchange.request.target, body);
        let is_made = of_others.is_some_and(|clause| clause.subject.name() == "readable");
        let is_of_change = match &*exchange.request.method {
            "GET" => self.changed.contains(asked_for) && !is_made,
            _ => true,
        };
        let why = || {
            doubt::why(plan, step, (answer, body), &self.past, looked_for)
                .or_else(|| unlisted::why(plan, step, list, &self.past))
                .or_else(|| is_of_change.then(|| vanished::why(step, exchange, &self.past))?)
        };
        // That there is nothing to be deleted says something of the state, too.
        let is_refused = (400..500).contains(&answer.status);
        let is_of_state = exchange.request.method == "DELETE" && is_refused;
        (is_of_state || doubt::is_about_state(plan, own))
            .then(why)
            .flatten()
    }
}

/// What of a target is of a template, be it behind the prefix of a base URL or of a gateway.
fn below<'t>(template: &str, target: &'t str) -> Option<&'t str> {
    let count = |path: &str| path.split('/').filter(|one| !one.is_empty()).count();
    let path = |target: &'t str| target.split(['?', '#']).next().unwrap_or_default();
    let template = template.split(['?', '#']).next().unwrap_or_default();
    let starts = path(target).match_indices('/').map(|(at, _)| &target[at..]);
    let mut tails = starts.map(|tail| (tail, path(tail)));
    let found = tails.find(|(_, path)| {
        count(path) == count(template) && parts::values(template, path).is_some()
    });
    found.map(|(tail, _)| tail)
}

/// The captured value; `None` where there is none, or nothing to be used as one.
pub(super) fn find(capture: &Capture, answer: &Answer, body: &Body) -> Option<Value> {
    match &capture.place {
        Source::Status => Some(Value::from(answer.status)),
        Source::Header(name) => answer.header(name).next().map(Value::from),
        Source::Body(_) => body
            .value()?
            .pointer(&capture.text)
            .filter(|value| !value.is_null())
            .cloned(),
        Source::Query(_) | Source::Path(_) => None,
    }
}
