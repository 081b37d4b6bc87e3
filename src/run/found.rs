//! Where something is that a create made and did not tell of: it is found by its marks, in the list of what is like it, or
//! in what shows the thing that it stands below.

use std::collections::HashMap;

use serde_json::Value;

use crate::battery::{Case, Offer};
use crate::contract::{LinkValue, pointer};
use crate::derive::parts;
use crate::derive::resource::Resource;
use crate::exchange::{Exchange, Request};

use super::evidence::Sent;
use super::made::{Keeping, Made, State};
use super::places::{Claim, ids_of, item_path, list_path, text_of};

/// So often an operation is looked for what it made in vain, before that is left to the end.
const IN_VAIN: usize = 2;

/// What lists and other things showed, by the operation and its target.
pub(super) type Seen = HashMap<(usize, String), Vec<Value>>;

impl Keeping<'_> {
    /// Looks where something is whose create was accepted and did not tell, so that other cases can use it.
    pub(super) async fn find_at_once(&self, place: usize) {
        let made = self.made()[place].clone();
        let create = made.request.operation;
        let is_open = made.state == State::Somewhere && !made.sent.marks.is_empty();
        let failed =
            |known: &Made| known.request.operation == create && known.state == State::Somewhere;
        let in_vain = self.made()[..place]
            .iter()
            .filter(|one| failed(one))
            .count();
        if is_open && in_vain < IN_VAIN {
            self.locate(&made, &mut Seen::new()).await;
        }
    }

    /// What something goes by that was found though the answer to its create did not tell.
    pub(super) fn found(&self, exchange: &Exchange) -> Option<Value> {
        let made = self.made();
        let mut own = made.iter().rev();
        let own = own.find(|one| one.request == exchange.request)?;
        own.found.clone().filter(|_| own.state != State::Gone)
    }

    /// Whether others take from a place of the answer to a case what the thing that it makes goes by.
    pub(super) fn names_made(&self, case: &Case, offer: &Offer) -> bool {
        let resource = self.resources.made_by(case.step().operation);
        let mut ids = resource.into_iter().flat_map(|one| &one.ids);
        ids.any(|id| match (id, offer) {
            (LinkValue::Body(at), Offer::Body(tokens)) => pointer::tokens(at) == *tokens,
            (LinkValue::Header(own), Offer::Header(name)) => own.eq_ignore_ascii_case(name),
            _ => false,
        })
    }

    /// Finds something by its marks and notes where it is; where that is.
    pub(super) async fn locate(&self, made: &Made, seen: &mut Seen) -> Option<Claim> {
        let resource = self.resources.made_by(made.request.operation)?;
        let key = (resource.create, made.request.target.clone());
        if !seen.contains_key(&key) {
            let like = self.cleaning(&made.request);
            let mut pages = self.pages(resource, &like).await;
            pages.extend(self.above(resource, &like).await);
            seen.insert(key.clone(), pages);
        }
        let mut pages = seen[&key].iter();
        let ids = pages.find_map(|page| ids_of_marked(page, &made.sent, resource))?;
        let template = &self.operation(&made.request).path;
        // What stands beside the mark may be the id of something else.
        for id in ids {
            let text = text_of(&id).unwrap_or_default();
            let Some(path) = item_path((resource, template), &made.request.target, &text) else {
                continue;
            };
            if !self.is_shown(&path, resource, made).await {
                continue;
            }
            let claim = Claim {
                path,
                is_own: true,
                is_direct: true,
                is_named: false,
            };
            let known = &mut self.made()[made.number];
            known.found = Some(id);
            known.claims = vec![claim.clone()];
            known.state = State::At(claim.path.clone());
            return Some(claim);
        }
        None
    }

    /// What is read of the thing below which something was made.
    async fn above(&self, resource: &Resource, like: &Request) -> Option<Value> {
        let create = &self.operation(like).path;
        let last = parts::shape(create).len().checked_sub(1)?;
        let holders = (0..last).rev();
        let holder = holders
            .into_iter()
            .find_map(|at| self.resources.at(create, at))?;
        let read = holder.read.filter(|_| holder.item != resource.item)?;
        let template = &self.plan.contract.operations[read].path;
        let path = list_path(template, (create, &like.target))?;
        let exchange = self.read_at(&path, holder, like).await?;
        let answer = exchange.answer().filter(|one| one.status / 100 == 2)?;
        serde_json::from_slice(&answer.body).ok()
    }
}

/// What the smallest object goes by that has one of the marks in a text of its own, the likeliest first.
fn ids_of_marked(value: &Value, sent: &Sent, resource: &Resource) -> Option<Vec<Value>> {
    let mut below: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(map) => Box::new(map.values()),
        _ => return None,
    };
    if let Some(found) = below.find_map(|value| ids_of_marked(value, sent, resource)) {
        return Some(found);
    }
    let map = value.as_object()?;
    if !map.values().any(|value| sent.has_mark(value)) {
        return None;
    }
    let mut out: Vec<Value> = Vec::new();
    for id in ids_of(map, resource) {
        if !out.contains(id) {
            out.push(id.clone());
        }
    }
    (!out.is_empty()).then_some(out)
}
