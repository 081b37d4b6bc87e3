//! Whether a request that changes something is about what the run made: what an answer named is looked at first, unless the
//! answer itself shows what was sent.

use serde_json::Value;

use crate::derive::resource::Resource;
use crate::exchange::Request;

use super::before::Before;
use super::evidence::Evidence;
use super::made::{Keeping, Made, is_write};
use super::places::{path_of, things};

/// Why something is not taken for the run's own.
const OTHER: &str = "does not show what the run sent, so it may be somebody else's";
const UNSHOWN: &str = "is not shown to be what the run made";
const ALIKE: &str =
    "has no mark of the run, and no second create shows that each makes another one";

impl Keeping<'_> {
    /// Why a request that nobody wrote is not sent: it would change what the run did not make.
    pub(super) async fn refusal(&self, request: &Request) -> Option<String> {
        let makes = self.resources.made_by(request.operation).is_some();
        if request.method == "POST" && makes {
            return self.taken(request).await;
        }
        let may_change = is_write(&request.method);
        if !may_change || request.fresh || self.is_named(request) {
            return None;
        }
        let path = self.place_of(request);
        if request.method != "POST"
            && let Some(why) = self.before.foreign(path)
        {
            return Some(why);
        }
        if !request.own {
            let was_there = [Before::was_read, Before::was_listed];
            let mut was_there = was_there
                .iter()
                .map(|was| was(&self.before, path, usize::MAX));
            let is_others =
                was_there.any(|was| was) && !self.made().iter().any(|one| one.owns(path));
            let why = format!("{path} was there before, so it is left alone");
            return (request.method != "POST" && is_others).then_some(why);
        }
        let template = &self.operation(request).path;
        let (_, resource) = self.resources.about(template)?;
        let thing = item_of(resource, path);
        self.prove(thing, resource, request).await
    }

    /// Makes sure that something is what the run made; why it is not taken for it.
    pub(super) async fn prove(
        &self,
        thing: &str,
        resource: &Resource,
        like: &Request,
    ) -> Option<String> {
        let made: Vec<Made> = self.made_as(resource).collect();
        if let Some(why) = self.before.foreign(thing) {
            return Some(why);
        }
        if made.iter().any(|one| one.owns(thing)) {
            return None;
        }
        let is_direct = |one: &Made| {
            let mut claims = one.claims.iter();
            claims.any(|claim| claim.is_direct && claim.path == thing)
        };
        let is_claimed = |one: &Made| one.claims.iter().any(|claim| claim.path == thing);
        let look = match self.look(thing, resource, like).await {
            // There is nothing to be changed.
            Some((400 | 404 | 410 | 422, _)) => return None,
            Some((200..=299, shown)) => Some(shown),
            _ => self.look_among(thing, resource, like).await,
        };
        let evidence = |one: &Made| {
            let shown = look.as_ref()?;
            let all = things(shown, resource);
            all.iter().map(|(_, value)| one.sent.evidence(value)).max()
        };
        let is_own = |one: &&Made| match evidence(one) {
            // Without a mark, what is alike may still be another one.
            Some(Evidence::Own) => !one.sent.marks.is_empty() || is_claimed(one),
            Some(Evidence::Other) => false,
            Some(Evidence::Nothing) | None => is_direct(one),
        };
        let mut own = made.iter().filter(is_own).peekable();
        if let Some(own) = own
            .find(|one| evidence(one) == Some(Evidence::Own) && is_told(one) || is_new(one, &made))
        {
            self.note_own(own.number, thing);
            return None;
        }
        if own.peek().is_some() || made.iter().any(|one| is_own(&one)) {
            return Some(format!("{thing} {ALIKE}, so it is left alone"));
        }
        let why = if look.is_some() { OTHER } else { UNSHOWN };
        self.before.note_foreign(thing, why);
        self.before.foreign(thing)
    }

    /// Whether a read shows that something is what a request made, as far as it can be read.
    pub(super) async fn is_shown(&self, path: &str, resource: &Resource, made: &Made) -> bool {
        if self.before.foreign(path).is_some() {
            return false;
        }
        match self.look(path, resource, &made.request).await {
            Some((200..=299, shown)) => {
                let things = things(&shown, resource);
                let mut each = things.iter().map(|(_, value)| made.sent.evidence(value));
                each.any(|evidence| evidence == Evidence::Own)
            }
            Some((400 | 404 | 410 | 422, _)) => false,
            _ => true,
        }
    }

    /// Learns from a read whose it is what was read.
    pub(super) fn learn(&self, path: &str, resource: &Resource, shown: &Value) {
        let all: Vec<Made> = self.made_as(resource).collect();
        let open = |one: &&Made| {
            let mut claims = one.claims.iter();
            !one.sent.marks.is_empty() && claims.any(|claim| claim.path == path && !claim.is_own)
        };
        if all.iter().any(|one| one.owns(path)) {
            return;
        }
        for one in all.iter().filter(open) {
            let things = things(shown, resource);
            match things
                .iter()
                .map(|(_, value)| one.sent.evidence(value))
                .max()
            {
                Some(Evidence::Own) => return self.note_own(one.number, path),
                Some(Evidence::Other) => self.before.note_foreign(path, OTHER),
                _ => {}
            }
        }
    }

    /// What was asked for of that kind.
    fn made_as(&self, resource: &Resource) -> impl Iterator<Item = Made> {
        let all = self.made().clone();
        let kind = |one: &Made| {
            let known = self.resources.made_by(one.request.operation);
            known.is_some_and(|known| known.item == resource.item)
        };
        all.into_iter().filter(kind)
    }
}

/// Whether a create has a mark, or its answer says that it made something: else what it was asked for may have been there.
fn is_told(one: &Made) -> bool {
    !one.sent.marks.is_empty() || one.is_told
}

/// Whether what a create gave is known to be something new: it has a mark, or the same request gave another one. Another
/// request may have found another one.
fn is_new(one: &Made, all: &[Made]) -> bool {
    let first = |one: &Made| one.claims.first().map(|claim| claim.path.clone());
    let mut others = all.iter().filter(|other| {
        let (own, other) = (&one.request, &other.request);
        // What says that it was made is another one, whatever was sent.
        let is_same = one.is_told || own.body == other.body;
        is_same
            && own.operation == other.operation
            && path_of(&own.target) == path_of(&other.target)
    });
    !one.sent.marks.is_empty()
        || others.any(|other| first(other).is_some() && first(other) != first(one))
}

/// The path of the one of a kind that a path is about.
fn item_of<'p>(resource: &Resource, path: &'p str) -> &'p str {
    let parts = resource.item.trim_end_matches('/').split('/').count();
    let mut ends = path.match_indices('/').map(|(at, _)| at).skip(parts - 1);
    &path[..ends.next().unwrap_or(path.len())]
}

#[cfg(test)]
mod tests {
    use super::super::places::place_of;
    use super::*;

    #[test]
    fn a_path_is_about_the_first_of_that_kind() {
        let resource = Resource {
            item: "/a/{b}/c/{d}".to_owned(),
            ..Resource::default()
        };
        for path in ["/a/1/c/2", "/a/1/c/2/e", "/a/1/c/2/e/3"] {
            assert_eq!(item_of(&resource, path), "/a/1/c/2");
        }
    }

    #[test]
    fn a_link_may_begin_with_the_path_of_the_base_url() {
        for (target, is_link, place) in [
            ("/notes/6", false, "/notes/6"),
            ("/v2/notes/6?a=b", true, "/notes/6"),
            ("/v2/notes/6", false, "/v2/notes/6"),
            ("/notes/6/", true, "/notes/6"),
            ("/jobs/6", true, "/jobs/6"),
        ] {
            let request = Request {
                target: target.to_owned(),
                from_link: is_link.then(|| "/notes".to_owned()),
                ..Request::default()
            };
            assert_eq!(place_of(&request, "/notes/{id}"), place, "{target}");
        }
    }
}
