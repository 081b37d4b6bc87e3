//! Cases that ask for the items that have a value which their control shows.

use serde_json::Value;

use crate::battery::PlannedRequest;
use crate::check::looked::{Look, Selecting};
use crate::check::response::Spot;
use crate::check::selects::{self, Asked, Fit, Said};
use crate::contract::{In, Parameter};
use crate::exchange::{Answer, Exchange};
use crate::ledger::Verdict;

use super::Runner;
use super::marks;
use super::record::{CaseRun, Control, Settled};

impl Runner<'_> {
    /// What the cases need of a control's answer that select by what it shows.
    pub(super) fn looks(
        &self,
        control: usize,
        (answer, body): (&Answer, &Value),
        target: &str,
    ) -> Vec<(usize, Look)> {
        let cases = self.plan.cases.iter().enumerate();
        let standing = cases.filter(|(_, other)| other.control == Some(control));
        let looks = standing.filter_map(|(ix, case)| {
            let mut look = self.look_at(ix, body)?;
            if let Some(collection) = &case.step().collection {
                look.tell(collection, (answer, body), target);
            }
            Some((ix, look))
        });
        looks.collect()
    }

    /// The list in an answer, without what the run itself made: an index may not have it yet.
    pub(super) fn look_at(&self, case: usize, body: &Value) -> Option<Look> {
        let case = &self.plan.cases[case];
        let selecting = Selecting::of(self.plan, case)?;
        let is_own = |item: &Value| {
            let mark = &self.options.mark;
            self.account.is_some() && !marks::found(mark, &item.to_string()).is_empty()
        };
        let collection = case.step().collection.as_ref();
        Look::of(selecting, collection, (body, &self.hashes), is_own)
    }

    /// Asks for what the case says that is shown: an order, some members, one side of a value, a word, or a value.
    pub(super) async fn chosen(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
    ) {
        let case = &self.plan.cases[run.case];
        match (&case.sorting, case.shows.bound, case.shows.word) {
            (Some(one), ..) if one.order.is_empty() => self.pick(run, control, unasked).await,
            (Some(_), ..) => self.sort(run, control, unasked).await,
            (_, Some(bound), _) => self.within(run, control, unasked, bound).await,
            (_, _, Some(word)) => self.search(run, control, unasked, word).await,
            _ => self.select(run, control, unasked).await,
        }
    }

    /// Asks for one value, and where the answer is not right for another one and for none.
    pub(super) async fn select(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
    ) {
        let case = &self.plan.cases[run.case];
        let Some((selecting, parameter, all)) = self.selecting(run, control) else {
            return;
        };
        let [value, other] = match selects::values(all, parameter) {
            Ok(values) => values,
            Err(why) => return run.standing.raise(Verdict::Inconclusive, why),
        };
        let is_only = case.shows.only;
        let is_listed = value.is_boolean() || parameter.is_listed() || is_only;
        let fit = Fit { is_listed, is_only };
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let Some(look) = self
            .asked_for(run, control, unasked, (selecting, &value))
            .await
        else {
            return;
        };
        match selects::first(all, &look, &value, fit) {
            Said::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
            Said::Right | Said::Broken(_) => {
                let asked = (selecting, &value, fit);
                self.filtered(run, control, unasked, asked, [all, &look])
                    .await;
            }
            Said::More => {
                let Some(second) = self
                    .asked_for(run, control, unasked, (selecting, &other))
                    .await
                else {
                    return;
                };
                let Some(again) = self.seen_with(run, unasked.clone()).await else {
                    return;
                };
                let looks = [(&look, &value), (&second, &other)];
                let how = match selects::judge([all, &again], looks, fit) {
                    Said::Broken(how) => how,
                    Said::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
                    Said::Right | Said::More => return,
                };
                let asked = Asked {
                    selecting,
                    value: &value,
                    fit,
                };
                let looks = (all, &look);
                selects::accuse(self.plan, case, asked, how, looks, spot, &mut run.seen);
            }
        }
        if let Some(clause) = selects::clause(self.plan, case, selecting) {
            run.seen.exercise(clause);
        }
        run.standing.raise(Verdict::Pass, "");
    }

    /// What a case selects by, the parameter, and the list as its control showed it; without them the case shows nothing.
    pub(super) fn selecting<'r>(
        &'r self,
        run: &mut CaseRun,
        control: Control<'r>,
    ) -> Option<(Selecting<'r>, &'r Parameter, &'r Look)> {
        let case = &self.plan.cases[run.case];
        let operation = &self.plan.contract.operations[case.step().operation];
        let selecting = Selecting::of(self.plan, case);
        let parameter = selecting.and_then(|one| operation.parameter(In::Query, one.parameter));
        let Some((selecting, parameter)) = selecting.zip(parameter) else {
            let why = "a value is given for it, so its control was asked with that already";
            run.standing.raise(Verdict::Inconclusive, why);
            return None;
        };
        let Some((_, all)) = control.looks.iter().find(|(of, _)| *of == run.case) else {
            let why = "its control showed no list of items";
            run.standing.raise(Verdict::Inconclusive, why);
            return None;
        };
        Some((selecting, parameter, all))
    }

    /// The list as it is with a value.
    pub(super) async fn asked_for(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        (selecting, value): (Selecting<'_>, &Value),
    ) -> Option<Look> {
        let planned = self.plan.cases[run.case].step().requests.first()?;
        let given = (selecting, Some(value));
        let request = self.settled_as(run, control, (planned, unasked), given)?;
        self.seen_with(run, request).await
    }

    /// A planned request with the values that its control was sent with, and the one that is given.
    pub(super) fn settled_as(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        (planned, unasked): (&PlannedRequest, &PlannedRequest),
        (selecting, value): (Selecting<'_>, Option<&Value>),
    ) -> Option<PlannedRequest> {
        let settled = planned.sought().iter().map(|one| {
            let is_it = one.location == In::Query && one.name == selecting.parameter;
            let mut known = control.settled.iter();
            let known = known.find(|known| (known.0, &known.1) == (one.location, &one.name));
            let sent = || {
                let sent = unasked.path.get(&one.name);
                let sent = sent.or_else(|| unasked.query.get(&one.name));
                sent.cloned().map(Value::from)
            };
            let value = match value.filter(|_| is_it) {
                Some(value) => Some(value.clone()),
                None => known.map(|known| known.2.clone()).or_else(sent),
            };
            Some((one.location, one.name.clone(), value?))
        });
        let Some(settled) = settled.collect::<Option<Vec<Settled>>>() else {
            let why = "what its control was sent with is not known";
            run.standing.raise(Verdict::Inconclusive, why);
            return None;
        };
        run.settled = settled;
        let values: Vec<Value> = run.settled.iter().map(|one| one.2.clone()).collect();
        let operation = self.plan.cases[run.case].step().operation;
        let operation = &self.plan.contract.operations[operation];
        Some(planned.settle(operation, &values))
    }

    /// The list that a request is answered with; `None` where there is none, which the standing then says.
    pub(super) async fn seen_with(
        &self,
        run: &mut CaseRun,
        request: PlannedRequest,
    ) -> Option<Look> {
        let case = &self.plan.cases[run.case];
        run.request.clone_from(&request);
        let exchange = self.send(case, &request).await;
        self.seen_in(run, &request, exchange)
    }

    /// The list in an answer to such a request, with what leads to the page behind it.
    pub(super) fn seen_in(
        &self,
        run: &mut CaseRun,
        request: &PlannedRequest,
        exchange: Exchange,
    ) -> Option<Look> {
        let case = &self.plan.cases[run.case];
        let from = exchange.request.target.clone();
        let answer = exchange.answer().cloned();
        let body = self.judged(run, case, request, exchange, 0)?;
        let mut look = body.value().and_then(|body| self.look_at(run.case, body));
        let page = case.step().collection.as_ref().zip(answer.as_ref());
        if let (Some((collection, answer)), Some(body), Some(look)) =
            (page, body.value(), &mut look)
        {
            look.tell(collection, (answer, body), &from);
        }
        if look.is_none() {
            let why = "the answer has no list of items";
            run.standing.raise(Verdict::Inconclusive, why);
        }
        look
    }
}
