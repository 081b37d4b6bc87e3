//! Makes an operation ready for a run: compiles its schemas, and reads the values that the document gives for requests.

use serde_json::Value;

use super::parameter::Parameter;
use super::request_body::Media;
use super::schema::{
    Compiled, Dialect, Direction, Lazy, bodies, bulk_of_patterns, fullest, is_marked, lower,
    smallest,
};
use super::warning::Warning;
use super::yaml::Node;
use super::{Contract, pointer};

impl Contract {
    /// Compiles the schemas of an operation, so that bodies can be judged and requests be made. What does not compile
    /// is a [warning](Contract::all_warnings), and judges nothing.
    pub fn prepare(&self, ix: usize) {
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
                self.compile(lazy, Direction::Response);
            }
        }
        self.prepare_requests(ix);
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

    /// What of the document cannot be used, with what was found when operations were prepared.
    pub fn all_warnings(&self) -> Vec<Warning> {
        let late = self.compilations.warnings();
        self.warnings.iter().cloned().chain(late).collect()
    }

    fn compile(&self, lazy: &Lazy, direction: Direction) {
        if lazy.is_settled() {
            return;
        }
        let Some((node, _)) = self.document.at(&lazy.pointer) else {
            return;
        };
        let meant = self.meant_schema(node, &lazy.pointer);
        let outcome = self.compilations.outcome(&meant, direction, || {
            let lowered = lower(&self.document, node, &lazy.pointer, self.dialect, direction);
            let taken = self.compilations.take_patterns(bulk_of_patterns(&lowered));
            taken
                .and_then(|()| Compiled::new(lowered))
                .map_err(|message| {
                    let mark = self.document.at(&meant).map_or(node.mark, |(_, mark)| mark);
                    let pointer = self.document.written(meant.clone());
                    let message = format!("the schema at {pointer} does not compile: {message}");
                    self.document.error(mark, message)
                })
        });
        lazy.settle(outcome);
    }

    /// The pointer of the schema that a schema is by reference and no more; its own where it says something itself.
    fn meant_schema(&self, node: &Node, pointer: &str) -> String {
        let is_bare = |node: &Node| {
            let is_alone = node.as_mapping().is_some_and(|map| map.len() == 1);
            // What stands beside a reference is ignored in 3.0, but for `nullable`.
            is_alone || self.dialect == Dialect::V30 && !is_marked(node, "nullable")
        };
        if node.get("$ref").is_none() || !is_bare(node) {
            return pointer.to_owned();
        }
        let found = self.document.resolve(node, pointer).ok();
        let through = found.into_iter().flat_map(|found| found.through);
        let mut through =
            through.skip_while(|(node, _)| node.get("$ref").is_some() && is_bare(node));
        let last = through.next().map(|(_, pointer)| pointer);
        last.unwrap_or_else(|| pointer.to_owned())
    }

    fn parameter_values(&self, parameter: &Parameter) -> Vec<Value> {
        let lazy = parameter.schema.as_ref().map(|body| &body.schema);
        let mut owners = vec![parameter.pointer.as_str()];
        // Under `content` the media type has examples of its own.
        owners.extend(lazy.and_then(|lazy| lazy.pointer.strip_suffix("/schema")));
        let mut all = self.values(&owners, lazy);
        let fits = |value: &Value| parameter.can_be_sent(value) && parameter.allows(value);
        all.retain(fits);
        if all.is_empty() {
            // An object that need have no member cannot be sent without one.
            let compiled = lazy.and_then(Lazy::get);
            let fuller = compiled.map_or_else(Vec::new, |compiled| bodies(compiled.schema()));
            all.extend(fuller.into_iter().find(fits));
        }
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
            self.compile(lazy, Direction::Request);
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
