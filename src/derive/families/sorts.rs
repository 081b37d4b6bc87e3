//! Requests for a list in an order, each way that it may be asked for.

use crate::battery::SORTS;
use crate::battery::model::{Change, Does, Shows};
use crate::contract::In;
use crate::derive::promised::promised;
use crate::derive::sorting::sorting;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "The valid request, for the same items in an order, one way and the other. A server that takes no notice of it, or goes the wrong way, shows clients the wrong items first.";

/// The requests, of a list with a parameter that sorts it.
pub fn made(subject: &Subject<'_>) -> Option<Made> {
    let usual = promised(subject.contract, subject.operation);
    let usual = usual.as_ref().map(|usual| &*usual.at);
    let sorting = sorting(subject.contract, subject.operation, usual)?;
    let name = &*sorting.parameter.name;
    let title = format!("Asked for with `{name}`, the items come in that order");
    let mut case = subject.case(SORTS, &format!("{name}-{SORTS}"), title, MEANS);
    case.does = Does::Select;
    case.accepts = subject.successes();
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = vec![format!("query/{name}/{SORTS}")];
    case.shows = Some(Shows {
        at: sorting.at,
        order: sorting.ways.iter().map(|(way, _)| *way).collect(),
        ..Shows::default()
    });
    let sent = sorting.ways.first().map_or(0, |(_, sent)| sent.len());
    for n in 0..sent {
        let (name, first) = &sorting.ways[0].1[n];
        let values: Vec<String> = sorting
            .ways
            .iter()
            .map(|(_, sent)| sent[n].1.clone())
            .collect();
        let is_one = values.iter().all(|value| value == first);
        let change = match is_one {
            true => Change::Text(first.clone()),
            false => Change::Each(values),
        };
        subject.change(&mut case, In::Query, name, change);
    }
    // The other way is asked for only where the first shows too little.
    Some(Made::from(case).about(&sorting.parameter.name))
}
