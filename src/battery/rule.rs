//! A rule made ready: its clause, the values it binds, and how it judges them.

use crate::contract::{ClauseIx, pointer};

use super::expression::Expression;
use super::model::{Accept, Breaking, Over};

/// A predicate over bound values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predicate {
    /// A string that complies with semver.org, of any size.
    SemVer,
    /// Two strings are equal.
    Equal,
    /// An RFC 3339 timestamp with offset zero.
    Rfc3339Utc,
    /// The first timestamp is not before the second.
    NotBefore,
    /// An empty string.
    Empty,
    /// A string, array or object that is not empty.
    NotEmpty,
    /// The first is empty unless the second is one of the arguments.
    EmptyUnless,
    /// The path of a URI has the other values as segments, in order, the last at its end.
    UriPathNames,
    /// A URI whose path has a `key=value` segment for each other value, of that name.
    PathSegmentsName,
    /// A URI whose `key=value` segments of these names, if any, have these values.
    PathSegmentsAgree,
    /// Whole seconds from now, not a moment.
    RelativeSeconds,
    /// At least one authentication challenge.
    Challenge,
    /// A string that spells a number.
    TextOfNumber,
    /// A Java class name or alias.
    JavaClassName,
    /// An object, and nothing else.
    Object,
    /// A text without capitals.
    LowerCase,
    /// A text without small letters.
    UpperCase,
    /// A text that is a code of a standard, which the argument names.
    Code,
    /// A text of so many characters, or a list of so many entries, at most.
    AtMost,
    /// A number above 0.
    Positive,
    /// A number that is 0 or more.
    NotNegative,
    /// A timestamp that is not later than the `Date` of the answer, give or take a day.
    NotInFuture,
    /// A list of which no two entries have the same value there.
    Unique,
    /// The status in a problem is that of the answer, by its media type.
    ProblemStatus,
}

/// The named predicates over values, with the number of values each needs: exactly, or one at a time for 1.
pub const PREDICATES: [(&str, Predicate, usize); 24] = [
    ("semver", Predicate::SemVer, 1),
    ("equal", Predicate::Equal, 2),
    ("rfc3339-utc", Predicate::Rfc3339Utc, 1),
    ("not-before", Predicate::NotBefore, 2),
    ("empty", Predicate::Empty, 1),
    ("not-empty", Predicate::NotEmpty, 1),
    ("empty-unless", Predicate::EmptyUnless, 2),
    ("uri-path-names", Predicate::UriPathNames, 0),
    ("path-segments-name", Predicate::PathSegmentsName, 0),
    ("path-segments-agree", Predicate::PathSegmentsAgree, 0),
    ("relative-seconds", Predicate::RelativeSeconds, 1),
    ("challenge", Predicate::Challenge, 1),
    ("text-of-number", Predicate::TextOfNumber, 2),
    ("java-class-name", Predicate::JavaClassName, 1),
    ("object", Predicate::Object, 1),
    ("lower-case", Predicate::LowerCase, 1),
    ("upper-case", Predicate::UpperCase, 1),
    ("code", Predicate::Code, 1),
    ("at-most", Predicate::AtMost, 1),
    ("positive", Predicate::Positive, 1),
    ("not-negative", Predicate::NotNegative, 1),
    ("not-in-future", Predicate::NotInFuture, 2),
    ("unique", Predicate::Unique, 1),
    ("problem-status", Predicate::ProblemStatus, 3),
];

/// What predicates were called in earlier releases, what they are called now, and the arguments that went without
/// saying; rule files may use either.
pub const RENAMED_PREDICATES: [(&str, &str, &[&str]); 2] = [
    ("crn-names", "path-segments-name", &["crn"]),
    ("crn-agrees", "path-segments-agree", &[]),
];

/// What a rule over a sequence of answers compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sequence {
    /// Every page of a walk says the same total.
    TotalIsConstant,
    /// The total is what was walked.
    TotalMatchesWalk,
    /// The walk ends.
    WalkEnds,
    /// No link is followed twice.
    NextLinkNeverRepeats,
    /// A next link is answered with a page.
    NextLinkLeadsToPage,
    /// No item comes twice.
    WalkRepeatsNothing,
    /// No two items share an id.
    IdsAreUnique,
    /// What other reads show was walked.
    WalkLosesNothing,
    /// The same items come in the same order.
    OrderIsStable,
    /// `first` leads to where the walk began.
    FirstLink,
    /// `prev` leads to the page before.
    PrevLink,
    /// `last` leads to where the walk ended.
    LastLink,
    /// What a page says of itself is what the walk shows.
    PageSays,
    /// A value is never the same in two answers.
    NeverRepeats,
}

/// The named predicates over sequences.
pub const SEQUENCES: [(&str, Sequence, Over); 14] = [
    (
        "total-size-is-constant",
        Sequence::TotalIsConstant,
        Over::Walk,
    ),
    (
        "total-size-matches-walk",
        Sequence::TotalMatchesWalk,
        Over::Walk,
    ),
    ("walk-ends", Sequence::WalkEnds, Over::Walk),
    (
        "next-link-never-repeats",
        Sequence::NextLinkNeverRepeats,
        Over::Walk,
    ),
    (
        "next-link-leads-to-page",
        Sequence::NextLinkLeadsToPage,
        Over::Walk,
    ),
    (
        "walk-repeats-nothing",
        Sequence::WalkRepeatsNothing,
        Over::Walk,
    ),
    ("ids-are-unique", Sequence::IdsAreUnique, Over::Walk),
    ("page-says-what-walk-shows", Sequence::PageSays, Over::Walk),
    ("walk-loses-nothing", Sequence::WalkLosesNothing, Over::Walk),
    ("order-is-stable", Sequence::OrderIsStable, Over::Repeat),
    (
        "first-link-leads-to-first-page",
        Sequence::FirstLink,
        Over::Links,
    ),
    (
        "prev-link-leads-to-previous-page",
        Sequence::PrevLink,
        Over::Links,
    ),
    (
        "last-link-leads-to-last-page",
        Sequence::LastLink,
        Over::Links,
    ),
    ("never-repeats", Sequence::NeverRepeats, Over::Run),
];

/// How a rule judges.
#[derive(Debug, Clone)]
pub enum Test {
    /// A named predicate over bound values.
    Predicate(Predicate),
    /// An expression over bound values.
    Expression(Expression),
    /// A comparison of several answers.
    Sequence(Sequence),
    /// The case that names it judges the answer's status.
    ByCase,
}

/// Where a bound value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A pointer's tokens into the element, or the body.
    Body(Vec<String>),
    /// The status of the answer.
    Status,
    /// A header of the answer; read as an integer where it is one.
    Header(String),
    /// A query parameter of the request.
    Query(String),
    /// A path parameter of the request.
    Path(String),
}

impl Source {
    /// Reads a source as rule files spell it.
    pub fn parse(text: &str) -> Option<Source> {
        if text.starts_with('/') {
            return Some(Source::Body(pointer::tokens(text)));
        }
        match text.split('.').collect::<Vec<_>>()[..] {
            ["response", "status"] => Some(Source::Status),
            ["response", "header", name] => Some(Source::Header(name.to_owned())),
            ["request", "query", name] => Some(Source::Query(name.to_owned())),
            ["request", "path", name] => Some(Source::Path(name.to_owned())),
            _ => None,
        }
    }
}

/// A rule of a plan.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The stem of its file.
    pub id: String,
    /// Its clause.
    pub clause: ClauseIx,
    /// The operation, as index into the contract.
    pub operation: usize,
    /// What it looks at.
    pub over: Over,
    /// Only answers with these statuses; all where it is empty.
    pub statuses: Vec<Accept>,
    /// The array whose elements are looked at.
    pub each: Option<Vec<String>>,
    /// The values by name.
    pub bind: Vec<(String, Source)>,
    /// How it judges.
    pub test: Test,
    /// The clauses of the rules whose break explains a break of this one: in the same element, or in the same case.
    pub follows: Vec<ClauseIx>,
    /// What a predicate needs besides values.
    pub args: Vec<String>,
    /// How it is broken on purpose.
    pub breaking: Option<Breaking>,
    /// What it is about.
    pub means: String,
    /// How a server is mended.
    pub remedy: String,
    /// Who is hurt.
    pub hurts: String,
    /// Why it may not have been met.
    pub unexercised: String,
    /// The file.
    pub source: String,
    /// The line in it.
    pub line: u64,
}

impl Rule {
    /// Whether it looks at answers with that status.
    pub fn looks_at(&self, status: u16) -> bool {
        self.statuses.is_empty()
            || self
                .statuses
                .iter()
                .any(|accept| accept.status.covers(status))
    }
}
