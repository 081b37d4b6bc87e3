//! What a document says is meant where a part of a request is left out. A document that requires the part all the same
//! contradicts itself, and a server that fills it in breaks nothing.

use serde_json::Value;

use super::clause::Clause;
use super::described::is_conditional;
use super::parameter::Parameter;
use super::schema::{Body, DEFAULT_KEYWORD, said_at};
use super::subject::{Part, Place};
use super::yaml::Node;
use super::{Contract, Operation};

impl Contract {
    /// Whether the document says what is meant where a parameter is left out.
    pub fn has_default(&self, parameter: &Parameter) -> bool {
        let body = parameter.schema.as_ref();
        body.is_some_and(|body| self.gives_default(&body.schema.pointer))
    }

    /// What is meant where a parameter is left out, where the document says that.
    pub fn default_of(&self, parameter: &Parameter) -> Option<Value> {
        let at = &parameter.schema.as_ref()?.schema.pointer;
        let (own, _) = self.document.at(at)?;
        let meant = self.document.resolve(own, at).ok();
        let mut both = [Some(own), meant.map(|found| found.node)].into_iter();
        let given = both.find_map(|node| node?.get("default"))?;
        Some(given.to_json())
    }

    /// Whether it says what is meant where the very thing that a clause requires of a request is left out.
    pub fn assumes(&self, clause: &Clause) -> bool {
        let subject = &clause.subject;
        let is_required = subject.keyword == "required" && subject.status.is_none();
        let operation = self.operations.get(subject.operation);
        operation
            .filter(|_| is_required)
            .is_some_and(|operation| self.assumes_part(operation, &subject.part, &subject.place))
    }

    /// The plain members of the body of a request for which the document says what is meant where they are left out, each with
    /// that; without those that a server may have another value for.
    pub fn defaults_of_body(&self, operation: &Operation) -> Vec<(String, Value)> {
        let media = operation
            .request_body
            .as_ref()
            .and_then(|body| body.media());
        let Some(body) = media.and_then(|media| media.body.as_ref()) else {
            return Vec::new();
        };
        let nodes = &body.shape.nodes;
        let root = nodes.first().into_iter().flat_map(|root| &root.properties);
        let found = root.filter_map(|(name, &at)| {
            let pointer = &nodes[at].pointer;
            let (own, _) = self.document.at(pointer)?;
            let meant = self.document.resolve(own, pointer).ok()?.node;
            let both = [own, meant];
            let is_set = |node: &Node, key| node.get(key).and_then(Node::as_bool) == Some(true);
            let is_odd = |node: &Node| {
                let said = node.get("description").and_then(Node::as_str);
                let flags = ["readOnly", "writeOnly", "deprecated"];
                flags.into_iter().any(|key| is_set(node, key)) || said.is_some_and(is_conditional)
            };
            let default = both.iter().find_map(|node| node.get("default"))?.to_json();
            let is_plain = default.is_string() || default.is_number() || default.is_boolean();
            (is_plain && !both.into_iter().any(is_odd)).then(|| (name.to_string(), default))
        });
        found.collect()
    }

    fn assumes_part(&self, operation: &Operation, part: &Part, place: &Place) -> bool {
        let is_whole = place.steps().is_empty();
        match part {
            Part::Parameter(location, name) => {
                let parameter = operation.parameter(*location, name);
                parameter.is_some_and(|parameter| match (is_whole, &parameter.schema) {
                    (false, Some(body)) => self.assumes_at(body, place),
                    _ => self.has_default(parameter),
                })
            }
            Part::RequestBody => {
                let content = operation.request_body.iter();
                let content = content.flat_map(|body| &body.content);
                let mut bodies = content.filter_map(|media| media.body.as_ref());
                !is_whole && bodies.any(|body| self.assumes_at(body, place))
            }
            _ => false,
        }
    }

    fn assumes_at(&self, body: &Body, place: &Place) -> bool {
        let compiled = body.schema.get();
        let said = compiled.and_then(|compiled| said_at(compiled.schema(), place));
        // Within alternatives only the tree of places can tell.
        let mut nodes = body.shape.nodes.iter().filter(|node| node.place == *place);
        said.is_some_and(|said| said.contains_key(DEFAULT_KEYWORD))
            || nodes.any(|node| self.gives_default(&node.pointer))
    }

    /// Whether the schema there has a default, or what it refers to.
    fn gives_default(&self, pointer: &str) -> bool {
        let Some((own, _)) = self.document.at(pointer) else {
            return false;
        };
        let meant = self.document.resolve(own, pointer).ok();
        let mut both = [Some(own), meant.map(|found| found.node)].into_iter();
        both.any(|node| node.is_some_and(|node| node.get("default").is_some()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::contract::{Sent, SentBody};

    const HEAD: &str = "paths:
  /a:
    post:
      operationId: make
      parameters: [{name: q, in: query, required: true, schema: {type: string, default: x}}, {name: r, in: query, required: true, schema: {type: string}}]
      responses: {'201': {description: d}, '400': {description: d}}
      requestBody: {required: true, content: {application/json: {schema: ";

    const TAIL: &str = "}}}
components:
  schemas:
    Status: {type: string, default: new}
    Base: {type: object, properties: {status: {type: string}}}
";

    fn contract(version: &str, schema: &str) -> Contract {
        let text = format!("openapi: {version}\n{HEAD}{schema}{TAIL}");
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        contract.prepare(0);
        contract.prepare_requests(0);
        contract
    }

    /// Whether each of these clauses requires what has a default.
    fn assumed(contract: &Contract, ids: &[&str]) -> Vec<bool> {
        let clause = |id: &&str| contract.clauses.get(contract.clauses.find(id).unwrap());
        ids.iter().map(|id| contract.assumes(clause(id))).collect()
    }

    #[test]
    fn what_is_meant_by_a_member_that_is_left_out_is_plain_and_holds_for_everybody() {
        for (member, is_found) in [
            ("{type: integer, default: 40}", true),
            ("{$ref: '#/components/schemas/Status'}", true),
            ("{type: integer}", false),
            ("{type: integer, readOnly: true, default: 40}", false),
            ("{type: array, items: {type: integer}, default: []}", false),
            ("{type: string, nullable: true, default: null}", false),
            (
                "{type: integer, description: Depends on the plan., default: 40}",
                false,
            ),
        ] {
            let contract = contract(
                "3.0.3",
                &format!("{{type: object, properties: {{m: {member}}}}}"),
            );
            let found = contract.defaults_of_body(&contract.operations[0]);
            assert_eq!(found.len(), usize::from(is_found), "{member}: {found:?}");
        }
    }

    #[test]
    fn what_has_a_default_need_not_be_there() {
        let status = "make/body/status/required";
        for (version, schema, is_assumed) in [
            (
                "3.0.3",
                "{type: object, required: [status], properties: {status: {type: string, default: new}}}",
                true,
            ),
            (
                "3.0.3",
                "{type: object, required: [status], properties: {status: {type: string, example: new}}}",
                false,
            ),
            (
                "3.1.0",
                "{type: object, required: [status], properties: {status: {type: [string, 'null'], default: null}}}",
                true,
            ),
            (
                "3.0.3",
                "{type: object, required: [status], properties: {status: {$ref: '#/components/schemas/Status'}}}",
                true,
            ),
            (
                "3.0.3",
                "{type: object, required: [status], properties: {status: {allOf: [{type: string}], default: a}}}",
                true,
            ),
            (
                "3.0.3",
                "{type: object, required: [status], properties: {status: {allOf: [{$ref: '#/components/schemas/Status'}]}}}",
                true,
            ),
            (
                "3.0.3",
                "{required: [status], allOf: [{$ref: '#/components/schemas/Base'}, {properties: {status: {default: a}}}]}",
                true,
            ),
            (
                "3.0.3",
                "{required: [status], allOf: [{$ref: '#/components/schemas/Base'}]}",
                false,
            ),
        ] {
            let contract = contract(version, schema);
            assert_eq!(assumed(&contract, &[status]), [is_assumed], "{schema}");
        }
        let nested = "{type: object, properties: {of: {type: object, required: [n, m], properties: {n: {type: integer, default: 3}, m: {type: integer}}}}}";
        let ids = [
            "make/body/of/n/required",
            "make/body/of/m/required",
            "make/query/q/required",
            "make/query/r/required",
            "make/body/required",
        ];
        let contract = contract("3.0.3", nested);
        assert_eq!(assumed(&contract, &ids), [true, false, true, false, false]);
        let why = |id: &str| {
            let clause = contract.clauses.find(id).unwrap();
            contract.why_not_broken(contract.clauses.get(clause))
        };
        assert!(why(ids[0]).is_some_and(|why| why.contains("default")));
        assert_eq!((why(ids[2]).is_some(), why(ids[1])), (true, None));
    }

    #[test]
    fn a_body_of_others_that_leaves_out_what_has_a_default_is_right() {
        let schema = "{type: object, required: [status, name], properties: {status: {type: string, default: new}, name: {type: string}}}";
        let contract = contract("3.0.3", schema);
        for (body, broken) in [
            ("{\"name\": \"a\"}", &[][..]),
            ("{\"name\": 3}", &["make/body/name/type"]),
            ("{}", &["make/body/name/required"]),
        ] {
            let query = ["q", "r"].map(|name| (name.to_owned(), "x".to_owned()));
            let sent = Sent {
                query: &query,
                headers: &[],
                knows_headers: false,
                path: &BTreeMap::new(),
                body: SentBody::Bytes("application/json", body.as_bytes()),
            };
            let found = sent.broken(&contract, &contract.operations[0]).unwrap();
            let ids = found.iter().map(|one| contract.clauses.get(*one).id());
            assert_eq!(ids.collect::<Vec<_>>(), broken, "{body}");
        }
    }
}
