//! Walks that do not end, lose, repeat or miscount: one finding each, and the one that names the cause.

use std::sync::Arc;

use serde_json::json;

use crate::servers::book::{Book, Leaf, plain_link};
use crate::servers::change::{edit, failure, object, page, rewrite, take};
use crate::servers::{Row, Server, check};

fn row(name: &str, server: Server, clause: &str) -> Row {
    Row::new(name, server, &[1], &[clause])
}

fn cut(name: &str, change: fn(&mut Leaf), clause: &str) -> Row {
    row(name, Book::cut(change).server(), clause)
}

/// Moves a page so that it begins with another item.
fn from(leaf: &mut Leaf, start: u64) {
    leaf.items = (start..(start + 10).min(25)).collect();
}

#[test]
fn a_walk_that_does_not_end() {
    let repeats = "rule/next-link-never-repeats";
    let ends = "rule/walk-ends";
    check(vec![
        cut(
            "next leads to its own page",
            |leaf| leaf.next = Some(leaf.number),
            repeats,
        ),
        cut(
            "the second page leads to itself",
            |leaf| {
                if leaf.number == 1 {
                    leaf.next = Some(1)
                }
            },
            repeats,
        ),
        cut(
            "the last page leads to the first token",
            |leaf| leaf.next = leaf.next.or(Some(0)),
            repeats,
        ),
        cut(
            "the last page leads to the second",
            |leaf| leaf.next = leaf.next.or(Some(1)),
            repeats,
        ),
        row(
            "the last page leads to the first request",
            Book {
                cut: Arc::new(|leaf| leaf.next = leaf.next.or(Some(99))),
                link: Arc::new(|n| {
                    if n == 99 {
                        plain_link(0).replace("&page_token=p0", "")
                    } else {
                        plain_link(n)
                    }
                }),
                ..Book::default()
            }
            .server(),
            repeats,
        ),
        cut(
            "the token is ignored, with the same link",
            |leaf| {
                from(leaf, 0);
                leaf.next = Some(1);
            },
            repeats,
        ),
        cut(
            "the token is ignored, with ever-new links",
            |leaf| {
                from(leaf, 0);
                leaf.next = Some(leaf.number + 1);
            },
            ends,
        ),
        cut(
            "empty pages without end",
            |leaf| leaf.next = Some(leaf.number + 1),
            ends,
        ),
        cut(
            "the last page again and again",
            |leaf| {
                if leaf.number > 1 {
                    from(leaf, 20);
                }
                leaf.next = Some(leaf.number + 1);
            },
            ends,
        ),
    ]);
}

#[test]
fn a_walk_that_loses_or_repeats() {
    let total = "rule/total-size-matches-walk";
    let twice = "rule/walk-repeats-nothing";
    check(vec![
        cut(
            "next is absent too early",
            |leaf| {
                if leaf.number == 1 {
                    leaf.next = None
                }
            },
            total,
        ),
        cut("there is never a next", |leaf| leaf.next = None, total),
        cut(
            "an item is lost at a boundary",
            |leaf| {
                if leaf.number == 1 {
                    leaf.items.remove(0);
                }
            },
            total,
        ),
        cut(
            "a page is lost",
            |leaf| {
                if leaf.number == 0 {
                    leaf.next = Some(2)
                }
            },
            total,
        ),
        cut(
            "the total counts one too many",
            |leaf| leaf.total = Some(26),
            total,
        ),
        cut(
            "the total counts one too few",
            |leaf| leaf.total = Some(24),
            total,
        ),
        cut("the total is 0", |leaf| leaf.total = Some(0), total),
        cut(
            "an item comes again on the next page",
            |leaf| {
                if leaf.number == 1 {
                    from(leaf, 9)
                }
            },
            twice,
        ),
        cut(
            "an item comes again and another is lost",
            |leaf| {
                if leaf.number == 1 {
                    leaf.items[3] = 3;
                }
            },
            twice,
        ),
        cut(
            "an item comes again, and there is no total",
            |leaf| {
                leaf.total = None;
                if leaf.number == 2 {
                    leaf.items.insert(0, 19);
                }
            },
            twice,
        ),
        cut(
            "a whole page comes again",
            |leaf| {
                if leaf.number == 1 {
                    from(leaf, 0)
                }
            },
            twice,
        ),
    ]);
}

#[test]
fn totals_that_differ() {
    let constant = "rule/total-size-is-constant";
    check(vec![
        cut(
            "on page 2",
            |leaf| {
                if leaf.number == 1 {
                    leaf.total = Some(24)
                }
            },
            constant,
        ),
        cut(
            "on the last page",
            |leaf| {
                if leaf.number == 2 {
                    leaf.total = Some(5)
                }
            },
            constant,
        ),
        cut(
            "the total counts the page",
            |leaf| leaf.total = Some(leaf.items.len() as u64),
            constant,
        ),
        cut(
            "the total counts what is left",
            |leaf| leaf.total = Some(25 - 10 * leaf.number),
            constant,
        ),
    ]);
}

#[test]
fn a_next_link_that_leads_nowhere() {
    let leads = "rule/next-link-leads-to-page";
    let refuse = |status: u16| Book {
        sent: Arc::new(move |reply, page| {
            if page == 1 {
                *reply = failure(status)
            }
        }),
        ..Book::default()
    };
    let lost = Book::linked(|n| plain_link(n).replace("/versions", "/version"));
    let mut rows: Vec<Row> = [400, 401, 403, 404, 410, 302]
        .map(|status| {
            row(
                &format!("page 2 is {status}"),
                refuse(status).server(),
                leads,
            )
        })
        .to_vec();
    rows.push(row("the link has another path", lost.server(), leads));
    rows.push(row(
        "the link has lost its environment",
        Book::linked(|_| {
            plain_link(0)
                .replace("environment=", "env=")
                .replace("&page_token=p0", "")
        })
        .server(),
        leads,
    ));
    rows.push(row(
        "page 2 is 500",
        refuse(500).server(),
        "rule/no-server-error",
    ));
    check(rows);
}

#[test]
fn an_order_that_changes_from_read_to_read() {
    let order = "rule/order-is-stable";
    let rows = vec![
        cut(
            "each page is shuffled",
            |leaf| {
                let by = leaf.before as usize % leaf.items.len().max(1);
                leaf.items.rotate_left(by);
            },
            order,
        ),
        cut(
            "one page is turned round every other time",
            |leaf| {
                if leaf.number == 0 && leaf.before % 2 == 1 {
                    leaf.items.reverse();
                }
            },
            order,
        ),
        cut(
            "the second page is turned round every other time",
            |leaf| {
                if leaf.number == 1 && leaf.before % 2 == 1 {
                    leaf.items.reverse();
                }
            },
            order,
        ),
        cut(
            "pages are cut from another order each time",
            |leaf| {
                let mut all: Vec<u64> = (0..25).collect();
                all.sort_by_key(|n| (n * 37 + 11) * (leaf.before + 3) % 101);
                let begin = leaf.number as usize * 10;
                leaf.items = all.into_iter().skip(begin).take(10).collect();
            },
            order,
        ),
    ];
    // Which reads are turned round depends on how many came before.
    let in_order = |row| Row {
        in_order: true,
        ..row
    };
    check(rows.into_iter().map(in_order).collect());
}

#[test]
fn a_page_that_is_none() {
    check(vec![
        row(
            "page 2 has no data",
            Book::written(|leaf| {
                if leaf.number == 1 {
                    crate::servers::change::take(&mut leaf.body, "/data")
                }
            })
            .server(),
            "200/body/data/required",
        ),
        row(
            "page 2 has null for data",
            Book::written(|leaf| {
                if leaf.number == 1 {
                    leaf.body["data"] = json!(null)
                }
            })
            .server(),
            "200/body/data/type",
        ),
        row(
            "page 3 is no JSON",
            Book {
                sent: Arc::new(|reply, page| {
                    if page == 2 {
                        reply.body = b"{".to_vec()
                    }
                }),
                ..Book::default()
            }
            .server(),
            "200/body/json",
        ),
        row(
            "page 2 is HTML",
            Book {
                sent: Arc::new(|reply, page| {
                    if page == 1 {
                        reply.body = b"<html>".to_vec();
                        reply.set_header("Content-Type", "text/html");
                    }
                }),
                ..Book::default()
            }
            .server(),
            "200/content-type",
        ),
        row(
            "page 2 is JSON but no object",
            Book::written(|leaf| {
                if leaf.number == 1 {
                    leaf.body = json!([])
                }
            })
            .server(),
            "200/body/type",
        ),
    ]);
}

#[test]
fn a_walk_at_fault_is_not_blamed_on_the_links() {
    let second = |change: fn(&mut serde_json::Value)| {
        page(move |body| {
            let metadata = &body["metadata"];
            if metadata.get("prev").is_some() && metadata.get("next").is_some() {
                change(body);
            }
        })
    };
    let count = std::sync::atomic::AtomicUsize::new(0);
    let shuffled = page(move |body| {
        let by = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let items = body["data"].as_array_mut().unwrap();
        let by = by % items.len().max(1);
        items.rotate_left(by);
    });
    let total = "rule/total-size-matches-walk";
    check(vec![
        Row::broken(
            "no next on page 2",
            second(|body| take(body, "/metadata/next")),
            total,
        ),
        Row::broken(
            "an item less on page 2",
            second(|body| drop(body["data"].as_array_mut().unwrap().remove(4))),
            total,
        ),
        Row::broken(
            "an item less at its end",
            second(|body| drop(body["data"].as_array_mut().unwrap().pop())),
            total,
        ),
        Row::broken(
            "no page has a next",
            page(|body| drop(object(&mut body["metadata"]).remove("next"))),
            total,
        ),
        Row::broken(
            "no next on page 2 and no total",
            edit(|seen, mut reply| {
                if reply.status == 200 && seen.method == "GET" {
                    rewrite(&mut reply, &|body| {
                        take(body, "/metadata/total_size");
                        if body["metadata"].get("prev").is_some() {
                            object(&mut body["metadata"]).remove("next");
                        }
                    });
                }
                reply
            }),
            "rule/walk-loses-nothing",
        ),
        Row::broken("pages are shuffled", shuffled, "rule/order-is-stable"),
        Row::broken(
            "every page leads to itself",
            edit(|seen, mut reply| {
                if reply.status == 200 {
                    let own = format!("https://api.confluent.cloud{}", seen.target);
                    rewrite(&mut reply, &|body| body["metadata"]["next"] = json!(own));
                }
                reply
            }),
            "rule/next-link-never-repeats",
        ),
    ]);
}
