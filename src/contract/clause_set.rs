//! The clauses of a contract, in its order and numbered. Those of schemas are held by the templates that bodies share;
//! an id and a sentence are made when somebody asks for them.

mod looks;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use super::clause::{Clause, ClauseIx};
use super::document::Document;
use super::schema::{Numbers, Template};
use super::schema_clauses::{OfSchema, SchemaUse};
use super::subject::{Place, Subject};
use super::tally::Tally;

/// Clauses in the order of the contract, each subject once.
#[derive(Debug, Clone)]
pub struct ClauseSet {
    document: Arc<Document>,
    /// Single clauses and those of bodies, by their numbers.
    segments: Vec<Segment>,
    length: u32,
    operations: HashMap<usize, OfOperation, RandomState>,
    names: HashMap<Arc<str>, usize, RandomState>,
    hasher: RandomState,
    /// What the schemas of the body that was mounted last say, where there are several.
    beside: Option<Beside>,
}

/// The clauses of all schemas of one body, by what they are about.
#[derive(Debug, Clone)]
struct Beside {
    subject: Subject,
    known: HashMap<(Place, &'static str), ClauseIx, RandomState>,
}

#[derive(Debug, Clone)]
struct Segment {
    first: u32,
    of: Of,
}

#[derive(Debug, Clone)]
enum Of {
    One(Box<Clause>),
    Schema(Box<OfSchema>),
}

/// Clauses by the hash of their id without the operation's name; of two with one id the first is meant.
type Tails = HashMap<u64, ClauseIx, RandomState>;

/// Where the clauses of an operation are.
#[derive(Debug, Clone)]
struct OfOperation {
    segments: Vec<usize>,
    /// Those of its schemas, by the hash of the body or parameter.
    schemas: HashMap<u64, Vec<usize>, RandomState>,
    tails: OnceLock<Tails>,
}

impl ClauseSet {
    /// An empty set of a document's clauses.
    pub(super) fn new(document: Arc<Document>) -> ClauseSet {
        ClauseSet {
            document,
            segments: Vec::new(),
            length: 0,
            operations: HashMap::default(),
            names: HashMap::default(),
            hasher: RandomState::default(),
            beside: None,
        }
    }

    /// Forgets what is only needed while bodies are mounted.
    pub(super) fn done(mut self) -> ClauseSet {
        self.beside = None;
        self
    }

    /// Adds a clause unless there is one about the same already; the index of the one that is there.
    pub fn add(&mut self, clause: Clause) -> ClauseIx {
        if let Some(known) = self.about(&clause.subject) {
            return known;
        }
        let ix = ClauseIx(self.length);
        let (operation, tail) = (
            clause.subject.operation,
            self.hasher.hash_one(clause.tail()),
        );
        self.put(clause);
        let of = self.operations.get_mut(&operation);
        if let Some(tails) = of.and_then(|of| of.tails.get_mut()) {
            tails.entry(tail).or_insert(ix);
        }
        ix
    }

    /// Adds a clause about what no other is about.
    pub(super) fn put(&mut self, clause: Clause) -> ClauseIx {
        let (operation, name) = (clause.subject.operation, Arc::clone(clause.operation()));
        self.push(operation, name, 1, Of::One(Box::new(clause)))
    }

    /// Adds the clauses of a schema, but for those that are there already; how they are numbered.
    pub(super) fn mount(
        &mut self,
        operation: &Arc<str>,
        used: SchemaUse,
        template: &Arc<Template>,
    ) -> Numbers {
        let ix = used.subject.operation;
        let mut same = self.schemas(&used);
        match same.next() {
            Some((first, known)) if known.is_of(template) && known.is_whole() => {
                return Numbers::From(first);
            }
            Some(_) => {
                drop(same);
                return self.mount_beside(operation, used, template);
            }
            None => drop(same),
        }
        let of = OfSchema::new(operation, used, template, None);
        let clauses = of.len();
        let first = self.push(ix, Arc::clone(operation), clauses, Of::Schema(Box::new(of)));
        Numbers::From(first.0)
    }

    /// Another schema of the same body: what is said at the same place is one clause.
    fn mount_beside(
        &mut self,
        operation: &Arc<str>,
        used: SchemaUse,
        template: &Arc<Template>,
    ) -> Numbers {
        let ix = used.subject.operation;
        let before = self.beside.take();
        let before = before.filter(|one| one.subject == used.subject);
        let mut beside = before.unwrap_or_else(|| self.said_of(&used));
        let mut only = Vec::new();
        let mut numbers = vec![ClauseIx(0); template.clauses() as usize];
        for (local, place, said) in template.tell() {
            let next = ClauseIx(self.length + only.len() as u32);
            let ix = *beside
                .known
                .entry(said.what.about(place))
                .or_insert_with(|| {
                    only.push(local);
                    next
                });
            numbers[local as usize] = ix;
        }
        self.beside = Some(beside);
        let of = OfSchema::new(operation, used, template, Some(only));
        let count = of.len();
        self.push(ix, Arc::clone(operation), count, Of::Schema(Box::new(of)));
        Numbers::Each(numbers.into())
    }

    /// What the schemas of a body say that are there already.
    fn said_of(&self, used: &SchemaUse) -> Beside {
        let mut known: HashMap<_, _, RandomState> = HashMap::default();
        for (first, schema) in self.schemas(used) {
            for (n, (local, place, said)) in schema.told().enumerate() {
                let number = if schema.is_whole() { local } else { n as u32 };
                known
                    .entry(said.what.about(place))
                    .or_insert(ClauseIx(first + number));
            }
        }
        let subject = used.subject.clone();
        Beside { subject, known }
    }

    fn push(&mut self, operation: usize, name: Arc<str>, clauses: u32, of: Of) -> ClauseIx {
        let first = self.length;
        self.names.entry(name).or_insert(operation);
        let known = self.operations.entry(operation).or_insert(OfOperation {
            segments: Vec::new(),
            schemas: HashMap::default(),
            tails: OnceLock::new(),
        });
        known.segments.push(self.segments.len());
        if let Of::Schema(schema) = &of {
            let subject = self.hasher.hash_one(&schema.used.subject);
            let same = known.schemas.entry(subject).or_default();
            same.push(self.segments.len());
        }
        self.segments.push(Segment { first, of });
        self.length = first.checked_add(clauses).expect("fewer than 2^32 clauses");
        ClauseIx(first)
    }

    /// The schemas of a body or parameter with the number of their first clause.
    fn schemas(&self, used: &SchemaUse) -> impl Iterator<Item = (u32, &OfSchema)> {
        let subject = self.hasher.hash_one(&used.subject);
        let known = self.operations.get(&used.subject.operation);
        let found = known.and_then(|of| of.schemas.get(&subject));
        let segments = found.into_iter().flatten().map(|n| &self.segments[*n]);
        segments.filter_map(move |segment| match &segment.of {
            Of::Schema(schema) if schema.is_beside(used) => Some((segment.first, &**schema)),
            _ => None,
        })
    }

    fn segment(&self, ix: ClauseIx) -> usize {
        self.segments
            .partition_point(|segment| segment.first <= ix.0)
            - 1
    }

    /// The clause at that index. It is kept once it was asked for; [`each`](Self::each) keeps nothing.
    pub fn get(&self, ix: ClauseIx) -> &Clause {
        let segment = &self.segments[self.segment(ix)];
        match &segment.of {
            Of::One(clause) => clause,
            Of::Schema(schema) => schema.get(&self.document, ix.0 - segment.first),
        }
    }

    /// The clause at that index, to be changed; what it is about stays.
    pub fn get_mut(&mut self, ix: ClauseIx) -> &mut Clause {
        let segment = self.segment(ix);
        let segment = &mut self.segments[segment];
        match &mut segment.of {
            Of::One(clause) => clause,
            Of::Schema(schema) => {
                let n = ix.0 - segment.first;
                schema.get(&self.document, n);
                schema.get_mut(n).expect("it was just made")
            }
        }
    }

    /// The index of that id.
    pub fn find(&self, id: &str) -> Option<ClauseIx> {
        let slashes = id.match_indices('/');
        let mut splits = slashes.map(|(at, _)| (&id[..at], &id[at + 1..]));
        splits.find_map(|(name, tail)| {
            let operation = self.names.get(name)?;
            let ix = *self.tails(*operation)?.get(&self.hasher.hash_one(tail))?;
            (self.get(ix).id() == id).then_some(ix)
        })
    }

    /// The indices of all whose id begins so: an operation's name, a slash, and perhaps more.
    pub fn beginning_with(&self, prefix: &str) -> Vec<ClauseIx> {
        let mut found = Vec::new();
        for (at, _) in prefix.match_indices('/') {
            let (name, tail) = (&prefix[..at], &prefix[at + 1..]);
            let operation = self.names.get(name).and_then(|ix| self.operations.get(ix));
            for segment in operation.into_iter().flat_map(|of| &of.segments) {
                self.beginning_in(*segment, tail, &mut found);
            }
        }
        found
    }

    fn beginning_in(&self, segment: usize, tail: &str, found: &mut Vec<ClauseIx>) {
        let own = &self.segments[segment];
        let base = match &own.of {
            Of::One(clause) => clause.tail().to_owned(),
            // As the ids of all its clauses begin.
            Of::Schema(schema) => schema
                .used
                .subject
                .to_string()
                .trim_end_matches('/')
                .to_owned(),
        };
        let next = self.segments.get(segment + 1);
        let end = next.map_or(self.length, |next| next.first);
        if base.starts_with(tail) {
            found.extend((own.first..end).map(ClauseIx));
        } else if tail.starts_with(&base) {
            let all = self.of_segment(own);
            let fitting = all.filter(|(_, clause)| clause.tail().starts_with(tail));
            found.extend(fitting.map(|(ix, _)| ix));
        }
    }

    /// The index of the clause about that.
    pub fn about(&self, subject: &Subject) -> Option<ClauseIx> {
        let tail = self.hasher.hash_one(subject.to_string().as_str());
        let ix = *self.tails(subject.operation)?.get(&tail)?;
        if self.get(ix).subject == *subject {
            return Some(ix);
        }
        let mut all = self.of_operation(subject.operation);
        all.find(|(_, clause)| clause.subject == *subject)
            .map(|(ix, _)| ix)
    }

    fn tails(&self, operation: usize) -> Option<&Tails> {
        let known = self.operations.get(&operation)?;
        Some(known.tails.get_or_init(|| {
            let mut tails = Tails::default();
            let mut note = |ix: u32, tail: &str| {
                let tail = self.hasher.hash_one(tail);
                tails.entry(tail).or_insert(ClauseIx(ix));
            };
            let mut tail = String::new();
            for segment in known.segments.iter().map(|n| &self.segments[*n]) {
                match &segment.of {
                    Of::One(clause) => note(segment.first, clause.tail()),
                    Of::Schema(schema) => {
                        for (n, (_, place, said)) in (segment.first..).zip(schema.told()) {
                            tail.clear();
                            let subject = schema.subject(said.what.about(place));
                            // A text takes all that is written to it.
                            let _ = write!(tail, "{subject}");
                            note(n, &tail);
                        }
                    }
                }
            }
            tails
        }))
    }

    /// How many there are of each kind and level.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for segment in &self.segments {
            match &segment.of {
                Of::One(clause) if clause.off => {}
                Of::One(clause) => {
                    tally.add(clause.kind(), clause.level, 1);
                    if clause.unchecked.is_some() {
                        tally.unchecked += 1;
                        tally.name(std::iter::once(ClauseIx(segment.first)));
                    }
                }
                Of::Schema(schema) => schema.tally(&self.document, segment.first, &mut tally),
            }
        }
        tally
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}
