//! An answer's body read within bounds, and what became of it.

use std::sync::atomic::AtomicBool;

use serde_json::Value;

use crate::battery::{DEPTHS, Reading};
use crate::exchange::{Answer, BodyEnd};
use crate::ledger::CUT_SHORT;

use super::json::{self, NotRead};

/// What became of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// It did not arrive whole.
    Incomplete,
    /// We did not read it: which bound of ours stopped us, and the flag that moves it.
    Unread(String),
    /// It is empty.
    Empty,
    /// It is JSON; the key that an object has twice, if any.
    Json(Value, Option<String>),
    /// It is no JSON, and why.
    NotJson(String),
}

impl Body {
    /// The value, where it is JSON.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Body::Json(value, _) => Some(value),
            _ => None,
        }
    }
}

/// Never set: of what is read whatever becomes of the run.
pub(super) static NEVER: AtomicBool = AtomicBool::new(false);

/// Parses an answer's body, whatever its media type says, as far as it is within these bounds.
pub fn read_body(answer: &Answer, within: Reading) -> Body {
    read_body_until(answer, within, &NEVER)
}

/// The same until `over` is set, which leaves it unread.
pub fn read_body_until(answer: &Answer, within: Reading, over: &AtomicBool) -> Body {
    match &answer.end {
        BodyEnd::BrokenOff(_) => return Body::Incomplete,
        BodyEnd::Unread(why) => return Body::Unread(why.clone()),
        BodyEnd::Complete if answer.body.is_empty() => return Body::Empty,
        BodyEnd::Complete => {}
    }
    match json::parse(&answer.body, within, over) {
        Ok(parsed) => Body::Json(parsed.value, parsed.twice),
        Err(NotRead::NotJson(why)) => Body::NotJson(why),
        Err(NotRead::Over) => Body::Unread(CUT_SHORT.to_owned()),
        Err(NotRead::TooLarge) => Body::Unread(
            "the values of the body take more memory than one answer gets, which is some eight times its size; allow more \
             with a larger --max-body"
                .to_owned(),
        ),
        Err(NotRead::TooDeep(depth)) => Body::Unread(match DEPTHS.contains(&depth) {
            true => format!(
                "the body is nested {depth} levels deep, and {} are read; read deeper with --max-depth {depth}",
                within.depth
            ),
            false => format!(
                "the body is nested {depth} levels deep, and at most {} can be read (--max-depth)",
                DEPTHS.end()
            ),
        }),
    }
}
