//! A template under construction.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::contract::clause::ClauseIx;
use crate::contract::subject::Place;
use crate::contract::yaml::Mark;

use super::shape::NodeIx;
use super::source::Source;
use super::template::{MOUNTS, Mount, Said, Step, Template, What};

/// A template under construction.
#[derive(Default)]
pub(super) struct Draft<'d> {
    pub(super) template: Template,
    /// The nodes that references lead back to while what is below them is folded.
    pub(super) open: HashMap<usize, NodeIx, RandomState>,
    /// The circle that the schema is in.
    pub(super) circle: Option<usize>,
    /// Whether that circle is a wide one, and so each of its schemas has one place alone.
    pub(super) is_wide: bool,
    /// The place that each schema of a wide circle has, whether or not it is folded already.
    pub(super) kept: HashMap<usize, NodeIx, RandomState>,
    /// The places of those that are folded already.
    pub(super) done: HashMap<usize, NodeIx, RandomState>,
    /// The places that are folded when all that stand nearer to the root are.
    pub(super) waiting: VecDeque<(NodeIx, Vec<Source<'d>>)>,
    /// Whether it has more places than one body may have.
    pub(super) is_over: bool,
    /// How many places with alternatives of one name are around: below them a clause may be said already.
    pub(super) twins: usize,
    known: HashMap<(Place, &'static str), u32, RandomState>,
}

impl Draft<'_> {
    /// Adds a clause of a node's place, unless there is one about the same already.
    pub(super) fn say(
        &mut self,
        node: NodeIx,
        what: What,
        schema: &Arc<str>,
        mark: Mark,
    ) -> ClauseIx {
        let number = self.template.clauses;
        if self.twins > 0 {
            let own = &self.template.nodes[node].place;
            let subject = what.about(own.clone());
            if let Some(known) = self.known.get(&subject) {
                return ClauseIx(*known);
            }
            self.known.insert(subject, number);
        }
        self.template.clauses += 1;
        self.template.said.push(Said {
            number,
            node,
            what,
            schema: Arc::clone(schema),
            mark,
        });
        ClauseIx(number)
    }

    /// Whether the circle that it is in, if it is in one, unfolds as far as it can.
    pub(super) fn unfolds(&self) -> bool {
        self.circle.is_some() && !self.is_wide
    }

    /// The place that one of these has here: around, or that of a wide circle's schema.
    pub(super) fn known(&self, targets: &[usize]) -> Option<NodeIx> {
        let find = |places: &HashMap<usize, NodeIx, RandomState>| {
            let mut all = targets.iter();
            all.find_map(|target| places.get(target).copied())
        };
        find(&self.open).or_else(|| find(&self.kept))
    }

    /// The place of a schema that is folded already: an alternative that leads there cannot lead back.
    pub(super) fn folded(&self, targets: &[usize]) -> Option<NodeIx> {
        let mut all = targets.iter();
        all.find_map(|target| self.done.get(target).copied())
    }

    /// Puts a template at a place; its number among the nodes.
    pub(super) fn mount(
        &mut self,
        template: Arc<Template>,
        place: Place,
        pointer: Option<String>,
    ) -> NodeIx {
        let own = &mut self.template;
        let n = own.mounts.len();
        own.deepest = own.deepest.max(place.steps().len() + template.deepest);
        own.places += template.places;
        let first = own.clauses;
        own.clauses += template.clauses;
        own.order.push(Step::Mount(n));
        own.mounts.push(Mount {
            template,
            first,
            place,
            pointer,
        });
        MOUNTS + n
    }
}
