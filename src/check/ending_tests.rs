//! How walks end: at a page that is refused, and where what leads on says that nothing does.

use serde_json::{Value, json};

use crate::ledger::Sightings;

use super::page;
use super::walk::{Onward, Walked};
use super::walk_findings::settle;
use super::walk_tests::{collection, ids, plan, told, walk};

const PAGED: &str = "items: /items\nid: /id\nnext: {page: after, first: 1}\ntotal: /total";
const TOKENS: &str = "items: /items\nid: /id\nnext: {token: /next, parameter: after}";

#[test]
fn walks_end_where_nothing_leads_on() {
    type Pages<'a> = Vec<(&'a str, u16, Value)>;
    let rows: [(&str, &str, Pages<'_>, &[&str]); 8] = [
        (
            "a total of more than can be read, whose next page is refused",
            PAGED,
            vec![
                (
                    "/things",
                    200,
                    json!({"items": [{"id": 1}, {"id": 2}], "total": 9}),
                ),
                (
                    "/things?after=2",
                    200,
                    json!({"items": [{"id": 3}, {"id": 4}], "total": 9}),
                ),
                ("/things?after=3", 422, Value::Null),
            ],
            &[],
        ),
        (
            "a total of more than there are, since the last page is not full",
            PAGED,
            vec![
                (
                    "/things",
                    200,
                    json!({"items": [{"id": 1}, {"id": 2}], "total": 9}),
                ),
                (
                    "/things?after=2",
                    200,
                    json!({"items": [{"id": 3}], "total": 9}),
                ),
                ("/things?after=3", 404, Value::Null),
            ],
            &["total-size-matches-walk"],
        ),
        (
            "a token that says the end",
            "items: /items\nid: /id\nnext: {token: /next, parameter: after}\nends: ['-1']",
            vec![
                ("/things", 200, json!({"items": [{"id": 1}], "next": 7})),
                (
                    "/things?after=7",
                    200,
                    json!({"items": [{"id": 2}], "next": -1}),
                ),
            ],
            &[],
        ),
        (
            "a token that leads nowhere",
            "items: /items\nid: /id\nnext: {token: /next, parameter: after}",
            vec![
                ("/things", 200, json!({"items": [{"id": 1}], "next": -1})),
                ("/things?after=-1", 400, Value::Null),
            ],
            &["next-link-leads-to-page"],
        ),
        (
            "a page behind the last is the last one",
            PAGED,
            vec![
                ("/things", 200, ids(&[1, 2], "")),
                ("/things?after=2", 200, ids(&[3, 4], "")),
                ("/things?after=3", 200, ids(&[3, 4], "")),
                ("/things?after=4", 200, ids(&[3, 4], "")),
            ],
            &[],
        ),
        (
            "a page that comes again, and then another one",
            PAGED,
            vec![
                ("/things", 200, ids(&[1, 2], "")),
                ("/things?after=2", 200, ids(&[3, 4], "")),
                ("/things?after=3", 200, ids(&[3, 4], "")),
                ("/things?after=4", 200, ids(&[5], "")),
            ],
            &["walk-repeats-nothing"],
        ),
        (
            "a page that comes again, and then none",
            PAGED,
            vec![
                ("/things", 200, ids(&[1, 2], "")),
                ("/things?after=2", 200, ids(&[3, 4], "")),
                ("/things?after=3", 200, ids(&[3, 4], "")),
                ("/things?after=4", 404, Value::Null),
            ],
            &["walk-repeats-nothing"],
        ),
        (
            "a token for the next time, with which nothing comes",
            TOKENS,
            vec![
                ("/things", 200, ids(&[1, 2], "t2")),
                ("/things?after=t2", 200, ids(&[], "t2")),
            ],
            &[],
        ),
    ];
    for (name, lines, pages, broken) in rows {
        let plan = plan(lines);
        let walked = walk(&collection(lines), &pages, None);
        let mut seen = Sightings::default();
        settle(&plan, 0, &[&walked], &mut seen);
        assert_eq!(told(&plan, &seen).0, broken, "{name}");
    }
}

/// Walks over these pages in their order, whatever leads to them; what each led to, and what is broken.
fn walk_on(lines: &str, guessed: bool, pages: &[Value]) -> (Vec<Onward>, Vec<String>) {
    let plan = plan(lines);
    let mut collection = collection(lines);
    collection.guessed = guessed;
    let mut walked = Walked::new(&collection, "/things");
    let mut target = "/things".to_owned();
    let mut led = Vec::new();
    for (exchange, body) in (0..).zip(pages) {
        let onward = walked.page(&page::read(&collection, body), &target, exchange, false);
        if let Onward::Follow(next) = &onward {
            target.clone_from(next);
        }
        led.push(onward);
    }
    let mut seen = Sightings::default();
    settle(&plan, 0, &[&walked], &mut seen);
    (led, told(&plan, &seen).0)
}

#[test]
fn one_token_leads_on_as_long_as_something_new_comes() {
    let pages = [&[1, 2][..], &[3, 4], &[5], &[]].map(|own| ids(own, "scroll"));
    let (led, broken) = walk_on(TOKENS, false, &pages);
    assert_eq!((led.last(), broken.len()), (Some(&Onward::End), 0));
    assert!(led[..3].iter().all(|one| matches!(one, Onward::Follow(_))));

    let pages = [&[1, 2][..], &[3, 4], &[3, 4]].map(|own| ids(own, "scroll"));
    let (led, broken) = walk_on(TOKENS, false, &pages);
    assert_eq!(led.last(), Some(&Onward::Stop(None)));
    assert!(broken.contains(&"next-link-never-repeats".to_owned()));
}

/// A cursor 0 is the end of a guessed walk, unless the total says that there is more; what a binding says is followed.
#[test]
fn a_cursor_that_begins_again_is_the_end() {
    let page = |own: &[i64], next: i64, total: Option<i64>| {
        let mut page = ids(own, "");
        page["next"] = next.into();
        page["total"] = total.into();
        page
    };
    let lines = format!("{TOKENS}\ntotal: /total");
    for (guessed, total, is_end, is_open) in [
        (true, None, true, false),
        (true, Some(3), true, false),
        (true, Some(9), false, true),
        (false, None, false, false),
    ] {
        let pages = [page(&[1, 2], 2, total), page(&[3], 0, total)];
        let (led, broken) = walk_on(&lines, guessed, &pages);
        let last = led.last().unwrap();
        assert_eq!(*last == Onward::End, is_end, "{guessed} {total:?}");
        let is_stop = matches!(last, Onward::Stop(Some(_)));
        assert_eq!(is_stop, is_open, "{guessed} {total:?}");
        assert_eq!(broken, [""; 0], "{guessed} {total:?}");
    }
}

#[test]
fn a_feed_of_changes_is_not_followed_for_ever() {
    let empty = (0..9).map(|n| ids(&[], &format!("t{n}")));
    let pages: Vec<Value> = [ids(&[1], "first")].into_iter().chain(empty).collect();
    let counted = pages.iter().cloned().map(|mut page| {
        page["total"] = json!(1);
        page
    });
    let counted: Vec<Value> = counted.collect();
    let with_total = format!("{TOKENS}\ntotal: /total");
    for (lines, guessed, pages, stops) in [
        (TOKENS, true, &pages, true),
        (TOKENS, false, &pages, false),
        (&with_total, true, &counted, false),
    ] {
        let (led, broken) = walk_on(lines, guessed, pages);
        let is_stop = |one: &Onward| matches!(one, Onward::Stop(Some(_)));
        assert_eq!(led.iter().position(is_stop).is_some(), stops);
        assert!(broken.is_empty());
    }
}
