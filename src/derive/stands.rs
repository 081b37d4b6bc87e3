//! What the valid requests of all operations stand on, without a circle: an operation is asked after those whose answers
//! it uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::battery::LeftOut;
use crate::contract::{Contract, In};

use super::Wish;
use super::acted;
use super::gentle::is_write;
use super::ids::Offers;
use super::origin::Origin;
use super::request::Stand;
use super::resource::Resources;

/// The stands by their operations.
pub struct Stands {
    all: BTreeMap<usize, Stand>,
    /// For an operation that lists, the one that makes what it lists; it comes before.
    after: BTreeMap<usize, usize>,
}

impl Stands {
    /// The stands of the operations that are wished for, with those that they stand on, as far as they can be asked; the
    /// others are left out with a reason.
    pub fn new(
        contract: &Contract,
        asked: &[usize],
        resources: &Resources,
        wish: &Wish,
        left_out: &mut Vec<LeftOut>,
    ) -> Stands {
        let covered = wish.covered.iter();
        let told = covered.filter_map(|(ix, case)| case.as_ref().map(|_| *ix));
        let reads = |ix: &usize| !is_write(&contract.operations[*ix]);
        let mut readable: Vec<usize> = asked.iter().copied().chain(told).filter(reads).collect();
        readable.sort_unstable();
        let offers = Offers::new(contract, &readable, asked, resources);
        let mut all: BTreeMap<usize, Stand> = BTreeMap::new();
        // What changes something stands on more than it says: on what makes, lists and deletes the same.
        let is_wanted = |ix: &usize| wish.writes || wish.is_for(&contract.operations[*ix]);
        let mut open: Vec<usize> = asked.iter().copied().filter(is_wanted).collect();
        while let Some(ix) = open.pop() {
            if all.contains_key(&ix) {
                continue;
            }
            contract.prepare_requests(ix);
            let mut stand = match reads(&ix) {
                true => Stand::new(contract, ix, &offers, &wish.parameters),
                false => Stand::of_write(contract, ix, &offers, resources, &wish.parameters),
            };
            let asked_for = (contract, &contract.operations[ix]);
            acted::restrict(&mut stand, asked_for, resources, &wish.parameters);
            let needed = stand.origins_mut().flat_map(|origins| &*origins);
            let needed = needed.map(|origin| origin.from);
            open.extend(needed.filter(|from| asked.binary_search(from).is_ok()));
            all.insert(ix, stand);
        }
        let mut stands = Stands {
            all,
            after: BTreeMap::new(),
        };
        stands.without_circles(contract, resources);
        stands.leave_out(contract, left_out);
        stands
    }

    /// The stand of an operation, where it can be asked.
    pub fn get(&self, ix: usize) -> Option<&Stand> {
        self.all.get(&ix)
    }

    /// The operation that comes before this one where it can, since it makes what this one shows.
    pub fn after(&self, ix: usize) -> Option<usize> {
        let before = self.after.get(&ix).copied();
        before.filter(|before| self.all.contains_key(before))
    }

    /// The operations with what they stand on, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Stand)> {
        self.all.iter().map(|(ix, stand)| (*ix, stand))
    }

    /// Takes back each origin that would wait for the operation itself. Paths with fewer parameters choose first.
    fn without_circles(&mut self, contract: &Contract, resources: &Resources) {
        let count = |ix: usize| {
            let parameters = contract.operations[ix].parameters.iter();
            parameters.filter(|one| one.location == In::Path).count()
        };
        let mut order: Vec<usize> = self.all.keys().copied().collect();
        order.sort_by_key(|ix| (count(*ix), *ix));
        let mut edges: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut freed: BTreeMap<usize, Vec<Vec<Origin>>> = BTreeMap::new();
        // The likeliest origin of each comes before the next one of any.
        for rank in 0.. {
            let mut is_over = true;
            for &ix in &order {
                let stand = self.all.get_mut(&ix).expect("it is one of the keys");
                let own = freed.entry(ix).or_default();
                for (n, origins) in stand.origins_mut().enumerate() {
                    if own.len() == n {
                        own.push(Vec::new());
                    }
                    let Some(origin) = origins.get(rank) else {
                        continue;
                    };
                    is_over = false;
                    if !reaches(&edges, origin.from, ix) {
                        edges.entry(ix).or_default().insert(origin.from);
                        own[n].push(origin.clone());
                    }
                }
            }
            if is_over {
                break;
            }
        }
        for (ix, own) in freed {
            let stand = self.all.get_mut(&ix).expect("it is one of the keys");
            for (origins, free) in stand.origins_mut().zip(own) {
                *origins = free;
            }
            stand.members.retain(|(_, origins)| !origins.is_empty());
        }
        let lists = resources
            .iter()
            .filter_map(|one| Some((one.list?, one.create)));
        for (list, create) in lists {
            if !reaches(&edges, create, list) {
                edges.entry(list).or_default().insert(create);
                self.after.insert(list, create);
            }
        }
    }

    /// Leaves out what no value can be given for, and then what stands on that alone.
    fn leave_out(&mut self, contract: &Contract, left_out: &mut Vec<LeftOut>) {
        loop {
            let unmet = |(ix, stand): (&usize, &Stand)| Some((*ix, why_not(contract, *ix, stand)?));
            let found: Vec<(usize, LeftOut)> = self.all.iter().filter_map(unmet).collect();
            if found.is_empty() {
                break;
            }
            let gone: Vec<usize> = found.iter().map(|(ix, _)| *ix).collect();
            let is_gone = |ix: usize| gone.binary_search(&ix).is_ok();
            self.all.retain(|ix, _| !is_gone(*ix));
            left_out.extend(found.into_iter().map(|(_, one)| one));
            for stand in self.all.values_mut() {
                for origins in stand.origins_mut() {
                    origins.retain(|origin| !is_gone(origin.from));
                }
                stand.members.retain(|(_, origins)| !origins.is_empty());
            }
        }
        left_out.sort_by_key(|one| one.operation);
    }
}

/// Why an operation cannot be asked, and what would let it.
fn why_not(contract: &Contract, ix: usize, stand: &Stand) -> Option<LeftOut> {
    let operation = &contract.operations[ix];
    let of_parameter = |n: usize| {
        let parameter = &operation.parameters[n];
        (parameter.location.word(), &parameter.name)
    };
    let (why, flag) = match (&stand.refused, stand.unmet().next()) {
        (Some(why), _) => {
            let mut all = operation.parameters.iter();
            let own = all.rfind(|one| one.location == In::Path);
            let flag = own.map(|one| format!("--param '{}:{}=VALUE'", operation.id, one.name));
            (why.clone(), flag.unwrap_or_default())
        }
        (None, Some(n)) => {
            let (place, name) = of_parameter(n);
            let why = format!("there is no value for the {place} parameter `{name}`");
            (why, format!("--param '{}:{name}=VALUE'", operation.id))
        }
        (None, None) => return None,
    };
    Some(LeftOut {
        operation: ix,
        why,
        flag,
    })
}

/// Whether one operation waits for another, directly or by others.
fn reaches(edges: &BTreeMap<usize, BTreeSet<usize>>, from: usize, to: usize) -> bool {
    let mut open = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(ix) = open.pop() {
        if ix == to {
            return true;
        }
        if seen.insert(ix) {
            open.extend(edges.get(&ix).into_iter().flatten());
        }
    }
    false
}
