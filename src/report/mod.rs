//! The reports: one file a format, each a pure function from the native report to bytes. No renderer decides a verdict;
//! only `writer` touches files.

mod counts;
mod ctrf;
mod exchanges;
#[cfg(test)]
pub(crate) mod fixture;
pub mod foreign;
mod github;
mod html;
pub mod json;
mod junit;
mod left;
pub mod model;
pub mod proof;
mod sarif;
mod seen;
mod tally;
mod testcase;
mod view;
pub mod words;
pub mod writer;

use std::fmt;
use std::str::FromStr;

use crate::contract::nearest;
pub use github::step_summary;
pub use model::Report;
pub use tally::NOT_CHOSEN;

/// A form in which a run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// The native report; every other format is made of it.
    Json,
    /// JUnit XML that the schema of Jenkins' xUnit plugin accepts.
    Junit,
    /// JUnit XML with `file` and `line` on each case, for the readers that make annotations of them.
    JunitAnnotated,
    /// One self-contained page.
    Html,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// The Common Test Report Format.
    Ctrf,
    /// GitHub workflow commands, to be printed in a step.
    Github,
}

impl Format {
    /// All formats, in the order in which they are documented.
    pub const ALL: [Format; 7] = [
        Format::Json,
        Format::Junit,
        Format::JunitAnnotated,
        Format::Html,
        Format::Sarif,
        Format::Ctrf,
        Format::Github,
    ];

    /// The word that `--report` takes.
    pub fn word(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Junit => "junit",
            Format::JunitAnnotated => "junit-annotated",
            Format::Html => "html",
            Format::Sarif => "sarif",
            Format::Ctrf => "ctrf",
            Format::Github => "github",
        }
    }

    /// The file's name where none is given. No two formats share one, so all can be asked for at once.
    pub fn file_name(self) -> &'static str {
        match self {
            Format::Json => "report.json",
            Format::Junit => "junit.xml",
            Format::JunitAnnotated => "junit-annotated.xml",
            Format::Html => "report.html",
            Format::Sarif => "report.sarif",
            Format::Ctrf => "ctrf.json",
            Format::Github => "github.txt",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a report format{remedy}", remedy = remedy(.0))]
pub struct UnknownFormat(pub String);

/// The nearest format; all of them where none is near.
fn remedy(word: &str) -> String {
    let words = Format::ALL.map(Format::word);
    match nearest::hint(word, words) {
        hint if hint.is_empty() => format!("; the formats are {}", words.join(", ")),
        hint => hint,
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Format, UnknownFormat> {
        Format::ALL
            .into_iter()
            .find(|format| format.word() == word)
            .ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// A report that could not be put into its form.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Serializing as JSON failed.
    #[error("the {format} report cannot be serialized: {cause}")]
    Json {
        /// The format asked for.
        format: Format,
        /// What serde says.
        cause: serde_json::Error,
    },
    /// Writing XML failed.
    #[error("the {format} report cannot be written as XML: {cause}")]
    Xml {
        /// The format asked for.
        format: Format,
        /// What the XML writer says.
        cause: std::io::Error,
    },
    /// Filling the page's template failed.
    #[error("the html report cannot be rendered: {0}")]
    Html(#[from] askama::Error),
}

/// Puts a report into a form.
///
/// # Errors
/// Only where a serializer or a template gives up; no content of a report leads there.
pub fn render(format: Format, report: &Report) -> Result<Vec<u8>, RenderError> {
    let json = |cause| RenderError::Json { format, cause };
    let xml = |cause| RenderError::Xml { format, cause };
    let text = match format {
        Format::Json => json::render(report).map_err(json)?,
        Format::Junit => junit::render(report, junit::Style::Strict).map_err(xml)?,
        Format::JunitAnnotated => junit::render(report, junit::Style::Annotated).map_err(xml)?,
        Format::Html => html::render(report)?,
        Format::Sarif => sarif::render(report).map_err(json)?,
        Format::Ctrf => ctrf::render(report).map_err(json)?,
        Format::Github => github::render(report),
    };
    Ok(text.into_bytes())
}

/// The proof as one self-contained page.
///
/// # Errors
/// Only where the template engine gives up; no content of a proof leads there.
pub fn proof_page(proof: &proof::ProofReport) -> Result<String, RenderError> {
    Ok(html::proof::render(proof)?)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_format_is_found_by_its_word_and_has_a_file_name_of_its_own() {
        for format in Format::ALL {
            assert_eq!(format.word().parse(), Ok(format));
        }
        let names: HashSet<&str> = Format::ALL.into_iter().map(Format::file_name).collect();
        assert_eq!(names.len(), Format::ALL.len());
        let error = "page".parse::<Format>().unwrap_err().to_string();
        assert!(
            Format::ALL
                .into_iter()
                .all(|format| error.contains(format.word())),
            "{error}"
        );
        assert_eq!(
            "jsn".parse::<Format>().unwrap_err().to_string(),
            "`jsn` is not a report format; did you mean `json`?"
        );
    }

    #[test]
    fn every_format_renders_every_fixture() {
        for report in [fixture::sample(), fixture::conformant(), fixture::empty()] {
            for format in Format::ALL {
                assert!(!render(format, &report).unwrap().is_empty(), "{format}");
            }
        }
    }

    /// Whatever a target says, wherever a report takes it.
    #[test]
    fn no_format_has_a_character_that_acts_or_a_line_that_is_a_command() {
        let report = fixture::hostile();
        assert!(report.findings[0].message.contains("::error::forged2"));
        for format in Format::ALL {
            let text = String::from_utf8(render(format, &report).unwrap()).unwrap();
            let unseen = |c: &char| foreign::is_unseen(*c) && *c != '\n';
            assert_eq!(text.chars().find(unseen), None, "{format}");
            for line in text.lines() {
                let is_ours = ["::error ", "::warning ", "::notice "]
                    .iter()
                    .any(|own| line.starts_with(own));
                let is_command = foreign::commandless(line) != line;
                assert!(
                    !is_command || (is_ours && format == Format::Github),
                    "{format}: {line}"
                );
            }
        }
    }

    #[test]
    fn a_report_with_indices_that_lead_nowhere_renders_all_the_same() {
        let mut report = fixture::sample();
        report.exchanges.clear();
        report.clauses.clear();
        for format in Format::ALL {
            assert!(!render(format, &report).unwrap().is_empty(), "{format}");
        }
    }
}
