//! Schemas of unusual shapes: each has clauses at the right places, and what a body breaks is named by its own.

use serde_json::{Value, json};

use super::*;

/// A contract with one operation whose answer is this schema, beside these schemas.
fn load(version: &str, schema: &str, schemas: &str) -> Contract {
    let text = format!(
        "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n          \
         description: ok\n          content: {{application/json: {{schema: {schema}}}}}\ncomponents:\n  schemas:\n    Any: {{}}\n{schemas}"
    );
    Contract::load("t.yaml", text, &[]).unwrap()
}

/// The clauses that a body breaks, without what all begin with.
fn broken(contract: &Contract, body: &Value) -> Vec<String> {
    contract.prepare(0);
    let own = contract.operations[0].responses[0].content[0].body.as_ref();
    let own = own.unwrap();
    let compiled = own.schema.get().unwrap();
    let found = compiled.violations_at(&own.shape, 0, body).into_iter();
    found
        .map(|one| {
            let tail = one.clause.map(|clause| contract.clauses.get(clause).tail());
            tail.unwrap_or("none").replacen("200/body/", "", 1)
        })
        .collect()
}

fn told(contract: &Contract) -> Vec<String> {
    contract.warnings.iter().map(Warning::to_string).collect()
}

#[test]
fn a_schema_that_allows_nothing_is_a_clause_of_its_own() {
    #[rustfmt::skip]
    let table = [
        ("{properties: {a: false, b: {type: string}}}", json!({"b": "x"}), json!({"a": 1}), "a/absent"),
        ("{properties: {d: {properties: {a: false}}}}", json!({"d": {}}), json!({"d": {"a": {}}}), "d/a/absent"),
        ("{properties: {l: {type: array, items: {properties: {a: false}}}}}", json!({"l": [{}]}), json!({"l": [{"a": 1}]}), "l[]/a/absent"),
        ("{properties: {a: {$ref: '#/components/schemas/Never'}}}", json!({}), json!({"a": 1}), "a/absent"),
        ("{properties: {a: {allOf: [false]}}}", json!({}), json!({"a": 1}), "a/absent"),
        ("{properties: {l: {type: array, items: false}}}", json!({"l": []}), json!({"l": [1]}), "l/items"),
        ("{type: array, prefixItems: [{type: string}], items: false}", json!(["a"]), json!(["a", 1]), "items"),
        ("{properties: {d: {properties: {e: {type: object, additionalProperties: false}}}}}", json!({"d": {"e": {}}}), json!({"d": {"e": {"f": 1}}}), "d/e/additionalProperties"),
        ("{properties: {m: {additionalProperties: {properties: {n: {additionalProperties: false}}}}}}", json!({"m": {"k": {"n": {}}}}), json!({"m": {"k": {"n": {"x": 1}}}}), "m/*/n/additionalProperties"),
        ("{properties: {m: {additionalProperties: {$ref: '#/components/schemas/Never'}}}}", json!({"m": {}}), json!({"m": {"k": 1}}), "m/*/absent"),
        ("{properties: {a: {not: {}}}}", json!({}), json!({"a": 1}), "a/not"),
        ("{properties: {a: {not: true}}}", json!({}), json!({"a": 1}), "a/not"),
        ("{properties: {a: {not: {type: string}}}}", json!({"a": 1}), json!({"a": "x"}), "a/not"),
        ("{properties: {a: {oneOf: [{type: string}, false]}}}", json!({"a": "x"}), json!({"a": 1}), "a/type"),
        ("{properties: {a: {oneOf: [false, {type: string}]}}}", json!({"a": "x"}), json!({"a": 1}), "a/type"),
        ("{properties: {a: {anyOf: [{type: string}, {type: integer}, false]}}}", json!({"a": "x"}), json!({"a": true}), "a/anyOf"),
        ("{type: object, patternProperties: {'^x-': false}}", json!({"y": 1}), json!({"x-a": 1}), "patternProperties"),
        ("{type: object, unevaluatedProperties: false, properties: {a: {}}}", json!({"a": 1}), json!({"b": 1}), "unevaluatedProperties"),
        ("{type: object, propertyNames: false}", json!({}), json!({"b": 1}), "propertyNames"),
        ("{type: array, contains: false, minContains: 0}", json!([]), json!(5), "type"),
        ("{if: {required: [a]}, then: false}", json!({}), json!({"a": 1}), "if"),
        ("{dependentSchemas: {a: false}}", json!({}), json!({"a": 1}), "dependentSchemas"),
    ];
    for (schema, right, wrong, wanted) in table {
        let contract = load("3.1.0", schema, "    Never: false\n");
        assert_eq!(told(&contract), [""; 0], "{schema}");
        assert_eq!(broken(&contract, &right), [""; 0], "{schema}");
        assert_eq!(broken(&contract, &wrong), [wanted], "{schema}");
    }
    let contract = load("3.1.0", "{properties: {a: false}}", "");
    let clause = contract.clauses.find("a/200/body/a/absent").unwrap();
    let clause = contract.clauses.get(clause);
    let at = "/paths/~1a/get/responses/200/content/application~1json/schema/properties/a";
    assert_eq!((clause.pointer.as_str(), clause.mark.line), (at, 10));
    assert_eq!(clause.text, "`a` is absent, for its schema is `false`");
    assert_eq!(broken(&load("3.1.0", "false", ""), &json!(1)), ["absent"]);
}

#[test]
fn what_stands_beside_a_reference_counts_on_the_whole_way() {
    let schemas = "    A: {$ref: '#/components/schemas/B', minProperties: 2, required: [c], properties: {d: {type: string}}}
    B: {$ref: '#/components/schemas/C', maxProperties: 3}
    C: {type: object, properties: {c: {type: integer}, again: {$ref: '#/components/schemas/A'}}}
";
    for schema in [
        "{$ref: '#/components/schemas/A'}",
        "{type: object, properties: {again: {$ref: '#/components/schemas/A'}}}",
    ] {
        let contract = load("3.1.0", schema, schemas);
        for (body, wanted) in [
            (json!({"c": 1, "d": "x"}), None),
            (json!({"c": 1}), Some("minProperties")),
            (json!({"c": "x", "d": "x"}), Some("c/type")),
            (json!({"c": 1, "d": 2}), Some("d/type")),
            (json!({"x": 1, "d": "x"}), Some("c/required")),
            (
                json!({"c": 1, "d": "x", "e": 1, "f": 1}),
                Some("maxProperties"),
            ),
            (
                json!({"c": 1, "again": {"c": 1, "again": {"c": 1}}}),
                Some("again/minProperties"),
            ),
        ] {
            let (body, at) = match schema.contains("again") {
                true => (json!({"again": body}), "again/"),
                false => (body, ""),
            };
            let found = broken(&contract, &body);
            let found: Vec<&str> = found
                .iter()
                .map(|one| one.trim_start_matches("again/"))
                .collect();
            let wanted: Vec<&str> = wanted
                .iter()
                .map(|one| one.trim_start_matches("again/"))
                .collect();
            assert_eq!(found, wanted, "{at}: {body}");
        }
    }
    // In 3.0 it is ignored.
    let contract = load("3.0.3", "{$ref: '#/components/schemas/A'}", schemas);
    assert_eq!(broken(&contract, &json!({"c": "x"})), ["c/type"]);
    assert!(contract.clauses.find("a/200/body/minProperties").is_none());
}

/// So many schemas, each of which is made of what is said for each.
fn all_of_each(count: usize, one: impl Fn(usize, &dyn Fn(usize) -> String) -> String) -> String {
    let name = |n: usize| format!("{{$ref: '#/components/schemas/S{n}'}}");
    let schemas = (0..count).map(|n| format!("    S{n}: {}\n", one(n, &name)));
    schemas.collect()
}

#[test]
fn schemas_that_all_name_each_other_have_one_place_each() {
    let schemas = all_of_each(60, |_, name| {
        let members: Vec<String> = (0..60).map(|n| format!("s{n}: {}", name(n))).collect();
        format!(
            "{{type: object, properties: {{n: {{type: integer}}, {}}}}}",
            members.join(", ")
        )
    });
    let contract = load("3.1.0", "{$ref: '#/components/schemas/S0'}", &schemas);
    assert_eq!(told(&contract), [""; 0]);
    assert!(contract.clauses.len() < 200, "{}", contract.clauses.len());
    let body = json!({"s3": {"s9": {"s3": {"s59": {"n": "x"}}}}});
    let found = broken(&contract, &body);
    assert_eq!(found, ["s59/n/type"]);
}

#[test]
fn unions_of_each_other_end() {
    let schemas = all_of_each(30, |own, name| {
        let others: Vec<String> = (0..30).filter(|n| *n != own).map(name).collect();
        format!("{{oneOf: [{}]}}", others.join(", "))
    });
    let contract = load("3.1.0", "{$ref: '#/components/schemas/S0'}", &schemas);
    assert!(contract.clauses.len() < 200, "{}", contract.clauses.len());
    let told = told(&contract);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn what_is_composed_of_all_others_ends() {
    let schemas = all_of_each(30, |own, name| {
        let others: Vec<String> = (0..30).filter(|n| *n != own).map(name).collect();
        format!("{{allOf: [{}, {{type: object}}]}}", others.join(", "))
    });
    let contract = load("3.1.0", "{$ref: '#/components/schemas/S0'}", &schemas);
    assert_eq!(told(&contract), [""; 0]);
    assert!(contract.clauses.find("a/200/body/type").is_some());
    // A value of it has no end of schemas: that is said, and soon.
    contract.prepare(0);
    let [warning] = &contract.all_warnings()[..] else {
        panic!("one warning");
    };
    let said = warning.to_string();
    assert!(said.starts_with("t.yaml:"), "{said}");
    assert!(said.contains("unfold to more than"), "{said}");
    assert!(said.ends_with("; no answer is judged by it"), "{said}");
}

#[test]
fn a_long_way_of_references_is_no_circle() {
    let schemas = all_of_each(2_000, |own, name| match own {
        1_999 => "{type: string}".to_owned(),
        _ => name(own + 1),
    });
    let contract = load("3.1.0", "{$ref: '#/components/schemas/S0'}", &schemas);
    assert_eq!(told(&contract), [""; 0]);
    assert_eq!(broken(&contract, &json!(1)), ["type"]);
    let circle = all_of_each(1_000, |own, name| name((own + 1) % 1_000));
    let contract = load("3.1.0", "{$ref: '#/components/schemas/S0'}", &circle);
    let told = told(&contract);
    assert!(
        told.len() == 1 && told[0].contains("only leads back to itself"),
        "{told:?}"
    );
}

/// In a union the clause that is named is the keyword that is broken in the branch that is meant.
#[test]
fn what_is_broken_in_a_union_is_named_by_the_branch_that_fits() {
    const MONEY: &str = "anyOf: [{type: number, multipleOf: 0.01}, {type: string, maxLength: 3}]";
    const PARTS: &str = "anyOf: [{type: object, required: [a], properties: {a: {type: string}}}, {type: object, required: [b], properties: {b: {type: integer}}}]";
    for (version, schema, body, clause) in [
        (
            "3.0.3",
            format!("{{{MONEY}, nullable: true}}"),
            json!(20.005),
            "<0>/multipleOf",
        ),
        (
            "3.0.3",
            format!("{{{MONEY}, nullable: true}}"),
            json!("20.005"),
            "<1>/maxLength",
        ),
        (
            "3.0.3",
            format!("{{{MONEY}, nullable: true}}"),
            json!([]),
            "anyOf",
        ),
        (
            "3.0.3",
            format!("{{{MONEY}}}"),
            json!(20.005),
            "<0>/multipleOf",
        ),
        (
            "3.0.3",
            format!("{{{PARTS}}}"),
            json!({"a": 1}),
            "<0>/a/type",
        ),
        (
            "3.0.3",
            format!("{{{PARTS}}}"),
            json!({"b": "x"}),
            "<1>/b/type",
        ),
        ("3.0.3", format!("{{{PARTS}}}"), json!({}), "anyOf"),
    ] {
        let contract = load(version, &schema, "");
        assert_eq!(broken(&contract, &body), [clause], "{schema} {body}");
    }
}
