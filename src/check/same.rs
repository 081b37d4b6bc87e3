//! Whether an answer has what an earlier step sent or was answered.

use serde_json::Value;

use crate::battery::{OTHERS_KEPT, Plan, REST_KEPT, SamePlace, Sameness, Whose};
use crate::contract::{ClauseIx, Level, describe_value};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::acceptance::Acceptance;
use super::alike::{Eye, is_alike};
use super::asked::Asked;
use super::differing::{Compared, Difference, Look};
use super::doubt;
use super::finding::{Found, Spot};
use super::lost::Way;
use super::own::changed_some;
use super::response::Body;
use super::told::{Told, shown_at};

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
    let (mut compared, mut doubtful) = (0, None);
    let eye = match asked.case.derived {
        Some(_) => Eye::Mild,
        None => Eye::Sharp,
    };
    let name = plan.clauses.get(clause).subject.name();
    let look = Look {
        operation: &plan.contract.operations[asked.step.operation],
        target: &asked.request.target,
        here,
        told,
        whose: same.whose,
        moves: ![REST_KEPT, OTHERS_KEPT].contains(&name),
        eye,
        is_beside: changed_some(same, told, here),
    };
    let mut broken = answered_otherwise(plan, asked, same, look, spot, seen);
    let ignored = untouched(same, told, here, eye).filter(|_| !is_own);
    let way = Way {
        contract: &plan.contract,
        takes: &plan.contract.operations[asked.case.steps[same.of].operation],
        shows: look.operation,
    };
    let compared_places = || {
        let places = comparable(same, told, is_own.then_some(here), eye);
        let is_derived = eye == Eye::Mild && !is_own;
        let more = is_derived.then(|| way.left_behind(same, told, here));
        places
            .into_iter()
            .chain(more.into_iter().flatten())
            .collect()
    };
    for (place, meant) in ignored.unwrap_or_else(compared_places) {
        let found = look.compare(place, &meant);
        compared += usize::from(found != Compared::Apart);
        match (found, look.why_of_another()) {
            (Compared::Alike | Compared::Apart, _) => {}
            (Compared::Doubtful(why), _) => drop(doubtful.get_or_insert(why)),
            (Compared::Other, Some(why)) => return (Acceptance::Open(why), None),
            (Compared::Other, None) => {
                broken = true;
                let found = Difference {
                    at: place.here.clone(),
                    meant: &meant,
                    shown: here.pointer(&place.here),
                };
                report(plan, asked, (same, clause), found, spot, seen);
            }
        }
    }
    if let Some(why) = doubtful.filter(|_| !broken) {
        return (Acceptance::Open(why), None);
    }
    if compared == 0 && !broken {
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

/// Notes that a place shows something else than is meant.
fn report(
    plan: &Plan,
    asked: Asked<'_>,
    (same, clause): (&Sameness, ClauseIx),
    found: Difference<'_>,
    spot: Spot,
    seen: &mut Sightings,
) {
    let of = &asked.case.steps[same.of].name;
    let actual = found
        .shown
        .map_or_else(|| "nothing".to_owned(), describe_value);
    let expected = describe_value(found.meant);
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
        shown_place(&found.at),
    );
    Found::new(expected, actual, Location::body(&found.at))
        .weighing(level.map_or(promise.level, |level| level.min(promise.level)))
        .said(sentence)
        .at(spot)
        .report(plan, clause, seen);
}

/// Whether the answer to what was sent shows another value than this answer, which shows what was sent. Where both show the
/// other value, the server made it so, and that is worth knowing only.
fn answered_otherwise(
    plan: &Plan,
    asked: Asked<'_>,
    same: &Sameness,
    look: Look<'_>,
    spot: Spot,
    seen: &mut Sightings,
) -> bool {
    let (told, here, eye) = (look.told, look.here, look.eye);
    let Some((clause, sent)) = same.answered.zip(told.sent.as_ref()) else {
        return false;
    };
    let both = |place: &SamePlace| Some((sent.pointer(&place.there)?, told.shown(place)?));
    let shown = same
        .at
        .iter()
        .filter_map(|place| Some((place, both(place)?)));
    let other = &plan.contract.operations[asked.case.steps[same.of].operation];
    let may_be = |(place, (sent, _)): &(&SamePlace, (&Value, &Value))| {
        look.of_answer(other)
            .is_none_or(|look| look.admits(shown_at(look.here, place), sent))
    };
    let shown: Vec<_> = shown.filter(may_be).collect();
    let is_right = |(_, (sent, shown)): &&(_, (&Value, &Value))| is_alike(sent, Some(shown), eye);
    // What shows nothing of what was sent may be about something else: a job that makes it.
    let is_of_it = shown.iter().any(|one| is_right(&one));
    let mut broken = false;
    let way = Way {
        contract: &plan.contract,
        takes: other,
        shows: look.operation,
    };
    for (place, (part, shown)) in shown.iter().filter(|one| !is_right(one)) {
        let is_kept = is_alike(part, here.pointer(&place.here), eye);
        let name = place.there.rsplit('/').next().unwrap_or_default();
        let own = plan.clauses.get(clause).level;
        let is_about_it = is_of_it && !doubt::is_state(name) && eye == Eye::Mild;
        // Where a change was not applied, its answer and the read show it alike.
        if same.of > 0 && !is_kept {
            continue;
        }
        let is_altered = || way.is_altered(place, sent, (part, shown));
        let level = match is_kept && is_of_it && !doubt::is_state(name) {
            true => own,
            false if is_about_it && is_altered() => own.min(Level::Should),
            false => Level::Info,
        };
        broken |= level > Level::Info;
        let (expected, actual) = (describe_value(part), describe_value(shown));
        let of = &asked.case.steps[same.of].name;
        let sentence = format!(
            "step `{of}` of the case \"{}\": expected {expected} at {}, as it was sent, got {actual}",
            asked.case.title,
            shown_place(&place.there),
        );
        Found::new(expected, actual, Location::body(&place.there))
            .weighing(asked.step.breaks_level.map_or(level, |own| own.min(level)))
            .said(sentence)
            .at(spot)
            .report(plan, clause, seen);
    }
    if !shown.is_empty() {
        seen.exercise(clause);
    }
    broken
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
/// may leave out what it likes. Of what was answered to a read, only what was sent before is meant, where that is known.
fn comparable<'t>(
    same: &'t Sameness,
    told: &Told,
    own: Option<&Value>,
    eye: Eye,
) -> Vec<(&'t SamePlace, Value)> {
    let source = match same.whose {
        Whose::Sent => told.sent.as_ref(),
        Whose::Answered => told.answered.as_ref(),
    };
    let meant = same.at.iter();
    let meant = meant.filter_map(|place| Some((place, source?.pointer(&place.there)?.clone())));
    if let Some(own) = own {
        return meant
            .filter(|(place, _)| own.pointer(&place.here).is_some())
            .collect();
    }
    if same.whose == Whose::Answered {
        let name = |place: &SamePlace| {
            place
                .there
                .rfind('/')
                .map(|at| place.there[at..].to_owned())
        };
        let sent = |place: &SamePlace| told.sent.as_ref()?.pointer(&name(place)?);
        let asked_for = meant.map(|(place, meant)| (place, as_far_as(&meant, sent(place))));
        return asked_for.collect();
    }
    let shows_some = same.at.iter().any(|place| told.shown(place).is_some());
    let is_meant = |(place, meant): &(&SamePlace, Value)| match told.shown(place) {
        Some(shown) => is_alike(meant, Some(shown), eye),
        None => !shows_some,
    };
    meant.filter(is_meant).collect()
}

/// The members that a change was to change, where it changed none of them: its answer, as far as it shows them, and the
/// read after it have what the read before it had.
fn untouched<'t>(
    same: &'t Sameness,
    told: &Told,
    here: &Value,
    eye: Eye,
) -> Option<Vec<(&'t SamePlace, Value)>> {
    let (sent, before) = (told.sent.as_ref()?, told.before.as_ref()?);
    let was = |place: &SamePlace| before.pointer(&place.here);
    let places = same.at.iter().filter(|_| same.whose == Whose::Sent);
    let meant = places.filter_map(|place| Some((place, sent.pointer(&place.there)?.clone())));
    let new = meant.filter(|(place, meant)| !is_alike(meant, was(place), eye));
    let new: Vec<(&SamePlace, Value)> = new.collect();
    let is_old = |place: &SamePlace| {
        here.pointer(&place.here) == was(place)
            && told
                .shown(place)
                .is_none_or(|shown| Some(shown) == was(place))
    };
    let is_seen = new.iter().any(|(place, _)| was(place).is_some());
    (is_seen && new.iter().all(|(place, _)| is_old(place))).then_some(new)
}

/// A value without the members that were not sent: a server may make them anew each time.
fn as_far_as(value: &Value, sent: Option<&Value>) -> Value {
    match (value, sent) {
        (Value::Object(value), Some(Value::Object(sent))) => {
            let kept = value.iter().filter(|(name, _)| sent.contains_key(*name));
            let kept = kept.map(|(name, value)| (name.clone(), as_far_as(value, sent.get(name))));
            Value::Object(kept.collect())
        }
        (Value::Array(items), Some(Value::Array(sent))) => {
            let like = |n: usize| sent.get(n).or_else(|| sent.first());
            let items = items.iter().enumerate();
            items.map(|(n, item)| as_far_as(item, like(n))).collect()
        }
        _ => value.clone(),
    }
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
                answered: None,
            };
            let told = Told {
                sent: Some(sent.clone()),
                answered,
                ..Told::default()
            };
            let found = comparable(&same, &told, own.as_ref(), Eye::Sharp);
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

    #[test]
    fn a_change_that_changed_nothing_is_seen_although_its_answer_says_so() {
        let place = |name: &str| SamePlace {
            there: name.to_owned(),
            here: name.to_owned(),
        };
        let same = Sameness {
            of: 0,
            whose: Whose::Sent,
            at: vec![place("/a"), place("/b"), place("/c")],
            answered: None,
        };
        let old = json!({"a": 1, "b": "x", "c": 3});
        for (answered, read, ignored) in [
            (old.clone(), old.clone(), "/a /b"),
            (json!({}), old.clone(), "/a /b"),
            // One of them was changed, or the answer says so.
            (json!({"a": 2, "b": "x"}), old.clone(), ""),
            (old.clone(), json!({"a": 2, "b": "x", "c": 3}), ""),
            (json!({"a": 7, "b": "x"}), json!({"a": 7, "b": "x"}), ""),
        ] {
            let told = Told {
                sent: Some(json!({"a": 2, "b": "y", "c": 3})),
                answered: Some(answered),
                before: Some(old.clone()),
                ..Told::default()
            };
            let found = untouched(&same, &told, &read, Eye::Mild).unwrap_or_default();
            let names: Vec<_> = found.iter().map(|(place, _)| &*place.there).collect();
            assert_eq!(names.join(" "), ignored, "{read}");
        }
    }

    #[test]
    fn what_the_server_adds_to_what_was_sent_is_not_compared() {
        let shown = json!({"steps": [{"id": 7, "do": "a"}, {"id": 8, "do": "b"}], "n": {"at": 5}});
        let sent = json!({"steps": [{"do": "a"}, {"do": "b"}], "n": {}});
        assert_eq!(as_far_as(&shown, Some(&sent)), sent);
        assert_eq!(as_far_as(&shown, None), shown);
    }
}
