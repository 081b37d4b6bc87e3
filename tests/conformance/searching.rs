//! Lists that can be searched, and whose items can be asked for in part. A service that takes no notice of it is found.

use conform::Verdict;
use serde_json::{Value, json};

use super::lists::{query, run};

fn document(parameter: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Books, version: 1.0.0}}
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [{{in: query, {parameter}}}]
      responses:
        '200':
          description: The books.
          content:
            application/json:
              schema: {{type: array, items: {{$ref: '#/components/schemas/Book'}}}}
        '400': {{description: Wrong.}}
components:
  schemas:
    Book:
      type: object
      required: [id]
      properties:
        id: {{type: integer}}
        title: {{type: string}}
        author: {{type: string}}
        year: {{type: integer}}
"
    )
}

fn books() -> Vec<Value> {
    let rows = [
        ("Emma", "Jane Austen"),
        ("Ulysses", "James Joyce"),
        ("Persuasion", "Jane Austen"),
        ("Dubliners", "James Joyce"),
        ("Orlando", "Virginia Woolf"),
    ];
    let book = |(n, (title, author)): (u64, (&str, &str))| json!({"id": n, "title": title, "author": author, "year": 1900 + n});
    (1..).zip(rows).map(book).collect()
}

const AUTHOR: &str =
    "name: q, description: 'Search in title and author, case-insensitive.', schema: {type: string}";
const TITLE: &str =
    "name: query, description: Full text search in the titles., schema: {type: string}";
const FIELDS: &str =
    "name: fields, description: 'Only these members, comma-separated.', schema: {type: string}";

/// The books of which one of the members has the text.
fn those(members: &[&str], text: &str, is_folded: bool) -> Vec<Value> {
    let fold = |text: &str| match is_folded {
        true => text.to_lowercase(),
        false => text.to_owned(),
    };
    let mut all = books();
    all.retain(|book| {
        let mut members = members.iter();
        members.any(|name| fold(book[*name].as_str().unwrap()).contains(&fold(text)))
    });
    all
}

/// The books whose member is that text.
fn whole(member: &str, text: &str) -> Vec<Value> {
    let mut all = books();
    all.retain(|book| book[member].as_str() == Some(&text.replace('+', " ").replace("%20", " ")));
    all
}

fn picked(text: &str) -> Vec<Value> {
    let names: Vec<String> = text
        .replace("%2C", ",")
        .split(',')
        .map(str::to_owned)
        .collect();
    let mut all = books();
    for book in &mut all {
        let members = book.as_object_mut().unwrap();
        members.retain(|name, _| name == "id" || names.contains(name));
    }
    all
}

type Chosen = fn(&str) -> Vec<Value>;

fn ends(parameter: &str, choose: Chosen) -> (Vec<String>, Option<Verdict>, String) {
    let (_, name) = parameter.split_once("name: ").unwrap();
    let name = name.split(',').next().unwrap().to_owned();
    let report = run(&document(parameter), &[], move |asked| {
        let books = query(asked, &name).map_or_else(books, choose);
        (200, Vec::new(), Value::from(books))
    });
    let is_own = |id: &str| id.ends_with("-finds") || id.ends_with("-shows");
    let own = report.cases.iter().find(|case| is_own(&case.id));
    let found = report.findings.iter().map(|one| one.clause.clone());
    let reason = own.map(|case| case.reason.clone()).unwrap_or_default();
    (found.collect(), own.map(|case| case.verdict), reason)
}

#[test]
fn a_search_or_a_choice_of_members_that_is_ignored_is_found() {
    let rows: [(&str, &str, Chosen, &str); 7] = [
        ("ignored", TITLE, |_| books(), "listBooks/query/query/finds"),
        (
            "nothing is found",
            TITLE,
            |_| Vec::new(),
            "listBooks/query/query/finds",
        ),
        (
            "by the letter case",
            AUTHOR,
            |text| those(&["title", "author"], text, false),
            "listBooks/query/q/finds",
        ),
        (
            "by whole values, although it says otherwise",
            "name: q, description: Books whose author contains this text., schema: {type: string}",
            |text| whole("author", text),
            "listBooks/query/q/finds",
        ),
        (
            "in the first member only",
            AUTHOR,
            |text| those(&["title"], text, true),
            "listBooks/query/q/finds",
        ),
        (
            "all members",
            FIELDS,
            |_| books(),
            "listBooks/query/fields/shows",
        ),
        (
            "the other members",
            FIELDS,
            |_| picked("author,year"),
            "listBooks/query/fields/shows",
        ),
    ];
    for (what, parameter, choose, clause) in rows {
        let (found, _, reason) = ends(parameter, choose);
        assert_eq!(found, [clause], "{what}: {reason}");
    }
}

#[test]
fn a_search_or_a_choice_of_members_that_is_right_is_left_in_peace() {
    const PASS: Option<Verdict> = Some(Verdict::Pass);
    let rows: [(&str, &str, Chosen, Option<Verdict>); 7] = [
        ("right", TITLE, |text| those(&["title"], text, true), PASS),
        (
            "right",
            AUTHOR,
            |text| those(&["title", "author"], text, true),
            PASS,
        ),
        (
            "with similar ones",
            TITLE,
            |text| {
                let mut all = those(&["title"], text, true);
                all.extend(those(&["author"], "Joyce", true));
                all
            },
            PASS,
        ),
        (
            "by whole values",
            "name: q, description: Search by author., schema: {type: string}",
            |text| whole("author", text),
            Some(Verdict::Inconclusive),
        ),
        ("right", FIELDS, picked, PASS),
        (
            "fuzzy",
            "name: query, description: Fuzzy search in titles., schema: {type: string}",
            |_| books(),
            None,
        ),
        (
            "not in words",
            "name: fields, description: The members., schema: {type: string}",
            |_| books(),
            None,
        ),
    ];
    for (what, parameter, choose, wanted) in rows {
        let (found, verdict, reason) = ends(parameter, choose);
        assert_eq!(found, Vec::<String>::new(), "{what}");
        assert_eq!(verdict, wanted, "{what}: {reason}");
    }
}
