//! A list that is searched for a word that one of its items has: whether that item is found, and anything is searched at all.

use serde_json::Value;

use crate::battery::{Case, FINDS, Plan, Word, of_query};
use crate::contract::{ClauseIx, Parameter, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::looked::{Look, Selecting};
use super::selects::How;
use super::selects::Said;
use super::sorted;

/// The shortest word that is searched for: shorter ones are often left out of an index.
const SHORTEST: usize = 4;

/// A word of one item and of no other, as it is sent, and which item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only {
    /// The word.
    pub word: String,
    /// All that stands there.
    pub whole: String,
    item: usize,
}

/// The word to search for.
///
/// # Errors
/// There is none: why.
pub fn only(all: &Look, parameter: &Parameter, word: Word) -> Result<Only, &'static str> {
    if all.items.len() < 2 {
        return Err("the list does not show two items, of which a search would find one");
    }
    let texts = |item: usize| -> String {
        let members = all.beside.get(item).into_iter().flatten();
        let texts = members.map(|(_, value)| value.to_string().to_lowercase());
        texts.collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = (0..all.items.len()).map(texts).collect();
    let words = all.items.iter().enumerate().flat_map(|(item, (_, value))| {
        let text = value.as_ref().and_then(Value::as_str).unwrap_or_default();
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words.map(move |word| (item, word))
    });
    let is_fitting = |(item, word): &(usize, &str)| {
        let folded = word.to_lowercase();
        let mut others = texts.iter().enumerate().filter(|(other, _)| other != item);
        word.len() >= SHORTEST
            && word.chars().all(|letter| letter.is_ascii_alphabetic())
            && !others.any(|(_, text)| text.contains(&folded))
            && parameter.allows(&Value::from(*word))
    };
    let mut fitting: Vec<(usize, &str)> = words.filter(is_fitting).collect();
    fitting.sort_by_key(|(_, word)| std::cmp::Reverse(word.len()));
    let (item, found) = *fitting
        .first()
        .ok_or("no word of an item that is shown is in no other one")?;
    let other_case = |letter: char| match letter.is_lowercase() {
        true => letter.to_ascii_uppercase(),
        false => letter.to_ascii_lowercase(),
    };
    let written = |text: &str| match word {
        Word::AsShown => text.to_owned(),
        Word::OtherCase => text.chars().map(other_case).collect(),
    };
    let whole = all.items[item].1.as_ref().and_then(Value::as_str);
    Ok(Only {
        word: written(found),
        whole: written(whole.unwrap_or(found)),
        item,
    })
}

/// Whether a search may be one for all that stands in a member, by what is said of it.
pub fn may_be_whole(plan: &Plan, parameter: &Parameter, only: &Only) -> bool {
    const PARTS: [&str; 8] = [
        "contain",
        "contains",
        "containing",
        "substring",
        "part",
        "partial",
        "text",
        "words",
    ];
    let said = plan.contract.said_of(parameter);
    let is_fitting = parameter.allows(&Value::from(&*only.whole));
    only.whole != only.word && is_fitting && !said.iter().any(|word| PARTS.contains(&&**word))
}

/// Whether a look shows the item.
pub fn is_found(all: &Look, look: &Look, only: &Only) -> bool {
    look.keys().contains(&all.items[only.item].0)
}

/// What one look shows.
pub fn first(all: &Look, look: &Look, only: &Only) -> Said {
    let is_same = look.keys() == all.keys();
    match () {
        () if is_same => Said::More,
        () if is_found(all, look, only) => Said::Right,
        () if look.leads_on => Said::Open("the item may be on a later page".to_owned()),
        () => Said::More,
    }
}

/// What two looks with the word show, between two without it.
pub fn judge([all, again]: [&Look; 2], [look, second]: [&Look; 2], only: &Only) -> Said {
    if !sorted::is_same(all, again) || !sorted::is_same(look, second) {
        return Said::Open("the list changed while it was read".to_owned());
    }
    match look.keys() == all.keys() {
        true => Said::Broken(How::Ignored),
        false if !is_found(all, look, only) => Said::Broken(How::Missing),
        false => Said::Right,
    }
}

/// The clause that a case puts to the test.
pub fn clause(plan: &Plan, case: &Case, selecting: Selecting<'_>) -> Option<ClauseIx> {
    let subject = of_query(case.step().operation, selecting.parameter, FINDS);
    plan.clauses.about(&subject)
}

/// Records a break; `spot` is where it was answered.
pub fn accuse(
    plan: &Plan,
    case: &Case,
    (selecting, how): (Selecting<'_>, How),
    only: &Only,
    spot: Spot,
    seen: &mut Sightings,
) {
    let Some(clause) = clause(plan, case, selecting) else {
        return;
    };
    let tokens = selecting.list.iter();
    let list = tokens.fold(String::new(), |base, token| pointer::join(&base, token));
    let word = super::shown(&only.word);
    let member = selecting.member.join("/");
    let expected = format!("the item that has {word} in {member}, and not all others");
    let got = match how {
        How::Ignored => format!("the same list as without `{}`", selecting.parameter),
        _ => "a list without it".to_owned(),
    };
    let promised = plan.clauses.get(clause).level;
    let level = case.step().breaks_level;
    let level = level.map_or(promised, |most| most.min(promised));
    let sentence = format!("asked for with {word}, expected {expected}, got {got}");
    let found = Found::new(expected, got, Location::body(list));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, clause, seen);
}
