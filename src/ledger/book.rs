//! The ledger itself: what all cases saw, settled into findings, clause states, outcome and exit code. The one place
//! where it is decided what a run means.

use std::collections::HashMap;

use crate::battery::Plan;
use crate::contract::{ClauseIx, Level};

use super::baseline::Baseline;
use super::reasons::Reached;
use super::tally::Tally;
use super::untaken::untaken;
use super::{Break, CUT_SHORT, Outcome, Sightings, Standing, State, Verdict};

/// What gates, and what is excused.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The lowest level that fails a run.
    pub level: Level,
    /// Known findings.
    pub baseline: Option<Baseline>,
    /// The least share of clauses that must be exercised, in per cent.
    pub min_coverage: Option<f64>,
    /// Whether a core case may be left out on purpose.
    pub without_core: bool,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            level: Level::Should,
            baseline: None,
            min_coverage: None,
            without_core: false,
        }
    }
}

impl Gate {
    /// Raises a case's standing to `fail` where it saw a break that gates.
    pub fn judge(&self, plan: &Plan, case: usize, seen: &Sightings, standing: &mut Standing) {
        for (clause, broken) in seen.broken() {
            let id = plan.clauses.get(*clause).id();
            if broken.level >= self.level
                && broken.level > Level::Info
                && self.excuse(id, &plan.cases[case].id).is_none()
            {
                let reason = broken
                    .first
                    .first()
                    .map(|first| first.message.clone())
                    .unwrap_or_default();
                standing.raise(Verdict::Fail, reason);
            }
        }
    }

    fn excuse(&self, clause: &str, case: &str) -> Option<&str> {
        let baseline = self.baseline.as_ref();
        baseline.and_then(|baseline| baseline.excuse(clause, case))
    }
}

/// What became of one case, for settling.
#[derive(Debug)]
pub struct CaseResult<'a> {
    /// The case, as index into the plan.
    pub case: usize,
    /// What it saw.
    pub seen: &'a Sightings,
    /// Its verdict.
    pub standing: &'a Standing,
}

/// One broken clause, over all cases.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The clause.
    pub clause: ClauseIx,
    /// The worst level.
    pub level: Level,
    /// The case that shows it best: a core case before others, then the one that saw it most often.
    pub case: usize,
    /// Every case that saw it.
    pub cases: Vec<usize>,
    /// In how many places, in that case.
    pub count: u64,
    /// The first few places there.
    pub first: Vec<Break>,
    /// Whether every case that saw it is excused.
    pub baselined: bool,
    /// Why it is excused: each reason of the baseline once.
    pub excuses: Vec<String>,
}

/// What was seen of one clause.
#[derive(Debug, Clone)]
pub struct ClauseStanding {
    /// Held, broken or not exercised.
    pub state: State,
    /// How often it was put to the test.
    pub exercised: u64,
    /// How often it was broken.
    pub broken: u64,
    /// Why it was not exercised; empty where it was.
    pub reason: String,
    /// Whether this target could not have shown it.
    pub out_of_reach: bool,
}

/// A settled run.
#[derive(Debug, Clone)]
pub struct Settled {
    /// What the run found out.
    pub outcome: Outcome,
    /// 0, 1 or 3.
    pub exit_code: u8,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// The broken clauses, the worst first.
    pub findings: Vec<Finding>,
    /// Every clause of the operations that the plan is about, in its order.
    pub clauses: Vec<ClauseStanding>,
}

/// Settles a run. `cut_short` says why it did not run to its end, if it did not.
pub fn settle(
    plan: &Plan,
    results: &[CaseResult<'_>],
    gate: &Gate,
    cut_short: Option<&str>,
) -> Settled {
    let findings = findings(plan, results, gate);
    let clauses = clause_standings(plan, results);
    let gating: Vec<&Finding> = findings
        .iter()
        .filter(|finding| {
            !finding.baselined && finding.level >= gate.level && finding.level > Level::Info
        })
        .collect();
    let mut failures = Vec::new();
    if !gating.is_empty() {
        let ids: Vec<&str> = gating
            .iter()
            .take(3)
            .map(|finding| plan.clauses.get(finding.clause).id())
            .collect();
        let more = if gating.len() > 3 {
            format!(" and {} more", gating.len() - 3)
        } else {
            String::new()
        };
        failures.push(format!(
            "{} broken: {}{more}",
            count(gating.len(), "clause"),
            ids.join(", ")
        ));
    }
    if let Some(baseline) = &gate.baseline {
        let seen: Vec<(usize, &Sightings)> = results
            .iter()
            .map(|result| (result.case, result.seen))
            .collect();
        failures.extend(baseline.rot(plan, &seen));
    }
    let open = open_ends(plan, results, gate, &clauses, cut_short);
    let (outcome, exit_code) = match (failures.is_empty(), open.is_empty()) {
        (false, _) => (Outcome::Nonconformant, 1),
        (true, false) => (Outcome::Incomplete, 3),
        (true, true) => (Outcome::Conformant, 0),
    };
    failures.extend(open);
    Settled {
        outcome,
        exit_code,
        reasons: failures,
        findings,
        clauses,
    }
}

/// What keeps a run from being complete.
fn open_ends(
    plan: &Plan,
    results: &[CaseResult<'_>],
    gate: &Gate,
    clauses: &[ClauseStanding],
    cut_short: Option<&str>,
) -> Vec<String> {
    let mut open = Vec::new();
    if let Some(why) = cut_short {
        open.push(why.to_owned());
    }
    if plan.is_traffic {
        if clauses.iter().all(|one| one.exercised == 0) && open.is_empty() {
            open.push("no clause was put to the test by what was seen".to_owned());
        }
        open.extend(
            gate.min_coverage
                .and_then(|least| too_little(plan, clauses, least)),
        );
        return open;
    }
    if results
        .iter()
        .all(|result| plan.cases[result.case].skipped.is_some())
    {
        let left_out = results.iter().find(|one| !plan.cases[one.case].unnamed);
        let why = left_out.and_then(|first| plan.cases[first.case].skipped.as_deref());
        let why =
            why.unwrap_or("nothing was selected, or the battery has no case for this contract");
        open.push(format!("no case was run: {why}"));
    }
    let is_cut =
        |result: &CaseResult<'_>| cut_short.is_some() && result.standing.reason() == CUT_SHORT;
    let mut unplanned = Vec::new();
    for result in results {
        let case = &plan.cases[result.case];
        let skipped = || {
            format!(
                "core case {} was skipped: {}",
                case.id,
                result.standing.reason()
            )
        };
        match result.standing.verdict() {
            Verdict::Skipped if case.core && case.skipped.is_none() => unplanned.push(skipped()),
            Verdict::Skipped if case.core && !case.unnamed && !gate.without_core => {
                open.push(format!("{}; --no-core says that this is meant", skipped()));
            }
            // What was under way when the run was cut short follows from that.
            Verdict::Error if cut_short.is_none() => {
                open.push(format!("case {}: {}", case.id, result.standing.reason()));
            }
            Verdict::Inconclusive if is_cut(result) => {}
            Verdict::Inconclusive if case.core => open.push(format!(
                "core case {} is inconclusive: {}",
                case.id,
                result.standing.reason()
            )),
            _ => {}
        }
    }
    // Where there is another cause, the rest follows from it.
    if open.is_empty() {
        open.append(&mut unplanned);
    }
    if cut_short.is_none() {
        let standings = results.iter().map(|one| (one.case, one.standing));
        open.extend(untaken(plan, standings));
    }
    let is_verdict = |result: &CaseResult<'_>| {
        matches!(result.standing.verdict(), Verdict::Pass | Verdict::Fail)
    };
    if open.is_empty() && !results.iter().any(is_verdict) {
        open.push("no case came to a verdict, so nothing was proven".to_owned());
    }
    open.extend(
        gate.min_coverage
            .and_then(|least| too_little(plan, clauses, least)),
    );
    open
}

/// Whether less was put to the test than is demanded, of what this target can show.
fn too_little(plan: &Plan, clauses: &[ClauseStanding], least: f64) -> Option<String> {
    let all = plan.listed().zip(clauses);
    let counted = all.filter(|((_, clause), _)| !clause.off);
    let (out, within): (Vec<_>, Vec<_>) = counted.partition(|(_, one)| one.out_of_reach);
    let is_seen = |one: &&(_, &ClauseStanding)| one.1.state != State::NotExercised;
    let exercised = within.iter().filter(is_seen).count();
    let share = match within.len() {
        0 => 0.0,
        count => 100.0 * exercised as f64 / count as f64,
    };
    (share < least).then(|| {
        format!(
            "{exercised} of the {} that this target can show were exercised, {share:.1} % ({} out of its reach do not count); --min-coverage demands {least} %",
            count(within.len(), "clause"),
            out.len()
        )
    })
}

fn findings(plan: &Plan, results: &[CaseResult<'_>], gate: &Gate) -> Vec<Finding> {
    let mut all: std::collections::BTreeMap<ClauseIx, Finding> = std::collections::BTreeMap::new();
    for result in results {
        for (clause, broken) in result.seen.broken() {
            let excuse = gate.excuse(plan.clauses.get(*clause).id(), &plan.cases[result.case].id);
            let fresh = Finding {
                clause: *clause,
                level: broken.level,
                case: result.case,
                cases: Vec::new(),
                count: broken.count,
                first: broken.first.clone(),
                baselined: true,
                excuses: Vec::new(),
            };
            let finding = all.entry(*clause).or_insert(fresh);
            let rank =
                |case: usize, count: u64| (plan.cases[case].core, count, std::cmp::Reverse(case));
            if rank(result.case, broken.count) > rank(finding.case, finding.count) {
                finding.case = result.case;
                finding.count = broken.count;
                finding.first.clone_from(&broken.first);
            }
            finding.level = finding.level.max(broken.level);
            finding.cases.push(result.case);
            finding.baselined &= excuse.is_some();
            let excuse = excuse.map(str::to_owned);
            let fresh = excuse.filter(|excuse| !finding.excuses.contains(excuse));
            finding.excuses.extend(fresh);
        }
    }
    let mut list: Vec<Finding> = all.into_values().collect();
    list.sort_by_key(|finding| {
        (
            finding.baselined,
            std::cmp::Reverse(finding.level),
            finding.clause,
        )
    });
    list
}

fn clause_standings(plan: &Plan, results: &[CaseResult<'_>]) -> Vec<ClauseStanding> {
    let mut exercised = Tally::default();
    let mut broken: HashMap<ClauseIx, u64> = HashMap::new();
    for result in results {
        exercised.merge(result.seen.tally());
        for (ix, seen) in result.seen.broken() {
            *broken.entry(*ix).or_default() += seen.count;
        }
    }
    let verdicts = results.iter().map(|result| {
        let standing = result.standing;
        (result.case, standing.verdict(), standing.reason())
    });
    let reached = Reached::new(plan, &exercised, verdicts.collect());
    let standing = |ix: ClauseIx| {
        let broken = broken.get(&ix).copied().unwrap_or_default();
        let exercised = exercised.get(ix);
        let state = match (broken, exercised) {
            (1.., _) => State::Broken,
            (0, 1..) => State::Held,
            (0, 0) => State::NotExercised,
        };
        let why = (state == State::NotExercised).then(|| reached.why_not(ix));
        let (reason, out_of_reach) = why.unwrap_or_default();
        ClauseStanding {
            state,
            exercised: exercised.max(broken),
            broken,
            reason,
            out_of_reach,
        }
    };
    plan.listed_indices().map(standing).collect()
}

fn count(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}
