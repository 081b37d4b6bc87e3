//! Where the value of a parameter that names a resource comes from: what the answers to other operations hold.

use std::collections::{BTreeMap, HashMap};

use crate::contract::{Body, Contract, In, LinkValue, Media, Operation, Parameter};

use super::naming::{Name, noun};
use super::origin::{Origin, named_at, shape};
use super::own;
use super::reading::Answer;
use super::resource::Resources;
use super::words::{folded, singular, words};

/// The most places that are named for one parameter.
const MOST: usize = 4;

/// Where a list of things has their ids, where the document does not say.
const USUAL: [&str; 3] = ["/*/id", "/*/name", "/*"];

/// The most places that are kept of one field.
const MOST_PLACES: usize = 8;

/// What all readable operations offer.
pub struct Offers<'c> {
    contract: &'c Contract,
    resources: &'c Resources,
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

impl<'c> Offers<'c> {
    /// `readable` are the operations that may be asked.
    pub fn new(contract: &'c Contract, readable: &[usize], resources: &'c Resources) -> Offers<'c> {
        let mut offers = Offers {
            contract,
            resources,
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
            let made = self.resources.at(&operation.path, index);
            let made = made.map(own::made).unwrap_or_default();
            all.truncate(MOST.saturating_sub(made.len()));
            all.extend(made);
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

    /// Where a value for a member of a body may be found that names something else: it was made, or stands in a list.
    pub fn of_member(&self, ix: usize, member: &str) -> Vec<Origin> {
        let name = Name::of(member, None);
        let mut all = self.elsewhere(ix, &name);
        let made = self
            .resources
            .iter()
            .filter(|one| noun(&one.item) == name.noun);
        all.extend(made.flat_map(own::made));
        all.retain(|origin| origin.from != ix);
        // What shows what is to be made comes after it.
        let own = self.resources.made_by(ix);
        let is_own =
            |from: usize| own.is_some_and(|own| [own.list, own.read].contains(&Some(from)));
        if all.iter().any(|origin| !is_own(origin.from)) {
            all.retain(|origin| !is_own(origin.from));
        }
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
        let Some((place, entry)) = answer.items(&name.noun) else {
            return Vec::new();
        };
        let unnamed = || {
            let usual = ["/*/id", "/*/uuid", "/*/name"].into_iter();
            usual.map(|at| place.pointer() + at).collect()
        };
        let places: Vec<String> = match answer.is_object(entry) {
            true => match name.member(&answer.members(entry)) {
                Some(member) => vec![member.place.pointer()],
                // Members that the document does not name may be there all the same.
                None => unnamed(),
            },
            false if answer.kind(entry) == "object" => unnamed(),
            false => vec![place.pointer() + "/*"],
        };
        places.into_iter().map(origin).collect()
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

/// Whether a part of a path names a list of that noun: `pets`, `pet-list`, `allPets`.
fn is_list_of(part: &str, noun: &str) -> bool {
    let folded = folded(part);
    let whole = ["list", "all"]
        .iter()
        .find_map(|word| folded.strip_suffix(word).or(folded.strip_prefix(word)));
    singular(&folded) == noun || whole.is_some_and(|rest| singular(rest) == noun)
}

/// Whether a parameter that is no part of the path names a resource, so that only answers know a value.
pub fn is_id(parameter: &Parameter) -> bool {
    let all = words(&parameter.name);
    let last = all.last().map_or("", String::as_str);
    all.len() > 1 && ["id", "uuid", "guid"].contains(&last)
}
