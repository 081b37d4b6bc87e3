//! What is listed below a made-up parent: whether it is somebody's. A list that is the same below every parent, has defaults
//! for each, or comes to be with its parent, is right; only items that name another parent are somebody's beyond doubt.

use serde_json::Value;

use crate::battery::Plan;
use crate::contract::names::{folded, singular};

use super::asked::Asked;
use super::page;

/// A parent that a request made up.
#[derive(Debug, Clone, Copy)]
pub struct Parent<'a> {
    /// The parameter that names it.
    parameter: &'a str,
    /// The part of the path before it.
    kind: &'a str,
    made_up: &'a str,
    /// The parent that the valid request was sent with.
    known: &'a str,
    /// What that was answered.
    valid: &'a Value,
}

/// The parent that a request made up, where its path goes on below it, and only it is another than the valid one's.
pub fn parent<'a>(plan: &'a Plan, asked: &Asked<'a>) -> Option<Parent<'a>> {
    let valid = asked.valid?;
    let path = &plan.contract.operations[asked.step.operation].path;
    let (above, last) = path.trim_end_matches('/').rsplit_once('/')?;
    let (before, rest) = above.rsplit_once('{')?;
    let (name, after) = rest.split_once('}')?;
    let is_whole = before.ends_with('/') && after.is_empty() && !last.contains('{');
    // Without a list in the valid answer it is one thing that stands there.
    place(asked, valid.body)?;
    let pairs = asked.request.path.iter().zip(valid.ids);
    let differing = pairs.filter(|((_, sent), known)| known.as_str() != Some(sent.as_str()));
    let differing: Vec<_> = differing.collect();
    let [((parameter, made_up), known)] = differing[..] else {
        return None;
    };
    (is_whole && parameter == name).then_some(Parent {
        parameter,
        kind: before.trim_end_matches('/').rsplit('/').next()?,
        made_up,
        known: known.as_str()?,
        valid: valid.body,
    })
}

impl Parent<'_> {
    /// Whether the list below it is empty; `None` where the valid answer has none to tell by, or it has pages.
    pub fn is_empty(&self, asked: &Asked<'_>, body: &Value) -> Option<bool> {
        if asked.step.collection.is_some() {
            return None;
        }
        let at = place(asked, self.valid)?;
        let found = body.pointer(&at);
        match found {
            None | Some(Value::Null) => {
                let mut members = body.as_object().into_iter().flat_map(|map| map.values());
                // What another member shows may be the list by another name.
                let is_shown =
                    members.any(|value| value.as_array().is_some_and(|list| !list.is_empty()));
                (!is_shown).then_some(body.is_object() || body.is_null())
            }
            Some(found) => found.as_array().map(Vec::is_empty),
        }
    }

    /// Whether the valid answer has nothing in its list, so that nothing could be missed below the made-up one.
    pub fn is_bare(&self, asked: &Asked<'_>) -> bool {
        items(asked, self.valid).is_some_and(<[_]>::is_empty)
    }

    /// Whether items below it are somebody's: those of the valid answer say that they belong to the parent that was asked
    /// for, and these say that they belong to another than the made-up one.
    pub fn is_shown(&self, asked: &Asked<'_>, body: &Value) -> bool {
        let Some((valid, shown)) = items(asked, self.valid).zip(items(asked, body)) else {
            return false;
        };
        let names = names(self.parameter, self.kind);
        let owners = |items: &[Value]| -> Vec<String> {
            let found = items.iter().filter_map(|item| owner(item, &names));
            found.collect()
        };
        let (valid, shown) = (owners(valid), owners(shown));
        is_id(self.known)
            && !valid.is_empty()
            && !shown.is_empty()
            && valid.iter().all(|owner| owner == self.known)
            && shown.iter().all(|owner| owner != self.made_up)
    }
}

/// What members are called that name what a list stands below, folded, by the parameter and the part of the path before it;
/// none of what one may fall back from to another.
pub(super) fn names(parameter: &str, kind: &str) -> Vec<String> {
    const FALLS_BACK: [&str; 20] = [
        "lang",
        "language",
        "locale",
        "culture",
        "country",
        "region",
        "currency",
        "version",
        "environment",
        "env",
        "stage",
        "year",
        "month",
        "week",
        "day",
        "date",
        "season",
        "quarter",
        "zone",
        "timezone",
    ];
    // Of what else a number under that name may say something: `order: 1` is a place in an order.
    const ORDINALS: [&str; 20] = [
        "order", "level", "page", "step", "position", "rank", "row", "column", "index", "priority",
        "grade", "floor", "line", "chapter", "section", "round", "number", "size", "count",
        "score",
    ];
    let parameter = folded(parameter);
    let own = ["uuid", "guid", "id"];
    let own = own.iter().find_map(|kind| parameter.strip_suffix(kind));
    let stem = own.unwrap_or(&parameter).to_owned();
    let nouns = [stem, singular(&folded(kind))];
    let nouns = nouns.iter().filter(|noun| !noun.is_empty());
    let nouns: Vec<&String> = nouns.collect();
    match nouns.iter().any(|noun| FALLS_BACK.contains(&noun.as_str())) {
        true => Vec::new(),
        false => nouns
            .iter()
            .flat_map(|noun| ["", "id", "uuid", "guid"].map(|kind| format!("{noun}{kind}")))
            .filter(|name| !ORDINALS.contains(&name.as_str()))
            .collect(),
    }
}

/// The pointer of the list in the valid answer: that of its page, else the one list that there is.
fn place(asked: &Asked<'_>, valid: &Value) -> Option<String> {
    if let Some(collection) = &asked.step.collection {
        return Some(collection.items.clone());
    }
    match valid {
        Value::Array(_) => Some(String::new()),
        Value::Object(map) => {
            let mut lists = map.iter().filter(|(_, value)| value.is_array());
            let (name, _) = lists.next().filter(|_| lists.next().is_none())?;
            Some(crate::contract::pointer::join("", name))
        }
        _ => None,
    }
}

fn items<'v>(asked: &Asked<'_>, body: &'v Value) -> Option<&'v [Value]> {
    if let Some(collection) = &asked.step.collection {
        return page::read(collection, body).items;
    }
    let at = place(asked, body)?;
    body.pointer(&at)?.as_array().map(Vec::as_slice)
}

/// The id of what an item says that it belongs to.
pub(super) fn owner(item: &Value, names: &[String]) -> Option<String> {
    let map = item.as_object()?;
    let members = map.iter().filter(|(name, _)| names.contains(&folded(name)));
    let ids = members.filter_map(|(_, value)| match value {
        Value::Object(whole) => ["id", "uuid", "guid"]
            .iter()
            .find_map(|id| text(whole.get(*id)?)),
        plain => text(plain),
    });
    ids.into_iter().find(|id| !id.is_empty())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a text is an id that somebody was given, and not a word that may stand for another.
fn is_id(text: &str) -> bool {
    const LONG: usize = 8;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && (digits == text.len() || text.len() >= LONG)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_names_what_it_belongs_to() {
        let seven = Some("7".to_owned());
        for (parameter, kind, item, found) in [
            (
                "userId",
                "users",
                json!({"id": 1, "userId": 7}),
                seven.clone(),
            ),
            (
                "id",
                "users",
                json!({"id": 1, "user_id": "7"}),
                seven.clone(),
            ),
            (
                "id",
                "users",
                json!({"id": 1, "user": {"id": 7}}),
                seven.clone(),
            ),
            ("id", "categories", json!({"category": 7}), seven.clone()),
            ("user", "people", json!({"user": 7, "id": 3}), seven),
            ("id", "users", json!({"id": 7}), None),
            ("id", "users", json!({"user": {"name": "7"}}), None),
            ("id", "users", json!({"author_id": 7}), None),
            ("id", "users", json!([7]), None),
            ("id", "orders", json!({"order": 7}), None),
            ("id", "orders", json!({"orderId": 7}), Some("7".to_owned())),
            // What falls back to another where there is none.
            ("lang", "pages", json!({"lang": 7}), None),
            ("id", "versions", json!({"version": 7}), None),
        ] {
            let names = names(parameter, kind);
            assert_eq!(owner(&item, &names), found, "{parameter} {kind} {item}");
        }
    }

    #[test]
    fn an_id_is_no_word() {
        for (text, is) in [
            ("7", true),
            ("2147483646", true),
            ("5f0c2b1e-9c1d-4a7e-8b2a-6d1f3e7a9c44", true),
            ("usr_0000017", true),
            ("acme", false),
            ("v1", false),
            ("default-settings", false),
        ] {
            assert_eq!(is_id(text), is, "{text}");
        }
    }
}
