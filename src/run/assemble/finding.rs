//! A finding made into its record.

use crate::contract::Mark;
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
        let exchange = number.and_then(|number| run.and_then(|run| run.kept.get(&number)));
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
            spec_excerpt: self.spec_excerpt(clause.mark),
            exchange: number.and_then(|number| self.indices.get(&(finding.case, number)).copied()),
            count: finding.count,
            examples: finding
                .first
                .iter()
                .map(|seen| Example {
                    page: seen.page,
                    pointer: self.clean(&seen.location.to_string()),
                    actual: self.clean(&seen.actual),
                })
                .collect(),
            curl: exchange
                .map(|exchange| curl(&exchange.exchange, self.context.auth, self.context.redactor))
                .unwrap_or_default(),
            hurts: impact(self.plan, finding.clause).to_owned(),
            excerpt: excerpt
                .map(|excerpt| self.clean(&excerpt.text))
                .unwrap_or_default(),
            excerpt_mark: excerpt.map(|excerpt| self.mark(excerpt)),
            baselined: finding.baselined,
            baseline_reason: match finding.baselined {
                true => finding.excuses.join("; "),
                false => String::new(),
            },
        }
    }

    /// A line of the contract and what stands below it, at most five lines, without the common indentation.
    fn spec_excerpt(&self, mark: Mark) -> String {
        const MOST: usize = 5;
        const WIDEST: usize = 200;
        let index = usize::try_from(mark.line)
            .ok()
            .and_then(|line| line.checked_sub(1));
        let text = &self.plan.contract.document.file(mark).text;
        let mut lines = text.lines().skip(index.unwrap_or(usize::MAX));
        let Some(first) = lines.next() else {
            return String::new();
        };
        let depth = |line: &str| line.len() - line.trim_start().len();
        let own = depth(first);
        let is_below = |line: &&str| {
            depth(line) > own || (depth(line) == own && line.trim_start().starts_with("- "))
        };
        let below = lines.take_while(is_below).take(MOST - 1);
        let all = std::iter::once(first).chain(below);
        // A document on one line is shown by its beginning only.
        let shown = |line: &str| -> String {
            let rest = line.get(own..).unwrap_or_default().trim_end();
            rest.chars().take(WIDEST).collect()
        };
        all.map(shown).collect::<Vec<_>>().join("\n")
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
