//! Recordings on the command line: read again for judging or for proof.

use std::collections::BTreeSet;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::battery::Plan;
use crate::contract::Contract;
use crate::exchange::Recording;
use crate::run::{self, Setup};

use super::CliError;

/// What is behind so many bytes is not read: no recording has them.
const LARGEST: u64 = 4 << 30;

/// Reads a recording.
pub fn read(path: &Path) -> Result<Recording, CliError> {
    let source = BufReader::new(super::open(path)?.take(LARGEST));
    Recording::read(&path.display().to_string(), source)
        .map_err(|error| CliError::new(error.to_string()))
}

/// Reads the recording of a run, or those of all its shards, in their order.
pub fn read_all(paths: &[PathBuf], setup: &Setup) -> Result<Vec<Recording>, CliError> {
    let mut recordings = Vec::with_capacity(paths.len());
    for path in paths {
        recordings.push((path.clone(), read(path)?));
    }
    if recordings.len() == 1 && recordings[0].1.header.shard.is_none() {
        return Ok(recordings
            .into_iter()
            .map(|(_, recording)| recording)
            .collect());
    }
    let documents = recordings
        .iter()
        .map(|(_, one)| &one.header.contract_sha256);
    if documents.collect::<BTreeSet<_>>().len() > 1 {
        let (contract, _) = setup.load()?;
        for (path, recording) in &recordings {
            check(path, recording, &contract)?;
        }
    }
    let named = recordings.into_iter();
    let named = named.map(|(path, recording)| (path.display().to_string(), recording));
    run::sorted(named.collect()).map_err(|error| CliError::new(error.to_string()))
}

/// Leaves out the cases that the recorded run left out, for its reason, and those credentials that it had none of.
pub fn skip(plan: &mut Plan, recordings: &[Recording]) {
    for case in plan.cases.iter_mut().filter(|case| case.skipped.is_none()) {
        let mut headers = recordings.iter().map(|one| &one.header);
        case.skipped = headers
            .clone()
            .find_map(|one| one.skipped.get(&case.id).cloned());
        case.bare = headers.find_map(|one| one.bare.get(&case.id).cloned());
    }
}

/// Checks that a recording was made of this contract.
pub fn check(path: &Path, recording: &Recording, contract: &Contract) -> Result<(), CliError> {
    if recording.header.contract_sha256 == contract.document.sha256 {
        return Ok(());
    }
    let shard = recording.header.shard;
    let what = shard.map_or_else(|| "this".to_owned(), |shard| format!("shard {shard}"));
    Err(CliError::new(format!(
        "{}: {what} was recorded for another contract (`{}`); record again with the present one",
        path.display(),
        recording.header.contract
    )))
}

/// Whether a second, restricted key was used.
pub fn has_restricted(recording: &Recording) -> bool {
    recording
        .exchanges
        .iter()
        .any(|exchange| exchange.request.credentials.need_restricted())
}
