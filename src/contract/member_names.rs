//! What the names of members say of them: what moves by itself, stays as it was made, says which kind of thing it is, or names
//! another thing.

use super::names::words;

/// Names of the moment at which a thing was made, folded.
pub const CREATED: [&str; 11] = [
    "created",
    "createdat",
    "createdon",
    "createddate",
    "createdtime",
    "creationdate",
    "creationtime",
    "datecreated",
    "timecreated",
    "createdatutc",
    "insertedat",
];

/// Whether a member is a moment, be it a number, by its name.
pub fn is_moment(name: &str) -> bool {
    const LAST: [&str; 7] = ["at", "on", "date", "time", "timestamp", "day", "datetime"];
    CREATED.contains(&&*super::names::folded(name)) || has_last(name, &LAST)
}

/// Last words of members whose listed values may follow each other in a certain way only, or stay as they were made.
const FIXED: [&str; 27] = [
    "state",
    "status",
    "phase",
    "stage",
    "step",
    "type",
    "kind",
    "class",
    "format",
    "currency",
    "region",
    "zone",
    "engine",
    "provider",
    "scope",
    "mode",
    "method",
    "protocol",
    "algorithm",
    "architecture",
    "platform",
    "role",
    "visibility",
    "country",
    "unit",
    "source",
    "category",
];

/// Whether the values of a member may follow each other in a certain way only, or stay as they were made, by its name.
pub fn is_fixed(name: &str) -> bool {
    has_last(name, &FIXED)
}

/// Last words of members that say of which kind a thing is, and so which of its other members mean anything.
const KINDS: [&str; 16] = [
    "type",
    "kind",
    "class",
    "format",
    "engine",
    "provider",
    "mode",
    "method",
    "protocol",
    "algorithm",
    "platform",
    "role",
    "variant",
    "model",
    "plan",
    "tier",
];

/// Whether a member says of which kind a thing is, by its name.
pub fn is_kind(name: &str) -> bool {
    has_last(name, &KINDS)
}

/// Words of members by which a thing is known, that only some may say, or that name another thing.
const APART: [&str; 48] = [
    "account",
    "admin",
    "alias",
    "assignee",
    "author",
    "barcode",
    "category",
    "code",
    "company",
    "credit",
    "credits",
    "customer",
    "department",
    "email",
    "file",
    "flag",
    "flags",
    "folder",
    "group",
    "guid",
    "id",
    "ids",
    "isbn",
    "key",
    "login",
    "mail",
    "manager",
    "number",
    "organization",
    "owner",
    "parent",
    "permission",
    "permissions",
    "phone",
    "points",
    "rating",
    "ref",
    "reference",
    "score",
    "serial",
    "sku",
    "tenant",
    "user",
    "username",
    "uuid",
    "verified",
    "views",
    "votes",
];

/// Whether a member may be one that a server takes from few, or never changes, by its name.
pub fn is_apart(name: &str) -> bool {
    words(name).iter().any(|word| APART.contains(&&**word))
}

fn has_last(name: &str, known: &[&str]) -> bool {
    words(name)
        .last()
        .is_some_and(|last| known.contains(&&**last))
}

/// Whether a member may change by itself when another does, by its name: a state, a version, a moment, a place in an order,
/// a link that is made anew, or what is made out of others.
pub fn shifts(name: &str) -> bool {
    const WORDS: [&str; 51] = [
        "at",
        "avatar",
        "balance",
        "by",
        "changed",
        "count",
        "date",
        "default",
        "etag",
        "expires",
        "handle",
        "hash",
        "href",
        "image",
        "index",
        "last",
        "link",
        "links",
        "logo",
        "modified",
        "order",
        "path",
        "permalink",
        "phase",
        "photo",
        "picture",
        "position",
        "primary",
        "priority",
        "progress",
        "rank",
        "remaining",
        "rev",
        "revision",
        "sequence",
        "slug",
        "src",
        "stage",
        "state",
        "status",
        "subtotal",
        "sum",
        "tax",
        "time",
        "timestamp",
        "total",
        "ttl",
        "updated",
        "uri",
        "url",
        "version",
    ];
    words(name).iter().any(|word| WORDS.contains(&&**word))
}

/// Whether a server usually says a member by itself, by its name: where a thing is, whose it is, in which place and version,
/// and what is counted or made out of others.
pub fn is_made(name: &str) -> bool {
    const WORDS: [&str; 61] = [
        "author",
        "balance",
        "by",
        "changed",
        "checksum",
        "count",
        "counter",
        "created",
        "creator",
        "digest",
        "etag",
        "fingerprint",
        "guid",
        "handle",
        "hash",
        "href",
        "id",
        "index",
        "link",
        "links",
        "modified",
        "order",
        "ordinal",
        "organization",
        "owner",
        "path",
        "permalink",
        "points",
        "position",
        "progress",
        "rank",
        "rating",
        "ref",
        "reference",
        "remaining",
        "rev",
        "revision",
        "score",
        "self",
        "seq",
        "sequence",
        "serial",
        "slug",
        "subtotal",
        "sum",
        "tenant",
        "timestamp",
        "total",
        "totals",
        "touched",
        "updated",
        "uri",
        "url",
        "user",
        "username",
        "uuid",
        "version",
        "views",
        "visits",
        "votes",
        "workspace",
    ];
    words(name).iter().any(|word| WORDS.contains(&&**word))
}
