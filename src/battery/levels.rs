//! Levels that a battery or the user moves, by globs over clause ids.

use std::collections::BTreeMap;

use glob_match::glob_match;

use crate::contract::{Clause, ClauseIx, ClauseSet, Contract, Level, nearest, pointer};

use super::load::Battery;
use super::model::Weight;
use super::planned::{PlanError, Selection};

/// A clause whose level was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The clause.
    pub clause: ClauseIx,
    /// The level that it has by the document.
    pub from: Level,
    /// The level that it has.
    pub to: Weight,
    /// The glob that moved it.
    pub glob: String,
    /// The file that it stands in.
    pub by: String,
}

/// Moves the levels as bindings say, then as the user says; what was moved, in the order of the clauses.
pub(super) fn apply(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    selection: &Selection,
) -> Result<Vec<Moved>, PlanError> {
    let mut wanted: BTreeMap<ClauseIx, Wanted<'_>> = BTreeMap::new();
    for binding in &battery.bindings {
        let Some((operation, _)) = contract.operation(&binding.file.operation) else {
            continue;
        };
        let levels = &binding.file.levels.0;
        if levels.is_empty() {
            continue;
        }
        // The report shows them later, so they are kept.
        let own = clauses.indices_of(move |one| one == operation);
        let own: Vec<Named<'_>> = own.map(|ix| (ix, clauses.get(ix))).collect();
        for (glob, weight) in levels {
            let moves = (*weight, glob.as_str(), binding.source_name.as_str());
            if !mark(&own, moves, &mut wanted) && !binding.embedded {
                let near = near(&own, glob);
                let message = format!("no clause of this operation is like `{glob}`{near}");
                return Err(binding
                    .error(&pointer::join("/levels", glob), message)
                    .into());
            }
        }
    }
    let bound = wanted.clone();
    let all: Vec<(ClauseIx, Clause)> = match selection.levels.is_empty() {
        true => Vec::new(),
        false => clauses.each().collect(),
    };
    let all: Vec<Named<'_>> = all.iter().map(|(ix, clause)| (*ix, clause)).collect();
    for wish in &selection.levels {
        let moves = (wish.weight, wish.glob.as_str(), wish.source.as_str());
        if !mark(&all, moves, &mut wanted) {
            return Err(PlanError::Level {
                wish: wish.clone(),
                near: near(&all, &wish.glob),
            });
        }
    }
    let mut moved = Vec::new();
    for (ix, (to, glob, by)) in wanted {
        let clause = clauses.get_mut(ix);
        let from = clause.level;
        // What a binding moved, the user may move back.
        let is_moved_back = bound.get(&ix).is_some_and(|(weight, ..)| *weight != to);
        if to.level() == Some(from) && !is_moved_back {
            continue;
        }
        clause.level = to.level().unwrap_or(Level::Info);
        clause.off = to == Weight::Off;
        moved.push(Moved {
            clause: ix,
            from,
            to,
            glob: glob.to_owned(),
            by: by.to_owned(),
        });
    }
    Ok(moved)
}

/// A level, the glob that it is for, and the file that says so.
type Wanted<'b> = (Weight, &'b str, &'b str);

/// A clause and its index.
type Named<'c> = (ClauseIx, &'c Clause);

/// Marks the clauses that a glob covers; whether there is one.
fn mark<'b>(
    clauses: &[Named<'_>],
    moves: Wanted<'b>,
    wanted: &mut BTreeMap<ClauseIx, Wanted<'b>>,
) -> bool {
    let glob = plain(moves.1);
    let mut any = false;
    for (ix, clause) in clauses {
        if glob_match(&glob, clause.tail()) || glob_match(&glob, clause.id()) {
            wanted.insert(*ix, moves);
            any = true;
        }
    }
    any
}

fn near(clauses: &[Named<'_>], glob: &str) -> String {
    let known = clauses.iter().map(|(_, clause)| clause.tail());
    nearest::hint(glob, known)
}

/// A glob over clause ids as it is matched: brackets and braces in it stand for themselves.
fn plain(glob: &str) -> String {
    let mut escaped = String::with_capacity(glob.len() + 4);
    for c in glob.chars() {
        if matches!(c, '[' | ']' | '{' | '}') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(glob: &str, id: &str) -> bool {
        glob_match(&plain(glob), id)
    }

    #[test]
    fn a_star_stays_in_its_segment() {
        assert!(covers("*/header/*/present", "200/header/X-Id/present"));
        assert!(!covers("*/present", "200/header/X-Id/present"));
        assert!(covers("**/present", "200/header/X-Id/present"));
        assert!(covers("200/body/data[]/**", "200/body/data[]/id/type"));
    }
}
