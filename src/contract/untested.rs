//! Which promises of a schema cannot be put to the test, and why.

use super::Contract;
use super::clause::Clause;
use super::schema::{LONGEST_MADE, LONGEST_SENT, too_far};

impl Contract {
    /// Why nothing can be held against a promise: no engine here checks its keyword, or its schema does not compile.
    pub fn why_not_judged<'c>(&'c self, clause: &'c Clause) -> Option<&'c str> {
        let operation = self.operations.get(clause.subject.operation);
        let unchecked = clause.unchecked.as_deref();
        unchecked.or_else(|| operation?.why_not_compiled(&clause.subject))
    }

    /// Why no value is made that breaks a promise: it would be too long, or what is left out has a default.
    pub fn why_not_broken(&self, clause: &Clause) -> Option<String> {
        if self.assumes(clause) {
            return Some("the document gives a default for what it requires here, so that a request without it may be answered like any other".to_owned());
        }
        let longest = match clause.subject.status {
            None => LONGEST_SENT,
            Some(_) => LONGEST_MADE,
        };
        let keyword = clause.subject.keyword;
        let is_bound = keyword.starts_with("min") || keyword.starts_with("max");
        let (bound, _) = self.document.at(&clause.pointer).filter(|_| is_bound)?;
        too_far(keyword, &bound.to_json(), longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::In;

    /// Two operations, and thirty schemas that are composed of all others.
    fn two() -> String {
        let mut text = String::from(
            "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Pair'}}}}
        '404': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}
  /b:
    get:
      operationId: b
      parameters: [{name: q, in: query, schema: {$ref: '#/components/schemas/Pair'}}]
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Alias'}}}}
        '404': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}
components:
  schemas:
    Alias: {$ref: '#/components/schemas/Pair'}
    Pair: {type: object, properties: {n: {type: integer}}}
",
        );
        for n in 0..30 {
            let others = (0..30).filter(|other| *other != n);
            let others: Vec<String> = others
                .map(|other| format!("{{$ref: '#/components/schemas/S{other}'}}"))
                .collect();
            text += &format!(
                "    S{n}: {{allOf: [{}, {{type: object}}]}}\n",
                others.join(", ")
            );
        }
        text
    }

    #[test]
    fn a_schema_that_does_not_compile_costs_its_own_clauses_only() {
        let contract = Contract::load("t.yaml", two(), &[]).unwrap();
        assert_eq!(contract.warnings, []);
        contract.prepare(0);
        contract.prepare(1);
        let [warning] = &contract.all_warnings()[..] else {
            panic!("{:?}", contract.all_warnings());
        };
        assert_eq!(
            (warning.wrong.line, &*warning.lost),
            (21, "no answer is judged by it")
        );
        let why = |id: &str| {
            let clause = contract.clauses.find(id).unwrap();
            contract.why_not_judged(contract.clauses.get(clause))
        };
        let wanted = "the schema at /components/schemas/S0 does not compile: ";
        assert!(why("a/404/body/type").is_some_and(|why| why.starts_with(wanted)));
        assert_eq!(why("a/404/status"), None);
        assert_eq!(why("a/404/body/json"), None);
        assert_eq!(why("a/200/body/n/type"), None);
    }

    #[test]
    fn what_is_meant_by_the_same_reference_is_compiled_once() {
        let contract = Contract::load("t.yaml", two(), &[]).unwrap();
        contract.prepare(0);
        contract.prepare(1);
        let schema = |operation: usize| {
            let response = &contract.operations[operation].responses[0];
            let body = response.content[0].body.as_ref().unwrap();
            body.schema.get().unwrap()
        };
        assert!(std::ptr::eq(schema(0), schema(1)));
        // A request is judged in another way.
        let parameter = contract.operations[1].parameter(In::Query, "q").unwrap();
        let own = parameter.schema.as_ref().unwrap().schema.get().unwrap();
        assert!(!std::ptr::eq(schema(0), own));
    }
}
