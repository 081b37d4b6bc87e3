//! Whether an answer with a status of success says in its body that it is a refusal, as those do that answer 200 to
//! everything: it has a sign of that which the usual answer of the operation has not, and nothing of what that one shows.

use serde_json::Value;

use crate::contract::names::folded;

use super::gist::{is_bare, is_holder, pruned};
use super::response::Body;
use super::signs::{self, Members};

/// What an operation answers where it does what it is asked, cut to what others are compared by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usual(Value);

/// A refusal in the body, with what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InBody {
    /// It is one.
    Surely(String),
    /// It may be one: what says so is no plain sign, or it shows something of which nobody knows what it is.
    Perhaps(String),
}

impl Usual {
    /// That of an answer.
    pub fn of(body: &Body) -> Usual {
        match body {
            Body::Json(value, _) => Usual::of_value(value),
            // What it is cannot be told, but there was something.
            Body::NotJson(text) => Usual(Value::from(format!("…{text}"))),
            Body::Empty | Body::Incomplete | Body::Unread(_) => Usual::default(),
        }
    }

    /// The same, where it is known to be JSON.
    pub fn of_value(value: &Value) -> Usual {
        Usual(pruned(value))
    }

    /// Whether another answer of the operation refuses, where it does.
    pub fn refusal(&self, body: &Value) -> Option<InBody> {
        let body = pruned(body);
        let body = body.as_object()?;
        let sign = signs::find(&self.0, body)?;
        let mut kept = Kept::default();
        match &self.0 {
            Value::Object(usual) => members(usual, body, &mut kept),
            Value::Array(usual) if !usual.is_empty() => {
                kept.lose();
                let lists = body.values().filter_map(Value::as_array);
                lists.for_each(|list| items(usual, list, &mut kept));
                kept.shown |= body
                    .values()
                    .any(|value| !is_bare(value) && usual.contains(value));
            }
            other if !is_bare(other) => kept.lose(),
            _ => {}
        }
        let is_new = |(name, value): (&String, &Value)| {
            let then = self.0.get(name).filter(|then| !is_bare(then));
            is_holder(value) && !is_bare(value) && then.is_none() && !signs::may_tell(name)
        };
        kept.unclear |= body.iter().any(is_new);
        let is_bare_of_it = match kept.data {
            0 => !kept.talk,
            _ => kept.lost > 0,
        };
        if kept.shown || !is_bare_of_it {
            return None;
        }
        let is_sure = kept.lost == kept.data && !kept.unclear && (kept.data > 0 || !kept.beside);
        Some(match sign.is_plain && is_sure {
            true => InBody::Surely(sign.text),
            false => InBody::Perhaps(sign.text),
        })
    }

    /// Whether it refuses, as far as another answer shows.
    pub fn is_refused_beside(&self, other: &Usual) -> bool {
        matches!(other.refusal(&self.0), Some(InBody::Surely(_)))
    }

    /// What says that it is a refusal itself, and has nothing else: then it is no success to compare with.
    pub fn is_refusal(&self) -> Option<String> {
        let body = self.0.as_object()?;
        let sign = signs::find(&Value::Null, body).filter(|sign| sign.is_plain)?;
        let is_data = |(name, value): (&String, &Value)| match is_holder(value) {
            true => !is_bare(value) && !signs::may_tell(name),
            false => {
                let is_said = signs::is_talk(name) || signs::is_beside(name) || value.is_boolean();
                !is_bare(value) && !is_said
            }
        };
        (!body.iter().any(is_data)).then_some(sign.text)
    }

    /// The same, where it is no verdict on what was sent, and no mere yes or no: whoever asks for one is told it.
    pub fn is_denial(&self) -> Option<String> {
        let is_yes_or_no = |map: &Members| map.values().all(Value::is_boolean);
        let is_answer = |map: &Members| signs::is_verdict(map) || is_yes_or_no(map);
        let is_asked_for = self.0.as_object().is_some_and(is_answer);
        self.is_refusal().filter(|_| !is_asked_for)
    }
}

/// What of the usual answer another one shows.
#[derive(Debug, Default)]
struct Kept {
    /// How many parts of it have data, and how many of those are not there.
    data: usize,
    lost: usize,
    /// Whether something of it is there.
    shown: bool,
    /// Whether something is there of which nobody knows what it is.
    unclear: bool,
    /// Whether the same words are there, or the same of what goes with any answer.
    talk: bool,
    beside: bool,
}

impl Kept {
    fn lose(&mut self) {
        self.data += 1;
        self.lost += 1;
    }
}

/// Looks through the members of an object.
fn members(usual: &Members, body: &Members, kept: &mut Kept) {
    let is_rpc = usual.contains_key("jsonrpc");
    let (mut own, mut others, mut is_other_id) = (0, 0, false);
    for (name, then) in usual.iter().filter(|(_, then)| !is_bare(then)) {
        let now = body.get(name).filter(|now| !is_bare(now));
        if !is_holder(then) && signs::is_talk(name) {
            kept.talk |= now == Some(then) && then.is_string() && !signs::is_fine(then);
            continue;
        }
        // The id of a call in JSON-RPC is that of the request.
        if !is_holder(then) && (signs::is_beside(name) || is_rpc && name == "id") {
            kept.beside |= now == Some(then);
            continue;
        }
        own += 1;
        match (then, now) {
            // It says nothing of whose it is.
            (Value::Bool(_), _) => own -= 1,
            (_, None) => kept.lose(),
            (Value::Object(then), Some(Value::Object(now))) => members(then, now, kept),
            (Value::Array(then), Some(Value::Array(now))) => {
                kept.lose();
                items(then, now, kept);
            }
            (then, Some(now)) if is_holder(then) => {
                kept.unclear |= is_holder(now);
                kept.lose();
            }
            (then, Some(now)) => {
                kept.data += 1;
                kept.shown |= then == now;
                others += 1;
                is_other_id |= is_id(name);
            }
        }
    }
    kept.unclear |= others > 0;
    // Another thing of the kind; an error may have an id as well, and nothing else of a thing.
    kept.shown |= is_other_id && (others > 1 || own == 1);
}

/// Looks through the entries of a list.
fn items(usual: &[Value], body: &[Value], kept: &mut Kept) {
    for item in body.iter().filter(|item| !is_bare(item)) {
        kept.shown |= usual.contains(item);
        let others = usual.iter().filter_map(Value::as_object);
        for (name, value) in others
            .zip(item.as_object())
            .flat_map(|(one, item)| one.keys().filter_map(|name| Some((name, item.get(name)?))))
        {
            let is_data = !is_bare(value) && !signs::is_talk(name);
            kept.shown |= is_data && is_id(name);
            kept.unclear |= is_data;
        }
    }
}

fn is_id(name: &str) -> bool {
    let name = folded(name);
    name.ends_with("id") || ["key", "slug"].contains(&&*name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What of a body is found: `Some(true)` for a refusal, `Some(false)` for what may be one.
    fn found(usual: &Value, body: &Value) -> Option<bool> {
        let found = Usual::of_value(usual).refusal(body)?;
        Some(matches!(found, InBody::Surely(_)))
    }

    #[test]
    fn a_success_that_says_it_is_none_and_shows_nothing_refuses() {
        let wrapped = json!({"code": 0, "msg": "ok", "data": {"id": 5, "name": "a"}});
        let plain = json!({"id": 5, "name": "a", "tags": ["x"]});
        let listed = json!([{"id": 1, "name": "n1"}, {"id": 2, "name": "n2"}]);
        let rpc = json!({"jsonrpc": "2.0", "result": [{"id": 1}], "id": 7});
        for (usual, body) in [
            (
                &json!({"ok": true, "items": [{"id": 1}]}),
                json!({"ok": false, "error": "not_authed"}),
            ),
            (
                &json!({"ok": true, "items": [{"id": 1}]}),
                json!({"ok": false, "needed": "scope", "items": []}),
            ),
            (&wrapped, json!({"code": 40101, "msg": "token invalid"})),
            (&wrapped, json!({"code": 40101, "msg": "ok", "data": null})),
            (
                &wrapped,
                json!({"code": 40101, "msg": "x", "data": {"id": 0, "name": ""}}),
            ),
            (
                &json!({"code": 0, "msg": "ok", "data": null}),
                json!({"code": 40101, "msg": "x"}),
            ),
            (
                &json!({"success": true, "errors": [], "result": {"id": 5}}),
                json!({"success": false, "errors": [{"field": "x", "message": "y"}], "result": null}),
            ),
            (
                &rpc,
                json!({"jsonrpc": "2.0", "error": {"code": -32600, "message": "x"}, "id": 7}),
            ),
            (
                &rpc,
                json!({"jsonrpc": "2.0", "error": {"code": -32600}, "id": null}),
            ),
            (
                &json!({"data": {"me": {"id": 1}}}),
                json!({"data": null, "errors": [{"message": "syntax"}]}),
            ),
            (
                &json!({"valid": true, "problems": []}),
                json!({"valid": false, "problems": ["'name' is missing"]}),
            ),
            (
                &json!({"authenticated": true, "user": "ann"}),
                json!({"authenticated": false}),
            ),
            (
                &json!({"meta": {"code": 200}, "response": [{"id": 1}]}),
                json!({"meta": {"code": 401}, "response": []}),
            ),
            (
                &json!({"Response": {"Users": [{"Id": 1}], "RequestId": "a"}}),
                json!({"Response": {"Error": {"Code": "X"}, "RequestId": "b"}}),
            ),
            (
                &json!({"status": "success", "data": {"id": 5}}),
                json!({"status": "error", "message": "x"}),
            ),
            (&listed, json!({"error": "no token"})),
            (&plain, json!({"error": {"message": "no token"}})),
            (
                &plain,
                json!({"statusCode": 401, "message": "Unauthorized"}),
            ),
            (&json!(null), json!({"code": 404, "msg": "none"})),
        ] {
            assert_eq!(found(usual, &body), Some(true), "{body}");
        }
    }

    #[test]
    fn what_may_be_a_refusal_is_not_taken_for_one_nor_for_a_success() {
        let plain = json!({"id": 5, "name": "a"});
        for (usual, body) in [
            // JSend: what is wrong stands where the thing would.
            (
                &json!({"status": "success", "data": {"id": 5, "name": "a"}}),
                json!({"status": "fail", "data": {"name": "is required"}}),
            ),
            (&plain, json!({"message": "not allowed"})),
            (&plain, json!({"id": "unauthorized", "error": "no token"})),
            (&plain, json!({"ok": false, "rows": [{"title": "b"}]})),
            (
                &json!({"code": 1000, "data": [1]}),
                json!({"code": 4001, "data": null}),
            ),
        ] {
            assert_eq!(found(usual, &body), Some(false), "{body}");
        }
    }

    #[test]
    fn what_shows_something_or_says_nothing_is_no_refusal() {
        let wrapped = json!({"code": 0, "msg": "ok", "data": {"id": 5, "name": "a"}});
        let plain = json!({"id": 5, "name": "a", "tags": ["x"]});
        let listed = json!({"ok": true, "items": [{"id": 1, "name": "n1"}]});
        for (usual, body) in [
            (&wrapped, wrapped.clone()),
            (
                &wrapped,
                json!({"code": 0, "msg": "ok", "data": {"id": 6, "name": "b"}}),
            ),
            (&wrapped, json!({"code": 0, "msg": "ok", "data": null})),
            // The data together with a sign of an error.
            (
                &wrapped,
                json!({"code": 40101, "msg": "x", "data": {"id": 5, "name": "a"}}),
            ),
            (
                &wrapped,
                json!({"code": 40101, "msg": "x", "data": {"id": 6, "name": "b"}}),
            ),
            (
                &listed,
                json!({"ok": false, "items": [{"id": 1, "name": "n1"}]}),
            ),
            (
                &listed,
                json!({"ok": false, "items": [{"id": 9, "name": "n9"}]}),
            ),
            (
                &plain,
                json!({"id": 5, "name": "a", "tags": [], "error": "stale"}),
            ),
            (&plain, json!({"id": 6, "name": "b", "error": "stale"})),
            (
                &json!([{"id": 1}]),
                json!({"error": "x", "partial": [{"id": 1}]}),
            ),
            (
                &json!({"message": "hello"}),
                json!({"message": "hello", "error": "x"}),
            ),
            (
                &json!({"ok": false, "error": "x"}),
                json!({"ok": false, "error": "x"}),
            ),
            (
                &json!({"id": 5, "status": "failed", "error": "x"}),
                json!({"id": 5, "status": "failed", "error": "x"}),
            ),
            // No sign at all.
            (&plain, json!({"id": 6})),
            (&plain, json!({})),
            (&plain, json!([])),
            (&plain, json!(null)),
            (&listed, json!({"ok": true, "items": []})),
            (&json!({"status": "ok"}), json!({"status": "degraded"})),
        ] {
            assert_eq!(found(usual, &body), None, "{body}");
        }
    }

    #[test]
    fn a_control_may_be_a_refusal_itself() {
        for (body, is_one) in [
            (json!({"ok": false, "error": "missing_scope"}), true),
            (
                json!({"code": 40404, "msg": "no such user", "data": null}),
                true,
            ),
            (
                json!({"jsonrpc": "2.0", "error": {"code": -32601}, "id": null}),
                true,
            ),
            (json!({"code": 0, "msg": "ok", "data": null}), false),
            (
                json!({"code": "DE", "description": "x", "name": "Germany"}),
                false,
            ),
            (json!({"id": 5, "error": "timed out"}), false),
            (json!({"message": "not allowed"}), false),
            (json!([]), false),
        ] {
            assert_eq!(
                Usual::of_value(&body).is_refusal().is_some(),
                is_one,
                "{body}"
            );
        }
        for (asked_for, is_denial) in [
            (json!({"problems": ["x"], "valid": false}), false),
            (json!({"status": false}), false),
            (json!({"authenticated": false, "admin": false}), false),
            (json!({"ok": false, "error": "missing_scope"}), true),
        ] {
            let told = Usual::of_value(&asked_for);
            assert!(told.is_refusal().is_some(), "{asked_for}");
            assert_eq!(told.is_denial().is_some(), is_denial, "{asked_for}");
        }
    }
}
