//! What the lists show that a case asks for: in which order their items come, and whether no others are among them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::pointer;

/// What the lists show that the requests of a case ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    /// Where each item has what it is about: an RFC 6901 pointer in which `*` is each item.
    pub at: String,
    /// In which order the items come, one for each request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Way>,
    /// Whether all items have the value that is asked for, also those that would be shown whatever is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
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
    /// Whether it says an order.
    pub fn is_sorted(&self) -> bool {
        !self.order.is_empty()
    }

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
