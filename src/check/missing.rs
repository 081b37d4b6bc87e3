//! Why outputs of a workflow have no value: what came instead of what was looked for.

use std::collections::BTreeMap;

use crate::battery::Source;
use crate::battery::arazzo::expression::{Base, Expression, Part, Side, Template};

use super::flow::Scope;
use super::words;

/// An output: the workflow's place in the flow, the step (none for the workflow itself), and its name.
type Output = (usize, Option<String>, String);

/// The outputs that have no value, each with why.
#[derive(Debug, Clone, Default)]
pub struct Missing(BTreeMap<Output, String>);

/// Whose outputs are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// The workflow's place in the flow.
    pub place: usize,
    /// The step, if it is one.
    pub step: Option<&'a str>,
    /// The workflow that the step takes.
    pub called: Option<usize>,
}

impl Missing {
    /// Which of these outputs have no value.
    pub fn among(
        &self,
        whose: Whose<'_>,
        outputs: &[(String, Template)],
        scope: Scope<'_>,
    ) -> Missing {
        let outputs = outputs.iter();
        let found = outputs.filter_map(|(name, value)| {
            let expression = scope.fill(value).err()?;
            let why = self.why(whose, expression, scope)?;
            let step = whose.step.map(str::to_owned);
            Some(((whose.place, step, name.clone()), why))
        });
        let mut found: BTreeMap<Output, String> = found.collect();
        // A step has the outputs of the workflow that it takes.
        for ((place, step, name), why) in &self.0 {
            if Some(*place) == whose.called && step.is_none() {
                let own = whose.step.map(str::to_owned);
                let output = (whose.place, own, name.clone());
                found.entry(output).or_insert_with(|| why.clone());
            }
        }
        Missing(found)
    }

    /// Adds others.
    pub fn add(&mut self, others: Missing) {
        self.0.extend(others.0);
    }

    /// Why an expression has no value, where it is known.
    pub fn why(
        &self,
        whose: Whose<'_>,
        expression: &Expression,
        scope: Scope<'_>,
    ) -> Option<String> {
        let end = expression.path.find(['.', '[']);
        let name = &expression.path[..end.unwrap_or(expression.path.len())];
        let known = |place: usize, step: Option<&str>| {
            let names = [name, expression.path.as_str()].into_iter();
            let mut all = names.map(|name| (place, step.map(str::to_owned), name.to_owned()));
            all.find_map(|output| self.0.get(&output).cloned())
        };
        let place = match &expression.base {
            Base::Response(Part::Header(name)) => Source::Header(name.clone()),
            Base::Response(_) => {
                let path = expression.path.replace('[', ".");
                let path = path
                    .split('.')
                    .map(|one| one.trim_matches([']', '\'', '"']));
                let path = path.filter(|one| !one.is_empty()).map(str::to_owned);
                Source::Body(path.chain(expression.pointer.iter().cloned()).collect())
            }
            Base::Step(id) => return known(whose.place, Some(id)),
            Base::Outputs => return known(whose.called?, None),
            Base::Workflow(id, Side::Outputs) => {
                let all = scope.workflow.known.iter();
                let place = all.clone().find(|(known, _)| known == id)?.1;
                return known(place, None);
            }
            _ => return None,
        };
        let seen = scope.seen?;
        let answer = seen.exchange.answer()?;
        Some(format!(
            "step `{}` was answered {} with nothing at {}; {}",
            whose.step.unwrap_or_default(),
            answer.status,
            expression.text,
            words::has_instead(&place, answer, &seen.body)
        ))
    }
}
