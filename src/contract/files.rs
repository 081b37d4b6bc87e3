//! The files that a document consists of: gathered over all references, each read once.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::pointer;
use super::spec_error::SpecError;
use super::yaml::{self, Mark, Node, NodeValue};

/// One file of a document.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its name in messages and reports.
    pub name: String,
    /// Its path from the folder of the specification, with `/`; empty for a document that stands alone.
    pub path: String,
    /// The text as read.
    pub text: String,
    /// The tree.
    pub root: Node,
}

/// Gives the files that a document refers to. The contract itself reads nothing.
pub trait Loader {
    /// The path of the document itself, from the folder below which files may be read.
    fn path_of_document(&self) -> String;

    /// The name and text of the file at a path from that folder.
    ///
    /// # Errors
    /// Why it cannot be read and what to do; the words follow `` `$ref: …` ``.
    fn load(&self, path: &str) -> Result<(String, String), Unread>;
}

/// The loader of a document that stands alone.
pub struct Alone;

impl Loader for Alone {
    fn path_of_document(&self) -> String {
        String::new()
    }

    fn load(&self, _: &str) -> Result<(String, String), Unread> {
        let why = "leads out of this document, which was given without its folder";
        Err(Unread::Lost(why.to_owned()))
    }
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// What refers to it is lost, and all else of the document is used.
    Lost(String),
    /// The document is refused where one of its references leads there: what is there is no file that can be used.
    Unusable(String),
    /// The document is refused for naming it at all: it leads out of the folder.
    OutOfFolder(String),
}

impl Unread {
    /// The words that follow the reference.
    pub fn words(&self) -> &str {
        let (Unread::Lost(why) | Unread::Unusable(why) | Unread::OutOfFolder(why)) = self;
        why
    }
}

/// The most files that are read for one document, and the most bytes of all of them.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: usize = 80 << 20;

/// The files read so far.
pub(super) struct Files<'l> {
    files: Vec<SourceFile>,
    paths: HashMap<String, Result<u32, Unread>>,
    bytes: usize,
    loader: &'l dyn Loader,
}

impl Files<'_> {
    /// Reads all that the document refers to, and what those files refer to.
    ///
    /// # Errors
    /// The first reference that the loader refuses.
    pub(super) fn gather(main: SourceFile, loader: &dyn Loader) -> Result<Files<'_>, SpecError> {
        let mut all = Files {
            bytes: main.text.len(),
            paths: HashMap::from([(main.path.clone(), Ok(0))]),
            files: vec![main],
            loader,
        };
        let mut next = 0;
        while next < all.files.len() {
            let mut wanted = Vec::new();
            let file = &all.files[next];
            references(&file.root, &mut |target, mark| {
                let path = target.split('#').next().unwrap_or_default();
                if !path.is_empty()
                    && let Ok(path) = pointer::relative(&file.path, path)
                {
                    wanted.push((path, target.to_owned(), mark));
                }
            });
            for (path, target, mark) in wanted {
                if all.paths.contains_key(&path) {
                    continue;
                }
                let found = match all.read(&path) {
                    Ok(number) => Ok(number),
                    Err(Unread::OutOfFolder(why)) => {
                        return Err(SpecError {
                            source_name: all.files[next].name.clone(),
                            line: mark.line,
                            column: mark.column,
                            message: format!("`$ref: {target}` {why}"),
                            refuses: true,
                        });
                    }
                    Err(why) => Err(why),
                };
                all.paths.insert(path, found);
            }
            next += 1;
        }
        Ok(all)
    }

    fn read(&mut self, path: &str) -> Result<u32, Unread> {
        let number = self.files.len();
        if number >= MOST_FILES || self.bytes > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(Unread::Lost(format!(
                "leads to one file too many: at most {MOST_FILES} files of {most} MiB in all are read"
            )));
        }
        let (name, text) = self.loader.load(path)?;
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let root = yaml::parse_file(&text, number).map_err(|error| {
            let (line, column) = (error.mark.line, error.mark.column);
            Unread::Unusable(format!(
                "leads to a file that cannot be used: {name}:{line}:{column}: {}",
                error.message
            ))
        })?;
        self.bytes += text.len();
        self.files.push(SourceFile {
            name,
            path: path.to_owned(),
            text,
            root,
        });
        Ok(number)
    }

    /// The files, the number of each path, and the fingerprint of all.
    pub(super) fn done(
        self,
    ) -> (
        Vec<SourceFile>,
        HashMap<String, Result<u32, Unread>>,
        String,
    ) {
        let mut hash = Sha256::new();
        for file in &self.files {
            hash.update(file.text.as_bytes());
        }
        (self.files, self.paths, hex(&hash.finalize()))
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every `$ref` and `$dynamicRef` below a node.
fn references<'n>(node: &'n Node, seen: &mut impl FnMut(&'n str, Mark)) {
    match &node.value {
        NodeValue::Mapping(map) => {
            for (key, entry) in map.iter() {
                match entry.node.as_str() {
                    Some(target) if key == "$ref" || key == "$dynamicRef" => {
                        seen(target, entry.node.mark);
                    }
                    _ => references(&entry.node, seen),
                }
            }
        }
        NodeValue::Sequence(items) => items.iter().for_each(|item| references(item, seen)),
        _ => {}
    }
}
