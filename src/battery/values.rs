//! The values that a document itself gives for a valid request, and what it says of the places in a body.

use serde_json::Value;

use crate::contract::yaml::Node;
use crate::contract::{Document, Parameter};

/// The value that the document gives for a parameter.
pub fn of_parameter(document: &Document, parameter: &Parameter) -> Option<Value> {
    let (node, _) = document.at(&parameter.pointer)?;
    example(document, node)
}

/// `example`, the first of `examples`, or what the schema gives: an example, its default, its only or first value.
fn example(document: &Document, node: &Node) -> Option<Value> {
    let first = |node: &Node| {
        let named = node.as_mapping().and_then(|map| map.first());
        named.and_then(|(_, entry)| {
            follow(document, &entry.node)?
                .get("value")
                .map(Node::to_json)
        })
    };
    let own = node.get("example").map(Node::to_json);
    let own = own.or_else(|| node.get("examples").and_then(first));
    own.or_else(|| {
        // A parameter of Swagger 2.0 is its own schema.
        let schema = follow(document, node.get("schema").unwrap_or(node))?;
        let listed = |key: &str| schema.get(key).and_then(Node::as_sequence)?.first();
        let found = schema
            .get("example")
            .or_else(|| listed("examples"))
            .or_else(|| schema.get("default"))
            .or_else(|| schema.get("const"))
            .or_else(|| listed("enum"));
        found.map(Node::to_json)
    })
}

/// Whether a schema has a place, and of which type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// It is described; the type, where one is named.
    Described(Option<String>),
    /// The schema is silent: anything may stand there.
    Open,
    /// The schema describes other members here, and not this one.
    Unknown,
}

/// The levels of nesting and branching that are looked through.
const DEEPEST: usize = 32;

/// What the schema says of the place at these tokens.
pub(super) fn reach(
    document: &Document,
    schema: &Node,
    tokens: &[String],
    depth: usize,
) -> Reached {
    let Some(schema) = follow(document, schema).filter(|_| depth < DEEPEST) else {
        return Reached::Open;
    };
    let Some((token, rest)) = tokens.split_first() else {
        return Reached::Described(schema.get("type").and_then(Node::as_str).map(str::to_owned));
    };
    let branches = ["allOf", "oneOf", "anyOf"].into_iter();
    let branches = branches
        .filter_map(|key| schema.get(key)?.as_sequence())
        .flatten();
    let mut found: Vec<Reached> = branches
        .map(|branch| reach(document, branch, tokens, depth + 1))
        .collect();
    let properties = schema.get("properties");
    let items = schema
        .get("items")
        .filter(|_| token.parse::<usize>().is_ok());
    let member = properties.and_then(|map| map.get(token)).or(items);
    match member.or_else(|| {
        schema
            .get("additionalProperties")
            .filter(|node| node.as_mapping().is_some())
    }) {
        Some(member) => found.push(reach(document, member, rest, depth + 1)),
        None if properties.is_some() || schema.get("items").is_some() => {
            found.push(Reached::Unknown)
        }
        None if found.is_empty() => found.push(Reached::Open),
        None => {}
    }
    let best = found
        .iter()
        .position(|one| matches!(one, Reached::Described(_)));
    let best = best.or_else(|| found.iter().position(|one| *one == Reached::Open));
    best.map_or(Reached::Unknown, |n| found.swap_remove(n))
}

fn follow<'d>(document: &'d Document, node: &'d Node) -> Option<&'d Node> {
    document.resolve(node, "").ok().map(|found| found.node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::pointer;

    #[test]
    fn a_place_is_found_through_references_and_branches() {
        let text = "s: {allOf: [{$ref: '#/t'}, {properties: {id: {type: integer}}}]}\n\
                    t: {properties: {a: {type: array, items: {properties: {b: {type: string}}}}, any: {}}}\n";
        let document = Document::parse("t.yaml", text.to_owned()).unwrap();
        let (schema, _) = document.at("/s").unwrap();
        let reached = |at: &str| reach(&document, schema, &pointer::tokens(at), 0);
        let described = |word: &str| Reached::Described(Some(word.to_owned()));
        assert_eq!(reached("/id"), described("integer"));
        assert_eq!(reached("/a/0/b"), described("string"));
        assert_eq!(reached("/a/0/c"), Reached::Unknown);
        assert_eq!(reached("/nobody"), Reached::Unknown);
        assert_eq!(reached("/any/thing"), Reached::Open);
    }
}
