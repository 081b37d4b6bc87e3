//! Whether a member that a server shows neither when it was sent nor when it is read was lost, and whether one that stays as
//! it was beside another that changed was ignored: neither, where anything tells that a server may do so.

use serde_json::{Number, Value};

use crate::battery::{SamePlace, Sameness, Whose};
use crate::contract::member_names::{is_apart, is_fixed, is_kind, shifts};
use crate::contract::names::{folded, singular, words};
use crate::contract::yaml::Node;
use crate::contract::{Body, Contract, Operation, PlaceStep, ShapeNode, is_conditional, pointer};

use super::alike::{Eye, added_to, is_alike, is_nothing};
use super::told::Told;
use super::views;

/// The operations that a member goes through: the one that takes it, and the one that shows it.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub contract: &'a Contract,
    pub takes: &'a Operation,
    pub shows: &'a Operation,
}

impl Way<'_> {
    /// The members that neither the answer nor the read shows although they show others, those that stay as they were
    /// beside others that changed, and those that a change made something else of; each with what was sent.
    pub fn left_behind<'t>(
        self,
        same: &'t Sameness,
        told: &Told,
        here: &Value,
    ) -> Vec<(&'t SamePlace, Value)> {
        let Some(whole) = told.sent.as_ref().filter(|_| same.whose == Whose::Sent) else {
            return Vec::new();
        };
        let before = told.before.as_ref();
        let sent = same.at.iter();
        let sent = sent.filter_map(|place| Some((place, whole.pointer(&place.there)?)));
        let was = |place: &SamePlace| before?.pointer(&place.here);
        let is_absent = |shown: Option<&Value>| shown.is_none_or(Value::is_null);
        let is_kept = |(place, sent): &(&SamePlace, &Value)| {
            let shown = here.pointer(&place.here);
            let is_new = before.is_none() || !is_alike(sent, was(place), Eye::Mild);
            is_new && !is_absent(shown) && is_alike(sent, shown, Eye::Mild)
        };
        // Where the answer shows nothing of it, or no other is kept, that is found without this.
        let answers = sent.clone().any(|(place, _)| told.shown(place).is_some());
        if !answers || !sent.clone().any(|one| is_kept(&one)) {
            return Vec::new();
        }
        let is_left = |(place, sent): &(&SamePlace, &Value)| {
            let (shown, answer) = (here.pointer(&place.here), told.shown(place));
            match (before, was(place)) {
                (None, _) if is_absent(shown) => is_absent(answer) && self.is_lost(place, whole),
                (_, Some(was)) if shown == Some(was) => {
                    answer.is_none_or(|answer| answer == was)
                        && !is_alike(sent, shown, Eye::Mild)
                        && told.was_chosen(&place.there, was) != Some(false)
                        && self.is_ignored(place, (sent, was), told)
                }
                // The answer to a create has a clause of its own.
                _ if same.of == 0 && same.answered.is_some() => false,
                _ => answer.zip(shown).is_some_and(|(answer, shown)| {
                    is_alike(answer, Some(shown), Eye::Mild)
                        && self.is_changed(place, told, (whole, sent, shown))
                }),
            }
        };
        let left = sent.filter(is_left);
        left.map(|(place, sent)| (place, sent.clone())).collect()
    }

    /// Whether something else was made of what was sent: another value, or a longer list.
    fn is_changed(
        self,
        place: &SamePlace,
        told: &Told,
        (whole, sent, shown): (&Value, &Value, &Value),
    ) -> bool {
        let lists = sent.as_array().zip(shown.as_array());
        let is_own = |entry: &&Value| told.was_entry(&place.there, entry);
        let is_longer = || {
            let added = lists.and_then(|(sent, shown)| added_to(sent, shown));
            added.is_some_and(|added| added.iter().any(is_own)) && self.is_plain(place, shown)
        };
        !is_alike(sent, Some(shown), Eye::Mild)
            && (self.is_altered(place, whole, (sent, shown)) || is_longer())
    }

    /// Whether a member that is shown nowhere was lost: the read lists it, and nothing tells that it may be left out.
    fn is_lost(self, place: &SamePlace, sent: &Value) -> bool {
        let Some(value) = sent.pointer(&place.there) else {
            return false;
        };
        let is_kind_of = |(name, value): (&String, &Value)| value.is_string() && is_kind(name);
        let mut members = sent.as_object().into_iter().flatten();
        !is_nothing(value)
            && !members.any(is_kind_of)
            && views::of(self.shows).is_none()
            && self.is_listed(&place.here)
            && self.is_plain(place, value)
    }

    /// Whether a member that stays as it was was ignored: a client said what it was, and nothing tells that it may stay.
    fn is_ignored(self, place: &SamePlace, (sent, was): (&Value, &Value), told: &Told) -> bool {
        let given = told.given.as_ref();
        let given = given.and_then(|given| given.pointer(&place.there));
        // What the case gave it when it was made, and no server would begin with.
        let is_given = given == Some(was) && !is_nothing(was) && self.is_plain(place, was);
        (is_given || is_of_client(sent, was))
            && !is_fixed(last(&place.there))
            && self.is_plain(place, sent)
    }

    /// Whether the answer to what makes a thing alters a value for which there is no other way to write it, a number, a truth
    /// value, one of a list or a day, or cuts a text or a list, and nothing tells that a server may choose it.
    pub fn is_altered(
        self,
        place: &SamePlace,
        whole: &Value,
        (sent, shown): (&Value, &Value),
    ) -> bool {
        let name = last(&place.there);
        let begins_so = |node: &ShapeNode| {
            let (written, _) = self.contract.document.at(&node.pointer)?;
            Some(written.get("default")?.to_json() == *shown)
        };
        let is_exact = match (sent, shown) {
            (Value::Bool(_), Value::Bool(_)) => true,
            (Value::Number(sent), Value::Number(shown)) => !is_rounded(sent, shown),
            (Value::String(sent), Value::String(shown)) => {
                let is_listed = self.nodes(name).any(|node| self.is_listed_value(node));
                let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
                let days = day(sent).zip(day(shown));
                is_listed || days.is_some_and(|(one, two)| one != two) || is_cut(sent, shown)
            }
            (Value::Array(sent), Value::Array(shown)) => is_shortened(sent, shown),
            _ => false,
        };
        let is_kind_of = |(name, value): (&String, &Value)| value.is_string() && is_kind(name);
        let mut members = whole.as_object().into_iter().flatten();
        is_exact
            && !is_nothing(shown)
            && !is_fixed(name)
            && !members.any(is_kind_of)
            && !self.nodes(name).any(|node| begins_so(node) == Some(true))
            && self.is_plain(place, shown)
    }

    fn is_listed_value(self, node: &ShapeNode) -> bool {
        let document = &self.contract.document;
        let written = document.at(&node.pointer).map(|(node, _)| node);
        let meant = written.and_then(|written| document.resolve(written, &node.pointer).ok());
        let mut said = written.into_iter().chain(meant.map(|found| found.node));
        said.any(|node| node.get("enum").is_some())
    }

    /// Whether nothing is said of a member, and its name says nothing, by which a server may not keep it.
    fn is_plain(self, place: &SamePlace, value: &Value) -> bool {
        let names = pointer::tokens(&place.there);
        let is_odd = |name: &String| shifts(name) || is_apart(name) || self.is_resource(name);
        let name = last(&place.there);
        let told =
            [self.takes, self.shows].map(|operation| self.contract.document.at(&operation.pointer));
        let mut told = told.into_iter().flatten().flat_map(|(node, _)| texts(node));
        !names.iter().any(is_odd)
            && !told.any(|text| folded(&text).contains(&folded(name)) && is_conditional(&text))
            && self.nodes(name).all(|node| self.admits(node, value))
    }

    /// Whether a place of a schema says nothing by which a value of it may not be kept.
    fn admits(self, node: &ShapeNode, value: &Value) -> bool {
        let document = &self.contract.document;
        let Some((written, _)) = document.at(&node.pointer) else {
            return true;
        };
        let meant = document
            .resolve(written, &node.pointer)
            .ok()
            .map(|found| found.node);
        let mut said = std::iter::once(written).chain(meant);
        said.all(|node| {
            let is_set = |key: &str| node.get(key).and_then(Node::as_bool) == Some(true);
            let default = node.get("default").map(Node::to_json);
            !["readOnly", "writeOnly", "deprecated"]
                .into_iter()
                .any(is_set)
                && default.as_ref() != Some(value)
                && !texts(node).any(|text| is_conditional(&text))
        })
    }

    /// The places of what is sent and shown that are called so.
    fn nodes<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n ShapeNode> {
        let sent = self
            .takes
            .request_body
            .iter()
            .flat_map(|body| &body.content);
        let sent = sent.filter_map(|media| media.body.as_ref());
        let bodies = sent.chain(self.shows.success_bodies());
        let nodes = bodies.flat_map(|body: &Body| &body.shape.nodes);
        nodes.filter(move |node| node.place.last_key() == Some(name))
    }

    /// Whether the document lists a place among those of the answer, whatever the thing is.
    fn is_listed(self, at: &str) -> bool {
        let is_it = |node: &ShapeNode| {
            let mut steps = node.place.steps().iter();
            steps.all(|step| matches!(step, PlaceStep::Key(_))) && node.place.pointer() == at
        };
        let mut bodies = self.shows.success_bodies();
        bodies.any(|body| body.shape.nodes.iter().any(is_it))
    }

    /// Whether a member is called like the things of a path: it may name one that is not there.
    fn is_resource(self, name: &str) -> bool {
        let Some(noun) = words(name).pop().map(|last| singular(&last)) else {
            return false;
        };
        let paths = self.contract.operations.iter().map(|one| &one.path);
        let mut parts = paths.flat_map(|path| path.split('/'));
        parts.any(|part| !part.starts_with('{') && singular(&folded(part)) == noun)
    }
}

/// Whether what was there is what a client of this run sent before: no server begins with that.
fn is_of_client(sent: &Value, was: &Value) -> bool {
    match (sent, was) {
        (Value::Bool(_), Value::Bool(was)) => *was,
        (Value::Number(sent), Value::Number(was)) => {
            let both = sent.as_f64().zip(was.as_f64());
            both.is_some_and(|(sent, was)| was != 0.0 && (sent - was).abs() == 1.0)
        }
        // Both have the mark of the run, and each that of its request.
        (Value::String(sent), Value::String(was)) => {
            let pairs = sent.chars().zip(was.chars());
            sent.len() == was.len() && pairs.take_while(|(one, other)| one == other).count() >= 5
        }
        _ => false,
    }
}

/// Whether a text is the beginning of another one of which more is missing than an ending or a sign.
fn is_cut(sent: &str, shown: &str) -> bool {
    const FEWEST: usize = 4;
    // An address may be shown in a shorter way, and what has few letters as a name of its own.
    let is_address = sent.contains("://") || sent.contains('@');
    let rest = sent.strip_prefix(shown.trim_end()).unwrap_or_default();
    let lost = rest.chars().filter(|one| one.is_alphanumeric()).count();
    !is_address && shown.trim().chars().count() >= FEWEST && lost >= FEWEST && !rest.contains('.')
}

/// Whether a list has some of the entries of another one, in which each is another, and no more.
fn is_shortened(sent: &[Value], shown: &[Value]) -> bool {
    let is_one = |value: &Value| value.is_string() || value.is_number();
    let is_new = |(n, value): (usize, &Value)| {
        let same = |other: &Value| is_alike(value, Some(other), Eye::Mild);
        is_one(value) && !sent[..n].iter().any(same)
    };
    let is_there = |value: &Value| sent.contains(value);
    !shown.is_empty()
        && shown.len() < sent.len()
        && sent.iter().enumerate().all(is_new)
        && shown.iter().all(is_there)
}

/// Whether a number is another one that is rounded to a whole.
fn is_rounded(sent: &Number, shown: &Number) -> bool {
    let both = sent.as_f64().zip(shown.as_f64());
    both.is_some_and(|(sent, shown)| {
        sent.fract() != 0.0 && shown.fract() == 0.0 && (sent - shown).abs() <= 0.5
    })
}

fn last(at: &str) -> &str {
    at.rsplit('/').next().unwrap_or_default()
}

/// What a node of the document says in words.
fn texts(node: &Node) -> impl Iterator<Item = String> {
    let each = ["title", "summary", "description"].into_iter();
    each.filter_map(|key| Some(node.prose(key)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_cut_where_more_than_an_ending_is_missing() {
        for (sent, shown, cut) in [
            ("Conform c1234abcd", "Conform c1", true),
            ("conform-c1234abcd", "conform-c1", true),
            ("conform-c1234abcd ", "conform-c1234abcd", false),
            ("conform-c1234abcd", "conform-c1234ab", false),
            ("conform-c1234abcd", "con", false),
            ("conform-c1234abcd", "Conform", false),
            (
                "https://example.com/c1234abcd",
                "https://example.com",
                false,
            ),
            ("conform-c1234@example.com", "conform-c1234", false),
            ("conform.c1234abcd", "conform", false),
        ] {
            assert_eq!(is_cut(sent, shown), cut, "{sent} {shown}");
        }
    }

    #[test]
    fn a_list_is_shortened_where_entries_that_differ_are_missing() {
        for (sent, shown, is_it) in [
            (json!(["a", "b"]), json!(["a"]), true),
            (json!(["a", "b"]), json!(["b"]), true),
            (json!(["a", "b"]), json!([]), false),
            (json!(["a", "b"]), json!(["b", "a"]), false),
            (json!(["a", "A"]), json!(["a"]), false),
            (json!(["a", "b"]), json!(["c"]), false),
            (json!([{"a": 1}, {"b": 1}]), json!([{"a": 1}]), false),
        ] {
            let (one, other) = (sent.as_array().unwrap(), shown.as_array().unwrap());
            assert_eq!(is_shortened(one, other), is_it, "{sent} {shown}");
        }
    }
}
