//! Walks an OpenAPI document and lists its operations and clauses, in the order of the document.

use std::sync::Arc;

use super::clause::{Clause, ClauseIx, ClauseSet, Level};
use super::document::{Document, Located, SpecError};
use super::operation::{Operation, Security, SecurityScheme};
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
    let info = |key: &str| {
        root.get("info")
            .and_then(|info| info.get(key))
            .map(|node| match node.as_str() {
                Some(text) => text.to_owned(),
                None => node.to_json().to_string(),
            })
    };
    let title = info("title").unwrap_or_else(|| document.source_name.clone());
    let version = info("version").unwrap_or_default();
    Ok(Contract {
        title,
        version,
        dialect,
        operations,
        clauses,
        document,
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

    fn security(&mut self, node: &'d Node, here: &str) -> Result<Security, SpecError> {
        let (owner, base) = if node.get("security").is_some() {
            (node, here)
        } else {
            (&self.document.root, "")
        };
        let Some(entry) = owner.entry("security") else {
            return Ok(Security::default());
        };
        let mut schemes = Vec::new();
        let mut open = entry.node.as_sequence().is_none_or(<[Node]>::is_empty);
        for alternative in entry.node.as_sequence().unwrap_or_default() {
            let Some(names) = alternative.as_mapping() else {
                continue;
            };
            open |= names.is_empty();
            for (name, requirement) in names {
                schemes.push(self.scheme(name, requirement.key)?);
            }
        }
        let at = pointer::join(base, "security");
        let clause = (!open).then(|| {
            self.clause(
                self.part(Part::Security),
                Level::Must,
                "a request without valid credentials is refused",
                (&at, entry.key),
            )
        });
        Ok(Security { clause, schemes })
    }

    fn scheme(&self, name: &str, mark: Mark) -> Result<SecurityScheme, SpecError> {
        let at = pointer::join("/components/securitySchemes", name);
        let Some((node, place)) = self.document.at(&at) else {
            // A fragment brings no components; HTTP Basic is what the contract it is a part of uses.
            return if self.document.at("/components/securitySchemes").is_none() {
                Ok(SecurityScheme::Basic)
            } else {
                Err(self.document.error(mark, format!("the security scheme `{name}` is not declared under components.securitySchemes")))
            };
        };
        let found = self.document.resolve(node, &at)?;
        let text = |key: &str| {
            found
                .node
                .get(key)
                .and_then(Node::as_str)
                .unwrap_or_default()
        };
        let kind = text("type").to_ascii_lowercase();
        Ok(
            match (
                kind.as_str(),
                text("scheme").to_ascii_lowercase().as_str(),
                text("in"),
            ) {
                ("http", "basic", _) => SecurityScheme::Basic,
                ("http", "bearer", _) => SecurityScheme::Bearer,
                ("apikey", _, "header") => SecurityScheme::HeaderKey(text("name").to_owned()),
                ("apikey", _, "query") => SecurityScheme::QueryKey(text("name").to_owned()),
                ("http", scheme, _) => SecurityScheme::Other(format!("http {scheme}"), place),
                ("apikey", _, location) => {
                    SecurityScheme::Other(format!("apiKey in {location}"), place)
                }
                (other, ..) => SecurityScheme::Other(other.to_owned(), place),
            },
        )
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
