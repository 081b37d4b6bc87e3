//! Where in a recorded world an answer of one response is changed: early and late, or, where the recording has none, on
//! an answer made from the contract.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::battery::{Accept, Expects, Step};
use crate::contract::{ClauseIx, Compiled, PlaceStep, Response, StatusKey, pointer, sample};
use crate::exchange::{Answer, Attempt, BodyEnd, Exchange, Key};

use super::edit::{Edit, Matcher, set_header};
use super::mutant::Mutant;
use super::place;
use super::world::{Scene, body_of};

/// Where an answer is changed.
#[derive(Debug, Clone)]
pub struct Spot<'w> {
    /// `early`, `late` or `made`.
    pub variant: &'static str,
    keys: Vec<Key>,
    /// The answer as it is before the change.
    pub exchange: Option<Cow<'w, Exchange>>,
}

impl Spot<'_> {
    /// Whether its answer is made from the contract.
    pub fn is_made(&self) -> bool {
        matches!(self.exchange, Some(Cow::Owned(_)))
    }

    /// The body as it is before the change, where it is JSON.
    pub fn body(&self) -> Option<Value> {
        body_of(self.exchange.as_deref()?)
    }

    /// About the answers here.
    pub fn edit(&self, scene: &Scene<'_, '_>) -> Edit {
        let when = Matcher::Keys(self.keys.clone());
        match &self.exchange {
            Some(Cow::Owned(made)) => scene.copy(when, made),
            _ => Edit::on(when),
        }
    }

    /// The mutant of a clause that does this here.
    pub fn mutant(&self, clause: ClauseIx, what: impl Into<String>, edit: Edit) -> Mutant {
        Mutant::new(clause, self.variant, what, edit)
    }

    /// Puts a value at a place of the body, or takes it away. An item of the collection is the same wherever it is
    /// shown, or the world would not be one; anything else is changed where it stands.
    pub fn put(
        &self,
        scene: &Scene<'_, '_>,
        tokens: &[String],
        way: Vec<PlaceStep>,
        value: Option<Value>,
    ) -> Edit {
        let change = move |body: &mut Value, tokens: &[String]| match &value {
            Some(value) => place::put(body, tokens, &way, value.clone()),
            None => place::remove(body, tokens),
        };
        let Some((items, id_pointer, id)) = self.item(scene, tokens) else {
            let tokens = tokens.to_vec();
            return self.edit(scene).body(move |body| change(body, &tokens));
        };
        let rest = tokens[items.len() + 1..].to_vec();
        Edit::on(Matcher::Allowed(scene.operation)).body(move |body| {
            let list = place::get(body, &items).and_then(Value::as_array);
            let is_it = |item: &Value| item.pointer(&id_pointer) == Some(&id);
            let Some(n) = list.and_then(|list| list.iter().position(is_it)) else {
                return false;
            };
            let mut tokens = items.clone();
            tokens.push(n.to_string());
            tokens.extend(rest.iter().cloned());
            change(body, &tokens)
        })
    }

    /// The item of the collection that the tokens lead into: the list, where its id stands, and the id.
    fn item(
        &self,
        scene: &Scene<'_, '_>,
        tokens: &[String],
    ) -> Option<(Vec<String>, String, Value)> {
        let collection = scene.collection?;
        let items = pointer::tokens(&collection.items);
        let status = self.exchange.as_ref()?.answer()?.status;
        if status / 100 != 2 || !tokens.starts_with(&items) || tokens.len() <= items.len() + 1 {
            return None;
        }
        let body = self.body()?;
        let item = place::get(&body, &tokens[..=items.len()])?;
        let id = item.pointer(&collection.id)?.clone();
        Some((items, collection.id.clone(), id))
    }
}

/// The spots of a response: the first and the last page, else all answers of that status and the last one.
pub fn spots<'w>(scene: &Scene<'w, '_>, response: &Response) -> Vec<Spot<'w>> {
    let (world, documented) = (scene.world, scene.documented());
    let fits = |key: &Key| {
        let answer = world.recorded(key, 0).and_then(Exchange::answer);
        let response_of = |answer: &Answer| documented.response(answer.status);
        key.operation == scene.operation
            && key.method == documented.method
            && answer
                .and_then(response_of)
                .is_some_and(|found| found.key == response.key)
    };
    let spot = |variant, keys: Vec<Key>| {
        let exchange = keys.last().and_then(|key| world.recorded(key, 0));
        Spot {
            variant,
            keys,
            exchange: exchange.map(Cow::Borrowed),
        }
    };
    let page = |target: &String| scene.page_key(target).filter(fits);
    let ends = (
        scene.pages.first().and_then(page),
        scene.pages.last().and_then(page),
    );
    if let (Some(first), Some(last)) = ends {
        let is_one = first == last;
        let mut out = vec![spot("early", vec![first])];
        out.extend((!is_one).then(|| spot("late", vec![last])));
        return out;
    }
    let keys: Vec<Key> = world
        .order
        .iter()
        .filter(|key| fits(key))
        .cloned()
        .collect();
    match keys.last().cloned() {
        Some(last) => vec![spot("early", keys), spot("late", vec![last])],
        None => made(scene, response).into_iter().collect(),
    }
}

/// An answer made from the contract, given to a request that would take it.
pub fn made<'w>(scene: &Scene<'w, '_>, response: &Response) -> Option<Spot<'w>> {
    let status = match response.key {
        StatusKey::Exact(status) => status,
        StatusKey::Range(hundreds) => hundreds * 100 + 18,
        StatusKey::Default => return None,
    };
    let accepts = |wanted: &Accept| !wanted.empty && wanted.status.covers(status);
    let controlled = || {
        let steps = scene.steps().filter(|(case, _)| case.control.is_some());
        let method = &scene.documented().method;
        let is_same = |step: &&Step| {
            step.requests
                .first()
                .is_some_and(|one| one.method == *method)
        };
        steps.map(|(_, step)| step).filter(is_same)
    };
    let taker = controlled()
        .find(|step| step.expects != Expects::Success && step.accepts.iter().any(accepts))
        .or_else(|| controlled().find(|step| step.expects == Expects::Any));
    let key = match taker {
        Some(step) => step.send(step.requests.first()?).key(),
        None => scene.valid?.request.key(),
    };
    let exchange = Exchange {
        attempts: vec![Attempt {
            result: Ok(sample_answer(response, status)),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        }],
        ..scene.world.recorded(&key, 0)?.clone()
    };
    Some(Spot {
        variant: "made",
        keys: vec![key],
        exchange: Some(Cow::Owned(exchange)),
    })
}

/// An answer that keeps the contract.
fn sample_answer(response: &Response, status: u16) -> Answer {
    let value = |compiled: &Compiled| sample(compiled.schema(), compiled.schema());
    let body = response
        .content
        .iter()
        .find_map(|media| media.body.as_ref());
    let body = body.and_then(|body| body.schema.get());
    let mut answer = Answer {
        status,
        headers: Vec::new(),
        body: Arc::new(
            body.map(|body| value(body).to_string().into_bytes())
                .unwrap_or_default(),
        ),
        end: BodyEnd::Complete,
    };
    if let Some(media) = response.content.first() {
        set_header(&mut answer, "Content-Type", Some(&media.written));
    }
    for header in &response.headers {
        let schema = header.schema.as_ref().and_then(|(_, lazy)| lazy.get());
        let text = match schema.map(value) {
            Some(value) => header.text(&value),
            None => format!("conform-{}", header.name.to_ascii_lowercase()),
        };
        set_header(&mut answer, &header.name, Some(&text));
    }
    answer
}
