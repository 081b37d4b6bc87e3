//! Whether pages that a guess asks for by the id of the last item really begin behind it. A parameter that is called so may
//! ask for what is newer, or has a larger id, than that item: then a right answer shows items of the page before again.

use std::collections::HashSet;

use serde_json::Value;

use crate::battery::{After, Collection};

use super::hashes::Hashes;
use super::page;

/// What is known of the pages so far.
#[derive(Debug, Default)]
pub(super) struct Behind {
    /// The items of the first page.
    first: HashSet<u64>,
    /// The id of the item that the next page should begin behind, and its hash.
    last: Option<(Value, u64)>,
}

const OVERLAPS: &str = "the next page has items of the first one again, so the parameter that was taken for the way to it may mean something else";
const EMPTY: &str = "nothing came behind the last item of the first page, though there is more, so the way to the next page was guessed wrong";
const UNSORTED: &str = "the ids of the items do not ascend, so that what is asked for by an id need not be the next page";

impl Behind {
    /// Takes in the items of a page, whether there are more than the first page has, and whether a next page is asked for;
    /// why the guess is wrong.
    pub(super) fn mistake(
        &mut self,
        collection: &Collection,
        after: &After,
        (items, is_more, goes_on): (&[Value], bool, bool),
        number: u64,
        hashes: &Hashes,
    ) -> Option<&'static str> {
        let keys = items.iter().map(|item| page::key_of(collection, item));
        let keys: Vec<(&Value, u64)> = keys.map(|key| (key, hashes.key(key))).collect();
        // What only may be the next page is one where ids are in the order in which they are asked for.
        let before = self.last.as_ref().map(|(id, _)| id).into_iter();
        let ids: Vec<&Value> = before.chain(keys.iter().map(|(id, _)| *id)).collect();
        let ascends = || ids.windows(2).all(|pair| is_less(pair[0], pair[1]));
        let must_ascend = !after.is_plain() && (number > 1 || goes_on);
        let mistake = match number {
            1 => {
                self.first = keys.iter().map(|(_, hash)| *hash).collect();
                None
            }
            2 if items.is_empty() => is_more.then_some(EMPTY),
            2 => self.overlap(after, &keys),
            _ => None,
        };
        let mistake = mistake.or_else(|| (must_ascend && !ascends()).then_some(UNSORTED));
        if let Some((id, hash)) = keys.last() {
            self.last = Some(((*id).clone(), *hash));
        }
        mistake
    }

    /// Whether the second page shows what only another meaning of the parameter explains. That it begins with the item
    /// itself, and has nothing else of the first page, is a break where the name says that it begins behind it.
    fn overlap(&self, after: &After, keys: &[(&Value, u64)]) -> Option<&'static str> {
        let shared = keys.iter().filter(|(_, hash)| self.first.contains(hash));
        let begins = keys.first().map(|(_, hash)| *hash);
        let is_itself = begins.is_some() && begins == self.last.as_ref().map(|(_, hash)| *hash);
        match shared.count() {
            0 => None,
            1 if after.is_plain() && is_itself && keys.len() > 1 => None,
            _ => Some(OVERLAPS),
        }
    }
}

/// Whether an id is less than another, as numbers or as texts are.
fn is_less(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() < other.as_f64(),
        (Value::String(one), Value::String(other)) => {
            match (one.parse::<u128>(), other.parse::<u128>()) {
                (Ok(one), Ok(other)) => one < other,
                _ => one < other,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mistake(parameter: &str, is_more: bool, pages: &[&[i64]]) -> Option<&'static str> {
        let text =
            format!("{{items: /items, id: /id, guessed: true, next: {{after: {parameter}}}}}");
        let collection: Collection = serde_saphyr::from_str(&text).unwrap();
        let after = After {
            parameter: parameter.to_owned(),
            more: None,
        };
        let (mut behind, hashes) = (Behind::default(), Hashes::default());
        let mut pages = pages.iter().zip(1..);
        pages.find_map(|(ids, number)| {
            let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
            behind.mistake(
                &collection,
                &after,
                (&items, is_more, true),
                number,
                &hashes,
            )
        })
    }

    #[test]
    fn a_page_that_begins_behind_an_item_has_none_before_it() {
        for (parameter, is_more, pages, mistaken) in [
            ("starting_after", false, &[&[9, 4][..], &[7, 1]][..], None),
            ("starting_after", false, &[&[9, 4], &[]], None),
            ("starting_after", true, &[&[9, 4], &[]], Some(EMPTY)),
            // The item itself again is a slip at the edge.
            ("starting-after", false, &[&[9, 4], &[4, 7]], None),
            // What is newer than the last of the newest.
            ("starting_after", false, &[&[9, 4], &[9]], Some(OVERLAPS)),
            ("since_id", false, &[&[9, 4], &[9]], Some(UNSORTED)),
            ("after_id", false, &[&[4, 9], &[10, 12], &[13]], None),
            ("after_id", false, &[&[4, 9], &[9, 12]], Some(OVERLAPS)),
            // Ids from there on, in an order of their own.
            ("after_id", false, &[&[4, 9], &[12, 11]], Some(UNSORTED)),
            ("after_id", false, &[&[4, 9], &[10], &[3]], Some(UNSORTED)),
        ] {
            let found = mistake(parameter, is_more, pages);
            assert_eq!(found, mistaken, "{parameter} {pages:?}");
        }
    }

    #[test]
    fn ids_ascend_as_numbers_and_as_texts() {
        for (one, other, less) in [
            (json!(9), json!(10), true),
            (json!("9"), json!("10"), true),
            (json!("a9"), json!("a10"), false),
            (json!("a"), json!("b"), true),
            (json!("a"), json!("a"), false),
            (json!(1), json!("2"), false),
        ] {
            assert_eq!(is_less(&one, &other), less, "{one} {other}");
        }
    }
}
