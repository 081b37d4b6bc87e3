//! The walk over the pages of a collection.

use crate::battery::model::Does;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "Follows the pages from the first one. That they come to an end, repeat nothing and lose nothing is what a client that reads them all relies on.";

/// The most pages that are read.
pub const MOST_PAGES: u64 = 6;

/// The walk.
pub fn made(subject: &Subject<'_>) -> Made {
    let title = "Every item is on exactly one page";
    let mut case = subject.case("walk", "walk", title, MEANS);
    case.does = Does::Walk;
    case.pages = Some(MOST_PAGES);
    case.accepts = subject.successes();
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = case
        .accepts
        .iter()
        .map(|accept| format!("{}/**", accept.status))
        .collect();
    Made {
        requests: 3,
        ..case.into()
    }
}
