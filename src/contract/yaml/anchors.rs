//! The anchors of a YAML document and what their aliases unfold to, within a budget for all of them together.

use std::collections::HashMap;

use super::super::nearest::hint;
use super::node::{Mark, Node, NodeValue, YamlError};

/// The most nodes that all aliases of a document may bring.
const BUDGET: usize = 1_000_000;
/// The most bytes of text in them.
const BUDGET_OF_BYTES: usize = 50_000_000;

/// The anchors by the parser's number: name, and the node with its size once it is read.
#[derive(Debug, Default)]
pub struct Anchors {
    known: HashMap<usize, (String, Option<(Node, Size)>)>,
    spent: Size,
}

/// How much a node holds with all that is in it.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    nodes: usize,
    bytes: usize,
}

impl Size {
    fn add(&mut self, other: Size) {
        self.nodes += other.nodes;
        self.bytes += other.bytes;
    }
}

impl Anchors {
    /// An anchor's name, which is said before its node is whole.
    pub fn name(&mut self, id: usize, name: &str) {
        self.known.insert(id, (name.to_owned(), None));
    }

    /// Keeps a node for the aliases to come.
    pub fn keep(&mut self, id: usize, node: &Node) {
        let entry = self.known.entry(id).or_default();
        entry.1 = Some((node.clone(), size(node)));
    }

    /// What is said of the alias that a text begins with, where no anchor before it has that name.
    pub fn unknown(&self, rest: &str) -> String {
        let name = rest.strip_prefix('*').unwrap_or(rest);
        let ends = |letter: char| letter.is_whitespace() || ",[]{}".contains(letter);
        let name = name.split(ends).next().unwrap_or_default();
        let (known, anchor) = (self.known.values(), format!("&{name}"));
        let mut below = rest.split(ends).filter(|word| *word == anchor);
        let why = match below.next() {
            Some(_) => format!("; `{anchor}` stands below it, and must stand before it"),
            None => match hint(name, known.map(|(name, _)| name.as_str())) {
                near if near.is_empty() => {
                    "; a text that begins with `*` must stand in quotes".to_owned()
                }
                near => near,
            },
        };
        format!("not valid YAML: no anchor has the name of the alias `*{name}`{why}")
    }

    /// The node that an alias means.
    ///
    /// # Errors
    /// An alias within its own anchor, and one that unfolds beyond the budget.
    pub fn unfold(&mut self, id: usize, mark: Mark) -> Result<Node, YamlError> {
        let (name, node) = self.known.entry(id).or_default();
        let Some((node, size)) = node else {
            let message = format!("the alias `*{name}` stands within its own anchor `&{name}`");
            return Err(YamlError::last(mark, message));
        };
        self.spent.add(*size);
        let over = match self.spent {
            Size { nodes, .. } if nodes > BUDGET => Some(format!("{BUDGET} nodes")),
            Size { bytes, .. } if bytes > BUDGET_OF_BYTES => {
                Some(format!("{BUDGET_OF_BYTES} bytes of text"))
            }
            _ => None,
        };
        if let Some(most) = over {
            let message = format!(
                "with the alias `*{name}` the aliases of this document unfold to more than {most}, the most that is \
                 read; write out what `&{name}` names, or nest fewer aliases"
            );
            return Err(YamlError::last(mark, message));
        }
        Ok(node.clone())
    }
}

fn size(node: &Node) -> Size {
    let mut sum = Size { nodes: 1, bytes: 0 };
    match &node.value {
        NodeValue::String(text) => sum.bytes += text.len(),
        NodeValue::Sequence(items) => items.iter().for_each(|item| sum.add(size(item))),
        NodeValue::Mapping(map) => {
            for (key, entry) in map.iter() {
                sum.bytes += key.len();
                sum.add(size(&entry.node));
            }
        }
        _ => {}
    }
    sum
}
