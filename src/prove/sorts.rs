//! Mutants of the clauses about the order in which a list comes that is asked for in one.

use serde_json::Value;

use crate::battery::{Does, Sorting};
use crate::check::sorted;
use crate::contract::ClauseIx;

use super::edit::{Edit, Matcher};
use super::mutant::{Breaks, Mutant};
use super::world::{Scene, body_of};

/// The last item comes first, then the first one, and so on.
pub fn make(scene: &Scene<'_, '_>, ix: ClauseIx) -> Breaks {
    let mut own = scene.steps().filter(|(case, _)| {
        let sorting = case.sorting.as_ref().filter(|_| case.does == Does::Select);
        sorting.is_some_and(|sorting| sorting.clause == ix)
    });
    let Some((case, sorting)) = own
        .next()
        .and_then(|(case, _)| Some((case, case.sorting.as_ref()?)))
    else {
        return Breaks::none("no case asks for an order of it");
    };
    let shows = scene.valid.and_then(body_of);
    if !shows.is_some_and(|mut body| shuffle(sorting, &mut body)) {
        return Breaks::none("the valid answer shows no items whose order can be told");
    }
    let id = case.id.clone();
    let when = Matcher::when(move |sent| sent.request.case.as_deref() == Some(&*id));
    let sorting = sorting.clone();
    let edit = Edit::on(when).body(move |body| shuffle(&sorting, body));
    let what = "the items in another order";
    Breaks::Ways(vec![Mutant::new(ix, "shuffled", what, edit)])
}

/// The pages of a walk whose order is promised, each in none.
pub fn shuffled(scene: &Scene<'_, '_>, ix: ClauseIx) -> Option<Edit> {
    let mut own = scene.steps().filter_map(|(case, _)| {
        let sorting = case.sorting.as_ref()?;
        (sorting.clause == ix).then_some((case, sorting))
    });
    let (case, sorting) = own.next()?;
    let mut walk = scene
        .pages
        .iter()
        .filter_map(|target| body_of(scene.page(target)?));
    if !walk.any(|mut body| shuffle(sorting, &mut body)) {
        return None;
    }
    let (id, sorting) = (case.id.clone(), sorting.clone());
    let when = Matcher::when(move |sent| sent.request.case.as_deref() == Some(&*id));
    Some(Edit::on(when).body(move |body| shuffle(&sorting, body)))
}

/// Puts the items of a body in no order; whether that breaks any.
fn shuffle(sorting: &Sorting, body: &mut Value) -> bool {
    let mut here = Some(body);
    for token in &sorting.list {
        here = here.and_then(|here| here.get_mut(token));
    }
    let Some(items) = here.and_then(Value::as_array_mut) else {
        return false;
    };
    let mut rest: std::collections::VecDeque<Value> = std::mem::take(items).into();
    while let Some(last) = rest.pop_back() {
        items.push(last);
        items.extend(rest.pop_front());
    }
    let mut orders = sorting.order.iter();
    orders.any(|way| sorted::is_unsorted(items, &sorting.member, *way))
}
