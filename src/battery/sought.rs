//! Values that a request takes from what other cases sent or were answered, as a plan has them.

use crate::contract::{In, pointer};

use super::model::{AnswerFrom, Answers};

/// A parameter whose value is known only when other cases were answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// Where it goes.
    pub location: In,
    /// Its name.
    pub name: String,
    /// Where its value comes from.
    pub from: Origin,
    /// Whether it names what the run itself made, and nothing else.
    pub own: bool,
}

/// Where a sought value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The value that the request of the case's control settled on.
    Control,
    /// The first of these that fits.
    Cases {
        /// The cases by their ids, each with what it offers; the likeliest first.
        offers: Vec<(String, Offer)>,
        /// The value where none of them offers one.
        otherwise: Option<String>,
    },
}

/// What an exchange offers to other cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// The values at a place in the body of the answer; the token `*` is any entry.
    Body(Vec<String>),
    /// The names of the members of the object at a place in the body of the answer.
    Keys(Vec<String>),
    /// A header of the answer; the last segment of the path where it is a URL.
    Header(String),
    /// The value that a parameter was sent with.
    Sent(String),
}

impl Offer {
    /// What is written; `None` where it is not exactly one place.
    pub(super) fn of(written: &AnswerFrom) -> Option<Offer> {
        let is_place = |at: &str| at.is_empty() || at.starts_with('/');
        match (&written.at, &written.keys, &written.header, &written.sent) {
            (Some(at), None, None, None) if is_place(at) => Some(Offer::Body(pointer::tokens(at))),
            (None, Some(at), None, None) if is_place(at) => Some(Offer::Keys(pointer::tokens(at))),
            (None, None, Some(name), None) => Some(Offer::Header(name.clone())),
            (None, None, None, Some(name)) => Some(Offer::Sent(name.clone())),
            _ => None,
        }
    }
}

impl Sought {
    /// A value that is written as what other cases were answered; each place is known to be one.
    pub(super) fn of(location: In, name: &str, answers: &Answers) -> Sought {
        let offers = answers.of.iter();
        let offers = offers.filter_map(|one| Some((one.case.clone(), Offer::of(one)?)));
        Sought {
            location,
            name: name.to_owned(),
            from: Origin::Cases {
                offers: offers.collect(),
                otherwise: answers.otherwise.clone(),
            },
            own: answers.own,
        }
    }
}
