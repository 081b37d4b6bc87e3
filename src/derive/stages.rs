//! In which states a thing can be, and what can be done in which of them, as far as plain sentences of the document say it:
//! "only open invoices can be paid", "its status becomes `open`", "one that is not a draft is refused".

use crate::contract::names::{folded, singular, words};
use crate::contract::yaml::Node;
use crate::contract::{Contract, Operation};

use super::naming::noun;
use super::parts::last_fixed;
use super::prose::is_one_of;
use super::reading::Answer;

/// Words of a sentence that leaves something open.
const ROOM: &str = "if unless except otherwise might sometimes usually normally generally depending depends force forced when \
while where until eventually asynchronously later should default";
/// Before the state that something leads to.
const INTO: &str = "now becomes become";
/// Of what is told to be brought into a state: set to, moves to.
const MOVES: &str = "set sets changes changed moves moved goes transitions";
/// That something is not done.
const REFUSED: &str = "refused rejected cannot conflict 409 422";
/// Before the word for what was done to a thing.
const DONE: &str = "was were is are been";

/// The states that a thing can be in.
pub struct Stages {
    values: Vec<String>,
    noun: String,
}

impl Stages {
    /// Those that a read lists for the state of what it shows.
    pub fn of(contract: &Contract, read: &Operation) -> Option<Stages> {
        let answers = read.success_bodies();
        let mut answers = answers.map(|body| Answer::new(contract, body));
        let values = answers.find_map(|answer| {
            let mut members = answer.members(0).into_iter();
            let is_state = |name: &str| ["status", "state"].iter().any(|end| name.ends_with(end));
            let member = members.find(|member| is_state(&member.folded))?;
            let listed = answer.schema(member.node)?.get("enum")?.as_sequence()?;
            Some(
                listed
                    .iter()
                    .filter_map(Node::as_str)
                    .map(folded)
                    .collect::<Vec<_>>(),
            )
        });
        let values = values.filter(|values| values.len() > 1)?;
        let noun = noun(&read.path);
        Some(Stages { values, noun })
    }

    fn state(&self, word: &str) -> Option<&String> {
        let is_it = |value: &&String| *value == word || **value == singular(word);
        self.values.iter().find(is_it)
    }

    /// The one state that an operation leads to.
    pub fn led_to(&self, contract: &Contract, operation: &Operation) -> Option<String> {
        let told = contract.told_of(operation);
        let mut found: Vec<&String> = told.iter().flat_map(|said| self.leads(said)).collect();
        found.sort();
        found.dedup();
        match found[..] {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    fn leads(&self, said: &[String]) -> Vec<&String> {
        let says = |list: &str| said.iter().any(|word| is_one_of(list, word));
        if says(ROOM) {
            return Vec::new();
        }
        let leads = |before: &str| match before {
            "as" => says("mark marks marked"),
            "to" => says(MOVES),
            other => is_one_of(INTO, other),
        };
        let pairs = said.windows(2);
        let found = pairs.filter_map(|pair| self.state(&pair[1]).filter(|_| leads(&pair[0])));
        found.collect()
    }

    /// The state that something is in when it was made.
    pub fn begun_in(&self, contract: &Contract, create: &Operation) -> Option<String> {
        let told = contract.told_of(create);
        let mut fours = told.iter().flat_map(|said| {
            let is_plain = !said.iter().any(|word| is_one_of("or if where when", word));
            said.windows(4).take(usize::from(is_plain))
        });
        fours.find_map(|four| {
            let makes = is_one_of("creates create", &four[0]) && is_one_of("a an", &four[1]);
            let is_one = singular(&four[3]) == self.noun;
            self.state(&four[2]).filter(|_| makes && is_one).cloned()
        })
    }

    /// The states in which alone something can be done; none where the document does not say.
    pub fn needed(&self, contract: &Contract, operation: &Operation) -> Vec<String> {
        let told = contract.told_of(operation);
        let mut found: Vec<String> = told.iter().flat_map(|said| self.only(said)).collect();
        found.sort();
        found.dedup();
        found
    }

    fn only(&self, said: &[String]) -> Vec<String> {
        let says = |list: &str| said.iter().any(|word| is_one_of(list, word));
        if says(ROOM) {
            return Vec::new();
        }
        if said.first().is_some_and(|word| word == "only") {
            let modal = said.iter().position(|word| is_one_of("can may", word));
            let before = &said[..modal.unwrap_or_default()];
            let is_of_it = before.iter().any(|word| singular(word) == self.noun);
            let states = before.iter().filter_map(|word| self.state(word));
            let states: Vec<String> = states.cloned().collect();
            let is_it = before.last().is_some_and(|word| self.state(word).is_some());
            return if is_of_it || is_it {
                states
            } else {
                Vec::new()
            };
        }
        let not = said
            .iter()
            .position(|word| word == "not")
            .unwrap_or_default();
        let begins = said[..not].iter().any(|word| is_one_of("that which", word));
        let after = said.get(not + 1..).unwrap_or_default();
        let is_filler = |word: &&String| is_one_of("a an in the", word);
        let mut rest = after.iter().skip_while(is_filler);
        let state = rest.next().and_then(|word| self.state(word));
        let is_refused = rest.any(|word| is_one_of(REFUSED, word));
        // Of several states it is not clear which are meant together.
        let is_one = !after.iter().any(|word| is_one_of("or nor and", word));
        let found = state.filter(|_| begins && is_refused && is_one);
        found.cloned().into_iter().collect()
    }
}

/// Whether nothing says of an operation that it takes its time.
pub fn is_done_at_once(contract: &Contract, operation: &Operation) -> bool {
    const SLOWLY: &str = "asynchronous asynchronously background delayed eventually queue queued queues review scheduled";
    let mut told = contract.told_of(operation).into_iter().flatten();
    let mut successes = operation.successes();
    !told.any(|word| is_one_of(SLOWLY, &word)) && !successes.any(|one| one.key.covers(202))
}

/// Whether the document says of an operation that it cannot be done to what another one was done to: "invoices that were
/// finalized cannot be deleted".
pub fn is_barred_by(contract: &Contract, operation: &Operation, act: &Operation) -> bool {
    let last = last_fixed(&act.path)
        .map(words)
        .and_then(|mut last| last.pop());
    let Some(last) = last.filter(|last| last.len() > 2) else {
        return false;
    };
    let stem = last.strip_suffix('e').unwrap_or(&last);
    let is_done = |word: &str| {
        word.strip_prefix(stem)
            .is_some_and(|end| is_one_of("ed d", end))
    };
    contract.told_of(operation).iter().any(|said| {
        let is_plain = !said.iter().any(|word| is_one_of(ROOM, word));
        is_plain
            && said.windows(3).any(|three| {
                is_one_of(DONE, &three[0]) && is_done(&three[1]) && three[2] == "cannot"
            })
    })
}

/// Whether the document says that what still has such things below it is not deleted.
pub fn is_kept_for(contract: &Contract, delete: &Operation, below: &str) -> bool {
    let refusals = delete.responses.iter();
    let conflict = refusals.filter(|one| one.key.covers(409) && !one.key.covers(200));
    let told: Vec<_> = conflict
        .flat_map(|one| contract.told_at(&one.pointer))
        .collect();
    let own = contract.told_at(&delete.pointer);
    if own
        .iter()
        .flatten()
        .any(|word| is_one_of(ROOM, word) || is_one_of("cascade cascades", word))
    {
        return false;
    }
    told.iter().any(|said| {
        let pairs = || said.windows(2);
        let is_plain = !said.iter().any(|word| is_one_of(ROOM, word));
        let has = pairs().any(|pair| {
            is_one_of("has have contains contain", &pair[0]) && singular(&pair[1]) == below
        });
        is_plain && (has || pairs().any(|pair| pair[0] == "not" && pair[1] == "empty"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages() -> Stages {
        let values = ["draft", "open", "paid"].map(str::to_owned).to_vec();
        let noun = "invoice".to_owned();
        Stages { values, noun }
    }

    fn words_of(text: &str) -> Vec<String> {
        words(text)
    }

    #[test]
    fn a_sentence_tells_the_state_that_is_needed() {
        for (said, needed) in [
            ("Only open invoices can be paid", "open"),
            ("Only draft or open invoices can be changed", "draft open"),
            ("Only a draft can be deleted", "draft"),
            (
                "An invoice that is not a draft is refused with 409",
                "draft",
            ),
            (
                "An invoice that is not a draft cannot be changed (409)",
                "draft",
            ),
            ("An invoice that is not a draft or open is refused", ""),
            ("Only open invoices can be paid, unless force is set", ""),
            ("Only admins can pay open invoices", ""),
            ("Customers that have only open invoices can pay", ""),
            ("An invoice that is not paid gets a reminder", ""),
            ("Updates a draft", ""),
        ] {
            let found = stages().only(&words_of(said)).join(" ");
            assert_eq!(found, needed, "{said}");
        }
    }

    #[test]
    fn a_sentence_tells_the_state_that_it_leads_to() {
        for (said, led) in [
            ("Its status becomes `open`, it gets a number", "open"),
            ("The invoice, now `paid`.", "paid"),
            ("Marks an open invoice as paid", "paid"),
            ("Sets the status to paid", "paid"),
            (
                "It is paid when the money arrives, and becomes open until then",
                "",
            ),
            ("Returns open invoices", ""),
            ("Known as open", ""),
        ] {
            let stages = stages();
            let found: Vec<String> = stages.leads(&words_of(said)).into_iter().cloned().collect();
            assert_eq!(found.join(" "), led, "{said}");
        }
    }
}
