//! Where text for people goes, and in which colors.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use terminal_size::{Width, terminal_size_of};

use crate::contract::Level;
use crate::ledger::Verdict;
use crate::report::foreign::commandless;
pub use crate::report::foreign::lines as harmless;

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

    /// Writes a line. What cannot be written is told by [`unwritten`] at the end; a reader that closed the pipe has read
    /// all they wanted.
    pub fn line(self, text: &str) {
        let bytes = laid_out(text);
        let written = match self {
            Stream::Out => std::io::stdout().write_all(bytes.as_bytes()),
            Stream::Err => std::io::stderr().write_all(bytes.as_bytes()),
        };
        self.note(written);
    }

    fn note(self, written: std::io::Result<()>) {
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            let name = match self {
                Stream::Out => "standard output",
                Stream::Err => "standard error",
            };
            let _ = UNWRITTEN.set(format!("{name} cannot be written: {error}"));
        }
    }
}

/// The first line that could not be written.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// Why not everything could be told, if it could not.
pub fn unwritten() -> Option<&'static str> {
    UNWRITTEN.get().map(String::as_str)
}

/// A line, or several, as they are written: none of them is a command to a CI runner that reads along, wherever it was
/// broken.
fn laid_out(text: &str) -> String {
    format!("{}\n", commandless(text))
}

/// How many columns people have: those of their terminal, at most 120; 100 where there is none.
pub fn width() -> usize {
    terminal_size_of(std::io::stdout())
        .or_else(|| terminal_size_of(std::io::stderr()))
        .map_or(100, |(Width(columns), _)| {
            usize::from(columns).clamp(40, 120)
        })
}

/// Writes a line to standard output.
pub fn say(text: &str) {
    Stream::Out.line(text);
}

/// Writes one text after the other to standard output, until all are written or the reader is gone.
pub fn pour(texts: impl Iterator<Item = String>) {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for text in texts {
        let written = out.write_all(text.as_bytes());
        let is_over = written.is_err();
        Stream::Out.note(written);
        if is_over {
            return;
        }
    }
    Stream::Out.note(out.flush());
}

/// Writes the harness's own trouble to standard error.
pub fn trouble(text: &str) {
    Stream::Err.line(&harmless(text));
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

    /// Whether anything is colored.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// No colors at all.
    #[cfg(test)]
    pub fn plain() -> Paint {
        Paint { on: false }
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

    /// A level in its color.
    pub fn level(self, level: Level, text: &str) -> String {
        match level {
            Level::Must => self.bad(text),
            Level::Should => self.open(text),
            Level::Info => self.dim(text),
        }
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

#[cfg(test)]
mod tests {
    use super::super::text::fold;
    use super::*;

    #[test]
    fn a_text_of_the_target_is_no_command_wherever_it_is_broken() {
        let text = "::stop-commands::token and ##[group]more ".repeat(9);
        let text = harmless(&format!("the target says {text}"));
        for width in 40..=120 {
            let folded = fold(&text, width, "    ");
            for paint in [Paint { on: true }, Paint::plain()] {
                for line in laid_out(&paint.dim(&folded)).lines() {
                    let begin = line.trim_start_matches("\u{1b}[2m").trim_start();
                    let is_command = begin.starts_with("::") && begin.matches("::").count() > 1;
                    assert!(!is_command && !line.contains("##["), "{width}: {line}");
                }
            }
        }
    }
}
