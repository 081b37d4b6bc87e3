//! The same read of a collection twice.

use crate::battery::model::Does;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "Two reads of one page show the same items in the same order, or paging over them would lose some. A collection that changes between the two shows nothing.";

/// The valid request once more, compared with its control.
pub fn made(subject: &Subject<'_>) -> Made {
    let title = "The same read gives the same order";
    let mut case = subject.case("twice", "twice", title, MEANS);
    case.does = Does::Repeat;
    case.accepts = subject.successes();
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = vec!["rule/order-is-stable".to_owned()];
    case.into()
}
