//! Which references lead back to themselves: the circles (strongly connected components) among all that `$ref`s of a
//! document lead to. What stands in no common circle can be folded once and shared.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::contract::document::Document;
use crate::contract::yaml::{Node, NodeValue};

/// Where a node lives; the document is not changed while it is read.
pub(super) fn address(node: &Node) -> usize {
    std::ptr::from_ref(node) as usize
}

/// The circle of each node that some reference leads to, and that is not alone in it.
#[derive(Debug, Default)]
pub(super) struct Circles {
    of: HashMap<usize, usize, RandomState>,
}

impl Circles {
    /// Of all references of a document.
    pub(super) fn among(document: &Document) -> Circles {
        let mut targets: Vec<&Node> = Vec::new();
        let mut known: HashMap<usize, usize, RandomState> = HashMap::default();
        let mut number = |node, targets: &mut Vec<_>| {
            *known.entry(address(node)).or_insert_with(|| {
                targets.push(node);
                targets.len() - 1
            })
        };
        for file in &document.files {
            references(document, &file.root, &mut |target| {
                number(target, &mut targets);
            });
        }
        let mut edges: Vec<Vec<usize>> = Vec::new();
        while edges.len() < targets.len() {
            let mut own = Vec::new();
            references(document, targets[edges.len()], &mut |target| {
                own.push(number(target, &mut targets));
            });
            edges.push(own);
        }
        let circles = components(&edges);
        let mut sizes: HashMap<usize, usize, RandomState> = HashMap::default();
        for circle in &circles {
            *sizes.entry(*circle).or_default() += 1;
        }
        let pairs = targets.iter().zip(circles);
        let pairs = pairs.filter(|(_, circle)| sizes[circle] > 1);
        Circles {
            of: pairs
                .map(|(node, circle)| (address(node), circle))
                .collect(),
        }
    }

    /// Whether two of them lead to each other.
    pub(super) fn have_both(&self, one: usize, other: usize) -> bool {
        one == other
            || self
                .of(one)
                .is_some_and(|circle| self.of(other) == Some(circle))
    }

    /// The circle of a node, where others are in it.
    pub(super) fn of(&self, node: usize) -> Option<usize> {
        self.of.get(&node).copied()
    }
}

/// Every node that a `$ref` at or below a node leads to, in one step.
fn references<'d>(document: &'d Document, node: &'d Node, seen: &mut impl FnMut(&'d Node)) {
    match &node.value {
        NodeValue::Mapping(map) => {
            if let Some(Ok((target, _))) = document.step(node) {
                seen(target);
            }
            map.values()
                .for_each(|entry| references(document, &entry.node, seen));
        }
        NodeValue::Sequence(items) => items
            .iter()
            .for_each(|item| references(document, item, seen)),
        _ => {}
    }
}

/// The number of the component of each node (Tarjan's algorithm, without recursion).
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut found = vec![NONE; edges.len()];
    let mut low = vec![NONE; edges.len()];
    let mut component = vec![NONE; edges.len()];
    let (mut stack, mut next, mut count) = (Vec::new(), 0, 0);
    for root in 0..edges.len() {
        if found[root] != NONE {
            continue;
        }
        let mut calls = vec![(root, 0)];
        while let Some((node, edge)) = calls.pop() {
            if edge == 0 {
                found[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
            }
            if let Some(&to) = edges[node].get(edge) {
                calls.push((node, edge + 1));
                if found[to] == NONE {
                    calls.push((to, 0));
                } else if component[to] == NONE {
                    low[node] = low[node].min(found[to]);
                }
                continue;
            }
            if low[node] == found[node] {
                while let Some(member) = stack.pop() {
                    component[member] = count;
                    if member == node {
                        break;
                    }
                }
                count += 1;
            }
            if let Some(&(caller, _)) = calls.last() {
                low[caller] = low[caller].min(low[node]);
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_the_circles_of_a_graph() {
        let edges = [
            vec![1],
            vec![2],
            vec![0, 3],
            vec![4],
            vec![4, 5],
            vec![],
            vec![5, 0],
        ];
        let of = components(&edges);
        assert!(of[0] == of[1] && of[1] == of[2]);
        let mut all = of.clone();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5, "{of:?}");
        let long: Vec<Vec<usize>> = (0..100_000).map(|n| vec![(n + 1) % 100_000]).collect();
        assert!(components(&long).iter().all(|one| *one == 0));
    }
}
