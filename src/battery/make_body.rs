//! The body of a step's request: what the step gives, else the document's example with the user's values.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Media, Operation, pointer};

use super::awaited::Awaited;
use super::bodies::{Bodies, Edit, Trial};
use super::changes::check_from;
use super::draft::Draft;
use super::loaded::BatteryError;
use super::make_case::CasePlanner;
use super::members;
use super::model::{BodyChange, BodyTry};
use super::parameters::in_body;
use super::planned::PlanError;
use super::values::{self, Reached};
use super::written::Written;

impl CasePlanner<'_> {
    /// The body: what the step gives, else the document's example with the user's values.
    pub(super) fn body(
        &self,
        step: &Written<'_>,
        (ix, operation): (usize, &Operation),
        known: &[String],
        draft: &mut Draft,
    ) -> Result<(), PlanError> {
        let change = step.file.request.body.as_ref();
        let Some(documented) = &operation.request_body else {
            return match change {
                Some(change) if !change.omit => Err(step.error("/request/body", format!(
                    "{} {} has no request body in the contract: leave `body` out, or name another operation",
                    operation.method, operation.path
                )).into()),
                _ => Ok(()),
            };
        };
        let none = BodyChange::default();
        let change = change.unwrap_or(&none);
        if change.omit {
            return Ok(());
        }
        let media = documented.media();
        let range = media.map(|media| media.range.clone());
        let range = range.filter(|range| !range.contains('*'));
        let named = change.media_type.clone().or(range);
        draft.media_type = named.unwrap_or_else(|| "application/json".to_owned());
        let mut all = documented.content.iter();
        let meant = all.find(|media| media.range == draft.media_type);
        draft.fields = meant
            .map(|media| Arc::clone(&media.fields))
            .unwrap_or_default();
        draft.files = meant.map(Media::files).unwrap_or_default();
        let has_many = change.like.is_some() || !change.tries.is_empty();
        if has_many && (change.text.is_some() || change.json.is_some()) {
            let message = "a body is given in one way: as `json`, `text`, `tries`, or `like` that of another case";
            return Err(step.error("/request/body", message).into());
        }
        if change.text.is_some() {
            let is_more = !change.set.0.is_empty() || !change.remove.is_empty();
            if change.json.is_some() || is_more {
                let message =
                    "`text` is the whole body as it stands: leave `json`, `set` and `remove` out";
                return Err(step.error("/request/body/text", message).into());
            }
            draft.text.clone_from(&change.text);
            return Ok(());
        }
        let tries = self.tries(step, change)?;
        if !tries.is_empty() {
            return Ok(self.several(step, (ix, operation), (change, tries), draft)?);
        }
        draft.json = change.json.clone();
        if draft.json.is_none() {
            draft.json = media.and_then(|media| media.values().first().cloned());
            for (at, text) in in_body(self.contract, self.selection, ix) {
                members::set(&mut draft.json, at, self.typed(media, at, text));
                draft.given.push(at.to_owned());
            }
        }
        self.members(step, change, known, draft)?;
        if draft.waits.is_empty() && documented.required && step.file.request.method.is_none() {
            let lacks = |why: &str| {
                let message = format!(
                    "{} {} demands a body, and {why}",
                    operation.method, operation.path
                );
                Err(step.error("", message).into())
            };
            if draft.json.is_none() {
                return lacks("the contract gives none: give it under `request.body`");
            }
            if draft.payload().is_none() {
                let why = format!(
                    "none can be made of {}: give it whole under `request.body.text`",
                    draft.media_type
                );
                return lacks(&why);
            }
        }
        Ok(())
    }

    /// The bodies that are tried: the step's own, or those of the case that it names.
    fn tries(&self, step: &Written<'_>, change: &BodyChange) -> Result<Vec<BodyTry>, BatteryError> {
        let Some(like) = &change.like else {
            return Ok(change.tries.clone());
        };
        let case = self.battery.case(like).map(|known| &known.file);
        let body = case.and_then(|case| case.request.body.as_ref());
        match body.map(|body| body.tries.clone()) {
            Some(tries) if !tries.is_empty() && change.tries.is_empty() => Ok(tries),
            _ => Err(step.error(
                "/request/body/like",
                format!(
                    "`{like}` is no case whose body has `tries`, which alone can be taken here"
                ),
            )),
        }
    }

    /// Several bodies, of which one is chosen when the request is sent.
    fn several(
        &self,
        step: &Written<'_>,
        (ix, operation): (usize, &Operation),
        (change, tries): (&BodyChange, Vec<BodyTry>),
        draft: &mut Draft,
    ) -> Result<(), BatteryError> {
        let media = operation
            .request_body
            .as_ref()
            .and_then(|body| body.media());
        let mut trials = Vec::with_capacity(tries.len());
        for (n, one) in tries.iter().enumerate() {
            for (at, answers) in &one.answers.0 {
                let here = pointer::join(&format!("/request/body/tries/{n}/answers"), at);
                self.check_answers(step, &here, answers)?;
            }
            let mut trial = Trial::of(one);
            for (at, text) in in_body(self.contract, self.selection, ix) {
                trial.json = Trial::with(&trial.json, at, self.typed(media, at, text));
                trial.marks.retain(|(known, _)| known != at);
                trial.sought.retain(|(known, _)| known != at);
                draft.given.push(at.to_owned());
            }
            trials.push(trial);
        }
        let mut edits = Vec::new();
        for (at, value) in &change.set.0 {
            let from = from(value).map(str::to_owned);
            if let Some(name) = from {
                return Err(step.error(
                    &pointer::join("/request/body/set", at),
                    format!(
                        "`{name}` cannot be set in one of several bodies: give the body as `json`"
                    ),
                ));
            }
            edits.push(Edit::Set(at.clone(), value.clone()));
        }
        for (n, at) in change.remove.iter().enumerate() {
            let has = |trial: &&Trial| members::remove(&mut Some(trial.json.clone()), at);
            if trials.iter().find(has).is_none() {
                let message = format!("the body has no member `{at}` that could be removed");
                return Err(step.error(&format!("/request/body/remove/{n}"), message));
            }
            edits.push(Edit::Remove(at.clone()));
        }
        draft.bodies = Bodies {
            trials,
            like: change.like.clone(),
            edits,
        };
        draft.json = draft.bodies.body(0, None, None);
        Ok(())
    }

    /// Sets and removes members of a body.
    fn members(
        &self,
        step: &Written<'_>,
        change: &BodyChange,
        known: &[String],
        draft: &mut Draft,
    ) -> Result<(), BatteryError> {
        for (at, value) in &change.set.0 {
            let here = pointer::join("/request/body/set", at);
            let message = format!(
                "the body has no place `{at}`; a place is an RFC 6901 pointer such as `/name`"
            );
            if !(at.is_empty() || at.starts_with('/')) {
                return Err(step.error(&here, message));
            }
            match from(value) {
                Some(name) => {
                    check_from(step, &here, name, known)?;
                    draft
                        .waits
                        .push((Awaited::Body(at.clone()), name.to_owned()));
                }
                None if members::set(&mut draft.json, at, value.clone()) => {}
                None => return Err(step.error(&here, message)),
            }
        }
        for (n, at) in change.remove.iter().enumerate() {
            if !members::remove(&mut draft.json, at) {
                let message = format!("the body has no member `{at}` that could be removed");
                return Err(step.error(&format!("/request/body/remove/{n}"), message));
            }
        }
        Ok(())
    }

    /// A text as the type that the schema names for its place; where it names none, as JSON if it is a number or a word
    /// of JSON.
    fn typed(&self, media: Option<&Media>, at: &str, text: &str) -> Value {
        let document = &self.contract.document;
        let schema = media.and_then(|media| document.at(&media.body.as_ref()?.schema.pointer));
        let tokens = pointer::tokens(at);
        let reached = schema.map(|(schema, _)| values::reach(document, schema, &tokens, 0));
        match reached {
            Some(Reached::Described(Some(word))) if word == "string" => {
                Value::String(text.to_owned())
            }
            _ => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
        }
    }
}

/// The name in `{from: STEP.NAME}`.
pub(super) fn from(value: &Value) -> Option<&str> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.get("from")?.as_str()
}
