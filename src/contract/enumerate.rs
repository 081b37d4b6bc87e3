//! Walks an OpenAPI document and lists its operations and clauses, in the order of the document.

use std::sync::Arc;

use super::clause::{Clause, ClauseIx, ClauseSet, Level};
use super::document::{Document, Located, SpecError};
use super::operation::Operation;
use super::schema::Dialect;
use super::subject::{Part, StatusKey, Subject};
use super::yaml::{Mark, Node};
use super::{Contract, pointer};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A short name that a battery gives to an operation.
#[derive(Debug, Clone)]
pub struct Alias {
    /// Upper-case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The name.
    pub name: String,
}

/// Builds the contract of a document.
pub fn load(document: Document, aliases: &[Alias]) -> Result<Contract, SpecError> {
    let root = &document.root;
    if root.as_mapping().is_none() {
        return Err(document.error(
            root.mark,
            format!("an OpenAPI document is a mapping, this is {}", root.kind()),
        ));
    }
    if let Some(entry) = root.entry("swagger") {
        return Err(document.error(
            entry.key,
            "this is OpenAPI 2.0 (`swagger`); convert it to 3.0 or 3.1 first",
        ));
    }
    let dialect = dialect(&document)?;
    let Some(paths) = root.entry("paths") else {
        return Err(document.error(
            root.mark,
            "`paths` is missing: this is no OpenAPI document, nor a fragment of one",
        ));
    };
    let Some(paths) = paths.node.as_mapping() else {
        return Err(document.error(
            paths.key,
            "`paths` must be a mapping from path to operations",
        ));
    };
    let mut clauses = ClauseSet::default();
    let mut operations = Vec::new();
    for (path, entry) in paths {
        if path.starts_with("x-") {
            continue;
        }
        let at = pointer::join("/paths", path);
        let item = document.resolve(&entry.node, &at)?;
        let Some(methods) = item.node.as_mapping() else {
            return Err(document.error(
                entry.key,
                format!("the path `{path}` must hold a mapping from method to operation"),
            ));
        };
        for (method, operation) in methods {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let mut builder = Builder {
                document: &document,
                clauses: &mut clauses,
                ix: operations.len(),
                id: "".into(),
            };
            let here = pointer::join(&item.pointer, method);
            operations.push(builder.operation(
                path,
                method,
                &operation.node,
                operation.key,
                &here,
                &item,
                aliases,
            )?);
        }
    }
    let title = info(&document, "title").unwrap_or_else(|| document.source_name.clone());
    let version = info(&document, "version").unwrap_or_default();
    Ok(Contract {
        title,
        version,
        dialect,
        operations,
        clauses,
        document,
        by_name: Default::default(),
    })
}

/// A value of `info` as text.
fn info(document: &Document, key: &str) -> Option<String> {
    let node = document.root.get("info")?.get(key)?;
    Some(match node.as_str() {
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    })
}

fn dialect(document: &Document) -> Result<Dialect, SpecError> {
    let Some(entry) = document.root.entry("openapi") else {
        return Ok(Dialect::V30);
    };
    let version = match entry.node.as_str() {
        Some(text) => text.to_owned(),
        None => entry.node.to_json().to_string(),
    };
    match version.split('.').collect::<Vec<_>>()[..] {
        ["3", "0", ..] => Ok(Dialect::V30),
        ["3", "1", ..] => Ok(Dialect::V31),
        _ => Err(document.error(
            entry.node.mark,
            format!("OpenAPI {version} is not supported; 3.0 and 3.1 are"),
        )),
    }
}

pub(super) struct Builder<'d, 's> {
    pub(super) document: &'d Document,
    pub(super) clauses: &'s mut ClauseSet,
    pub(super) ix: usize,
    pub(super) id: Arc<str>,
}

impl<'d> Builder<'d, '_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "one private call with all that names an operation"
    )]
    fn operation(
        &mut self,
        path: &str,
        method: &str,
        node: &'d Node,
        mark: Mark,
        here: &str,
        item: &Located<'d>,
        aliases: &[Alias],
    ) -> Result<Operation, SpecError> {
        let method = method.to_ascii_uppercase();
        let operation_id = node
            .get("operationId")
            .and_then(Node::as_str)
            .map(str::to_owned);
        let alias = aliases
            .iter()
            .find(|alias| alias.method == method && alias.path == path);
        self.id = alias
            .map(|alias| alias.name.clone())
            .or_else(|| operation_id.clone())
            .unwrap_or_else(|| format!("{method} {path}"))
            .into();
        let level = Self::refusal_level(node);
        let parameters = self.parameters(node, here, item, level)?;
        let request_body = self.request_body(node, here, level);
        let security = self.security(node, here)?;
        let Some(entry) = node.entry("responses") else {
            return Err(self
                .document
                .error(mark, format!("`{method} {path}` documents no `responses`")));
        };
        let at = pointer::join(here, "responses");
        let undocumented = self.clause(
            self.part(Part::DocumentedStatus),
            Level::Info,
            "the status of every answer is a documented one",
            (&at, entry.key),
        );
        let mut responses = Vec::new();
        for (key, response) in entry.node.as_mapping().into_iter().flatten() {
            let Some(status) = StatusKey::parse(key) else {
                continue;
            };
            responses.push(self.response(
                status,
                &response.node,
                response.key,
                &pointer::join(&at, key),
            )?);
        }
        Ok(Operation {
            id: Arc::clone(&self.id),
            operation_id,
            method,
            path: path.to_owned(),
            pointer: here.to_owned(),
            mark,
            parameters,
            request_body,
            security,
            responses,
            undocumented,
        })
    }

    /// Adds a clause about a part of the operation.
    pub(super) fn clause(
        &mut self,
        subject: Subject,
        level: Level,
        text: impl Into<String>,
        (pointer, mark): (&str, Mark),
    ) -> ClauseIx {
        let pointer = pointer.to_owned();
        self.clauses.add(Clause::new(
            &self.id,
            subject,
            level,
            text.into(),
            pointer,
            mark,
        ))
    }

    /// A part of the operation.
    pub(super) fn part(&self, part: Part) -> Subject {
        Subject::of(self.ix, part)
    }
}
