//! What a page says in as many words of whether another one follows.

use serde_json::Value;

use crate::battery::{After, Collection, LAST, MORE, Next};
use crate::contract::names::folded;

/// Members of a page, folded, that tell of it and are none of its items.
const AROUND: [&str; 6] = [
    "meta",
    "metadata",
    "page",
    "pageinfo",
    "pagination",
    "paging",
];

/// Whether another page follows, as the page says: where the binding names the member, else, where the binding was guessed,
/// by the names of such members.
pub(super) fn said(collection: &Collection, body: &Value) -> Option<bool> {
    if let Next::After(After {
        more: Some(pointer),
        ..
    }) = &collection.next
    {
        return body.pointer(pointer).and_then(flag);
    }
    let beside = collection.next.pointer().and_then(|at| at.rsplit_once('/'));
    let beside = beside.and_then(|(at, _)| body.pointer(at));
    let own = body.as_object().into_iter().flatten();
    let told = own.filter(|(name, _)| AROUND.contains(&folded(name).as_str()));
    let around = [Some(body), beside].into_iter().flatten();
    let members = around
        .chain(told.map(|(_, value)| value))
        .filter(|_| collection.guessed)
        .filter_map(Value::as_object)
        .flatten();
    let said = members.filter_map(|(name, value)| {
        let name = folded(name);
        let flag = flag(value)?;
        let is_last = LAST.contains(&name.as_str()).then_some(!flag);
        is_last.or_else(|| MORE.contains(&name.as_str()).then_some(flag))
    });
    // Of two that differ the one that says less is believed.
    said.min()
}

/// What is true or false, be it written as a text.
fn flag(value: &Value) -> Option<bool> {
    let text = value.as_str().and_then(|text| text.parse().ok());
    value.as_bool().or(text)
}

#[cfg(test)]
mod tests {
    use super::super::page::read;
    use super::*;

    #[test]
    fn a_page_that_says_it_is_the_last_has_no_next() {
        let text = "{items: /items, guessed: true, next: {token: /meta/cursor, parameter: t}}";
        let collection: Collection = serde_saphyr::from_str(text).unwrap();
        for (said, is_last) in [
            ("hasMore", false),
            ("has_next_page", false),
            ("is_last", true),
            ("isTruncated", false),
        ] {
            for at in ["", "/meta", "/page"] {
                let next = |value: bool| {
                    let mut body =
                        serde_json::json!({"items": [], "meta": {"cursor": "c"}, "page": {}});
                    body.pointer_mut(at).unwrap()[said] = value.into();
                    read(&collection, &body).next.is_some()
                };
                assert!(next(!is_last) && !next(is_last), "{at} {said}");
            }
        }
        for (said, is_last) in [
            (serde_json::json!("false"), true),
            (serde_json::json!("true"), false),
            (serde_json::json!("no"), false),
            (serde_json::json!(0), false),
        ] {
            let body =
                serde_json::json!({"items": [], "meta": {"cursor": "c"}, "IsTruncated": said});
            assert_eq!(read(&collection, &body).next.is_none(), is_last, "{said}");
        }
    }

    #[test]
    fn what_a_binding_names_says_whether_there_is_more() {
        let text = "{items: /items, id: /id, next: {after: after, more: /page/more}}";
        let collection: Collection = serde_saphyr::from_str(text).unwrap();
        for (more, said) in [
            (serde_json::json!(true), Some(true)),
            (serde_json::json!(false), Some(false)),
            (serde_json::json!("no"), None),
        ] {
            let body = serde_json::json!({"has_more": false, "page": {"more": more}});
            assert_eq!(super::said(&collection, &body), said, "{more}");
        }
    }
}
