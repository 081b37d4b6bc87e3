//! What of a document cannot be used: told with its place and with what is lost, while the rest is used.

use std::collections::HashSet;
use std::fmt;

use super::spec_error::SpecError;

/// Something that is wrong with a document, and what cannot be tested because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What is wrong, with its place.
    pub wrong: SpecError,
    /// What is lost by it, as a lower-case fragment.
    pub lost: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.wrong, self.lost)
    }
}

/// An operation, or a path with all that it holds, that is no part of the contract because of what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// `operations` or `paths`.
    pub what: &'static str,
    /// Method and path, or the path.
    pub name: String,
    /// Why, in words for all of this kind.
    pub why: &'static str,
}

/// The warnings of a document, each once.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    list: Vec<Warning>,
    known: HashSet<(String, u64, u64, String)>,
    unusable: Vec<Unusable>,
    refused: bool,
}

impl Warnings {
    /// Adds one, unless that place is told of already.
    pub(super) fn add(&mut self, wrong: SpecError, lost: impl Into<String>) {
        let (file, message) = (wrong.source_name.clone(), wrong.message.clone());
        let place = (file, wrong.line, wrong.column, message);
        if self.known.insert(place) {
            let lost = lost.into();
            self.refused |= wrong.refuses;
            self.list.push(Warning { wrong, lost });
        }
    }

    /// Notes what is left out because of what is wrong with it.
    pub(super) fn leave_out(
        &mut self,
        what: &'static str,
        name: impl Into<String>,
        why: &'static str,
    ) {
        let name = name.into();
        self.unusable.push(Unusable { what, name, why });
    }

    /// Whether the document is refused for one of them, so that nobody asks for more.
    pub(super) fn refuse(&self) -> bool {
        self.refused
    }

    /// Those that were met so far.
    pub(super) fn all(&self) -> &[Warning] {
        &self.list
    }

    /// All, in the order in which they were met, and what is left out.
    pub(super) fn done(self) -> (Vec<Warning>, Vec<Unusable>) {
        (self.list, self.unusable)
    }
}
