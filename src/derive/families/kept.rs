//! What a change or a deletion leaves alone: what it does not name of the thing, and all other things. What is made for
//! that has all that its body may have, which is read back.

use serde_json::Value;

use crate::battery::model::{BodyChange, Breaks, Expects, OrderedMap, SamePlace, StepFile, Whose};
use crate::battery::{ANSWERED, OTHERS_KEPT, REST_KEPT};
use crate::contract::StatusKey;
use crate::contract::member_names::shifts;
use crate::derive::acts;
use crate::derive::body;
use crate::derive::changed::{Sent, leaves, members};
use crate::derive::fuller;
use crate::derive::later;
use crate::derive::lives::Places;
use crate::derive::subject::{Made, statuses};

use super::about::About;
use super::life::{Life, change, names_its_id};
use super::told::{body_like, names_of, places_here, same};

const FULLY: &str = "Makes one with each text, number and boolean that its body may have, and with what else the document gives values for, and reads it back.";
const REST: &str = "Makes one with all that its body may have, changes a part of it, and reads it back. A PATCH that wipes what it does not name loses what somebody has entered.";
const OTHERS: &str = "Makes two, changes or deletes one of them, and looks at the other. What is done to one resource must not be done to another.";

/// The name of the case that shows what a deletion spares; whatever else deletes may take what it looks at, and comes later.
pub const SPARED: &str = "spared";

/// Whether a case shows what is left alone.
pub fn is_one(made: &Made) -> bool {
    let name = made.case.case.rsplit('.').next().unwrap_or_default();
    const NAMES: [&str; 8] = [
        "not-empty",
        "kept",
        "once",
        "rest",
        SPARED,
        "too-early",
        "too-late",
        "unchanged",
    ];
    NAMES.contains(&name)
}

/// What is made with more than is required; `None` where there is nothing more, or a change looks at the same.
pub fn fully(life: &Life<'_>) -> Option<Made> {
    let operation = life.operation(life.resource.create);
    let bodies = fuller::bodies(life.subject.routes, operation);
    if bodies.first() == body::values(operation).first() || patch_of(life).is_some() {
        return None;
    }
    let steps = made_fully(life, way(life)?)?;
    let title = "What is created with all plain members reads as it was sent";
    Some(life.case("state", "kept", title, FULLY, steps))
}

/// A PATCH whose thing is looked at for what it did not name.
pub fn rest(life: &Life<'_>, update: usize) -> Option<Made> {
    if patch_of(life) != Some(update) {
        return None;
    }
    let way = way(life)?;
    let create = life.operation(life.resource.create);
    let bodies = fuller::bodies(life.subject.routes, create);
    let most = bodies.first()?.clone();
    let mut steps = made_fully(life, way)?;
    let mut sent = life.narrow(update);
    sent.retain(|sent| !names_its_id(life, [sent]));
    let named = members(Some(&most));
    let names = |is_meant: &dyn Fn(&String) -> bool| {
        let names = named.iter().filter(|name| is_meant(name) && !shifts(name));
        let places = life.places(life.resource.create, &names.cloned().collect::<Vec<_>>());
        places_here(&shown(life, leaves(&places, &most)))
    };
    let Some(first) = sent.first() else {
        return fully_instead(life, steps);
    };
    let at = names(&|name| !first.members.contains(name));
    if at.is_empty() {
        return fully_instead(life, steps);
    }
    let mut looked = |one: &Sent, names: [&str; 3], at: Vec<SamePlace>| {
        let [update_name, of, read] = names;
        let sent = std::slice::from_ref(one);
        steps.push(change(life, (update_name, update), way, sent)?);
        let mut read = life.still(read, way, life.clause(update, REST_KEPT))?;
        read.same = Some(same(of, Whose::Answered, at));
        read.breaks.same = Some(life.clause(update, REST_KEPT));
        steps.push(read);
        Some(())
    };
    looked(first, ["update", "read", "read-changed"], at)?;
    // What the first change named only another one does not name.
    if let Some(other) = sent.get(1) {
        let is_left = |name: &String| first.members.contains(name) && !other.members.contains(name);
        let at = names(&is_left);
        let steps = ["update-other", "read-changed", "read-changed-again"];
        (!at.is_empty()).then(|| looked(other, steps, at));
    }
    let title = "A change leaves alone what it does not name";
    Some(life.case("state", "rest", title, REST, steps))
}

/// Where a PATCH names all there is, only what was made is looked at.
fn fully_instead(life: &Life<'_>, steps: Vec<StepFile>) -> Option<Made> {
    let title = "What is created with all plain members reads as it was sent";
    Some(life.case("state", "kept", title, FULLY, steps))
}

/// A deletion of one of two: the other is there afterwards.
pub fn spared(life: &Life<'_>, delete: usize) -> Option<Made> {
    let way = way(life)?;
    let step = life.step("delete", delete, life.request(delete, way)?);
    let title = "What is deleted takes nothing else with it";
    beside(life, (way, step), None, (SPARED, title))
}

/// A change of one of two: the other has afterwards what it had.
pub fn unchanged(life: &Life<'_>, update: usize) -> Option<Made> {
    // What others asked for a moment ago may be done to the other one meanwhile.
    if later::is_later(life.subject.contract, life.operation(update)) {
        return None;
    }
    let way = way(life)?;
    let create = life.resource.create;
    let mut sent = life.wide(update);
    sent.retain(|sent| !names_its_id(life, [sent]));
    let step = change(life, ("update", update), way, &sent)?;
    let sent = names_of(&sent);
    let first = body::values(life.operation(create)).into_iter().next()?;
    let named = members(Some(&first)).into_iter();
    let named = named.filter(|name| sent.contains(name) && !shifts(name));
    let at = leaves(&life.places(create, &named.collect::<Vec<_>>()), &first);
    let at = shown(life, at);
    // Of what is true of one only, a change may take it from another.
    let is_told = |place: &SamePlace| {
        let value = first.pointer(&place.there);
        value.is_some_and(|value| value.is_string() || value.is_number())
    };
    let at: Vec<SamePlace> = at.into_iter().filter(is_told).collect();
    let title = "A change of one changes no other";
    let at = Some(at).filter(|at| !at.is_empty())?;
    beside(life, (way, step), Some(at), ("unchanged", title))
}

/// One is made, and something is done to it; another one, which was there before, is looked at before and after that.
fn beside(
    life: &Life<'_>,
    (way, done): (About, StepFile),
    at: Option<Vec<SamePlace>>,
    (name, title): (&str, &str),
) -> Option<Made> {
    let ix = life.subject.contract.operation(&done.operation)?.0;
    let clause = life.clause(ix, OTHERS_KEPT);
    let before = life.read("other", About::Valid)?;
    let mut after = life.read("other-afterwards", About::Valid)?;
    after.expects = Expects::Any;
    after.inconclusive = statuses(&["3XX", "400", "401", "403", "405", "406", "429", "503"]);
    after.same = at.map(|at| same("other", Whose::Answered, places_here(&at)));
    after.breaks = Breaks {
        other: Some(clause.clone()),
        same: after.same.is_some().then_some(clause),
        ..Breaks::default()
    };
    let mut create = create_step(life, way, None)?;
    // Where something new is 201, another success may give what is there already.
    let made = life.operation(life.resource.create);
    if made.successes().any(|one| one.key == StatusKey::Exact(201)) {
        create.accepts = statuses(&["201"]);
        create.inconclusive.extend(statuses(&["2XX"]));
    }
    let steps = vec![create, before, done, after];
    Some(life.case("state", name, title, OTHERS, steps))
}

/// How later steps name what was made.
pub(super) fn way(life: &Life<'_>) -> Option<About> {
    life.about().map(|(way, _)| way)
}

/// The operation that changes a part of the thing.
fn patch_of(life: &Life<'_>) -> Option<usize> {
    let mut updates = life.resource.updates.iter().copied();
    updates.find(|ix| acts::is_partial(life.subject.contract, life.operation(*ix)))
}

/// The step that makes one with all that its body may have.
pub(super) fn fully_made(life: &Life<'_>, way: About) -> Option<StepFile> {
    let create = life.resource.create;
    let operation = life.operation(create);
    let mut bodies = fuller::bodies(life.subject.routes, operation);
    let plain = body::values(operation).into_iter().take(1);
    let plain: Vec<_> = plain.filter(|plain| !bodies.contains(plain)).collect();
    bodies.extend(plain);
    let taken = &life.stands.get(create)?.members;
    let tries = bodies.iter();
    let tries = tries.map(|one| body::written(operation, one, taken, life.valid_of));
    let body = BodyChange {
        tries: tries.collect(),
        ..BodyChange::default()
    };
    create_step(life, way, Some(body).filter(|body| !body.tries.is_empty()))
}

/// What is made with all that its body may have, and read back.
fn made_fully(life: &Life<'_>, way: About) -> Option<Vec<StepFile>> {
    let create = life.resource.create;
    let bodies = fuller::bodies(life.subject.routes, life.operation(create));
    let most = bodies.first()?;
    let names = members(Some(most));
    let first = fully_made(life, way)?;
    let mut read = life.read("read", way)?;
    let places = life.places(create, &names);
    let mut at = shown(life, leaves(&places, most));
    at.extend(places.into_iter().filter(|place| {
        let list = most.pointer(&place.there).and_then(Value::as_array);
        list.is_some_and(|list| is_list_shown(life, &place.here, list))
    }));
    if at.is_empty() {
        return None;
    }
    read.same = Some(same("create", Whose::Sent, at));
    read.breaks.same = Some(life.clause(create, "as-sent"));
    read.breaks.answered = Some(life.clause(create, ANSWERED));
    Some(vec![first, read])
}

/// Whether a read shows all that is sent of each thing in a list of things.
fn is_list_shown(life: &Life<'_>, here: &str, list: &[Value]) -> bool {
    let of_members = list.iter().flat_map(|item| members(Some(item)));
    let of_members =
        of_members.map(|name| crate::contract::pointer::join(&format!("{here}/0"), &name));
    let wanted: Vec<SamePlace> = of_members
        .map(|at| SamePlace {
            there: at.clone(),
            here: at,
        })
        .collect();
    let is_flat = |item: &Value| {
        item.as_object()
            .is_some_and(|map| !map.values().any(Value::is_object))
    };
    let count = wanted.len();
    list.iter().all(is_flat) && count > 0 && shown(life, wanted).len() == count
}

/// The step that makes it, with that body or that of the valid case.
pub(super) fn create_step(
    life: &Life<'_>,
    way: About,
    body: Option<BodyChange>,
) -> Option<StepFile> {
    let create = life.resource.create;
    let operation = life.operation(create);
    let mut request = life.request(create, way)?;
    if way == About::Followed {
        request.follow = None;
    }
    if operation.request_body.is_some() && body::values(operation).is_empty() {
        return None;
    }
    let like = || body_like(&(life.valid_of)(create), Vec::new());
    let has_body = body::media(operation).is_some();
    request.body = has_body.then(|| body.unwrap_or_else(like));
    let (_, capture) = life.about()?;
    let mut step = life.step("create", create, request);
    step.capture = OrderedMap(capture.into_iter().collect());
    Some(step)
}

/// Those of the places that a read shows: of an object that is sent, it may show some members only.
fn shown(life: &Life<'_>, at: Vec<SamePlace>) -> Vec<SamePlace> {
    let read = life.resource.read;
    let places = read.map(|read| Places::of(life.subject.contract, read));
    let is_shown = |place: &SamePlace| {
        let name = crate::contract::pointer::tokens(&place.there)
            .pop()
            .unwrap_or_default();
        let mut places = places.iter();
        places.any(|all| all.shows(&place.here) && !all.is_kept_back(&name))
    };
    at.into_iter().filter(is_shown).collect()
}
