//! Mutants of clauses about an answer as a whole: security, parameters, statuses, media types, headers, JSON.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Clause, ClauseIx, Kind, Level, StatusKey};
use crate::exchange::{BodyEnd, Credentials};

use super::mutant::{Mutant, spots};
use super::schema::Making;
use super::world::{World, set_header, with_answer};

/// Makes the mutants of such a clause.
pub fn make(world: &World<'_>, ix: ClauseIx, clause: &Clause) -> Making {
    let mutants = match clause.kind() {
        Kind::Security => security(ix),
        Kind::Parameter => parameter(ix, clause),
        Kind::Status if clause.level == Level::Info => {
            return Making::None(
                "no single answer can break it: nothing a client sends makes it due".to_owned(),
            );
        }
        Kind::Status => status(world, ix, clause),
        Kind::Undocumented => undocumented(world, ix, clause),
        _ => at_spots(world, ix, clause),
    };
    if mutants.is_empty() {
        return Making::None("the recording has no answer that could be broken so".to_owned());
    }
    Making::Mutants(mutants)
}

/// Whoever asks is answered like the one who may.
fn security(ix: ClauseIx) -> Vec<Mutant> {
    let refused = [
        (Credentials::None, "no credentials are let in"),
        (Credentials::UnknownKey, "any key is let in"),
        (Credentials::WrongSecret, "the secret is not checked"),
        (
            Credentials::Malformed,
            "credentials that cannot be decoded are let in",
        ),
        (Credentials::OtherScheme, "any scheme is let in"),
    ];
    refused
        .into_iter()
        .map(|(who, how)| Mutant {
            clause: ix,
            variant: format!("{who:?}").to_lowercase(),
            how: how.to_owned(),
            edit: Arc::new(move |world, sent| {
                let allowed = world.page(&sent.request.target)?;
                (sent.request.credentials == who).then(|| world.as_answer_to(sent.request, allowed))
            }),
        })
        .collect()
}

fn parameter(ix: ClauseIx, clause: &Clause) -> Vec<Mutant> {
    let wanted = format!("{}=", clause.subject.name());
    vec![Mutant {
        clause: ix,
        variant: "early".to_owned(),
        how: format!(
            "a request without {} is answered like any other",
            clause.subject.name()
        ),
        edit: Arc::new(move |world, sent| {
            let is_link = world
                .pages
                .iter()
                .skip(1)
                .any(|page| *page == sent.request.target);
            let has = sent
                .request
                .target
                .split(['?', '&'])
                .any(|pair| pair.starts_with(&wanted));
            let open = sent.request.credentials == Credentials::Valid
                && !has
                && !is_link
                && !sent.request.from_link;
            open.then(|| {
                world
                    .valid()
                    .map(|valid| world.as_answer_to(sent.request, valid))
            })
            .flatten()
        }),
    }]
}

/// Answers of that status come with another one.
fn status(world: &World<'_>, ix: ClauseIx, clause: &Clause) -> Vec<Mutant> {
    let Some(due) = clause.subject.status.and_then(StatusKey::exact) else {
        return Vec::new();
    };
    let others: &[u16] = if (200..300).contains(&due) {
        &[400, 204]
    } else {
        &[418, 409]
    };
    others
        .iter()
        .map(|&instead| Mutant {
            clause: ix,
            variant: format!("{instead}"),
            how: format!("{instead} instead of {due}"),
            edit: Arc::new(move |_, sent| {
                let recorded = sent.recorded?;
                let fits = recorded.answer().is_some_and(|answer| answer.status == due)
                    && !sent.request.from_link
                    && sent.request.method != "HEAD";
                fits.then(|| with_answer(recorded, |answer| answer.status = instead))
                    .flatten()
            }),
        })
        .filter(|_| {
            world.order.iter().any(|key| {
                world
                    .recorded(key, 0)
                    .and_then(|exchange| exchange.answer())
                    .is_some_and(|answer| answer.status == due)
            })
        })
        .collect()
}

fn undocumented(world: &World<'_>, ix: ClauseIx, clause: &Clause) -> Vec<Mutant> {
    let operation = &world.plan.contract.operations[clause.subject.operation];
    let Some(status) = (402..500).find(|status| operation.response(*status).is_none()) else {
        return Vec::new();
    };
    let Some(taker) = world.plan.cases.iter().find(|case| {
        case.skipped.is_none()
            && case
                .step()
                .requests
                .first()
                .is_some_and(|request| request.method == operation.method)
            && case
                .step()
                .accepts
                .iter()
                .any(|accept| accept.status == StatusKey::Range(4))
    }) else {
        return Vec::new();
    };
    let target = taker
        .step()
        .requests
        .first()
        .map(|request| request.target.clone())
        .unwrap_or_default();
    vec![Mutant {
        clause: ix,
        variant: "early".to_owned(),
        how: format!("{status}, which is not documented"),
        edit: Arc::new(move |_, sent| {
            let here =
                sent.request.target == target && sent.request.credentials == Credentials::Valid;
            here.then(|| with_answer(sent.recorded?, |answer| answer.status = status))
                .flatten()
        }),
    }]
}

/// Headers, media type and body of an answer of that status, early and late.
fn at_spots(world: &World<'_>, ix: ClauseIx, clause: &Clause) -> Vec<Mutant> {
    let operation = &world.plan.contract.operations[clause.subject.operation];
    let Some(response) = operation
        .responses
        .iter()
        .find(|response| Some(response.key) == clause.subject.status)
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for spot in spots(world, clause.subject.operation, response) {
        let name = clause.subject.name().to_owned();
        let (how, edit) = match clause.kind() {
            Kind::ContentType => (
                "text/plain as Content-Type",
                spot.change(|answer| {
                    set_header(answer, "Content-Type", Some("text/plain"));
                    true
                }),
            ),
            Kind::HeaderPresent => (
                "the header left out",
                spot.change(move |answer| {
                    set_header(answer, &name, None);
                    true
                }),
            ),
            Kind::HeaderSchema => (
                "a word where a number belongs",
                spot.change(move |answer| {
                    set_header(answer, &name, Some("soon"));
                    true
                }),
            ),
            Kind::Complete => (
                "half a body, then nothing",
                spot.change(|answer| {
                    let half = answer.body.len() / 2;
                    answer.body = Arc::new(answer.body[..half].to_vec());
                    answer.end = BodyEnd::BrokenOff(
                        "the connection was closed in the middle of the body".to_owned(),
                    );
                    true
                }),
            ),
            Kind::Json => (
                "half of the JSON",
                spot.change(|answer| {
                    let half = answer.body.len() / 2;
                    answer.body = Arc::new(answer.body[..half].to_vec());
                    true
                }),
            ),
            Kind::UniqueKeys => ("a key twice", spot.change(twice)),
            _ => continue,
        };
        out.push(Mutant {
            clause: ix,
            variant: spot.variant.to_owned(),
            how: how.to_owned(),
            edit,
        });
    }
    out
}

/// The first property of the outermost object, twice with the same value.
fn twice(answer: &mut crate::exchange::Answer) -> bool {
    let Ok(Value::Object(map)) = serde_json::from_slice::<Value>(&answer.body) else {
        return false;
    };
    let Some((key, value)) = map.iter().next() else {
        return false;
    };
    let whole = Value::Object(map.clone()).to_string();
    let doubled = format!("{{{}:{value},{}", Value::String(key.clone()), &whole[1..]);
    answer.body = Arc::new(doubled.into_bytes());
    true
}
