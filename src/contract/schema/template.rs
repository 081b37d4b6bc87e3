//! A schema folded once, for all bodies that refer to it: its places with the numbers of their clauses, counted from 0,
//! and where the templates of other schemas stand in it. What a template holds grows with the document, and not with
//! what the document unfolds to.

use std::sync::{Arc, OnceLock};

use crate::contract::clause::ClauseIx;
use crate::contract::subject::{Place, PlaceStep};
use crate::contract::yaml::Mark;

use super::shape::{NodeIx, Shape, ShapeNode};

/// What a clause says of its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A keyword of the value.
    Keyword(&'static str),
    /// A name that is required, and its index in the list.
    Required(Arc<str>, usize),
    /// A property that only requests carry.
    WriteOnly(Arc<str>),
    /// That nothing is there: the schema is `false`.
    Absent,
}

/// A clause of a template: all that does not depend on where the template is used.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its number within the template.
    pub number: u32,
    /// The place that it speaks of.
    pub(super) node: NodeIx,
    /// What it says.
    pub what: What,
    /// Where in the document the schema stands.
    pub schema: Arc<str>,
    /// Where the keyword stands.
    pub mark: Mark,
}

impl What {
    /// The place that the clause is about, and its keyword, where the value stands at `place`.
    pub fn about(&self, place: Place) -> (Place, &'static str) {
        match self {
            What::Keyword(keyword) => (place, keyword),
            What::Absent => (place, "absent"),
            What::Required(name, _) => (place.with(PlaceStep::Key(Arc::clone(name))), "required"),
            What::WriteOnly(name) => (place.with(PlaceStep::Key(Arc::clone(name))), "writeOnly"),
        }
    }
}

/// Another template at a place of this one.
#[derive(Debug)]
pub(super) struct Mount {
    pub(super) template: Arc<Template>,
    /// The number of its first clause in this template.
    pub(super) first: u32,
    pub(super) place: Place,
    /// What stands first at that place, where that is not the template's own schema.
    pub(super) pointer: Option<String>,
}

/// What follows what, in the order of the clauses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Node(NodeIx),
    Mount(usize),
}

/// From this number on a node of a template is a mount.
pub(super) const MOUNTS: NodeIx = 1 << 31;

/// A folded schema.
#[derive(Debug, Default)]
pub struct Template {
    /// Places of its own; their clauses are numbered within the template, and what stands below may be a mount.
    pub(super) nodes: Vec<ShapeNode>,
    pub(super) mounts: Vec<Mount>,
    pub(super) order: Vec<Step>,
    /// The clauses of its own, by their numbers.
    pub(super) said: Vec<Said>,
    /// How many clauses it has with all templates in it.
    pub(super) clauses: u32,
    /// How many places.
    pub(super) places: usize,
    /// How many steps its deepest place is from its root.
    pub(super) deepest: usize,
    /// What its clauses say, once somebody asked.
    pub(super) counts: OnceLock<Counts>,
}

/// How many clauses say what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Something of a value.
    pub keywords: u64,
    /// That a name is there.
    pub required: u64,
    /// That a property is for requests only.
    pub write_only: u64,
    /// What no engine here can check, of the keywords.
    pub unchecked: u64,
}

impl Counts {
    /// Counts a clause; whether it cannot be checked.
    pub fn add(&mut self, said: &Said, is_unchecked: bool) {
        match said.what {
            What::Keyword(_) | What::Absent => self.keywords += 1,
            What::Required(..) => self.required += 1,
            What::WriteOnly(_) => self.write_only += 1,
        }
        self.unchecked += u64::from(is_unchecked);
    }
}

impl Template {
    /// How many clauses it has.
    pub fn clauses(&self) -> u32 {
        self.clauses
    }

    /// What its clauses say, with those of all templates in it: counted once, and none of them is made.
    pub fn counts(&self, is_unchecked: &dyn Fn(&Said) -> bool) -> Counts {
        *self.counts.get_or_init(|| {
            let mut counts = Counts::default();
            for said in &self.said {
                counts.add(said, is_unchecked(said));
            }
            for mount in &self.mounts {
                let inner = mount.template.counts(is_unchecked);
                counts.keywords += inner.keywords;
                counts.required += inner.required;
                counts.write_only += inner.write_only;
                counts.unchecked += inner.unchecked;
            }
            counts
        })
    }

    /// The place and content of the clause of that number.
    pub fn clause(&self, number: u32) -> (Place, &Said) {
        let mut at = (self, number, Place::default());
        loop {
            let (here, number, place) = at;
            let next = here.mounts.partition_point(|mount| mount.first <= number);
            let mount = next.checked_sub(1).map(|n| &here.mounts[n]);
            let inner = mount.filter(|mount| number < mount.first + mount.template.clauses);
            let Some(mount) = inner else {
                let n = here.said.partition_point(|said| said.number < number);
                let said = &here.said[n];
                return (here.nodes[said.node].place.within(&place), said);
            };
            let outer = mount.place.within(&place);
            at = (&mount.template, number - mount.first, outer);
        }
    }

    /// All clauses in their order: number, place and content.
    pub fn tell(&self) -> Telling<'_> {
        Telling {
            frames: vec![Frame::new(self, Place::default(), 0)],
        }
    }

    /// Lays the places out into a tree, with the clauses as they are numbered there.
    fn lay(&self, shape: &mut Shape, at: &Mounted<'_>, numbers: &Numbers) -> NodeIx {
        let root = shape.nodes.len();
        let mut laid = vec![root; self.nodes.len()];
        let mut mounted = vec![root; self.mounts.len()];
        for step in &self.order {
            match *step {
                Step::Node(n) => {
                    laid[n] = shape.nodes.len();
                    let mut node = self.nodes[n].clone();
                    node.place = node.place.within(at.place);
                    node.renumber(|local| numbers.at(at.first + local.0));
                    shape.nodes.push(node);
                }
                Step::Mount(n) => {
                    let mount = &self.mounts[n];
                    let inner = Mounted {
                        place: &mount.place.within(at.place),
                        first: at.first + mount.first,
                        pointer: mount.pointer.as_deref(),
                    };
                    mounted[n] = mount.template.lay(shape, &inner, numbers);
                }
            }
        }
        for n in &laid {
            shape.nodes[*n].relink(|below| match below.checked_sub(MOUNTS) {
                Some(mount) => mounted[mount],
                None => laid[below],
            });
        }
        if let Some(pointer) = at.pointer {
            pointer.clone_into(&mut shape.nodes[root].pointer);
        }
        root
    }
}

/// Where a template is laid out.
struct Mounted<'m> {
    place: &'m Place,
    first: u32,
    pointer: Option<&'m str>,
}

/// The clauses of a template, one after the other.
pub struct Telling<'t> {
    frames: Vec<Frame<'t>>,
}

struct Frame<'t> {
    template: &'t Template,
    place: Place,
    first: u32,
    step: usize,
    said: usize,
    /// The place of the node at this step, once it was needed: several clauses share it.
    here: Option<Place>,
}

impl<'t> Frame<'t> {
    fn new(template: &'t Template, place: Place, first: u32) -> Frame<'t> {
        Frame {
            template,
            place,
            first,
            step: 0,
            said: 0,
            here: None,
        }
    }
}

impl<'t> Iterator for Telling<'t> {
    type Item = (u32, Place, &'t Said);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let frame = self.frames.last_mut()?;
            let template = frame.template;
            match template.order.get(frame.step) {
                None => drop(self.frames.pop()),
                Some(Step::Mount(n)) => {
                    let mount = &template.mounts[*n];
                    let place = mount.place.within(&frame.place);
                    let first = frame.first + mount.first;
                    frame.step += 1;
                    self.frames.push(Frame::new(&mount.template, place, first));
                }
                Some(Step::Node(n)) => match template.said.get(frame.said) {
                    Some(said) if said.node == *n => {
                        frame.said += 1;
                        let here = frame
                            .here
                            .get_or_insert_with(|| template.nodes[*n].place.within(&frame.place));
                        return Some((frame.first + said.number, here.clone(), said));
                    }
                    _ => {
                        frame.step += 1;
                        frame.here = None;
                    }
                },
            }
        }
    }
}

/// How the clauses of a template are numbered where it is used.
#[derive(Debug, Clone)]
pub enum Numbers {
    /// From this one on.
    From(u32),
    /// Each by itself: some are clauses of another body as well.
    Each(Arc<[ClauseIx]>),
}

impl Numbers {
    fn at(&self, local: u32) -> ClauseIx {
        match self {
            Numbers::From(first) => ClauseIx(first + local),
            Numbers::Each(all) => all[local as usize],
        }
    }
}

/// A template as one body uses it; the tree of places is laid out when it is first looked at.
#[derive(Debug)]
pub struct Unfolded {
    template: Arc<Template>,
    pointer: Option<String>,
    numbers: Numbers,
    shape: OnceLock<Shape>,
}

impl Unfolded {
    /// The template with its clauses numbered so; `pointer` is what stands first at its root, where that is another.
    pub fn new(template: Arc<Template>, pointer: Option<String>, numbers: Numbers) -> Unfolded {
        Unfolded {
            template,
            pointer,
            numbers,
            shape: OnceLock::new(),
        }
    }
}

impl std::ops::Deref for Unfolded {
    type Target = Shape;

    fn deref(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let mut shape = Shape::default();
            let at = Mounted {
                place: &Place::default(),
                first: 0,
                pointer: self.pointer.as_deref(),
            };
            self.template.lay(&mut shape, &at, &self.numbers);
            shape
        })
    }
}
