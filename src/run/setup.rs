//! Contract and battery, read from where they are and bound into a plan. Whoever starts a run begins here.

#![expect(
    clippy::disallowed_methods,
    reason = "reads the document that the caller names"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::battery::{Battery, BatteryError, LevelWish, Plan, PlanError, Selection, pack};
use crate::contract::{Contract, SpecError};
use crate::mock;

/// What a run is about: a document and a battery.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The OpenAPI document; the embedded one where there is none.
    pub spec: Option<PathBuf>,
    /// Case, rule and binding files, or folders of them; what has the id of an embedded one replaces it.
    pub cases: Vec<PathBuf>,
    /// Whether the embedded battery is left out.
    pub without_embedded: bool,
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The document cannot be read.
    #[error("{path}: cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said, or that it is not UTF-8.
        cause: std::io::Error,
    },
    /// The document.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A case, rule or binding file.
    #[error(transparent)]
    Battery(#[from] BatteryError),
    /// Contract, battery and parameters do not fit together.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl Setup {
    /// Reads contract and battery.
    ///
    /// # Errors
    /// A file that cannot be read, or the first thing that is wrong in one, with its place.
    pub fn load(&self) -> Result<(Arc<Contract>, Battery), SetupError> {
        let mut battery = match self.without_embedded {
            true => Battery::default(),
            false => Battery::embedded()?,
        };
        for path in &self.cases {
            battery.add_path(path)?;
        }
        let (name, text) = match &self.spec {
            None => (pack::SPEC.0.to_owned(), pack::SPEC.1.to_owned()),
            Some(path) => {
                let unreadable = |cause| SetupError::Unreadable {
                    path: path.clone(),
                    cause,
                };
                let text = std::fs::read_to_string(path).map_err(unreadable)?;
                (path.display().to_string(), text)
            }
        };
        let contract = Contract::load(&name, text, &battery.aliases())?;
        Ok((Arc::new(contract), battery))
    }

    /// The plan of a run. For the reference server, `for_reference` adds the parameters that it knows, as far as the
    /// contract declares them; those of the selection win.
    ///
    /// # Errors
    /// As [`load`](Setup::load), and where contract, battery and selection do not fit together.
    pub fn plan(&self, mut selection: Selection, for_reference: bool) -> Result<Plan, SetupError> {
        let (contract, battery) = self.load()?;
        if for_reference {
            let mut parameters = reference_parameters(&contract);
            parameters.append(&mut selection.parameters);
            selection.parameters = parameters;
        }
        Ok(Plan::new(contract, &battery, &selection)?)
    }

    /// A plan for what sends nothing: every parameter gets its own name as value, and nothing is left out.
    ///
    /// # Errors
    /// As [`plan`](Setup::plan).
    pub fn plan_without_target(&self, levels: &[LevelWish]) -> Result<Plan, SetupError> {
        let (contract, battery) = self.load()?;
        let names = contract
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters)
            .map(|one| (one.name.clone(), one.name.clone()));
        let selection = Selection {
            parameters: names.collect(),
            has_restricted: true,
            allow_writes: true,
            levels: levels.to_owned(),
            ..Selection::default()
        };
        Ok(Plan::new(contract, &battery, &selection)?)
    }
}

fn reference_parameters(contract: &Contract) -> BTreeMap<String, String> {
    let declared = |name: &str| {
        let mut all = contract
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters);
        all.any(|one| one.name == name)
    };
    mock::PARAMETERS
        .into_iter()
        .filter(|(name, _)| declared(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
