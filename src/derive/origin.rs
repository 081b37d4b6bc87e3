//! A place in the exchange of an operation that has a value for another.

use crate::battery::model::AnswerFrom;
use crate::contract::LinkValue;

/// A place in the exchange of another operation that has a value for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The operation that is asked.
    pub from: usize,
    /// Where the value is.
    pub value: LinkValue,
    /// Why it is thought to be one.
    pub why: &'static str,
}

impl Origin {
    /// As a case file says it; `case` is the valid case of the operation that is asked.
    pub fn written(&self, case: &str) -> AnswerFrom {
        let mut out = AnswerFrom {
            case: case.to_owned(),
            ..AnswerFrom::default()
        };
        match self.value.clone() {
            LinkValue::Body(at) => out.at = Some(at),
            LinkValue::Header(name) => out.header = Some(name),
            LinkValue::Sent(name) => out.sent = Some(name),
            LinkValue::Keys(at) => out.keys = Some(at),
        }
        out
    }
}
