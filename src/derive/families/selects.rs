//! Requests for the items that have a value.

use crate::battery::SELECTS;
use crate::battery::model::{AnswerFrom, Answers, Change, Does, Shows};
use crate::contract::In;
use crate::derive::filters::filters;
use crate::derive::ranges::ranges;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "The valid request, for the items that have a value which the valid request without it shows. A server that takes no notice of it gives what nobody asked for.";

/// One request for a parameter that selects, the best supported first.
pub fn all(subject: &Subject<'_>) -> Vec<Made> {
    let all = filters(subject.contract, subject.operation).into_iter();
    let all = all.map(|one| (one.parameter, one.at, None, None, one.is_only));
    let bounds = ranges(subject.contract, subject.operation).into_iter();
    let bounds = bounds.map(|one| {
        (
            one.parameter,
            one.at,
            Some(one.bound),
            one.edge,
            one.is_only,
        )
    });
    let made = all
        .chain(bounds)
        .map(|(parameter, at, bound, edge, is_only)| {
            let name = &*parameter.name;
            let title = match bound {
                None => {
                    format!("Asked for with `{name}`, the list shows the items that have its value")
                }
                Some(_) => {
                    format!("Asked for with `{name}`, the list shows no items beyond its value")
                }
            };
            let mut case = subject.case(SELECTS, &format!("{name}-{SELECTS}"), title, MEANS);
            case.does = Does::Select;
            case.accepts = subject.successes();
            case.inconclusive = statuses(&["4XX", "503"]);
            case.aims = vec![format!("query/{name}/{SELECTS}")];
            if let Some(derived) = &mut case.derived {
                derived.from = format!("a value at {} of the valid answer", at);
            }
            case.shows = (is_only || bound.is_some()).then(|| Shows {
                at: at.clone(),
                bound,
                edge,
                only: is_only,
                ..Shows::default()
            });
            let value = Answers {
                of: vec![AnswerFrom {
                    case: subject.valid(),
                    at: Some(at),
                    ..AnswerFrom::default()
                }],
                ..Answers::default()
            };
            subject.change(&mut case, In::Query, name, Change::Answer(value));
            Made::from(case).about(name)
        });
    made.collect()
}

/// Lets the first that selects ask for the page behind the first as well.
pub fn go_on(made: &mut [Made]) {
    if let Some(first) = made.iter_mut().find(|made| made.is_of(SELECTS)) {
        first.case.pages = Some(2);
        first.requests = 2;
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;
    use crate::derive::{Wish, derive};

    const PETS: &str = "openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: tag, in: query, description: Only pets with this tag., schema: {type: string}}
        - {name: kind, in: query, schema: {type: string, enum: [cat, dog]}}
        - {name: tame, in: query, schema: {type: boolean}}
      responses:
        '200':
          description: The pets.
          content:
            application/json:
              schema:
                type: array
                items: {type: object, properties: {id: {type: integer}, tag: {type: string}, kind: {enum: [dog, cat], type: string}, tame: {type: boolean}}}
";

    #[test]
    fn the_best_supported_come_first_and_what_the_budget_leaves_out_is_said() {
        let contract = Contract::load("t.yaml", PETS.to_owned(), &[]).unwrap();
        for (budget, wanted) in [
            (None, [("kind", false), ("tame", false), ("tag", false)]),
            (Some(2), [("kind", false), ("tame", true), ("tag", true)]),
            (Some(1), [("kind", true), ("tame", true), ("tag", true)]),
        ] {
            let wish = Wish {
                budget,
                ..Wish::default()
            };
            let derived = derive(&contract, &wish);
            let made =
                wanted.map(|(name, is_left_out)| (format!("listPets.{name}-selects"), is_left_out));
            let own = derived
                .cases
                .iter()
                .map(|case| (case.case.clone(), case.opt_in));
            let own: Vec<_> = own.filter(|(id, _)| id.ends_with("-selects")).collect();
            assert_eq!(own, made, "{budget:?}");
        }
    }
}
