//! Schemas that are called by name: what references to them mean, where their clauses stand, and what is told of names
//! that lead nowhere.

use serde_json::{Value, json};

use crate::contract::{Contract, Warning};

/// A contract with one operation whose answer is this schema, beside these schemas.
fn load(schema: &str, schemas: &str) -> Contract {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n          \
         description: ok\n          content: {{application/json: {{schema: {schema}}}}}\ncomponents:\n  schemas:\n{schemas}"
    );
    Contract::load("t.yaml", text, &[]).unwrap()
}

fn told(contract: &Contract) -> Vec<String> {
    contract.warnings.iter().map(Warning::to_string).collect()
}

/// The clauses that a body breaks, without what all begin with.
fn broken(contract: &Contract, body: &Value) -> Vec<String> {
    contract.prepare(0);
    let body_of = contract.operations[0].responses[0].content[0].body.as_ref();
    let own = body_of.unwrap();
    let compiled = own.schema.get().unwrap();
    let found = compiled.violations_at(&own.shape, 0, body).into_iter();
    found
        .map(|one| {
            let tail = one.clause.map(|clause| contract.clauses.get(clause).tail());
            tail.unwrap_or("none").replacen("200/body/", "", 1)
        })
        .collect()
}

/// The line and the pointer of a clause.
fn place(contract: &Contract, tail: &str) -> (u64, String) {
    let ix = contract.clauses.find(&format!("a/200/body/{tail}"));
    let clause = contract.clauses.get(ix.unwrap_or_else(|| panic!("{tail}")));
    (clause.mark.line, clause.pointer.clone())
}

#[test]
fn an_anchor_names_a_schema() {
    let schemas = "    Pet: {$anchor: pet, type: object, properties: {name: {$ref: '#name'}, mate: {$ref: '#pet'}}}\n    \
                   Name:\n      $anchor: name\n      type: string\n";
    let contract = load("{type: array, items: {$ref: '#pet'}}", schemas);
    assert_eq!(told(&contract), [""; 0]);
    let body = json!([{"name": "Rex"}, {"name": 5}, {"mate": {"mate": {"name": 7}}}]);
    assert_eq!(broken(&contract, &body), ["[]/name/type"; 2]);
    let name = "/components/schemas/Name/type".to_owned();
    assert_eq!(place(&contract, "[]/name/type"), (16, name));
}

#[test]
fn an_id_is_the_base_of_what_stands_below_and_a_name_for_it() {
    let schemas = "    Pet:
      $id: https://example.com/schemas/pet
      type: object
      properties: {owner: {$ref: person}, tag: {$ref: '#/$defs/tag'}, kind: {$ref: '#kind'}, self: {$ref: '#'}}
      $defs:
        tag: {type: integer}
        kind: {$anchor: kind, enum: [cat, dog]}
    Person:
      $id: https://example.com/schemas/person
      type: object
      properties: {pets: {type: array, items: {$ref: 'pet#kind'}}, pet: {$ref: 'https://example.com/schemas/pet'}}
    tag: {type: string}
";
    for schema in [
        "{$ref: '#/components/schemas/Pet'}",
        "{$ref: 'https://example.com/schemas/pet'}",
    ] {
        let contract = load(schema, schemas);
        assert_eq!(told(&contract), [""; 0]);
        let body = json!({"tag": "x", "kind": "cow", "owner": {"pets": ["cow"], "pet": 5}, "self": {"tag": 1}});
        let mut found = broken(&contract, &body);
        found.sort();
        assert_eq!(
            found,
            ["kind/enum", "owner/pets[]/enum", "tag/type", "type"]
        );
        let tag = "/components/schemas/Pet/$defs/tag/type".to_owned();
        assert_eq!(place(&contract, "tag/type"), (18, tag));
    }
}

/// The example of OpenAPI 3.1.1, section 4.8.24.8 ("Generic (Template) Data Structures").
#[test]
fn a_dynamic_reference_means_another_schema_for_each_way_to_it() {
    let schemas = "    Generic:
      $id: fully_generic_array
      type: array
      items: {$dynamicRef: '#generic-array'}
      $defs: {allowAll: {$dynamicAnchor: generic-array}}
    Numbers:
      $id: array_of_numbers
      $ref: fully_generic_array
      $defs:
        numbersOnly: {$dynamicAnchor: generic-array, type: number}
    Strings:
      $id: array_of_strings
      $ref: fully_generic_array
      $defs: {stringsOnly: {$dynamicAnchor: generic-array, type: string}}
";
    let contract = load(
        "{properties: {n: {$ref: array_of_numbers}, s: {$ref: '#/components/schemas/Strings'}, g: {$ref: fully_generic_array}}}",
        schemas,
    );
    assert_eq!(told(&contract), [""; 0]);
    let right = json!({"n": [1, 2.5], "s": ["a"], "g": [1, "a", null]});
    assert_eq!(broken(&contract, &right), [""; 0]);
    let body = json!({"n": [1, "a"], "s": [1, "a"], "g": 5});
    assert_eq!(broken(&contract, &body), ["n[]/type", "s[]/type", "g/type"]);
    let at = "/components/schemas/Numbers/$defs/numbersOnly/type";
    assert_eq!(place(&contract, "n[]/type"), (22, at.to_owned()));
    // What one way alone means stands where the document says it.
    let at = "/components/schemas/Generic/type";
    assert_eq!(place(&contract, "n/type"), (15, at.to_owned()));
    assert_eq!(place(&contract, "g/type"), (15, at.to_owned()));
}

/// JSON Schema 2020-12, appendix C: a tree that is extended, all the way down.
#[test]
fn a_tree_is_extended_in_all_its_nodes() {
    let schemas = "    Tree:
      $id: tree
      $dynamicAnchor: node
      type: object
      properties: {data: {type: integer}, children: {type: array, items: {$dynamicRef: '#node'}}}
    Strict:
      $id: strict-tree
      $dynamicAnchor: node
      $ref: tree
      unevaluatedProperties: false
";
    let body = json!({"children": [{"data": 1, "daat": 2, "children": [{"daat": 1}]}]});
    let strict = load("{$ref: strict-tree}", schemas);
    assert_eq!(told(&strict), [""; 0]);
    let found = broken(&strict, &body);
    assert!(
        !found.is_empty()
            && found
                .iter()
                .all(|one| one.ends_with("unevaluatedProperties")),
        "{found:?}"
    );
    let plain = load("{$ref: tree}", schemas);
    assert_eq!(broken(&plain, &body), [""; 0]);
    assert_eq!(
        broken(
            &plain,
            &json!({"children": [{"children": [{"data": "x"}]}]})
        ),
        ["data/type"]
    );
}

#[test]
fn where_nothing_around_has_its_anchor_a_dynamic_reference_is_a_reference() {
    let schemas = "    Node: {$dynamicAnchor: node, type: object, properties: {next: {$dynamicRef: '#node'}, n: {$ref: '#n', $dynamicRef: '#m'}}}\n    \
                   N: {$anchor: n, type: integer}\n    M: {$anchor: m, minimum: 3}\n";
    let contract = load("{$ref: '#node'}", schemas);
    assert_eq!(told(&contract), [""; 0]);
    assert_eq!(broken(&contract, &json!({"next": {"next": 5}})), ["type"]);
    assert_eq!(broken(&contract, &json!({"n": 2})), ["n/minimum"]);
    assert_eq!(broken(&contract, &json!({"n": 3.5})), ["n/type"]);
}

#[test]
fn what_is_wrong_with_a_name_is_told() {
    #[rustfmt::skip]
    let table = [
        ("    A: {$ref: '#nobody'}\n", 13, "neither a pointer"),
        ("    A: {$dynamicRef: '#nobody'}\n", 13, "neither a pointer"),
        ("    A: {$dynamicRef: '#/nowhere'}\n", 13, "leads nowhere in this document"),
        ("    A: {$ref: 'https://example.com/nobody'}\n", 13, "nothing is fetched"),
        ("    A: {allOf: [{$anchor: x}, {$anchor: x, minLength: 3}, {$ref: '#x'}]}\n", 13, "in line 13 and in line 13"),
        ("    A: {allOf: [{$dynamicAnchor: x}, {$dynamicAnchor: x}, {$dynamicRef: '#x'}]}\n", 13, "leads to two places"),
        ("    A: {$id: 'a b'}\n", 13, "is not the URI of a schema"),
        ("    A: {$id: b}\n    B: {$id: b}\n", 14, "is called `file:///b` already"),
        ("    A: {$id: a, $ref: '#/components/schemas/B', anyOf: [{$ref: '#/components/schemas/B'}]}\n    B: {}\n", 13, "read from the root of the file"),
    ];
    for (schemas, line, words) in table {
        let contract = load("{$ref: '#/components/schemas/A'}", schemas);
        let [warning] = &contract.warnings[..] else {
            panic!("{schemas}{:?}", told(&contract));
        };
        assert!(
            warning.wrong.line == line && warning.to_string().contains(words),
            "{warning}"
        );
        assert_eq!(broken(&contract, &json!({"any": "value"})), [""; 0]);
    }
}

#[test]
fn what_only_looks_like_a_name_is_none() {
    let schemas = "    A:
      type: object
      properties: {$id: {type: string}, $ref: {type: string}, $anchor: {enum: [x]}, example: {$anchor: x}}
      example: {$id: https://other.example/, $anchor: x}
      x-more: {$anchor: x}
";
    let contract = load("{$ref: '#/components/schemas/A'}", schemas);
    assert_eq!(told(&contract), [""; 0]);
    let body = json!({"$id": 5, "$ref": 5, "$anchor": "y"});
    assert_eq!(
        broken(&contract, &body),
        ["$id/type", "$ref/type", "$anchor/enum"]
    );
}
