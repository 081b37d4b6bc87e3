//! The places of a request that wait for what an earlier step captures.

use crate::contract::In;

/// Where a value goes that an earlier step captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Awaited {
    /// A parameter.
    Parameter(In, String),
    /// A place in the body, by its pointer.
    Body(String),
}

impl std::fmt::Display for Awaited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Awaited::Parameter(location, name) => write!(f, "{} {name}", location.word()),
            Awaited::Body(pointer) if pointer.is_empty() => f.write_str("body"),
            Awaited::Body(pointer) => write!(f, "body {pointer}"),
        }
    }
}
