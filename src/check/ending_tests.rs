//! How walks end: at a page that is refused, and where what leads on says that nothing does.

use serde_json::{Value, json};

use crate::ledger::Sightings;

use super::walk_findings::settle;
use super::walk_tests::{collection, plan, told, walk};

const PAGED: &str = "items: /items\nid: /id\nnext: {page: after, first: 1}\ntotal: /total";

#[test]
fn walks_end_where_nothing_leads_on() {
    type Pages<'a> = Vec<(&'a str, u16, Value)>;
    let rows: [(&str, &str, Pages<'_>, &[&str]); 4] = [
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
    ];
    for (name, lines, pages, broken) in rows {
        let plan = plan(lines);
        let walked = walk(&collection(lines), &pages, None);
        let mut seen = Sightings::default();
        settle(&plan, 0, &[&walked], &mut seen);
        assert_eq!(told(&plan, &seen).0, broken, "{name}");
    }
}
