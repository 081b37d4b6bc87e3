//! Levels that a battery or the user moves, by globs over clause ids.

use crate::contract::{ClauseIx, ClauseSet, Contract, Level, nearest, pointer};

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
    let mut wanted: Vec<Option<Wanted<'_>>> = vec![None; clauses.len()];
    for binding in &battery.bindings {
        let Some((operation, _)) = contract.operation(&binding.file.operation) else {
            continue;
        };
        for (glob, weight) in &binding.file.levels.0 {
            let only = Some(operation);
            let moves = (*weight, glob.as_str(), binding.source_name.as_str());
            if !mark(clauses, only, moves, &mut wanted) && !binding.embedded {
                let near = near(clauses, only, glob);
                let message = format!("no clause of this operation is like `{glob}`{near}");
                return Err(binding
                    .error(&pointer::join("/levels", glob), message)
                    .into());
            }
        }
    }
    let bound = wanted.clone();
    for wish in &selection.levels {
        let moves = (wish.weight, wish.glob.as_str(), wish.source.as_str());
        if !mark(clauses, None, moves, &mut wanted) {
            return Err(PlanError::Level {
                wish: wish.clone(),
                near: near(clauses, None, &wish.glob),
            });
        }
    }
    let mut moved = Vec::new();
    for (n, wanted) in wanted.into_iter().enumerate() {
        let Some((to, glob, by)) = wanted else {
            continue;
        };
        let ix = ClauseIx(n as u32);
        let clause = clauses.get_mut(ix);
        let from = clause.level;
        // What a binding moved, the user may move back.
        let is_moved_back = bound[n].is_some_and(|(weight, ..)| weight != to);
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

/// Marks the clauses that a glob covers; whether there is one.
fn mark<'b>(
    clauses: &ClauseSet,
    only: Option<usize>,
    moves: Wanted<'b>,
    wanted: &mut [Option<Wanted<'b>>],
) -> bool {
    let (_, glob, _) = moves;
    let mut any = false;
    for (ix, clause) in clauses.iter() {
        if only.is_none_or(|only| clause.subject.operation == only)
            && (covers(glob, clause.tail()) || covers(glob, clause.id()))
        {
            wanted[ix.at()] = Some(moves);
            any = true;
        }
    }
    any
}

fn near(clauses: &ClauseSet, only: Option<usize>, glob: &str) -> String {
    let known = clauses
        .iter()
        .filter(|(_, clause)| only.is_none_or(|only| clause.subject.operation == only));
    nearest::hint(glob, known.map(|(_, clause)| clause.tail()))
}

/// A glob over clause ids; brackets and braces in it stand for themselves.
pub(super) fn covers(glob: &str, id: &str) -> bool {
    let mut escaped = String::with_capacity(glob.len() + 4);
    for c in glob.chars() {
        if matches!(c, '[' | ']' | '{' | '}') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    glob_match::glob_match(&escaped, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_segment() {
        assert!(covers("*/header/*/present", "200/header/X-Id/present"));
        assert!(!covers("*/present", "200/header/X-Id/present"));
        assert!(covers("**/present", "200/header/X-Id/present"));
        assert!(covers("200/body/data[]/**", "200/body/data[]/id/type"));
    }
}
