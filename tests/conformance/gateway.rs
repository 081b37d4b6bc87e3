//! Lists whose next links have the public name that the service has behind a gateway: another host, another path prefix.

use conform::{Level, Report, Verdict};
use serde_json::json;

use super::lists::{query, run};

const SPEC: &str = "openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{name: page, in: query, schema: {type: integer, minimum: 1}}]
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties:
                  items: {type: array, items: {type: object, required: [id], properties: {id: {type: integer}}}}
                  next: {type: [string, 'null'], description: Link to the next page.}
        '400': {description: Wrong.}
";

/// Runs a service of three pages whose links begin so.
fn linked(name: &'static str) -> Report {
    run(SPEC, &[], move |asked| {
        if asked.target.split('?').next() != Some("/orders") {
            return (404, Vec::new(), json!({}));
        }
        let page = query(asked, "page").map_or(Ok(1), str::parse::<u64>);
        let Ok(page @ 1..) = page else {
            return (400, Vec::new(), json!({}));
        };
        let next = (page < 3).then(|| format!("{name}?page={}", page + 1));
        let items = if page > 3 {
            vec![]
        } else {
            vec![json!({"id": page})]
        };
        (200, Vec::new(), json!({"items": items, "next": next}))
    })
}

#[test]
fn a_link_with_another_name_is_looked_at_below_the_base_url_or_not_at_all() {
    for (name, broken, read) in [
        ("/orders", false, true),
        ("https://public.example/orders", false, true),
        ("https://public.example/shop/v2/orders", false, true),
        ("/shop/v2/orders", false, true),
        ("https://pages.example/p", false, false),
        ("/p", true, false),
    ] {
        let report = linked(name);
        let findings = report.findings.iter().filter(|one| one.level > Level::Info);
        let found: Vec<&str> = findings.map(|one| one.clause.as_str()).collect();
        let wanted: &[&str] = match broken {
            true => &["listOrders/rule/next-link-leads-to-page"],
            false => &[],
        };
        assert_eq!(found, wanted, "{name}: {:?}", report.findings);
        let mut cases = report.cases.iter();
        let walk = cases.find(|case| case.id == "listOrders.walk").unwrap();
        let (verdict, reason) = (walk.verdict, &walk.reason);
        assert_eq!(verdict == Verdict::Pass, read, "{name}: {reason}");
        let says_so = reason.contains("another host");
        assert_eq!(says_so, !read && !broken, "{name}: {reason}");
    }
}
