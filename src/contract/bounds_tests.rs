//! Documents that are short and ask for gigabytes or minutes: what is beyond a bound is told with its place, and the rest
//! is used.

use super::*;

/// A document with one operation that answers with this schema.
fn answering(path: &str, schema: &str) -> Contract {
    let text = format!(
        "openapi: 3.0.0\ninfo: {{title: t, version: '1'}}\npaths:\n  {path}:\n    get:\n      operationId: getA\n      \
         responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema: {schema}\n"
    );
    Contract::load("t.yaml", text, &[]).unwrap()
}

fn warnings(contract: &Contract) -> Vec<String> {
    let all = contract.all_warnings();
    all.iter().map(ToString::to_string).collect()
}

#[test]
fn a_pattern_that_is_too_large_is_told_and_not_checked() {
    let contract = answering("/a", r"{type: string, pattern: '^[\w\p{L}]{1,500}x$'}");
    let told = warnings(&contract);
    assert_eq!(told.len(), 1, "{told:?}");
    let wanted = "cannot be checked: with all its repetitions it takes more than 4.5 MB";
    assert!(
        told[0].starts_with("t.yaml:12:38: the pattern ^[") && told[0].contains(wanted),
        "{told:?}"
    );
    contract.prepare(0);
    let media = &contract.operations[0].responses[0].content[0];
    assert!(media.body.as_ref().unwrap().schema.get().is_some());
}

#[test]
fn all_patterns_of_a_document_have_one_budget() {
    let property =
        |n: usize| format!(r"p{n}: {{type: string, pattern: '^[\p{{L}}]{{1,190}}x{n}$'}}");
    let all = |count: usize| (0..count).map(property).collect::<Vec<_>>().join(", ");
    let told = |count: usize| {
        let contract = answering("/a", &format!("{{properties: {{{}}}}}", all(count)));
        assert!(warnings(&contract).is_empty());
        contract.prepare(0);
        warnings(&contract)
    };
    let over = told(80);
    assert!(
        over[0].contains("the patterns of this document take more than 200000000 bytes"),
        "{over:?}"
    );
    assert!(over[0].ends_with("no answer is judged by it"), "{over:?}");
    assert_eq!(told(2), Vec::<String>::new());
}

#[test]
fn a_path_of_too_many_parameters_is_left_out() {
    let path = |count: usize| "/{a}".repeat(count);
    let contract = answering(&path(201), "{}");
    assert!(contract.operations.is_empty());
    assert!(warnings(&contract)[0].contains("a path of 201 parameters: 200 are the most"));
    assert_eq!(answering(&path(200), "{}").operations.len(), 1);
}

#[test]
fn of_what_stands_many_times_in_an_all_of_nothing_is_lost() {
    let many = vec!["{minLength: 3}"; 3_000].join(", ");
    let contract = answering("/a", &format!("{{allOf: [{many}, {{type: string}}]}}"));
    contract.prepare(0);
    let media = &contract.operations[0].responses[0].content[0];
    let compiled = media.body.as_ref().unwrap().schema.get().unwrap();
    let all = compiled.schema()["allOf"].as_array().unwrap();
    assert_eq!(
        (all.len(), all.iter().filter(|one| one.is_object()).count()),
        (3_001, 2)
    );
}
