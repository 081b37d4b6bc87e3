//! What a read shows otherwise than it was meant, and what of that accuses nobody: what the document gives another type
//! where it is read, what moves by itself, and what is shown of another thing.

use serde_json::Value;

use crate::battery::{SamePlace, Whose};
use crate::contract::names::{folded, words};
use crate::contract::{Operation, Place, pointer};

use super::alike::{Eye, added_to, has, is_alike, is_nothing, names_the_same};
use super::doubt;
use super::told::Told;
use super::views;
use super::written::is_cut;

/// So many values at most of an answer are held against its schema once more for each that differs.
const LARGEST: usize = 20_000;

/// A read that is compared with what an earlier step told.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// The operation that reads.
    pub operation: &'a Operation,
    /// Its path and query.
    pub target: &'a str,
    /// What it was answered.
    pub here: &'a Value,
    /// What the earlier step told.
    pub told: &'a Told,
    /// Which of its bodies is meant.
    pub whose: Whose,
    /// Whether a state may have moved on since.
    pub moves: bool,
    /// How closely it is looked at; a sharp eye knows no doubt.
    pub eye: Eye,
    /// Whether another member than the one that is looked at changed as it was sent.
    pub is_beside: bool,
}

/// What comes of a comparison.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// The place shows what is meant.
    Alike,
    /// What is meant cannot stand there, as the document has it.
    Apart,
    /// It shows something else, which proves nothing: why.
    Doubtful(String),
    /// It shows something else.
    Other,
}

/// A value that is shown otherwise than it is meant.
pub(super) struct Difference<'v> {
    /// Its place in what is shown.
    pub at: String,
    /// What is meant.
    pub meant: &'v Value,
    /// What is shown.
    pub shown: Option<&'v Value>,
}

/// Whether two codes of a place, an account or the like differ in letter case and in what groups them only.
fn is_same_code(at: &str, meant: &Value, shown: Option<&Value>) -> bool {
    const CODES: [&str; 17] = [
        "bic", "code", "fax", "iban", "imei", "isbn", "issn", "licence", "license", "mobile",
        "phone", "plate", "postal", "postcode", "vat", "vin", "zip",
    ];
    let name = pointer::tokens(at).pop().unwrap_or_default();
    let is_code = words(&name).iter().any(|word| CODES.contains(&&**word));
    let both = meant.as_str().zip(shown.and_then(Value::as_str));
    is_code && both.is_some_and(|(meant, shown)| folded(meant) == folded(shown))
}

/// Whether a text begins with a day of the calendar: when something is published is no state.
fn is_date(text: &str) -> bool {
    let day = text.get(..10);
    day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// Whether a value has more values in it than are left.
fn is_larger(value: &Value, left: &mut usize) -> bool {
    let Some(fewer) = left.checked_sub(1) else {
        return true;
    };
    *left = fewer;
    match value {
        Value::Array(items) => items.iter().any(|item| is_larger(item, left)),
        Value::Object(map) => map.values().any(|value| is_larger(value, left)),
        _ => false,
    }
}

impl<'a> Look<'a> {
    /// Compares a place with what is meant to stand there.
    pub fn compare(self, place: &SamePlace, meant: &Value) -> Compared {
        let mut found = Vec::new();
        let shown = self.here.pointer(&place.here);
        if self.eye == Eye::Sharp {
            return match is_alike(meant, shown, self.eye) {
                true => Compared::Alike,
                false => Compared::Other,
            };
        }
        self.gather(meant, shown, place.here.clone(), &mut found);
        if found.is_empty() {
            return Compared::Alike;
        }
        found.retain(|one| self.whose != Whose::Sent || self.admits(&one.at, one.meant));
        if found.is_empty() {
            return Compared::Apart;
        }
        let doubt = |one| {
            self.why_hidden(one)
                .or_else(|| self.why_doubtful(one, place))
                .or_else(|| self.why_own(one, place))
        };
        let doubts = found.iter().map(doubt);
        match doubts.collect::<Option<Vec<String>>>() {
            Some(mut doubts) => Compared::Doubtful(doubts.swap_remove(0)),
            None => Compared::Other,
        }
    }

    /// The single values that differ: those of objects one by one.
    fn gather<'v>(
        self,
        meant: &'v Value,
        shown: Option<&'v Value>,
        at: String,
        out: &mut Vec<Difference<'v>>,
    ) {
        if let (Value::Object(members), Some(Value::Object(known))) = (meant, shown) {
            for (name, value) in members {
                self.gather(value, known.get(name), pointer::join(&at, name), out);
            }
            return;
        }
        // What is left out for being nothing may be left out.
        let is_lost = shown.is_none() && !meant.is_null() && is_nothing(meant) && self.demands(&at);
        let is_same = is_alike(meant, shown, Eye::Mild)
            || is_same_code(&at, meant, shown)
            || self.is_added(meant, shown, &at) == (true, true);
        if is_lost || !is_same {
            out.push(Difference { at, meant, shown });
        }
    }

    /// Whether the document demands that something stands at a place.
    fn demands(self, at: &str) -> bool {
        let mut tokens = pointer::tokens(at);
        let Some(name) = tokens.pop() else {
            return false;
        };
        let place = Place::of_pointer(&tokens);
        let content = self.operation.successes().flat_map(|one| &one.content);
        let mut said = content.filter_map(|media| media.said_of(&place));
        said.any(|said| {
            let required = said.get("required").and_then(Value::as_array);
            required.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(&name)))
        })
    }

    /// Whether a list has what was sent and besides what the server added to it, and whether that is told apart from what
    /// it had before.
    fn is_added(self, meant: &Value, shown: Option<&Value>, at: &str) -> (bool, bool) {
        let (Value::Array(meant), Some(Value::Array(shown))) = (meant, shown) else {
            return (false, false);
        };
        let added = added_to(meant, shown).filter(|_| self.whose == Whose::Sent);
        let before = self.told.before.as_ref();
        let before = before.and_then(|before| before.pointer(at)?.as_array());
        let Some((added, before)) = added.zip(Some(before.map_or(&[][..], Vec::as_slice))) else {
            return (false, false);
        };
        // What had all that was sent need not have changed.
        let is_old = |value: &&Value| has(before, value);
        let is_told = !added.iter().any(is_old) || meant.iter().all(|value| is_old(&value));
        (true, is_told)
    }

    /// Whether a list that was sent in the place of another one was added to that: it has entries that it had before, and that
    /// a client of the run sent then.
    fn is_appended(self, one: &Difference<'_>, place: &SamePlace) -> bool {
        let list = |value: Option<&'a Value>| value.and_then(Value::as_array);
        let before = self.told.before.as_ref();
        let before = list(before.and_then(|before| before.pointer(&one.at)));
        let lists = one
            .meant
            .as_array()
            .zip(one.shown.and_then(Value::as_array));
        let (Some(before), Some((meant, shown))) = (before, lists) else {
            return false;
        };
        let is_sent = |value: &Value| self.told.was_entry(&place.there, value);
        let is_old = |value: &&Value| has(before, value) && !has(meant, value) && is_sent(value);
        self.told.replaces && shown.iter().any(|value| is_old(&value))
    }

    /// The same look at the answer to what was told, of that operation.
    pub fn of_answer(self, operation: &'a Operation) -> Option<Look<'a>> {
        let here = self.told.answered.as_ref()?;
        (self.eye == Eye::Mild).then_some(Look {
            operation,
            here,
            ..self
        })
    }

    /// Whether a value may stand at a place, as the document has it.
    pub fn admits(self, at: &str, value: &Value) -> bool {
        // What is too large to be looked at again and again accuses nobody.
        if is_larger(self.here, &mut { LARGEST }) {
            return false;
        }
        let mut whole = self.here.clone();
        if put(&mut whole, at, value).is_none() {
            return !is_in_single(self.here, at);
        }
        let below = format!("{at}/");
        let bodies = self.operation.success_bodies();
        let known = bodies.filter_map(|body| Some((body, body.schema.get()?)));
        let mut known = known.peekable();
        known.peek().is_none()
            || known.any(|(body, schema)| {
                let is_at = |pointer: &str| pointer == at || pointer.starts_with(&below);
                let broken = || schema.raw_violations(&body.shape, &whole);
                let is_elsewhere = || !broken().iter().any(|one| is_at(&one.pointer));
                schema.is_valid(&whole) || !schema.is_valid(self.here) && is_elsewhere()
            })
    }

    /// Why a value that is not shown may be there: the read did not show it before either, and can be asked for other members.
    fn why_hidden(self, one: &Difference<'_>) -> Option<String> {
        let at = &one.at;
        let is_absent = |shown: Option<&Value>| shown.is_none_or(is_nothing);
        let before = self.told.before.as_ref();
        let is_hidden = is_absent(one.shown) && is_absent(before.and_then(|it| it.pointer(at)));
        let name = views::of(self.operation).filter(|_| is_hidden)?;
        Some(format!(
            "{at} is not shown, and `{name}` says which members are"
        ))
    }

    /// Why a difference proves nothing, where it does not: the value moves by itself.
    fn why_doubtful(self, one: &Difference<'_>, place: &SamePlace) -> Option<String> {
        let (at, shown) = (&one.at, one.shown?);
        let before = self.told.before.as_ref();
        let before = before.and_then(|before| before.pointer(at));
        let mut looks = self.told.looks.iter().filter_map(|look| look.pointer(at));
        if looks.any(|look| look != shown && Some(look) != before) {
            return Some(format!(
                "{at} is another value at each look, so it moves by itself"
            ));
        }
        let texts = one.meant.as_str().zip(shown.as_str());
        if texts.is_some_and(|(meant, shown)| is_cut(meant, shown)) {
            return Some(format!(
                "{at} is the moment that was sent, cut to a whole day, hour or minute"
            ));
        }
        if self.is_added(one.meant, one.shown, at).0 && !self.is_appended(one, place) {
            return Some(format!(
                "{at} has all that was sent and some of what it had before, which the server may have added"
            ));
        }
        let name = pointer::tokens(at).pop().unwrap_or_default();
        let is_like = match (one.meant, shown) {
            (Value::String(_), Value::String(shown)) => !shown.is_empty() && !is_date(shown),
            (Value::Bool(_), Value::Bool(_)) => true,
            _ => false,
        };
        (self.moves && is_like && doubt::is_state(&name)).then(|| {
            format!(
                "{at} says in which state it is, and a server may bring it to another one by itself"
            )
        })
    }

    /// Why what was changed may be another thing than this read shows: the answer to the change names another one, as where a
    /// change makes a new version beside the old one.
    pub fn why_of_another(self) -> Option<String> {
        let path = |target: &'a str| target.split(['?', '#']).next().unwrap_or_default();
        let told = path(&self.told.target).trim_matches('/');
        // The answer to what makes something leads to it.
        if self.eye == Eye::Sharp
            || self.whose != Whose::Sent
            || told != path(self.target).trim_matches('/')
        {
            return None;
        }
        let location = self.told.location.as_deref().map(path);
        let last = location.and_then(|path| path.trim_end_matches('/').rsplit('/').next());
        let last = last.filter(|last| !last.is_empty() && !told.split('/').any(|one| one == *last));
        if last.is_some() {
            return Some(
                "the answer to the change leads to another one by its Location".to_owned(),
            );
        }
        let parameter = self.operation.path.rsplit_once('{')?.1.split('}').next()?;
        let answered = own_id(self.told.answered.as_ref()?, parameter)?;
        let shown = own_id(self.here, parameter)?;
        (!names_the_same(answered, shown))
            .then(|| "the answer to the change has the id of another one".to_owned())
    }
}

/// Puts a value at a place; `None` where nothing holds that place.
fn put(whole: &mut Value, at: &str, value: &Value) -> Option<()> {
    if let Some(here) = whole.pointer_mut(at) {
        *here = value.clone();
        return Some(());
    }
    let (above, name) = at.rsplit_once('/')?;
    let above = whole.pointer_mut(above)?.as_object_mut()?;
    above.insert(pointer::unescaped(name).into_owned(), value.clone());
    Some(())
}

/// Whether a place is within what is shown as a text, a number or a truth value, and so is written in another way.
fn is_in_single(shown: &Value, at: &str) -> bool {
    let above = at.match_indices('/').map(|(n, _)| &at[..n]);
    let mut above = above.filter_map(|above| shown.pointer(above));
    above.any(|value| value.is_string() || value.is_number() || value.is_boolean())
}

/// The member of a thing, or of the one object in it, that is its id by the name of the parameter that takes it.
pub(super) fn own_id<'v>(thing: &'v Value, parameter: &str) -> Option<&'v Value> {
    let parameter = folded(parameter);
    let is_id = |name: &str| {
        let name = folded(name);
        name == "id" || name.len() > 2 && parameter.ends_with(&name)
    };
    let map = thing.as_object()?;
    let inner = map.values().filter_map(Value::as_object);
    let mut all = std::iter::once(map).chain(inner).flatten();
    let found = all.find(|(name, value)| is_id(name) && (value.is_string() || value.is_number()));
    found.map(|(_, value)| value)
}
