//! The same list in smaller pages, where one page holds all; and whether such a page has a way to the next one.

use std::sync::Arc;

use serde_json::json;

use crate::battery::{Case, Next, PlannedRequest, documented};
use crate::check::page;
use crate::check::sized;
use crate::check::walk::Walked;
use crate::check::walk_findings;
use crate::contract::{In, Operation};

use super::Runner;
use super::record::CaseRun;

/// How often both pages are read again before anybody is accused.
const ROUNDS: usize = 2;
/// Words of a size that is one of all pages together.
const OF_ALL: [&str; 5] = ["total", "overall", "altogether", "all", "entire"];

impl Runner<'_> {
    /// The request for the same in smaller pages, where one page holds all and a parameter says how many it may hold.
    pub(super) fn smaller(
        &self,
        run: &CaseRun,
        case: &Case,
        walked: &Walked,
        is_done: bool,
    ) -> Option<PlannedRequest> {
        let step = case.step();
        let collection = step.collection.as_ref().filter(|one| one.guessed)?;
        let name = collection.size.as_deref()?;
        let is_one = walk_findings::is_one_page(walked) && is_done;
        let is_believed = walked.mistaken().is_none() && !walked.disagrees() && walked.items > 1;
        if !is_one || !is_believed || run.request.query.contains_key(name) {
            return None;
        }
        let operation = &self.plan.contract.operations[step.operation];
        if !self.counts_surely(operation, &collection.next) {
            return None;
        }
        let parameter = operation.parameter(In::Query, name)?;
        // Three pages show what two do, and that the walk ends.
        let size = walked.items.div_ceil(3);
        let size = [size, size.min(2)]
            .into_iter()
            .find(|size| parameter.allows(&json!(size)))?;
        let mut smaller = run.request.clone();
        smaller.target = page::with_parameter(&smaller.target, name, &size.to_string());
        smaller.query.insert(name.to_owned(), size.to_string());
        Some(smaller)
    }

    /// Whether it is known from where a parameter counts that leads to the next page.
    fn counts_surely(&self, operation: &Operation, next: &Next) -> bool {
        let Next::Page(counter) = next else {
            return true;
        };
        let parameter = operation.parameter(In::Query, &counter.parameter);
        parameter.is_some_and(|parameter| {
            let said = documented(&self.plan.contract.document, parameter);
            counter.first == 0 || said == Some(json!(1)) || !parameter.allows(&json!(0))
        })
    }

    /// Looks again at a page that was asked for fewer items than `whole` found on one, and at that one: where all is as it
    /// was, a walk in such pages loses items. What keeps it from being said.
    pub(super) async fn ended_early(
        &self,
        run: &mut CaseRun,
        case: &Case,
        whole: &Arc<Walked>,
        (asked, exchange): (PlannedRequest, u64),
    ) -> Option<String> {
        let step = case.step();
        let collection = step.collection.as_ref()?;
        sized::clause(self.plan, step, collection)?;
        let size = collection.size.as_deref()?;
        let operation = &self.plan.contract.operations[step.operation];
        let said = self
            .plan
            .contract
            .said_of(operation.parameter(In::Query, size)?);
        let is_of_all = said.iter().any(|word| OF_ALL.contains(&&**word));
        if is_of_all || sized::has_another(operation, size) {
            return None;
        }
        let mut shown = 0;
        for _ in 0..ROUNDS {
            let again = self.walk_silently(run, case, Some(whole)).await;
            if let Some(what) = again.moved() {
                return Some(what);
            }
            let plain = std::mem::replace(&mut run.request, asked.clone());
            let part = self.walk_silently(run, case, Some(whole)).await;
            run.request = plain;
            if !again.ended || again.pages != 1 || !part.ends_early(whole) {
                return Some("a smaller page shows other items when it is read again".to_owned());
            }
            shown = part.items;
        }
        let seen = &mut run.seen;
        walk_findings::ended_early(self.plan, step.operation, whole, (shown, exchange), seen);
        None
    }
}
