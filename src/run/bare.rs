//! Requests without the credentials that the document asks for, where none were given: a target that serves them all the
//! same is tested, and any other accuses nobody.

use std::sync::PoisonError;

use crate::battery::{Case, Expects};
use crate::ledger::{Sightings, Standing, Verdict};

use super::Runner;
use super::record::CaseRun;

impl Runner<'_> {
    /// Why a case is not run: others were refused for want of the same credentials.
    pub(super) fn is_closed(&self, case: &Case) -> Option<String> {
        let without = self.without.lock().unwrap_or_else(PoisonError::into_inner);
        case.bare
            .clone()
            .filter(|why| without.get(why) == Some(&false))
    }

    /// Takes back what a valid request without credentials saw, unless it was served as documented.
    pub(super) fn without_credentials(&self, run: &mut CaseRun) {
        let case = &self.plan.cases[run.case];
        let Some(why) = &case.bare else {
            return;
        };
        let is_valid = case.control.is_none() && case.step().expects == Expects::Success;
        let is_served = run.accepted && !run.is_denied && run.seen.breaks() == 0;
        if !is_valid || run.unreachable {
            return;
        }
        let status = run.answered.map_or(0, |(status, _)| status);
        // A way to a login page is a refusal as well.
        let is_refused = run.is_denied || matches!(status, 300..=399 | 401 | 403);
        if is_served || is_refused {
            let mut without = self.without.lock().unwrap_or_else(PoisonError::into_inner);
            *without.entry(why.clone()).or_default() |= is_served;
        }
        if is_served {
            return;
        }
        run.seen = Sightings::default();
        run.accepted = false;
        run.standing = Standing::default();
        run.standing.raise(Verdict::Skipped, why.as_str());
    }
}
