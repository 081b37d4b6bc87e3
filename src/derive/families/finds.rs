//! Requests for the items that have a word, and for some members of the items.

use crate::battery::model::{AnswerFrom, Answers, Change, Does, Shows};
use crate::battery::{FINDS, SHOWS};
use crate::contract::In;
use crate::derive::picking::fields;
use crate::derive::searches::searches;
use crate::derive::subject::{Made, Subject, statuses};

const FINDS_MEANS: &str = "The valid request, for a word that one of the items has which it shows, and no other one. A server that takes no notice of it gives all, or does not find what is there.";
const SHOWS_MEANS: &str = "The valid request, for some members of its items. A server that takes no notice of it sends what nobody asked for.";

/// So many parameters that search are tried.
const MOST: usize = 3;

/// One request for each parameter that searches, but for more than a few.
pub fn all(subject: &Subject<'_>) -> Vec<Made> {
    let found = searches(subject.contract, subject.operation).into_iter();
    let found = found.take(MOST);
    let made = found.map(|search| {
        let name = &*search.parameter.name;
        let title = format!("Asked for with `{name}`, the list has the item with that word");
        let mut case = subject.case(FINDS, &format!("{name}-{FINDS}"), title, FINDS_MEANS);
        case.does = Does::Select;
        case.accepts = subject.successes();
        case.inconclusive = statuses(&["4XX", "503"]);
        case.aims = vec![format!("query/{name}/{FINDS}")];
        case.shows = Some(Shows {
            at: search.at.clone(),
            word: Some(search.word),
            ..Shows::default()
        });
        if let Some(derived) = &mut case.derived {
            derived.from = format!("a word at {} of the valid answer", search.at);
        }
        let value = Answers {
            of: vec![AnswerFrom {
                case: subject.valid(),
                at: Some(search.at),
                ..AnswerFrom::default()
            }],
            ..Answers::default()
        };
        subject.change(&mut case, In::Query, name, Change::Answer(value));
        Made::from(case).about(name)
    });
    made.collect()
}

/// The request for some members.
pub fn picked(subject: &Subject<'_>) -> Option<Made> {
    let fields = fields(subject.contract, subject.operation)?;
    let name = &*fields.parameter.name;
    let title = format!("Asked for with `{name}`, the items have those members only");
    let mut case = subject.case(SHOWS, &format!("{name}-{SHOWS}"), title, SHOWS_MEANS);
    case.does = Does::Select;
    case.accepts = subject.successes();
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = vec![format!("query/{name}/{SHOWS}")];
    case.shows = Some(Shows {
        at: fields.at,
        members: fields.members,
        ..Shows::default()
    });
    subject.change(&mut case, In::Query, name, Change::Text(fields.text));
    Some(Made::from(case).about(name))
}
