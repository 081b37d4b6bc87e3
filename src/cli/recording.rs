//! Recordings on the command line: made beside a run, and read again for judging or for proof.

use std::path::Path;

use crate::battery::Plan;
use crate::contract::Contract;
use crate::exchange::recording::{Header, RECORDING_VERSION};
use crate::exchange::{Credentials, Recording, Redactor};
use crate::transport::{Recorder, Transport};

use super::settings::Settings;
use super::{CliError, target};

/// Reads a recording and checks that it was made of this contract.
pub fn read(path: &Path, contract: &Contract) -> Result<Recording, CliError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::new(format!("{name}: cannot be read: {error}")))?;
    let recording =
        Recording::read(&name, &text).map_err(|error| CliError::new(error.to_string()))?;
    if recording.header.contract_sha256 != contract.document.sha256 {
        return Err(CliError::new(format!(
            "{name}: this was recorded for another contract (`{}`); record again with the present one",
            recording.header.contract
        )));
    }
    Ok(recording)
}

/// Whether a second, restricted key was used.
pub fn has_restricted(recording: &Recording) -> bool {
    recording
        .exchanges
        .iter()
        .any(|exchange| exchange.request.credentials == Credentials::Restricted)
}

/// The first line of a recording made now.
pub fn header(plan: &Plan, settings: &Settings, base_url: &str) -> Result<Header, CliError> {
    Ok(Header {
        conform_recording: RECORDING_VERSION,
        contract_sha256: plan.contract.document.sha256.clone(),
        contract: plan.contract.title.clone(),
        base_url: base_url.to_owned(),
        parameters: target::parameters(settings, settings.base_url.is_none())?,
    })
}

/// Begins a recording in a file.
pub fn recorder<'t>(
    inner: &'t dyn Transport,
    path: &Path,
    header: &Header,
    redactor: &Redactor,
) -> Result<Recorder<'t>, CliError> {
    Recorder::to_file(inner, path, header, redactor.clone())
        .map_err(|error| unwritable(path, &error))
}

/// Ends it, and puts the file in its place.
pub fn finish(recorder: Recorder<'_>, path: &Path) -> Result<(), CliError> {
    recorder
        .finish()
        .map(drop)
        .map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(format!(
        "--record {}: cannot be written: {error}",
        path.display()
    ))
}
