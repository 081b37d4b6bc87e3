//! The native report: the one source of every other format. Names here are an interface; its JSON Schema is
//! generated from these types and committed as `reports/report.schema.json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::battery::Weight;
use crate::contract::Level;
use crate::exchange::Location;
use crate::ledger::{Outcome, State, Verdict};

pub use super::counts::{CaseCounts, ClauseCounts, Coverage, CoverageOf, FindingCounts, Summary};
pub use super::exchanges::{AttemptRecord, ExchangeRecord, RequestRecord, ResponseRecord};
pub use super::left::LeftRecord;
pub use super::seen::{NotJudged, TrafficRecord, UnknownRequest};

/// The version of this format; a reader refuses any other.
pub const SCHEMA_VERSION: u32 = 1;

/// One run, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Report {
    /// The version of this format.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// What the run found out.
    pub outcome: Outcome,
    /// The exit code of the run: 0 conformant, 1 nonconformant, 2 a report could not be written, 3 incomplete.
    pub exit_code: u8,
    /// Why the outcome is what it is, in one sentence a line.
    pub reasons: Vec<String>,
    /// The contract the target was held against.
    pub contract: ContractInfo,
    /// What was tested.
    pub target: Target,
    /// How it was tested.
    pub manifest: Manifest,
    /// The counts.
    pub summary: Summary,
    /// Every operation of the contract, in its order; absent in reports of older versions.
    #[serde(default)]
    pub operations: Vec<OperationRecord>,
    /// Every case of the battery, in its order.
    pub cases: Vec<CaseRecord>,
    /// Every broken clause once, the worst first.
    pub findings: Vec<FindingRecord>,
    /// Every clause of the operations that were chosen, which are all where none was named, and of those that they stand on.
    pub clauses: Vec<ClauseRecord>,
    /// The exchanges kept as evidence; a long walk keeps its first and last pages and those with findings.
    pub exchanges: Vec<ExchangeRecord>,
    /// What was seen, where requests of others were judged; then each case stands for an operation, and none was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficRecord>,
    /// What the run made and could not delete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftRecord>,
}

/// The program that wrote the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tool {
    /// Always `conform`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The contract the target was held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContractInfo {
    /// `info.title` of the document, or its file name.
    pub title: String,
    /// `info.version` of the document, or empty.
    pub version: String,
    /// The file it was read from, or the name of the embedded document.
    pub source: String,
    /// SHA-256 of the document's bytes, in hexadecimal.
    pub sha256: String,
    /// The operations, as method and path.
    pub operations: Vec<String>,
    /// What of the document cannot be used, and so is not tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<WarningRecord>,
}

/// Something that is wrong with the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WarningRecord {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
    /// What is lost by it.
    pub lost: String,
}

/// What was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Target {
    /// The base URL, without user information.
    pub base_url: String,
    /// Whether the reference server was tested there; absent in reports of older versions.
    #[serde(default)]
    pub reference: bool,
}

impl Target {
    /// What was tested, as every output names it.
    pub fn name(&self) -> String {
        match self.reference {
            true => format!("the reference server at {}", self.base_url),
            false => self.base_url.clone(),
        }
    }
}

/// How it was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The options that were not at their default, by flag name.
    pub options: BTreeMap<String, String>,
    /// SHA-256 over all case and rule files, in hexadecimal.
    pub cases_sha256: String,
    /// The clauses whose level the battery or the user moved; absent in reports of older versions.
    #[serde(default)]
    pub levels: Vec<LevelMove>,
}

/// Clauses whose level was moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LevelMove {
    /// The glob over clause ids that moved them.
    pub glob: String,
    /// The level that they have; one that is `off` is not listed among the clauses and counted nowhere.
    pub level: Weight,
    /// How many it moved.
    pub clauses: u64,
    /// The file that says so.
    pub source: String,
}

/// One operation, and how far it was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OperationRecord {
    /// Its name, with which the ids of its clauses begin.
    pub id: String,
    /// The method.
    pub method: String,
    /// The path, with its templates.
    pub path: String,
    /// How far it was tested.
    pub state: Reach,
    /// What is missing, and what gives it; empty where nothing is.
    pub reason: String,
    /// Its cases by verdict.
    pub cases: CaseCounts,
    /// Its clauses by state.
    pub clauses: ClauseCounts,
}

/// How far an operation was tested, from the worst.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// None of its clauses was tested.
    NotReached,
    /// Some of its clauses that this target could show were not tested, or a case could not tell.
    Partly,
    /// Every clause that this target could show was tested.
    Tested,
    /// Others were named, and they do not stand on it.
    NotChosen,
}

impl Reach {
    /// The word in the page's style.
    pub fn class(self) -> &'static str {
        match self {
            Reach::NotReached | Reach::NotChosen => "far",
            Reach::Partly => "open",
            Reach::Tested => "held",
        }
    }

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Reach::NotReached => "not reached",
            Reach::Partly => "partly tested",
            Reach::Tested => "tested",
            Reach::NotChosen => "not chosen",
        }
    }
}

/// One case with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CaseRecord {
    /// The stem of its file.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The name of the operation its first step sends; empty in reports of older versions.
    #[serde(default)]
    pub operation: String,
    /// `success`, `refusal` or `any`.
    pub expects: String,
    /// Whether the outcome needs it to be conclusive.
    pub core: bool,
    /// What became of it.
    pub verdict: Verdict,
    /// The first cause of the verdict; empty for a plain pass.
    pub reason: String,
    /// The clauses it aims at.
    pub clauses: Vec<String>,
    /// The clauses that it saw broken.
    pub broken: Vec<String>,
    /// Indices into the report's `exchanges`.
    pub exchanges: Vec<usize>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The file the case was read from.
    pub source: String,
    /// The line in that file.
    pub line: u64,
}

/// One broken clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindingRecord {
    /// The id of the clause.
    pub clause: String,
    /// How much it weighs.
    pub level: Level,
    /// The case that saw it most often.
    pub case: String,
    /// Every case that saw it.
    pub cases: Vec<String>,
    /// The break in one sentence.
    pub message: String,
    /// What the contract demands.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// RFC 6901 pointer into the response body, or `header:NAME`, `status`, or empty.
    pub instance_pointer: String,
    /// The same as a value.
    #[serde(default)]
    pub location: Location,
    /// RFC 6901 pointer into the contract; behind `PATH#` in another file than the document itself.
    pub spec_pointer: String,
    /// The file of that place, where it is another than the document itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spec_file: String,
    /// The line of the keyword in the contract, from 1; 0 where unknown.
    pub spec_line: u64,
    /// That line of the contract with the first few below it, or an entry with its list, without their indentation; empty
    /// where unknown.
    pub spec_excerpt: String,
    /// Which line of the excerpt it is, from 0; the others say to what it belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec_mark: Option<usize>,
    /// Index into the report's `exchanges` of the first place; absent where none was kept.
    pub exchange: Option<usize>,
    /// How many places broke it, in the case that saw it most often.
    pub count: u64,
    /// The first few places.
    pub examples: Vec<Example>,
    /// A `curl` line that reproduces it, with variables for secrets.
    pub curl: String,
    /// Its impact: who is hurt by it, where known; else empty.
    pub hurts: String,
    /// The piece of the response around the wrong value; empty where there is none.
    pub excerpt: String,
    /// What in it is wrong; absent where there is no excerpt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt_mark: Option<ExcerptMark>,
    /// Whether the baseline names it, so that it does not gate.
    pub baselined: bool,
    /// Why the baseline accepts it for now; absent where it does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub baseline_reason: String,
}

/// What is wrong in an excerpt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExcerptMark {
    /// The line, from 0.
    pub line: usize,
    /// Where in it the wrong value begins, in characters from 0.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// One place where a clause was broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Example {
    /// The page of a walk, from 1; 0 outside a walk.
    pub page: u64,
    /// RFC 6901 pointer into that response's body, or `header:NAME`, `status`, or empty.
    pub pointer: String,
    /// What stood there.
    pub actual: String,
    /// Index into the report's `exchanges`; absent where it was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<usize>,
}

/// One clause with what the run saw of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClauseRecord {
    /// The id, for people.
    pub id: String,
    /// The kind of promise: `status`, `header`, `body`, `rule`, …
    pub kind: String,
    /// The name of the operation it belongs to, with which its id begins.
    #[serde(default)]
    pub operation: String,
    /// The documented response it belongs to, such as `200`, `4XX` or `default`; absent where it belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The place in the body, such as `data[]/spec/version`; empty for the body itself and for anything else.
    #[serde(default)]
    pub place: String,
    /// The parameter, header or rule, by its name; empty for anything else.
    #[serde(default)]
    pub name: String,
    /// The schema keyword, or what else is said of the part, such as `present`; empty where the part has one clause only.
    #[serde(default)]
    pub keyword: String,
    /// How much it weighs.
    pub level: Level,
    /// The promise in words.
    pub text: String,
    /// RFC 6901 pointer into the contract; behind `PATH#` in another file than the document itself.
    pub spec_pointer: String,
    /// The file of that place, where it is another than the document itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spec_file: String,
    /// The line of the keyword in the contract, from 1; 0 where unknown.
    pub spec_line: u64,
    /// The column on that line, from 1; 0 where unknown.
    pub spec_column: u64,
    /// Absent where nothing was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// How often it was tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exercised: Option<u64>,
    /// How often it was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<u64>,
    /// The cases that aim at it.
    pub cases: Vec<String>,
    /// Why it was not exercised; empty where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether this target could not have shown it (no second key, no overload, no failure of its own).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_reach: Option<bool>,
}
