//! How far the course of a case is: what is known of it, and of the workflow that is under way.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::battery::Case;
use crate::battery::arazzo::flow::{Call, Fill, Flow, FlowStep, Workflow};
use crate::battery::arazzo::meant;
use crate::check::flow::{Frame, Scope, Seen};
use crate::check::missing::{Missing, Whose};
use crate::ledger::Verdict;

use super::super::record::CaseRun;

/// The case ends here; what it means is noted already.
pub(super) struct Halt;

/// What is known beyond one workflow.
pub(super) struct Course<'p> {
    pub(super) case: &'p Case,
    pub(super) flow: &'p Flow,
    /// The inputs and outputs of the workflows that were taken.
    pub(super) taken: BTreeMap<usize, (Value, Value)>,
    /// The last exchange.
    pub(super) seen: Option<Seen>,
    /// The outputs that have no value.
    pub(super) missing: Missing,
    /// How many steps were taken.
    pub(super) steps: usize,
}

/// One workflow under way.
pub(super) struct Under<'p> {
    pub(super) workflow: &'p Workflow,
    /// Its place in the flow.
    pub(super) place: usize,
    pub(super) frame: Frame,
    /// How often each step was tried again, by the step and its action.
    pub(super) tries: HashMap<(usize, usize), u64>,
}

impl<'p> Under<'p> {
    pub(super) fn scope<'a>(&'a self, course: &'a Course<'p>) -> Scope<'a> {
        Scope {
            workflow: self.workflow,
            frame: &self.frame,
            taken: &course.taken,
            seen: course.seen.as_ref(),
        }
    }

    /// Whose outputs those of a step are.
    pub(super) fn whose(&self, step: &'p FlowStep) -> Whose<'p> {
        let called = match step.call {
            Call::Workflow(place, _) => Some(place),
            Call::Request(_) => None,
        };
        Whose {
            place: self.place,
            step: Some(&step.id),
            called,
        }
    }

    /// The values that a step waits for.
    pub(super) fn filled(
        &self,
        run: &mut CaseRun,
        course: &Course<'p>,
        step: &'p FlowStep,
        fills: &[Fill],
    ) -> Result<Vec<(String, Value)>, Halt> {
        let scope = self.scope(course);
        let mut out = Vec::new();
        for fill in fills {
            match scope.fill(&fill.value) {
                Ok(value) => {
                    out.extend(value.map(|value| (fill.name.clone(), meant(value, fill.is_body))));
                }
                Err(one) if fill.may_miss && scope.is_early(one) => {}
                Err(one) => {
                    let why = course.missing.why(self.whose(step), one, scope);
                    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
                    return Err(open(
                        run,
                        step,
                        &format!("`{}` has no value{why}", one.text),
                    ));
                }
            }
        }
        Ok(out)
    }
}

/// The case ends inconclusively at a step.
pub(super) fn open(run: &mut CaseRun, step: &FlowStep, why: &str) -> Halt {
    let why = format!("step `{}`: {why}", step.id);
    run.standing.raise(Verdict::Inconclusive, why);
    Halt
}
