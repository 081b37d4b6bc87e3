//! Whether all that a walk over a list below one thing has met belongs to it.

use std::mem::{replace, take};
use std::sync::Arc;

use serde_json::Value;

use crate::battery::Case;
use crate::check::belongs::{self, Below};
use crate::check::own_id;
use crate::check::walk::Walked;

use super::Runner;
use super::asked_for::PARENTS;
use super::record::CaseRun;

/// A longer walk is not done again for this.
const MOST_PAGES: u64 = 10;

impl Runner<'_> {
    /// Takes in whose the items of a page of a walk are.
    pub(super) fn gather_owners(&self, run: &mut CaseRun, body: &Value) {
        let step = self.plan.cases[run.case].step();
        let path = &self.plan.contract.operations[step.operation].path;
        if let Some(below) = Below::of(path, &run.request, step.collection.as_ref()) {
            run.owners.take(&below, body);
        }
    }

    /// Looks at whose the items of a walk are that agrees with itself. Where they name others as well, it is done again: below
    /// these, which show the same only where all is shown everywhere, or, where the document says whose they are, below the same.
    pub(super) async fn all_belong(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walked: &Arc<Walked>,
    ) -> Option<()> {
        let step = case.step();
        let clause = belongs::clause(self.plan, step.operation);
        let clause = clause.filter(|one| case.aims.contains(one))?;
        let path = &self.plan.contract.operations[step.operation].path;
        let request = run.request.clone();
        let below = Below::of(path, &request, step.collection.as_ref())?;
        let owners = take(&mut run.owners);
        let owners = owners.met();
        if owners.iter().all(|owner| own_id::is_same(owner, below.id)) {
            if !owners.is_empty() {
                run.seen.exercise(clause);
            }
            return None;
        }
        let others = below.others(owners);
        let is_said = below.is_said(&self.plan.contract, step.operation);
        let is_short = walked.pages <= MOST_PAGES && !others.is_empty();
        if !is_short || others.len() < PARENTS && !is_said {
            return None;
        }
        let number = run.next_number() - 1;
        if is_said {
            for _ in 0..PARENTS {
                self.is_the_same_walk(run, case, walked).await?;
                let again = take(&mut run.owners);
                (below.others(again.met()) == others).then_some(())?;
            }
        } else {
            for other in others.iter().take(PARENTS) {
                let mut asked = request.clone();
                asked.target = below.target(&request.target, other)?;
                asked.path.insert(below.parameter.to_owned(), other.clone());
                let own = replace(&mut run.request, asked);
                let there = self.is_the_same_walk(run, case, walked).await;
                run.request = own;
                there?;
            }
            self.is_the_same_walk(run, case, walked).await?;
        }
        let how = if is_said {
            belongs::SAID
        } else {
            belongs::ALIKE
        };
        let found = (&below, others.len(), how);
        belongs::accuse(self.plan, clause, found, number, &mut run.seen);
        None
    }

    /// Whether a walk meets the same items in the same order as the first one.
    async fn is_the_same_walk(
        &self,
        run: &mut CaseRun,
        case: &Case,
        first: &Arc<Walked>,
    ) -> Option<()> {
        let again = self.walk_silently(run, case, Some(first)).await;
        let is_alike =
            (again.order(), again.items, again.pages) == (first.order(), first.items, first.pages);
        (is_alike && again.moved().is_none()).then_some(())
    }
}
