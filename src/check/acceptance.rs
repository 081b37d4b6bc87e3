//! Whether an answer's status is one that the case accepts, and which clause is broken where it is not.

use std::collections::BTreeSet;

use crate::battery::{Accept, Expects, Plan, PlannedRequest, Step, UNKNOWN_ID};
use crate::contract::{ClauseIx, Kind, Level, Part, StatusKey};
use crate::exchange::{Answer, Location};
use crate::ledger::{Break, Sightings};

pub use super::asked::Asked;
use super::clamped::Cut;
use super::hashes::Keys;
use super::refused::{self, Refused};
use super::response::{Body, Spot};
use super::{below, clamped, emptiness, leaked, lenient, open, page, stranger};

/// What an answer's status means for its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// As expected.
    Accepted,
    /// The same, though its status says otherwise: what does.
    InBody(String),
    /// The answer shows nothing of what the case asks: why.
    Open(String),
    /// It breaks a clause, which is recorded.
    Broken,
}

/// Judges the last answer to a step's request.
pub fn judge(
    plan: &Plan,
    asked: Asked<'_>,
    answer: &Answer,
    body: &Body,
    spot: Spot,
    seen: &mut Sightings,
) -> Acceptance {
    let (step, status) = (asked.step, answer.status);
    if let Some((clause, items)) = leaked::found(plan, asked, answer, body) {
        seen.exercise(clause);
        let level = plan.clauses.get(clause).level;
        let level = step.breaks_level.map_or(level, |most| most.min(level));
        report(
            plan,
            asked,
            (clause, level),
            status,
            Some(items),
            spot,
            seen,
        );
        return Acceptance::Broken;
    }
    let listed = below::parent(plan, &asked).zip(body.value());
    let empty = listed.and_then(|(parent, value)| parent.is_empty(&asked, value));
    let empty = empty.or_else(|| emptiness::is_empty(step, answer, body));
    let found = said(step, status, empty);
    if !matches!(found, Some(Said::Right))
        && let Some(refused) = refused::judge(plan, asked, answer, body)
    {
        return told(plan, asked, status, refused, seen);
    }
    match found {
        Some(Said::Right) => {
            exercise(plan, asked, status, seen);
            return Acceptance::Accepted;
        }
        Some(Said::Unclear) => {
            let why = match items_in(step, body) {
                Some(_) => "the page has no items, and says that there are more",
                None => "the answer's list of items cannot be read",
            };
            return Acceptance::Open(why.to_owned());
        }
        other => {
            if let Some(why) = open::why(plan, asked, other.is_some(), answer, body) {
                return Acceptance::Open(why);
            }
        }
    }
    let items = items_in(step, body);
    let Some(clause) = broken_clause(plan, step, status, items) else {
        return Acceptance::Open(format!(
            "status {status} was not expected, and no clause speaks of it"
        ));
    };
    let promise = plan.clauses.get(clause);
    let is_success = (200..300).contains(&status);
    let bound = clamped::bound(&plan.contract, step, promise).filter(|_| is_success);
    let cut = |bound| clamped::judge(&plan.contract, asked, (promise, bound), answer, body);
    let lenient = lenient::why(plan, asked, promise, status);
    let may_cut = lenient.is_some() || !clamped::is_below_none(asked.request, promise);
    let cut = bound.filter(|_| may_cut).map(cut);
    match cut.or_else(|| lenient.map(Cut::Unknown)) {
        Some(Cut::Within) => {
            seen.exercise(clause);
            return Acceptance::Accepted;
        }
        Some(Cut::Unknown(why)) => return Acceptance::Open(why),
        Some(Cut::Not) | None => {}
    }
    seen.exercise(clause);
    let mut level = step
        .breaks_level
        .map_or(promise.level, |level| level.min(promise.level));
    let is_of_unknown = promise.subject.part == Part::State(UNKNOWN_ID.to_owned());
    if is_success && is_of_unknown && !is_somebodys(plan, asked, body) {
        let operation = &plan.contract.operations[step.operation];
        level = level.min(stranger::level(operation, body.value()));
    }
    let items = items.filter(|_| status < 300);
    report(plan, asked, (clause, level), status, items, spot, seen);
    Acceptance::Broken
}

/// What an answer means that was refused in its body.
fn told(
    plan: &Plan,
    asked: Asked<'_>,
    status: u16,
    refused: Refused,
    seen: &mut Sightings,
) -> Acceptance {
    match refused {
        Refused::Right(why) => {
            exercise(plan, asked, status, seen);
            Acceptance::InBody(why)
        }
        Refused::Open(why) => Acceptance::Open(why),
    }
}

/// What a step says of an answer.
enum Said {
    /// It is right.
    Right,
    /// It shows nothing.
    Nothing,
    /// It is right if it is empty, which cannot be told.
    Unclear,
}

/// What a step says of a status: what names it alone goes before what names a range, and what is right before what shows
/// nothing.
fn said(step: &Step, status: u16, empty: Option<bool>) -> Option<Said> {
    let covering = |list: &'_ [Accept], is_exact: bool| {
        let mut fitting = list.iter().filter(|accept| {
            accept.status.exact().is_some() == is_exact && accept.status.covers(status)
        });
        fitting.find_map(|accept| match (accept.empty, empty) {
            (false, _) | (true, Some(true)) => Some(Said::Right),
            (true, Some(false)) => None,
            (true, None) => Some(Said::Unclear),
        })
    };
    [true, false].into_iter().find_map(|is_exact| {
        let shows_nothing = || covering(&step.inconclusive, is_exact).map(|_| Said::Nothing);
        covering(&step.accepts, is_exact).or_else(shows_nothing)
    })
}

/// Whether the answer to a made-up id shows the resource of another one, or what is listed below another one.
fn is_somebodys(plan: &Plan, asked: Asked<'_>, body: &Body) -> bool {
    if let Some(parent) = below::parent(plan, &asked) {
        return body
            .value()
            .is_some_and(|body| parent.is_shown(&asked, body));
    }
    let sent = asked.request.path.values().map(String::as_str);
    let shown = asked.valid.zip(body.value());
    shown.is_some_and(|(valid, body)| stranger::is_shown(valid, sent, body))
}

/// The number of items in a page; `None` where it cannot be told.
fn items_in(step: &Step, body: &Body) -> Option<usize> {
    let collection = step.collection.as_ref()?;
    page::read(collection, body.value()?).items.map(<[_]>::len)
}

/// Whether a value that was made of the valid one may be somebody's own: items came where none should, and the page of
/// the valid request, with the keys of `shown`, has none of them. Then the rules over items say whose they are.
pub fn is_of_its_own(
    step: &Step,
    request: &PlannedRequest,
    answer: &Answer,
    body: &Body,
    shown: Option<&Keys>,
) -> bool {
    let is_page = request.near && (200..300).contains(&answer.status);
    let page = step.collection.as_ref().filter(|_| is_page);
    let page =
        page.and_then(|collection| Some((collection, page::read(collection, body.value()?))));
    let Some((collection, Some(items))) = page.map(|(collection, page)| (collection, page.items))
    else {
        return false;
    };
    let mut keys = items.iter().map(|item| page::key_of(collection, item));
    !items.is_empty() && !keys.any(|key| shown.is_some_and(|shown| shown.contains(key)))
}

fn broken_clause(plan: &Plan, step: &Step, status: u16, items: Option<usize>) -> Option<ClauseIx> {
    if status >= 500
        && let Some(clause) = answer_rule(plan, step.operation, "no-server-error")
    {
        return Some(clause);
    }
    let is_success = (200..300).contains(&status)
        && match (step.expects, &step.collection) {
            (Expects::Success, _) | (Expects::Any, Some(_)) => items.is_some_and(|items| items > 0),
            _ => true,
        };
    let named = if is_success {
        step.breaks_success.or(step.breaks_other)
    } else {
        step.breaks_other
    };
    named.or_else(|| {
        let wanted = step
            .accepts
            .iter()
            .find_map(|accept| accept.status.exact())?;
        plan.contract.operations[step.operation]
            .response(wanted)?
            .status
    })
}

/// The clause of a rule over answers.
pub fn answer_rule(plan: &Plan, operation: usize, id: &str) -> Option<ClauseIx> {
    plan.rules
        .iter()
        .find(|rule| rule.operation == operation && rule.id == id)
        .map(|rule| rule.clause)
}

/// An accepted answer puts to the test what an unaccepted one would have broken.
fn exercise(plan: &Plan, asked: Asked<'_>, status: u16, seen: &mut Sightings) {
    let step = asked.step;
    // What a later answer is compared for, a mere success does not show.
    let mut compared = asked.case.steps.iter().filter_map(|one| one.same.as_ref());
    let is_compared = compared.any(|(_, clause)| Some(*clause) == step.breaks_other);
    let operation = &plan.contract.operations[step.operation];
    let own = operation
        .responses
        .iter()
        .find(|response| response.key == StatusKey::Exact(status))
        .and_then(|response| response.status);
    let named = step
        .accepts
        .contains(&Accept::any(StatusKey::Exact(status)))
        && step.expects != Expects::Any;
    let rule = answer_rule(plan, step.operation, "no-server-error");
    let other = step.breaks_other.filter(|_| !is_compared);
    let all = [step.breaks_success, other, rule, own.filter(|_| named)];
    let clauses: BTreeSet<ClauseIx> = all.into_iter().flatten().collect();
    for clause in clauses {
        // A status clause is only put to the test by that very status.
        let promise = plan.clauses.get(clause);
        if promise.kind() != Kind::Status
            || promise.subject.status == Some(StatusKey::Exact(status))
        {
            seen.exercise(clause);
        }
    }
}

fn report(
    plan: &Plan,
    asked: Asked<'_>,
    (clause, level): (ClauseIx, Level),
    status: u16,
    items: Option<usize>,
    spot: Spot,
    seen: &mut Sightings,
) {
    let accepted: Vec<String> = asked.step.accepts.iter().map(ToString::to_string).collect();
    let items = items.filter(|items| *items > 0);
    let expected = match items {
        Some(_) if status >= 300 => format!("{status} without items"),
        _ => accepted.join(" or "),
    };
    let with_items = match items {
        Some(1) => " with 1 item".to_owned(),
        Some(items) => format!(" with {items} items"),
        None => String::new(),
    };
    let actual = format!("{status}{with_items}");
    let promise = plan.clauses.get(clause);
    let step = match asked.step.name.as_str() {
        "" => String::new(),
        name => format!(", step `{name}`"),
    };
    let special = match asked.request.label.as_str() {
        "" => String::new(),
        label => format!(" ({})", super::shown(label)),
    };
    let asked = match plan.is_traffic {
        true => "a request that was seen".to_owned(),
        false => format!("the case \"{}\"{step}{special}", asked.case.title),
    };
    seen.report(Break {
        clause,
        level,
        message: format!(
            "{}: {asked} was answered {actual}, not {expected}",
            promise.text
        ),
        expected,
        actual,
        location: Location::Status,
        page: spot.page,
        exchange: Some(spot.exchange),
        excerpt: None,
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::read::read_body;
    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;
    use crate::exchange::BodyEnd;

    const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things/{id}:
    get:
      operationId: thing
      parameters:
        - {name: id, in: path, required: true, example: t1, schema: {type: string}}
      responses:
        '200': {description: A thing.}
        '400': {description: Wrong.}
";

    #[test]
    fn a_value_of_the_user_may_be_wrong_and_one_of_the_document_is_right() {
        let case = |more: &str| {
            format!(
                "case: one\ntitle: One\noperation: thing\nexpects: success\naccepts: [200]\naims: []\nmeans: m\n{more}"
            )
        };
        let mut battery = Battery::default();
        battery.add("one.yaml", &case(""), false).unwrap();
        let two = case("control: one\n").replace("case: one", "case: two");
        battery.add("two.yaml", &two, false).unwrap();
        let contract = Contract::load("things", SPEC.to_owned(), &[]).unwrap();
        let contract = Arc::new(contract);
        let body = Arc::new(br#"{"detail": "no such thing"}"#.to_vec());
        let own = [("id".to_owned(), "x".to_owned())];
        for (given, is_sure, status, case, is_open) in [
            (true, false, 400, "one", true),
            (true, false, 422, "one", true),
            (true, false, 500, "one", false),
            // Its control got through with the same value.
            (true, false, 400, "two", false),
            (true, true, 400, "one", false),
            (false, false, 400, "one", false),
        ] {
            let mut selection = Selection::default();
            if given {
                selection.parameters = own.clone().into();
            }
            if is_sure {
                selection.sure.insert("id".to_owned());
            }
            let plan = Plan::new(Arc::clone(&contract), &battery, &selection).unwrap();
            let case = plan.cases.iter().find(|one| one.id == case).unwrap();
            let answer = Answer {
                status,
                headers: Vec::new(),
                body: Arc::clone(&body),
                end: BodyEnd::Complete,
            };
            let spot = Spot {
                exchange: 0,
                page: 0,
            };
            let mut seen = Sightings::default();
            let read = read_body(&answer, crate::battery::Reading::default());
            let asked = Asked::of(case, &case.step().requests[0]);
            let found = judge(&plan, asked, &answer, &read, spot, &mut seen);
            match found {
                Acceptance::Open(why) => {
                    assert!(is_open, "{status}: {why}");
                    assert!(
                        why.contains("`id`") && why.ends_with("no such thing"),
                        "{why}"
                    );
                }
                other => assert!(!is_open && other == Acceptance::Broken, "{status}"),
            }
        }
    }
}
