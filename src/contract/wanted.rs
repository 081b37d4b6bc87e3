//! What a document wants to be sent as `Accept`. OpenAPI takes no notice of a parameter of that name ("Parameter Object"),
//! and yet some servers refuse a request without the value that it documents.

use super::Operation;
use super::document::Located;
use super::enumerate::Builder;
use super::pointer;
use super::yaml::Node;

impl Operation {
    /// What is sent as `Accept`, where not everything will do: what a required parameter says; else the media types of its
    /// successes, where none is JSON.
    pub fn accepted(&self) -> Option<String> {
        let mut own = self.wanted.iter();
        let is_answered = |text: &&String| {
            let mut content = self.successes().flat_map(|one| &one.content);
            content.any(|media| media.covers(text))
        };
        let answered = own.clone().find(is_answered);
        let json = || self.wanted.iter().find(|text| text.contains("json"));
        let wanted = answered.or_else(json).or_else(|| own.next());
        wanted.cloned().or_else(|| self.of_successes())
    }

    fn of_successes(&self) -> Option<String> {
        let mut ranges: Vec<&str> = Vec::new();
        for media in self.successes().flat_map(|one| &one.content) {
            if media.is_json() || media.range.contains('*') || !media.range.contains('/') {
                return None;
            }
            ranges.extend((!ranges.contains(&&*media.range)).then_some(&*media.range));
        }
        (!ranges.is_empty()).then(|| ranges.join(", ") + ", */*;q=0.1")
    }
}

impl<'d> Builder<'d, '_> {
    /// The values that a required parameter `Accept` has for itself, the likeliest first; none where no such one is
    /// required.
    pub(super) fn wanted(&self, node: &'d Node, here: &str, item: &Located<'d>) -> Vec<String> {
        for (owner, base) in [(node, here), (item.node, item.pointer.as_str())] {
            let at = pointer::join(base, "parameters");
            let list = owner.get("parameters").and_then(Node::as_sequence);
            for (n, parameter) in list.unwrap_or_default().iter().enumerate() {
                let at = pointer::join(&at, &n.to_string());
                let found = self.document.resolve(parameter, &at).ok();
                if let Some(found) = found.filter(|found| is_accept(found.node)) {
                    return self.given(found.node, &found.pointer);
                }
            }
        }
        Vec::new()
    }

    fn given(&self, parameter: &'d Node, at: &str) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        if parameter.get("required").and_then(Node::as_bool) != Some(true) {
            return out;
        }
        let at = pointer::join(at, "schema");
        let schema = parameter.get("schema");
        let schema = schema.and_then(|schema| self.document.resolve(schema, &at).ok());
        let both = [Some(parameter), schema.map(|found| found.node)];
        for key in ["default", "const", "enum", "example", "examples"] {
            for value in both.iter().flatten().filter_map(|node| node.get(key)) {
                let texts = texts(value).into_iter();
                out.extend(texts.filter(|text| can_be_sent(text)).map(str::to_owned));
            }
        }
        out
    }
}

fn is_accept(parameter: &Node) -> bool {
    let text = |key: &str| parameter.get(key).and_then(Node::as_str);
    text("in") == Some("header")
        && text("name").is_some_and(|name| name.eq_ignore_ascii_case("accept"))
}

/// A text, those of a list, or the values of named examples.
fn texts(value: &Node) -> Vec<&str> {
    let listed = value.as_sequence().unwrap_or_default().iter();
    let named = value.as_mapping().into_iter().flatten();
    let named = named.filter_map(|(_, example)| example.node.get("value"));
    let all = listed.chain(named).chain([value]);
    all.filter_map(Node::as_str).collect()
}

fn can_be_sent(text: &str) -> bool {
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    !text.trim().is_empty() && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;

    #[test]
    fn what_a_required_accept_says_is_sent() {
        let v2 = "application/vnd.acme.v2+json";
        let json = "application/json: {}";
        for (parameter, content, wanted) in [
            (
                "required: true, schema: {type: string, enum: [application/vnd.acme.v2+json]}",
                json,
                Some(v2),
            ),
            (
                "required: true, schema: {const: application/vnd.acme.v2+json}",
                json,
                Some(v2),
            ),
            (
                "required: true, schema: {type: string, default: application/vnd.acme.v2+json, enum: [a/b]}",
                json,
                Some(v2),
            ),
            (
                "required: true, example: application/vnd.acme.v2+json, schema: {}",
                json,
                Some(v2),
            ),
            (
                "required: true, examples: {a: {value: application/vnd.acme.v2+json}}, schema: {}",
                json,
                Some(v2),
            ),
            // Of several that one of which the document has an answer, else JSON.
            (
                "required: true, schema: {enum: [text/csv, application/json]}",
                json,
                Some("application/json"),
            ),
            (
                "required: true, schema: {enum: [application/json, text/csv]}",
                "text/csv: {}",
                Some("text/csv"),
            ),
            (
                "required: true, schema: {enum: [application/xml, application/vnd.acme.v2+json]}",
                json,
                Some(v2),
            ),
            ("required: true, schema: {type: string}", json, None),
            ("required: true, schema: {enum: [\"a\\nb\"]}", json, None),
            (
                "required: false, schema: {default: application/vnd.acme.v2+json}",
                json,
                None,
            ),
            ("schema: {}", "text/csv: {}", Some("text/csv, */*;q=0.1")),
        ] {
            let text = format!(
                "openapi: 3.1.0
paths:
  /a:
    parameters: [{{name: accept, in: header, {parameter}}}]
    get: {{operationId: a, responses: {{'200': {{description: d, content: {{{content}}}}}}}}}
"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let operation = &contract.operations[0];
            assert_eq!(operation.accepted().as_deref(), wanted, "{parameter}");
            assert_eq!(operation.parameters.len(), 0, "{parameter}");
        }
    }
}
