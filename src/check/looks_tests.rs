//! Looks, reads and links that are compared: what only several of them show, and what moved in between.

use super::links::{self, Arrival, Followed};
use super::page;
use super::repeat::{self, Read, Reads};
use super::walk::Walked;
use super::walk_findings::{Agreement, agreement, reordered, settle};
use super::walk_tests::{LINKED, collection, ids, plan, plan_beside, told, walk};
use crate::battery::Sequence;
use crate::contract::Level;
use crate::ledger::Sightings;
use serde_json::{Value, json};
use std::sync::Arc;

/// Three looks: each is two pages of items, an item `id` or `id:member`, and the total.
#[test]
fn only_what_three_looks_agree_on_is_a_break() {
    let lines = "items: /items\nid: /id\nnext: /next\ntotal: /total";
    let (plan, collection) = (plan(lines), collection(lines));
    let look = |text: &str, first: Option<&Arc<Walked>>| {
        let (pages, total) = text.split_once('=').unwrap_or((text, ""));
        let (one, two) = pages.split_once('|').unwrap_or((pages, ""));
        let page = |items: &str, next: &str| {
            let item = |item: &str| match item.split_once(':') {
                Some(("", nameless)) => json!({"member": nameless}),
                Some((id, member)) => json!({"id": id, "member": member}),
                None => json!({ "id": item }),
            };
            let items: Vec<Value> = items.split_whitespace().map(item).collect();
            let total = total.trim().parse::<i64>().ok();
            json!({"items": items, "next": next, "total": total})
        };
        let refused = two.trim() == "404";
        let second = if refused {
            (404, Value::Null)
        } else {
            (200, page(two, ""))
        };
        let pages = [
            ("/things", 200, page(one, "?p=2")),
            ("/things?p=2", second.0, second.1),
        ];
        walk(&collection, &pages, first)
    };
    let rows: [(&str, [&str; 3], &[&str], &str); 16] = [
        (
            "steady, one repeated",
            ["a b | b c"; 3],
            &["walk-repeats-nothing"],
            "",
        ),
        (
            "steady, one lost",
            ["a b | c = 4"; 3],
            &["total-size-matches-walk"],
            "",
        ),
        (
            "steady, an id shared",
            ["a:1 b | a:2"; 3],
            &["ids-are-unique"],
            "",
        ),
        (
            "steady, page two refused",
            ["a b | 404"; 3],
            &["next-link-leads-to-page"],
            "",
        ),
        (
            "a touched item moved to the next page",
            ["a:1 b | c a:2", "b c | a:2", "b c | a:2"],
            &[],
            "item a changed",
        ),
        (
            "a touched item at each look",
            ["a:1 b | b c", "a:2 b | b c", "a:3 b | b c"],
            &[],
            "item a changed",
        ),
        (
            "touched at the last look only",
            ["a:1 b | b c", "a:1 b | b c", "a:2 b | b c"],
            &[],
            "item a changed",
        ),
        (
            "one came and went",
            ["a b | c = 4", "a b | c d = 4", "a b | c = 3"],
            &[],
            "item d came",
        ),
        (
            "one went, and pages moved up",
            ["a b | d = 4", "a b | d = 3", "a b | d = 3"],
            &[],
            "the total was 4, then 3",
        ),
        (
            "one was put in front, and pages moved down",
            ["a b | b c", "z a | b c", "z a | b c"],
            &[],
            "item z came",
        ),
        (
            "another order each time",
            ["a b | b c", "b a | c b", "c b | b a"],
            &["walk-repeats-nothing", "order-is-stable"],
            "",
        ),
        (
            "another order once",
            ["a b | b c", "b a | b c", "b a | b c"],
            &[],
            "changed once",
        ),
        (
            "refused once",
            ["a b | 404", "a b | c", "a b | 404"],
            &[],
            "item c came",
        ),
        (
            "right when read again",
            ["a b | b", "a b |", "a b |"],
            &[],
            "disagree",
        ),
        (
            "a shared id whose other item changed",
            ["a:1 b | a:2", "a:1 b | a:3", "a:1 b | a:2"],
            &[],
            "cannot be told apart",
        ),
        (
            "nameless ones changed",
            [":1 a | a", ":2 a | a", ":1 a | a"],
            &[],
            "came; 1 item was gone",
        ),
    ];
    for (name, looks, broken, why) in rows {
        let first = Arc::new(look(looks[0], None));
        assert!(first.disagrees(), "{name}");
        let (second, third) = (look(looks[1], Some(&first)), look(looks[2], Some(&first)));
        let looks = [&*first, &second, &third];
        let mut seen = Sightings::default();
        let said = match agreement(&looks) {
            Agreement::Open(why) => why,
            other => {
                if other == Agreement::Reordered {
                    reordered(&plan, 0, &mut seen);
                }
                match settle(&plan, 0, &looks, &mut seen) {
                    true => String::new(),
                    false => "the looks disagree".to_owned(),
                }
            }
        };
        assert!(
            said.contains(why) && why.is_empty() == said.is_empty(),
            "{name}: {said}"
        );
        let (mut found, mut broken) = (told(&plan, &seen).0, broken.to_vec());
        found.sort();
        broken.sort_unstable();
        assert_eq!(found, broken, "{name}");
    }
}

#[test]
fn reads_that_are_compared() {
    let (plan, collection) = (plan(LINKED), collection(LINKED));
    let hashes = super::hashes::Hashes::default();
    let read = |items: Value| Read::of(&collection, &json!({ "items": items }), &hashes).unwrap();
    let rows = [
        (
            json!([{"id": 1}, {"id": 2}]),
            json!([{"id": 2}, {"id": 1}]),
            true,
        ),
        (
            json!([{"a": 1}, {"a": 2}]),
            json!([{"a": 2}, {"a": 1}]),
            true,
        ),
        (
            json!([{"a": 1}, {"a": 1}]),
            json!([{"a": 1}, {"a": 1}]),
            false,
        ),
        (json!([{"id": 1}]), json!([{"id": 1}]), false),
    ];
    for (first, second, is_tested) in rows {
        let reads = [read(first.clone()), read(second), read(first.clone())];
        let mut seen = Sightings::default();
        repeat::exercise(&plan, 0, &reads[0], &mut seen);
        let is_other = repeat::compare(&reads) == Reads::Reordered(1);
        if is_other {
            repeat::accuse(&plan, 0, "/items", (&reads[0], &reads[1]), 1, &mut seen);
        }
        let (broken, tested) = told(&plan, &seen);
        assert_eq!(!tested.is_empty(), is_tested, "{first}");
        assert_eq!(!broken.is_empty(), is_other, "{first}");
    }
}

/// A link of the page that begins with item `start`, and where it leads: what of all rounds must come out.
#[test]
fn links_that_lead_elsewhere() {
    let lines = "items: /items\nid: /id\nnext: /next\nfirst: /first\nprev: /prev\nlast: /last";
    let (plan, collection) = (plan(lines), collection(lines));
    let plain = [
        ("/things", 200, ids(&[1, 2], "?p=2")),
        ("/things?p=2", 200, ids(&[3, 4], "?p=3")),
        ("/things?p=3", 200, ids(&[5], "")),
    ];
    let with_empty = [
        ("/things", 200, ids(&[1, 2], "?p=2")),
        ("/things?p=2", 200, ids(&[], "?p=3")),
        ("/things?p=3", 200, ids(&[3], "?p=4")),
        ("/things?p=4", 200, ids(&[], "")),
    ];
    let (plain, with_empty) = (
        walk(&collection, &plain, None),
        walk(&collection, &with_empty, None),
    );
    let page = |keys: &'static [i64], has_next: bool| {
        move |walk: &Walked| {
            let body = ids(keys, if has_next { "x" } else { "" });
            Arrival::of(walk, &body).unwrap()
        }
    };
    let elsewhere = |_: &Walked| Arrival::Elsewhere("status 500".to_owned());
    let nothing = |_: &Walked| Arrival::Nothing("status 404".to_owned());
    let (first, prev, last) = (Sequence::FirstLink, Sequence::PrevLink, Sequence::LastLink);
    let right = |walk: &Walked, sequence| match sequence {
        Sequence::FirstLink => page(&[1], true)(walk),
        Sequence::PrevLink => page(&[1, 2, 3, 4], true)(walk),
        _ => page(&[5], false)(walk),
    };
    type Leads<'a> = &'a dyn Fn(&Walked) -> Arrival;
    let wrong_first = "first-link-leads-to-first-page";
    let wrong_prev = "prev-link-leads-to-previous-page";
    let wrong_last = "last-link-leads-to-last-page";
    let rows: [(&Walked, Sequence, i64, Leads<'_>, &str); 31] = [
        (&with_empty, last, 1, &page(&[3], true), ""),
        (&with_empty, last, 1, &page(&[1, 2], true), wrong_last),
        (&plain, first, 1, &page(&[1, 2], true), ""),
        (&plain, first, 3, &page(&[1, 2, 3], true), ""),
        (&plain, first, 3, &page(&[3, 4], true), wrong_first),
        (&plain, first, 3, &page(&[], false), wrong_first),
        (&plain, first, 3, &elsewhere, wrong_first),
        (&plain, prev, 3, &page(&[1, 2], true), ""),
        (&plain, prev, 5, &page(&[3, 4], true), ""),
        // The first page, from each.
        (&plain, prev, 5, &page(&[1, 2], true), wrong_prev),
        (&plain, prev, 3, &page(&[3, 4], true), wrong_prev),
        (&plain, prev, 3, &elsewhere, wrong_prev),
        (&plain, prev, 3, &page(&[], true), wrong_prev),
        // Pages that are counted from the end, the first of them cut at the beginning.
        (&plain, prev, 4, &page(&[2, 3], true), ""),
        (&plain, prev, 2, &page(&[1, 2], true), ""),
        // Nothing stands before the first item.
        (&plain, prev, 1, &page(&[4, 5], true), wrong_prev),
        (&plain, prev, 1, &page(&[1, 2], true), wrong_prev),
        (&plain, prev, 1, &elsewhere, wrong_prev),
        (&plain, prev, 1, &page(&[], true), ""),
        (&plain, prev, 1, &nothing, ""),
        (&plain, prev, 3, &nothing, wrong_prev),
        (&plain, last, 1, &page(&[5], false), ""),
        (&plain, last, 1, &page(&[4, 5], false), ""),
        (&plain, last, 1, &page(&[3, 4], true), wrong_last),
        (&plain, last, 1, &page(&[3, 4], false), wrong_last),
        (&plain, last, 1, &page(&[], false), wrong_last),
        (&plain, last, 1, &page(&[6, 7], false), "walk-loses-nothing"),
        (&plain, first, 3, &page(&[1, 9], true), "walk-loses-nothing"),
        (&with_empty, last, 1, &page(&[], false), ""),
        (&with_empty, last, 1, &page(&[3], false), ""),
        (&with_empty, prev, 3, &page(&[], true), ""),
    ];
    for (walk, sequence, start, leads, broken) in rows {
        let arrival = leads(walk);
        let is_before_all = sequence == prev && start == 1;
        let start_page = json!({"items": [{ "id": start }]});
        let start = links::start_of(walk, &page::read(&collection, &start_page));
        let round = vec![Followed {
            sequence,
            pointer: "/first".to_owned(),
            page: 2,
            start,
            exchange: 3,
            arrival,
        }];
        let is_wrong = links::disagree(&round, walk);
        let mut seen = Sightings::default();
        assert!(links::settle(
            &plan,
            0,
            std::slice::from_ref(&round),
            walk,
            &mut seen
        ));
        let expected = Vec::from_iter(Some(broken).filter(|broken| !broken.is_empty()));
        assert_eq!(told(&plan, &seen).0, expected, "{round:?}");
        assert_eq!(is_wrong, !broken.is_empty());
        assert_eq!(links::moved(std::slice::from_ref(&round), walk), None);
        // Another time it led elsewhere than the first time: nobody is accused.
        let mut again = round.clone();
        again[0].arrival = match is_wrong {
            true if is_before_all => page(&[], true)(walk),
            true => right(walk, sequence),
            false => elsewhere(walk),
        };
        let mut seen = Sightings::default();
        assert!(!links::settle(&plan, 0, &[round, again], walk, &mut seen));
        assert!(told(&plan, &seen).0.is_empty());
    }
}

/// A page behind a link that lacks an item or gives another total says that the collection moved.
#[test]
fn what_a_page_behind_a_link_shows_to_have_moved() {
    let collection = collection("items: /items\nid: /id\nnext: /next\ntotal: /total\nprev: /prev");
    let body = |keys: &[i64], total: i64| {
        let items: Vec<Value> = keys.iter().map(|key| json!({ "id": key })).collect();
        json!({"items": items, "next": "", "total": total})
    };
    let walk = walk(
        &collection,
        &[("/things", 200, body(&[1, 2, 3, 4], 4))],
        None,
    );
    for (keys, total, moved) in [
        (&[1, 2][..], 4, None),
        (&[3, 4], 4, None),
        (&[1, 3], 4, Some("what stood behind item 1 is gone")),
        (&[1, 2], 3, Some("the total was 4, then 3")),
    ] {
        let round = vec![Followed {
            sequence: Sequence::PrevLink,
            pointer: "/prev".to_owned(),
            page: 2,
            start: None,
            exchange: 0,
            arrival: Arrival::of(&walk, &body(keys, total)).unwrap(),
        }];
        let told = links::moved(&[round], &walk);
        let moved = moved.map(|what| format!("the collection changes while it is read: {what}"));
        assert_eq!(told, moved, "{keys:?} {total}");
    }
}

/// Two items of one id that differ: a break where somebody says that it is one, and a remark where that was guessed, if one is
/// read by it.
#[test]
fn a_guessed_id_need_not_be_one() {
    const ONE: &str = "  /things/{id}: {get: {operationId: getThing, responses: {}}}\n";
    let items = json!({"items": [{"id": 1, "n": 1}, {"id": 1, "n": 2}]});
    for (guessed, more, level) in [
        ("", "", Some(Level::Must)),
        ("\nguessed: true", ONE, Some(Level::Info)),
        ("\nguessed: true", "", None),
    ] {
        let lines = format!("{LINKED}{guessed}");
        let plan = plan_beside(&lines, more);
        let walked = walk(
            &collection(&lines),
            &[("/things", 200, items.clone())],
            None,
        );
        let mut seen = Sightings::default();
        settle(&plan, 0, &[&walked], &mut seen);
        let mut broken = seen.broken().values();
        assert_eq!(broken.next().map(|one| one.level), level, "{lines}");
        let (_, tested) = told(&plan, &seen);
        let is_tested = tested.iter().any(|id| id == "ids-are-unique");
        assert_eq!(is_tested, level.is_some(), "{lines}");
    }
}
