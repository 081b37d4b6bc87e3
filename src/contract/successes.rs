//! What the documented successes of an operation hold for the requests of others: their bodies, and the links that the
//! document itself draws (OpenAPI, "Link Object").

use super::schema::Body;
use super::subject::StatusKey;
use super::yaml::Node;
use super::{Contract, Operation, Response, pointer};

/// A value that a success of one operation has for a parameter of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The operation that is answered.
    pub from: usize,
    /// The operation that takes the value.
    pub to: usize,
    /// The name of its parameter.
    pub parameter: String,
    /// Where the value stands.
    pub value: LinkValue,
}

/// Where a link takes its value from (OpenAPI, "Runtime Expressions").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkValue {
    /// A place in the body.
    Body(String),
    /// A header.
    Header(String),
    /// A parameter of the request.
    Sent(String),
    /// The names of the members of an object in the body; no expression says so.
    Keys(String),
}

impl LinkValue {
    fn parse(expression: &str) -> Option<LinkValue> {
        let expression = expression.trim().strip_prefix('$')?;
        if let Some(at) = expression.strip_prefix("response.body#") {
            return Some(LinkValue::Body(at.to_owned()));
        }
        if let Some(name) = expression.strip_prefix("response.header.") {
            return Some(LinkValue::Header(name.to_owned()));
        }
        let sent = ["request.path.", "request.query."].into_iter();
        let mut sent = sent.filter_map(|prefix| expression.strip_prefix(prefix));
        sent.next().map(|name| LinkValue::Sent(name.to_owned()))
    }
}

impl Operation {
    /// The documented successes: those of 2xx statuses, else the default response.
    pub fn successes(&self) -> impl Iterator<Item = &Response> {
        let is_success = |response: &&Response| response.key.hundreds() == Some(2);
        let has_some = self.responses.iter().any(|one| is_success(&one));
        self.responses
            .iter()
            .filter(move |response| match has_some {
                true => is_success(response),
                false => response.key == StatusKey::Default,
            })
    }

    /// Whether what it only accepts can be followed by a link (RFC 9110, section 15.3.3).
    pub fn leads_on(&self) -> bool {
        let accepted = self.successes();
        let mut accepted = accepted.filter(|one| one.key == StatusKey::Exact(202));
        accepted.any(|one| {
            let mut headers = one.headers.iter();
            headers.any(|header| header.name.eq_ignore_ascii_case("location"))
        })
    }

    /// The schemas of their JSON bodies.
    pub fn success_bodies(&self) -> impl Iterator<Item = &Body> {
        let content = self.successes().flat_map(|response| &response.content);
        content.filter_map(|media| media.body.as_ref())
    }
}

impl Contract {
    /// All links of the document, in its order; one that cannot be read is left out.
    pub fn links(&self) -> Vec<Link> {
        let mut all = Vec::new();
        for (from, operation) in self.operations.iter().enumerate() {
            for response in operation.successes() {
                let at = pointer::join(&response.pointer, "links");
                let Some((links, _)) = self.document.at(&at) else {
                    continue;
                };
                for (name, entry) in links.as_mapping().into_iter().flatten() {
                    let at = pointer::join(&at, name);
                    let found = self.document.resolve(&entry.node, &at).ok();
                    all.extend(
                        found
                            .into_iter()
                            .flat_map(|found| self.link(from, found.node)),
                    );
                }
            }
        }
        all
    }

    fn link(&self, from: usize, node: &Node) -> Vec<Link> {
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let by_pointer = |reference: &str| {
            let tokens = pointer::tokens(reference.strip_prefix('#').map(|_| reference)?);
            let wanted = tokens
                .iter()
                .fold(String::new(), |base, one| pointer::join(&base, one));
            self.operations.iter().position(|one| one.pointer == wanted)
        };
        let to = text("operationId").and_then(|id| Some(self.operation(id)?.0));
        let Some(to) = to.or_else(|| text("operationRef").and_then(by_pointer)) else {
            return Vec::new();
        };
        let parameters = node.get("parameters").and_then(Node::as_mapping);
        let each = parameters.into_iter().flatten();
        each.filter_map(|(name, entry)| {
            // A name may be qualified by where the parameter goes.
            let bare = name
                .split_once('.')
                .filter(|(place, _)| ["path", "query", "header"].contains(place));
            Some(Link {
                from,
                to,
                parameter: bare.map_or(name.as_str(), |(_, bare)| bare).to_owned(),
                value: LinkValue::parse(entry.node.as_str()?)?,
            })
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_by_id_and_by_reference() {
        let text = r##"
paths:
  /pets:
    get:
      operationId: list
      responses:
        '200':
          description: All.
          headers: {X-First: {schema: {type: string}}}
          links:
            one: {operationId: read, parameters: {id: '$response.body#/0/id'}}
            first: {operationRef: '#/paths/~1pets~1{id}/get', parameters: {path.id: $response.header.X-First}}
            same: {$ref: '#/components/links/Same'}
            lost: {operationId: nobody, parameters: {id: $url}}
  /pets/{id}:
    get: {operationId: read, responses: {default: {description: One.}}}
components: {links: {Same: {operationId: list, parameters: {tag: $request.query.tag, fixed: 3}}}}
"##;
        let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
        let link = |to: usize, parameter: &str, value: LinkValue| Link {
            from: 0,
            to,
            parameter: parameter.to_owned(),
            value,
        };
        assert_eq!(
            contract.links(),
            [
                link(1, "id", LinkValue::Body("/0/id".to_owned())),
                link(1, "id", LinkValue::Header("X-First".to_owned())),
                link(0, "tag", LinkValue::Sent("tag".to_owned())),
            ]
        );
        let successes = |ix: usize| contract.operations[ix].successes().count();
        assert_eq!((successes(0), successes(1)), (1, 1));
    }
}
