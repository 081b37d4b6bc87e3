//! What is no case's and must be told all the same: why the outcome is what it is, and what was not tested.

use std::collections::HashSet;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, Event};

use super::super::model::{Reach, Report};
use super::super::words::{not_chosen, plural, warning};
use super::xml::element;

/// How many warnings of the document are told.
const WARNINGS_TOLD: usize = 200;

/// The facts of the run.
pub(super) fn write_properties(writer: &mut Writer<Vec<u8>>, report: &Report) -> io::Result<()> {
    let (contract, summary) = (&report.contract, &report.summary);
    let exercised = summary.clauses.held + summary.clauses.broken;
    let mut properties = vec![
        ("conform.version", report.tool.version.clone()),
        ("conform.outcome", report.outcome.word().to_owned()),
        ("conform.exit_code", report.exit_code.to_string()),
        ("contract.source", contract.source.clone()),
        ("contract.version", contract.version.clone()),
        ("contract.sha256", contract.sha256.clone()),
        ("cases.sha256", report.manifest.cases_sha256.clone()),
        ("target.base_url", report.target.name()),
        ("clauses.exercised", exercised.to_string()),
        ("clauses.total", summary.clauses.total.to_string()),
    ];
    if summary.clauses.not_chosen > 0 {
        let count = summary.clauses.not_chosen.to_string();
        properties.push(("clauses.not_chosen", count));
    }
    if !contract.warnings.is_empty() {
        properties.push(("contract.warnings", contract.warnings.len().to_string()));
    }
    writer.write_event(Event::Start(BytesStart::new("properties")))?;
    for (name, value) in &properties {
        writer.write_event(Event::Empty(element(
            "property",
            &[("name", name), ("value", value)],
        )))?;
    }
    writer.write_event(Event::End(BytesEnd::new("properties")))
}

/// What the run itself has to tell: its reasons, what of the document is not tested, and the operations that no case
/// reached. Those with cases are told by them.
pub(super) fn told(report: &Report) -> Vec<String> {
    let warnings = report.contract.warnings.iter().take(WARNINGS_TOLD);
    let more = report.contract.warnings.len().saturating_sub(WARNINGS_TOLD);
    let more = (more > 0).then(|| format!("and {}", plural(more as u64, "more warning")));
    let has_case: HashSet<&str> = report
        .cases
        .iter()
        .map(|case| case.operation.as_str())
        .collect();
    let operations = report.operations.iter();
    let left_out = operations
        .filter(|one| one.state == Reach::NotReached && !has_case.contains(one.id.as_str()));
    let mut told = report.reasons.clone();
    told.extend(warnings.map(|one| format!("warning: {}", warning(one))));
    told.extend(more);
    told.extend(not_chosen(report));
    told.extend(left_out.map(|one| {
        let (method, path) = (&one.method, &one.path);
        format!("{method} {path} was not reached: {}", one.reason)
    }));
    told
}

#[cfg(test)]
mod tests {
    use super::super::{Style, render};
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_is_not_tested_is_told_with_the_first_suite() {
        let mut report = fixture::large(20);
        let without = told(&report).len();
        report.contract.warnings = fixture::warnings(300);
        let record = report
            .operations
            .iter_mut()
            .find(|one| one.state == Reach::NotReached);
        let record = record.unwrap();
        let (id, route) = (
            record.id.clone(),
            format!("{} {}", record.method, record.path),
        );
        report.cases.retain(|case| case.operation != id);
        let lines = told(&report);
        assert_eq!(lines.len(), without + 202);
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with(&format!("{route} was not reached: ")))
        );
        let xml = render(&report, Style::Strict).unwrap();
        let wanted =
            "warning: api.yaml:7:5: `GET /x0` documents no `responses`; GET /x0 is not tested\n";
        assert!(xml.contains(wanted) && xml.contains("and 100 more warnings"));
        assert!(xml.contains("name=\"contract.warnings\" value=\"300\""));
    }
}
