//! What a list that was asked for the items with a value says beside them: the number of all, and what stands on the page
//! behind the first.

use serde_json::Value;

use crate::battery::PlannedRequest;
use crate::check::filtered;
use crate::check::looked::{Look, Selecting};
use crate::check::response::Spot;
use crate::check::selects::{self, Asked, How};

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
        (selecting, value, is_listed): (Selecting<'_>, &Value, bool),
        [all, look]: [&Look; 2],
    ) {
        let case = &self.plan.cases[run.case];
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
            if !selects::has_strange([all, &second], value, is_listed) {
                return;
            }
            found = Some((second, spot));
        }
        if let Some((second, spot)) = found {
            let asked = Asked {
                selecting,
                value,
                is_listed,
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

    /// The page behind a full one.
    async fn behind_first(&self, run: &mut CaseRun, [all, first]: [&Look; 2]) -> Option<Look> {
        let step = self.plan.cases[run.case].step();
        let target = first
            .next
            .as_deref()
            .filter(|_| filtered::is_full([all, first]))?;
        let planned = run.request.clone();
        let request = next_request(step, &planned, step.collection.as_ref()?, target);
        let exchange = self.transport.send(request).await;
        let is_page = exchange.answer().is_some_and(|answer| answer.status == 200);
        match is_page {
            true => self.seen_in(run, &planned, exchange),
            false => None,
        }
    }
}
