//! The links `first`, `prev` and `last` lead elsewhere than they say.

use serde_json::json;

use crate::servers::book::{Book, Leaf, plain_link};
use crate::servers::{Row, check};

fn row(name: &str, change: fn(&mut Leaf), clause: &str) -> Row {
    Row::new(name, Book::written(change).server(), &[1], &[clause])
}

fn link(leaf: &mut Leaf, name: &str, page: u64) {
    leaf.body["metadata"][name] = json!(plain_link(page));
}

#[test]
fn links_that_lead_to_the_wrong_page() {
    let first = "rule/first-link-leads-to-first-page";
    let prev = "rule/prev-link-leads-to-previous-page";
    let last = "rule/last-link-leads-to-last-page";
    check(vec![
        row(
            "first is the second page",
            |leaf| link(leaf, "first", 1),
            first,
        ),
        row(
            "first is the page itself",
            |leaf| link(leaf, "first", leaf.number),
            first,
        ),
        row(
            "prev is the page itself",
            |leaf| {
                if leaf.number > 0 {
                    link(leaf, "prev", leaf.number)
                }
            },
            prev,
        ),
        row(
            "prev is the next page",
            |leaf| {
                if leaf.number > 0 {
                    link(leaf, "prev", 2)
                }
            },
            prev,
        ),
        row(
            "prev is always the first page",
            |leaf| {
                if leaf.number > 0 {
                    link(leaf, "prev", 0)
                }
            },
            prev,
        ),
        row(
            "prev of the first page is the page itself",
            |leaf| link(leaf, "prev", leaf.number.saturating_sub(1)),
            prev,
        ),
        row(
            "prev of the first page is the second",
            |leaf| match leaf.number {
                0 => link(leaf, "prev", 1),
                number => link(leaf, "prev", number - 1),
            },
            prev,
        ),
        row("last is the first page", |leaf| link(leaf, "last", 0), last),
        row(
            "last is the second page",
            |leaf| link(leaf, "last", 1),
            last,
        ),
        row(
            "last lies behind the end",
            |leaf| link(leaf, "last", 3),
            last,
        ),
        row(
            "last leads to nothing",
            |leaf| leaf.body["metadata"]["last"] = json!("https://api.confluent.cloud/nothing"),
            last,
        ),
        row(
            "first leads to nothing",
            |leaf| leaf.body["metadata"]["first"] = json!("https://api.confluent.cloud/nothing"),
            first,
        ),
    ]);
}

/// The last page is looked at also where no link leads there.
#[test]
fn links_of_the_last_page_that_lead_to_the_wrong_one() {
    let long = |name: &str, change: fn(&mut Leaf), clause: &str| {
        let book = Book {
            items: 55,
            ..Book::written(change)
        };
        Row::new(name, book.server(), &[1], &[clause])
    };
    check(vec![
        long(
            "first of the last page is the second",
            |leaf| {
                if leaf.next.is_none() {
                    link(leaf, "first", 1);
                }
            },
            "rule/first-link-leads-to-first-page",
        ),
        long(
            "prev of the last page is the first",
            |leaf| {
                if leaf.next.is_none() {
                    link(leaf, "prev", 0);
                }
            },
            "rule/prev-link-leads-to-previous-page",
        ),
        long(
            "last of the last page is the first",
            |leaf| {
                if leaf.next.is_none() {
                    link(leaf, "last", 0);
                }
            },
            "rule/last-link-leads-to-last-page",
        ),
    ]);
}
