//! Evidence: which schema clauses a body really put to the test. A `maxLength` counts only where that string stood.

use serde_json::{Number, Value};

use crate::contract::{Applies, Branch, ClauseIx, NodeIx, Shape};
use crate::ledger::Sightings;

/// A break that the compiled schema does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A whole number written as `25.0`: the clause of its type.
    Notation(ClauseIx, String),
    /// A property that only requests carry.
    WriteOnly(ClauseIx, String),
}

/// Counts all clauses of `shape` that `value` puts to the test, and collects what the compiled schema does not see.
pub fn take(shape: &Shape, value: &Value, seen: &mut Sightings, remarks: &mut Vec<Remark>) {
    let mut census = Census {
        shape,
        seen,
        remarks,
        path: Vec::new(),
    };
    if !shape.nodes.is_empty() {
        census.visit(0, value);
    }
}

struct Census<'a> {
    shape: &'a Shape,
    seen: &'a mut Sightings,
    remarks: &'a mut Vec<Remark>,
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
                for (name, clause) in &here.write_only {
                    self.seen.exercise(*clause);
                    if map.contains_key(name) {
                        let pointer = self.pointer(Some(name));
                        self.remarks.push(Remark::WriteOnly(*clause, pointer));
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
                    let pointer = self.pointer(None);
                    self.remarks.push(Remark::Notation(clause, pointer));
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

/// Written with a fraction or an exponent, and whole; numbers too large for 64 bits are the business of `format`.
fn is_whole_float(number: &Number) -> bool {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    number.is_f64()
        && number
            .as_f64()
            .is_some_and(|float| float.fract() == 0.0 && float.abs() < LARGEST)
}
