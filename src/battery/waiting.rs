//! What a request waits for, which earlier steps capture.

use crate::contract::In;

use super::awaited::Awaited;
use super::draft::PlannedRequest;

impl PlannedRequest {
    /// The parameters of its path that wait, each with `STEP.NAME`.
    pub fn waits_in_path(&self) -> impl Iterator<Item = (&str, &str)> {
        let waits = self.waits.iter().flat_map(|draft| &draft.waits);
        waits.filter_map(|(place, name)| match place {
            Awaited::Parameter(In::Path, parameter) => Some((parameter.as_str(), name.as_str())),
            _ => None,
        })
    }

    /// What it waits for: the place, and `STEP.NAME`.
    pub fn waits(&self) -> impl Iterator<Item = (String, &str)> {
        let waits = self.waits.iter().flat_map(|draft| &draft.waits);
        waits.map(|(place, name)| (place.to_string(), name.as_str()))
    }
}
