//! Contract and battery from the places that the command line names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;
use crate::suite;

use super::CliError;

/// Reads the battery: the embedded one unless it is left out, then the given files in their order.
pub fn battery(paths: &[PathBuf], without_embedded: bool) -> Result<Battery, CliError> {
    let mut battery = if without_embedded {
        Battery::default()
    } else {
        Battery::embedded()?
    };
    for path in paths {
        battery.add_path(path)?;
    }
    Ok(battery)
}

/// Reads the contract.
pub fn contract(spec: Option<&Path>, battery: &Battery) -> Result<Arc<Contract>, CliError> {
    Ok(suite::contract(spec, battery)?)
}

/// A plan for commands that send nothing: every parameter gets its own name as value.
pub fn plan_without_target(
    spec: Option<&Path>,
    paths: &[PathBuf],
    without_embedded: bool,
) -> Result<Plan, CliError> {
    let battery = battery(paths, without_embedded)?;
    let contract = contract(spec, &battery)?;
    let names = contract
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters)
        .map(|one| (one.name.clone(), one.name.clone()));
    let selection = Selection {
        parameters: names.collect(),
        has_restricted: true,
        allow_writes: true,
        ..Selection::default()
    };
    Ok(Plan::new(contract, &battery, &selection)?)
}
