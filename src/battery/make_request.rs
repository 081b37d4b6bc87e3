//! The requests of a case: the valid one with the case's change, percent-encoded, and the proof that a refusal has one reason.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::contract::{In, Operation, Parameter, nearest};
use crate::exchange::Credentials;

use super::load::{BatteryError, Loaded};
use super::make_case::Maker;
use super::model::{CaseFile, Expects, LONGEST_VALUE};
use super::plan::{PlanError, PlannedRequest};

/// Characters that stay as they are in a path segment or a query value: RFC 3986's unreserved ones.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Maker<'_> {
    pub(super) fn requests(
        &self,
        loaded: &Loaded<CaseFile>,
        operation: &Operation,
    ) -> Result<Vec<PlannedRequest>, PlanError> {
        let change = &loaded.file.request;
        let method = change
            .method
            .clone()
            .unwrap_or_else(|| operation.method.clone());
        for (name, change) in change.query.0.iter().chain(&change.path.0) {
            if change
                .values()
                .iter()
                .flatten()
                .any(|value| value.chars().count() > LONGEST_VALUE)
            {
                return Err(loaded
                    .error(
                        "/request",
                        format!("the value of `{name}` is longer than {LONGEST_VALUE} characters"),
                    )
                    .into());
            }
        }
        for name in change.path.0.keys() {
            let known = || {
                operation
                    .parameters
                    .iter()
                    .filter(|one| one.location == In::Path)
                    .map(|one| one.name.as_str())
            };
            if !known().any(|known| known == name) {
                let hint = nearest::hint(name, known());
                return Err(loaded
                    .error(
                        &format!("/request/path/{name}"),
                        format!("the path of the operation has no parameter `{name}`{hint}"),
                    )
                    .into());
            }
        }
        let mut base = PlannedRequest {
            label: String::new(),
            method,
            target: String::new(),
            query: BTreeMap::new(),
            path: BTreeMap::new(),
            headers: Vec::new(),
            body: None,
        };
        let mut missing = Vec::new();
        for parameter in &operation.parameters {
            let value = self.selection.parameters.get(&parameter.name).cloned();
            let replaced = change.path.0.contains_key(&parameter.name)
                || change.query.0.contains_key(&parameter.name);
            match (parameter.location, value) {
                (In::Path, Some(value)) => drop(base.path.insert(parameter.name.clone(), value)),
                (In::Query, Some(value)) => drop(base.query.insert(parameter.name.clone(), value)),
                (In::Path | In::Query, None) if parameter.required && !replaced => {
                    missing.push(parameter);
                }
                _ => {}
            }
        }
        if !missing.is_empty() {
            return Err(without_value(operation, &missing));
        }
        let mut requests = vec![base];
        for (is_path, name, change) in change
            .query
            .0
            .iter()
            .map(|(n, c)| (false, n, c))
            .chain(change.path.0.iter().map(|(n, c)| (true, n, c)))
        {
            let values = change.values();
            let several = values.len() > 1;
            requests = requests
                .iter()
                .flat_map(|request| {
                    values.iter().map(move |value| {
                        let mut request = request.clone();
                        let map = if is_path {
                            &mut request.path
                        } else {
                            &mut request.query
                        };
                        match value {
                            Some(value) => drop(map.insert(name.clone(), value.clone())),
                            None => drop(map.remove(name)),
                        }
                        if several {
                            request.label =
                                format!("{name} = {:?}", value.as_deref().unwrap_or_default());
                        }
                        request
                    })
                })
                .collect();
        }
        for request in &mut requests {
            request.target = target(&operation.path, request);
        }
        Ok(requests)
    }

    /// A refusal must have one reason: the request breaks exactly one clause of the contract.
    pub(super) fn prove_refusal(
        &self,
        loaded: &Loaded<CaseFile>,
        operation: &Operation,
        requests: &[PlannedRequest],
        credentials: Credentials,
    ) -> Result<(), BatteryError> {
        if loaded.file.expects != Expects::Refusal {
            return Ok(());
        }
        for request in requests {
            let missing = operation.parameters.iter().filter(|one| {
                one.required && one.location == In::Query && !request.query.contains_key(&one.name)
            });
            let broken = missing.count() + usize::from(credentials != Credentials::Valid);
            if broken != 1 {
                return Err(loaded.error("/request", format!(
                    "a refusal needs one reason, but this request breaks {broken} clauses of the contract: leave out one required parameter, or change the credentials"
                )));
            }
        }
        Ok(())
    }
}

/// Names every parameter that needs a value, and how to give it.
fn without_value(operation: &Operation, missing: &[&Parameter]) -> PlanError {
    let names: Vec<String> = missing
        .iter()
        .map(|one| format!("the {} parameter `{}`", one.location.word(), one.name))
        .collect();
    let flags: Vec<String> = missing
        .iter()
        .map(|one| format!("--param {}=VALUE", one.name))
        .collect();
    PlanError::Parameter(format!(
        "{} {} needs a value for {}: give {}",
        operation.method,
        operation.path,
        names.join(" and "),
        flags.join(" ")
    ))
}

/// Path and query of a request, every value percent-encoded.
fn target(template: &str, request: &PlannedRequest) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    for (n, piece) in template.split('{').enumerate() {
        if n == 0 {
            out.push_str(piece);
            continue;
        }
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        let value = request
            .path
            .get(name)
            .map(String::as_str)
            .unwrap_or_default();
        out.extend(utf8_percent_encode(value, ENCODED));
        out.push_str(rest);
    }
    for (n, (name, value)) in request.query.iter().enumerate() {
        out.push(if n == 0 { '?' } else { '&' });
        out.extend(utf8_percent_encode(name, ENCODED));
        out.push('=');
        out.extend(utf8_percent_encode(value, ENCODED));
    }
    out
}
