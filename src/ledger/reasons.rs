//! Why a clause was not put to the test, in words, and whether this target could have shown it at all.

use crate::battery::{Case, Plan};
use crate::contract::{Clause, ClauseIx, Kind};

use super::Verdict;

/// The reason, and whether it lies out of the target's reach.
pub fn why_not(
    plan: &Plan,
    ix: ClauseIx,
    exercised: &[u64],
    verdicts: &[(usize, Verdict, &str)],
) -> (String, bool) {
    let clause = plan.clauses.get(ix);
    let aiming: Vec<(&Case, Verdict, &str)> = verdicts
        .iter()
        .filter(|(case, ..)| plan.cases[*case].aims.contains(&ix))
        .map(|(case, verdict, reason)| (&plan.cases[*case], *verdict, *reason))
        .collect();
    let is_visited = verdicts
        .iter()
        .any(|(case, ..)| plan.cases[*case].operation == clause.operation);
    if !is_visited {
        return ("no case sends a request to its operation".to_owned(), false);
    }
    if !clause.status.is_empty()
        && !plan.clauses.iter().any(|(other, known)| {
            known.operation == clause.operation
                && known.status == clause.status
                && exercised[other.at()] > 0
        })
    {
        return status_unseen(clause, &aiming);
    }
    if aiming.is_empty() {
        return ("no case looks at it".to_owned(), false);
    }
    if aiming
        .iter()
        .all(|(_, verdict, _)| *verdict == Verdict::Skipped)
    {
        let (case, _, reason) = aiming[0];
        return (format!("the case {} was skipped: {reason}", case.id), false);
    }
    if let Some(rule) = plan.rule(ix) {
        return (rule.unexercised.clone(), false);
    }
    match clause.kind {
        Kind::Schema => (schema(plan, clause, exercised), false),
        Kind::HeaderSchema => (
            format!("no {} carried {}", clause.status, clause.name),
            false,
        ),
        Kind::Json | Kind::UniqueKeys => (
            format!("no body of a {} could be read", clause.status),
            false,
        ),
        _ => match aiming
            .iter()
            .find(|(_, verdict, _)| matches!(verdict, Verdict::Inconclusive | Verdict::Error))
        {
            Some((case, verdict, reason)) => (
                format!("the case {} is {}: {reason}", case.id, verdict.word()),
                false,
            ),
            None => (
                format!(
                    "no answer showed it in {}",
                    aiming
                        .iter()
                        .map(|(case, ..)| case.id.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                false,
            ),
        },
    }
}

fn status_unseen(clause: &Clause, aiming: &[(&Case, Verdict, &str)]) -> (String, bool) {
    let status = clause.status.as_str();
    let skipped = aiming
        .iter()
        .find(|(case, verdict, _)| *verdict == Verdict::Skipped && !case.opt_in);
    match status {
        "403" => match skipped {
            Some((_, _, reason)) => ((*reason).to_owned(), true),
            None => ("no answer was 403".to_owned(), true),
        },
        "429" => (
            "no answer was 429: the rate limit was not reached".to_owned(),
            true,
        ),
        _ if status.starts_with('5') => (format!("the target never failed with {status}"), true),
        _ => match skipped {
            Some((case, _, reason)) => {
                (format!("the case {} was skipped: {reason}", case.id), false)
            }
            None => (format!("no answer was {status}"), false),
        },
    }
}

/// Names the first place on the way that was never there.
fn schema(plan: &Plan, clause: &Clause, exercised: &[u64]) -> String {
    let was_there = |place: &str| {
        plan.clauses.iter().any(|(ix, known)| {
            known.operation == clause.operation
                && known.status == clause.status
                && known.kind == Kind::Schema
                && known.keyword != "required"
                && known.place == place
                && exercised[ix.at()] > 0
        })
    };
    let known = |place: &str| {
        plan.clauses.iter().any(|(_, known)| {
            known.status == clause.status
                && known.kind == Kind::Schema
                && known.keyword != "required"
                && known.place == place
        })
    };
    let mut way = Vec::new();
    let mut at = 0;
    while let Some(next) = clause.place[at..].find(['/', '[']).map(|n| at + n) {
        if next > at || clause.place.as_bytes()[next] == b'[' {
            way.push(&clause.place[..next]);
        }
        at = next + 1;
        if clause.place.as_bytes()[next] == b'[' {
            at = next + 2;
            way.push(&clause.place[..at.min(clause.place.len())]);
            if clause.place[at.min(clause.place.len())..].starts_with('/') {
                at += 1;
            }
        }
        if at >= clause.place.len() {
            break;
        }
    }
    way.push(&clause.place);
    for place in way {
        if known(place) && !was_there(place) {
            return match place.strip_suffix("[]") {
                Some(list) => format!("`{list}` had no entry in any {}", clause.status),
                None => format!("`{place}` was in no {}", clause.status),
            };
        }
    }
    format!("`{}` never had a value that this speaks of", clause.place)
}
