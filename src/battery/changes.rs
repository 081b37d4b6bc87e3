//! What a step changes of the parameters: the values that are sent, and why a change is refused.

use crate::contract::{In, Operation, nearest};

use super::draft::Draft;
use super::loaded::BatteryError;
use super::model::{Change, Given, LONGEST_VALUE, Near, OrderedMap};
use super::written::{Order, Written};

/// How a mapping of the request is called in a case file.
pub(super) fn key(location: In) -> &'static str {
    match location {
        In::Query => "query",
        In::Path => "path",
        In::Header => "headers",
        In::Cookie => "cookies",
    }
}

/// The values of a parameter, one a request, each of a length that may be sent and as different on the wire as it is
/// here.
pub(super) fn values_of(
    step: &Written<'_>,
    at: &str,
    (location, name, change): (In, &str, &Change),
    base: &Draft,
) -> Result<Vec<Given>, BatteryError> {
    let valid = base.value(location, name);
    if let Change::Valid(all) = change {
        let idle = all.iter().position(|near| *near == Near::default());
        let message = match (valid, idle) {
            (None, _) => format!(
                "`valid` changes the value of the valid request, which has none for `{name}`: give one with --param {name}=VALUE"
            ),
            _ if all.is_empty() => "`valid` needs at least one change, such as `cut: 1`".to_owned(),
            (Some(_), Some(n)) => {
                let message = "this changes nothing: name `other-case`, `cut`, `before` or `after`";
                return Err(step.error(&format!("{at}/valid/{n}"), message));
            }
            (Some(_), None) => String::new(),
        };
        if !message.is_empty() {
            return Err(step.error(at, message));
        }
    }
    let mut values = change.values(valid);
    if matches!(change, Change::Valid(_)) && matches!(location, In::Header | In::Cookie) {
        // Spaces around a value of a header are none of it (RFC 9110, section 5.5).
        values.retain(|value| !matches!(value, Given::Text(text) if Some(text.trim()) == valid));
    }
    let is_long =
        |value: &Given| matches!(value, Given::Text(text) if text.chars().count() > LONGEST_VALUE);
    if values.iter().any(is_long) {
        let message = format!("the value of `{name}` is longer than {LONGEST_VALUE} characters");
        return Err(step.error("/request", message));
    }
    Ok(values)
}

/// A path has only the parameters of its template, and all of them.
pub(super) fn check_path(step: &Written<'_>, operation: &Operation) -> Result<(), BatteryError> {
    let of_path = || {
        operation
            .parameters
            .iter()
            .filter(|one| one.location == In::Path)
    };
    for (name, change) in &step.file.request.path.0 {
        let at = format!("/request/path/{name}");
        if step.file.request.follow.is_some() {
            let message = "a link that is followed has its own path: leave `path` out";
            return Err(step.error(&at, message));
        }
        if !of_path().any(|one| one.name == *name) {
            let hint = nearest::hint(name, of_path().map(|one| one.name.as_str()));
            let message = format!("the path of the operation has no parameter `{name}`{hint}");
            return Err(step.error(&at, message));
        }
        if *change == Change::Omit {
            let message =
                "a path without its parameter is another path: give it another value instead";
            return Err(step.error(&at, message));
        }
    }
    Ok(())
}

/// What is left out is a parameter: else nothing is, and the request is the valid one.
pub(super) fn check_left_out(
    step: &Written<'_>,
    operation: &Operation,
    changes: &[(In, &OrderedMap<Change>)],
) -> Result<(), BatteryError> {
    for (location, map) in changes {
        let of_location = || {
            let all = operation.parameters.iter();
            all.filter(|one| one.location == *location)
        };
        let is_known = |name: &str| of_location().any(|one| one.name.eq_ignore_ascii_case(name));
        let mut omitted = map.0.iter().filter(|(_, change)| **change == Change::Omit);
        if let Some((name, _)) = omitted.find(|(name, _)| !is_known(name)) {
            let hint = nearest::hint(name, of_location().map(|one| one.name.as_str()));
            let message = format!(
                "{} {} has no {} parameter `{name}` that could be left out{hint}",
                operation.method,
                operation.path,
                location.word()
            );
            return Err(step.error(&format!("/request/{}/{name}", key(*location)), message));
        }
    }
    Ok(())
}

/// A value comes from an earlier step that captures it.
pub(super) fn check_from(
    step: &Written<'_>,
    at: &str,
    from: &str,
    known: &[String],
) -> Result<(), BatteryError> {
    if known.iter().any(|name| name == from) {
        return Ok(());
    }
    let hint = nearest::hint(from, known.iter().map(String::as_str));
    let (name, _) = from.split_once('.').unwrap_or((from, ""));
    let message = match step.order_of(name) {
        _ if !from.contains('.') => {
            format!("`{from}` names no captured value: write STEP.NAME{hint}")
        }
        None => format!("the case has no step `{name}`{hint}"),
        Some(Order::Earlier) => {
            format!("the step `{name}` has no such `capture` as `{from}`{hint}")
        }
        Some(Order::NotEarlier) => format!(
            "the step `{name}` is no earlier one, so nothing of it is known here: name a step before this one{hint}"
        ),
    };
    Err(step.error(at, message))
}
