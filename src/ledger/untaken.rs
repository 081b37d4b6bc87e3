//! What the user gave a value for, and no operation took: then what it was given for was not tested.

use indexmap::IndexMap;

use crate::battery::{Expects, Plan};

use super::{Standing, Verdict};

/// A parameter or member, and its value where it is no member.
type Given<'p> = (&'p str, Option<&'p str>);

/// A sentence for each parameter or member whose given value no derived case got through with, though one tried.
pub(super) fn untaken<'r>(
    plan: &Plan,
    results: impl Iterator<Item = (usize, &'r Standing)>,
) -> Vec<String> {
    let mut tried: IndexMap<Given<'_>, Vec<(usize, &Standing)>> = IndexMap::new();
    for (case_ix, standing) in results {
        let case = &plan.cases[case_ix];
        let is_plain = case.derived.is_some()
            && case.control.is_none()
            && matches!(case.steps.as_slice(), [only] if only.expects == Expects::Success);
        if !is_plain || standing.verdict() == Verdict::Skipped {
            continue;
        }
        for request in &case.step().requests {
            for name in &request.given {
                let value = request.path.get(name).or_else(|| request.query.get(name));
                let all = tried.entry((name, value.map(String::as_str))).or_default();
                all.push((case_ix, standing));
            }
        }
    }
    let is_open = |(_, standing): &(usize, &Standing)| standing.verdict() == Verdict::Inconclusive;
    let open = tried
        .into_iter()
        .filter(|(_, tries)| tries.iter().all(is_open));
    let sentence = |((name, _), tries): (Given<'_>, Vec<(usize, &Standing)>)| {
        let (case, standing) = tries[0];
        format!(
            "no operation took what was given for `{name}`: case {} is inconclusive: {}",
            plan.cases[case].id,
            standing.reason()
        )
    };
    open.map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;

    const SHOP: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a/{id}: {get: {operationId: a, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}}
  /b/{id}: {get: {operationId: b, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}}
";

    fn plan(given: &[(&str, &str)]) -> Plan {
        let mut battery = Battery::default();
        for operation in ["a", "b"] {
            let text = format!(
                "case: {operation}.valid\ntitle: t\noperation: {operation}\nexpects: success\naccepts: [2XX]\ninconclusive: [4XX]\naims: []\nmeans: m\nderived: {{family: f, from: g}}\n"
            );
            battery
                .add(&format!("{operation}.yaml"), &text, false)
                .unwrap();
        }
        let contract = Contract::load("t.yaml", SHOP.to_owned(), &[]).unwrap();
        let given = given
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        let selection = Selection {
            parameters: given.collect(),
            ..Selection::default()
        };
        Plan::new(Arc::new(contract), &battery, &selection).unwrap()
    }

    #[test]
    fn a_value_that_no_operation_took_is_named() {
        use Verdict::{Fail, Inconclusive, Pass, Skipped};
        let of_all = [("id", "x")];
        let each = [("a:id", "x"), ("b:id", "y")];
        for (given, verdicts, named) in [
            (&of_all[..], [Inconclusive, Inconclusive], 1),
            (&of_all, [Inconclusive, Skipped], 1),
            (&of_all, [Inconclusive, Pass], 0),
            (&of_all, [Fail, Inconclusive], 0),
            (&each, [Pass, Inconclusive], 1),
            (&each, [Inconclusive, Inconclusive], 2),
        ] {
            let plan = plan(given);
            let standings = verdicts.map(|verdict| {
                let mut standing = Standing::default();
                standing.raise(verdict, "it was answered 404");
                standing
            });
            let found = untaken(&plan, standings.iter().enumerate());
            assert_eq!(found.len(), named, "{given:?} {verdicts:?}: {found:?}");
            assert!(
                found
                    .iter()
                    .all(|one| one.contains("`id`") && one.contains("404"))
            );
        }
    }
}
