//! Changes that are read back, and the same change twice.

use crate::battery::ANSWERED;
use crate::battery::model::{SamePlace, Whose};
use crate::derive::changed::{Sent, leaves};
use crate::derive::later;
use crate::derive::lives::Places;
use crate::derive::subject::Made;

use super::about::About;
use super::kept;
use super::life::{Life, Words, change, names_its_id};
use super::told::{names_of, places_here, same, there};

const APPLIED: &str = "Changes what the run made and reads it back. A server that answers as if it had changed something and keeps the old deceives its client.";
const TWICE: &str = "The same PUT twice. A client that got no answer to the first sends it again, and must not change more by that.";

/// A change that is read back; `None` where none would show.
pub fn applied(life: &Life<'_>, update: usize, heeds: Words) -> Option<Made> {
    let is_later = || later::is_later(life.subject.contract, life.operation(update));
    if heeds == Words::Heeded && is_later() {
        return None;
    }
    let sent = life.wide(update);
    let at = life.places(update, &names_of(&sent));
    let is_new = |place: &&SamePlace| sent.iter().any(|sent| sent.is_new(&place.there));
    at.iter().find(is_new)?;
    // What this case made itself is known to have had what was sent for it. An id in the body is that of another one.
    let own = kept::way(life).filter(|way| *way != About::Chosen && !names_its_id(life, &sent));
    let (way, mut steps) = match own.and_then(|way| Some((way, kept::fully_made(life, way)?))) {
        Some((way, made)) => (way, vec![made]),
        None => (About::Valid, Vec::new()),
    };
    steps.push(life.read("read-before", way)?);
    let clause = life.clause(update, "applied");
    let change = change(life, ("update", update), way, &sent)?;
    steps.push(there(change, clause.clone()));
    let mut read = life.still("read", way, clause.clone())?;
    read.same = Some(same("update", Whose::Sent, at));
    read.breaks.same = Some(clause);
    let is_former = later::shows_the_former(life.subject.contract, life.operation(update));
    read.breaks.answered = (!is_former).then(|| life.clause(update, ANSWERED));
    steps.push(read);
    let title = "What is changed reads as it was sent";
    let mut made = life.case("state", "applied", title, APPLIED, steps);
    if way != About::Valid {
        // What it changes it makes itself, whatever the valid change is answered.
        made.case.control = Some((life.valid_of)(life.resource.create));
    }
    Some(made)
}

/// The same PUT twice, with a look after each.
pub fn twice(life: &Life<'_>, put: usize) -> Option<Made> {
    if later::is_later(life.subject.contract, life.operation(put)) {
        return None;
    }
    let sent: Vec<Sent> = life.wide(put).into_iter().rev().take(1).collect();
    let first_body = sent.first()?.bodies.first()?;
    let mut at = leaves(&life.places(put, &names_of(&sent)), first_body);
    // Of an object that is sent, a read may show some members only.
    let shown = Places::of(life.subject.contract, life.resource.read?);
    at.retain(|place| shown.shows(&place.here));
    let first = change(life, ("put", put), About::Valid, &sent)?;
    let second = change(life, ("put-again", put), About::Valid, &sent)?;
    let clause = life.clause(put, "applied");
    let mut look = life.still("read", About::Valid, clause.clone())?;
    look.same = Some(same("put", Whose::Sent, at.clone()));
    look.breaks.same = Some(clause);
    let mut again = life.still("read-again", About::Valid, life.clause(put, "put-twice"))?;
    again.same = Some(same("read", Whose::Answered, places_here(&at)));
    again.breaks.same = Some(life.clause(put, "put-twice"));
    let title = "The same PUT once more changes nothing";
    let steps = vec![first, look, second, again];
    (!at.is_empty()).then(|| life.case("state", "twice", title, TWICE, steps))
}
