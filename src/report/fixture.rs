//! Reports for the renderers' tests: one with every kind of case and strings meant to break out of each format.

use std::collections::BTreeMap;

use super::model::*;
use crate::battery::Weight;
use crate::contract::Level;
use crate::exchange::Location;
use crate::ledger::{Outcome, State, Verdict};

/// What a target would send to break out of a report.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script> ]]> </script> \u{1b}[31m\u{0}\u{fffe} %0A::error::forged\r\n::error::forged2 | `x` \u{202e} 🦀 ##[add-mask]x\u{9b}";

const ID: &str = "list-versions/200/body/data[]/spec/version/maxLength";
const SEMVER: &str = "list-versions/rule/version-is-semver";
const ORIGIN: &str = "list-versions/rule/next-stays-on-origin";

/// A nonconformant run with a failing, a baselined, an inconclusive core, a skipped, an error and a passing case.
pub(crate) fn sample() -> Report {
    let cases = vec![
        case(
            "first-page",
            Verdict::Fail,
            "2 clauses broken",
            &[ID, SEMVER],
            &[ID, SEMVER],
            &[0],
        ),
        case(
            "same-read-twice",
            Verdict::Pass,
            "",
            &[SEMVER],
            &[SEMVER],
            &[1],
        ),
        CaseRecord {
            core: true,
            ..case(
                "full-walk",
                Verdict::Inconclusive,
                "the collection is empty",
                &[ORIGIN],
                &[],
                &[2],
            )
        },
        case(
            "restricted-key",
            Verdict::Skipped,
            "no second key was given",
            &["list-versions/403/status"],
            &[],
            &[],
        ),
        case("hostile-plugin-id", Verdict::Error, HOSTILE, &[], &[], &[3]),
        case(
            "head",
            Verdict::Inconclusive,
            "the method is not there",
            &[],
            &[],
            &[],
        ),
        case(
            "no-credentials",
            Verdict::Pass,
            "",
            &["list-versions/security"],
            &[ORIGIN],
            &[1],
        ),
    ];
    let findings = vec![
        finding(ID, Level::Must, "first-page", false),
        finding(SEMVER, Level::Should, "same-read-twice", true),
        finding(ORIGIN, Level::Info, "no-credentials", false),
    ];
    let clauses = vec![
        clause(
            "list-versions/security",
            "security",
            Level::Must,
            State::Held,
        ),
        clause(ID, "schema", Level::Must, State::Broken),
        clause(
            "list-versions/403/status",
            "status",
            Level::Must,
            State::NotExercised,
        ),
        clause(SEMVER, "rule", Level::Should, State::Broken),
        clause(ORIGIN, "rule", Level::Info, State::Broken),
    ];
    let mut report = Report {
        outcome: Outcome::Nonconformant,
        exit_code: 1,
        reasons: vec!["1 clause that gates is broken".into(), HOSTILE.into()],
        cases,
        findings,
        clauses,
        exchanges: vec![
            exchange("first-page", 200),
            exchange("same-read-twice", 200),
            exchange("full-walk", 200),
            lost(),
        ],
        ..empty()
    };
    report.summary = summary(&report);
    report
}

/// The first one, with hostile text in every place that takes any text at all.
pub(crate) fn hostile() -> Report {
    let mut whole = serde_json::to_value(sample()).expect("a report is JSON");
    for pointer in texts(&whole) {
        let Some(place) = whole.pointer_mut(&pointer) else {
            continue;
        };
        let told = place.as_str().unwrap_or_default().to_owned();
        *place = format!("{HOSTILE}\n {HOSTILE}{told}").into();
        // A verdict, a level, a state takes no text.
        if serde_json::from_value::<Report>(whole.clone()).is_err()
            && let Some(place) = whole.pointer_mut(&pointer)
        {
            *place = told.into();
        }
    }
    serde_json::from_value(whole).expect("every step was a report")
}

/// The pointers of all texts in a value.
fn texts(value: &serde_json::Value) -> Vec<String> {
    use serde_json::Value;
    let below = |(name, value): (String, &Value)| -> Vec<String> {
        texts(value)
            .iter()
            .map(|rest| format!("/{name}{rest}"))
            .collect()
    };
    match value {
        Value::String(_) => vec![String::new()],
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(n, item)| (n.to_string(), item))
                .flat_map(below)
                .collect()
        }
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, member)| (name.clone(), member))
                .flat_map(below)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A run in which everything held; one finding is baselined, one is for information only.
pub(crate) fn conformant() -> Report {
    let mut report = sample();
    report.outcome = Outcome::Conformant;
    report.exit_code = 0;
    report.reasons.clear();
    report.cases[0] = case("first-page", Verdict::Pass, "", &[ID], &[], &[0]);
    report.cases[2].verdict = Verdict::Pass;
    report.cases[4] = case("hostile-plugin-id", Verdict::Pass, "", &[], &[], &[3]);
    report.findings.remove(0);
    report.clauses[1].state = Some(State::Held);
    report.summary = summary(&report);
    report
}

/// A run that selected no case.
pub(crate) fn empty() -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "conform".into(),
            version: "0.1.0".into(),
        },
        outcome: Outcome::Incomplete,
        exit_code: 3,
        reasons: vec!["no case was selected".into()],
        contract: ContractInfo {
            title: "Custom Connect Plugin Management".into(),
            version: "v1".into(),
            source: "spec/ccpm-v1.yaml".into(),
            sha256: "0f".repeat(32),
            warnings: Vec::new(),
            operations: vec!["GET /ccpm/v1/plugins/{plugin_id}/versions".into()],
        },
        target: Target {
            base_url: "http://127.0.0.1:8080/api?<x>".into(),
        },
        manifest: Manifest {
            started: "2026-02-03T04:05:06.789Z".into(),
            duration_ms: 1_234,
            options: BTreeMap::from([("retries".to_owned(), "0".to_owned())]),
            cases_sha256: "ab".repeat(32),
            levels: vec![LevelMove {
                glob: "*/header/*/present".into(),
                level: Weight::Should,
                clauses: 2,
                source: "conform.toml".into(),
            }],
        },
        summary: Summary::default(),
        cases: Vec::new(),
        findings: Vec::new(),
        clauses: Vec::new(),
        exchanges: Vec::new(),
    }
}

fn case(
    id: &str,
    verdict: Verdict,
    reason: &str,
    clauses: &[&str],
    broken: &[&str],
    exchanges: &[usize],
) -> CaseRecord {
    let owned = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
    CaseRecord {
        id: id.into(),
        title: format!("the case {id} & its <title>"),
        operation: "list-versions".into(),
        expects: "success".into(),
        core: false,
        verdict,
        reason: reason.into(),
        clauses: owned(clauses),
        broken: owned(broken),
        exchanges: exchanges.to_vec(),
        duration_ms: 1_042,
        source: format!("cases/{id}.yaml"),
        line: 3,
    }
}

fn finding(clause: &str, level: Level, case: &str, baselined: bool) -> FindingRecord {
    FindingRecord {
        clause: clause.into(),
        level,
        case: case.into(),
        cases: vec![case.into()],
        message: format!("the version is too long {HOSTILE}"),
        expected: "at most 60 characters".into(),
        actual: format!("a string of 61: {HOSTILE}"),
        instance_pointer: "/data/3/spec/version".into(),
        location: Location::body("/data/3/spec/version"),
        spec_pointer: "/components/schemas/Version/properties/version/maxLength".into(),
        spec_file: String::new(),
        spec_line: 212,
        spec_excerpt: "pattern: ^a$".to_owned(),
        exchange: Some(0),
        count: 7,
        examples: vec![
            Example { page: 1, pointer: "/data/3/spec/version".into(), actual: HOSTILE.into() },
            Example { page: 2, pointer: "/data/0/spec/version".into(), actual: "\"1.0.0-x\"".into() },
        ],
        curl: "curl -u \"$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET\" 'http://127.0.0.1:8080/api'".into(),
        hurts: "a client that stores it in a column of 60 characters".into(),
        excerpt: format!("\"spec\": {{\n  \"version\": \"{HOSTILE}\"\n}}"),
        excerpt_mark: Some(ExcerptMark { line: 1, from: 13, to: 20 }),
        baselined,
        baseline_reason: if baselined { "the vendor mends it in May" } else { "" }.into(),
    }
}

fn clause(id: &str, kind: &str, level: Level, state: State) -> ClauseRecord {
    let open = state == State::NotExercised;
    let keyword = if kind == "schema" { "maxLength" } else { "" };
    ClauseRecord {
        id: id.into(),
        kind: kind.into(),
        operation: id.split('/').next().unwrap_or_default().into(),
        status: id
            .split('/')
            .nth(1)
            .filter(|key| key.len() == 3)
            .map(str::to_owned),
        place: if keyword.is_empty() {
            ""
        } else {
            "data[]/spec/version"
        }
        .into(),
        name: if kind == "rule" { id } else { "" }.into(),
        keyword: keyword.into(),
        level,
        text: format!("the promise of {id} & <more>"),
        spec_pointer: "/paths/~1x/get".into(),
        spec_file: String::new(),
        spec_line: 40,
        spec_column: 7,
        state: Some(state),
        exercised: Some(if open { 0 } else { 12 }),
        broken: Some(u64::from(state == State::Broken)),
        cases: vec!["first-page".into()],
        reason: Some(if open {
            "no second key was given".into()
        } else {
            String::new()
        }),
        out_of_reach: Some(open),
    }
}

fn exchange(case: &str, status: u16) -> ExchangeRecord {
    ExchangeRecord {
        case: case.into(),
        request: RequestRecord {
            method: "GET".into(),
            url: "http://127.0.0.1:8080/ccpm/v1/plugins/p/versions?environment=%3Cscript%3E".into(),
            headers: vec![
                ("authorization".into(), "Basic [redacted]".into()),
                ("x-hostile".into(), HOSTILE.into()),
            ],
        },
        response: Some(ResponseRecord {
            status,
            headers: vec![
                ("content-type".into(), "application/json".into()),
                ("x-hostile".into(), HOSTILE.into()),
            ],
            body: format!("{{\"data\":[\"{HOSTILE}\"]}}"),
            body_bytes: 70_000,
            body_truncated: true,
        }),
        error: String::new(),
        duration_ms: 12,
        attempts: vec![AttemptRecord {
            status: Some(503),
            error: String::new(),
            duration_ms: 4,
            waited_ms: 100,
        }],
    }
}

fn lost() -> ExchangeRecord {
    ExchangeRecord {
        response: None,
        error: "connection reset".into(),
        ..exchange("hostile-plugin-id", 0)
    }
}

/// The counts of what there is.
fn summary(report: &Report) -> Summary {
    Summary {
        exchanges: 5,
        pages: 2,
        items: 14,
        ..Summary::of(&report.cases, &report.findings, &report.clauses)
    }
}
