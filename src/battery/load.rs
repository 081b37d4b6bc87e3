//! Case, rule and binding files, told apart by their first key, read with their places.

#![expect(
    clippy::disallowed_methods,
    reason = "the one module of the battery that reads files"
)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::contract::yaml::{self, Mark, Node, NodeValue};
use crate::contract::{Alias, hex, nearest, pointer};

use super::arazzo;
use super::model::{Binding, CaseFile, RuleFile};
use super::pack;

/// What is wrong with a case, rule or binding file, with its place and what was meant.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", place(source_name, *line, *column))]
pub struct BatteryError {
    /// The file.
    pub source_name: String,
    /// The line, from 1; 0 where the file could not be read.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong and what to do, as a lower-case fragment.
    pub message: String,
}

fn place(source_name: &str, line: u64, column: u64) -> String {
    if line == 0 {
        return source_name.to_owned();
    }
    format!("{source_name}:{line}:{column}")
}

/// A file's content with its places.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The content.
    pub file: T,
    /// The file's name.
    pub source_name: String,
    /// Whether it is built into the program.
    pub embedded: bool,
    root: Node,
}

impl<T> Loaded<T> {
    /// The place of the value at an RFC 6901 pointer into the file; of its beginning where there is none.
    pub fn mark(&self, at: &str) -> Mark {
        let mut node = &self.root;
        let mut mark = node.mark;
        for token in pointer::tokens(at) {
            if let Some(entry) = node.entry(&token) {
                mark = entry.key;
                node = &entry.node;
            } else if let Some(item) = token
                .parse::<usize>()
                .ok()
                .and_then(|n| node.as_sequence()?.get(n))
            {
                mark = item.mark;
                node = item;
            } else {
                break;
            }
        }
        mark
    }

    /// An error at the value at that pointer.
    pub fn error(&self, at: &str, message: impl Into<String>) -> BatteryError {
        let mark = self.mark(at);
        BatteryError {
            source_name: self.source_name.clone(),
            line: mark.line,
            column: mark.column,
            message: message.into(),
        }
    }
}

/// All files of a run, each id once.
#[derive(Debug, Clone, Default)]
pub struct Battery {
    /// What binds batteries to operations.
    pub bindings: Vec<Loaded<Binding>>,
    /// The cases, in the order of their ids.
    pub cases: Vec<Loaded<CaseFile>>,
    /// The rules, in the order of their ids.
    pub rules: Vec<Loaded<RuleFile>>,
    /// Arazzo documents: those that were given, and those that they refer to.
    pub flows: Vec<arazzo::Document>,
    digest: Sha256,
}

impl Battery {
    /// The batteries that are built into the program.
    ///
    /// # Errors
    /// Never for the files as released; a test loads them all.
    pub fn embedded() -> Result<Battery, BatteryError> {
        let mut battery = Battery::default();
        for (name, text) in pack::CASES {
            battery.add(name, text, true)?;
        }
        Ok(battery)
    }

    /// Adds a file, or all `.yaml` and `.yml` files below a folder; an id that is there already is replaced.
    ///
    /// # Errors
    /// A path that cannot be read, or the first thing that is wrong in a file, with its place.
    pub fn add_path(&mut self, path: &Path) -> Result<(), BatteryError> {
        let mut files = Vec::new();
        gather(path, &mut files).map_err(|error| unreadable(path, &error))?;
        files.sort();
        if files.is_empty() {
            return Err(BatteryError {
                source_name: path.display().to_string(),
                line: 0,
                column: 0,
                message: "there is no .yaml file here; name a case or rule file, or a folder that holds some".to_owned(),
            });
        }
        for file in files {
            let text = std::fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
            self.add(&file.display().to_string(), &text, false)?;
        }
        // What an Arazzo document refers to is read as well.
        while let Some((from, name, path)) = arazzo::unread(&self.flows)? {
            let source = path.display().to_string();
            let mut known = self.flows.iter();
            let to = match known.position(|known| known.source_name == source) {
                Some(known) => known,
                None => {
                    let read = std::fs::read_to_string(&path);
                    let text =
                        read.map_err(|error| self.flows[from].missing(&name, &path, &error))?;
                    self.flow(&source, &text, false)?;
                    self.flows.len() - 1
                }
            };
            arazzo::link(&mut self.flows, from, name, to);
        }
        for flow in &mut self.flows {
            flow.look(&|path| std::fs::metadata(path).err().map(|error| error.to_string()));
        }
        Ok(())
    }

    /// Adds an Arazzo document, whose workflows are cases where it `is_given`.
    fn flow(&mut self, name: &str, text: &str, is_given: bool) -> Result<(), BatteryError> {
        self.digest.update(text.as_bytes());
        let root = parsed(name, text)?;
        self.flows
            .push(arazzo::Document::new(name, root, is_given)?);
        Ok(())
    }

    /// Adds cases and bindings that nobody wrote: what a file says of the same id, or of the same operation, stands.
    /// `source` is what is named instead of a file.
    pub fn add_derived(&mut self, source: &str, cases: Vec<CaseFile>, bindings: Vec<Binding>) {
        let known: HashSet<String> = self.cases.iter().map(|one| one.file.case.clone()).collect();
        for file in cases.into_iter().filter(|file| !known.contains(&file.case)) {
            let loaded = self.unwritten(source, file);
            self.cases.push(loaded);
        }
        self.cases
            .sort_by(|one, other| one.file.case.cmp(&other.file.case));
        let bound = self.bindings.iter();
        let bound: HashSet<String> = bound.map(|one| one.file.operation.clone()).collect();
        for file in bindings {
            if !bound.contains(&file.operation) {
                let loaded = self.unwritten(source, file);
                self.bindings.push(loaded);
            }
        }
        let by_operation = |one: &Loaded<Binding>, other: &Loaded<Binding>| {
            one.file.operation.cmp(&other.file.operation)
        };
        self.bindings.sort_by(by_operation);
    }

    /// The case of that id.
    pub fn case(&self, id: &str) -> Option<&Loaded<CaseFile>> {
        let place = self
            .cases
            .binary_search_by(|known| (*known.file.case).cmp(id));
        Some(&self.cases[place.ok()?])
    }

    fn unwritten<T: Serialize>(&mut self, source: &str, file: T) -> Loaded<T> {
        // What a person can write is JSON.
        let text = serde_json::to_string(&file).unwrap_or_default();
        self.digest.update(text.as_bytes());
        Loaded {
            file,
            source_name: source.to_owned(),
            embedded: false,
            root: Node {
                value: NodeValue::Null,
                mark: Mark::default(),
            },
        }
    }

    /// Adds one file's text.
    ///
    /// # Errors
    /// The first thing that is wrong in it, with its place.
    pub fn add(&mut self, name: &str, text: &str, embedded: bool) -> Result<(), BatteryError> {
        self.digest
            .update(name.rsplit('/').next().unwrap_or_default().as_bytes());
        self.digest.update(text.as_bytes());
        let root = parsed(name, text)?;
        if root.get("arazzo").is_some() {
            return self.flow(name, text, true);
        }
        if root.get("case").is_some() {
            let loaded = read::<CaseFile>(name, text, root, embedded)?;
            super::written::check(&loaded)?;
            replace(&mut self.cases, loaded, |file| &file.case);
        } else if root.get("rule").is_some() {
            let loaded = read::<RuleFile>(name, text, root, embedded)?;
            replace(&mut self.rules, loaded, |file| &file.rule);
        } else if root.get("battery").is_some() {
            let loaded = read::<Binding>(name, text, root, embedded)?;
            self.bind(loaded)?;
        } else {
            return Err(BatteryError {
                source_name: name.to_owned(),
                line: root.mark.line,
                column: root.mark.column,
                message: "a file holds one `case:`, one `rule:`, one `battery:` or an `arazzo:` document, and this has none of these keys".to_owned(),
            });
        }
        Ok(())
    }

    /// Adds a binding; one that is built in gives way to a file of the user's, and two files of the user's to nobody.
    fn bind(&mut self, loaded: Loaded<Binding>) -> Result<(), BatteryError> {
        let same = |known: &Loaded<Binding>| known.file.operation == loaded.file.operation;
        if let Some(known) = self
            .bindings
            .iter()
            .find(|known| same(known) && !known.embedded)
        {
            let message = format!(
                "{} binds {} already: an operation has one `battery:` file, so take one of the two away",
                known.source_name, known.file.operation
            );
            return Err(loaded.error("/operation", message));
        }
        let named = |known: &&Loaded<Binding>| known.file.alias == loaded.file.alias;
        let mut others = self.bindings.iter().filter(|known| !same(known));
        if let Some(known) = others.find(named) {
            let message = format!(
                "{} calls {} `{}` already: give this operation another alias",
                known.source_name, known.file.operation, known.file.alias
            );
            return Err(loaded.error("/alias", message));
        }
        replace(&mut self.bindings, loaded, |file| &file.operation);
        Ok(())
    }

    /// The short names that clause ids begin with.
    pub fn aliases(&self) -> Vec<Alias> {
        self.bindings
            .iter()
            .filter_map(|binding| {
                let (method, path) = binding.file.operation.split_once(' ')?;
                Some(Alias {
                    method: method.to_ascii_uppercase(),
                    path: path.trim().to_owned(),
                    name: binding.file.alias.clone(),
                })
            })
            .collect()
    }

    /// SHA-256 over all files, in hexadecimal.
    pub fn sha256(&self) -> String {
        hex(&self.digest.clone().finalize())
    }
}

fn parsed(name: &str, text: &str) -> Result<Node, BatteryError> {
    yaml::parse(text).map_err(|error| BatteryError {
        source_name: name.to_owned(),
        line: error.mark.line,
        column: error.mark.column,
        message: error.message,
    })
}

fn read<T: DeserializeOwned>(
    name: &str,
    text: &str,
    root: Node,
    embedded: bool,
) -> Result<Loaded<T>, BatteryError> {
    // The tree is read already; only what it does not fit is read once more, from the text, for the place and the words.
    let file = serde_json::from_value(root.to_json()).or_else(|_| {
        serde_saphyr::from_str_with_options::<T>(text, yaml::strict_options()).map_err(|error| {
            let error = yaml::error_with_mark(&error);
            BatteryError {
                source_name: name.to_owned(),
                line: error.mark.line,
                column: error.mark.column,
                message: with_nearest(&error.message),
            }
        })
    })?;
    Ok(Loaded {
        file,
        source_name: name.to_owned(),
        embedded,
        root,
    })
}

/// serde lists the known keys after "expected one of", with or without quotes; the nearest one is what was meant. The
/// place stands before the message already.
pub fn with_nearest(message: &str) -> String {
    let message = match message.rfind(" at line ") {
        Some(at) => &message[..at],
        None => message,
    };
    let hint = message
        .split_once("unknown ")
        .and_then(|(_, rest)| rest.split_once(", expected "))
        .and_then(|(wrong, known)| {
            let wrong = wrong.split('`').nth(1)?;
            let known = known.strip_prefix("one of ").unwrap_or(known);
            let names = known
                .split([',', ' '])
                .map(|name| name.trim_matches('`'))
                .filter(|name| !name.is_empty());
            Some(nearest::hint(wrong, names))
        });
    format!("{message}{}", hint.unwrap_or_default())
}

fn replace<T>(list: &mut Vec<Loaded<T>>, loaded: Loaded<T>, key: impl Fn(&T) -> &String) {
    match list.binary_search_by(|known| key(&known.file).cmp(key(&loaded.file))) {
        Ok(found) => list[found] = loaded,
        Err(place) => list.insert(place, loaded),
    }
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let path = entry?.path();
            if path.is_dir()
                || path
                    .extension()
                    .is_some_and(|ending| ending == "yaml" || ending == "yml")
            {
                gather(&path, files)?;
            }
        }
    } else {
        std::fs::metadata(path)?;
        files.push(path.to_owned());
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> BatteryError {
    BatteryError {
        source_name: path.display().to_string(),
        line: 0,
        column: 0,
        message: format!("cannot be read: {error}"),
    }
}
