//! The native report as JSON: written, read again, and described by its JSON Schema.

use std::io;

use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize as _};
use serde_json::Serializer;
use serde_json::error::Category;
use serde_json::ser::Formatter;

use super::foreign;
use super::model::{Report, SCHEMA_VERSION};

/// The largest report that is read, in bytes.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// A file that is no report of this version. The messages name the file.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Over [`MAX_BYTES`].
    #[error("{name}: {bytes} bytes are too large for a report; at most {MAX_BYTES} are read")]
    TooLarge {
        /// The file.
        name: String,
        /// Its size.
        bytes: usize,
    },
    /// Not JSON at all, or cut off.
    #[error("{name}: not JSON: {cause}")]
    NotJson {
        /// The file.
        name: String,
        /// What the parser says, with line and column.
        cause: serde_json::Error,
    },
    /// JSON, but without a `schema_version`.
    #[error(
        "{name}: JSON, but no report of conform: there is no `schema_version`; give the file that `--report json` wrote"
    )]
    NotAReport {
        /// The file.
        name: String,
    },
    /// A report of another version.
    #[error(
        "{name}: the report has schema_version {found}, this program reads {SCHEMA_VERSION}; use the version of conform that wrote it"
    )]
    OtherVersion {
        /// The file.
        name: String,
        /// What stands there.
        found: String,
    },
    /// The right version in an unknown shape.
    #[error("{name}: not in the shape of a report: {cause}")]
    Shape {
        /// The file.
        name: String,
        /// What is missing or unknown, with line and column.
        cause: serde_json::Error,
    },
}

/// The part that tells whether the rest can be read.
#[derive(Deserialize)]
struct Head {
    schema_version: Option<serde_json::Value>,
}

/// The report as JSON with a newline at the end: each record on one line, of which some reports have a hundred thousand.
///
/// # Errors
/// None that a report's content could cause.
pub(super) fn render(report: &Report) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    let mut writer = Serializer::with_formatter(&mut bytes, Lines::default());
    report.serialize(&mut writer)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(foreign::json(&text) + "\n")
}

/// Begins a new line for each member of the whole and each entry of its lists, and none below them.
#[derive(Default)]
struct Lines {
    depth: usize,
    is_empty: bool,
}

impl Lines {
    const DEEPEST: usize = 2;

    fn begin(&mut self, to: &mut (impl io::Write + ?Sized), sign: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        to.write_all(sign)
    }

    fn next(&mut self, to: &mut (impl io::Write + ?Sized), is_first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (is_first, self.depth <= Lines::DEEPEST) {
            (true, false) => return Ok(()),
            (false, false) => return to.write_all(b", "),
            (true, true) => to.write_all(b"\n")?,
            (false, true) => to.write_all(b",\n")?,
        }
        to.write_all(&b"    "[..2 * self.depth])
    }

    fn end(&mut self, to: &mut (impl io::Write + ?Sized), sign: &[u8]) -> io::Result<()> {
        let is_on_lines = self.depth <= Lines::DEEPEST && !self.is_empty;
        self.depth -= 1;
        self.is_empty = false;
        if is_on_lines {
            to.write_all(b"\n")?;
            to.write_all(&b"    "[..2 * self.depth])?;
        }
        to.write_all(sign)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.begin(to, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.end(to, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(to, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.begin(to, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.end(to, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(to, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }
}

/// Pretty JSON with a newline at the end, harmless wherever it is shown.
///
/// # Errors
/// As serde's.
pub fn pretty(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    let mut text = foreign::json(&serde_json::to_string_pretty(value)?);
    text.push('\n');
    Ok(text)
}

/// Reads a report that [`super::render`] wrote; `name` is the file's name for messages.
///
/// # Errors
/// Not JSON, no report, another version, an unknown shape, or too large.
pub fn read(bytes: &[u8], name: &str) -> Result<Report, ReadError> {
    let name = || name.to_owned();
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge {
            name: name(),
            bytes: bytes.len(),
        });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head: Head = serde_json::from_slice(bytes).map_err(|cause| match cause.classify() {
        Category::Data => ReadError::NotAReport { name: name() },
        Category::Syntax | Category::Eof | Category::Io => ReadError::NotJson {
            name: name(),
            cause,
        },
    })?;
    match head.schema_version {
        None => Err(ReadError::NotAReport { name: name() }),
        Some(version) if version != SCHEMA_VERSION => Err(ReadError::OtherVersion {
            name: name(),
            found: version.to_string(),
        }),
        Some(_) => serde_json::from_slice(bytes).map_err(|cause| ReadError::Shape {
            name: name(),
            cause,
        }),
    }
}

/// The JSON Schema of the report as it is written, draft 2020-12, pretty, with a newline at the end.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<Report>();
    if let Some(version) = schema
        .pointer_mut("/properties/schema_version")
        .and_then(|node| node.as_object_mut())
    {
        version.insert("const".into(), SCHEMA_VERSION.into());
    }
    format!("{:#}\n", schema.as_value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn error(bytes: &[u8]) -> String {
        read(bytes, "old.json").unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        for report in [fixture::sample(), fixture::conformant(), fixture::empty()] {
            let text = render(&report).unwrap();
            assert!(text.ends_with("}\n"));
            assert_eq!(read(text.as_bytes(), "report.json").unwrap(), report);
        }
    }

    #[test]
    fn each_record_is_one_line() {
        let report = fixture::sample();
        let text = render(&report).unwrap();
        let begins = |line: &&str| line.starts_with("    {\"id\": \"");
        let lines = text.lines().filter(begins).count();
        assert!(lines >= report.clauses.len() + report.cases.len(), "{text}");
        let one = text
            .lines()
            .find(begins)
            .unwrap()
            .trim()
            .trim_end_matches(',');
        assert!(
            serde_json::from_str::<serde_json::Value>(one).is_ok(),
            "{one}"
        );
        assert!(text.starts_with("{\n  \"schema_version\": 1,\n") && text.ends_with("\n}\n"));
    }

    #[test]
    fn a_report_of_an_older_version_moved_no_levels() {
        let mut old = serde_json::to_value(fixture::sample()).unwrap();
        old["manifest"].as_object_mut().unwrap().remove("levels");
        let read = read(old.to_string().as_bytes(), "old.json").unwrap();
        assert!(read.manifest.levels.is_empty());
    }

    #[test]
    fn what_is_no_report_is_refused_with_the_reason() {
        assert!(error(b"").starts_with("old.json: not JSON: "));
        assert!(error(b"<testsuite/>").contains("not JSON: expected value at line 1 column 1"));
        let whole = render(&fixture::sample()).unwrap();
        assert!(error(&whole.as_bytes()[..whole.len() / 2]).contains("not JSON: EOF"));
        for foreign in [&b"[]"[..], b"{}", b"3", br#"{"version":"2.1.0"}"#] {
            assert!(
                error(foreign).contains("no report of conform"),
                "{}",
                error(foreign)
            );
        }
        for version in ["2", "\"1\"", "0"] {
            let text = format!("{{\"schema_version\": {version}, \"new\": 1}}");
            assert!(
                error(text.as_bytes())
                    .contains(&format!("schema_version {version}, this program reads 1"))
            );
        }
        let unknown = whole.replacen("\"outcome\"", "\"result\"", 1);
        assert!(
            error(unknown.as_bytes()).contains("unknown field `result`"),
            "{}",
            error(unknown.as_bytes())
        );
    }

    #[test]
    fn the_schema_names_its_draft_its_version_and_every_field_that_is_written() {
        let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert_eq!(schema["properties"]["schema_version"]["const"], 1);
        let written: serde_json::Value =
            serde_json::from_str(&render(&fixture::sample()).unwrap()).unwrap();
        for key in written.as_object().unwrap().keys() {
            assert!(
                schema["required"]
                    .as_array()
                    .unwrap()
                    .contains(&key.as_str().into()),
                "{key}"
            );
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
