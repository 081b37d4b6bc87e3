//! In which order cases come that are about several parameters or members: each gets its most telling mistake before any
//! gets a second one.

use std::collections::{HashMap, HashSet};

use super::subject::Made;

/// The cases in turns, each of which has one of every parameter or member at most; the first of them are given in the order
/// in which they tell most. `served` says how many of one came before.
pub fn turns(all: Vec<Made>, served: impl Fn(&str) -> usize) -> Vec<Vec<Made>> {
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut out: Vec<Vec<Made>> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    // What two ways lead to is one case.
    let all = all
        .into_iter()
        .filter(|made| known.insert(made.case.case.clone()));
    for made in all {
        let turn = next
            .entry(made.about.clone())
            .or_insert_with(|| served(&made.about));
        if out.len() <= *turn {
            out.resize_with(*turn + 1, Vec::new);
        }
        out[*turn].push(made);
        *turn += 1;
    }
    out
}
