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
    /// The level that it had.
    pub from: Level,
    /// The level that it has; `None` where it is switched off.
    pub to: Option<Level>,
    /// Who moved it: the binding's file, or `levels` for the user's own.
    pub by: String,
}

/// Moves the levels as bindings say, then as the user says; what was moved, in the order of the clauses.
pub(super) fn apply(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    selection: &Selection,
) -> Result<Vec<Moved>, PlanError> {
    let mut wanted: Vec<Option<(Weight, &str)>> = vec![None; clauses.len()];
    for binding in &battery.bindings {
        let Some((operation, _)) = contract.operation(&binding.file.operation) else {
            continue;
        };
        for (glob, weight) in &binding.file.levels.0 {
            let only = Some(operation);
            if !mark(
                clauses,
                only,
                glob,
                (*weight, &binding.source_name),
                &mut wanted,
            ) && !binding.embedded
            {
                let near = near(clauses, only, glob);
                let message = format!("no clause of this operation is like `{glob}`{near}");
                return Err(binding
                    .error(&pointer::join("/levels", glob), message)
                    .into());
            }
        }
    }
    for (glob, weight) in &selection.levels {
        if !mark(clauses, None, glob, (*weight, "levels"), &mut wanted) {
            let near = near(clauses, None, glob);
            return Err(PlanError::Parameter(format!(
                "levels: no clause is like `{glob}`{near}"
            )));
        }
    }
    let mut moved = Vec::new();
    for (n, wanted) in wanted.into_iter().enumerate() {
        let Some((weight, by)) = wanted else { continue };
        let ix = ClauseIx(n as u32);
        let clause = clauses.get_mut(ix);
        let (from, to) = (clause.level, weight.level());
        if to == Some(from) {
            continue;
        }
        clause.level = to.unwrap_or(Level::Info);
        clause.off = to.is_none();
        moved.push(Moved {
            clause: ix,
            from,
            to,
            by: by.to_owned(),
        });
    }
    Ok(moved)
}

/// Marks the clauses that a glob covers; whether there is one.
fn mark<'b>(
    clauses: &ClauseSet,
    only: Option<usize>,
    glob: &str,
    weight: (Weight, &'b str),
    wanted: &mut [Option<(Weight, &'b str)>],
) -> bool {
    let mut any = false;
    for (ix, clause) in clauses.iter() {
        if only.is_none_or(|only| clause.subject.operation == only)
            && (covers(glob, clause.tail()) || covers(glob, clause.id()))
        {
            wanted[ix.at()] = Some(weight);
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
