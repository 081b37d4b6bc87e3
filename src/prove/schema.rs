//! Mutants of schema clauses: one keyword at one place of a body, broken alone by the compiled schema's own word.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::census::{self, Kind};
use crate::contract::{
    Body, Clause, ClauseIx, Compiled, LONGEST_MADE, PlaceStep, breaking, describe_value,
};
use crate::ledger::Sightings;

use super::mutant::{Breaks, Mutant};
use super::place::{self, Slot};
use super::spot::{Spot, made, spots};
use super::world::Scene;

/// The most slots of one body that are tried.
const MOST_SLOTS: usize = 12;

/// Breaks a schema clause.
pub fn make(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let mut responses = scene.documented().responses.iter();
    let Some(response) = responses.find(|one| Some(one.key) == clause.subject.status) else {
        return Breaks::none("its response is not documented");
    };
    let body = response
        .content
        .iter()
        .find_map(|media| media.body.as_ref());
    let Some((body, compiled)) = body.and_then(|body| Some((body, body.schema.get()?))) else {
        return Breaks::none("its response has no body schema");
    };
    if let Some(why) = scene.world.plan.contract.why_not_broken(clause) {
        return Breaks::none(&why);
    }
    let breaker = Breaker {
        body,
        compiled,
        ix,
        clause,
        keywords: keywords(scene, clause),
        way: place::steps(&clause.subject.place),
    };
    let mut mutants = Vec::new();
    let mut implied = BTreeSet::new();
    let mut spots = spots(scene, response);
    // What no recorded answer has may stand in one that is made from the contract.
    spots.extend(made(scene, response));
    for spot in &spots {
        if spot.is_made() && !mutants.is_empty() {
            break;
        }
        match breaker.one(scene, spot) {
            Ok(mutant) => mutants.extend(mutant),
            Err(others) => implied.extend(others),
        }
    }
    match (mutants.is_empty(), implied.is_empty()) {
        (false, _) => Breaks::Ways(mutants),
        (true, false) => Breaks::ImpliedBy(implied.into_iter().collect()),
        (true, true) => {
            Breaks::none("no answer of the recording has a place for it, and none could be made")
        }
    }
}

/// The keywords that stand beside the clause's own in the document.
fn keywords(scene: &Scene<'_, '_>, clause: &Clause) -> serde_json::Map<String, Value> {
    let holder = clause
        .pointer
        .rsplit_once('/')
        .map_or("", |(holder, _)| holder);
    let node = scene.world.plan.contract.document.at(holder);
    match node.map(|(node, _)| node.to_json()) {
        Some(Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    }
}

/// Looks for a value that breaks a clause, and says what it really breaks.
struct Breaker<'a> {
    body: &'a Body,
    compiled: &'a Compiled,
    ix: ClauseIx,
    clause: &'a Clause,
    keywords: serde_json::Map<String, Value>,
    way: Vec<PlaceStep>,
}

impl Breaker<'_> {
    fn broken(&self, value: &Value) -> BTreeSet<ClauseIx> {
        let violations = self.compiled.raw_violations(&self.body.shape, value);
        let violations = violations.into_iter().filter_map(|one| one.clause);
        violations.chain(self.shown(value)).collect()
    }

    /// The properties for requests only that a value shows; the compiled schema does not see them.
    fn shown(&self, value: &Value) -> Vec<ClauseIx> {
        if self.clause.subject.keyword != "writeOnly" {
            return Vec::new();
        }
        let mut seen = Sightings::default();
        let remarks = census::take(&self.body.shape, value, &mut seen).into_iter();
        let shown = remarks.filter(|remark| remark.kind == Kind::WriteOnly);
        shown.map(|remark| remark.clause).collect()
    }

    /// What a change breaks besides this clause; `None` where it does not break this one.
    fn along(&self, before: &BTreeSet<ClauseIx>, after: &Value) -> Option<BTreeSet<ClauseIx>> {
        let mut fresh: BTreeSet<_> = self.broken(after).difference(before).copied().collect();
        fresh.remove(&self.ix).then_some(fresh)
    }

    /// The mutant of one spot; or the clauses that always break along.
    fn one(
        &self,
        scene: &Scene<'_, '_>,
        spot: &Spot<'_>,
    ) -> Result<Option<Mutant>, BTreeSet<ClauseIx>> {
        let Some(body) = spot.body() else {
            return Ok(None);
        };
        let before = self.broken(&body);
        let mut found = place::slots(&body, &self.way);
        if spot.variant == "late" {
            found.reverse();
        }
        // Something that is there is broken before something is made to be broken.
        found.sort_by_key(|slot| !slot.there);
        let mut fewest: Option<BTreeSet<ClauseIx>> = None;
        for slot in found.iter().take(MOST_SLOTS) {
            for value in self.candidates(&body, slot) {
                let mut copy = body.clone();
                let is_put = match &value {
                    Some(value) => place::put(&mut copy, &slot.tokens, &self.way, value.clone()),
                    None => place::remove(&mut copy, &slot.tokens),
                };
                match self.along(&before, &copy).filter(|_| is_put) {
                    Some(others) if others.is_empty() => {
                        return Ok(Some(self.mutant(scene, spot, slot, value)));
                    }
                    Some(others) if fewest.as_ref().is_none_or(|few| few.len() > others.len()) => {
                        fewest = Some(others);
                    }
                    _ => {}
                }
            }
        }
        fewest.map_or(Ok(None), Err)
    }

    /// What is put into a slot; `None` takes away what is there.
    fn candidates(&self, body: &Value, slot: &Slot) -> Vec<Option<Value>> {
        let keyword = self.clause.subject.keyword;
        if keyword == "required" {
            return slot.there.then_some(None).into_iter().collect();
        }
        if keyword == "writeOnly" {
            return vec![Some(Value::from("conform"))];
        }
        let current = place::get(body, &slot.tokens).filter(|_| slot.there);
        let mut all = breaking(keyword, &self.keywords, current, LONGEST_MADE);
        let is_exclusive = |name| self.keywords.get(name) == Some(&Value::Bool(true));
        if is_exclusive("exclusiveMinimum") || is_exclusive("exclusiveMaximum") {
            all.extend(self.keywords.get(keyword).cloned());
        }
        all.into_iter().map(Some).collect()
    }

    fn mutant(
        &self,
        scene: &Scene<'_, '_>,
        spot: &Spot<'_>,
        slot: &Slot,
        value: Option<Value>,
    ) -> Mutant {
        let shown = value
            .as_ref()
            .map_or_else(|| "nothing".to_owned(), describe_value);
        let what = format!("{shown} at {}", place::pointer_of(&slot.tokens));
        let edit = spot.put(scene, &slot.tokens, self.way.clone(), value);
        spot.mutant(self.ix, what, edit)
    }
}
