//! What of the contract's document cannot be used, told before anything else.

use crate::contract::Contract;

use super::terminal;
use super::text::plural;

/// How many are told; a document with more is wrong in a way that the first few show.
const TOLD: usize = 10;

/// Writes the first few to standard error.
pub fn tell(contract: &Contract) {
    for warning in contract.warnings.iter().take(TOLD) {
        terminal::trouble(&format!("warning: {warning}"));
    }
    let more = contract.warnings.len().saturating_sub(TOLD);
    if more > 0 {
        let more = plural(more as u64, "more warning");
        terminal::trouble(&format!(
            "and {more}: `conform clauses --summary` lists them all"
        ));
    }
}
