//! What was asked, where an answer is judged with what its case expects.

use crate::battery::{Case, PlannedRequest, Step};

use super::envelope::Usual;
use super::hashes::Keys;
use super::stranger::Valid;

/// What was asked: a request of a step of a case.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'p> {
    /// The case.
    pub case: &'p Case,
    /// The step.
    pub step: &'p Step,
    /// The request, as it was sent.
    pub request: &'p PlannedRequest,
    /// What the valid request was answered, where the answer is compared with it.
    pub valid: Option<Valid<'p>>,
    /// What the valid request was answered, as far as others are compared with it.
    pub usual: Option<&'p Usual>,
    /// What the items of the page are told apart by that the valid request showed.
    pub shown: Option<&'p Keys>,
}

impl<'p> Asked<'p> {
    /// A request of a case of one step.
    pub fn of(case: &'p Case, request: &'p PlannedRequest) -> Asked<'p> {
        Asked {
            case,
            step: case.step(),
            request,
            valid: None,
            usual: None,
            shown: None,
        }
    }
}
