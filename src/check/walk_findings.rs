//! What walks put to the test and what they found broken, as sightings of the clauses of the rules over them.

use crate::battery::{Collection, Next, Over, Plan, Sequence, Test};
use crate::contract::{ClauseIx, Kind, Level, Place, Subject, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::Found;
use super::moved::turns;
use super::notes::Note;
use super::repeats;
use super::walk::Walked;

/// Whether the first page of a walk had all that there is.
pub fn is_one_page(walked: &Walked) -> bool {
    walked.first_page.has_all(walked.items)
}

/// What several looks at one collection say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// Nothing moved in between, so that what all of them show is so.
    Steady,
    /// They show the same unchanged items, in another order again and again.
    Reordered,
    /// Nothing can be said: why.
    Open(String),
}

/// Compares looks that share the first.
pub fn agreement(looks: &[&Walked]) -> Agreement {
    if let Some(what) = looks.iter().find_map(|look| look.moved()) {
        return Agreement::Open(what);
    }
    let orders = looks.iter().map(|look| look.order());
    match turns(orders) {
        0 => Agreement::Steady,
        1 => Agreement::Open("the order changed once while it was read".to_owned()),
        _ => Agreement::Reordered,
    }
}

/// Records what the first look put to the test, and the breaks on which all looks agree; whether they agree on all.
///
/// What merely follows from what was seen already is left out: a link or a total that breaks its schema, a rule that
/// explains another, an item that is met again because the walk goes in a circle.
pub fn settle(plan: &Plan, operation: usize, looks: &[&Walked], seen: &mut Sightings) -> bool {
    let Some(walk) = looks.first() else {
        return true;
    };
    let breaks = |sequence| looks.iter().all(|look| look.breaks(sequence));
    let differs = |sequence| walk.breaks(sequence) && !breaks(sequence);
    let mut agree = true;
    let may_repeat = walk.collection().guessed && repeats::are_said(&plan.contract, operation);
    // What nobody reads one by need not be unique: its type or version may belong to it.
    let is_part = |sequence| {
        let is_doubtful = sequence == Sequence::IdsAreUnique && walk.collection().guessed;
        may_repeat && sequence == Sequence::WalkRepeatsNothing
            || is_doubtful && walk.breaks(sequence) && !is_read_by_id(plan, operation)
    };
    for (sequence, tested) in walk.tested() {
        agree &= !differs(sequence);
        if is_part(sequence) {
            continue;
        }
        let clause = clause_of(plan, operation, sequence);
        if let Some(clause) =
            clause.filter(|_| !differs(sequence) && (tested || walk.breaks(sequence)))
        {
            seen.exercise(clause);
        }
    }
    let in_circle = walk.noted(Sequence::NextLinkNeverRepeats) || walk.noted(Sequence::WalkEnds);
    let is_broken = |note: &&Note| breaks(note.sequence) && !is_part(note.sequence);
    for note in walk.notes().iter().filter(is_broken) {
        let follows = (in_circle && note.sequence == Sequence::WalkRepeatsNothing)
            || is_malformed(plan, &note.pointer, seen);
        // What nobody said to be an id need not be one: the lines of a cart may share a product's.
        let is_guess = walk.collection().guessed && note.sequence == Sequence::IdsAreUnique;
        if !follows {
            report(plan, operation, walk.collection(), (note, is_guess), seen);
        }
    }
    // A next that is no link ends the walk early.
    let collection = walk.collection();
    let total = collection.total.as_deref().unwrap_or_default();
    let follows = in_circle
        || is_malformed(plan, total, seen)
        || is_malformed(plan, collection.next.place(), seen)
        || !breaks(Sequence::TotalMatchesWalk);
    if let Some((claimed, walked)) = walk.miscounted().filter(|_| !follows) {
        let note = Note {
            sequence: Sequence::TotalMatchesWalk,
            expected: format!("{walked}, as many as were walked"),
            actual: claimed.to_string(),
            pointer: total.to_owned(),
            page: walk.pages,
            exchange: None,
            count: 1,
        };
        report(plan, operation, collection, (&note, false), seen);
    }
    agree
}

/// Whether one of a list is read by what follows the path of the list.
fn is_read_by_id(plan: &Plan, list: usize) -> bool {
    let operations = &plan.contract.operations;
    let list = operations[list].path.trim_end_matches('/');
    operations.iter().any(|one| {
        let rest = one.path.strip_prefix(list).unwrap_or_default();
        let rest = rest.trim_end_matches('/').strip_prefix("/{");
        rest.is_some_and(|rest| rest.find('}') == Some(rest.len() - 1))
    })
}

fn report(
    plan: &Plan,
    operation: usize,
    collection: &Collection,
    (note, is_guess): (&Note, bool),
    seen: &mut Sightings,
) {
    let Some(clause) = clause_of(plan, operation, note.sequence) else {
        return;
    };
    let causes = plan.rule(clause).map(|rule| rule.follows.as_slice());
    let mut causes = causes.unwrap_or_default().iter();
    if causes.any(|cause| seen.broken().contains_key(cause)) {
        return;
    }
    let (expected, actual, page) = (&note.expected, &note.actual, note.page);
    let totals = [Sequence::TotalIsConstant, Sequence::TotalMatchesWalk];
    let header = collection.total_header.as_deref();
    let header = header.filter(|_| collection.total.is_none() && totals.contains(&note.sequence));
    let location = match header {
        Some(name) => Location::header(name),
        None => Location::body(&note.pointer),
    };
    let of = header.map_or(String::new(), |name| format!(" in {name}"));
    let mut found = Found::new(expected, actual, location)
        .on(page, note.exchange)
        .said(format!(
            "expected {expected}, got {actual}{of} on page {page}"
        ));
    if is_guess {
        found = found.weighing(Level::Info);
    }
    found.report(plan, clause, seen);
    seen.count_breaks(clause, note.count - 1);
}

/// Records that the same items came in another order again and again.
pub fn reordered(plan: &Plan, operation: usize, seen: &mut Sightings) {
    if let Some(clause) = clause_of(plan, operation, Sequence::OrderIsStable) {
        seen.exercise(clause);
        Found::new(
            "the same order as in the first walk",
            "the same items in another order",
            Location::Walk,
        )
        .report(plan, clause, seen);
    }
}

/// Records that a page of so many items, as many as were asked for, ends a walk over more of them.
pub fn ended_early(
    plan: &Plan,
    operation: usize,
    whole: &Walked,
    (shown, exchange): (u64, u64),
    seen: &mut Sightings,
) {
    let next = &whole.collection().next;
    let clause = clause_of(plan, operation, Sequence::WalkLosesNothing);
    let Some(clause) = clause.filter(|_| !is_malformed(plan, next.place(), seen)) else {
        return;
    };
    seen.exercise(clause);
    let location = match next {
        Next::LinkHeader(_) => Location::header("Link"),
        Next::TokenHeader(token) => Location::header(&token.token),
        _ => Location::body(next.place()),
    };
    let expected = "a way to the next page";
    let actual = format!("none behind {shown} of {} items", whole.items);
    Found::new(expected, actual, location)
        .on(1, Some(exchange))
        .report(plan, clause, seen);
}

/// Whether the value at that pointer of a page was seen to break its schema, or to be missing where it must not be.
pub fn is_malformed(plan: &Plan, pointer: &str, seen: &Sightings) -> bool {
    let place = Place::of_pointer(&pointer::tokens(pointer));
    let mut broken = seen.broken().keys();
    broken.any(|clause| {
        let subject = &plan.clauses.get(*clause).subject;
        subject.is_value_at(&place) || hides(subject, &place)
    })
}

/// Whether a page that breaks the clause may have nothing at the place: it, or what it stands in, is missing or of another
/// type.
fn hides(subject: &Subject, place: &Place) -> bool {
    let is_of_page = subject
        .status
        .is_some_and(|status| !matches!(status.hundreds(), Some(3..)));
    subject.kind() == Kind::Schema
        && is_of_page
        && matches!(subject.keyword, "required" | "type")
        && place.steps().starts_with(subject.place.steps())
}

/// The clause of the rule that compares answers in that way, if the plan has one.
pub fn clause_of(plan: &Plan, operation: usize, sequence: Sequence) -> Option<ClauseIx> {
    plan.rules
        .iter()
        .find(|rule| {
            rule.operation == operation
                && matches!(rule.test, Test::Sequence(known) if known == sequence)
                && rule.over != Over::Run
        })
        .map(|rule| rule.clause)
}
