//! What the lists show that a case asks for: in which order their items come.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::pointer;

/// In which order the items come that each request of a case asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    /// Where each item has what it is sorted by: an RFC 6901 pointer in which `*` is each item.
    pub at: String,
    /// The order, one for each request.
    pub order: Vec<Way>,
}

/// An order. What has no value may come first or last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
    /// Either of them: nobody says which.
    Either,
}

impl Shows {
    /// The way to the list, and from an item to its member; `None` where it names none of both.
    pub fn places(&self) -> Option<(Vec<String>, Vec<String>)> {
        let mut list = pointer::tokens(&self.at);
        let at = list.iter().position(|token| token == "*")?;
        let member = list.split_off(at + 1);
        list.pop();
        (!member.is_empty()).then_some((list, member))
    }
}

impl Way {
    /// The order in words.
    pub fn words(self) -> &'static str {
        match self {
            Way::Ascending => "ascending order",
            Way::Descending => "descending order",
            Way::Either => "one order",
        }
    }
}
