//! What the valid requests of all operations stand on, without a circle: an operation is asked after those whose answers
//! it uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::battery::LeftOut;
use crate::contract::{Contract, In};

use super::Wish;
use super::ids::Offers;
use super::request::Stand;

/// The stands by their operations.
pub struct Stands(BTreeMap<usize, Stand>);

impl Stands {
    /// The stands of the operations that can be asked; the others are left out with a reason.
    pub fn new(
        contract: &Contract,
        readable: &[usize],
        wish: &Wish,
        left_out: &mut Vec<LeftOut>,
    ) -> Stands {
        let covered = wish.covered.iter();
        let told = covered.filter_map(|(ix, case)| case.as_ref().map(|_| *ix));
        let mut asked: Vec<usize> = readable.iter().copied().chain(told).collect();
        asked.sort_unstable();
        let offers = Offers::new(contract, &asked);
        let mut all: BTreeMap<usize, Stand> = BTreeMap::new();
        for &ix in readable {
            all.insert(ix, Stand::new(contract, ix, &offers, &wish.parameters));
        }
        let mut stands = Stands(all);
        stands.without_circles(contract);
        stands.leave_out(contract, left_out);
        stands
    }

    /// The operations with what they stand on, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Stand)> {
        self.0.iter().map(|(ix, stand)| (*ix, stand))
    }

    /// Takes back each origin that would wait for the operation itself. Paths with fewer parameters choose first.
    fn without_circles(&mut self, contract: &Contract) {
        let count = |ix: usize| {
            let parameters = contract.operations[ix].parameters.iter();
            parameters.filter(|one| one.location == In::Path).count()
        };
        let mut order: Vec<usize> = self.0.keys().copied().collect();
        order.sort_by_key(|ix| (count(*ix), *ix));
        let mut edges: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for ix in order {
            let stand = self.0.get_mut(&ix).expect("it is one of the keys");
            for sought in &mut stand.sought {
                sought.origins.retain(|origin| {
                    let is_free = !reaches(&edges, origin.from, ix);
                    if is_free {
                        edges.entry(ix).or_default().insert(origin.from);
                    }
                    is_free
                });
            }
        }
    }

    /// Leaves out what no value can be given for, and then what stands on that alone.
    fn leave_out(&mut self, contract: &Contract, left_out: &mut Vec<LeftOut>) {
        loop {
            let unmet = |(ix, stand): (&usize, &Stand)| {
                let first = stand.unmet().next()?;
                Some((*ix, first))
            };
            let found: Vec<(usize, usize)> = self.0.iter().filter_map(unmet).collect();
            if found.is_empty() {
                break;
            }
            for &(ix, parameter) in &found {
                self.0.remove(&ix);
                let operation = &contract.operations[ix];
                let parameter = &operation.parameters[parameter];
                let (place, name) = (parameter.location.word(), &parameter.name);
                left_out.push(LeftOut {
                    operation: ix,
                    why: format!("there is no value for the {place} parameter `{name}`"),
                    flag: format!("--param '{}:{name}=VALUE'", operation.id),
                });
            }
            for stand in self.0.values_mut() {
                for sought in &mut stand.sought {
                    sought
                        .origins
                        .retain(|origin| !found.iter().any(|(ix, _)| *ix == origin.from));
                }
            }
        }
        left_out.sort_by_key(|one| one.operation);
    }
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
