//! What the words of a document leave open of the state behind it: the cases that would look at it are there, and are sent only
//! where somebody names them.

use crate::battery::UNSURE;
use crate::derive::subject::Made;

use super::applied;
use super::life::{self, Life, Words};

/// What would be looked at in the life of a thing, if the document said nothing else of it.
pub fn of_life(life: &Life<'_>) -> Option<Made> {
    let heeded = life::whole(life, Words::Heeded);
    left_open(life::whole(life, Words::Ignored)?, heeded.as_ref())
}

/// What would be looked at of a change, if the document did not say that it comes later.
pub fn of_change(life: &Life<'_>, update: usize) -> Option<Made> {
    let heeded = applied::applied(life, update, Words::Heeded);
    left_open(
        applied::applied(life, update, Words::Ignored)?,
        heeded.as_ref(),
    )
}

/// A case about what another one leaves out of it.
fn left_open(mut made: Made, heeded: Option<&Made>) -> Option<Made> {
    let known = heeded.map_or(&[][..], |heeded| &heeded.case.aims);
    let case = &mut made.case;
    case.aims.retain(|aim| !known.contains(aim));
    if case.aims.is_empty() {
        return None;
    }
    case.case = format!("{}-{UNSURE}", case.case);
    case.opt_in = true;
    if let Some(derived) = &mut case.derived {
        UNSURE.clone_into(&mut derived.family);
    }
    made.requests = 0;
    Some(made)
}
