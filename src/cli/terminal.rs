//! What people read: lines for cases as they end, findings, the summary. Whatever came from a target is made harmless.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use crate::ledger::Verdict;
use crate::run::{Event, Listener};

use super::settings::ColorChoice;

/// Where human text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error, where a report goes to standard output.
    Err,
}

impl Stream {
    fn is_terminal(self) -> bool {
        match self {
            Stream::Out => std::io::stdout().is_terminal(),
            Stream::Err => std::io::stderr().is_terminal(),
        }
    }

    /// Writes a line; a reader that is gone is no reason to stop.
    pub fn line(self, text: &str) {
        let bytes = format!("{text}\n");
        drop(match self {
            Stream::Out => std::io::stdout().write_all(bytes.as_bytes()),
            Stream::Err => std::io::stderr().write_all(bytes.as_bytes()),
        });
    }
}

/// Writes a line to standard output.
pub fn say(text: &str) {
    Stream::Out.line(text);
}

/// Writes the harness's own trouble to standard error.
pub fn trouble(text: &str) {
    Stream::Err.line(&harmless(text));
}

/// Text without control sequences: what cannot be shown is shown as an escape, line breaks and tabs stay.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
        if (c.is_control() && c != '\n' && c != '\t') || is_bidi {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Colors, or none.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Decides by the choice, the stream and `NO_COLOR`.
    pub fn new(choice: Option<ColorChoice>, stream: Stream) -> Paint {
        let on = match choice.unwrap_or(ColorChoice::Auto) {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                stream.is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Paint { on }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// What is right.
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// What is wrong.
    pub fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// What is open.
    pub fn open(self, text: &str) -> String {
        self.with("33", text)
    }

    /// What is less important.
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// What names something.
    pub fn name(self, text: &str) -> String {
        self.with("1", text)
    }

    /// A verdict in its color.
    pub fn verdict(self, verdict: Verdict, text: &str) -> String {
        match verdict {
            Verdict::Pass => self.good(text),
            Verdict::Fail | Verdict::Error => self.bad(text),
            Verdict::Inconclusive => self.open(text),
            Verdict::Skipped => self.dim(text),
        }
    }
}

/// Prints each case as it ends.
pub struct CaseLines {
    stream: Stream,
    paint: Paint,
    quiet: bool,
    progress: Mutex<Option<indicatif::ProgressBar>>,
}

impl CaseLines {
    /// A listener that prints to `stream`; progress is shown only where standard error is a terminal.
    pub fn new(stream: Stream, paint: Paint, quiet: bool) -> CaseLines {
        let shows = !quiet && std::io::stderr().is_terminal();
        let progress = shows.then(|| {
            let bar = indicatif::ProgressBar::new_spinner();
            bar.set_style(
                indicatif::ProgressStyle::with_template("{spinner} {msg}")
                    .unwrap_or_else(|_| indicatif::ProgressStyle::default_spinner()),
            );
            bar
        });
        CaseLines {
            stream,
            paint,
            quiet,
            progress: Mutex::new(progress),
        }
    }

    fn print(&self, text: &str) {
        let bar = self
            .progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match bar.as_ref() {
            Some(bar) => bar.suspend(|| self.stream.line(text)),
            None => self.stream.line(text),
        }
    }

    fn progress(&self, text: String) {
        if let Some(bar) = self
            .progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .as_ref()
        {
            bar.set_message(text);
            bar.tick();
        }
    }

    /// Takes the progress away.
    pub fn close(&self) {
        if let Some(bar) = self
            .progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take()
        {
            bar.finish_and_clear();
        }
    }
}

impl Listener for CaseLines {
    fn hear(&self, event: &Event) {
        match event {
            Event::Started { .. } => {}
            Event::CaseStarted { id } => self.progress(id.clone()),
            Event::Page { id, pages, items } => {
                self.progress(format!("{id}: {pages} pages, {items} items"))
            }
            Event::CaseEnded {
                id,
                verdict,
                reason,
                ..
            } => {
                if self.quiet {
                    return;
                }
                let word = self
                    .paint
                    .verdict(*verdict, &format!("{:<12}", verdict.word()));
                let mut line = format!("{word}  {id}");
                if !reason.is_empty() {
                    let reason = super::text::fold(&harmless(reason), 76, "              ");
                    line.push('\n');
                    line.push_str(&self.paint.dim(&format!("              {reason}")));
                }
                self.print(&line);
            }
        }
    }
}
