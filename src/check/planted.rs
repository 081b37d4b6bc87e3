//! What a server took although it was to be refused. That it shows it later follows from that, and is no break of its own.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::battery::{Expects, Step};
use crate::exchange::Exchange;

use super::alike::{Eye, is_alike};
use super::told::is_telling;

/// So many things are known at most.
const MOST: usize = 256;
/// So deep they may stand in what was sent.
const DEEPEST: usize = 4;

/// The objects that were sent in such requests.
#[derive(Debug, Default)]
pub struct Planted(Mutex<Vec<Value>>);

impl Planted {
    /// Notes what was sent where it was to be refused and was not.
    pub fn take(&self, step: &Step, exchange: &Exchange) {
        let status = exchange.answer().map_or(0, |answer| answer.status);
        let is_taken = step.expects == Expects::Refusal && status / 100 == 2;
        let sent = exchange.request.body.as_ref().filter(|_| is_taken);
        if let Some(sent) = sent.and_then(|body| serde_json::from_slice(&body.bytes).ok()) {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            gather(&sent, DEEPEST, &mut all);
        }
    }

    /// Whether what stands at a place of an answer is, or is a part of, what was sent so.
    pub fn shows(&self, body: &Value, at: &str) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = at.match_indices('/').map(|(end, _)| end);
        let mut holders = ends
            .chain([at.len()])
            .filter_map(|end| body.pointer(&at[..end]));
        !all.is_empty() && holders.any(|holder| all.iter().any(|sent| is_of(sent, holder)))
    }
}

fn gather(sent: &Value, depth: usize, out: &mut Vec<Value>) {
    let Some(depth) = depth.checked_sub(1).filter(|_| out.len() < MOST) else {
        return;
    };
    match sent {
        // What only wraps it is no thing.
        Value::Object(map) => match map.values().next() {
            Some(inner) if map.len() == 1 && (inner.is_object() || inner.is_array()) => {
                gather(inner, depth, out);
            }
            _ => out.push(sent.clone()),
        },
        Value::Array(items) => items.iter().for_each(|item| gather(item, depth, out)),
        _ => {}
    }
}

/// Whether an object shows what was sent, as far as it has it, which is half of it at least.
fn is_of(sent: &Value, shown: &Value) -> bool {
    let (Some(sent), Some(shown)) = (sent.as_object(), shown.as_object()) else {
        return false;
    };
    let both = |(name, value)| Some((value, shown.get::<String>(name)?));
    let mut known = sent.iter().filter_map(both);
    let tells = known.clone().any(|(value, _)| is_telling(value));
    let is_half = known.clone().count() * 2 >= sent.len();
    tells && is_half && known.all(|(value, shown)| is_alike(value, Some(shown), Eye::Mild))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_sent_is_known_by_all_that_is_shown_of_it() {
        let mut all = Vec::new();
        let sent = json!({"order": [{"name": "conform-a", "size": 5, "mood": "none"}, {"n": 0}]});
        gather(&sent, DEEPEST, &mut all);
        let planted = Planted(Mutex::new(all));
        let list = json!({"items": [
            {"id": 1, "name": "Conform-a", "size": 5, "mood": "none"},
            {"id": 2, "name": "conform-b", "size": 5, "mood": "none"},
            {"id": 3, "name": "conform-a", "size": 5},
            {"id": 4, "n": 0},
        ], "mood": "none"});
        for (at, shows) in [
            ("/items/0/mood", true),
            ("/items/0", true),
            ("/items/1/mood", false),
            // A member that is missing there was missing where it was sent.
            ("/items/2", true),
            ("/items/3/n", false),
            ("/items", false),
        ] {
            assert_eq!(planted.shows(&list, at), shows, "{at}");
        }
        assert!(!Planted::default().shows(&list, "/items/0/mood"));
    }
}
