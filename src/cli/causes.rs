//! Findings that have one cause are told as one: the first in full, and of the others which operations they are of. A
//! report has all of them.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::report::Report;
use crate::report::model::{ClauseRecord, FindingRecord};

use super::terminal::{Paint, harmless, width};
use super::text::{fold, plural};

/// So many findings of one cause are told one by one.
const APART: usize = 2;
/// Of so many operations the names are shown.
const NAMED: usize = 40;

/// Findings with one cause, the first before all others.
pub struct Cause<'r> {
    /// The one that is told in full.
    pub first: &'r FindingRecord,
    /// Those that are not.
    pub others: Vec<&'r FindingRecord>,
}

impl<'r> Cause<'r> {
    fn of(all: Vec<&'r FindingRecord>) -> Cause<'r> {
        Cause {
            first: all[0],
            others: all[1..].to_vec(),
        }
    }
}

/// All findings by their causes, in the order of the report.
pub fn folded(report: &Report) -> Vec<Cause<'_>> {
    let clauses = report.clauses.iter();
    let clauses: HashMap<&str, &ClauseRecord> = clauses.map(|one| (one.id.as_str(), one)).collect();
    let mut causes: IndexMap<Vec<&str>, Vec<&FindingRecord>> = IndexMap::new();
    for finding in &report.findings {
        let clause = clauses.get(finding.clause.as_str()).copied();
        causes
            .entry(key(finding, clause))
            .or_default()
            .push(finding);
    }
    let few = |all: Vec<_>| match all.len() > APART {
        true => vec![all],
        false => all.into_iter().map(|one| vec![one]).collect(),
    };
    let all = causes.into_values().flat_map(few).map(Cause::of);
    let mut out: Vec<Cause<'_>> = all.collect();
    let places = report.findings.iter().enumerate();
    let places: HashMap<&str, usize> = places.map(|(n, one)| (one.clause.as_str(), n)).collect();
    out.sort_by_key(|one| places.get(one.first.clause.as_str()));
    out
}

/// What findings of one cause share: the same place of the contract, or the same part of an operation, and what came there.
fn key<'r>(finding: &'r FindingRecord, clause: Option<&'r ClauseRecord>) -> Vec<&'r str> {
    let level = finding.level.word();
    let known = if finding.baselined { "known" } else { "" };
    let Some(clause) = clause else {
        return vec![level, known, &finding.clause];
    };
    let kind = clause.kind.as_str();
    // What stands within an operation is a promise of its own, unless its name says all.
    let is_shared = clause.spec_pointer.starts_with("/components/")
        || clause.spec_pointer.starts_with("/definitions/");
    let place = match (is_shared, kind) {
        (true, _) => clause.spec_pointer.as_str(),
        (false, "schema") => finding.clause.as_str(),
        (false, _) => "",
    };
    let came = match kind {
        "content-type" => finding.actual.as_str(),
        _ => "",
    };
    vec![
        level,
        known,
        kind,
        place,
        &clause.name,
        &clause.keyword,
        came,
    ]
}

/// Of which operations the others are; nothing where there are none.
pub fn others(report: &Report, cause: &Cause<'_>, paint: Paint) -> String {
    if cause.others.is_empty() {
        return String::new();
    }
    let clauses = report.clauses.iter();
    let operations: HashMap<&str, &str> = clauses
        .map(|one| (one.id.as_str(), one.operation.as_str()))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for finding in &cause.others {
        let name = operations.get(finding.clause.as_str()).copied();
        let name = name.unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let count = plural(cause.others.len() as u64, "other clause");
    let of = plural(names.len() as u64, "operation");
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names.truncate(NAMED);
    let text = format!(
        "the same breaks {count} of {of}: {}{more}",
        names.join(", ")
    );
    let text = fold(&harmless(&text), width(), "    ");
    paint.dim(&format!("  {text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Level;
    use crate::report::fixture;

    /// A report in which these clauses are broken: kind, place in the contract, and what came.
    fn report(broken: &[(&str, &str, &str)]) -> Report {
        let mut report = fixture::sample();
        let (finding, clause) = (report.findings.remove(0), report.clauses.remove(0));
        report.clauses.clear();
        report.findings.clear();
        for (n, (kind, place, actual)) in broken.iter().enumerate() {
            let operation = format!("get{n}");
            let id = format!("{operation}/{kind}");
            report.clauses.push(ClauseRecord {
                id: id.clone(),
                kind: (*kind).to_owned(),
                operation,
                spec_pointer: (*place).to_owned(),
                ..clause.clone()
            });
            report.findings.push(FindingRecord {
                clause: id,
                level: Level::Must,
                actual: (*actual).to_owned(),
                ..finding.clone()
            });
        }
        report
    }

    #[test]
    fn one_cause_is_told_once_with_its_operations() {
        const ERROR: &str = "/components/schemas/Error/properties/code/type";
        let one = report(&[
            ("schema", ERROR, "a"),
            ("content-type", "/paths/1", "text/html"),
            ("schema", ERROR, "b"),
            ("content-type", "/paths/2", "text/html"),
            ("schema", ERROR, "c"),
            ("schema", "/paths/3", "a"),
            ("content-type", "/paths/4", "text/plain"),
        ]);
        let told: Vec<(&str, usize)> = folded(&one)
            .iter()
            .map(|one| (one.first.clause.as_str(), one.others.len()))
            .collect();
        assert_eq!(
            told,
            [
                ("get0/schema", 2),
                ("get1/content-type", 0),
                ("get3/content-type", 0),
                ("get5/schema", 0),
                ("get6/content-type", 0)
            ]
        );
        let causes = folded(&one);
        let text = others(&one, &causes[0], Paint::plain());
        assert_eq!(
            text,
            "  the same breaks 2 other clauses of 2 operations: get2, get4\n"
        );
        assert_eq!(others(&one, &causes[1], Paint::plain()), "");
        let many = vec![("rule", "/paths/x", "500"); 60];
        let many = report(&many);
        let causes = folded(&many);
        let text = others(&many, &causes[0], Paint::plain());
        assert!(
            text.contains("59 other clauses of 59 operations: get1, get2,"),
            "{text}"
        );
        assert!(text.ends_with("get40 and 19 more\n"), "{text}");
    }
}
