//! Whether a list has a value: what of it a page shows, and whether all of the list was seen.

use serde_json::Value;

use crate::battery::{Listing, Plan};
use crate::contract::{ClauseIx, In, Operation, Place};
use crate::exchange::{Answer, Location};
use crate::ledger::Sightings;

use super::alike::names_the_same;
use super::asked::Asked;
use super::finding::{Found, Spot};
use super::link_header;
use super::page::shown_key;

/// What a page shows of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is there.
    Found,
    /// It is not; how many values there are.
    Absent(usize),
    /// There is no such list on the page.
    NoList,
}

/// Looks for a value on a page.
pub fn look(listing: &Listing, value: &Value, page: &Value) -> Shown {
    let mut count = 0;
    match gather(page, &listing.at, value, &mut count) {
        None => Shown::NoList,
        Some(true) => Shown::Found,
        Some(false) => Shown::Absent(count),
    }
}

/// Whether the value stands at the tokens; `None` where a list on the way is missing.
fn gather(here: &Value, tokens: &[String], value: &Value, count: &mut usize) -> Option<bool> {
    let Some((token, rest)) = tokens.split_first() else {
        *count += 1;
        return Some(names_the_same(value, here));
    };
    if token == "*" {
        let entries: Vec<&Value> = match here {
            Value::Array(items) => items.iter().collect(),
            Value::Object(map) => map.values().collect(),
            _ => return None,
        };
        let is_empty = entries.is_empty();
        let found = entries.into_iter();
        let found: Vec<bool> = found
            .filter_map(|entry| gather(entry, rest, value, count))
            .collect();
        // An entry that has nothing there is another one; where none has, the values are not told.
        let is_told = is_empty || !found.is_empty();
        return is_told.then(|| found.contains(&true));
    }
    gather(
        super::descend(here, std::slice::from_ref(token))?,
        rest,
        value,
        count,
    )
}

/// How many values make a page look full.
const FULL: usize = 10;
/// Parts of the names of query parameters that speak of pages.
const OF_PAGES: [&str; 12] = [
    "page", "limit", "offset", "cursor", "after", "before", "token", "skip", "top", "marker",
    "size", "count",
];
/// Parts of the names of members that speak of more.
const OF_MORE: [&str; 6] = ["next", "cursor", "more", "continu", "truncat", "partial"];

/// Why an answer of which nobody knows how its pages are read may not be the whole list.
pub fn why_not_whole(
    operation: &Operation,
    listing: &Listing,
    answer: &Answer,
    page: &Value,
    count: usize,
) -> Option<String> {
    if let Some(most) = most_entries(operation, listing).filter(|most| *most <= count as u64) {
        return Some(format!(
            "the list may not be whole: its schema allows {most} entries, and so many are there"
        ));
    }
    let queries = operation.parameters.iter();
    let mut queries = queries.filter(|one| one.location == In::Query);
    let of_pages = queries.find(|one| {
        let name = one.name.to_ascii_lowercase();
        OF_PAGES.iter().any(|part| name.contains(part))
    });
    let leads_on = || link_header::target(answer.header("Link"), "next").is_some();
    let why = match more(page, 2) {
        _ if of_pages.is_some() => {
            let name = of_pages.map(|one| one.name.as_str()).unwrap_or_default();
            format!("its parameter `{name}` speaks of pages")
        }
        _ if leads_on() => "its Link header leads to a next page".to_owned(),
        Some(name) => format!("its member `{name}` speaks of more"),
        None if count >= FULL && count.is_multiple_of(5) => {
            format!("{count} entries may be a full page")
        }
        None => return None,
    };
    Some(format!(
        "the list cannot be read whole: {why}, and no `battery:` file says how its pages are read"
    ))
}

/// How many entries the list may have at most, as its schema says.
fn most_entries(operation: &Operation, listing: &Listing) -> Option<u64> {
    let above = listing.at.split(|token| token == "*").next()?;
    let place = Place::of_pointer(above);
    let mut content = operation.successes().flat_map(|one| &one.content);
    content.find_map(|media| media.said_of(&place)?.get("maxItems")?.as_u64())
}

/// A member that speaks of more.
fn more(value: &Value, depth: usize) -> Option<String> {
    let map = value.as_object()?;
    map.iter().find_map(|(name, member)| {
        let is_nothing =
            matches!(member, Value::Null | Value::Bool(false)) || member.as_str() == Some("");
        let folded = name.to_ascii_lowercase();
        let is_one = !is_nothing && OF_MORE.iter().any(|part| folded.contains(part));
        let below = || depth.checked_sub(1).and_then(|depth| more(member, depth));
        is_one.then(|| name.clone()).or_else(below)
    })
}

/// Notes that a list was as it should be, or was not.
pub fn settle(
    plan: &Plan,
    asked: Asked<'_>,
    (listing, clause): (&Listing, ClauseIx),
    value: &Value,
    (is_right, pages): (bool, u64),
    spot: Spot,
    seen: &mut Sightings,
) {
    seen.exercise(clause);
    if is_right {
        return;
    }
    let promise = plan.clauses.get(clause);
    let (key, at) = (shown_key(value), &listing.text);
    let on = match pages {
        1 => String::new(),
        pages => format!(" on any of {pages} pages"),
    };
    let (expected, actual) = match listing.has {
        true => (format!("{key} at {at}"), format!("no such entry{on}")),
        false => (format!("no {key} at {at}"), "it is listed".to_owned()),
    };
    let sentence = format!(
        "step `{}` of the case \"{}\": expected {expected}, got {actual}",
        asked.step.name, asked.case.title
    );
    let level = asked.step.breaks_level;
    Found::new(expected, actual, Location::body(""))
        .weighing(level.map_or(promise.level, |level| level.min(promise.level)))
        .said(sentence)
        .at(spot)
        .report(plan, clause, seen);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::battery::Listed;
    use crate::contract::{Contract, pointer};
    use crate::exchange::BodyEnd;

    fn listing(at: &str) -> Listing {
        Listing {
            text: at.to_owned(),
            at: pointer::tokens(at),
            value: Listed::Value(json!(5)),
            has: true,
        }
    }

    #[test]
    fn a_list_that_is_as_long_as_it_may_be_is_not_whole() {
        const SPEC: &str = "openapi: 3.1.0
paths:
  /x:
    get:
      responses:
        '200':
          description: d
          content: {application/json: {schema: {type: object, properties: {items: {type: array, maxItems: 3}}}}}
";
        let contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
        contract.prepare(0);
        let answer = Answer {
            status: 200,
            headers: Vec::new(),
            body: Arc::default(),
            end: BodyEnd::Complete,
        };
        for (at, count, is_whole) in [
            ("/items/*/id", 2, true),
            ("/items/*/id", 3, false),
            ("/*/id", 3, true),
        ] {
            let operation = &contract.operations[0];
            let why = why_not_whole(operation, &listing(at), &answer, &json!({}), count);
            assert_eq!(why.is_none(), is_whole, "{at} {count}");
        }
    }

    #[test]
    fn a_value_is_looked_for_in_each_entry() {
        for (at, page, shown) in [
            (
                "/items/*/id",
                json!({"items": [{"id": 1}, {"id": "5"}]}),
                Shown::Found,
            ),
            (
                "/items/*/id",
                json!({"items": [{"id": 1}, {}]}),
                Shown::Absent(1),
            ),
            ("/items/*/id", json!({"items": []}), Shown::Absent(0)),
            (
                "/items/*/id",
                json!({"items": [{"url": "/5"}]}),
                Shown::NoList,
            ),
            ("/items/*/id", json!({"items": null}), Shown::NoList),
            ("/*", json!([4, 5]), Shown::Found),
            ("/*/*", json!([[1], [5]]), Shown::Found),
            ("/*/id", json!({"a": {"id": 5}}), Shown::Found),
        ] {
            assert_eq!(look(&listing(at), &json!(5), &page), shown, "{at} {page}");
        }
    }

    #[test]
    fn a_list_that_may_have_more_is_not_whole() {
        let contract = |query: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /x:\n    get:\n      parameters: [{query}]\n      responses: {{'200': {{description: d}}}}\n"
            );
            Contract::load("t.yaml", text, &[]).unwrap()
        };
        let plain = contract("{name: status, in: query, schema: {type: string}}");
        let paged = contract("{name: per_page, in: query, schema: {type: integer}}");
        let answer = |link: &str| Answer {
            status: 200,
            headers: vec![("Link".to_owned(), link.to_owned())],
            body: Arc::default(),
            end: BodyEnd::Complete,
        };
        let next = "<?page=2>; rel=\"next\"";
        for (contract, link, page, count, said) in [
            (&plain, "", json!([1, 2]), 2, ""),
            (&plain, "", json!({"next": null, "has_more": false}), 9, ""),
            (&plain, "", json!({"items": []}), 11, ""),
            (&plain, "", json!([1]), 20, "20 entries"),
            (&plain, next, json!([1]), 1, "Link"),
            (
                &plain,
                "",
                json!({"meta": {"next_cursor": "x"}}),
                1,
                "`next_cursor`",
            ),
            (&plain, "", json!({"truncated": true}), 1, "`truncated`"),
            (&paged, "", json!([1]), 1, "`per_page`"),
        ] {
            let operation = &contract.operations[0];
            let why = why_not_whole(operation, &listing("/*/id"), &answer(link), &page, count);
            assert_eq!(why.is_some(), !said.is_empty(), "{page}");
            assert!(why.unwrap_or_default().contains(said), "{said}");
        }
    }
}
