//! The walk over the pages of a collection.

use crate::battery::model::Does;
use crate::battery::{BELONGS, KEPT, SORTED};
use crate::contract::{Contract, Parameter};
use crate::derive::families::unknown_parent;
use crate::derive::pages;
use crate::derive::promised::promised;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "Follows the pages from the first one. That they come to an end, repeat nothing and lose nothing is what a client that reads them all relies on.";

/// The most pages that are read, unless a larger budget leaves more.
const MOST_PAGES: usize = 6;
/// As how many requests a walk counts: three pages, and the list in a larger page.
const COUNTED: usize = 4;

/// Words of a page size that need not be kept.
const HINTS: &str = "min minimum least approximate approximately about around roughly hint suggested suggestion desired \
preferred target advisory effort ignored ignores unused deprecated group groups grouped pinned";
/// Behind `per` or `each`: what a page size is of.
const OF_A_PAGE: &str = "page request response call result query batch answer";

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
    case.shows = promised(subject.contract, subject.operation);
    if case.shows.is_some() {
        case.aims.push(format!("state/{SORTED}"));
    }
    if let Some(size) = pages::size(subject.operation)
        && is_kept(subject.contract, size)
    {
        case.aims.push(format!("query/{}/{KEPT}", size.name));
    }
    if unknown_parent::names_parent(subject) {
        case.aims.push(format!("state/{BELONGS}"));
    }
    Made {
        requests: COUNTED,
        ..case.into()
    }
}

/// Whether a page size is, by what is said of it, the largest number of items of a page and no mere hint.
fn is_kept(contract: &Contract, size: &Parameter) -> bool {
    let all = contract.said_of(size);
    let is_one_of = |list: &str, word: &str| list.split(' ').any(|known| known == word);
    let mut pairs = all.windows(2);
    let is_of_other =
        |pair: &[String]| ["per", "each"].contains(&&*pair[0]) && !is_one_of(OF_A_PAGE, &pair[1]);
    !all.iter().any(|word| is_one_of(HINTS, word)) && !pairs.any(is_of_other)
}
