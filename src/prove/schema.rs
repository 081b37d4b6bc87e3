//! Mutants of schema clauses: one keyword at one place of a body, broken alone by the compiled schema's own word.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Body, Clause, ClauseIx, Compiled, PlaceStep as Step, StatusKey, breaking};
use crate::exchange::Credentials;

use super::mutant::{Edit, Mutant, Spot, spots};
use super::place::{self, Slot};
use super::world::{World, with_body};

/// What can be done about a clause.
pub enum Making {
    /// It is broken in these ways.
    Mutants(Vec<Mutant>),
    /// It cannot be broken without breaking these: it counts with them.
    ImpliedBy(Vec<ClauseIx>),
    /// No break of it is known: why.
    None(String),
}

/// Makes the mutants of a schema clause.
pub fn make(world: &World<'_>, ix: ClauseIx, clause: &Clause) -> Making {
    let plan = world.plan;
    let operation = &plan.contract.operations[clause.subject.operation];
    let Some(response) = operation
        .responses
        .iter()
        .find(|response| Some(response.key) == clause.subject.status)
    else {
        return Making::None("its response is not documented".to_owned());
    };
    let Some(body) = response
        .content
        .iter()
        .find_map(|media| media.body.as_ref())
    else {
        return Making::None("its response has no body schema".to_owned());
    };
    let Some(compiled) = body.schema.get() else {
        return Making::None("its schema is not compiled".to_owned());
    };
    let judge = Judge { body, compiled, ix };
    let mut mutants = Vec::new();
    let mut implied = BTreeSet::new();
    for spot in spots(world, clause.subject.operation, response) {
        match one(world, clause, &spot, &judge) {
            Ok(Some(mutant)) => mutants.push(mutant),
            Ok(None) => {}
            Err(others) => implied.extend(others),
        }
    }
    match (mutants.is_empty(), implied.is_empty()) {
        (false, _) => Making::Mutants(mutants),
        (true, false) => Making::ImpliedBy(implied.into_iter().collect()),
        (true, true) => Making::None(
            "no answer of the recording has a place for it, and none could be made".to_owned(),
        ),
    }
}

/// Says what a change really breaks.
struct Judge<'a> {
    body: &'a Body,
    compiled: &'a Compiled,
    ix: ClauseIx,
}

enum Effect {
    /// This clause, and no other.
    Alone,
    /// This clause and these others.
    With(BTreeSet<ClauseIx>),
    /// Not this clause.
    Not,
}

impl Judge<'_> {
    fn broken(&self, value: &Value) -> BTreeSet<ClauseIx> {
        self.compiled
            .raw_violations(&self.body.shape, value)
            .into_iter()
            .filter_map(|violation| violation.clause)
            .collect()
    }

    fn effect(&self, before: &BTreeSet<ClauseIx>, after: &Value) -> Effect {
        let mut fresh: BTreeSet<ClauseIx> =
            self.broken(after).difference(before).copied().collect();
        if !fresh.remove(&self.ix) {
            return Effect::Not;
        }
        if fresh.is_empty() {
            Effect::Alone
        } else {
            Effect::With(fresh)
        }
    }
}

/// The mutant of one spot; or the clauses that always break along.
fn one(
    world: &World<'_>,
    clause: &Clause,
    spot: &Spot,
    judge: &Judge<'_>,
) -> Result<Option<Mutant>, BTreeSet<ClauseIx>> {
    let Some(body) = spot.body(world) else {
        return Ok(None);
    };
    let way = place::steps(&clause.subject.place);
    let before = judge.broken(&body);
    let mut found = place::slots(&body, &way);
    if spot.variant == "late" {
        found.reverse();
    }
    // Something that is there is broken before something is made to be broken.
    found.sort_by_key(|slot| !slot.there);
    let mut along: Option<BTreeSet<ClauseIx>> = None;
    for slot in found.iter().take(12) {
        if clause.subject.keyword == "required" {
            if !slot.there {
                continue;
            }
            let mut copy = body.clone();
            place::remove(&mut copy, &slot.tokens);
            match judge.effect(&before, &copy) {
                Effect::Alone => {
                    return Ok(Some(mutant(
                        world, clause, judge.ix, spot, slot, &way, None, &body,
                    )));
                }
                Effect::With(others) => along = Some(others),
                Effect::Not => {}
            }
            continue;
        }
        for value in candidates(world, clause, &body, slot) {
            let mut copy = body.clone();
            if !place::put(&mut copy, &slot.tokens, &way, value.clone()) {
                continue;
            }
            match judge.effect(&before, &copy) {
                Effect::Alone => {
                    return Ok(Some(mutant(
                        world,
                        clause,
                        judge.ix,
                        spot,
                        slot,
                        &way,
                        Some(value),
                        &body,
                    )));
                }
                Effect::With(others)
                    if along
                        .as_ref()
                        .is_none_or(|known| known.len() > others.len()) =>
                {
                    along = Some(others)
                }
                _ => {}
            }
        }
    }
    match along {
        Some(others) => Err(others),
        None => Ok(None),
    }
}

fn candidates(world: &World<'_>, clause: &Clause, body: &Value, slot: &Slot) -> Vec<Value> {
    if clause.subject.keyword == "writeOnly" {
        return vec![Value::from("conform")];
    }
    let holder = clause
        .pointer
        .rsplit_once('/')
        .map(|(holder, _)| holder)
        .unwrap_or_default();
    let schema = world
        .plan
        .contract
        .document
        .at(holder)
        .map(|(node, _)| node.to_json());
    let map = schema
        .as_ref()
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let current = slot.there.then(|| place::get(body, &slot.tokens)).flatten();
    let mut all = breaking(clause.subject.keyword, &map, current);
    if map.get("exclusiveMinimum") == Some(&Value::Bool(true))
        || map.get("exclusiveMaximum") == Some(&Value::Bool(true))
    {
        all.extend(map.get(clause.subject.keyword).cloned());
    }
    all
}

#[expect(
    clippy::too_many_arguments,
    reason = "one private call that gathers what a mutant is made of"
)]
fn mutant(
    world: &World<'_>,
    clause: &Clause,
    ix: ClauseIx,
    spot: &Spot,
    slot: &Slot,
    way: &[Step],
    value: Option<Value>,
    body: &Value,
) -> Mutant {
    let pointer = slot.tokens.iter().fold(String::new(), |base, token| {
        crate::contract::pointer::join(&base, token)
    });
    let how = match &value {
        Some(value) => format!("{} at {pointer}", crate::contract::describe_value(value)),
        None => format!("nothing at {pointer}"),
    };
    let (tokens, way) = (slot.tokens.clone(), way.to_vec());
    let change = move |body: &mut Value, tokens: &[String]| match &value {
        Some(value) => place::put(body, tokens, &way, value.clone()),
        None => place::remove(body, tokens),
    };
    let edit = match in_item(world, clause, body, &tokens) {
        Some((items, id_pointer, id, rest)) => everywhere(items, id_pointer, id, rest, change),
        None => spot.change_body(move |body| change(body, &tokens)),
    };
    Mutant {
        clause: ix,
        variant: spot.variant.to_owned(),
        how,
        edit,
    }
}

/// Where the break lies in an item of the collection: the tokens of the list, the id's pointer, the id, and the way on.
fn in_item(
    world: &World<'_>,
    clause: &Clause,
    body: &Value,
    tokens: &[String],
) -> Option<(Vec<String>, String, String, Vec<String>)> {
    let collection = world.collection()?;
    let items = crate::contract::pointer::tokens(&collection.items);
    let is_valid_page = clause.subject.status.and_then(StatusKey::hundreds) == Some(2);
    if !is_valid_page || !tokens.starts_with(&items) || tokens.len() <= items.len() + 1 {
        return None;
    }
    let item = place::get(body, &tokens[..=items.len()])?;
    let id = item.pointer(&collection.id)?.as_str()?.to_owned();
    Some((
        items.clone(),
        collection.id.clone(),
        id,
        tokens[items.len() + 1..].to_vec(),
    ))
}

/// The same item is the same in every answer that shows it, or the world would not be one.
fn everywhere(
    items: Vec<String>,
    id_pointer: String,
    id: String,
    rest: Vec<String>,
    change: impl Fn(&mut Value, &[String]) -> bool + Send + Sync + 'static,
) -> Edit {
    Arc::new(move |_, sent| {
        if sent.request.credentials != Credentials::Valid {
            return None;
        }
        with_body(sent.recorded?, |body| {
            let Some(list) = place::get(body, &items).and_then(Value::as_array) else {
                return false;
            };
            let Some(n) = list
                .iter()
                .position(|item| item.pointer(&id_pointer).and_then(Value::as_str) == Some(&id))
            else {
                return false;
            };
            let mut tokens = items.clone();
            tokens.push(n.to_string());
            tokens.extend(rest.iter().cloned());
            change(body, &tokens)
        })
    })
}
