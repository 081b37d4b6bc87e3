//! A contract and a battery made into what a run needs: clauses, cases with their requests, rules.
//! Everything that can be wrong with a file is found here, before the first request.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::contract::{ClauseIx, ClauseSet, Contract, In, Operation, StatusKey, nearest, pointer};

use crate::exchange::Shard;

use super::arazzo;
use super::levels::{self, Moved};
use super::load::Battery;
use super::loaded::Loaded;
use super::make_case::CasePlanner;
use super::make_rule::{make_rule, resolve_follows};
use super::make_sought::note_offers;
use super::model::{Binding, PackCredentials};
use super::next::{After, Next};
use super::parameters;
use super::planned::{Case, LeftOut, PlanError, Reading, Selection};
use super::promises;
use super::rule::Rule;
use super::values::{self, Reached};
use super::walk_rules::{add_walk_rules, aim};

/// All that a run needs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The contract.
    pub contract: Arc<Contract>,
    /// Its clauses, and after them those of the rules.
    pub clauses: ClauseSet,
    /// The cases in the order in which they are run.
    pub cases: Vec<Case>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The clauses whose level was moved.
    pub moved: Vec<Moved>,
    /// Clause ids of earlier releases, and what they are called now.
    pub renamed: BTreeMap<String, String>,
    /// The ids of all cases of the battery, also of those that are not run.
    pub known_cases: Vec<String>,
    /// The values that were given for parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// How much of a body is read.
    pub reading: Reading,
    /// The operations for which nothing was derived.
    pub left_out: Vec<LeftOut>,
    /// The clauses of derived cases for which the budget had no room.
    pub over_budget: BTreeSet<String>,
    /// The derived cases that turned out not to fit the contract, and are left out.
    pub unfit: Vec<String>,
    /// SHA-256 over all case and rule files.
    pub cases_sha256: String,
    /// The variables that hold the credentials of an operation that a binding binds.
    pub credentials: BTreeMap<usize, PackCredentials>,
    /// The operations that it is about, where a selection names some.
    pub(super) chosen: Option<BTreeSet<usize>>,
    /// Which part of a run this is the plan of, where it is not the whole.
    pub shard: Option<Shard>,
    /// Whether it judges requests that others sent, and sends none.
    pub is_traffic: bool,
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
        let (rules, moved) = std::thread::scope(|scope| {
            // The longest part of a short run's plan stands on nothing else of it. What is not done here is done later.
            if selection.judges_all() {
                let compiler = std::thread::Builder::new().stack_size(COMPILER_STACK);
                drop(compiler.spawn_scoped(scope, || prepare_bound(&contract, battery)));
            }
            judged(&contract, &mut clauses, battery, selection)
        })?;
        let bound = battery.bindings.iter().rev().filter_map(|binding| {
            let (operation, _) = contract.operation(&binding.file.operation)?;
            Some((operation, &binding.file))
        });
        let planner = CasePlanner {
            contract: &contract,
            clauses: &clauses,
            battery,
            selection,
            bindings: bound.collect(),
        };
        let (mut cases, unfit) = planner.cases()?;
        note_offers(&mut cases);
        aim(&mut cases, &rules);
        promises::aim(&mut cases, &rules);
        planner.flows(&mut cases)?;
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
            .chain(arazzo::ids(&battery.flows))
            .collect();
        let credentials = battery.bindings.iter().filter_map(|binding| {
            let (operation, _) = contract.operation(&binding.file.operation)?;
            Some((operation, binding.file.credentials.clone()?))
        });
        Ok(Plan {
            chosen: selection.chosen(&contract, &cases),
            credentials: credentials.collect(),
            clauses,
            cases,
            rules,
            moved,
            renamed,
            known_cases,
            parameters: selection.parameters.clone(),
            reading: selection.reading,
            left_out: Vec::new(),
            over_budget: BTreeSet::new(),
            unfit,
            shard: None,
            is_traffic: false,
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

/// As much as the thread has that would compile them otherwise.
const COMPILER_STACK: usize = 8 << 20;

/// Compiles the schemas of the operations that have a battery.
fn prepare_bound(contract: &Contract, battery: &Battery) {
    let bindings = battery.bindings.iter();
    let bound = bindings.filter_map(|binding| contract.operation(&binding.file.operation));
    bound.for_each(|(ix, _)| contract.prepare(ix));
}

/// The rules, whose clauses are added, and what level was moved.
fn judged(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    selection: &Selection,
) -> Result<(Vec<Rule>, Vec<Moved>), PlanError> {
    let mut rules = Vec::new();
    for loaded in &battery.rules {
        if let Some(rule) = make_rule(contract, clauses, loaded)? {
            rules.push(rule);
        }
    }
    add_walk_rules(contract, clauses, battery, &mut rules)?;
    promises::add(contract, clauses, battery, &mut rules);
    arazzo::add_clauses(contract, clauses, battery, &mut rules)?;
    for loaded in &battery.rules {
        resolve_follows(contract, clauses, &mut rules, loaded)?;
    }
    check_bindings(contract, battery)?;
    parameters::check(contract, battery, selection)?;
    let moved = levels::apply(contract, clauses, battery, selection)?;
    Ok((rules, moved))
}

/// An operation is bound once: two bindings of one collection would read its pages in two ways. What its walk sends goes
/// to parameters that there are.
fn check_bindings(contract: &Contract, battery: &Battery) -> Result<(), PlanError> {
    let mut first: HashMap<usize, &Loaded<Binding>> = HashMap::new();
    for binding in &battery.bindings {
        let Some((operation, described)) = contract.operation(&binding.file.operation) else {
            continue;
        };
        check_parameters(described, binding)?;
        check_next(contract, described, binding)?;
        if let Some(other) = first.insert(operation, binding) {
            let message = format!(
                "{} binds {} already: an operation has one `battery:` file, so take one of the two away",
                other.source_name, other.file.operation
            );
            return Err(binding.error("/operation", message).into());
        }
    }
    Ok(())
}

/// The parameters that a walk sets are declared; an item has an id unless the collection is guessed.
fn check_parameters(operation: &Operation, binding: &Loaded<Binding>) -> Result<(), PlanError> {
    let Some(collection) = &binding.file.collection else {
        return Ok(());
    };
    if collection.id.is_empty() && !collection.guessed {
        let message = "missing field `id`: the pointer of what tells the items apart";
        return Err(binding.error("/collection", message).into());
    }
    let next = collection.next.parameter();
    let next = next.map(|(key, name)| (format!("/collection/next/{key}"), name));
    let size = collection.size.as_deref();
    let size = size.map(|name| ("/collection/size".to_owned(), name));
    for (at, name) in next.into_iter().chain(size) {
        let queries = operation.parameters.iter();
        let names = queries.filter(|one| one.location == In::Query);
        let mut names = names.map(|one| one.name.as_str());
        if !names.clone().any(|known| known == name) {
            let message = format!(
                "{} declares no query parameter `{name}` that the walk could set{}",
                binding.file.operation,
                nearest::hint(name, names.by_ref())
            );
            return Err(binding.error(&at, message).into());
        }
    }
    Ok(())
}

/// A walk that looks for `next` where no page has it would accuse the target of a slip in the file.
fn check_next(
    contract: &Contract,
    operation: &Operation,
    binding: &Loaded<Binding>,
) -> Result<(), PlanError> {
    let Some(collection) = binding
        .file
        .collection
        .as_ref()
        .filter(|_| !binding.embedded)
    else {
        return Ok(());
    };
    let (next, written) = match &collection.next {
        Next::Link(pointer) => ("next", pointer),
        Next::Token(token) => ("next/token", &token.token),
        Next::After(After {
            more: Some(more), ..
        }) => ("next/more", more),
        _ => return Ok(()),
    };
    let document = &contract.document;
    let is_success = |key: StatusKey| key.hundreds() == Some(2);
    let responses = operation.responses.iter();
    let responses = responses.filter(|response| is_success(response.key));
    let bodies: Vec<_> = responses
        .flat_map(|response| &response.content)
        .filter_map(|media| document.at(&media.body.as_ref()?.schema.pointer))
        .collect();
    let tokens = pointer::tokens(written);
    let is_unknown = |schema| values::reach(document, schema, &tokens, 0) == Reached::Unknown;
    if !bodies.is_empty() && bodies.iter().all(|(schema, _)| is_unknown(schema)) {
        let message = format!(
            "no documented page has `{written}`: name a place that {} documents",
            binding.file.operation
        );
        return Err(binding
            .error(&format!("/collection/{next}"), message)
            .into());
    }
    Ok(())
}
