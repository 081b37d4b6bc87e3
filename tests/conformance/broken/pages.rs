//! What stands beside the items on a page breaks its schema, or the page as a whole does.

use serde_json::{Value, json};

use crate::servers::book::{Book, item};
use crate::servers::change::{first_item, last_item, last_page, page, put};
use crate::servers::{Row, check};

#[test]
fn a_value_of_a_page_breaks_one_keyword() {
    let rows = [
        ("/api_version", json!("v1"), "api_version/enum"),
        ("/api_version", json!(1), "api_version/type"),
        ("/kind", json!("CustomConnectPluginVersion"), "kind/enum"),
        ("/kind", json!([]), "kind/type"),
        ("/metadata", json!([]), "metadata/type"),
        (
            "/metadata/total_size",
            json!("25"),
            "metadata/total_size/type",
        ),
        (
            "/metadata/total_size",
            json!(-1),
            "metadata/total_size/minimum",
        ),
        (
            "/metadata/total_size",
            json!(3_000_000_000u64),
            "metadata/total_size/format",
        ),
        (
            "/metadata/total_size",
            json!(25.5),
            "metadata/total_size/type",
        ),
        (
            "/metadata/total_size",
            json!(null),
            "metadata/total_size/type",
        ),
        (
            "/metadata/first",
            json!("/ccpm/v1"),
            "metadata/first/format",
        ),
        ("/metadata/first", json!(""), "metadata/first/format"),
        ("/metadata/first", json!(1), "metadata/first/type"),
        (
            "/metadata/last",
            json!("?page_token=x"),
            "metadata/last/format",
        ),
        ("/metadata/last", json!({}), "metadata/last/type"),
        ("/metadata/prev", json!("not a uri"), "metadata/prev/format"),
        ("/metadata/prev", json!(true), "metadata/prev/type"),
        ("/metadata/next", json!(""), "metadata/next/format"),
        ("/metadata/next", json!(5), "metadata/next/type"),
        ("/data", json!({}), "data/type"),
        ("/data", json!("none"), "data/type"),
        ("/data", json!(null), "data/type"),
    ];
    let rows = rows.into_iter().flat_map(|(pointer, value, clause)| {
        let clause = format!("200/body/{clause}");
        let name = format!("{pointer} is {value}");
        let other = value.clone();
        [
            Row::broken(
                &format!("{name} on the last page"),
                last_page(move |body| put(body, pointer, value.clone())),
                &clause,
            ),
            Row::broken(
                &format!("{name} on every page"),
                page(move |body| put(body, pointer, other.clone())),
                &clause,
            ),
        ]
    });
    // Where no page has its next, items are lost as well: that is not a matter of one keyword any more.
    let rows = rows.filter(|row| {
        !row.name.starts_with("/metadata is []") && !row.name.starts_with("/metadata/next")
    });
    check(rows.collect());
}

#[test]
fn a_link_that_is_no_uri_ends_the_walk_and_is_the_only_finding() {
    let with = |next: Value| {
        Book::written(move |leaf| {
            if leaf.next.is_none() {
                leaf.body["metadata"]["next"] = next.clone();
            }
        })
    };
    let early = |next: Value| {
        Book::written(move |leaf| {
            if leaf.number == 0 {
                leaf.body["metadata"]["next"] = next.clone();
            }
        })
    };
    let format = ["200/body/metadata/next/format"];
    let kind = ["200/body/metadata/next/type"];
    check(vec![
        Row::new(
            "next is empty on the last page",
            with(json!("")).server(),
            &[1],
            &format,
        ),
        Row::new(
            "next is a number on the last page",
            with(json!(5)).server(),
            &[1],
            &kind,
        ),
        Row::new(
            "next is empty on the first page",
            early(json!("")).server(),
            &[1],
            &format,
        ),
        Row::new(
            "next is a number on the first page",
            early(json!(5)).server(),
            &[1],
            &kind,
        ),
        Row::new(
            "next is false on the first page",
            early(json!(false)).server(),
            &[1],
            &kind,
        ),
    ]);
}

#[test]
fn integers_are_written_without_fraction() {
    let edit = crate::servers::change::text(200, "\"total_size\":25", "\"total_size\":25.0");
    check(vec![Row::broken(
        "25.0",
        edit,
        "200/body/metadata/total_size/type",
    )]);
}

#[test]
fn items_are_objects_and_no_two_are_the_same() {
    let kind = "200/body/data[]/type";
    check(vec![
        Row::broken(
            "the first is null",
            first_item(|item| *item = Value::Null),
            kind,
        ),
        Row::broken(
            "the last is a string",
            last_item(|item| *item = json!("ver-1")),
            kind,
        ),
        Row::new(
            "one twice on a page, counted twice",
            Book::cut(|leaf| {
                leaf.total = Some(26);
                if leaf.number == 1 {
                    leaf.items.push(12);
                }
            })
            .server(),
            &[1],
            &["200/body/data/uniqueItems"],
        ),
        Row::new(
            "one twice on a page, counted once",
            Book::cut(|leaf| {
                if leaf.number == 2 {
                    leaf.items.push(24);
                }
            })
            .server(),
            &[1],
            &["200/body/data/uniqueItems"],
        ),
        Row::new(
            "two different ones with one id",
            Book::written(|leaf| {
                if leaf.number == 0 {
                    leaf.body["data"][1] = item(0);
                    leaf.body["data"][1]["spec"]["version"] = json!("7.7.7");
                }
            })
            .server(),
            &[1],
            &["rule/ids-are-unique"],
        ),
        Row::new(
            "an id of an earlier page, and nothing else of it",
            Book::written(|leaf| {
                if leaf.number == 2 {
                    leaf.body["data"][1]["id"] = json!("ver-3");
                }
            })
            .server(),
            &[1],
            // An id that is another's contradicts the item's own address as well: both are said.
            &[
                "rule/ids-are-unique",
                "rule/resource-name-names-this-version",
                "rule/self-names-this-version",
            ],
        ),
    ]);
}

/// A walk that ends where a page does not say what follows it counts less than there is: that merely follows.
#[test]
fn a_page_that_says_nothing_of_the_others() {
    let second = |name: &str, change: fn(&mut Value), clause: &str| {
        let book = Book::written(move |leaf| {
            if leaf.number == 1 {
                change(&mut leaf.body);
            }
        });
        Row::new(name, book.server(), &[1], &[clause])
    };
    check(vec![
        second(
            "page 2 without metadata",
            |page| drop(page.as_object_mut().unwrap().remove("metadata")),
            "200/body/metadata/required",
        ),
        second(
            "page 2 with null for metadata",
            |page| page["metadata"] = json!(null),
            "200/body/metadata/type",
        ),
        second(
            "page 2 with a text for metadata",
            |page| page["metadata"] = json!("none"),
            "200/body/metadata/type",
        ),
    ]);
}
