//! A contract and a battery made into what a run needs: clauses, cases with their requests, rules.
//! Everything that can be wrong with a file is found here, before the first request.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::contract::{ClauseIx, ClauseSet, Contract, Operation, SpecError, nearest};
use crate::exchange::{Credentials, Payload, Request};

use super::load::{Battery, BatteryError};
use super::make_case::Maker;
use super::make_rule::{make_rule, resolve_follows};
use super::model::{Accept, Collection, Does, Expects};
use super::rule::Rule;

/// What of a battery is to be run, and with what.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Globs over case ids; all where it is empty.
    pub only: Vec<String>,
    /// Globs over case ids that are left out.
    pub skip: Vec<String>,
    /// Parameter values by name.
    pub parameters: BTreeMap<String, String>,
    /// Whether there is a second, restricted key.
    pub has_restricted: bool,
    /// Whether methods that change something may be sent.
    pub allow_writes: bool,
}

/// A request of a case, ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    /// What is special about it, for messages; empty where the case has only one.
    pub label: String,
    /// Upper-case.
    pub method: String,
    /// Path and query, percent-encoded.
    pub target: String,
    /// The query parameters as meant, before encoding.
    pub query: BTreeMap<String, String>,
    /// The path parameters as meant, before encoding.
    pub path: BTreeMap<String, String>,
    /// Its own headers, cookies among them.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<Payload>,
}

/// A case of a plan.
#[derive(Debug, Clone)]
pub struct Case {
    /// The stem of its file.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What it is about.
    pub means: String,
    /// What is done.
    pub does: Does,
    /// The steps, at least one; only `Does::Steps` has more.
    pub steps: Vec<Step>,
    /// The positive control, as index into the plan's cases.
    pub control: Option<usize>,
    /// Whether the outcome needs it.
    pub core: bool,
    /// The clauses it aims at.
    pub aims: Vec<ClauseIx>,
    /// Whether it runs only when named.
    pub opt_in: bool,
    /// Why it is not run.
    pub skipped: Option<String>,
    /// Its file.
    pub source: String,
    /// The line in it.
    pub line: u64,
}

impl Case {
    /// The first step, which is all there is of a case without several.
    pub fn step(&self) -> &Step {
        self.steps.first().expect("a case has at least one step")
    }
}

/// One thing that a case does, and what is expected of the answer.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name in the case; empty where there is only one.
    pub name: String,
    /// The operation, as index into the contract.
    pub operation: usize,
    /// What is expected.
    pub expects: Expects,
    /// The statuses that are right.
    pub accepts: Vec<Accept>,
    /// The clause that a success breaks.
    pub breaks_success: Option<ClauseIx>,
    /// The clause that any other unaccepted answer breaks.
    pub breaks_other: Option<ClauseIx>,
    /// Who it claims to be.
    pub credentials: Credentials,
    /// Its requests.
    pub requests: Vec<PlannedRequest>,
    /// How its pages are read.
    pub collection: Option<Collection>,
}

impl Step {
    /// One of its requests, as it is sent.
    pub fn send(&self, planned: &PlannedRequest) -> Request {
        Request {
            operation: self.operation,
            method: planned.method.clone(),
            target: planned.target.clone(),
            from_link: false,
            headers: planned.headers.clone(),
            body: planned.body.clone(),
            credentials: self.credentials,
        }
    }

    /// The same request to the path and query that a link on one of its pages leads to.
    pub fn follow(&self, planned: &PlannedRequest, target: &str) -> Request {
        Request {
            target: target.to_owned(),
            from_link: true,
            ..self.send(planned)
        }
    }
}

/// All that a run needs.
#[derive(Debug)]
pub struct Plan {
    /// The contract.
    pub contract: Arc<Contract>,
    /// Its clauses, and after them those of the rules.
    pub clauses: ClauseSet,
    /// The cases in the order in which they are run.
    pub cases: Vec<Case>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// Clause ids of earlier releases, and what they are called now.
    pub renamed: BTreeMap<String, String>,
    /// The ids of all cases of the battery, also of those that are not run.
    pub known_cases: Vec<String>,
    /// The values that were given for parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// SHA-256 over all case and rule files.
    pub cases_sha256: String,
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The contract.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A case, rule or binding file.
    #[error(transparent)]
    Battery(#[from] BatteryError),
    /// A value for a parameter is missing or unknown.
    #[error("{0}")]
    Parameter(String),
}

impl Plan {
    /// Binds the battery to the contract.
    ///
    /// # Errors
    /// The first thing that does not fit, with its place and what was meant.
    pub fn new(
        contract: Arc<Contract>,
        battery: &Battery,
        selection: &Selection,
    ) -> Result<Plan, PlanError> {
        let mut clauses = contract.clauses.clone();
        let mut rules = Vec::new();
        for loaded in &battery.rules {
            if let Some(rule) = make_rule(&contract, &mut clauses, loaded)? {
                rules.push(rule);
            }
        }
        for loaded in &battery.rules {
            resolve_follows(&contract, &clauses, &mut rules, loaded)?;
        }
        check_names(&contract, selection)?;
        let mut maker = Maker {
            contract: &contract,
            clauses: &clauses,
            battery,
            selection,
        };
        let cases = maker.cases()?;
        for case in &cases {
            for step in &case.steps {
                contract.prepare(step.operation)?;
            }
        }
        let renamed = battery.bindings.iter().flat_map(|binding| {
            let alias = binding.file.alias.as_str();
            let name = move |tail: &String| format!("{alias}/{tail}");
            let pairs = binding.file.renamed.iter();
            pairs.map(move |(old, new)| (name(old), name(new)))
        });
        let renamed = renamed.collect();
        let known_cases = battery
            .cases
            .iter()
            .map(|loaded| loaded.file.case.clone())
            .collect();
        Ok(Plan {
            clauses,
            cases,
            rules,
            renamed,
            known_cases,
            parameters: selection.parameters.clone(),
            cases_sha256: battery.sha256(),
            contract,
        })
    }

    /// The clause of that id, or of that id in an earlier release.
    pub fn find_clause(&self, id: &str) -> Option<ClauseIx> {
        let renamed = || self.clauses.find(self.renamed.get(id)?);
        self.clauses.find(id).or_else(renamed)
    }

    /// The rule of a clause, where it is one's.
    pub fn rule(&self, clause: ClauseIx) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.clause == clause)
    }

    /// The operation of a case.
    pub fn operation(&self, case: &Case) -> &Operation {
        &self.contract.operations[case.step().operation]
    }
}

fn check_names(contract: &Contract, selection: &Selection) -> Result<(), PlanError> {
    let names = || {
        contract
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters)
            .map(|one| one.name.as_str())
    };
    for name in selection.parameters.keys() {
        if !names().any(|known| known == name) {
            let hint = nearest::hint(name, names());
            return Err(PlanError::Parameter(format!(
                "--param {name}=…: the contract declares no parameter `{name}`{hint}"
            )));
        }
    }
    Ok(())
}
