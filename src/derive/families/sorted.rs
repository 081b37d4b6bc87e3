//! The read of a list without pages once more, whose description says in which order it comes.

use crate::battery::SORTED;
use crate::battery::model::Does;
use crate::derive::promised::promised;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "The valid request once more, whose items come in the order that the description of the list promises. Who shows the first of them shows the wrong one otherwise.";

/// The request, of a list with such a description.
pub fn made(subject: &Subject<'_>) -> Option<Made> {
    let shows = promised(subject.contract, subject.operation)?;
    let title = "The items come in the order that the description says";
    let mut case = subject.case(SORTED, SORTED, title, MEANS);
    case.does = Does::Select;
    case.accepts = subject.successes();
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = vec![format!("state/{SORTED}")];
    case.shows = Some(shows);
    Some(case.into())
}
