//! What stands in the place of a token to say that no page follows.

use serde_json::{Value, json};

use crate::battery::Next;
use crate::contract::{Contract, In, Operation, Parameter};

use super::reading::{Answer, Member};

/// What says in the place of a token that no page follows: a number that the parameter does not take, or of which the
/// document says so, and what stands for the first page.
pub fn ends(
    answer: Answer<'_>,
    operation: &Operation,
    around: &[Member<'_>],
    next: &Next,
) -> Vec<String> {
    let (Next::Token(token) | Next::TokenHeader(token)) = next else {
        return Vec::new();
    };
    let parameter = operation.parameter(In::Query, &token.parameter);
    let is_refused = |number: i64| {
        parameter.is_some_and(|one| one.allows(&json!(2)) && !one.allows(&json!(number)))
    };
    // What the first page is asked for with leads to no other one.
    let begins = parameter.and_then(|one| default_of(answer.contract, one));
    let mut members = around.iter();
    let member = members.find(|member| member.place.pointer() == token.token);
    let described = member.map(|member| answer.remark(member.node, "description"));
    let described = described.unwrap_or_default();
    let is_said = |number: i64| says_end(&described, number);
    let numbers = [-1, 0].into_iter();
    let ends = numbers.filter(|number| is_refused(*number) || is_said(*number));
    let ends = ends.map(|number| number.to_string());
    let mut ends: Vec<String> = ends.collect();
    ends.extend(begins.filter(|begins| !ends.contains(begins)));
    ends
}

/// The default of a parameter, as it is written into a request.
fn default_of(contract: &Contract, parameter: &Parameter) -> Option<String> {
    let body = parameter.schema.as_ref()?;
    let at = body.schema.pointer.as_str();
    let (node, _) = contract.document.at(at)?;
    let schema = contract.document.resolve(node, at).ok()?;
    let default = node.get("default").or(schema.node.get("default"))?;
    let text = match default.to_json() {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Whether a text says of a number that it is the end.
fn says_end(text: &str, number: i64) -> bool {
    const ENDS: [&str; 8] = [
        "last page",
        "at the end",
        "the end of",
        "no more",
        "nothing more",
        "no further",
        "no next",
        "none left",
    ];
    let lower = text.to_lowercase();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-';
    let mut words = lower.split(|letter| !is_part(letter));
    words.any(|word| word.parse() == Ok(number)) && ENDS.iter().any(|end| lower.contains(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::{Wish, derive};

    #[test]
    fn a_token_that_stands_for_the_first_page_is_the_end() {
        for (cursor, described, ends) in [
            (
                "{type: integer, minimum: 0, default: 0}",
                "",
                &["-1", "0"][..],
            ),
            ("{type: string, default: '0'}", "", &["0"]),
            ("{type: string, default: first}", "", &["first"]),
            ("{type: string, default: ''}", "", &[]),
            ("{type: integer}", "-1 at the end", &["-1"]),
            ("{type: string}", "", &[]),
        ] {
            let text = format!(
                "
paths:
  /books:
    get:
      operationId: books
      parameters: [{{name: cursor, in: query, schema: {cursor}}}]
      responses:
        '200': {{description: x, content: {{application/json: {{schema: {{type: object, properties: {{
          next_cursor: {{description: '{described}'}},
          data: {{type: array, items: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}}}}}
"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let derived = derive(&contract, &Wish::default());
            let collection = derived.bindings[0].collection.as_ref().unwrap();
            assert_eq!(collection.ends, ends, "{cursor}");
        }
    }

    #[test]
    fn a_number_is_the_end_where_the_document_says_so() {
        for (text, number, ends) in [
            ("-1 at the end", -1, true),
            ("-1 at the end", 0, false),
            ("0 on the last page", 0, true),
            ("The next page, 0-based; absent on the last page", 0, false),
            ("Is `0` if there are no more.", 0, true),
            ("Begins with 0", 0, false),
        ] {
            assert_eq!(says_end(text, number), ends, "{text}");
        }
    }
}
