//! Pure functions from a plan and what came back to evidence and breaks. No input or output, no clock, no chance.

pub mod acceptance;
mod alike;
pub mod as_listed;
mod asked;
mod behind;
pub mod belongs;
pub mod below;
mod body;
pub mod census;
pub mod clamped;
pub mod complaint;
pub mod created;
pub mod defaulted;
mod differing;
pub mod doubt;
mod echo;
pub mod emptiness;
#[cfg(test)]
mod ending_tests;
mod ends;
pub mod envelope;
mod excerpt;
pub mod fields;
pub mod filtered;
mod finding;
mod first_page;
pub mod flow;
mod gist;
pub mod hashes;
mod json;
#[cfg(test)]
mod json_tests;
pub mod judging;
mod leaked;
pub mod led;
mod lenient;
mod link_header;
pub mod links;
pub mod listing;
pub mod looked;
#[cfg(test)]
mod looks_tests;
mod lost;
#[cfg(test)]
mod many_tests;
pub mod missing;
mod more;
mod moved;
mod notes;
mod odd;
pub mod offer;
mod onward;
mod open;
mod order;
mod other_forms;
mod over;
mod own;
pub mod own_id;
pub mod page;
pub mod planted;
pub mod predicate;
pub mod ranges;
mod read;
pub mod refused;
pub mod repeat;
mod repeats;
pub mod response;
pub mod rules;
pub mod same;
pub mod searches;
pub mod selects;
mod self_told;
mod signs;
pub mod sized;
pub mod sorted;
pub mod stranger;
pub mod told;
pub mod total_header;
mod totals;
pub mod unlisted;
pub mod values;
#[cfg(test)]
mod values_tests;
pub mod vanished;
mod views;
pub mod walk;
pub mod walk_findings;
#[cfg(test)]
mod walk_tests;
pub mod words;
mod written;

use serde_json::Value;

/// A text from the target, cut to what a person reads.
pub fn shown(text: &str) -> String {
    const MOST: usize = 200;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST).collect();
    format!("{head}…")
}

/// Up to so many names, looking through them costs less than hashing the one that is wanted.
const FEW: usize = 12;

/// The value at a pointer's tokens.
fn descend<'v>(value: &'v Value, tokens: &[String]) -> Option<&'v Value> {
    let mut here = value;
    for token in tokens {
        here = match here {
            Value::Object(map) if map.len() <= FEW => {
                map.iter().find(|(name, _)| *name == token)?.1
            }
            Value::Object(map) => map.get(token)?,
            Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(here)
}
