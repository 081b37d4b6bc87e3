//! A mutant: an edit that breaks one clause of a recorded world, and how it is shown to do so before it counts.

use std::sync::atomic::AtomicBool;

use crate::battery::{Plan, Sequence};
use crate::check::judging::Wrong;
use crate::check::response::{Spot, read_body};
use crate::check::rules;
use crate::contract::ClauseIx;
use crate::exchange::Exchange;
use crate::ledger::Sightings;

use super::edit::Edit;
use super::facts;
use super::repeats;
use super::world::{Scene, planned};

/// One break.
#[derive(Clone)]
pub struct Mutant {
    /// The clause that is broken.
    pub clause: ClauseIx,
    /// Where: `early`, `late`, or what else is special about it.
    pub variant: String,
    /// What is done, in words.
    pub what: String,
    /// The break.
    pub edit: Edit,
    shown_by: ShownBy,
}

/// How a mutant is shown to break its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownBy {
    /// Each answer that it changes breaks the clause by what the change is.
    Construction,
    /// The rule's own predicate or expression, on an answer that is changed.
    Rule,
    /// What a walk over the changed pages finds, or a look over all answers.
    Walk(Sequence),
}

/// What can be done about a clause.
pub enum Breaks {
    /// It is broken in these ways.
    Ways(Vec<Mutant>),
    /// It cannot be broken without breaking these: it counts with them.
    ImpliedBy(Vec<ClauseIx>),
    /// No break of it is known: why.
    None(String),
}

impl Breaks {
    /// No break of it is known, and why.
    pub fn none(why: &str) -> Breaks {
        Breaks::None(why.to_owned())
    }

    /// The mutants.
    pub fn ways(&self) -> &[Mutant] {
        match self {
            Breaks::Ways(mutants) => mutants,
            _ => &[],
        }
    }

    /// Keeps what is shown to break its clause; a mutant that is not is an error of the harness, and never a kill.
    pub fn shown(self, scene: &Scene<'_, '_>) -> Breaks {
        let Breaks::Ways(mutants) = self else {
            return self;
        };
        if mutants.is_empty() {
            return Breaks::none("the recording has no answer that could be broken so");
        }
        let mut why = String::new();
        let mut shown = Vec::new();
        for mutant in mutants {
            match mutant.is_shown(scene) {
                Ok(()) => shown.push(mutant),
                Err(reason) => why = format!("{} ({}) {reason}", mutant.what, mutant.variant),
            }
        }
        match shown.is_empty() {
            true => Breaks::None(why),
            false => Breaks::Ways(shown),
        }
    }
}

impl Mutant {
    /// A break that changes answers so that each of them breaks the clause.
    pub fn new(
        clause: ClauseIx,
        variant: impl Into<String>,
        what: impl Into<String>,
        edit: Edit,
    ) -> Mutant {
        Mutant {
            clause,
            variant: variant.into(),
            what: what.into(),
            edit,
            shown_by: ShownBy::Construction,
        }
    }

    /// Shown in that way.
    pub fn shown_by(self, shown_by: ShownBy) -> Mutant {
        Mutant { shown_by, ..self }
    }

    /// Whether it breaks its clause; else what it fails to do.
    fn is_shown(&self, scene: &Scene<'_, '_>) -> Result<(), &'static str> {
        let mut changed = scene.world.changed(&self.edit).peekable();
        let plan = scene.world.plan;
        let is_shown = match self.shown_by {
            ShownBy::Walk(sequence) => {
                let rule = plan.rule(self.clause);
                let breaks = |edit| match (sequence, rule) {
                    (Sequence::NeverRepeats, Some(rule)) => repeats::repeats(scene, rule, edit),
                    _ => facts::breaks(scene, sequence, edit),
                };
                breaks(Some(&self.edit)) && !breaks(None)
            }
            _ if changed.peek().is_none() => return Err("changes no answer of the recording"),
            ShownBy::Construction => true,
            ShownBy::Rule => changed.any(|(before, after)| {
                let breaks = |exchange| breaks_rule(plan, self.clause, scene, exchange);
                breaks(&after) && !breaks(before)
            }),
        };
        is_shown.then_some(()).ok_or("does not break the clause")
    }
}

/// Whether an answer breaks a rule over its values.
fn breaks_rule(plan: &Plan, clause: ClauseIx, scene: &Scene<'_, '_>, exchange: &Exchange) -> bool {
    let own = planned(plan, &exchange.request);
    let valid = || planned(plan, &scene.valid?.request);
    let (Some(request), Some(answer)) = (own.or_else(valid), exchange.answer()) else {
        return false;
    };
    let body = read_body(answer, plan.reading);
    let facts = rules::Facts {
        request,
        answer,
        body: body.value(),
        wrong: &Wrong::default(),
        over: &AtomicBool::new(false),
        sound_headers: &[],
        wrong_headers: &[],
    };
    let spot = Spot {
        exchange: 0,
        page: 0,
    };
    let mut seen = Sightings::default();
    rules::judge(plan, scene.operation, &facts, true, spot, &mut seen);
    seen.broken().contains_key(&clause)
}
