//! What a document says in words: of a parameter, of an operation, at a place; and the type that it names for a value.

use super::names::words;
use super::parameter::Parameter;
use super::yaml::Node;
use super::{Contract, Operation};

/// The sentences of a text, each as its words.
pub fn sentences(text: &str) -> impl Iterator<Item = Vec<String>> + use<> {
    let text = text.replace("\n\n", ". ");
    let parts = text.split(". ").flat_map(|part| part.split(';'));
    parts.map(words).collect::<Vec<_>>().into_iter()
}

impl Contract {
    /// The sentences of the summary and the description at a place.
    pub fn told_at(&self, at: &str) -> Vec<Vec<String>> {
        let found = self.document.at(at);
        let found = found.and_then(|(node, _)| self.document.resolve(node, at).ok());
        let text = |key| found.as_ref()?.node.prose(key);
        let texts = ["summary", "description"].into_iter().filter_map(text);
        texts.flat_map(sentences).collect()
    }

    /// The same, without what is quoted as code: `queued` there is the name of a state, and no word of the sentence.
    pub fn plainly_told_at(&self, at: &str) -> Vec<Vec<String>> {
        let found = self.document.at(at);
        let found = found.and_then(|(node, _)| self.document.resolve(node, at).ok());
        let text = |key| found.as_ref()?.node.get(key).and_then(Node::as_str);
        let texts = ["summary", "description"].into_iter().filter_map(text);
        let plain = texts.map(|text| text.split('`').step_by(2).collect::<Vec<_>>().join(" "));
        plain.flat_map(|text| sentences(&text)).collect()
    }

    /// Those of an operation and of its successes.
    pub fn told_of(&self, operation: &Operation) -> Vec<Vec<String>> {
        let successes = operation.successes().map(|one| &*one.pointer);
        let places = std::iter::once(&*operation.pointer).chain(successes);
        places.flat_map(|at| self.told_at(at)).collect()
    }

    /// The words of what is said of it and of its schema.
    pub fn said_of(&self, parameter: &Parameter) -> Vec<String> {
        let schema = parameter.schema.as_ref().map(|body| &*body.schema.pointer);
        let said = [Some(&*parameter.pointer), schema].into_iter().flatten();
        let said = said.filter_map(|at| {
            let (node, _) = self.document.at(at)?;
            let found = self.document.resolve(node, at).ok()?;
            found.node.prose("description")
        });
        said.flat_map(words).collect()
    }
}

/// The type that a schema names, but for null; empty where it names none.
pub fn kind_of(schema: &Node) -> &str {
    let named = schema.get("type");
    let listed = named.and_then(Node::as_sequence).unwrap_or_default();
    let mut listed = listed
        .iter()
        .filter_map(Node::as_str)
        .filter(|kind| *kind != "null");
    let single = named.and_then(Node::as_str);
    single.or_else(|| listed.next()).unwrap_or_default()
}

/// Words that say that a member is not for everybody, not for each thing, or not to be changed.
const CONDITIONS: [&str; 43] = [
    "admin",
    "administrator",
    "administrators",
    "admins",
    "automatically",
    "beta",
    "cannot",
    "conditional",
    "creation",
    "depend",
    "depending",
    "depends",
    "deprecated",
    "enterprise",
    "expand",
    "expanded",
    "fixed",
    "generated",
    "if",
    "ignored",
    "immutable",
    "include",
    "included",
    "initial",
    "initially",
    "internal",
    "legacy",
    "never",
    "obsolete",
    "once",
    "only",
    "permanent",
    "permission",
    "permissions",
    "plan",
    "premium",
    "readonly",
    "requires",
    "reserved",
    "server",
    "unless",
    "verified",
    "when",
];

/// Whether a text says that something holds for some only, or for some time.
pub fn is_conditional(text: &str) -> bool {
    let said = words(text);
    // Of `can't` the last word is a `t`.
    let denies = |pair: &[String]| pair[1] == "t" || pair[1] == "not" && pair[0] != "or";
    said.first().is_some_and(|first| first == "not")
        || said.windows(2).any(denies)
        || said.iter().any(|word| CONDITIONS.contains(&&**word))
}
