//! Where the answer to a list has what its entries go by.

use crate::contract::names::folded;
use crate::contract::{Body, Contract, LinkValue, Media, NodeIx, Operation};

use super::naming::Name;
use super::reading::{Answer, Member};

/// What an entry is wrapped in, beside the thing that it is.
const WRAPPERS: [&str; 6] = ["metadata", "meta", "resource", "attributes", "node", "item"];
/// The links in an entry that lead to it, as the names of members, the last one of a text.
const LINKS: [&[&str]; 8] = [
    &["links", "self", "href"],
    &["links", "self"],
    &["self", "href"],
    &["self"],
    &["href"],
    &["url"],
    &["fullurl"],
    &["location"],
];
/// The members of a thing that name it where it is a member of another thing, the likeliest first.
pub const NAMING: [&str; 6] = ["login", "name", "slug", "id", "key", "uuid"];

/// Where the entries of an operation's list have their ids, the likeliest place first; the `usual` places where the
/// document says nothing of its answer. `is_text` where an id is no number.
pub fn ids(
    contract: &Contract,
    operation: &Operation,
    name: &Name,
    is_text: bool,
    usual: &[&str],
) -> Vec<LinkValue> {
    let body = |at: String| LinkValue::Body(at);
    let Some(shown) = said(operation) else {
        let mut content = operation.successes().flat_map(|one| &one.content);
        let has_json = content.any(Media::is_json);
        let usual = usual.iter().filter(|_| has_json);
        return usual.map(|at| body((*at).to_owned())).collect();
    };
    let answer = Answer::new(contract, shown);
    let Some((place, entry)) = answer.items(&name.noun) else {
        let map = answer.map(&name.noun);
        return map
            .map(|place| LinkValue::Keys(place.pointer()))
            .into_iter()
            .collect();
    };
    if !answer.is_object(entry) && answer.kind(entry) != "object" {
        return vec![body(place.pointer() + "/*")];
    }
    let found = of_entry(answer, entry, name, is_text);
    if !found.is_empty() {
        return found.into_iter().map(body).collect();
    }
    // Members that the document does not name may be there all the same.
    let usual = ["/*/id", "/*/uuid", "/*/name"].into_iter();
    usual.map(|at| body(place.pointer() + at)).collect()
}

/// Where the entries of an operation's list have a member of that name, or what names the object that it is.
pub fn members(
    contract: &Contract,
    operation: &Operation,
    of: &Name,
    name: &str,
) -> Option<LinkValue> {
    let answer = Answer::new(contract, said(operation)?);
    let (_, entry) = answer.items(&of.noun)?;
    let name = folded(name);
    let plain = answer.members(entry).into_iter();
    let mut plain = plain.filter(|member| member.folded == name);
    let inner = || {
        let objects = answer.objects(entry).into_iter();
        let mut objects = objects.filter(|member| member.folded == name);
        named(answer, objects.next()?.node)
    };
    let found = plain.next().or_else(inner)?;
    Some(LinkValue::Body(found.place.pointer()))
}

/// What names an object that is a member of another thing.
pub fn named(answer: Answer<'_>, object: NodeIx) -> Option<Member<'_>> {
    let members = answer.members(object);
    let mut names = NAMING.iter();
    names.find_map(|name| members.iter().find(|one| one.folded == *name).cloned())
}

/// The body of the first success, where the document says anything of what it holds.
fn said(operation: &Operation) -> Option<&Body> {
    operation.success_bodies().next().filter(|body| {
        let root = body.shape.nodes.first();
        root.is_some_and(|root| {
            !root.properties.is_empty()
                || root.items.is_some()
                || root.additional.is_some()
                || !root.branches.is_empty()
                || !root.keywords.is_empty()
        })
    })
}

/// The places of what an entry goes by: its own members, else those of what it wraps, else a link to it.
fn of_entry(answer: Answer<'_>, entry: NodeIx, name: &Name, is_text: bool) -> Vec<String> {
    let own = of_thing(answer, entry, name, is_text);
    if !own.is_empty() {
        return own;
    }
    let objects = answer.objects(entry);
    let is_wrapped =
        |one: &&Member<'_>| WRAPPERS.contains(&one.folded.as_str()) || one.folded == name.noun;
    let wrapped = objects.iter().filter(is_wrapped);
    let mut wrapped = wrapped.map(|one| of_thing(answer, one.node, name, is_text));
    if let Some(found) = wrapped.find(|found| !found.is_empty()) {
        return found;
    }
    let links = LINKS.iter().filter_map(|path| link(answer, entry, path));
    links.take(1).collect()
}

fn of_thing(answer: Answer<'_>, thing: NodeIx, name: &Name, is_text: bool) -> Vec<String> {
    let members = answer.members(thing);
    let Some(first) = name.member(&members) else {
        return Vec::new();
    };
    let is_named = |word: &str| {
        let mut all = members.iter();
        all.find(|one| one.folded == word && answer.kind(one.node) == "string")
    };
    let mut out = vec![first];
    let is_number = ["integer", "number"].contains(&answer.kind(first.node));
    // A text that is asked for by a bare noun is rather a name than a number.
    if name.is_bare && is_text && is_number {
        let other = ["login", "slug", "name", "key"]
            .into_iter()
            .find_map(is_named);
        out.splice(..0, other);
    }
    let last = name
        .last
        .as_deref()
        .and_then(|last| members.iter().find(|one| one.folded == last));
    out.extend(last.filter(|last| out.iter().all(|one| one.node != last.node)));
    out.into_iter().map(|one| one.place.pointer()).collect()
}

/// The place of a link by the names on its way.
fn link(answer: Answer<'_>, entry: NodeIx, path: &[&str]) -> Option<String> {
    let (last, above) = path.split_last()?;
    let holder = above.iter().try_fold(entry, |node, name| {
        let objects = answer.objects(node);
        objects
            .iter()
            .find(|one| one.folded == *name)
            .map(|one| one.node)
    })?;
    let members = answer.members(holder);
    let found = members.iter().find(|one| one.folded == *last)?;
    ["string", ""]
        .contains(&answer.kind(found.node))
        .then(|| found.place.pointer())
}
