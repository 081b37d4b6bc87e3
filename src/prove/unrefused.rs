//! Mutants of the clause that what cannot be done in a state is refused: it is done as it is done otherwise.

use crate::contract::ClauseIx;
use crate::exchange::Exchange;

use super::edit::{Edit, Matcher};
use super::world::Scene;

/// Whatever the cases that look at the clause were refused is answered as a success.
pub fn edit(scene: &Scene<'_, '_>, ix: ClauseIx) -> Option<Edit> {
    let world = scene.world;
    let cases = world.plan.cases.iter();
    let steps = cases.flat_map(|case| case.steps.iter().map(move |step| (case, step)));
    let mut own = steps.filter(|(_, step)| step.breaks_success == Some(ix));
    let (case, step) = own.find(|(case, step)| {
        let mut keys = world.order.iter();
        keys.any(|key| key.operation == step.operation && !world.turns(key, &case.id).is_empty())
    })?;
    let operation = step.operation;
    let status = |exchange: &Exchange| exchange.answer().map_or(0, |answer| answer.status);
    let recorded = world.order.iter().filter(|key| key.operation == operation);
    let mut recorded = recorded.filter_map(|key| world.recorded(key, 0));
    let done = recorded.find(|exchange| status(exchange) / 100 == 2);
    let case = case.id.clone();
    let when = Edit::on(Matcher::when(move |sent| {
        let is_own = sent.request.case.as_deref() == Some(&*case);
        is_own && sent.request.operation == operation && sent.recorded.is_some_and(is_refused)
    }));
    Some(match done {
        Some(done) => when.as_answer_of(done, &world.fresh),
        None => when.status(204),
    })
}

fn is_refused(exchange: &Exchange) -> bool {
    let answer = exchange.answer();
    answer.is_some_and(|answer| answer.status / 100 == 4)
}
