//! Which orders the words of a document promise.

use super::promised::promised;
use super::things;

fn found(text: &str, more: &str) -> Option<String> {
    const PROPERTIES: &str = "id: {type: integer}, name: {type: string}, family_name: {type: string}, created_at: {type: string, format: date-time}";
    let operation = format!("description: {text:?}");
    let contract = things::list(&operation, &format!("{PROPERTIES}{more}"));
    let found = promised(&contract, &contract.operations[0])?;
    let (_, member) = found.at.rsplit_once('/').unwrap();
    Some(format!("{member} {:?}", found.order[0]))
}

#[test]
fn a_promised_order_names_a_member() {
    for (text, wanted) in [
        (
            "The things, sorted by name, A to Z, unless `sort` says otherwise.",
            "name Ascending",
        ),
        (
            "Things, newest first (by `created_at`).",
            "created_at Descending",
        ),
        (
            "Sorted by `created_at`, newest first.",
            "created_at Descending",
        ),
        ("The things in the order of their names.", "name Either"),
        (
            "All. Unless `sort` says otherwise they are sorted by `name`, ascending.",
            "name Ascending",
        ),
        (
            "Sorted by family name, ascending. The link leads on.",
            "family_name Ascending",
        ),
        (
            "Things in alphabetical order of their names (`name`), unless asked.",
            "name Ascending",
        ),
        ("Ordered by descending id.", "id Descending"),
        ("All things by ascending id", "id Ascending"),
        (
            "All things, sorted by creation date, with the most recently created first.",
            "created_at Descending",
        ),
        (
            "Sorted by creation time, the oldest first",
            "created_at Ascending",
        ),
        ("Sorted by creation date", "created_at Either"),
        ("All things, newest first.", "created_at Descending"),
        ("All things; oldest first", "created_at Ascending"),
        ("Most recent first.", "created_at Descending"),
        ("Sorted by name", "name Either"),
        ("Sorted by name, newest first", "name Either"),
        ("Sorted by id, then by name descending", "id Either"),
        ("Sorted by id and name, descending", "id Either"),
    ] {
        assert_eq!(found(text, "").as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn what_may_be_an_order_is_none() {
    for (text, more) in [
        ("All things.", ""),
        ("Can be sorted by name.", ""),
        ("The order is not sorted by name.", ""),
        ("Usually sorted by name.", ""),
        ("Sorted by name or id.", ""),
        ("Sorted by popularity.", ""),
        ("The newest first 10.", ""),
        (
            "Newest first.",
            ", published_at: {type: string, format: date-time}",
        ),
        ("Sorted by name. Sorted by id.", ""),
        ("Sorted by relevance, then name.", ""),
        ("Pinned things, then newest first.", ""),
    ] {
        assert_eq!(found(text, more), None, "{text}");
    }
    let later = ", updated_at: {type: string, format: date-time}";
    assert!(found("Newest first.", later).is_some());
}

/// The order that a list of such things promises, by its operation.
fn promise(operation: &str, properties: &str) -> Option<String> {
    let contract = things::list(operation, properties);
    let found = promised(&contract, &contract.operations[0])?;
    let (_, member) = found.at.rsplit_once('/').unwrap();
    Some(format!("{member} {:?}", found.order[0]))
}

#[test]
fn what_is_earliest_begins_first_and_a_number_may_be_the_moment() {
    const DAY: &str = "{type: string, format: date}";
    for (text, properties, wanted) in [
        (
            "All, the earliest first",
            format!("from: {DAY}, to: {DAY}"),
            Some("from Ascending"),
        ),
        (
            "All, the earliest first",
            format!("ends_on: {DAY}, starts_on: {DAY}"),
            Some("starts_on Ascending"),
        ),
        (
            "All, the earliest first",
            format!("from: {DAY}, to: {DAY}, paid: {DAY}"),
            None,
        ),
        (
            "All, the earliest first",
            format!("paid: {DAY}, due: {DAY}"),
            None,
        ),
        (
            "All, the earliest 10",
            format!("from: {DAY}, to: {DAY}"),
            None,
        ),
        (
            "Sorted by creation date, the most recent first.",
            "created: {type: integer}".to_owned(),
            Some("created Descending"),
        ),
    ] {
        let operation = format!("description: {text:?}");
        let found = promise(&operation, &properties);
        assert_eq!(found.as_deref(), wanted, "{text} {properties}");
    }
}

#[test]
fn what_a_parameter_that_sorts_has_by_default_is_the_order_of_the_list() {
    const TURN: &str =
        "{name: order, in: query, schema: {type: string, enum: [asc, desc], default: desc}}";
    for (parameters, wanted) in [
        (
            "{name: sort, in: query, description: 'Default is by `name` ascending.', schema: {type: string, enum: ['name,asc', 'id,asc']}}",
            Some("name Ascending"),
        ),
        (
            "{name: orderBy, in: query, description: 'How to order: `name` or `id`, with ` desc` after it for descending order. The default is `name`.', schema: {type: string}}",
            Some("name Ascending"),
        ),
        (
            "{name: sort, in: query, schema: {type: string, enum: [name, id], default: name}}",
            Some("name Either"),
        ),
        (
            "{name: sort, in: query, schema: {type: string, enum: [-name, name], default: -name}}",
            Some("name Descending"),
        ),
        (
            &format!(
                "{{name: sort, in: query, schema: {{type: string, enum: [name, id], default: name}}}}, {TURN}"
            ),
            Some("name Descending"),
        ),
        (
            "{name: sort, in: query, description: 'By default the order is not defined.', schema: {type: string, enum: [name, id]}}",
            None,
        ),
        (
            "{name: sort, in: query, description: 'Only a hint. The default is `name`.', schema: {type: string, enum: [name, id]}}",
            None,
        ),
        (
            "{name: filter, in: query, description: 'The default is `name`.', schema: {type: string}}",
            None,
        ),
    ] {
        let operation = format!("parameters: [{parameters}]");
        let found = promise(&operation, "id: {type: integer}, name: {type: string}");
        assert_eq!(found.as_deref(), wanted, "{parameters}");
    }
}
