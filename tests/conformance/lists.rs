//! Lists of small services that nobody wrote a case for: how their pages are asked for and counted, and what stands below
//! one thing. A right service ends with exit code 0, however it goes about it; each fault is found as its own clause.

use std::sync::Arc;

use conform::{Level, Report, Suite};
use serde_json::{Value, json};

use super::servers::wire::{Asked, Wire, WireServer, plain};
use conform::mock::Reply;

/// What a service answers: status, headers, body.
pub type Said = (u16, Vec<(&'static str, String)>, Value);

/// Serves what `answer` says and runs what is derived from the document, with more case files where there are.
pub fn run(
    document: &str,
    cases: &[&str],
    answer: impl Fn(&Asked) -> Said + Send + Sync + 'static,
) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("openapi.yaml");
    std::fs::write(&spec, document).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let handler = move |asked: &Asked| {
            let (status, headers, body) = answer(asked);
            let has_type = headers.iter().any(|(name, _)| *name == "Content-Type");
            let headers = headers.into_iter();
            let headers = headers.map(|(name, value)| (name.to_owned(), value));
            let json = ("Content-Type".to_owned(), "application/json".to_owned());
            let json = Some(json).filter(|_| !has_type);
            let reply = Reply {
                status,
                headers: headers.chain(json).collect(),
                body: body.to_string().into_bytes(),
            };
            Wire::Keep(plain(asked, &reply))
        };
        let server = WireServer::start(Arc::new(handler), false).await;
        let mut suite = Suite::embedded()
            .without_embedded()
            .spec(&spec)
            .base_url(&server.base_url)
            .derived();
        for (n, text) in cases.iter().enumerate() {
            let path = folder.path().join(format!("case{n}.yaml"));
            std::fs::write(&path, text).unwrap();
            suite = suite.cases(path);
        }
        suite.run().await.unwrap()
    })
}

/// The ids of the findings that gate.
fn gating(report: &Report) -> Vec<&str> {
    let findings = report.findings.iter();
    let gating = findings.filter(|finding| finding.level > Level::Info);
    gating.map(|finding| finding.clause.as_str()).collect()
}

/// A report that has these findings, and the exit code that goes with them.
fn assert_found(report: &Report, found: &[&str], what: &str) {
    assert_eq!(gating(report), found, "{what}: {:?}", report.findings);
    let exit_code = u8::from(!found.is_empty());
    assert_eq!(report.exit_code, exit_code, "{what}: {:?}", report.reasons);
}

/// The value of a query parameter.
pub fn query<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    let (_, query) = asked.target.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

fn refused(status: u16) -> Said {
    (status, Vec::new(), json!({"error": "refused"}))
}

/// The size of a page that was asked for; `None` where it is none that the document allows.
fn size(asked: &Asked) -> Option<usize> {
    let size = query(asked, "limit").unwrap_or("10").parse().ok()?;
    (1..=100).contains(&size).then_some(size)
}

/// How a shop of books pages.
#[derive(Clone, Copy, PartialEq)]
enum Pages {
    Right,
    /// No page says whether there is more.
    Silent,
    /// The parameter asks for what is newer, and the newest come first: no way to read all.
    Newer,
    /// Ids ascend, and the parameter asks for larger ones.
    Larger,
    /// No id is known as a position.
    Refused,
    IgnoresCursor,
    LosesOne,
    RepeatsOne,
    MoreForEver,
}

const BOOKS: usize = 23;

/// The books in their order; their ids are in another, unless they ascend.
fn book(n: usize, pages: Pages) -> usize {
    match pages {
        Pages::Larger => n + 1,
        Pages::Newer => BOOKS - n,
        _ => (n * 7) % BOOKS + 1,
    }
}

/// Answers with a page of books.
fn shop(pages: Pages, parameter: &str, asked: &Asked) -> Said {
    let Some(size) = size(asked) else {
        return refused(400);
    };
    let after = match query(asked, parameter).map(str::parse::<usize>) {
        Some(Err(_)) => return refused(400),
        after => after.and_then(Result::ok),
    };
    let place = |id| (0..BOOKS).position(|n| book(n, pages) == id);
    let start = match (pages, after) {
        (Pages::IgnoresCursor | Pages::Newer, _) | (_, None) => 0,
        (Pages::Refused, Some(_)) => return refused(400),
        (Pages::MoreForEver, Some(id)) => place(id).unwrap_or_default().min(BOOKS - 2) + 1,
        (_, Some(id)) => match place(id) {
            None => return refused(400),
            Some(place) if pages == Pages::LosesOne => (place + 2).min(BOOKS),
            Some(place) if pages == Pages::RepeatsOne => place,
            Some(place) => place + 1,
        },
    };
    let newer = after.filter(|_| pages == Pages::Newer).unwrap_or_default();
    let all = (start..BOOKS).map(|n| book(n, pages));
    let all: Vec<usize> = all.filter(|id| *id > newer).collect();
    let page = all.iter().take(size);
    let page: Vec<Value> = page.map(|id| json!({"id": id, "name": "b"})).collect();
    let mut body = json!({"has_more": all.len() > size, "data": page, "total_count": BOOKS});
    match pages {
        Pages::Silent | Pages::Newer | Pages::Larger => body["has_more"] = Value::Null,
        Pages::MoreForEver => body["has_more"] = json!(true),
        _ => {}
    }
    (200, Vec::new(), body)
}

/// The document of the shop, with the parameter by that name.
fn books(parameter: &str, said: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Books, version: '1'}}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - {{name: limit, in: query, schema: {{type: integer, minimum: 1, maximum: 100}}}}
        - {{name: {parameter}, in: query, description: {said}, schema: {{type: integer}}}}
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {{type: array, items: {{type: object, properties: {{id: {{type: integer}}, name: {{type: string}}}}}}}}
                  has_more: {{type: [boolean, 'null']}}
                  total_count: {{type: integer}}
        '400': {{description: Refused.}}
"
    )
}

#[test]
fn pages_that_begin_behind_the_last_item_are_walked() {
    let (after, other) = ("starting_after", "since_id");
    let id = "The id of the last book of the page before";
    for (pages, parameter, found) in [
        (Pages::Right, after, &[][..]),
        (Pages::Silent, after, &[]),
        (Pages::Newer, other, &[]),
        (Pages::Newer, after, &[]),
        (Pages::Larger, other, &[]),
        (Pages::Refused, after, &[]),
        (
            Pages::IgnoresCursor,
            after,
            &["listBooks/rule/next-link-never-repeats"],
        ),
        (
            Pages::LosesOne,
            after,
            &["listBooks/rule/total-size-matches-walk"],
        ),
        (
            Pages::RepeatsOne,
            after,
            &["listBooks/rule/walk-repeats-nothing"],
        ),
        (
            Pages::MoreForEver,
            after,
            &["listBooks/rule/next-link-never-repeats"],
        ),
    ] {
        let what = format!("{parameter} {}", pages as u8);
        let report = run(&books(parameter, id), &[], move |asked| {
            shop(pages, parameter, asked)
        });
        assert_found(&report, found, &what);
        let walk = report.cases.iter().find(|one| one.id == "listBooks.walk");
        let walk = walk.unwrap();
        let is_walked = walk.exchanges.len() > 2;
        let is_right = [Pages::Right, Pages::Silent, Pages::Larger].contains(&pages);
        assert_eq!(is_walked, is_right || !found.is_empty(), "{what}: {walk:?}");
    }
}

/// The same with a battery that somebody wrote, which needs no guess.
#[test]
fn a_binding_says_that_pages_begin_behind_the_last_item() {
    const BINDING: &str = "battery: books
alias: books
operation: GET /books
collection:
  items: /data
  id: /id
  next: {after: from, more: /has_more}
  total: /total_count
";
    const WALK: &str = "case: walk
title: All books
operation: books
does: walk
expects: success
accepts: [200]
core: true
aims: []
means: It walks.
";
    for (pages, found) in [
        (Pages::Right, &[][..]),
        (
            Pages::IgnoresCursor,
            &["books/rule/next-link-never-repeats"],
        ),
        (Pages::LosesOne, &["books/rule/total-size-matches-walk"]),
        (Pages::RepeatsOne, &["books/rule/walk-repeats-nothing"]),
        (Pages::Refused, &["books/rule/next-link-leads-to-page"]),
    ] {
        let document = books("from", "Where to begin");
        let report = run(&document, &[BINDING, WALK], move |asked| {
            shop(pages, "from", asked)
        });
        assert_found(&report, found, &format!("{}", pages as u8));
    }
}

/// Books by offset, with a total in a header.
#[test]
fn a_total_in_a_header_is_held_against_the_walk() {
    let document = |name: &str, said: &str| {
        let document = books("offset", "How many books come before the page");
        let documented = format!(
            "          description: A page.\n          headers: {{{name}: {{description: '{said}', schema: {{type: string}}}}}}\n"
        );
        let without = document.replace("                  total_count: {type: integer}\n", "");
        without.replacen("          description: A page.\n", &documented, 1)
    };
    let matches = &["listBooks/rule/total-size-matches-walk"][..];
    let constant = &["listBooks/rule/total-size-is-constant"][..];
    let all = "The total number of all books";
    for (name, said, total, found) in [
        ("X-Total-Count", "", "23", &[][..]),
        ("X-Total-Count", "", "24", matches),
        ("X-WP-Total", all, "22", matches),
        ("X-Total", all, "24", matches),
        ("X-Total-Count", "", "page", constant),
        ("Content-Range", "", "books 0-9/23", &[]),
        ("Content-Range", all, "books 0-9/24", matches),
        ("Content-Range", "", "books 0-9/*", &[]),
        ("Content-Range", "", "bytes 0-9/100", &[]),
        // What may count something else.
        ("X-Total", "", "24", &[]),
        ("X-Total-Count", "An estimate of the total", "24", &[]),
        ("X-Total-Count", "The total number of pages", "3", &[]),
        (
            "X-Total-Count",
            "The total of all prices in cents",
            "24",
            &[],
        ),
        ("X-Sum", all, "24", &[]),
    ] {
        let header: &'static str = name;
        let report = run(&document(name, said), &[], move |asked| {
            let offset = query(asked, "offset").map_or(Some(0), |text| text.parse().ok());
            let Some((size, offset)) = size(asked).zip(offset) else {
                return refused(400);
            };
            let page: Vec<Value> = (offset..BOOKS)
                .take(size)
                .map(|n| json!({"id": n, "name": "b"}))
                .collect();
            let told = match total {
                "page" => page.len().to_string(),
                total => total.to_owned(),
            };
            (200, vec![(header, told)], json!({"data": page}))
        });
        assert_found(&report, found, &format!("{name} {said} {total}"));
        let of_total = |id: &str| id.starts_with("listBooks/rule/total-size");
        let told = report.clauses.iter().filter(|one| of_total(&one.id));
        let told = told.filter(|one| one.exercised > Some(0)).count();
        assert!(found.is_empty() || told > 0, "{name} {said} {total}");
    }
}

/// What a service lists below users.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Below {
    /// Nothing is found below a user that is not there.
    NotFound,
    /// Nothing is listed there.
    Empty,
    /// Everybody has the same, which is nobody's.
    Global,
    /// Whoever is named has what all have at first.
    Defaults,
    /// What comes from above is listed below all.
    Inherited,
    /// The first user's are listed below all that are not there.
    Others,
    /// What belongs to nobody by what it says is listed below the unknown.
    Untold,
}

#[test]
fn what_is_listed_below_a_parent_that_nobody_has() {
    const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Posts, version: '1'}
paths:
  /users:
    get:
      operationId: listUsers
      responses:
        '200': {description: d, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}}
  /users/{id}/posts:
    get:
      operationId: listPosts
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  posts: {type: array, items: {type: object, properties: {id: {type: integer}, userId: {type: [integer, 'null']}}}}
                  total: {type: integer}
        '400': {description: Refused.}
        '404': {description: Not found.}
";
    for below in [
        Below::NotFound,
        Below::Empty,
        Below::Global,
        Below::Defaults,
        Below::Inherited,
        Below::Untold,
        Below::Others,
    ] {
        let report = run(DOCUMENT, &[], move |asked| {
            let path: Vec<&str> = asked.target.split('/').skip(1).collect();
            let posts = |user: Value| {
                let posts = [1, 2].map(|id| json!({"id": id, "userId": user}));
                (200, Vec::new(), json!({"posts": posts, "total": 2}))
            };
            let [_, user, _] = path[..] else {
                return (200, Vec::new(), json!([{"id": 7}, {"id": 8}]));
            };
            let Ok(user) = user.parse::<i64>() else {
                return refused(400);
            };
            let is_known = [7, 8].contains(&user);
            match below {
                Below::Global => posts(Value::Null),
                Below::Inherited => posts(json!(0)),
                Below::Defaults => posts(json!(user)),
                _ if is_known => posts(json!(user)),
                Below::NotFound => refused(404),
                Below::Empty => (200, Vec::new(), json!({"posts": [], "total": 0})),
                Below::Untold => posts(Value::Null),
                Below::Others => posts(json!(7)),
            }
        });
        let found = ["listPosts/state/unknown-id"];
        let found = &found[..usize::from(below == Below::Others)];
        assert_found(&report, found, &format!("{below:?}"));
        let told = report
            .findings
            .iter()
            .filter(|one| one.clause == "listPosts/state/unknown-id");
        let is_silent = [Below::NotFound, Below::Empty].contains(&below);
        assert_eq!(told.count(), usize::from(!is_silent), "{below:?}");
    }
}

/// How a small shop, of which one page holds all, pages.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Small {
    Right,
    /// One book is hidden after the page was cut, so that a page in the middle is short.
    Hidden,
    /// The first book behind the edge of a page is on none.
    LosesOne,
    /// A book comes and goes.
    Changes,
}

/// Answers with a page of five books, from a place or behind one of them.
fn small(shop: Small, parameter: &str, asked: &Asked) -> Said {
    const IDS: [usize; 6] = [31, 11, 51, 21, 41, 61];
    let Some(size) = size(asked) else {
        return refused(400);
    };
    let start = match (parameter, query(asked, parameter).map(str::parse::<usize>)) {
        (_, None) => 0,
        (_, Some(Err(_))) | ("page", Some(Ok(0))) => return refused(400),
        ("offset", Some(Ok(offset))) => offset,
        ("page", Some(Ok(page))) => (page - 1) * size,
        (_, Some(Ok(id))) => match IDS.iter().position(|known| *known == id) {
            Some(place) => place + 1,
            None => return refused(400),
        },
    };
    let lost = usize::from(shop == Small::LosesOne && start > 0);
    let is_there = |id: &&usize| match shop {
        Small::Hidden => **id != 21,
        Small::Changes => **id != 61 || asked.before.is_multiple_of(2),
        _ => true,
    };
    let rest = IDS.get(start + lost..).unwrap_or_default();
    let page = rest.iter().take(size).filter(is_there);
    let page: Vec<Value> = page.map(|id| json!({"id": id, "name": "b"})).collect();
    let more = (parameter == "starting_after").then_some(rest.len() > size);
    (200, Vec::new(), json!({"has_more": more, "data": page}))
}

#[test]
fn what_one_page_shows_is_on_the_smaller_ones_too() {
    for parameter in ["starting_after", "offset", "page"] {
        let document = books(
            parameter,
            "The id, or the place, from 1, where the page begins",
        );
        let document = document.replace("                  total_count: {type: integer}\n", "");
        let from_one = "from 1, where the page begins, schema: {type: integer, minimum: 1}";
        let plain = "from 1, where the page begins, schema: {type: integer}";
        let document = match parameter {
            "page" => document.replace(plain, from_one),
            _ => document,
        };
        for shop in [Small::Right, Small::Hidden, Small::LosesOne, Small::Changes] {
            // Where places are counted that nobody sees, a walk by them meets items twice.
            if (parameter, shop) == ("offset", Small::Hidden) {
                continue;
            }
            let report = run(&document, &[], move |asked| small(shop, parameter, asked));
            let lost = ["listBooks/rule/walk-loses-nothing"];
            let found = &lost[..usize::from(shop == Small::LosesOne)];
            assert_found(&report, found, &format!("{parameter} {shop:?}"));
            let mut told = report.clauses.iter();
            let told = told.find(|one| one.id == lost[0]).unwrap();
            let is_told = told.exercised > Some(0);
            assert!(is_told || shop == Small::Changes, "{parameter} {told:?}");
        }
    }
}
