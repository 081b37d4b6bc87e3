//! Whether the key that a create chooses is somebody else's, whose thing it may replace: that is looked at before it is sent.

use std::sync::Arc;

use serde_json::Value;

use crate::derive::keys::is_key;
use crate::derive::resource::Resource;
use crate::exchange::Request;

use super::before::Keys;
use super::evidence::Sent;
use super::made::Keeping;
use super::places::{chosen, is_gone, items, list_path, text_of};

/// Why what goes by a key is left alone.
const THERE: &str = "was there before, and what is made goes by the same key";

impl Keeping<'_> {
    /// Why a create is not sent.
    pub(super) async fn taken(&self, request: &Request) -> Option<String> {
        let resource = self.resources.made_by(request.operation)?;
        let operation = self.operation(request);
        let sent = Sent::of(&self.mark, request);
        if let Some(path) = chosen((resource, &operation.path), request, &sent)
            && let Some(why) = self.taken_at(&path, resource, request).await
        {
            return Some(why);
        }
        let keys: Vec<(String, String)> = self.open_keys(request, &sent).collect();
        if keys.is_empty() {
            return None;
        }
        let before = self.keys_before(resource, request).await;
        // What several have is nobody's key.
        let taken = |key: &&(String, String)| before.get(*key) == Some(&1);
        let (name, value) = keys.iter().find(taken)?;
        Some(format!(
            "an item whose {name} is {value} {THERE}, so it is left alone"
        ))
    }

    /// The keys that a request chooses and that have no mark of the run.
    pub(super) fn open_keys(
        &self,
        request: &Request,
        sent: &Sent,
    ) -> impl Iterator<Item = (String, String)> {
        let operation = self.operation(request);
        let is_open =
            |(name, value): &(&String, &Value)| is_key(operation, name) && !sent.has_mark(value);
        let keys = sent.members().filter(is_open);
        keys.filter_map(|(name, value)| Some((name.clone(), text_of(value)?)))
    }

    /// Why nothing is sent that would go by a path.
    async fn taken_at(&self, path: &str, resource: &Resource, like: &Request) -> Option<String> {
        if self.made().iter().any(|one| one.is_at(path)) || self.before.was_absent(path) {
            return None;
        }
        let is_there = match self.is_there(path, resource, like).await {
            Some(is_there) => is_there,
            None => self.look_among(path, resource, like).await.is_some(),
        };
        match is_there {
            true => self.before.note_foreign(path, THERE),
            false => self.before.absent(path),
        }
        self.before.foreign(path).filter(|_| is_there)
    }

    /// Whether something is at a path, as far as reading it tells.
    async fn is_there(&self, path: &str, resource: &Resource, like: &Request) -> Option<bool> {
        let exchange = self.read_at(path, resource, like).await?;
        let answer = exchange.answer()?;
        match answer.status {
            404 | 410 => return Some(false),
            200..=299 if self.is_absent_within(&exchange) => return Some(false),
            200..=299 => {}
            _ => return None,
        }
        let can_be_listed = self.list_of(resource, like).is_some();
        let Ok(shown) = serde_json::from_slice::<Value>(&answer.body) else {
            // One page for whatever is asked shows nothing.
            let operation = self.operation(&exchange.request);
            let mut content = operation.successes().flat_map(|one| &one.content);
            let given = answer.header("Content-Type").next().unwrap_or_default();
            let is_documented = content.any(|media| media.covers(given));
            return (is_documented || !can_be_listed).then_some(true);
        };
        let key = path.rsplit('/').next().unwrap_or_default();
        match is_gone(&shown) {
            true => Some(false),
            false if shows(&shown, key) || !can_be_listed => Some(true),
            false => None,
        }
    }

    /// The keys of all that was listed before the run made anything like that; they are read once.
    async fn keys_before(&self, resource: &Resource, like: &Request) -> Arc<Keys> {
        let list = self.list_of(resource, like).unwrap_or_default();
        if let Some(known) = self.keys().get(&list) {
            return Arc::clone(known);
        }
        let mut found = Keys::new();
        let operation = self.operation(like);
        for page in self.pages(resource, like).await {
            let members = items(&page).into_iter().filter_map(Value::as_object);
            for (name, value) in members
                .flatten()
                .filter(|(name, _)| is_key(operation, name))
            {
                if let Some(text) = text_of(value) {
                    *found.entry((name.clone(), text)).or_default() += 1;
                }
            }
        }
        let found = Arc::new(found);
        self.keys().insert(list, Arc::clone(&found));
        found
    }

    /// The path of the list in which something stands that a request is about.
    fn list_of(&self, resource: &Resource, like: &Request) -> Option<String> {
        let template = &self.plan.contract.operations[resource.list?].path;
        list_path(template, (&*self.operation(like).path, &*like.target))
    }
}

/// Whether a text or number in an answer is the key in a path.
fn shows(value: &Value, key: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| shows(item, key)),
        Value::Object(map) => map.values().any(|item| shows(item, key)),
        single => text_of(single).is_some_and(|text| crate::exchange::escaped(&text) == key),
    }
}
