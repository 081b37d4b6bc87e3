//! Recordings on the command line: read again for judging or for proof.

use std::path::Path;

use crate::contract::Contract;
use crate::exchange::{Credentials, Recording};

use super::CliError;

/// Reads a recording.
pub fn read(path: &Path) -> Result<Recording, CliError> {
    let text = super::read(path)?;
    Recording::read(&path.display().to_string(), &text)
        .map_err(|error| CliError::new(error.to_string()))
}

/// Checks that a recording was made of this contract.
pub fn check(path: &Path, recording: &Recording, contract: &Contract) -> Result<(), CliError> {
    if recording.header.contract_sha256 == contract.document.sha256 {
        return Ok(());
    }
    Err(CliError::new(format!(
        "{}: this was recorded for another contract (`{}`); record again with the present one",
        path.display(),
        recording.header.contract
    )))
}

/// Whether a second, restricted key was used.
pub fn has_restricted(recording: &Recording) -> bool {
    recording
        .exchanges
        .iter()
        .any(|exchange| exchange.request.credentials == Credentials::Restricted)
}
