//! Looks at what was made, where it is read or among what is listed.

use serde_json::Value;

use crate::battery::{Collection, marked};
use crate::check::{offer, page};
use crate::contract::In;
use crate::derive::form_for_one_request;
use crate::derive::resource::Resource;
use crate::exchange::{Credentials, Exchange, Request};

use super::made::Keeping;
use super::places::{asked_at, ids_of, items, list_path, text_of};

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
        let exchange = self.read_at(thing, resource, like).await?;
        let answer = exchange.answer()?;
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        // What is refused in the body, where others are shown, is not there.
        match self.is_absent_within(&exchange) {
            true => Some((404, Value::Null)),
            false => Some((answer.status, body)),
        }
    }

    /// Reads what is at a path.
    pub(super) async fn read_at(
        &self,
        thing: &str,
        resource: &Resource,
        like: &Request,
    ) -> Option<Exchange> {
        let read = resource.read?;
        let request = Request {
            operation: read,
            target: asked_at(&self.plan.contract.operations[read].path, thing),
            ..self.looking(read, like)
        };
        Some(self.inner.send(request).await)
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
            let known = map.into_iter().flat_map(|map| ids_of(map, resource));
            let mut known = known.filter_map(text_of);
            known.any(|known| known == id)
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
        let Some(path) = list_path(template, asked) else {
            return Vec::new();
        };
        let mut target = asked_at(template, &path);
        let collection = self.collection(list);
        let mut pages = Vec::new();
        for _ in 0..MOST_PAGES {
            let request = Request {
                operation: list,
                target: target.clone(),
                ..self.looking(list, like)
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

    /// A request that looks at what another one is about.
    fn looking(&self, operation: usize, like: &Request) -> Request {
        Request {
            method: "GET".to_owned(),
            from_link: None,
            body: None,
            credentials: Credentials::Valid,
            headers: self.headers(operation, like, 0),
            own: false,
            case: None,
            ..like.clone()
        }
    }

    /// The headers of another request about the same thing, the nth of its kind: without what was for that request alone, and
    /// with what the operation requires of that.
    pub(super) fn headers(
        &self,
        operation: usize,
        like: &Request,
        nth: usize,
    ) -> Vec<(String, String)> {
        let contract = &self.plan.contract;
        let (other, own) = (self.operation(like), &contract.operations[operation]);
        let is_of_other = |name: &str| {
            let known = other.parameter(In::Header, name);
            known.is_some_and(|known| form_for_one_request(contract, other, known).is_some())
        };
        let kept = like.headers.iter().filter(|(name, _)| !is_of_other(name));
        let mark = format!("{}z{:03}", self.mark, nth % 1000);
        let required = own.parameters.iter().filter_map(|one| {
            let is_match = one.required && one.name.eq_ignore_ascii_case("If-Match");
            let value = match form_for_one_request(contract, own, one) {
                Some(form) => marked(form, &mark),
                None if is_match => "*".to_owned(),
                None => return None,
            };
            Some((one.name.clone(), value))
        });
        kept.cloned().chain(required).collect()
    }
}
