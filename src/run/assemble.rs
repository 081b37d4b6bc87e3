//! A finished run made into the native report. Everything that came from outside is redacted here, in one place.

use std::collections::{BTreeMap, HashMap};

use crate::battery::Plan;
use crate::contract::{ClauseIx, Kind, Level};
use crate::exchange::auth::Auth;
use crate::exchange::curl::curl;
use crate::exchange::{Answer, Exchange, Location, Redactor};
use crate::ledger::{Break, Finding, State, Verdict};
use crate::report::model::{
    AttemptRecord, CaseCounts, CaseRecord, ClauseCounts, ClauseRecord, ContractInfo, Coverage,
    CoverageOf, Example, ExcerptMark, ExchangeRecord, FindingCounts, FindingRecord, Manifest,
    Report, RequestRecord, ResponseRecord, SCHEMA_VERSION, Summary, Target, Tool,
};

use super::{CaseRun, Finished};

/// How much of a body the report shows, in bytes.
const BODY_SHOWN: usize = 8 * 1024;

/// What the report says besides what the run found.
#[derive(Debug)]
pub struct Context<'a> {
    /// The base URL, without user information.
    pub base_url: String,
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
}

/// Makes the report.
pub fn assemble(plan: &Plan, finished: &Finished, context: &Context<'_>) -> Report {
    let maker = Maker {
        plan,
        finished,
        context,
        indices: number(finished),
    };
    let settled = &finished.settled;
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
            .map(|reason| maker.clean(reason))
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
        },
        target: Target {
            base_url: maker.clean(&context.base_url),
        },
        manifest: Manifest {
            started: context.started.clone(),
            duration_ms: context.duration_ms,
            options: context
                .options
                .iter()
                .map(|(name, value)| (name.clone(), maker.clean(value)))
                .collect(),
            cases_sha256: plan.cases_sha256.clone(),
        },
        summary: maker.summary(),
        cases: finished.cases.iter().map(|run| maker.case(run)).collect(),
        findings: settled
            .findings
            .iter()
            .map(|finding| maker.finding(finding))
            .collect(),
        clauses: maker.clauses(),
        exchanges: finished
            .cases
            .iter()
            .flat_map(|run| {
                run.kept
                    .values()
                    .map(|exchange| maker.exchange(run, exchange))
            })
            .collect(),
    }
}

/// The clauses of a plan, without a run.
pub fn clause_records(plan: &Plan) -> Vec<ClauseRecord> {
    let mut aiming: Vec<Vec<String>> = vec![Vec::new(); plan.clauses.len()];
    for case in &plan.cases {
        for clause in &case.aims {
            aiming[clause.at()].push(case.id.clone());
        }
    }
    plan.clauses
        .iter()
        .zip(aiming)
        .map(|((_, clause), cases)| ClauseRecord {
            id: clause.id().to_owned(),
            kind: clause.kind().word().to_owned(),
            operation: plan.contract.operations[clause.subject.operation]
                .id
                .to_string(),
            status: clause.subject.status.map(|status| status.to_string()),
            place: clause.subject.place.to_string(),
            level: clause.level,
            text: clause.text.clone(),
            spec_pointer: clause.pointer.clone(),
            spec_line: clause.mark.line,
            spec_column: clause.mark.column,
            state: None,
            exercised: None,
            broken: None,
            cases,
            reason: None,
            out_of_reach: None,
        })
        .collect()
}

/// Who is hurt by a break: rules say so themselves, the rest follows from the kind of promise.
pub fn hurts(plan: &Plan, clause: ClauseIx) -> &str {
    if let Some(rule) = plan.rule(clause) {
        return &rule.hurts;
    }
    let clause = plan.clauses.get(clause);
    match (clause.kind(), clause.subject.keyword) {
        (Kind::Security, _) => "Whoever owns the data: it can be read without permission.",
        (Kind::Parameter | Kind::RequestBody, _) => {
            "Clients that forget the parameter get an answer they did not ask for."
        }
        (Kind::Status, _) => "Clients that act on the status take the wrong way.",
        (Kind::ContentType | Kind::Json | Kind::Complete, _) => {
            "Generated clients cannot decode the answer at all."
        }
        (Kind::UniqueKeys, _) => "Clients differ in which of the two values they take.",
        (Kind::HeaderPresent | Kind::HeaderSchema, _) => {
            "Clients that rely on the header: pacing, support requests, retries."
        }
        (Kind::Schema, "required" | "type" | "format") => {
            "Typed clients fail to decode it, or crash on the missing value."
        }
        (Kind::Schema, "enum" | "const") => {
            "Clients that switch over the documented values meet one they do not know."
        }
        (Kind::Schema, _) => "Clients that store or show the value by its documented bounds.",
        _ => "",
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

struct Maker<'a> {
    plan: &'a Plan,
    finished: &'a Finished,
    context: &'a Context<'a>,
    indices: Indices,
}

impl Maker<'_> {
    fn clean(&self, text: &str) -> String {
        self.context.redactor.text(text).into_owned()
    }

    fn clean_location(&self, location: &Location) -> Location {
        match location {
            Location::Header { name } => Location::header(self.clean(name)),
            Location::Body { pointer } => Location::body(self.clean(pointer)),
            other => other.clone(),
        }
    }

    fn id(&self, case: usize) -> String {
        self.plan.cases[case].id.clone()
    }

    fn summary(&self) -> Summary {
        let mut cases = CaseCounts::default();
        for run in &self.finished.cases {
            match run.standing.verdict() {
                Verdict::Pass => cases.pass += 1,
                Verdict::Fail => cases.fail += 1,
                Verdict::Inconclusive => cases.inconclusive += 1,
                Verdict::Skipped => cases.skipped += 1,
                Verdict::Error => cases.error += 1,
            }
        }
        let mut findings = FindingCounts::default();
        for finding in &self.finished.settled.findings {
            match (finding.baselined, finding.level) {
                (true, _) => findings.baselined += 1,
                (false, Level::Must) => findings.must += 1,
                (false, Level::Should) => findings.should += 1,
                (false, Level::Info) => findings.info += 1,
            }
        }
        let mut clauses = ClauseCounts {
            total: self.plan.clauses.len() as u64,
            ..ClauseCounts::default()
        };
        let mut coverage = Coverage::default();
        for ((_, clause), standing) in self.plan.clauses.iter().zip(&self.finished.settled.clauses)
        {
            match standing.state {
                State::Held => clauses.held += 1,
                State::Broken => clauses.broken += 1,
                State::NotExercised => clauses.not_exercised += 1,
            }
            let of: &mut CoverageOf = match clause.level {
                Level::Must => &mut coverage.must,
                Level::Should => &mut coverage.should,
                Level::Info => &mut coverage.info,
            };
            of.total += 1;
            of.exercised += u64::from(standing.state != State::NotExercised);
            of.out_of_reach += u64::from(standing.out_of_reach);
        }
        let sum = |of: fn(&CaseRun) -> u64| self.finished.cases.iter().map(of).sum();
        Summary {
            cases,
            findings,
            clauses,
            coverage,
            exchanges: sum(|run| run.sent),
            pages: sum(|run| run.pages),
            items: sum(|run| run.items),
        }
    }

    fn case(&self, run: &CaseRun) -> CaseRecord {
        let case = &self.plan.cases[run.case];
        CaseRecord {
            id: case.id.clone(),
            title: case.title.clone(),
            expects: case.step().expects.word().to_owned(),
            core: case.core,
            verdict: run.standing.verdict(),
            reason: self.clean(run.standing.reason()),
            clauses: case
                .aims
                .iter()
                .map(|clause| self.plan.clauses.get(*clause).id().to_owned())
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

    fn finding(&self, finding: &Finding) -> FindingRecord {
        let clause = self.plan.clauses.get(finding.clause);
        let first = finding.first.first();
        let text = |of: fn(&Break) -> &String| {
            first.map(|first| self.clean(of(first))).unwrap_or_default()
        };
        let location = first
            .map(|first| first.location.clone())
            .unwrap_or_default();
        let excerpt = first.and_then(|first| first.excerpt.as_ref());
        let run = self
            .finished
            .cases
            .iter()
            .find(|run| run.case == finding.case);
        let number = first.and_then(|first| first.exchange);
        let exchange = number.and_then(|number| run.and_then(|run| run.kept.get(&number)));
        FindingRecord {
            clause: clause.id().to_owned(),
            level: finding.level,
            case: self.id(finding.case),
            cases: finding.cases.iter().map(|case| self.id(*case)).collect(),
            message: text(|first| &first.message),
            expected: text(|first| &first.expected),
            actual: text(|first| &first.actual),
            instance_pointer: self.clean(&location.to_string()),
            location: self.clean_location(&location),
            spec_pointer: clause.pointer.clone(),
            spec_line: clause.mark.line,
            spec_excerpt: self.spec_line(clause.mark.line),
            exchange: number.and_then(|number| self.indices.get(&(finding.case, number)).copied()),
            count: finding.count,
            examples: finding
                .first
                .iter()
                .map(|seen| Example {
                    page: seen.page,
                    pointer: self.clean(&seen.location.to_string()),
                    actual: self.clean(&seen.actual),
                })
                .collect(),
            curl: exchange
                .map(|exchange| curl(exchange, self.context.auth, self.context.redactor))
                .unwrap_or_default(),
            hurts: hurts(self.plan, finding.clause).to_owned(),
            excerpt: excerpt
                .map(|excerpt| self.clean(&excerpt.text))
                .unwrap_or_default(),
            excerpt_mark: excerpt.map(|excerpt| ExcerptMark {
                line: excerpt.line,
                from: excerpt.span.start,
                to: excerpt.span.end,
            }),
            baselined: finding.baselined,
        }
    }

    /// A line of the contract and what stands below it, at most five lines, without the common indentation.
    fn spec_line(&self, line: u64) -> String {
        const MOST: usize = 5;
        const WIDEST: usize = 200;
        let index = usize::try_from(line)
            .ok()
            .and_then(|line| line.checked_sub(1));
        let text = &self.plan.contract.document.text;
        let mut lines = text.lines().skip(index.unwrap_or(usize::MAX));
        let Some(first) = lines.next() else {
            return String::new();
        };
        let depth = |line: &str| line.len() - line.trim_start().len();
        let own = depth(first);
        let is_below = |line: &&str| {
            depth(line) > own || (depth(line) == own && line.trim_start().starts_with("- "))
        };
        let below = lines.take_while(is_below).take(MOST - 1);
        let all = std::iter::once(first).chain(below);
        // A document on one line is shown by its beginning only.
        let shown = |line: &str| -> String {
            let rest = line.get(own..).unwrap_or_default().trim_end();
            rest.chars().take(WIDEST).collect()
        };
        all.map(shown).collect::<Vec<_>>().join("\n")
    }

    fn clauses(&self) -> Vec<ClauseRecord> {
        let mut records = clause_records(self.plan);
        for (record, standing) in records.iter_mut().zip(&self.finished.settled.clauses) {
            record.state = Some(standing.state);
            record.exercised = Some(standing.exercised);
            record.broken = Some(standing.broken);
            record.reason = Some(self.clean(&standing.reason));
            record.out_of_reach = Some(standing.out_of_reach);
        }
        records
    }

    fn exchange(&self, run: &CaseRun, exchange: &Exchange) -> ExchangeRecord {
        let (last, earlier) = exchange
            .attempts
            .split_last()
            .expect("an exchange has at least one attempt");
        let trouble = |result: &Result<Answer, crate::exchange::Failure>| match result {
            Err(failure) => self.clean(&failure.message),
            Ok(answer) => match &answer.end {
                crate::exchange::BodyEnd::Complete => String::new(),
                crate::exchange::BodyEnd::BrokenOff(why)
                | crate::exchange::BodyEnd::Bounded(why) => self.clean(why),
            },
        };
        let millis =
            |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        ExchangeRecord {
            case: self.id(run.case),
            request: RequestRecord {
                method: exchange.request.method.clone(),
                url: self.clean(&exchange.url),
                headers: exchange
                    .headers
                    .iter()
                    .map(|(name, value)| {
                        (
                            name.clone(),
                            self.context.redactor.header(name, value).into_owned(),
                        )
                    })
                    .collect(),
            },
            response: last
                .result
                .as_ref()
                .ok()
                .map(|answer| self.response(answer)),
            error: trouble(&last.result),
            duration_ms: millis(last.took),
            attempts: earlier
                .iter()
                .map(|attempt| AttemptRecord {
                    status: attempt.result.as_ref().ok().map(|answer| answer.status),
                    error: trouble(&attempt.result),
                    duration_ms: millis(attempt.took),
                    waited_ms: millis(attempt.waited),
                })
                .collect(),
        }
    }

    fn response(&self, answer: &Answer) -> ResponseRecord {
        let shown = &answer.body[..answer.body.len().min(BODY_SHOWN)];
        let truncated = answer.body.len() > BODY_SHOWN;
        let mut text = String::from_utf8_lossy(shown).into_owned();
        if truncated {
            text.push('…');
        }
        ResponseRecord {
            status: answer.status,
            headers: answer
                .headers
                .iter()
                .map(|(name, value)| {
                    (
                        self.clean(name),
                        self.context.redactor.header(name, value).into_owned(),
                    )
                })
                .collect(),
            body: self.clean(&text),
            body_bytes: answer.body.len() as u64,
            body_truncated: truncated,
        }
    }
}
