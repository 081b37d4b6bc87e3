//! Requests that others sent, judged with what they were answered: the same checks and rules as in a run, the same ledger,
//! the same report. Nothing is sent.

mod base;
mod operation;
mod report;
mod request;
mod server;
mod walks;

pub use report::About;
pub use server::servers;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use foldhash::fast::FixedState;

use crate::battery::Plan;
use crate::check::response::{Spot, read_body_until};
use crate::check::values::Met;
use crate::contract::{ClauseIx, Paths, SecurityScheme};
use crate::exchange::traffic::{Lacks, Seen, Unanswered};
use crate::exchange::{Answer, BodyEnd, Exchange, Hidden, StoodIn};
use crate::ledger::{Break, Gate, Verdict};
use crate::transport::undo_coding;

use super::{Stop, stood_in};
use base::Place;
pub use base::{Base, Search};
use operation::{Answered, OfOperation};
use request::Asking;

/// Why a request to an operation of the contract is not judged.
const NOT_CHOSEN: &str = "requests to operations that --operation does not name";
/// So many unknown requests are told apart.
const UNKNOWN: usize = 1_000;

/// How a source of traffic is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Whoever wrote it may have taken credentials out, unless it shows some.
    Exported,
    /// It is as it went over the wire.
    Wire,
}

/// Traffic that is being judged.
pub struct Traffic<'a> {
    plan: &'a Plan,
    gate: &'a Gate,
    paths: Paths,
    bases: Vec<Base>,
    trust: Trust,
    hidden: Hidden,
    max_body: u64,
    over: Arc<AtomicBool>,
    operations: BTreeMap<usize, OfOperation>,
    /// Values that must not repeat.
    values: Met,
    /// What was seen already, where two files overlap.
    known: HashSet<u64>,
    /// Whether the present source shows credentials.
    shows_credentials: bool,
    /// Where the present source holds something else in the place of secrets.
    stood_in: StoodIn,
    tally: Tally,
}

/// What was counted besides.
#[derive(Debug, Clone, Default)]
struct Tally {
    entries: u64,
    matched: u64,
    judged: u64,
    breaking: u64,
    repeated: u64,
    not_judged: BTreeMap<String, u64>,
    unknown: BTreeMap<(String, String), u64>,
    unknown_others: u64,
    /// Of the present source.
    matched_here: u64,
    /// What keeps the whole from being complete.
    open: Vec<String>,
}

impl<'a> Traffic<'a> {
    /// Traffic to be judged by a plan for it. `redact` are names whose values are secret.
    pub fn new(plan: &'a Plan, gate: &'a Gate, redact: &[String], max_body: u64) -> Traffic<'a> {
        let operations = plan.contract.operations.iter();
        let schemes = operations.flat_map(|one| one.security.requirements.iter().flatten());
        let names: BTreeSet<&str> = schemes
            .filter_map(|used| match &used.scheme {
                SecurityScheme::HeaderKey(name)
                | SecurityScheme::QueryKey(name)
                | SecurityScheme::CookieKey(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        Traffic {
            plan,
            gate,
            paths: Paths::new(&plan.contract.operations),
            bases: Vec::new(),
            trust: Trust::Exported,
            hidden: Hidden::new(names.into_iter(), redact),
            max_body,
            over: Arc::default(),
            operations: BTreeMap::new(),
            values: Met::default(),
            known: HashSet::new(),
            shows_credentials: false,
            stood_in: StoodIn::default(),
            tally: Tally::default(),
        }
    }

    /// The same, whose judging ends where it is once the whole is stopped.
    #[must_use]
    pub fn until(self, stop: &Stop) -> Traffic<'a> {
        let over = Arc::clone(&stop.over);
        Traffic { over, ..self }
    }

    /// The paths of the contract.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// What takes the secrets out that were met so far.
    pub fn redactor<'o>(
        &self,
        own: impl Fn() -> &'o crate::exchange::OwnWords,
    ) -> crate::exchange::Redactor {
        self.hidden.redactor(own)
    }

    /// Begins a source, whose requests are below one of these.
    pub fn begin(&mut self, bases: Vec<Base>, trust: Trust) {
        self.bases = bases;
        self.trust = trust;
        self.shows_credentials = trust == Trust::Wire;
        self.stood_in = StoodIn::default();
        self.tally.matched_here = 0;
    }

    /// Says that the source is a recording which holds something else in the place of secrets.
    pub fn stands_in(&mut self, stood_in: StoodIn) {
        self.stood_in = stood_in;
    }

    /// Ends a source; whether any of its requests matched.
    pub fn end(&mut self) -> bool {
        for one in self.operations.values_mut() {
            let pending = std::mem::take(&mut one.without_credentials);
            if self.shows_credentials {
                one.run.seen.merge(pending);
            }
        }
        self.tally.matched_here > 0
    }

    /// Says why the whole is incomplete.
    pub fn leave_open(&mut self, why: String) {
        self.tally.open.push(why);
    }

    /// Takes in an exchange; the clauses that it is the first to break.
    pub fn take(&mut self, mut seen: Seen) -> Vec<Break> {
        if seen.answer == Err(Unanswered::Unreadable) {
            self.count(Unanswered::Unreadable);
            return Vec::new();
        }
        self.tally.entries += 1;
        let Some((operation, parameters, target)) = self.matched(&seen) else {
            self.unknown(&seen);
            return Vec::new();
        };
        self.tally.matched += 1;
        self.tally.matched_here += 1;
        if !self.plan.is_chosen(operation) {
            self.leave_out(NOT_CHOSEN);
            return Vec::new();
        }
        if !seen.started.is_empty() && !self.known.insert(hash_of(&seen)) {
            self.tally.repeated += 1;
            return Vec::new();
        }
        let shown = self.hidden.hide(&mut seen);
        let asking = Asking::of(&seen, target, parameters);
        let why = match &mut seen.answer {
            Ok(answer) => {
                self.decode(answer);
                match &answer.end {
                    BodyEnd::Unread(why) => Some(why.clone()),
                    _ => None,
                }
            }
            Err(why) => Some(why.words().to_owned()),
        };
        if let Some(why) = why {
            self.leave_out(&why);
        }
        if seen.answer.is_err() {
            return Vec::new();
        }
        self.tally.judged += 1;
        let lacks = seen.lacks;
        let exchange = asking.exchange(seen, shown, operation);
        self.judge(operation, &asking, exchange, lacks)
    }

    /// Counts something that never came as far as an exchange.
    pub fn count(&mut self, why: Unanswered) {
        self.tally.entries += 1;
        self.leave_out(why.words());
    }

    fn leave_out(&mut self, why: &str) {
        *self.tally.not_judged.entry(why.to_owned()).or_default() += 1;
    }

    /// The operation, its path parameters, and path and query below the base.
    fn matched(&self, seen: &Seen) -> Option<(usize, BTreeMap<String, String>, String)> {
        let place = Place::of(&seen.url).filter(|place| place.is_plain)?;
        self.bases.iter().find_map(|base| {
            let path = base.rest(&place)?;
            let query = place.query.as_deref().unwrap_or_default();
            let found = self.paths.find(&seen.method, path, query)?;
            let path = if path.is_empty() { "/" } else { path };
            let target = match &place.query {
                Some(query) => format!("{path}?{query}"),
                None => path.to_owned(),
            };
            Some((found.operation, found.parameters, target))
        })
    }

    fn unknown(&mut self, seen: &Seen) {
        let place = match Place::of(&seen.url) {
            Some(place) => format!("{}{}", place.origin, place.path),
            None => {
                seen.url
                    .split([':', '?', '#'])
                    .next()
                    .unwrap_or_default()
                    .to_owned()
                    + ":…"
            }
        };
        let key = (seen.method.clone(), place);
        match self.tally.unknown.len() >= UNKNOWN && !self.tally.unknown.contains_key(&key) {
            true => self.tally.unknown_others += 1,
            false => *self.tally.unknown.entry(key).or_default() += 1,
        }
    }

    /// Undoes a content coding, where the body has one still: most who keep traffic keep it decoded, and the header too.
    fn decode(&self, answer: &mut Answer) {
        let is_coded = self.trust == Trust::Wire || answer.body.starts_with(&[0x1f, 0x8b]);
        if is_coded && answer.end == BodyEnd::Complete {
            undo_coding(answer, self.max_body);
        }
    }

    fn judge(
        &mut self,
        operation: usize,
        asking: &Asking,
        exchange: Exchange,
        lacks: Lacks,
    ) -> Vec<Break> {
        let plan = self.plan;
        let over = &self.over;
        let of = self
            .operations
            .entry(operation)
            .or_insert_with(|| OfOperation::new(plan, operation, over));
        let Some(answer) = exchange.answer() else {
            return Vec::new();
        };
        let body = read_body_until(answer, plan.reading, &self.over);
        let known: Vec<ClauseIx> = of.run.seen.broken().keys().copied().collect();
        let before = of.run.seen.breaks();
        let documented = &plan.contract.operations[operation];
        let sent = asking.sent();
        of.run.knows_headers = !lacks.answered;
        let broken = sent.broken(&plan.contract, documented);
        let shows = sent.shows_credentials(documented);
        self.shows_credentials |= shows;
        let security = documented.security.clause.filter(|_| !shows && !lacks.sent);
        let is_wire = self.trust == Trust::Wire;
        let is_breaking =
            security.is_some() && is_wire || !matches!(&broken, Some(list) if list.is_empty());
        self.tally.breaking += u64::from(is_breaking);
        let request = &asking.request;
        of.run.judge(plan, request, &exchange, &body, true, 0);
        let spot = Spot {
            exchange: of.run.next_number(),
            page: 0,
        };
        let step = plan.cases[operation].step();
        let usual = of.usual.take();
        let asked = Answered {
            plan,
            operation,
            request,
            answer,
            body: &body,
            spot,
            usual: usual.as_ref(),
        };
        if let Some(clause) = security {
            let step = step.refused(plan, Some(clause), answer.status);
            let own = match is_wire {
                true => &mut of.run.seen,
                false => &mut of.without_credentials,
            };
            asked.judge(&step, own);
        }
        // Who took credentials out of a file took nothing else.
        match &broken {
            _ if security.is_some() && is_wire => {}
            Some(list) if list.is_empty() => {
                asked.judge(&step.answered(plan, answer.status), &mut of.run.seen);
                // Where the next page is may have stood among the headers.
                if !lacks.answered {
                    of.page(&asked, &request.target);
                }
            }
            Some(list) => of.refusal(&asked, list),
            None => {
                let step = step.refused(plan, None, answer.status);
                asked.judge(&step, &mut of.run.seen);
            }
        }
        let verdict = match exchange.answer().map(|answer| &answer.end) {
            Some(BodyEnd::Unread(_)) => Verdict::Inconclusive,
            _ => Verdict::Pass,
        };
        of.run.standing.raise(verdict, "");
        of.keep_usual(usual, !is_breaking, (answer.status, &body));
        let fresh = std::mem::take(&mut of.run.values);
        self.values
            .compare(plan, operation, fresh, &mut of.run.seen);
        if !self.stood_in.is_nowhere() {
            let open = stood_in::forget(plan, &self.stood_in, &known, &mut of.run.seen);
            let is_told = |why: &String| self.tally.open.contains(why);
            let open: Vec<String> = open.into_iter().filter(|why| !is_told(why)).collect();
            self.tally.open.extend(open);
        }
        let fresh = of
            .run
            .seen
            .broken()
            .iter()
            .filter(|(clause, _)| !known.contains(clause));
        let fresh = fresh
            .filter_map(|(_, broken)| broken.first.first().cloned())
            .collect();
        of.run.keep(exchange, before);
        fresh
    }
}

fn hash_of(seen: &Seen) -> u64 {
    let answer = seen
        .answer
        .as_ref()
        .ok()
        .map(|answer| (answer.status, &answer.body, &answer.headers));
    let sent = (&seen.headers, &seen.body);
    let whole = (
        &seen.started,
        &seen.method,
        &seen.url,
        seen.took,
        sent,
        answer,
    );
    FixedState::default().hash_one(whole)
}
