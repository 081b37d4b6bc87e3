//! What a run reached of each operation, and what would reach the rest: which flag or variable gives what is missing.

use std::collections::BTreeMap;

use crate::battery::LeftOut;
use crate::contract::{Contract, Operation, SecurityScheme};
use crate::exchange::credentials::{API_KEY, PASSWORD, TOKEN, USERNAME};
use crate::ledger::Verdict;

/// How much of an operation was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// A valid request was answered, and all of its cases were conclusive.
    Tested,
    /// A valid request was answered, and some cases showed nothing.
    Partly,
    /// No valid request was answered.
    NotReached,
}

/// What was reached of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The operation.
    pub operation: usize,
    /// How much was tested.
    pub extent: Extent,
    /// What is missing; empty where nothing is.
    pub missing: String,
    /// What gives it, where something does.
    pub remedy: String,
}

/// What became of a case.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'r> {
    /// Its operation.
    pub operation: usize,
    /// Whether its request is a valid one.
    pub is_valid: bool,
    /// Its verdict.
    pub verdict: Verdict,
    /// The verdict's reason.
    pub reason: &'r str,
    /// The status of its last answer.
    pub status: Option<u16>,
}

/// What was reached of each operation that has a case or was left out, in the order of the document.
pub fn reached(contract: &Contract, tried: &[Tried<'_>], left_out: &[LeftOut]) -> Vec<Reached> {
    let mut by_operation: BTreeMap<usize, Vec<&Tried<'_>>> = BTreeMap::new();
    for one in tried {
        by_operation.entry(one.operation).or_default().push(one);
    }
    let left_out = left_out
        .iter()
        .filter(|one| !by_operation.contains_key(&one.operation));
    let left_out = left_out.map(|one| Reached {
        operation: one.operation,
        extent: Extent::NotReached,
        missing: one.why.clone(),
        remedy: one.flag.clone(),
    });
    let mut all: Vec<Reached> = left_out.collect();
    all.extend(by_operation.iter().map(|(ix, cases)| {
        let is_conclusive =
            |one: &&&Tried<'_>| matches!(one.verdict, Verdict::Pass | Verdict::Fail);
        let is_reached = cases.iter().any(|one| one.is_valid && is_conclusive(&one));
        let open = cases
            .iter()
            .find(|one| !is_conclusive(one) && (is_reached || one.is_valid));
        let open = open.or_else(|| cases.first().filter(|_| !is_reached));
        Reached {
            operation: *ix,
            extent: match (is_reached, open) {
                (false, _) => Extent::NotReached,
                (true, Some(_)) => Extent::Partly,
                (true, None) => Extent::Tested,
            },
            missing: open.map(|one| one.reason.to_owned()).unwrap_or_default(),
            remedy: open
                .filter(|_| !is_reached)
                .and_then(|one| remedy(&contract.operations[*ix], one.status?))
                .unwrap_or_default(),
        }
    }));
    all.sort_by_key(|one| one.operation);
    all
}

/// What would let a valid request through that was answered so.
fn remedy(operation: &Operation, status: u16) -> Option<String> {
    // An id that was not found is named, with its flag, by the reason itself.
    let named = || {
        let own = operation.parameters.iter().filter(|one| one.required);
        let flags = own.map(|one| format!("--param '{}:{}=VALUE'", operation.id, one.name));
        let flags: Vec<String> = flags.take(3).collect();
        (!flags.is_empty()).then(|| flags.join(" "))
    };
    match status {
        401 | 403 => variables(operation),
        400 | 422 => named(),
        _ => None,
    }
}

/// The variables that hold what the operation asks for.
fn variables(operation: &Operation) -> Option<String> {
    let first = operation
        .security
        .requirements
        .iter()
        .find(|one| !one.is_empty())?;
    let names = first.iter().flat_map(|used| match used.scheme {
        SecurityScheme::Basic => vec![USERNAME, PASSWORD],
        SecurityScheme::Bearer => vec![TOKEN],
        SecurityScheme::Other(..) => Vec::new(),
        _ => vec![API_KEY],
    });
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "
security: [{key: []}]
paths:
  /a: {get: {operationId: a, responses: {}}}
  /b/{id}: {get: {operationId: b, parameters: [{name: id, in: path, required: true}], responses: {}}}
  /c: {get: {operationId: c, responses: {}}, post: {operationId: d, responses: {}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: K}}}
";

    #[test]
    fn what_is_missing_names_what_gives_it() {
        let contract = Contract::load("t.yaml", SHOP.to_owned(), &[]).unwrap();
        let tried = |operation, is_valid, verdict, reason, status| Tried {
            operation,
            is_valid,
            verdict,
            reason,
            status: Some(status),
        };
        let cases = [
            tried(0, true, Verdict::Fail, "", 200),
            tried(0, false, Verdict::Inconclusive, "a redirect", 302),
            tried(1, true, Verdict::Inconclusive, "no id", 404),
            tried(1, false, Verdict::Skipped, "its control", 404),
            tried(2, true, Verdict::Inconclusive, "the key", 401),
        ];
        let left_out = [LeftOut {
            operation: 3,
            why: "it writes".to_owned(),
            flag: "--allow-writes".to_owned(),
        }];
        let all = reached(&contract, &cases, &left_out);
        let said = all.iter().map(|one| {
            let id = &contract.operations[one.operation].id;
            format!("{id} {:?}: {}: {}", one.extent, one.missing, one.remedy)
        });
        assert_eq!(
            said.collect::<Vec<_>>(),
            [
                "a Partly: a redirect: ",
                "b NotReached: no id: ",
                "c NotReached: the key: CONFORM_API_KEY",
                "d NotReached: it writes: --allow-writes",
            ]
        );
        let whole = reached(&contract, &cases[..1], &[]);
        assert_eq!(whole[0].extent, Extent::Tested);
    }
}
