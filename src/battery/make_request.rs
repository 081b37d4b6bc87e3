//! The requests of a step: the valid one with the step's change, and the proof that a refusal has one reason.

use crate::contract::{In, Operation, wire};
use crate::exchange::Credentials;

use super::awaited::Awaited;
use super::changes::{check_from, check_left_out, check_path, key, values_of};
use super::dividers::Dividers;
use super::draft::{Draft, PlannedRequest};
use super::loaded::BatteryError;
use super::make_case::CasePlanner;
use super::model::{Change, Expects, Given, OrderedMap};
use super::parameters::{given, is_ignored, without_value};
use super::planned::PlanError;
use super::sought::Sought;
use super::values;
use super::written::Written;

/// Whether a parameter gets its value otherwise.
type IsFilled<'f> = &'f dyn Fn(In, &str) -> bool;

impl CasePlanner<'_> {
    /// The requests of a step; `known` are the captures of earlier steps, `inherited` the parameters whose values its
    /// control settles.
    pub(super) fn requests(
        &self,
        step: &Written<'_>,
        (ix, operation): (usize, &Operation),
        known: &[String],
        inherited: Vec<Sought>,
    ) -> Result<Vec<PlannedRequest>, PlanError> {
        let changes = step.changes();
        check_path(step, operation)?;
        check_left_out(step, operation, &changes)?;
        let mut base = self.valid(step, (ix, operation), &changes, inherited)?;
        self.body(step, (ix, operation), known, &mut base)?;
        if let Some(from) = &step.file.request.follow {
            check_from(step, "/request/follow", from, known)?;
            base.follow = Some(from.clone());
            base.changed = step.file.request.query.0.keys().cloned().collect();
        }
        let mut drafts = vec![base.clone()];
        for (location, map) in &changes {
            let location = *location;
            for (name, change) in &map.0 {
                let at = format!("/request/{}/{name}", key(location));
                let values = values_of(step, &at, (location, name, change), &base)?;
                for value in &values {
                    match value {
                        Given::From(from) => check_from(step, &at, from, known)?,
                        Given::Answer(answers) => {
                            self.check_answers(step, &format!("{at}/answer"), answers)?;
                        }
                        Given::Nothing | Given::Text(_) | Given::Marked(_) => {}
                    }
                }
                // What the user gives is better than what may be found; but what the run changes is its own.
                let is_answer = matches!(change, Change::Answer(_));
                if is_answer && self.given(ix, name, Some(change)).is_some() {
                    continue;
                }
                let is_near = matches!(change, Change::Valid(_));
                drafts = each(&drafts, location, name, &values, is_near);
            }
        }
        self.prove_refusal(step, operation)?;
        if is_by_value(step) {
            let as_valid = |draft: &Draft| Draft {
                label: base.label.clone(),
                near: base.near,
                ..draft.clone()
            };
            drafts.retain(|draft| as_valid(draft) != base);
        }
        Ok(drafts.into_iter().map(Draft::render).collect())
    }

    /// The value that the user gives for a parameter. What a request makes or changes is the run's own, unless it is given
    /// for that very operation.
    pub(super) fn given(&self, ix: usize, name: &str, change: Option<&Change>) -> Option<&String> {
        let is_own = match change {
            Some(Change::Answer(answers)) => answers.own,
            Some(Change::Marked(_)) => true,
            _ => false,
        };
        given(self.contract, self.selection, ix, name, !is_own)
    }

    /// The valid request, but for the parameters that are filled otherwise.
    pub(super) fn asked(
        &self,
        target: (usize, &Operation),
        is_filled: IsFilled<'_>,
    ) -> Result<Draft, PlanError> {
        self.filled(None, target, (&[], is_filled), Vec::new())
    }

    /// The valid request, but for what a step changes.
    fn valid(
        &self,
        step: &Written<'_>,
        target: (usize, &Operation),
        changes: &[(In, &OrderedMap<Change>)],
        inherited: Vec<Sought>,
    ) -> Result<Draft, PlanError> {
        let method = step.file.request.method.clone();
        let is_changed = |location: In, name: &str| {
            let mut maps = changes.iter().filter(|(of, _)| *of == location);
            // A link that is followed has its own path.
            let has_path = location == In::Path && step.file.request.follow.is_some();
            has_path
                || maps.any(|(_, map)| {
                    let mut all = map.0.iter();
                    all.any(|(key, change)| {
                        !matches!(change, Change::Valid(_)) && key.eq_ignore_ascii_case(name)
                    })
                })
        };
        self.filled(method, target, (changes, &is_changed), inherited)
    }

    /// What the user gives, else what the document gives for what it requires.
    fn filled(
        &self,
        method: Option<String>,
        (ix, operation): (usize, &Operation),
        (changes, is_changed): (&[(In, &OrderedMap<Change>)], IsFilled<'_>),
        inherited: Vec<Sought>,
    ) -> Result<Draft, PlanError> {
        let mut base = Draft {
            method: method.unwrap_or_else(|| operation.method.clone()),
            dividers: Dividers::of(operation),
            template: operation.sent_path.clone(),
            fixed: operation.sent_query.clone(),
            own: inherited.iter().any(|one| one.own),
            sought: inherited,
            ..Draft::default()
        };
        let accepted = operation
            .accepted()
            .map(|types| ("Accept".to_owned(), types));
        base.headers.extend(accepted);
        let binding = self.binding(ix);
        let is_asked =
            |name: &str| binding.is_some_and(|one| one.asked.iter().any(|asked| asked == name));
        let mut missing = Vec::new();
        for parameter in operation.parameters.iter().filter(|one| !is_ignored(one)) {
            let (location, name) = (parameter.location, &*parameter.name);
            let mut inherited = base.sought.iter();
            if inherited.any(|one| one.location == location && one.name == name) {
                continue;
            }
            let mut maps = changes.iter().filter(|(of, _)| *of == location);
            let change = maps.find_map(|(_, map)| map.0.get(name));
            if let Some(text) = self.given(ix, name, change) {
                base.put(location, name, Some(text.clone()));
                if !self.selection.sure.contains(name) {
                    base.given.push(name.to_owned());
                }
                continue;
            }
            let is_filled = base.has(location, name) || operation.carries_credentials(parameter);
            if !parameter.required || is_changed(location, name) || is_filled {
                continue;
            }
            let documented = match location {
                // Only the user or the document's author knows what there is.
                In::Path => values::of_parameter(&self.contract.document, parameter),
                In::Query | In::Header | In::Cookie => parameter.value_from_document(),
            };
            match documented.filter(|_| !is_asked(name)) {
                Some(value) => base.write(location, wire(parameter, &value)),
                None => missing.push(parameter),
            }
        }
        if missing.is_empty() {
            Ok(base)
        } else {
            Err(without_value(operation, &missing))
        }
    }

    /// A refusal must have one reason: the request breaks exactly one clause that can be seen before it is sent, or it
    /// is right in form, and a value or the state is the reason.
    fn prove_refusal(&self, step: &Written<'_>, operation: &Operation) -> Result<(), BatteryError> {
        if step.file.expects != Expects::Refusal {
            return Ok(());
        }
        let request = &step.file.request;
        let credentials = request.credentials.unwrap_or(Credentials::Valid);
        let changes = step.changes();
        let by_value = step.number > 0
            || request.body.as_ref().is_some_and(|body| !body.omit)
            || changes.iter().any(|(location, map)| {
                let mut values = map.0.iter().filter(|(_, change)| **change != Change::Omit);
                values.any(|(name, _)| match location {
                    // A server may take no notice of what it does not know.
                    In::Query => operation.takes_query(name),
                    In::Path | In::Header | In::Cookie => true,
                })
            });
        let left_out = changes.iter().flat_map(|(location, map)| {
            let names = map.0.iter().filter(|(_, change)| **change == Change::Omit);
            names.filter_map(|(name, _)| operation.parameter(*location, name))
        });
        let missing = left_out
            .filter(|one| one.required && !is_ignored(one) && !operation.carries_credentials(one));
        let body = operation.request_body.as_ref();
        let no_body = body.is_some_and(|body| body.required)
            && request.body.as_ref().is_some_and(|body| body.omit);
        let broken =
            missing.count() + usize::from(credentials != Credentials::Valid) + usize::from(no_body);
        if broken > 1 || (broken == 0 && !by_value) {
            return Err(step.error("/request", format!(
                "a refusal needs one reason, but this request breaks {broken} clauses of the contract: leave out one required parameter, change the credentials, the body or a value of a parameter"
            )));
        }
        Ok(())
    }
}

/// Whether all that makes a request of the step wrong is a value of a parameter. Where the valid one happens to be the
/// same, the request is no wrong one.
fn is_by_value(step: &Written<'_>) -> bool {
    let request = &step.file.request;
    let is_plain = request.method.is_none() && request.body.is_none();
    let credentials = request.credentials.unwrap_or(Credentials::Valid);
    let is_written = |change: &Change| {
        matches!(
            change,
            Change::Text(_) | Change::Each(_) | Change::Repeat(_)
        )
    };
    let mut changes = request
        .parameters()
        .into_iter()
        .flat_map(|(_, map)| map.0.values());
    step.file.expects != Expects::Success
        && step.loaded.file.control.is_some()
        && is_plain
        && credentials == Credentials::Valid
        && changes.any(is_written)
}

/// Each draft once for each value.
fn each(drafts: &[Draft], location: In, name: &str, values: &[Given], is_near: bool) -> Vec<Draft> {
    let mut out = Vec::with_capacity(drafts.len() * values.len());
    for draft in drafts {
        for value in values {
            let mut draft = draft.clone();
            draft.near |= is_near;
            let text = match value {
                Given::Text(text) | Given::Marked(text) => Some(text.clone()),
                Given::Nothing | Given::From(_) | Given::Answer(_) => None,
            };
            if values.len() > 1 {
                draft.label = format!("{name} = {:?}", text.as_deref().unwrap_or_default());
            }
            draft.put(location, name, text);
            match value {
                Given::From(from) => {
                    let place = Awaited::Parameter(location, name.to_owned());
                    draft.waits.push((place, from.clone()));
                }
                Given::Answer(answers) => {
                    draft.own |= answers.own;
                    draft.sought.push(Sought::of(location, name, answers));
                }
                Given::Marked(text) => {
                    let mark = (location, name.to_owned(), text.clone());
                    draft.marks.push(mark);
                }
                Given::Nothing | Given::Text(_) => {}
            }
            out.push(draft);
        }
    }
    out
}
