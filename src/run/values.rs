//! Values that a request takes from what other cases sent or were answered.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::battery::{Case, Offer, Origin, Plan, PlannedRequest, Sought, Trial, is_link, named};
use crate::check::offer;
use crate::contract::{In, Media, Operation};

use super::record::{CaseRun, Chosen, Control, Settled};

/// The most values that one place is asked for.
const OF_A_PLACE: usize = 3;
/// The most requests with which a valid case looks for a value that the target knows.
const TRIES: usize = 4;

/// A request with the values that it is sent with.
pub(super) struct Try {
    /// The request, without its body where one is chosen.
    pub(super) request: PlannedRequest,
    /// The values of its parameters that others offered.
    pub(super) settled: Vec<Settled>,
    /// The body, before it is marked.
    pub(super) body: Option<Chosen>,
}

impl Try {
    /// Whether the same is sent, but for marks.
    pub(super) fn is_like(&self, other: &Try) -> bool {
        let sent = |one: &Try| one.request.embody(one.body.clone(), ["", "", ""]);
        let (own, other) = (sent(self), sent(other));
        (own.target, own.headers, own.body) == (other.target, other.headers, other.body)
    }
}

/// What became of the cases so far, in the order of the plan.
pub(super) struct Done<'p> {
    plan: &'p Plan,
    by_id: HashMap<&'p str, usize>,
    runs: Vec<OnceLock<CaseRun>>,
}

impl<'p> Done<'p> {
    /// Nothing ran yet.
    pub(super) fn none(plan: &'p Plan) -> Done<'p> {
        let ids = plan.cases.iter().map(|case| case.id.as_str());
        Done {
            plan,
            by_id: ids.zip(0..).collect(),
            runs: plan.cases.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Adds a case that is over.
    pub(super) fn add(&self, run: CaseRun) {
        let place = run.case;
        // Each case runs once.
        let _ = self.runs[place].set(run);
    }

    /// What became of a case, where it is over.
    pub(super) fn get(&self, case: usize) -> Option<&CaseRun> {
        self.runs[case].get()
    }

    /// All that are over.
    pub(super) fn iter(&self) -> impl Iterator<Item = &CaseRun> {
        self.runs.iter().filter_map(OnceLock::get)
    }

    /// All of them.
    pub(super) fn into_runs(self) -> Vec<CaseRun> {
        let runs = self.runs.into_iter();
        runs.filter_map(OnceLock::into_inner).collect()
    }

    /// The requests with which a planned one is tried, one after the other.
    ///
    /// # Errors
    /// There is no value for one of its parameters: which, and how to give one. Or there is no body.
    pub(super) fn tries(
        &self,
        operation: usize,
        planned: &PlannedRequest,
        control: Control<'_>,
    ) -> Result<Vec<Try>, String> {
        let operation = &self.plan.contract.operations[operation];
        let sought = planned.sought();
        let candidates = sought
            .iter()
            .map(|one| self.candidates(operation, one, control));
        let candidates: Vec<Vec<Value>> = candidates.collect();
        let missing = sought.iter().zip(&candidates);
        let missing = missing.filter(|(_, found)| found.is_empty());
        let missing: Vec<&Sought> = missing.map(|(one, _)| one).collect();
        if !missing.is_empty() {
            return Err(self.none_found(operation, &missing));
        }
        let bodies = self.bodies(operation, planned)?;
        let combinations = offer::combinations(&candidates, TRIES);
        let others = combinations
            .iter()
            .skip(1)
            .map(|values| (values, &bodies[0]));
        let first = combinations.first();
        let tried = first
            .into_iter()
            .flat_map(|values| bodies.iter().map(move |body| (values, body)));
        let tried = tried.chain(others).map(|(values, body)| {
            let names = sought.iter().map(|one| (one.location, one.name.clone()));
            let settled = names.zip(values.iter().cloned());
            Try {
                request: planned.settle(operation, values),
                settled: settled
                    .map(|((place, name), value)| (place, name, value))
                    .collect(),
                body: body.clone(),
            }
        });
        let mut out: Vec<Try> = Vec::new();
        for one in tried {
            // What was refused once is refused again.
            if !out.iter().any(|known| known.is_like(&one)) {
                out.push(one);
            }
        }
        Ok(out)
    }

    /// Why there are no values for parameters: no answer has one, or what would make one was refused.
    fn none_found(&self, operation: &Operation, missing: &[&Sought]) -> String {
        let offers = |one: &Sought| match &one.from {
            Origin::Cases { offers, .. } => offers.clone(),
            Origin::Control => Vec::new(),
        };
        let is_sent = |one: &Sought| {
            let offers = offers(one);
            !offers.is_empty()
                && offers
                    .iter()
                    .all(|(_, offer)| matches!(offer, Offer::Sent(_)))
        };
        let names: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
        // What was sent with a request that was refused was found.
        let unknown = missing.iter().filter(|one| !is_sent(one));
        let unknown: Vec<&str> = unknown.map(|one| one.name.as_str()).collect();
        let refused = missing
            .iter()
            .flat_map(|one| offers(one))
            .find_map(|(id, _)| {
                let case = *self.by_id.get(&*id)?;
                let own = self.get(case).filter(|run| run.answered.is_some());
                // What was not sent since its control was refused.
                let run = own.or_else(|| self.get(self.plan.cases[case].control?))?;
                let (status, _) = run.answered.filter(|_| !run.accepted)?;
                let step = self.plan.cases[run.case].step();
                let maker = &self.plan.contract.operations[step.operation];
                let is_maker = matches!(maker.method.as_str(), "POST" | "PUT");
                is_maker.then(|| format!("{} was answered {status}", maker.id))
            });
        let unknown = if unknown.is_empty() { &names } else { &unknown };
        offer::none_found(operation, unknown, &names, refused.as_deref())
    }

    /// The bodies that a request is tried with; one that is none where it has no choice.
    fn bodies(
        &self,
        operation: &Operation,
        planned: &PlannedRequest,
    ) -> Result<Vec<Option<Chosen>>, String> {
        if let Some(like) = planned.like() {
            let run = self.by_id.get(like).and_then(|case| self.get(*case));
            let body = run
                .filter(|run| run.accepted)
                .and_then(|run| run.body.clone());
            return match body {
                Some(body) => Ok(vec![Some(body)]),
                None => Err(format!(
                    "{like} did not get an accepted answer, so no right body is known"
                )),
            };
        }
        let trials = planned.trials().iter().enumerate();
        let whole = trials.filter(|(_, trial)| !trial.named);
        let whole = whole.map(|(which, trial)| Some((which, self.filled(operation, trial))));
        let whole: Vec<_> = whole.collect();
        Ok(if whole.is_empty() { vec![None] } else { whole })
    }

    /// A body with what other cases were answered for members of it.
    fn filled(&self, operation: &Operation, trial: &Trial) -> Value {
        let media = media(operation);
        let mut body = trial.json.clone();
        for (at, offers) in &trial.sought {
            let values = offers.iter().flat_map(|(id, offer)| {
                let values = self.offered(id, offer).iter();
                values.filter_map(move |value| offer::used(offer, None, value))
            });
            let mut bodies = values.map(|value| Trial::with(&body, at, value));
            let fitting = bodies.find(|body| media.is_none_or(|media| media.allows(body)));
            body = fitting.unwrap_or(body);
        }
        body
    }

    /// The same try with those members of other bodies that the refusal of it names.
    pub(super) fn with_named(
        &self,
        operation: usize,
        planned: &PlannedRequest,
        one: &Try,
        named: impl Fn(&[&str]) -> Vec<String>,
    ) -> Option<Try> {
        let operation = &self.plan.contract.operations[operation];
        let (_, now) = one.body.as_ref()?;
        let has = now.as_object()?;
        let lacks = |name: &&String| !has.contains_key(*name);
        let trials = planned.trials().iter().enumerate();
        trials
            .filter_map(|(which, trial)| {
                let whole = self.filled(operation, trial);
                let map = whole.as_object()?;
                let more: Vec<&str> = map.keys().filter(lacks).map(String::as_str).collect();
                let mut body = now.clone();
                for name in named(&more) {
                    body.as_object_mut()?
                        .insert(name.clone(), map.get(&name)?.clone());
                }
                let fits = media(operation).is_none_or(|media| media.allows(&body));
                (fits && body != *now).then(|| Try {
                    request: one.request.clone(),
                    settled: one.settled.clone(),
                    body: Some((which, body)),
                })
            })
            .max_by_key(|one| {
                one.body
                    .as_ref()
                    .and_then(|(_, body)| Some(body.as_object()?.len()))
            })
    }

    /// The first request of a case that sends one again and again.
    ///
    /// # Errors
    /// As [`tries`](Done::tries).
    pub(super) fn first(
        &self,
        case: &Case,
        control: Control<'_>,
    ) -> Result<PlannedRequest, String> {
        let Some(planned) = case.step().requests.first() else {
            return Ok(PlannedRequest::default());
        };
        let tries = self.tries(case.step().operation, planned, control)?;
        let first = tries.into_iter().next();
        Ok(first.map(|one| one.request).unwrap_or_default())
    }

    fn candidates(
        &self,
        operation: &Operation,
        sought: &Sought,
        control: Control<'_>,
    ) -> Vec<Value> {
        let Origin::Cases { offers, otherwise } = &sought.from else {
            let mut settled = control.settled.iter();
            let is_it = |one: &&Settled| one.0 == sought.location && one.1 == sought.name;
            return settled
                .find(is_it)
                .map(|one| one.2.clone())
                .into_iter()
                .collect();
        };
        let (location, name) = (sought.location, &*sought.name);
        let parameter = operation.parameter(location, name);
        let place = (location == In::Path).then_some((&*operation.path, name));
        let of_place = |(id, offer): &(String, Offer)| {
            let values = self.offered(id, offer).iter();
            let values = values.filter_map(|value| offer::used(offer, place, value));
            let readings = values.map(|value| read_as(&operation.path, (location, name), &value));
            let fitting = readings.filter_map(|all| {
                let fits = all
                    .into_iter()
                    .filter(|value| offer::fits(parameter, value));
                Some(fits.collect::<Vec<_>>()).filter(|all| !all.is_empty())
            });
            fitting.take(OF_A_PLACE).collect::<Vec<_>>()
        };
        let places: Vec<_> = offers.iter().map(of_place).collect();
        let mut out: Vec<Value> = Vec::new();
        // The first of each place, then the second: what is wrong with one value of a place is wrong with the next as well.
        let nth = |n: usize| places.iter().filter_map(move |place| place.get(n));
        let firsts = (0..OF_A_PLACE).flat_map(nth).filter_map(|all| all.first());
        let others = places.iter().flatten().flat_map(|all| all.iter().skip(1));
        let last = otherwise.iter().map(|text| Value::from(text.as_str()));
        for value in firsts.chain(others).cloned().chain(last) {
            if !out.contains(&value) {
                out.push(value);
            }
        }
        out
    }

    /// The read whose answer has a value of a path parameter, and where in its body.
    pub(super) fn source<'q>(
        &self,
        planned: &'q PlannedRequest,
        name: &str,
        value: &str,
    ) -> Option<(&CaseRun, &'q [String])> {
        let offers = self.offers_of(planned, name)?;
        let is_it = |known: &Value| match known {
            Value::String(text) => text == value,
            Value::Number(number) => number.to_string() == value,
            _ => false,
        };
        offers.iter().find_map(|(id, offer)| {
            let Offer::Body(tokens) = offer else {
                return None;
            };
            let run = self.run_of(id)?;
            let is_read = run.request.method == "GET";
            let has_it = self.offered(id, offer).iter().any(is_it);
            (is_read && has_it).then_some((run, tokens.as_slice()))
        })
    }

    /// The cases whose exchanges have values of a path parameter, each with what it offers.
    pub(super) fn offers_of<'q>(
        &self,
        planned: &'q PlannedRequest,
        name: &str,
    ) -> Option<&'q [(String, Offer)]> {
        let mut sought = planned.sought().iter();
        let sought = sought.find(|one| one.location == In::Path && one.name == name)?;
        match &sought.from {
            Origin::Cases { offers, .. } => Some(offers),
            _ => None,
        }
    }

    /// What became of the case of that id, where it is over.
    pub(super) fn run_of(&self, id: &str) -> Option<&CaseRun> {
        self.get(*self.by_id.get(id)?)
    }

    fn offered(&self, id: &str, offer: &Offer) -> &[Value] {
        let found = self.by_id.get(id).and_then(|&case| {
            let offers = &self.plan.cases[case].offers;
            let place = offers.iter().position(|known| known == offer)?;
            self.get(case)?.offered.get(place)
        });
        found.map_or(&[], Vec::as_slice)
    }
}

/// What a value may mean for a parameter, the likeliest first: the part of it that a path would have there, or all of it.
fn read_as(path: &str, (location, name): (In, &str), value: &Value) -> Vec<Value> {
    let text = value.as_str().filter(|_| location == In::Path);
    let part = text.and_then(|text| named(path, name, text));
    match (part, text.is_some_and(is_link)) {
        (Some(part), true) => vec![Value::from(part)],
        (Some(part), false) => vec![Value::from(part), value.clone()],
        (None, _) => vec![value.clone()],
    }
}

/// The media type of the bodies that an operation is sent.
fn media(operation: &Operation) -> Option<&Media> {
    operation.request_body.as_ref()?.media()
}
