//! Whether the target is fit to be judged at all: it answers each path for itself, takes the credentials, and goes on
//! taking them.

use indexmap::IndexMap;

use crate::battery::{Case, Expects, NO_CREDENTIALS, Plan};
use crate::derive::reach::{Extent, Reached};
use crate::exchange::Credentials;
use crate::ledger::{Sightings, Standing, Verdict};

use super::record::CaseRun;
use super::values::Done;
use super::{Runner, Stop};

/// Whether a case that nobody wrote sends a valid request.
fn is_valid(case: &Case) -> bool {
    case.derived.is_some() && case.control.is_none() && case.step().expects == Expects::Success
}

/// Looks at the first answers: where no path can be reached, or all of them show one and the same page though each should
/// show its own, the run stops, and nobody is accused.
pub(super) fn readiness(plan: &Plan, stop: &Stop, runs: &mut [CaseRun]) {
    let valid = runs.iter().filter(|run| is_valid(&plan.cases[run.case]));
    let asked: Vec<&CaseRun> = valid.filter(|run| run.exchanges > 0).collect();
    if let [first, ..] = asked[..]
        && asked.iter().all(|run| run.unreachable)
    {
        return stop.now(first.standing.reason());
    }
    let same = |one: &[&CaseRun]| one[0].answered.is_some() && one[0].answered == one[1].answered;
    let is_wrong = |run: &&CaseRun| !run.accepted || run.seen.breaks() > 0;
    let is_one_page = asked.len() > 1 && asked.windows(2).all(same) && asked.iter().all(is_wrong);
    let Some((status, _)) = asked
        .first()
        .and_then(|run| run.answered)
        .filter(|_| is_one_page)
    else {
        return;
    };
    // Without access, or where nothing is found, one page for all is right.
    if matches!(status, 300..=499) {
        return;
    }
    let why = format!(
        "the target is not ready: it answers every path with the same page (status {status})"
    );
    for run in runs.iter_mut() {
        run.seen = Sightings::default();
        run.standing = Standing::default();
        run.standing.raise(Verdict::Inconclusive, why.as_str());
    }
    stop.now(&why);
}

/// Why nothing could be seen, where every valid request was refused for want of access.
pub(super) fn no_access(plan: &Plan, runs: &[CaseRun]) -> Option<String> {
    let valid = runs.iter().filter(|run| is_valid(&plan.cases[run.case]));
    let mut answered = valid
        .filter_map(|run| Some((run, run.answered?.0)))
        .peekable();
    let (first, _) = answered.peek()?;
    let has_credentials = asks_for_credentials(plan, first.case);
    let is_refused = answered.all(|(_, status)| status == 401);
    let what = match has_credentials {
        true => "check the credentials, and whether they are for this target",
        false => "the document asks for no credentials here, but the target does",
    };
    is_refused.then(|| format!("every valid request was answered 401: {what}"))
}

/// What is missing, where no operation that asks for credentials could be asked for want of them: what the others show
/// is the least of the contract.
pub(super) fn no_credentials(plan: &Plan) -> Option<String> {
    let asking = plan.cases.iter().enumerate();
    let asking = asking.filter(|(n, case)| is_valid(case) && asks_for_credentials(plan, *n));
    let asking: Vec<&Case> = asking.map(|(_, case)| case).collect();
    let lacks = |case: &&Case| {
        let why = case.skipped.as_deref();
        why.is_some_and(|why| why.starts_with(NO_CREDENTIALS))
    };
    let (first, rest) = asking.split_first()?;
    let is_none = lacks(first) && rest.iter().all(lacks);
    let operations = asking.len();
    let why = first.skipped.as_deref().unwrap_or_default();
    is_none
        .then(|| format!("no operation that asks for credentials was tested ({operations}): {why}"))
}

/// What would reach the operations, where none of those for which nobody wrote a case could be.
pub(super) fn nothing_reached(
    plan: &Plan,
    runs: &[CaseRun],
    reached: &[Reached],
) -> Option<String> {
    let is_derived = plan.cases.iter().any(|case| case.derived.is_some());
    let is_none = reached.iter().all(|one| one.extent == Extent::NotReached);
    if !is_none || (!is_derived && plan.left_out.is_empty()) {
        return None;
    }
    if let Some(why) = nothing_found(plan, runs) {
        return Some(why);
    }
    // What many lack is told once.
    let mut groups: IndexMap<String, Vec<&str>> = IndexMap::new();
    for one in reached {
        let operation = &*plan.contract.operations[one.operation].id;
        let remedy = match one.remedy.as_str() {
            remedy if remedy.is_empty() || one.missing.contains("--param") => String::new(),
            remedy => format!(" ({remedy})"),
        };
        let lacks = format!("{}{remedy}", one.missing);
        groups.entry(lacks).or_default().push(operation);
    }
    let mut groups: Vec<(String, Vec<&str>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, operations)| std::cmp::Reverse(operations.len()));
    let more: usize = groups.iter().skip(MOST_LINES).map(|one| one.1.len()).sum();
    let lines = groups.iter().take(MOST_LINES).map(|(lacks, operations)| {
        let others = match operations.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        format!("{}{others}: {lacks}", operations[0])
    });
    let lines: Vec<String> = lines.collect();
    let more = match more {
        0 => String::new(),
        more => format!("; and {more} more for other reasons"),
    };
    Some(format!(
        "no operation could be reached: {}{more}",
        lines.join("; ")
    ))
}

/// Where every path is unknown to the target, the path of the base URL is the first suspect.
fn nothing_found(plan: &Plan, runs: &[CaseRun]) -> Option<String> {
    let valid = runs.iter().filter(|run| is_valid(&plan.cases[run.case]));
    let statuses: Vec<u16> = valid.filter_map(|run| Some(run.answered?.0)).collect();
    let is_nothing = statuses.len() > 1 && statuses.iter().all(|status| *status == 404);
    let servers = plan.contract.servers();
    let documented = match servers.as_slice() {
        [] => String::new(),
        servers => format!("; the document's servers are {}", servers.join(", ")),
    };
    is_nothing.then(|| {
        format!("every valid request was answered 404: check the path of the base URL{documented}")
    })
}

/// How many reasons are listed.
const MOST_LINES: usize = 5;

/// Whether a case goes to an operation that asks for credentials, and shows the given ones.
fn asks_for_credentials(plan: &Plan, case: usize) -> bool {
    let case = &plan.cases[case];
    let security = &plan.operation(case).security;
    let asks = security.requirements.iter().any(|one| !one.is_empty());
    asks && case.step().credentials == Credentials::Valid
}

impl Runner<'_> {
    /// Where the last `count` cases were answered 401 with the key that others were accepted with, asks again what was
    /// accepted first: a key that is dead ends the run.
    pub(super) async fn check_key(&self, count: usize, done: &Done<'_>) {
        let runs: Vec<&CaseRun> = done.iter().collect();
        let (before, last) = runs.split_at(runs.len() - count.min(runs.len()));
        let shows_key = |run: &&&CaseRun| asks_for_credentials(self.plan, run.case);
        let is_refused = |run: &&CaseRun| {
            let is_401 = run.answered.is_some_and(|(status, _)| status == 401);
            is_401 && self.plan.cases[run.case].derived.is_some()
        };
        let Some(refused) = last
            .iter()
            .position(|run| is_refused(run) && shows_key(&run))
        else {
            return;
        };
        let accepted = |run: &&&CaseRun| run.accepted && is_valid(&self.plan.cases[run.case]);
        let Some(first) = before.iter().filter(accepted).find(shows_key) else {
            return;
        };
        let case = &self.plan.cases[first.case];
        let again = self.send(case, &first.request).await;
        if again.answer().is_some_and(|answer| answer.status == 401) {
            let ran = |run: &&&CaseRun| run.exchanges > 0;
            let mut earlier = before.iter().chain(&last[..refused]);
            let after = earlier.rfind(ran).unwrap_or(first);
            self.stop.now(&format!(
                "the key stopped working after {}: {} was accepted before, and is answered 401 now",
                self.plan.cases[after.case].id, case.id
            ));
        }
    }
}
