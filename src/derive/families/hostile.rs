//! Requests with a hostile, harmless value in a string.

use serde_json::Value;

use crate::battery::model::{Breaks, Change, Expects, Repeat};
use crate::contract::{In, Level, Parameter};
use crate::derive::pages;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "Any text may come where a text may stand. A server error shows that it reaches something that was not made for it.";

/// Quotes, percent, brackets, and letters of several scripts and lengths.
const MIXTURE: &str = "O'Brien \"50%\" <b> {x} ü Ж 漢 🙂";

/// The requests with a mixture of signs, and with a very long text.
pub fn all(subject: &Subject<'_>) -> Vec<Made> {
    let own = subject.operation.parameters.iter();
    let mut own = own.filter(|one| {
        one.allows(&Value::from(MIXTURE))
            && matches!(one.location, In::Query | In::Path)
            && !subject.operation.carries_credentials(one)
    });
    let in_query = own
        .clone()
        .find(|one| one.location == In::Query && !pages::is_position(&one.name));
    let in_path = own.clone().find(|one| one.location == In::Path);
    let position = own.find(|one| one.location == In::Query);
    let Some(parameter) = in_query.or(in_path).or(position) else {
        return Vec::new();
    };
    let mut out = vec![made(
        subject,
        parameter,
        "hostile",
        "Odd signs",
        Change::Text(MIXTURE.to_owned()),
    )];
    let long = Repeat {
        text: "long".to_owned(),
        times: 500,
    };
    if parameter.allows(&Value::from(long.text.repeat(long.times))) {
        let change = Change::Repeat(long);
        out.push(made(
            subject,
            parameter,
            "overlong",
            "2,000 characters",
            change,
        ));
    }
    out
}

/// The request for a page with a token that nobody gave.
pub fn token(subject: &Subject<'_>) -> Option<Made> {
    let mut own = subject.operation.parameters.iter();
    let position = own.find(|one| {
        one.location == In::Query
            && pages::is_position(&one.name)
            && one.allows(&Value::from(MIXTURE))
    })?;
    let change = Change::Text(MIXTURE.to_owned());
    let made = made(subject, position, "made-up-token", "Odd signs", change);
    Some(made.about(&position.name))
}

fn made(
    subject: &Subject<'_>,
    parameter: &Parameter,
    name: &str,
    what: &str,
    value: Change,
) -> Made {
    let title = format!("{what} in `{}` are no server error", parameter.name);
    let mut case = subject.case("hostile", name, title, MEANS);
    case.expects = Some(Expects::Any);
    case.accepts = statuses(&["2XX", "3XX", "4XX"]);
    case.inconclusive = statuses(&["503"]);
    case.aims = vec!["rule/no-server-error".to_owned()];
    case.breaks = Breaks {
        level: Some(Level::Should),
        ..Breaks::default()
    };
    subject.change(&mut case, parameter.location, &parameter.name, value);
    case.into()
}
