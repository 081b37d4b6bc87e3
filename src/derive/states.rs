//! What acts on a thing may bring it into a state in which nothing else can be done with it: so it comes after what changes
//! the thing, and what ends it comes last.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::battery::model::CaseFile;
use crate::contract::{Contract, Operation};

use super::acts::{is_act, says};
use super::gentle::is_write;
use super::parts::shape;
use super::resource::{Resource, Resources};
use super::stands_on;

/// Words of what ends a thing.
const ENDS: [&str; 22] = [
    "abort",
    "archive",
    "cancel",
    "cancellation",
    "close",
    "closure",
    "complete",
    "completion",
    "decline",
    "end",
    "expire",
    "finish",
    "fulfill",
    "refund",
    "reject",
    "rejection",
    "resolve",
    "retire",
    "return",
    "stop",
    "void",
    "withdraw",
];

/// The rank of what takes a thing away.
const LAST: usize = 3;

/// When an operation on a thing comes among the others.
fn rank(contract: &Contract, operation: &Operation) -> usize {
    match is_act(contract, operation) {
        true if says(operation, &ENDS) => 2,
        true => 1,
        false => 0,
    }
}

/// The resource of which an operation acts on one, by its path.
pub fn acted_on<'r>(
    contract: &Contract,
    resources: &'r Resources,
    ix: usize,
) -> Option<&'r Resource> {
    let operation = &contract.operations[ix];
    let (_, found) = resources.about(&operation.path)?;
    let is_other = resources.made_by(ix).is_none() && !found.is_chosen;
    (is_other && is_act(contract, operation)).then_some(found)
}

/// Lets the valid case of what acts on a thing wait for all cases of what changes it, and for what ends it less.
pub fn acts_last(contract: &Contract, resources: &Resources, cases: &mut [CaseFile]) {
    let mut own: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let found = case
            .operation
            .as_deref()
            .and_then(|name| contract.operation(name));
        if let Some((ix, _)) = found {
            own.entry(ix).or_default().push(at);
        }
    }
    let mut waits: Vec<(usize, Vec<String>)> = Vec::new();
    for resource in resources.iter() {
        let item = shape(&resource.item);
        let ranked: Vec<(usize, usize)> = own
            .keys()
            .filter(|ix| {
                let operation = &contract.operations[**ix];
                shape(&operation.path).starts_with(&item) && is_write(operation)
            })
            .map(|ix| match resource.delete == Some(*ix) {
                true => (*ix, LAST),
                false => (*ix, rank(contract, &contract.operations[*ix])),
            })
            .collect();
        if !ranked.iter().any(|(_, rank)| (1..LAST).contains(rank)) {
            continue;
        }
        for (ix, rank) in ranked.iter().filter(|(_, rank)| *rank > 0) {
            let earlier = ranked.iter().filter(|(_, other)| other < rank);
            let earlier = earlier.flat_map(|(other, _)| &own[other]);
            let earlier: Vec<String> = earlier.map(|at| cases[*at].case.clone()).collect();
            let valid = own[ix].iter().filter(|at| cases[**at].control.is_none());
            waits.extend(valid.map(|at| (*at, earlier.clone())));
        }
    }
    if waits.is_empty() {
        return;
    }
    let needs = |case: &CaseFile| -> Vec<String> {
        let after = case.after.iter().map(String::as_str);
        stands_on(case).chain(after).map(str::to_owned).collect()
    };
    let each = cases.iter().map(|case| (case.case.clone(), needs(case)));
    let mut needs: HashMap<String, Vec<String>> = each.collect();
    for (at, earlier) in waits {
        let case = &mut cases[at];
        for other in earlier {
            if !case.after.contains(&other) && !reaches(&needs, &other, &case.case) {
                needs
                    .entry(case.case.clone())
                    .or_default()
                    .push(other.clone());
                case.after.push(other);
            }
        }
    }
}

/// Whether a case waits for another one, itself or by what it stands on.
fn reaches(needs: &HashMap<String, Vec<String>>, from: &str, to: &str) -> bool {
    let (mut open, mut seen) = (vec![from], HashSet::new());
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        if seen.insert(id) {
            open.extend(needs.get(id).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
