//! What a case leaves behind: its sightings, its standing, and the exchanges worth keeping.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use foldhash::fast::FixedState;
use serde_json::Value;

use crate::battery::{Plan, PlannedRequest};
use crate::check::belongs::Owners;
use crate::check::envelope::Usual;
use crate::check::hashes::Keys;
use crate::check::looked::Look;
use crate::check::page::{self, Page};
use crate::check::planted::Planted;
use crate::check::repeat::Read;
use crate::check::response::{self, Body, Scope, Spot};
use crate::check::values::{self, Fresh};
use crate::contract::In;
use crate::contract::Operation;
use crate::exchange::Exchange;
use crate::ledger::{CUT_SHORT, CaseResult, Sightings, Standing, Verdict};

use super::stays::Kept;

/// How many exchanges of a case are kept from its beginning, and how many more because something was found on them.
const KEPT_FIRST: u64 = 16;
const KEPT_BROKEN: usize = 16;

/// A parameter with the value that was sent for it.
pub(super) type Settled = (In, String, Value);

/// One of several bodies: which, and how it is before it is marked.
pub(super) type Chosen = (usize, Value);

/// What became of one case.
#[derive(Debug, Clone)]
pub struct CaseRun {
    /// The case, as index into the plan.
    pub case: usize,
    /// The step that it is at, as index into the case's.
    pub step: usize,
    /// What it saw.
    pub seen: Sightings,
    /// Its verdict.
    pub standing: Standing,
    /// Whether it got an accepted status, whatever else was found; what negative cases stand on.
    pub accepted: bool,
    /// Whether its answer was of any use at all.
    pub usable: bool,
    /// Exchanges by their number in the case; of a long walk not all.
    pub kept: BTreeMap<u64, Kept>,
    /// How many exchanges there were.
    pub exchanges: u64,
    /// How many requests were sent, retries included.
    pub sent: u64,
    /// Pages fetched.
    pub pages: u64,
    /// Items on them.
    pub items: u64,
    /// What the items of a control's page are told apart by.
    pub shown: Keys,
    /// Whether the run as a whole says why it shows nothing.
    pub(super) follows: bool,
    /// The first page of its collection, where a case that nobody wrote reads it again.
    pub(super) read: Option<Read>,
    /// How long it took.
    pub took: Duration,
    /// Whether the headers of the answer at hand are known.
    pub(super) knows_headers: bool,
    /// The request that it sent last, or sends again and again.
    pub(super) request: PlannedRequest,
    /// The status of its last answer, and a hash of the body.
    pub(super) answered: Option<(u16, u64)>,
    /// Whether nobody could be reached.
    pub(super) unreachable: bool,
    /// What its exchange offers to other cases, in the order of the case's offers.
    pub(super) offered: Vec<Vec<Value>>,
    /// The values that it found for the parameters it seeks.
    pub(super) settled: Vec<Settled>,
    /// The body that it chose.
    pub(super) body: Option<Chosen>,
    /// What it was answered, and the ids that it was sent with, where others are compared with it.
    pub(super) valid: Option<(Value, Vec<Value>)>,
    /// What its list shows, for each case that selects by it.
    pub(super) looks: Vec<(usize, Look)>,
    /// Whose the items of its walk are.
    pub(super) owners: Owners,
    /// What it was answered, cut to what tells whether another answer refuses.
    pub(super) usual: Option<Usual>,
    /// Whether its valid request was refused in the body.
    pub(super) is_denied: bool,
    /// What no other answer of the run may have.
    pub values: Vec<Fresh>,
    over: Arc<AtomicBool>,
    /// What the run sent that was to be refused, and was not.
    pub(super) planted: Arc<Planted>,
    kept_broken: usize,
    last: Option<(u64, Kept)>,
}

/// What a case found that others stand on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Control<'r> {
    /// Whether it got an accepted status.
    pub(super) accepted: bool,
    /// Whether there were items.
    pub(super) found: bool,
    /// The values that it settled on.
    pub(super) settled: &'r [Settled],
    /// What it was answered, and the ids that it was sent with, where others are compared with it.
    pub(super) valid: Option<(&'r Value, &'r [Value])>,
    pub(super) usual: Option<&'r Usual>,
    /// What the items of its first page are told apart by.
    pub(super) shown: Option<&'r Keys>,
    /// The first page, where it is compared with the same read again.
    pub(super) read: Option<&'r Read>,
    /// What its list shows, for each case that selects by it.
    pub(super) looks: &'r [(usize, Look)],
    /// Whether it was not run at all.
    pub(super) skipped: bool,
}

impl CaseRun {
    /// Says nothing of its own any more: the run as a whole says why.
    pub(super) fn follow(&mut self, why: &str) {
        self.standing = Standing::default();
        self.standing.raise(Verdict::Inconclusive, why);
        self.follows = true;
    }

    /// What the ledger settles.
    pub fn result(&self) -> CaseResult<'_> {
        CaseResult {
            case: self.case,
            seen: &self.seen,
            standing: &self.standing,
        }
    }

    /// What the cases find that stand on this one.
    pub(super) fn as_control(&self) -> Control<'_> {
        Control {
            accepted: self.accepted,
            found: self.items > 0,
            settled: &self.settled,
            valid: self.valid.as_ref().map(|(body, ids)| (body, &**ids)),
            usual: self.usual.as_ref(),
            shown: Some(&self.shown),
            read: self.read.as_ref(),
            looks: &self.looks,
            skipped: self.standing.verdict() == Verdict::Skipped,
        }
    }

    /// A request of it as it was sent; `None` where its values are not known, or were from the start.
    pub fn as_sent(
        &self,
        operation: &Operation,
        planned: &PlannedRequest,
    ) -> Option<PlannedRequest> {
        let sought = planned.sought();
        if sought.is_empty() || self.exchanges == 0 {
            return None;
        }
        let value = |(location, name)| {
            let mut settled = self.settled.iter();
            let found = settled.find(|one| (one.0, &one.1) == (location, name));
            found.map(|one| one.2.clone())
        };
        let names = sought.iter().map(|one| (one.location, &one.name));
        let values: Option<Vec<Value>> = names.map(value).collect();
        match values {
            Some(values) => Some(planned.settle(operation, &values)),
            None => Some(self.request.clone()),
        }
    }

    /// A case about to run.
    pub fn new(plan: &Plan, case: usize, over: Arc<AtomicBool>) -> CaseRun {
        CaseRun {
            case,
            step: 0,
            seen: Sightings::default(),
            standing: Standing::default(),
            accepted: false,
            usable: false,
            kept: BTreeMap::new(),
            exchanges: 0,
            sent: 0,
            pages: 0,
            items: 0,
            shown: Keys::default(),
            follows: false,
            read: None,
            took: Duration::ZERO,
            knows_headers: true,
            request: PlannedRequest::default(),
            answered: None,
            unreachable: false,
            offered: vec![Vec::new(); plan.cases[case].offers.len()],
            settled: Vec::new(),
            body: None,
            valid: None,
            looks: Vec::new(),
            owners: Owners::default(),
            is_denied: false,
            usual: None,
            values: Vec::new(),
            over,
            planted: Arc::default(),
            kept_broken: 0,
            last: None,
        }
    }

    /// Keeps what the items of a first page are told apart by, for the cases that stand on this one.
    pub fn show(&mut self, plan: &Plan, page: &Page<'_>) {
        let case = &plan.cases[self.case];
        if let (None, Some(collection), 0) = (case.control, &case.step().collection, self.pages) {
            let items = page.items.unwrap_or_default().iter();
            self.shown = Keys::of(items.map(|item| page::key_of(collection, item)));
        }
    }

    /// The number of the next exchange.
    pub fn next_number(&self) -> u64 {
        self.exchanges
    }

    /// Judges every attempt of an exchange, the last one with the body that was read of it.
    pub fn judge(
        &mut self,
        plan: &Plan,
        request: &PlannedRequest,
        exchange: &Exchange,
        body: &Body,
        items: bool,
        page: u64,
    ) {
        let operation = plan.cases[self.case].steps[self.step].operation;
        let spot = Spot {
            exchange: self.next_number(),
            page,
        };
        let is_documented = request.method == plan.contract.operations[operation].method;
        let asked = FixedState::default().hash_one(exchange.request.key());
        let count = exchange.attempts.len();
        for (n, attempt) in exchange.attempts.iter().enumerate() {
            let Ok(answer) = &attempt.result else {
                continue;
            };
            let values = values::in_headers(plan, operation, answer, spot.exchange);
            self.values.extend(values);
            if !is_documented {
                continue;
            }
            let last = n + 1 == count;
            if let (true, Body::Unread(why)) = (last, body) {
                self.standing.raise(Verdict::Inconclusive, why.as_str());
            }
            let own;
            let body = if last {
                body
            } else {
                own = response::read_body_until(answer, plan.reading, &self.over);
                &own
            };
            let documented = plan.contract.operations[operation].response(answer.status);
            let why = documented.and_then(|one| response::unbearable(one, answer, body));
            if let Some(why) = why.filter(|_| last) {
                self.standing.raise(Verdict::Inconclusive, why);
            }
            let values = response::judge(
                plan,
                operation,
                request,
                answer,
                body,
                Scope {
                    items,
                    headers: self.knows_headers,
                    last,
                    over: &self.over,
                    planted: &self.planted,
                },
                spot,
                &mut self.seen,
            );
            self.values
                .extend(values.into_iter().map(|one| one.of(asked)));
        }
        if self.over.load(Ordering::Relaxed) {
            self.standing.raise(Verdict::Inconclusive, CUT_SHORT);
        }
    }

    /// Keeps the exchange where it is worth it, and counts it. `breaks_before` is how many breaks there were before it.
    pub fn keep(&mut self, exchange: Exchange, breaks_before: u64) {
        self.keep_found(exchange, self.seen.breaks() > breaks_before);
    }

    /// The same, where it is known whether something was found on it.
    pub(super) fn keep_found(&mut self, exchange: Exchange, has_found: bool) {
        let number = self.exchanges;
        self.exchanges += 1;
        self.answered = exchange.answer().map(|answer| {
            // Only first answers are compared, within one run.
            let body = if number == 0 { &**answer.body } else { &[] };
            let hash = FixedState::default().hash_one(body);
            (answer.status, hash)
        });
        self.sent += exchange.attempts.len() as u64;
        let exchange = Kept::of(exchange);
        let broke = has_found && self.kept_broken < KEPT_BROKEN;
        if number < KEPT_FIRST {
            self.kept.insert(number, exchange);
        } else if broke {
            self.kept_broken += 1;
            self.kept.insert(number, exchange);
        } else {
            self.last = Some((number, exchange));
        }
    }

    /// Keeps the last exchange too, once there is no other.
    pub fn close(&mut self) {
        if let Some((number, exchange)) = self.last.take()
            && number + 1 == self.exchanges
        {
            self.kept.insert(number, exchange);
        }
    }
}
