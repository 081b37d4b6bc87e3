//! What one version of OpenAPI writes in another way than the document's own, and stands in it all the same: read where
//! there is no doubt of what it means, and told.

use super::document::Located;
use super::enumerate::Builder;
use super::pointer;
use super::yaml::Node;

impl<'d> Builder<'d, '_> {
    /// The schema of a parameter without `content`: below `schema`, or in Swagger 2.0 the parameter itself. Where it has only
    /// what the other version has, that is meant.
    pub(super) fn parameter_schema(&mut self, found: &Located<'d>) -> Option<(&'d Node, String)> {
        let node = found.node;
        let own = || Some((node, found.pointer.clone()));
        let below = || {
            let schema = node.get("schema")?;
            Some((schema, pointer::join(&found.pointer, "schema")))
        };
        let (message, meant) = match (self.is_swagger, node.entry("type"), node.entry("schema")) {
            (true, None, Some(entry)) => (
                (
                    entry,
                    "`schema` stands here as in OpenAPI 3; Swagger 2.0 has `type` and all else beside `name`",
                ),
                below(),
            ),
            (false, Some(entry), None) => (
                (
                    entry,
                    "`type` stands here as in Swagger 2.0; OpenAPI 3 has it below `schema`",
                ),
                own(),
            ),
            (true, ..) => return own(),
            (false, ..) => return below(),
        };
        let (entry, message) = message;
        let wrong = self.document.error(entry.key, message);
        self.warnings.add(wrong, "it is read as it is meant there");
        meant
    }

    /// Tells of the schema of a response that stands where the other version has it.
    pub(super) fn tell_strayed_body(&mut self, response: &Node, lost: &str) {
        let has = |key: &str| response.get(key).is_some();
        let (key, message) = match self.is_swagger {
            true => (
                "content",
                "`content` stands here as in OpenAPI 3; Swagger 2.0 has `schema`, and media types under `produces`",
            ),
            false => (
                "schema",
                "`schema` stands here as in Swagger 2.0; OpenAPI 3 has it below `content` and a media type",
            ),
        };
        let other = if self.is_swagger { "schema" } else { "content" };
        self.tell_strayed(response, (key, message), !has(other), lost);
    }

    /// Tells of the body of requests that stands where OpenAPI 3 has it, in Swagger 2.0.
    pub(super) fn tell_strayed_request(&mut self, operation: &Node) {
        let message = "`requestBody` stands here as in OpenAPI 3; Swagger 2.0 has a parameter that is `in: body`";
        let lost = format!("requests of {} are sent without it", self.id);
        self.tell_strayed(operation, ("requestBody", message), self.is_swagger, &lost);
    }

    fn tell_strayed(
        &mut self,
        node: &Node,
        (key, message): (&str, &str),
        is_lost: bool,
        lost: &str,
    ) {
        if let Some(entry) = node.entry(key).filter(|_| is_lost) {
            self.warnings
                .add(self.document.error(entry.key, message), lost);
        }
    }
}

/// Where a parameter goes that Swagger 2.0 or OpenAPI 3.2 has and no other version; what is there instead.
pub(super) fn place_of_another(place: &str) -> Option<&'static str> {
    Some(match place {
        "body" => "is of Swagger 2.0; OpenAPI 3 has `requestBody`",
        "formData" => "is of Swagger 2.0; OpenAPI 3 has `requestBody` with a form",
        "querystring" => {
            "is of OpenAPI 3.2, and is not read; write its parts as parameters that are `in: query`"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::contract::{Contract, Warning};

    fn load(text: &str) -> (Contract, Vec<String>) {
        let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
        let told = contract.warnings.iter().map(Warning::to_string);
        let told = told.collect();
        (contract, told)
    }

    #[test]
    fn what_is_of_another_version_is_read_or_told() {
        let operation = "paths: {/a: {post: {operationId: a, parameters: [{name: q, in: query, required: true, PARAMETER}, OTHER], BODY responses: {'200': {description: d, RESPONSE}}}}}\n";
        let fill = |version: &str, parts: [&str; 4]| {
            let [parameter, other, body, response] = parts;
            let text = operation
                .replace("PARAMETER", parameter)
                .replace("OTHER", other);
            let text = text.replace("BODY", body).replace("RESPONSE", response);
            load(&format!("{version}\n{text}"))
        };
        let three = [
            "type: integer, maximum: 5",
            "{name: b, in: body, schema: {}}",
            "",
            "schema: {type: object}",
        ];
        let two = [
            "schema: {type: integer, maximum: 5}",
            "{name: r, in: query, type: string}",
            "requestBody: {content: {application/json: {}}},",
            "content: {application/json: {schema: {type: object}}}",
        ];
        for (version, parts, wanted) in [
            (
                "openapi: 3.0.3",
                three,
                [
                    "`in: body` is of Swagger 2.0",
                    "`type` stands here",
                    "`schema` stands here",
                ],
            ),
            (
                "swagger: '2.0'",
                two,
                [
                    "`schema` stands here",
                    "`requestBody` stands here",
                    "`content` stands here",
                ],
            ),
        ] {
            let (contract, told) = fill(version, parts);
            for words in wanted {
                assert!(
                    told.iter().any(|one| one.contains(words)),
                    "{words}: {told:?}"
                );
            }
            assert_eq!(told.len(), 3, "{told:?}");
            assert!(
                contract.clauses.find("a/query/q/maximum").is_some(),
                "{version}"
            );
        }
    }
}
