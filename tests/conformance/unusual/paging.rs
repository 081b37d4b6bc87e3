//! Pages that are cut, linked and counted in unusual ways.

use std::sync::Arc;

use conform::mock::{ENVIRONMENT, MockConfig, PLUGIN_ID};
use serde_json::{Value, json};

use crate::servers::book::{Book, Leaf, plain_link};
use crate::servers::change::{answer_to, edit, moment, object, page};
use crate::servers::{Row, Server, check};

fn row(name: &str, book: Book) -> Row {
    Row::new(name, book.server(), &[0], &[])
}

fn sized(items: u64, page_size: usize) -> Server {
    Server::Reference(MockConfig {
        items,
        page_size,
        ..MockConfig::default()
    })
}

#[test]
fn collections_of_all_sizes() {
    let size = |items, size| Book {
        items,
        size,
        ..Book::default()
    };
    check(vec![
        Row::new("ten of ten", sized(10, 10), &[0], &[]),
        Row::new("twenty by ten", sized(20, 10), &[0], &[]),
        Row::new("one by one", sized(7, 1), &[0], &[]),
        Row::new("three on one page", sized(3, 10), &[0], &[]),
        Row::new("one", sized(1, 10), &[0], &[]),
        Row::new("none", sized(0, 10), &[3], &[]),
        Row::new("150 by 1", sized(150, 1), &[0], &[]),
        row("a hand-written one", Book::default()),
        row("a full last page, hand-written", size(20, 10)),
        row("one of one", size(1, 1)),
    ]);
}

#[test]
fn metadata_that_says_little() {
    let links = |names: &'static [&'static str], to: Value| {
        page(move |body| {
            for name in names {
                object(&mut body["metadata"])
                    .entry(*name)
                    .or_insert(to.clone());
            }
        })
    };
    let without =
        |name: &'static str| page(move |body| drop(object(&mut body["metadata"]).remove(name)));
    check(vec![
        Row::right(
            "null for absent links",
            links(&["next", "prev", "first", "last"], Value::Null),
        ),
        Row::right(
            "null for first and last",
            page(|body| {
                body["metadata"]["first"] = Value::Null;
                body["metadata"]["last"] = Value::Null;
            }),
        ),
        Row::right("no total_size", without("total_size")),
        Row::right("no first", without("first")),
        Row::right("no last", without("last")),
        Row::right("no prev", without("prev")),
        Row::new(
            "only metadata {} on one page",
            Book {
                size: 30,
                cut: Arc::new(|leaf| leaf.total = None),
                ..Book::default()
            }
            .server(),
            &[0],
            &[],
        ),
        Row::new(
            "no total_size on the last page",
            Book::cut(|leaf| {
                if leaf.next.is_none() {
                    leaf.total = None
                }
            })
            .server(),
            &[0],
            &[],
        ),
        Row::new(
            "total_size on the first page only",
            Book::cut(|leaf| {
                if leaf.number > 0 {
                    leaf.total = None
                }
            })
            .server(),
            &[0],
            &[],
        ),
    ]);
}

#[test]
fn links_in_unusual_shapes() {
    let path = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions");
    let link = |name: &str, tail: &'static str| {
        let path = path.clone();
        row(
            name,
            Book::linked(move |n| {
                format!(
                    "https://api.confluent.cloud{path}?{}",
                    tail.replace("{n}", &n.to_string())
                        .replace("{e}", ENVIRONMENT)
                )
            }),
        )
    };
    check(vec![
        link("the token first", "page_token=p{n}&environment={e}"),
        link("without the environment", "page_token=p{n}"),
        link(
            "more parameters",
            "environment={e}&page_size=10&a=b&&c&page_token=p{n}&d=",
        ),
        link(
            "the environment twice",
            "environment={e}&page_token=p{n}&environment={e}",
        ),
        link(
            "a token with escapes",
            "environment={e}&x=%2F+%3D%3d==/?&page_token=p{n}",
        ),
        link("a fragment", "environment={e}&page_token=p{n}#top"),
        row(
            "another host",
            Book::linked(|n| {
                plain_link(n).replace("https://api.confluent.cloud", "http://internal:8080")
            }),
        ),
        row(
            "a port",
            Book::linked(|n| plain_link(n).replace("cloud/", "cloud:443/")),
        ),
        row(
            "upper-case scheme and host",
            Book::linked(|n| plain_link(n).replace("https://api", "HTTPS://API")),
        ),
    ]);
}

#[test]
fn first_prev_and_last_links() {
    let written = |name: &str, change: fn(&mut Leaf)| row(name, Book::written(change));
    let link = |page: u64| json!(plain_link(page));
    let request = format!(
        "https://api.confluent.cloud/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}"
    );
    let first = request.clone();
    check(vec![
        row(
            "first is the request itself",
            Book::written(move |leaf| leaf.body["metadata"]["first"] = json!(first)),
        ),
        written("first is a token", |leaf| {
            leaf.body["metadata"]["first"] = json!(plain_link(0))
        }),
        written("last is right", |leaf| {
            leaf.body["metadata"]["last"] = json!(plain_link(2))
        }),
        written("last on the first page alone", |leaf| {
            if leaf.number == 0 {
                leaf.body["metadata"]["last"] = json!(plain_link(2))
            }
        }),
        written("prev is null on the first page", |leaf| {
            leaf.body["metadata"]["prev"] = if leaf.number == 0 {
                Value::Null
            } else {
                json!(plain_link(leaf.number - 1))
            };
        }),
        written("prev of the first page leads to nothing", |leaf| {
            if leaf.number == 0 {
                leaf.body["metadata"]["prev"] = json!("https://api.confluent.cloud/nothing");
            }
        }),
        row(
            "all of them on an empty last page",
            Book {
                cut: Arc::new(|leaf| leaf.next = (leaf.number < 3).then_some(leaf.number + 1)),
                written: Arc::new(move |leaf| {
                    leaf.body["metadata"]["first"] = link(0);
                    leaf.body["metadata"]["last"] = link(3);
                }),
                ..Book::default()
            },
        ),
        row(
            "last leads to the last full page, and its next to an empty one",
            Book {
                items: 20,
                cut: Arc::new(|leaf| leaf.next = (leaf.number < 2).then_some(leaf.number + 1)),
                written: Arc::new(|leaf| {
                    leaf.body["metadata"]["last"] = json!(crate::servers::book::plain_link(1));
                }),
                ..Book::default()
            },
        ),
        row(
            "last leads to the last items, though an empty page follows",
            Book {
                cut: Arc::new(|leaf| {
                    leaf.next = (leaf.number < 3 && leaf.before != 999).then_some(leaf.number + 1)
                }),
                ..Book::default()
            },
        ),
    ]);
}

/// What a link to another path means by its parameters, and whom it asks for a key, is not said anywhere.
#[test]
fn links_to_a_path_of_their_own() {
    let own =
        format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}&page_token=");
    let server = edit(move |seen, given| {
        let mut reply = match seen.target.strip_prefix("/pages/") {
            Some(token) => {
                let token = token.split(['?', '&']).next().unwrap_or_default();
                let mut reply = answer_to(&format!("{own}{token}"));
                reply.set_header("X-Request-Id", moment().request_id);
                reply
            }
            None => given,
        };
        if reply.status == 200 {
            let text = String::from_utf8(reply.body.clone()).unwrap();
            reply.body = text.replace(&own, "/pages/").into_bytes();
        }
        reply
    });
    check(vec![Row::right("opaque links", server)]);
}

#[test]
fn empty_pages_on_the_way() {
    /// Page 0, 1, 3, … hold items; the page `gap` is empty, and those after it are moved by one.
    fn gap(leaf: &mut Leaf, gap: u64) {
        let content = if leaf.number > gap {
            leaf.number - 1
        } else {
            leaf.number
        };
        leaf.items = if leaf.number == gap {
            Vec::new()
        } else {
            (content * 10..((content + 1) * 10).min(25)).collect()
        };
        leaf.next = (leaf.number < 3).then_some(leaf.number + 1);
    }
    let linked = |at: u64| Book {
        cut: Arc::new(move |leaf| gap(leaf, at)),
        written: Arc::new(|leaf| {
            leaf.body["metadata"]["first"] = json!(plain_link(0));
            leaf.body["metadata"]["last"] = json!(plain_link(3));
            if leaf.number > 0 {
                leaf.body["metadata"]["prev"] = json!(plain_link(leaf.number - 1));
            }
        }),
        ..Book::default()
    };
    let many = Book::cut(|leaf| {
        let last = leaf.number == 60;
        leaf.items = if last {
            (10..25).collect()
        } else if leaf.number == 0 {
            leaf.items.clone()
        } else {
            Vec::new()
        };
        leaf.next = (!last).then_some(leaf.number + 1);
    });
    check(vec![
        row("in the middle", Book::cut(|leaf| gap(leaf, 1))),
        row("first", Book::cut(|leaf| gap(leaf, 0))),
        row("last", Book::cut(|leaf| gap(leaf, 3))),
        row("first, with all links", linked(0)),
        row("in the middle, with all links", linked(1)),
        row("last, with all links", linked(3)),
        row("59 in a row", many),
    ]);
}

#[test]
fn a_collection_that_changes_is_nobodys_fault() {
    let open = |name: &str, book: Book| Row::new(name, book.server(), &[0, 3], &[]);
    check(vec![
        open(
            "items are added at the end",
            Book::cut(|leaf| {
                let total = 25 + leaf.before;
                leaf.total = Some(total);
                leaf.items = (leaf.number * 10..((leaf.number + 1) * 10).min(total)).collect();
                leaf.next =
                    ((leaf.number + 1) * 10 < total && leaf.number < 40).then_some(leaf.number + 1);
            }),
        ),
        open(
            "items are added in front",
            Book::cut(|leaf| {
                let shift = 1000 - leaf.before;
                let total = 25 + leaf.before;
                leaf.total = Some(total);
                leaf.items = (leaf.number * 10..((leaf.number + 1) * 10).min(total))
                    .map(|n| n + shift)
                    .collect();
                leaf.next =
                    ((leaf.number + 1) * 10 < total && leaf.number < 40).then_some(leaf.number + 1);
            }),
        ),
        open(
            "one is added once, in the middle of the walk",
            Book::cut(|leaf| {
                let total = if leaf.before > 3 { 26 } else { 25 };
                leaf.total = Some(total);
                leaf.items = (leaf.number * 10..((leaf.number + 1) * 10).min(total)).collect();
            }),
        ),
        open(
            "one is deleted in the middle of the walk",
            Book::cut(|leaf| {
                let gone = u64::from(leaf.before > 3);
                leaf.total = Some(25 - gone);
                leaf.items =
                    (leaf.number * 10 + gone..((leaf.number + 1) * 10 + gone).min(25)).collect();
            }),
        ),
        open(
            "totals are counted anew each time",
            Book::cut(|leaf| leaf.total = Some(25 + leaf.before % 7)),
        ),
    ]);
}

#[test]
fn a_state_that_changes_between_reads_is_no_second_item() {
    check(vec![Row::new(
        "phases change",
        Book::written(|leaf| {
            let phase = if leaf.before % 2 == 0 {
                "READY"
            } else {
                "PROCESSING"
            };
            for item in leaf.body["data"].as_array_mut().unwrap() {
                item["status"]["phase"] = json!(phase);
            }
        })
        .server(),
        &[0],
        &[],
    )]);
}
