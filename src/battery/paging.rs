//! What lists call the things that their pages have, folded: names by which a guess is made, and by which it is judged.

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
