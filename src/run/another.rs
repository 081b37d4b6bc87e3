//! Another one of a list, read by its id: whether it is that one, and as the list shows it. Who shows the same thing for each
//! id is right about one of them by chance.

use serde_json::Value;

use crate::battery::{Offer, PlannedRequest};
use crate::check::as_listed::{self, Both};
use crate::check::own_id::{self, Shown};
use crate::contract::In;

use super::Runner;
use super::record::CaseRun;
use super::values::Done;

/// What was read by an id: the request as it was planned and sent, the parameter at the end of its path, and its value.
#[derive(Clone, Copy)]
pub(super) struct ReadBy<'a> {
    pub(super) planned: &'a PlannedRequest,
    pub(super) request: &'a PlannedRequest,
    /// What it was answered.
    pub(super) body: &'a Value,
    pub(super) name: &'a str,
    pub(super) sent: &'a str,
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Runner<'_> {
    /// Reads the last one of the list that the ids stand in.
    pub(super) async fn another(
        &self,
        run: &mut CaseRun,
        read: ReadBy<'_>,
        done: &Done<'_>,
    ) -> Option<()> {
        let case = &self.plan.cases[run.case];
        let operation = case.step().operation;
        let clause = as_listed::clause(self.plan, operation)?;
        if !case.aims.contains(&clause) {
            return None;
        }
        let (source, tokens) = done.list(read.planned, read.name)?;
        let member = tokens.last()?;
        let things = self.listed(run, source, tokens).await?;
        let id_of = |thing: &Value| thing.get(member).and_then(text);
        let path = &self.plan.contract.operations[operation];
        let parameter = path.parameter(In::Path, read.name)?;
        let fits = |thing: &&Value| {
            let id = id_of(thing);
            let is_other = id
                .as_deref()
                .is_some_and(|id| id != read.sent && !id.contains('/'));
            is_other && thing.get(member).is_some_and(|id| parameter.allows(id))
        };
        let thing = things.iter().rev().find(fits)?.clone();
        let sent = id_of(&thing)?;
        let values = run
            .settled
            .iter()
            .map(|one| match one.0 == In::Path && one.1 == read.name {
                true => Value::from(sent.as_str()),
                false => one.2.clone(),
            });
        let values: Vec<Value> = values.collect();
        let request = read.planned.settle(path, &values);
        let first = run.next_number() - 2;
        let body = self.again(run, &request).await?;
        let exchange = run.next_number() - 1;
        let shown = Shown::of(&body, member)?;
        let all: Vec<&Value> = things.iter().collect();
        let known = Shown::of(read.body, member);
        if known.is_some_and(|one| own_id::is_one_for_all((one, read.sent), (shown, &sent), &all)) {
            let other = (&request, &*sent, exchange);
            return self
                .one_for_all(run, (read, first), other, (source, tokens))
                .await;
        }
        if !own_id::is_same(&sent, &shown.id()) {
            let broken = own_id::clause(self.plan, operation)?;
            // Another name of the same is none that the list has.
            let is_listed = things.iter().any(|one| id_of(one) == Some(shown.id()));
            if !is_listed && !own_id::is_of_one_kind(&sent, &shown.id()) {
                return None;
            }
            let again = self.again(run, &request).await?;
            let again = Shown::of(&again, member).filter(|again| again.id() == shown.id())?;
            let things = self.listed(run, source, tokens).await?;
            if own_id::is_another(again, &sent, &things.iter().collect::<Vec<_>>()) {
                own_id::accuse(self.plan, broken, (again, &sent), exchange, &mut run.seen);
            }
            return None;
        }
        let looks = (source, tokens, &*sent);
        self.as_listed(run, (&request, &thing), looks, (&body, exchange))
            .await
    }

    /// Looks once more at two ids that one answer was given for.
    async fn one_for_all(
        &self,
        run: &mut CaseRun,
        (read, first): (ReadBy<'_>, u64),
        (request, sent, second): (&PlannedRequest, &str, u64),
        (source, tokens): (&CaseRun, &[String]),
    ) -> Option<()> {
        let operation = self.plan.cases[run.case].step().operation;
        let broken = own_id::clause(self.plan, operation)?;
        let member = tokens.last()?;
        let one = self.again(run, read.request).await?;
        let other = self.again(run, request).await?;
        let things = self.listed(run, source, tokens).await?;
        let (one, other) = (Shown::of(&one, member)?, Shown::of(&other, member)?);
        let things: Vec<&Value> = things.iter().collect();
        if own_id::is_one_for_all((one, read.sent), (other, sent), &things) {
            let wrong = match own_id::is_same(read.sent, &one.id()) {
                false => ((one, read.sent), first),
                true => ((other, sent), second),
            };
            own_id::accuse(self.plan, broken, wrong.0, wrong.1, &mut run.seen);
        }
        None
    }

    /// Whether what was read is as the list shows it; what differs is looked at twice more.
    async fn as_listed(
        &self,
        run: &mut CaseRun,
        (request, thing): (&PlannedRequest, &Value),
        (source, tokens, sent): (&CaseRun, &[String], &str),
        (body, exchange): (&Value, u64),
    ) -> Option<()> {
        let operation = self.plan.cases[run.case].step().operation;
        let clause = as_listed::clause(self.plan, operation)?;
        let (member, way) = tokens.split_last()?;
        let shown = Shown::of(body, member)?;
        let within = shown.holder();
        let list = self.plan.cases[source.case].step().operation;
        let both = Both {
            contract: &self.plan.contract,
            list: (list, way),
            read: (operation, &within),
        };
        if both.has_common(thing, shown.thing) {
            run.seen.exercise(clause);
        }
        let differing = both.differing(thing, shown.thing);
        if differing.is_empty() {
            return None;
        }
        // What moves is another one in the next look.
        for _ in 0..2 {
            let things = self.listed(run, source, tokens).await?;
            let again = self.again(run, request).await?;
            let again = Shown::of(&again, member)?;
            let is_it = |one: &&Value| one.get(member).and_then(text).as_deref() == Some(sent);
            let listed = things.iter().find(is_it)?;
            let is_kept = |(name, item, value): &(&str, &Value, &Value)| {
                listed.get(name) == Some(*item) && again.thing.get(name) == Some(*value)
            };
            if !differing.iter().all(is_kept) {
                return None;
            }
        }
        for found in differing.into_iter().take(1) {
            as_listed::accuse(self.plan, clause, found, &within, exchange, &mut run.seen);
        }
        None
    }

    /// The things of a list as they are now.
    async fn listed(
        &self,
        run: &mut CaseRun,
        source: &CaseRun,
        tokens: &[String],
    ) -> Option<Vec<Value>> {
        let list = self
            .send(&self.plan.cases[source.case], &source.request)
            .await;
        let body = self.body_of(&list);
        run.keep(list, run.seen.breaks());
        let things = own_id::listed(body.value()?, tokens);
        Some(things.into_iter().cloned().collect())
    }
}

impl Done<'_> {
    /// The read whose answer lists values of a path parameter, and where in its body.
    pub(super) fn list<'q>(
        &self,
        planned: &'q PlannedRequest,
        name: &str,
    ) -> Option<(&CaseRun, &'q [String])> {
        let offers = self.offers_of(planned, name)?;
        offers.iter().find_map(|(id, offer)| {
            let Offer::Body(tokens) = offer else {
                return None;
            };
            let run = self.run_of(id)?;
            let is_list = tokens.iter().any(|token| token == "*");
            let is_read = run.request.method == "GET" && run.accepted;
            (is_list && is_read).then_some((run, tokens.as_slice()))
        })
    }
}
