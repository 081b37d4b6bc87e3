//! Whether the document says of wrong values that they are not refused: that they are ignored, brought into their bounds or
//! taken for the default. Then a success breaks nothing.

use crate::battery::Plan;
use crate::contract::{Clause, Contract, Operation, Part};

use super::asked::Asked;

/// What is done with a wrong value instead.
const DONE: &str = "ignored ignores ignore clamped clamps clamp coerced coerces capped truncated truncates shortened cut dropped \
drops discarded discards disregarded disregards skipped skips stripped strips replaced replaces adjusted adjusts corrected fallback \
tolerated tolerates";
/// The same, where it stands at what it is about.
const DEFAULT: &str = "default defaults";
/// The same, in two words.
const DONE_SO: [[&str; 2]; 7] = [
    [
        "treated read taken interpreted understood count counts counted",
        "as like for",
    ],
    ["behave behaves", "like as"],
    ["no", "effect"],
    ["fall", "back"],
    ["falls", "back"],
    ["reduced", "to"],
    ["raised", "to"],
];
/// The same, where it stands at what it is about: 10 is used.
const USED: [[&str; 2]; 1] = [["is are", "used applied assumed"]];
/// Of what is not looked at.
const CHECKED: &str =
    "validated validate validates checked check checks verified verify enforced enforce";
/// What right values are: who says what is done with those that are not so speaks of wrong ones.
const RIGHT: &str = "valid integer integers number numbers numeric year years date dates boolean booleans listed known understood parsed \
recognised recognized supported allowed sense between";
/// Of what need not be there.
const GIVEN: &str = "given specified provided supplied set present sent passed";
/// Of values that are wrong in any way.
const ANY: &str = "garbage nonsense invalid unknown unrecognized unrecognised unsupported malformed bad wrong unparsable unparseable unreadable \
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
    "rejected rejects reject refused refuses refuse error errors 400 403 404 422 fails fail";
/// Before a word: that is not so.
const NOT: &str = "not never no without cannot t";

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
    let is_harmless = is_pair([NOT, REFUSED]) || never_leads_to_one(said);
    let is_refused = has(REFUSED, said) && !is_harmless;
    let not_right = not_right(said);
    let is_any = has(ANY, said)
        || is_near && has(OTHERS, said)
        || not_right.is_some_and(|is_of_bounds| is_of_bounds || !is_bound(keyword));
    // If not a number: 10.
    let is_told = is_near
        && has("if", &said[..said.len().min(1)])
        && said
            .last()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
        && !has("between to and", &said[said.len().saturating_sub(2)..]);
    let is_done = has(DONE, said) && !is_pair([NOT, DONE])
        || is_near && has(DEFAULT, said)
        || DONE_SO.into_iter().any(is_pair)
        || is_near && (USED.into_iter().any(is_pair) || is_told)
        || is_harmless;
    let is_unchecked = keyword != "required" && (is_pair([NOT, CHECKED]) || has("unchecked", said));
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
    (is_done && is_wrong || is_unchecked) && !is_refused && !has("unless", said)
}

/// Whether a keyword bounds values.
fn is_bound(keyword: &str) -> bool {
    ["min", "max", "exclusiveM"]
        .iter()
        .any(|start| keyword.starts_with(start))
}

/// Whether a sentence says that something never leads to an error.
fn never_leads_to_one(said: &Words) -> bool {
    const BETWEEN: &str = "lead leads to result results in cause causes an any a be give gives raise raises return returns";
    let mut nots = (0..said.len()).filter(|at| has(NOT, &said[*at..=*at]));
    nots.any(|at| {
        let mut rest = said[at + 1..].iter();
        let first = rest.find(|word| !has(BETWEEN, std::slice::from_ref(*word)));
        first.is_some_and(|word| has(REFUSED, std::slice::from_ref(word)))
    })
}

/// Whether a sentence speaks of values that are not what right ones are, and if so, whether of those out of bounds too.
fn not_right(said: &Words) -> Option<bool> {
    const BETWEEN: &str = "a an the be in of make makes any one from well";
    let mut nots = (0..said.len()).filter(|at| has(NOT, &said[*at..=*at]));
    let right = nots.find_map(|at| {
        let mut rest = (at + 1)..said.len();
        let first = rest.find(|at| !has(BETWEEN, &said[*at..=*at]))?;
        has(RIGHT, &said[first..=first]).then_some(first)
    })?;
    // Where none is given, nothing is wrong.
    let is_of_none = has(GIVEN, said) && !has("valid", &said[right..=right]);
    let is_of_bounds = has(
        "valid between from range within sense understood allowed",
        &said[right..],
    );
    (!is_of_none).then_some(is_of_bounds)
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
            (
                "Any value that is not an integer from 1 to 20 is treated as 10",
                "maximum",
                true,
            ),
            (
                "Any value that is not an integer from 1 to 20 is treated as 10",
                "type",
                true,
            ),
            (
                "Values that are not numbers between 1 and 20 are taken for 10",
                "minimum",
                true,
            ),
            (
                "Values that are not numbers are taken for 10",
                "minimum",
                false,
            ),
            ("If it is not a valid number, 10 is used.", "maximum", true),
            ("If no number is given, 10 is used.", "type", false),
            ("If not given, 10 is used.", "type", false),
            (
                "Everything else that is no number is disregarded.",
                "type",
                true,
            ),
            ("Values greater than 20 behave like 20", "maximum", true),
            ("Wrong values have no effect.", "maximum", true),
            ("A value that is not a year has no effect", "type", true),
            (
                "Never leads to an error: whatever is not a number between 1 and 20 is read as 10.",
                "maximum",
                true,
            ),
            ("Values not numeric are refused.", "type", false),
            ("Not validated.", "maximum", true),
            (
                "Best effort: we do not validate this parameter.",
                "enum",
                true,
            ),
            ("Values are validated.", "enum", false),
            ("If not a number, or out of range: 10.", "type", true),
            ("If not a number, the answer is 404", "type", false),
            ("Garbage is tolerated and means 10.", "maximum", true),
            (
                "Anything that cannot be understood counts as 20",
                "type",
                true,
            ),
            (
                "Parameters with values that make no sense have no effect",
                "maximum",
                true,
            ),
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
