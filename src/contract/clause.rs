//! A clause: one promise of the contract that one response, or a sequence of them, can break.
//! Ids are for people and never change once released.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::yaml::Mark;

/// How much a clause weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
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

/// The kind of promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A request without valid credentials is refused.
    Security,
    /// A request without a required parameter is refused.
    Parameter,
    /// A documented status is answered where it is due.
    Status,
    /// The answer's status is one of the documented ones.
    Undocumented,
    /// The media type is one of the documented ones.
    ContentType,
    /// A documented header is there.
    HeaderPresent,
    /// A documented header's value fits its schema.
    HeaderSchema,
    /// The body arrives whole.
    Complete,
    /// The body is JSON.
    Json,
    /// No object in the body has a key twice.
    UniqueKeys,
    /// One keyword at one place of a body schema.
    Schema,
    /// A rule: stated only in prose.
    Rule,
}

impl Kind {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Security => "security",
            Kind::Parameter => "parameter",
            Kind::Status => "status",
            Kind::Undocumented => "undocumented-status",
            Kind::ContentType => "content-type",
            Kind::HeaderPresent => "header-present",
            Kind::HeaderSchema => "header-schema",
            Kind::Complete => "complete",
            Kind::Json => "json",
            Kind::UniqueKeys => "json-unique-keys",
            Kind::Schema => "schema",
            Kind::Rule => "rule",
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
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The readable id: `list-versions/200/body/data[]/id/maxLength`.
    pub id: String,
    /// The kind of promise.
    pub kind: Kind,
    /// How much it weighs.
    pub level: Level,
    /// The promise in words.
    pub text: String,
    /// RFC 6901 pointer to the keyword in the contract.
    pub pointer: String,
    /// Where that keyword stands.
    pub mark: Mark,
    /// The place in the body, such as `data[]/spec/version`; empty for the body itself and for anything else.
    pub place: String,
    /// The schema keyword, where it is one.
    pub keyword: String,
    /// The name that `required` speaks of, the header, or the parameter.
    pub name: String,
    /// The status key of the response it belongs to, such as `200`, `4XX` or `default`.
    pub status: String,
    /// The operation, as index into the contract's operations.
    pub operation: usize,
}

/// Clauses in the order of the contract, each id once.
#[derive(Debug, Clone, Default)]
pub struct ClauseSet {
    list: Vec<Clause>,
    by_id: std::collections::HashMap<String, ClauseIx>,
}

impl ClauseSet {
    /// Adds a clause unless its id is there already; the index of the one that is there.
    pub fn add(&mut self, clause: Clause) -> ClauseIx {
        if let Some(&ix) = self.by_id.get(&clause.id) {
            return ix;
        }
        let ix = ClauseIx(u32::try_from(self.list.len()).expect("fewer than 2^32 clauses"));
        self.by_id.insert(clause.id.clone(), ix);
        self.list.push(clause);
        ix
    }

    /// The clause at that index.
    pub fn get(&self, ix: ClauseIx) -> &Clause {
        &self.list[ix.at()]
    }

    /// The index of that id.
    pub fn find(&self, id: &str) -> Option<ClauseIx> {
        self.by_id.get(id).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All, in order, with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (ClauseIx, &Clause)> {
        self.list
            .iter()
            .enumerate()
            .map(|(n, clause)| (ClauseIx(n as u32), clause))
    }
}
