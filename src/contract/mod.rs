//! The contract: an OpenAPI document with places, its operations and all its clauses. Never sends, never prints.

#[cfg(test)]
mod bounds_tests;
pub mod clause;
mod clause_set;
pub mod client_headers;
mod compilations;
mod defaults;
mod described;
#[cfg(test)]
mod dialect_tests;
mod document;
mod enumerate;
mod files;
mod forms;
mod header;
mod identity;
mod impact;
mod items;
mod kinds;
#[cfg(test)]
mod lenient_tests;
mod media_type;
pub mod member_names;
pub mod names;
pub mod nearest;
mod offers;
mod operation;
mod other;
mod parameter;
mod paths;
mod place;
pub mod pointer;
mod prepare;
mod request_body;
#[cfg(test)]
mod request_tests;
mod requests;
mod responses;
mod route;
mod schema;
mod schema_clauses;
mod security;
mod sent;
#[cfg(test)]
mod shapes_tests;
mod spec_error;
mod strayed;
mod style;
mod subject;
mod successes;
mod swagger;
#[cfg(test)]
mod swagger_tests;
mod tally;
mod untested;
mod wanted;
mod warning;
pub mod yaml;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

pub use clause::{Clause, ClauseIx, Level};
pub use clause_set::ClauseSet;
use compilations::Compilations;
pub use described::{is_conditional, kind_of, sentences};
pub use document::Document;
pub use enumerate::Alias;
pub use files::{Alone, Loader, SourceFile, Unread, hex};
pub use header::Header;
pub use impact::impact;
pub use media_type::MediaType;
pub use operation::{Operation, Response};
pub use parameter::{Parameter, Style};
pub use paths::{Matched, Paths};
pub use request_body::{Media, RequestBody, best_of};
pub use schema::{
    Applies, Body, Branch, Compiled, DEFAULT_KEYWORD, Dialect, Direction, LONGEST_MADE, Lazy,
    Moment, Negative, NodeIx, Pieces, Shape, ShapeNode, Violation, breaking, chosen_branch,
    describe_value, later, open_texts, sample, start_of,
};
pub use security::{SchemeUse, Security, SecurityScheme};
pub use sent::{Sent, SentBody};
pub use spec_error::SpecError;
pub use style::{FieldStyles, form_pairs, wire};
pub use subject::{In, Kind, Part, Place, PlaceStep, StatusKey, Subject};
pub use successes::{Link, LinkValue};
pub use tally::Tally;
pub use warning::{Unusable, Warning};
pub use yaml::Mark;

/// A loaded contract.
#[derive(Debug)]
pub struct Contract {
    /// The document it was made of.
    pub document: Arc<Document>,
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
    /// What of the document cannot be used, and what is lost by it, as far as loading it shows that.
    pub warnings: Vec<Warning>,
    /// The operations and paths that are left out because of that.
    pub unusable: Vec<Unusable>,
    compilations: Compilations,
    by_name: OnceLock<HashMap<String, usize>>,
}

impl Contract {
    /// Loads a document; a fragment with `paths` alone is taken too.
    ///
    /// # Errors
    /// What is wrong, with file, line and remedy.
    pub fn load(source_name: &str, text: String, aliases: &[Alias]) -> Result<Contract, SpecError> {
        Contract::of(Document::parse(source_name, text)?, aliases)
    }

    /// The contract that a document publishes.
    ///
    /// # Errors
    /// What is wrong, with file, line and remedy.
    pub fn of(document: Document, aliases: &[Alias]) -> Result<Contract, SpecError> {
        enumerate::load(document, aliases)
    }

    /// As [`load`](Contract::load), with the files that the document refers to.
    ///
    /// # Errors
    /// As [`load`](Contract::load).
    pub fn load_with(
        source_name: &str,
        text: String,
        loader: &dyn Loader,
        aliases: &[Alias],
    ) -> Result<Contract, SpecError> {
        enumerate::load(Document::read(source_name, text, loader)?, aliases)
    }

    /// The absolute URLs that the document gives for the API, in its order.
    pub fn servers(&self) -> Vec<String> {
        let root = self.document.root();
        let text = |node: &yaml::Node, key: &str| Some(node.get(key)?.as_str()?.to_owned());
        let list = root.get("servers").and_then(yaml::Node::as_sequence);
        let urls = list.unwrap_or_default().iter();
        let urls = urls.filter_map(|server| text(server, "url"));
        let mut all: Vec<String> = urls.filter(|url| url.contains("://")).collect();
        // Swagger 2.0 has it in pieces.
        if let Some(host) = text(root, "host") {
            let base = text(root, "basePath").unwrap_or_default();
            let schemes = root.get("schemes").and_then(yaml::Node::as_sequence);
            let schemes = schemes.unwrap_or_default().iter();
            let mut schemes: Vec<&str> = schemes.filter_map(yaml::Node::as_str).collect();
            if schemes.is_empty() {
                // Then it is the one that the document was had with, which nobody here knows.
                schemes.push("https");
            }
            let base = base.trim_end_matches('/');
            let schemes = schemes.into_iter();
            all.extend(schemes.map(|scheme| format!("{scheme}://{host}{base}")));
        }
        all
    }

    /// The operation with that alias, operationId, or method and path.
    pub fn operation(&self, name: &str) -> Option<(usize, &Operation)> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = HashMap::new();
            for (ix, operation) in self.operations.iter().enumerate() {
                let route = format!("{} {}", operation.method, operation.path);
                let names = [
                    Some(operation.id.to_string()),
                    operation.operation_id.clone(),
                ];
                for name in names.into_iter().flatten().chain([route]) {
                    by_name.entry(name).or_insert(ix);
                }
            }
            by_name
        });
        let ix = *by_name.get(name)?;
        Some((ix, &self.operations[ix]))
    }
}
