//! The contract: an OpenAPI document with places, its operations and all its clauses. Never sends, never prints.

pub mod clause;
#[cfg(test)]
mod dialect_tests;
mod document;
mod enumerate;
mod operation;
mod place;
pub mod pointer;
mod responses;
mod schema;
mod subject;
pub mod yaml;

pub use clause::{Clause, ClauseIx, ClauseSet, Level};
pub use document::{Document, SpecError, hex};
pub use enumerate::Alias;
pub use operation::{
    Body, Header, In, Media, Operation, Parameter, Response, Security, SecurityScheme,
};
pub use schema::{
    Applies, Branch, Compiled, Dialect, NodeIx, Shape, ShapeNode, Violation, chosen_branch,
    describe_value, is_date_time,
};
pub use subject::{Kind, Part, Place, PlaceStep, StatusKey, Subject};

/// A loaded contract.
#[derive(Debug)]
pub struct Contract {
    /// The document it was made of.
    pub document: Document,
    /// `info.title`, or the source's name.
    pub title: String,
    /// `info.version`, or empty.
    pub version: String,
    /// 3.0 or 3.1.
    pub dialect: Dialect,
    /// All operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// All clauses, in the order of the document.
    pub clauses: ClauseSet,
}

impl Contract {
    /// Loads a document; a fragment with `paths` alone is taken too.
    ///
    /// # Errors
    /// What is wrong, with file, line and remedy.
    pub fn load(source_name: &str, text: String, aliases: &[Alias]) -> Result<Contract, SpecError> {
        enumerate::load(Document::parse(source_name, text)?, aliases)
    }

    /// The operation with that alias, operationId, or method and path.
    pub fn operation(&self, name: &str) -> Option<(usize, &Operation)> {
        self.operations.iter().enumerate().find(|(_, operation)| {
            *operation.id == *name
                || operation.operation_id.as_deref() == Some(name)
                || format!("{} {}", operation.method, operation.path) == name
        })
    }

    /// Compiles the schemas of an operation, so that bodies can be judged.
    ///
    /// # Errors
    /// A schema that does not compile, with its place.
    pub fn prepare(&self, operation: usize) -> Result<(), SpecError> {
        for response in &self.operations[operation].responses {
            let bodies = response
                .content
                .iter()
                .filter_map(|media| media.body.as_ref())
                .map(|body| &body.schema);
            let headers = response
                .headers
                .iter()
                .filter_map(|header| header.schema.as_ref())
                .map(|(_, schema)| schema);
            for lazy in bodies.chain(headers) {
                if lazy.compiled.get().is_some() {
                    continue;
                }
                let Some((node, mark)) = self.document.at(&lazy.pointer) else {
                    continue;
                };
                let lowered = schema::lower(&self.document, node, &lazy.pointer, self.dialect)?;
                let compiled = Compiled::new(lowered).map_err(|message| {
                    self.document.error(
                        mark,
                        format!("the schema at {} does not compile: {message}", lazy.pointer),
                    )
                })?;
                // A second thread may have been first; both hold the same schema.
                drop(lazy.compiled.set(compiled));
            }
        }
        Ok(())
    }
}
