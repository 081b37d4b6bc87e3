//! The total of a list that is asked for some of its items: where the document says that it counts what matches, it does not
//! count what the list leaves out.

use serde_json::Value;

use crate::battery::{Case, Plan, Sequence};
use crate::contract::names::words;
use crate::contract::yaml::Node;
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::looked::{Look, is_same as is_same_value};
use super::walk_findings::clause_of;

/// Words of a total that counts what was asked for.
const MATCHING: &str = "match matches matching matched filter filters filtered result results query search found pages page";
/// Words of one that need not.
const OTHERS: &str =
    "unfiltered before without regardless whatever irrespective ignoring overall database table";

/// Whether the list with the value tells another number than it may have: as many as without it, though it leaves some out, or
/// others than all that it shows.
pub fn is_miscounted(plan: &Plan, case: &Case, [all, look]: [&Look; 2], value: &Value) -> bool {
    let (Some(whole), Some(own)) = (all.total, look.total) else {
        return false;
    };
    let keys = look.keys();
    let leaves_out = all
        .values()
        .any(|(key, other)| !is_same_value(other, value) && !keys.contains(&key));
    let shown = i64::try_from(look.count).unwrap_or(i64::MAX);
    let is_whole = !look.leads_on && look.count < all.count;
    let is_wrong = leaves_out && own >= whole || is_whole && own != shown;
    look.count > 0 && is_wrong && counts_matching(plan, case)
}

/// Whether the document says of the total that it counts what was asked for.
fn counts_matching(plan: &Plan, case: &Case) -> bool {
    let step = case.step();
    let said = step.collection.as_ref().and_then(|collection| {
        match (&collection.total, &collection.total_header) {
            (Some(at), _) => said_at(plan, step.operation, at),
            (None, Some(name)) => said_of_header(plan, step.operation, name),
            (None, None) => None,
        }
    });
    let said = words(said.unwrap_or_default());
    let has = |list: &str| {
        said.iter()
            .any(|word| list.split(' ').any(|known| known == word))
    };
    has(MATCHING) && !has(OTHERS)
}

/// What is said of a place in the answers of an operation.
fn said_at<'p>(plan: &'p Plan, operation: usize, at: &str) -> Option<&'p str> {
    let bodies = plan.contract.operations[operation].success_bodies();
    let mut nodes = bodies.flat_map(|body| &body.shape.nodes);
    let node = nodes.find(|node| node.place.pointer() == at)?;
    let document = &plan.contract.document;
    let (found, _) = document.at(&node.pointer)?;
    let found = document.resolve(found, &node.pointer).ok()?.node;
    found.get("description").and_then(Node::as_str)
}

/// What is said of a header of a success.
fn said_of_header<'p>(plan: &'p Plan, operation: usize, name: &str) -> Option<&'p str> {
    let response = plan.contract.operations[operation].response(200)?;
    let place = format!("{}/header/{name}", response.key);
    let (pointer, _) = plan.contract.prose(operation, &place)?;
    plan.contract.document.at(&pointer)?.0.as_str()
}

/// Whether a page has as many items as one without the value, or says that more follow.
pub fn is_full([all, first]: [&Look; 2]) -> bool {
    let more = first
        .total
        .is_none_or(|total| i64::try_from(first.count).is_ok_and(|count| count < total));
    first.count > 0 && (first.leads_on || first.count >= all.count && more)
}

/// Whether two pairs of looks show and count the same.
pub fn is_same(first: [&Look; 2], again: [&Look; 2]) -> bool {
    let mut pairs = first.into_iter().zip(again);
    pairs.all(|(one, other)| {
        one.keys() == other.keys() && one.total == other.total && !one.differs(other)
    })
}

/// Records a total that counts what is left out.
pub fn accuse(plan: &Plan, case: &Case, [all, look]: [&Look; 2], spot: Spot, seen: &mut Sightings) {
    let operation = case.step().operation;
    let collection = case.step().collection.as_ref();
    let clause = clause_of(plan, operation, Sequence::TotalMatchesWalk);
    let (Some(clause), Some(collection), Some(own)) = (clause, collection, look.total) else {
        return;
    };
    seen.exercise(clause);
    let location = match (&collection.total, &collection.total_header) {
        (None, Some(name)) => Location::header(name),
        (total, _) => Location::body(total.as_deref().unwrap_or_default()),
    };
    let whole = all.total.unwrap_or_default();
    let expected = match look.leads_on || look.count >= all.count {
        true => format!("fewer than the {whole} of the whole list, some of which are not shown"),
        false => format!("{}, as many as there are", look.count),
    };
    let sentence =
        format!("expected {expected}, got {own} in the list of the items that were asked for");
    let found = Found::new(expected, own.to_string(), location);
    found.at(spot).said(sentence).report(plan, clause, seen);
}
