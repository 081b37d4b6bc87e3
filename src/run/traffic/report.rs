//! What traffic showed, settled and made into the report.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::derive::reach;
use crate::exchange::Redactor;
use crate::exchange::auth::Auth;
use crate::ledger::{CaseResult, Gate, Settled, Verdict, settle};
use crate::report::Report;
use crate::report::model::{NotJudged, Target as Shown, TrafficRecord, UnknownRequest};

use super::super::Finished;
use super::super::assemble::{Context, assemble, clause_records};
use super::super::event::{Event, Listener};
use super::super::record::CaseRun;
use super::super::session::{SessionError, refuse_mistakes};
use super::{Tally, Traffic};

/// How many unknown requests the report lists.
const LISTED: usize = 100;

/// What the report says besides what was seen.
#[derive(Debug)]
pub struct About<'a> {
    /// Where the traffic comes from, by name.
    pub sources: Vec<String>,
    /// Below which URL.
    pub base_url: String,
    /// When the judging began, RFC 3339 in UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The options that were not at their default.
    pub options: BTreeMap<String, String>,
    /// Who the operations are shown to be asking, for the curl lines.
    pub auth: &'a Auth,
}

impl Traffic<'_> {
    /// Settles all that was seen so far; walks that are under way go on, unless it is the end.
    ///
    /// # Errors
    /// A rule that cannot be evaluated.
    pub fn report(
        &mut self,
        is_end: bool,
        about: About<'_>,
        listener: &dyn Listener,
    ) -> Result<Report, SessionError> {
        let plan = self.plan;
        let mut cases: Vec<CaseRun> = Vec::with_capacity(self.operations.len());
        for (&operation, one) in &mut self.operations {
            let mut run = one.run.clone();
            if is_end && one.walks.close(plan, operation, &mut run.seen) > 0 {
                let why =
                    "a walk over the pages disagrees with itself, and was not seen three times";
                run.standing.raise(Verdict::Inconclusive, why);
            }
            let off = plan.moved.iter().filter(|moved| moved.to.level().is_none());
            off.for_each(|moved| run.seen.forget(moved.clause));
            self.gate
                .judge(plan, operation, &run.seen, &mut run.standing);
            run.close();
            cases.push(run);
        }
        refuse_mistakes(plan, &cases)?;
        let name = |run: &CaseRun| plan.operation(&plan.cases[run.case]).id.to_string();
        listener.hear(&Event::Started {
            operations: cases.iter().map(name).collect(),
        });
        for run in &cases {
            listener.hear(&Event::CaseEnded {
                id: plan.cases[run.case].id.clone(),
                operation: name(run),
                verdict: run.standing.verdict(),
                reason: run.standing.reason().to_owned(),
                sent: run.sent,
            });
        }
        let finished = settled(plan, self.gate, cases, &self.tally);
        let own = LazyCell::new(|| super::super::own_words(plan, &about.base_url));
        let redactor = self.hidden.redactor(|| &own);
        drop(own);
        let record = record(&self.tally, &about.sources, &redactor);
        let context = Context {
            target: Shown {
                base_url: about.base_url,
                reference: false,
            },
            started: about.started,
            duration_ms: about.duration_ms,
            options: about.options,
            auth: about.auth,
            redactor: &redactor,
            clauses: clause_records(plan).collect(),
        };
        let mut report = assemble(plan, &finished, context);
        report.traffic = Some(record);
        Ok(report)
    }
}

fn settled(
    plan: &crate::battery::Plan,
    gate: &Gate,
    cases: Vec<CaseRun>,
    tally: &Tally,
) -> Finished {
    let results: Vec<CaseResult<'_>> = cases.iter().map(CaseRun::result).collect();
    let why = (!tally.open.is_empty()).then(|| tally.open.join("; "));
    let settled: Settled = settle(plan, &results, gate, why.as_deref());
    let reached = reach::reached(&plan.contract, &[], &[]);
    let left = Vec::new();
    Finished {
        cases,
        settled,
        reached,
        left,
    }
}

fn record(tally: &Tally, sources: &[String], redactor: &Redactor) -> TrafficRecord {
    let clean = |text: &str| redactor.text(text).into_owned();
    let mut unknown: Vec<UnknownRequest> = tally
        .unknown
        .iter()
        .map(|((method, url), count)| UnknownRequest {
            method: clean(method),
            url: clean(url),
            count: *count,
        })
        .collect();
    unknown.sort_by(|one, other| {
        other
            .count
            .cmp(&one.count)
            .then_with(|| one.url.cmp(&other.url))
    });
    let rest: u64 = unknown.iter().skip(LISTED).map(|one| one.count).sum();
    unknown.truncate(LISTED);
    let not_judged = tally.not_judged.iter();
    TrafficRecord {
        sources: sources.to_vec(),
        entries: tally.entries,
        matched: tally.matched,
        judged: tally.judged,
        breaking: tally.breaking,
        repeated: tally.repeated,
        not_judged: not_judged
            .map(|(reason, count)| NotJudged {
                reason: clean(reason),
                count: *count,
            })
            .collect(),
        unknown,
        unknown_others: rest + tally.unknown_others,
    }
}
