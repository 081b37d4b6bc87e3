//! In which order cases come that are about several parameters or members: one of each kind of mistake before a second of any,
//! and what another operation of the same schema was asked already comes last.

use std::collections::{HashMap, HashSet};

use super::subject::Made;

/// The cases in turns, each of which has one of every kind at most; within a turn, those about what was not touched yet come
/// first, then in the order in which they are given. `served` says how many of one parameter or member came before. The last turn is what
/// was `asked` elsewhere: each keyword of a schema that several operations share is put to the test once before any is twice.
pub fn turns(
    all: Vec<Made>,
    served: impl Fn(&str) -> usize,
    asked: &HashSet<String>,
) -> Vec<Vec<Made>> {
    let mut known: HashSet<String> = HashSet::new();
    // What two ways lead to is one case.
    let all = all
        .into_iter()
        .filter(|made| known.insert(made.case.case.clone()));
    let (elsewhere, new): (Vec<Made>, Vec<Made>) =
        all.partition(|made| !made.place.is_empty() && asked.contains(&made.place));
    let mut abouts: HashMap<String, usize> = HashMap::new();
    let mut out = rounds(new, &mut abouts, &served);
    if out.is_empty() {
        out.push(Vec::new());
    }
    let last = rounds(elsewhere, &mut abouts, &served);
    out.push(last.into_iter().flatten().collect());
    out
}

/// These cases, round by round.
fn rounds(
    all: Vec<Made>,
    abouts: &mut HashMap<String, usize>,
    served: &impl Fn(&str) -> usize,
) -> Vec<Vec<Made>> {
    let mut kinds: HashMap<String, usize> = HashMap::new();
    let mut open = all;
    let mut out: Vec<Vec<Made>> = Vec::new();
    loop {
        let rank = |made: &Made| {
            let about = abouts.get(&made.about).copied();
            let about = about.unwrap_or_else(|| served(&made.about));
            // Whether a member has to be there is asked of each before all else.
            let first = usize::from(!made.is_of("required"));
            let kind = kinds.get(&kind(made)).copied().unwrap_or_default();
            (kind, first, about)
        };
        let best = (0..open.len()).min_by_key(|n| (rank(&open[*n]), *n));
        let Some(best) = best else {
            return out;
        };
        let (round, ..) = rank(&open[best]);
        let made = open.remove(best);
        let about = abouts.entry(made.about.clone());
        *about.or_insert_with(|| served(&made.about)) += 1;
        kinds.insert(kind(&made), round + 1);
        if out.len() <= round {
            out.resize_with(round + 1, Vec::new);
        }
        out[round].push(made);
    }
}

/// What kind of mistake a case makes: the keyword that it breaks. What is no mistake is of a kind of its own.
pub fn kind(made: &Made) -> String {
    let aim = made.case.aims.first().map_or("", String::as_str);
    match made.is_of("keyword") || made.is_of("required") {
        true => aim.rsplit('/').next().unwrap_or(aim).to_owned(),
        false => made.case.case.clone(),
    }
}
