//! Whether an answer is about the thing whose id it was asked for by: the one that the list shows under that id.

use serde_json::Value;

use crate::battery::{AS_ASKED, Plan};
use crate::contract::{ClauseIx, Part, Subject, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};

/// The clause that a read by an id shows what has that id.
pub fn clause(plan: &Plan, operation: usize) -> Option<ClauseIx> {
    let subject = Subject::of(operation, Part::State(AS_ASKED.to_owned()));
    plan.clauses.about(&subject)
}

/// A thing that an answer shows, by the member that has its id.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'v> {
    /// The thing.
    pub thing: &'v Value,
    /// The member that the answer wraps it in.
    within: Option<&'v str>,
    member: &'v str,
}

impl<'v> Shown<'v> {
    /// The body itself, else the one object in it that has that member.
    pub fn of(body: &'v Value, member: &'v str) -> Option<Shown<'v>> {
        let map = body.as_object()?;
        let has_it = |value: &Value| text(value.get(member)).is_some();
        if has_it(body) {
            return Some(Shown {
                thing: body,
                within: None,
                member,
            });
        }
        let mut inner = map.iter().filter(|(_, value)| has_it(value));
        let (name, thing) = inner.next().filter(|_| inner.next().is_none())?;
        Some(Shown {
            thing,
            within: Some(name),
            member,
        })
    }

    /// Its id as a text.
    pub fn id(&self) -> String {
        text(self.thing.get(self.member)).unwrap_or_default()
    }

    /// The place of the thing in the answer.
    pub fn holder(&self) -> String {
        let within = self.within;
        within.map_or_else(String::new, |name| pointer::join("", name))
    }

    fn place(&self) -> String {
        pointer::join(&self.holder(), self.member)
    }
}

/// A text or a number as a text.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether two ids are one, however it is written: in capitals, in braces, without dashes, with zeros before it, or with what
/// it stands in.
pub fn is_same(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let signs = text.chars().filter(|sign| sign.is_alphanumeric());
        let plain: String = signs.flat_map(char::to_lowercase).collect();
        plain.trim_start_matches('0').to_owned()
    };
    let (one, other) = (plain(one), plain(other));
    one.ends_with(&other) || other.ends_with(&one)
}

/// Whether two ids are of one kind: numbers, or texts of the same length with the same signs in the same places. A name in the
/// place of a number is another way to name the same.
pub fn is_of_one_kind(one: &str, other: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(one) || is_number(other) {
        return is_number(one) && is_number(other);
    }
    let signs = |text: &str| -> Vec<char> {
        let signs = text.chars();
        signs
            .map(|sign| if sign.is_alphanumeric() { 'x' } else { sign })
            .collect()
    };
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    signs(one) == signs(other) && has_digit(one) && has_digit(other)
}

/// The things of a list, whose ids stand at these tokens.
pub fn listed<'v>(body: &'v Value, tokens: &[String]) -> Vec<&'v Value> {
    let Some((token, rest)) = tokens.split_first() else {
        return Vec::new();
    };
    if rest.is_empty() {
        return vec![body];
    }
    match body {
        Value::Array(items) if token == "*" => {
            items.iter().flat_map(|item| listed(item, rest)).collect()
        }
        Value::Object(map) if token == "*" && !map.contains_key("*") => {
            map.values().flat_map(|item| listed(item, rest)).collect()
        }
        other => match super::descend(other, std::slice::from_ref(token)) {
            Some(found) => listed(found, rest),
            None => Vec::new(),
        },
    }
}

/// Whether what is shown is surely another thing than the one that the list has under the id that was sent: it has the id of
/// another one of the list, or shares less with it than it does not. What has another id, and is the same, has several.
pub fn is_another(shown: Shown<'_>, sent: &str, things: &[&Value]) -> bool {
    let id_of = |thing: &Value| text(thing.get(shown.member));
    let Some(own) = things
        .iter()
        .find(|one| id_of(one).as_deref() == Some(sent))
    else {
        return false;
    };
    let id = shown.id();
    let is_listed = things.iter().any(|one| id_of(one).as_ref() == Some(&id));
    let members = own.as_object().into_iter().flatten();
    let shared = members.filter_map(|(name, value)| {
        let other = shown.thing.get(name).filter(|_| name != shown.member)?;
        let is_plain = |value: &Value| value.is_string() || value.is_number();
        (is_plain(value) && is_plain(other)).then_some(value == other)
    });
    let (same, differing): (Vec<bool>, Vec<bool>) = shared.partition(|is_same| *is_same);
    let differs = differing.len() > same.len();
    differs || is_listed && (!differing.is_empty() || same.is_empty())
}

/// Whether two ids that a list has are answered with one id, which is that of another thing: the answers are the same, or it is
/// one that no chance makes, and not that of something that both only hold.
pub fn is_one_for_all(
    (one, sent): (Shown<'_>, &str),
    (other, other_sent): (Shown<'_>, &str),
    things: &[&Value],
) -> bool {
    let id = one.id();
    let has = |sent: &str| {
        let mut ids = things
            .iter()
            .filter_map(|thing| text(thing.get(one.member)));
        ids.any(|id| id == sent)
    };
    let is_own = one.within.is_none() && other.within.is_none();
    let is_chosen = id.bytes().any(|byte| !byte.is_ascii_digit());
    let is_alike = one.thing == other.thing;
    // What one look shows under another name may be the same by that name, unless the list has both, and as two things.
    let is_listed_apart = |sent: &str| {
        let own = things
            .iter()
            .find(|thing| text(thing.get(one.member)).as_deref() == Some(sent));
        let mut members = own.and_then(|own| own.as_object()).into_iter().flatten();
        is_alike
            && has(&id)
            && !is_same(sent, &id)
            && members.any(|(name, value)| {
                let shown = one.thing.get(name).filter(|_| name != one.member);
                value.is_string() && shown.is_some_and(|shown| shown.is_string() && shown != value)
            })
    };
    other.id() == id
        && !is_same(sent, other_sent)
        && has(sent)
        && has(other_sent)
        && [sent, other_sent]
            .iter()
            .any(|sent| is_wrong(sent, &id) || is_listed_apart(sent))
        && is_own
        && (is_alike || is_chosen)
}

/// Whether an id is surely not the one that was asked for.
fn is_wrong(sent: &str, id: &str) -> bool {
    !is_same(sent, id) && is_of_one_kind(sent, id)
}

/// Records that another thing was shown.
pub fn accuse(
    plan: &Plan,
    clause: ClauseIx,
    (shown, sent): (Shown<'_>, &str),
    exchange: u64,
    seen: &mut Sightings,
) {
    seen.exercise(clause);
    let place = shown.place();
    let (expected, actual) = (super::shown(sent), super::shown(&shown.id()));
    let sentence = format!(
        "expected {expected} at {place}, by which it was asked for, got {actual}, which is another thing of the list, has other members or is shown for another id as well"
    );
    let spot = Spot { exchange, page: 0 };
    let found = Found::new(expected, actual, Location::body(&place)).at(spot);
    found.said(sentence).report(plan, clause, seen);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_the_same_however_it_is_written() {
        for (one, other, same, one_kind) in [
            ("7", "7", true, true),
            ("7", "007", true, true),
            ("7", "8", false, true),
            ("AB-1", "ab1", true, false),
            ("{5f3a-11}", "5F3A-11", true, false),
            ("shelves/s1", "s1", true, false),
            ("7", "me", false, false),
            ("dune", "emma", false, false),
            ("pat_5f3a", "pat_9c21", false, true),
            ("pat_5f3a", "9c21", false, false),
        ] {
            assert_eq!(is_same(one, other), same, "{one} {other}");
            assert_eq!(is_of_one_kind(one, other), one_kind, "{one} {other}");
        }
    }

    #[test]
    fn another_thing_has_other_members_as_well() {
        let list = json!({"items": [{"id": "a1", "name": "x", "size": 1}, {"id": "a2", "name": "y", "size": 1}]});
        let tokens = ["items", "*", "id"].map(str::to_owned);
        let things = listed(&list, &tokens);
        assert_eq!(things.len(), 2);
        for (body, another) in [
            (json!({"id": "a2", "name": "y", "size": 1}), true),
            (json!({"data": {"id": "a2", "name": "y", "size": 1}}), true),
            (json!({"id": "a9", "name": "z", "size": 3}), true),
            // The same thing by another id.
            (json!({"id": "a9", "name": "x", "size": 1}), false),
            (json!({"id": "a9", "name": "x", "size": 2}), false),
            (json!({"id": "a9"}), false),
        ] {
            let shown = Shown::of(&body, "id").unwrap();
            assert_eq!(is_another(shown, "a1", &things), another, "{body}");
        }
        for (one, other, sent, is_one) in [
            // Only the id is wrong, and the same for both.
            (
                json!({"id": "a2", "name": "x"}),
                json!({"id": "a2", "name": "y"}),
                ["a1", "a2"],
                true,
            ),
            (
                json!({"id": "a9", "name": "x"}),
                json!({"id": "a9", "name": "x"}),
                ["a1", "a2"],
                true,
            ),
            (
                json!({"id": "a9", "name": "x"}),
                json!({"id": "a9", "name": "y"}),
                ["a1", "a2"],
                true,
            ),
            (
                json!({"id": "a1", "name": "x"}),
                json!({"id": "a2", "name": "y"}),
                ["a1", "a2"],
                false,
            ),
            (
                json!({"id": "a2", "name": "x"}),
                json!({"id": "a2", "name": "x"}),
                ["a1", "a3"],
                false,
            ),
            (
                json!({"id": "a2", "name": "x"}),
                json!({"id": "a2", "name": "x"}),
                ["a2", "a2"],
                false,
            ),
            (
                json!({"name": "x", "of": {"id": "a9"}}),
                json!({"name": "y", "of": {"id": "a9"}}),
                ["a1", "a2"],
                false,
            ),
            // A number may be that of something that both belong to.
            (
                json!({"id": 7, "name": "x"}),
                json!({"id": 7, "name": "y"}),
                ["a1", "a2"],
                false,
            ),
            // What no list has may be a name of both.
            (
                json!({"id": "main", "name": "x"}),
                json!({"id": "main", "name": "x"}),
                ["a1", "a2"],
                false,
            ),
        ] {
            let shown = [&one, &other].map(|body| Shown::of(body, "id").unwrap());
            let found = is_one_for_all((shown[0], sent[0]), (shown[1], sent[1]), &things);
            assert_eq!(found, is_one, "{one} {other} {sent:?}");
        }
        let named = [
            json!({"id": "digest", "by": "sms"}),
            json!({"id": "welcome", "by": "mail"}),
            json!({"id": "hello", "by": "mail"}),
        ];
        let named: Vec<&Value> = named.iter().collect();
        for (sent, is_one) in [("digest", true), ("hello", false)] {
            let shown = Shown::of(named[1], "id").unwrap();
            let found = is_one_for_all((shown, sent), (shown, "welcome"), &named);
            assert_eq!(found, is_one, "{sent}");
        }
        let shown = json!({"id": "a2"});
        let gone = is_another(Shown::of(&shown, "id").unwrap(), "a3", &things);
        assert!(!gone);
    }
}
