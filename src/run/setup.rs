//! Contract and battery, read from where they are and bound into a plan. Whoever starts a run begins here.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::battery::{Battery, BatteryError, LevelWish, Plan, PlanError, Selection, pack};
use crate::contract::{Alone, Contract, Document, SpecError, Warning, nearest};
use crate::derive::{self, Derived, Wish};
use crate::mock;

use super::spec_files::{self, Folder};

/// What a run is about: a document and a battery.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The OpenAPI document; the embedded one where there is none.
    pub spec: Option<PathBuf>,
    /// The folder below which the files lie that the document refers to; its own where there is none.
    pub spec_root: Option<PathBuf>,
    /// Whether a document that is wrong in part is refused.
    pub strict_spec: bool,
    /// Case, rule and binding files, or folders of them; what has the id of an embedded one replaces it.
    pub cases: Vec<PathBuf>,
    /// Whether the embedded battery is left out.
    pub without_embedded: bool,
    /// What is derived from the document for operations that no case covers; nothing where it is absent.
    pub deriving: Option<Deriving>,
}

/// What is derived from the document.
#[derive(Debug, Clone, Default)]
pub struct Deriving {
    /// Globs over the operations of which cases are derived; all where it is empty.
    pub operations: Vec<String>,
    /// Globs over the operations of which cases are derived although the battery covers them.
    pub again: Vec<String>,
    /// The most requests for an operation.
    pub budget: Option<usize>,
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The document cannot be read.
    #[error("{path}: cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        cause: String,
    },
    /// The document is wrong in part, and was to be right.
    #[error("{}", strict(.0))]
    Strict(Vec<Warning>),
    /// A glob that means no operation.
    #[error("{flag} {glob}: the contract has no such operation{hint}")]
    NoOperation {
        /// Where it was given.
        flag: &'static str,
        /// The glob.
        glob: String,
        /// The nearest name.
        hint: String,
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

fn embedded_document() -> Result<Document, SpecError> {
    let pack::BuiltIn { name, text, .. } = pack::SPEC;
    Document::of(name, pack::SPEC.root(), text.to_owned(), &Alone)
}

/// All that is wrong, one a line.
fn strict(warnings: &[Warning]) -> String {
    let lines: Vec<String> = warnings.iter().map(Warning::to_string).collect();
    format!(
        "{}\n--strict-spec refuses a document that cannot be used whole",
        lines.join("\n")
    )
}

impl Setup {
    /// Reads contract and battery.
    ///
    /// # Errors
    /// A file that cannot be read, or the first thing that is wrong in one, with its place.
    pub fn load(&self) -> Result<(Arc<Contract>, Battery), SetupError> {
        let (battery, embedded) = std::thread::scope(|scope| {
            // Neither stands on the other.
            let is_wanted = self.spec.is_none();
            let embedded = is_wanted.then(|| scope.spawn(embedded_document));
            (self.battery(), embedded.map(|reading| reading.join()))
        });
        let battery = battery?;
        let aliases = battery.aliases();
        let contract = match &self.spec {
            None => {
                let document = embedded.and_then(Result::ok);
                Contract::of(document.unwrap_or_else(embedded_document)?, &aliases)?
            }
            Some(path) => {
                let unreadable = |cause| SetupError::Unreadable {
                    path: path.clone(),
                    cause,
                };
                let text = spec_files::read(path).map_err(unreadable)?;
                let folder = Folder::of(path, self.spec_root.as_deref()).map_err(unreadable)?;
                Contract::load_with(&path.display().to_string(), text, &folder, &aliases)?
            }
        };
        if self.strict_spec {
            // What does not compile is wrong whoever asks, and whatever is then asked of it.
            (0..contract.operations.len()).for_each(|operation| contract.prepare(operation));
        }
        self.check(&contract)?;
        Ok((Arc::new(contract), battery))
    }

    fn battery(&self) -> Result<Battery, BatteryError> {
        let mut battery = match self.without_embedded {
            true => Battery::default(),
            false => Battery::embedded()?,
        };
        for path in &self.cases {
            battery.add_path(path)?;
        }
        Ok(battery)
    }

    /// Holds that nothing is wrong with a document for which it is refused: what nobody means, or anything in one that was to
    /// be right. Asked again once operations were prepared.
    ///
    /// # Errors
    /// The first thing that nobody means, or all that is wrong.
    pub fn check(&self, contract: &Contract) -> Result<(), SetupError> {
        let warnings = contract.all_warnings();
        if let Some(warning) = warnings.iter().find(|warning| warning.wrong.refuses) {
            return Err(warning.wrong.clone().into());
        }
        match self.strict_spec && !warnings.is_empty() {
            true => Err(SetupError::Strict(warnings)),
            false => Ok(()),
        }
    }

    /// The plan of a run. For the reference server, `for_reference` adds the parameters that it knows, as far as the
    /// contract declares them; those of the selection win.
    ///
    /// # Errors
    /// As [`load`](Setup::load), and where contract, battery and selection do not fit together.
    pub fn plan(&self, mut selection: Selection, for_reference: bool) -> Result<Plan, SetupError> {
        let (contract, mut battery) = self.load()?;
        check_named("--operation", &contract, &selection.operations)?;
        if for_reference {
            let mut parameters = reference_parameters(&contract);
            let known = parameters.iter().filter(|(name, value)| {
                let own = selection.parameters.get(*name);
                own.is_none_or(|own| own == *value)
            });
            selection.sure = known.map(|(name, _)| name.clone()).collect();
            parameters.append(&mut selection.parameters);
            selection.parameters = parameters;
        }
        let derived = self.derive(
            &contract,
            &battery,
            &selection.parameters,
            selection.allow_writes,
        )?;
        battery.add_derived("derived", derived.cases, derived.bindings);
        let mut plan = Plan::new(contract, &battery, &selection)?;
        plan.left_out = derived.left_out;
        plan.over_budget = derived.over_budget;
        self.check(&plan.contract)?;
        Ok(plan)
    }

    /// What is derived from the document for the operations that no case of the battery covers; also for those that write,
    /// where that is wanted.
    ///
    /// # Errors
    /// A glob that means no operation.
    pub fn derive(
        &self,
        contract: &Contract,
        battery: &Battery,
        parameters: &BTreeMap<String, String>,
        writes: bool,
    ) -> Result<Derived, SetupError> {
        let Some(deriving) = &self.deriving else {
            return Ok(Derived::default());
        };
        check_named("--operation", contract, &deriving.operations)?;
        check_named("--derive", contract, &deriving.again)?;
        let mut covered = derive::covered(contract, battery);
        covered.retain(|ix, _| !contract.operations[*ix].is_named(&deriving.again));
        let wish = Wish {
            covered,
            operations: deriving.operations.clone(),
            budget: deriving.budget,
            parameters: parameters.clone(),
            has_credentials: true,
            writes,
        };
        Ok(derive::derive(contract, &wish))
    }

    /// A plan for what sends nothing: every parameter of a written case gets its own name as value, and nothing is left
    /// out.
    ///
    /// # Errors
    /// As [`plan`](Setup::plan).
    pub fn plan_without_target(&self, levels: &[LevelWish]) -> Result<Plan, SetupError> {
        self.without_target(levels, &[], false)
    }

    /// The plan by which traffic is judged, that of the operations that match the globs, or of all where there are none. What
    /// is not judged is not prepared.
    ///
    /// # Errors
    /// As [`plan`](Setup::plan).
    pub fn plan_of_traffic(
        &self,
        levels: &[LevelWish],
        operations: &[String],
    ) -> Result<Plan, SetupError> {
        let plan = self.without_target(levels, operations, true)?;
        let plan = plan.of_traffic();
        let chosen = (0..plan.contract.operations.len()).filter(|ix| plan.is_chosen(*ix));
        chosen.for_each(|operation| plan.contract.prepare(operation));
        self.check(&plan.contract)?;
        Ok(plan)
    }

    /// The same for what looks at clauses only, and at which cases aim at them: derived cases have no requests.
    ///
    /// # Errors
    /// As [`plan`](Setup::plan).
    pub fn plan_to_list(&self, levels: &[LevelWish]) -> Result<Plan, SetupError> {
        self.without_target(levels, &[], true)
    }

    fn without_target(
        &self,
        levels: &[LevelWish],
        operations: &[String],
        is_listed: bool,
    ) -> Result<Plan, SetupError> {
        let (contract, mut battery) = self.load()?;
        check_named("--operation", &contract, operations)?;
        let derived = self.derive(&contract, &battery, &BTreeMap::new(), true)?;
        let changed = derived
            .cases
            .iter()
            .flat_map(|case| case.request.parameters());
        let named: HashSet<&str> = changed
            .flat_map(|(_, map)| map.0.keys().map(String::as_str))
            .collect();
        let names = contract
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters)
            .filter(|one| !named.contains(one.name.as_str()))
            .map(|one| (one.name.clone(), one.name.clone()));
        let selection = Selection {
            parameters: names.collect(),
            has_restricted: true,
            allow_writes: true,
            sends_nothing: true,
            is_listed,
            levels: levels.to_owned(),
            operations: operations.to_owned(),
            ..Selection::default()
        };
        battery.add_derived("derived", derived.cases, derived.bindings);
        let plan = Plan::new(contract, &battery, &selection)?;
        self.check(&plan.contract)?;
        Ok(plan)
    }
}

/// Each glob means an operation: one that means none is a slip.
fn check_named(
    flag: &'static str,
    contract: &Contract,
    globs: &[String],
) -> Result<(), SetupError> {
    let means_any = |glob: &&String| {
        let mut all = contract.operations.iter();
        all.any(|operation| operation.is_named(std::slice::from_ref(glob)))
    };
    match globs.iter().find(|glob| !means_any(glob)) {
        None => Ok(()),
        Some(glob) => {
            let known = contract.operations.iter().map(|operation| &*operation.id);
            Err(SetupError::NoOperation {
                flag,
                glob: glob.clone(),
                hint: nearest::hint(glob, known),
            })
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::ClauseIx;

    #[test]
    fn a_plan_that_is_only_listed_aims_as_any_other_and_holds_no_request() {
        let setup = Setup {
            without_embedded: true,
            deriving: Some(Deriving::default()),
            ..Setup::default()
        };
        let aims = |plan: &Plan| -> Vec<(String, Vec<ClauseIx>)> {
            let cases = plan.cases.iter();
            let cases = cases.map(|case| (case.id.clone(), case.aims.clone()));
            cases.collect()
        };
        let whole = setup.plan_without_target(&[]).unwrap();
        let listed = setup.plan_to_list(&[]).unwrap();
        assert!(!aims(&whole).is_empty());
        assert_eq!(aims(&listed), aims(&whole));
        let mut steps = listed.cases.iter().flat_map(|case| &case.steps);
        assert!(steps.all(|step| step.requests.is_empty()));
    }
}
