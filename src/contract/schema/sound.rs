//! Whether a keyword's value is what JSON Schema wants it to be. What is not is told once and takes no part: the
//! schema is read as if the keyword were not there.

use crate::contract::yaml::{Node, NodeValue};

/// The types of JSON Schema.
const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// The types that a `type` names, those that there are, each once.
pub fn known_types(value: &Node) -> Vec<String> {
    let list = value.as_sequence();
    let all = list.unwrap_or(std::slice::from_ref(value)).iter();
    let mut known: Vec<String> = Vec::new();
    for name in all {
        let name = match &name.value {
            NodeValue::String(name) => name.as_str(),
            NodeValue::Null => "null",
            _ => continue,
        };
        if TYPES.contains(&name) && !known.iter().any(|one| one == name) {
            known.push(name.to_owned());
        }
    }
    known
}

/// What is wrong with the value of a keyword; `None` where nothing is, and for what is no keyword.
pub(super) fn flaw(key: &str, value: &Node) -> Option<String> {
    let is_schema = |node: &Node| node.as_mapping().is_some() || node.as_bool().is_some();
    let is_list =
        |of: fn(&Node) -> bool| value.as_sequence().is_some_and(|list| list.iter().all(of));
    let is_text = |node: &Node| node.as_str().is_some();
    let number = || match &value.value {
        NodeValue::Number(number) => number.as_f64(),
        _ => None,
    };
    let in_list = value.as_sequence().unwrap_or_default().iter();
    let other = in_list.clone().find(|node| !is_text(node));
    if let ("required", Some(other)) = (key, other) {
        let what = other.kind();
        return Some(format!(
            "`required` must be a list of names, and {what} stands in it"
        ));
    }
    let (is_sound, wanted) = match key {
        "type" => return unknown_type(value),
        "enum" => (
            value.as_sequence().is_some_and(|list| !list.is_empty()),
            "a list of values",
        ),
        "required" => (is_list(is_text), "a list of names"),
        "format" => (is_text(value), "a name"),
        "pattern" => (is_text(value), "a text"),
        "uniqueItems" => (value.as_bool().is_some(), "true or false"),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => (
            number().is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
            "a whole number that is not negative",
        ),
        "minimum" | "maximum" => (number().is_some(), "a number"),
        "exclusiveMinimum" | "exclusiveMaximum" => (
            number().is_some() || value.as_bool().is_some(),
            "a number, or in 3.0 true or false",
        ),
        "multipleOf" => (number().is_some_and(|step| step > 0.0), "a number above 0"),
        "properties" | "patternProperties" | "dependentSchemas" => (
            value.as_mapping().is_some(),
            "a mapping from name to schema",
        ),
        "dependentRequired" => {
            let lists = value
                .as_mapping()
                .map(|map| map.values().map(|entry| &entry.node));
            let is_names = |list: &Node| {
                list.as_sequence()
                    .is_some_and(|list| list.iter().all(is_text))
            };
            (
                lists.is_some_and(|mut lists| lists.all(is_names)),
                "a mapping from name to a list of names",
            )
        }
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => (
            value.as_sequence().is_some_and(|list| !list.is_empty()),
            "a list of schemas",
        ),
        "items"
        | "additionalProperties"
        | "not"
        | "contains"
        | "propertyNames"
        | "if"
        | "then"
        | "else"
        | "unevaluatedItems"
        | "unevaluatedProperties" => (is_schema(value), "a schema"),
        _ => return None,
    };
    (!is_sound).then(|| format!("`{key}` must be {wanted}, and this is {}", said(value)))
}

fn unknown_type(value: &Node) -> Option<String> {
    let named = value.as_sequence().map_or(1, <[Node]>::len);
    let known = known_types(value);
    if known.len() == named && named > 0 {
        return None;
    }
    let what = said(value);
    Some(format!(
        "`type` must be one or several of {}, and this is {what}",
        TYPES.join(", ")
    ))
}

/// A value as a message shows it.
fn said(value: &Node) -> String {
    match &value.value {
        NodeValue::Mapping(_) => value.kind().to_owned(),
        NodeValue::Sequence(list) if list.is_empty() => "an empty list".to_owned(),
        NodeValue::Sequence(_) => value.kind().to_owned(),
        _ => format!("`{}`", value.to_json().to_string().trim_matches('"')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::yaml::parse;

    #[test]
    fn what_a_keyword_may_not_be_is_told() {
        let flawed = "type: file\ntype : [string, any]\npattern: 5\nenum: []\nenum : x\nrequired: true\nminLength: '5'\n\
                      maxItems: -1\nmultipleOf: 0\nminimum: '1'\nuniqueItems: 'yes'\nproperties: []\nitems: [a]\nallOf: []\n\
                      oneOf: {}\nformat: 5\nadditionalProperties: 'false'\npatternProperties: x\ndependentRequired: {a: b}\n";
        for line in flawed.lines() {
            let node = parse(line).unwrap();
            let (key, entry) = node.as_mapping().unwrap().iter().next().unwrap();
            assert!(flaw(key, &entry.node).is_some(), "{line}");
        }
        let sound = "type: string\ntype: [string, null]\npattern: '^\\d{3}$'\nenum: [1]\nrequired: []\nminLength: 5.0\nminimum: -1\n\
                     exclusiveMinimum: true\nuniqueItems: false\nitems: {}\nitems: true\nx-other: 5\ndescription: 7\n";
        for line in sound.lines() {
            let node = parse(line).unwrap();
            let (key, entry) = node.as_mapping().unwrap().iter().next().unwrap();
            assert_eq!(flaw(key, &entry.node), None, "{line}");
        }
    }
}
