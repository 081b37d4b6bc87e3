//! Places of clauses (`data[]/spec/version`) in real bodies: found, and filled.

use serde_json::{Map, Value};

use crate::contract::{Place, PlaceStep as Step, pointer};

/// A concrete way into a body; `there` says whether something stands at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The tokens of the pointer.
    pub tokens: Vec<String>,
    /// Whether something stands there.
    pub there: bool,
}

/// The steps into a value; alternatives are no steps.
pub fn steps(place: &Place) -> Vec<Step> {
    let steps = place.steps().iter();
    steps
        .filter(|step| !matches!(step, Step::Branch(_)))
        .cloned()
        .collect()
}

/// All slots of a place in a body, in order.
pub fn slots(body: &Value, steps: &[Step]) -> Vec<Slot> {
    let mut out = Vec::new();
    descend(body, steps, &mut Vec::new(), &mut out);
    out
}

fn descend(value: &Value, steps: &[Step], way: &mut Vec<String>, out: &mut Vec<Slot>) {
    let Some((step, rest)) = steps.split_first() else {
        out.push(Slot {
            tokens: way.clone(),
            there: true,
        });
        return;
    };
    let mut go = |token: String, child: Option<&Value>| {
        way.push(token);
        match child {
            Some(child) => descend(child, rest, way, out),
            None => {
                let mut tokens = way.clone();
                tokens.extend(rest.iter().map(|step| match step {
                    Step::Key(key) => key.to_string(),
                    Step::Any | Step::Branch(_) => "conform-any".to_owned(),
                    Step::Each => "0".to_owned(),
                }));
                out.push(Slot {
                    tokens,
                    there: false,
                });
            }
        }
        way.pop();
    };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => go(key.to_string(), map.get(&**key)),
        (Step::Any, Value::Object(_)) => go("conform-any".to_owned(), None),
        (Step::Each, Value::Array(items)) if items.is_empty() => go("0".to_owned(), None),
        (Step::Each, Value::Array(items)) => {
            for (n, item) in items.iter().enumerate() {
                go(n.to_string(), Some(item));
            }
        }
        _ => {}
    }
}

/// Puts a value into a slot, making what is missing on the way.
pub fn put(body: &mut Value, tokens: &[String], steps: &[Step], new: Value) -> bool {
    let Some((token, rest)) = tokens.split_first() else {
        *body = new;
        return true;
    };
    let below = |rest: &[Step]| match rest.first() {
        Some(Step::Each) => Value::Array(Vec::new()),
        _ => Value::Object(Map::new()),
    };
    let rest_steps = steps.get(1..).unwrap_or_default();
    match body {
        Value::Object(map) => {
            let child = map
                .entry(token.clone())
                .or_insert_with(|| below(rest_steps));
            put(child, rest, rest_steps, new)
        }
        Value::Array(items) => {
            let Ok(index) = token.parse::<usize>() else {
                return false;
            };
            if index == items.len() {
                items.push(below(rest_steps));
            }
            items
                .get_mut(index)
                .is_some_and(|child| put(child, rest, rest_steps, new))
        }
        _ => false,
    }
}

/// The pointer of these tokens.
pub fn pointer_of(tokens: &[String]) -> String {
    let join = |base: String, token: &String| pointer::join(&base, token);
    tokens.iter().fold(String::new(), join)
}

/// The value in a slot.
pub fn get<'v>(body: &'v Value, tokens: &[String]) -> Option<&'v Value> {
    tokens.iter().try_fold(body, |value, token| match value {
        Value::Object(map) => map.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Takes a property away.
pub fn remove(body: &mut Value, tokens: &[String]) -> bool {
    let Some((last, way)) = tokens.split_last() else {
        return false;
    };
    let mut here = body;
    for token in way {
        let next = match here {
            Value::Object(map) => map.get_mut(token),
            Value::Array(items) => token.parse::<usize>().ok().and_then(|n| items.get_mut(n)),
            _ => None,
        };
        match next {
            Some(next) => here = next,
            None => return false,
        }
    }
    here.as_object_mut()
        .is_some_and(|map| map.shift_remove(last).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_lead_to_slots() {
        let body = json!({"data": [{"spec": {"v": 1}}, {"spec": {}}]});
        let place = Place::default().key("data").with(Step::Each).key("spec");
        let way = steps(&place.with(Step::Branch("Branch/x".into())).key("v"));
        let found = slots(&body, &way);
        assert_eq!(
            found[0],
            Slot {
                tokens: ["data", "0", "spec", "v"].map(str::to_owned).to_vec(),
                there: true
            }
        );
        assert_eq!(
            found[1],
            Slot {
                tokens: ["data", "1", "spec", "v"].map(str::to_owned).to_vec(),
                there: false
            }
        );
        let mut copy = body.clone();
        assert!(put(&mut copy, &found[1].tokens, &way, json!(2)));
        assert_eq!(copy["data"][1]["spec"]["v"], 2);
        assert!(remove(&mut copy, &found[0].tokens));
        assert_eq!(copy["data"][0]["spec"], json!({}));
        let deep = steps(&Place::default().key("a").key("b").with(Step::Each).key("c"));
        let slot = slots(&json!({}), &deep).remove(0);
        let mut empty = json!({});
        assert!(put(&mut empty, &slot.tokens, &deep, json!("x")));
        assert_eq!(empty, json!({"a": {"b": [{"c": "x"}]}}));
    }
}
