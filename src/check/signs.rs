//! What in a body says that it is a refusal, by the names that APIs have for it: a flag that is false, an error that is
//! there, a code or a message that is not the one of a success.

use serde_json::{Map, Value};

use crate::contract::names::folded;

pub(super) type Members = Map<String, Value>;

/// Members that are true where all went well.
const FLAGS: &str = "ok success succeeded successful issuccess issuccessful authenticated isauthenticated authorized \
    authorised valid isvalid allowed accepted status result";
/// Those of them that may be what was asked for: whether something is valid, or allowed.
const VERDICTS: &str = "valid isvalid allowed accepted";
/// Those of them that some write as 1 and 0.
const COUNTED: &str = "ok success succeeded successful";
/// Members that are there, and have something, where something went wrong.
const ERRORS: &str = "error errors errorcode errorcodes errormessage errormessages errormsg errordescription errordetails \
    errorinfo errorlist errortype err errcode errmsg errno exception exceptions failure failures fault \
    faultcode faultstring problems validationerrors violations";
/// Lists of what was found, in which each says how grave it is (FHIR's `OperationOutcome`).
const ISSUES: &str = "issue issues";
/// Members with a code of how it went.
const CODES: &str = "code statuscode ret retcode returncode rescode resultcode respcode responsecode bizcode rc status state \
    stat result outcome";
/// Those of them in which other things have the state that they are in.
const STATES: &str = "status state stat result outcome";
/// Members with words for people.
const MESSAGES: &str = "msg message messages reason info desc description detail details title retmsg resultmsg resultmessage \
    statustext statusmessage";
/// Objects that stand before or around what is answered, and may say how it went.
const HEADS: &str = "meta head header headers status response responsestatus responsemetadata baseresp result resultinfo \
    envelope";
/// Members that go with any answer, whatever it is about.
const BESIDES: &str = "jsonrpc requestid reqid traceid correlationid transactionid logid timestamp ts time servertime datetime \
    date took duration elapsed cost version apiversion api service server host node env region lang locale \
    method path instance type resourcetype kind page limit offset pagesize perpage";
const FINE: &str = "ok|okay|success|successful|successfully|succeed|succeeded|true|done|complete|completed|normal|none|\
    no error";
/// Parts of words that say that something went wrong.
const WRONG: &str = "error|fail|invalid|denied|unauth|forbid|refus|reject|not |not_|notf|missing|expire|unknown|exception|\
    fault|bad |bad_|badr|illegal|require|must |cannot|can't|no such|wrong|incorrect|malform|unable|without|\
    unexpected|unsupported";

/// Whether a word is one of several.
fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

/// What says that a body is a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sign {
    /// The member, and what it has.
    pub(super) text: String,
    /// Whether it can hardly mean anything else.
    pub(super) is_plain: bool,
}

/// The first plain sign that a body has and the usual one has not, or has otherwise; else the first of the others.
pub(super) fn find(usual: &Value, body: &Members) -> Option<Sign> {
    let heads = body.iter().filter_map(|(name, value)| {
        let below = usual.get(name).and_then(Value::as_object);
        Some((format!("{name}."), below, value.as_object()?)).filter(|_| is_head(name))
    });
    let levels = std::iter::once((String::new(), usual.as_object(), body)).chain(heads);
    let mut first = None;
    for (above, usual, body) in levels {
        for (name, now) in body {
            let Some(is_plain) = says(name, now, usual, body) else {
                continue;
            };
            let value = match now {
                Value::Array(_) | Value::Object(_) => String::new(),
                value => format!(": {}", super::shown(&value.to_string())),
            };
            let text = format!("`{above}{name}`{value}");
            match is_plain {
                true => return Some(Sign { text, is_plain }),
                false => first = first.or(Some(Sign { text, is_plain })),
            }
        }
    }
    first
}

/// Whether a member says that it is a refusal: plainly, or perhaps.
fn says(name: &str, now: &Value, usual: Option<&Members>, body: &Members) -> Option<bool> {
    let known = |name: &str| usual?.get(name).filter(|known| !known.is_null());
    let (folded, then) = (folded(name), known(name));
    let is = |names: &str| has(names, &folded);
    let is_state = is(STATES);
    let is_flag = is(FLAGS) && (now.is_boolean() || !is_state);
    if is_flag && is_no(now, is(COUNTED)) && then.is_none_or(|then| !is_no(then, true)) {
        return Some(true);
    }
    if is(ERRORS) && is_error(now) {
        return match then {
            Some(then) if is_error(then) => (then != now).then_some(false),
            _ => Some(true),
        };
    }
    if is(CODES) && (now.is_number() || now.as_str().is_some_and(|now| !now.is_empty())) {
        return match then {
            Some(then) if is_fine(then) && is_other(then, now) => {
                (!is_state || now.is_number() || tells_error(now)).then_some(true)
            }
            Some(then) => (!is_state && then != now && !is_fine(now)).then_some(false),
            None if is_state && now.is_string() => tells_error(now).then_some(true),
            None if is_http_error(now) => Some(true),
            None if is_fine(now) || is_state => None,
            // A code alone may be that of a country.
            None => {
                let is_told = |words: &Value| number_of(now).is_some() || tells_error(words);
                let mut members = body.iter();
                let is_one = |(name, words): (&String, &Value)| {
                    is_news(name, words, known(name)) && is_told(words)
                };
                members.any(is_one).then_some(true)
            }
        };
    }
    if is(ISSUES) {
        let is_new = is_grave(now) && !then.is_some_and(is_grave);
        return is_new.then_some(true);
    }
    let is_text = now.as_str().is_some_and(|now| !now.is_empty());
    if is(MESSAGES) && is_text && !is_fine(now) {
        return match then {
            Some(then) if is_fine(then) => Some(tells_error(now)),
            Some(_) => None,
            None => tells_error(now).then_some(false),
        };
    }
    None
}

/// Whether a member has words that the usual answer has not, and that are not those of a success.
fn is_news(name: &str, now: &Value, then: Option<&Value>) -> bool {
    let is_text = now.as_str().is_some_and(|now| !now.is_empty());
    has(MESSAGES, &folded(name)) && is_text && !is_fine(now) && then.is_none_or(is_fine)
}

/// Whether a member of that name, with no list or object in it, tells how it went and has nothing of what was asked for.
pub(super) fn is_talk(name: &str) -> bool {
    let name = folded(name);
    [FLAGS, ERRORS, CODES, MESSAGES]
        .iter()
        .any(|names| has(names, &name))
}

/// Whether a list or an object of that name may well tell what went wrong.
pub(super) fn may_tell(name: &str) -> bool {
    let name = folded(name);
    let all = [ERRORS, MESSAGES, HEADS, BESIDES, "links warnings"];
    all.iter().any(|names| has(names, &name))
}

/// Whether a body has a verdict on what was sent, and it is no.
pub(super) fn is_verdict(body: &Members) -> bool {
    let is_one = |(name, now): (&String, &Value)| has(VERDICTS, &folded(name)) && is_no(now, false);
    body.iter().any(is_one)
}

/// Whether a member of that name goes with any answer.
pub(super) fn is_beside(name: &str) -> bool {
    has(BESIDES, &folded(name))
}

/// Whether a member of that name may say whether it went well: by yes or no, by a state, or by what is wrong.
pub(super) fn is_verdict_of(name: &str) -> bool {
    let name = folded(name);
    [FLAGS, ERRORS, STATES, ISSUES]
        .iter()
        .any(|names| has(names, &name))
}

/// Whether an object of that name stands before or around what is answered.
pub(super) fn is_head(name: &str) -> bool {
    has(HEADS, &folded(name))
}

/// Whether it is the code or the word of a success.
pub(super) fn is_fine(value: &Value) -> bool {
    let is_word = |text: &str| {
        let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
        FINE.split('|').any(|word| word == text)
    };
    match number_of(value) {
        Some(number) => is_good(number) || [1.0, 10_000.0, 20_000.0].contains(&number),
        None => value.as_bool() == Some(true) || value.as_str().is_some_and(is_word),
    }
}

fn is_good(number: f64) -> bool {
    number == 0.0 || (200.0..300.0).contains(&number)
}

/// Whether a code is not that of a success, beside one that is.
fn is_other(then: &Value, now: &Value) -> bool {
    match (number_of(then), number_of(now)) {
        // Some count 1 as a success, and then 0 is none.
        (Some(then), Some(now)) => then != now && (!is_good(now) || then == 1.0),
        _ => !is_fine(now),
    }
}

fn is_http_error(value: &Value) -> bool {
    number_of(value).is_some_and(|number| (400.0..600.0).contains(&number))
}

fn is_no(value: &Value, is_counted: bool) -> bool {
    const NO: &str = "false no fail failed failure";
    match value {
        Value::Bool(flag) => !flag,
        Value::String(text) => has(NO, &text.to_lowercase()),
        Value::Number(number) => is_counted && number.as_f64() == Some(0.0),
        _ => false,
    }
}

fn is_error(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Number(_) => !number_of(value).is_some_and(is_good),
        Value::String(text) => {
            !text.is_empty() && !is_fine(value) && !text.eq_ignore_ascii_case("false")
        }
    }
}

/// Whether one of a list says that it is an error.
fn is_grave(list: &Value) -> bool {
    let is_one = |one: &Value| {
        let severity = one.get("severity").and_then(Value::as_str);
        severity.is_some_and(|one| ["error", "fatal"].contains(&&*one.to_lowercase()))
    };
    list.as_array().is_some_and(|list| list.iter().any(is_one))
}

fn tells_error(value: &Value) -> bool {
    let tells = |text: &str| {
        let text = text.to_lowercase();
        ["ko", "nok", "no"].contains(&&*text) || WRONG.split('|').any(|part| text.contains(part))
    };
    value.as_str().is_some_and(tells) || is_http_error(value)
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_that_a_body_is_a_refusal() {
        let found = |usual: Value, body: Value| {
            let sign = find(&usual, body.as_object().unwrap());
            sign.map(|sign| (sign.text, sign.is_plain))
        };
        for (usual, body, text, is_plain) in [
            (
                json!({"code": 0}),
                json!({"code": 40101}),
                "`code`: 40101",
                true,
            ),
            (
                json!({"code": "0000"}),
                json!({"code": "E17"}),
                "`code`: \"E17\"",
                true,
            ),
            (json!({"code": 1}), json!({"code": 0}), "`code`: 0", true),
            (json!({"ok": 1}), json!({"ok": 0}), "`ok`: 0", true),
            (
                json!({"meta": {"status": 200}}),
                json!({"meta": {"status": 401}}),
                "`meta.status`: 401",
                true,
            ),
            (
                json!([]),
                json!({"errors": [{"message": "x"}]}),
                "`errors`",
                true,
            ),
            (
                json!([]),
                json!({"code": 40101, "msg": "x"}),
                "`code`: 40101",
                true,
            ),
            (
                json!({"status": "success"}),
                json!({"status": "fail"}),
                "`status`: \"fail\"",
                true,
            ),
            (
                json!({"errmsg": "ok"}),
                json!({"errmsg": "invalid token"}),
                "`errmsg`: \"invalid token\"",
                true,
            ),
            (
                json!({"code": 1000}),
                json!({"code": 4001}),
                "`code`: 4001",
                false,
            ),
            (
                json!({"issue": [{"severity": "information"}]}),
                json!({"issue": [{"severity": "error"}]}),
                "`issue`",
                true,
            ),
            (
                json!({"name": "a"}),
                json!({"message": "not allowed"}),
                "`message`: \"not allowed\"",
                false,
            ),
        ] {
            assert_eq!(found(usual, body), Some((text.to_owned(), is_plain)));
        }
        for (usual, body) in [
            (json!({"code": "DE"}), json!({"code": "DE"})),
            (json!({}), json!({"code": "DE"})),
            (
                json!({}),
                json!({"code": "SUMMER", "description": "10 % off"}),
            ),
            (json!({"code": 0}), json!({"code": 200})),
            (json!({"status": "ok"}), json!({"status": "degraded"})),
            (json!({"status": "open"}), json!({"status": "failed"})),
            (json!({"error": "x"}), json!({"error": "x"})),
            (json!({"ok": false}), json!({"ok": false})),
            (
                json!({"issue": []}),
                json!({"issue": [{"severity": "information"}]}),
            ),
            (json!({}), json!({"issues": [{"title": "a bug"}]})),
            (
                json!({}),
                json!({"ok": true, "error": null, "errors": [], "errno": 0}),
            ),
            (json!({}), json!({"message": "created", "status": "open"})),
        ] {
            assert_eq!(found(usual, body.clone()), None, "{body}");
        }
    }
}
