//! Whether the document says of wrong values that they are not refused: that they are ignored, brought into their bounds or
//! taken for the default. Then a success breaks nothing.

use crate::battery::Plan;
use crate::contract::{Clause, Contract, Operation, Part};

use super::asked::Asked;

/// What is done with a wrong value instead.
const DONE: &str = "ignored ignores ignore clamped clamps clamp coerced coerces capped truncated truncates shortened cut dropped \
drops discarded discards skipped skips stripped strips replaced replaces adjusted adjusts corrected fallback";
/// The same, where it stands at what it is about.
const DEFAULT: &str = "default defaults";
/// The same, in two words.
const DONE_SO: [[&str; 2]; 9] = [
    ["treated", "as"],
    ["treated", "like"],
    ["taken", "as"],
    ["taken", "for"],
    ["interpreted", "as"],
    ["fall", "back"],
    ["falls", "back"],
    ["reduced", "to"],
    ["raised", "to"],
];
/// Of values that are wrong in any way.
const ANY: &str = "invalid unknown unrecognized unrecognised unsupported malformed bad wrong unparsable unparseable unreadable \
illegal";
/// The same, where it stands at what it is about.
const OTHERS: &str = "otherwise else others";
/// Of those that are out of their range.
const RANGE: &str = "outside beyond range bounds";
const HIGH: &str = "capped clamped above larger greater higher longer over exceed exceeds exceeding exceeded more bigger excess";
const LOW: &str = "clamped below smaller lower less shorter fewer under negative";
/// Of members that nobody documented.
const EXTRA: &str = "additional extra undocumented undeclared superfluous unexpected";
/// What is done with a wrong value as a rule.
const REFUSED: &str =
    "rejected rejects reject refused refuses refuse error errors 400 422 fails fail";
/// Before a word: that is not so.
const NOT: &str = "not never no without cannot";

/// The words of a sentence.
type Words = [String];

fn has(known: &str, said: &Words) -> bool {
    let mut said = said.iter();
    said.any(|word| known.split(' ').any(|known| known == word))
}

/// Why a success of a case that nobody wrote does not break a clause about requests, where the document says so.
pub(super) fn why(plan: &Plan, asked: Asked<'_>, clause: &Clause, status: u16) -> Option<String> {
    let is_derived = plan.is_traffic || asked.case.derived.is_some();
    let operation = &plan.contract.operations[asked.step.operation];
    let is_open = is_derived && status / 100 == 2 && is_said(&plan.contract, operation, clause);
    is_open.then(|| {
        format!("it was answered {status}, and the document says that such values are not refused")
    })
}

/// Whether the document says that a value which breaks a clause about requests is not refused.
fn is_said(contract: &Contract, operation: &Operation, clause: &Clause) -> bool {
    let (names, at): (&str, _) = match &clause.subject.part {
        Part::Parameter(location, name) => {
            let parameter = operation.parameter(*location, name);
            let at = parameter.map(|one| one.pointer.as_str());
            (
                "parameter parameters value values input inputs arguments",
                at,
            )
        }
        Part::RequestBody => (
            "member members property properties field fields attribute attributes key keys value values",
            None,
        ),
        _ => return false,
    };
    let keyword = clause.subject.keyword;
    let schema = clause.pointer.rsplit_once('/').map(|(schema, _)| schema);
    let own = [schema, at].into_iter().flatten();
    let mut own = own.flat_map(|at| contract.told_at(at));
    // What is said of an operation, or of all of them, must say of what.
    let around = [&*operation.pointer, "/info"].into_iter();
    let mut around = around.flat_map(|at| contract.told_at(at));
    own.any(|said| is_lenient(&said, keyword, true))
        || around.any(|said| has(names, &said) && is_lenient(&said, keyword, false))
}

/// Whether a sentence says that what breaks a keyword is not refused; `is_near` where it stands at what it is about.
fn is_lenient(said: &Words, keyword: &str, is_near: bool) -> bool {
    let is_pair = |[one, other]: [&str; 2]| {
        let mut pairs = said.windows(2);
        pairs.any(|pair| has(one, &pair[..1]) && has(other, &pair[1..]))
    };
    let is_refused = has(REFUSED, said) && !is_pair([NOT, REFUSED]);
    let is_any = has(ANY, said) || is_near && has(OTHERS, said);
    let is_done = has(DONE, said) && !is_pair([NOT, DONE])
        || is_near && has(DEFAULT, said)
        || DONE_SO.into_iter().any(is_pair)
        || is_pair([NOT, REFUSED]);
    let is_wrong = match keyword {
        "required" => false,
        "additionalProperties" | "unevaluatedProperties" => has(EXTRA, said) || is_any,
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            is_any || has(RANGE, said) || has(HIGH, said)
        }
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
            is_any || has(RANGE, said) || has(LOW, said)
        }
        "format" => is_any || [RANGE, HIGH, LOW].iter().any(|known| has(known, said)),
        _ => is_any || has(RANGE, said) || is_pair(["non", "numeric"]),
    };
    is_done && is_wrong && !is_refused && !has("unless", said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::sentences;

    #[test]
    fn what_the_document_says_of_wrong_values() {
        for (text, keyword, lenient) in [
            ("Values out of range are ignored.", "maximum", true),
            ("Values out of range are ignored.", "minimum", true),
            ("Out-of-range values are clamped.", "maximum", true),
            ("If invalid, the default is used.", "type", true),
            ("Invalid values fall back to the default.", "enum", true),
            ("Values above 50 are treated as 50.", "maximum", true),
            ("Values above 50 are treated as 50.", "type", false),
            ("Longer names are cut to 20 characters.", "maxLength", true),
            ("Longer names are cut to 20 characters.", "minLength", false),
            ("Unknown members are ignored.", "additionalProperties", true),
            (
                "Unknown members are rejected, not ignored.",
                "additionalProperties",
                false,
            ),
            (
                "Must be between 1 and 50, otherwise the default applies.",
                "maximum",
                true,
            ),
            ("It never fails on bad parameters", "maximum", true),
            ("Unknown values are not rejected.", "enum", true),
            ("Unknown values are never ignored.", "enum", false),
            ("Ignored unless `from` is given.", "type", false),
            ("Between 1 and 50, 20 by default.", "maximum", false),
            ("How many; default 20.", "type", false),
            ("Capped at 50.", "maximum", true),
            ("Capped at 50.", "minimum", false),
            ("Non-numeric values are ignored.", "type", true),
            ("Numeric, 20 by default.", "type", false),
            ("Invalid values are ignored.", "required", false),
        ] {
            let mut said = sentences(text);
            let found = said.any(|said| is_lenient(&said, keyword, true));
            assert_eq!(found, lenient, "{text} {keyword}");
        }
        let far = "Without that parameter the default is used, otherwise only those.";
        let mut said = sentences(far);
        assert!(!said.any(|said| is_lenient(&said, "type", false)));
    }
}
