//! Where the value of a parameter that names a resource comes from: what the answers to other operations hold.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::contract::names::{folded, singular, words};
use crate::contract::{Contract, In, LinkValue, Parameter};

use super::entries;
use super::fields::{Fields, fields};
use super::naming::Name;
use super::origin::Origin;
use super::own;
use super::parts::{Part, is_open, named_at, shape};
use super::reading::Answer;
use super::resource::Resources;

/// The most places that are named for one parameter.
const MOST: usize = 4;

/// Where a list of things has their ids, where the document does not say.
const USUAL: [&str; 3] = ["/*/id", "/*/name", "/*"];

/// What all readable operations offer.
pub struct Offers<'c> {
    contract: &'c Contract,
    resources: &'c Resources,
    /// The parts of all paths, as all paths of that shape have them.
    shapes: Vec<Vec<String>>,
    /// By the fixed parts and places of its path.
    by_shape: HashMap<Vec<String>, usize>,
    /// How many parts the paths of these have.
    lengths: BTreeSet<usize>,
    /// By the parts of a path, those whose path has one more, which is fixed.
    below: HashMap<Vec<String>, Vec<Listing>>,
    /// By a noun, those whose path ends with a list of it.
    lists: HashMap<String, Vec<usize>>,
    readable: Vec<usize>,
    /// The plain members of all answers, read once somebody asks for them.
    fields: OnceLock<Fields>,
    /// Those whose answer 202 leads to where the work is followed.
    accepting: Vec<usize>,
    /// By operation and parameter.
    links: HashMap<(usize, String), Vec<Origin>>,
}

/// A value that is looked for in lists.
#[derive(Clone, Copy)]
struct Wanted<'n> {
    name: &'n Name,
    /// Whether it is a text, as far as the document says.
    is_text: bool,
}

/// An operation whose path ends with a fixed part, and the nouns of which that may name a list.
struct Listing {
    from: usize,
    nouns: Vec<String>,
}

impl<'c> Offers<'c> {
    /// `readable` are the operations that may be read, and `asked` all that are asked.
    pub fn new(
        contract: &'c Contract,
        readable: &[usize],
        asked: &[usize],
        resources: &'c Resources,
    ) -> Offers<'c> {
        let accepting = asked.iter().copied();
        let mut offers = Offers {
            contract,
            resources,
            shapes: contract
                .operations
                .iter()
                .map(|one| shape(&one.path))
                .collect(),
            by_shape: HashMap::new(),
            lengths: BTreeSet::new(),
            below: HashMap::new(),
            lists: HashMap::new(),
            readable: readable.to_vec(),
            fields: OnceLock::new(),
            accepting: accepting
                .filter(|ix| contract.operations[*ix].leads_on())
                .collect(),
            links: HashMap::new(),
        };
        for &ix in readable {
            offers.place(ix, offers.shapes[ix].clone());
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
        self.lengths.insert(parts.len());
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

    /// The operation whose path has that shape.
    fn shaped(&self, shape: &[String]) -> Option<usize> {
        // A long path has many beginnings, and few of them are paths.
        let may_be = self.lengths.contains(&shape.len());
        may_be.then(|| self.by_shape.get(shape).copied())?
    }

    /// Where a value for a parameter may be found, the likeliest place first; `parts` are those of the operation's path.
    pub fn of(&self, ix: usize, parts: &[Part<'_>], parameter: &Parameter) -> Vec<Origin> {
        let mut all = Vec::new();
        let links = self.links.get(&(ix, parameter.name.clone()));
        all.extend(links.into_iter().flatten().cloned());
        let mut all_parts = parts.iter();
        let index = all_parts.position(|part| part.name == Some(&parameter.name));
        let index = index.filter(|_| parameter.location == In::Path);
        let before = index.and_then(|index| {
            let found = parts[..index].iter().rfind(|part| part.is_fixed());
            found.map(|part| part.text)
        });
        let name = Name::of(&parameter.name, before);
        let wanted = Wanted {
            name: &name,
            is_text: is_text(parameter),
        };
        if let Some(index) = index {
            let shape = &self.shapes[ix];
            all.extend(self.sent_above(shape, index));
            let next = parts.get(index + 1).and_then(|part| part.name);
            all.extend(
                next.into_iter()
                    .flat_map(|next| self.beside(shape, (index, next), &parameter.name)),
            );
            all.extend(self.looked_up(&shape[..index], parameter));
            all.extend(self.listed(&shape[..index], wanted));
            let made = self.resources.shaped(&shape[..=index]);
            let made = made.map(own::made).unwrap_or_default();
            // What the answer to a create has may be a guess; what a list shows is there.
            all.truncate(MOST.saturating_sub(made.len()).max(MOST / 2));
            all.extend(made);
        }
        let most = MOST.max(all.len());
        let mut found: Vec<Origin> = Vec::new();
        let elsewhere = self.elsewhere(ix, wanted);
        // What stands below this part of the path needs the same value, and shows it again.
        let own = index.map(|index| &self.shapes[ix][..=index]);
        let is_below = |one: &Origin| own.is_some_and(|own| self.shapes[one.from].starts_with(own));
        let elsewhere = elsewhere.filter(|one| !is_below(one));
        for origin in all.into_iter().chain(elsewhere) {
            let is_same = |one: &Origin| one.from == origin.from && one.value == origin.value;
            if origin.from != ix && !found.iter().any(is_same) {
                found.push(origin);
            }
            if found.len() == most {
                break;
            }
        }
        if found.is_empty() && index.is_some() {
            let accepting = self.accepting.iter().filter(|from| **from != ix);
            found.extend(accepting.take(MOST).map(|from| Origin {
                from: *from,
                value: LinkValue::Header("Location".to_owned()),
                why: "where what was accepted is followed",
            }));
        }
        found
    }

    /// Where a value for a member of a body may be found that names something else: it was made, or stands in a list.
    pub fn of_member(&self, ix: usize, member: &str) -> Vec<Origin> {
        let name = Name::of(member, None);
        let made = self.resources.called(&name.noun).flat_map(own::made);
        let wanted = Wanted {
            name: &name,
            is_text: false,
        };
        let all = self.elsewhere(ix, wanted).chain(made);
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
    fn sent_above(&self, shape: &[String], index: usize) -> Vec<Origin> {
        let above = self.lengths.range(index + 1..shape.len()).rev();
        let found = above.filter_map(|length| {
            let from = self.shaped(&shape[..*length])?;
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
    fn listed(&self, prefix: &[String], wanted: Wanted<'_>) -> Vec<Origin> {
        let same = self.shaped(prefix).into_iter().flat_map(|from| {
            let why = "an item of the list of this path";
            self.in_list(from, wanted, &["/*/id", "/*/name"], why)
        });
        let is_fixed = prefix.last().is_some_and(|last| !is_open(last));
        let below = prefix
            .last()
            .filter(|_| is_fixed)
            .and_then(|_| self.below.get(prefix));
        let below = || below.into_iter().flatten();
        let of_noun = |one: &&Listing| one.nouns.contains(&wanted.name.noun);
        let why = "an item of a list below this path";
        let first = below()
            .rev()
            .filter(of_noun)
            .flat_map(|one| self.in_list(one.from, wanted, &USUAL, why));
        let others = below()
            .filter(|one| !of_noun(one))
            .flat_map(|one| self.in_list(one.from, wanted, &[], why));
        first.chain(same).chain(others).take(MOST).collect()
    }

    /// The id of an item of an operation's list; the `usual` places where the document says nothing of its answer.
    fn in_list(
        &self,
        from: usize,
        Wanted { name, is_text }: Wanted<'_>,
        usual: &[&str],
        why: &'static str,
    ) -> Vec<Origin> {
        let operation = &self.contract.operations[from];
        let places = entries::ids(self.contract, operation, name, is_text, usual);
        let origin = |value: LinkValue| Origin { from, value, why };
        places.into_iter().map(origin).collect()
    }

    /// What an item that the next parameter names says of this one: of `/repos/{owner}/{repo}` the owner of a repository.
    fn beside(&self, shape: &[String], (index, next): (usize, &str), name: &str) -> Vec<Origin> {
        let before = shape[..index].iter().rfind(|part| *part != "{}");
        let next = Name::of(next, before.map(String::as_str));
        let lists = self.lists.get(&next.noun).into_iter().flatten();
        let own = self.shaped(&shape[..index]).into_iter();
        let found = own.chain(lists.copied()).filter_map(|from| {
            let operation = &self.contract.operations[from];
            let value = entries::members(self.contract, operation, &next, name)?;
            let why = "of the item that the next parameter names";
            Some(Origin { from, value, why })
        });
        found.take(2).collect()
    }

    /// Where a path looks one up by another member: of `/users/email/{email}` and `/users/by-email/{email}` that is the
    /// `email` of one of `/users`, or of one that was made.
    fn looked_up(&self, before: &[String], parameter: &Parameter) -> Vec<Origin> {
        let Some((last, above)) = before.split_last() else {
            return Vec::new();
        };
        let (own, said) = (folded(&parameter.name), folded(last));
        let member = words(&parameter.name).pop().unwrap_or_default();
        let said = said.strip_prefix("by").unwrap_or(&said);
        if last == "{}" || above.is_empty() || ![own.as_str(), &member].contains(&said) {
            return Vec::new();
        }
        let noun = above.iter().rfind(|part| *part != "{}");
        let name = Name {
            noun: noun.map(|noun| singular(&folded(noun))).unwrap_or_default(),
            members: vec![own, member.clone()],
            fields: Vec::new(),
            last: None,
            is_bare: false,
        };
        let why = "a member of an item of the list above";
        let listed = self.shaped(above);
        let listed = listed.and_then(|from| {
            let operation = &self.contract.operations[from];
            let value = entries::members(self.contract, operation, &name, &member)?;
            Some(Origin { from, value, why })
        });
        let mut makers = self.resources.iter();
        let made = makers.find_map(|one| {
            let operation = &self.contract.operations[one.create];
            let is_above = self.shapes[one.create] == above;
            let body = operation.success_bodies().next().filter(|_| is_above)?;
            let members = Answer::new(self.contract, body).members(0);
            let found = name.member(&members)?;
            Some(Origin {
                from: one.create,
                value: LinkValue::Body(found.place.pointer()),
                why: "a member in the answer to a create",
            })
        });
        listed.into_iter().chain(made).collect()
    }

    /// Another list of that noun, then a field of that name in any answer.
    fn elsewhere<'o>(&'o self, ix: usize, wanted: Wanted<'o>) -> impl Iterator<Item = Origin> + 'o {
        let name = wanted.name;
        let lists = self.lists.get(&name.noun);
        let lists = lists
            .filter(|_| !name.noun.is_empty())
            .into_iter()
            .flatten();
        let why = "an item of another list of that noun";
        let listed = lists
            .filter(move |from| **from != ix)
            .flat_map(move |from| self.in_list(*from, wanted, &USUAL, why));
        let members = name.fields.iter().flat_map(|field| {
            let all = || fields(self.contract, &self.readable);
            let places = self.fields.get_or_init(all).get(field);
            let places = places.into_iter().flatten();
            places.take(2).map(|(from, at)| Origin {
                from: *from,
                value: LinkValue::Body(at.clone()),
                why: "a member of that name",
            })
        });
        listed.chain(members)
    }
}

/// Whether a value of a parameter is a text, as far as the document says.
fn is_text(parameter: &Parameter) -> bool {
    let is_number =
        parameter.allows(&serde_json::json!(7)) && !parameter.allows(&serde_json::json!("a"));
    parameter.schema.is_some() && !is_number
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
    words(&parameter.name).len() > 1 && is_called_id(parameter)
}

/// Whether a parameter is called `id`, of whatever.
pub fn is_called_id(parameter: &Parameter) -> bool {
    let all = words(&parameter.name);
    let last = all.last().map_or("", String::as_str);
    ["id", "uuid", "guid"].contains(&last)
}
