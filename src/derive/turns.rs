//! In which order cases come that are about several parameters or members: each gets its most telling mistake before any
//! gets a second one.

use std::collections::{HashMap, HashSet};

use super::subject::Made;

/// Keywords of which a break tells as much as a member that is left out.
const TELLING: [&str; 5] = [
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "minimum",
];

/// The cases in turns, each of which has one of every parameter or member at most; the first of them are given in the order
/// in which they tell most. `served` says how many of one came before; of what is `needed`, one more that is beyond a bound
/// or a list is in the first turn as well.
pub fn turns(
    all: Vec<Made>,
    served: impl Fn(&str) -> usize,
    needed: impl Fn(&str) -> bool,
) -> Vec<Vec<Made>> {
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut doubled: HashSet<String> = HashSet::new();
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
        let is_more = *turn == 1 && is_beyond(&made) && needed(&made.about);
        if let Some(first) = out.first_mut().filter(|_| is_more)
            && doubled.insert(made.about.clone())
        {
            first.push(made);
            continue;
        }
        if out.len() <= *turn {
            out.resize_with(*turn + 1, Vec::new);
        }
        out[*turn].push(made);
        *turn += 1;
    }
    out
}

/// Whether a case sends what is beyond a bound or a list of values.
fn is_beyond(made: &Made) -> bool {
    let mut keywords = made
        .case
        .aims
        .iter()
        .filter_map(|aim| aim.rsplit('/').next());
    keywords.any(|keyword| TELLING.contains(&keyword))
}
