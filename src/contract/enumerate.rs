//! Walks an OpenAPI document and lists its operations and clauses, in the order of the document.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::clause::{Clause, ClauseIx, Level};
use super::clause_set::ClauseSet;
use super::document::{Document, Located};
use super::items::{item, operations_of, paths};
use super::operation::{Operation, Response};
use super::route::Route;
use super::schema::{Body, Dialect, Folder, Folds, Lazy, Travels, Unfolded};
use super::schema_clauses::SchemaUse;
use super::spec_error::SpecError;
use super::subject::{Part, StatusKey, Subject};
use super::warning::Warnings;
use super::yaml::{Entry, Mapping, Mark, Node, NodeValue};
use super::{Contract, forms, identity, other, pointer};

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
pub fn load(mut document: Document, aliases: &[Alias]) -> Result<Contract, SpecError> {
    let mut warnings = Warnings::default();
    let dialect = dialect(&document, &mut warnings)?;
    let is_swagger = document.root().get("swagger").is_some();
    if is_swagger {
        document.make(forms::forms(&document));
    }
    if dialect == Dialect::V31 {
        identity::follow(&mut document, &mut warnings);
    }
    let document = Arc::new(document);
    let paths = paths(&document, dialect, &mut warnings)?;
    let (base, paths) = paths.unzip();
    let base = base.unwrap_or_default();
    let says_security = says_security(&document, &base, paths);
    let mut clauses = ClauseSet::new(Arc::clone(&document));
    let mut folds = Folds::default();
    let mut operations: Vec<Operation> = Vec::new();
    let mut ids: HashSet<Arc<str>, RandomState> = HashSet::default();
    for (path, entry) in paths.into_iter().flatten() {
        if warnings.refuse() {
            break;
        }
        if path.starts_with("x-") {
            continue;
        }
        let Some((item, methods)) = item(&document, (&base, path, entry), &mut warnings) else {
            continue;
        };
        for (method, entry) in operations_of(&document, path, methods, &mut warnings) {
            let mut builder = Builder {
                document: &document,
                clauses: &mut clauses,
                folds: &mut folds,
                warnings: &mut warnings,
                known: HashMap::default(),
                dialect,
                is_swagger,
                says_security,
                ix: operations.len(),
                id: "".into(),
            };
            let head = Head {
                path,
                method: method.to_ascii_uppercase(),
                entry,
                pointer: pointer::join(&item.pointer, method),
                item: &item,
            };
            if let Some(operation) = builder.operation(head, aliases, &ids) {
                ids.insert(Arc::clone(&operation.id));
                operations.push(operation);
            }
        }
    }
    let title = info(&document, "title").unwrap_or_else(|| document.source_name.clone());
    let version = info(&document, "version").unwrap_or_default();
    let (warnings, unusable) = warnings.done();
    Ok(Contract {
        title,
        version,
        dialect,
        operations,
        clauses: clauses.done(),
        warnings,
        unusable,
        document,
        compilations: Default::default(),
        by_name: Default::default(),
    })
}

/// A value of `info` as text.
fn info(document: &Document, key: &str) -> Option<String> {
    let node = document.root().get("info")?.get(key)?;
    Some(match node.as_str() {
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    })
}

fn dialect(document: &Document, warnings: &mut Warnings) -> Result<Dialect, SpecError> {
    let root = document.root();
    if root.value == NodeValue::Null {
        let message = "the document is empty; an OpenAPI document is a mapping with `openapi`, `info` and `paths`";
        return Err(document.error(root.mark, message));
    }
    if document.files[0].text.trim_start().starts_with("//") {
        let message = "a comment begins here as in JavaScript; JSON has none, so take it away";
        return Err(document.error(root.mark, message));
    }
    if root.as_mapping().is_none() {
        let kind = root.kind();
        let message = match other::text(&document.files[0].text) {
            Some(what) => what.to_owned(),
            None => format!("an OpenAPI document is a mapping, and this is {kind}"),
        };
        return Err(document.error(root.mark, message));
    }
    let Some(entry) = root.entry("openapi").or(root.entry("swagger")) else {
        return Ok(Dialect::V30);
    };
    let version = match entry.node.as_str() {
        Some(text) => text.to_owned(),
        None => entry.node.to_json().to_string(),
    };
    match version.trim().split('.').collect::<Vec<_>>()[..] {
        // The schemas of 2.0 are those of 3.0, with less in them.
        ["3", "0", ..] | ["3"] | ["2", "0", ..] | ["2"] => Ok(Dialect::V30),
        ["3", "1", ..] => Ok(Dialect::V31),
        ["3", "2", ..] => {
            let wrong =
                document.error(entry.node.mark, format!("OpenAPI {version} is read as 3.1"));
            warnings.add(wrong, "what 3.2 has of its own, such as `query` operations and `itemSchema`, is not tested");
            Ok(Dialect::V31)
        }
        _ => {
            let message = format!("OpenAPI {version} is not supported; 2.0, 3.0, 3.1 and 3.2 are");
            Err(document.error(entry.node.mark, message))
        }
    }
}

/// Whether a document says of any of its operations which credentials it asks for.
fn says_security(document: &Document, base: &str, paths: Option<&Mapping>) -> bool {
    let items = paths.into_iter().flatten();
    let items = items.filter_map(|(path, item)| {
        let found = document.resolve(&item.node, &pointer::join(base, path));
        found.ok()?.node.as_mapping()
    });
    let mut operations = items.flat_map(|item| item.values());
    operations.any(|operation| {
        let list = operation.node.get("security").and_then(Node::as_sequence);
        list.is_some_and(|list| !list.is_empty())
    })
}

/// What names an operation, before it is read.
struct Head<'h, 'd> {
    path: &'h str,
    method: String,
    entry: &'d Entry,
    pointer: String,
    item: &'h Located<'d>,
}

pub(super) struct Builder<'d, 's> {
    pub(super) document: &'d Document,
    pub(super) clauses: &'s mut ClauseSet,
    pub(super) folds: &'s mut Folds,
    pub(super) warnings: &'s mut Warnings,
    /// The clauses of this operation, those of schemas aside.
    known: HashMap<Subject, ClauseIx, RandomState>,
    dialect: Dialect,
    /// Whether it is Swagger 2.0.
    pub(super) is_swagger: bool,
    /// Whether the document says of any operation which credentials it asks for.
    pub(super) says_security: bool,
    pub(super) ix: usize,
    pub(super) id: Arc<str>,
}

impl<'d> Builder<'d, '_> {
    /// An operation; `None` where nothing of it can be tested.
    fn operation(
        &mut self,
        head: Head<'_, 'd>,
        aliases: &[Alias],
        ids: &HashSet<Arc<str>, RandomState>,
    ) -> Option<Operation> {
        let (method, path) = (&head.method, head.path);
        let lost = format!("{method} {path} is not tested");
        let found = self.document.resolve(&head.entry.node, &head.pointer);
        let Some(found) = self.usable(found, &lost) else {
            let why = "their references lead to nothing that can be used";
            let name = format!("{method} {path}");
            self.warnings.leave_out("operations", name, why);
            return None;
        };
        let (node, here) = (found.node, found.pointer.as_str());
        let here_mark = self
            .document
            .at(here)
            .map_or(head.entry.key, |(_, mark)| mark);
        let written = node.entry("responses");
        let listed = self.opened(node, "responses", here);
        let listed = listed.filter(|found| found.node.as_mapping().is_some());
        let entry = written.filter(|_| listed.is_some());
        // Since 3.1 an operation need not say what it answers.
        let may_be_silent = self.dialect == Dialect::V31 && node.as_mapping().is_some();
        if entry.is_none() && !(may_be_silent && written.is_none()) {
            let message = format!("`{method} {path}` documents no `responses`");
            let mark = written.map_or(head.entry.key, |entry| entry.key);
            self.warnings.add(self.document.error(mark, message), lost);
            let why = "they document no `responses`";
            let name = format!("{method} {path}");
            self.warnings.leave_out("operations", name, why);
            return None;
        }
        let operation_id = node.get("operationId").and_then(Node::as_str);
        let operation_id = operation_id.filter(|id| !id.is_empty()).map(str::to_owned);
        self.id = self.named(&head, operation_id.as_deref(), aliases, ids);
        let level = Self::refusal_level(node);
        let route = Route::of(path);
        let parameters = self.parameters(node, here, head.item, route, level);
        let wanted = self.wanted(node, here, head.item);
        let request_body = self.request_body(node, here, head.item, level);
        let security = self.security(node, here);
        let at = listed.as_ref().map(|found| found.pointer.clone());
        let at = at.unwrap_or_else(|| pointer::join(here, "responses"));
        let undocumented = entry.map(|entry| {
            self.clause(
                self.part(Part::DocumentedStatus),
                Level::Info,
                "the status of every answer is a documented one",
                (&at, entry.key),
            )
        });
        let listed = listed.and_then(|found| found.node.as_mapping());
        let responses = self.responses(listed, &at, (node, here));
        Some(Operation {
            id: Arc::clone(&self.id),
            operation_id,
            method: head.method,
            path: head.path.to_owned(),
            sent_path: route.path.to_owned(),
            sent_query: route.own_query(&parameters),
            told_by: route.told_by(self.document, &parameters),
            pointer: found.pointer,
            mark: here_mark,
            parameters,
            wanted,
            request_body,
            security,
            responses,
            undocumented,
        })
    }

    /// The documented responses of an operation.
    fn responses(
        &mut self,
        listed: Option<&'d Mapping>,
        at: &str,
        operation: (&'d Node, &str),
    ) -> Vec<Response> {
        let mut responses = Vec::new();
        for (key, response) in listed.into_iter().flatten() {
            let lost = format!(
                "of the response {key} of {} only the status is known",
                self.id
            );
            let Some(status) = StatusKey::parse(key) else {
                if !key.starts_with("x-") {
                    let message = format!("`{key}` is not a status: write 200, 2XX or default");
                    let lost = format!("the response {key} of {} is not tested", self.id);
                    self.warnings
                        .add(self.document.error(response.key, message), lost);
                }
                continue;
            };
            let place = pointer::join(at, key);
            let found = self.document.resolve(&response.node, &place);
            let found = self.usable(found, &lost).unwrap_or_else(|| Located {
                node: &response.node,
                pointer: place.clone(),
                through: Vec::new(),
            });
            let own = (response.key, place.as_str());
            responses.push(self.response(status, found, own, operation));
        }
        responses
    }

    /// The beginning of the operation's clause ids: the battery's alias, else the operationId, else method and path.
    fn named(
        &mut self,
        head: &Head<'_, 'd>,
        operation_id: Option<&str>,
        aliases: &[Alias],
        ids: &HashSet<Arc<str>, RandomState>,
    ) -> Arc<str> {
        let plain = format!("{} {}", head.method, head.path);
        let mut aliases = aliases.iter();
        let is_meant = |alias: &&Alias| alias.method == head.method && alias.path == head.path;
        if let Some(alias) = aliases.find(is_meant) {
            return alias.name.as_str().into();
        }
        match operation_id {
            Some(id) if ids.contains(id) => {
                let message = format!("the operationId `{id}` stands twice");
                let mark = head
                    .entry
                    .node
                    .entry("operationId")
                    .map_or(head.entry.key, |entry| entry.key);
                let lost = format!("this operation goes by `{plain}` here");
                self.warnings.add(self.document.error(mark, message), lost);
                plain.into()
            }
            Some(id) => id.into(),
            None => plain.into(),
        }
    }

    /// What a reference leads to; where it leads nowhere, that is told, with what is lost.
    pub(super) fn usable<T>(&mut self, found: Result<T, SpecError>, lost: &str) -> Option<T> {
        found.map_err(|wrong| self.warnings.add(wrong, lost)).ok()
    }

    /// Adds a clause about a part of the operation.
    pub(super) fn clause(
        &mut self,
        subject: Subject,
        level: Level,
        text: impl Into<String>,
        (pointer, mark): (&str, Mark),
    ) -> ClauseIx {
        if let Some(known) = self.known.get(&subject) {
            return *known;
        }
        let (text, pointer) = (text.into(), pointer.to_owned());
        let clause = Clause::new(&self.id, subject.clone(), level, text, pointer, mark);
        let ix = self.clauses.put(clause);
        self.known.insert(subject, ix);
        ix
    }

    /// The schema of a body or parameter, with its clauses.
    pub(super) fn body(
        &mut self,
        node: &'d Node,
        at: String,
        used: SchemaUse,
        travels: Travels,
    ) -> Body {
        let mut folder = Folder {
            document: self.document,
            folds: self.folds,
            warnings: self.warnings,
            dialect: self.dialect,
            direction: used.direction,
            travels,
        };
        let (template, first) = folder.template(node, &at);
        let numbers = self.clauses.mount(&self.id, used, &template);
        Body {
            shape: Unfolded::new(template, first, numbers),
            schema: Lazy::at(at),
        }
    }

    /// A part of the operation.
    pub(super) fn part(&self, part: Part) -> Subject {
        Subject::of(self.ix, part)
    }
}
