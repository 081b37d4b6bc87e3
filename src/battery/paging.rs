//! What lists call the things that their pages have, folded: names by which a guess is made, and by which it is judged; and
//! where a page says what it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters that say how many items a page has at most, the likeliest first.
pub const PAGE_SIZES: [&str; 15] = [
    "limit",
    "pagesize",
    "perpage",
    "size",
    "pagelimit",
    "maxresults",
    "maxitems",
    "maxpagesize",
    "count",
    "top",
    "take",
    "rows",
    "first",
    "itemsperpage",
    "resultsperpage",
];

/// Members of a page that say whether another one follows.
pub const MORE: [&str; 13] = [
    "hasmore",
    "hasmoreitems",
    "hasmorepages",
    "hasmoreresults",
    "hasnext",
    "hasnextpage",
    "ismore",
    "istruncated",
    "more",
    "moreavailable",
    "moreitems",
    "morepages",
    "moreresults",
];

/// Those that say whether it is the last one.
pub const LAST: [&str; 7] = [
    "endofresults",
    "isend",
    "isfinal",
    "islast",
    "islastpage",
    "last",
    "lastpage",
];

/// What a page says of itself and of its place among the others, each as a pointer of its body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Says {
    /// Whether another page follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// Whether it is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Whether it is the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Which page it is; each has one more than the page before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How many items a page has at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// How many items it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// How many pages there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
}

impl Says {
    /// The pointers that it has.
    pub fn pointers(&self) -> impl Iterator<Item = &String> {
        let flags = [&self.more, &self.last, &self.first];
        let numbers = [&self.number, &self.size, &self.count, &self.pages];
        flags.into_iter().chain(numbers).flatten()
    }
}
