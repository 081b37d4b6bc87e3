//! When a change is seen, and whether its answer shows it, by what the document says of it.

use crate::contract::{Contract, Operation};

use super::prose::{self, has_pair, is_one_of};

/// Of a change that is seen later: at the next refresh, within seconds, after some time.
const LATER: [[&str; 2]; 5] = [
    ["within after", "seconds minutes hours moments"],
    ["take takes", "time moments seconds minutes hours"],
    ["effect", "after within later when once"],
    [
        "next",
        "refresh sync synchronisation synchronization run cycle build deployment restart",
    ],
    ["a be becomes become are is", "delay delayed deferred"],
];
/// The same in three words: within a second, may take a moment.
const LATER_IN: [&str; 3] = [
    "within after take takes",
    "a an one two some several few",
    "second seconds minute minutes hour hours moment moments while time",
];
/// Of what was there before the change.
const FORMER: [[&str; 2]; 4] = [
    [
        "previous old former prior earlier last",
        "state version value values item object resource representation one content contents data",
    ],
    ["the", "replaced overwritten former previous old"],
    ["was were", "before replaced overwritten there"],
    ["before", "the this that it being"],
];
/// That something is answered.
const ANSWERS: &str =
    "answer answers answered returns return returned response responds shows shown gives";

/// Whether what is changed is, by what is said of it, not read at once.
pub fn is_later(contract: &Contract, change: &Operation) -> bool {
    let told = contract.told_of(change);
    prose::is_later(contract, change) || told.iter().any(|said| is_slow(said))
}

fn is_slow(said: &[String]) -> bool {
    let is_in = |three: &[String]| {
        let mut each = LATER_IN.iter().zip(three);
        each.all(|(known, word)| is_one_of(known, word))
    };
    has_pair(&LATER, said) || said.windows(3).any(is_in)
}

/// Whether the answer to a change shows, by what is said of it, what was there before.
pub fn shows_the_former(contract: &Contract, change: &Operation) -> bool {
    let says_so = |said: &Vec<String>| {
        said.iter().any(|word| is_one_of(ANSWERS, word)) && has_pair(&FORMER, said)
    };
    let mut of_answers = change
        .successes()
        .flat_map(|one| contract.told_at(&one.pointer));
    contract.told_of(change).iter().any(says_so)
        || of_answers.any(|said| has_pair(&FORMER[..2], &said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(described: &str) -> Contract {
        let text =
            format!("paths: {{/a: {{put: {{description: '{described}', responses: {{}}}}}}}}");
        Contract::load("t.yaml", text, &[]).unwrap()
    }

    #[test]
    fn a_change_may_be_seen_later() {
        for (described, later) in [
            ("Is carried out within a second", true),
            (
                "Changes take effect at the next refresh, every second.",
                true,
            ),
            ("It may take a moment until the change can be seen.", true),
            ("Is applied after some time", true),
            ("Is carried out with a delay.", true),
            ("Makes a draft, live after a review.", true),
            ("Changes the item within a shop.", false),
            ("Takes the new name.", false),
            ("Changes take effect at once.", false),
        ] {
            let contract = load(described);
            let one = &contract.operations[0];
            assert_eq!(is_later(&contract, one), later, "{described}");
        }
    }

    #[test]
    fn an_answer_may_show_what_was_there_before() {
        for (described, former) in [
            ("Answers with what was there before", true),
            ("Returns the previous state.", true),
            ("The answer shows the item before the change.", true),
            ("The answer is the old item.", true),
            ("Responds with the replaced item.", true),
            ("Returns the item as it is after the change.", false),
            ("Replaces the old item. Returns the new one.", false),
            ("Returns the changed item.", false),
        ] {
            let contract = load(described);
            let one = &contract.operations[0];
            assert_eq!(shows_the_former(&contract, one), former, "{described}");
        }
    }
}
