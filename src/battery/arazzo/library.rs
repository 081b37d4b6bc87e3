//! All documents together with the contract: which workflow and which operation a text names.

use crate::contract::yaml::Node;
use crate::contract::{Contract, Operation, nearest, pointer};

use super::super::loaded::BatteryError;
use super::document::{Document, Named, is_arazzo, word};

/// All documents, and the contract that they speak of.
#[derive(Clone, Copy)]
pub(super) struct Library<'a> {
    pub(super) contract: &'a Contract,
    pub(super) documents: &'a [Document],
}

impl<'a> Library<'a> {
    /// The workflow's node.
    pub(super) fn node(&self, (document, workflow): Named) -> &'a Node {
        &self.documents[document].workflows()[workflow]
    }

    /// The workflow that a text names, which stands in a document: one of its own, or `$sourceDescriptions.NAME.ID`.
    pub(super) fn workflow(&self, from: usize, node: &Node) -> Result<Named, BatteryError> {
        let document = &self.documents[from];
        let text = node.as_str().unwrap_or_default();
        let (owner, id) = match text.strip_prefix("$sourceDescriptions.") {
            None => (from, text),
            Some(rest) => {
                let (name, id) = rest.split_once('.').unwrap_or((rest, ""));
                self.source(document, node, name)?;
                let known = document.links.iter().find(|(known, _)| known == name);
                let Some((_, owner)) = known else {
                    let message =
                        format!("the source `{name}` is no Arazzo document that was read");
                    return Err(document.error(node, message));
                };
                (*owner, id)
            }
        };
        let all = self.documents[owner].workflows();
        match all.iter().position(|one| word(one, "workflowId") == id) {
            Some(found) => Ok((owner, found)),
            None => {
                let known = all.iter().map(|one| word(one, "workflowId"));
                let hint = nearest::hint(id, known);
                Err(document.error(node, format!("there is no workflow `{id}`{hint}")))
            }
        }
    }

    /// The source of that name.
    fn source(
        &self,
        document: &'a Document,
        at: &Node,
        name: &str,
    ) -> Result<&'a Node, BatteryError> {
        let all = document.sources();
        all.iter()
            .find(|source| word(source, "name") == name)
            .ok_or_else(|| {
                let hint = nearest::hint(name, all.iter().map(|source| word(source, "name")));
                document.error(at, format!("there is no source description `{name}`{hint}"))
            })
    }

    /// Refuses a source that is not the document in use: of several, the one whose file has its name.
    pub(super) fn in_use(
        &self,
        document: &'a Document,
        at: &Node,
        name: &str,
    ) -> Result<(), BatteryError> {
        let source = self.source(document, at, name)?;
        let of_api = || document.sources().iter().filter(|one| !is_arazzo(one));
        let used = file(&self.contract.document.source_name);
        let is_other = |source: &Node| file(word(source, "url")) != used;
        if is_arazzo(source) {
            let message =
                format!("the source `{name}` is an Arazzo document, and has no operations");
            return Err(document.error(at, message));
        }
        if of_api().count() > 1 && is_other(source) && !of_api().all(is_other) {
            let message = format!(
                "the source `{name}` is another document than the one in use ({used}): one run tests one document"
            );
            return Err(document.error(at, message));
        }
        Ok(())
    }

    /// Refuses a source that is not there, unless it means the document in use.
    pub(super) fn refuse_absent(&self, document: &'a Document) -> Result<(), BatteryError> {
        let used = file(&self.contract.document.source_name);
        for (name, why) in &document.absent {
            let source = self.source(document, &document.root, name)?;
            if file(word(source, "url")) != used {
                let message = format!(
                    "the source `{name}` cannot be read: {why}; name the document in use ({used}), or a file that is there"
                );
                return Err(document.error(source.get("url").unwrap_or(source), message));
            }
        }
        Ok(())
    }

    /// The operation that a step asks; `None` where it takes a workflow.
    pub(super) fn operation(
        &self,
        from: usize,
        step: &Node,
    ) -> Result<Option<usize>, BatteryError> {
        let document = &self.documents[from];
        let keys = ["operationId", "operationPath", "workflowId"];
        let given: Vec<(&str, &Node)> = keys
            .iter()
            .filter_map(|key| Some((*key, step.get(key)?)))
            .collect();
        let [(key, node)] = given[..] else {
            let message = "a step has one of `operationId`, `operationPath` and `workflowId`";
            return Err(document.error(step, message));
        };
        let text = document.text(step, key)?;
        match key {
            "workflowId" => Ok(None),
            "operationId" => {
                let mut id = text;
                if let Some(rest) = text.strip_prefix("$sourceDescriptions.") {
                    let (name, rest) = rest.split_once('.').unwrap_or((rest, ""));
                    self.in_use(document, node, name)?;
                    id = rest;
                }
                let all = self.contract.operations.iter();
                let found = all
                    .clone()
                    .position(|one| one.operation_id.as_deref() == Some(id));
                let found = found.or_else(|| Some(self.contract.operation(id)?.0));
                found.map(Some).ok_or_else(|| {
                    let hint = nearest::hint(id, all.filter_map(|one| one.operation_id.as_deref()));
                    document.error(node, format!("the contract has no operation `{id}`{hint}"))
                })
            }
            _ => self.operation_path(document, node, text).map(Some),
        }
    }

    /// `{$sourceDescriptions.NAME.url}#/paths/~1pets/get`
    fn operation_path(
        &self,
        document: &'a Document,
        node: &Node,
        text: &str,
    ) -> Result<usize, BatteryError> {
        let (source, place) = text.split_once('#').unwrap_or((text, ""));
        let name = source.trim_matches(['{', '}']);
        let name = name.strip_prefix("$sourceDescriptions.");
        let name = name.and_then(|name| name.strip_suffix(".url"));
        let Some(name) = name else {
            let message =
                "an `operationPath` is {$sourceDescriptions.NAME.url}#/paths/~1PATH/METHOD";
            return Err(document.error(node, message));
        };
        self.in_use(document, node, name)?;
        let tokens = pointer::tokens(&format!("#{place}"));
        let all = self.contract.operations.iter();
        let [paths, path, method] = &tokens[..] else {
            let message =
                format!("`{place}` is no place of an operation: write /paths/~1PATH/METHOD");
            return Err(document.error(node, message));
        };
        let is_it = |one: &Operation| {
            paths == "paths" && one.path == *path && one.method.eq_ignore_ascii_case(method)
        };
        all.clone().position(is_it).ok_or_else(|| {
            let route = format!("{} {path}", method.to_ascii_uppercase());
            let known: Vec<String> = all
                .map(|one| format!("{} {}", one.method, one.path))
                .collect();
            let hint = nearest::hint(&route, known.iter().map(String::as_str));
            document.error(node, format!("the contract has no operation {route}{hint}"))
        })
    }
}

/// The name of the file that a URL or a path ends with.
fn file(url: &str) -> String {
    url.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned()
}
