//! Where the members of a body stand that name something else: in the body itself, in objects and in the entries of lists.

use serde_json::Value;

use crate::contract::{Media, Place, PlaceStep, pointer};

/// Deeper than that nothing is named.
const DEEPEST: usize = 6;

/// The name of what stands at a place, of a list of ids that of one; `None` where no one value stands there.
pub fn name_at(place: &Place) -> Option<String> {
    let steps = place.steps();
    let is_near = (1..=DEEPEST).contains(&steps.len())
        && steps
            .iter()
            .all(|step| matches!(step, PlaceStep::Key(_) | PlaceStep::Each));
    let mut steps = steps.iter().rev();
    match (is_near.then(|| steps.next())??, steps.next()) {
        (PlaceStep::Key(name), _) => Some(name.to_string()),
        (PlaceStep::Each, Some(PlaceStep::Key(name))) => Some(of_one(name)),
        _ => None,
    }
}

/// What each of several ids is called: `userIds`, of each `userId`.
fn of_one(name: &str) -> String {
    let ends = ["ids", "Ids", "IDs", "uuids", "Uuids", "guids", "Guids"];
    match ends.iter().any(|end| name.ends_with(end)) {
        true => name[..name.len() - 1].to_owned(),
        false => name.to_owned(),
    }
}

/// A body in which lists of ids have one of them, as far as the schema lets them: all get what was found, and some lists want
/// each entry to be another.
pub fn narrowed(media: Option<&Media>, body: &Value, places: &[&str]) -> Value {
    let mut out = body.clone();
    for at in places {
        let Some(list) = at.strip_suffix("/0") else {
            continue;
        };
        let mut less = out.clone();
        for at in each(&out, list) {
            let entries = less.pointer_mut(&at).and_then(Value::as_array_mut);
            entries.into_iter().for_each(|entries| entries.truncate(1));
        }
        if media.is_none_or(|media| media.allows(&less)) {
            out = less;
        }
    }
    out
}

/// All places of a body that a pointer means which has the first entry for each of a list.
pub fn each(body: &Value, at: &str) -> Vec<String> {
    let mut open: Vec<(String, &Value)> = vec![(String::new(), body)];
    for token in pointer::tokens(at) {
        let below = |(base, value): (String, &'_ Value)| -> Vec<String> {
            match value {
                Value::Array(entries) if token == "0" => {
                    let all = 0..entries.len();
                    all.map(|n| format!("{base}/{n}")).collect()
                }
                _ => vec![pointer::join(&base, &token)],
            }
        };
        let next: Vec<String> = open.into_iter().flat_map(below).collect();
        let there = next.into_iter();
        open = there
            .filter_map(|at| body.pointer(&at).map(|value| (at.clone(), value)))
            .collect();
    }
    open.into_iter().map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_in_lists_is_named_by_each_of_their_entries() {
        let body = json!({"lines": [{"productId": 1}, {"productId": 2}, {}], "userIds": [1, 2], "at": {"0": {"id": 3}}});
        for (at, found) in [
            (
                "/lines/0/productId",
                "/lines/0/productId /lines/1/productId",
            ),
            ("/userIds/0", "/userIds/0 /userIds/1"),
            ("/at/0/id", "/at/0/id"),
            ("/none", ""),
            ("/lines/0/none", ""),
        ] {
            assert_eq!(each(&body, at).join(" "), found, "{at}");
        }
        let less = narrowed(None, &body, &["/userIds/0", "/lines/0/productId"]);
        assert_eq!(less["userIds"], json!([1]));
        assert_eq!(less["lines"], body["lines"]);
    }

    #[test]
    fn a_place_in_a_list_has_the_name_of_one() {
        let root = Place::default();
        let list = |name: &str| root.key(name).with(PlaceStep::Each);
        for (place, name) in [
            (root.key("categoryId"), Some("categoryId")),
            (list("parts").key("categoryId"), Some("categoryId")),
            (list("categoryIds"), Some("categoryId")),
            (list("category_ids"), Some("category_id")),
            (list("tags"), Some("tags")),
            (root.key("map").with(PlaceStep::Any), None),
            (root.clone(), None),
        ] {
            assert_eq!(name_at(&place).as_deref(), name, "{place}");
        }
    }
}
