//! What a documented answer holds: its arrays, and the plain members of an object, with what the document says of each.

use crate::contract::names::{folded, singular};
use crate::contract::yaml::Node;
use crate::contract::{Body, Branch, Contract, NodeIx, Place, PlaceStep, Shape, kind_of};

/// The most alternatives within one another that are looked into.
const MOST_ALTERNATIVES: usize = 3;

/// The body of an answer, with the document that it stands in.
#[derive(Clone, Copy)]
pub struct Answer<'c> {
    pub contract: &'c Contract,
    pub shape: &'c Shape,
}

/// A member of a body that is no list and no object.
#[derive(Clone)]
pub struct Member<'c> {
    /// Its name as names are compared.
    pub folded: String,
    pub place: &'c Place,
    pub node: NodeIx,
}

impl<'c> Answer<'c> {
    pub fn new(contract: &'c Contract, body: &'c Body) -> Answer<'c> {
        Answer {
            contract,
            shape: &body.shape,
        }
    }

    /// The arrays that are the body or a member of it, up to two levels down; the place of the array, and its entries.
    pub fn arrays(self) -> impl Iterator<Item = (&'c Place, NodeIx)> {
        let nodes = self.shape.nodes.iter();
        let shallow = nodes.filter(|node| {
            let steps = node.place.steps();
            steps.len() <= 2 && steps.iter().all(|step| matches!(step, PlaceStep::Key(_)))
        });
        shallow.filter_map(|node| Some((&node.place, node.items?)))
    }

    /// Whether a place holds objects, as far as the document says.
    pub fn is_object(self, node: NodeIx) -> bool {
        self.is_object_within(node, 0)
    }

    fn is_object_within(self, node: NodeIx, depth: usize) -> bool {
        let node = &self.shape.nodes[node];
        let mut branches = node.branches.iter();
        let is_object = |branch: &Branch| self.is_object_within(branch.node, depth + 1);
        !node.properties.is_empty() || depth < MOST_ALTERNATIVES && branches.any(is_object)
    }

    /// The array of the page's items: the body itself, else the one array of objects, else the one array.
    pub fn items(self, noun: &str) -> Option<(&'c Place, NodeIx)> {
        let all: Vec<_> = self.arrays().collect();
        let depth = all.iter().map(|(place, _)| place.steps().len()).min()?;
        let mut all: Vec<_> = all
            .into_iter()
            .filter(|(place, _)| place.steps().len() == depth)
            .collect();
        if all.iter().any(|(_, entry)| self.is_object(*entry)) {
            all.retain(|(_, entry)| self.is_object(*entry));
        }
        if let [only] = all[..] {
            return Some(only);
        }
        const USUAL: [&str; 9] = [
            "items", "data", "results", "values", "records", "entries", "entry", "content", "value",
        ];
        let named = |place: &Place, name: &str| {
            let key = place.last_key().map(folded);
            key.is_some_and(|key| key == name || singular(&key) == name)
        };
        let mut names = std::iter::once(noun).chain(USUAL);
        names.find_map(|name| all.iter().find(|(place, _)| named(place, name)).copied())
    }

    /// The plain members of an object, of all its alternatives, in the order of the document.
    pub fn members(self, node: NodeIx) -> Vec<Member<'c>> {
        let is_plain =
            |below: NodeIx| !self.is_object(below) && self.shape.nodes[below].items.is_none();
        self.those(node, &is_plain)
    }

    /// The members of an object that are objects with members of their own, in the order of the document.
    pub fn objects(self, node: NodeIx) -> Vec<Member<'c>> {
        self.those(node, &|below| self.is_object(below))
    }

    /// The members for which that holds.
    fn those(self, node: NodeIx, holds: &dyn Fn(NodeIx) -> bool) -> Vec<Member<'c>> {
        let mut out = Vec::new();
        self.gather(node, 0, holds, &mut out);
        out.sort_by_key(|member| member.node);
        out.dedup_by_key(|member| member.node);
        out
    }

    fn gather(
        self,
        node: NodeIx,
        depth: usize,
        holds: &dyn Fn(NodeIx) -> bool,
        out: &mut Vec<Member<'c>>,
    ) {
        let here = &self.shape.nodes[node];
        for (name, &below) in &here.properties {
            let place = &self.shape.nodes[below].place;
            out.extend(holds(below).then(|| Member {
                folded: folded(name),
                place,
                node: below,
            }));
        }
        if depth < MOST_ALTERNATIVES {
            let branches = here.branches.iter();
            branches.for_each(|branch| self.gather(branch.node, depth + 1, holds, out));
        }
    }

    /// The object whose members are the things of a list, each by its key: the body itself, else the one such member.
    pub fn map(self, noun: &str) -> Option<&'c Place> {
        let is_map = |node: NodeIx| {
            let here = &self.shape.nodes[node];
            let of_objects = here.additional.is_some_and(|below| self.is_object(below));
            of_objects && here.properties.is_empty()
        };
        let root = is_map(0).then(|| &self.shape.nodes[0].place);
        let inner = || {
            let all = self.those(0, &is_map);
            let is_it = |one: &&Member<'c>| singular(&one.folded) == noun;
            let found = all
                .iter()
                .find(is_it)
                .or(all.first().filter(|_| all.len() == 1));
            found.map(|one| one.place)
        };
        root.or_else(inner)
    }

    /// Whether a place below one is described, or may be there because nothing is said of what holds it.
    pub fn reaches(self, node: NodeIx, tokens: &[String]) -> bool {
        self.reaches_within(node, tokens, 0)
    }

    fn reaches_within(self, node: NodeIx, tokens: &[String], depth: usize) -> bool {
        let here = &self.shape.nodes[node];
        let Some((token, rest)) = tokens.split_first() else {
            return true;
        };
        let mut branches = here.branches.iter().filter(|_| depth < MOST_ALTERNATIVES);
        let is_silent = here.properties.is_empty()
            && here.additional.is_none()
            && here.items.is_none()
            && here.branches.is_empty();
        let named = here.properties.get(token.as_str()).copied();
        let is_entry = token.bytes().all(|byte| byte.is_ascii_digit());
        let entry = here.items.filter(|_| is_entry);
        let below = named.or(here.additional).or(entry);
        is_silent
            || below.is_some_and(|below| self.reaches_within(below, rest, 0))
            || branches.any(|branch| self.reaches_within(branch.node, tokens, depth + 1))
    }

    /// What the document says first of a place.
    pub fn schema(self, node: NodeIx) -> Option<&'c Node> {
        let pointer = &self.shape.nodes[node].pointer;
        let (found, _) = self.contract.document.at(pointer)?;
        let found = self.contract.document.resolve(found, pointer).ok()?;
        Some(found.node)
    }

    /// The type that the document names for a place; empty where it names none.
    pub fn kind(self, node: NodeIx) -> &'c str {
        self.schema(node).map_or("", kind_of)
    }

    /// A remark of the document on a place, such as its `format` or `description`; lower-case.
    pub fn remark(self, node: NodeIx, key: &str) -> String {
        let text = self.schema(node).and_then(|schema| schema.prose(key));
        text.unwrap_or_default().to_lowercase()
    }
}
