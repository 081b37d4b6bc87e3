//! What several renderers read off a report in the same way. It decides nothing that the ledger has not decided.

use std::collections::HashMap;

use super::model::{CaseRecord, FindingRecord, Report};

/// Findings and operations of a report, found quickly.
pub(super) struct View<'a> {
    report: &'a Report,
    findings: HashMap<&'a str, &'a FindingRecord>,
}

impl<'a> View<'a> {
    pub(super) fn new(report: &'a Report) -> View<'a> {
        let findings = report
            .findings
            .iter()
            .map(|finding| (finding.clause.as_str(), finding))
            .collect();
        View { report, findings }
    }

    /// The findings of the clauses that the case saw broken, in the case's order.
    pub(super) fn findings_of(&self, case: &'a CaseRecord) -> Vec<&'a FindingRecord> {
        case.broken
            .iter()
            .filter_map(|id| self.findings.get(id.as_str()).copied())
            .collect()
    }

    /// The operation a case is about: the one its first clause belongs to.
    pub(super) fn operation_of_case(&self, case: &'a CaseRecord) -> Option<&'a str> {
        case.clauses
            .iter()
            .chain(&case.broken)
            .next()
            .map(|id| operation_of(self.report, id))
    }
}

/// The first segment of a clause's id; the whole of `METHOD /path` where the operation has no other name.
pub(super) fn operation_of<'a>(report: &'a Report, clause: &'a str) -> &'a str {
    let by_path = report.contract.operations.iter().filter(|name| {
        clause
            .strip_prefix(name.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    });
    let first = clause.split('/').next().unwrap_or(clause);
    by_path
        .map(String::as_str)
        .max_by_key(|name| name.len())
        .unwrap_or(first)
}

/// `FILE:LINE` of a finding in the contract; the file alone where the line is unknown.
pub(super) fn spec_place(report: &Report, finding: &FindingRecord) -> String {
    let file = &report.contract.source;
    if finding.spec_line == 0 {
        file.clone()
    } else {
        format!("{file}:{}", finding.spec_line)
    }
}

/// Text on one line: runs of white space and controls become one space, marks that turn the direction of writing are
/// replaced, and what is over `limit` characters is cut.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let tame = |c: char| match c {
        _ if c.is_control() => ' ',
        _ if turns_direction(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    let spaced: String = text.chars().map(tame).collect();
    let mut line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(limit) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Whether the character changes in which order its neighbours are shown.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `n thing` or `n things`.
pub(super) fn plural(n: u64, thing: &str) -> String {
    if n == 1 {
        format!("1 {thing}")
    } else {
        format!("{n} {thing}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn an_operation_without_a_name_of_its_own_is_found_by_method_and_path() {
        let mut report = fixture::empty();
        report.contract.operations = vec!["GET /a".into(), "GET /a/b".into()];
        assert_eq!(operation_of(&report, "GET /a/b/200/status"), "GET /a/b");
        assert_eq!(operation_of(&report, "GET /a/200/status"), "GET /a");
        assert_eq!(
            operation_of(&report, "list-versions/200/status"),
            "list-versions"
        );
    }

    #[test]
    fn one_line_holds_no_control_and_keeps_its_bound() {
        assert_eq!(one_line(" a\r\n\tb\u{1b}c ", 80), "a b c");
        assert_eq!(one_line("🦀🦀🦀", 2), "🦀🦀…");
        assert_eq!(one_line("a\u{202e}b", 9), "a\u{fffd}b");
    }
}
