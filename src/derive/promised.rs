//! The order of a list that its description promises: by which member of the items, and which way.

use crate::battery::model::{Shows, Way};
use crate::contract::member_names::CREATED;
use crate::contract::names::{singular, words};
use crate::contract::{Contract, Operation};

use super::filters;
use super::reading::{Answer, Member};
use super::sorting::rank;
use super::usual::by_default;

/// Of a sentence that promises nothing, or nothing of the whole list.
const DOUBTFUL: &str = "not never no usually typically generally normally mostly often roughly approximately about may might \
can could should relevance score pinned featured except grouped group groups either optionally if when allows allow unspecified \
undefined random effort each within";
/// Behind a member: there is another one to choose.
const CHOICES: [&str; 2] = ["or", "and/or"];
/// Words of moments that come later in the life of a thing, so that nobody means them by its age.
const LATER: &str = "updated modified changed deleted archived closed completed finished ended expires expiry expired due \
returned resolved cancelled canceled seen used accessed until end ends deadline dispatched shipped sent delivered paid approved";

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// The order that the description of a list promises, where it names a member of the items.
pub fn promised(contract: &Contract, operation: &Operation) -> Option<Shows> {
    let (answer, members) = filters::members(contract, operation)?;
    let sentences = contract.told_of(operation).into_iter();
    let of_list = sentences.filter_map(|sentence| read(answer, &members, &sentence));
    let by_default = by_default(contract, operation)
        .filter_map(|(name, way)| Some((member_at(&members, &[name])?.0, way)))
        .filter(|(member, _)| rank(answer, member).is_some());
    let mut found = of_list.chain(by_default);
    let (member, way) = found.next()?;
    // Two orders promised are none.
    let is_one = found.all(|(other, again)| (other.node, again) == (member.node, way));
    is_one.then(|| Shows {
        at: member.place.pointer(),
        order: vec![way],
        ..Shows::default()
    })
}

/// What one sentence promises.
fn read<'m, 'c>(
    answer: Answer<'c>,
    members: &'m [Member<'c>],
    sentence: &[String],
) -> Option<(&'m Member<'c>, Way)> {
    // What it says of other orders, and of those that tell apart what this one does not, counts nothing.
    let is_end = |word: &String| ["unless", "then"].contains(&&**word);
    let end = sentence.iter().skip(1).position(is_end);
    let sentence = &sentence[..end.map_or(sentence.len(), |at| at + 1)];
    if sentence.iter().any(|word| is_one_of(DOUBTFUL, word)) {
        return None;
    }
    let (member, way) = match named_behind(sentence) {
        Some(behind) => {
            let said = &sentence[behind..];
            let (member, rest) = match member_at(members, said) {
                Some(found) => found,
                None => (of_age(answer, members)?, by_creation(said)?),
            };
            let is_made = CREATED.contains(&&*member.folded);
            let is_moment = is_made || answer.remark(member.node, "format").starts_with("date");
            let is_first = rest.first().is_some_and(|word| word == "and");
            let way = way(sentence, is_moment).or_else(|| by_age(sentence).filter(|_| is_made));
            (member, way.filter(|_| !is_first).unwrap_or(Way::Either))
        }
        None => match by_age(sentence) {
            Some(way) => (of_age(answer, members)?, way),
            None => (begins(answer, members)?, by_time(sentence)?),
        },
    };
    rank(answer, member).map(|_| (member, way))
}

/// Where the name of a member stands, by the words before it.
fn named_behind(sentence: &[String]) -> Option<usize> {
    const BEFORE: [&[&str]; 10] = [
        &["sorted", "by"],
        &["ordered", "by"],
        &["first", "by"],
        &["by", "ascending"],
        &["by", "descending"],
        &["alphabetically", "by"],
        &["chronologically", "by"],
        &["order", "of"],
        &["order", "by"],
        &["sorted", "on"],
    ];
    let ends = |words: &[&str]| {
        let mut places = sentence.windows(words.len());
        let at = places.position(|window| window.iter().eq(words.iter()))?;
        Some(at + words.len())
    };
    let from = BEFORE.iter().filter_map(|words| ends(words)).max()?;
    let skipped = sentence[from..].iter();
    let skipped = skipped.take_while(|word| is_one_of("the their its ascending descending", word));
    Some(from + skipped.count())
}

/// The member that words begin with, by as many of them as there are.
fn member_at<'m, 'c, 's>(
    members: &'m [Member<'c>],
    said: &'s [String],
) -> Option<(&'m Member<'c>, &'s [String])> {
    (1..=said.len().min(4)).rev().find_map(|count| {
        let (own, rest) = said.split_at(count);
        if rest.first().is_some_and(|word| CHOICES.contains(&&**word)) {
            return None;
        }
        let (last, first) = own.split_last()?;
        let names = [
            own.concat(),
            format!("{}{}", first.concat(), singular(last)),
        ];
        let found = members.iter().find(|member| names.contains(&member.folded));
        found.map(|member| (member, rest))
    })
}

/// The way that a sentence says of moments, or of other values.
fn way(sentence: &[String], is_moment: bool) -> Option<Way> {
    const OF_MOMENTS: [&str; 2] = ["newest latest recent", "oldest earliest"];
    const OF_OTHERS: [&str; 2] = ["highest largest biggest greatest", "lowest smallest least"];
    let [last, least] = if is_moment { OF_MOMENTS } else { OF_OTHERS };
    let has = |words: &[&str]| {
        sentence
            .windows(words.len())
            .any(|window| window.iter().eq(words.iter()))
    };
    let is_down = ["descending", "desc", "reverse", "decreasing"]
        .iter()
        .any(|word| has(&[word]))
        || has(&["z", "to", "a"])
        || first(sentence, last);
    let is_up = [
        "ascending",
        "asc",
        "alphabetical",
        "alphabetically",
        "increasing",
    ]
    .iter()
    .any(|word| has(&[word]))
        || has(&["a", "to", "z"])
        || first(sentence, least);
    match (is_up, is_down) {
        (true, false) => Some(Way::Ascending),
        (false, true) => Some(Way::Descending),
        (true, true) | (false, false) => None,
    }
}

/// Whether one of these comes first, and not only so many of them.
fn first(sentence: &[String], known: &str) -> bool {
    let pairs = sentence.windows(2).enumerate();
    let mut found = pairs.filter(|(_, pair)| is_one_of(known, &pair[0]) && pair[1] == "first");
    found.any(|(at, _)| {
        let next = sentence.get(at + 2);
        !next.is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The way that the age of things says.
fn by_age(sentence: &[String]) -> Option<Way> {
    let is_made = first(sentence, "created added");
    let is_recent = sentence.iter().any(|word| word == "recently") && is_made;
    match () {
        () if first(sentence, "newest recent latest") || is_recent => Some(Way::Descending),
        () if first(sentence, "oldest") => Some(Way::Ascending),
        () => None,
    }
}

/// What follows the moment at which things were made, as sentences call it.
fn by_creation(said: &[String]) -> Option<&[String]> {
    let [made, moment, rest @ ..] = said else {
        return None;
    };
    let is_it = made == "creation" && ["date", "time", "timestamp"].contains(&&**moment);
    is_it.then_some(rest)
}

/// The way that the time says at which things happen.
fn by_time(sentence: &[String]) -> Option<Way> {
    first(sentence, "earliest").then_some(Way::Ascending)
}

/// The moment at which things begin, where the only other one is that at which they end.
fn begins<'m, 'c>(answer: Answer<'c>, members: &'m [Member<'c>]) -> Option<&'m Member<'c>> {
    const ENDS: [[&str; 2]; 6] = [
        ["from", "to"],
        ["from", "until"],
        ["start", "end"],
        ["starts", "ends"],
        ["begin", "end"],
        ["begins", "ends"],
    ];
    let moments = members
        .iter()
        .filter(|member| answer.remark(member.node, "format").starts_with("date"));
    let moments: Vec<&Member<'c>> = moments.collect();
    let [one, other] = moments[..] else {
        return None;
    };
    let head = |member: &Member<'c>| {
        let name = member.place.last_key().unwrap_or_default();
        words(name).into_iter().next().unwrap_or_default()
    };
    let is_pair = |first: &Member<'c>, last: &Member<'c>| {
        let heads = [head(first), head(last)];
        ENDS.iter().any(|ends| heads == *ends)
    };
    match (is_pair(one, other), is_pair(other, one)) {
        (true, _) => Some(one),
        (_, true) => Some(other),
        _ => None,
    }
}

/// The moment at which things were made, where no other one may be meant by their age.
fn of_age<'m, 'c>(answer: Answer<'c>, members: &'m [Member<'c>]) -> Option<&'m Member<'c>> {
    let is_moment = |member: &&Member<'c>| answer.remark(member.node, "format").starts_with("date");
    let created: Vec<&Member<'c>> = members
        .iter()
        .filter(|member| CREATED.contains(&&*member.folded))
        .collect();
    let [only] = created[..] else {
        return None;
    };
    let is_later = |member: &Member<'c>| {
        let name = member.place.last_key().unwrap_or_default();
        words(name).iter().any(|word| is_one_of(LATER, word))
    };
    let others = members.iter().filter(|one| one.node != only.node);
    let mut others = others.filter(is_moment);
    others.all(is_later).then_some(only)
}
