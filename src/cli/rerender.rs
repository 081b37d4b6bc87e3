//! `conform report`: a JSON report in other formats, and the one place where reports are read back from files.

use std::io::Read as _;
use std::path::Path;

use crate::report::writer::{Destination, Output, write_all};
use crate::report::{Report, json};

use super::args::ReportArgs;
use super::{CliError, outputs, terminal};

/// Renders the report in every format that is asked for.
pub fn main(args: &ReportArgs) -> Result<u8, CliError> {
    let wanted = args
        .formats
        .iter()
        .map(|text| {
            outputs::parse("--format", text).map(|(format, destination)| Output {
                format,
                destination: destination.unwrap_or(Destination::Stdout),
            })
        })
        .collect::<Result<Vec<Output>, CliError>>()?;
    outputs::check_rendered(&args.file, &wanted)?;
    let report = read(&args.file)?;
    let errors = write_all(&report, &wanted);
    for error in &errors {
        terminal::trouble(&format!("error: {error}"));
    }
    Ok(if errors.is_empty() { 0 } else { 2 })
}

/// Reads a report from a file.
pub fn read(path: &Path) -> Result<Report, CliError> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| super::unreadable(path, &error);
    let mut file = super::open(path)?;
    let size = file.metadata().map_err(unreadable)?.len();
    // A file that is too large is refused before it is in memory.
    if let Some(bytes) = usize::try_from(size)
        .ok()
        .filter(|bytes| *bytes > json::MAX_BYTES)
    {
        return Err(CliError::new(
            json::ReadError::TooLarge { name, bytes }.to_string(),
        ));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    json::read(&bytes, &name).map_err(|error| CliError::new(error.to_string()))
}
