//! Where in an exchange something was seen, as a value.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where in an exchange something was seen.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Location {
    /// The exchange as a whole.
    #[default]
    Exchange,
    /// The status of the answer.
    Status,
    /// A header of the answer.
    Header {
        /// Its name, as documented.
        name: String,
    },
    /// The body of the answer.
    Body {
        /// RFC 6901 pointer into it; empty for the body itself.
        pointer: String,
    },
    /// Several answers of a walk, compared.
    Walk,
    /// A step of a case with several.
    Step {
        /// Its number, from 1.
        number: usize,
    },
}

impl Location {
    /// A header, by its name.
    pub fn header(name: impl Into<String>) -> Location {
        Location::Header { name: name.into() }
    }

    /// A place in the body, by its RFC 6901 pointer.
    pub fn body(pointer: impl Into<String>) -> Location {
        Location::Body {
            pointer: pointer.into(),
        }
    }

    /// The pointer into the body, where it is a place in it that has one.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Location::Body { pointer } if !pointer.is_empty() => Some(pointer),
            _ => None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Exchange | Location::Walk => Ok(()),
            Location::Status => f.write_str("status"),
            Location::Header { name } => write!(f, "header:{name}"),
            Location::Body { pointer } => f.write_str(pointer),
            Location::Step { number } => write!(f, "step {number}"),
        }
    }
}
