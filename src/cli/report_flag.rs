//! `FORMAT[=PATH]` as the command line spells it, made into the reports to be written.

use std::path::PathBuf;

use crate::report::Format;
use crate::report::writer::{Destination, Output};

use super::CliError;
use super::settings::Settings;

/// The reports that a run is asked for; without any, the three defaults.
pub fn outputs(settings: &Settings) -> Result<Vec<Output>, CliError> {
    let folder = settings
        .report_dir
        .clone()
        .unwrap_or_else(|| PathBuf::from("reports"));
    let in_folder = |format: Format| Output {
        format,
        destination: Destination::File(folder.join(format.file_name())),
    };
    if settings.report.is_empty() {
        return Ok([Format::Json, Format::Junit, Format::Html]
            .map(in_folder)
            .to_vec());
    }
    settings
        .report
        .iter()
        .map(|text| {
            let (format, destination) = parse("--report", text)?;
            Ok(match destination {
                Some(destination) => Output {
                    format,
                    destination,
                },
                None => in_folder(format),
            })
        })
        .collect()
}

/// One `FORMAT[=PATH]`, with the flag it came from for messages.
pub fn parse(flag: &str, text: &str) -> Result<(Format, Option<Destination>), CliError> {
    let (word, path) = match text.split_once('=') {
        Some((word, path)) => (word, Some(path)),
        None => (text, None),
    };
    let format: Format = word
        .parse()
        .map_err(|error| CliError::new(format!("{flag} {text}: {error}")))?;
    match path {
        Some("") => Err(CliError::new(format!(
            "{flag} {text}: the path is empty; write {format}=FILE, or {format}=- for standard output"
        ))),
        path => Ok((format, path.map(Destination::parse))),
    }
}
