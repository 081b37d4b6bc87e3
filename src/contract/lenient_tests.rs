//! Documents that are wrong in part: what is wrong is told with its line and what is lost, and the rest is used.

use super::*;

fn load(text: &str) -> Contract {
    Contract::load("t.yaml", text.to_owned(), &[]).unwrap()
}

/// A document with one operation that has this beside its responses, and this schema in its answer.
fn document(beside: &str, schema: &str) -> String {
    format!(
        "openapi: 3.0.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a/{{id}}:\n    get:\n      operationId: getA\n{beside}\n      \
         responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema: {schema}\n"
    )
}

const ID: &str = "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]";

#[test]
fn the_names_of_a_path_that_nobody_declares_are_told_together() {
    let of = |path: &str| {
        let text = document("", "{}").replace("/a/{id}", path);
        let contract = load(&text);
        assert_eq!(
            contract.operations[0].parameters.len(),
            path.matches('{').count()
        );
        contract.warnings[0].to_string()
    };
    let one = of("/a/{b}");
    assert!(one.ends_with("declared for `{b}` of /a/{b}; any text is taken for it"));
    let many = of("/{a}/{b}/{c}/{d}/{e}");
    assert!(
        many.contains("for `{a}`, `{b}`, `{c}` and 2 more of /{a}"),
        "{many}"
    );
}

#[test]
fn what_is_wrong_is_told_and_the_rest_is_used() {
    let object = "{type: object, required: [x], properties: {x: {type: string}}}";
    let with = |beside: &str| document(&format!("{ID}\n{beside}"), object);
    #[rustfmt::skip]
    let table: Vec<(String, u64, &str)> = vec![
        (with("      security: [{nobody: []}]"), 8, "other credentials are shown"),
        (document("      parameters: [{$ref: '#/nowhere'}]", object), 7, "sent without it"),
        (document("      parameters: [{in: query}]", object), 7, "sent without it"),
        (document("      parameters: [{name: id}]", object), 7, "sent without it"),
        (document("      parameters: 5", object), 5, "any text is taken"),
        (with("").replace("[{name: id,", "{id: {name: id,").replace("string}}]", "string}}}"), 7, "sent without them"),
        (with("      requestBody: []"), 8, "without a body"),
        (with("      requestBody: {content: []}"), 8, "what it holds"),
        (with("      requestBody: {content: {application/json: []}}"), 8, "what it holds"),
        (with("      security: key"), 8, "as if it asked for no"),
        (document(ID, object).replace("'200':", "'201': text\n        '200':"), 9, "the response 201 of getA"),
        (document(ID, object).replace("'200':", "'201': {headers: [X-A]}\n        '200':"), 9, "not tested"),
        (document(ID, "{type: object, required: [x, null]}"), 13, "not checked"),
        (with("      requestBody: {$ref: '#/nowhere'}"), 8, "without a body"),
        (document(ID, "{$ref: '#/nowhere'}"), 13, "any value"),
        (document(ID, "{type: object, properties: {x: {$ref: 'other.yaml#/x'}}}"), 13, "any value"),
        (document(ID, "{type: object, properties: {x: text}}"), 13, "any value"),
        (document(ID, "{type: object, properties: {x: {type: string, pattern: [x]}}}"), 13, "not checked"),
        (document(ID, "{type: object, required: true}"), 13, "not checked"),
        (document(ID, "{type: objekt}"), 13, "not checked"),
        (document(ID, object).replace("'200'", "'2000'"), 9, "the response 2000 of getA"),
        (document(ID, object).replace("description: ok", "$ref: '#/nowhere'"), 10, "the response 200 of getA"),
        (document(ID, object).replace("3.0.0", "3.2.0"), 1, "of its own"),
        (format!("{}  /b: {{$ref: '#/nowhere'}}\n", document(ID, object)), 14, "no operation of /b"),
        (format!("{}  /b: []\n", document(ID, object)), 14, "no operation of /b"),
        (format!("{}  /b: {{get: {{}}}}\n", document(ID, object)), 14, "GET /b is not tested"),
        (format!("{}  /b: {{get: {{$ref: b.yaml}}}}\n", document(ID, object)), 14, "GET /b is not tested"),
        (format!("{}  /b: {{get: {{operationId: getA, responses: {{'200': {{}}}}}}}}\n", document(ID, object)), 14, "goes by `GET /b`"),
    ];
    for (text, line, lost) in table {
        let contract = load(&text);
        let told: Vec<String> = contract.warnings.iter().map(Warning::to_string).collect();
        let is_told = contract
            .warnings
            .iter()
            .any(|warning| warning.wrong.line == line && warning.lost.contains(lost));
        assert!(is_told, "line {line}, {lost}: {told:?}\n{text}");
        assert_eq!(contract.operations[0].path, "/a/{id}", "{text}");
        assert!(contract.clauses.find("getA/documented-status").is_some());
        for operation in 0..contract.operations.len() {
            contract.prepare(operation);
        }
    }
    assert!(load(&with("")).warnings.is_empty());
}

#[test]
fn an_operation_id_that_stands_twice_names_the_first_alone() {
    let beside = "/a:\n    get: {operationId: twin, responses: {}}\n    put: {operationId: twin, responses: {}}\n";
    let apart = "/a: {get: {operationId: twin, responses: {}}}\n  /b: {put: {operationId: twin, responses: {}}}\n";
    for (paths, second) in [(beside, "PUT /a"), (apart, "PUT /b")] {
        let contract = load(&format!("paths:\n  {paths}"));
        let ids: Vec<&str> = contract.operations.iter().map(|one| &*one.id).collect();
        assert_eq!(ids, ["twin", second]);
        let [warning] = &contract.warnings[..] else {
            panic!("{:?}", contract.warnings);
        };
        assert!(warning.lost.contains(second), "{warning}");
        assert!(
            contract
                .clauses
                .find(&format!("{second}/documented-status"))
                .is_some()
        );
    }
}

#[test]
fn a_document_without_paths_has_nothing_to_test() {
    for text in ["openapi: 3.1.0\nwebhooks: {}\n", "openapi: 3.0.1\npaths:\n"] {
        assert!(load(text).operations.is_empty());
    }
    for text in [
        "a: 1\n",
        "[]",
        "openapi: 4.0.0\npaths: {}\n",
        "openapi: 3.0.0\npaths: [1]\n",
        "",
    ] {
        assert!(
            Contract::load("t.yaml", text.to_owned(), &[]).is_err(),
            "{text}"
        );
    }
}

#[test]
fn a_broken_keyword_does_not_take_its_neighbours_with_it() {
    let contract = load(&document(
        ID,
        "{type: object, properties: {x: {type: string, maxLength: '5', minLength: 2}, y: {$ref: '#/no'}, z: {type: string, enum: [1, true]}}}",
    ));
    contract.prepare(0);
    let has = |id: &str| contract.clauses.find(id).is_some();
    assert!(has("getA/200/body/x/minLength") && !has("getA/200/body/x/maxLength"));
    let body = contract.operations[0].responses[0].content[0]
        .body
        .as_ref()
        .unwrap();
    let compiled = body.schema.get().unwrap();
    let is_valid = |text: &str| compiled.is_valid(&serde_json::from_str(text).unwrap());
    assert!(is_valid(r#"{"x": "long enough", "y": 5, "z": "true"}"#));
    assert!(!is_valid(r#"{"x": "a"}"#));
    assert!(!is_valid(r#"{"z": "2"}"#));
}

#[test]
fn the_bytes_of_a_file_have_no_type() {
    for (schema, is_judged) in [
        ("{type: string, format: binary}", false),
        ("{$ref: '#/s'}", false),
        ("{type: string, format: date}", true),
    ] {
        let file = "\ns: {type: string, format: binary}\n";
        let contract = load(&(document(ID, schema) + file));
        let found = contract.clauses.find("getA/200/body/type").is_some();
        assert_eq!(found, is_judged, "{schema}");
    }
}

#[test]
fn a_reference_beside_nullable_may_be_null() {
    let contract = load(
        &(document(
            ID,
            "{type: object, properties: {x: {$ref: '#/s', nullable: true}}}",
        ) + "s: {type: object}\n"),
    );
    contract.prepare(0);
    let body = contract.operations[0].responses[0].content[0]
        .body
        .as_ref()
        .unwrap();
    assert!(
        body.schema
            .get()
            .unwrap()
            .is_valid(&serde_json::json!({"x": null}))
    );
}

#[test]
fn what_an_all_of_says_twice_is_unfolded_once() {
    let mut text = document(ID, "{$ref: '#/s0'}");
    for n in 0..60 {
        let next = n + 1;
        text += &format!("s{n}: {{allOf: [{{$ref: '#/s{next}'}}, {{$ref: '#/s{next}'}}]}}\n");
    }
    text += "s60: {type: object, required: [x]}\n";
    let contract = load(&text);
    assert!(contract.clauses.find("getA/200/body/x/required").is_some());
}

#[test]
fn values_of_a_schema_that_unfolds_without_end_are_given_up() {
    let mut text = document(ID, "{type: string}").replace(
        "      responses:",
        "      requestBody: {content: {application/json: {schema: {$ref: '#/both'}}}}\n      responses:",
    );
    text += "both: {oneOf: [{$ref: '#/and'}, {type: string}]}\n\
             and: {type: object, required: [left, right, all], properties: {left: {$ref: '#/both'}, right: {$ref: '#/both'}, all: {$ref: '#/s0'}}}\n";
    for n in 0..60 {
        let next = n + 1;
        text += &format!("s{n}: {{allOf: [{{$ref: '#/s{next}'}}, {{$ref: '#/s{next}'}}]}}\n");
    }
    text += "s60: {type: integer}\n";
    let contract = load(&text);
    contract.prepare_requests(0);
    let body = contract.operations[0].request_body.as_ref().unwrap();
    let values = body.content[0].values();
    assert!(
        values.iter().any(serde_json::Value::is_string),
        "{values:?}"
    );
}

/// What is told of a document with these paths, and the requests that it describes.
fn requests(paths: &str) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let contract = load(&format!("openapi: 3.0.3\npaths:\n{paths}"));
    let told = contract.warnings.iter().map(ToString::to_string);
    let operations = contract.operations.iter().map(|one| {
        let names = one.parameters.iter().map(|one| one.name.clone());
        (format!("{} {}", one.method, one.sent_path), names.collect())
    });
    (told.collect(), operations.collect())
}

#[test]
fn a_name_in_a_path_is_known_however_it_is_written() {
    let declared =
        "parameters: [{name: userId, in: path, required: true, schema: {type: integer}}]";
    for (path, name) in [
        ("/u/{userId}", "userId"),
        ("/u/{+userId}", "+userId"),
        ("/u/{userId+}", "userId+"),
        ("/u/{userId=users/*}", "userId=users/*"),
        ("/u/{userid}", "userid"),
    ] {
        let (told, found) = requests(&format!(
            "  {path}: {{get: {{{declared}, responses: {{}}}}}}\n"
        ));
        assert_eq!(told, [""; 0], "{path}");
        assert_eq!(found, [(format!("GET {path}"), vec![name.to_owned()])]);
    }
    // Nothing of what stands nowhere could be sent, so nothing of it is promised.
    let (told, found) = requests(&format!("  /u: {{get: {{{declared}, responses: {{}}}}}}\n"));
    assert!(
        told[0].contains("no `{userId}` stands in the path /u"),
        "{told:?}"
    );
    assert_eq!(found, [("GET /u".to_owned(), Vec::new())]);
}

#[test]
fn what_a_path_holds_beside_its_methods_is_told() {
    let answer = "{responses: {}}";
    for (item, wanted, ids) in [
        (
            format!("GET: {answer}"),
            "OpenAPI writes `GET` as `get`",
            &["GET /a"][..],
        ),
        (
            format!("get: {answer}, GET: {answer}"),
            "`GET` is no method",
            &["GET /a"],
        ),
        (format!("connect: {answer}"), "`connect` is no method", &[]),
        (
            format!("$ref: '#/x', post: {answer}"),
            "only what stands beside it",
            &["POST /a"],
        ),
        (
            format!("$ref: '#/x-a', post: {answer}"),
            "stand beside this `$ref`",
            &["GET /a"],
        ),
    ] {
        let (told, found) = requests(&format!("  /a: {{{item}}}\nx-a: {{get: {answer}}}\n"));
        let [told] = &told[..] else {
            panic!("{told:?}")
        };
        assert!(told.contains(wanted), "{told}");
        let found: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(found, ids, "{item}");
    }
    let (told, _) = requests(&format!(
        "  /a: {{get: {{parameters: [{{name: q, in: query, required: 'true'}}], responses: {{}}}}, x-get: {answer}, servers: []}}\n"
    ));
    assert!(
        told.len() == 1 && told[0].contains("`required` must be true or false"),
        "{told:?}"
    );
}
