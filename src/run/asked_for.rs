//! Whether what is read by an id is the thing with that id, and whether what is listed below one thing belongs to it.

use serde_json::Value;

use crate::battery::PlannedRequest;
use crate::check::belongs::{self, Below};
use crate::check::own_id::{self, Shown};
use crate::exchange::Exchange;

use super::Runner;
use super::another::ReadBy;
use super::record::CaseRun;
use super::values::Done;

/// So many other parents are asked for before anybody is accused.
pub(super) const PARENTS: usize = 2;

impl Runner<'_> {
    /// Looks at what the valid request of a read was answered, in its last exchange.
    pub(super) async fn shows_what_was_asked(
        &self,
        run: &mut CaseRun,
        (planned, request): (&PlannedRequest, &PlannedRequest),
        exchange: &Exchange,
        done: &Done<'_>,
    ) {
        let body = self.body_of(exchange);
        if let Some(body) = body.value() {
            self.is_the_one(run, (planned, request), body, done).await;
            self.belongs(run, request, body).await;
        }
    }

    /// Whether the thing has the id that it was asked for by; where it has another one, the list that had the id and the thing
    /// are looked at once more.
    async fn is_the_one(
        &self,
        run: &mut CaseRun,
        (planned, request): (&PlannedRequest, &PlannedRequest),
        body: &Value,
        done: &Done<'_>,
    ) -> Option<()> {
        let case = &self.plan.cases[run.case];
        let operation = case.step().operation;
        let clause = own_id::clause(self.plan, operation).filter(|one| case.aims.contains(one))?;
        let path = &self.plan.contract.operations[operation].path;
        let name = path.trim_end_matches('/').rsplit('/').next()?;
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        let sent = request.path.get(name)?;
        let read = ReadBy {
            planned,
            request,
            body,
            name,
            sent,
        };
        let number = run.next_number() - 1;
        self.another(run, read, done).await;
        let (source, tokens) = done.source(planned, name, sent)?;
        let member = tokens.last().filter(|token| *token != "*")?;
        let shown = Shown::of(body, member)?;
        let id = shown.id();
        if own_id::is_same(sent, &id) {
            run.seen.exercise(clause);
            return None;
        }
        if !own_id::is_of_one_kind(sent, &id) {
            return None;
        }
        let list = self
            .send(&self.plan.cases[source.case], &source.request)
            .await;
        let things = self.body_of(&list);
        run.keep(list, run.seen.breaks());
        let again = self.again(run, request).await?;
        let again = Shown::of(&again, member).filter(|again| again.id() == id)?;
        let things = own_id::listed(things.value()?, tokens);
        if own_id::is_another(again, sent, &things) {
            own_id::accuse(self.plan, clause, (again, sent), number, &mut run.seen);
        }
        None
    }

    /// Whether the items of a list name the thing that it stands below; where they name others, the list is read below these
    /// as well, and once more.
    async fn belongs(
        &self,
        run: &mut CaseRun,
        request: &PlannedRequest,
        body: &Value,
    ) -> Option<()> {
        let case = &self.plan.cases[run.case];
        let step = case.step();
        let clause = belongs::clause(self.plan, step.operation);
        let clause = clause.filter(|one| case.aims.contains(one))?;
        let path = &self.plan.contract.operations[step.operation].path;
        let below = Below::of(path, request, step.collection.as_ref())?;
        let owners = below.owners(body);
        let number = run.next_number() - 1;
        if owners.iter().all(|owner| own_id::is_same(owner, below.id)) {
            if !owners.is_empty() {
                run.seen.exercise(clause);
            }
            return None;
        }
        let others = below.others(&owners);
        if others.len() < PARENTS {
            return None;
        }
        for other in others.iter().take(PARENTS) {
            let mut asked = request.clone();
            asked.target = below.target(&request.target, other)?;
            asked.path.insert(below.parameter.to_owned(), other.clone());
            let there = self.again(run, &asked).await?;
            if !below.is_the_same(body, &there) {
                return None;
            }
        }
        let again = self.again(run, request).await?;
        if below.is_the_same(body, &again) {
            let found = (&below, others.len(), belongs::ALIKE);
            belongs::accuse(self.plan, clause, found, number, &mut run.seen);
        }
        None
    }

    /// What a request is answered now, judged like any other answer; `None` where it is no success with JSON.
    pub(super) async fn again(&self, run: &mut CaseRun, request: &PlannedRequest) -> Option<Value> {
        let exchange = self.send(&self.plan.cases[run.case], request).await;
        let body = self.body_of(&exchange);
        let is_success = exchange
            .answer()
            .is_some_and(|answer| answer.status / 100 == 2);
        self.only_answer(run, request, exchange);
        body.value().filter(|_| is_success).cloned()
    }
}
