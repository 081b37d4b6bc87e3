//! Values that keep a schema.

use serde_json::{Map, Value, json};

use super::room;
use super::values::{bodies, fullest, sample, smallest};

#[test]
fn a_sample_keeps_its_schema() {
    let schema = json!({
        "allOf": [{"$ref": "#/$defs/a"}, {"properties": {"list": {"items": {"properties": {"n": {"type": "integer", "minimum": 3}}}}}}],
        "$defs": {"a": {"type": "object", "required": ["list"], "properties": {"list": {"type": "array", "minItems": 2, "items": {"type": "object"}}, "u": {"type": ["string", "null"], "format": "uri"}}}}
    });
    let value = sample(&schema, &schema);
    assert_eq!(
        value,
        json!({"list": [{"n": 3}, {"n": 3}], "u": "https://example.com/x"})
    );
}

#[test]
fn the_smallest_value_has_what_is_required_and_the_documents_own_values() {
    let schema = json!({
        "type": "object",
        "required": ["name", "size", "tags"],
        "properties": {
            "name": {"type": "string", "x-conform-value": "Ada", "minLength": 2, "maxLength": 3},
            "size": {"type": "integer", "exclusiveMinimum": 4, "multipleOf": 5},
            "tags": {"type": "array", "items": {"type": "string"}},
            "note": {"type": "string"}
        }
    });
    let all = smallest(&schema);
    assert_eq!(all[0], json!({"name": "Ada", "size": 5, "tags": []}));
    assert_eq!(all[1]["name"], json!("x-1"));
}

#[test]
fn lists_within_lists_have_one_room_for_all_of_them() {
    let list = |items: Value| json!({"type": "array", "minItems": 1000, "items": items});
    let text = json!({"type": "string", "minLength": 100});
    let (once, thrice) = (list(text.clone()), list(list(list(text))));
    for value in smallest(&thrice).iter().chain(&bodies(&thrice)) {
        assert!(value.is_null());
    }
    assert!(sample(&thrice, &thrice).is_null() && fullest(&thrice).is_null());
    assert_eq!(sample(&once, &once).as_array().map(Vec::len), Some(1000));
    let given = json!({"type": "string", "x-conform-value": "a".repeat(10_000)});
    let all = (0..100).map(|n| (format!("p{n}"), given.clone()));
    let wide = json!({"type": "object", "properties": all.collect::<Map<_, _>>()});
    let made = fullest(&wide);
    assert!(room::bytes(&made, usize::MAX) < 2 * room::MOST);
    let names: Vec<String> = (0..1_000_000).map(|n| format!("m{n}")).collect();
    let many = json!({"type": "object", "required": names});
    assert!(smallest(&many).iter().all(Value::is_null));
}

#[test]
fn a_range_ends_after_it_begins_unless_the_document_says_otherwise() {
    let moment = json!({"type": "string", "format": "date-time"});
    let schema = |end: Value| {
        json!({"type": "object", "required": ["startsAt", "endsAt", "min", "max"], "properties": {
            "startsAt": moment, "endsAt": end, "min": {"type": "integer"}, "max": {"type": "integer", "maximum": 9}}})
    };
    let made = bodies(&schema(moment.clone()));
    assert_eq!(made[0]["endsAt"], json!("2037-01-02T15:04:05Z"));
    assert_eq!((&made[0]["min"], &made[0]["max"]), (&json!(1), &json!(2)));
    let said =
        json!({"type": "string", "format": "date-time", "x-conform-value": "2005-01-01T00:00:00Z"});
    assert_eq!(
        bodies(&schema(said))[0]["endsAt"],
        json!("2005-01-01T00:00:00Z")
    );
}

#[test]
fn bodies_have_what_is_required_then_more_and_never_what_only_an_answer_has() {
    let schema = json!({
        "type": "object",
        "x-conform-value": {"id": 7, "name": "Rex", "tags": []},
        "required": ["name"],
        "properties": {
            "id": {"type": "integer", "x-conform-left-out": true},
            "name": {"type": "string", "x-conform-value": "Ada"},
            "size": {"type": "integer", "minimum": 3},
            "tags": {"type": "array"},
            "any": {}
        }
    });
    let all = bodies(&schema);
    assert_eq!(all[0], json!({"name": "Ada"}));
    assert_eq!(all[1], json!({"id": 7, "name": "Rex", "tags": []}));
    assert_eq!(all[2], json!({"name": "Ada", "size": 3}));
    assert_eq!(all[3], json!({"name": "text"}));
}

#[test]
fn the_smallest_value_keeps_bounds_counts_and_alternatives() {
    let table = [
        (json!({"type": "integer", "minimum": 0.5}), json!(1)),
        (json!({"type": "integer", "exclusiveMinimum": 4}), json!(5)),
        (
            json!({"type": "integer", "exclusiveMaximum": -3}),
            json!(-4),
        ),
        (
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
            json!(0.5),
        ),
        (
            json!({"type": "integer", "multipleOf": 5, "maximum": 3}),
            json!(0),
        ),
        (
            json!({"type": "integer", "minimum": 1, "exclusiveMinimum": 1}),
            json!(2),
        ),
        (
            json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": {"enum": ["a", "b"]}}),
            json!(["a", "b"]),
        ),
        (
            json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "string"}}),
            json!(["text", "text1"]),
        ),
        (
            json!({"type": "object", "minProperties": 1, "properties": {"a": {"type": "boolean"}, "b": {}}}),
            json!({"a": true}),
        ),
        (
            json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "boolean"}}}),
            json!({"a": true, "b": "text"}),
        ),
        (
            json!({"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}}),
            json!({"key1": 1, "key2": 1}),
        ),
        (
            json!({"type": "object", "required": ["a"], "additionalProperties": false}),
            json!({}),
        ),
    ];
    for (schema, wanted) in table {
        assert_eq!(smallest(&schema)[0], wanted, "{schema}");
    }
    let either = json!({"oneOf": [{"type": "integer"}, {"type": "boolean"}]});
    assert_eq!(smallest(&either), [json!(1), json!(true)]);
}
