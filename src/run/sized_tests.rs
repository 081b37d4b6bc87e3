//! Walks over lists whose pages have a size: that it is kept, and that small pages lead on.

use serde_json::{Value, json};

use super::try_tests::{Told, run};

/// How a list pages: how many items a page has that is asked for so many, or for none.
type Sizing = fn(Option<usize>) -> usize;

/// How many items there are; the default of the document is 8.
const ALL: usize = 27;

fn list(next: &str, said: &str) -> String {
    format!(
        "
paths:
  /things:
    get:
      operationId: list
      parameters: [{{name: limit, in: query, description: '{said}', schema: {{type: integer, minimum: 1, maximum: 50, default: 8}}}}, {{name: cursor, in: query, schema: {{type: string}}}}]
      responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{
        {next}, things: {{type: array, items: {{type: object, properties: {{id: {{type: integer}}}}}}}}}}}}}}}}}}}}
"
    )
}

const CURSOR: &str = "has_more: {type: boolean}, next_cursor: {type: string}";

fn number(target: &str, name: &str) -> Option<usize> {
    let query = target.split_once('?')?.1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name)?.1.parse().ok()
}

/// A page from that place on, which has the first item besides where it is pinned.
fn page(target: &str, sizing: Sizing, pinned: usize) -> (Vec<Value>, usize) {
    let begin = number(target, "cursor").unwrap_or(0);
    let end = (begin + sizing(number(target, "limit"))).min(ALL);
    let pinned = 0..pinned * usize::from(begin == 0);
    let ids = pinned.map(|id| id + 100).chain(begin..end);
    (ids.map(|id| json!({ "id": id })).collect(), end)
}

/// The clauses that break.
async fn broken(document: &str, answer: impl Fn(&str) -> Told + Send + Sync) -> Vec<String> {
    let only = "list.{valid,walk}";
    let (sent, plan, finished) = run(document, only, |_, target, _| answer(target)).await;
    assert!(sent.len() < 30, "{}", sent.len());
    let found = finished.settled.findings.iter();
    found
        .map(|one| plan.clauses.get(one.clause).id().to_owned())
        .collect()
}

#[tokio::test]
async fn a_page_has_no_more_items_than_are_asked_for() {
    let table: [(&str, Sizing, usize, &[&str]); 14] = [
        ("right", |size| size.unwrap_or(8), 0, &[]),
        ("ignored", |_| 8, 0, &["list/query/limit/kept"]),
        (
            "one more",
            |size| size.unwrap_or(8) + 1,
            0,
            &["list/query/limit/kept"],
        ),
        (
            "two more",
            |size| size.unwrap_or(8) + 2,
            0,
            &["list/query/limit/kept"],
        ),
        (
            "another default",
            |size| size.unwrap_or(11),
            0,
            &["list/query/limit/kept"],
        ),
        ("a smaller default", |size| size.unwrap_or(5), 0, &[]),
        ("five at least", |size| size.unwrap_or(8).max(5), 0, &[]),
        (
            "the default at least",
            |size| size.unwrap_or(8).max(8),
            0,
            &[],
        ),
        (
            "the default at most",
            |size| size.unwrap_or(8).min(8),
            0,
            &[],
        ),
        (
            "rounded up to fives",
            |size| size.unwrap_or(8).div_ceil(5) * 5,
            0,
            &[],
        ),
        (
            "rounded up to a power of two",
            |size| (size.unwrap_or(8) + 1).next_power_of_two(),
            0,
            &[],
        ),
        ("one is pinned", |size| size.unwrap_or(8), 1, &[]),
        ("two are pinned", |size| size.unwrap_or(8), 2, &[]),
        ("all on one page", |_| 100, 0, &["list/query/limit/kept"]),
    ];
    for (what, sizing, pinned, wanted) in table {
        let found = broken(&list(CURSOR, ""), |target| {
            let (things, end) = page(target, sizing, pinned);
            let mut body = json!({"things": things, "has_more": end < ALL});
            if end < ALL {
                body["next_cursor"] = json!(end.to_string());
            }
            (200, vec![], body)
        })
        .await;
        assert_eq!(found, wanted, "{what}");
    }
}

/// Where all are on one page, a smaller one leads on.
#[tokio::test]
async fn a_smaller_page_leads_to_the_next() {
    let lost: &[&str] = &["list/rule/walk-loses-nothing"];
    let token = "next_cursor: {type: string}";
    let plain = "cursor: {type: string}";
    let counted =
        "has_more: {type: boolean}, totalCount: {type: integer}, next_cursor: {type: string}";
    let link = "next: {type: string, format: uri}";
    for (what, next, said, has_total, wanted) in [
        ("a flag", CURSOR, "", false, lost),
        ("a token", token, "", false, lost),
        ("a link", link, "", false, lost),
        // Such a name may be that of the page itself.
        ("a plain token", plain, "", false, &[]),
        ("of all", CURSOR, "How many in total.", false, &[]),
        ("a hint", CURSOR, "A hint.", false, &[]),
        ("a total", counted, "", true, &[]),
    ] {
        for leads in [false, true] {
            let found = broken(&list(next, said), |target| {
                let (things, end) = page(target, |size| size.unwrap_or(8), 0);
                let things: Vec<&Value> = things
                    .iter()
                    .filter(|one| one["id"].as_u64() < Some(8))
                    .collect();
                let more = end < 8 && leads;
                let mut body = json!({"things": things});
                if next.contains("has_more") {
                    body["has_more"] = json!(more);
                }
                if has_total && !leads {
                    body["totalCount"] = json!(things.len());
                }
                if more {
                    body["next_cursor"] = json!(end.to_string());
                    body["cursor"] = json!(end.to_string());
                    let limit = number(target, "limit").unwrap_or(8);
                    body["next"] = json!(format!(
                        "http://h.example/things?limit={limit}&cursor={end}"
                    ));
                }
                (200, vec![], body)
            })
            .await;
            let wanted = if leads { &[] } else { wanted };
            assert_eq!(found, wanted, "{what} {leads}");
        }
    }
}
