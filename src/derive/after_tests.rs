//! Which query parameters are taken for the way to the next page by the id of the last item.

use crate::battery::Next;
use crate::contract::Contract;

use super::{Wish, derive};

/// A parameter that takes the id of the last item leads to the next page where its name, or what is said of it, leaves no
/// doubt that it does.
#[test]
fn pages_that_begin_behind_an_item_are_told_by_a_parameter() {
    let document = |parameter: &str, more: &str| {
        format!(
            "
paths:
  /books:
    get:
      operationId: books
      parameters: [{parameter}]
      responses:
        '200': {{description: x, content: {{application/json: {{schema: {{type: object, properties: {{
          {more}
          data: {{type: array, items: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}}}}}
"
        )
    };
    let text = "schema: {type: string}";
    let more = "has_more: {type: boolean},";
    for (name, rest, page, found) in [
        ("starting_after", text, "", Some(None)),
        ("starting_after", text, more, Some(Some("/has_more"))),
        ("start-after", text, "", Some(None)),
        ("after_id", text, more, Some(Some("/has_more"))),
        ("after_id", text, "", None),
        (
            "after",
            "description: The ID of a book, schema: {}",
            more,
            Some(Some("/has_more")),
        ),
        ("after", text, more, None),
        (
            "after",
            "description: An opaque cursor or id, schema: {}",
            more,
            None,
        ),
        (
            "since",
            "description: Only ids since that time, schema: {}",
            more,
            None,
        ),
        (
            "starting_after",
            "description: An opaque token, schema: {}",
            more,
            None,
        ),
        ("starting_after", "schema: {type: integer}", more, None),
        (
            "starting_after",
            "schema: {type: string, format: date-time}",
            more,
            None,
        ),
        (
            "starting_after",
            text,
            "has_more: {type: boolean}, starting_after: {type: string},",
            None,
        ),
        ("starting_after", text, "my_cursor: {type: string},", None),
    ] {
        let parameter = format!("{{name: {name}, in: query, {rest}}}");
        let contract = Contract::load("t.yaml", document(&parameter, page), &[]).unwrap();
        let derived = derive(&contract, &Wish::default());
        let next = derived
            .bindings
            .first()
            .and_then(|one| one.collection.clone());
        let after = next.map(|one| match one.next {
            Next::After(after) => after.more,
            other => panic!("{other:?}"),
        });
        let found = found.map(|more| more.map(str::to_owned));
        assert_eq!(after, found, "{name} {rest} {page}");
    }
}
