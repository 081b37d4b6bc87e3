//! What the lists show that a case asks for: in which order their items come, and whether no others are among them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::pointer;

/// What the lists show that the requests of a case ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    /// Where each item has what it is about: an RFC 6901 pointer in which `*` is each item.
    pub at: String,
    /// In which order the items come, one for each request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Way>,
    /// On which side of the value that is asked for the items are; where nothing is said, they have that value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Whether what is at the bound itself is among them; where nothing is said, it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Edge>,
    /// A word of what an item has there is searched for, instead of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Word>,
    /// The only members that each item has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Whether all items have the value that is asked for, also those that would be shown whatever is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
}

/// On which side of a value the items are that are asked for; the value itself may belong to either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// None is less, or earlier.
    AtLeast,
    /// None is greater, or later.
    AtMost,
}

impl Bound {
    /// The side in words.
    pub fn words(self) -> &'static str {
        match self {
            Bound::AtLeast => "at least",
            Bound::AtMost => "at most",
        }
    }
}

/// Where what is at a bound itself belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// It is among the items that are asked for.
    Within,
    /// It is not.
    Beyond,
}

/// How a word is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// As the item has it.
    AsShown,
    /// Each letter in its other case.
    OtherCase,
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
    /// Whether it says an order, or which members there are: what no value that is asked for says.
    pub fn is_whole(&self) -> bool {
        !self.order.is_empty() || !self.members.is_empty()
    }

    /// The way to the list, and from an item to its member; `None` where it names none of both.
    pub fn places(&self) -> Option<(Vec<String>, Vec<String>)> {
        let mut list = pointer::tokens(&self.at);
        let at = list.iter().position(|token| token == "*")?;
        let member = list.split_off(at + 1);
        list.pop();
        (member.is_empty() != self.members.is_empty()).then_some((list, member))
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
