//! Requests of which one value breaks one keyword of its schema.

use crate::battery::model::Change;
use crate::contract::{In, Negative, Parameter, PlaceStep, client_headers, wire};
use crate::derive::acting;
use crate::derive::pages;
use crate::derive::subject::{Made, Subject};

const MEANS: &str = "The valid request with one value that its schema does not allow. A server that takes it answers something else than what was asked, or fails later.";

/// One request a parameter and keyword, in the order in which they tell most: bounds and lists of values first, which servers
/// forget most.
pub fn all(subject: &Subject<'_>) -> Vec<Made> {
    let operation = subject.operation;
    let own = operation.parameters.iter();
    let is_ignorable =
        |one: &Parameter| one.location == In::Header && client_headers::may_be_ignored(&one.name);
    let own = own.filter(|one| !operation.carries_credentials(one) && !is_ignorable(one));
    let own = own.filter(|one| !acting::is_acting(subject.contract, operation, one));
    let mut all: Vec<(&Parameter, Negative)> = own
        .flat_map(|one| {
            one.negatives()
                .into_iter()
                .map(move |negative| (one, negative))
        })
        .collect();
    let size = pages::size(operation).map(|one| &*one.name);
    // More than a page may have is often cut to that, and then it shows nothing.
    let is_least = |parameter: &Parameter, keyword: &str| {
        size == Some(&*parameter.name) && keyword.to_lowercase().ends_with("minimum")
    };
    all.sort_by_cached_key(
        |(parameter, negative)| match is_least(parameter, negative.keyword) {
            true => 0,
            false => 1 + weight(negative.keyword),
        },
    );
    let each = all.into_iter().filter_map(|(parameter, negative)| {
        let made = made(subject, parameter, &negative)?;
        Some(made.about(&parameter.name))
    });
    each.collect()
}

/// How little a break of a keyword tells, beside that of others.
pub fn weight(keyword: &str) -> usize {
    const KEYWORDS: [&str; 13] = [
        "enum",
        "maximum",
        "minimum",
        "pattern",
        "maxLength",
        "format",
        "maxItems",
        "minItems",
        "uniqueItems",
        "additionalProperties",
        "minProperties",
        "type",
        "minLength",
    ];
    let place = KEYWORDS.iter().position(|known| *known == keyword);
    place.unwrap_or(KEYWORDS.len())
}

fn made(subject: &Subject<'_>, parameter: &Parameter, negative: &Negative) -> Option<Made> {
    let clause = subject.contract.clauses.get(negative.clause).tail();
    let (word, says) = words(negative.keyword);
    let below: String = negative
        .place
        .steps()
        .iter()
        .filter_map(|step| match step {
            PlaceStep::Key(name) => Some(format!("-{name}")),
            _ => None,
        })
        .collect();
    let (place, name) = (parameter.location.word(), &parameter.name);
    let title = format!("A request whose {place} parameter `{name}` {says} is refused");
    let id = format!("{name}{below}-{word}");
    let mut case = subject.refusal("keyword", &id, title, MEANS, clause);
    let pairs = wire(parameter, &negative.value);
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    // A case file says a name once.
    if names.len() != pairs.len() || pairs.is_empty() {
        return None;
    }
    // The same value of a parameter that is called the same and promises the same is the same mistake.
    let sent: Vec<&str> = pairs.iter().map(|(_, text)| text.as_str()).collect();
    let at = format!("{clause} {}", sent.join(" "));
    for (name, text) in pairs {
        if parameter.location == In::Path && !stays_apart(subject, &name, &text) {
            return None;
        }
        subject.change(&mut case, parameter.location, &name, Change::Text(text));
    }
    Some(Made::from(case).at(&at))
}

/// Whether no other documented path has that text where this one has the parameter.
fn stays_apart(subject: &Subject<'_>, name: &str, text: &str) -> bool {
    let written = format!("{{{name}}}");
    let mut parts = subject.operation.path.split('/');
    let Some(index) = parts.position(|part| part == written) else {
        return true;
    };
    !subject.routes.has(index, text)
}

/// The word for a break in case ids, and what it says of the value.
pub fn words(keyword: &'static str) -> (&'static str, &'static str) {
    match keyword {
        "type" => ("wrong-type", "is of another type"),
        "enum" => ("not-listed", "is none of the listed values"),
        "const" => ("other-value", "is not the one value"),
        "minimum" | "exclusiveMinimum" => ("below-minimum", "is below its minimum"),
        "maximum" | "exclusiveMaximum" => ("above-maximum", "is above its maximum"),
        "multipleOf" => ("no-multiple", "is no multiple"),
        "minLength" => ("too-short", "is too short"),
        "maxLength" => ("too-long", "is too long"),
        "pattern" => ("off-pattern", "does not match its pattern"),
        "format" => ("wrong-format", "is not of its format"),
        "minItems" => ("too-few", "has too few entries"),
        "maxItems" => ("too-many", "has too many entries"),
        "uniqueItems" => ("twice", "has an entry twice"),
        "additionalProperties" | "unevaluatedProperties" => {
            ("extra-property", "has an undocumented property")
        }
        "dependentRequired" => ("alone", "lacks what another member demands"),
        "absent" => ("forbidden", "is there"),
        other => (other, "breaks its schema"),
    }
}
