//! Whether a walk in smaller pages got pages as small as it asked for.

use crate::battery::{Case, PlannedRequest};
use crate::check::sized;
use crate::check::walk::Walked;

use super::Runner;
use super::record::CaseRun;

impl Runner<'_> {
    /// Judges the first page of a walk that asked for smaller ones than that of `whole` has; where it is as large, both are
    /// looked at once more. What keeps it from saying anything, where something is amiss.
    pub(super) async fn size_kept(
        &self,
        run: &mut CaseRun,
        case: &Case,
        (whole, request): (&Walked, &PlannedRequest),
        (smaller, exchange): (&Walked, u64),
    ) -> Option<String> {
        let step = case.step();
        let collection = step.collection.as_ref()?;
        let clause = sized::clause(self.plan, step, collection)?;
        let asked = run.request.query.get(collection.size.as_deref()?)?;
        let size: u64 = asked.parse().ok()?;
        let shown = smaller.first_count();
        if (1..=size).contains(&shown) && whole.items > size {
            run.seen.exercise(clause);
        }
        if shown <= size {
            return None;
        }
        let open = "a page is larger than was asked for, and nothing shows that its size was not looked at";
        if shown != whole.first_count() {
            return Some(open.to_owned());
        }
        let again = run.request.clone();
        let page = self.send(case, &again).await;
        let sized_page = self.judged(run, case, &again, page.clone(), 0)?;
        let unsized_page = self.send(case, request).await;
        let unsized_page = self.judged(run, case, request, unsized_page, 0)?;
        let pages = page
            .answer()
            .zip(sized_page.value())
            .zip(unsized_page.value());
        let ((answer, sized_page), unsized_page) = pages?;
        if !sized::is_ignored(collection, size, (answer, sized_page), unsized_page) {
            return Some(open.to_owned());
        }
        let counts = (size, shown);
        sized::accuse(self.plan, step, collection, counts, exchange, &mut run.seen);
        None
    }
}
