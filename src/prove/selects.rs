//! Mutants of the clauses about what a list shows that is asked for with a value, or for so many items.

use serde_json::Value;

use crate::battery::Does;
use crate::check::hashes::Hashes;
use crate::check::looked::{Look, Selecting};
use crate::check::page;
use crate::check::ranges::middle;
use crate::check::selects::values;
use crate::contract::{Clause, ClauseIx, In};

use crate::exchange::{Exchange, Key};

use super::edit::{Edit, Matcher};
use super::mutant::{Breaks, Mutant};
use super::world::{Scene, body_of};

/// A smaller page is the one that is not asked to be small.
pub fn size_ignored(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let name = clause.subject.name();
    let walks = scene.steps().filter(|(case, _)| case.does == Does::Walk);
    let walks: Vec<&str> = walks.map(|(case, _)| &*case.id).collect();
    let items = |exchange: &Exchange| {
        let body = body_of(exchange)?;
        Some(page::read(scene.collection?, &body).items?.len() as u64)
    };
    let valid = scene.valid.and_then(|valid| Some((valid, items(valid)?)));
    let size_of = |key: &Key| {
        let size = page::parameter(&key.target, name)?;
        size.parse::<u64>().ok()
    };
    // Where a larger page is larger, the size is looked at.
    let is_first = |key: &&Key, valid: &Exchange| {
        let mut turns = walks.iter().flat_map(|case| scene.world.turns(key, case));
        key.operation == scene.operation
            && page::without_parameter(&key.target, name) == valid.request.target
            && size_of(key).is_some()
            && turns.next().is_some()
    };
    let found = valid.and_then(|(valid, most)| {
        let keys = scene.world.order.iter();
        let keys: Vec<Key> = keys.filter(|key| is_first(key, valid)).cloned().collect();
        let mut sizes = keys.iter().filter_map(size_of);
        sizes.any(|size| size < most).then_some((valid, keys))
    });
    let Some((valid, keys)) = found else {
        return Breaks::none("no walk asked for smaller pages than the valid one");
    };
    let edit = scene.copy(Matcher::Keys(keys), valid);
    let what = "the page is what it is without a size";
    Breaks::Ways(vec![Mutant::new(ix, "ignored", what, edit)])
}

fn decoded(text: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(text);
    decoded.decode_utf8_lossy().into_owned()
}

/// The list is what it is without the parameter.
pub fn ignored(scene: &Scene<'_, '_>, ix: ClauseIx) -> Breaks {
    let mut own = scene.steps().filter(|(case, _)| case.does == Does::Select);
    let case = own.find(|(case, _)| case.aims.contains(&ix));
    let (Some((case, _)), Some(valid)) = (case, scene.valid) else {
        return Breaks::none("no case asks for it");
    };
    let (id, plain) = (case.id.clone(), valid.request.target.clone());
    let asked = Matcher::when(move |sent| {
        sent.request.case.as_deref() == Some(&*id) && sent.request.target != plain
    });
    let what = "the same list as without it";
    Breaks::Ways(vec![Mutant::new(
        ix,
        "ignored",
        what,
        scene.copy(asked, valid),
    )])
}

/// The list is what it is without the parameter, or has all but what was asked for.
pub fn make(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let (plan, name) = (scene.world.plan, clause.subject.name());
    let mut own = scene.steps().filter(|(case, _)| case.does == Does::Select);
    let case = own.find(|(case, _)| case.aims.contains(&ix));
    let selecting = case.and_then(|(case, _)| Some((case, Selecting::of(plan, case)?)));
    let (Some((case, selecting)), Some(valid)) = (selecting, scene.valid) else {
        return Breaks::none("no case asks for a value of it");
    };
    let parameter = scene.documented().parameter(In::Query, name);
    let shown = body_of(valid).and_then(|body| {
        let read = (&body, &Hashes::default());
        let look = Look::of(selecting, scene.collection, read, |_| false)?;
        match case.shows.bound {
            Some(_) => middle(&look, parameter?, None).map(drop).ok(),
            None => values(&look, parameter?).map(drop).ok(),
        }
    });
    if shown.is_none() {
        return Breaks::none("the valid answer shows no items with two values");
    }
    let asked = || {
        let (id, name) = (case.id.clone(), name.to_owned());
        Matcher::when(move |sent| {
            sent.request.case.as_deref() == Some(&*id)
                && page::parameter(&sent.request.target, &name).is_some()
        })
    };
    let (list, member) = (selecting.list.to_vec(), selecting.member.to_vec());
    let name = name.to_owned();
    let others = scene.copy(asked(), valid).body_for(move |sent, body| {
        let wanted = page::parameter(&sent.request.target, &name).map(decoded);
        let mut here = Some(body);
        for token in &list {
            here = here.and_then(|here| here.get_mut(token));
        }
        let Some(items) = here.and_then(Value::as_array_mut) else {
            return false;
        };
        let is_asked = |item: &Value| {
            let value = member.iter().try_fold(item, |item, token| item.get(token));
            match value {
                Some(Value::String(text)) => Some(text.as_str()) == wanted.as_deref(),
                Some(other) => Some(other.to_string()) == wanted,
                None => false,
            }
        };
        items.retain(|item| !is_asked(item));
        true
    });
    let ways = [
        (
            "ignored",
            "the same list as without it",
            scene.copy(asked(), valid),
        ),
        ("others", "all items but those that were asked for", others),
    ];
    // What is beyond a bound is shown by what is asked for without one.
    let ways = ways
        .into_iter()
        .take(if case.shows.bound.is_some() { 1 } else { 2 });
    let mutant = |(variant, what, edit): (&str, &str, Edit)| Mutant::new(ix, variant, what, edit);
    Breaks::Ways(ways.map(mutant).collect())
}
