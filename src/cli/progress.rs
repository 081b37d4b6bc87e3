//! A line for each case as it ends, one for all that were skipped for one reason, and on a terminal a progress bar with case, pages and items.

use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::exchange::Redactor;
use crate::ledger::Verdict;
use crate::report::model::CaseCounts;
use crate::run::{Event, Listener};

use super::terminal::{Paint, Stream, harmless, width};
use super::text::{case_counts, cut, fold, plural};

/// Where the reason of a verdict begins.
const INDENT: &str = "              ";

/// Cases of several operations up to which each has its line.
const EACH_SHOWN: usize = 40;

/// Prints each case as it ends; of many cases of several operations, what is not green, an operation at a time.
pub struct CaseLines {
    stream: Stream,
    paint: Paint,
    quiet: bool,
    redactor: Redactor,
    /// Whether the run is cut short, so that what ends now says nothing but that.
    is_cut: Box<dyn Fn() -> bool + Send + Sync>,
    bar: ProgressBar,
    skipped: Mutex<Vec<Skipped>>,
    told: Mutex<Told>,
}

/// The cases that were skipped for one reason, each with its operation.
struct Skipped {
    reason: String,
    cases: Vec<(String, String)>,
}

/// How far the run is.
#[derive(Default)]
struct Told {
    /// What is left of each operation; empty where each case has its line.
    operations: IndexMap<String, Operation>,
    ended: usize,
    requests: u64,
    /// Whether any case came to a verdict.
    came: bool,
}

#[derive(Default)]
struct Operation {
    /// Its cases that have not ended.
    left: usize,
    counts: CaseCounts,
    /// The lines of those that are not green.
    lines: Vec<String>,
}

impl CaseLines {
    /// A listener that prints to `stream`, secrets taken out; progress is shown only where standard error is a terminal.
    pub fn new(stream: Stream, paint: Paint, quiet: bool, redactor: Redactor) -> CaseLines {
        let shows = !quiet && std::io::stderr().is_terminal();
        let bar = if shows {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            let style =
                ProgressStyle::with_template("{spinner} {bar:16} {pos}/{len}{prefix}  {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        } else {
            ProgressBar::hidden()
        };
        CaseLines {
            stream,
            paint,
            quiet,
            redactor,
            is_cut: Box::new(|| false),
            bar,
            skipped: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Tells nothing of the cases that a run leaves open once it is cut short: the outcome does.
    #[must_use]
    pub fn unless(self, is_cut: impl Fn() -> bool + Send + Sync + 'static) -> CaseLines {
        CaseLines {
            is_cut: Box::new(is_cut),
            ..self
        }
    }

    /// Takes the progress away, and tells what was skipped: each reason once. Where nothing came to a verdict there is one
    /// cause, which the outcome tells.
    pub fn close(&self, is_verbose: bool) {
        self.bar.finish_and_clear();
        if (self.is_cut)() {
            return;
        }
        let Told {
            operations, came, ..
        } = std::mem::take(&mut *self.told());
        // Of a run that was interrupted.
        for (id, operation) in operations
            .iter()
            .filter(|(_, one)| one.left > 0 && !self.quiet)
        {
            self.print(self.told_of(id, operation));
        }
        if (is_verbose || came) && !self.quiet {
            let lines = self.skipped_lines(&operations, is_verbose);
            lines.iter().for_each(|line| self.stream.line(line));
        }
    }

    /// A line for each reason why cases were skipped.
    fn skipped_lines(
        &self,
        operations: &IndexMap<String, Operation>,
        is_verbose: bool,
    ) -> Vec<String> {
        let skipped = std::mem::take(&mut *self.skipped());
        // What stands below its operation's counts says already why the rest of it was not run.
        let explains = |id: &str| operations.get(id).is_some_and(|one| !one.lines.is_empty());
        let mut lines = Vec::new();
        for one in &skipped {
            let cases = one.cases.iter();
            let cases = cases.filter(|(_, operation)| is_verbose || !explains(operation));
            let ids: Vec<&str> = cases.map(|(id, _)| id.as_str()).collect();
            let id = match ids.as_slice() {
                [] => continue,
                [only] => (*only).to_owned(),
                [first, rest @ ..] => {
                    format!("{first} and {}", plural(rest.len() as u64, "other case"))
                }
            };
            lines.push(self.line(&id, Verdict::Skipped, &one.reason));
        }
        lines
    }

    fn print(&self, text: Option<String>) {
        if let Some(text) = text.filter(|_| !self.quiet) {
            self.bar.suspend(|| self.stream.line(&text));
        }
    }

    fn begin(&self, operations: &[String]) {
        self.bar.set_length(operations.len() as u64);
        let mut all: IndexMap<String, Operation> = IndexMap::new();
        for id in operations {
            all.entry(id.clone()).or_default().left += 1;
        }
        if operations.len() > EACH_SHOWN && all.len() > 1 {
            self.told().operations = all;
        }
    }

    /// Notes the end of a case; the text that is to be printed now.
    fn end(&self, case: &Ended<'_>) -> Option<String> {
        self.bar.inc(1);
        let is_skipped = case.verdict == Verdict::Skipped;
        if is_skipped {
            self.skip(case);
        }
        let line = || self.line(case.id, case.verdict, case.reason);
        let mut told = self.told();
        told.requests += case.sent;
        told.came |= !matches!(case.verdict, Verdict::Error | Verdict::Skipped);
        let requests = plural(told.requests, "request");
        // The outcome says why.
        let follows = case.verdict == Verdict::Inconclusive && case.reason.is_empty()
            || case.verdict != Verdict::Fail && (self.is_cut)();
        let Some(operation) = told.operations.get_mut(case.operation) else {
            self.bar.set_prefix(format!(" cases, {requests}"));
            return (!is_skipped && !follows).then(line);
        };
        operation.left = operation.left.saturating_sub(1);
        operation.counts.add(case.verdict);
        if !matches!(case.verdict, Verdict::Pass | Verdict::Skipped) && !follows {
            operation.lines.push(line());
        }
        let mut out = None;
        if operation.left == 0 {
            out = self.told_of(case.operation, operation);
            told.ended += 1;
        }
        let (ended, all) = (told.ended, told.operations.len());
        self.bar
            .set_prefix(format!(" cases, {ended}/{all} operations, {requests}"));
        out
    }

    /// What is not green of an operation, below its counts.
    fn told_of(&self, id: &str, operation: &Operation) -> Option<String> {
        let heading = self.paint.name(&harmless(id));
        let counts = case_counts(&operation.counts);
        (!operation.lines.is_empty())
            .then(|| format!("{heading}: {counts}\n{}", operation.lines.join("\n")))
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn skipped(&self) -> MutexGuard<'_, Vec<Skipped>> {
        self.skipped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn skip(&self, case: &Ended<'_>) {
        let named = (case.id.to_owned(), case.operation.to_owned());
        let mut skipped = self.skipped();
        match skipped.iter_mut().find(|one| one.reason == case.reason) {
            Some(one) => one.cases.push(named),
            None => skipped.push(Skipped {
                reason: case.reason.to_owned(),
                cases: vec![named],
            }),
        }
    }

    fn line(&self, id: &str, verdict: Verdict, reason: &str) -> String {
        let word = self
            .paint
            .verdict(verdict, &format!("{:<12}", verdict.word()));
        let mut line = format!("{word}  {}", harmless(id));
        if !reason.is_empty() {
            // Events come as the target spoke; no piece may be cut off a secret before it is known as one.
            let reason = harmless(&self.redactor.text(reason));
            // What failed is told in full below, so two lines of it are enough.
            let reason = match verdict {
                Verdict::Fail => cut(&reason, 2 * (width() - INDENT.len()) - 12),
                _ => reason,
            };
            let reason = fold(&reason, width(), INDENT);
            line.push('\n');
            line.push_str(&self.paint.dim(&format!("{INDENT}{reason}")));
        }
        line
    }
}

/// What is heard of a case that ended.
struct Ended<'a> {
    id: &'a str,
    operation: &'a str,
    verdict: Verdict,
    reason: &'a str,
    sent: u64,
}

impl Listener for CaseLines {
    fn hear(&self, event: &Event) {
        match event {
            Event::Started { operations } => self.begin(operations),
            Event::CaseStarted { id } => self.bar.set_message(harmless(id)),
            Event::Page { id, pages, items } => self.bar.set_message(format!(
                "{}: {}, {}",
                cut(&harmless(id), 24),
                plural(*pages, "page"),
                plural(*items, "item")
            )),
            Event::CaseEnded {
                id,
                operation,
                verdict,
                reason,
                sent,
            } => self.print(self.end(&Ended {
                id,
                operation,
                verdict: *verdict,
                reason,
                sent: *sent,
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::columns;
    use super::*;

    #[test]
    fn a_failure_takes_three_lines_at_most_and_nothing_from_the_target_acts_on_the_terminal() {
        let lines = CaseLines::new(Stream::Out, Paint::plain(), false, Redactor::default());
        let reason = format!("got \u{1b}[2J\u{202e}{}", "long ".repeat(60));
        let text = lines.line("walk", Verdict::Fail, &reason);
        assert!(text.lines().count() <= 3, "{text}");
        assert!(text.lines().all(|line| columns(line) <= width()));
        assert!(
            text.contains("\\u{1b}[2J\\u{202e}") && !text.contains('\u{1b}'),
            "{text}"
        );
    }

    #[test]
    fn a_secret_that_the_target_sent_back_is_taken_out_of_the_line() {
        let redactor = Redactor::new(&["the-secret-itself".to_owned()]);
        let lines = CaseLines::new(Stream::Out, Paint::plain(), false, redactor);
        for verdict in [Verdict::Fail, Verdict::Inconclusive] {
            let text = lines.line("walk", verdict, "got the-secret-itself");
            assert!(text.contains("got [redacted]"), "{text}");
        }
    }

    #[test]
    fn of_many_cases_each_operation_tells_once_what_is_not_green() {
        let lines = CaseLines::new(Stream::Out, Paint::plain(), true, Redactor::default());
        let operations = ["a", "b", "c"].map(|id| vec![id.to_owned(); 20]).concat();
        lines.begin(&operations);
        let mut said = Vec::new();
        for (n, operation) in operations.iter().enumerate() {
            let (verdict, reason) = match (operation.as_str(), n % 20) {
                ("b", 3) => (Verdict::Fail, "1 clause broken"),
                ("b", 4) => (Verdict::Inconclusive, "answered 404"),
                ("c", _) => (Verdict::Skipped, "no id found"),
                _ => (Verdict::Pass, ""),
            };
            let id = format!("{operation}.case-{n}");
            let ended = Ended {
                id: &id,
                operation,
                verdict,
                reason,
                sent: 2,
            };
            said.extend(lines.end(&ended));
        }
        let expected = "b: 18 passed, 1 failed, 1 inconclusive\n\
                        fail          b.case-23\n              1 clause broken\n\
                        inconclusive  b.case-24\n              answered 404";
        assert_eq!(said, [expected]);
        assert_eq!(lines.told().requests, 120);
        assert_eq!(
            lines.skipped()[0].cases.len(),
            20,
            "one line for one reason"
        );
    }
}
