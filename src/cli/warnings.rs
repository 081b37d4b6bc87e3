//! What of the contract's document cannot be used, told before anything else.

use crate::battery::Plan;
use crate::contract::Contract;

use super::terminal;
use super::text::plural;

/// How many are told; a document with more is wrong in a way that the first few show.
const TOLD: usize = 10;

/// Writes the first few to standard error.
pub fn tell(contract: &Contract) {
    let warnings = contract.all_warnings();
    for warning in warnings.iter().take(TOLD) {
        terminal::trouble(&format!("warning: {warning}"));
    }
    let more = warnings.len().saturating_sub(TOLD);
    if more > 0 {
        let more = plural(more as u64, "more warning");
        terminal::trouble(&format!(
            "and {more}: `conform clauses --summary --format json` lists them all"
        ));
    }
}

/// The same, and the derived cases of a plan that are left out since they do not fit.
pub fn tell_of(plan: &Plan) {
    tell(&plan.contract);
    for case in plan.unfit.iter().take(TOLD) {
        terminal::trouble(&format!(
            "warning: the derived case {case} does not fit the contract, and is left out: this is a defect of conform"
        ));
    }
}
