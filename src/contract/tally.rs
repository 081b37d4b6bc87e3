//! How many clauses there are of each kind and level, counted and not made: a large document has some ten million.

use std::collections::BTreeMap;

use super::clause::{ClauseIx, Level};
use super::subject::Kind;

/// So many of those that cannot be checked are named.
const NAMED: usize = 3;

/// How many clauses there are, those that are switched off aside.
#[derive(Debug, Default)]
pub struct Tally {
    /// By the word of their kind: of info, should and must.
    pub kinds: BTreeMap<&'static str, [u64; 3]>,
    /// Those that no engine here can check.
    pub unchecked: u64,
    /// The first of those.
    pub first_unchecked: Vec<ClauseIx>,
}

impl Tally {
    /// Counts so many.
    pub(super) fn add(&mut self, kind: Kind, level: Level, count: u64) {
        if count > 0 {
            self.kinds.entry(kind.word()).or_default()[level as usize] += count;
        }
    }

    /// Takes one back that was counted.
    pub(super) fn take_back(&mut self, kind: Kind, level: Level) {
        if let Some(levels) = self.kinds.get_mut(kind.word()) {
            levels[level as usize] -= 1;
        }
    }

    /// Names the first of those that cannot be checked.
    pub(super) fn name(&mut self, unchecked: impl Iterator<Item = ClauseIx>) {
        let missing = NAMED.saturating_sub(self.first_unchecked.len());
        self.first_unchecked.extend(unchecked.take(missing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    const SPEC: &str = r"
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: a
      parameters: [{name: q, in: query, required: true, schema: {type: string, pattern: '(?<x>a)\k<x>'}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}
      responses:
        '200':
          description: d
          content:
            application/json: {schema: {$ref: '#/components/schemas/One'}}
            application/x+json: {schema: {type: object, required: [id, other], properties: {id: {type: integer}, n: {pattern: '(?<y>b)\k<y>'}}}}
components:
  schemas:
    One:
      type: object
      required: [id]
      properties:
        id: {type: string, maxLength: 3}
        secret: {type: string, writeOnly: true}
        child: {$ref: '#/components/schemas/Two'}
        again: {$ref: '#/components/schemas/Two'}
    Two: {type: object, required: [k], properties: {k: {type: string, pattern: '(?<z>c)\k<z>'}}}
";

    /// What one sees who looks at each clause.
    fn seen(contract: &Contract) -> Tally {
        let mut tally = Tally::default();
        for (ix, clause) in contract.clauses.each().filter(|(_, clause)| !clause.off) {
            tally.add(clause.kind(), clause.level, 1);
            if clause.unchecked.is_some() {
                tally.unchecked += 1;
                tally.name(std::iter::once(ix));
            }
        }
        tally
    }

    #[test]
    fn what_is_counted_is_what_there_is() {
        let mut contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
        let check = |contract: &Contract| {
            let (counted, seen) = (contract.clauses.tally(), seen(contract));
            assert_eq!(counted.kinds, seen.kinds);
            assert_eq!(counted.unchecked, seen.unchecked);
            assert_eq!(counted.first_unchecked, seen.first_unchecked);
            counted
        };
        assert!(check(&contract).unchecked > 3);
        for (id, level, off) in [
            ("a/200/body/id/maxLength", Level::Info, false),
            ("a/200/body/child/k/required", Level::Must, true),
            ("a/200/body/other/required", Level::Info, false),
            ("a/200/body/json", Level::Should, false),
        ] {
            let found = contract.clauses.find(id);
            let ix = found.unwrap_or_else(|| panic!("no {id}"));
            let clause = contract.clauses.get_mut(ix);
            (clause.level, clause.off) = (level, off);
            check(&contract);
        }
    }
}
