//! Keys that a client chooses for what it makes, such as the code of a currency: what has one may be somebody else's, which
//! the same key once more replaces.

use serde_json::Value;

use crate::battery::model::BodyTry;
use crate::battery::{Trial, is_of_time};
use crate::contract::names::{folded, words};
use crate::contract::{Media, Operation, Place, pointer};

use super::naming::noun;

/// The last words of names of members that hold such a key.
const KEYS: [&str; 14] = [
    "abbreviation",
    "code",
    "ean",
    "handle",
    "iban",
    "identifier",
    "isbn",
    "iso",
    "key",
    "number",
    "sku",
    "slug",
    "symbol",
    "ticker",
];

/// A number of as many digits as a marked one.
const SAMPLE: u64 = 987_654_321;

/// What an address begins with of which the document says nothing.
const MADE_UP: &str = "https://example.com/";

/// How many other values of a list of them are tried.
const MOST: usize = 2;

/// Whether a member of the body of a create may be the key of what is made: it is called so, and of nothing else.
pub fn is_key(operation: &Operation, member: &str) -> bool {
    let all = words(member);
    let Some((last, own)) = all.split_last() else {
        return false;
    };
    let is_of_it = own.is_empty() || folded(&own.concat()) == noun(&operation.path);
    operation.method == "POST" && is_of_it && KEYS.contains(&last.as_str())
}

/// The bodies with other keys, for where those of the first are taken, or are no right ones.
pub fn others(operation: &Operation, media: Option<&Media>, tries: &[BodyTry]) -> Vec<BodyTry> {
    let Some((media, first)) = media.zip(tries.first()) else {
        return Vec::new();
    };
    let members = first.json.as_object().into_iter().flatten();
    let keys = members.filter(|(name, _)| is_key(operation, name));
    let mut out = Vec::new();
    for (name, value) in keys {
        let at = pointer::join("", name);
        if first.answers.0.contains_key(&at) {
            continue;
        }
        let said = media
            .said_of(&Place::default().key(name))
            .unwrap_or_default();
        let mut plain = first.clone();
        if plain.marks.0.shift_remove(&at).is_some() {
            // The document's own value may be one of a few that a server knows.
            out.extend(said.contains_key("x-conform-value").then_some(plain));
            continue;
        }
        let listed = said.get("enum").and_then(Value::as_array).cloned();
        let more = listed.into_iter().flatten().filter(|other| other != value);
        let with = more.take(MOST).map(|other| BodyTry {
            json: Trial::with(&first.json, &at, other),
            ..first.clone()
        });
        out.extend(with.filter(|one| media.allows(&one.json)));
        let sample = Trial::with(&first.json, &at, Value::from(SAMPLE));
        if value.is_u64() && media.allows(&sample) {
            let mut marked = first.clone();
            marked.marks.0.insert(at, "{digits}".to_owned());
            out.push(marked);
        }
    }
    out
}

/// The same body with the days and addresses that the document gives it, where they are others in each request.
pub fn as_given(one: &BodyTry) -> Option<BodyTry> {
    let mut given = one.clone();
    let marks = &mut given.marks.0;
    let is_address = |form: &str| form.starts_with("http") && !form.starts_with(MADE_UP);
    marks.retain(|_, form| !is_of_time(form) && !is_address(form));
    (marks.len() < one.marks.0.len()).then_some(given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    #[test]
    fn a_key_is_that_of_what_is_made() {
        let text = "paths: {/currencies: {post: {responses: {}}, get: {responses: {}}}}";
        let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
        let of = |method: &str| {
            let mut all = contract.operations.iter();
            all.find(|one| one.method == method).unwrap()
        };
        for (member, is_it) in [
            ("code", true),
            ("currencyCode", true),
            ("currency_code", true),
            ("countryCode", false),
            ("name", false),
            ("encoded", false),
        ] {
            assert_eq!(is_key(of("POST"), member), is_it, "{member}");
            assert!(!is_key(of("GET"), member), "{member}");
        }
    }
}
