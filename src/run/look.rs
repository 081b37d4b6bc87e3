//! Looks at what was made, where it is read or among what is listed.

use serde_json::Value;

use crate::battery::Collection;
use crate::check::{offer, page};
use crate::derive::resource::Resource;
use crate::exchange::{Credentials, Request};

use super::made::Keeping;
use super::places::{ids_of, items, list_path};

/// The most pages that are looked through for something.
const MOST_PAGES: usize = 100;

impl Keeping<'_> {
    /// What is answered where something is read, with the status.
    pub(super) async fn look(
        &self,
        thing: &str,
        resource: &Resource,
        like: &Request,
    ) -> Option<(u16, Value)> {
        let request = Request {
            operation: resource.read?,
            target: thing.to_owned(),
            ..looking(like)
        };
        let exchange = self.inner.send(request).await;
        let answer = exchange.answer()?;
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        Some((answer.status, body))
    }

    /// The entry that is called so in the list.
    pub(super) async fn look_among(
        &self,
        thing: &str,
        resource: &Resource,
        like: &Request,
    ) -> Option<Value> {
        let id = offer::in_link(&resource.item, &resource.parameter, thing)?;
        let pages = self.pages(resource, like).await;
        let mut entries = pages.iter().flat_map(items);
        let is_it = |entry: &&Value| {
            let map = entry.as_object();
            map.is_some_and(|map| ids_of(map, resource).any(|known| known == id))
        };
        entries.find(is_it).cloned()
    }

    /// The pages of the list in which something stands that a request is about.
    pub(super) async fn pages(&self, resource: &Resource, like: &Request) -> Vec<Value> {
        let Some(list) = resource.list else {
            return Vec::new();
        };
        let template = &self.plan.contract.operations[list].path;
        let asked = (&*self.operation(like).path, &*like.target);
        let Some(mut target) = list_path(template, asked) else {
            return Vec::new();
        };
        let collection = self.collection(list);
        let mut pages = Vec::new();
        for _ in 0..MOST_PAGES {
            let request = Request {
                operation: list,
                target: target.clone(),
                ..looking(like)
            };
            let exchange = self.inner.send(request).await;
            let Some(answer) = exchange.answer() else {
                break;
            };
            let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
                break;
            };
            let next = collection.and_then(|collection| {
                let page = page::read_answer(collection, answer, &body);
                page.items.filter(|items| !items.is_empty())?;
                page::next_target(collection, &page, &target)
            });
            pages.push(body);
            match next {
                Some(next) if next != target => target = next,
                _ => break,
            }
        }
        pages
    }

    /// How the pages of a list are read.
    fn collection(&self, list: usize) -> Option<&Collection> {
        let steps = self.plan.cases.iter().flat_map(|case| &case.steps);
        let mut own = steps.filter(|step| step.operation == list);
        own.find_map(|step| step.collection.as_ref())
    }
}

/// A request that looks at what another one is about.
fn looking(like: &Request) -> Request {
    Request {
        method: "GET".to_owned(),
        from_link: None,
        body: None,
        credentials: Credentials::Valid,
        own: false,
        case: None,
        ..like.clone()
    }
}
