//! SARIF 2.1.0 for code scanning: the clauses are the rules, a finding points at the line of the contract it breaks.
//! Only a `fail` has a level; every other kind has `none` (section 3.27.10).

mod parts;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Value, json};

use self::parts::{fingerprints, location, message, related, uri, web_request, web_response};
use super::foreign::one_line;
use super::json::pretty;
use super::model::{CaseRecord, ClauseRecord, FindingRecord, Report};
use super::words::{self, plural};
use crate::contract::Level;
use crate::ledger::{State, Verdict};

/// As many results as code scanning keeps.
const MAX_RESULTS: usize = 5000;

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Value,
    locations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence_count: Option<u64>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_request: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_response: Option<Value>,
    #[serde(skip_serializing_if = "Value::is_null")]
    properties: Value,
}

/// The report as SARIF.
///
/// # Errors
/// None that a report's content could cause.
pub(super) fn render(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    let mut results = results(report);
    let left_out = results.len().saturating_sub(MAX_RESULTS);
    results.truncate(MAX_RESULTS);
    let contract = &report.contract;
    let driver = json!({
        "name": report.tool.name,
        "semanticVersion": report.tool.version,
        "rules": report.clauses.iter().map(rule).collect::<Vec<_>>(),
    });
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "automationDetails": { "id": format!("conform/{}/", one_line(&contract.title, 100).replace('/', " ")) },
            "invocations": [invocation(report, left_out)],
            "artifacts": [{
                "location": { "uri": uri(&contract.source) },
                "roles": ["analysisTarget"],
                "hashes": { "sha-256": contract.sha256 },
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "outcome": report.outcome,
                "baseUrl": report.target.base_url,
                "reference": report.target.reference,
                "contractVersion": contract.version,
                "casesSha256": report.manifest.cases_sha256,
            },
        }],
    }))
}

/// Worst first: what breaks, what is known to, what stays open, what was not looked at, what holds.
fn results(report: &Report) -> Vec<Entry> {
    let index: HashMap<&str, usize> = report
        .clauses
        .iter()
        .enumerate()
        .map(|(n, clause)| (clause.id.as_str(), n))
        .collect();
    let sources: HashMap<&str, &CaseRecord> = report
        .cases
        .iter()
        .map(|case| (case.id.as_str(), case))
        .collect();
    let mut findings: Vec<&FindingRecord> = report.findings.iter().collect();
    findings.sort_by_key(|finding| (finding.baselined, Reverse(finding.level)));
    let mut all: Vec<Entry> = findings
        .into_iter()
        .map(|finding| of_finding(report, finding, &index, &sources))
        .collect();
    let open = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Inconclusive);
    all.extend(open.map(|case| of_open(report, case, &index)));
    for state in [State::NotExercised, State::Held] {
        let clauses = report
            .clauses
            .iter()
            .enumerate()
            .filter(|(_, clause)| clause.state == Some(state));
        all.extend(clauses.map(|(n, clause)| of_clause(report, n, clause, state)));
    }
    all
}

fn of_finding(
    report: &Report,
    finding: &FindingRecord,
    index: &HashMap<&str, usize>,
    cases: &HashMap<&str, &CaseRecord>,
) -> Entry {
    let rule_index = index.get(finding.clause.as_str()).copied();
    let column = rule_index
        .and_then(|n| report.clauses.get(n))
        .map_or(0, |clause| clause.spec_column);
    let exchange = finding.exchange.and_then(|n| report.exchanges.get(n));
    let mut text = words::sentence(finding);
    for line in words::lines(report, finding) {
        // The result points at the contract itself, and the command is one of its properties.
        if !matches!(line.label, "contract" | "reproduce") {
            text.push_str(&format!("\n{}: {}", line.label, line.text));
        }
    }
    Entry {
        rule_id: finding.clause.clone(),
        rule_index,
        kind: "fail",
        level: level(finding.level),
        message: message(&text),
        locations: vec![location(&report.contract.source, finding.spec_line, column, &finding.spec_pointer)],
        related_locations: finding.cases.iter().filter_map(|id| cases.get(id.as_str())).map(|case| related(case)).collect(),
        occurrence_count: Some(finding.count.max(1)),
        partial_fingerprints: fingerprints(&finding.clause),
        suppressions: finding
            .baselined
            .then(|| json!([{ "kind": "external", "status": "accepted", "justification": "known to the baseline" }])),
        web_request: exchange.map(web_request),
        web_response: exchange.map(web_response),
        properties: json!({ "instancePointer": finding.instance_pointer, "curl": finding.curl, "hurts": finding.hurts }),
    }
}

/// A case without an answer is told under the first clause it aims at, or under its own id where it aims at none.
fn of_open(report: &Report, case: &CaseRecord, index: &HashMap<&str, usize>) -> Entry {
    let clause = case
        .clauses
        .iter()
        .find_map(|id| index.get(id.as_str()).copied());
    let record = clause.and_then(|n| report.clauses.get(n));
    Entry {
        rule_id: record.map_or_else(|| format!("case/{}", case.id), |clause| clause.id.clone()),
        rule_index: clause,
        kind: "open",
        level: "none",
        message: message(&format!(
            "The case {} is inconclusive: {}",
            case.id, case.reason
        )),
        locations: vec![record.map_or_else(
            || location(&report.contract.source, 0, 0, ""),
            |clause| of_record(report, clause),
        )],
        related_locations: vec![related(case)],
        partial_fingerprints: fingerprints(&format!("case/{}", case.id)),
        properties: json!({ "core": case.core }),
        ..Entry::default()
    }
}

fn of_clause(report: &Report, n: usize, clause: &ClauseRecord, state: State) -> Entry {
    let (kind, text) = match (
        state,
        clause.reason.as_deref().filter(|reason| !reason.is_empty()),
    ) {
        (State::Held, _) => ("pass", format!("Held: {}", clause.text)),
        (_, Some(reason)) => ("notApplicable", format!("Not exercised: {reason}")),
        (_, None) => ("notApplicable", "Not exercised.".to_owned()),
    };
    Entry {
        rule_id: clause.id.clone(),
        rule_index: Some(n),
        kind,
        level: "none",
        message: message(&text),
        locations: vec![of_record(report, clause)],
        partial_fingerprints: fingerprints(&clause.id),
        ..Entry::default()
    }
}

/// Where a clause stands in the contract.
fn of_record(report: &Report, clause: &ClauseRecord) -> Value {
    let (line, column) = (clause.spec_line, clause.spec_column);
    location(&report.contract.source, line, column, &clause.spec_pointer)
}

fn rule(clause: &ClauseRecord) -> Value {
    let text = if clause.text.is_empty() {
        &clause.id
    } else {
        &clause.text
    };
    let help = format!(
        "{text}\nLevel: {}. Place in the contract: {}. `conform explain {}` says how it is checked.",
        clause.level.word(),
        clause.spec_pointer,
        clause.id
    );
    json!({
        "id": clause.id,
        "shortDescription": message(text),
        "help": message(&help),
        "defaultConfiguration": { "level": level(clause.level) },
        "properties": { "kind": clause.kind, "level": clause.level, "tags": [clause.kind, clause.level.word()] },
    })
}

/// How the run went; what stands in the way of a full answer is told as notifications.
fn invocation(report: &Report, left_out: usize) -> Value {
    let mut notes: Vec<Value> = report
        .reasons
        .iter()
        .map(|reason| json!({ "level": "note", "message": message(reason) }))
        .collect();
    notes.extend(report.cases.iter().filter(|case| case.verdict == Verdict::Error).map(|case| {
        json!({ "level": "error", "message": message(&format!("The case {} ended in error: {}", case.id, case.reason)) })
    }));
    if left_out > 0 {
        notes.push(json!({ "level": "warning", "message": message(&format!("{} left out", plural(left_out as u64, "result"))) }));
    }
    let mut invocation = json!({
        "executionSuccessful": report.exit_code < 2,
        "exitCode": report.exit_code,
        "exitCodeDescription": report.outcome.word(),
        "toolExecutionNotifications": notes,
    });
    if let Ok(start) = report.manifest.started.parse::<jiff::Timestamp>() {
        let end = start.saturating_add(std::time::Duration::from_millis(
            report.manifest.duration_ms,
        ));
        invocation["startTimeUtc"] = json!(start.to_string());
        invocation["endTimeUtc"] =
            json!(end.map_or_else(|_| start.to_string(), |end| end.to_string()));
    }
    invocation
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::Info => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn run(report: &Report) -> Value {
        let mut document: Value = serde_json::from_slice(&render(report).unwrap()).unwrap();
        document["runs"][0].take()
    }

    #[test]
    fn the_worst_is_first_and_only_a_fail_has_a_level() {
        let run = run(&fixture::sample());
        let told: Vec<String> = run["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| {
                format!(
                    "{} {}",
                    result["kind"].as_str().unwrap(),
                    result["level"].as_str().unwrap()
                )
            })
            .collect();
        let expected = [
            "fail error",
            "fail note",
            "fail warning",
            "open none",
            "open none",
            "notApplicable none",
            "pass none",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_result_points_at_the_contract_first_and_at_its_case_beside() {
        let result = &run(&fixture::sample())["results"][0];
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "spec/ccpm-v1.yaml");
        assert_eq!(place["region"]["startLine"], 212);
        assert_eq!(
            result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "cases/first-page.yaml"
        );
        assert_eq!(result["webResponse"]["statusCode"], 200);
        assert!(result.get("suppressions").is_none());
    }

    #[test]
    fn every_result_has_a_location_and_its_rule() {
        let run = run(&fixture::sample());
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            assert_eq!(result["locations"].as_array().unwrap().len(), 1);
            if let Some(index) = result["ruleIndex"].as_u64() {
                assert_eq!(rules[index as usize]["id"], result["ruleId"]);
            }
        }
    }

    #[test]
    fn a_baselined_finding_is_suppressed_and_keeps_its_level() {
        let run = run(&fixture::sample());
        let result = &run["results"][2];
        assert_eq!(
            (&result["suppressions"][0]["status"], &result["level"]),
            (&json!("accepted"), &json!("warning"))
        );
    }

    #[test]
    fn fingerprints_do_not_depend_on_time_place_or_value() {
        let first = fixture::sample();
        let mut second = first.clone();
        second.manifest.started = "2030-01-01T00:00:00Z".into();
        second.findings[0].spec_line = 9;
        second.findings[0].actual = "other".into();
        let prints = |report| run(&report)["results"][0]["partialFingerprints"].clone();
        assert_eq!(prints(first), prints(second));
    }

    #[test]
    fn results_are_bounded_and_the_cut_is_told() {
        let mut report = fixture::sample();
        report.clauses = vec![report.clauses[0].clone(); 6000];
        let run = run(&report);
        assert_eq!(run["results"].as_array().unwrap().len(), MAX_RESULTS);
        assert_eq!(run["results"][0]["kind"], "fail");
        assert!(
            run["invocations"][0]["toolExecutionNotifications"]
                .to_string()
                .contains("results left out")
        );
    }
}
