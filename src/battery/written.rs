//! A step as it stands in a case file; a case without `steps` is one step.

use crate::contract::In;

use super::loaded::{BatteryError, Loaded};
use super::model::{CaseFile, Change, Expects, OrderedMap, StepFile};

/// A step with its place in the file.
pub(super) struct Written<'f> {
    /// The file.
    pub(super) loaded: &'f Loaded<CaseFile>,
    /// The step.
    pub(super) file: StepFile,
    /// Which of the case's steps it is, from 0.
    pub(super) number: usize,
    at: String,
}

/// Where a named step stands, seen from another.
pub(super) enum Order {
    /// Before it.
    Earlier,
    /// It is the step itself, or comes later.
    NotEarlier,
}

impl<'f> Written<'f> {
    /// The steps of a case file.
    pub(super) fn steps(loaded: &'f Loaded<CaseFile>) -> Vec<Written<'f>> {
        let file = &loaded.file;
        let written = |number, at, file| Written {
            loaded,
            file,
            number,
            at,
        };
        if file.steps.is_empty() {
            let step = StepFile {
                step: String::new(),
                operation: file.operation.clone().unwrap_or_default(),
                request: file.request.clone(),
                expects: file.expects.unwrap_or(Expects::Any),
                accepts: file.accepts.clone(),
                inconclusive: file.inconclusive.clone(),
                same: None,
                lists: None,
                retry: None,
                always: false,
                breaks: file.breaks.clone(),
                capture: OrderedMap::default(),
            };
            return vec![written(0, String::new(), step)];
        }
        let steps = file.steps.iter().enumerate();
        steps
            .map(|(n, step)| written(n, format!("/steps/{n}"), step.clone()))
            .collect()
    }

    /// An error at the value at that pointer below the step.
    pub(super) fn error(&self, at: &str, message: impl Into<String>) -> BatteryError {
        let at = format!("{}{at}", self.at);
        self.loaded
            .error(if at.is_empty() { "/case" } else { &at }, message)
    }

    /// What is changed of the parameters, by where they go.
    pub(super) fn changes(&self) -> [(In, &OrderedMap<Change>); 4] {
        let [query, path, headers, cookies] = self.file.request.parameters().map(|(_, map)| map);
        [
            (In::Query, query),
            (In::Path, path),
            (In::Header, headers),
            (In::Cookie, cookies),
        ]
    }

    /// Where the step of that name stands.
    pub(super) fn order_of(&self, name: &str) -> Option<Order> {
        let place = self
            .loaded
            .file
            .steps
            .iter()
            .position(|step| step.step == name)?;
        Some(if place < self.number {
            Order::Earlier
        } else {
            Order::NotEarlier
        })
    }
}

/// Checks that a case is either one request or several steps, each with a name of its own.
pub(super) fn check(loaded: &Loaded<CaseFile>) -> Result<(), BatteryError> {
    let file = &loaded.file;
    if file.steps.is_empty() {
        return Ok(());
    }
    for key in [
        "operation",
        "does",
        "request",
        "expects",
        "accepts",
        "inconclusive",
        "breaks",
        "pages",
    ] {
        let at = format!("/{key}");
        if loaded.mark(&at) != loaded.mark("") {
            return Err(loaded.error(
                &at,
                format!("a case with `steps` has no `{key}` of its own: each step has one"),
            ));
        }
    }
    for (n, step) in file.steps.iter().enumerate() {
        let at = format!("/steps/{n}/step");
        if step.step.is_empty() || step.step.contains('.') {
            return Err(loaded.error(
                &at,
                "a step needs a name without a dot, since `{from: STEP.NAME}` names it",
            ));
        }
        if file.steps[..n]
            .iter()
            .any(|earlier| earlier.step == step.step)
        {
            return Err(loaded.error(&at, format!("the case has a step `{}` already", step.step)));
        }
    }
    Ok(())
}
