//! Members of a JSON body, set and removed by their pointers.

use serde_json::Value;

use crate::contract::pointer;

/// Sets a member of the body; whether there is a place for it.
pub(super) fn set(body: &mut Option<Value>, at: &str, value: Value) -> bool {
    let mut here = body.get_or_insert_with(|| Value::Object(Default::default()));
    for token in pointer::tokens(at) {
        here = match here {
            Value::Object(map) => map.entry(token).or_insert(Value::Null),
            Value::Array(items) => {
                let end = items.len();
                let n = if token == "-" {
                    end
                } else {
                    token.parse().unwrap_or(usize::MAX)
                };
                if n == end {
                    items.push(Value::Null);
                }
                match items.get_mut(n) {
                    Some(item) => item,
                    None => return false,
                }
            }
            Value::Null => {
                *here = Value::Object(Default::default());
                let Value::Object(map) = here else {
                    return false;
                };
                map.entry(token).or_insert(Value::Null)
            }
            _ => return false,
        };
    }
    *here = value;
    true
}

/// Removes a member of the body; whether it was there.
pub(super) fn remove(body: &mut Option<Value>, at: &str) -> bool {
    let mut tokens = pointer::tokens(at);
    let (Some(last), Some(mut here)) = (tokens.pop(), body.as_mut()) else {
        return false;
    };
    for token in tokens {
        let next = match here {
            Value::Object(map) => map.get_mut(&token),
            Value::Array(items) => token.parse().ok().and_then(|n: usize| items.get_mut(n)),
            _ => None,
        };
        match next {
            Some(next) => here = next,
            None => return false,
        }
    }
    match here {
        Value::Object(map) => map.shift_remove(&last).is_some(),
        Value::Array(items) => match last.parse() {
            Ok(n) if items.len() > n => {
                items.remove(n);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_set_and_removed() {
        let table = [
            (json!({"a": 1}), "/b/c", json!({"a": 1, "b": {"c": 7}})),
            (json!({"a": [1, 2]}), "/a/0", json!({"a": [7, 2]})),
            (json!({"a": [1]}), "/a/-", json!({"a": [1, 7]})),
            (json!({"a/b": 1}), "/a~1b", json!({"a/b": 7})),
            (json!(null), "", json!(7)),
        ];
        for (json, at, after) in table {
            let mut body = Some(json);
            assert!(set(&mut body, at, json!(7)), "{at}");
            assert_eq!(body, Some(after));
        }
        let mut body = Some(json!({"a": [1, 2], "b": 3}));
        assert!(!set(&mut body, "/b/c", json!(7)) && !set(&mut body, "/a/9", json!(7)));
        assert!(remove(&mut body, "/a/0") && remove(&mut body, "/b"));
        assert!(!remove(&mut body, "/c"));
        assert_eq!(body, Some(json!({"a": [2]})));
    }
}
