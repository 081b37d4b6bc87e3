//! SARIF 2.1.0 for code scanning: a broken clause is a rule and its finding a result, which points at the line of the
//! contract. Nothing else is a result, since a code-scanning service shows each as an alert.

mod parts;

use std::cmp::Reverse;
use std::collections::HashMap;

use serde_json::{Value, json};

use self::parts::{
    artifact, bases, fingerprints, location, message, related, web_request, web_response,
};
use super::foreign::one_line;
use super::json::pretty;
use super::model::{CaseRecord, ClauseRecord, FindingRecord, Report};
use super::words::{self, plural};
use crate::contract::Level;
use crate::ledger::Verdict;

/// As many results as code scanning keeps.
const MAX_RESULTS: usize = 5000;

/// The report as SARIF.
///
/// # Errors
/// None that a report's content could cause.
pub(super) fn render(report: &Report) -> Result<String, serde_json::Error> {
    let mut told = told(report);
    let left_out = told.len().saturating_sub(MAX_RESULTS);
    told.truncate(MAX_RESULTS);
    let cases: HashMap<&str, &CaseRecord> = report
        .cases
        .iter()
        .map(|case| (case.id.as_str(), case))
        .collect();
    // Each clause is broken once, so it is the rule of one result, and the two have one index.
    let results: Vec<Value> = told
        .iter()
        .enumerate()
        .map(|(n, told)| result(report, n, told, &cases))
        .collect();
    let contract = &report.contract;
    let driver = json!({
        "name": report.tool.name,
        "semanticVersion": report.tool.version,
        "rules": told.iter().map(rule).collect::<Vec<_>>(),
    });
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "automationDetails": { "id": format!("conform/{}/", one_line(&contract.title, 100).replace('/', " ")) },
            "invocations": [invocation(report, left_out)],
            "originalUriBaseIds": bases(),
            "artifacts": [artifact(contract)],
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

/// A finding, and its clause where the report lists it.
type Told<'a> = (&'a FindingRecord, Option<&'a ClauseRecord>);

/// The findings, the worst first.
fn told(report: &Report) -> Vec<Told<'_>> {
    let clauses: HashMap<&str, &ClauseRecord> = report
        .clauses
        .iter()
        .map(|clause| (clause.id.as_str(), clause))
        .collect();
    let findings = report.findings.iter();
    let mut told: Vec<Told<'_>> = findings
        .map(|finding| (finding, clauses.get(finding.clause.as_str()).copied()))
        .collect();
    told.sort_by_key(|(finding, _)| (finding.baselined, Reverse(finding.level)));
    told
}

fn result(
    report: &Report,
    n: usize,
    (finding, clause): &Told<'_>,
    cases: &HashMap<&str, &CaseRecord>,
) -> Value {
    let mut text = words::sentence(finding);
    for line in words::lines(report, finding) {
        // The result points at the contract itself, and the command is one of its properties.
        if !matches!(line.label, "contract" | "reproduce" | "baseline") {
            text.push_str(&format!("\n{}: {}", line.label, line.text));
        }
    }
    let column = clause.map_or(0, |clause| clause.spec_column);
    let seen_by = finding.cases.iter();
    let seen_by = seen_by.filter_map(|id| cases.get(id.as_str()));
    let mut result = json!({
        "ruleId": finding.clause,
        "ruleIndex": n,
        "kind": "fail",
        "level": level(finding.level),
        "message": message(&text),
        "locations": [location(&report.contract, finding, column)],
        "relatedLocations": seen_by.map(|case| related(case)).collect::<Vec<_>>(),
        "occurrenceCount": finding.count.max(1),
        "partialFingerprints": fingerprints(&finding.clause),
        "properties": { "instancePointer": finding.instance_pointer, "curl": finding.curl, "hurts": finding.hurts },
    });
    if finding.baselined {
        let why = one_line(words::excuse(finding), 1000);
        result["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": why }]);
    }
    if let Some(exchange) = finding.exchange.and_then(|n| report.exchanges.get(n)) {
        result["webRequest"] = web_request(exchange);
        result["webResponse"] = web_response(exchange);
    }
    result
}

fn rule((finding, clause): &Told<'_>) -> Value {
    let id = &finding.clause;
    let (kind, text) = clause.map_or(("", id), |clause| (clause.kind.as_str(), &clause.text));
    let text = if text.is_empty() { id } else { text };
    let word = finding.level.word();
    let help = format!(
        "{text}\nLevel: {word}. Place in the contract: {}. `conform explain {id}` says how it is checked.",
        finding.spec_pointer,
    );
    json!({
        "id": id,
        "shortDescription": message(text),
        "help": message(&help),
        "defaultConfiguration": { "level": level(finding.level) },
        "properties": { "kind": kind, "level": finding.level, "tags": [kind, word] },
    })
}

/// How the run went; what stands in the way of a full answer is told as notifications.
fn invocation(report: &Report, left_out: usize) -> Value {
    let mut notes: Vec<Value> = report
        .reasons
        .iter()
        .map(|reason| json!({ "level": "note", "message": message(reason) }))
        .collect();
    notes.extend(report.cases.iter().filter_map(|case| {
        let (level, what) = match case.verdict {
            Verdict::Error => ("error", "ended in error"),
            Verdict::Inconclusive => ("warning", "is inconclusive"),
            Verdict::Pass | Verdict::Fail | Verdict::Skipped => return None,
        };
        let text = format!("The case {} {what}: {}", case.id, case.reason);
        Some(json!({ "level": level, "message": message(&text) }))
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
        let mut document: Value = serde_json::from_str(&render(report).unwrap()).unwrap();
        document["runs"][0].take()
    }

    #[test]
    fn the_results_are_the_findings_and_the_worst_is_first() {
        let levels = |report| {
            let run = run(&report);
            let results = run["results"].as_array().unwrap().clone();
            assert!(results.iter().all(|result| result["kind"] == "fail"));
            let levels = results
                .iter()
                .map(|result| result["level"].as_str().unwrap().to_owned());
            levels.collect::<Vec<_>>()
        };
        assert_eq!(levels(fixture::sample()), ["error", "note", "warning"]);
        assert_eq!(levels(fixture::empty()), [""; 0]);
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
    fn what_is_built_in_is_not_looked_for_in_the_users_repository() {
        let mut report = fixture::sample();
        let place = |report: &Report| {
            let run = run(report);
            let contents = run["artifacts"][0]["contents"]["text"].clone();
            (
                run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].clone(),
                contents,
            )
        };
        assert_eq!(
            place(&report),
            (
                json!({ "uri": "spec/ccpm-v1.yaml", "index": 0 }),
                Value::Null
            )
        );
        let crate::battery::pack::BuiltIn { name, text, .. } = crate::battery::pack::SPEC;
        report.contract.source = name.to_owned();
        report.contract.sha256 = parts::hash(text);
        assert_eq!(
            place(&report),
            (
                json!({ "uri": name, "index": 0, "uriBaseId": "CONFORM" }),
                json!(text)
            )
        );
        assert!(run(&report)["originalUriBaseIds"]["CONFORM"]["description"]["text"].is_string());
    }

    #[test]
    fn every_result_has_a_location_and_its_rule() {
        let run = run(&fixture::sample());
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            assert_eq!(result["locations"].as_array().unwrap().len(), 1);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn a_baselined_finding_is_suppressed_and_keeps_its_level() {
        let run = run(&fixture::sample());
        let result = &run["results"][2];
        let suppression = &result["suppressions"][0];
        assert_eq!(
            (
                &suppression["status"],
                &suppression["justification"],
                &result["level"]
            ),
            (
                &json!("accepted"),
                &json!("the vendor mends it in May"),
                &json!("warning")
            )
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
        report.findings = vec![report.findings[0].clone(); 6000];
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
