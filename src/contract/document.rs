//! The document as it was written: its files, their trees, and references resolved among them. Never reads, prints or
//! sends: other files come through a [`Loader`].

mod through;

use std::collections::HashMap;

use super::files::{Alone, Files, Loader, SourceFile, Unread};
use super::other;
use super::pointer;
use super::spec_error::SpecError;
use super::yaml::{self, Mark, Node, YamlError};

/// A YAML or JSON document with places, and the files that it refers to.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file, or the name of the embedded document.
    pub source_name: String,
    /// The files; the first is the document itself.
    pub files: Vec<SourceFile>,
    /// SHA-256 of the texts, in hexadecimal.
    pub sha256: String,
    /// Schemas that no one node of the document is, by their pointers.
    made: HashMap<String, Node>,
    /// Where those stand that are a schema of the document as one reference to it means it.
    written: HashMap<String, String>,
    /// The file of each path that some reference names, or why it cannot be read.
    paths: HashMap<String, Result<u32, Unread>>,
}

/// A node together with the pointer under which it really stands (after references).
#[derive(Debug, Clone)]
pub struct Located<'d> {
    /// The node.
    pub node: &'d Node,
    /// RFC 6901 pointer of the node itself; behind `PATH#` where it stands in another file than the document itself.
    pub pointer: String,
    /// The references that were followed to get here: what each led to, with its pointer.
    pub through: Vec<(&'d Node, String)>,
}

impl Document {
    /// Parses a document that stands alone; `source_name` is used in messages.
    ///
    /// # Errors
    /// A text that is neither YAML nor JSON, with its place.
    pub fn parse(source_name: &str, text: String) -> Result<Document, SpecError> {
        Document::read(source_name, text, &Alone)
    }

    /// Parses a document and all files that it refers to, as the loader gives them. A file that cannot be read is
    /// told where a reference leads to it.
    ///
    /// # Errors
    /// A text of the document itself that is neither YAML nor JSON, and a reference that the loader refuses, with its place.
    pub fn read(
        source_name: &str,
        text: String,
        loader: &dyn Loader,
    ) -> Result<Document, SpecError> {
        Document::of(source_name, yaml::parse(&text), text, loader)
    }

    /// As [`read`](Self::read), of a text that was parsed already.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of(
        source_name: &str,
        root: Result<Node, YamlError>,
        text: String,
        loader: &dyn Loader,
    ) -> Result<Document, SpecError> {
        let root = root.map_err(|error| SpecError {
            source_name: source_name.to_owned(),
            line: error.mark.line,
            column: error.mark.column,
            message: other::broken(&text).map_or(error.message, str::to_owned),
            refuses: true,
        })?;
        let main = SourceFile {
            name: source_name.to_owned(),
            path: loader.path_of_document(),
            text,
            root,
        };
        let (files, paths, sha256) = Files::gather(main, loader)?.done();
        Ok(Document {
            source_name: source_name.to_owned(),
            files,
            sha256,
            made: HashMap::new(),
            written: HashMap::new(),
            paths,
        })
    }

    /// Adds schemas that are spread over several nodes, by pointers that nothing else has.
    pub(super) fn make(&mut self, schemas: Vec<(String, Node)>) {
        self.made.extend(schemas);
    }

    /// Adds a schema as one reference to it means it, by a pointer that nothing else has.
    pub(super) fn make_of(&mut self, pointer: String, schema: Node, written: String) {
        self.written.insert(pointer.clone(), written);
        self.made.insert(pointer, schema);
    }

    /// Where in the document something stands, as a person finds it there.
    pub(super) fn written(&self, pointer: String) -> String {
        if self.written.is_empty() {
            return pointer;
        }
        let end = self.made_within(&pointer);
        match self.written.get(&pointer[..end]) {
            Some(written) => format!("{written}{}", &pointer[end..]),
            None => pointer,
        }
    }

    /// How much of a pointer is that of a schema that was made; all of it where none is.
    fn made_within(&self, pointer: &str) -> usize {
        let mut ends = pointer.match_indices('/').map(|(at, _)| at);
        ends.find(|end| self.made.contains_key(&pointer[..*end]))
            .unwrap_or(pointer.len())
    }

    /// The tree of the document itself.
    pub fn root(&self) -> &Node {
        &self.files[0].root
    }

    /// The file in which a place is.
    pub fn file(&self, mark: Mark) -> &SourceFile {
        &self.files[mark.file as usize]
    }

    /// An error at that place.
    pub fn error(&self, mark: Mark, message: impl Into<String>) -> SpecError {
        SpecError {
            source_name: self.file(mark).name.clone(),
            line: mark.line,
            column: mark.column,
            message: message.into(),
            refuses: false,
        }
    }

    /// The node at a pointer, with the place of its key where it has one (else of the node).
    pub fn at(&self, pointer: &str) -> Option<(&Node, Mark)> {
        let (file, pointer) = match pointer.starts_with(['/', '#']) || pointer.is_empty() {
            true => (0, pointer),
            false => {
                let (path, rest) = pointer.split_once('#')?;
                let mut files = self.files.iter();
                (files.position(|file| file.path == path)?, rest)
            }
        };
        let root = &self.files[file].root;
        let walk = |root, pointer: &str| {
            let begin = (root, Node::mark(root));
            if pointer.starts_with('#') {
                let mut tokens = pointer::tokens(pointer).into_iter();
                return tokens.try_fold(begin, |(node, _), token| Node::child(node, &token));
            }
            let mut tokens = pointer.split('/').skip(1);
            tokens.try_fold(begin, |(node, _), token| {
                Node::child(node, &pointer::unescaped(token))
            })
        };
        let found = walk(root, pointer);
        match self.made.is_empty() {
            true => found,
            false => found.or_else(|| {
                let end = self.made_within(pointer);
                walk(self.made.get(&pointer[..end])?, &pointer[end..])
            }),
        }
    }

    /// Follows `$ref` from a node to the node that is meant.
    ///
    /// # Errors
    /// A reference to nowhere, to what cannot be read, or in a circle, with its place.
    pub fn resolve<'d>(&'d self, node: &'d Node, pointer: &str) -> Result<Located<'d>, SpecError> {
        let mut here = Located {
            node,
            pointer: pointer.to_owned(),
            through: Vec::new(),
        };
        // Who walks in a circle comes back to where the last power of two was (Brent's algorithm).
        let mut milestone = node;
        while let Some(next) = self.step(here.node) {
            let (next, pointer) = next?;
            if std::ptr::eq(next, milestone) {
                let mark = here.node.get("$ref").unwrap_or(here.node).mark;
                let why =
                    "this `$ref` only leads back to itself: give it a place where something stands";
                return Err(SpecError {
                    refuses: true,
                    ..self.error(mark, why)
                });
            }
            if here.through.len().is_power_of_two() {
                milestone = next;
            }
            here.node = next;
            here.pointer.clone_from(&pointer);
            here.through.push((next, pointer));
        }
        Ok(here)
    }

    /// Follows the `$ref` of a node one step; `None` where it has none.
    pub(super) fn step(&self, node: &Node) -> Option<Result<(&Node, String), SpecError>> {
        let entry = node.entry("$ref")?;
        let mark = entry.node.mark;
        let Some(target) = entry.node.as_str() else {
            return Some(Err(self.error(mark, "`$ref` must be a string")));
        };
        let wanted = match self.meant(target, mark) {
            Ok(wanted) => wanted,
            Err(wrong) => return Some(Err(wrong)),
        };
        let found = self.at(&wanted).map(|(next, _)| next);
        let Some((next, wanted)) = found
            .map(|next| (next, wanted.clone()))
            .or_else(|| self.find(&wanted))
        else {
            let place = match target.starts_with('#') {
                true => "in this document",
                false => "in that file",
            };
            let message = format!("`$ref: {target}` leads nowhere {place}");
            return Some(Err(self.error(mark, message)));
        };
        Some(Ok((next, wanted)))
    }

    /// The pointer that a reference at that place means.
    pub(super) fn meant(&self, target: &str, mark: Mark) -> Result<String, SpecError> {
        let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
        if target.is_empty() {
            return Err(self.error(mark, "`$ref` is empty"));
        }
        let wrong = |why: &str| self.error(mark, format!("`$ref: {target}` {why}"));
        let file = self.file_of(path, mark).map_err(|why| SpecError {
            refuses: matches!(why, Unread::Unusable(_)),
            ..wrong(why.words())
        })?;
        let tokens = pointer::tokens(&format!("#{fragment}"));
        if tokens.is_empty() && !fragment.is_empty() && fragment != "/" {
            return Err(wrong(
                "leads nowhere: the part after `#` is neither a pointer, such as `#/components/schemas/X`, nor the `$anchor` \
                 that OpenAPI 3.1 lets a schema have",
            ));
        }
        let base = self.root_pointer(file);
        Ok(tokens
            .iter()
            .fold(base, |base, token| pointer::join(&base, token)))
    }

    /// The file of a path, as a reference at that place has it.
    pub(super) fn file_of(&self, path: &str, mark: Mark) -> Result<u32, Unread> {
        if path.is_empty() {
            return Ok(mark.file);
        }
        let lost = |why: &str| Unread::Lost(why.to_owned());
        let path = pointer::relative(&self.file(mark).path, path).map_err(lost)?;
        let unread = || Err(lost("leads to a file that was not read"));
        self.paths.get(&path).cloned().unwrap_or_else(unread)
    }

    /// The pointer of a file's root.
    pub(super) fn root_pointer(&self, file: u32) -> String {
        match file {
            0 => String::new(),
            _ => format!("{}#", self.files[file as usize].path),
        }
    }

    /// How a reference in a file is written that leads to a pointer.
    pub(super) fn reference(&self, file: u32, pointer: &str) -> String {
        let elsewhere = pointer
            .split_once('#')
            .filter(|_| !pointer.starts_with('/'));
        let (path, pointer) = elsewhere.unwrap_or((&self.files[0].path, pointer));
        let way = pointer::way(&self.files[file as usize].path, path);
        // What is percent-encoded in a fragment is decoded when it is read.
        format!("{way}#{}", pointer.replace('%', "%25"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_and_circles_end() {
        let text = "a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: 1\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}\nz: {$ref: other.yaml}\n";
        let document = Document::parse("t.yaml", text.to_owned()).unwrap();
        let (a, _) = document.at("/a").unwrap();
        let found = document.resolve(a, "/a").unwrap();
        assert_eq!(found.pointer, "/c");
        let through: Vec<&str> = found.through.iter().map(|(_, at)| at.as_str()).collect();
        assert_eq!(through, ["/b", "/c"]);
        let (x, _) = document.at("/x").unwrap();
        let circle = document.resolve(x, "/x").unwrap_err().to_string();
        assert!(circle.contains("t.yaml:5"));
        let (z, _) = document.at("/z").unwrap();
        let out = document.resolve(z, "/z").unwrap_err();
        assert!(out.message.contains("leads out"), "{out}");
    }

    /// Files by their path.
    struct Folder(&'static [(&'static str, &'static str)]);

    impl Loader for Folder {
        fn path_of_document(&self) -> String {
            "api/main.yaml".to_owned()
        }

        fn load(&self, path: &str) -> Result<(String, String), Unread> {
            let found = self.0.iter().find(|(name, _)| *name == path);
            let (name, text) = match (path, found) {
                ("api/link.yaml", _) => {
                    return Err(Unread::OutOfFolder("leads away".to_owned()));
                }
                ("api/folder", _) => return Err(Unread::Unusable("is a folder".to_owned())),
                (_, None) => return Err(Unread::Lost("leads to what is not there".to_owned())),
                (_, Some(found)) => found,
            };
            Ok((format!("/spec/{name}"), (*text).to_owned()))
        }
    }

    #[test]
    fn references_lead_from_file_to_file() {
        let main = "a: {$ref: 'parts/a.yaml#/x/y'}\nb: {$ref: ../common.json}\nc: {$ref: 'parts/a.yaml#/back'}\n\
                    d: {$ref: 'parts/no.yaml'}\ne: {$ref: ../../out.yaml}\nf: {$ref: 'https://a.b/c.yaml'}\n\
                    g: {$ref: /etc/passwd}\nh: {$ref: 'parts/broken.yaml#/a'}\ni: {$ref: 'parts/a.yaml#/none'}\nj: 7\n\
                    k: {$ref: 'parts/l%31.yaml'}\nm: {$ref: '#nowhere'}\nn: {$ref: folder}\n";
        let folder = Folder(&[
            (
                "api/parts/a.yaml",
                "x:\n  y: {$ref: 'b.yaml'}\nback: {$ref: '../main.yaml#/j'}\n",
            ),
            ("api/parts/b.yaml", "found: b\n"),
            ("common.json", "{\"found\": \"common\"}"),
            ("api/parts/broken.yaml", "a: 1\na: 2\n"),
            ("api/parts/l1.yaml", "{$ref: l2.yaml}"),
            ("api/parts/l2.yaml", "{$ref: l1.yaml}"),
        ]);
        let document = Document::read("main.yaml", main.to_owned(), &folder).unwrap();
        let resolve = |at: &str| document.resolve(document.at(at).unwrap().0, at);
        let a = resolve("/a").unwrap();
        assert_eq!(a.pointer, "api/parts/b.yaml#");
        assert_eq!(a.through[0].1, "api/parts/a.yaml#/x/y");
        assert_eq!(document.file(a.node.mark).name, "/spec/api/parts/b.yaml");
        assert_eq!(document.at(&a.pointer).unwrap().0, a.node);
        assert_eq!(resolve("/b").unwrap().pointer, "common.json#");
        assert_eq!(resolve("/c").unwrap().pointer, "/j");
        for (at, line, wanted) in [
            ("/d", 4, "not there"),
            ("/e", 5, "--spec-root"),
            ("/f", 6, "nothing is fetched"),
            ("/g", 7, "relative"),
            ("/h", 8, "`a` stands twice"),
            ("/i", 9, "nowhere in that file"),
            ("/m", 12, "neither a pointer"),
            ("/n", 13, "is a folder"),
        ] {
            let error = resolve(at).unwrap_err();
            assert_eq!(error.refuses, ["/h", "/n"].contains(&at), "{error}");
            assert!(
                error.message.contains(wanted) && error.line == line,
                "{error}"
            );
        }
        let circle = resolve("/k").unwrap_err();
        assert_eq!(circle.source_name, "/spec/api/parts/l2.yaml");
        assert!(circle.refuses && !resolve("/i").unwrap_err().refuses);
    }

    #[test]
    fn a_reference_that_the_loader_refuses_refuses_the_document() {
        let text = "a: 1\nb:\n  - $ref: 'link.yaml#/x'\n".to_owned();
        let refused = Document::read("/spec/api/main.yaml", text, &Folder(&[])).unwrap_err();
        let told = "/spec/api/main.yaml:3:11: `$ref: link.yaml#/x` leads away";
        assert_eq!(refused.to_string(), told);
    }
}
