//! One answer against the contract: status, headers, body, and the rules over its values.

use std::sync::atomic::AtomicBool;

use crate::battery::{Plan, PlannedRequest};
use crate::contract::{ClauseIx, Header, Level, Operation};
use crate::exchange::{Answer, Location};
use crate::ledger::Sightings;

pub use super::body::unbearable;
use super::finding::Found;
pub use super::finding::Spot;
use super::judging::{Judging, Wrong};
use super::planted::Planted;
pub use super::read::{Body, read_body, read_body_until};
use super::rules::{self, Facts};
use super::values::{self, Fresh};

/// What is judged of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Whether the rules over items apply: not where items are a break in themselves.
    pub items: bool,
    /// Whether its headers are known: else none is missing.
    pub headers: bool,
    /// Whether it is the attempt that counts; an earlier one may break off without accusing anybody.
    pub last: bool,
    /// Set by another thread where the run is over: then judging stops where it is.
    pub over: &'a AtomicBool,
    /// What was sent that was to be refused, and was not.
    pub planted: &'a Planted,
}

/// Judges an answer to a request of `operation`. `body` is what was parsed of it, by `read_body`. What it has that no
/// other answer may have is returned, to be compared over the whole run.
#[expect(
    clippy::too_many_arguments,
    reason = "each is another kind of thing, and the callers name them all"
)]
pub fn judge(
    plan: &Plan,
    operation: usize,
    request: &PlannedRequest,
    answer: &Answer,
    body: &Body,
    scope: Scope<'_>,
    spot: Spot,
    seen: &mut Sightings,
) -> Vec<Fresh> {
    let documented = &plan.contract.operations[operation];
    let over = scope.over;
    let mut judging = Judging {
        plan,
        spot,
        seen,
        over,
        planted: scope.planted,
        headers: scope.headers,
    };
    let undocumented = documented.undocumented;
    undocumented
        .into_iter()
        .for_each(|clause| judging.seen.exercise(clause));
    let Some(response) = documented.response(answer.status) else {
        if let Some(clause) = undocumented {
            judging.undocumented(clause, documented, answer.status);
        }
        rules::judge(
            plan,
            operation,
            &Facts {
                request,
                answer,
                // The contract says nothing about the body of a status that it does not know.
                body: None,
                wrong: &Wrong::default(),
                over,
                sound_headers: &[],
                wrong_headers: &[],
            },
            false,
            spot,
            judging.seen,
        );
        return Vec::new();
    };
    if let Some(status) = response
        .status
        .filter(|status| plan.clauses.get(*status).level == Level::Info)
    {
        judging.seen.exercise(status);
    }
    let (mut sound, mut malformed) = (Vec::new(), Vec::new());
    for header in response.headers.iter().filter(|_| scope.headers) {
        match judging.header(header, answer) {
            true => sound.push(header.name.as_str()),
            false => malformed.push(header.name.as_str()),
        }
    }
    // Nobody sends a body with these, whatever the document says of one (RFC 9110, sections 9.3.2, 15.3.5, 15.4.5).
    let has_none = request.method == "HEAD" || matches!(answer.status, 204 | 205 | 304);
    let wrong = match has_none && *body == Body::Empty {
        true => Wrong::default(),
        false => judging.body(response, answer, body, scope.last),
    };
    let facts = Facts {
        request,
        answer,
        body: body.value().filter(|_| response.json.is_some()),
        wrong: &wrong,
        over,
        sound_headers: &sound,
        wrong_headers: &malformed,
    };
    rules::judge(plan, operation, &facts, scope.items, spot, judging.seen);
    values::in_body(plan, operation, &facts, spot.exchange)
}

impl Judging<'_> {
    fn undocumented(&mut self, clause: ClauseIx, operation: &Operation, status: u16) {
        let known = operation.responses.iter();
        let known: Vec<String> = known.map(|response| response.key.to_string()).collect();
        let found = match known.is_empty() {
            true => Found::new("a documented one", status.to_string(), Location::Status)
                .said(format!("the document lists none, got {status}")),
            false => Found::new(known.join(" or "), status.to_string(), Location::Status),
        };
        self.report(clause, found);
    }

    /// Judges a documented header; whether it is as it should be.
    fn header(&mut self, header: &Header, answer: &Answer) -> bool {
        let values: Vec<&str> = answer.header(&header.name).collect();
        // An answer without a Link header has no links (RFC 8288), as on the last page of a collection.
        let may_miss = header.name.eq_ignore_ascii_case("link")
            && self.plan.clauses.get(header.present).level == Level::Info;
        if values.is_empty() && may_miss {
            return false;
        }
        self.seen.exercise(header.present);
        let place = Location::header(&header.name);
        if values.is_empty() {
            let (status, name) = (answer.status, &header.name);
            let found = Found::new(format!("a {name} header"), "no such header", place).said(
                match self.plan.clauses.get(header.present).level {
                    Level::Must => {
                        format!("a {status} response must have a {name} header; it is missing")
                    }
                    _ => format!(
                        "a {status} response is documented with a {name} header; it is missing"
                    ),
                },
            );
            self.report(header.present, found);
            return false;
        }
        let checked = header.schema.as_ref();
        let Some((clause, _)) = checked.filter(|(_, schema)| schema.get().is_some()) else {
            return true;
        };
        self.seen.exercise(*clause);
        let is_sound = header.allows(&values);
        if !is_sound {
            let expected = self.plan.clauses.get(*clause).text.clone();
            let actual = format!("{:?}", values.join(", "));
            let found = Found::new(expected, &actual, place).said(format!("got {actual}"));
            self.report(*clause, found);
        }
        is_sound
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;
    use crate::exchange::BodyEnd;

    fn whole<'a>((over, planted): (&'a AtomicBool, &'a Planted)) -> Scope<'a> {
        Scope {
            planted,
            items: true,
            headers: true,
            last: true,
            over,
        }
    }

    /// A document may describe a body, and a Link header, that an answer cannot have or need not have.
    #[test]
    fn what_http_leaves_out_is_not_missing() {
        let text = "
paths:
  /x:
    head: &read
      responses:
        '200': &page
          description: A page.
          headers: {Link: {schema: {type: string}}}
          content: {application/json: {schema: {type: array}}}
        '204': *page
    get: *read
  /y:
    get:
      responses:
        '200':
          description: A table.
          content: {application/json: {schema: {type: array}}, text/csv: {schema: {type: string}}}
";
        let contract = Arc::new(Contract::load("t.yaml", text.to_owned(), &[]).unwrap());
        let plan = Plan::new(contract, &Battery::default(), &Selection::default()).unwrap();
        let sent = |operation: usize, status: u16, named: &str, text: &str| {
            let mut request = PlannedRequest::default();
            request
                .method
                .clone_from(&plan.contract.operations[operation].method);
            let answer = Answer {
                status,
                headers: vec![("content-type".to_owned(), named.to_owned())],
                body: Arc::new(text.as_bytes().to_vec()),
                end: BodyEnd::Complete,
            };
            let mut seen = Sightings::default();
            let over = AtomicBool::new(false);
            let (body, spot) = (
                read_body(&answer, crate::battery::Reading::default()),
                Spot {
                    exchange: 0,
                    page: 0,
                },
            );
            judge(
                &plan,
                operation,
                &request,
                &answer,
                &body,
                whole((&over, &Planted::default())),
                spot,
                &mut seen,
            );
            let broken = seen
                .broken()
                .keys()
                .map(|clause| plan.clauses.get(*clause).tail().to_owned());
            broken.collect::<Vec<_>>()
        };
        let broken = |operation, status| sent(operation, status, "application/json", "");
        assert!(broken(0, 200).is_empty() && broken(1, 204).is_empty());
        assert_eq!(broken(1, 200), ["200/body/json"]);
        // An answer may be of any media type that is documented, and is what it says.
        for text in ["a,b\n", ""] {
            assert!(sent(2, 200, "text/csv; header=present", text).is_empty());
            assert_eq!(sent(2, 200, "application/json", text), ["200/body/json"]);
        }
        assert_eq!(sent(2, 200, "text/html", "a,b\n"), ["200/content-type"]);
    }

    #[test]
    fn a_missing_header_weighs_as_much_as_the_document_says() {
        let text = "
paths:
  /x:
    get:
      responses:
        '200':
          description: d
          headers:
            X-May: {schema: {type: integer}}
            X-Must: {required: true, schema: {type: integer}}
";
        let contract = Arc::new(Contract::load("t.yaml", text.to_owned(), &[]).unwrap());
        let plan = Plan::new(contract, &Battery::default(), &Selection::default()).unwrap();
        plan.contract.prepare(0);
        let broken = |headers: &[(&str, &str)]| {
            let own = headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let answer = Answer {
                status: 200,
                headers: own.collect(),
                body: Arc::default(),
                end: BodyEnd::Complete,
            };
            let mut seen = Sightings::default();
            let over = AtomicBool::new(false);
            let spot = Spot {
                exchange: 0,
                page: 0,
            };
            let request = PlannedRequest::default();
            judge(
                &plan,
                0,
                &request,
                &answer,
                &Body::Empty,
                whole((&over, &Planted::default())),
                spot,
                &mut seen,
            );
            let broken = seen.broken().iter();
            let broken = broken
                .map(|(clause, one)| (plan.clauses.get(*clause).tail().to_owned(), one.level));
            broken.collect::<Vec<_>>()
        };
        let clause = |tail: &str, level| (format!("200/header/{tail}"), level);
        assert_eq!(
            broken(&[]),
            [
                clause("X-May/present", Level::Info),
                clause("X-Must/present", Level::Must)
            ]
        );
        assert_eq!(
            broken(&[("X-May", "a"), ("X-Must", "1")]),
            [clause("X-May/schema", Level::Must)]
        );
    }

    #[test]
    fn where_no_status_is_documented_the_sentence_says_so() {
        for (responses, said) in [
            ("{}", "the document lists none, got 418"),
            ("{'200': {description: d}, 4XX: {description: d}}", ""),
            (
                "{'200': {description: d}, '404': {description: d}}",
                "expected status 200 or 404, got 418",
            ),
        ] {
            let text = format!("paths: {{/x: {{get: {{responses: {responses}}}}}}}");
            let contract = Arc::new(Contract::load("t.yaml", text, &[]).unwrap());
            let plan = Plan::new(contract, &Battery::default(), &Selection::default()).unwrap();
            let answer = Answer {
                status: 418,
                headers: Vec::new(),
                body: Arc::default(),
                end: BodyEnd::Complete,
            };
            let mut seen = Sightings::default();
            let over = AtomicBool::new(false);
            let (body, spot) = (
                Body::Empty,
                Spot {
                    exchange: 0,
                    page: 0,
                },
            );
            let request = PlannedRequest::default();
            judge(
                &plan,
                0,
                &request,
                &answer,
                &body,
                whole((&over, &Planted::default())),
                spot,
                &mut seen,
            );
            let told = seen.broken().values().flat_map(|one| &one.first);
            let told: Vec<&str> = told.map(|one| one.message.as_str()).collect();
            let is_told = told
                .iter()
                .any(|one| !said.is_empty() && one.ends_with(said));
            assert_eq!(
                (is_told, told.len()),
                (!said.is_empty(), usize::from(is_told)),
                "{told:?}"
            );
        }
    }
}
