//! What a plan is made of: cases with their steps, what is selected of a battery, and why no plan can be made.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::contract::{ClauseIx, Contract, Level, SpecError};
use crate::exchange::{Credentials, MAX_BODY, Request};

use super::arazzo::flow::Flow;
use super::draft::{Captured, PlannedRequest};
use super::loaded::BatteryError;
use super::model::{Accept, Collection, Derivation, Does, Expects, SamePlace, Weight, Whose};
use super::rule::Source;
use super::shows::{Shows, Way};
use super::sought::Offer;

/// How deep a JSON body may be nested to be read, unless the user says otherwise. A body of this depth is judged on the
/// stack of an ordinary thread; one at the end of [`DEPTHS`] is as well, in a release build.
pub const MAX_DEPTH: usize = 256;
/// What a user may say.
pub const DEPTHS: std::ops::RangeInclusive<usize> = 128..=512;

/// What of a battery is to be run, and with what.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Globs over case ids; all where it is empty.
    pub only: Vec<String>,
    /// Globs over operations whose cases are run; all where it is empty.
    pub operations: Vec<String>,
    /// Globs over case ids that are left out.
    pub skip: Vec<String>,
    /// Parameter values: by `NAME`, by `OPERATION:NAME` for one operation, by `OPERATION:/pointer` for its body.
    pub parameters: BTreeMap<String, String>,
    /// Which of them are right beyond doubt: the target is known to have what they name.
    pub sure: BTreeSet<String>,
    /// Whether there is a second, restricted key.
    pub has_restricted: bool,
    /// Whether methods that change something may be sent.
    pub allow_writes: bool,
    /// Whether nothing is sent, so that no answer will have to be judged.
    pub sends_nothing: bool,
    /// Whether the plan is only listed: then derived cases have no requests, which most of a large plan is.
    pub is_listed: bool,
    /// Other levels for clauses; where two are for one clause, the later one wins.
    pub levels: Vec<LevelWish>,
    /// How much of a body is read.
    pub reading: Reading,
}

impl Selection {
    /// The operations that it names, with those that the cases ask besides where they are sent; `None` where it names none.
    pub(super) fn chosen(&self, contract: &Contract, cases: &[Case]) -> Option<BTreeSet<usize>> {
        let operations = contract.operations.iter().enumerate();
        let named = operations.filter(|(_, operation)| operation.is_named(&self.operations));
        let named = named.map(|(ix, _)| ix);
        let asked = cases.iter().filter(|_| !self.sends_nothing);
        let asked = asked.flat_map(Case::operations);
        (!self.operations.is_empty()).then(|| named.chain(asked).collect())
    }

    /// Whether the answers to all cases will be judged.
    pub(super) fn judges_all(&self) -> bool {
        self.only.is_empty() && self.operations.is_empty() && !self.sends_nothing
    }
}

/// How much of a JSON body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// How deep it may be nested.
    pub depth: usize,
    /// How large it may be, in bytes; what its values may take of memory goes by that.
    pub largest: u64,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            depth: MAX_DEPTH,
            largest: MAX_BODY,
        }
    }
}

/// A level that the user wants for clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelWish {
    /// A glob over clause ids, with or without the operation's name.
    pub glob: String,
    /// The level.
    pub weight: Weight,
    /// The file that says so.
    pub source: String,
    /// The line in it.
    pub line: usize,
}

/// An operation for which nothing is derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The operation.
    pub operation: usize,
    /// Why, in words.
    pub why: String,
    /// What gives what is missing, as a flag.
    pub flag: String,
}

/// A case of a plan.
#[derive(Debug, Clone)]
pub struct Case {
    /// The stem of its file.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What it is about.
    pub means: String,
    /// What is done.
    pub does: Does,
    /// The steps, at least one; only `Does::Steps` has more.
    pub steps: Vec<Step>,
    /// The positive control, as index into the plan's cases.
    pub control: Option<usize>,
    /// Cases of the same turn do not wait for each other; those of a later one may use what an earlier one found.
    pub turn: usize,
    /// Whether the outcome needs it.
    pub core: bool,
    /// Whether it is a core case that is left out because others were named.
    pub unnamed: bool,
    /// The clauses it aims at.
    pub aims: Vec<ClauseIx>,
    /// Whether it runs only when named.
    pub opt_in: bool,
    /// Of a walk: the most pages that are read.
    pub pages: Option<u64>,
    /// In which order the items come that it asks for.
    pub sorting: Option<Sorting>,
    /// What the lists show that it asks for.
    pub shows: Shows,
    /// How it was made from the document, where nobody wrote it.
    pub derived: Option<Derivation>,
    /// The course that it takes through its steps, where an Arazzo document describes it.
    pub flow: Option<Flow>,
    /// What other cases take from its exchange.
    pub offers: Vec<Offer>,
    /// Why it is not run.
    pub skipped: Option<String>,
    /// Why its valid requests are sent without credentials: none were given. A target may serve it all the same.
    pub bare: Option<String>,
    /// Its file.
    pub source: String,
    /// The line in it.
    pub line: u64,
}

/// In which order the items come that the requests of a case ask for.
#[derive(Debug, Clone)]
pub struct Sorting {
    /// The way to the list.
    pub list: Vec<String>,
    /// The way to the member of an item that it is sorted by.
    pub member: Vec<String>,
    /// The order, one for each request; none where it says which members there are.
    pub order: Vec<Way>,
    /// The only members that each item has.
    pub members: Vec<String>,
    /// The clause that another order breaks, or another member.
    pub clause: ClauseIx,
}

impl Case {
    /// The operations of its steps.
    pub fn operations(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().map(|step| step.operation)
    }

    /// The first step, which is all there is of a case without several.
    pub fn step(&self) -> &Step {
        self.steps.first().expect("a case has at least one step")
    }
}

/// One thing that a case does, and what is expected of the answer.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name in the case; empty where there is only one.
    pub name: String,
    /// The operation, as index into the contract.
    pub operation: usize,
    /// What is expected.
    pub expects: Expects,
    /// The statuses that are right.
    pub accepts: Vec<Accept>,
    /// The statuses that show nothing.
    pub inconclusive: Vec<Accept>,
    /// How much a break of these weighs, where that is less than the clause.
    pub breaks_level: Option<Level>,
    /// The clause that a success breaks.
    pub breaks_success: Option<ClauseIx>,
    /// The clause that any other unaccepted answer breaks.
    pub breaks_other: Option<ClauseIx>,
    /// Who it claims to be.
    pub credentials: Credentials,
    /// Its requests.
    pub requests: Vec<PlannedRequest>,
    /// How its pages are read.
    pub collection: Option<Collection>,
    /// What later steps use of its answer.
    pub captures: Vec<Capture>,
    /// What its answer must have of an earlier step, and the clause that a difference breaks.
    pub same: Option<(Sameness, ClauseIx)>,
    /// What its list has or has not, and the clause that it breaks otherwise.
    pub lists: Option<(Listing, ClauseIx)>,
    /// How long it is tried again before anything counts as a break.
    pub retry: Option<Duration>,
    /// Whether it is taken also after an earlier step ended the case.
    pub always: bool,
}

/// What an answer must have of an earlier step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sameness {
    /// The step, as index into the case's.
    pub of: usize,
    /// Which of its two bodies.
    pub whose: Whose,
    /// The places.
    pub at: Vec<SamePlace>,
    /// The clause that the answer to that step breaks, where it shows another value than was sent.
    pub answered: Option<ClauseIx>,
}

/// What a list has, or has not.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Where the values stand on a page, as it was written.
    pub text: String,
    /// The tokens of that pointer; `*` is each entry.
    pub at: Vec<String>,
    /// The value.
    pub value: Listed,
    /// Whether the list has it.
    pub has: bool,
}

impl Listing {
    /// The value that it looks for, with what was captured: a step is taken only once all that it uses was.
    pub fn value_of(&self, captured: &Captured) -> Value {
        match &self.value {
            Listed::Value(value) => value.clone(),
            Listed::From(name) => captured.get(name).cloned().unwrap_or_default(),
        }
    }
}

/// A value that is looked for in a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Listed {
    /// This one.
    Value(Value),
    /// What an earlier step captured: `STEP.NAME`.
    From(String),
}

/// What later steps use of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// `STEP.NAME`.
    pub name: String,
    /// Where it stands in the answer.
    pub place: Source,
    /// That place as it was written.
    pub text: String,
}

impl Step {
    /// One of its requests, as it is sent.
    pub fn send(&self, planned: &PlannedRequest) -> Request {
        Request {
            operation: self.operation,
            method: planned.method.clone(),
            target: planned.target.clone(),
            from_link: None,
            headers: planned.headers.clone(),
            body: planned.body.clone(),
            credentials: self.credentials,
            cleans: false,
            own: planned.own || planned.follows.is_some(),
            fresh: planned.fresh,
            case: None,
        }
    }

    /// The same request to the path and query that a link on one of its pages leads to.
    pub fn follow(&self, planned: &PlannedRequest, target: &str) -> Request {
        Request {
            target: target.to_owned(),
            from_link: Some(planned.target.clone()),
            ..self.send(planned)
        }
    }
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The contract.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A case, rule or binding file.
    #[error(transparent)]
    Battery(#[from] BatteryError),
    /// A level for clauses that do not exist.
    #[error("{}:{}: no clause is like `{}`{near}", .wish.source, .wish.line, .wish.glob)]
    Level {
        /// What was wanted.
        wish: LevelWish,
        /// What was meant; empty where nothing is near.
        near: String,
    },
    /// A value for a parameter is missing or unknown.
    #[error("{0}")]
    Parameter(String),
}
