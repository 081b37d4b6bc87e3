//! Whether the target is fit to be judged at all: it answers each path for itself, takes the credentials, and goes on
//! taking them.

use indexmap::IndexMap;

use crate::battery::{Case, Expects, Plan};
use crate::derive::reach::{Extent, Reached};
use crate::exchange::Credentials;
use crate::ledger::{Sightings, Verdict};

use super::record::CaseRun;
use super::values::Done;
use super::{Runner, Stop};

/// Whether a case that nobody wrote sends a valid request.
fn is_valid(case: &Case) -> bool {
    case.derived.is_some() && case.control.is_none() && case.step().expects == Expects::Success
}

/// The same, of a request that shows the credentials which it should.
fn is_whole(case: &Case) -> bool {
    is_valid(case) && case.bare.is_none()
}

/// Looks at the first answers: where no path can be reached, all of them show one and the same page though each should
/// show its own, or the credentials are taken nowhere, the run stops, and nobody is accused.
pub(super) fn readiness(plan: &Plan, stop: &Stop, runs: &mut [CaseRun]) {
    let valid = runs.iter().filter(|run| is_valid(&plan.cases[run.case]));
    let asked: Vec<&CaseRun> = valid.filter(|run| run.exchanges > 0).collect();
    if let [first, ..] = asked[..]
        && asked.iter().all(|run| run.unreachable)
    {
        return stop.now(first.standing.reason());
    }
    if let Some(why) = not_ready(&asked) {
        for run in runs.iter_mut() {
            run.seen = Sightings::default();
            run.follow(&why);
        }
        return stop.now(&why);
    }
    // One operation alone may be closed to this key, and a written case may show another.
    let is_asking = |n: &usize| is_whole(&plan.cases[*n]) && asks_for_credentials(plan, *n);
    let count = |cases: &mut dyn Iterator<Item = usize>| cases.filter(is_asking).count();
    let asked = count(
        &mut runs
            .iter()
            .filter(|run| run.exchanges > 0)
            .map(|run| run.case),
    );
    let all = count(&mut (0..plan.cases.len()));
    let is_derived = plan.cases.iter().all(|case| case.derived.is_some());
    let is_telling = is_derived && (asked > 1 || asked == all);
    if let Some(why) = no_access(plan, runs).filter(|_| is_telling) {
        let is_refused = |run: &&mut CaseRun| is_closed(run);
        runs.iter_mut()
            .filter(is_refused)
            .for_each(|run| run.follow(&why));
        stop.now(&why);
    }
}

/// Why a target is not ready, where it answers everything with one page.
fn not_ready(asked: &[&CaseRun]) -> Option<String> {
    let same = |one: &[&CaseRun]| one[0].answered.is_some() && one[0].answered == one[1].answered;
    let is_wrong = |run: &&CaseRun| !run.accepted || run.seen.breaks() > 0;
    let is_one_page = asked.len() > 1 && asked.windows(2).all(same) && asked.iter().all(is_wrong);
    let (status, _) = asked.first()?.answered.filter(|_| is_one_page)?;
    // Without access, or where nothing is found, one page for all is right.
    let is_right = matches!(status, 300..=499) || asked.iter().all(|run| run.is_denied);
    (!is_right).then(|| {
        format!(
            "the target is not ready: it answers every path with the same page (status {status})"
        )
    })
}

/// Whether a request was refused for want of access, as far as its answer tells.
fn is_closed(run: &CaseRun) -> bool {
    run.is_denied
        || run
            .answered
            .is_some_and(|(status, _)| matches!(status, 401 | 403))
}

/// Why little could be seen, where every valid request that shows the credentials was refused for want of access, or
/// where the document asks for none and each was answered 401.
pub(super) fn no_access(plan: &Plan, runs: &[CaseRun]) -> Option<String> {
    let valid = runs.iter().filter(|run| is_whole(&plan.cases[run.case]));
    let answered: Vec<&CaseRun> = valid.filter(|run| run.answered.is_some()).collect();
    let status = |run: &CaseRun| run.answered.map_or(0, |(status, _)| status);
    let asking = answered
        .iter()
        .filter(|run| asks_for_credentials(plan, run.case));
    let mut asking: Vec<&CaseRun> = asking.copied().collect();
    // What does without credentials as well shows nothing of them, where others cannot do without.
    let needs = |run: &&CaseRun| {
        let security = &plan.operation(&plan.cases[run.case]).security;
        security.requirements.iter().all(|one| !one.is_empty())
    };
    if asking.iter().any(needs) {
        asking.retain(needs);
    }
    if let [first, ..] = asking.as_slice() {
        let how = match first.is_denied {
            true => "refused in the body".to_owned(),
            false => format!("answered {}", status(first)),
        };
        return asking.iter().all(|run| is_closed(run)).then(|| {
            format!("every valid request with the credentials was {how}: check them, and whether they are for this target")
        });
    }
    let is_refused = !answered.is_empty() && answered.iter().all(|run| status(run) == 401);
    is_refused.then(|| {
        "every valid request was answered 401: the document asks for no credentials here, but the target does".to_owned()
    })
}

/// What is missing, where each operation that asks for credentials was left out: what the others show is the least of the
/// contract.
pub(super) fn nothing_secured(plan: &Plan, runs: &[CaseRun]) -> Option<String> {
    let is_asking =
        |run: &&CaseRun| is_valid(&plan.cases[run.case]) && asks_for_credentials(plan, run.case);
    let left_out = |run: &CaseRun| {
        let case = &plan.cases[run.case];
        let why = case.skipped.clone().or_else(|| case.bare.clone())?;
        (run.standing.verdict() == Verdict::Skipped).then_some(why)
    };
    let asking = runs.iter().filter(is_asking);
    let reasons: Option<Vec<String>> = asking.map(left_out).collect();
    let reasons = reasons?;
    let (first, count) = (reasons.first()?, reasons.len());
    Some(format!(
        "no operation that asks for credentials was tested ({count}): {first}"
    ))
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
            "" => String::new(),
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
    /// accepted first: a key that is dead ends the run. From which case on, and why.
    pub(super) async fn check_key(&self, count: usize, done: &Done<'_>) -> Option<(usize, String)> {
        let runs: Vec<&CaseRun> = done.iter().collect();
        let (before, last) = runs.split_at(runs.len() - count.min(runs.len()));
        let shows_key = |run: &&&CaseRun| {
            let is_shown = self.plan.cases[run.case].bare.is_none();
            is_shown && asks_for_credentials(self.plan, run.case)
        };
        let refused = last
            .iter()
            .position(|run| is_refused(run) && shows_key(&run))?;
        let accepted = |run: &&&CaseRun| {
            let case = &self.plan.cases[run.case];
            run.accepted && case.control.is_none() && case.step().expects == Expects::Success
        };
        let first = before.iter().filter(accepted).find(shows_key)?;
        let case = &self.plan.cases[first.case];
        let again = self.send(case, &first.request).await;
        if again.answer().is_none_or(|answer| answer.status != 401) {
            return None;
        }
        let ran = |run: &&&CaseRun| run.exchanges > 0;
        let mut earlier = before.iter().chain(&last[..refused]);
        let after = earlier.rfind(ran).unwrap_or(first);
        let why = format!(
            "the key stopped working after {}: {} was accepted before, and is answered 401 now",
            self.plan.cases[after.case].id, case.id
        );
        self.stop.now(&why);
        Some((before.len() + refused, why))
    }

    /// What was refused for want of a key that works accuses nobody.
    pub(super) fn excuse_refused(&self, runs: &mut [CaseRun], why: &str) {
        let shows_key = |run: &CaseRun| asks_for_credentials(self.plan, run.case);
        for run in runs
            .iter_mut()
            .filter(|run| is_refused(run) && shows_key(run))
        {
            run.seen = Sightings::default();
            run.follow(why);
        }
    }
}

/// Whether the last answer of a case was 401.
fn is_refused(run: &CaseRun) -> bool {
    run.answered.is_some_and(|(status, _)| status == 401)
}
