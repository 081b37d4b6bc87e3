//! Which operations are asked, and why the others are not.

use crate::contract::Contract;

use super::{LeftOut, Wish, acting, gentle, mass};

/// The operations that may be asked.
pub fn askable(contract: &Contract, wish: &Wish, left_out: &mut Vec<LeftOut>) -> Vec<usize> {
    let mut out = Vec::new();
    for (ix, operation) in contract.operations.iter().enumerate() {
        if wish.covered.contains_key(&ix) {
            continue;
        }
        let is_named = operation.is_named(&wish.operations);
        let unless_named = |why: String| {
            let why = format!("{why}, so it is sent only when it is named");
            (why, format!("--operation '{}'", operation.id))
        };
        let by_name = || {
            let why = gentle::harsh(operation)
                .or_else(|| acting::one_thing(contract, operation))
                .or_else(|| mass::sweeps(contract, operation))
                .or_else(|| mass::between(contract, operation));
            why.filter(|_| !is_named).map(unless_named)
        };
        let by_values = || {
            // Only of what writes it matters what is sent.
            if gentle::is_write(operation) {
                contract.prepare_requests(ix);
            }
            let acts =
                acting::told_to_sweep(operation).or_else(|| acting::of_itself(contract, operation));
            acts.filter(|_| !is_named).map(unless_named)
        };
        let never = || gentle::unanswerable(operation).map(|why| (why, String::new()));
        let why = match gentle::is_write(operation) && !wish.writes {
            true => Some((
                format!("{} may change something", operation.method),
                "--allow-writes".to_owned(),
            )),
            false => by_name().or_else(by_values).or_else(never),
        };
        match why {
            Some((why, flag)) => left_out.push(LeftOut {
                operation: ix,
                why,
                flag,
            }),
            None => out.push(ix),
        }
    }
    out
}
