//! Looks over many clauses of a set: all, those of some operations, those of one.

use super::{Clause, ClauseIx, ClauseSet, Of, Segment};

impl Segment {
    fn operation(&self) -> usize {
        match &self.of {
            Of::One(clause) => clause.subject.operation,
            Of::Schema(schema) => schema.used.subject.operation,
        }
    }

    fn len(&self) -> u32 {
        match &self.of {
            Of::One(_) => 1,
            Of::Schema(schema) => schema.len(),
        }
    }

    /// How many are not switched off.
    fn counted(&self) -> u64 {
        match &self.of {
            Of::One(clause) => u64::from(!clause.off),
            Of::Schema(schema) => {
                let known = (0..schema.len() as usize).filter_map(|n| schema.known(n));
                let off = known.filter(|clause| clause.off).count();
                u64::from(schema.len()) - off as u64
            }
        }
    }
}

impl ClauseSet {
    /// The operation of the clause at that index.
    pub fn operation(&self, ix: ClauseIx) -> usize {
        self.segments[self.segment(ix)].operation()
    }

    /// All, in order, with their indices; each is kept from then on.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (ClauseIx, &Clause)> {
        (0..self.length).map(|n| (ClauseIx(n), self.get(ClauseIx(n))))
    }

    /// All, in order, each made for this look at it alone.
    pub fn each(&self) -> impl Iterator<Item = (ClauseIx, Clause)> + '_ {
        self.each_of(|_| true)
    }

    /// Those of the operations that are meant, in order, each made for this look at it alone.
    pub fn each_of<'s>(
        &'s self,
        is_meant: impl Fn(usize) -> bool + 's,
    ) -> impl Iterator<Item = (ClauseIx, Clause)> + 's {
        let segments = self.segments.iter();
        let meant = segments.filter(move |segment| is_meant(segment.operation()));
        meant.flat_map(|segment| self.of_segment(segment))
    }

    /// The indices of those of the operations that are meant, in order.
    pub fn indices_of<'s>(
        &'s self,
        is_meant: impl Fn(usize) -> bool + 's,
    ) -> impl Iterator<Item = ClauseIx> + 's {
        let segments = self.segments.iter();
        let meant = segments.filter(move |segment| is_meant(segment.operation()));
        meant.flat_map(|segment| (segment.first..segment.first + segment.len()).map(ClauseIx))
    }

    /// Those of an operation, in order, each made for this look at it alone.
    pub fn of_operation(&self, operation: usize) -> impl Iterator<Item = (ClauseIx, Clause)> + '_ {
        let known = self.operations.get(&operation).into_iter();
        let segments = known.flat_map(|of| &of.segments);
        segments.flat_map(|n| self.of_segment(&self.segments[*n]))
    }

    /// How many clauses of an operation are not switched off, counted and not made.
    pub fn count_of(&self, operation: usize) -> u64 {
        let known = self.operations.get(&operation).into_iter();
        let segments = known.flat_map(|of| &of.segments);
        segments.map(|n| self.segments[*n].counted()).sum()
    }

    pub(super) fn of_segment<'s>(
        &'s self,
        segment: &'s Segment,
    ) -> Box<dyn Iterator<Item = (ClauseIx, Clause)> + 's> {
        let first = segment.first;
        match &segment.of {
            Of::One(clause) => Box::new(std::iter::once((ClauseIx(first), (**clause).clone()))),
            Of::Schema(schema) => Box::new(schema.told().enumerate().map(move |(n, told)| {
                let clause = match schema.known(n) {
                    Some(clause) => clause.clone(),
                    None => schema.make(&self.document, told.1, told.2),
                };
                (ClauseIx(first + n as u32), clause)
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;

    #[test]
    fn what_is_counted_of_an_operation_is_what_is_not_switched_off() {
        let operation = |name: &str| {
            format!(
                "  /{name}: {{get: {{operationId: {name}, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}}}}}}}\n"
            )
        };
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}{}components: {{schemas: {{A: {{type: object, required: [n], properties: {{n: {{type: string, maxLength: 3}}}}}}}}}}\n",
            operation("a"),
            operation("b")
        );
        let mut contract = Contract::load("t.yaml", text, &[]).unwrap();
        let whole = contract.clauses.count_of(0);
        for id in ["a/200/body/n/maxLength", "a/200/status"] {
            let ix = contract.clauses.find(id).unwrap();
            contract.clauses.get_mut(ix).off = true;
        }
        let clauses = &contract.clauses;
        assert_eq!(clauses.count_of(0), whole - 2);
        assert_eq!(clauses.count_of(1), whole);
        let own: Vec<_> = clauses.each_of(|one| one == 1).map(|(ix, _)| ix).collect();
        assert_eq!(own, clauses.indices_of(|one| one == 1).collect::<Vec<_>>());
        assert!(own.iter().all(|ix| clauses.operation(*ix) == 1));
        assert_eq!(own.len() as u64, whole);
    }
}
