//! Where the value of a parameter that names a resource comes from: what the answers to other operations hold.

use std::collections::{BTreeMap, HashMap};

use crate::contract::{Body, Contract, In, LinkValue, Media, Operation, Parameter};

use super::naming::Name;
use super::origin::Origin;
use super::own;
use super::parts::{is_open, named_at, parts, shape};
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
    /// By the fixed parts and places of its path.
    by_shape: HashMap<Vec<String>, usize>,
    /// By the parts of a path, those whose path has one more, which is fixed.
    below: HashMap<Vec<String>, Vec<Listing>>,
    /// By a noun, those whose path ends with a list of it.
    lists: HashMap<String, Vec<usize>>,
    /// The plain members of all answers by their folded name.
    fields: BTreeMap<String, Vec<(usize, String)>>,
    /// By operation and parameter.
    links: HashMap<(usize, String), Vec<Origin>>,
}

/// An operation whose path ends with a fixed part, and the nouns of which that may name a list.
struct Listing {
    from: usize,
    nouns: Vec<String>,
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
            by_shape: HashMap::new(),
            below: HashMap::new(),
            lists: HashMap::new(),
            fields: BTreeMap::new(),
            links: HashMap::new(),
        };
        for &ix in readable {
            let operation = &contract.operations[ix];
            offers.place(ix, shape(&operation.path));
            for body in operation.success_bodies() {
                for (node, place) in body.shape.nodes.iter().enumerate() {
                    if place.place.steps().len() > 4 {
                        continue;
                    }
                    for member in Answer::new(contract, body).members(node) {
                        let places = offers.fields.entry(member.folded).or_default();
                        if places.len() == MOST_PLACES {
                            continue;
                        }
                        let place = (ix, member.place.pointer());
                        if !places.contains(&place) {
                            places.push(place);
                        }
                    }
                }
            }
        }
        for link in contract.links() {
            if readable.binary_search(&link.from).is_ok() {
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

    /// Notes where the path of an operation stands among the others.
    fn place(&mut self, from: usize, mut parts: Vec<String>) {
        self.by_shape.entry(parts.clone()).or_insert(from);
        let Some(last) = parts.pop().filter(|last| !is_open(last)) else {
            return;
        };
        let nouns = listed_nouns(&last);
        for noun in &nouns {
            self.lists.entry(noun.clone()).or_default().push(from);
        }
        let below = self.below.entry(parts).or_default();
        below.push(Listing { from, nouns });
    }

    /// Where a value for a parameter may be found, the likeliest place first.
    pub fn of(&self, ix: usize, parameter: &Parameter) -> Vec<Origin> {
        let operation = &self.contract.operations[ix];
        let mut all = Vec::new();
        let links = self.links.get(&(ix, parameter.name.clone()));
        all.extend(links.into_iter().flatten().cloned());
        let parts = parts(&operation.path);
        let mut all_parts = parts.iter();
        let index = all_parts.position(|part| part.name == Some(&parameter.name));
        let index = index.filter(|_| parameter.location == In::Path);
        let before = index.and_then(|index| {
            let found = parts[..index].iter().rfind(|part| part.is_fixed());
            found.map(|part| part.text)
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
        let mut found: Vec<Origin> = Vec::new();
        for origin in all.into_iter().chain(self.elsewhere(ix, &name)) {
            let is_same = |one: &Origin| one.from == origin.from && one.value == origin.value;
            if origin.from != ix && !found.iter().any(is_same) {
                found.push(origin);
            }
            if found.len() == MOST {
                break;
            }
        }
        found
    }

    /// Where a value for a member of a body may be found that names something else: it was made, or stands in a list.
    pub fn of_member(&self, ix: usize, member: &str) -> Vec<Origin> {
        let name = Name::of(member, None);
        let made = self.resources.called(&name.noun).flat_map(own::made);
        let all = self.elsewhere(ix, &name).chain(made);
        // What shows what is to be made comes after it.
        let own = self.resources.made_by(ix);
        let is_own =
            |from: usize| own.is_some_and(|own| [own.list, own.read].contains(&Some(from)));
        let (mut shown, mut others) = (Vec::new(), Vec::new());
        for origin in all.filter(|origin| origin.from != ix) {
            match is_own(origin.from) {
                true => shown.push(origin),
                false => others.push(origin),
            }
            if others.len() == MOST {
                break;
            }
        }
        let mut found = if others.is_empty() { shown } else { others };
        found.truncate(MOST);
        found
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
        let same = self.by_shape.get(prefix).into_iter().flat_map(|from| {
            let why = "an item of the list of this path";
            self.in_list(*from, name, &["/*/id", "/*/name"], why)
        });
        let is_fixed = prefix.last().is_some_and(|last| !is_open(last));
        let below = self.below.get(prefix).filter(|_| is_fixed);
        let below = || below.into_iter().flatten();
        let of_noun = |one: &&Listing| one.nouns.contains(&name.noun);
        let why = "an item of a list below this path";
        let first = below()
            .rev()
            .filter(of_noun)
            .flat_map(|one| self.in_list(one.from, name, &USUAL, why));
        let others = below()
            .filter(|one| !of_noun(one))
            .flat_map(|one| self.in_list(one.from, name, &[], why));
        first.chain(same).chain(others).take(MOST).collect()
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
    fn elsewhere<'o>(&'o self, ix: usize, name: &'o Name) -> impl Iterator<Item = Origin> + 'o {
        let lists = self.lists.get(&name.noun);
        let lists = lists
            .filter(|_| !name.noun.is_empty())
            .into_iter()
            .flatten();
        let why = "an item of another list of that noun";
        let listed = lists
            .filter(move |from| **from != ix)
            .flat_map(move |from| self.in_list(*from, name, &USUAL, why));
        let members = name.fields.iter().flat_map(|field| {
            let places = self.fields.get(field).into_iter().flatten();
            places.take(2).map(|(from, at)| Origin {
                from: *from,
                value: LinkValue::Body(at.clone()),
                why: "a member of that name",
            })
        });
        listed.chain(members)
    }
}

/// The nouns of which a part of a path may name a list: `pets`, `pet-list`, `allPets`.
fn listed_nouns(part: &str) -> Vec<String> {
    let folded = folded(part);
    let whole = ["list", "all"]
        .iter()
        .find_map(|word| folded.strip_suffix(word).or(folded.strip_prefix(word)));
    let mut nouns = vec![singular(&folded)];
    nouns.extend(whole.map(singular));
    nouns.dedup();
    nouns
}

/// Whether a parameter that is no part of the path names a resource, so that only answers know a value.
pub fn is_id(parameter: &Parameter) -> bool {
    let all = words(&parameter.name);
    let last = all.last().map_or("", String::as_str);
    all.len() > 1 && ["id", "uuid", "guid"].contains(&last)
}
