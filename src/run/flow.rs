//! The course of a case that an Arazzo document describes: its workflows, step by step, as each answer leads on.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::battery::Captured;
use crate::battery::arazzo::flow::{
    Action, Asks, Call, CriterionTest, Flow, FlowStep, Next, Target,
};
use crate::check::acceptance::Asked;
use crate::check::flow::{self, Frame, Seen};
use crate::check::missing::{Missing, Whose};
use crate::check::response::{Body, Spot};
use crate::ledger::{Sightings, Verdict};

mod course;

use course::{Course, Halt, Under, open};

use super::Runner;
use super::record::CaseRun;
use super::request::fail;

/// How many steps a case takes at most: gotos may lead around as long as the answers say so.
const LONGEST: usize = 1_000;
/// The longest that an answer's `Retry-After` is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A workflow being taken.
type Taking<'r> = Pin<Box<dyn Future<Output = Result<Value, Halt>> + Send + 'r>>;

impl Runner<'_> {
    /// Takes the course of a case.
    pub(super) async fn flow(&self, run: &mut CaseRun, flow: &Flow) {
        let mut course = Course {
            case: &self.plan.cases[run.case],
            flow,
            taken: BTreeMap::new(),
            seen: None,
            missing: Missing::default(),
            steps: 0,
        };
        let inputs = flow.workflows[0].inputs.clone();
        if self.workflow(run, &mut course, 0, inputs).await.is_ok() {
            run.accepted = true;
        }
        run.standing.raise(Verdict::Pass, "");
    }

    /// Takes a workflow; its outputs.
    fn workflow<'r>(
        &'r self,
        run: &'r mut CaseRun,
        course: &'r mut Course<'_>,
        ix: usize,
        inputs: Value,
    ) -> Taking<'r> {
        Box::pin(async move {
            let flow = course.flow;
            let workflow = &flow.workflows[ix];
            for other in &workflow.before {
                if !course.taken.contains_key(other) {
                    let inputs = flow.workflows[*other].inputs.clone();
                    self.workflow(run, course, *other, inputs).await?;
                }
            }
            let mut under = Under {
                workflow,
                place: ix,
                frame: Frame {
                    inputs,
                    ..Frame::default()
                },
                tries: HashMap::new(),
            };
            let mut at = Some(0);
            while let Some(step) = at {
                at = self.flow_step(run, course, &mut under, step).await?;
            }
            let mut outputs = Map::new();
            for (name, value) in &workflow.outputs {
                let value = under.scope(course).fill(value).ok().flatten();
                outputs.extend(value.map(|value| (name.clone(), value)));
            }
            let own = Whose {
                place: ix,
                step: None,
                called: None,
            };
            let missing = course
                .missing
                .among(own, &workflow.outputs, under.scope(course));
            course.missing.add(missing);
            let outputs = Value::Object(outputs);
            course
                .taken
                .insert(ix, (under.frame.inputs, outputs.clone()));
            Ok(outputs)
        })
    }

    /// Takes a step; the next one, if there is one.
    async fn flow_step(
        &self,
        run: &mut CaseRun,
        course: &mut Course<'_>,
        under: &mut Under<'_>,
        at: usize,
    ) -> Result<Option<usize>, Halt> {
        let workflow = under.workflow;
        let step = &workflow.steps[at];
        course.steps += 1;
        if course.steps > LONGEST {
            let why = format!("the workflow took {LONGEST} steps and did not end");
            return Err(open(run, step, &why));
        }
        self.call(run, course, under, step).await?;
        let scope = under.scope(course);
        let is_call = matches!(step.call, Call::Workflow(..));
        // A workflow that was taken to its end is a success.
        let holds = |one: &_| scope.holds(one);
        let is_success = step
            .criteria
            .iter()
            .all(|one| is_call && matches!(one.test, CriterionTest::Success) || holds(one));
        let outputs = step
            .outputs
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), scope.fill(value).ok().flatten()?)));
        let missing = course
            .missing
            .among(under.whose(step), &step.outputs, scope);
        let mut all = match (is_call, &under.frame.outputs) {
            (true, Value::Object(map)) => map.clone(),
            _ => Map::new(),
        };
        all.extend(outputs);
        course.missing.add(missing);
        under
            .frame
            .steps
            .insert(step.id.clone(), Value::Object(all));
        match is_success {
            true => self.succeeded(run, course, under, at).await,
            false => self.failed(run, course, under, at).await,
        }
    }

    /// Does what a step does: sends its request, or takes another workflow.
    async fn call(
        &self,
        run: &mut CaseRun,
        course: &mut Course<'_>,
        under: &mut Under<'_>,
        step: &FlowStep,
    ) -> Result<(), Halt> {
        match &step.call {
            Call::Request(asks) => self.ask_for(run, course, under, (step, asks)).await,
            Call::Workflow(place, given) => {
                let mut inputs = match &course.flow.workflows[*place].inputs {
                    Value::Object(map) => map.clone(),
                    _ => Map::new(),
                };
                inputs.extend(under.filled(run, course, step, given)?);
                under.frame.outputs = self
                    .workflow(run, course, *place, Value::Object(inputs))
                    .await?;
                Ok(())
            }
        }
    }

    /// Sends the request of a step and judges the answer by the contract.
    async fn ask_for(
        &self,
        run: &mut CaseRun,
        course: &mut Course<'_>,
        under: &Under<'_>,
        (step, asks): (&FlowStep, &Asks),
    ) -> Result<(), Halt> {
        let planned_step = &course.case.steps[asks.step];
        let captured: Captured = under
            .filled(run, course, step, &asks.fills)?
            .into_iter()
            .collect();
        let operation = &self.plan.contract.operations[planned_step.operation];
        let mut planned = planned_step.requests[0].complete_as(&captured, operation);
        planned.known = asks.is_sure;
        let missing = planned
            .target
            .split('?')
            .next()
            .and_then(|path| path.split_once('{'));
        if let Some((_, rest)) = missing {
            let name = rest.split('}').next().unwrap_or_default();
            let why = format!("there is no value for the path parameter `{name}`");
            return Err(open(run, step, &why));
        }
        run.step = asks.step;
        let exchange = self.transport.send(planned_step.send(&planned)).await;
        let before = run.seen.breaks();
        let body = self.body_of(&exchange);
        run.judge(self.plan, &planned, &exchange, &body, true, 0);
        run.usable = exchange.answer().is_some() && body != Body::Incomplete;
        if let (None, Err(failure)) = (exchange.answer(), &exchange.last().result) {
            fail(run, failure, course.steps == 1);
            run.keep(exchange, before);
            return Err(Halt);
        }
        run.keep(exchange.clone(), before);
        course.seen = Some(Seen {
            request: planned,
            exchange,
            body,
        });
        Ok(())
    }

    /// What follows a success.
    async fn succeeded(
        &self,
        run: &mut CaseRun,
        course: &mut Course<'_>,
        under: &mut Under<'_>,
        at: usize,
    ) -> Result<Option<usize>, Halt> {
        let step = &under.workflow.steps[at];
        self.settle_criteria(run, course, under, step);
        let scope = under.scope(course);
        let fits = |action: &&Action| action.criteria.iter().all(|one| scope.holds(one));
        let action = step.on_success.iter().find(fits);
        match action.map(|action| &action.does) {
            None => Ok(Some(at + 1).filter(|next| *next < under.workflow.steps.len())),
            Some(Next::Goto(target)) => self.goto(run, course, *target).await,
            Some(Next::End | Next::Retry { .. }) => Ok(None),
        }
    }

    /// What follows a failure: an action that applies, else the workflow ends, and its criteria are broken.
    async fn failed(
        &self,
        run: &mut CaseRun,
        course: &mut Course<'_>,
        under: &mut Under<'_>,
        at: usize,
    ) -> Result<Option<usize>, Halt> {
        let step = &under.workflow.steps[at];
        for (n, action) in step.on_failure.iter().enumerate() {
            let scope = under.scope(course);
            if !action.criteria.iter().all(|one| scope.holds(one)) {
                continue;
            }
            match action.does {
                Next::End => break,
                Next::Goto(target) => return self.goto(run, course, target).await,
                Next::Retry {
                    after,
                    limit,
                    first,
                } => {
                    let tries = under.tries.entry((at, n)).or_insert(0);
                    if *tries >= limit {
                        continue;
                    }
                    *tries += 1;
                    let wait = retry_after(course).unwrap_or(after);
                    match first {
                        Some(Target::Step(other)) => {
                            let other = &under.workflow.steps[other];
                            self.call(run, course, under, other).await?;
                        }
                        Some(Target::Workflow(place)) => {
                            self.goto(run, course, Target::Workflow(place)).await?;
                        }
                        None => {}
                    }
                    self.transport.pause(wait).await;
                    return Ok(Some(at));
                }
            }
        }
        let asked = course.seen.as_ref().map(|seen| Asked {
            case: course.case,
            step: &course.case.steps[run.step],
            request: &seen.request,
            valid: None,
            usual: None,
            shown: None,
        });
        let why = asked.and_then(|asked| {
            flow::why_open(self.plan, asked, &step.criteria, under.scope(course))
        });
        if let Some(why) = why {
            return Err(open(run, step, &why));
        }
        self.settle_criteria(run, course, under, step);
        Err(Halt)
    }

    /// Leads to a step of the same workflow, or takes another one in its place.
    async fn goto(
        &self,
        run: &mut CaseRun,
        course: &mut Course<'_>,
        target: Target,
    ) -> Result<Option<usize>, Halt> {
        match target {
            Target::Step(step) => Ok(Some(step)),
            Target::Workflow(place) => {
                let inputs = course.flow.workflows[place].inputs.clone();
                self.workflow(run, course, place, inputs).await?;
                Ok(None)
            }
        }
    }

    fn settle_criteria(
        &self,
        run: &mut CaseRun,
        course: &Course<'_>,
        under: &Under<'_>,
        step: &FlowStep,
    ) {
        let spot = Spot {
            exchange: run.next_number().saturating_sub(1),
            page: 0,
        };
        let mut own = Sightings::default();
        flow::settle(
            self.plan,
            &step.criteria,
            under.scope(course),
            spot,
            &mut own,
        );
        run.seen.merge(own);
    }
}

/// How long the answer asks to wait.
fn retry_after(course: &Course<'_>) -> Option<Duration> {
    let answer = course.seen.as_ref()?.exchange.answer()?;
    let seconds = answer.header("Retry-After").next()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}
