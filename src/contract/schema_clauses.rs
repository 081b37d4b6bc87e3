//! The clauses of one body or parameter: a template of its schema, and what it is used for. Each is made when it is asked
//! for.

use std::sync::{Arc, OnceLock};

use super::clause::{Clause, ClauseIx, Level};
use super::document::Document;
use super::schema::{Counts, Direction, Said, Template, What, is_unchecked, tell};
use super::subject::{Place, Subject};
use super::tally::Tally;

/// The clauses of a schema as one body or parameter uses it.
#[derive(Debug, Clone)]
pub(super) struct OfSchema {
    operation: Arc<str>,
    pub(super) used: SchemaUse,
    template: Arc<Template>,
    /// Which clauses of the template these are; all where it is absent.
    only: Option<Vec<u32>>,
    /// Those that somebody looked at.
    made: OnceLock<Vec<OnceLock<Box<Clause>>>>,
}

/// What a schema is used for.
#[derive(Debug, Clone)]
pub struct SchemaUse {
    /// The body or parameter.
    pub subject: Subject,
    /// The level of its keywords; what is required is a must, what is for requests only a should.
    pub level: Level,
    /// Which way the value goes.
    pub direction: Direction,
}

impl OfSchema {
    /// Those of a template; `only` are the ones that are not elsewhere already.
    pub(super) fn new(
        operation: &Arc<str>,
        used: SchemaUse,
        template: &Arc<Template>,
        only: Option<Vec<u32>>,
    ) -> OfSchema {
        OfSchema {
            operation: Arc::clone(operation),
            used,
            template: Arc::clone(template),
            only,
            made: OnceLock::new(),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        match &self.only {
            Some(only) => only.len() as u32,
            None => self.template.clauses(),
        }
    }

    /// Whether they are all clauses of the template.
    pub(super) fn is_whole(&self) -> bool {
        self.only.is_none()
    }

    /// Whether they are clauses of that template.
    pub(super) fn is_of(&self, template: &Arc<Template>) -> bool {
        Arc::ptr_eq(&self.template, template)
    }

    /// The clause of that number, if somebody looked at it.
    pub(super) fn known(&self, n: usize) -> Option<&Clause> {
        Some(self.made.get()?[n].get()?)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, n: u32) -> Option<&mut Clause> {
        Some(self.made.get_mut()?[n as usize].get_mut()?)
    }

    /// Whether it is about the body or parameter of another use.
    pub(super) fn is_beside(&self, other: &SchemaUse) -> bool {
        self.used.subject == other.subject
    }

    /// Its clauses in order, as the template tells them.
    pub(super) fn told(&self) -> Box<dyn Iterator<Item = (u32, Place, &Said)> + '_> {
        match &self.only {
            None => Box::new(self.template.tell()),
            Some(only) => Box::new(only.iter().map(|local| {
                let (place, said) = self.template.clause(*local);
                (*local, place, said)
            })),
        }
    }

    /// The clause of that number; it is kept.
    pub(super) fn get(&self, document: &Document, n: u32) -> &Clause {
        let made = self
            .made
            .get_or_init(|| (0..self.len()).map(|_| OnceLock::new()).collect());
        made[n as usize].get_or_init(|| {
            let local = self.only.as_ref().map_or(n, |only| only[n as usize]);
            let (place, said) = self.template.clause(local);
            Box::new(self.make(document, place, said))
        })
    }

    /// What the clause of a keyword at a place of the schema is about.
    pub(super) fn subject(&self, (place, keyword): (Place, &'static str)) -> Subject {
        self.used.subject.clone().at(place).keyword(keyword)
    }

    /// How much its clauses weigh, unless somebody wants it otherwise.
    fn level(&self, said: &Said) -> Level {
        match said.what {
            What::Keyword(_) | What::Absent => self.used.level,
            What::Required(..) => Level::Must,
            What::WriteOnly(_) => Level::Should,
        }
    }

    /// Counts its clauses, of which the first has that number.
    pub(super) fn tally(&self, document: &Document, first: u32, tally: &mut Tally) {
        let is_unchecked = |said: &Said| is_unchecked(document, said);
        let kind = self.used.subject.clone().keyword("type").kind();
        let counts = match &self.only {
            None => self.template.counts(&is_unchecked),
            Some(_) => self
                .told()
                .fold(Counts::default(), |mut counts, (_, _, said)| {
                    counts.add(said, is_unchecked(said));
                    counts
                }),
        };
        tally.add(kind, self.used.level, counts.keywords);
        tally.add(kind, Level::Must, counts.required);
        tally.add(kind, Level::Should, counts.write_only);
        tally.unchecked += counts.unchecked;
        if counts.unchecked > 0 {
            let all = (first..).zip(self.told());
            let unchecked = all.filter(|(_, (_, _, said))| is_unchecked(said));
            tally.name(unchecked.map(|(ix, _)| ClauseIx(ix)));
        }
        // What somebody looked at may have been changed.
        let made = self.made.get().into_iter().flatten().enumerate();
        for (n, clause) in made.filter_map(|(n, made)| Some((n as u32, made.get()?))) {
            let local = self.only.as_ref().map_or(n, |only| only[n as usize]);
            let usual = self.level(self.template.clause(local).1);
            if clause.off || clause.level != usual {
                tally.take_back(kind, usual);
                tally.add(kind, clause.level, u64::from(!clause.off));
            }
        }
    }

    /// The clause in full.
    pub(super) fn make(&self, document: &Document, place: Place, said: &Said) -> Clause {
        let used = &self.used;
        let told = tell(document, said, &used.subject.part, used.direction, place);
        let level = self.level(said);
        let subject = self.subject((told.place, told.keyword));
        let (text, pointer) = (told.text, document.written(told.pointer));
        let mut clause = Clause::new(&self.operation, subject, level, text, pointer, said.mark);
        clause.unchecked = told.unchecked;
        clause
    }
}
