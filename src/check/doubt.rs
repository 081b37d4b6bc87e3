//! Why a look that does not show what it should accuses nobody: what it looks for need not be seen yet, or no more, or was
//! never where it was looked for.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::battery::{GONE, Plan, Step};
use crate::contract::names::folded;
use crate::contract::{ClauseIx, Kind, Part};
use crate::exchange::Answer;
use crate::ledger::Sightings;

use super::alike::names_the_same;
use super::over::{DISMISSED, has_part, is_ending};
use super::response::Body;

/// What a case knows of the steps before.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The first step that was answered 202.
    pub unfinished: Option<String>,
    /// What the first step that makes something was answered.
    pub made: Option<Value>,
    /// The path and query of that step.
    pub made_by: String,
    /// The last JSON that was sent.
    pub sent: Option<Value>,
    /// What each operation showed last.
    pub shown: HashMap<usize, Value>,
    /// What the last change was answered.
    pub told: Option<Option<Value>>,
    /// Where the id stood by which later steps name what was made: the last part of the pointer.
    pub id_at: Option<String>,
    /// Whether a read showed a mark of this run.
    pub is_own: bool,
}

/// Whether all that a look found broken is about what the steps before have done.
pub fn is_about_state(plan: &Plan, own: &Sightings) -> bool {
    let mut broken = own.broken().keys();
    broken.all(|clause| plan.clauses.get(*clause).kind() == Kind::State)
}

/// Why an answer that is not as expected proves nothing, where it does not; `value` is what a list was to show, and
/// `is_own` says whether the answer has a mark of this run, a list one of what the case made.
pub fn why(
    plan: &Plan,
    step: &Step,
    (answer, body): (&Answer, &Body),
    past: &Past,
    (value, is_own): (Option<&Value>, bool),
) -> Option<String> {
    if let Some(step) = &past.unfinished {
        return Some(format!(
            "step `{step}` was answered 202, which says that it may not be done yet"
        ));
    }
    let age = answer
        .header("Age")
        .find_map(|age| age.trim().parse::<u64>().ok());
    if let Some(age) = age.filter(|age| *age > 0) {
        return Some(format!(
            "the answer comes from a cache and is {age} s old, although the request asked for a fresh one"
        ));
    }
    let page = body.value().filter(|_| answer.status / 100 == 2);
    match (&step.lists, value, page) {
        (Some((listing, _)), Some(_), Some(page)) if listing.has => {
            let by_another = || {
                is_own.then(|| {
                    "the list shows a text that was sent, so what was made is there by another id".to_owned()
                })
            };
            why_unlisted(past, page).or_else(by_another)
        }
        (Some(_), Some(value), Some(page)) => {
            let entry = holder(page, value, 4)?;
            dismissed(entry).map(kept)
        }
        (None, _, Some(page)) if step.breaks_success.is_some_and(|one| is_gone(plan, one)) => {
            why_kept(past.shown.get(&step.operation), page).map(kept)
        }
        (None, _, None) if is_early(plan, step, past) => {
            Some("what was made says that it is on its way, so it may be there later".to_owned())
        }
        (None, ..) if !past.is_own && !is_own => not_known(plan, step, past),
        _ => None,
    }
}

fn kept(says: String) -> String {
    format!("what is still shown says {says}, so it may be kept on purpose")
}

/// Whether a read looks for what need not be there yet: the answer that made it gives it such a state.
fn is_early(plan: &Plan, step: &Step, past: &Past) -> bool {
    let is_readable = |clause: ClauseIx| {
        plan.clauses.get(clause).subject.part == Part::State("readable".to_owned())
    };
    let says = |(_, value): (&String, &Value)| {
        let text = value.as_str().unwrap_or_default().to_lowercase();
        text != "new" && EARLY.contains(&&*text)
    };
    let mut states = past.made.iter().flat_map(states);
    step.breaks_other.is_some_and(is_readable) && states.any(says)
}

fn is_gone(plan: &Plan, clause: ClauseIx) -> bool {
    plan.clauses.get(clause).subject.part == Part::State(GONE.to_owned())
}

/// Why a read by an id that was only guessed shows nothing: no answer showed that it is the run's own.
fn not_known(plan: &Plan, step: &Step, past: &Past) -> Option<String> {
    let at = past.id_at.as_deref()?;
    let path = &plan.contract.operations[step.operation].path;
    let parameter = path
        .trim_end_matches('/')
        .rsplit_once('{')?
        .1
        .strip_suffix('}')?;
    (!is_named(parameter, at)).then(|| {
        format!("that `{at}` of the answer to the create is its {{{parameter}}} is a guess, and no answer shows that it is right")
    })
}

/// Whether a member is the id that a parameter asks for, by their names: `petId` and `id`, `slug` and `slug`.
fn is_named(parameter: &str, member: &str) -> bool {
    let (parameter, member) = (folded(parameter), folded(member));
    parameter.ends_with(&*member) || [parameter, member].iter().all(|name| name.ends_with("id"))
}

/// Parts of the names of members that say in which state something is.
const STATES: [&str; 20] = [
    "status", "state", "phase", "stage", "visib", "publish", "draft", "approv", "activ", "enabl",
    "disabl", "archiv", "confirm", "verif", "moderat", "hidden", "private", "public", "delet",
    "cancel",
];

/// Whether a member says in which state a thing is, by its name: it may be on the way to what was sent.
pub(super) fn is_state(name: &str) -> bool {
    has_part(name, &STATES)
}

/// Values of something that is not to be seen by all yet.
const EARLY: [&str; 16] = [
    "draft",
    "pending",
    "unpublished",
    "private",
    "hidden",
    "inactive",
    "scheduled",
    "queued",
    "processing",
    "creating",
    "provisioning",
    "new",
    "unapproved",
    "unverified",
    "review",
    "in_review",
];

/// The members of a thing that say in which state it is, and those of the objects in it.
fn states(thing: &Value) -> Vec<(&String, &Value)> {
    let map = thing.as_object();
    let inner = map
        .into_iter()
        .flat_map(|map| map.values())
        .filter_map(Value::as_object);
    let all = map.into_iter().chain(inner).flatten();
    let is_one = |(name, value): &(&String, &Value)| {
        (value.is_string() || value.is_boolean()) && has_part(name, &STATES)
    };
    all.filter(is_one).collect()
}

/// Why a list need not have what was made: it is in a state in which nothing in the list is.
fn why_unlisted(past: &Past, page: &Value) -> Option<String> {
    let things = past.made.iter().chain(past.shown.values());
    let mut entries = Vec::new();
    objects(page, 3, &mut entries);
    things.flat_map(states).find_map(|(name, value)| {
        let mut others = entries.iter().filter_map(|entry| entry.get(name)).peekable();
        let is_early = || match value {
            Value::Bool(flag) => !flag,
            other => other.as_str().is_some_and(|text| EARLY.contains(&&*text.to_lowercase())),
        };
        let is_apart = match others.peek() {
            None => entries.is_empty() && is_early(),
            Some(_) => others.all(|other| other != value),
        };
        is_apart.then(|| {
            format!("what was made has `{name}`: {value}, and nothing in the list has, so the list may be of others only")
        })
    })
}

/// The objects in the lists of a page.
pub(super) fn objects<'v>(value: &'v Value, depth: usize, out: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Array(items) => out.extend(items.iter().filter_map(Value::as_object)),
        Value::Object(map) if depth > 0 => {
            map.values()
                .for_each(|value| objects(value, depth - 1, out));
        }
        _ => {}
    }
}

/// The object that has a value as a member.
fn holder<'v>(value: &'v Value, wanted: &Value, depth: usize) -> Option<&'v Value> {
    let depth = depth.checked_sub(1)?;
    let below = |value: &'v Value| holder(value, wanted, depth);
    match value {
        Value::Array(items) => items.iter().find_map(below),
        Value::Object(map) if map.values().any(|value| names_the_same(wanted, value)) => {
            Some(value)
        }
        Value::Object(map) => map.values().find_map(below),
        _ => None,
    }
}

/// What a thing that was deleted says of that.
fn why_kept(before: Option<&Value>, after: &Value) -> Option<String> {
    dismissed(after).or_else(|| changed(before?, after, 2))
}

/// A member that says that it is there no more: `status: cancelled`, `deleted: true`, `archivedAt: …`.
pub fn dismissed(thing: &Value) -> Option<String> {
    let map = thing.as_object()?;
    let inner = map.values().filter_map(Value::as_object);
    let mut all = std::iter::once(map).chain(inner).flatten();
    let says = |(name, value): &(&String, &Value)| match value {
        Value::Bool(flag) => *flag && has_part(name, &DISMISSED),
        Value::String(text) => {
            let is_moment = text.starts_with(|first: char| first.is_ascii_digit());
            has_part(name, &STATES) && has_part(text, &DISMISSED)
                || is_moment && has_part(name, &DISMISSED) && !has_part(name, &["expir"])
        }
        _ => false,
    };
    all.find(says)
        .map(|(name, value)| format!("`{name}`: {value}"))
}

/// A member by which a thing has come into another state.
fn changed(before: &Value, after: &Value, depth: usize) -> Option<String> {
    let (before, after) = (before.as_object()?, after.as_object()?);
    after.iter().find_map(|(name, now)| {
        let then = before.get(name).unwrap_or(&Value::Null);
        let below = || changed(then, now, depth.checked_sub(1)?);
        let is_state =
            has_part(name, &STATES) || has_part(name, &DISMISSED) || is_ending(name, then, now);
        let is_other = then != now && is_state && !now.is_object();
        is_other.then(|| format!("`{name}`: {now}")).or_else(below)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_deleted_and_says_so_may_be_kept() {
        let open = json!({"id": 1, "status": "open", "active": true, "n": 1});
        let made = json!({
            "life": "live", "listed": true, "valid_to": null, "name": "conform-1", "etag": "a",
            "updated_at": "2026-01-01T00:00:00Z",
        });
        for (before, after, says) in [
            (&open, json!({"id": 1, "status": "cancelled"}), "`status`"),
            (&open, json!({"data": {"deleted": true}}), "`deleted`"),
            (
                &open,
                json!({"id": 1, "deletedAt": "2026-01-01T00:00:00Z"}),
                "`deletedAt`",
            ),
            (&open, json!({"id": 1, "active": false}), "`active`"),
            (&open, json!({"id": 1, "status": "over"}), "`status`"),
            (&open, open.clone(), ""),
            (&open, json!({"id": 1, "status": "open", "lent": true}), ""),
            (&open, json!({"id": 1, "status": "open", "n": 2}), ""),
            (&made, json!({"life": "sunset"}), "`life`"),
            (&made, json!({"listed": false}), "`listed`"),
            (&made, json!({"valid_to": "2026-01-01"}), "`valid_to`"),
            (&made, json!({"name": "deleted user"}), "`name`"),
            (&made, json!({"name": null}), "`name`"),
            (
                &made,
                json!({"etag": "b", "updated_at": "2026-01-02T00:00:00Z"}),
                "",
            ),
            (&made, made.clone(), ""),
            (
                &open,
                json!({"id": 1, "expires_at": "2026-01-01", "status": "open"}),
                "`expires_at`",
            ),
        ] {
            let found = why_kept(Some(before), &after).unwrap_or_default();
            assert!(
                found.starts_with(says) && found.is_empty() == says.is_empty(),
                "{after}: {found}"
            );
        }
        assert_eq!(why_kept(None, &open), None);
    }

    #[test]
    fn a_list_need_not_have_what_is_in_another_state_than_all_of_it() {
        let of = |thing: Value, page: Value| {
            let made = Some(thing);
            why_unlisted(
                &Past {
                    made,
                    ..Past::default()
                },
                &page,
            )
            .is_some()
        };
        let draft = json!({"id": 1, "status": "draft"});
        for (thing, page, is_apart) in [
            (&draft, json!([{"status": "published"}]), true),
            (
                &draft,
                json!({"items": [{"status": "published"}, {"status": "draft"}]}),
                false,
            ),
            (&draft, json!({"items": []}), true),
            (&draft, json!([{"id": 1}]), false),
            (&json!({"id": 1, "status": "open"}), json!([]), false),
            (
                &json!({"approved": false}),
                json!([{"approved": true}]),
                true,
            ),
            (&json!({"name": "a"}), json!([{"name": "b"}]), false),
        ] {
            assert_eq!(of(thing.clone(), page.clone()), is_apart, "{thing} {page}");
        }
    }

    #[test]
    fn a_member_is_an_id_by_its_name() {
        for (parameter, member, is_one) in [
            ("petId", "id", true),
            ("id", "uuid", true),
            ("page_slug", "slug", true),
            ("token", "name", false),
            ("room", "id", false),
            ("petId", "name", false),
        ] {
            assert_eq!(is_named(parameter, member), is_one, "{parameter} {member}");
        }
    }
}
