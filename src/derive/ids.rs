//! Where the value of a parameter that names a resource comes from: what the answers to other operations hold.

use std::collections::{BTreeMap, HashMap};

use crate::battery::model::AnswerFrom;
use crate::contract::{Body, Contract, In, LinkValue, Media, Operation, Parameter};

use super::reading::{Answer, Member};
use super::words::{folded, singular, words};

/// A place in the exchange of another operation that has a value for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The operation that is asked.
    pub from: usize,
    /// Where the value is.
    pub value: LinkValue,
    /// Why it is thought to be one.
    pub why: &'static str,
}

impl Origin {
    /// As a case file says it; `case` is the valid case of the operation that is asked.
    pub fn written(&self, case: &str) -> AnswerFrom {
        let mut out = AnswerFrom {
            case: case.to_owned(),
            ..AnswerFrom::default()
        };
        match self.value.clone() {
            LinkValue::Body(at) => out.at = Some(at),
            LinkValue::Header(name) => out.header = Some(name),
            LinkValue::Sent(name) => out.sent = Some(name),
        }
        out
    }
}

/// The most places that are named for one parameter.
const MOST: usize = 4;

/// Where a list of things has their ids, where the document does not say.
const USUAL: [&str; 3] = ["/*/id", "/*/name", "/*"];

/// The most places that are kept of one field.
const MOST_PLACES: usize = 8;

/// The last words of a name that make it one of an id, the likeliest first.
const ID_WORDS: [&str; 9] = [
    "id",
    "uuid",
    "guid",
    "name",
    "key",
    "slug",
    "number",
    "code",
    "identifier",
];

/// What all readable operations offer.
pub struct Offers<'c> {
    contract: &'c Contract,
    readable: Vec<usize>,
    /// By the fixed parts and places of its path.
    by_shape: HashMap<Vec<String>, usize>,
    /// The plain members of all answers by their folded name.
    fields: BTreeMap<String, Vec<(usize, String)>>,
    /// By operation and parameter.
    links: HashMap<(usize, String), Vec<Origin>>,
}

/// Whether the document says anything of what a body holds.
fn says_something(body: &Body) -> bool {
    let root = body.shape.nodes.first();
    root.is_some_and(|root| {
        !root.properties.is_empty()
            || root.items.is_some()
            || !root.branches.is_empty()
            || !root.keywords.is_empty()
    })
}

/// The parts of a path; one that is a parameter is `{}`.
fn shape(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts
        .map(|part| match part.starts_with('{') {
            true => "{}".to_owned(),
            false => part.to_owned(),
        })
        .collect()
}

/// The name of the parameter that is a whole part of the path at that index.
fn named_at(path: &str, index: usize) -> Option<&str> {
    let part = path.split('/').filter(|part| !part.is_empty()).nth(index)?;
    part.strip_prefix('{')?.strip_suffix('}')
}

impl<'c> Offers<'c> {
    /// `readable` are the operations that may be asked.
    pub fn new(contract: &'c Contract, readable: &[usize]) -> Offers<'c> {
        let mut offers = Offers {
            contract,
            readable: readable.to_vec(),
            by_shape: HashMap::new(),
            fields: BTreeMap::new(),
            links: HashMap::new(),
        };
        for &ix in readable {
            let operation = &contract.operations[ix];
            offers.by_shape.entry(shape(&operation.path)).or_insert(ix);
            for body in operation.success_bodies() {
                for (node, place) in body.shape.nodes.iter().enumerate() {
                    if place.place.steps().len() > 4 {
                        continue;
                    }
                    for member in Answer::new(contract, body).members(node) {
                        let places = offers.fields.entry(folded(member.name)).or_default();
                        let place = (ix, member.place.pointer());
                        if places.len() < MOST_PLACES && !places.contains(&place) {
                            places.push(place);
                        }
                    }
                }
            }
        }
        for link in contract.links() {
            if readable.contains(&link.from) {
                let origin = Origin {
                    from: link.from,
                    value: link.value,
                    why: "a link of the document",
                };
                let places = offers.links.entry((link.to, link.parameter)).or_default();
                places.push(origin);
            }
        }
        offers
    }

    /// Where a value for a parameter may be found, the likeliest place first.
    pub fn of(&self, ix: usize, parameter: &Parameter) -> Vec<Origin> {
        let operation = &self.contract.operations[ix];
        let mut all = Vec::new();
        let links = self.links.get(&(ix, parameter.name.clone()));
        all.extend(links.into_iter().flatten().cloned());
        let parts: Vec<&str> = operation
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        let written = format!("{{{}}}", parameter.name);
        let index = parts.iter().position(|part| **part == written);
        let index = index.filter(|_| parameter.location == In::Path);
        let before = index.and_then(|index| {
            let fixed = parts[..index].iter().rev();
            fixed.copied().find(|part| !part.starts_with('{'))
        });
        let name = Name::of(&parameter.name, before);
        if let Some(index) = index {
            all.extend(self.sent_above(operation, index));
            all.extend(self.listed(operation, index, &name));
        }
        all.extend(self.elsewhere(ix, &name));
        let mut seen: Vec<(usize, LinkValue)> = Vec::new();
        all.retain(|origin| {
            let place = (origin.from, origin.value.clone());
            let is_new = origin.from != ix && !seen.contains(&place);
            seen.extend(is_new.then_some(place));
            is_new
        });
        all.truncate(MOST);
        all
    }

    /// The same part of the path of an operation above this one: what was right there is right here.
    fn sent_above(&self, operation: &Operation, index: usize) -> Vec<Origin> {
        let shape = shape(&operation.path);
        let above = (index + 1..shape.len()).rev();
        let found = above.filter_map(|length| {
            let from = *self.by_shape.get(&shape[..length])?;
            let name = named_at(&self.contract.operations[from].path, index)?;
            Some(Origin {
                from,
                value: LinkValue::Sent(name.to_owned()),
                why: "as sent to the path above",
            })
        });
        found.take(2).collect()
    }

    /// The list of the same prefix: of `/pets/{petId}` that is `/pets`, else `/pets/findByStatus`.
    fn listed(&self, operation: &Operation, index: usize, name: &Name) -> Vec<Origin> {
        let prefix = &shape(&operation.path)[..index];
        let same = self.by_shape.get(prefix).copied();
        let mut out: Vec<Origin> = same
            .map(|from| {
                self.in_list(
                    from,
                    name,
                    &["/*/id", "/*/name"],
                    "an item of the list of this path",
                )
            })
            .unwrap_or_default();
        if prefix.last().is_none_or(|last| last == "{}") {
            return out;
        }
        for &from in &self.readable {
            let other = shape(&self.contract.operations[from].path);
            let is_below =
                other.len() == index + 1 && other[..index] == *prefix && other[index] != "{}";
            if is_below {
                let usual: &[&str] = match is_list_of(&other[index], &name.noun) {
                    true => &USUAL,
                    false => &[],
                };
                let found = self.in_list(from, name, usual, "an item of a list below this path");
                match usual.is_empty() {
                    true => out.extend(found),
                    false => out.splice(..0, found).for_each(drop),
                }
            }
        }
        out
    }

    /// The id of an item of an operation's list; the `usual` places where the document says nothing of its answer.
    fn in_list(&self, from: usize, name: &Name, usual: &[&str], why: &'static str) -> Vec<Origin> {
        let operation = &self.contract.operations[from];
        let origin = |at: String| Origin {
            from,
            value: LinkValue::Body(at),
            why,
        };
        let Some(body) = operation
            .success_bodies()
            .next()
            .filter(|body| says_something(body))
        else {
            let has_json = operation
                .successes()
                .flat_map(|one| &one.content)
                .any(Media::is_json);
            let usual = usual.iter().filter(|_| has_json);
            return usual.map(|at| origin((*at).to_owned())).collect();
        };
        let answer = Answer::new(self.contract, body);
        let found =
            answer
                .items(&name.noun)
                .and_then(|(place, entry)| match answer.is_object(entry) {
                    true => Some(name.member(&answer.members(entry))?.place.pointer()),
                    false => Some(place.pointer() + "/*"),
                });
        found.map(origin).into_iter().collect()
    }

    /// Another list of that noun, then a field of that name in any answer.
    fn elsewhere(&self, ix: usize, name: &Name) -> Vec<Origin> {
        let mut out = Vec::new();
        if !name.noun.is_empty() {
            for &from in self.readable.iter().filter(|from| **from != ix) {
                let parts = shape(&self.contract.operations[from].path);
                let last = parts.last().filter(|last| *last != "{}");
                if last.is_some_and(|last| is_list_of(last, &name.noun)) {
                    out.extend(self.in_list(
                        from,
                        name,
                        &USUAL,
                        "an item of another list of that noun",
                    ));
                }
            }
        }
        for field in &name.fields {
            let places = self.fields.get(field).into_iter().flatten();
            out.extend(places.take(2).map(|(from, at)| Origin {
                from: *from,
                value: LinkValue::Body(at.clone()),
                why: "a member of that name",
            }));
        }
        out
    }
}

/// What the name of a parameter says of the member that has its value.
struct Name {
    /// What it is the id of, folded and singular; empty where nothing says so.
    noun: String,
    /// The names of members of an item, folded, the likeliest first.
    members: Vec<String>,
    /// The names of members that mean the same anywhere, folded.
    fields: Vec<String>,
}

impl Name {
    /// `before` is the fixed part of the path before it.
    fn of(name: &str, before: Option<&str>) -> Name {
        let all = words(name);
        let last = all.last().map_or("", String::as_str);
        let (own, kind) = match ID_WORDS.contains(&last) {
            true => (all[..all.len() - 1].concat(), Some(last)),
            false => (all.concat(), None),
        };
        let before = before
            .map(|before| singular(&folded(before)))
            .unwrap_or_default();
        let noun = match own.is_empty() {
            true => before.clone(),
            false => singular(&own),
        };
        let mut members = vec![folded(name)];
        members.extend(kind.map(str::to_owned));
        for noun in [&noun, &before] {
            members.extend(["id", "uuid"].map(|kind| format!("{noun}{kind}")));
        }
        members.extend(["id", "uuid", "name", "key", "slug"].map(str::to_owned));
        let mut fields = Vec::new();
        // A bare `id` or `name` may be anybody's.
        if !own.is_empty() {
            fields.push(folded(name));
        }
        if !noun.is_empty() {
            fields.push(format!("{noun}id"));
        }
        Name {
            noun,
            members,
            fields,
        }
    }

    /// The member of an item that is its id.
    fn member<'m, 'c>(&self, members: &'m [Member<'c>]) -> Option<&'m Member<'c>> {
        let mut names = self.members.iter();
        names.find_map(|name| members.iter().find(|member| folded(member.name) == *name))
    }
}

/// Whether a part of a path names a list of that noun: `pets`, `pet-list`, `allPets`.
fn is_list_of(part: &str, noun: &str) -> bool {
    let folded = folded(part);
    let whole = ["list", "all"]
        .iter()
        .find_map(|word| folded.strip_suffix(word).or(folded.strip_prefix(word)));
    singular(&folded) == noun || whole.is_some_and(|rest| singular(rest) == noun)
}

/// The word for what a path leads to: its last fixed part.
pub fn noun(path: &str) -> String {
    let fixed = path
        .rsplit('/')
        .find(|part| !part.is_empty() && !part.starts_with('{'));
    singular(&folded(fixed.unwrap_or_default()))
}

/// Whether a parameter that is no part of the path names a resource, so that only answers know a value.
pub fn is_id(parameter: &Parameter) -> bool {
    let all = words(&parameter.name);
    let last = all.last().map_or("", String::as_str);
    all.len() > 1 && ["id", "uuid", "guid"].contains(&last)
}
