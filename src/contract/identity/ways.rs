//! Ways on which references lead from schema to schema: of each only what it makes of dynamic anchors, so that most of the
//! many ways are the same.

use std::collections::HashMap;

use super::resources::Index;

/// A way, by its number.
pub(super) type WayIx = usize;

/// Where each name leads that is a dynamic anchor's on a way, by the numbers of name and place, in the order of the names.
type Way = Vec<(usize, usize)>;

/// All ways that were met.
pub(super) struct Ways<'i> {
    /// The number of each name of a dynamic anchor, and all places that are called so.
    names: HashMap<&'i str, (usize, Vec<&'i str>)>,
    places: Vec<&'i str>,
    /// The dynamic anchors of each resource, as a way that begins there.
    own: Vec<Way>,
    all: Vec<Way>,
    known: HashMap<Way, WayIx>,
    longer: HashMap<(WayIx, usize), WayIx>,
}

impl<'i> Ways<'i> {
    /// The way on which there is nothing yet.
    pub(super) const EMPTY: WayIx = 0;

    /// Those among the resources of a document.
    pub(super) fn of(index: &'i Index) -> Ways<'i> {
        let mut ways = Ways {
            names: HashMap::new(),
            places: Vec::new(),
            own: Vec::new(),
            all: vec![Way::new()],
            known: HashMap::from([(Way::new(), Ways::EMPTY)]),
            longer: HashMap::new(),
        };
        for resource in &index.all {
            let mut own = Way::new();
            for (name, anchor) in &resource.anchors {
                let number = ways.names.len();
                let (number, called) = ways.names.entry(name).or_insert((number, Vec::new()));
                called.push(&anchor.pointer);
                if anchor.is_dynamic {
                    own.push((*number, ways.places.len()));
                    ways.places.push(&anchor.pointer);
                }
            }
            own.sort_unstable();
            ways.own.push(own);
        }
        // A name that stands once leads there on every way.
        let mut counts = vec![0; ways.names.len()];
        ways.names
            .values()
            .for_each(|(number, called)| counts[*number] = called.len());
        for own in &mut ways.own {
            own.retain(|(name, _)| counts[*name] > 1);
        }
        ways
    }

    /// The places that anchors of a name stand at.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = &'i str> + use<'i, '_> {
        let found = self.names.get(name).into_iter();
        found.flat_map(|(_, called)| called.iter().copied())
    }

    /// Where a name leads on a way.
    pub(super) fn leads(&self, way: WayIx, name: &str) -> Option<&'i str> {
        let (number, _) = self.names.get(name)?;
        let way = &self.all[way];
        let at = way.binary_search_by_key(number, |(name, _)| *name).ok()?;
        Some(self.places[way[at].1])
    }

    /// The way with one more resource on it: what an earlier one has, stays.
    pub(super) fn entering(&mut self, way: WayIx, resource: usize) -> WayIx {
        if let Some(known) = self.longer.get(&(way, resource)) {
            return *known;
        }
        let mut longer = self.all[way].clone();
        longer.extend(&self.own[resource]);
        // Sorting keeps the order of those with one name.
        longer.sort_by_key(|(name, _)| *name);
        longer.dedup_by_key(|(name, _)| *name);
        let next = self.all.len();
        let found = *self.known.entry(longer).or_insert_with_key(|longer| {
            self.all.push(longer.clone());
            next
        });
        self.longer.insert((way, resource), found);
        found
    }
}
