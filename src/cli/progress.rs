//! A line for each case as it ends, one for all that were skipped for one reason, and on a terminal a progress bar with case, pages and items.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::exchange::Redactor;
use crate::ledger::Verdict;
use crate::run::{Event, Listener};

use super::terminal::{Paint, Stream, harmless, width};
use super::text::{cut, fold, plural};

/// Where the reason of a verdict begins.
const INDENT: &str = "              ";

/// Prints each case as it ends.
pub struct CaseLines {
    stream: Stream,
    paint: Paint,
    quiet: bool,
    redactor: Redactor,
    bar: ProgressBar,
    /// The cases that were skipped, by reason.
    skipped: Mutex<Vec<(String, Vec<String>)>>,
    /// Whether any case came to a verdict.
    came: AtomicBool,
}

impl CaseLines {
    /// A listener that prints to `stream`, secrets taken out; progress is shown only where standard error is a terminal.
    pub fn new(stream: Stream, paint: Paint, quiet: bool, redactor: Redactor) -> CaseLines {
        let shows = !quiet && std::io::stderr().is_terminal();
        let bar = if shows {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {bar:16} {pos}/{len}  {msg}");
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
            bar,
            skipped: Mutex::default(),
            came: AtomicBool::new(false),
        }
    }

    /// Takes the progress away, and tells what was skipped: each reason once. Where nothing came to a verdict there is one
    /// cause, which the outcome tells.
    pub fn close(&self, is_verbose: bool) {
        self.bar.finish_and_clear();
        let skipped = std::mem::take(&mut *self.skipped());
        let is_told = is_verbose || self.came.load(Ordering::Relaxed);
        for (reason, cases) in skipped.iter().filter(|_| is_told && !self.quiet) {
            let id = match cases.as_slice() {
                [first, _, ..] => {
                    format!(
                        "{first} and {}",
                        plural(cases.len() as u64 - 1, "other case")
                    )
                }
                _ => cases.concat(),
            };
            self.stream.line(&self.line(&id, Verdict::Skipped, reason));
        }
    }

    fn skipped(&self) -> MutexGuard<'_, Vec<(String, Vec<String>)>> {
        self.skipped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn skip(&self, id: &str, reason: &str) {
        let mut skipped = self.skipped();
        match skipped.iter_mut().find(|(known, _)| known == reason) {
            Some((_, cases)) => cases.push(id.to_owned()),
            None => skipped.push((reason.to_owned(), vec![id.to_owned()])),
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

impl Listener for CaseLines {
    fn hear(&self, event: &Event) {
        match event {
            Event::Started { cases } => self.bar.set_length(*cases as u64),
            Event::CaseStarted { id } => self.bar.set_message(harmless(id)),
            Event::Page { id, pages, items } => self.bar.set_message(format!(
                "{}: {}, {}",
                cut(&harmless(id), 24),
                plural(*pages, "page"),
                plural(*items, "item")
            )),
            Event::CaseEnded {
                id,
                verdict,
                reason,
                ..
            } => {
                self.bar.inc(1);
                if !matches!(verdict, Verdict::Error | Verdict::Skipped) {
                    self.came.store(true, Ordering::Relaxed);
                }
                if *verdict == Verdict::Skipped {
                    self.skip(id, reason);
                } else if !self.quiet {
                    let line = self.line(id, *verdict, reason);
                    self.bar.suspend(|| self.stream.line(&line));
                }
            }
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
}
