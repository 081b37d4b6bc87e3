//! What goes wrong at the end of a walk, or in its middle alone; and an order that is another one each time.

use std::sync::Arc;

use crate::servers::book::{Book, Leaf, plain_link};
use crate::servers::{Row, check, reports};

fn cut(name: &str, change: fn(&mut Leaf), clause: &str) -> Row {
    Row::new(name, Book::cut(change).server(), &[1], &[clause])
}

/// A book of that many items on pages of ten.
fn long(items: u64, change: fn(&mut Leaf)) -> Book {
    Book {
        items,
        ..Book::cut(change)
    }
}

#[test]
fn a_last_page_that_has_been_shown() {
    let twice = "rule/walk-repeats-nothing";
    check(vec![
        cut(
            "the last ten",
            |leaf| {
                if leaf.number == 2 {
                    leaf.items = (15..25).collect();
                }
            },
            twice,
        ),
        cut(
            "the page before, whole",
            |leaf| {
                if leaf.number == 2 {
                    leaf.items = (10..20).collect();
                }
            },
            twice,
        ),
        cut(
            "the beginning of the page before",
            |leaf| {
                if leaf.number == 2 {
                    leaf.items = (10..15).collect();
                }
            },
            twice,
        ),
        cut(
            "the first page",
            |leaf| {
                if leaf.number == 2 {
                    leaf.items = (0..10).collect();
                }
            },
            twice,
        ),
        Row::new(
            "one page more, with the last items again",
            Book {
                items: 20,
                ..Book::cut(|leaf| match leaf.number {
                    1 => leaf.next = Some(2),
                    2 => leaf.items = (10..20).collect(),
                    _ => {}
                })
            }
            .server(),
            &[1],
            &[twice],
        ),
    ]);
}

#[test]
fn a_last_link_that_leads_back() {
    let repeats = "rule/next-link-never-repeats";
    let back = |name: &str, change: fn(&mut Leaf)| {
        Row::new(name, long(50, change).server(), &[1], &[repeats])
    };
    let first = |n: u64| match n {
        99 => plain_link(0).replace("&page_token=p0", ""),
        n => plain_link(n),
    };
    check(vec![
        back("to itself", |leaf| leaf.next = leaf.next.or(Some(4))),
        back("to the page before", |leaf| {
            leaf.next = leaf.next.or(Some(3));
        }),
        back("to the middle", |leaf| leaf.next = leaf.next.or(Some(2))),
        Row::new(
            "to the beginning",
            Book {
                link: Arc::new(first),
                ..long(50, |leaf| leaf.next = leaf.next.or(Some(99)))
            }
            .server(),
            &[1],
            &[repeats],
        ),
        Row::new(
            "to the beginning, by another link",
            Book {
                link: Arc::new(|n| match n {
                    99 => plain_link(0),
                    n => plain_link(n),
                }),
                ..long(50, |leaf| leaf.next = leaf.next.or(Some(99)))
            }
            .server(),
            &[1],
            &[repeats],
        ),
    ]);
}

#[test]
fn a_total_that_is_wrong_on_one_page() {
    let constant = "rule/total-size-is-constant";
    let wrong = |name: &str, change: fn(&mut Leaf)| {
        Row::new(name, long(50, change).server(), &[1], &[constant])
    };
    check(vec![
        wrong("in the middle", |leaf| {
            if leaf.number == 2 {
                leaf.total = Some(51);
            }
        }),
        wrong("in the middle, far off", |leaf| {
            if leaf.number == 2 {
                leaf.total = Some(0);
            }
        }),
        wrong("on the last but one", |leaf| {
            if leaf.number == 3 {
                leaf.total = Some(10);
            }
        }),
        wrong("on the first", |leaf| {
            if leaf.number == 0 {
                leaf.total = Some(10);
            }
        }),
    ]);
}

/// Items that come and go unchanged may be those of a collection that changes. What it looks like is said.
#[test]
fn an_order_by_chance_over_all_pages_is_told_and_accuses_nobody() {
    let by_chance = |leaf: &mut Leaf| {
        let key = |n: &u64| (n * 7_919 + leaf.before * 104_729).wrapping_mul(2_654_435_761) % 1_009;
        let mut all: Vec<u64> = (0..25).collect();
        all.sort_by_key(key);
        let from = leaf.number as usize * 10;
        leaf.items = all[from..(from + 10).min(25)].to_vec();
    };
    let row = Row::new("by chance", Book::cut(by_chance).server(), &[3], &[]);
    for (row, report) in reports(vec![row.clone()]) {
        let mut cases = report.cases.iter();
        let walk = cases.find(|case| case.id == "walk").unwrap();
        let said = "so the order may be another one at each request";
        assert!(walk.reason.contains(said), "{}: {}", row.name, walk.reason);
    }
    check(vec![row]);
}
