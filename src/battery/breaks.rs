//! What a case or a step expects, and which clauses an answer breaks that is not so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::Level;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expects {
    /// An answer as to any valid request.
    Success,
    /// An error that says what is wrong with the request.
    Refusal,
    /// Either.
    Any,
}

impl Expects {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Expects::Success => "success",
            Expects::Refusal => "refusal",
            Expects::Any => "any",
        }
    }
}

/// Which clause an answer breaks that is not as expected: of the operation, or of another one of the case's steps by its
/// whole id.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breaks {
    /// A success where none is accepted (or items where none should be).
    #[serde(default, skip_serializing_if = "is_default")]
    pub success: Option<String>,
    /// Any other answer that is not accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub other: Option<String>,
    /// An answer that is not the `same`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub same: Option<String>,
    /// What the step that `same` is about was answered, where that shows another value than was sent, and this answer
    /// shows what was sent. Where this answer shows the other value too, the server made it so: that is only told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answered: Option<String>,
    /// A list that is not as `lists` says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lists: Option<String>,
    /// How much such a break weighs, where that is less than its clause.
    #[serde(default, skip_serializing_if = "is_default")]
    pub level: Option<Level>,
}

impl Breaks {
    /// The clauses that are named, by their keys.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("success", &self.success),
            ("other", &self.other),
            ("same", &self.same),
            ("answered", &self.answered),
            ("lists", &self.lists),
        ];
        all.into_iter()
            .filter_map(|(key, name)| Some((key, name.as_deref()?)))
    }
}
