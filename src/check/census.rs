//! Evidence: which schema clauses a body really put to the test. A `maxLength` counts only where that string stood.

use serde_json::{Number, Value};

use crate::contract::{Applies, Branch, ClauseIx, NodeIx, Shape};
use crate::ledger::{EXAMPLES_KEPT, Sightings};

/// A break that the compiled schema does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The clause.
    pub clause: ClauseIx,
    /// The first places.
    pub pointers: Vec<String>,
    /// How many there are.
    pub count: u64,
    /// What it is.
    pub kind: Kind,
}

/// What the compiled schema does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number written as `25.0`: the clause of its type.
    Notation,
    /// A property that only requests carry.
    WriteOnly,
}

impl Kind {
    /// What is expected instead.
    pub fn expected(self) -> &'static str {
        match self {
            Kind::Notation => "a whole number written without fraction and exponent",
            Kind::WriteOnly => "no such property in a response",
        }
    }
}

/// Counts all clauses of `shape` that `value` puts to the test, and gives what the compiled schema does not see.
pub fn take(shape: &Shape, value: &Value, seen: &mut Sightings) -> Vec<Remark> {
    let mut census = Census {
        shape,
        seen,
        remarks: Vec::new(),
        path: Vec::new(),
    };
    if !shape.nodes.is_empty() {
        census.visit(0, value);
    }
    census.remarks
}

struct Census<'a> {
    shape: &'a Shape,
    seen: &'a mut Sightings,
    remarks: Vec<Remark>,
    path: Vec<PathStep<'a>>,
}

#[derive(Clone, Copy)]
enum PathStep<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Census<'a> {
    fn visit(&mut self, node: NodeIx, value: &'a Value) {
        let shape = self.shape;
        let here = &shape.nodes[node];
        for keyword in &here.keywords {
            let applies = match keyword.applies {
                Applies::Any => true,
                Applies::Number => value.is_number(),
                Applies::String => value.is_string(),
                Applies::Array => value.is_array(),
                Applies::Object => value.is_object(),
            };
            if applies {
                self.seen.exercise(keyword.clause);
            }
        }
        match value {
            Value::Object(map) => {
                for (_, clause) in &here.required {
                    self.seen.exercise(*clause);
                }
                // That they are not there is what is tested.
                for clause in &here.absent {
                    self.seen.exercise(*clause);
                }
                for (name, clause) in &here.write_only {
                    self.seen.exercise(*clause);
                    if map.contains_key(name) {
                        self.remark(*clause, Kind::WriteOnly, Some(name));
                    }
                }
                for (key, child) in map {
                    if let Some(node) = here.properties.get(key).copied().or(here.additional) {
                        self.path.push(PathStep::Key(key));
                        self.visit(node, child);
                        self.path.pop();
                    }
                }
            }
            Value::Array(items) => {
                if let Some(node) = here.items {
                    for (n, item) in items.iter().enumerate() {
                        self.path.push(PathStep::Index(n));
                        self.visit(node, item);
                        self.path.pop();
                    }
                }
            }
            Value::Number(number) => {
                if let Some(clause) = here.integer.filter(|_| is_whole_float(number)) {
                    self.remark(clause, Kind::Notation, None);
                }
            }
            _ => {}
        }
        if !here.branches.is_empty() {
            let branches: Vec<&Branch> = here.branches.iter().collect();
            if let Some(branch) = crate::contract::chosen_branch(&branches, value) {
                self.visit(branch.node, value);
            }
        }
    }

    fn remark(&mut self, clause: ClauseIx, kind: Kind, last: Option<&str>) {
        let known = self.remarks.iter().position(|one| one.clause == clause);
        let at = known.unwrap_or(self.remarks.len());
        if known.is_none() {
            self.remarks.push(Remark {
                clause,
                pointers: Vec::new(),
                count: 0,
                kind,
            });
        }
        self.remarks[at].count += 1;
        if self.remarks[at].pointers.len() < EXAMPLES_KEPT {
            let pointer = self.pointer(last);
            self.remarks[at].pointers.push(pointer);
        }
    }

    fn pointer(&self, last: Option<&str>) -> String {
        let mut out = String::new();
        for step in &self.path {
            out = match step {
                PathStep::Key(key) => crate::contract::pointer::join(&out, key),
                PathStep::Index(n) => format!("{out}/{n}"),
            };
        }
        match last {
            Some(key) => crate::contract::pointer::join(&out, key),
            None => out,
        }
    }
}

/// Written with a fraction or an exponent, and whole; numbers too large for 64 bits are the business of `format`, and the
/// parser makes a float of `-0`.
fn is_whole_float(number: &Number) -> bool {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    number.is_f64()
        && number
            .as_f64()
            .is_some_and(|float| float.fract() == 0.0 && float != 0.0 && float.abs() < LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use serde_json::json;

    const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: things
      responses:
        '200':
          description: A thing.
          content:
            application/json:
              schema:
                type: object
                required: [name]
                properties:
                  name: {type: string, maxLength: 5}
                  size: {type: integer, maximum: 9}
                  tags: {type: array, items: {type: string, minLength: 1}}
                  secret: {type: string, writeOnly: true}
";

    #[test]
    fn only_what_stands_there_is_put_to_the_test() {
        let contract = Contract::load("things", SPEC.to_owned(), &[]).unwrap();
        let media = &contract.operations[0].responses[0].content[0];
        let shape = &media.body.as_ref().unwrap().shape;
        for (value, tested, untested, remarks) in [
            (json!({}), "required", "maxLength", 0),
            (json!({"name": "a"}), "name/maxLength", "size/maximum", 0),
            (json!({"name": 1}), "name/type", "name/maxLength", 0),
            (json!({"size": 3}), "size/maximum", "tags/type", 0),
            (json!({"size": 3.0}), "size/maximum", "name/type", 1),
            (json!({"size": "3"}), "size/type", "size/maximum", 0),
            (json!({"tags": []}), "tags/type", "tags[]/minLength", 0),
            (json!({"tags": ["a"]}), "tags[]/minLength", "name/type", 0),
            (json!({"secret": "a"}), "required", "name/type", 1),
            (json!([]), "body/type", "required", 0),
        ] {
            let mut seen = Sightings::default();
            let found = take(shape, &value, &mut seen);
            let all = contract.clauses.iter();
            let exercised = all.filter(|(clause, _)| seen.exercised(*clause) > 0);
            let ids: Vec<&str> = exercised.map(|(_, clause)| clause.id()).collect();
            let has = |end: &str| ids.iter().any(|id| id.ends_with(end));
            assert!(has(tested), "{value}: {tested} is not among {ids:?}");
            assert!(!has(untested), "{value}: {untested} is among {ids:?}");
            assert_eq!(found.len(), remarks, "{value}: {found:?}");
        }
    }
}
