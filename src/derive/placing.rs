//! Where the change of a parameter stands in a case file.

use crate::battery::model::{Change, RequestChange};
use crate::contract::{In, Parameter};

/// Puts a change where the parameter goes; the key of that mapping.
pub fn put(change: &mut RequestChange, parameter: &Parameter, value: Change) -> &'static str {
    put_named(change, parameter.location, &parameter.name, value)
}

/// As [`put`], by place and name.
pub fn put_named(
    change: &mut RequestChange,
    location: In,
    name: &str,
    value: Change,
) -> &'static str {
    let (key, map) = match location {
        In::Query => ("query", &mut change.query),
        In::Path => ("path", &mut change.path),
        In::Header => ("headers", &mut change.headers),
        In::Cookie => ("cookies", &mut change.cookies),
    };
    map.0.insert(name.to_owned(), value);
    key
}
