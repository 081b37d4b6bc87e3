//! What a list that was asked for the items with a value says beside them: the number of all, and what stands on the page
//! behind the first.

use serde_json::{Value, json};

use crate::battery::PlannedRequest;
use crate::check::filtered;
use crate::check::looked::{Look, Selecting};
use crate::check::page;
use crate::check::response::Spot;
use crate::check::selects::{self, Asked, Fit, How};

use crate::contract::In;

use super::Runner;
use super::record::{CaseRun, Control};
use super::walk::next_request;

impl Runner<'_> {
    /// Looks at the total and at the next page of a list that shows the items with the value; what is amiss is looked at twice.
    pub(super) async fn filtered(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        (selecting, value, fit): (Selecting<'_>, &Value, Fit),
        [all, look]: [&Look; 2],
    ) {
        let case = &self.plan.cases[run.case];
        let chosen = run.request.clone();
        if filtered::is_miscounted(self.plan, case, [all, look], value) {
            let exchange = run.next_number() - 1;
            let asked = (selecting, value);
            let again = self.asked_for(run, control, unasked, asked).await;
            let unasked = self.seen_with(run, unasked.clone()).await;
            if let Some((again, unasked)) = again.zip(unasked)
                && filtered::is_same([all, look], [&unasked, &again])
            {
                let spot = Spot { exchange, page: 0 };
                filtered::accuse(self.plan, case, [all, look], spot, &mut run.seen);
            }
        }
        if case.pages.is_none_or(|pages| pages < 2) {
            return;
        }
        run.request = chosen;
        let mut found = None;
        for _ in 0..2 {
            let Some(first) = self
                .asked_for_again(
                    run,
                    control,
                    unasked,
                    (selecting, value),
                    (look, found.is_some()),
                )
                .await
            else {
                return;
            };
            let Some(second) = self.behind_first(run, [all, &first]).await else {
                return;
            };
            let spot = Spot {
                exchange: run.next_number() - 1,
                page: 2,
            };
            if !selects::has_strange([all, &second], value, fit) {
                return;
            }
            found = Some((second, spot));
        }
        if let Some((second, spot)) = found {
            let asked = Asked {
                selecting,
                value,
                fit,
            };
            selects::accuse(
                self.plan,
                case,
                asked,
                How::Behind,
                (all, &second),
                spot,
                &mut run.seen,
            );
        }
    }

    /// The list with a value as it was seen, or once more.
    async fn asked_for_again(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        asked: (Selecting<'_>, &Value),
        (look, is_again): (&Look, bool),
    ) -> Option<Look> {
        match is_again {
            false => Some(look.clone()),
            true => self.asked_for(run, control, unasked, asked).await,
        }
    }

    /// The page behind a full one, or behind one of half the items that it has.
    async fn behind_first(&self, run: &mut CaseRun, [all, first]: [&Look; 2]) -> Option<Look> {
        let step = self.plan.cases[run.case].step();
        let next = match filtered::is_full([all, first]) {
            true => first.next.clone(),
            false => {
                let halved = self.halved(run, first.count())?;
                self.seen_with(run, halved).await?.next
            }
        };
        let planned = run.request.clone();
        let request = next_request(step, &planned, step.collection.as_ref()?, &next?);
        let exchange = self.transport.send(request).await;
        let is_page = exchange.answer().is_some_and(|answer| answer.status == 200);
        match is_page {
            true => self.seen_in(run, &planned, exchange),
            false => None,
        }
    }

    /// The last request for half as many items as it was answered with, where a parameter says how many there are.
    fn halved(&self, run: &CaseRun, count: usize) -> Option<PlannedRequest> {
        let step = self.plan.cases[run.case].step();
        let name = step.collection.as_ref()?.size.as_deref()?;
        let operation = &self.plan.contract.operations[step.operation];
        let half = count.div_ceil(2);
        let is_taken = operation.parameter(In::Query, name)?.allows(&json!(half));
        if half >= count || !is_taken || run.request.query.contains_key(name) {
            return None;
        }
        let mut halved = run.request.clone();
        halved.target = page::with_parameter(&halved.target, name, &half.to_string());
        halved.query.insert(name.to_owned(), half.to_string());
        Some(halved)
    }
}
