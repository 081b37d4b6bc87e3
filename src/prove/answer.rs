//! Mutants of clauses about an answer as a whole (statuses, media types, headers, JSON), and of those about requests.

use std::sync::Arc;

use serde_json::Value;

use crate::battery::{
    Accept, Expects, FINDS, KEPT, PlannedRequest, SELECTS, SHOWS, SORTS, Step, UNKNOWN_ID,
};
use crate::check::clamped::{Bound, bound, is_below_none, size_asked};
use crate::contract::{Clause, ClauseIx, Header, Kind, Level, Part, StatusKey, sample};
use crate::exchange::{Answer, BodyEnd, Credentials, Exchange};

use super::edit::{Edit, Matcher};
use super::mutant::{Breaks, Mutant};
use super::selects;
use super::sorts;
use super::spot::spots;
use super::state;
use super::world::Scene;

/// Breaks such a clause.
pub fn make(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    match clause.kind() {
        Kind::Security => security(scene, ix),
        Kind::Parameter if clause.subject.keyword == SELECTS => selects::make(scene, ix, clause),
        Kind::Parameter if [FINDS, SHOWS].contains(&clause.subject.keyword) => {
            selects::ignored(scene, ix)
        }
        Kind::Parameter if clause.subject.keyword == SORTS => sorts::make(scene, ix),
        Kind::Parameter if clause.subject.keyword == KEPT => {
            selects::size_ignored(scene, ix, clause)
        }
        Kind::Parameter | Kind::RequestBody => request(scene, ix, clause),
        Kind::Status if clause.level == Level::Info => {
            Breaks::none("no single answer can break it: nothing a client sends makes it due")
        }
        Kind::Status => status(scene, ix, clause),
        Kind::Undocumented => Breaks::Ways(undocumented(scene, ix).into_iter().collect()),
        Kind::State if clause.subject.part == Part::State(UNKNOWN_ID.to_owned()) => {
            request(scene, ix, clause)
        }
        Kind::State => state::make(scene, ix, clause),
        _ => at_spots(scene, ix, clause),
    }
}

/// Whoever asks is answered like the one who may.
fn security(scene: &Scene<'_, '_>, ix: ClauseIx) -> Breaks {
    let refused = Credentials::ALL.into_iter();
    let refused =
        refused.filter(|who| ![Credentials::Valid, Credentials::Restricted].contains(who));
    let ways = refused.filter_map(|who| {
        let keys = scene
            .world
            .order
            .iter()
            .filter(|key| key.operation == scene.operation && key.credentials == who);
        let edit = keys.fold(Edit::default(), |edit, key| {
            match scene.page(&key.target).or(scene.valid) {
                Some(allowed) => edit.or(scene.copy(Matcher::Keys(vec![key.clone()]), allowed)),
                None => edit,
            }
        });
        let variant = format!("{who:?}").to_lowercase();
        let what = format!("let in: {}", who.words());
        (!edit.is_empty()).then(|| Mutant::new(ix, variant, what, edit))
    });
    Breaks::Ways(ways.collect())
}

/// The request that a case sends to break the clause is answered like the valid one.
fn request(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let aiming = scene.steps().filter(|(case, step)| {
        case.aims.contains(&ix)
            && step.expects != Expects::Success
            && step.credentials == Credentials::Valid
    });
    let keys: Vec<_> = aiming
        .flat_map(|(_, step)| step.requests.iter().map(|planned| step.send(planned).key()))
        .collect();
    let Some(valid) = scene.valid.filter(|_| !keys.is_empty()) else {
        return Breaks::none("no case aims at it with a request that breaks it");
    };
    let allowed = valid.answer().map_or(0, |answer| answer.status);
    let mut steps = scene
        .steps()
        .filter(|(case, step)| case.aims.contains(&ix) && step.expects != Expects::Success);
    let is_right = |step: &Step| {
        let mut accepts = step.accepts.iter();
        accepts.any(|one| !one.empty && one.status.covers(allowed))
    };
    if steps.all(|(_, step)| is_right(step)) {
        return Breaks::none("a request that breaks it may be answered like any other");
    }
    let what = match (clause.kind(), clause.subject.keyword) {
        (Kind::Parameter, "required") => {
            format!(
                "a request without {} is answered like any other",
                clause.subject.name()
            )
        }
        _ => format!(
            "a request that breaks {} is answered like any other",
            clause.subject
        ),
    };
    let edit = scene.copy(Matcher::Keys(keys), valid);
    // A page that is no larger than allowed, or not as small as was asked for, would be taken for a clamped one.
    let contract = &scene.world.plan.contract;
    let mut bounds = scene
        .steps()
        .filter_map(|(_, step)| bound(contract, step, clause));
    let edit = match bounds.next() {
        Some(Bound::Most(most)) if most < MOST_ITEMS => {
            edit.body(move |body| fill(body, most as usize + 1))
        }
        Some(Bound::Most(_)) => {
            return Breaks::none("a page larger than its maximum is too large to be made");
        }
        Some(Bound::Least(_)) if asks_for(scene, ix, |one| is_below_none(one, clause)) => edit,
        Some(Bound::Least(_))
            if asks_for(scene, ix, |one| size_asked(one, clause) == Some(0.0)) =>
        {
            edit.body(empty)
        }
        Some(Bound::Least(_)) => {
            return Breaks::none("a page of as many items as are asked for may have all there are");
        }
        None => edit,
    };
    Breaks::Ways(vec![Mutant::new(ix, "early", what, edit)])
}

/// The most items of a page that is made too large.
const MOST_ITEMS: f64 = 5_000.0;

/// Whether all requests of the cases that break a clause over the page size ask for such a page.
fn asks_for(
    scene: &Scene<'_, '_>,
    ix: ClauseIx,
    is_such: impl Fn(&PlannedRequest) -> bool,
) -> bool {
    let aiming = scene
        .steps()
        .filter(|(case, step)| case.aims.contains(&ix) && step.expects != Expects::Success);
    let mut sizes = aiming.flat_map(|(_, step)| &step.requests);
    sizes.all(is_such)
}

/// The longest list of a page, where it has an item.
fn longest(body: &mut Value) -> Option<&mut Vec<Value>> {
    let items = match body {
        Value::Array(items) => Some(items),
        Value::Object(map) => {
            let lists = map.values_mut().filter_map(Value::as_array_mut);
            lists.max_by_key(|list| list.len())
        }
        _ => None,
    };
    items.filter(|items| !items.is_empty())
}

/// Takes the items from a page.
fn empty(body: &mut Value) -> bool {
    longest(body).map(Vec::clear).is_some()
}

/// Repeats the items of the longest list of a page until there are that many.
fn fill(body: &mut Value, count: usize) -> bool {
    let Some(items) = longest(body) else {
        return false;
    };
    let some = items.clone();
    items.extend(
        some.into_iter()
            .cycle()
            .take(count.saturating_sub(items.len())),
    );
    true
}

/// Answers of that status come with another one. Where every case takes any answer of that kind, only the clause about
/// undocumented statuses can tell.
fn status(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let Some(due) = clause.subject.status.and_then(StatusKey::exact) else {
        return Breaks::Ways(Vec::new());
    };
    let operation = scene.operation;
    let others = match due / 100 {
        // With a value of the user, 400 may be the user's own fault.
        2 => [405, 204],
        _ => [418, 409],
    };
    let fits = move |request: &crate::exchange::Request, recorded: Option<&Exchange>| {
        let answer = recorded.and_then(Exchange::answer);
        request.operation == operation
            && request.from_link.is_none()
            && request.method != "HEAD"
            && answer.is_some_and(|answer| answer.status == due)
    };
    let mutant = |instead| {
        let when = Matcher::when(move |sent| fits(sent.request, sent.recorded));
        let what = format!("{instead} instead of {due}");
        Mutant::new(
            ix,
            format!("{instead}"),
            what,
            Edit::on(when).status(instead),
        )
    };
    let mut keys = scene.world.order.iter();
    let is_there = keys.any(|key| {
        let answer = scene.world.recorded(key, 0).and_then(Exchange::answer);
        key.operation == operation && answer.is_some_and(|answer| answer.status == due)
    });
    if !is_there {
        return Breaks::Ways(Vec::new());
    }
    let is_minded = |instead: &u16| {
        let mut steps = scene.steps().map(|(_, step)| step);
        steps.any(|step| {
            let takes = |all: &[Accept], status| all.iter().any(|one| one.status.covers(status));
            takes(&step.accepts, due)
                && !takes(&step.accepts, *instead)
                && !takes(&step.inconclusive, *instead)
        })
    };
    let ways: Vec<Mutant> = others.into_iter().filter(is_minded).map(mutant).collect();
    let clauses = scene.world.plan.clauses.of_operation(operation);
    let mut undocumented = clauses.filter(|(_, one)| one.kind() == Kind::Undocumented);
    match undocumented.next() {
        Some((other, _)) if ways.is_empty() => Breaks::ImpliedBy(vec![other]),
        _ => Breaks::Ways(ways),
    }
}

fn undocumented(scene: &Scene<'_, '_>, ix: ClauseIx) -> Option<Mutant> {
    let operation = scene.documented();
    let status = (402..500).find(|status| operation.response(*status).is_none())?;
    let (_, taker) = scene.steps().find(|(_, step)| {
        let first = step.requests.first();
        first.is_some_and(|request| request.method == operation.method)
            && step.credentials == Credentials::Valid
            && step
                .accepts
                .iter()
                .any(|accept| accept.status == StatusKey::Range(4))
    })?;
    let key = taker.send(taker.requests.first()?).key();
    let edit = Edit::on(Matcher::Keys(vec![key])).status(status);
    let what = format!("{status}, which is not documented");
    Some(Mutant::new(ix, "early", what, edit))
}

/// Headers, media type and body of an answer of that status, early and late.
fn at_spots(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let mut responses = scene.documented().responses.iter();
    let Some(response) = responses.find(|one| Some(one.key) == clause.subject.status) else {
        return Breaks::none("its response is not documented");
    };
    let name = clause.subject.name();
    let header = || response.headers.iter().find(|header| header.name == name);
    let misfit = header().and_then(misfit);
    let mut out = Vec::new();
    for spot in spots(scene, response) {
        let edit = spot.edit(scene);
        let (what, edit) = match (clause.kind(), &misfit) {
            (Kind::ContentType, _) => (
                "text/plain as Content-Type".to_owned(),
                edit.header("Content-Type", Some("text/plain")),
            ),
            (Kind::HeaderPresent, _) => ("the header left out".to_owned(), edit.header(name, None)),
            (Kind::HeaderSchema, Some(value)) => (
                format!("the value {value:?}"),
                edit.header(name, Some(value)),
            ),
            (Kind::HeaderSchema, None) => {
                return Breaks::none("no value is known that its schema refuses");
            }
            (Kind::Complete, _) => (
                "half a body, then nothing".to_owned(),
                edit.answer(|answer| {
                    let why = "the connection was closed in the middle of the body";
                    answer.end = BodyEnd::BrokenOff(why.to_owned());
                    halve(answer) || answer.body.is_empty()
                }),
            ),
            (Kind::Json, _) => ("half of the JSON".to_owned(), edit.answer(halve)),
            (Kind::UniqueKeys, _) => ("a key twice".to_owned(), edit.answer(twice)),
            _ => continue,
        };
        out.push(spot.mutant(ix, what, edit));
    }
    Breaks::Ways(out)
}

/// A value that the schema of a header refuses.
fn misfit(header: &Header) -> Option<String> {
    let (_, schema) = header.schema.as_ref()?;
    let compiled = schema.get()?;
    let plain = ["soon", "-1", "0.5", "1", "not a value", "a b", "\u{7f}", ""];
    let most = compiled.schema().get("maxItems").and_then(Value::as_u64);
    let many = (0..=most.unwrap_or_default().min(1_000)).map(|n| n.to_string());
    let right = sample(compiled.schema(), compiled.schema());
    let twice = right.as_array().and_then(|list| list.first());
    let twice = twice.map(|entry| header.text(&Value::from(vec![entry.clone(); 2])));
    let mut all = plain.into_iter().map(str::to_owned);
    all.find(|text| !header.allows(&[text])).or_else(|| {
        let lists = [
            Value::from(many.collect::<Vec<_>>()),
            Value::from("a".repeat(1_000)),
        ];
        let lists = lists.iter().map(|list| header.text(list));
        lists.chain(twice).find(|text| !header.allows(&[text]))
    })
}

fn halve(answer: &mut Answer) -> bool {
    let half = answer.body.len() / 2;
    answer.body = Arc::new(answer.body[..half].to_vec());
    half > 0
}

/// The first property of the outermost object, twice with the same value.
fn twice(answer: &mut Answer) -> bool {
    let Ok(Value::Object(map)) = serde_json::from_slice::<Value>(&answer.body) else {
        return false;
    };
    let Some((key, value)) = map.iter().next() else {
        return false;
    };
    let (key, rest) = (
        Value::String(key.clone()),
        Value::Object(map.clone()).to_string(),
    );
    answer.body = Arc::new(format!("{{{key}:{value},{}", &rest[1..]).into_bytes());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    #[test]
    fn each_header_that_has_a_clause_can_be_broken() {
        for schema in [
            "{type: integer}",
            "{type: array, items: {type: integer}}",
            "{type: array, items: {type: string, enum: [red, green]}}",
            "{type: array, items: {type: string}, minItems: 2}",
            "{type: array, items: {type: string}, maxItems: 3}",
            "{type: array, items: {type: string}, uniqueItems: true}",
            "{type: array, items: {type: string, maxLength: 9}}",
            "{type: object, required: [a], properties: {a: {type: integer}}}",
            "{type: string, maxLength: 9}",
        ] {
            let text = format!(
                "openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{'200': {{description: ok, headers: {{X: {{schema: {schema}}}}}}}}}}}}}}}\n"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            contract.prepare(0);
            let header = &contract.operations[0].responses[0].headers[0];
            let found = misfit(header).unwrap_or_else(|| panic!("{schema}"));
            assert!(!header.allows(&[&found]), "{schema}: {found}");
        }
    }
}
