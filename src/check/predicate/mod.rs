//! The named predicates that rules use: from bound values to a finding about them. Pure.

mod address;
mod codes;
mod header;
mod instant;
mod semver;
mod spoken;
mod text;

use serde_json::Value;

use crate::battery::Predicate;

/// What a predicate says of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Kept.
    Holds,
    /// Broken: what is demanded, and what came.
    Broken {
        /// What is demanded.
        expected: String,
        /// What came.
        actual: String,
    },
    /// The values are not of the kind it speaks of; that is another clause's business.
    NotApplicable,
}

impl Ruling {
    fn from(holds: bool, expected: impl FnOnce() -> String, actual: &Value) -> Ruling {
        if holds {
            return Ruling::Holds;
        }
        Ruling::Broken {
            expected: expected(),
            actual: crate::contract::describe_value(actual),
        }
    }
}

/// A bound value with its name.
pub type Bound<'a> = (&'a str, &'a Value);

/// Judges bound values; a predicate over one value is called once for each.
pub fn judge(predicate: Predicate, values: &[Bound<'_>], args: &[String]) -> Ruling {
    match (predicate, values) {
        (Predicate::SemVer, [(_, value)]) => on_text(
            value,
            semver::is_semver,
            "a version such as 1.2.3 or 1.2.3-rc.1+build.4",
        ),
        (Predicate::JavaClassName, [(_, value)]) => on_text(
            value,
            text::is_java_class_name,
            "a Java class name or alias",
        ),
        (Predicate::Rfc3339Utc, [(_, value)]) => instant::utc(value),
        (Predicate::NotBefore, [(_, later), (name, earlier)]) => {
            instant::not_before(later, name, earlier, args)
        }
        (Predicate::Equal, [(_, value), (_, wanted)]) => text::equal(value, wanted),
        (Predicate::Empty, [(_, value)]) => on_text(value, str::is_empty, "an empty string"),
        (Predicate::NotEmpty, [(_, value)]) => text::not_empty(value),
        (Predicate::EmptyUnless, [(_, value), (name, state)]) => {
            text::empty_unless(value, name, state, args)
        }
        (Predicate::TextOfNumber, [(_, value), (_, number)]) => text::text_of_number(value, number),
        (Predicate::UriPathNames, [(_, uri), names @ ..]) => address::uri_path_names(uri, names),
        (Predicate::PathSegmentsName, [(_, uri), names @ ..]) => {
            address::path_segments_name(uri, names, args)
        }
        (Predicate::PathSegmentsAgree, [(_, uri), names @ ..]) => {
            address::path_segments_agree(uri, names)
        }
        (Predicate::RelativeSeconds, [(_, value)]) => header::relative_seconds(value),
        (Predicate::Object, [(_, value)]) => {
            Ruling::from(value.is_object(), || "an object".to_owned(), value)
        }
        (Predicate::LowerCase, [(_, value)]) => on_text(
            value,
            |text| text.to_lowercase() == text,
            "a text in lower case",
        ),
        (Predicate::UpperCase, [(_, value)]) => on_text(
            value,
            |text| text.to_uppercase() == text,
            "a text in upper case",
        ),
        (Predicate::Code, [(_, value)]) => spoken::code(value, args),
        (Predicate::AtMost, [(_, value)]) => spoken::at_most(value, args),
        (Predicate::Positive, [(_, value)]) => spoken::above_zero(value, false),
        (Predicate::NotNegative, [(_, value)]) => spoken::above_zero(value, true),
        (Predicate::NotInFuture, [(_, value), (_, date)]) => spoken::not_in_future(value, date),
        (Predicate::Unique, [(_, list)]) => spoken::unique(list, args),
        (Predicate::ProblemStatus, [(_, told), (_, status), (_, kind)]) => {
            spoken::problem_status(told, status, kind)
        }
        (Predicate::Challenge, [(_, value)]) => on_text(
            value,
            header::is_challenge,
            "an authentication scheme, with or without parameters, such as `Basic realm=\"api\"`",
        ),
        _ => Ruling::NotApplicable,
    }
}

/// Whether a predicate looks at each bound value alone.
pub fn takes_one(predicate: Predicate) -> bool {
    crate::battery::PREDICATES
        .iter()
        .any(|(_, known, needs)| *known == predicate && *needs == 1)
}

fn on_text(value: &Value, test: impl Fn(&str) -> bool, expected: &str) -> Ruling {
    match value.as_str() {
        Some(text) => Ruling::from(test(text), || expected.to_owned(), value),
        None => Ruling::NotApplicable,
    }
}
