//! The files of a run: those that are built in, and those that are given.

#![expect(
    clippy::disallowed_methods,
    reason = "the one module of the battery that reads files"
)]

use std::collections::HashSet;
use std::fs::File;
use std::io::{Error, Read as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::contract::{Alias, hex};

use super::arazzo;
use super::file::{Part, parsed};
use super::loaded::{BatteryError, Loaded};
use super::model::{Binding, CaseFile, RuleFile};
use super::pack;

/// No case or rule file has so many bytes; a device need not end.
const TOO_MANY: u64 = 80 << 20;

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
        for file in pack::CASES {
            battery.digest(file.name, file.text);
            battery.take(Part::built_in(file)?)?;
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
            let text = text(&file).map_err(|error| unreadable(&file, &error))?;
            self.add(&file.display().to_string(), &text, false)?;
        }
        // What an Arazzo document refers to is read as well.
        while let Some((from, name, path)) = arazzo::unread(&self.flows)? {
            let source = path.display().to_string();
            let mut known = self.flows.iter();
            let to = match known.position(|known| known.source_name == source) {
                Some(known) => known,
                None => {
                    let text = text(&path)
                        .map_err(|error| self.flows[from].missing(&name, &path, &error))?;
                    self.digest(&source, &text);
                    let root = parsed(&source, &text)?;
                    let flow = arazzo::Document::new(&source, root, false)?;
                    self.flows.push(flow);
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
        Loaded::unwritten(source, file)
    }

    /// Adds one file's text.
    ///
    /// # Errors
    /// The first thing that is wrong in it, with its place.
    pub fn add(&mut self, name: &str, text: &str, embedded: bool) -> Result<(), BatteryError> {
        self.digest(name, text);
        self.take(Part::of(name, text, embedded)?)
    }

    fn digest(&mut self, name: &str, text: &str) {
        let name = name.rsplit('/').next().unwrap_or_default();
        self.digest.update(name.as_bytes());
        self.digest.update(text.as_bytes());
    }

    /// Adds what a file is.
    fn take(&mut self, part: Part) -> Result<(), BatteryError> {
        match part {
            Part::Case(loaded) => replace(&mut self.cases, *loaded, |file| &file.case),
            Part::Rule(loaded) => replace(&mut self.rules, *loaded, |file| &file.rule),
            Part::Binding(loaded) => self.bind(*loaded)?,
            Part::Flow(flow) => self.flows.push(*flow),
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

/// The text of a file, of fewer bytes than are too many.
fn text(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let size = File::open(path)?.take(TOO_MANY).read_to_end(&mut bytes)?;
    if size as u64 == TOO_MANY {
        let most = TOO_MANY >> 20;
        return Err(Error::other(format!(
            "{most} MiB are too much; name another file"
        )));
    }
    String::from_utf8(bytes).map_err(|_| Error::other("it is not UTF-8"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> BatteryError {
    BatteryError {
        source_name: path.display().to_string(),
        line: 0,
        column: 0,
        message: format!("cannot be read: {error}"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_end_is_refused() {
        let error = Battery::default()
            .add_path(Path::new("/dev/zero"))
            .unwrap_err();
        assert!(error.message.contains("80 MiB are too much"), "{error}");
    }
}
