//! A finished run made into the native report. Everything that came from outside is redacted here, in one place.

use std::collections::{BTreeMap, HashMap};

use crate::battery::Plan;
use crate::contract::{self, ClauseIx, Contract, Document, Mark, Part, Warning};
use crate::exchange::Redactor;
use crate::exchange::auth::Auth;
use crate::ledger::ClauseStanding;
use crate::report::model::{
    CaseRecord, ClauseRecord, ContractInfo, ExchangeRecord, FindingRecord, LeftRecord, LevelMove,
    Manifest, OperationRecord, Report, SCHEMA_VERSION, Summary, Target, Tool, WarningRecord,
};

use super::{CaseRun, Finished, Kept, Left};

mod exchange;
mod finding;
mod spared;

use spared::Spared;

/// What the report says besides what the run found.
#[derive(Debug)]
pub struct Context<'a> {
    /// What was tested.
    pub target: Target,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The options that were not at their default.
    pub options: BTreeMap<String, String>,
    /// Who the operations are shown to be asking, for the curl lines.
    pub auth: &'a Auth,
    /// Takes secrets out of whatever came from outside.
    pub redactor: &'a Redactor,
    /// The clauses of the plan, as [`clause_records`] gives them.
    pub clauses: Vec<ClauseRecord>,
}

/// Makes the report.
pub fn assemble(plan: &Plan, finished: &Finished, mut context: Context<'_>) -> Report {
    let clauses = std::mem::take(&mut context.clauses);
    let context = &context;
    let assembly = Assembly {
        plan,
        finished,
        context,
        indices: number(finished),
        spared: Spared::new(context.redactor),
    };
    let settled = &finished.settled;
    let sum = |of: fn(&CaseRun) -> u64| finished.cases.iter().map(of).sum();
    let cases: Vec<CaseRecord> = finished
        .cases
        .iter()
        .map(|run| assembly.case(run))
        .collect();
    let findings: Vec<FindingRecord> = settled
        .findings
        .iter()
        .map(|finding| assembly.finding(finding))
        .collect();
    let clauses = assembly.clauses(clauses);
    let operations = plan.contract.operations.iter();
    let operations =
        operations.map(|one| [one.id.to_string(), one.method.clone(), one.path.clone()]);
    let mut operations = OperationRecord::all(operations, &cases, &clauses);
    let mut summary = Summary {
        exchanges: sum(|run| run.sent),
        pages: sum(|run| run.pages),
        items: sum(|run| run.items),
        ..Summary::of(&cases, &findings, &clauses)
    };
    summary.clauses.not_chosen = leave_out(plan, &mut operations);
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "conform".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        outcome: settled.outcome,
        exit_code: settled.exit_code,
        reasons: settled
            .reasons
            .iter()
            .map(|reason| assembly.clean(reason))
            .collect(),
        contract: ContractInfo {
            title: plan.contract.title.clone(),
            version: plan.contract.version.clone(),
            source: plan.contract.document.source_name.clone(),
            sha256: plan.contract.document.sha256.clone(),
            operations: plan
                .contract
                .operations
                .iter()
                .map(|operation| format!("{} {}", operation.method, operation.path))
                .collect(),
            warnings: warnings(&plan.contract),
        },
        target: Target {
            base_url: assembly.clean(&context.target.base_url),
            reference: context.target.reference,
        },
        manifest: Manifest {
            started: context.started.clone(),
            duration_ms: context.duration_ms,
            options: context
                .options
                .iter()
                .map(|(name, value)| (name.clone(), assembly.clean(value)))
                .collect(),
            cases_sha256: plan.cases_sha256.clone(),
            levels: level_moves(plan),
        },
        summary,
        operations,
        cases,
        findings,
        clauses,
        exchanges: assembly.exchanges(),
        traffic: None,
        left: counted(finished.left.iter().map(|left| assembly.left(left))),
    }
}

/// Tells of the operations that were not chosen; how many clauses they have.
fn leave_out(plan: &Plan, operations: &mut [OperationRecord]) -> u64 {
    let mut all = 0;
    for (ix, record) in operations.iter_mut().enumerate() {
        if let Some(clauses) = plan.not_chosen(ix) {
            *record = record.clone().not_chosen(clauses);
            all += clauses;
        }
    }
    all
}

/// Each once, with how many there are.
fn counted(all: impl Iterator<Item = LeftRecord>) -> Vec<LeftRecord> {
    let mut out: Vec<LeftRecord> = Vec::new();
    for one in all {
        let is_it = |known: &&mut LeftRecord| {
            let count = known.count;
            **known
                == LeftRecord {
                    count,
                    ..one.clone()
                }
        };
        match out.iter_mut().find(is_it) {
            Some(known) => known.count += 1,
            None => out.push(one),
        }
    }
    out
}

/// What moved levels, and how many clauses each glob moved.
fn level_moves(plan: &Plan) -> Vec<LevelMove> {
    let mut moves: Vec<LevelMove> = Vec::new();
    for moved in &plan.moved {
        let same = |one: &&mut LevelMove| {
            (&one.glob, one.level, &one.source) == (&moved.glob, moved.to, &moved.by)
        };
        match moves.iter_mut().find(same) {
            Some(known) => known.clauses += 1,
            None => moves.push(LevelMove {
                glob: moved.glob.clone(),
                level: moved.to,
                clauses: 1,
                source: moved.by.clone(),
            }),
        }
    }
    moves
}

/// The file of a place, where it is another than the document itself.
fn spec_file(document: &Document, mark: Mark) -> String {
    match mark.file {
        0 => String::new(),
        _ => document.file(mark).name.clone(),
    }
}

/// What is wrong with the contract's document.
fn warnings(contract: &Contract) -> Vec<WarningRecord> {
    let record = |warning: Warning| WarningRecord {
        file: warning.wrong.source_name,
        line: warning.wrong.line,
        column: warning.wrong.column,
        message: warning.wrong.message,
        lost: warning.lost,
    };
    contract.all_warnings().into_iter().map(record).collect()
}

/// The clauses of the operations that a plan is about, without a run and without those that are switched off; each is made
/// when it is asked for.
pub fn clause_records(plan: &Plan) -> impl Iterator<Item = ClauseRecord> + '_ {
    let mut aiming: Vec<(ClauseIx, usize)> = Vec::new();
    for (n, case) in plan.cases.iter().enumerate() {
        aiming.extend(case.aims.iter().map(|clause| (*clause, n)));
    }
    aiming.sort_unstable();
    let cases_at = move |ix: ClauseIx| {
        let first = aiming.partition_point(|(clause, _)| *clause < ix);
        let own = aiming[first..]
            .iter()
            .take_while(|(clause, _)| *clause == ix);
        own.map(|(_, case)| plan.cases[*case].id.clone()).collect()
    };
    let all = plan.listed().filter(|(_, clause)| !clause.off);
    all.map(move |(ix, clause)| ClauseRecord {
        id: clause.id().to_owned(),
        kind: clause.kind().word().to_owned(),
        operation: plan.contract.operations[clause.subject.operation]
            .id
            .to_string(),
        status: clause.subject.status.map(|status| status.to_string()),
        place: clause.subject.place.to_string(),
        name: match &clause.subject.part {
            Part::Parameter(_, name)
            | Part::Header(name)
            | Part::State(name)
            | Part::Rule(name) => name.clone(),
            _ => String::new(),
        },
        keyword: clause.subject.keyword.to_owned(),
        level: clause.level,
        spec_file: spec_file(&plan.contract.document, clause.mark),
        spec_line: clause.mark.line,
        spec_column: clause.mark.column,
        text: clause.text,
        spec_pointer: clause.pointer,
        state: None,
        exercised: None,
        broken: None,
        cases: cases_at(ix),
        reason: None,
        out_of_reach: None,
    })
}

/// The impact of a break: rules say it themselves, the rest follows from the kind of promise.
pub fn impact(plan: &Plan, clause: ClauseIx) -> &str {
    match plan.rule(clause) {
        Some(rule) => &rule.hurts,
        None => contract::impact(plan.clauses.get(clause)),
    }
}

/// Case and exchange within it → index in the report's list.
type Indices = HashMap<(usize, u64), usize>;

fn number(finished: &Finished) -> Indices {
    let kept = finished
        .cases
        .iter()
        .flat_map(|run| run.kept.keys().map(|number| (run.case, *number)));
    kept.enumerate().map(|(index, key)| (key, index)).collect()
}

/// So few exchanges are not worth a thread.
const FEWEST: usize = 16;

struct Assembly<'a> {
    plan: &'a Plan,
    finished: &'a Finished,
    context: &'a Context<'a>,
    indices: Indices,
    spared: Spared<'a>,
}

impl<'a> Assembly<'a> {
    fn left(&self, left: &Left) -> LeftRecord {
        let id = |ix: usize| self.plan.contract.operations[ix].id.to_string();
        let base = self.context.target.base_url.trim_end_matches('/');
        let headers = left.headers.iter();
        let headers = headers.map(|(name, value)| [self.clean(name), self.clean(value)]);
        LeftRecord {
            made_by: id(left.made_by),
            delete: left.delete.map(id),
            url: self.clean(&format!("{base}{}", left.target)),
            headers: headers.collect(),
            reason: self.clean(&left.why),
            count: 1,
        }
    }

    fn clean(&self, text: &str) -> String {
        self.context.redactor.text(text).into_owned()
    }

    fn exchanges(&self) -> Vec<ExchangeRecord> {
        let runs = self.finished.cases.iter();
        let all = runs.flat_map(|run| run.kept.values().map(move |kept| (run, kept)));
        let all: Vec<(&'a CaseRun, &'a Kept)> = all.collect();
        // Secrets are looked for in every byte: on as many threads as there are cores, in the order of the plan.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = all.len().div_ceil(threads).max(FEWEST);
        std::thread::scope(|scope| {
            let of_part = |part: &[(&'a CaseRun, &'a Kept)]| -> Vec<ExchangeRecord> {
                part.iter()
                    .map(|(run, kept)| self.exchange(run, kept))
                    .collect()
            };
            let parts = all.chunks(share);
            let parts: Vec<_> = parts
                .map(|part| scope.spawn(move || of_part(part)))
                .collect();
            let made = parts.into_iter().map(|part| part.join());
            made.flat_map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    fn id(&self, case: usize) -> String {
        self.plan.cases[case].id.clone()
    }

    /// What became of each clause that is not switched off.
    fn standings(&self) -> impl Iterator<Item = &ClauseStanding> {
        let all = self.plan.listed();
        let all = all.zip(&self.finished.settled.clauses);
        all.filter(|((_, clause), _)| !clause.off)
            .map(|(_, standing)| standing)
    }

    fn case(&self, run: &CaseRun) -> CaseRecord {
        let case = &self.plan.cases[run.case];
        CaseRecord {
            id: case.id.clone(),
            title: case.title.clone(),
            operation: self.plan.operation(case).id.to_string(),
            expects: case.step().expects.word().to_owned(),
            core: case.core,
            verdict: run.standing.verdict(),
            reason: self.clean(run.standing.reason()),
            clauses: case
                .aims
                .iter()
                .map(|clause| self.plan.clauses.get(*clause))
                .filter(|clause| !clause.off)
                .map(|clause| clause.id().to_owned())
                .collect(),
            broken: run
                .seen
                .broken()
                .keys()
                .map(|clause| self.plan.clauses.get(*clause).id().to_owned())
                .collect(),
            exchanges: run
                .kept
                .keys()
                .filter_map(|number| self.indices.get(&(run.case, *number)).copied())
                .collect(),
            duration_ms: u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX),
            source: case.source.clone(),
            line: case.line,
        }
    }

    fn clauses(&self, mut records: Vec<ClauseRecord>) -> Vec<ClauseRecord> {
        for (record, standing) in records.iter_mut().zip(self.standings()) {
            record.state = Some(standing.state);
            record.exercised = Some(standing.exercised);
            record.broken = Some(standing.broken);
            record.reason = Some(self.clean(&standing.reason));
            record.out_of_reach = Some(standing.out_of_reach);
        }
        records
    }
}
