//! A document with a list of things, for tests of what a list can be asked for.

use crate::contract::Contract;

/// The text of it: a line of the operation, and the properties of a thing.
pub fn document(operation: &str, properties: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: T, version: '1'}}
paths:
  /things:
    get:
      operationId: list
      {operation}
      responses:
        '200':
          description: Things.
          content:
            application/json:
              schema:
                type: array
                items: {{type: object, properties: {{{properties}}}}}
"
    )
}

/// The contract of it.
pub fn list(operation: &str, properties: &str) -> Contract {
    let text = document(operation, properties);
    Contract::load("t.yaml", text, &[]).expect("the document of a test loads")
}
