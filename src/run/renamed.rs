//! Follows what the run made where a change gives it another name, so that it can be taken away all the same.

use serde_json::Value;

use crate::check::offer::in_link;
use crate::derive::resource::Resource;
use crate::exchange::Exchange;

use super::made::{Keeping, Made, State};
use super::marks;
use super::places::{Claim, item_path, path_of, things};

impl Keeping<'_> {
    /// Notes where something is after a change: what its answer shows, else what was sent.
    pub(super) fn follow(&self, exchange: &Exchange) {
        let request = &exchange.request;
        let answer = exchange.answer().filter(|answer| answer.status / 100 == 2);
        let (Some(answer), Some(resource)) = (answer, self.about(exchange)) else {
            return;
        };
        let path = path_of(&request.target);
        let Some(old) = in_link(&resource.item, &resource.parameter, path) else {
            return;
        };
        let shown: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let sent = request.body.as_ref();
        let sent: Option<Value> = sent.and_then(|body| serde_json::from_slice(&body.bytes).ok());
        let count = self.made().len();
        let mut made = self.made();
        let Some(one) = made.iter_mut().rfind(|one| one.is_at(path)) else {
            return;
        };
        let Some(member) = one.id_member.clone() else {
            return;
        };
        let told = things(&shown, resource);
        let told = told
            .iter()
            .find_map(|(_, thing)| text_of(thing.get(&member)?));
        let wanted = || {
            let sent = sent.as_ref()?.as_object()?;
            let mut names = sent.iter().filter(|(name, _)| {
                let name = name.to_ascii_lowercase().replace(['_', '-'], "");
                let own = member.to_ascii_lowercase().replace(['_', '-'], "");
                name == own || name == format!("new{own}")
            });
            let is_own = |text: &String| !marks::found(&self.mark, text).is_empty();
            names.find_map(|(_, value)| text_of(value).filter(is_own))
        };
        let Some(new) = told.or_else(wanted).filter(|new| *new != old) else {
            return;
        };
        let template = &self.operation(request).path;
        let Some(new) = item_path((resource, template), &request.target, &new) else {
            return;
        };
        // What was there before is somebody else's.
        if self.before.was_read(&new, count) || self.before.was_listed(&new, count) {
            return;
        }
        let claim = Claim {
            path: new.clone(),
            is_own: true,
            is_direct: true,
            is_named: false,
        };
        one.claims.insert(0, claim);
        one.state = State::At(new);
    }

    /// The kind of thing that the whole path of a request leads to.
    fn about(&self, exchange: &Exchange) -> Option<&Resource> {
        let template = &self.operation(&exchange.request).path;
        let (_, resource) = self.resources.about(template)?;
        let parts = |path: &str| path.trim_end_matches('/').split('/').count();
        (parts(template) == parts(&resource.item)).then_some(resource)
    }

    /// Notes which member has what something goes by.
    pub(super) fn note_member(&self, one: &mut Made, resource: &Resource, shown: &Value) {
        let State::At(path) = &one.state else { return };
        let id = in_link(&resource.item, &resource.parameter, path);
        let mut names = resource.id_members().into_iter();
        let all = things(shown, resource);
        let has_it = |name: &String| {
            all.iter().find_map(|(_, thing)| {
                let mut members = thing.as_object()?.iter();
                let (known, value) =
                    members.find(|(known, _)| crate::derive::resource::same(known, name))?;
                (text_of(value) == id).then(|| known.clone())
            })
        };
        if let Some(found) = names.find_map(|name| has_it(&name)) {
            one.id_member = Some(found);
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
