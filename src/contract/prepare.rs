//! Makes an operation ready for a run: compiles its schemas, and reads the values that the document gives for requests.

use serde_json::Value;

use super::document::SpecError;
use super::parameter::Parameter;
use super::request_body::Media;
use super::schema::{Compiled, Direction, Lazy, bodies, fullest, lower, smallest};
use super::yaml::Node;
use super::{Contract, pointer};

impl Contract {
    /// Compiles the schemas of an operation, so that bodies can be judged and requests be made.
    ///
    /// # Errors
    /// A schema of an answer that does not compile, with its place. One of a request is left out.
    pub fn prepare(&self, ix: usize) -> Result<(), SpecError> {
        let operation = &self.operations[ix];
        for response in &operation.responses {
            let bodies = response
                .content
                .iter()
                .filter_map(|media| media.body.as_ref());
            let bodies = bodies.map(|body| &body.schema);
            let headers = response.headers.iter();
            let headers = headers.filter_map(|header| header.schema.as_ref());
            for lazy in bodies.chain(headers.map(|(_, schema)| schema)) {
                self.compile(lazy, Direction::Response)?;
            }
        }
        self.prepare_requests(ix);
        Ok(())
    }

    /// Compiles the schemas of an operation's requests alone, and reads the values that the document gives for them.
    pub fn prepare_requests(&self, operation: usize) {
        let operation = &self.operations[operation];
        for parameter in &operation.parameters {
            parameter
                .values
                .get_or_init(|| self.parameter_values(parameter));
        }
        for media in operation.request_body.iter().flat_map(|body| &body.content) {
            media.values.get_or_init(|| self.media_values(media));
            media.bodies.get_or_init(|| self.media_bodies(media));
            media.fullest.get_or_init(|| self.fullest_body(media));
        }
    }

    fn compile(&self, lazy: &Lazy, direction: Direction) -> Result<(), SpecError> {
        if lazy.get().is_some() {
            return Ok(());
        }
        let Some((node, mark)) = self.document.at(&lazy.pointer) else {
            return Ok(());
        };
        let lowered = lower(&self.document, node, &lazy.pointer, self.dialect, direction);
        let compiled = Compiled::new(lowered).map_err(|message| {
            let pointer = self.document.written(lazy.pointer.clone());
            let message = format!("the schema at {pointer} does not compile: {message}");
            self.document.error(mark, message)
        })?;
        lazy.set(compiled);
        Ok(())
    }

    fn parameter_values(&self, parameter: &Parameter) -> Vec<Value> {
        let lazy = parameter.schema.as_ref().map(|body| &body.schema);
        let mut owners = vec![parameter.pointer.as_str()];
        // Under `content` the media type has examples of its own.
        owners.extend(lazy.and_then(|lazy| lazy.pointer.strip_suffix("/schema")));
        let mut all = self.values(&owners, lazy);
        all.retain(|value| parameter.can_be_sent(value) && parameter.allows(value));
        all
    }

    fn media_values(&self, media: &Media) -> Vec<Value> {
        let lazy = media.body.as_ref().map(|body| &body.schema);
        let mut all = self.values(&[&media.pointer], lazy);
        all.retain(|value| media.allows(value));
        all
    }

    fn fullest_body(&self, media: &Media) -> Option<Value> {
        let compiled = media.body.as_ref()?.schema.get()?;
        Some(fullest(compiled.schema())).filter(|body| media.allows(body))
    }

    /// The bodies with which a request is tried: what is required, the examples, then more; each fits.
    fn media_bodies(&self, media: &Media) -> Vec<Value> {
        let mut examples = self.values(&[&media.pointer], None);
        let schema = media.body.as_ref().and_then(|body| body.schema.get());
        let made = schema.map_or_else(Vec::new, |compiled| bodies(compiled.schema()));
        examples.extend(made.iter().skip(1).cloned());
        let first = made.into_iter().take(1);
        let mut all: Vec<Value> = Vec::new();
        for value in first.chain(examples) {
            if media.allows(&value) && !all.contains(&value) {
                all.push(value);
            }
        }
        all
    }

    /// The examples of a parameter or media type, then the smallest values of its schema, each once.
    fn values(&self, owners: &[&str], schema: Option<&Lazy>) -> Vec<Value> {
        let mut all = Vec::new();
        for owner in owners {
            let Some((node, _)) = self.document.at(owner) else {
                continue;
            };
            all.extend(node.get("example").map(Node::to_json));
            let examples = node.get("examples").and_then(Node::as_mapping);
            for (name, entry) in examples.into_iter().flatten() {
                let at = pointer::join(&pointer::join(owner, "examples"), name);
                let found = self.document.resolve(&entry.node, &at).ok();
                all.extend(found.and_then(|found| found.node.get("value").map(Node::to_json)));
            }
        }
        if let Some(lazy) = schema {
            // What the compiler refuses judges nothing; the document's own examples are then taken at their word.
            drop(self.compile(lazy, Direction::Request));
            all.extend(
                lazy.get()
                    .into_iter()
                    .flat_map(|compiled| smallest(compiled.schema())),
            );
        }
        let mut seen = Vec::with_capacity(all.len());
        all.retain(|value| {
            let is_new = !seen.contains(value);
            seen.extend(is_new.then(|| value.clone()));
            is_new
        });
        all
    }
}
