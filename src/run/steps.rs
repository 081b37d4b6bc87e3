//! Cases of several steps: each answer is judged with its own operation, and later steps use what earlier ones captured.

use std::collections::HashMap;

use serde_json::Value;

use crate::battery::{Capture, Captured, Follow, Source};
use crate::check::acceptance::{self, Acceptance, Asked};
use crate::check::page;
use crate::check::response::{Body, Spot};
use crate::exchange::{Answer, Exchange};
use crate::ledger::{Sightings, Verdict};

use super::Runner;
use super::record::{CaseRun, Control};
use super::request::{OF_ITS_OWN, fail};

impl Runner<'_> {
    /// Takes the steps of a case, until one shows nothing that the next could stand on.
    pub(super) async fn steps(&self, run: &mut CaseRun, control: Control<'_>) {
        let case = &self.plan.cases[run.case];
        let mut captured = Captured::new();
        // Where each captured value was answered: a link may be relative to it.
        let mut sources: HashMap<String, String> = HashMap::new();
        for (number, step) in case.steps.iter().enumerate() {
            run.step = number;
            for planned in &step.requests {
                let planned = planned.complete(&captured);
                let mut request = step.send(&planned);
                if let Some(follow) = &planned.follows {
                    let Some(target) = target_of(follow, &captured, &sources) else {
                        let why = format!(
                            "step `{}`: {} is no link that can be followed",
                            step.name, follow.from
                        );
                        return run.standing.raise(Verdict::Inconclusive, why);
                    };
                    request = step.follow(&planned, &target);
                }
                let target = request.target.clone();
                let exchange = self.transport.send(request).await;
                let before = run.seen.breaks();
                let body = self.body_of(&exchange);
                let is_own = exchange.answer().is_some_and(|answer| {
                    acceptance::is_of_its_own(step, &planned, answer, &body, control.shown)
                });
                let items = is_own || !step.accepts.iter().any(|accept| accept.empty);
                run.judge(self.plan, &planned, &exchange, &body, items, 0);
                let asked = Asked {
                    case,
                    step,
                    request: &planned,
                    valid: None,
                };
                let goes_on = match is_own {
                    true => {
                        run.standing.raise(Verdict::Inconclusive, OF_ITS_OWN);
                        false
                    }
                    false => self.step(run, asked, &exchange, &body, &mut captured),
                };
                let names = step.captures.iter().map(|capture| capture.name.clone());
                sources.extend(names.map(|name| (name, target.clone())));
                run.keep(exchange, before);
                if !goes_on {
                    return;
                }
            }
        }
        run.accepted = true;
        run.standing.raise(Verdict::Pass, "");
    }

    /// Judges the answer to a step's request and captures what later steps use; whether the next step can be taken.
    fn step(
        &self,
        run: &mut CaseRun,
        asked: Asked<'_>,
        exchange: &Exchange,
        body: &Body,
        captured: &mut Captured,
    ) -> bool {
        let (case, step) = (asked.case, asked.step);
        let Some(answer) = exchange.answer() else {
            if let Err(failure) = &exchange.last().result {
                fail(run, failure, case.control.is_none() && run.step == 0);
            }
            run.usable = false;
            return false;
        };
        run.usable = *body != Body::Incomplete;
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let mut own = Sightings::default();
        match acceptance::judge(self.plan, asked, answer, body, spot, &mut own) {
            Acceptance::Accepted => run.seen.merge(own),
            Acceptance::Broken => {
                run.seen.merge(own);
                run.standing.raise(Verdict::Pass, "");
                return false;
            }
            Acceptance::Open(why) => {
                run.usable &= !matches!(answer.status, 429 | 503);
                let why = format!("step `{}`: {why}", step.name);
                run.standing.raise(Verdict::Inconclusive, why);
                return false;
            }
        }
        for capture in &step.captures {
            let Some(value) = find(capture, answer, body) else {
                let why = format!(
                    "step `{}`: the answer (status {}) has no {}, which later steps need",
                    step.name, answer.status, capture.text
                );
                run.standing.raise(Verdict::Inconclusive, why);
                return false;
            };
            captured.insert(capture.name.clone(), value);
        }
        true
    }
}

/// Where a captured link leads, with what is changed in it; `None` where it is no link.
fn target_of(
    follow: &Follow,
    captured: &Captured,
    sources: &HashMap<String, String>,
) -> Option<String> {
    let link = captured.get(&follow.from)?.as_str()?;
    let from = sources.get(&follow.from)?;
    let mut target = page::target_of(link, from)?;
    for (name, values) in &follow.changed {
        target = page::without_parameter(&target, name);
        target = match values.as_slice() {
            [] => target,
            values => page::with_parameter(&target, name, &values.join(",")),
        };
    }
    Some(target)
}

/// The captured value; `None` where there is none, or nothing to be used as one.
fn find(capture: &Capture, answer: &Answer, body: &Body) -> Option<Value> {
    match &capture.place {
        Source::Status => Some(Value::from(answer.status)),
        Source::Header(name) => answer.header(name).next().map(Value::from),
        Source::Body(_) => body
            .value()?
            .pointer(&capture.text)
            .filter(|value| !value.is_null())
            .cloned(),
        Source::Query(_) | Source::Path(_) => None,
    }
}
