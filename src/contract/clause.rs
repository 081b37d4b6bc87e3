//! A clause: one promise of the contract that one response, or a sequence of them, can break.
//! Ids are for people and never change once released.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::subject::{Kind, Subject};
use super::yaml::Mark;

/// How much a clause weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// Worth knowing; never gates.
    Info,
    /// Documented but not required, "should", a stated convention.
    Should,
    /// Schema, required, security, "must" in prose.
    Must,
}

impl Level {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Should => "should",
            Level::Must => "must",
        }
    }
}

/// The index of a clause in its set; cheap to copy and to count by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseIx(pub u32);

impl ClauseIx {
    /// As an index into a vector over the set.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// One promise.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What it is about.
    pub subject: Subject,
    /// How much it weighs.
    pub level: Level,
    /// Whether it is switched off: never reported, never counted.
    pub off: bool,
    /// Why no answer can be held against it, where that is so.
    pub unchecked: Option<String>,
    /// The promise in words.
    pub text: String,
    /// RFC 6901 pointer to the keyword in the contract.
    pub pointer: String,
    /// Where that keyword stands.
    pub mark: Mark,
    operation: Arc<str>,
    id: OnceLock<Box<str>>,
}

impl Clause {
    /// A promise of the operation of that name.
    pub fn new(
        operation: &Arc<str>,
        subject: Subject,
        level: Level,
        mut text: String,
        mut pointer: String,
        mark: Mark,
    ) -> Clause {
        // There may be some hundred thousand.
        text.shrink_to_fit();
        pointer.shrink_to_fit();
        Clause {
            subject,
            level,
            off: false,
            unchecked: None,
            text,
            pointer,
            mark,
            operation: Arc::clone(operation),
            id: OnceLock::new(),
        }
    }

    /// The readable id: `list-versions/200/body/data[]/id/maxLength`. Made when it is first asked for.
    pub fn id(&self) -> &str {
        self.id
            .get_or_init(|| format!("{}/{}", self.operation, self.subject).into())
    }

    /// The id without the operation's name.
    pub fn tail(&self) -> &str {
        &self.id()[self.operation.len() + 1..]
    }

    /// The name of its operation.
    pub(super) fn operation(&self) -> &Arc<str> {
        &self.operation
    }

    /// The kind of promise.
    pub fn kind(&self) -> Kind {
        self.subject.kind()
    }
}
