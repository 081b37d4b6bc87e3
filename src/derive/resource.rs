//! What a run can make, change and take away again: a path with a create, and the path of one of what it makes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::battery::is_of_time;
use crate::contract::names::{folded, folds_to, singular, words};
use crate::contract::{Contract, In, Link, LinkValue, Operation, Parameter, PlaceStep};

use super::naming::{Name, names_new, noun};
use super::one_of::OfItem;
use super::parts::{is_open, last_fixed, named_at, shape};
use super::reading::Answer;
use super::{body, taking};

/// Something that requests make, read, change and delete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resource {
    /// The operation that makes one.
    pub create: usize,
    /// Whether the client chooses the id: one is made by PUT to its own path.
    pub is_chosen: bool,
    /// The path template of one.
    pub item: String,
    /// The parameter at its end.
    pub parameter: String,
    /// GET of one.
    pub read: Option<usize>,
    /// GET of all.
    pub list: Option<usize>,
    /// PUT and PATCH of one, and a POST that changes it.
    pub updates: Vec<usize>,
    /// DELETE of one.
    pub delete: Option<usize>,
    /// Where the exchange of a create has the id, the likeliest place first.
    pub ids: Vec<LinkValue>,
}

impl Resource {
    /// The names of members that may hold the id of one, the likeliest first; compared with [`same`].
    pub fn id_members(&self) -> Vec<String> {
        Name::of(&self.parameter, last_fixed(&self.item)).members
    }

    /// Whether a member of that name can be nothing but the id of one: it is called like the parameter, or both are ids.
    pub fn is_id(&self, member: &str) -> bool {
        const KINDS: [&str; 3] = ["id", "uuid", "guid"];
        let (own, other) = (words(&self.parameter), words(member));
        let is_kind = own.last().is_some_and(|last| KINDS.contains(&&**last));
        let noun = noun(&self.item);
        folds_to(member, &folded(&self.parameter))
            || is_kind
                && own.last() == other.last()
                && (other.len() == 1 || singular(&other[..other.len() - 1].concat()) == noun)
    }

    /// Whether an answer that shows one may hold it in a member of that name.
    pub fn is_shown_as(&self, member: &str) -> bool {
        is_shown_as(member, &self.item)
    }
}

fn is_shown_as(member: &str, item: &str) -> bool {
    const USUAL: [&str; 7] = [
        "data",
        "result",
        "item",
        "value",
        "metadata",
        "attribute",
        "object",
    ];
    let member = singular(&folded(member));
    USUAL.contains(&&*member) || member == noun(item)
}

/// Whether the name of a member is that one, however its words are put together.
pub fn same(member: &str, name: &str) -> bool {
    folds_to(member, name)
}

/// The resources of a contract.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    all: Vec<Resource>,
    by_create: HashMap<usize, usize>,
    /// The first of those with an item's path of that shape.
    by_item: HashMap<Vec<String>, usize>,
    /// How many parts these have.
    lengths: HashSet<usize>,
    by_noun: HashMap<String, Vec<usize>>,
}

/// The last words of a path that makes something without being the path of all.
const VERBS: [&str; 4] = ["create", "add", "new", "register"];

impl Resources {
    /// All that the operations for which `may_ask` holds can make.
    pub fn of(contract: &Contract, may_ask: impl Fn(usize) -> bool) -> Resources {
        let mut by_shape: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
        for (ix, operation) in contract.operations.iter().enumerate() {
            by_shape.entry(shape(&operation.path)).or_default().push(ix);
        }
        let at = |shape: &[String]| by_shape.get(shape).map_or(&[][..], Vec::as_slice);
        let mut links: HashMap<usize, Vec<Link>> = HashMap::new();
        for link in contract.links() {
            links.entry(link.from).or_default().push(link);
        }
        let elsewhere = elsewhere(contract);
        let mut items: HashMap<Vec<String>, OfItem> = HashMap::new();
        let mut out = Resources::default();
        for (ix, operation) in contract.operations.iter().enumerate() {
            let own = shape(&operation.path);
            let ends_open = own.last().is_none_or(|last| is_open(last));
            let with_id = |base: &[String]| [base, &["{}".to_owned()]].concat();
            let item = match operation.method.as_str() {
                "POST" if !ends_open => {
                    let verb = own.last().filter(|last| VERBS.contains(&last.as_str()));
                    let below = verb.map(|_| with_id(&own[..own.len() - 1]));
                    let mut all = [Some(with_id(&own)), below].into_iter().flatten();
                    let found = all.find(|item| !at(item).is_empty());
                    let found = found.or_else(|| told(contract, operation, &elsewhere));
                    let mut alone = by_itself(&own).filter(|_| makes_its_own(operation));
                    found.or_else(|| alone.find(|item| !at(item).is_empty()))
                }
                // An id is the client's to choose where nothing else makes one.
                "PUT" if ends_open && !own.is_empty() => {
                    let above = at(&own[..own.len() - 1]).iter();
                    let mut makers = above.filter(|of| contract.operations[**of].method == "POST");
                    makers.next().is_none().then_some(own.clone())
                }
                _ => None,
            };
            let Some(item) = item.filter(|_| may_ask(ix)) else {
                continue;
            };
            let links = links.get(&ix).map_or(&[][..], Vec::as_slice);
            let lists = |ix: &usize| contract.operations[*ix].method == "GET";
            let of_all = match at(&item[..item.len() - 1]) {
                above if above.iter().any(lists) || operation.method == "PUT" => above,
                _ => at(&own),
            };
            let of_item = items
                .entry(item)
                .or_insert_with_key(|item| OfItem::new(contract, at(item)));
            if let Some(found) = resource(contract, ix, of_item, of_all, links) {
                out.add(found);
            }
        }
        out
    }

    fn add(&mut self, one: Resource) {
        let n = self.all.len();
        self.by_create.entry(one.create).or_insert(n);
        let item = shape(&one.item);
        self.lengths.insert(item.len());
        self.by_item.entry(item).or_insert(n);
        self.by_noun.entry(noun(&one.item)).or_default().push(n);
        self.all.push(one);
    }

    /// What an operation makes.
    pub fn made_by(&self, operation: usize) -> Option<&Resource> {
        self.by_create.get(&operation).map(|n| &self.all[*n])
    }

    /// What the path of an operation leads to one of with its part at that index.
    pub fn at(&self, path: &str, index: usize) -> Option<&Resource> {
        self.shaped(shape(path).get(..=index)?)
    }

    /// What a path of that shape leads to one of.
    pub fn shaped(&self, wanted: &[String]) -> Option<&Resource> {
        let may_be = self.lengths.contains(&wanted.len());
        let found = may_be.then(|| self.by_item.get(wanted))?;
        found.map(|n| &self.all[*n])
    }

    /// What the path of an operation is about: what its last part leads to that is one of those, with the index of that part.
    pub fn about(&self, path: &str) -> Option<(usize, &Resource)> {
        let shape = shape(path);
        let mut parts = (0..shape.len()).rev();
        parts.find_map(|at| Some((at, self.shaped(&shape[..=at])?)))
    }

    /// Those that the last fixed part of the path of one calls so.
    pub fn called(&self, noun: &str) -> impl Iterator<Item = &Resource> {
        let found = self.by_noun.get(noun).into_iter().flatten();
        found.map(|n| &self.all[*n])
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.all.iter()
    }
}

/// The shapes of the paths that end with a parameter whose name says of what it is, by that name.
fn elsewhere(contract: &Contract) -> BTreeMap<String, BTreeSet<Vec<String>>> {
    let mut out: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for operation in &contract.operations {
        let shape = shape(&operation.path);
        let last = shape.len().checked_sub(1);
        let name = last.and_then(|last| named_at(&operation.path, last));
        let name = name.filter(|name| words(name).len() > 1);
        if let Some(name) = name.filter(|_| ["GET", "DELETE"].contains(&&*operation.method)) {
            out.entry(folded(name)).or_default().insert(shape);
        }
    }
    out
}

/// The path of what a create makes, where that is not below its own: its answer has a member that is called like the
/// parameter of only one path, and both like what is made.
fn told(
    contract: &Contract,
    create: &Operation,
    elsewhere: &BTreeMap<String, BTreeSet<Vec<String>>>,
) -> Option<Vec<String>> {
    let noun = noun(&create.path);
    create.success_bodies().find_map(|body| {
        let members = Answer::new(contract, body).members(0).into_iter();
        let mut own = members.filter(|one| noun.len() > 2 && one.folded.starts_with(&noun));
        own.find_map(|one| {
            let shapes = elsewhere.get(&one.folded)?;
            (shapes.len() == 1)
                .then(|| shapes.first().cloned())
                .flatten()
        })
    })
}

/// Whether a POST makes something of its own, and does not only assign what is there to something else: it names no id, and
/// has a text that can tell what the run made.
fn makes_its_own(create: &Operation) -> bool {
    let bodies = body::values(create);
    let Some(first) = bodies.first() else {
        return false;
    };
    let is_id = |name: &String| {
        let last = words(name).pop().unwrap_or_default();
        ["id", "ids", "uuid", "guid", "key", "ref"].contains(&last.as_str())
    };
    let members = first.as_object().into_iter().flat_map(|map| map.keys());
    let names_one = members
        .clone()
        .any(|name| is_id(name) || folded(name) == noun(&create.path));
    let marks = body::written(create, first, &[], &|_| String::new()).marks;
    !names_one && marks.0.values().any(|form| !is_of_time(form))
}

/// The paths that may lead to one of what is made below something else, without what it is below: of
/// `/v1/customers/{id}/orders` that is `/v1/orders/{id}`.
fn by_itself(own: &[String]) -> impl Iterator<Item = Vec<String>> {
    let (last, above) = match own.split_last() {
        Some((last, above)) => (Some(last), above),
        None => (None, own),
    };
    let open = above.iter().position(|part| is_open(part)).unwrap_or(0);
    let firsts = (0..open).rev().map(|n| &above[..n]);
    firsts.filter_map(move |first| Some([first, &[last?.clone(), "{}".to_owned()]].concat()))
}

fn resource(
    contract: &Contract,
    create: usize,
    known: &OfItem,
    of_all: &[usize],
    links: &[Link],
) -> Option<Resource> {
    let operations = &contract.operations;
    let of_item = known.all.as_slice();
    let of = |among: &[usize], method: &str| {
        let mut found = among.iter().filter(|ix| operations[**ix].method == method);
        found.next().copied()
    };
    let first = of_item.iter().find(|ix| **ix != create);
    let item = &operations[*first.or(of_item.first())?].path;
    let index = shape(item).len().checked_sub(1)?;
    let parameter = named_at(item, index)?;
    let is_chosen = operations[create].method == "PUT";
    let may_be_chosen = |one: &Parameter| one.made_up("x").is_some();
    let declared = operations[create].parameter(In::Path, parameter);
    if is_chosen && !declared.is_some_and(may_be_chosen) {
        return None;
    }
    let by_method = ["PUT", "PATCH"].iter();
    let by_method = by_method.filter_map(|method| of(of_item, method));
    let updates = by_method.chain(known.updates.iter().copied());
    Some(Resource {
        create,
        is_chosen,
        item: item.clone(),
        parameter: parameter.to_owned(),
        // What a read uses up is not looked at.
        read: of(of_item, "GET").filter(|ix| taking::takes(contract, &operations[*ix]).is_none()),
        list: of(of_all, "GET"),
        updates: updates.filter(|ix| *ix != create).collect(),
        delete: of(of_item, "DELETE"),
        ids: match is_chosen {
            true => vec![LinkValue::Sent(parameter.to_owned())],
            false => ids(contract, (create, links), of_item, parameter, item),
        },
    })
}

/// Where the answer to a create has the id: where a link of the document says so, a member of that name, `Location`.
fn ids(
    contract: &Contract,
    (create, links): (usize, &[Link]),
    of_item: &[usize],
    parameter: &str,
    item: &str,
) -> Vec<LinkValue> {
    let operation: &Operation = &contract.operations[create];
    let mut told = operation.parameters.iter();
    if let Some(one) = told.find(|one| names_new(operation, one)) {
        return vec![LinkValue::Sent(one.name.clone())];
    }
    let links = links.iter();
    let links = links.filter(|link| of_item.contains(&link.to) && link.parameter == parameter);
    let mut out: Vec<LinkValue> = links.map(|link| link.value.clone()).collect();
    let name = Name::of(parameter, last_fixed(item));
    for body in operation.success_bodies() {
        let answer = Answer::new(contract, body);
        let nodes = answer.shape.nodes.iter().enumerate();
        let objects = nodes.filter(|(n, node)| {
            let steps = node.place.steps();
            let is_it = match steps {
                [] => true,
                [PlaceStep::Key(name)] => is_shown_as(name, item),
                _ => false,
            };
            is_it && answer.is_object(*n)
        });
        let places = objects.filter_map(|(n, _)| {
            let members = answer.members(n);
            Some(name.member(&members)?.place.pointer())
        });
        out.extend(places.map(LinkValue::Body));
    }
    out.push(LinkValue::Header("Location".to_owned()));
    out.extend(name.headers(operation).map(LinkValue::Header));
    if !out.iter().any(|one| matches!(one, LinkValue::Body(_))) {
        let usual = ["/id", "/uuid", "/data/id"].into_iter();
        out.extend(usual.map(|at| LinkValue::Body(at.to_owned())));
    }
    let mut seen = Vec::new();
    out.retain(|one| {
        let is_new = !seen.contains(one);
        seen.push(one.clone());
        is_new
    });
    out.truncate(4);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_below_another_may_stand_by_itself() {
        const SPEC: &str = "openapi: 3.1.0
paths:
  /v1/customers/{id}/orders: {post: {operationId: add, requestBody: {$ref: '#/components/requestBodies/named'}, responses: {'201': {description: d}}}}
  /v1/orders/{id}:
    get: {operationId: get, responses: {'200': {description: d}}}
    delete: {operationId: drop, responses: {'204': {description: d}}}
  /v1/carts/{id}/lines: {post: {operationId: line, responses: {'201': {description: d}}}}
  /v1/carts/{id}/lines/{line}: {get: {operationId: read, responses: {'200': {description: d}}}}
  /v1/lines/{id}: {get: {operationId: other, responses: {'200': {description: d}}}}
  /v1/users/{id}/notes: {post: {operationId: note, responses: {'201': {description: d}}}}
  /v1/users/{id}/roles: {post: {operationId: assign, requestBody: {$ref: '#/components/requestBodies/role'}, responses: {'201': {description: d}}}}
  /v1/roles/{roleId}: {delete: {operationId: dropRole, responses: {'204': {description: d}}}}
components:
  requestBodies:
    named: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
    role: {required: true, content: {application/json: {schema: {type: object, required: [roleId, name], properties: {roleId: {type: integer}, name: {type: string}}}}}}
";
        let contract = Contract::load("t", SPEC.to_owned(), &[]).unwrap();
        (0..contract.operations.len()).for_each(|ix| contract.prepare_requests(ix));
        let resources = Resources::of(&contract, |_| true);
        let found = |name: &str| {
            let made = resources.made_by(contract.operation(name).unwrap().0);
            made.map(|one| (one.item.as_str(), one.delete.is_some()))
        };
        assert_eq!(found("add"), Some(("/v1/orders/{id}", true)));
        assert_eq!(found("line"), Some(("/v1/carts/{id}/lines/{line}", false)));
        assert_eq!(found("note"), None);
        // What is there already is only assigned.
        assert_eq!(found("assign"), None);
    }
}
