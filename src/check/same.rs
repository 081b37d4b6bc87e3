//! Whether an answer has what an earlier step sent or was answered.

use serde_json::Value;

use crate::battery::{Plan, SamePlace, Sameness, Whose};
use crate::contract::{ClauseIx, describe_value};
use crate::exchange::{Location, Request};
use crate::ledger::Sightings;

use super::acceptance::Acceptance;
use super::alike::is_alike;
use super::asked::Asked;
use super::finding::{Found, Spot};
use super::response::Body;

/// The two bodies of a step that was taken.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// What was sent, where it is JSON.
    pub sent: Option<Value>,
    /// What was answered, where it is JSON.
    pub answered: Option<Value>,
}

impl Told {
    /// The bodies of an exchange.
    pub fn of(request: &Request, body: &Body) -> Told {
        let sent = request.body.as_ref();
        Told {
            sent: sent.and_then(|body| serde_json::from_slice(&body.bytes).ok()),
            answered: body.value().cloned(),
        }
    }
}

/// Compares an answer with what another step told; besides, why there was nothing to compare, if there was not.
pub fn judge(
    plan: &Plan,
    asked: Asked<'_>,
    (same, clause): (&Sameness, ClauseIx),
    told: &Told,
    body: &Body,
    spot: Spot,
    seen: &mut Sightings,
) -> (Acceptance, Option<String>) {
    let of = &asked.case.steps[same.of].name;
    let is_own = *of == asked.step.name;
    let Some(here) = body.value() else {
        let why = format!(
            "the answer is not JSON, so nothing of it can be compared with what `{of}` {}",
            verb(same.whose)
        );
        return (Acceptance::Open(why), None);
    };
    let mut compared = 0;
    let mut broken = false;
    for (place, meant) in comparable(same, told, is_own.then_some(here)) {
        compared += 1;
        let shown = here.pointer(&place.here);
        if is_alike(meant, shown) {
            continue;
        }
        broken = true;
        let actual = shown.map_or_else(|| "nothing".to_owned(), describe_value);
        let expected = describe_value(meant);
        let promise = plan.clauses.get(clause);
        let level = asked.step.breaks_level;
        let as_told = match same.whose {
            Whose::Sent => format!("as step `{of}` sent it"),
            Whose::Answered => format!("as step `{of}` was answered"),
        };
        let sentence = format!(
            "step `{}` of the case \"{}\": expected {expected} at {}, {as_told}, got {actual}",
            asked.step.name,
            asked.case.title,
            shown_place(&place.here),
        );
        Found::new(expected, actual, Location::body(&place.here))
            .weighing(level.map_or(promise.level, |level| level.min(promise.level)))
            .said(sentence)
            .at(spot)
            .report(plan, clause, seen);
    }
    if compared == 0 {
        let places: Vec<&str> = same
            .at
            .iter()
            .map(|place| shown_place(&place.there))
            .collect();
        let why = format!(
            "step `{}`: nothing that step `{of}` {} at {} can be compared",
            asked.step.name,
            verb(same.whose),
            places.join(", ")
        );
        return (Acceptance::Accepted, Some(why));
    }
    seen.exercise(clause);
    match broken {
        true => (Acceptance::Broken, None),
        false => (Acceptance::Accepted, None),
    }
}

fn verb(whose: Whose) -> &'static str {
    match whose {
        Whose::Sent => "sent",
        Whose::Answered => "was answered",
    }
}

fn shown_place(pointer: &str) -> &str {
    match pointer {
        "" => "the body",
        pointer => pointer,
    }
}

/// The places that can be compared, each with what is meant to be there. What was sent is meant only where the answer to
/// it did not show something else already, and did not leave it out while it showed others; a step's own answer (`own`)
/// may leave out what it likes.
fn comparable<'t>(
    same: &'t Sameness,
    told: &'t Told,
    own: Option<&'t Value>,
) -> Vec<(&'t SamePlace, &'t Value)> {
    let source = match same.whose {
        Whose::Sent => told.sent.as_ref(),
        Whose::Answered => told.answered.as_ref(),
    };
    let meant = same.at.iter();
    let meant = meant.filter_map(|place| Some((place, source?.pointer(&place.there)?)));
    if let Some(own) = own {
        return meant
            .filter(|(place, _)| own.pointer(&place.here).is_some())
            .collect();
    }
    if same.whose == Whose::Answered {
        return meant.collect();
    }
    let answered = |place: &SamePlace| {
        let answered = told.answered.as_ref()?;
        let here = answered.pointer(&place.here);
        here.or_else(|| answered.pointer(&place.there))
    };
    let shows_some = same.at.iter().any(|place| answered(place).is_some());
    let is_meant = |(place, meant): &(&SamePlace, &Value)| match answered(place) {
        Some(shown) => is_alike(meant, Some(shown)),
        None => !shows_some,
    };
    meant.filter(is_meant).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_answer_to_it_changed_or_left_out_is_not_compared() {
        let place = |there: &str, here: &str| SamePlace {
            there: there.to_owned(),
            here: here.to_owned(),
        };
        let at = vec![place("/a", "/a"), place("/b", "/data/b"), place("/c", "/c")];
        let sent = json!({"a": 1, "b": 2});
        let compared = |whose, answered: Option<Value>, own: Option<Value>| {
            let same = Sameness {
                of: 0,
                whose,
                at: at.clone(),
            };
            let told = Told {
                sent: Some(sent.clone()),
                answered,
            };
            let found = comparable(&same, &told, own.as_ref());
            let names = found.iter().map(|(place, _)| place.there.clone());
            names.collect::<Vec<_>>().join(" ")
        };
        for (answered, found) in [
            // It says nothing of them.
            (None, "/a /b"),
            (Some(json!({"id": 5})), "/a /b"),
            (Some(json!({"a": 1, "data": {"b": 2}})), "/a /b"),
            (Some(json!({"a": 1, "b": 2})), "/a /b"),
            // It changed one, or left one out while it shows the other.
            (Some(json!({"a": 1, "data": {"b": 3}})), "/a"),
            (Some(json!({"a": 1})), "/a"),
        ] {
            let said = format!("{answered:?}");
            assert_eq!(compared(Whose::Sent, answered, None), found, "{said}");
        }
        assert_eq!(
            compared(Whose::Answered, Some(json!({"a": 1, "c": 2})), None),
            "/a /c"
        );
        assert_eq!(compared(Whose::Sent, None, Some(json!({"a": 7}))), "/a");
    }
}
