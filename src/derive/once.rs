//! Values that are for one request alone, such as the key by which a server knows that a request is sent again: it gives the
//! first answer once more, so another request must have another one.

use serde_json::Value;

use crate::battery::marked;
use crate::contract::names::words;
use crate::contract::{Contract, In, Operation, Parameter};

use super::ids::is_id;

/// What such a text may look like, the most usual first.
const FORMS: [&str; 6] = [
    "{uuid}",
    "conform-{mark}",
    "{mark}",
    "{MARK}",
    "{digits}",
    "{letters}",
];

/// Whether a name says that its value is for one request.
pub fn is_named(name: &str) -> bool {
    const ALONE: [&str; 5] = [
        "idempotency",
        "idempotent",
        "nonce",
        "deduplication",
        "dedup",
    ];
    const ENDS: [[&str; 2]; 7] = [
        ["request", "id"],
        ["request", "uuid"],
        ["request", "token"],
        ["request", "key"],
        ["client", "token"],
        ["correlation", "id"],
        ["transaction", "uuid"],
    ];
    let words = words(name);
    let end = words.last_chunk::<2>();
    words.iter().any(|word| ALONE.contains(&word.as_str()))
        || end.is_some_and(|end| ENDS.iter().any(|known| end == known))
}

/// Whether a body has a member with such a value.
pub fn is_in(body: &Value) -> bool {
    let mut members = body.as_object().into_iter().flatten();
    members.any(|(name, _)| is_named(name))
}

fn allows(parameter: &Parameter, form: &str) -> bool {
    let mut marks = ["c0000000a", "cz9z9z9z9"].into_iter();
    marks.all(|mark| parameter.allows(&marked(form, mark).into()))
}

/// The first form that a parameter allows.
pub fn allowed(parameter: &Parameter) -> Option<&'static str> {
    FORMS.iter().copied().find(|form| allows(parameter, form))
}

/// The form of the text that a header of a request that writes gets anew each time; `None` for any other parameter.
pub fn form(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
) -> Option<&'static str> {
    if parameter.location != In::Header || !parameter.required {
        return None;
    }
    let form = allowed(parameter)?;
    // Any other free text of that form which no read has may be nothing else.
    let is_read = |other: &Operation| {
        let mut own = other.parameters.iter();
        other.method == "GET" && own.any(|one| one.name.eq_ignore_ascii_case(&parameter.name))
    };
    let is_free = form == "{uuid}"
        && !allows(parameter, "conform-{mark}")
        && !is_id(parameter)
        && !contract.operations.iter().any(is_read);
    let is_it = is_named(&parameter.name) || is_free;
    (is_it && !operation.carries_credentials(parameter)).then_some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_that_its_value_is_for_one_request() {
        for name in [
            "Idempotency-Key",
            "x-idempotency-key",
            "PayPal-Request-Id",
            "X-Request-ID",
            "clientToken",
            "idempotency_key",
        ] {
            assert!(is_named(name), "{name}");
        }
        for name in ["X-Tenant-Id", "Client-Id", "key", "request", "token"] {
            assert!(!is_named(name), "{name}");
        }
    }
}
