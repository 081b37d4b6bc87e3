//! Whether the answer to a create shows what the document says is meant by a member that was left out.

use serde_json::Value;

use crate::battery::{ANSWERED, Case, Plan};
use crate::contract::{Part, Subject, describe_value};
use crate::exchange::{Exchange, Location};
use crate::ledger::Sightings;

use super::alike::{Eye, is_alike};
use super::doubt;
use super::finding::{Found, Spot};

/// Judges the answer to the valid request of a create.
pub fn judge(plan: &Plan, case: &Case, exchange: &Exchange, spot: Spot, seen: &mut Sightings) {
    let operation = case.step().operation;
    let subject = Subject::of(operation, Part::State(ANSWERED.to_owned()));
    let clause = plan.clauses.about(&subject);
    let clause = clause.filter(|clause| case.aims.contains(clause));
    let sent = exchange.request.body.as_ref();
    let sent: Option<Value> = sent.and_then(|body| serde_json::from_slice(&body.bytes).ok());
    let answer = exchange.answer();
    let answer = answer.filter(|answer| [200, 201].contains(&answer.status));
    let shown: Option<Value> = answer.and_then(|answer| serde_json::from_slice(&answer.body).ok());
    let (Some(clause), Some(sent), Some(shown)) = (clause, sent, shown) else {
        return;
    };
    let defaults = plan
        .contract
        .defaults_of_body(&plan.contract.operations[operation]);
    for found in compare(&defaults, &sent, &shown) {
        seen.exercise(clause);
        let Compared::Other { name, meant, other } = found else {
            continue;
        };
        let (expected, actual) = (describe_value(meant), describe_value(other));
        let sentence = format!(
            "expected {expected} at /{name}, the documented default of what was not sent, got {actual}"
        );
        Found::new(expected, actual, Location::body(format!("/{name}")))
            .said(sentence)
            .at(spot)
            .report(plan, clause, seen);
    }
}

/// What an answer shows of a default.
#[derive(Debug, PartialEq)]
enum Compared<'v> {
    Alike,
    Other {
        name: &'v str,
        meant: &'v Value,
        other: &'v Value,
    },
}

/// The defaults of members that were not sent beside what is shown of them, where the answer surely shows what was made: all
/// plain members that were sent and that it shows are as they were sent, and there is one.
fn compare<'v>(
    defaults: &'v [(String, Value)],
    sent: &Value,
    shown: &'v Value,
) -> Vec<Compared<'v>> {
    let (Some(sent), Some(shown)) = (sent.as_object(), shown.as_object()) else {
        return Vec::new();
    };
    let is_plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let both = |(name, value): (&'_ String, &'_ Value)| {
        let other = shown.get(name).filter(|_| is_plain(value))?;
        Some(is_alike(value, Some(other), Eye::Mild))
    };
    let known: Vec<bool> = sent.iter().filter_map(both).collect();
    if known.is_empty() || known.contains(&false) {
        return Vec::new();
    }
    let left_out = defaults.iter().filter(|(name, _)| !sent.contains_key(name));
    let found = left_out.filter_map(|(name, meant)| {
        let other = shown.get(name).filter(|other| is_plain(other))?;
        let eye = match meant.is_boolean() {
            true => Eye::Sharp,
            false => Eye::Mild,
        };
        let is_alike = is_alike(meant, Some(other), eye);
        // A state goes on by itself.
        let is_state = meant.is_string() && doubt::is_state(name);
        Some(match is_alike || is_state {
            true => Compared::Alike,
            false => Compared::Other { name, meant, other },
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_not_sent_is_shown_with_its_default() {
        let defaults = [
            ("hours".to_owned(), json!(40)),
            ("active".to_owned(), json!(true)),
            ("status".to_owned(), json!("draft")),
        ];
        for (sent, shown, wanted) in [
            (
                json!({"name": "a"}),
                json!({"name": "a", "hours": 40}),
                "40",
            ),
            (
                json!({"name": "a"}),
                json!({"name": "a", "hours": 35}),
                "40!",
            ),
            (
                json!({"name": "a"}),
                json!({"name": "a", "hours": 40, "active": false}),
                "40 true!",
            ),
            // What was sent, is not shown or goes on by itself is none.
            (
                json!({"name": "a", "hours": 35}),
                json!({"name": "a", "hours": 35}),
                "",
            ),
            (
                json!({"name": "a"}),
                json!({"name": "a", "hours": null}),
                "",
            ),
            (
                json!({"name": "a"}),
                json!({"name": "a", "status": "open"}),
                "\"draft\"",
            ),
            // What shows nothing of what was sent may be about something else.
            (json!({"name": "a"}), json!({"id": 1, "hours": 35}), ""),
            (json!({"name": "a"}), json!({"name": "b", "hours": 35}), ""),
        ] {
            let found = compare(&defaults, &sent, &shown);
            let said = found.iter().map(|one| match one {
                Compared::Alike => String::new(),
                Compared::Other { meant, .. } => format!("{meant}!"),
            });
            let broken: Vec<String> = said.filter(|text| !text.is_empty()).collect();
            let wanted: Vec<&str> = wanted.split(' ').filter(|one| one.ends_with('!')).collect();
            assert_eq!(broken, wanted, "{sent} {shown}");
        }
    }
}
