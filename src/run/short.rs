//! Whether a page that is asked for fewer items than there are has a way to the next one.

use std::sync::Arc;

use crate::battery::{Case, PlannedRequest};
use crate::check::sized;
use crate::check::walk::Walked;
use crate::check::walk_findings;
use crate::contract::In;

use super::Runner;
use super::record::CaseRun;

/// How often both pages are read again before anybody is accused.
const ROUNDS: usize = 2;
/// Words of a size that is one of all pages together.
const OF_ALL: [&str; 5] = ["total", "overall", "altogether", "all", "entire"];

impl Runner<'_> {
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
