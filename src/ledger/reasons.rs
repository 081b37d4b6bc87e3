//! Why a clause was not put to the test, in words, and whether this target could have shown it at all.

use crate::battery::{Case, Plan};
use crate::contract::{Clause, ClauseIx, Kind, StatusKey};

use super::Verdict;

/// The reason, and whether it lies out of the target's reach.
pub fn why_not(
    plan: &Plan,
    ix: ClauseIx,
    exercised: &[u64],
    verdicts: &[(usize, Verdict, &str)],
) -> (String, bool) {
    let clause = plan.clauses.get(ix);
    if let Some(why) = &clause.unchecked {
        return (why.clone(), true);
    }
    let aiming: Vec<(&Case, Verdict, &str)> = verdicts
        .iter()
        .filter(|(case, ..)| plan.cases[*case].aims.contains(&ix))
        .map(|(case, verdict, reason)| (&plan.cases[*case], *verdict, *reason))
        .collect();
    let mut visited = verdicts
        .iter()
        .flat_map(|(case, ..)| plan.cases[*case].operations());
    let is_visited = visited.any(|operation| operation == clause.subject.operation);
    if !is_visited {
        return ("no case sends a request to its operation".to_owned(), false);
    }
    let is_beside = |known: &Clause| {
        known.subject.operation == clause.subject.operation
            && known.subject.status == clause.subject.status
    };
    if let Some(status) = clause.subject.status
        && !plan
            .clauses
            .iter()
            .any(|(other, known)| is_beside(known) && exercised[other.at()] > 0)
    {
        return status_unseen(status, &aiming);
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
    match (clause.kind(), clause.subject.status) {
        (Kind::Schema, Some(status)) => (schema(plan, clause, status, exercised), false),
        (Kind::HeaderSchema, Some(status)) => (
            format!("no {status} carried {}", clause.subject.name()),
            false,
        ),
        (Kind::Json | Kind::UniqueKeys, Some(status)) => {
            (format!("no body of a {status} could be read"), false)
        }
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

fn status_unseen(status: StatusKey, aiming: &[(&Case, Verdict, &str)]) -> (String, bool) {
    let skipped = aiming
        .iter()
        .find(|(case, verdict, _)| *verdict == Verdict::Skipped && !case.opt_in);
    match (status, skipped) {
        (StatusKey::Exact(403), Some((_, _, reason))) => ((*reason).to_owned(), true),
        (StatusKey::Exact(403), None) => ("no answer was 403".to_owned(), true),
        (StatusKey::Exact(429), _) => (
            "no answer was 429: the rate limit was not reached".to_owned(),
            true,
        ),
        _ if status.hundreds() == Some(5) => {
            (format!("the target never failed with {status}"), true)
        }
        (_, Some((case, _, reason))) => {
            (format!("the case {} was skipped: {reason}", case.id), false)
        }
        (_, None) => (format!("no answer was {status}"), false),
    }
}

/// Names the first place on the way that was never there.
fn schema(plan: &Plan, clause: &Clause, status: StatusKey, exercised: &[u64]) -> String {
    let subject = &clause.subject;
    for place in subject.place.way() {
        let mut known = plan
            .clauses
            .iter()
            .filter(|(_, known)| {
                known.subject.operation == subject.operation
                    && known.subject.status == subject.status
                    && known.subject.is_value_at(&place)
            })
            .peekable();
        if known.peek().is_none() || known.any(|(ix, _)| exercised[ix.at()] > 0) {
            continue;
        }
        let list = place.to_string();
        return match list.strip_suffix("[]") {
            Some(list) => format!("`{list}` had no entry in any {status}"),
            None => format!("`{place}` was in no {status}"),
        };
    }
    format!("`{}` never had a value that this speaks of", subject.place)
}
