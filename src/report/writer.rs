//! The one place where reports become files: whole or not at all, and one that fails does not stop the others.

#![expect(
    clippy::disallowed_methods,
    reason = "the one module of the reports that writes files"
)]

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::transport::whole::{Unwritable, Whole, place};

use super::{Format, RenderError, Report, render};

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Destination {
    /// Standard output, written as `-`.
    Stdout,
    /// A file; its folders are made.
    File(PathBuf),
}

impl Destination {
    /// The destination that a path on the command line means.
    pub fn parse(path: &str) -> Destination {
        if path == "-" {
            Destination::Stdout
        } else {
            Destination::File(path.into())
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Stdout => f.write_str("standard output"),
            Destination::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// One report to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its form.
    pub format: Format,
    /// Its place.
    pub destination: Destination,
}

/// A report that was not written.
#[derive(Debug, thiserror::Error)]
#[error("the {format} report was not written to {destination}: {cause}")]
pub struct WriteError {
    /// Its form.
    pub format: Format,
    /// Where it should have gone.
    pub destination: Destination,
    /// Why it did not.
    pub cause: Cause,
}

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// It could not be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// Another report of the same run goes to the same place.
    #[error("another report of this run goes there; give each a place of its own")]
    Taken,
    /// Its place takes no file.
    #[error(transparent)]
    File(#[from] Unwritable),
}

/// Renders and writes every report. What could not be written comes back; everything else is there, whole.
/// Nothing in the bytes tells of such an error: whoever raises the exit code for it writes the others again.
pub fn write_all(report: &Report, outputs: &[Output]) -> Vec<WriteError> {
    write_all_to(report, outputs, &mut io::stdout().lock())
}

/// As [`write_all`], with the writer that stands for standard output.
pub fn write_all_to(
    report: &Report,
    outputs: &[Output],
    stdout: &mut dyn Write,
) -> Vec<WriteError> {
    let mut taken = HashSet::new();
    let mut errors = Vec::new();
    for Output {
        format,
        destination,
    } in outputs
    {
        let place = match destination {
            Destination::File(path) => Destination::File(place(path)),
            Destination::Stdout => Destination::Stdout,
        };
        let written = if taken.insert(place) {
            render(*format, report)
                .map_err(Cause::from)
                .and_then(|bytes| write_to(&bytes, destination, stdout))
        } else {
            Err(Cause::Taken)
        };
        if let Err(cause) = written {
            errors.push(WriteError {
                format: *format,
                destination: destination.clone(),
                cause,
            });
        }
    }
    errors
}

/// Writes bytes to a file, whole or not at all; its folders are made.
///
/// # Errors
/// Why it could not be written.
pub fn write_file(bytes: &[u8], path: &Path) -> Result<(), Unwritable> {
    let mut file = Whole::begin(path)?;
    file.write_all(bytes)?;
    file.finish()
}

fn write_to(bytes: &[u8], destination: &Destination, stdout: &mut dyn Write) -> Result<(), Cause> {
    match destination {
        Destination::File(path) => Ok(write_file(bytes, path)?),
        Destination::Stdout => match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // Whoever closed the pipe has read all they wanted.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other.map_err(Unwritable::from)?),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::report::fixture;

    fn output(format: Format, path: &Path) -> Output {
        Output {
            format,
            destination: Destination::File(path.to_owned()),
        }
    }

    fn write(outputs: &[Output]) -> Vec<String> {
        write_all_to(&fixture::sample(), outputs, &mut Vec::new())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn folders_are_made_and_an_older_report_is_replaced_whole() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b/report.json");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x".repeat(1_000_000)).unwrap();
        let deep = root.path().join("new/folders/junit.xml");
        assert!(write(&[output(Format::Json, &path), output(Format::Junit, &deep)]).is_empty());
        assert_eq!(
            fs::read(&path).unwrap(),
            render(Format::Json, &fixture::sample()).unwrap()
        );
        assert!(deep.is_file());
        assert_eq!(
            fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn one_that_fails_names_file_and_cause_and_the_others_are_written() {
        let root = tempfile::tempdir().unwrap();
        let (folder, blocked, good) = (
            root.path().join("d"),
            root.path().join("f/report.html"),
            root.path().join("g.txt"),
        );
        fs::create_dir(&folder).unwrap();
        fs::write(root.path().join("f"), "").unwrap();
        let errors = write(&[
            output(Format::Json, &folder),
            output(Format::Html, &blocked),
            output(Format::Github, &good),
        ]);
        assert_eq!(
            errors,
            [
                format!(
                    "the json report was not written to {}: a folder of that name is in the way; give a file",
                    folder.display()
                ),
                format!(
                    "the html report was not written to {}: {} is a file, not a folder; move it or give another place",
                    blocked.display(),
                    root.path().join("f").display()
                ),
            ]
        );
        assert!(good.is_file());
    }

    #[test]
    fn two_reports_never_share_a_place() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("junit.xml");
        let errors = write(&[
            output(Format::Junit, &path),
            output(
                Format::JunitAnnotated,
                &root.path().join("new/../junit.xml"),
            ),
        ]);
        assert!(
            errors[0].contains("junit-annotated") && errors[0].contains("a place of its own"),
            "{errors:?}"
        );
        assert_eq!(
            fs::read(&path).unwrap(),
            render(Format::Junit, &fixture::sample()).unwrap()
        );
    }

    #[test]
    fn a_dash_is_standard_output_and_a_closed_one_is_no_error() {
        let outputs = [Output {
            format: Format::Json,
            destination: Destination::parse("-"),
        }];
        let mut out = Vec::new();
        assert!(write_all_to(&fixture::sample(), &outputs, &mut out).is_empty());
        assert_eq!(out, render(Format::Json, &fixture::sample()).unwrap());

        struct Refusing(io::ErrorKind);
        impl Write for Refusing {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(
            write_all_to(
                &fixture::sample(),
                &outputs,
                &mut Refusing(io::ErrorKind::BrokenPipe)
            )
            .is_empty()
        );
        let errors = write_all_to(
            &fixture::sample(),
            &outputs,
            &mut Refusing(io::ErrorKind::StorageFull),
        );
        assert_eq!(
            errors[0].to_string(),
            "the json report was not written to standard output: the disk is full"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_a_device_stays_one_and_a_new_file_is_readable_by_all_the_umask_lets() {
        use std::os::unix::fs::{MetadataExt, symlink};
        let root = tempfile::tempdir().unwrap();
        let (real, link, plain) = (
            root.path().join("real"),
            root.path().join("link"),
            root.path().join("plain"),
        );
        fs::write(&real, "").unwrap();
        fs::write(&plain, "").unwrap();
        symlink(&real, &link).unwrap();
        fs::remove_file(root.path().join("none")).unwrap_err();
        assert!(
            write(&[
                output(Format::Json, &link),
                output(Format::Html, Path::new("/dev/null"))
            ])
            .is_empty()
        );
        assert!(
            fs::symlink_metadata(&link).unwrap().is_symlink()
                && fs::metadata(&real).unwrap().len() > 100
        );
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert_eq!(
            fs::metadata(&real).unwrap().mode(),
            fs::metadata(&plain).unwrap().mode()
        );
    }
}
