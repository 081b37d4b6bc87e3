//! The walk over the pages of a collection.

use crate::battery::model::Does;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "Follows the pages from the first one. That they come to an end, repeat nothing and lose nothing is what a client that reads them all relies on.";

/// The most pages that are read, unless a larger budget leaves more.
const MOST_PAGES: usize = 6;

/// The walk, of an operation that has so many requests.
pub fn made(subject: &Subject<'_>, budget: usize) -> Made {
    let title = "Every item is on exactly one page";
    let mut case = subject.case("walk", "walk", title, MEANS);
    case.does = Does::Walk;
    case.pages = Some(budget.saturating_sub(MOST_PAGES).max(MOST_PAGES) as u64);
    case.accepts = subject.successes();
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = case
        .accepts
        .iter()
        .map(|accept| format!("{}/**", accept.status))
        .collect();
    Made {
        requests: 4,
        ..case.into()
    }
}
