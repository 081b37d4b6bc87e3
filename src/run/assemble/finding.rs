//! A finding made into its record.

use crate::exchange::Location;
use crate::exchange::curl::curl;
use crate::ledger::{Break, Excerpt, Finding};
use crate::report::model::{Example, ExcerptMark, FindingRecord};

use super::{Assembly, impact, spec_file};

impl Assembly<'_> {
    pub(super) fn finding(&self, finding: &Finding) -> FindingRecord {
        let clause = self.plan.clauses.get(finding.clause);
        let first = finding.first.first();
        let text = |of: fn(&Break) -> &String| {
            first.map(|first| self.clean(of(first))).unwrap_or_default()
        };
        let location = first
            .map(|first| first.location.clone())
            .unwrap_or_default();
        let excerpt = first.and_then(|first| first.excerpt.as_ref());
        let run = self
            .finished
            .cases
            .iter()
            .find(|run| run.case == finding.case);
        let number = first.and_then(|first| first.exchange);
        let index = |number| self.indices.get(&(finding.case, number)).copied();
        let exchange = number.and_then(|number| run.and_then(|run| run.kept.get(&number)));
        let (promised, spec_mark) = promised(
            &self.plan.contract.document.file(clause.mark).text,
            clause.mark.line,
        );
        FindingRecord {
            clause: clause.id().to_owned(),
            level: finding.level,
            case: self.id(finding.case),
            cases: finding.cases.iter().map(|case| self.id(*case)).collect(),
            message: text(|first| &first.message),
            expected: text(|first| &first.expected),
            actual: text(|first| &first.actual),
            instance_pointer: self.clean(&location.to_string()),
            location: self.clean_location(&location),
            spec_pointer: clause.pointer.clone(),
            spec_file: spec_file(&self.plan.contract.document, clause.mark),
            spec_line: clause.mark.line,
            spec_excerpt: promised.join("\n"),
            spec_mark,
            exchange: number.and_then(index),
            count: finding.count,
            examples: finding
                .first
                .iter()
                .map(|seen| Example {
                    page: seen.page,
                    pointer: self.clean(&seen.location.to_string()),
                    actual: self.clean(&seen.actual),
                    exchange: seen.exchange.and_then(index),
                })
                .collect(),
            curl: exchange
                .map(|exchange| curl(&exchange.exchange, self.context.auth, self.context.redactor))
                .unwrap_or_default(),
            hurts: impact(self.plan, finding.clause).to_owned(),
            excerpt: excerpt
                .map(|excerpt| self.context.redactor.body(excerpt.text.as_bytes(), true))
                .map(|clean| String::from_utf8_lossy(&clean).into_owned())
                .unwrap_or_default(),
            excerpt_mark: excerpt.map(|excerpt| self.mark(excerpt)),
            baselined: finding.baselined,
            baseline_reason: match finding.baselined {
                true => finding.excuses.join("; "),
                false => String::new(),
            },
        }
    }

    /// Where the wrong value stands once the secrets are gone.
    fn mark(&self, excerpt: &Excerpt) -> ExcerptMark {
        let line = excerpt.text.lines().nth(excerpt.line).unwrap_or_default();
        let length = |from: usize, to: usize| {
            let part: String = line.chars().take(to).skip(from).collect();
            self.clean(&part).chars().count()
        };
        let from = length(0, excerpt.span.start);
        ExcerptMark {
            line: excerpt.line,
            from,
            to: from + length(excerpt.span.start, excerpt.span.end),
        }
    }

    fn clean_location(&self, location: &Location) -> Location {
        match location {
            Location::Header { name } => Location::header(self.clean(name)),
            Location::Body { pointer } => Location::body(self.clean(pointer)),
            other => other.clone(),
        }
    }
}

/// How many lines of the contract are shown.
const MOST: usize = 9;
/// How much of a line is shown, in characters; a document may stand on one.
const WIDEST: usize = 200;

/// A line of the contract and what stands below it, without the common indentation, and which of these lines it is. An
/// entry of a list is shown with its list.
fn promised(text: &str, line: u64) -> (Vec<String>, Option<usize>) {
    let lines: Vec<&str> = text.lines().collect();
    let index = usize::try_from(line).unwrap_or_default().checked_sub(1);
    let Some(own) = index.filter(|own| *own < lines.len()) else {
        return (Vec::new(), None);
    };
    let depth = |n: usize| lines[n].len() - lines[n].trim_start().len();
    let is_entry = |n: usize| lines[n].trim_start().starts_with("- ");
    let mut first = own;
    if is_entry(own) {
        // Up to the key of the list, over its entries and what belongs to them.
        let is_in_list =
            |n: usize| depth(n) > depth(own) || (depth(n) == depth(own) && is_entry(n));
        first = (0..own).rev().find(|n| !is_in_list(*n)).unwrap_or(own);
    }
    let is_below =
        |n: &usize| depth(*n) > depth(first) || (depth(*n) == depth(first) && is_entry(*n));
    let below: Vec<usize> = (first + 1..lines.len())
        .take_while(is_below)
        .take(own - first + MOST)
        .collect();
    // The entry itself is shown, however long its list is.
    let skipped = (own - first + 2).saturating_sub(MOST);
    let left_out = below.len().saturating_sub(skipped + MOST - 1) > 0;
    let rest = below.into_iter().skip(skipped).take(MOST - 1);
    let indent = depth(first);
    let shown = |n: usize| -> String {
        let rest = lines[n].get(indent..).unwrap_or_default().trim_end();
        rest.chars().take(WIDEST).collect()
    };
    let mut out = vec![shown(first)];
    if skipped > 0 {
        out.push("  …".to_owned());
    }
    out.extend(rest.map(shown));
    if left_out {
        out.push("  …".to_owned());
    }
    let mark = (own - first).saturating_sub(skipped) + usize::from(skipped > 0 && own > first);
    (out, Some(mark))
}

#[cfg(test)]
mod tests {
    use super::promised;

    #[test]
    fn an_entry_is_shown_in_its_list_and_a_list_below_its_key() {
        let text = "schema:\n  required:\n    - id\n    - spec\n    - status\n  properties:\n    phase:\n      enum:\n      - NEW\n      - OLD\n";
        let (lines, mark) = promised(text, 4);
        assert_eq!(lines, ["required:", "  - id", "  - spec", "  - status"]);
        assert_eq!(mark, Some(2));
        let (lines, mark) = promised(text, 8);
        assert_eq!(lines, ["enum:", "- NEW", "- OLD"]);
        assert_eq!(mark, Some(0));
        assert_eq!(promised(text, 9).1, Some(1));
        assert_eq!(promised(text, 0), (Vec::new(), None));
        assert_eq!(promised(text, 99), (Vec::new(), None));
    }

    #[test]
    fn of_a_long_list_the_entry_is_shown() {
        let entries: String = (0..50).map(|n| format!("  - name{n}\n")).collect();
        let text = format!("required:\n{entries}type: object\n");
        for n in 0..50 {
            let (lines, mark) = promised(&text, n + 2);
            assert!(lines.len() <= 11 && lines[0] == "required:", "{lines:?}");
            assert_eq!(lines[mark.unwrap()], format!("  - name{n}"), "{lines:?}");
        }
    }
}
