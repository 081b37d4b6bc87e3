//! What cases take from the exchanges of others: checked against the files, and noted where it is offered.

use std::collections::HashMap;

use crate::contract::nearest;

use super::loaded::BatteryError;
use super::make_case::CasePlanner;
use super::model::{Answers, Change};
use super::planned::Case;
use super::sought::{Offer, Origin, Sought};
use super::written::Written;

impl CasePlanner<'_> {
    /// The parameters whose values a step takes from its control: those that the control takes from other cases, unless
    /// the step changes them itself or the user gives them.
    pub(super) fn inherited(&self, written: &Written<'_>, ix: usize) -> Vec<Sought> {
        let control = written.loaded.file.control.as_deref();
        let Some(control) = control.and_then(|id| self.battery.case(id)) else {
            return Vec::new();
        };
        let of_control = Written::steps(control).swap_remove(0);
        let operation = self.contract.operation(&of_control.file.operation);
        if operation.is_none_or(|(found, _)| found != ix) {
            return Vec::new();
        }
        let maps = of_control.changes().into_iter().zip(written.changes());
        let sought = maps.flat_map(|((location, theirs), (_, own))| {
            let answers = theirs.0.iter().filter_map(|(name, change)| match change {
                Change::Answer(answers)
                    if !own.0.contains_key(name)
                        && self.given(ix, name, Some(change)).is_none() =>
                {
                    Some((name, answers.own))
                }
                _ => None,
            });
            let sought = answers.map(move |(name, own)| Sought {
                location,
                name: name.clone(),
                from: Origin::Control,
                own,
            });
            sought.collect::<Vec<_>>()
        });
        sought.collect()
    }

    /// What is taken from another case is one place of its exchange.
    pub(super) fn check_answers(
        &self,
        step: &Written<'_>,
        at: &str,
        answers: &Answers,
    ) -> Result<(), BatteryError> {
        for (n, one) in answers.of.iter().enumerate() {
            let at = format!("{at}/of/{n}");
            if Offer::of(one).is_none() {
                return Err(step.error(&at, "name one place of that case's exchange: `at` with a pointer such as /items/*/id, `keys` with that of an object, `header`, or `sent`"));
            }
            let source = self.battery.case(&one.case);
            let operation = source.and_then(|known| known.file.operation.as_deref());
            let operation = operation.and_then(|name| self.contract.operation(name));
            if let (Some(name), Some((_, operation))) = (&one.sent, operation) {
                let mut names = operation.parameters.iter().map(|known| known.name.as_str());
                if !names.any(|known| known == name) {
                    let names = operation.parameters.iter().map(|known| known.name.as_str());
                    let message = format!(
                        "{} declares no parameter `{name}`{}",
                        operation.id,
                        nearest::hint(name, names)
                    );
                    return Err(step.error(&format!("{at}/sent"), message));
                }
            }
        }
        Ok(())
    }
}

/// Notes with each case what others take from its exchange.
pub(super) fn note_offers(cases: &mut [Case]) {
    let ids = cases.iter().map(|case| case.id.clone()).zip(0..);
    let ids: HashMap<String, usize> = ids.collect();
    let steps = cases.iter().flat_map(|case| &case.steps);
    let requests = steps.flat_map(|step| &step.requests);
    let wanted = requests.flat_map(|request| request.offers());
    let wanted: Vec<(String, Offer)> = wanted.cloned().collect();
    for (id, offer) in wanted {
        let Some(&case) = ids.get(&*id) else { continue };
        let offers = &mut cases[case].offers;
        if !offers.contains(&offer) {
            offers.push(offer);
        }
    }
}
